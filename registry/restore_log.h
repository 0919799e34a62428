/* The log's part of a restore, for restore.c; inside its write. */
#ifndef LZ_REGISTRY_RESTORE_LOG_H
#define LZ_REGISTRY_RESTORE_LOG_H

#include "registry/key_ring.h"
#include "registry/restore.h"

/* Proves that the mirror extends (or is a beginning of) our log, appends what is new, and folds it.  `key`:
 * lz_key_ring_rotate, where our issuer key was lost. */
LZ_MUST lz_err lz_restore_replay(struct lz_call *call, const char *mirror, struct lz_restore_result *result,
                                 struct lz_key_made *key);
/* No mirror: every badge in force ends until it is compared, and the log's origin changes; new badges go to a
 * status list that the lost time cannot have reached.  The key is the caller's to replace. */
LZ_MUST lz_err lz_restore_begin_log(struct lz_call *call);

#endif
