#include "tests/unit/http/http_test.h"

#include <stdio.h>

/* What a form parsed to, in one line: name=text; a file as name@filename:content. */
static const char *line_of(struct lz_arena *arena, const struct lz_form *form)
{
    const char *line = "";
    for (size_t i = 0; i < form->count; i++) {
        const struct lz_form_field *field = &form->fields[i];
        const char *comma = i ? "," : "";
        if (field->filename)
            line = lz_arena_printf(arena, "%s%s%s@%s:%.*s", line, comma, field->name, field->filename,
                                   (int)field->bytes.size, (const char *)field->bytes.data);
        else
            line = lz_arena_printf(arena, "%s%s%s=%s", line, comma, field->name, field->text);
        assert_non_null(line);
    }
    return line;
}

static const struct {
    const char *text;
    const char *want; /* NULL: malformed */
} URLENCODED[] = {
    {"", ""},
    {"a=1", "a=1"},
    {"a=1&b=2", "a=1,b=2"},
    {"a=1&a=2", "a=1,a=2"},
    {"a", "a="},
    {"=1", "=1"},
    {"&&a=1&", "a=1"},
    {"a=b=c", "a=b=c"},
    {"a=x+y%20z", "a=x y z"},
    {"%E5%A7%93=%E9%AB%98", "姓=高"},
    {"a=%2", NULL},
    {"a=%", NULL},
    {"a=%zz", NULL},
    {"a=%00", NULL},
    {"a=%C0%AF", NULL},       /* overlong '/' */
    {"a=%ED%A0%80", NULL},    /* surrogate */
    {"a=%F4%90%80%80", NULL}, /* beyond U+10FFFF */
    {"a=%E5%A7", NULL},
};

static void urlencoded_text_is_read_strictly(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(URLENCODED); i++) {
        struct lz_arena *arena = test_arena();
        struct lz_form form = {0};
        lz_err err = lz_form_urlencoded(arena, lz_bytes_text(URLENCODED[i].text), &form);
        if (URLENCODED[i].want) {
            assert_int_equal(err, LZ_OK);
            assert_string_equal(line_of(arena, &form), URLENCODED[i].want);
        } else {
            assert_int_equal(err, LZ_MALFORMED);
        }
        lz_arena_free(&arena);
    }
}

#define PART "--b\r\nContent-Disposition: form-data; name=\"a\""
static const struct {
    const char *body;
    const char *want;
} MULTIPART[] = {
    {"--b--", ""},
    {"--b--\r\n", ""},
    {PART "\r\n\r\n1\r\n--b--\r\n", "a=1"},
    {PART "\r\n\r\n\r\n--b--", "a="},
    {PART "\r\n\r\nx\r\ny\r\n--b--", "a=x\r\ny"},
    {PART "\r\n\r\n1\r\n" PART "\r\n\r\n2\r\n--b--", "a=1,a=2"},
    {PART "; filename=\"r.csv\"\r\nContent-Type: text/csv\r\n\r\nn,1\r\n--b--", "a@r.csv:n,1"},
    {PART "; filename=\"\"\r\n\r\n\r\n--b--", "a@:"},
    {PART "; filename=\"C:\\dir\\花名册.csv\"\r\n\r\nx\r\n--b--", "a@花名册.csv:x"},
    {PART "; filename=\"../../etc/passwd\"\r\n\r\nx\r\n--b--", "a@passwd:x"},
    {PART "\r\n\r\n--bx\r\n--b--", "a=--bx"},
    {"", NULL},
    {"b", NULL},
    {"preamble\r\n--b--", NULL},
    {PART "\r\n\r\n1", NULL},
    {PART "\r\n\r\n1\r\n--b", NULL},
    {PART "\r\n\r\n1\r\n--bad--", NULL},
    {PART "\r\n1\r\n--b--", NULL},
    {"--b\r\nContent-Type: text/plain\r\n\r\n1\r\n--b--", NULL},
    {"--b\r\nContent-Disposition: attachment; name=\"a\"\r\n\r\n1\r\n--b--", NULL},
    {"--b\r\nContent-Disposition: form-data; name=\"a\r\n\r\n1\r\n--b--", NULL},
    {"--b\r\nnonsense\r\n\r\n1\r\n--b--", NULL},
    {PART "\r\n\r\n\xff\r\n--b--", NULL},
};

