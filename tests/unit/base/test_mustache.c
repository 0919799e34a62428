#include "lz_test.h"
#include "registry/base/mustache.h"

static struct lz_mustache *parsed(const char *text)
{
    struct lz_mustache *mustache = NULL;
    assert_ok(lz_mustache_parse(lz_bytes_text(text), &mustache, NULL));
    return mustache;
}

static const struct {
    const char *template, *json, *expected;
} cases[] = {
    {"", "{}", ""},
    {"plain\n", "{}", "plain\n"},
    {"{{a}}", "{\"a\":\"it's <b>\"}", "it&#39;s &lt;b&gt;"},
    {"{{{a}}}", "{\"a\":\"it's <b>\"}", "it's <b>"},
    {"{{a}} {{b}} {{c}}", "{\"a\":true,\"b\":0,\"c\":-1.5}", "true 0 -1.5"},
    {"{{a}}", "{\"a\":0.1}", "0.1"},
    {"[{{a}}{{b}}]", "{\"a\":{},\"b\":[1]}", "[]"},
    {"{{#a}}yes{{/a}}{{^a}}no{{/a}}", "{\"a\":\"\"}", "no"},
    {"{{#a}}yes{{/a}}{{^a}}no{{/a}}", "{\"a\":0}", "yes"},
    {"{{#a}}yes{{/a}}{{^a}}no{{/a}}", "{\"a\":{}}", "yes"},
    {"{{#a}}{{#b}}{{c}}{{/b}}{{/a}}", "{\"a\":[{\"b\":[{},{\"c\":1}]},{\"b\":[]}],\"c\":2}", "21"},
    {"{{姓名}}", "{\"姓名\":\"亮证\"}", "亮证"},
    {"{{#a}}x{{/a}}", "{\"a\":[null,false,1]}", "xxx"},
    {"{a} }} {{a}} {", "{\"a\":1}", "{a} }} 1 {"},
};

static void values_sections_and_text_render(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        struct lz_mustache *mustache = parsed(cases[i].template);
        json_t *value = json_loads(cases[i].json, 0, NULL);
        assert_non_null(value);
        struct lz_buf out;
        lz_buf_init(&out, 1000);
        assert_ok(lz_mustache_render(mustache, value, NULL, &out));
        assert_buf_text(&out, cases[i].expected);
        lz_buf_free(&out);
        json_decref(value);
        lz_mustache_free(&mustache);
    }
    lz_mustache_free(NULL);
}

static const struct {
    const char *template;
    const char *line; /* as the fault names it */
} malformed[] = {
    {"{{", "line 1"},
    {"a\nb {{name", "line 2"},
    {"{{{name}}", "line 1"},
    {"{{}}", "line 1"},
    {"{{ }}", "line 1"},
    {"{{a b}}", "line 1"},
    {"{{a..b}}", "line 1"},
    {"{{.a}}", "line 1"},
    {"{{a.}}", "line 1"},
    {"\n\n{{#a}}\n\n", "line 3"},
    {"{{#a}}{{#b}}{{/b}}", "line 1"},
    {"{{#a}}\n{{/b}}", "line 2"},
    {"x\n{{/a}}", "line 2"},
    {"{{#a}}{{^b}}{{/a}}{{/b}}", "line 1"},
    {"{{=}}", "line 1"},
    {"{{==}}", "line 1"},
    {"{{=a=}}", "line 1"},
    {"{{=a b c=}}", "line 1"},
    {"{{=aaaaaaaaaaaaaaaaaaaa b=}}", "line 1"},
    {"{{= = = =}}", "line 1"},
    {"{{>}}", "line 1"},
};

static void malformed_templates_are_refused_with_their_line(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT_OF(malformed); i++) {
        struct lz_mustache *mustache = NULL;
        struct lz_fault fault = {0};
        assert_err(lz_mustache_parse(lz_bytes_text(malformed[i].template), &mustache, &fault), LZ_MALFORMED);
        assert_null(mustache);
        if (!strstr(fault.detail[LZ_EN], malformed[i].line))
            fail_msg("%s: %s", malformed[i].template, fault.detail[LZ_EN]);
        assert_err(lz_mustache_parse(lz_bytes_text(malformed[i].template), &mustache, NULL), LZ_MALFORMED);
    }
}

