/* Memory that runs out at any moment is reported, and nothing leaks or breaks. */
#include "faults/faults.h"

#include "registry/base/arena.h"
#include "registry/base/config.h"
#include "registry/base/encoding.h"
#include "registry/base/file.h"
#include "registry/base/json_write.h"
#include "registry/base/mustache.h"
#include "registry/base/options.h"
#include "registry/base/text.h"

#include <unistd.h>

static lz_err use_buffer(void *context)
{
    (void)context;
    struct lz_buf buf;
    size_t size = 0;
    lz_buf_init(&buf, 1 << 16);
    for (int i = 0; i < 100; i++)
        lz_buf_printf(&buf, "%d亮证", i);
    lz_base32_encode(lz_bytes_text("foobar"), &buf);
    lz_err err = buf.err;
    uint8_t *taken = lz_buf_take(&buf, &size);
    if (!err && !taken)
        err = LZ_INTERNAL;
    free(taken);
    lz_buf_free(&buf);
    return err;
}

static lz_err use_arena(void *context)
{
    (void)context;
    struct lz_arena *arena = lz_arena_new(0);
    lz_err err = arena ? LZ_OK : LZ_MEMORY;
    for (size_t i = 0; !err && i < 10; i++)
        if (!lz_arena_array(arena, 1000, i) || !lz_arena_printf(arena, "%zu", i) ||
            !lz_text_trim(arena, " 亮 ") || !lz_text_squeeze(arena, "亮 证") ||
            !lz_text_fold_width(arena, "A"))
            err = LZ_MEMORY;
    lz_arena_free(&arena);
    return err;
}

static lz_err use_mustache(void *context)
{
    struct lz_mustache *mustache = NULL;
    struct lz_buf out;
    lz_buf_init(&out, 1 << 16);
    lz_err err = lz_mustache_parse(
        lz_bytes_text(
            "{{#l}}\n {{.}} {{{.}}}\n{{/l}}{{^n}}1{{/n}}{{a}}{{b}}{{c}}{{d}}{{e}}{{f}}{{g}}{{h}}{{i}}"
            "{{j}}{{k}}{{l}}{{m}}{{o}}{{p}}{{q}}{{r}}{{s}}{{t}}{{u}}{{v}}{{w}}{{x}}{{y}}{{z}}"),
        &mustache, NULL);
    if (!err)
        err = lz_mustache_render(mustache, context, NULL, &out);
    if (!err && strcmp((const char *)out.data, " 1.5 1.5\n x x\n1") != 0)
        err = LZ_INTERNAL;
    lz_buf_free(&out);
    lz_mustache_free(&mustache);
    return err;
}

static lz_err use_config(void *context)
{
    (void)context;
    static const struct lz_config_key keys[] = {{.section = "s", .name = "a"},
                                                {.section = "s", .name = "b", .fallback = "x"}};
    struct lz_config *config = NULL;
    struct lz_fault fault = {0};
    lz_err err = lz_config_parse(lz_bytes_text("[s]\na=1\n"), "x.ini", keys, COUNT_OF(keys), &config, &fault);
    if (err && fault.code != err)
        err = LZ_INTERNAL;
    lz_config_free(&config);
    return err;
}

/* jansson's json_dumps drops keys then. */
static lz_err use_json_text(void *context)
{
    static const char whole[] = "{\"a\":\"1234567890123456\",\"b\":{\"c\":[1,2,3]}}";
    char *text = lz_json_text(context, JSON_COMPACT);
    lz_err err = !text ? LZ_MEMORY : strcmp(text, whole) == 0 ? LZ_OK : LZ_INTERNAL;
    free(text);
    return err;
}

static lz_err use_json_write(void *context)
{
    struct lz_buf out;
    lz_buf_init(&out, 4096);
    lz_err err = lz_json_write(context, &out);
    if (!err && strcmp((const char *)out.data, "{\"a\":-2.5,\"b\":[1.5]}") != 0)
        err = LZ_INTERNAL;
    lz_buf_free(&out);
    return err;
}

