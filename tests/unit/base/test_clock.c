#include "lz_test.h"
#include "registry/base/clock.h"

#include <limits.h>
#include <time.h>

static struct lz_date date(const char *text)
{
    struct lz_date d = {{0}};
    assert_ok(lz_date_parse(text, &d));
    return d;
}

static void only_days_that_exist_are_dates(void **state)
{
    (void)state;
    static const char *const good[] = {"1900-01-01", "2000-02-29", "2024-02-29", "2026-11-23", "2999-12-31"};
    static const char *const bad[] = {"",
                                      "2026",
                                      "2026-11",
                                      "2026-11-2",
                                      "2026-1-23",
                                      "2026-11-31",
                                      "2025-02-29",
                                      "1900-02-29",
                                      "2026-00-10",
                                      "2026-13-01",
                                      "2026-01-00",
                                      "1899-12-31",
                                      "3000-01-01",
                                      "2026/11/23",
                                      "2026-11-23 ",
                                      " 2026-11-23",
                                      "2026-11-23T",
                                      "+026-11-23",
                                      "2026-11-\xef\xbc\x92"};
    for (size_t i = 0; i < COUNT_OF(good); i++)
        assert_string_equal(date(good[i]).text, good[i]);
    for (size_t i = 0; i < COUNT_OF(bad); i++) {
        struct lz_date d = {"untouched"};
        assert_err(lz_date_parse(bad[i], &d), LZ_MALFORMED);
        assert_string_equal(d.text, "untouched");
    }
    struct lz_date d;
    assert_err(lz_date_parse(NULL, &d), LZ_MALFORMED);
    assert_false(lz_date_from_civil(2026, 2, 30, &d));
    assert_false(lz_date_from_civil(INT_MIN, INT_MIN, INT_MIN, &d));
    assert_true(lz_date_from_civil(2026, 2, 28, &d));
    assert_string_equal(d.text, "2026-02-28");
}

static void the_local_day_begins_eight_hours_before_the_utc_day(void **state)
{
    (void)state;
    assert_string_equal(lz_date_of(0).text, "1970-01-01");
    assert_string_equal(lz_date_of(57599).text, "1970-01-01");
    assert_string_equal(lz_date_of(57600).text, "1970-01-02");
    assert_string_equal(lz_date_of(-28800).text, "1970-01-01");
    assert_string_equal(lz_date_of(-28801).text, "1969-12-31");
    assert_int_equal(lz_date_start_s(date("1970-01-01")), -28800);
    assert_int_equal(lz_date_start_s(date("2026-11-23")), 1795363200);
    assert_int_equal(lz_date_start_s((struct lz_date){""}), 0);
}

static void days_agree_with_the_c_library_for_eleven_hundred_years(void **state)
{
    (void)state;
    struct lz_date d = date("1900-01-01");
    for (int days = 0; strcmp(d.text, "2999-12-31") != 0; days++) {
        time_t t = (time_t)(lz_date_start_s(d) + 28800);
        struct tm tm;
        char expected[LZ_DATE_SIZE];
        gmtime_r(&t, &tm);
        strftime(expected, sizeof expected, "%Y-%m-%d", &tm);
        assert_string_equal(d.text, expected);
        assert_string_equal(lz_date_of(lz_date_start_s(d) + 86399).text, expected);
        d = lz_date_add_days(d, 1);
    }
}

static void adding_years_and_days_keeps_to_days_that_exist(void **state)
{
    (void)state;
    assert_string_equal(lz_date_add_years(date("2024-02-29"), 1).text, "2025-02-28");
    assert_string_equal(lz_date_add_years(date("2024-02-29"), 4).text, "2028-02-29");
    assert_string_equal(lz_date_add_years(date("2026-11-23"), 5).text, "2031-11-23");
    assert_string_equal(lz_date_add_days(date("2026-12-31"), 1).text, "2027-01-01");
    assert_string_equal(lz_date_add_days(date("2024-03-01"), -1).text, "2024-02-29");
    assert_string_equal(lz_date_add_years(date("2026-11-23"), INT_MAX).text, "2999-12-31");
    assert_string_equal(lz_date_add_years(date("2026-11-23"), INT_MIN).text, "1900-01-01");
    assert_string_equal(lz_date_add_days(date("2026-11-23"), INT_MAX).text, "2999-12-31");
    assert_string_equal(lz_date_add_days(date("2026-11-23"), INT_MIN).text, "1900-01-01");
    assert_string_equal(lz_date_add_days((struct lz_date){""}, 1).text, "");
    assert_string_equal(lz_date_add_years((struct lz_date){""}, 1).text, "");
    assert_string_equal(lz_date_of(INT64_MAX).text, "2999-12-31");
    assert_string_equal(lz_date_of(INT64_MIN).text, "1900-01-01");
}

