/* The steps of a change, shared by certificate_change.c, certificate_successor.c, certificate_due.c and the
 * roster. All run inside a write. */
#ifndef LZ_REGISTRY_CERTIFICATE_CHANGE_H
#define LZ_REGISTRY_CERTIFICATE_CHANGE_H

#include "registry/certificate.h"

/* One row of history to be. */
struct lz_certificate_event_row {
    int64_t certificate;
    enum lz_certificate_event event;
    enum lz_certificate_state from, to;
    const char *reason, *document; /* or NULL */
    int64_t effective_at;
    bool scheduled;
};
LZ_MUST lz_err lz_certificate_event_add(struct lz_call *call, const struct lz_certificate_event_row *row);
/* State, history, badge, person and audit of one transition (LZ_EFFECT_…). */
LZ_MUST lz_err lz_certificate_apply(struct lz_call *call, const struct lz_certificate *certificate,
                                    const struct lz_certificate_event_row *row, unsigned effects);
/* LZ_WRONG_STATE when the holder has left the service (LZ_EFFECT_IN_SERVICE). */
LZ_MUST lz_err lz_certificate_in_service(struct lz_call *call, const struct lz_certificate *certificate);
/* Renewal and reissue: files the successor, or puts it in force at once when the actor may confirm. */
LZ_MUST lz_err lz_certificate_succeed(struct lz_call *call, const struct lz_certificate *certificate,
                                      const struct lz_certificate_change *change,
                                      struct lz_certificate *ret_successor);
/* The successor `issued` is in force: its predecessor is replaced, its badge ends. */
LZ_MUST lz_err lz_certificate_replace(struct lz_call *call, const struct lz_certificate *issued);

#endif
