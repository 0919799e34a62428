#include "registry/base/clock.h"

#include <string.h>
#include <time.h>

enum { FIRST_YEAR = 1900, LAST_YEAR = 2999, DAY_S = 86400, LOCAL_OFFSET_S = 8 * 3600 };

struct civil {
    int year, month, day;
};

static int64_t floor_div(int64_t value, int64_t by)
{
    return value / by - (value % by < 0);
}

static int64_t read_us(clockid_t id)
{
    struct timespec t = {0};
    clock_gettime(id, &t);
    return (int64_t)t.tv_sec * 1000000 + t.tv_nsec / 1000;
}
static int64_t system_now_ms(const struct lz_clock *clock)
{
    (void)clock;
    return floor_div(read_us(CLOCK_REALTIME), 1000);
}
static int64_t system_monotonic_us(const struct lz_clock *clock)
{
    (void)clock;
    return read_us(CLOCK_MONOTONIC);
}

const struct lz_clock *lz_clock_system(void)
{
    static const struct lz_clock system = {.now_ms = system_now_ms, .monotonic_us = system_monotonic_us};
    return &system;
}

int64_t lz_clock_now_s(const struct lz_clock *clock)
{
    return floor_div(clock->now_ms(clock), 1000);
}

int64_t lz_clock_monotonic_ms(const struct lz_clock *clock)
{
    return clock->monotonic_us(clock) / 1000;
}

static int64_t fixed_ms(const struct lz_clock *clock)
{
    return ((const struct lz_clock_fixed *)clock)->ms;
}

static int64_t fixed_us(const struct lz_clock *clock)
{
    return fixed_ms(clock) * 1000;
}

void lz_clock_fixed_init(struct lz_clock_fixed *fixed, int64_t utc_seconds)
{
    *fixed = (struct lz_clock_fixed){.base = {.now_ms = fixed_ms, .monotonic_us = fixed_us},
                                     .ms = utc_seconds * 1000};
}

/* Days since 1970-01-01 of a day in the proleptic Gregorian calendar.  Years are counted from March, so that
 * the leap day is the last of its year and months need no table. */
static int64_t days_of(struct civil c)
{
    int64_t year = c.month > 2 ? c.year : c.year - 1;
    int64_t era = floor_div(year, 400);
    int64_t year_of_era = year - era * 400;
    int64_t day_of_year = (153 * ((c.month + 9) % 12) + 2) / 5 + c.day - 1;
    return era * 146097 + year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year - 719468;
}

static struct civil civil_of(int64_t days)
{
    days += 719468;
    int64_t era = floor_div(days, 146097);
    int64_t day_of_era = days - era * 146097;
    int64_t year_of_era = (day_of_era - day_of_era / 1460 + day_of_era / 36524 - day_of_era / 146096) / 365;
    int64_t day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    int64_t month_from_march = (5 * day_of_year + 2) / 153;
    int month = (int)((month_from_march + 2) % 12 + 1);
    return (struct civil){
        .year = (int)(year_of_era + era * 400 + (month <= 2)),
        .month = month,
        .day = (int)(day_of_year - (153 * month_from_march + 2) / 5 + 1),
    };
}

static bool leap(int year)
{
    return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
}

static bool exists(struct civil c)
{
    static const int days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    if (c.year < FIRST_YEAR || c.year > LAST_YEAR || c.month < 1 || c.month > 12 || c.day < 1)
        return false;
    return c.day <= days[c.month - 1] + (c.month == 2 && leap(c.year));
}

static void put_digits(char *to, int width, int value)
{
    for (; width > 0; value /= 10)
        to[--width] = (char)('0' + value % 10);
}

static bool get_digits(const char *from, int width, int *ret_value)
{
    int value = 0;
    for (int i = 0; i < width; i++) {
        if (from[i] < '0' || from[i] > '9')
            return false;
        value = value * 10 + (from[i] - '0');
    }
    *ret_value = value;
    return true;
}

/* The first 10 characters as a day; whoever calls looks at what follows.  Stops at the first character that
 * does not fit, so a shorter text is not read past its end. */
static bool parse_day(const char *text, struct civil *ret_civil)
{
    struct civil c = {0, 0, 0};
    if (!get_digits(text, 4, &c.year) || text[4] != '-' || !get_digits(text + 5, 2, &c.month) ||
        text[7] != '-' || !get_digits(text + 8, 2, &c.day) || !exists(c))
        return false;
    *ret_civil = c;
    return true;
}

static void put_day(char to[10], struct civil c)
{
    put_digits(to, 4, c.year);
    to[4] = '-';
    put_digits(to + 5, 2, c.month);
    to[7] = '-';
    put_digits(to + 8, 2, c.day);
}

