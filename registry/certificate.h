/* 行政执法证, 行政执法监督证, 辅助人员工作证: the right to enforce (or, for an auxiliary, to help), and its
 * life.
 *
 * The life is a table of rows (from, event, to, who may, what else happens) in certificate_state.c; commands,
 * desk, tests and docs read that table. */
#ifndef LZ_REGISTRY_CERTIFICATE_H
#define LZ_REGISTRY_CERTIFICATE_H

#include "registry/credential/reason.h"
#include "registry/register.h"

#include <jansson.h>

enum lz_certificate_kind {
    LZ_CERTIFICATE_ENFORCEMENT, /* 行政执法证 */
    LZ_CERTIFICATE_SUPERVISION, /* 行政执法监督证 */
    LZ_CERTIFICATE_AUXILIARY,   /* 行政执法辅助人员工作证 */
    LZ_CERTIFICATE_KIND_COUNT
};
const char *lz_certificate_kind_name(enum lz_certificate_kind kind); /* "enforcement" */
const char *lz_certificate_kind_word(enum lz_certificate_kind kind, lz_lang lang);
LZ_MUST lz_err lz_certificate_kind_parse(const char *name, enum lz_certificate_kind *ret_kind);

/* A new stored state needs a migration (a CHECK lists them), and every state its row wherever an array has
 * LZ_CERTIFICATE_STATE_COUNT rows: in badge.c a missing row writes no status, in verify.c it reads `valid`.
 */
enum lz_certificate_state {
    LZ_CERTIFICATE_AWAITING, /* awaiting-confirmation: filed, not yet confirmed by another */
    LZ_CERTIFICATE_VALID,
    LZ_CERTIFICATE_SUSPENDED, /* 暂扣 */
    LZ_CERTIFICATE_REVOKED,   /* 吊销 */
    LZ_CERTIFICATE_CANCELLED, /* 注销 */
    LZ_CERTIFICATE_EXPIRED,
    LZ_CERTIFICATE_REPLACED,      /* a successor took its place (renewal, reissue) */
    LZ_CERTIFICATE_REFUSED,       /* filed and not confirmed */
    LZ_CERTIFICATE_NOT_YET_VALID, /* never stored: `valid`, yet its day of issue has not come (the importing
                                     machine's clock ran ahead: a roster with such a row is refused) */
    LZ_CERTIFICATE_STATE_COUNT
};
const char *lz_certificate_state_name(enum lz_certificate_state state); /* "awaiting-confirmation" … */
const char *lz_certificate_state_word(enum lz_certificate_state state, lz_lang lang);
LZ_MUST lz_err lz_certificate_state_parse(const char *name, enum lz_certificate_state *ret_state);

enum lz_certificate_event {
    LZ_CERTIFICATE_ISSUE,  /* confirm what was filed */
    LZ_CERTIFICATE_REFUSE, /* do not confirm it */
    LZ_CERTIFICATE_SUSPEND,
    LZ_CERTIFICATE_REINSTATE,
    LZ_CERTIFICATE_REVOKE,
    LZ_CERTIFICATE_CANCEL,
    LZ_CERTIFICATE_EXPIRE,  /* the timer's */
    LZ_CERTIFICATE_RENEW,   /* makes a successor with new dates */
    LZ_CERTIFICATE_REISSUE, /* makes a successor with the same dates (loss, damage) */
    LZ_CERTIFICATE_REPLACE, /* happens to the predecessor when its successor is issued */
    LZ_CERTIFICATE_UNDO,    /* takes the last event back, within policy undo-hours */
    LZ_CERTIFICATE_EVENT_COUNT
};
const char *lz_certificate_event_name(enum lz_certificate_event event);               /* "cancel" */
const char *lz_certificate_event_word(enum lz_certificate_event event, lz_lang lang); /* 注销 / Cancel */
LZ_MUST lz_err lz_certificate_event_parse(const char *name, enum lz_certificate_event *ret_event);

