#include "lz_test.h"
#include "registry/roster_value.h"

static int make_arena(void **state)
{
    *state = lz_arena_new(0);
    return *state ? 0 : -1;
}

static int free_arena(void **state)
{
    struct lz_arena *arena = *state;
    lz_arena_free(&arena);
    return 0;
}

struct text_case {
    const char *cell;
    enum lz_roster_problem problem;
    const char *value;
};

static const struct text_case names[] = {
    {"罗秀宝", LZ_ROSTER_FINE, "罗秀宝"},
    {"彭  勇", LZ_ROSTER_FINE, "彭勇"},
    {"彭\u3000勇", LZ_ROSTER_FINE, "彭勇"},
    {"\u3000彭勇\u00A0", LZ_ROSTER_FINE, "彭勇"},
    {"\uFEFF彭\u200B勇", LZ_ROSTER_FINE, "彭勇"},
    {"'彭勇", LZ_ROSTER_FINE, "彭勇"},
    {"熊㛃", LZ_ROSTER_FINE, "熊㛃"},
    {"李\U00020BB7", LZ_ROSTER_FINE, "李\U00020BB7"},
    {"王〇", LZ_ROSTER_FINE, "王〇"},
    {"阿卜杜拉·买买提", LZ_ROSTER_FINE, "阿卜杜拉·买买提"},
    {"阿卜杜拉•买买提", LZ_ROSTER_FINE, "阿卜杜拉·买买提"},
    {"阿卜杜拉 ・ 买买提", LZ_ROSTER_FINE, "阿卜杜拉·买买提"},
    {"阿卜杜拉．买买提", LZ_ROSTER_FINE, "阿卜杜拉·买买提"},
    {"Ｊ. Smith", LZ_ROSTER_FINE, "J. Smith"},
    {"", LZ_ROSTER_EMPTY, NULL},
    {" \u3000 ", LZ_ROSTER_EMPTY, NULL},
    {"/", LZ_ROSTER_EMPTY, NULL},
    {"- -", LZ_ROSTER_EMPTY, NULL},
    {"无", LZ_ROSTER_EMPTY, NULL},
    {"王?", LZ_ROSTER_NAME_LOST, NULL},
    {"王？", LZ_ROSTER_NAME_LOST, NULL},
    {"王□", LZ_ROSTER_NAME_LOST, NULL},
    {"王1", LZ_ROSTER_NAME_CHARACTERS, NULL},
    {"王伟（借调）", LZ_ROSTER_NAME_CHARACTERS, NULL},
    {"王伟、李四", LZ_ROSTER_NAME_CHARACTERS, NULL},
    {"=HYPERLINK(\"http://x\",\"王\")", LZ_ROSTER_NAME_CHARACTERS, NULL},
    {"@SUM(A1)", LZ_ROSTER_NAME_CHARACTERS, NULL},
    {"#REF!", LZ_ROSTER_EXCEL_ERROR, NULL},
    {"王\u202E伟", LZ_ROSTER_CONTROL, NULL},
    {"一二三四五六七八九十一二三四五六七八九十一二三四五六七八九十一二三四五六七八九十一", LZ_ROSTER_TOO_LONG,
     NULL},
};

static void names_are_closed_up_and_damaged_ones_refused(void **state)
{
    for (size_t i = 0; i < COUNT_OF(names); i++) {
        const char *name = NULL;
        print_message("%s\n", names[i].cell);
        assert_int_equal(lz_roster_name(*state, names[i].cell, &name), names[i].problem);
        if (names[i].value)
            assert_string_equal(name, names[i].value);
        else
            assert_null(name);
    }
}

