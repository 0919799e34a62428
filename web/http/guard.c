#include "web/http/guard.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <time.h>

enum { LOOK_MS = 100, LOOK_STOPPING_MS = 10 };
static const long MILLION = 1000000;

enum step { ARRIVING, WAITING, READING, WRITING };

struct lz_guarded {
    struct lz_guarded *next, **link; /* in the guard's list; under its lock */
    int fd;
    atomic_int step;
    _Atomic int64_t since_ms;
    _Atomic int64_t deadline_ms;
};

struct lz_guard {
    struct lz_guard_options options;
    pthread_mutex_t lock;
    pthread_cond_t wake;
    pthread_t thread;
    bool running;
    bool stopping;
    struct lz_guarded *claimed;
    atomic_uint count;
};

static int64_t now_ms(const struct lz_guard *guard)
{
    return lz_clock_monotonic_ms(guard->options.clock);
}

static void enlist(struct lz_guarded **list, struct lz_guarded *guarded)
{
    guarded->next = *list;
    guarded->link = list;
    if (*list)
        /* NOLINTNEXTLINE(clang-analyzer-unix.Malloc): every entry is taken off its list before it is freed */
        (*list)->link = &guarded->next;
    *list = guarded;
}

static void delist(struct lz_guarded *guarded)
{
    *guarded->link = guarded->next;
    if (guarded->next)
        guarded->next->link = guarded->link;
}

/* Whoever waits holds a thread for nothing; whoever arrives holds one that another needs. */
static bool too_long(const struct lz_guard *guard, struct lz_guarded *guarded, int64_t now)
{
    int what = atomic_load(&guarded->step);
    unsigned count = atomic_load(&guard->count);
    if (what == ARRIVING || what == WAITING) {
        bool scarce = what == WAITING ? count > guard->options.crowded : count >= guard->options.full;
        if (guard->stopping)
            return true;
        if (scarce && now - atomic_load(&guarded->since_ms) > (int64_t)guard->options.patience_ms)
            return true;
    }
    return now > atomic_load(&guarded->deadline_ms);
}

/* The worker closes a socket after it has released it here, so under the lock `fd` is still this one. */
static void look(struct lz_guard *guard)
{
    int64_t now = now_ms(guard);
    for (struct lz_guarded *one = guard->claimed; one; one = one->next) {
        if (too_long(guard, one, now))
            shutdown(one->fd, atomic_load(&one->step) == WRITING ? SHUT_RDWR : SHUT_RD);
    }
}

static void *watch(void *context)
{
    struct lz_guard *guard = context;
    pthread_mutex_lock(&guard->lock);
    while (guard->running) {
        struct timespec until;
        clock_gettime(CLOCK_MONOTONIC, &until);
        until.tv_nsec += (guard->stopping ? LOOK_STOPPING_MS : LOOK_MS) * MILLION;
        until.tv_sec += until.tv_nsec / (1000 * MILLION);
        until.tv_nsec %= 1000 * MILLION;
        pthread_cond_timedwait(&guard->wake, &guard->lock, &until);
        look(guard);
        if (guard->stopping)
            guard->options.wake(guard->options.context);
    }
    pthread_mutex_unlock(&guard->lock);
    return NULL;
}

lz_err lz_guard_new(const struct lz_guard_options *options, struct lz_guard **ret_guard)
{
    struct lz_guard *guard = calloc(1, sizeof *guard);
    if (!guard)
        return LZ_MEMORY;
    guard->options = *options;
    guard->running = true;
    pthread_condattr_t attributes;
    pthread_condattr_init(&attributes);
    pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC);
    pthread_mutex_init(&guard->lock, NULL);
    pthread_cond_init(&guard->wake, &attributes);
    pthread_condattr_destroy(&attributes);
    if (pthread_create(&guard->thread, NULL, watch, guard) != 0) {
        guard->running = false;
        lz_guard_free(&guard);
        return LZ_MEMORY;
    }
    *ret_guard = guard;
    return LZ_OK;
}

void lz_guard_free(struct lz_guard **guard)
{
    if (!guard || !*guard)
        return;
    struct lz_guard *g = *guard;
    if (g->running) {
        pthread_mutex_lock(&g->lock);
        g->running = false;
        pthread_cond_signal(&g->wake);
        pthread_mutex_unlock(&g->lock);
        pthread_join(g->thread, NULL);
    }
    pthread_cond_destroy(&g->wake);
    pthread_mutex_destroy(&g->lock);
    free(g);
    *guard = NULL;
}

struct lz_guarded *lz_guard_claim(struct lz_guard *guard, int fd, int64_t since_ms, int64_t deadline_ms)
{
    struct lz_guarded *guarded = calloc(1, sizeof *guarded);
    if (!guarded)
        return NULL;
    guarded->fd = fd;
    atomic_init(&guarded->step, ARRIVING);
    atomic_init(&guarded->since_ms, since_ms);
    atomic_init(&guarded->deadline_ms, deadline_ms);
    pthread_mutex_lock(&guard->lock);
    enlist(&guard->claimed, guarded);
    pthread_mutex_unlock(&guard->lock);
    return guarded;
}

void lz_guard_release(struct lz_guard *guard, struct lz_guarded *guarded)
{
    if (!guarded)
        return;
    pthread_mutex_lock(&guard->lock);
    delist(guarded);
    pthread_mutex_unlock(&guard->lock);
    free(guarded);
}

static void step(struct lz_guarded *guarded, enum step what, int64_t deadline_ms)
{
    if (!guarded)
        return;
    /* A look in between must see no passed deadline of the step before. */
    atomic_store(&guarded->deadline_ms, INT64_MAX);
    atomic_store(&guarded->step, what);
    atomic_store(&guarded->deadline_ms, deadline_ms);
}

void lz_guard_waits(struct lz_guarded *guarded, int64_t since_ms, int64_t deadline_ms)
{
    if (guarded)
        atomic_store(&guarded->since_ms, since_ms);
    step(guarded, WAITING, deadline_ms);
}

void lz_guard_reads(struct lz_guarded *guarded, int64_t deadline_ms)
{
    step(guarded, READING, deadline_ms);
}

void lz_guard_writes(struct lz_guarded *guarded, int64_t deadline_ms)
{
    step(guarded, WRITING, deadline_ms);
}

void lz_guard_count(struct lz_guard *guard, unsigned connections)
{
    atomic_store(&guard->count, connections);
}

void lz_guard_stop(struct lz_guard *guard)
{
    pthread_mutex_lock(&guard->lock);
    guard->stopping = true;
    pthread_cond_signal(&guard->wake);
    pthread_mutex_unlock(&guard->lock);
}
