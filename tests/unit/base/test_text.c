#include "lz_test.h"
#include "registry/base/text.h"

static const struct {
    const char *text;
    size_t size;
    bool valid;
} utf8_cases[] = {
    {"", 0, true},
    {"abc", 3, true},
    {"a\0b", 3, true},
    {"\xe4\xba\xae\xe8\xaf\x81", 6, true}, /* 亮证 */
    {"\xc2\x80", 2, true},
    {"\xdf\xbf", 2, true},
    {"\xe0\xa0\x80", 3, true},
    {"\xed\x9f\xbf", 3, true},
    {"\xee\x80\x80", 3, true},
    {"\xf0\x90\x80\x80", 4, true},
    {"\xf0\xa0\xae\xb7", 4, true}, /* 𠮷 */
    {"\xf4\x8f\xbf\xbf", 4, true},
    {"\x80", 1, false},         /* continuation alone */
    {"\xc0\x80", 2, false},     /* overlong NUL */
    {"\xc1\xbf", 2, false},     /* overlong */
    {"\xe0\x9f\xbf", 3, false}, /* overlong */
    {"\xed\xa0\x80", 3, false}, /* surrogate */
    {"\xed\xbf\xbf", 3, false},
    {"\xf0\x8f\xbf\xbf", 4, false}, /* overlong */
    {"\xf4\x90\x80\x80", 4, false}, /* beyond U+10FFFF */
    {"\xf5\x80\x80\x80", 4, false},
    {"\xff", 1, false},
    {"\xe4\xba", 2, false}, /* cut off */
    {"\xe4\xba\x20", 3, false},
    {"\xc2", 1, false},
};

static void utf8_is_what_rfc_3629_says(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT_OF(utf8_cases); i++) {
        if (lz_utf8_valid(lz_bytes_of(utf8_cases[i].text, utf8_cases[i].size)) != utf8_cases[i].valid)
            fail_msg("case %zu", i);
    }
}

static void code_points_are_read_one_by_one(void **state)
{
    (void)state;
    const char *at = "a\xc3\xa9\xe8\xaf\x81\xf0\xa0\xae\xb7";
    assert_int_equal(lz_utf8_count(at), 4);
    assert_int_equal(lz_utf8_next(&at), 'a');
    assert_int_equal(lz_utf8_next(&at), 0xE9);
    assert_int_equal(lz_utf8_next(&at), 0x8BC1);
    assert_int_equal(lz_utf8_next(&at), 0x20BB7);
    assert_int_equal(lz_utf8_next(&at), 0);
    assert_int_equal(lz_utf8_next(&at), 0);
}

static void a_broken_character_is_stepped_over_without_leaving_the_text(void **state)
{
    (void)state;
    const char *at = "\xe4\xba";
    assert_int_equal(lz_utf8_next(&at), 0xFFFD);
    assert_int_equal(lz_utf8_next(&at), 0xFFFD);
    assert_int_equal(lz_utf8_next(&at), 0);
    assert_int_equal(lz_utf8_count("\xff\xc3"), 2);
}

static void gb18030_becomes_utf8(void **state)
{
    (void)state;
    static const struct {
        const char *gb, *utf8;
    } cases[] = {
        {"", ""},
        {"a,b\r\n", "a,b\r\n"},
        {"\xc1\xc1\xd6\xa4", "亮证"},
        {"\xe9\x45", "镋"},
        {"\x95\x34\xb2\x35", "𠮷"},                       /* four bytes, beyond the basic plane */
        {"\xa3\xb1\xa1\xa1", "\xef\xbc\x91\xe3\x80\x80"}, /* full-width digit and space stay what they are */
    };
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        struct lz_buf out;
        lz_buf_init(&out, 64);
        assert_ok(lz_gb18030_to_utf8(lz_bytes_text(cases[i].gb), 64, &out, NULL));
        assert_buf_text(&out, cases[i].utf8);
        lz_buf_free(&out);
    }
}

static void bad_gb18030_is_refused_with_its_place(void **state)
{
    (void)state;
    struct lz_buf out;
    lz_buf_init(&out, 64);
    lz_buf_text(&out, "before");
    size_t bad = 99;
    assert_err(lz_gb18030_to_utf8(lz_bytes_text("ok\xff\xff"), 64, &out, &bad), LZ_MALFORMED);
    assert_int_equal(bad, 2);
    assert_err(lz_gb18030_to_utf8(lz_bytes_text("\xc1\xc1\xd6"), 64, &out, &bad), LZ_MALFORMED);
    assert_int_equal(bad, 2);
    assert_err(lz_gb18030_to_utf8(lz_bytes_text("\xc1\xc1\xd6"), 64, &out, NULL), LZ_MALFORMED);
    assert_buf_text(&out, "before");
    lz_buf_free(&out);
}

static void gb18030_beyond_the_cap_is_refused_and_long_text_passes(void **state)
{
    (void)state;
    enum { PAIRS = 10000 };
    char *gb = malloc(PAIRS * 2);
    assert_non_null(gb);
    for (size_t i = 0; i < PAIRS; i++)
        memcpy(gb + i * 2, "\xc1\xc1", 2);
    struct lz_buf out;
    lz_buf_init(&out, 1 << 20);
    assert_err(lz_gb18030_to_utf8(lz_bytes_of(gb, PAIRS * 2), PAIRS * 3 - 1, &out, NULL), LZ_TOO_LARGE);
    assert_int_equal(out.size, 0);
    assert_ok(lz_gb18030_to_utf8(lz_bytes_of(gb, PAIRS * 2), PAIRS * 3, &out, NULL));
    assert_int_equal(out.size, PAIRS * 3);
    lz_buf_free(&out);
    lz_buf_init(&out, 10);
    assert_err(lz_gb18030_to_utf8(lz_bytes_of(gb, PAIRS * 2), 1 << 20, &out, NULL), LZ_TOO_LARGE);
    assert_err(lz_gb18030_to_utf8(lz_bytes_text("a"), 1, &out, NULL), LZ_TOO_LARGE);
    lz_buf_free(&out);
    free(gb);
}

