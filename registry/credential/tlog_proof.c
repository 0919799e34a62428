#include "registry/credential/tlog.h"

/* Level of the largest power of two that is smaller than `count` (count > 1). */
static unsigned split_level(uint64_t count)
{
    unsigned level = 0;
    while (((uint64_t)2 << level) < count) {
        level++;
    }
    return level;
}

/* MTH of leaves [first, first + count), where `first` is a multiple of the split: RFC 9162 2.1.1. */
static lz_err range_hash(const struct lz_tlog_source *source, uint64_t first, uint64_t count,
                         struct lz_hash *ret_hash)
{
    if ((count & (count - 1)) == 0) {
        unsigned level = 0;
        while (((uint64_t)1 << level) < count) {
            level++;
        }
        return source->read(source->context, level, first >> level, ret_hash);
    }
    struct lz_hash left, right;
    uint64_t half = (uint64_t)1 << split_level(count);
    lz_err err = range_hash(source, first, half, &left);
    if (err == LZ_OK) {
        err = range_hash(source, first + half, count - half, &right);
    }
    return err != LZ_OK ? err : lz_tlog_node_hash(&left, &right, ret_hash);
}

/* A tree of LZ_TLOG_SIZE_MAX leaves is 62 levels deep: there is always room. */
static lz_err add_range(const struct lz_tlog_source *source, uint64_t first, uint64_t count,
                        struct lz_tlog_proof *proof)
{
    lz_err err = range_hash(source, first, count, &proof->hashes[proof->count]);
    proof->count += err == LZ_OK ? 1 : 0;
    return err;
}

/* The siblings on the way down are found first and wanted last. */
static void reverse(struct lz_tlog_proof *proof)
{
    for (size_t i = 0; i < proof->count / 2; i++) {
        struct lz_hash other = proof->hashes[i];
        proof->hashes[i] = proof->hashes[proof->count - 1 - i];
        proof->hashes[proof->count - 1 - i] = other;
    }
}

lz_err lz_tlog_inclusion_make(const struct lz_tlog_source *source, uint64_t index, uint64_t size,
                              struct lz_tlog_proof *ret_proof)
{
    uint64_t first = 0, count = size;
    if (index >= size || size > LZ_TLOG_SIZE_MAX) {
        return LZ_INVALID;
    }
    ret_proof->count = 0;
    while (count > 1) {
        uint64_t half = (uint64_t)1 << split_level(count);
        bool left = index - first < half;
        lz_err err = left ? add_range(source, first + half, count - half, ret_proof)
                          : add_range(source, first, half, ret_proof);
        if (err != LZ_OK) {
            return err;
        }
        first += left ? 0 : half;
        count = left ? half : count - half;
    }
    reverse(ret_proof);
    return LZ_OK;
}

/* SUBPROOF of RFC 9162 2.1.4.1, walked from the top. */
lz_err lz_tlog_consistency_make(const struct lz_tlog_source *source, uint64_t size1, uint64_t size2,
                                struct lz_tlog_proof *ret_proof)
{
    uint64_t first = 0, count = size2, known = size1;
    bool whole = true; /* the old tree is a subtree that the verifier has the root of */
    if (size1 == 0 || size1 > size2 || size2 > LZ_TLOG_SIZE_MAX) {
        return LZ_INVALID;
    }
    ret_proof->count = 0;
    while (known < count) {
        uint64_t half = (uint64_t)1 << split_level(count);
        bool left = known <= half;
        lz_err err = left ? add_range(source, first + half, count - half, ret_proof)
                          : add_range(source, first, half, ret_proof);
        if (err != LZ_OK) {
            return err;
        }
        if (left) {
            count = half;
        } else {
            first += half;
            count -= half;
            known -= half;
            whole = false;
        }
    }
    if (!whole) {
        lz_err err = add_range(source, first, count, ret_proof);
        if (err != LZ_OK) {
            return err;
        }
    }
    reverse(ret_proof);
    return LZ_OK;
}

/* RFC 9162 2.1.3.2 */
lz_err lz_tlog_inclusion_verify(uint64_t index, uint64_t size, const struct lz_hash *leaf,
                                const struct lz_hash *hashes, size_t count, const struct lz_hash *root)
{
    struct lz_hash hash = *leaf;
    uint64_t fn = index, sn = size - 1;
    if (index >= size) {
        return LZ_INCONSISTENT;
    }
    for (size_t i = 0; i < count; i++) {
        lz_err err;
        if (sn == 0) {
            return LZ_INCONSISTENT;
        }
        if ((fn & 1) == 1 || fn == sn) {
            err = lz_tlog_node_hash(&hashes[i], &hash, &hash);
            while ((fn & 1) == 0 && fn != 0) {
                fn >>= 1;
                sn >>= 1;
            }
        } else {
            err = lz_tlog_node_hash(&hash, &hashes[i], &hash);
        }
        if (err != LZ_OK) {
            return err;
        }
        fn >>= 1;
        sn >>= 1;
    }
    return sn == 0 && lz_hash_equal(&hash, root) ? LZ_OK : LZ_INCONSISTENT;
}

/* RFC 9162 2.1.4.2.  The old tree must not be empty: of nothing, everything is an extension. */
lz_err lz_tlog_consistency_verify(uint64_t size1, uint64_t size2, const struct lz_hash *hashes, size_t count,
                                  const struct lz_hash *root1, const struct lz_hash *root2)
{
    if (size1 == 0 || size1 > size2) {
        return LZ_INCONSISTENT;
    }
    if (size1 == size2) {
        return count == 0 && lz_hash_equal(root1, root2) ? LZ_OK : LZ_INCONSISTENT;
    }
    bool power = (size1 & (size1 - 1)) == 0;
    if (count == 0) {
        return LZ_INCONSISTENT;
    }
    struct lz_hash old_root = power ? *root1 : hashes[0];
    struct lz_hash new_root = old_root;
    uint64_t fn = size1 - 1, sn = size2 - 1;
    while ((fn & 1) == 1) {
        fn >>= 1;
        sn >>= 1;
    }
    for (size_t i = power ? 0 : 1; i < count; i++) {
        lz_err err;
        if (sn == 0) {
            return LZ_INCONSISTENT;
        }
        if ((fn & 1) == 1 || fn == sn) {
            err = lz_tlog_node_hash(&hashes[i], &old_root, &old_root);
            if (err == LZ_OK) {
                err = lz_tlog_node_hash(&hashes[i], &new_root, &new_root);
            }
            while ((fn & 1) == 0 && fn != 0) {
                fn >>= 1;
                sn >>= 1;
            }
        } else {
            err = lz_tlog_node_hash(&new_root, &hashes[i], &new_root);
        }
        if (err != LZ_OK) {
            return err;
        }
        fn >>= 1;
        sn >>= 1;
    }
    bool holds = sn == 0 && lz_hash_equal(&old_root, root1) && lz_hash_equal(&new_root, root2);
    return holds ? LZ_OK : LZ_INCONSISTENT;
}
