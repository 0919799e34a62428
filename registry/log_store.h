/* The log's rows, for log.c and log_verify.c. */
#ifndef LZ_REGISTRY_LOG_STORE_H
#define LZ_REGISTRY_LOG_STORE_H

#include "registry/credential/tlog.h"
#include "registry/register.h"

LZ_MUST lz_err lz_log_frontier(struct lz_call *call, struct lz_tlog_frontier *ret_frontier);
/* Appends an entry's very bytes (a restore); inside a write. */
LZ_MUST lz_err lz_log_append_bytes(struct lz_call *call, struct lz_bytes entry, int64_t *ret_position);
/* Entries [first, end) in order; the bytes are borrowed for the call of `each`.  LZ_CORRUPT when one is
 * missing. */
LZ_MUST lz_err lz_log_range(struct lz_call *call, int64_t first, int64_t end,
                            lz_err (*each)(void *context, struct lz_bytes entry), void *context);

#endif
