#include "fixture.h"
#include "registry/credential/checkpoint.h"
#include "registry/credential/tile.h"

struct adding {
    unsigned count;
};
static lz_err add_job(struct lz_call *call, void *context)
{
    const struct adding *adding = context;
    lz_err err = LZ_OK;
    for (unsigned i = 0; !err && i < adding->count; i++) {
        struct lz_log_entry entry = {.type = LZ_ENTRY_ANCHOR, .time = lz_call_now_s(call)};
        memset(entry.anchor.head, (int)(i % 251), sizeof entry.anchor.head);
        err = lz_log_append(call, &entry, NULL);
    }
    return err;
}

static void add_entries(struct fixture *f, unsigned count)
{
    struct lz_call call = fixture_call(f, &lz_actor_local_admin);
    struct adding adding = {count};
    assert_ok(lz_call_write(&call, add_job, &adding));
}

/* Reads the log as a stranger does: entry bundles by path. */
static void read_all(struct fixture *f, uint64_t size, struct lz_tlog_frontier *frontier)
{
    struct lz_call call = fixture_call(f, &lz_actor_nobody);
    for (uint64_t index = 0; frontier->size < size; index++) {
        struct lz_tile tile = lz_tile_in(LZ_TILE_ENTRIES, index, size);
        char path[LZ_TILE_PATH];
        struct lz_bytes bundle, entry;
        lz_tile_path(&tile, path);
        assert_int_equal(strncmp(path, "tile/", 5), 0);
        assert_ok(lz_log_tile(&call, path + 5, &bundle));
        for (unsigned i = 0; i < tile.width; i++) {
            struct lz_hash leaf;
            assert_ok(lz_bundle_next(&bundle, &entry));
            assert_ok(lz_tlog_leaf_hash(entry, &leaf));
            assert_ok(lz_tlog_append(frontier, &leaf, NULL, NULL));
        }
        assert_err(lz_bundle_next(&bundle, &entry), LZ_NOT_FOUND);
    }
}

static lz_err read_tile(void *context, const struct lz_tile *tile, struct lz_buf *out)
{
    struct lz_call call = fixture_call(context, &lz_actor_nobody);
    char path[LZ_TILE_PATH];
    struct lz_bytes bytes;
    lz_tile_path(tile, path);
    lz_err err = lz_log_tile(&call, path + 5, &bytes);
    if (!err)
        lz_buf_add(out, bytes.data, bytes.size);
    return err ? err : out->err;
}

static struct lz_checkpoint checkpoint_of(struct fixture *f, int64_t *ret_time)
{
    struct lz_call call = fixture_call(f, &lz_actor_nobody);
    struct lz_bytes note;
    const char *text = NULL;
    struct lz_vkey vkey;
    struct lz_checkpoint checkpoint;
    assert_ok(lz_log_checkpoint(&call, 30, &note));
    assert_ok(lz_log_vkey(&call, &text));
    assert_ok(lz_vkey_parse(lz_bytes_text(text), &vkey));
    assert_string_equal(vkey.name, "zf.yanan.example/log");
    assert_ok(lz_checkpoint_verify(note, &vkey, &checkpoint, ret_time));
    return checkpoint;
}

static void entries_tiles_and_checkpoint_tell_one_story(void **test)
{
    struct fixture *f = *test;
    static const unsigned steps[] = {0, 1, 200, 53, 2, 300};
    for (size_t i = 0; i < COUNT_OF(steps); i++) {
        add_entries(f, steps[i]);
        struct lz_tlog_frontier frontier = {0};
        struct lz_hash entries_root, tiles_root;
        int64_t time = 0;
        struct lz_checkpoint checkpoint = checkpoint_of(f, &time);
        assert_int_equal(time, FIXTURE_NOON);
        read_all(f, checkpoint.size, &frontier);
        assert_ok(lz_tlog_frontier_root(&frontier, &entries_root));
        assert_memory_equal(entries_root.bytes, checkpoint.root.bytes, LZ_HASH_SIZE);
        struct lz_tile_source tiles = {read_tile, f, checkpoint.size};
        struct lz_tlog_source source = lz_tile_source(&tiles);
        assert_ok(lz_tlog_root(&source, checkpoint.size, &tiles_root));
        assert_memory_equal(tiles_root.bytes, checkpoint.root.bytes, LZ_HASH_SIZE);
    }
}

static void an_older_partial_tile_stays_readable(void **test)
{
    struct fixture *f = *test;
    struct lz_call call = fixture_call(f, &lz_actor_nobody);
    struct lz_bytes before, after;
    add_entries(f, 20);
    assert_ok(lz_log_tile(&call, "0/000.p/7", &before));
    add_entries(f, 400);
    assert_ok(lz_log_tile(&call, "0/000.p/7", &after));
    assert_true(lz_bytes_equal(before, after));
}

