#include "lz_test.h"

static void every_error_has_a_name_of_its_own_two_sentences_and_an_exit_code(void **state)
{
    (void)state;
    for (int i = 0; i < LZ_ERR_COUNT; i++) {
        lz_err err = (lz_err)i;
        assert_true(lz_err_name(err)[0] && lz_err_sentence(err, LZ_ZH)[0] && lz_err_sentence(err, LZ_EN)[0]);
        assert_in_range(lz_err_http(err), 200, 599);
        assert_true((err == LZ_OK) == (lz_err_exit(err) == 0));
        assert_in_range(lz_err_exit(err), 0, 3);
        for (int j = 0; j < i; j++)
            assert_string_not_equal(lz_err_name(err), lz_err_name((lz_err)j));
    }
}

static void a_code_out_of_the_table_is_an_internal_error(void **state)
{
    (void)state;
    assert_string_equal(lz_err_name(LZ_ERR_COUNT), "internal");
    assert_int_equal(lz_err_http(LZ_ERR_COUNT), 500);
}

static void a_fault_tells_its_detail_or_else_the_sentence_of_its_code(void **state)
{
    (void)state;
    struct lz_fault fault = {0};
    assert_err(lz_fault_set(&fault, LZ_BUSY, NULL, "Busy here."), LZ_BUSY);
    assert_string_equal(lz_fault_text(&fault, LZ_EN), "Busy here.");
    assert_string_equal(lz_fault_text(&fault, LZ_ZH), lz_err_sentence(LZ_BUSY, LZ_ZH));
    assert_err(lz_fault_set(NULL, LZ_BUSY, "x", "y"), LZ_BUSY);
}

static void fields_are_kept_up_to_the_sixteenth_and_dropped_by_a_new_story(void **state)
{
    (void)state;
    struct lz_fault fault = {0};
    for (int i = 0; i < 20; i++)
        assert_err(lz_fault_field(&fault, "列", NULL, "中", "en"), LZ_INVALID);
    assert_int_equal(fault.field_count, LZ_FAULT_FIELDS);
    assert_int_equal(fault.code, LZ_INVALID);
    assert_string_equal(fault.fields[15].field, "列");
    assert_string_equal(fault.fields[15].found, "");
    (void)lz_fault_set(&fault, LZ_IO, NULL, NULL);
    assert_int_equal(fault.field_count, 0);
    assert_err(lz_fault_field(NULL, "x", "y", "z", "z"), LZ_INVALID);
}

static void long_texts_are_cut_at_a_character(void **state)
{
    (void)state;
    struct lz_fault fault = {0};
    char text[400];
    for (size_t i = 0; i + 3 < sizeof text; i += 3)
        memcpy(text + i, "亮\0", 4);
    (void)lz_fault_field(&fault, text, text, text, text);
    assert_int_equal(strlen(fault.fields[0].field), 63);
    assert_int_equal(strlen(fault.fields[0].found), 93);
    assert_int_equal(strlen(fault.fields[0].message[LZ_ZH]), 255);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_error_has_a_name_of_its_own_two_sentences_and_an_exit_code),
        cmocka_unit_test(a_code_out_of_the_table_is_an_internal_error),
        cmocka_unit_test(a_fault_tells_its_detail_or_else_the_sentence_of_its_code),
        cmocka_unit_test(fields_are_kept_up_to_the_sixteenth_and_dropped_by_a_new_story),
        cmocka_unit_test(long_texts_are_cut_at_a_character),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
