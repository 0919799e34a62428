/* What waits to be done about certificates and badges: the lists behind the desk's first page. */
#ifndef LZ_REGISTRY_INBOX_H
#define LZ_REGISTRY_INBOX_H

#include "registry/certificate.h"

/* Text lives in the call's arena. */
struct lz_inbox_row {
    const char *number;
    enum lz_certificate_kind kind;
    int64_t person;
    const char *name, *organ_name;
    struct lz_date valid_until;
    const char *badge_state; /* the live badge's state name; NULL: there is none.  Badge list only */
};

enum lz_inbox_list {
    LZ_INBOX_EXPIRING, /* in force, and the last day lies within the policy's renewal window; soonest first */
    LZ_INBOX_BADGES,   /* valid, and the badge is not yet made or not yet handed over; oldest first */
};
/* Within the actor's scope.  `limit` 0 only counts.  *ret_total stops counting at LZ_INBOX_COUNT_MAX. */
enum { LZ_INBOX_COUNT_MAX = 10000 };
LZ_MUST lz_err lz_inbox(struct lz_call *call, enum lz_inbox_list list, size_t offset, size_t limit,
                        struct lz_inbox_row **ret_rows, size_t *ret_count, size_t *ret_total);

#endif
