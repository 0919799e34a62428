/* The steps of a change, shared by certificate_change.c, certificate_successor.c, certificate_due.c and the
 * roster. All run inside a write. */
#ifndef LZ_REGISTRY_CERTIFICATE_CHANGE_H
#define LZ_REGISTRY_CERTIFICATE_CHANGE_H

#include "registry/certificate.h"

/* One row of history to be. */
struct lz_certificate_event_row {
    int64_t id; /* 0: takes one itself */
    int64_t certificate;
    enum lz_certificate_event event;
    enum lz_certificate_state from, to;
    const char *reason, *document; /* or NULL */
    int64_t effective_at;
    bool scheduled;
};
LZ_MUST lz_err lz_certificate_event_add(struct lz_call *call, const struct lz_certificate_event_row *row);
/* State, history, badge, person and audit of one transition (LZ_EFFECT_…).  With LZ_EFFECT_PERSON also the
 * person's other certificates (lz_certificate_leave_others). */
LZ_MUST lz_err lz_certificate_apply(struct lz_call *call, const struct lz_certificate *certificate,
                                    const struct lz_certificate_event_row *row, unsigned effects);
/* LZ_WRONG_STATE when the holder has left the service (LZ_EFFECT_IN_SERVICE). */
LZ_MUST lz_err lz_certificate_in_service(struct lz_call *call, const struct lz_certificate *certificate);
/* Everything a person was ever filed for, newest first; no scope check. */
LZ_MUST lz_err lz_certificate_list_person(struct lz_call *call, int64_t person,
                                          struct lz_certificate **ret_list, size_t *ret_count);

/* certificate_leave.c.  A cancellation for `reason` (NULL or no reason for leaving: nothing happens): the
 * person's state; … */
LZ_MUST lz_err lz_certificate_leave(struct lz_call *call, int64_t person, const char *reason);
/* … and their other certificates that are awaiting, valid or suspended: cancelled like `certificate` by `row`
 * (certificate.h, lz_certificate_change). */
LZ_MUST lz_err lz_certificate_leave_others(struct lz_call *call, const struct lz_certificate *certificate,
                                           const struct lz_certificate_event_row *row);
/* The cancellation `event` for `reason` is taken back: the person is active again if their state came from
 * it. */
LZ_MUST lz_err lz_certificate_return(struct lz_call *call, int64_t person, int64_t event, const char *reason);
/* LZ_WRONG_STATE, naming it, when the holder has another certificate of the same kind in force. */
LZ_MUST lz_err lz_certificate_no_rival(struct lz_call *call, const struct lz_certificate *certificate);

/* Renewal and reissue: files the successor, or puts it in force at once when the actor may confirm. */
LZ_MUST lz_err lz_certificate_succeed(struct lz_call *call, const struct lz_certificate *certificate,
                                      const struct lz_certificate_change *change,
                                      struct lz_certificate *ret_successor);
/* The successor `issued` is in force: its predecessor is replaced, its badge ends. */
LZ_MUST lz_err lz_certificate_replace(struct lz_call *call, const struct lz_certificate *issued);

#endif
