#include "conformance.h"

#include "registry/credential/tile.h"

/* --- the cases of transparency-dev/merkle --- */

/* A hash of the wrong size can be no hash of ours: such a case is refused before the check. */
static bool hash_of(const json_t *value, struct lz_hash *ret_hash)
{
    struct lz_buf bytes;
    const char *text = json_string_value(value);
    lz_buf_init(&bytes, 4096);
    bool ok =
        text != NULL && lz_base64_decode(lz_bytes_text(text), &bytes) == LZ_OK && bytes.size == LZ_HASH_SIZE;
    if (ok) {
        memcpy(ret_hash->bytes, bytes.data, LZ_HASH_SIZE);
    }
    lz_buf_free(&bytes);
    return ok;
}

static bool proof_of(const json_t *value, struct lz_tlog_proof *ret_proof)
{
    *ret_proof = (struct lz_tlog_proof){.count = json_array_size(value)};
    for (size_t i = 0; i < ret_proof->count; i++) {
        if (i == LZ_TLOG_PROOF_MAX || !hash_of(json_array_get(value, i), &ret_proof->hashes[i])) {
            return false;
        }
    }
    return true;
}

static uint64_t number(const json_t *value, const char *name)
{
    const json_t *found = json_object_get(value, name);
    double real = json_number_value(found);
    if (json_is_integer(found)) {
        return (uint64_t)json_integer_value(found);
    }
    return real >= 18446744073709551615.0 ? UINT64_MAX : (uint64_t)real;
}

static bool inclusion_holds(const json_t *value)
{
    struct lz_hash leaf, root;
    struct lz_tlog_proof proof;
    return hash_of(json_object_get(value, "leafHash"), &leaf) &&
           hash_of(json_object_get(value, "root"), &root) &&
           proof_of(json_object_get(value, "proof"), &proof) &&
           lz_tlog_inclusion_verify(number(value, "leafIdx"), number(value, "treeSize"), &leaf, proof.hashes,
                                    proof.count, &root) == LZ_OK;
}

static bool consistency_holds(const json_t *value)
{
    struct lz_hash root1, root2;
    struct lz_tlog_proof proof;
    return hash_of(json_object_get(value, "root1"), &root1) &&
           hash_of(json_object_get(value, "root2"), &root2) &&
           proof_of(json_object_get(value, "proof"), &proof) &&
           lz_tlog_consistency_verify(number(value, "size1"), number(value, "size2"), proof.hashes,
                                      proof.count, &root1, &root2) == LZ_OK;
}

static void run_cases(const char *below, bool (*holds)(const json_t *value))
{
    char folder[4096], path[8000];
    size_t tried = 0;
    conformance_path(below, folder);
    for (int set = 0; set < 100; set++) {
        snprintf(path, sizeof path, "%s/%d", folder, set);
        DIR *list = opendir(path);
        if (list == NULL) {
            break;
        }
        for (struct dirent *item; (item = readdir(list)) != NULL;) {
            if (strstr(item->d_name, ".json") == NULL) {
                continue;
            }
            snprintf(path, sizeof path, "%s/%d/%s", folder, set, item->d_name);
            json_t *value = conformance_json(path);
            bool refuse = json_is_true(json_object_get(value, "wantErr"));
            if (holds(value) == refuse) {
                print_error("%s\n", path);
            }
            assert_int_equal(holds(value), !refuse);
            json_decref(value);
            tried++;
        }
        closedir(list);
    }
    assert_true(tried > 50);
}

static void inclusion_proofs_are_accepted_or_refused_as_published(void **state)
{
    (void)state;
    run_cases("tlog/inclusion", inclusion_holds);
}

static void consistency_proofs_are_accepted_or_refused_as_published(void **state)
{
    (void)state;
    run_cases("tlog/consistency", consistency_holds);
}

/* --- our own tree, kept as tiles --- */

enum { LEAVES = 700 };
struct tree {
    struct lz_hash rows[3][LEAVES]; /* tile levels 0, 1, 2 */
    struct lz_hash roots[LEAVES + 1];
    struct lz_tlog_frontier frontier;
};

static lz_err keep(void *context, unsigned level, uint64_t index, const struct lz_hash *hash)
{
    struct tree *tree = context;
    if (level % LZ_TILE_HEIGHT == 0) {
        tree->rows[level / LZ_TILE_HEIGHT][index] = *hash;
    }
    return LZ_OK;
}

