#include "web/http/feed.h"

#include <errno.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { EVENT_CAP = 256 * 1024, WAKE_MS = 250 };

struct lz_feed {
    pthread_mutex_t lock;
    pthread_cond_t changed;
    struct lz_buf newest; /* a whole event, ready to send */
    uint64_t version;     /* of newest; 0: nothing published */
    unsigned heartbeat_ms;
    unsigned listeners;
    bool closed;
};

lz_err lz_feed_new(unsigned heartbeat_ms, struct lz_feed **ret_feed)
{
    struct lz_feed *feed = calloc(1, sizeof *feed);
    pthread_condattr_t attributes;
    if (!feed)
        return LZ_MEMORY;
    if (pthread_condattr_init(&attributes) != 0) {
        free(feed);
        return LZ_MEMORY;
    }
    pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC);
    pthread_mutex_init(&feed->lock, NULL);
    pthread_cond_init(&feed->changed, &attributes);
    pthread_condattr_destroy(&attributes);
    lz_buf_init(&feed->newest, EVENT_CAP);
    feed->heartbeat_ms = heartbeat_ms ? heartbeat_ms : 5000;
    *ret_feed = feed;
    return LZ_OK;
}

void lz_feed_free(struct lz_feed **feed)
{
    if (!feed || !*feed)
        return;
    lz_buf_free(&(*feed)->newest);
    pthread_cond_destroy(&(*feed)->changed);
    pthread_mutex_destroy(&(*feed)->lock);
    free(*feed);
    *feed = NULL;
}

lz_err lz_feed_publish(struct lz_feed *feed, const char *event, const char *data)
{
    if (strpbrk(data, "\r\n"))
        return LZ_INTERNAL;
    pthread_mutex_lock(&feed->lock);
    lz_buf_reset(&feed->newest);
    feed->version++;
    lz_buf_printf(&feed->newest, "id: %llu\nevent: %s\ndata: ", (unsigned long long)feed->version,
                  event ? event : "message");
    lz_buf_text(&feed->newest, data);
    lz_buf_text(&feed->newest, "\n\n");
    lz_err err = feed->newest.err;
    pthread_cond_broadcast(&feed->changed);
    pthread_mutex_unlock(&feed->lock);
    return err;
}

void lz_feed_close(struct lz_feed *feed)
{
    pthread_mutex_lock(&feed->lock);
    feed->closed = true;
    pthread_cond_broadcast(&feed->changed);
    pthread_mutex_unlock(&feed->lock);
}

unsigned lz_feed_listeners(struct lz_feed *feed)
{
    pthread_mutex_lock(&feed->lock);
    unsigned listeners = feed->listeners;
    pthread_mutex_unlock(&feed->lock);
    return listeners;
}

static struct timespec after_ms(unsigned ms)
{
    struct timespec when;
    clock_gettime(CLOCK_MONOTONIC, &when);
    when.tv_sec += ms / 1000;
    when.tv_nsec += (long)(ms % 1000) * 1000000;
    if (when.tv_nsec >= 1000000000) {
        when.tv_sec++;
        when.tv_nsec -= 1000000000;
    }
    return when;
}

/* Waits for a version above `seen`; copies it out, since writing to a slow client must not hold the lock.
 * False: closed.  `out` stays empty when a heartbeat is due. */
static bool next_event(struct lz_feed *feed, struct lz_http_stream *stream, uint64_t *seen,
                       struct lz_buf *out)
{
    unsigned waited = 0;
    lz_buf_reset(out);
    pthread_mutex_lock(&feed->lock);
    while (!feed->closed && feed->version == *seen && waited < feed->heartbeat_ms) {
        /* A stopping server cannot reach this condition variable, so it is looked for now and then. */
        struct timespec until = after_ms(WAKE_MS);
        if (pthread_cond_timedwait(&feed->changed, &feed->lock, &until) == ETIMEDOUT)
            waited += WAKE_MS;
        if (lz_http_stream_ending(stream))
            break;
    }
    bool open = !feed->closed;
    if (feed->version != *seen) {
        lz_buf_add(out, feed->newest.data, feed->newest.size);
        *seen = feed->version;
    }
    pthread_mutex_unlock(&feed->lock);
    return open && !lz_http_stream_ending(stream);
}

static void feed_stream(void *context, struct lz_http_stream *stream)
{
    struct lz_feed *feed = context;
    struct lz_buf event;
    uint64_t seen = 0;
    lz_buf_init(&event, EVENT_CAP);
    pthread_mutex_lock(&feed->lock);
    feed->listeners++;
    pthread_mutex_unlock(&feed->lock);
    while (next_event(feed, stream, &seen, &event) && !event.err) {
        if (event.size == 0)
            lz_buf_text(&event, ":\n\n");
        if (lz_http_stream_write(stream, event.data, event.size))
            break;
    }
    pthread_mutex_lock(&feed->lock);
    feed->listeners--;
    pthread_mutex_unlock(&feed->lock);
    lz_buf_free(&event);
}

void lz_feed_reply(struct lz_feed *feed, struct lz_http_reply *reply)
{
    reply->status = 200;
    reply->content_type = "text/event-stream";
    reply->stream = feed_stream;
    reply->stream_context = feed;
    lz_http_reply_header(reply, "Cache-Control", "no-store");
    lz_http_reply_header(reply, "X-Accel-Buffering", "no");
}