typedef char *transform(struct lz_arena *arena, const char *text);

static const struct {
    transform *apply;
    const char *in, *out;
} transforms[] = {
    {lz_text_fold_width, "", ""},
    {lz_text_fold_width,
     "\xef\xbc\x92\xef\xbc\x97\xef\xbc\x90\xef\xbc\x96\xef\xbc\xb8\xef\xbc\x81\xef\xbd\x9e", "2706X!~"},
    {lz_text_fold_width,
     "\xef\xbc\x88"
     "亮证"
     "\xef\xbc\x89\xe3\x80\x80"
     "Abc",
     "(亮证) Abc"},
    {lz_text_fold_width, "、。「」", "、。「」"},
    {lz_text_trim, "", ""},
    {lz_text_trim, " \t\r\n", ""},
    {lz_text_trim, "\xef\xbb\xbf\xe3\x80\x80\xc2\xa0 张 三 \xe2\x80\x8b\xe3\x80\x80", "张 三"},
    {lz_text_trim, "张三", "张三"},
    {lz_text_squeeze, "张 三", "张三"},
    {lz_text_squeeze, " 张\xe3\x80\x80\xe3\x80\x80三\xc2\xa0\t", "张三"},
    {lz_text_squeeze, "  ", ""},
    {lz_text_squeeze, "𠮷 野", "𠮷野"},
};

static void text_is_folded_trimmed_and_squeezed(void **state)
{
    (void)state;
    struct lz_arena *arena = lz_arena_new(0);
    assert_non_null(arena);
    for (size_t i = 0; i < COUNT_OF(transforms); i++)
        assert_string_equal(transforms[i].apply(arena, transforms[i].in), transforms[i].out);
    lz_arena_free(&arena);
}

static void an_exhausted_arena_gives_null(void **state)
{
    (void)state;
    struct lz_arena *arena = lz_arena_new(16);
    assert_non_null(arena);
    static const char longer[] = "a text that is longer than the arena may ever be";
    assert_null(lz_text_fold_width(arena, longer));
    assert_null(lz_text_trim(arena, longer));
    assert_null(lz_text_squeeze(arena, longer));
    lz_arena_free(&arena);
}

static void control_and_direction_characters_are_seen(void **state)
{
    (void)state;
    static const char *const with[] = {"a\tb",          "\x01",         "\x7f",         "a\xc2\x85",
                                       "\xe2\x80\xae!", "\xe2\x81\xa6", "\xe2\x80\x8f", "\x1b[2J"};
    static const char *const without[] = {"", "亮证 Liangzheng", "\xc2\xa0", "é", "𠮷"};
    for (size_t i = 0; i < COUNT_OF(with); i++)
        assert_true(lz_text_has_control(with[i]));
    for (size_t i = 0; i < COUNT_OF(without); i++)
        assert_false(lz_text_has_control(without[i]));
}

static void resident_ids_need_their_check_digit_and_a_birth_date(void **state)
{
    (void)state;
    /* Nobody's: the standard's example and made-up ones. */
    static const char *const good[] = {"11010519491231002X", "440524188001010014"};
    static const char *const bad[] = {"",
                                      "11010519491231002x",  /* lower case */
                                      "110105194912310021",  /* wrong check digit */
                                      "11010519491331002X",  /* month 13 */
                                      "1101051949123100",    /* short */
                                      "11010519491231002X1", /* long */
                                      "1101051949123100 2X",
                                      "A1010519491231002X"};
    assert_true(lz_resident_id_valid(good[0]));
    assert_false(lz_resident_id_valid(good[1])); /* the standard's, but born in 1880: before our calendar */
    for (size_t i = 0; i < COUNT_OF(bad); i++)
        assert_false(lz_resident_id_valid(bad[i]));
}

static void credit_codes_need_their_check_character(void **state)
{
    (void)state;
    assert_true(lz_credit_code_valid("91350100M000100Y43")); /* the standard's example */
    static const char *const bad[] = {"",
                                      "91350100M000100Y42",
                                      "91350100M000100Y4",
                                      "91350100M000100Y433",
                                      "91350100m000100Y43",
                                      "91350100I000100Y43",
                                      "000000000000000000X"};
    for (size_t i = 0; i < COUNT_OF(bad); i++)
        assert_false(lz_credit_code_valid(bad[i]));
    assert_true(lz_credit_code_valid("000000000000000000")); /* sum 0: check 0 */
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(utf8_is_what_rfc_3629_says),
        cmocka_unit_test(code_points_are_read_one_by_one),
        cmocka_unit_test(a_broken_character_is_stepped_over_without_leaving_the_text),
        cmocka_unit_test(gb18030_becomes_utf8),
        cmocka_unit_test(bad_gb18030_is_refused_with_its_place),
        cmocka_unit_test(gb18030_beyond_the_cap_is_refused_and_long_text_passes),
        cmocka_unit_test(text_is_folded_trimmed_and_squeezed),
        cmocka_unit_test(an_exhausted_arena_gives_null),
        cmocka_unit_test(control_and_direction_characters_are_seen),
        cmocka_unit_test(resident_ids_need_their_check_digit_and_a_birth_date),
        cmocka_unit_test(credit_codes_need_their_check_character),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