/* What else happens with a transition; read by certificate_change.c. */
enum {
    LZ_EFFECT_STATUS = 1,      /* writes the live badge's status and its log entry */
    LZ_EFFECT_PERSON = 2,      /* the reason also moves the person (transfer -> transferred …) */
    LZ_EFFECT_OTHER_HAND = 4,  /* whoever filed it may not do this (谁提交谁不得审批) */
    LZ_EFFECT_SUCCESSOR = 8,   /* makes a successor */
    LZ_EFFECT_RESTORES = 16,   /* goes back to the state before the last event */
    LZ_EFFECT_UNDOABLE = 32,   /* may be taken back (LZ_CERTIFICATE_UNDO) within policy undo-hours */
    LZ_EFFECT_IN_SERVICE = 64, /* only while the holder is in service: nobody is confirmed after leaving */
};
struct lz_certificate_transition {
    enum lz_certificate_state from;
    enum lz_certificate_event event;
    enum lz_certificate_state to; /* for RESTORES and SUCCESSOR: see effects */
    lz_roles roles;
    unsigned effects;
};
extern const struct lz_certificate_transition lz_certificate_transitions[];
extern const size_t lz_certificate_transition_count;
/* NULL: this event is not possible in this state. */
const struct lz_certificate_transition *lz_certificate_transition(enum lz_certificate_state from,
                                                                  enum lz_certificate_event event);

/* From which reasons an event's is chosen; LZ_REASON_GROUP_COUNT: it takes none. */
enum lz_reason_group lz_certificate_reason_group(enum lz_certificate_event event);

/* Text lives in the call's arena. */
struct lz_certificate {
    int64_t id;
    const char *number;
    enum lz_certificate_kind kind;
    int64_t person;
    const char *name; /* the person's */
    bool has_photo;
    int64_t organ;
    const char *organ_name;
    const char *scope;  /* fields of enforcement, joined by 、 */
    const char *region; /* or NULL */
    const char *post;   /* the person's, or NULL */
    struct lz_date issued_on, valid_until;
    enum lz_certificate_state state;
    const char *reason;                 /* reason code of the last event, or NULL */
    const char *document;               /* document reference of the last event, or NULL */
    int64_t effective_at, published_at; /* UTC seconds of the last event */
    int64_t filed_by;                   /* account, 0: local admin */
    int64_t predecessor;                /* 0: none */
    int64_t pending_successor;          /* id of a filed successor, 0: none */
};

/* The current certificate under a number.  No scope check: status is public (callers decide what they show).
 */
LZ_MUST lz_err lz_certificate_find(struct lz_call *call, const char *number,
                                   struct lz_certificate *ret_certificate);
LZ_MUST lz_err lz_certificate_get(struct lz_call *call, int64_t id, struct lz_certificate *ret_certificate);
/* All of a person's, newest first.  For staff who may see the person (lz_person_scope), else LZ_NOT_FOUND. */
LZ_MUST lz_err lz_certificate_of_person(struct lz_call *call, int64_t person,
                                        struct lz_certificate **ret_list, size_t *ret_count);
/* Filed and waiting for confirmation, within the actor's scope, oldest first. */
LZ_MUST lz_err lz_certificate_awaiting(struct lz_call *call, size_t offset, size_t limit,
                                       struct lz_certificate **ret_list, size_t *ret_count,
                                       size_t *ret_total);
/* How many of them this actor may confirm: what others filed, for who confirms at all. */
LZ_MUST lz_err lz_certificate_confirmable(struct lz_call *call, size_t *ret_count);
/* Who filed a certificate (or issued it by an import), and when, UTC seconds.  LZ_NOT_FOUND. */
LZ_MUST lz_err lz_certificate_filing(struct lz_call *call, int64_t certificate, const char **ret_name,
                                     int64_t *ret_at);

/* The state as of now: a certificate in force past its last day counts as expired though the timer has not
 * been by, and a valid one before its day of issue as not yet valid.  Days are Beijing's. */
enum lz_certificate_state lz_certificate_state_at(const struct lz_certificate *certificate, int64_t now_s);

