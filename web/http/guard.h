/* Who may hold a thread, and for how long.  A worker thread of the server belongs to one connection, and
 * whoever reads or writes byte by byte is never idle, so an idle time alone lets a trickling client keep its
 * thread for hours.  The guard knows the socket of every connection that holds a thread, and the moment by
 * which its present step must be done; its own thread shuts down the sockets of those that are late, and the
 * worker sees the end of the stream.  When threads become scarce it also cuts who merely stays connected, and
 * when none is left who is long in asking for the first time. */
#ifndef LZ_WEB_HTTP_GUARD_H
#define LZ_WEB_HTTP_GUARD_H

#include "registry/base/clock.h"
#include "registry/base/error.h"

#include <stdbool.h>
#include <stdint.h>

struct lz_guard;
struct lz_guarded; /* one connection, from its claim to its release */

struct lz_guard_options {
    unsigned crowded;            /* connections beyond which those who wait are cut early */
    unsigned full;               /* and from which on those who arrive are, too: every thread is taken */
    unsigned patience_ms;        /* and after how long */
    void (*wake)(void *context); /* makes the listening thread look at what happened; called while stopping */
    void *context;
    const struct lz_clock *clock; /* monotonic time is used; outlives the guard */
};

LZ_MUST lz_err lz_guard_new(const struct lz_guard_options *options, struct lz_guard **ret_guard);
/* Nobody is claimed any more.  Accepts NULL and pointer to NULL; sets NULL. */
void lz_guard_free(struct lz_guard **guard);

/* A worker begins to serve the connection on socket `fd`, which arrives: its first head is due at
 * `deadline_ms`; it came at `since_ms` (INT64_MAX: is never cut early).  NULL: memory was out; every other
 * call takes NULL and does nothing. */
struct lz_guarded *lz_guard_claim(struct lz_guard *guard, int fd, int64_t since_ms, int64_t deadline_ms);
/* Before the socket is closed: its number may be another's at once. */
void lz_guard_release(struct lz_guard *guard, struct lz_guarded *guarded);

/* What comes next and by when: waiting for a request (since `since_ms`; INT64_MAX is never cut early);
 * reading a body (late: reading ends, an answer can still be sent); writing (late: the connection ends).
 * INT64_MAX: no deadline. */
void lz_guard_waits(struct lz_guarded *guarded, int64_t since_ms, int64_t deadline_ms);
void lz_guard_reads(struct lz_guarded *guarded, int64_t deadline_ms);
void lz_guard_writes(struct lz_guarded *guarded, int64_t deadline_ms);

/* How many connections hold a thread now. */
void lz_guard_count(struct lz_guard *guard, unsigned connections);
/* From now on whoever arrives or waits is cut at once, and the server's listener is woken again and again,
 * for it looks at its own end only every two seconds; until lz_guard_free. */
void lz_guard_stop(struct lz_guard *guard);

#endif
