/* How often a stranger may ask: one token bucket per address, in a table of fixed size. */
#ifndef LZ_WEB_RATE_H
#define LZ_WEB_RATE_H

#include "registry/base/error.h"

#include <stdbool.h>
#include <stdint.h>

struct lz_rate;

/* `per_minute` requests fill again within a minute, and as many may come at once; 0: no limit.  Addresses
 * count as lz_address_asker says.  Thread-safe; about 200 KiB whatever the crowd, so that beyond some
 * thousand addresses the longest idle is forgotten (which only ever favours the asker). */
LZ_MUST lz_err lz_rate_new(unsigned per_minute, struct lz_rate **ret_rate);
void lz_rate_free(struct lz_rate **rate);
/* Takes one; false: too many, and *ret_wait_s (may be NULL) says when the next one is free. */
bool lz_rate_take(struct lz_rate *rate, const char *peer, int64_t monotonic_ms, int64_t *ret_wait_s);

#endif