static void instants_are_written_and_read_in_one_form_only(void **state)
{
    (void)state;
    static const struct {
        int64_t s;
        const char *text;
    } good[] = {{0, "1970-01-01T00:00:00Z"},
                {-1, "1969-12-31T23:59:59Z"},
                {1795420800, "2026-11-23T08:00:00Z"},
                {-2208988800, "1900-01-01T00:00:00Z"}};
    for (size_t i = 0; i < COUNT_OF(good); i++) {
        char text[LZ_INSTANT_SIZE];
        int64_t s = 0;
        lz_instant_format(good[i].s, text);
        assert_string_equal(text, good[i].text);
        assert_ok(lz_instant_parse(text, &s));
        assert_true(s == good[i].s);
    }
    static const char *const bad[] = {"",
                                      "2026-11-23",
                                      "2026-11-23T08:00:00",
                                      "2026-11-23 08:00:00Z",
                                      "2026-11-23T08:00:00z",
                                      "2026-11-23T08:00:00Z ",
                                      "2026-11-23T24:00:00Z",
                                      "2026-11-23T08:60:00Z",
                                      "2026-11-23T08:00:60Z",
                                      "2026-11-23T08:00:00.5Z",
                                      "2026-11-23T08:00:00+08:00",
                                      "2026-02-30T08:00:00Z",
                                      "2026-11-23T8:00:00Z"};
    for (size_t i = 0; i < COUNT_OF(bad); i++) {
        int64_t s = 42;
        assert_err(lz_instant_parse(bad[i], &s), LZ_MALFORMED);
        assert_int_equal(s, 42);
    }
    char text[LZ_INSTANT_SIZE];
    lz_instant_format(INT64_MAX, text);
    assert_string_equal(text, "2999-12-31T23:59:59Z");
    lz_instant_format(INT64_MIN, text);
    assert_string_equal(text, "1900-01-01T00:00:00Z");
}

static void a_fixed_clock_stands_still_until_it_is_moved(void **state)
{
    (void)state;
    struct lz_clock_fixed fixed;
    lz_clock_fixed_init(&fixed, 1795420800);
    assert_int_equal(lz_clock_now_s(&fixed.base), 1795420800);
    fixed.ms += 1999;
    assert_int_equal(lz_clock_now_s(&fixed.base), 1795420801);
    fixed.ms = -1;
    assert_int_equal(lz_clock_now_s(&fixed.base), -1);
}

static void the_system_clock_runs(void **state)
{
    (void)state;
    const struct lz_clock *clock = lz_clock_system();
    assert_true(clock->now_ms(clock) > 1700000000000);
    int64_t before = lz_clock_monotonic_ms(clock);
    assert_true(lz_clock_monotonic_ms(clock) >= before);
}

static void local_time_is_eight_hours_on(void **state)
{
    (void)state;
    static const struct {
        int64_t s;
        const char *text;
    } rows[] = {{0, "1970-01-01 08:00:00"},
                {1795420800, "2026-11-23 16:00:00"},
                {1795420800 + 8 * 3600, "2026-11-24 00:00:00"},
                {1795420800 + 8 * 3600 - 1, "2026-11-23 23:59:59"},
                {INT64_MAX, "2999-12-31 23:59:59"},
                {INT64_MIN, "1900-01-01 08:00:00"}};
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        char text[LZ_LOCAL_SIZE];
        lz_local_format(rows[i].s, text);
        assert_string_equal(text, rows[i].text);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(only_days_that_exist_are_dates),
        cmocka_unit_test(the_local_day_begins_eight_hours_before_the_utc_day),
        cmocka_unit_test(days_agree_with_the_c_library_for_eleven_hundred_years),
        cmocka_unit_test(adding_years_and_days_keeps_to_days_that_exist),
        cmocka_unit_test(instants_are_written_and_read_in_one_form_only),
        cmocka_unit_test(local_time_is_eight_hours_on),
        cmocka_unit_test(a_fixed_clock_stands_still_until_it_is_moved),
        cmocka_unit_test(the_system_clock_runs),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
