/* What a service tells its operator: one line per event, plain enough for the systemd journal.
 *     2026-11-23T08:00:00Z WARN kiosk: registry is away url=https://… for=30
 * Never log secrets, tokens, /v/ paths, or what belongs to people (names, numbers of documents): an id of the
 * register, a count or an error's name says enough. */
#ifndef LZ_BASE_LOG_H
#define LZ_BASE_LOG_H

#include "registry/base/clock.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum lz_log_level { LZ_LOG_ERROR, LZ_LOG_WARN, LZ_LOG_INFO, LZ_LOG_DEBUG, LZ_LOG_LEVEL_COUNT };

/* Set once before threads start, then only read; usable from any thread. */
struct lz_log {
    int fd;
    enum lz_log_level level; /* what is less urgent is not written */
    const struct lz_clock *clock;
};

void lz_log_init(struct lz_log *log, const struct lz_clock *clock); /* standard error, LZ_LOG_INFO */
/* "error", "warn", "info", "debug"; false: none of them. */
bool lz_log_level_parse(const char *text, enum lz_log_level *ret_level);

/* One key with its value; made by the two functions below. */
struct lz_log_field {
    const char *key;
    const char *text; /* NULL: `number` is the value */
    int64_t number;
};
static inline struct lz_log_field lz_log_text(const char *key, const char *text) /* NULL is logged as "" */
{
    return (struct lz_log_field){.key = key, .text = text ? text : ""};
}
static inline struct lz_log_field lz_log_int(const char *key, int64_t number)
{
    return (struct lz_log_field){.key = key, .number = number};
}

enum { LZ_LOG_LINE = 4096 }; /* PIPE_BUF: a line written at once is never mixed with another's */

/* Writes one line of at most 4095 bytes with one write(2); what is longer is cut at a character and ends in
 * "…". Values with spaces, quotes or nothing in them are quoted; control characters and what is no UTF-8
 * become `?`, so that no value can begin a line of its own.  `log` may be NULL: nothing is written. */
void lz_log_event(const struct lz_log *log, enum lz_log_level level, const char *component,
                  const char *message, const struct lz_log_field *fields, size_t count);

/* The same line into `ret_line`, for a caller that writes many together; its size with the newline, 0 when
 * the level is not written. */
size_t lz_log_line(const struct lz_log *log, enum lz_log_level level, const char *component,
                   const char *message, const struct lz_log_field *fields, size_t count,
                   char ret_line[LZ_LOG_LINE]);

/* LZ_LOG(log, LZ_LOG_INFO, "serve", "listening", lz_log_text("host", host), lz_log_int("port", port)) */
#define LZ_LOG(log, level, component, ...) LZ_LOG_(log, level, component, __VA_ARGS__, {0})
/* The first variable argument is the message; the empty field behind the last keeps a message alone valid C.
 */
#define LZ_LOG_(log, level, component, message, ...)                                                         \
    lz_log_event(log, level, component, message, (const struct lz_log_field[]){__VA_ARGS__},                 \
                 sizeof((const struct lz_log_field[]){__VA_ARGS__}) / sizeof(struct lz_log_field) - 1)

#endif