static lz_err use_gb18030(void *context)
{
    (void)context;
    struct lz_buf text;
    lz_buf_init(&text, 64);
    lz_err err = lz_gb18030_to_utf8(lz_bytes_text("\xc1\xc1\xd6\xa4"), 64, &text, NULL);
    lz_buf_free(&text);
    return err;
}

static lz_err use_options(void *context)
{
    (void)context;
    static const struct lz_option table[] = {{.name = "json", .help = {"JSON", "JSON"}}};
    static const struct lz_program program = {
        .name = "p", .about = {"试", "test"}, .options = table, .option_count = 1, .positional_max = 1};
    static char words[3][8] = {"p", "--json", "x"};
    char *argv[] = {words[0], words[1], words[2], NULL};
    struct lz_options *options = NULL;
    struct lz_buf help;
    lz_buf_init(&help, 4096);
    lz_err err = lz_options_parse(&program, 3, argv, &options, NULL);
    lz_options_help(&program, &help);
    if (!err)
        err = help.err;
    lz_options_free(&options);
    lz_buf_free(&help);
    return err;
}

static lz_err use_files(void *context)
{
    struct lz_buf buf;
    lz_buf_init(&buf, 100);
    lz_err err = lz_folder_make("/tmp", 0700, NULL);
    if (!err)
        err = lz_file_replace(context, lz_bytes_text("x"), 0600, NULL);
    if (!err)
        err = lz_file_read(context, &buf, NULL);
    lz_buf_free(&buf);
    return err;
}

static void buffers_report_exhausted_memory(void **state)
{
    (void)state;
    fault_each_allocation("use buffer", use_buffer, NULL);
}
static void arenas_report_exhausted_memory(void **state)
{
    (void)state;
    fault_each_allocation("use arena", use_arena, NULL);
}
static void mustache_reports_exhausted_memory_and_never_drops_a_value(void **state)
{
    (void)state;
    json_t *value = json_loads("{\"l\":[1.5,\"x\"]}", 0, NULL);
    assert_non_null(value);
    fault_each_allocation("use mustache", use_mustache, value);
    json_decref(value);
}
static void settings_report_exhausted_memory(void **state)
{
    (void)state;
    fault_each_allocation("use config", use_config, NULL);
    long n = 0;
    do { /* and each thing that a setting keeps */
        fault_arm(FAULT_ARENA, ++n);
        lz_err err = use_config(NULL);
        fault_disarm();
        assert_err(err, fault_happened() ? LZ_MEMORY : LZ_OK);
    } while (fault_happened());
    assert_true(n > 2);
}
static void a_json_text_is_whole_or_none(void **state)
{
    (void)state;
    json_t *value = json_pack("{s:s, s:{s:[i, i, i]}}", "a", "1234567890123456", "b", "c", 1, 2, 3);
    assert_non_null(value);
    fault_each_allocation("use json text", use_json_text, value);
    json_decref(value);
    assert_null(lz_json_text(NULL, 0));
    value = json_pack("{s:f, s:[f]}", "a", -2.5, "b", 1.5);
    assert_non_null(value);
    fault_each_allocation("use json write", use_json_write, value);
    json_decref(value);
}
static void another_encoding_is_not_unknown_for_want_of_memory(void **state)
{
    (void)state;
    fault_each_allocation("use gb18030", use_gb18030, NULL);
}
static void command_lines_report_exhausted_memory(void **state)
{
    (void)state;
    fault_each_allocation("use options", use_options, NULL);
}
static void files_report_exhausted_memory(void **state)
{
    (void)state;
    char path[] = "/tmp/lz-memory-XXXXXX";
    int fd = mkstemp(path);
    assert_true(fd >= 0);
    close(fd);
    fault_each_allocation("use files", use_files, path);
    assert_int_equal(unlink(path), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(buffers_report_exhausted_memory),
        cmocka_unit_test(arenas_report_exhausted_memory),
        cmocka_unit_test(mustache_reports_exhausted_memory_and_never_drops_a_value),
        cmocka_unit_test(settings_report_exhausted_memory),
        cmocka_unit_test(a_json_text_is_whole_or_none),
        cmocka_unit_test(another_encoding_is_not_unknown_for_want_of_memory),
        cmocka_unit_test(command_lines_report_exhausted_memory),
        cmocka_unit_test(files_report_exhausted_memory),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
