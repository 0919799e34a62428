/* The transparency log's tree (RFC 9162 2.1), its proofs, and its tiles (C2SP tlog-tiles). */
#ifndef LZ_CREDENTIAL_TLOG_H
#define LZ_CREDENTIAL_TLOG_H

#include "registry/base/bytes.h"

enum {
    LZ_HASH_SIZE = 32,
    LZ_TLOG_PROOF_MAX = 128, /* hashes in a proof; 64-bit sizes need fewer */
    LZ_TILE_HEIGHT = 8,
    LZ_TILE_WIDTH = 256,
    LZ_TILE_PATH = 96 /* room for any path below and its NUL */
};
#define LZ_TLOG_SIZE_MAX ((uint64_t)1 << 62)

struct lz_hash {
    uint8_t bytes[LZ_HASH_SIZE];
};
bool lz_hash_equal(const struct lz_hash *a, const struct lz_hash *b);
LZ_MUST lz_err lz_tlog_leaf_hash(struct lz_bytes entry, struct lz_hash *ret_hash);
LZ_MUST lz_err lz_tlog_node_hash(const struct lz_hash *left, const struct lz_hash *right,
                                 struct lz_hash *ret_hash);

/* The right edge of a tree: enough to append and to know the root.  Zero is the empty tree.  nodes[k] is the
 * complete subtree of 2^k leaves and counts when bit k of size is set. */
struct lz_tlog_frontier {
    uint64_t size;
    struct lz_hash nodes[64];
};
/* Told of every subtree that an append completes, leaves (level 0) included, lowest first: node `index` of
 * `level` covers leaves index * 2^level …  Store those of levels 0, 8, 16 …: they are the tiles. */
typedef lz_err (*lz_tlog_emit)(void *context, unsigned level, uint64_t index, const struct lz_hash *hash);
/* `emit` may be NULL.  After a failure the frontier is unchanged. */
LZ_MUST lz_err lz_tlog_append(struct lz_tlog_frontier *frontier, const struct lz_hash *leaf,
                              lz_tlog_emit emit, void *context);
LZ_MUST lz_err lz_tlog_frontier_root(const struct lz_tlog_frontier *frontier, struct lz_hash *ret_root);

/* Where hashes are read from: the complete subtree `index` of `level`. */
struct lz_tlog_source {
    lz_err (*read)(void *context, unsigned level, uint64_t index, struct lz_hash *ret_hash);
    void *context;
};
LZ_MUST lz_err lz_tlog_root(const struct lz_tlog_source *source, uint64_t size, struct lz_hash *ret_root);
LZ_MUST lz_err lz_tlog_frontier_read(const struct lz_tlog_source *source, uint64_t size,
                                     struct lz_tlog_frontier *ret_frontier);

struct lz_tlog_proof {
    struct lz_hash hashes[LZ_TLOG_PROOF_MAX];
    size_t count;
};
LZ_MUST lz_err lz_tlog_inclusion_make(const struct lz_tlog_source *source, uint64_t index, uint64_t size,
                                      struct lz_tlog_proof *ret_proof); /* LZ_INVALID: index >= size */
LZ_MUST lz_err lz_tlog_consistency_make(const struct lz_tlog_source *source, uint64_t size1, uint64_t size2,
                                        struct lz_tlog_proof *ret_proof); /* 0 < size1 <= size2 */
/* LZ_OK or LZ_INCONSISTENT (LZ_CRYPTO). */
LZ_MUST lz_err lz_tlog_inclusion_verify(uint64_t index, uint64_t size, const struct lz_hash *leaf,
                                        const struct lz_hash *hashes, size_t count,
                                        const struct lz_hash *root);
LZ_MUST lz_err lz_tlog_consistency_verify(uint64_t size1, uint64_t size2, const struct lz_hash *hashes,
                                          size_t count, const struct lz_hash *root1,
                                          const struct lz_hash *root2);

#endif
