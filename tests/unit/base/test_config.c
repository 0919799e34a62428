#include "lz_test.h"
#include "registry/base/config.h"
#include "registry/base/file.h"

#include <unistd.h>

static const struct lz_config_key keys[] = {
    {.section = "register", .name = "public-url", .kind = LZ_CONFIG_TEXT},
    {.section = "register", .name = "organ", .kind = LZ_CONFIG_TEXT, .fallback = "延安市司法局"},
    {.section = "server", .name = "port", .kind = LZ_CONFIG_INT, .fallback = "8080", .min = 0, .max = 65535},
    {.section = "server", .name = "public", .kind = LZ_CONFIG_BOOL, .fallback = "false"},
};

static lz_err parse(const char *text, struct lz_config **ret_config, struct lz_fault *fault)
{
    return lz_config_parse(lz_bytes_text(text), "test.ini", keys, COUNT_OF(keys), ret_config, fault);
}

static void settings_are_read_and_silence_means_the_fallback(void **state)
{
    (void)state;
    struct lz_config *config = NULL;
    struct lz_fault fault = {0};
    assert_ok(parse("\xef\xbb\xbf; a comment\r\n[register]\r\npublic-url = https://例.cn/a;b\r\n"
                    "[server]\nport=0 ; inline comment\npublic : yes",
                    &config, &fault));
    assert_string_equal(lz_config_text(config, "register", "public-url"), "https://例.cn/a;b");
    assert_string_equal(lz_config_text(config, "register", "organ"), "延安市司法局");
    assert_int_equal(lz_config_int(config, "server", "port"), 0);
    assert_true(lz_config_bool(config, "server", "public"));
    lz_config_free(&config);
    assert_ok(parse("[register]\npublic-url=x", &config, &fault));
    assert_int_equal(lz_config_int(config, "server", "port"), 8080);
    assert_false(lz_config_bool(config, "server", "public"));
    assert_string_equal(lz_config_text(config, "no", "such"), "");
    assert_int_equal(lz_config_int(config, "no", "such"), 0);
    assert_false(lz_config_bool(config, "no", "such"));
    lz_config_free(&config);
    lz_config_free(&config);
    lz_config_free(NULL);
}

static const struct {
    const char *text, *field, *message;
} refused[] = {
    {"", "register.public-url", "missing"},
    {"[register]\npublic-url=x\n[server]\nprot=1\n", "server.prot",
     "test.ini line 4: there is no such setting"},
    {"[register]\npublic-url=x\nport=1\n", "register.port", "line 3: there is no such setting"},
    {"[register]\npublic-url=x\npublic-url=y\n", "register.public-url",
     "line 3: this setting is given twice"},
    {"[register]\npublic-url=x\n  y\n", "register.public-url", "line 3: this setting is given twice"},
    {"[register]\npublic-url=x\n[server]\nport=65536\n", "server.port",
     "line 4: expected a whole number from 0"},
    {"[register]\npublic-url=x\n[server]\nport=-1\n", "server.port", "from 0 to 65535"},
    {"[register]\npublic-url=x\n[server]\nport=8o\n", "server.port", "from 0 to 65535"},
    {"[register]\npublic-url=x\n[server]\nport=\n", "server.port", "from 0 to 65535"},
    {"[register]\npublic-url=x\n[server]\nport=99999999999999999999\n", "server.port", "from 0 to 65535"},
    {"[register]\npublic-url=x\n[server]\npublic=maybe\n", "server.public", "expected true or false"},
    {"[register]\npublic-url=x\nwhat is this\n", "", "line 3: neither [section] nor name = value"},
    {"[register]\npublic-url=x\n[server\n", "", "line 3: neither [section]"},
    {"public-url=x\n", "public-url", "line 1: there is no such setting"},
};

static void each_fault_names_its_line_its_key_and_what_was_expected(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT_OF(refused); i++) {
        struct lz_config *config = NULL;
        struct lz_fault fault = {0};
        assert_err(parse(refused[i].text, &config, &fault), LZ_INVALID);
        assert_null(config);
        assert_int_equal(fault.code, LZ_INVALID);
        assert_non_null(strstr(fault.detail[LZ_EN], "test.ini"));
        assert_true(fault.field_count >= 1);
        assert_string_equal(fault.fields[0].field, refused[i].field);
        if (!strstr(fault.fields[0].message[LZ_EN], refused[i].message))
            fail_msg("case %zu: %s", i, fault.fields[0].message[LZ_EN]);
        assert_err(parse(refused[i].text, &config, NULL), LZ_INVALID);
    }
}

