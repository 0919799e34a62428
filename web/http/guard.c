#include "web/http/guard.h"

#include <netdb.h>
#include <netinet/in.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>

enum { LOOK_MS = 100, LOOK_STOPPING_MS = 10, PEER_SIZE = 64 };
static const long MILLION = 1000000;

enum step { UNCLAIMED, WAITING, READING, WRITING };

struct lz_guarded {
    struct lz_guarded *next, **link; /* in the guard's list; under its lock */
    int fd;
    char peer[PEER_SIZE];
    uint16_t port;
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
    struct lz_guarded *unclaimed; /* accepted, nothing asked yet; never touched */
    struct lz_guarded *claimed;
    atomic_uint count;
};

static int64_t now_ms(const struct lz_guard *guard)
{
    return guard->options.clock->monotonic_ms(guard->options.clock);
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

/* Whoever waits holds a thread for nothing. */
static bool too_long(const struct lz_guard *guard, struct lz_guarded *guarded, int64_t now, bool crowded)
{
    if (atomic_load(&guarded->step) == WAITING) {
        if (guard->stopping)
            return true;
        if (crowded && now - atomic_load(&guarded->since_ms) > (int64_t)guard->options.patience_ms)
            return true;
    }
    return now > atomic_load(&guarded->deadline_ms);
}

/* The worker closes a socket after it has released it here, so under the lock `fd` is still this one. */
static void look(struct lz_guard *guard)
{
    int64_t now = now_ms(guard);
    bool crowded = atomic_load(&guard->count) > guard->options.crowded;
    for (struct lz_guarded *one = guard->claimed; one; one = one->next) {
        if (too_long(guard, one, now, crowded))
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
    for (struct lz_guarded *one = g->unclaimed, *next; one; one = next) {
        next = one->next;
        free(one);
    }
    pthread_cond_destroy(&g->wake);
    pthread_mutex_destroy(&g->lock);
    free(g);
    *guard = NULL;
}

void lz_guard_accepted(struct lz_guard *guard, int fd, const struct sockaddr *peer)
{
    struct lz_guarded *guarded = calloc(1, sizeof *guarded);
    if (!guarded)
        return;
    guarded->fd = fd;
    guarded->port =
        ntohs(peer->sa_family == AF_INET6 ? ((const struct sockaddr_in6 *)(const void *)peer)->sin6_port
                                          : ((const struct sockaddr_in *)(const void *)peer)->sin_port);
    /* as civetweb writes it */
    socklen_t size = peer->sa_family == AF_INET6 ? sizeof(struct sockaddr_in6) : sizeof(struct sockaddr_in);
    if (getnameinfo(peer, size, guarded->peer, sizeof guarded->peer, NULL, 0, NI_NUMERICHOST) != 0)
        guarded->peer[0] = '\0';
    pthread_mutex_lock(&guard->lock);
    /* An earlier one of that number was closed without having asked anything. */
    for (struct lz_guarded *old = guard->unclaimed, *next; old; old = next) {
        next = old->next;
        if (old->fd == fd) {
            delist(old);
            free(old);
        }
    }
    enlist(&guard->unclaimed, guarded);
    pthread_mutex_unlock(&guard->lock);
}

struct lz_guarded *lz_guard_claim(struct lz_guard *guard, const char *peer, uint16_t port)
{
    struct lz_guarded *found = NULL;
    pthread_mutex_lock(&guard->lock);
    /* The newest stands first, so a port that was used again is found as it is now. */
    for (struct lz_guarded *one = guard->unclaimed; one && !found; one = one->next) {
        if (one->port == port && strcmp(one->peer, peer) == 0)
            found = one;
    }
    if (found) {
        delist(found);
        lz_guard_reads(found, INT64_MAX);
        enlist(&guard->claimed, found);
    }
    pthread_mutex_unlock(&guard->lock);
    return found;
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