static void sections_nest_sixty_four_deep_and_no_deeper(void **state)
{
    (void)state;
    for (int depth = 64; depth <= 65; depth++) {
        struct lz_buf text;
        struct lz_mustache *mustache = NULL;
        lz_buf_init(&text, 4096);
        for (int i = 0; i < depth; i++)
            lz_buf_text(&text, "{{#a}}");
        for (int i = 0; i < depth; i++)
            lz_buf_text(&text, "{{/a}}");
        assert_err(lz_mustache_parse(lz_buf_view(&text), &mustache, NULL), depth > 64 ? LZ_MALFORMED : LZ_OK);
        lz_mustache_free(&mustache);
        lz_buf_free(&text);
    }
}

static const struct lz_mustache *same_partial(void *context, const char *name)
{
    (void)name;
    return context;
}

static void a_partial_without_end_is_stopped_and_leaves_the_output_alone(void **state)
{
    (void)state;
    struct lz_mustache *mustache = parsed("x{{>self}}");
    struct lz_mustache_options options = {.partial = same_partial, .partial_context = mustache};
    struct lz_buf out;
    lz_buf_init(&out, 1000);
    lz_buf_text(&out, "before");
    assert_err(lz_mustache_render(mustache, NULL, &options, &out), LZ_TOO_LARGE);
    assert_buf_text(&out, "before");
    lz_buf_free(&out);
    lz_mustache_free(&mustache);
}

struct two {
    const struct lz_mustache *inner, *outer;
};

static const struct lz_mustache *one_of_two(void *context, const char *name)
{
    const struct two *two = context;
    return strcmp(name, "inner") == 0 ? two->inner : strcmp(name, "outer") == 0 ? two->outer : NULL;
}

static void indentation_adds_up_over_nested_partials_and_sections_take_it_once(void **state)
{
    (void)state;
    struct lz_mustache *inner = parsed("{{#l}}{{.}};{{/l}}\n\nend\n");
    struct lz_mustache *outer = parsed("<\n {{>inner}}\n>\n");
    struct lz_mustache *page = parsed("  {{>outer}}\n{{>none}}");
    json_t *value = json_loads("{\"l\":[1,2]}", 0, NULL);
    struct two two = {.inner = inner, .outer = outer};
    struct lz_mustache_options options = {.partial = one_of_two, .partial_context = &two};
    struct lz_buf out;
    lz_buf_init(&out, 1000);
    assert_ok(lz_mustache_render(page, value, &options, &out));
    assert_buf_text(&out, "  <\n   1;2;\n   \n   end\n  >\n");
    lz_buf_free(&out);
    json_decref(value);
    lz_mustache_free(&page);
    lz_mustache_free(&outer);
    lz_mustache_free(&inner);
}

static void shout(struct lz_buf *out, struct lz_bytes value)
{
    lz_buf_byte(out, '<');
    lz_buf_add(out, value.data, value.size);
    lz_buf_byte(out, '>');
}

static void another_escape_may_be_chosen(void **state)
{
    (void)state;
    struct lz_mustache *mustache = parsed("{{a}}{{{a}}}");
    json_t *value = json_loads("{\"a\":\"&\"}", 0, NULL);
    struct lz_mustache_options options = {.escape = shout};
    struct lz_buf out;
    lz_buf_init(&out, 1000);
    assert_ok(lz_mustache_render(mustache, value, &options, &out));
    assert_buf_text(&out, "<&>&");
    lz_buf_free(&out);
    json_decref(value);
    lz_mustache_free(&mustache);
}

static void a_full_output_is_reported(void **state)
{
    (void)state;
    struct lz_mustache *mustache = parsed("{{#l}}0123456789{{/l}}");
    json_t *value = json_loads("{\"l\":[1,2,3]}", 0, NULL);
    struct lz_buf out;
    lz_buf_init(&out, 25);
    assert_err(lz_mustache_render(mustache, value, NULL, &out), LZ_TOO_LARGE);
    assert_err(lz_mustache_render(mustache, value, NULL, &out), LZ_TOO_LARGE);
    lz_buf_free(&out);
    json_decref(value);
    lz_mustache_free(&mustache);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(values_sections_and_text_render),
        cmocka_unit_test(malformed_templates_are_refused_with_their_line),
        cmocka_unit_test(sections_nest_sixty_four_deep_and_no_deeper),
        cmocka_unit_test(a_partial_without_end_is_stopped_and_leaves_the_output_alone),
        cmocka_unit_test(indentation_adds_up_over_nested_partials_and_sections_take_it_once),
        cmocka_unit_test(another_escape_may_be_chosen),
        cmocka_unit_test(a_full_output_is_reported),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
