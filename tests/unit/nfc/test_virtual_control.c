#include "lz_test.h"
#include "nfc/virtual_control.h"

/* One line per case; `path` NULL: none expected. */
static const struct {
    const char *line;
    lz_err err;
    enum lz_virtual_verb verb;
    const char *chip;
    bool has_uid;
    const char *path;
} cases[] = {
    {"insert", LZ_OK, LZ_VIRTUAL_INSERT, NULL, false, NULL},
    {"  insert   ", LZ_OK, LZ_VIRTUAL_INSERT, NULL, false, NULL},
    {"insert chip=ntag213 uid=04a1B2c3d4e580", LZ_OK, LZ_VIRTUAL_INSERT, "NTAG213", true, NULL},
    {"insert dump=/tmp/a b", LZ_OK, LZ_VIRTUAL_INSERT, NULL, false, "/tmp/a b"},
    {"swap uid=04a1b2c3d4e580", LZ_OK, LZ_VIRTUAL_SWAP, NULL, true, NULL},
    {"remove", LZ_OK, LZ_VIRTUAL_REMOVE, NULL, false, NULL},
    {"list", LZ_OK, LZ_VIRTUAL_LIST, NULL, false, NULL},
    {"save dump=x", LZ_OK, LZ_VIRTUAL_SAVE, NULL, false, "x"},
    {"fault tear after=12", LZ_OK, LZ_VIRTUAL_FAULT, NULL, false, NULL},
    {"fault unplug", LZ_OK, LZ_VIRTUAL_UNPLUG, NULL, false, NULL},
    {"fault replug", LZ_OK, LZ_VIRTUAL_REPLUG, NULL, false, NULL},
    {"", LZ_INVALID, 0, NULL, false, NULL},
    {"INSERT", LZ_INVALID, 0, NULL, false, NULL},
    {"insertx", LZ_INVALID, 0, NULL, false, NULL},
    {"insert chip=NTAG424", LZ_INVALID, 0, NULL, false, NULL},
    {"insert chip=NTAG213NTAG213NTAG213", LZ_INVALID, 0, NULL, false, NULL},
    {"insert uid=04a1b2c3d4e5", LZ_INVALID, 0, NULL, false, NULL},
    {"insert uid=04a1b2c3d4e58000", LZ_INVALID, 0, NULL, false, NULL},
    {"insert uid=04a1b2c3d4e58g", LZ_INVALID, 0, NULL, false, NULL},
    {"insert after=1", LZ_INVALID, 0, NULL, false, NULL},
    {"remove now", LZ_INVALID, 0, NULL, false, NULL},
    {"save", LZ_INVALID, 0, NULL, false, NULL},
    {"save dump=", LZ_INVALID, 0, NULL, false, NULL},
    {"fault", LZ_INVALID, 0, NULL, false, NULL},
    {"fault hiccup", LZ_INVALID, 0, NULL, false, NULL},
    {"fault tear after=", LZ_INVALID, 0, NULL, false, NULL},
    {"fault tear after=999999", LZ_INVALID, 0, NULL, false, NULL},
    {"fault tear after=-1", LZ_INVALID, 0, NULL, false, NULL},
};

static void each_line_is_understood_or_refused_with_its_word(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        struct lz_virtual_command command = {0};
        struct lz_fault fault = {0};
        lz_err err = lz_virtual_command_parse(lz_bytes_text(cases[i].line), &command, &fault);
        if (err != cases[i].err)
            fail_msg("'%s': %s", cases[i].line, lz_err_name(err));
        if (err) {
            assert_int_equal(fault.field_count, 1);
            continue;
        }
        assert_int_equal(command.verb, cases[i].verb);
        assert_string_equal(command.type ? command.type->name : "", cases[i].chip ? cases[i].chip : "");
        assert_int_equal(command.has_uid, cases[i].has_uid);
        assert_string_equal(command.path, cases[i].path ? cases[i].path : "");
    }
}

static void too_long_lines_and_paths_are_refused(void **state)
{
    (void)state;
    static char line[LZ_VIRTUAL_LINE_MAX + 2];
    struct lz_virtual_command command = {0};
    memset(line, 'a', sizeof line - 1);
    assert_err(lz_virtual_command_parse(lz_bytes_text(line), &command, NULL), LZ_INVALID);
    memcpy(line, "save dump=", 10);
    line[10 + LZ_VIRTUAL_PATH_MAX] = '\0';
    assert_err(lz_virtual_command_parse(lz_bytes_text(line), &command, NULL), LZ_INVALID);
    line[10 + LZ_VIRTUAL_PATH_MAX - 1] = '\0';
    assert_ok(lz_virtual_command_parse(lz_bytes_text(line), &command, NULL));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_line_is_understood_or_refused_with_its_word),
        cmocka_unit_test(too_long_lines_and_paths_are_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
