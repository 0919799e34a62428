#include "lz_test.h"
#include "registry/base/options.h"

static const struct lz_option table[] = {
    {.name = "data",
     .kind = LZ_OPTION_TEXT,
     .value = "DIR",
     .help = {"登记库文件夹", "folder of the register"}},
    {.name = "out",
     .letter = 'o',
     .kind = LZ_OPTION_TEXT,
     .value = "FILE",
     .help = {"输出文件", "file to write"}},
    {.name = "port",
     .kind = LZ_OPTION_INT,
     .value = "N",
     .help = {"端口", "port"},
     .fallback = "8080",
     .min = 0,
     .max = 65535},
    {.name = "json", .kind = LZ_OPTION_FLAG, .help = {"输出 JSON", "print JSON"}},
};
static const struct lz_program program = {.name = "liangzheng test",
                                          .arguments = "NUMBER [OPTION]...",
                                          .about = {"试验。", "A test."},
                                          .options = table,
                                          .option_count = COUNT_OF(table),
                                          .positional_min = 1,
                                          .positional_max = 2};

enum { MAX_ARGUMENTS = 12 };

/* Splits at spaces. */
static lz_err parse(const char *line, struct lz_options **ret_options, struct lz_fault *fault)
{
    static char text[512], *argv[MAX_ARGUMENTS + 1];
    static char name[] = "test";
    int argc = 0;
    snprintf(text, sizeof text, "%s", line);
    argv[argc++] = name;
    for (char *word = strtok(text, " "); word && argc < MAX_ARGUMENTS; word = strtok(NULL, " "))
        argv[argc++] = word;
    argv[argc] = NULL;
    return lz_options_parse(&program, argc, argv, ret_options, fault);
}

static void options_and_positional_arguments_mix_freely(void **state)
{
    (void)state;
    struct lz_options *o = NULL;
    assert_ok(parse("--data d 27061 --port=9000 -o f.pdf --json second", &o, NULL));
    assert_string_equal(lz_options_text(o, "data"), "d");
    assert_string_equal(lz_options_text(o, "out"), "f.pdf");
    assert_int_equal(lz_options_int(o, "port"), 9000);
    assert_true(lz_options_flag(o, "json"));
    assert_true(lz_options_given(o, "port"));
    assert_int_equal(lz_options_count(o), 2);
    assert_string_equal(lz_options_at(o, 0), "27061");
    assert_string_equal(lz_options_at(o, 1), "second");
    assert_null(lz_options_at(o, 2));
    lz_options_free(&o);
    lz_options_free(&o);
    lz_options_free(NULL);
}

static void what_is_not_given_has_its_fallback_or_nothing(void **state)
{
    (void)state;
    struct lz_options *o = NULL;
    assert_ok(parse("-", &o, NULL)); /* a lone dash is an argument: standard input */
    assert_string_equal(lz_options_at(o, 0), "-");
    assert_int_equal(lz_options_int(o, "port"), 8080);
    assert_false(lz_options_given(o, "port"));
    assert_null(lz_options_text(o, "data"));
    assert_false(lz_options_flag(o, "json"));
    assert_false(lz_options_flag(o, "help"));
    assert_null(lz_options_text(o, "unheard-of"));
    assert_int_equal(lz_options_int(o, "unheard-of"), 0);
    lz_options_free(&o);
}

static void two_dashes_end_the_options_and_the_last_value_counts(void **state)
{
    (void)state;
    struct lz_options *o = NULL;
    assert_ok(parse("--data=a --data=--b=c -- --json -h", &o, NULL));
    assert_string_equal(lz_options_text(o, "data"), "--b=c");
    assert_false(lz_options_flag(o, "json"));
    assert_string_equal(lz_options_at(o, 0), "--json");
    assert_string_equal(lz_options_at(o, 1), "-h");
    lz_options_free(&o);
}

