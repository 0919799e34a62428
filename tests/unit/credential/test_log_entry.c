#include "conformance.h"

#include "registry/credential/log_entry.h"

static void every_type_reads_back_as_it_was_written(void **state)
{
    (void)state;
    struct lz_signing_key *key = NULL;
    assert_ok(lz_signing_key_new(LZ_KEY_P256, &key));
    struct lz_log_entry entries[] = {
        {.type = LZ_ENTRY_ISSUE, .time = 1, .issue = {.list = 2, .idx = 3, .digest = {4}}},
        {.type = LZ_ENTRY_STATUS, .time = 1, .status = {1, 2, LZ_STATUS_ENDED, 5, 60}},
        {.type = LZ_ENTRY_KEY, .time = 1, .key = {.from = 5}},
        {.type = LZ_ENTRY_KEY, .time = 1, .key = {.from = 5, .until = 9}},
        {.type = LZ_ENTRY_ANCHOR, .time = 1, .anchor = {{9}}},
        {.type = LZ_ENTRY_ORGAN, .time = 1, .organ = {7, "延安市司法局"}},
        {.type = LZ_ENTRY_RESTORE, .time = 1},
    };
    entries[2].key.key = entries[3].key.key = *lz_signing_key_public(key);
    for (size_t i = 0; i < COUNT_OF(entries); i++) {
        struct lz_buf once, twice;
        struct lz_log_entry read;
        lz_buf_init(&once, LZ_ENTRY_MAX);
        lz_buf_init(&twice, LZ_ENTRY_MAX);
        assert_ok(lz_log_entry_write(&entries[i], &once));
        assert_ok(lz_log_entry_read(lz_buf_view(&once), &read));
        assert_int_equal(read.type, entries[i].type);
        assert_ok(lz_log_entry_write(&read, &twice));
        assert_true(lz_bytes_equal(lz_buf_view(&once), lz_buf_view(&twice)));
        lz_buf_free(&once);
        lz_buf_free(&twice);
    }
    lz_signing_key_free(&key);
}

static const struct {
    const char *hex;
    lz_err err;
    const char *why;
} cases[] = {
    {"8702010000030518", LZ_MALFORMED, "a status cut short"},
    {"87020100000305183c", LZ_OK, "a status"},
    {"87020100000405183c", LZ_MALFORMED, "a status beyond two bits"},
    {"87020120000305183c", LZ_MALFORMED, "a negative list"},
    {"87020100000305190100", LZ_MALFORMED, "a reason beyond a byte"},
    {"8602010000030500", LZ_MALFORMED, "an item too few"},
    {"85010100005820"
     "0000000000000000000000000000000000000000000000000000000000000000",
     LZ_OK, "an issue"},
    {"850101000041ff", LZ_MALFORMED, "a short digest"},
    {"840501036161", LZ_OK, "an organ"},
    {"8405010360", LZ_MALFORMED, "an organ without a name"},
    {"84050103610a", LZ_MALFORMED, "a line end in a name"},
    {"820601", LZ_OK, "a restore"},
    {"83060101", LZ_MALFORMED, "a restore with an item too many"},
    {"82181901", LZ_UNSUPPORTED, "a type of tomorrow"},
    {"820001", LZ_MALFORMED, "type 0"},
    {"a0", LZ_MALFORMED, "no array"},
    {"80", LZ_MALFORMED, "an empty array"},
    {"", LZ_MALFORMED, "nothing"},
};

static void entries_are_read_strictly(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        struct lz_buf bytes;
        struct lz_log_entry entry;
        from_hex(cases[i].hex, &bytes);
        lz_err err = lz_log_entry_read(lz_buf_view(&bytes), &entry);
        if (err != cases[i].err) {
            print_error("%s\n", cases[i].why);
        }
        assert_err(err, cases[i].err);
        lz_buf_free(&bytes);
    }
}

static void what_breaks_a_rule_is_not_written(void **state)
{
    (void)state;
    static const struct lz_log_entry wrong[] = {
        {.type = LZ_ENTRY_ISSUE, .time = -1},
        {.type = LZ_ENTRY_STATUS, .status = {.status = LZ_STATUS_COUNT}},
        {.type = LZ_ENTRY_STATUS, .status = {.reason = 256}},
        {.type = LZ_ENTRY_KEY, .key = {.from = 9, .until = 9}},
        {.type = LZ_ENTRY_ORGAN, .organ = {1, ""}},
        {.type = (enum lz_log_entry_type)9},
    };
    struct lz_buf out;
    lz_buf_init(&out, LZ_ENTRY_MAX);
    for (size_t i = 0; i < COUNT_OF(wrong); i++) {
        assert_err(lz_log_entry_write(&wrong[i], &out), LZ_INVALID);
    }
    assert_int_equal(out.size, 0);
    lz_buf_free(&out);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_type_reads_back_as_it_was_written),
        cmocka_unit_test(entries_are_read_strictly),
        cmocka_unit_test(what_breaks_a_rule_is_not_written),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
