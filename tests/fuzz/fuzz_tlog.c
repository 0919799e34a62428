/* Proofs of the log: what is made verifies, what is changed does not.
 *
 * Input: index, smaller size, size (2 bytes each, reduced to a tree of at most 300 leaves), then changes. */
#include "registry/credential/tlog.h"
#include "tests/fuzz/folder.h"

enum { LEAVES = 300 };

static struct lz_hash leaves[LEAVES];

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
    (void)argc;
    (void)argv;
    for (uint16_t i = 0; i < LEAVES; i++)
        lz_fuzz_need(!lz_tlog_leaf_hash(lz_bytes_of(&i, sizeof i), &leaves[i]));
    return 0;
}

/* The complete subtree `index` of `level`. */
static lz_err read_node(void *context, unsigned level, uint64_t index, struct lz_hash *ret_hash)
{
    struct lz_hash left, right;
    if (level == 0) {
        lz_fuzz_need(index < LEAVES);
        *ret_hash = leaves[index];
        return LZ_OK;
    }
    lz_err err = read_node(context, level - 1, 2 * index, &left);
    if (!err)
        err = read_node(context, level - 1, 2 * index + 1, &right);
    return err ? err : lz_tlog_node_hash(&left, &right, ret_hash);
}

static bool altered(struct lz_bytes input, struct lz_tlog_proof *proof)
{
    const struct lz_tlog_proof was = *proof;
    size_t size = proof->count * LZ_HASH_SIZE;
    lz_fuzz_patch(&input, 4, (uint8_t *)proof->hashes, &size);
    proof->count = size / LZ_HASH_SIZE;
    return proof->count != was.count || memcmp(proof->hashes, was.hashes, proof->count * LZ_HASH_SIZE) != 0;
}

static void check_inclusion(const struct lz_tlog_source *source, uint64_t index, uint64_t size,
                            const struct lz_hash *root, struct lz_bytes input)
{
    struct lz_tlog_proof proof = {.count = 0};
    if (lz_tlog_inclusion_make(source, index, size, &proof)) {
        lz_fuzz_sure(index >= size);
        return;
    }
    lz_fuzz_sure(!lz_tlog_inclusion_verify(index, size, &leaves[index], proof.hashes, proof.count, root));
    lz_fuzz_need(lz_tlog_inclusion_verify(index, size, &leaves[(index + 1) % LEAVES], proof.hashes,
                                          proof.count, root) != LZ_OK);
    if (altered(input, &proof))
        lz_fuzz_need(lz_tlog_inclusion_verify(index, size, &leaves[index], proof.hashes, proof.count, root) !=
                     LZ_OK);
}

static void check_consistency(const struct lz_tlog_source *source, uint64_t size1, uint64_t size2,
                              const struct lz_hash *root2, struct lz_bytes input)
{
    struct lz_tlog_proof proof = {.count = 0};
    struct lz_hash root1;
    if (lz_tlog_root(source, size1, &root1) || lz_tlog_consistency_make(source, size1, size2, &proof)) {
        lz_fuzz_sure(size1 == 0 || size1 > size2);
        return;
    }
    lz_fuzz_sure(!lz_tlog_consistency_verify(size1, size2, proof.hashes, proof.count, &root1, root2));
    if (size1 != size2)
        lz_fuzz_need(lz_tlog_consistency_verify(size1, size2, proof.hashes, proof.count, root2, root2) !=
                     LZ_OK);
    if (altered(input, &proof))
        lz_fuzz_need(lz_tlog_consistency_verify(size1, size2, proof.hashes, proof.count, &root1, root2) !=
                     LZ_OK);
}

static uint64_t number(struct lz_bytes *input, unsigned below)
{
    const unsigned value = ((unsigned)input->data[0] << 8 | input->data[1]) % below;
    *input = lz_bytes_of(input->data + 2, input->size - 2);
    return value;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct lz_bytes input = lz_bytes_of(data, size);
    const struct lz_tlog_source source = {.read = read_node};
    struct lz_tlog_frontier frontier = {0};
    struct lz_hash root, again;
    if (size < 6)
        return 0;
    const uint64_t index = number(&input, LEAVES), size1 = number(&input, LEAVES + 1),
                   size2 = number(&input, LEAVES + 1);
    if (lz_tlog_root(&source, size2, &root))
        return 0;
    /* Claims of any size and hashes of any content never verify by chance. */
    struct lz_hash claimed[4] = {0};
    memcpy(claimed, input.data, input.size < sizeof claimed ? input.size : sizeof claimed);
    lz_fuzz_need(lz_tlog_inclusion_verify(index, size2, &claimed[0], claimed + 1, input.size % 4, &root) !=
                 LZ_OK);
    check_inclusion(&source, index, size2, &root, input);
    check_consistency(&source, size1, size2, &root, input);
    if (!lz_tlog_frontier_read(&source, size2, &frontier) && !lz_tlog_frontier_root(&frontier, &again))
        lz_fuzz_need(lz_hash_equal(&root, &again));
    else
        lz_fuzz_sure(false);
    return 0;
}