/* DESIGN 12: number, kind, name, organ, scope[], region, issued_on, valid_until, status, reason,
 * effective_at, published_at; with `all` what staff see besides (post, document).  New reference; NULL:
 * memory. */
json_t *lz_certificate_json(const struct lz_certificate *certificate, int64_t now_s, bool all);

enum { LZ_CERTIFICATE_DOCUMENT_MAX = 100 }; /* characters of a document reference */
struct lz_certificate_change {
    enum lz_certificate_event event;
    const char *reason; /* a code of the event's group (registry/credential/reason.h); must be NULL where the
                           event has none */
    const char *document; /* reference of the paper behind it; NULL: none */
    int64_t effective_at; /* UTC seconds; 0: now.  In the future: scheduled, applied by lz_certificate_due.
                             Not before issue; a scheduled one not after the last day */
    struct lz_date valid_until; /* for RENEW: empty means the policy's years, which it may not exceed */
    int64_t expected_id; /* 0 or the certificate the user saw: LZ_CONFLICT when another is current by now */
    const char *expected_state; /* NULL or the state's name the user saw: LZ_CONFLICT when it changed */
};
/* Checks the table, role, scope and reason; then in one transaction: state, history, badge status, log
 * entries, person, audit.  LZ_WRONG_STATE, LZ_FORBIDDEN, LZ_SAME_PERSON, LZ_INVALID (which field),
 * LZ_CONFLICT.  `ret_certificate` is the new truth (for RENEW and REISSUE: the successor); NULL allowed.
 * *ret_scheduled (NULL allowed) tells a scheduled one. */
LZ_MUST lz_err lz_certificate_change(struct lz_call *call, const char *number,
                                     const struct lz_certificate_change *change,
                                     struct lz_certificate *ret_certificate, bool *ret_scheduled);
/* Who retires, resigns, is dismissed or dies loses every certificate: cancelling one for such a reason
 * cancels all others of the person that are awaiting, valid or suspended, whichever organ applied for them,
 * with the same reason, document and date; for a transfer, those that the same organ applied for.  Each has
 * its own history, log entry and audit event. LZ_CERTIFICATE_UNDO takes back one certificate only; what was
 * cancelled with it stays cancelled and is taken back one by one.  The person is active again with the undo
 * of the event their state came from (the one that was asked for), so that one comes first: a cancellation or
 * revocation is not taken back for somebody out of service, nor for somebody who meanwhile has another
 * certificate of the same kind in force (LZ_WRONG_STATE).
 */
/* The same for many at once (the desk's "confirm all"): one transaction, all or nothing; the fault names the
 * number. */
LZ_MUST lz_err lz_certificate_change_many(struct lz_call *call, const char *const *numbers, size_t count,
                                          const struct lz_certificate_change *change);
/* The timer's work: scheduled changes whose time has come, and expiries.  *ret_done counts; bounded per call
 * (1,000).  One that fails holds up no other; the first error is returned.  A reinstatement is dropped when
 * the certificate has changed since it was scheduled. */
LZ_MUST lz_err lz_certificate_due(struct lz_call *call, size_t *ret_done);

/* One line of a certificate's history, newest first. */
struct lz_certificate_history {
    int64_t id;
    int64_t certificate;
    enum lz_certificate_event event;
    enum lz_certificate_state from, to;
    const char *reason, *document; /* or NULL */
    int64_t effective_at, published_at;
    const char *actor; /* name of who did it */
    bool scheduled;    /* not yet in force */
    bool undone;
};
/* For staff who may see the person (lz_person_scope), else LZ_NOT_FOUND. */
LZ_MUST lz_err lz_certificate_history(struct lz_call *call, int64_t person,
                                      struct lz_certificate_history **ret_list, size_t *ret_count);
/* Drops a scheduled change before its time; roles as for the change itself, and HR only its own. */
LZ_MUST lz_err lz_certificate_unschedule(struct lz_call *call, int64_t history_id);

#endif