static void other_spellings_and_other_places_are_not_found(void **test)
{
    struct fixture *f = *test;
    struct lz_call call = fixture_call(f, &lz_actor_nobody);
    static const char *const paths[] = {
        "",
        "0",
        "0/0",
        "0/000",
        "0/000.p/0",
        "0/000.p/256",
        "0/000.p/255",
        "0/001.p/1",
        "7/000.p/1",
        "8/000.p/1",
        "entries/000",
        "entries/000.p/99",
        "entries/0.p/1",
        "../register.db",
        "0/000.p/07",
        "0/x000/000",
    };
    struct lz_bytes tile;
    for (size_t i = 0; i < COUNT_OF(paths); i++)
        assert_err(lz_log_tile(&call, paths[i], &tile), LZ_NOT_FOUND);
}

static void a_checkpoint_is_signed_anew_when_it_ages_or_the_log_grows(void **test)
{
    struct fixture *f = *test;
    int64_t first = 0, second = 0;
    uint64_t size = checkpoint_of(f, &first).size;
    fixture_pass(f, 29);
    checkpoint_of(f, &second);
    assert_int_equal(second, first);
    fixture_pass(f, 2);
    checkpoint_of(f, &second);
    assert_int_equal(second, first + 31);
    add_entries(f, 1);
    fixture_pass(f, 1);
    assert_int_equal(checkpoint_of(f, &second).size, size + 1);
    assert_int_equal(second, first + 32);
}

static lz_err failing_job(struct lz_call *call, void *context)
{
    lz_err err = add_job(call, context);
    return err ? err : LZ_CANCELLED;
}

static void what_was_rolled_back_is_not_in_the_log(void **test)
{
    struct fixture *f = *test;
    struct lz_call call = fixture_call(f, &lz_actor_local_admin);
    struct adding adding = {3};
    int64_t before = 0, after = 0, verified = 0;
    assert_ok(lz_log_size(&call, &before));
    assert_err(lz_call_write(&call, failing_job, &adding), LZ_CANCELLED);
    assert_ok(lz_log_size(&call, &after));
    assert_int_equal(before, after);
    assert_ok(lz_log_verify(&call, &verified));
}

static void the_audit_is_anchored_once_a_day(void **test)
{
    struct fixture *f = *test;
    struct lz_call call = fixture_call(f, &lz_actor_system);
    bool done = false;
    int64_t before = 0, after = 0;
    assert_ok(lz_log_size(&call, &before));
    assert_ok(lz_log_anchor(&call, &done));
    assert_true(done);
    assert_ok(lz_log_anchor(&call, &done));
    assert_false(done);
    assert_ok(lz_log_size(&call, &after));
    assert_int_equal(after, before + 1);
    fixture_pass(f, 12 * HOUR); /* midnight */
    assert_ok(lz_log_anchor(&call, &done));
    assert_true(done);
}

static void verifying_finds_a_changed_entry(void **test)
{
    struct fixture *f = *test;
    struct lz_call call = fixture_call(f, &f->auditor);
    int64_t size = 0;
    add_entries(f, 300);
    assert_ok(lz_log_verify(&call, &size));
    assert_true(size >= 300);
    fixture_tamper(
        f,
        "UPDATE log_entry SET entry = (SELECT entry FROM log_entry WHERE position = 40) WHERE position = 41");
    assert_err(lz_log_verify(&call, &size), LZ_CORRUPT);
}

static void verifying_finds_a_badge_that_says_better_than_the_log(void **test)
{
    struct fixture *f = *test;
    struct lz_call call = fixture_call(f, &f->auditor);
    int64_t size = 0;
    const char *number = fixture_valid(f);
    fixture_token(f, number);
    assert_ok(fixture_change(f, &f->bureau, number, LZ_CERTIFICATE_REVOKE, "gain"));
    assert_ok(lz_log_verify(&call, &size));
    fixture_tamper(f, "UPDATE badge SET status = 0");
    assert_err(lz_log_verify(&call, &size), LZ_CORRUPT);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        fixture_test(entries_tiles_and_checkpoint_tell_one_story),
        fixture_test(an_older_partial_tile_stays_readable),
        fixture_test(other_spellings_and_other_places_are_not_found),
        fixture_test(a_checkpoint_is_signed_anew_when_it_ages_or_the_log_grows),
        fixture_test(what_was_rolled_back_is_not_in_the_log),
        fixture_test(the_audit_is_anchored_once_a_day),
        fixture_test(verifying_finds_a_changed_entry),
        fixture_test(verifying_finds_a_badge_that_says_better_than_the_log),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