static const struct {
    const char *line, *message;
} refused[] = {
    {"x --jsom", "Unknown option: --jsom. Did you mean --json?"},
    {"x --dta=d", "Unknown option: --dta. Did you mean --data?"},
    {"x --hlep", "Did you mean --help?"},
    {"x --wholly-different", "Unknown option: --wholly-different. See liangzheng test --help"},
    {"x -q", "Unknown option: -q"},
    {"x -oo", "Unknown option: -oo"},
    {"x --data", "needs a value: --data"},
    {"x --data --json", "needs a value: --data"},
    {"x -o", "needs a value: -o"},
    {"x --json=yes", "takes no value: --json."},
    {"x --port=secret", "not right: --port. It is a whole number from 0 to 65535"},
    {"x --port -1", "from 0 to 65535"},
    {"x --port 99999999999999999999", "from 0 to 65535"},
    {"x --port=", "from 0 to 65535"},
    {"--json", "Arguments are missing; write: NUMBER [OPTION]..."},
    {"a b c", "Unexpected argument: c"},
    {"x --=", "Unknown option: --."},
    {"x ---", "Unknown option"},
};

static void wrong_use_is_answered_with_what_to_write(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT_OF(refused); i++) {
        struct lz_options *o = NULL;
        struct lz_fault fault = {0};
        assert_err(parse(refused[i].line, &o, &fault), LZ_USAGE);
        assert_null(o);
        if (!strstr(fault.detail[LZ_EN], refused[i].message))
            fail_msg("%s: %s", refused[i].line, fault.detail[LZ_EN]);
        assert_null(strstr(fault.detail[LZ_EN], "secret"));
        assert_true(fault.detail[LZ_ZH][0] != '\0');
        assert_err(parse(refused[i].line, &o, NULL), LZ_USAGE);
    }
}

static void help_comes_before_every_other_check(void **state)
{
    (void)state;
    struct lz_options *o = NULL;
    assert_ok(parse("--port=x --help", &o, NULL));
    assert_true(lz_options_flag(o, "help"));
    lz_options_free(&o);
    assert_ok(parse("-h", &o, NULL));
    assert_true(lz_options_given(o, "help"));
    lz_options_free(&o);
}

static void the_help_is_made_from_the_table_in_both_languages(void **state)
{
    (void)state;
    struct lz_buf out;
    lz_buf_init(&out, 4096);
    lz_options_help(&program, &out);
    assert_buf_text(&out,
                    "用法 Usage: liangzheng test NUMBER [OPTION]...\n\n试验。\nA test.\n\n选项 Options:\n"
                    "      --data DIR  登记库文件夹\n                  folder of the register\n"
                    "  -o, --out FILE  输出文件\n                  file to write\n"
                    "      --port N    端口(默认 8080)\n                  port (default 8080)\n"
                    "      --json      输出 JSON\n                  print JSON\n"
                    "  -h, --help      显示本帮助\n                  show this help\n");
    lz_buf_free(&out);
}

static void a_program_without_arguments_or_options_still_reads_its_line(void **state)
{
    (void)state;
    static const struct lz_program bare = {.name = "bare", .about = {"无", "None"}};
    struct lz_options *o = NULL;
    char *none[] = {NULL};
    assert_ok(lz_options_parse(&bare, 0, none, &o, NULL));
    assert_int_equal(lz_options_count(o), 0);
    lz_options_free(&o);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(options_and_positional_arguments_mix_freely),
        cmocka_unit_test(what_is_not_given_has_its_fallback_or_nothing),
        cmocka_unit_test(two_dashes_end_the_options_and_the_last_value_counts),
        cmocka_unit_test(wrong_use_is_answered_with_what_to_write),
        cmocka_unit_test(help_comes_before_every_other_check),
        cmocka_unit_test(the_help_is_made_from_the_table_in_both_languages),
        cmocka_unit_test(a_program_without_arguments_or_options_still_reads_its_line),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