static const struct text_case ids[] = {
    {"610600199007209075", LZ_ROSTER_FINE, "610600199007209075"},
    {"'610600199007209075", LZ_ROSTER_FINE, "610600199007209075"},
    {"\u2018610600199007209075", LZ_ROSTER_FINE, "610600199007209075"},
    {"＇610600199007209075", LZ_ROSTER_FINE, "610600199007209075"},
    {"=\"610600199007209075\"", LZ_ROSTER_FINE, "610600199007209075"},
    {"610600199007209075\t", LZ_ROSTER_FINE, "610600199007209075"},
    {"610600 19900720 9075", LZ_ROSTER_FINE, "610600199007209075"},
    {"６１０６００１９９００７２０９０７５", LZ_ROSTER_FINE, "610600199007209075"},
    {"61063219680525904X", LZ_ROSTER_FINE, "61063219680525904X"},
    {"61063219680525904x", LZ_ROSTER_FINE, "61063219680525904X"},
    {"61063219680525904Ｘ", LZ_ROSTER_FINE, "61063219680525904X"},
    {"61063219680525904ｘ", LZ_ROSTER_FINE, "61063219680525904X"},
    {"", LZ_ROSTER_EMPTY, NULL},
    {"'", LZ_ROSTER_EMPTY, NULL},
    {"6.10602E+17", LZ_ROSTER_ID_SCIENTIFIC, NULL},
    {"6.10602e+017", LZ_ROSTER_ID_SCIENTIFIC, NULL},
    {"6E+17", LZ_ROSTER_ID_SCIENTIFIC, NULL},
    {"610600900720907", LZ_ROSTER_ID_FIFTEEN, NULL},
    {"61060019900720907", LZ_ROSTER_ID_LENGTH, NULL},
    {"6106001990072090755", LZ_ROSTER_ID_LENGTH, NULL},
    {"61060019900720907O", LZ_ROSTER_ID_CHARACTERS, NULL},
    {"X10600199007209075", LZ_ROSTER_ID_CHARACTERS, NULL},
    {"姚志怡", LZ_ROSTER_ID_CHARACTERS, NULL},
    {"610600199002309075", LZ_ROSTER_ID_BIRTH, NULL},
    {"610600199007209000", LZ_ROSTER_ID_ROUNDED, NULL},
    {"610600199007209076", LZ_ROSTER_ID_CHECK, NULL},
    {"#N/A", LZ_ROSTER_EXCEL_ERROR, NULL},
};

static void id_numbers_are_repaired_where_nothing_is_lost_and_else_refused(void **state)
{
    for (size_t i = 0; i < COUNT_OF(ids); i++) {
        char *id = NULL;
        print_message("%s\n", ids[i].cell);
        assert_int_equal(lz_roster_id_number(*state, ids[i].cell, &id), ids[i].problem);
        if (ids[i].value)
            assert_string_equal(id, ids[i].value);
        else
            assert_null(id);
    }
}

static const struct text_case numbers[] = {
    {"27060010001", LZ_ROSTER_FINE, "27060010001"},
    {"07060010001", LZ_ROSTER_FINE, "07060010001"},
    {"２７０６２６２０００５", LZ_ROSTER_FINE, "27062620005"},
    {"'27060010001", LZ_ROSTER_FINE, "27060010001"},
    {"=\"27060010001\"", LZ_ROSTER_FINE, "27060010001"},
    {" 2706 0010 001 ", LZ_ROSTER_FINE, "27060010001"},
    {"27060010001.0", LZ_ROSTER_FINE, "27060010001"},
    {"SX-A-0012", LZ_ROSTER_FINE, "SX-A-0012"},
    {"陕执A-0012", LZ_ROSTER_NUMBER_CHARACTERS, NULL},
    {"", LZ_ROSTER_EMPTY, NULL},
    {"-", LZ_ROSTER_EMPTY, NULL},
    {"2.70600E+10", LZ_ROSTER_NUMBER_SCIENTIFIC, NULL},
    {"科长", LZ_ROSTER_NUMBER_CHARACTERS, NULL},
    {"123", LZ_ROSTER_NUMBER_CHARACTERS, NULL},
    {"27060010001.5", LZ_ROSTER_NUMBER_CHARACTERS, NULL},
    {"2706/001", LZ_ROSTER_NUMBER_CHARACTERS, NULL},
    {"270600100012706001000127060010001", LZ_ROSTER_NUMBER_CHARACTERS, NULL},
};

static void certificate_numbers_stay_text(void **state)
{
    for (size_t i = 0; i < COUNT_OF(numbers); i++) {
        const char *number = NULL;
        print_message("%s\n", numbers[i].cell);
        assert_int_equal(lz_roster_number(*state, numbers[i].cell, &number), numbers[i].problem);
        if (numbers[i].value)
            assert_string_equal(number, numbers[i].value);
        else
            assert_null(number);
    }
}