static lz_err read_tile(void *context, const struct lz_tile *tile, struct lz_buf *out)
{
    const struct tree *tree = context;
    lz_buf_add(out, &tree->rows[tile->level][tile->index * LZ_TILE_WIDTH],
               (size_t)tile->width * sizeof(struct lz_hash));
    return out->err;
}

static struct lz_hash leaf_of(uint32_t number_of)
{
    struct lz_hash leaf;
    assert_ok(lz_tlog_leaf_hash(lz_bytes_of(&number_of, sizeof number_of), &leaf));
    return leaf;
}

static struct tree *plant(void)
{
    struct tree *tree = calloc(1, sizeof *tree);
    assert_non_null(tree);
    assert_ok(lz_tlog_frontier_root(&tree->frontier, &tree->roots[0]));
    for (uint32_t i = 0; i < LEAVES; i++) {
        struct lz_hash leaf = leaf_of(i);
        assert_ok(lz_tlog_append(&tree->frontier, &leaf, keep, tree));
        assert_ok(lz_tlog_frontier_root(&tree->frontier, &tree->roots[i + 1]));
    }
    return tree;
}

static void the_empty_tree_has_the_hash_of_nothing(void **state)
{
    (void)state;
    struct lz_tlog_frontier frontier = {0};
    struct lz_hash root;
    struct lz_buf expected;
    from_hex("e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855", &expected);
    assert_ok(lz_tlog_frontier_root(&frontier, &root));
    assert_memory_equal(root.bytes, expected.data, LZ_HASH_SIZE);
    lz_buf_free(&expected);
}

static void proofs_made_from_tiles_verify_for_every_size(void **state)
{
    (void)state;
    static const uint64_t sizes[] = {1, 2, 3, 7, 8, 255, 256, 257, 511, 512, 513, 699, 700};
    struct tree *tree = plant();
    for (size_t s = 0; s < COUNT_OF(sizes); s++) {
        struct lz_tile_source tiles = {.read = read_tile, .context = tree, .size = sizes[s]};
        struct lz_tlog_source source = lz_tile_source(&tiles);
        struct lz_tlog_proof proof;
        struct lz_hash root;
        assert_ok(lz_tlog_root(&source, sizes[s], &root));
        assert_true(lz_hash_equal(&root, &tree->roots[sizes[s]]));
        for (uint64_t i = 0; i < sizes[s]; i += sizes[s] / 13 + 1) {
            struct lz_hash leaf = leaf_of((uint32_t)i);
            assert_ok(lz_tlog_inclusion_make(&source, i, sizes[s], &proof));
            assert_ok(lz_tlog_inclusion_verify(i, sizes[s], &leaf, proof.hashes, proof.count, &root));
        }
        for (size_t o = 0; o <= s; o++) {
            assert_ok(lz_tlog_consistency_make(&source, sizes[o], sizes[s], &proof));
            assert_ok(lz_tlog_consistency_verify(sizes[o], sizes[s], proof.hashes, proof.count,
                                                 &tree->roots[sizes[o]], &root));
            if (proof.count > 0) {
                proof.hashes[0].bytes[0] ^= 1;
                assert_err(lz_tlog_consistency_verify(sizes[o], sizes[s], proof.hashes, proof.count,
                                                      &tree->roots[sizes[o]], &root),
                           LZ_INCONSISTENT);
            }
        }
        assert_err(lz_tlog_inclusion_make(&source, sizes[s], sizes[s], &proof), LZ_INVALID);
    }
    free(tree);
}

static void a_frontier_read_back_goes_on_where_the_tree_stopped(void **state)
{
    (void)state;
    struct tree *tree = plant();
    struct lz_tile_source tiles = {.read = read_tile, .context = tree, .size = 300};
    struct lz_tlog_source source = lz_tile_source(&tiles);
    struct lz_tlog_frontier frontier;
    assert_ok(lz_tlog_frontier_read(&source, 300, &frontier));
    for (uint32_t i = 300; i < LEAVES; i++) {
        struct lz_hash leaf = leaf_of(i), root;
        assert_ok(lz_tlog_append(&frontier, &leaf, NULL, NULL));
        assert_ok(lz_tlog_frontier_root(&frontier, &root));
        assert_true(lz_hash_equal(&root, &tree->roots[i + 1]));
    }
    free(tree);
}

/* --- paths --- */

