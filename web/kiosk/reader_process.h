/* The reader runs in a process of its own, for libnfc may abort on a chip's bad answer: a child
 * `liangzheng-nfc watch` that is started, listened to, and started again after 250 ms, doubling to 4 s. */
#ifndef LZ_WEB_KIOSK_READER_PROCESS_H
#define LZ_WEB_KIOSK_READER_PROCESS_H

#include "registry/base/log.h"
#include "web/kiosk/tap_line.h"

enum { LZ_READER_BACKOFF_MIN_MS = 250, LZ_READER_BACKOFF_MAX_MS = 4000 };

struct lz_reader_process;

struct lz_reader_process_options {
    const char *program;    /* path of liangzheng-nfc */
    const char *connstring; /* "pn532_uart:/dev/…" */
    const struct lz_log *log;
    /* Called on the process's own thread, one at a time; the line is borrowed.  That the child ended is told
     * as LZ_TAP_LINE_AWAY. */
    void (*emit)(void *context, const struct lz_tap_line *line);
    void *context;
};

/* Texts are borrowed and must outlive it.  A program that cannot be started is told through `emit` and tried
 * again, like any other end. */
LZ_MUST lz_err lz_reader_process_start(const struct lz_reader_process_options *options,
                                       struct lz_reader_process **ret_process);
/* Ends the child (TERM, after a second KILL) and the thread; accepts NULL and pointer to NULL, sets NULL. */
void lz_reader_process_stop(struct lz_reader_process **process);

#endif