static const struct text_case dates[] = {
    {"2023-05-01", LZ_ROSTER_FINE, "2023-05-01"},
    {"2023-5-1", LZ_ROSTER_FINE, "2023-05-01"},
    {"2023/5/1", LZ_ROSTER_FINE, "2023-05-01"},
    {"2023.5.1", LZ_ROSTER_FINE, "2023-05-01"},
    {"2023.05.01.", LZ_ROSTER_FINE, "2023-05-01"},
    {"2023。5。1", LZ_ROSTER_FINE, "2023-05-01"},
    {"2023年5月1日", LZ_ROSTER_FINE, "2023-05-01"},
    {"2023 年 5 月 1 日", LZ_ROSTER_FINE, "2023-05-01"},
    {"2023年5月1号", LZ_ROSTER_FINE, "2023-05-01"},
    {"２０２３年５月１日", LZ_ROSTER_FINE, "2023-05-01"},
    {"２０２３－０５－０１", LZ_ROSTER_FINE, "2023-05-01"},
    {"20230501", LZ_ROSTER_FINE, "2023-05-01"},
    {"'2023-05-01", LZ_ROSTER_FINE, "2023-05-01"},
    {"2023-05-01 00:00:00", LZ_ROSTER_FINE, "2023-05-01"},
    {"2023/5/1 0:00", LZ_ROSTER_FINE, "2023-05-01"},
    {"2023-05-01T08:00:00.000Z", LZ_ROSTER_FINE, "2023-05-01"},
    {"2023-05-01 12:00:00 AM", LZ_ROSTER_FINE, "2023-05-01"},
    {"2024-02-29", LZ_ROSTER_FINE, "2024-02-29"},
    {"45323", LZ_ROSTER_FINE, "2024-02-01"},
    {"45323.0", LZ_ROSTER_FINE, "2024-02-01"},
    {"45323.25", LZ_ROSTER_FINE, "2024-02-01"},
    {"４５３２３", LZ_ROSTER_FINE, "2024-02-01"},
    {"30000", LZ_ROSTER_FINE, "1982-02-18"},
    {"60000", LZ_ROSTER_FINE, "2064-04-08"},
    {"", LZ_ROSTER_EMPTY, NULL},
    {"29999", LZ_ROSTER_DATE_FORM, NULL},
    {"60001", LZ_ROSTER_DATE_FORM, NULL},
    {"2023", LZ_ROSTER_DATE_FORM, NULL},
    {"23-5-1", LZ_ROSTER_DATE_FORM, NULL},
    {"5/1/2023", LZ_ROSTER_DATE_FORM, NULL},
    {"1-May-23", LZ_ROSTER_DATE_FORM, NULL},
    {"长期", LZ_ROSTER_DATE_FORM, NULL},
    {"2023-05-01x", LZ_ROSTER_DATE_FORM, NULL},
    {"2023-5-123", LZ_ROSTER_DATE_FORM, NULL},
    {"-2023-05-01", LZ_ROSTER_DATE_FORM, NULL},
    {"2023年5月", LZ_ROSTER_DATE_NO_DAY, NULL},
    {"2023.5", LZ_ROSTER_DATE_NO_DAY, NULL},
    {"2023-02-30", LZ_ROSTER_DATE_NO_SUCH, NULL},
    {"2023-02-29", LZ_ROSTER_DATE_NO_SUCH, NULL},
    {"2023-13-01", LZ_ROSTER_DATE_NO_SUCH, NULL},
    {"2023-00-10", LZ_ROSTER_DATE_NO_SUCH, NULL},
    {"20230230", LZ_ROSTER_DATE_NO_SUCH, NULL},
    {"0203-05-01", LZ_ROSTER_DATE_NO_SUCH, NULL},
    {"2203-05-01", LZ_ROSTER_DATE_NO_SUCH, NULL},
    {"#######", LZ_ROSTER_EXCEL_ERROR, NULL},
};

