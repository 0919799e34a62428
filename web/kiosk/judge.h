/* From what was shown to a verdict: the text on a chip, in a QR code or typed, and the UID of the chip it
 * came from, become the verify value of DESIGN 12.  Fails closed. */
#ifndef LZ_WEB_KIOSK_JUDGE_H
#define LZ_WEB_KIOSK_JUDGE_H

#include "registry/credential/token_text.h"
#include "registry/credential/trust.h"

enum { LZ_JUDGE_ASK_MS = 1500 }; /* for a sync or a look-up while somebody waits at the counter */

/* Reasons beside those of registry/credential/reason.h; each has a text kiosk.reason_… (with _ for -). */
#define LZ_REASON_NOT_A_BADGE "not-a-badge"       /* a tag or code without an address of ours */
#define LZ_REASON_TRUST_FOLDER "trust-folder"     /* the counter's own store cannot be used */
#define LZ_REASON_REGISTRY_AWAY "registry-away"   /* it takes the registry to answer, and it does not */
#define LZ_REASON_COUNTER_FAILED "counter-failed" /* the machine: memory, cryptography */

struct lz_judge {
    const struct lz_trust *trust; /* NULL: the folder cannot be used */
    const struct lz_clock *clock;
    int64_t max_age_s;
    /* A round of syncing; true: in sync with the registry as of now. */
    bool (*sync)(void *context, int budget_ms);
    /* The registry's verify value for a number; new reference. */
    lz_err (*look_up)(void *context, const char *number, int budget_ms, json_t **ret_value);
    void *context;
};

struct lz_judgement {
    json_t *value; /* the verify value; owned */
    enum lz_verdict verdict;
    bool by_token; /* token and digest are filled, and the value's certificate is vouched for by the log */
    struct lz_token_text text;
    uint8_t digest[LZ_TOKEN_DIGEST];
};
void lz_judgement_free(struct lz_judgement *judgement);

/* `text` empty: a tag without an address.  `uid` empty: not from a chip.  A token is answered from what is
 * known and blocks only when the log does not know it (at most LZ_JUDGE_ASK_MS); a number asks the registry.
 * LZ_MEMORY is the only error; everything else is a verdict. */
LZ_MUST lz_err lz_judge(const struct lz_judge *judge, struct lz_bytes text, struct lz_bytes uid,
                        struct lz_judgement *ret_judgement);

/* A verify value of our own making, with no certificate and nothing signed. */
json_t *lz_judge_value(enum lz_verdict verdict, const char *reason, int64_t as_of);

/* What may be taken from a registry's answer, checked; NULL: it is none.  `ret_verdict` is its verdict. */
json_t *lz_judge_clean(const json_t *answer, enum lz_verdict *ret_verdict);

/* Is this an ending or suspension that the registry knows before the log told us?  Then it counts. */
bool lz_judge_outranks(enum lz_verdict registry, enum lz_verdict offline);
/* May the holder's photo and scope be shown with this verdict? */
bool lz_judge_shows_holder(enum lz_verdict verdict);

#endif
