/* Time comes from outside: functions take a clock, none reads it.  Instants are UTC milliseconds since
 * 1970-01-01 or UTC seconds where the name says so; dates are local (Asia/Shanghai, UTC+8 all year since
 * 1991) ISO dates. */
#ifndef LZ_BASE_CLOCK_H
#define LZ_BASE_CLOCK_H

#include "registry/base/error.h"

#include <stdbool.h>
#include <stdint.h>

struct lz_clock {
    int64_t (*now_ms)(const struct lz_clock *clock); /* UTC milliseconds, may jump */
    /* Microseconds that never go back; for time-outs, ages and durations within a process. */
    int64_t (*monotonic_us)(const struct lz_clock *clock);
};

const struct lz_clock *lz_clock_system(void); /* static */
int64_t lz_clock_now_s(const struct lz_clock *clock);
int64_t lz_clock_monotonic_ms(const struct lz_clock *clock); /* whole milliseconds of monotonic_us */

/* A clock for tests: `base` first, so that &fixed.base is a clock. */
struct lz_clock_fixed {
    struct lz_clock base;
    int64_t ms;
};
void lz_clock_fixed_init(struct lz_clock_fixed *fixed, int64_t utc_seconds);

enum { LZ_DATE_SIZE = 11, LZ_INSTANT_SIZE = 21, LZ_LOCAL_SIZE = 20, LZ_LOCAL_MINUTE = 16 };
/* A calendar day as text "2026-11-23"; comparing the text compares the days.  Empty text: no date.  Results
 * that would leave the years 1900 to 2999 stop at their edge, so that arithmetic never yields "no date". */
struct lz_date {
    char text[LZ_DATE_SIZE];
};

/* Strict YYYY-MM-DD of a day that exists, years 1900 to 2999; LZ_MALFORMED else. */
LZ_MUST lz_err lz_date_parse(const char *text, struct lz_date *ret_date);
struct lz_date lz_date_of(int64_t utc_seconds); /* the local day of an instant */
int64_t lz_date_start_s(struct lz_date date);   /* 00:00 local as UTC seconds; 0 (long past) for no date */
struct lz_date lz_date_add_days(struct lz_date date, int days);
struct lz_date lz_date_add_years(struct lz_date date,
                                 int years); /* 29 February becomes 28 February; no date stays no date */
bool lz_date_from_civil(int year, int month, int day, struct lz_date *ret_date); /* false: no such day */
/* "2026-11-23T08:00:00Z"; parsing is strict: this form only, LZ_MALFORMED else */
void lz_instant_format(int64_t utc_seconds, char ret_text[LZ_INSTANT_SIZE]);
LZ_MUST lz_err lz_instant_parse(const char *text, int64_t *ret_utc_seconds);
/* "2026-11-23 16:00:00", the local time that people read; its first LZ_LOCAL_MINUTE characters leave the
 * seconds out */
void lz_local_format(int64_t utc_seconds, char ret_text[LZ_LOCAL_SIZE]);

#endif
