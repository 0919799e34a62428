/* Inside trust*.c only. */
#ifndef LZ_CREDENTIAL_TRUST_PRIVATE_H
#define LZ_CREDENTIAL_TRUST_PRIVATE_H

#include "registry/credential/trust.h"
#include "registry/credential/trust_folder.h"

#include <pthread.h>

#define LZ_TRUST_UNSTORED_CAP ((size_t)1 << 30)

/* The syncing thread alone changes it, and holds the write lock while it does; it may read without. */
struct lz_trust {
    pthread_rwlock_t lock;
    struct lz_vkey pinned;
    struct lz_vkey current; /* the pinned one, or its successor as the log names it */
    struct lz_facts *facts;
    struct lz_tlog_frontier frontier;
    struct lz_hash root; /* of the frontier */
    bool synced;         /* a checkpoint was ever verified */
    int64_t as_of;
    int64_t highest;
    bool doubted;                   /* the last round contradicted what is known: until one extends it */
    bool contradicted;              /* two signed checkpoints of one size: for ever */
    struct lz_trust_folder *folder; /* NULL: memory only */
    int64_t stored_as_of, stored_highest;
    struct lz_buf unstored; /* bundled entries that are folded but not in the folder yet */
    lz_err storing;         /* of the last attempt to write the folder */
};

/* Does the log, as far as it was folded, name a successor of this key?  Else the key itself. */
LZ_MUST lz_err lz_trust_successor(const struct lz_facts *facts, const struct lz_vkey *pinned,
                                  struct lz_vkey *ret_vkey);

#endif
