#include "lz_test.h"

static void a_buffer_grows_up_to_its_cap_and_always_ends_in_a_nul(void **state)
{
    (void)state;
    struct lz_buf buf;
    lz_buf_init(&buf, 1000);
    for (size_t i = 0; i < 1000; i++) {
        lz_buf_byte(&buf, 'x');
        assert_int_equal(buf.size, i + 1);
        assert_int_equal(buf.data[buf.size], 0);
    }
    assert_ok(buf.err);
    lz_buf_byte(&buf, 'x');
    assert_err(buf.err, LZ_TOO_LARGE);
    assert_int_equal(buf.size, 0);
    lz_buf_free(&buf);
    lz_buf_free(NULL);
    lz_buf_wipe_free(NULL);
}

static void the_first_failure_is_kept_until_reset(void **state)
{
    (void)state;
    struct lz_buf buf;
    size_t size = 7;
    lz_buf_init(&buf, 4);
    lz_buf_text(&buf, "12345");
    lz_buf_printf(&buf, "%d", 1);
    assert_err(buf.err, LZ_TOO_LARGE);
    assert_null(lz_buf_take(&buf, &size));
    assert_int_equal(size, 7);
    lz_buf_reset(&buf);
    lz_buf_printf(&buf, "%04d", 12);
    assert_buf_text(&buf, "0012");
    lz_buf_free(&buf);
}

static void memory_can_be_taken_even_when_there_is_nothing_in_it(void **state)
{
    (void)state;
    struct lz_buf buf;
    size_t size = 7;
    lz_buf_init(&buf, 4);
    uint8_t *empty = lz_buf_take(&buf, &size);
    assert_non_null(empty);
    assert_int_equal(size, 0);
    assert_int_equal(empty[0], 0);
    free(empty);
    lz_buf_text(&buf, "abcd");
    uint8_t *full = lz_buf_take(&buf, &size);
    assert_string_equal((const char *)full, "abcd");
    assert_int_equal(size, 4);
    assert_null(buf.data);
    free(full);
}

static void views_compare_by_content(void **state)
{
    (void)state;
    assert_true(lz_bytes_equal(lz_bytes_text(NULL), lz_bytes_text("")));
    assert_true(lz_bytes_equal(lz_bytes_text("ab"), lz_bytes_of("abc", 2)));
    assert_false(lz_bytes_equal(lz_bytes_text("ab"), lz_bytes_text("ac")));
    assert_false(lz_bytes_equal(lz_bytes_text("ab"), lz_bytes_text("a")));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_buffer_grows_up_to_its_cap_and_always_ends_in_a_nul),
        cmocka_unit_test(the_first_failure_is_kept_until_reset),
        cmocka_unit_test(memory_can_be_taken_even_when_there_is_nothing_in_it),
        cmocka_unit_test(views_compare_by_content),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
