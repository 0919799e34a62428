/* Dates as people type them and as Excel counts them. */
#include "registry/base/text.h"
#include "registry/roster_value.h"

#include <stdlib.h>
#include <string.h>

#define COUNT_OF(array) (sizeof(array) / sizeof(array)[0])

/* Excel counts days from 1899-12-30 (of its 1900 system, past its imaginary 29 February 1900). */
enum { SERIAL_FIRST = 30000, SERIAL_LAST = 60000, SERIAL_OF_1970 = 25569 };
/* A certificate outside these years is a slip of the finger. */
enum { YEAR_FIRST = 1950, YEAR_LAST = 2099 };

static size_t digits_at(const char *text)
{
    return strspn(text, "0123456789");
}

static const char *skip_spaces(const char *at)
{
    while (*at == ' ')
        at++;
    return at;
}

/* Steps over one of the marks between year, month and day; NULL when none stands there. */
static const char *skip_mark(const char *at)
{
    static const char *const marks[] = {"-", "/", ".", "年", "月", "。", "、", "\u2013", "\u2014", "\\"};
    at = skip_spaces(at);
    for (size_t i = 0; i < COUNT_OF(marks); i++)
        if (strncmp(at, marks[i], strlen(marks[i])) == 0)
            return skip_spaces(at + strlen(marks[i]));
    return NULL;
}

/* What may follow a day: 日 or 号, a full stop, a time of day. */
static bool is_tail(const char *at)
{
    static const char *const days[] = {"日", "号", "."};
    at = skip_spaces(at);
    for (size_t i = 0; i < COUNT_OF(days); i++)
        if (strncmp(at, days[i], strlen(days[i])) == 0) {
            at = skip_spaces(at + strlen(days[i]));
            break;
        }
    if (!*at)
        return true;
    at += *at == 'T';
    return strchr(at, ':') && strspn(at, "0123456789:. APMapmZ+") == strlen(at);
}

static enum lz_roster_problem from_parts(const char *year, const char *month, const char *day,
                                         struct lz_date *ret_date)
{
    /* Runs of at most four digits, counted by who calls. */
    int y = (int)strtol(year, NULL, 10), m = (int)strtol(month, NULL, 10), d = (int)strtol(day, NULL, 10);
    if (y < YEAR_FIRST || y > YEAR_LAST || !lz_date_from_civil(y, m, d, ret_date))
        return LZ_ROSTER_DATE_NO_SUCH;
    return LZ_ROSTER_FINE;
}

/* 20230501 or 45047, both also with a fraction or a time. */
static enum lz_roster_problem from_digits(const char *text, size_t digits, struct lz_date *ret_date)
{
    const char *rest = text + digits;
    if (digits == 8 && is_tail(rest)) {
        const char year[] = {text[0], text[1], text[2], text[3], 0}, month[] = {text[4], text[5], 0};
        return from_parts(year, month, text + 6, ret_date);
    }
    if (digits != 5 || (*rest && (*rest != '.' || rest[1 + digits_at(rest + 1)])))
        return LZ_ROSTER_DATE_FORM;
    int serial = (int)strtol(text, NULL, 10);
    if (serial < SERIAL_FIRST || serial > SERIAL_LAST)
        return LZ_ROSTER_DATE_FORM;
    struct lz_date epoch = {.text = "1970-01-01"};
    *ret_date = lz_date_add_days(epoch, serial - SERIAL_OF_1970);
    return LZ_ROSTER_FINE;
}

static enum lz_roster_problem parse(const char *text, struct lz_date *ret_date)
{
    const size_t year_digits = digits_at(text);
    if (year_digits == 8 || year_digits == 5)
        return from_digits(text, year_digits, ret_date);
    const char *month = year_digits == 4 ? skip_mark(text + year_digits) : NULL;
    const size_t month_digits = month ? digits_at(month) : 0;
    if (month_digits < 1 || month_digits > 2)
        return LZ_ROSTER_DATE_FORM;
    const char *day = skip_mark(month + month_digits);
    const size_t day_digits = day ? digits_at(day) : 0;
    if (day_digits == 0 && !*(day ? day : skip_spaces(month + month_digits)))
        return LZ_ROSTER_DATE_NO_DAY;
    if (day_digits < 1 || day_digits > 2 || !is_tail(day + day_digits))
        return LZ_ROSTER_DATE_FORM;
    return from_parts(text, month, day, ret_date);
}

enum lz_roster_problem lz_roster_date(struct lz_arena *arena, const char *cell, struct lz_date *ret_date)
{
    char *text = NULL;
    enum lz_roster_problem problem = lz_roster_cell(arena, cell, &text);
    struct lz_date date = {0};
    if (!problem)
        problem = parse(text, &date);
    if (!problem)
        *ret_date = date;
    return problem;
}

enum lz_roster_problem lz_roster_last_day(struct lz_arena *arena, const char *cell, struct lz_date *ret_date)
{
    static const char *const between[] = {"至", "到", "~", "--", "\u2014\u2014", "\u2014", "\u2013", "-"};
    char *text = NULL;
    enum lz_roster_problem problem = lz_roster_cell(arena, cell, &text);
    struct lz_date first, last = {0};
    if (!problem)
        problem = parse(text, &last);
    for (size_t i = 0; problem == LZ_ROSTER_DATE_FORM && i < COUNT_OF(between); i++)
        for (char *at = text; problem && (at = strstr(at, between[i])) != NULL; at++) {
            char *begins = lz_arena_copy(arena, text, (size_t)(at - text));
            if (!begins)
                return LZ_ROSTER_NO_MEMORY;
            if (!parse(begins, &first) && !parse(skip_spaces(at + strlen(between[i])), &last))
                problem = LZ_ROSTER_FINE;
        }
    if (!problem)
        *ret_date = last;
    return problem;
}