static const struct {
    struct lz_tile tile;
    const char *path;
} paths[] = {
    {{0, 0, 256}, "tile/0/000"},
    {{0, 67, 256}, "tile/0/067"},
    {{1, 1234067, 256}, "tile/1/x001/x234/067"},
    {{0, 1000, 1}, "tile/0/x001/000.p/1"},
    {{7, 999, 255}, "tile/7/999.p/255"},
    {{LZ_TILE_ENTRIES, 0, 12}, "tile/entries/000.p/12"},
    {{LZ_TILE_ENTRIES, 273, 256}, "tile/entries/273"},
};
static const char *const wrong_paths[] = {
    "",
    "tile",
    "tile/",
    "tile/0/0",
    "tile/00/000",
    "tile/8/000",
    "tile/0/00",
    "tile/0/0000",
    "tile/0/x000/000",
    "tile/0/000.p/0",
    "tile/0/000.p/256",
    "tile/0/000.p/01",
    "/tile/0/000",
    "tile/0/000/",
    "tile/0/x001",
    "tile/0/x001/",
    "tile/0/",
    "tile/0/000.p/",
    "tile/entries/x1/000",
    "tile/-1/000",
    "tile/0/000 ",
    "tile/0/x999/x999/x999/x999/x999/x999/x999/999",
};

static void a_tile_has_one_path(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT_OF(paths); i++) {
        char path[LZ_TILE_PATH];
        struct lz_tile tile;
        lz_tile_path(&paths[i].tile, path);
        assert_string_equal(path, paths[i].path);
        assert_ok(lz_tile_parse(lz_bytes_text(path), &tile));
        assert_int_equal(tile.level, paths[i].tile.level);
        assert_true(tile.index == paths[i].tile.index && tile.width == paths[i].tile.width);
    }
    for (size_t i = 0; i < COUNT_OF(wrong_paths); i++) {
        struct lz_tile tile;
        assert_err(lz_tile_parse(lz_bytes_text(wrong_paths[i]), &tile), LZ_MALFORMED);
    }
}

static void a_tree_has_the_tiles_its_size_allows(void **state)
{
    (void)state;
    assert_int_equal(lz_tile_in(0, 0, 0).width, 0);
    assert_int_equal(lz_tile_in(0, 0, 70000).width, 256);
    assert_int_equal(lz_tile_in(0, 273, 70000).width, 112);
    assert_int_equal(lz_tile_in(1, 1, 70000).width, 17);
    assert_int_equal(lz_tile_in(2, 0, 70000).width, 1);
    assert_int_equal(lz_tile_in(3, 0, 70000).width, 0);
    assert_true(lz_tile_exists(&(struct lz_tile){0, 273, 100}, 70000));
    assert_false(lz_tile_exists(&(struct lz_tile){0, 273, 113}, 70000));
    assert_false(lz_tile_exists(&(struct lz_tile){0, 274, 1}, 70000));
}

static void a_bundle_gives_its_entries_back_and_notices_a_cut(void **state)
{
    (void)state;
    struct lz_buf out;
    struct lz_bytes rest, entry;
    lz_buf_init(&out, 4096);
    assert_ok(lz_bundle_add(&out, lz_bytes_text("one")));
    assert_ok(lz_bundle_add(&out, lz_bytes_text("")));
    rest = lz_buf_view(&out);
    assert_ok(lz_bundle_next(&rest, &entry));
    assert_true(lz_bytes_equal(entry, lz_bytes_text("one")));
    assert_ok(lz_bundle_next(&rest, &entry));
    assert_int_equal(entry.size, 0);
    assert_err(lz_bundle_next(&rest, &entry), LZ_NOT_FOUND);
    rest = lz_bytes_of(out.data, 4);
    assert_err(lz_bundle_next(&rest, &entry), LZ_MALFORMED);
    rest = lz_bytes_of("\xff\xff", 2);
    assert_err(lz_bundle_next(&rest, &entry), LZ_MALFORMED);
    lz_buf_free(&out);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(inclusion_proofs_are_accepted_or_refused_as_published),
        cmocka_unit_test(consistency_proofs_are_accepted_or_refused_as_published),
        cmocka_unit_test(the_empty_tree_has_the_hash_of_nothing),
        cmocka_unit_test(proofs_made_from_tiles_verify_for_every_size),
        cmocka_unit_test(a_frontier_read_back_goes_on_where_the_tree_stopped),
        cmocka_unit_test(a_tile_has_one_path),
        cmocka_unit_test(a_tree_has_the_tiles_its_size_allows),
        cmocka_unit_test(a_bundle_gives_its_entries_back_and_notices_a_cut),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