static struct lz_date date_of_civil(struct civil c)
{
    struct lz_date date = {{0}};
    put_day(date.text, c);
    return date;
}

static int64_t clamp(int64_t value, int64_t low, int64_t high)
{
    return value < low ? low : value > high ? high : value;
}

static struct civil civil_within(int64_t days)
{
    return civil_of(
        clamp(days, days_of((struct civil){FIRST_YEAR, 1, 1}), days_of((struct civil){LAST_YEAR, 12, 31})));
}

lz_err lz_date_parse(const char *text, struct lz_date *ret_date)
{
    struct civil c;
    if (!text || !parse_day(text, &c) || text[10] != '\0')
        return LZ_MALFORMED;
    *ret_date = date_of_civil(c);
    return LZ_OK;
}

struct lz_date lz_date_of(int64_t utc_seconds)
{
    /* Division first: neither offset nor product can overflow then, whatever the instant. */
    int64_t second = utc_seconds % DAY_S;
    if (second < 0)
        second += DAY_S;
    return date_of_civil(civil_within(floor_div(utc_seconds, DAY_S) + (second + LOCAL_OFFSET_S) / DAY_S));
}

int64_t lz_date_start_s(struct lz_date date)
{
    struct civil c;
    if (!parse_day(date.text, &c))
        return 0;
    return days_of(c) * DAY_S - LOCAL_OFFSET_S;
}

struct lz_date lz_date_add_days(struct lz_date date, int days)
{
    struct civil c;
    if (!parse_day(date.text, &c))
        return date;
    return date_of_civil(civil_within(days_of(c) + days));
}

struct lz_date lz_date_add_years(struct lz_date date, int years)
{
    struct civil c;
    if (!parse_day(date.text, &c))
        return date;
    int64_t year = (int64_t)c.year + years;
    if (year < FIRST_YEAR || year > LAST_YEAR)
        return date_of_civil(civil_within(year < FIRST_YEAR ? INT32_MIN : INT32_MAX));
    c.year = (int)year;
    if (!exists(c))
        c.day = 28;
    return date_of_civil(c);
}

bool lz_date_from_civil(int year, int month, int day, struct lz_date *ret_date)
{
    struct civil c = {year, month, day};
    if (!exists(c))
        return false;
    *ret_date = date_of_civil(c);
    return true;
}

static int64_t within_years(int64_t seconds)
{
    const int64_t first = days_of((struct civil){FIRST_YEAR, 1, 1}) * DAY_S;
    const int64_t last = days_of((struct civil){LAST_YEAR + 1, 1, 1}) * DAY_S - 1;
    return clamp(seconds, first, last);
}

void lz_instant_format(int64_t utc_seconds, char ret_text[LZ_INSTANT_SIZE])
{
    utc_seconds = within_years(utc_seconds);
    int64_t days = floor_div(utc_seconds, DAY_S);
    int second = (int)(utc_seconds - days * DAY_S);
    memcpy(ret_text, "0000-00-00T00:00:00Z", LZ_INSTANT_SIZE);
    put_day(ret_text, civil_of(days));
    put_digits(ret_text + 11, 2, second / 3600);
    put_digits(ret_text + 14, 2, second / 60 % 60);
    put_digits(ret_text + 17, 2, second % 60);
}

void lz_local_format(int64_t utc_seconds, char ret_text[LZ_LOCAL_SIZE])
{
    char text[LZ_INSTANT_SIZE];
    lz_instant_format(within_years(utc_seconds) + LOCAL_OFFSET_S, text);
    memcpy(ret_text, text, LZ_LOCAL_SIZE);
    ret_text[10] = ' ';
    ret_text[LZ_LOCAL_SIZE - 1] = '\0';
}

lz_err lz_instant_parse(const char *text, int64_t *ret_utc_seconds)
{
    struct civil c;
    int hour = 0, minute = 0, second = 0;
    if (!text || !parse_day(text, &c) || text[10] != 'T' || !get_digits(text + 11, 2, &hour) ||
        text[13] != ':' || !get_digits(text + 14, 2, &minute) || text[16] != ':' ||
        !get_digits(text + 17, 2, &second) || text[19] != 'Z' || text[20] != '\0')
        return LZ_MALFORMED;
    if (hour > 23 || minute > 59 || second > 59)
        return LZ_MALFORMED;
    *ret_utc_seconds = days_of(c) * DAY_S + (int64_t)hour * 3600 + (int64_t)minute * 60 + second;
    return LZ_OK;
}