static void all_faults_are_told_at_once_and_counted_beyond_the_first_sixteen(void **state)
{
    (void)state;
    struct lz_buf text;
    struct lz_config *config = NULL;
    struct lz_fault fault = {0};
    lz_buf_init(&text, 4096);
    lz_buf_text(&text, "[server]\nport=x\npublic=x\n");
    for (int i = 0; i < 20; i++)
        lz_buf_printf(&text, "unknown%d=1\n", i);
    assert_err(parse((const char *)text.data, &config, &fault), LZ_INVALID);
    assert_int_equal(fault.field_count, LZ_FAULT_FIELDS);
    assert_non_null(strstr(fault.detail[LZ_EN], "23 place(s)"));
    lz_buf_free(&text);
}

static void a_text_value_is_never_repeated_in_a_fault(void **state)
{
    (void)state;
    struct lz_config *config = NULL;
    struct lz_fault fault = {0};
    assert_err(parse("[register]\npublic-url=secret\npublic-url=secret\npasword=secret\n", &config, &fault),
               LZ_INVALID);
    assert_int_equal(fault.field_count, 2);
    for (size_t i = 0; i < fault.field_count; i++) {
        assert_string_equal(fault.fields[i].found, "");
        assert_null(strstr(fault.fields[i].message[LZ_EN], "secret"));
    }
}

static void what_is_no_text_or_too_much_of_it_is_refused(void **state)
{
    (void)state;
    struct lz_config *config = NULL;
    struct lz_fault fault = {0};
    assert_err(parse("[register]\npublic-url=\xc1\xc1\xd6\xa4\n", &config, &fault), LZ_MALFORMED);
    assert_non_null(strstr(fault.detail[LZ_EN], "UTF-8"));
    assert_err(lz_config_parse(lz_bytes_of("a\0b", 3), "x", keys, COUNT_OF(keys), &config, &fault),
               LZ_MALFORMED);
    char *large = calloc(1, 70000);
    assert_non_null(large);
    memset(large, ';', 69999);
    assert_err(parse(large, &config, &fault), LZ_TOO_LARGE);
    memcpy(large, "[register]\npublic-url=", 22);
    memset(large + 22, 'x', 5000);
    large[5022] = '\0';
    assert_err(parse(large, &config, &fault), LZ_INVALID);
    assert_non_null(strstr(fault.fields[0].message[LZ_EN], "line 2: this line is too long"));
    free(large);
    assert_null(config);
}

static void a_file_is_read_and_a_missing_one_is_named(void **state)
{
    (void)state;
    char path[] = "/tmp/lz-config-XXXXXX";
    int fd = mkstemp(path);
    assert_true(fd >= 0);
    close(fd);
    struct lz_config *config = NULL;
    struct lz_fault fault = {0};
    assert_ok(lz_file_replace(path, lz_bytes_text("[register]\npublic-url=x\n"), 0600, NULL));
    assert_ok(lz_config_read(path, keys, COUNT_OF(keys), &config, &fault));
    lz_config_free(&config);
    assert_int_equal(unlink(path), 0);
    assert_err(lz_config_read(path, keys, COUNT_OF(keys), &config, &fault), LZ_NOT_FOUND);
    assert_non_null(strstr(fault.detail[LZ_EN], path));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(settings_are_read_and_silence_means_the_fallback),
        cmocka_unit_test(each_fault_names_its_line_its_key_and_what_was_expected),
        cmocka_unit_test(all_faults_are_told_at_once_and_counted_beyond_the_first_sixteen),
        cmocka_unit_test(a_text_value_is_never_repeated_in_a_fault),
        cmocka_unit_test(what_is_no_text_or_too_much_of_it_is_refused),
        cmocka_unit_test(a_file_is_read_and_a_missing_one_is_named),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