static void multipart_bodies_are_read_strictly(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(MULTIPART); i++) {
        struct lz_arena *arena = test_arena();
        struct lz_form form = {0};
        lz_err err = lz_form_multipart(arena, "b", lz_bytes_text(MULTIPART[i].body), &form);
        if (!!err != !MULTIPART[i].want)
            fail_msg("case %zu: %s", i, lz_err_name(err));
        if (MULTIPART[i].want)
            assert_string_equal(line_of(arena, &form), MULTIPART[i].want);
        lz_arena_free(&arena);
    }
}

static void a_file_may_hold_any_byte(void **state)
{
    (void)state;
    static const char BODY[] = PART "; filename=\"x\"\r\n\r\n\0\xff\r\n\0\r\n--b--";
    struct lz_arena *arena = test_arena();
    struct lz_form form = {0};
    assert_int_equal(lz_form_multipart(arena, "b", lz_bytes_of(BODY, sizeof BODY - 1), &form), LZ_OK);
    const struct lz_form_field *file = lz_form_file(&form, "a");
    assert_non_null(file);
    assert_int_equal(file->bytes.size, 5);
    lz_arena_free(&arena);
}

static void the_content_type_chooses_the_reader(void **state)
{
    (void)state;
    static const struct {
        const char *type;
        const char *body;
        lz_err want;
    } CASES[] = {
        {NULL, "", LZ_OK},
        {NULL, "a=1", LZ_UNSUPPORTED},
        {"application/x-www-form-urlencoded", "a=1", LZ_OK},
        {"application/x-www-form-urlencoded; charset=UTF-8", "a=1", LZ_OK},
        {"application/x-www-form-urlencodedx", "a=1", LZ_UNSUPPORTED},
        {"text/plain", "a=1", LZ_UNSUPPORTED},
        {"multipart/form-data", "", LZ_MALFORMED},
        {"multipart/form-data; boundary=b", "--b--", LZ_OK},
        {"multipart/form-data; boundary=\"b\"", "--b--", LZ_OK},
        {"multipart/form-data; boundary=", "--b--", LZ_MALFORMED},
    };
    for (size_t i = 0; i < COUNT(CASES); i++) {
        struct lz_arena *arena = test_arena();
        struct lz_form form = {0};
        assert_int_equal(lz_form_parse(arena, CASES[i].type, lz_bytes_text(CASES[i].body), &form),
                         CASES[i].want);
        lz_arena_free(&arena);
    }
}

static void too_many_fields_are_too_large(void **state)
{
    (void)state;
    struct lz_arena *arena = test_arena();
    struct lz_form form = {0};
    struct lz_buf text;
    lz_buf_init(&text, 1 << 16);
    for (size_t i = 0; i <= LZ_FORM_FIELDS_MAX; i++)
        lz_buf_text(&text, "a=1&");
    assert_int_equal(lz_form_urlencoded(arena, lz_buf_view(&text), &form), LZ_TOO_LARGE);
    assert_int_equal(form.count, 0);
    lz_buf_free(&text);
    lz_arena_free(&arena);
}

static void encoding_and_decoding_give_the_text_back(void **state)
{
    (void)state;
    struct lz_arena *arena = test_arena();
    char *back = NULL;
    const char *coded = lz_url_encode(arena, "高/?&=+ ~");
    assert_string_equal(coded, "%E9%AB%98%2F%3F%26%3D%2B%20~");
    assert_int_equal(lz_url_decode(arena, lz_bytes_text(coded), false, &back), LZ_OK);
    assert_string_equal(back, "高/?&=+ ~");
    lz_arena_free(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(urlencoded_text_is_read_strictly),
        cmocka_unit_test(multipart_bodies_are_read_strictly),
        cmocka_unit_test(a_file_may_hold_any_byte),
        cmocka_unit_test(the_content_type_chooses_the_reader),
        cmocka_unit_test(too_many_fields_are_too_large),
        cmocka_unit_test(encoding_and_decoding_give_the_text_back),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