static void dates_are_read_in_every_usual_form(void **state)
{
    for (size_t i = 0; i < COUNT_OF(dates); i++) {
        struct lz_date date = {0};
        print_message("%s\n", dates[i].cell);
        assert_int_equal(lz_roster_date(*state, dates[i].cell, &date), dates[i].problem);
        assert_string_equal(date.text, dates[i].value ? dates[i].value : "");
    }
}

static const struct text_case last_days[] = {
    {"2027-01-12", LZ_ROSTER_FINE, "2027-01-12"},
    {"2022.1.12至2027.1.12", LZ_ROSTER_FINE, "2027-01-12"},
    {"2022年1月13日-2027年1月12日", LZ_ROSTER_FINE, "2027-01-12"},
    {"2022-01-13-2027-01-12", LZ_ROSTER_FINE, "2027-01-12"},
    {"2022/1/13～2027/1/12", LZ_ROSTER_FINE, "2027-01-12"},
    {"2022.1.13 — 2027.1.12", LZ_ROSTER_FINE, "2027-01-12"},
    {"2022.1.12至2027.2.30", LZ_ROSTER_DATE_FORM, NULL},
    {"2027-02-30", LZ_ROSTER_DATE_NO_SUCH, NULL},
    {"5年", LZ_ROSTER_DATE_FORM, NULL},
    {"长期", LZ_ROSTER_DATE_FORM, NULL},
};

static void of_a_term_the_last_day_counts(void **state)
{
    for (size_t i = 0; i < COUNT_OF(last_days); i++) {
        struct lz_date date = {0};
        print_message("%s\n", last_days[i].cell);
        assert_int_equal(lz_roster_last_day(*state, last_days[i].cell, &date), last_days[i].problem);
        assert_string_equal(date.text, last_days[i].value ? last_days[i].value : "");
    }
}

static const struct {
    const char *cell;
    enum lz_roster_problem problem;
    int sex;
} sexes[] = {
    {"男", LZ_ROSTER_FINE, 1}, {" 女 ", LZ_ROSTER_FINE, 2},   {"M", LZ_ROSTER_FINE, 1},
    {"ｆ", LZ_ROSTER_FINE, 2}, {"女性", LZ_ROSTER_FINE, 2},   {"1", LZ_ROSTER_FINE, 1},
    {"", LZ_ROSTER_EMPTY, 7},  {"南", LZ_ROSTER_SEX_WORD, 7}, {"3", LZ_ROSTER_SEX_WORD, 7},
};

static void sex_is_read_from_words_and_codes(void **state)
{
    for (size_t i = 0; i < COUNT_OF(sexes); i++) {
        int sex = 7;
        assert_int_equal(lz_roster_sex(*state, sexes[i].cell, &sex), sexes[i].problem);
        assert_int_equal(sex, sexes[i].sex);
    }
}

static const struct {
    const char *cell;
    enum lz_roster_problem problem;
    enum lz_certificate_kind kind;
} kinds[] = {
    {"执法人员", LZ_ROSTER_FINE, LZ_CERTIFICATE_ENFORCEMENT},
    {"辅助 人员", LZ_ROSTER_FINE, LZ_CERTIFICATE_AUXILIARY},
    {"行政执法监督人员", LZ_ROSTER_FINE, LZ_CERTIFICATE_SUPERVISION},
    {"行政执法监督证", LZ_ROSTER_FINE, LZ_CERTIFICATE_SUPERVISION},
    {"Officer", LZ_ROSTER_FINE, LZ_CERTIFICATE_ENFORCEMENT},
    {"劳务派遣", LZ_ROSTER_KIND_WORD, LZ_CERTIFICATE_KIND_COUNT},
    {"", LZ_ROSTER_EMPTY, LZ_CERTIFICATE_KIND_COUNT},
};

static void kinds_are_read_from_their_words_and_never_guessed(void **state)
{
    for (size_t i = 0; i < COUNT_OF(kinds); i++) {
        enum lz_certificate_kind kind = LZ_CERTIFICATE_KIND_COUNT;
        assert_int_equal(lz_roster_kind(*state, kinds[i].cell, &kind), kinds[i].problem);
        assert_int_equal(kind, kinds[i].kind);
    }
}

