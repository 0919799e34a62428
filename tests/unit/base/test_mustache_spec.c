/* The official mustache suites (mustache/spec, JSON): every case must render as expected. */
#include "lz_test.h"
#include "registry/base/mustache.h"

enum { MAX_PARTIALS = 4 };
struct partials {
    size_t count;
    const char *names[MAX_PARTIALS];
    struct lz_mustache *templates[MAX_PARTIALS];
};

static const struct lz_mustache *find_partial(void *context, const char *name)
{
    const struct partials *partials = context;
    for (size_t i = 0; i < partials->count; i++)
        if (strcmp(partials->names[i], name) == 0)
            return partials->templates[i];
    return NULL;
}

static void render_case(const json_t *row)
{
    struct partials partials = {0};
    const char *name;
    json_t *text;
    json_object_foreach(json_object_get(row, "partials"), name, text)
    {
        assert_true(partials.count < MAX_PARTIALS);
        partials.names[partials.count] = name;
        assert_ok(lz_mustache_parse(lz_bytes_text(json_string_value(text)),
                                    &partials.templates[partials.count], NULL));
        partials.count++;
    }
    struct lz_mustache_options options = {.partial = find_partial, .partial_context = &partials};
    struct lz_mustache *mustache = NULL;
    struct lz_buf out;
    lz_buf_init(&out, 1 << 16);
    assert_ok(lz_mustache_parse(lz_bytes_text(json_string_value(json_object_get(row, "template"))), &mustache,
                                NULL));
    assert_ok(lz_mustache_render(mustache, json_object_get(row, "data"), &options, &out));
    const char *expected = json_string_value(json_object_get(row, "expected"));
    if (strcmp(out.data ? (const char *)out.data : "", expected) != 0)
        fail_msg("%s: got \"%s\", expected \"%s\"", json_string_value(json_object_get(row, "name")), out.data,
                 expected);
    lz_buf_free(&out);
    lz_mustache_free(&mustache);
    for (size_t i = 0; i < partials.count; i++)
        lz_mustache_free(&partials.templates[i]);
}

static void run_suite(const char *suite, size_t least)
{
    const char *data = getenv("LIANGZHENG_CONFORMANCE");
    char path[1024];
    snprintf(path, sizeof path, "%s/mustache/%s.json", data ? data : LZ_SOURCE_DIR "/../shared/data", suite);
    json_t *file = json_load_file(path, 0, NULL);
    if (!file) {
        print_message("skipped: no conformance data (%s); set LIANGZHENG_CONFORMANCE\n", path);
        skip();
    }
    const json_t *rows = json_object_get(file, "tests");
    assert_true(json_array_size(rows) >= least);
    for (size_t i = 0; i < json_array_size(rows); i++)
        render_case(json_array_get(rows, i));
    json_decref(file);
}

static void comments_render_as_the_specification_says(void **state)
{
    (void)state;
    run_suite("comments", 12);
}
static void delimiters_render_as_the_specification_says(void **state)
{
    (void)state;
    run_suite("delimiters", 14);
}
static void interpolation_renders_as_the_specification_says(void **state)
{
    (void)state;
    run_suite("interpolation", 42);
}
static void inverted_sections_render_as_the_specification_says(void **state)
{
    (void)state;
    run_suite("inverted", 22);
}
static void partials_render_as_the_specification_says(void **state)
{
    (void)state;
    run_suite("partials", 12);
}
static void sections_render_as_the_specification_says(void **state)
{
    (void)state;
    run_suite("sections", 34);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(comments_render_as_the_specification_says),
        cmocka_unit_test(delimiters_render_as_the_specification_says),
        cmocka_unit_test(interpolation_renders_as_the_specification_says),
        cmocka_unit_test(inverted_sections_render_as_the_specification_says),
        cmocka_unit_test(partials_render_as_the_specification_says),
        cmocka_unit_test(sections_render_as_the_specification_says),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
