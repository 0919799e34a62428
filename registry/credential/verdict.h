/* The answer to "may this person enforce, now?": one enum, one table (verdict.c) of words and ranks, used by
 * register, pages, kiosk and command line; who gives a verdict is verify.c online and trust.c offline, what
 * is shown with it is decided in web (kiosk/judge.c, the views). */
#ifndef LZ_CREDENTIAL_VERDICT_H
#define LZ_CREDENTIAL_VERDICT_H

#include "registry/base/error.h"

enum lz_verdict {
    LZ_VERDICT_VALID,     /* 有效 */
    LZ_VERDICT_AUXILIARY, /* 辅助人员,无执法资格 */
    LZ_VERDICT_SUSPENDED, /* 暂扣 */
    LZ_VERDICT_REVOKED,   /* 吊销 */
    LZ_VERDICT_CANCELLED, /* 注销; also a badge that was lost, returned or replaced: the reason says which */
    LZ_VERDICT_EXPIRED,   /* 过期 */
    LZ_VERDICT_UNKNOWN,   /* 查无此证 */
    LZ_VERDICT_FORGED,    /* 伪造 */
    LZ_VERDICT_COPIED,    /* 疑似复制 */
    LZ_VERDICT_UNCONFIRMED, /* 无法确认 */
    LZ_VERDICT_COUNT
};

struct lz_verdict_info {
    const char *name;                    /* "valid": stable, in JSON and CSS */
    const char *word[LZ_LANG_COUNT];     /* what stands there in huge letters */
    const char *sentence[LZ_LANG_COUNT]; /* what it means and what to do */
    const char *colour;                  /* design token "green amber red blue grey"; never the only sign */
    const char *symbol;                  /* one character of text, no emoji */
    int precedence;                      /* of two findings the higher one is the verdict */
    bool good;                           /* must be established freshly enough, else `unconfirmed` */
};

const struct lz_verdict_info *lz_verdict_info(enum lz_verdict verdict); /* static; never NULL */
const char *lz_verdict_name(enum lz_verdict verdict);
const char *lz_verdict_word(enum lz_verdict verdict, lz_lang lang);
const char *lz_verdict_sentence(enum lz_verdict verdict, lz_lang lang);
LZ_MUST lz_err lz_verdict_parse(const char *name, enum lz_verdict *ret_verdict); /* LZ_NOT_FOUND */
/* The one of higher precedence: forged, copied, revoked, cancelled, expired, unconfirmed, suspended,
 * auxiliary, valid (DESIGN 4).  `unknown` answers a number and meets no other finding; it ranks first. */
enum lz_verdict lz_verdict_worse(enum lz_verdict a, enum lz_verdict b);

/* What a verdict rests on. */
enum lz_signature_evidence {
    LZ_SIGNATURE_NONE, /* nothing signed was shown, or its key is not known */
    LZ_SIGNATURE_GOOD,
    LZ_SIGNATURE_BAD,
    LZ_SIGNATURE_EVIDENCE_COUNT
};
enum lz_chip_evidence {
    LZ_CHIP_NONE,          /* not read from a chip */
    LZ_CHIP_BOUND,         /* the token names this chip's UID */
    LZ_CHIP_AUTHENTICATED, /* the chip proved itself (SUN) */
    LZ_CHIP_MISMATCH,      /* the token names another chip, or none though it was read from one */
    LZ_CHIP_REPLAYED,      /* a SUN counter that was seen before */
    LZ_CHIP_EVIDENCE_COUNT
};
enum lz_source_evidence { LZ_SOURCE_REGISTER, LZ_SOURCE_OFFLINE, LZ_SOURCE_EVIDENCE_COUNT };

const char *lz_signature_evidence_name(enum lz_signature_evidence evidence); /* "good" */
const char *lz_chip_evidence_name(enum lz_chip_evidence evidence);           /* "bound" */
const char *lz_source_evidence_name(enum lz_source_evidence evidence);       /* "offline" */
const char *lz_signature_evidence_sentence(enum lz_signature_evidence evidence, lz_lang lang);
const char *lz_chip_evidence_sentence(enum lz_chip_evidence evidence, lz_lang lang);
const char *lz_source_evidence_sentence(enum lz_source_evidence evidence, lz_lang lang);

/* A badge's status as status list and log write it (2 bits). */
enum lz_status {
    LZ_STATUS_VALID = 0,
    LZ_STATUS_REVOKED = 1,   /* INVALID of the status list draft */
    LZ_STATUS_SUSPENDED = 2, /* SUSPENDED */
    LZ_STATUS_ENDED = 3,     /* application specific: cancelled, replaced, lost */
    LZ_STATUS_COUNT
};
const char *lz_status_name(enum lz_status status); /* "valid" "revoked" "suspended" "ended" */

#endif