static const struct text_case scopes[] = {
    {"交通运输", LZ_ROSTER_FINE, "交通运输"},
    {"市场监管，食品;药品", LZ_ROSTER_FINE, "市场监管、食品、药品"},
    {"、市场监管、, 食品\n药品；", LZ_ROSTER_FINE, "市场监管、食品、药品"},
    {"交通运输 水务", LZ_ROSTER_FINE, "交通运输、水务"},
    {"交通运输\n\t\r\n\v水务", LZ_ROSTER_FINE, "交通运输、水务"},
    {"'`,水务", LZ_ROSTER_FINE, "`、水务"},
    {",", LZ_ROSTER_EMPTY, NULL},
};

static void fields_of_enforcement_are_joined_in_one_way(void **state)
{
    for (size_t i = 0; i < COUNT_OF(scopes); i++) {
        const char *scope = NULL;
        assert_int_equal(lz_roster_scope(*state, scopes[i].cell, &scope), scopes[i].problem);
        if (scopes[i].value)
            assert_string_equal(scope, scopes[i].value);
    }
}

static const struct {
    const char *cell;
    bool personal;
    const char *shown;
} shown[] = {
    {"6.10602E+17", true, "6.10602E+17"},
    {"610600199007209076", true, "6106**********9076"},
    {"610600199007209076", false, "6106**********9076"},
    {"61060019900720907O", true, "6106*********0907O"},
    {"6106001990072", true, "6106*****0072"},
    {"27060010001", false, "27060010001"},
    {"2023-02-30", false, "2023-02-30"},
    {"姚志怡", true, "姚志怡"},
    {"一二三四五六七八九十一二三四五六七八九十一二三四五六七八九十一二三四五六七八九十一", false,
     "一二三四五六七八九十一二三四五六七八九十一二三四五六七八九十一二三四五六七八九十"},
};

static void what_could_be_a_personal_number_is_shown_masked(void **state)
{
    for (size_t i = 0; i < COUNT_OF(shown); i++)
        assert_string_equal(lz_roster_shown(*state, shown[i].cell, shown[i].personal), shown[i].shown);
    assert_string_equal(lz_roster_mask(*state, "610600199007209075"), "6106**********9075");
    assert_null(lz_roster_mask(*state, NULL));
}

static void every_problem_says_what_was_expected_and_what_to_do(void **state)
{
    (void)state;
    for (int p = LZ_ROSTER_FINE + 1; p < LZ_ROSTER_PROBLEM_COUNT; p++)
        for (int lang = 0; lang < LZ_LANG_COUNT; lang++) {
            assert_non_null(lz_roster_expected((enum lz_roster_problem)p, (lz_lang)lang));
            assert_true(strlen(lz_roster_advice((enum lz_roster_problem)p, (lz_lang)lang)) > 0);
        }
}

static void a_cell_as_long_as_a_page_is_refused(void **state)
{
    char page[LZ_ROSTER_CELL_MAX + 2];
    memset(page, 'a', sizeof page - 1);
    page[sizeof page - 1] = '\0';
    const char *text = NULL;
    assert_int_equal(lz_roster_text(*state, page, 100, &text), LZ_ROSTER_TOO_LONG);
    assert_null(text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(names_are_closed_up_and_damaged_ones_refused),
        cmocka_unit_test(id_numbers_are_repaired_where_nothing_is_lost_and_else_refused),
        cmocka_unit_test(certificate_numbers_stay_text),
        cmocka_unit_test(dates_are_read_in_every_usual_form),
        cmocka_unit_test(of_a_term_the_last_day_counts),
        cmocka_unit_test(sex_is_read_from_words_and_codes),
        cmocka_unit_test(kinds_are_read_from_their_words_and_never_guessed),
        cmocka_unit_test(fields_of_enforcement_are_joined_in_one_way),
        cmocka_unit_test(what_could_be_a_personal_number_is_shown_masked),
        cmocka_unit_test(every_problem_says_what_was_expected_and_what_to_do),
        cmocka_unit_test(a_cell_as_long_as_a_page_is_refused),
    };
    return cmocka_run_group_tests(tests, make_arena, free_arena);
}
