/* Request lines, gathered and written together: a write(2) for each would cost more than the look-up it tells
 * of.  A line is held for a second at most as long as somebody calls lz_access_log_flush that often; warnings
 * (5xx) are written at once, with what stands before them.  Nothing is dropped but by a kill -9, which loses
 * that second. */
#ifndef LZ_WEB_HTTP_ACCESS_LOG_H
#define LZ_WEB_HTTP_ACCESS_LOG_H

#include "registry/base/log.h"
#include "web/http/http.h"

struct lz_access_log;

/* `log` is borrowed; NULL: silent.  Thread-safe from here on. */
LZ_MUST lz_err lz_access_log_new(const struct lz_log *log, struct lz_access_log **ret_access);
void lz_access_log_free(
    struct lz_access_log **access); /* flushes; accepts NULL and pointer to NULL, sets NULL */
void lz_access_log_add(struct lz_access_log *access, const char *component,
                       const struct lz_http_access *what);
void lz_access_log_flush(struct lz_access_log *access);

#endif
