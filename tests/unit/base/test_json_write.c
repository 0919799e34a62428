#include "lz_test.h"
#include "registry/base/json_write.h"

#include <stdlib.h>
#include <string.h>

static void bytes_are_those_of_jansson(void **state)
{
    (void)state;
    static const char *const rows[] = {
        "{}",
        "[]",
        "null",
        "true",
        "false",
        "0",
        "-9223372036854775808",
        "9223372036854775807",
        "0.1",
        "1e300",
        "\"\"",
        "\"亮证 \\\"引号\\\" \\\\ / \\b\\f\\n\\r\\t \\u0001\\u001f\\u007f \\ud83d\\ude00\"",
        "{\"b\":1,\"a\":[1,2,[3,{\"c\":null}]],\"\\n\":{\"x\":{}},\"z\":[]}",
        "[\"\\\\\",\"a\\\\\",\"\\\"\"]",
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct lz_buf out;
        json_t *value = json_loads(rows[i], JSON_DECODE_ANY, NULL);
        char *wanted = json_dumps(value, JSON_COMPACT | JSON_ENCODE_ANY);
        assert_non_null(wanted);
        lz_buf_init(&out, 4096);
        assert_int_equal(lz_json_write(value, &out), LZ_OK);
        assert_int_equal(out.size, strlen(wanted));
        assert_memory_equal(out.data, wanted, out.size);
        lz_buf_free(&out);
        free(wanted);
        json_decref(value);
    }
}

static void a_nul_inside_a_text_is_escaped(void **state)
{
    (void)state;
    struct lz_buf out;
    json_t *value = json_stringn("a\0b", 3);
    lz_buf_init(&out, 64);
    assert_int_equal(lz_json_write(value, &out), LZ_OK);
    assert_string_equal((const char *)out.data, "\"a\\u0000b\"");
    lz_buf_free(&out);
    json_decref(value);
}

static void nothing_too_deep_and_too_large_are_refused(void **state)
{
    (void)state;
    struct lz_buf out;
    json_t *deep = json_array();
    for (int i = 0; i < 100; i++) {
        json_t *outer = json_array();
        json_array_append_new(outer, deep);
        deep = outer;
    }
    lz_buf_init(&out, 4096);
    assert_int_equal(lz_json_write(deep, &out), LZ_INTERNAL);
    assert_int_equal(lz_json_write(NULL, &out), LZ_INTERNAL);
    lz_buf_free(&out);
    lz_buf_init(&out, 3);
    json_t *text = json_string("more than three");
    assert_int_equal(lz_json_write(text, &out), LZ_TOO_LARGE);
    lz_buf_free(&out);
    json_decref(text);
    json_decref(deep);
}

static void a_list_that_lacks_an_item_is_no_list(void **state)
{
    (void)state;
    json_t *list = json_array();
    lz_json_append(&list, json_integer(1));
    lz_json_append(&list, json_null());
    assert_int_equal(json_array_size(list), 2);
    lz_json_append(&list, NULL); /* an item that memory did not suffice for */
    assert_null(list);
    lz_json_append(&list, json_integer(3)); /* neither leaks nor begins anew */
    assert_null(list);
    assert_null(json_pack("{s:o}", "list", list));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(bytes_are_those_of_jansson),
        cmocka_unit_test(a_nul_inside_a_text_is_escaped),
        cmocka_unit_test(nothing_too_deep_and_too_large_are_refused),
        cmocka_unit_test(a_list_that_lacks_an_item_is_no_list),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
