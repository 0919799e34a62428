/* 标识牌: the physical thing.  One never-reused status index each, shared by its QR token and its chip token.
 */
#ifndef LZ_REGISTRY_BADGE_H
#define LZ_REGISTRY_BADGE_H

#include "registry/base/bytes.h"
#include "registry/certificate.h"

enum lz_badge_state {
    LZ_BADGE_ORDERED,
    LZ_BADGE_PRINTED,
    LZ_BADGE_ENCODED,
    LZ_BADGE_HANDED_OVER,
    LZ_BADGE_RETURNED,
    LZ_BADGE_DESTROYED,
    LZ_BADGE_LOST,
    LZ_BADGE_SPOILED,
    LZ_BADGE_STATE_COUNT
};
const char *lz_badge_state_name(enum lz_badge_state state); /* "handed-over" */
const char *lz_badge_state_word(enum lz_badge_state state, lz_lang lang);
LZ_MUST lz_err lz_badge_state_parse(const char *name, enum lz_badge_state *ret_state);

enum lz_badge_event {
    LZ_BADGE_PRINT,
    LZ_BADGE_ENCODE,
    LZ_BADGE_HAND_OVER,
    LZ_BADGE_RETURN,
    LZ_BADGE_LOSE,
    LZ_BADGE_SPOIL,
    LZ_BADGE_DESTROY,
    LZ_BADGE_EVENT_COUNT
};
const char *lz_badge_event_name(enum lz_badge_event event); /* "hand-over" */
const char *lz_badge_event_word(enum lz_badge_event event, lz_lang lang);
LZ_MUST lz_err lz_badge_event_parse(const char *name, enum lz_badge_event *ret_event);

struct lz_badge_transition {
    enum lz_badge_state from;
    enum lz_badge_event event;
    enum lz_badge_state to;
    lz_roles roles;
    bool ends; /* the badge is no longer live: its index ends, whatever the certificate's state */
};
extern const struct lz_badge_transition lz_badge_transitions[];
extern const size_t lz_badge_transition_count;
const struct lz_badge_transition *lz_badge_transition(enum lz_badge_state from, enum lz_badge_event event);

struct lz_badge {
    int64_t id;
    int64_t certificate;
    enum lz_badge_state state;
    bool live;
    const char *chip_type;    /* "NTAG216", or NULL */
    struct lz_bytes chip_uid; /* 7 bytes, or empty */
    int64_t list, idx;        /* its place in the status lists */
    int status;               /* 0 valid, 1 revoked, 2 suspended, 3 ended otherwise */
    int64_t made_at;
};

/* Why a badge in this state is no longer live ("lost", "returned" …; "reissued" where another took its
 * place). */
const char *lz_badge_end_reason(enum lz_badge_state state);

/* The certificate's live badge.  LZ_NOT_FOUND. */
LZ_MUST lz_err lz_badge_live(struct lz_call *call, int64_t certificate, struct lz_badge *ret_badge);
/* All of a person's, newest first.  For staff who may see the person (lz_person_scope), else LZ_NOT_FOUND. */
LZ_MUST lz_err lz_badge_of_person(struct lz_call *call, int64_t person, struct lz_badge **ret_list,
                                  size_t *ret_count);
LZ_MUST lz_err lz_badge_change(struct lz_call *call, int64_t badge, enum lz_badge_event event,
                               struct lz_badge *ret_badge);

/* Which token of a badge. */
enum lz_token_form {
    LZ_TOKEN_QR,      /* full, no UID: printed */
    LZ_TOKEN_CHIP,    /* full, bound to the chip's UID */
    LZ_TOKEN_COMPACT, /* no name, bound to the chip's UID (NTAG 424) */
    LZ_TOKEN_FORM_COUNT
};
const char *lz_token_form_name(enum lz_token_form form); /* "qr" "chip" "compact" */
/* The live badge's stored token of that form, made (with the badge, if there is none), logged and stored
 * first if need be, in one transaction.  `uid` for CHIP and COMPACT: 7 bytes; a badge already bound to
 * another chip is LZ_CONFLICT. LZ_WRONG_STATE unless the certificate is valid or suspended.  Roles: admin,
 * bureau, clerk.  Bytes in the arena. */
LZ_MUST lz_err lz_badge_token(struct lz_call *call, const char *number, enum lz_token_form form,
                              struct lz_bytes uid, struct lz_bytes *ret_token);
/* The URL to print (QR) or to write into a chip of that type (NTAG213: the pointer URL, no token). */
LZ_MUST lz_err lz_badge_qr_url(struct lz_call *call, const char *number, const char **ret_url);
LZ_MUST lz_err lz_badge_chip_url(struct lz_call *call, const char *number, const char *chip_type,
                                 struct lz_bytes uid, const char **ret_url);
/* For the certificate's life; inside a write.  Its new state reaches its live badge: status, and a log entry
 * that carries the reason of that event.  Nothing to do when there is no live badge. */
LZ_MUST lz_err lz_badge_follow(struct lz_call *call, const struct lz_certificate *certificate,
                               const char *reason, enum lz_certificate_event event, int64_t effective_at);
/* The live badge was reported lost: dead at once, whoever has yet to confirm a new one.  Nothing to do when
 * there is none. */
LZ_MUST lz_err lz_badge_lose(struct lz_call *call, const struct lz_certificate *certificate);
/* The live badge of a replaced certificate is no longer live (its status was written by lz_badge_follow). */
LZ_MUST lz_err lz_badge_end(struct lz_call *call, int64_t certificate);

#endif
