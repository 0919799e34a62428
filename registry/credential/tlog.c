#include "registry/credential/tlog.h"

#include "registry/credential/key.h"

#include <openssl/evp.h>
#include <string.h>

bool lz_hash_equal(const struct lz_hash *a, const struct lz_hash *b)
{
    return memcmp(a->bytes, b->bytes, LZ_HASH_SIZE) == 0;
}

/* Leaves begin with 0, nodes with 1, so that no entry can pose as a node (RFC 9162 2.1.1). */
lz_err lz_tlog_leaf_hash(struct lz_bytes entry, struct lz_hash *ret_hash)
{
    static const uint8_t prefix = 0;
    EVP_MD_CTX *context = EVP_MD_CTX_new();
    if (context == NULL) {
        return LZ_MEMORY;
    }
    bool ok = EVP_DigestInit_ex(context, EVP_sha256(), NULL) == 1 &&
              EVP_DigestUpdate(context, &prefix, 1) == 1 &&
              EVP_DigestUpdate(context, entry.data, entry.size) == 1 &&
              EVP_DigestFinal_ex(context, ret_hash->bytes, NULL) == 1;
    EVP_MD_CTX_free(context);
    return ok ? LZ_OK : LZ_CRYPTO;
}

lz_err lz_tlog_node_hash(const struct lz_hash *left, const struct lz_hash *right, struct lz_hash *ret_hash)
{
    uint8_t message[1 + 2 * LZ_HASH_SIZE] = {1};
    memcpy(message + 1, left->bytes, LZ_HASH_SIZE);
    memcpy(message + 1 + LZ_HASH_SIZE, right->bytes, LZ_HASH_SIZE);
    return lz_sha256(lz_bytes_of(message, sizeof message), ret_hash->bytes);
}

lz_err lz_tlog_append(struct lz_tlog_frontier *frontier, const struct lz_hash *leaf, lz_tlog_emit emit,
                      void *context)
{
    struct lz_hash hash = *leaf;
    uint64_t index = frontier->size;
    unsigned level = 0;
    if (frontier->size >= LZ_TLOG_SIZE_MAX) {
        return LZ_TOO_LARGE;
    }
    for (;; level++, index >>= 1) {
        lz_err err = emit != NULL ? emit(context, level, index, &hash) : LZ_OK;
        if (err != LZ_OK) {
            return err;
        }
        if ((frontier->size >> level & 1) == 0) {
            break;
        }
        err = lz_tlog_node_hash(&frontier->nodes[level], &hash, &hash);
        if (err != LZ_OK) {
            return err;
        }
    }
    /* Only one slot changes: the others it replaces no longer count, their bits are clear in size + 1. */
    frontier->nodes[level] = hash;
    frontier->size++;
    return LZ_OK;
}

lz_err lz_tlog_frontier_root(const struct lz_tlog_frontier *frontier, struct lz_hash *ret_root)
{
    struct lz_hash root;
    bool any = false;
    if (frontier->size == 0) {
        return lz_sha256((struct lz_bytes){0}, ret_root->bytes);
    }
    for (unsigned level = 0; level < 64; level++) {
        if ((frontier->size >> level & 1) == 0) {
            continue;
        }
        if (any) {
            lz_err err = lz_tlog_node_hash(&frontier->nodes[level], &root, &root);
            if (err != LZ_OK) {
                return err;
            }
        } else {
            root = frontier->nodes[level];
            any = true;
        }
    }
    *ret_root = root;
    return LZ_OK;
}

lz_err lz_tlog_frontier_read(const struct lz_tlog_source *source, uint64_t size,
                             struct lz_tlog_frontier *ret_frontier)
{
    struct lz_tlog_frontier frontier = {.size = size};
    uint64_t first = 0;
    if (size > LZ_TLOG_SIZE_MAX) {
        return LZ_TOO_LARGE;
    }
    for (unsigned level = 64; level-- > 0;) {
        if ((size >> level & 1) == 0) {
            continue;
        }
        lz_err err = source->read(source->context, level, first >> level, &frontier.nodes[level]);
        if (err != LZ_OK) {
            return err;
        }
        first += (uint64_t)1 << level;
    }
    *ret_frontier = frontier;
    return LZ_OK;
}

lz_err lz_tlog_root(const struct lz_tlog_source *source, uint64_t size, struct lz_hash *ret_root)
{
    struct lz_tlog_frontier frontier;
    lz_err err = lz_tlog_frontier_read(source, size, &frontier);
    return err != LZ_OK ? err : lz_tlog_frontier_root(&frontier, ret_root);
}
