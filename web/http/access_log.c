#include "web/http/access_log.h"

#include <errno.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { ROOM = 16 * LZ_LOG_LINE };

struct lz_access_log {
    const struct lz_log *log;
    pthread_mutex_t mutex;
    size_t size;
    char lines[ROOM];
};

lz_err lz_access_log_new(const struct lz_log *log, struct lz_access_log **ret_access)
{
    struct lz_access_log *access = calloc(1, sizeof *access);
    if (!access)
        return LZ_MEMORY;
    access->log = log;
    pthread_mutex_init(&access->mutex, NULL);
    *ret_access = access;
    return LZ_OK;
}

void lz_access_log_free(struct lz_access_log **access)
{
    if (!access || !*access)
        return;
    lz_access_log_flush(*access);
    pthread_mutex_destroy(&(*access)->mutex);
    free(*access);
    *access = NULL;
}

/* How many of these bytes are whole lines of at most PIPE_BUF together: a pipe takes more than that in
 * pieces, and others' lines would come into ours. */
static size_t whole_lines(const char *text, size_t size)
{
    if (size <= LZ_LOG_LINE)
        return size;
    const char *end = memrchr(text, '\n', LZ_LOG_LINE);
    return end ? (size_t)(end - text) + 1 : LZ_LOG_LINE;
}

static void flush_locked(struct lz_access_log *access)
{
    for (size_t at = 0; at < access->size;) {
        size_t size = whole_lines(access->lines + at, access->size - at);
        ssize_t written = write(access->log->fd, access->lines + at, size);
        if (written < 0 && errno != EINTR)
            break; /* there is nowhere to report that the log itself cannot be written */
        at += written > 0 ? (size_t)written : 0;
    }
    access->size = 0;
}

void lz_access_log_flush(struct lz_access_log *access)
{
    pthread_mutex_lock(&access->mutex);
    flush_locked(access);
    pthread_mutex_unlock(&access->mutex);
}

void lz_access_log_add(struct lz_access_log *access, const char *component, const struct lz_http_access *what)
{
    char line[LZ_LOG_LINE];
    enum lz_log_level level = what->status >= 500 ? LZ_LOG_WARN : LZ_LOG_INFO;
    const struct lz_log_field fields[] = {
        lz_log_text("method", lz_http_method_text(what->method)),
        lz_log_text("path", what->path),
        lz_log_int("status", what->status),
        lz_log_int("bytes", (int64_t)what->bytes),
        lz_log_int("us", what->duration_us),
        lz_log_text("peer", what->peer),
    };
    size_t size =
        lz_log_line(access->log, level, component, "request", fields, sizeof fields / sizeof fields[0], line);
    pthread_mutex_lock(&access->mutex);
    if (access->size + size > ROOM)
        flush_locked(access);
    memcpy(access->lines + access->size, line, size);
    access->size += size;
    if (level == LZ_LOG_WARN)
        flush_locked(access);
    pthread_mutex_unlock(&access->mutex);
}
