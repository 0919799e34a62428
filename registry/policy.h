/* Numbers the law leaves to the province, with Yan'an defaults, a source and the day from which each holds.
 */
#ifndef LZ_REGISTRY_POLICY_H
#define LZ_REGISTRY_POLICY_H

#include "registry/register.h"

/* rows: name, default, minimum, maximum, unit, source */
#define LZ_POLICIES(ROW)                                                                                     \
    ROW(VALID_YEARS, "valid-years", 5, 1, 10, "years", "Hunan; Wuqiao county")                               \
    ROW(RENEWAL_WINDOW_DAYS, "renewal-window-days", 183, 0, 3650, "days",                                    \
        "Hunan: opens 6 months before expiry")                                                               \
    ROW(UNDO_HOURS, "undo-hours", 24, 0, 720, "hours", "register: time to take back a mistake")              \
    ROW(RETURN_DAYS, "return-days", 5, 1, 365, "days", "Danfeng county 2019: collection within 5 days")      \
    ROW(KIOSK_MAX_AGE_S, "kiosk-max-age-seconds", 600, 5, 86400, "seconds",                                  \
        "register: freshness of a kiosk")                                                                    \
    ROW(SESSION_MINUTES, "session-minutes", 480, 5, 1440, "minutes", "register: a working day")              \
    ROW(SESSION_IDLE_MINUTES, "session-idle-minutes", 60, 1, 1440, "minutes", "register: idle sign-out")

enum lz_policy {
#define ROW(code, name, fallback, min, max, unit, source) LZ_POLICY_##code,
    LZ_POLICIES(ROW)
#undef ROW
        LZ_POLICY_COUNT
};

const char *lz_policy_name(enum lz_policy policy);
/* The value that holds on `date`. */
LZ_MUST lz_err lz_policy_get(struct lz_call *call, enum lz_policy policy, struct lz_date date,
                             int64_t *ret_value);
/* Sets a value from `from` on; LZ_INVALID outside its range; audited. Roles: admin, bureau,
 * of the whole register (LZ_FORBIDDEN when bound to an organ). */
LZ_MUST lz_err lz_policy_set(struct lz_call *call, enum lz_policy policy, struct lz_date from, int64_t value,
                             const char *source);

#endif
