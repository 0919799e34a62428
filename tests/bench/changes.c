/* Durable status changes through the whole registry: suspend, reinstate, suspend … each thread its own
 * certificate, with badge, history, log entry and audit.  Usage: bench_changes DIR THREADS SECONDS. */
#include "registry/badge.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>

enum { THREADS_MAX = 64 };

struct worker {
    struct lz_register *reg;
    int number;
    int64_t until_ms;
    long done;
    lz_err err;
};

static void *work(void *context)
{
    struct worker *w = context;
    const struct lz_clock *clock = lz_clock_system();
    struct lz_arena *arena = lz_arena_new(0);
    char number[32];
    snprintf(number, sizeof number, "27%09d", w->number);
    w->err = arena ? LZ_OK : LZ_MEMORY;
    /* an even count leaves the certificate as it was found */
    while (!w->err && (w->done % 2 || lz_clock_monotonic_ms(clock) < w->until_ms)) {
        struct lz_call call = {
            .reg = w->reg, .actor = &lz_actor_local_admin, .arena = arena, .origin = "bench"};
        const struct lz_certificate_change change =
            w->done % 2
                ? (struct lz_certificate_change){.event = LZ_CERTIFICATE_REINSTATE}
                : (struct lz_certificate_change){.event = LZ_CERTIFICATE_SUSPEND, .reason = "investigation"};
        w->err = lz_certificate_change(&call, number, &change, NULL, NULL);
        if (w->err)
            fprintf(stderr, "%s\n", lz_fault_text(&call.fault, LZ_EN));
        w->done++;
        lz_arena_reset(arena);
    }
    lz_arena_free(&arena);
    return NULL;
}

/* Its badge, so that each change is also one of the log's. */
static lz_err give_badge(struct lz_register *reg, int i)
{
    struct lz_arena *arena = lz_arena_new(0);
    struct lz_call call = {.reg = reg, .actor = &lz_actor_local_admin, .arena = arena, .origin = "bench"};
    struct lz_bytes token;
    char number[32];
    snprintf(number, sizeof number, "27%09d", i);
    lz_err err = arena ? lz_badge_token(&call, number, LZ_TOKEN_QR, (struct lz_bytes){0}, &token) : LZ_MEMORY;
    lz_arena_free(&arena);
    return err;
}

int main(int argc, char **argv)
{
    struct lz_register *reg = NULL;
    struct lz_fault fault = {0};
    struct worker workers[THREADS_MAX] = {0};
    pthread_t threads[THREADS_MAX];
    const struct lz_clock *clock = lz_clock_system();
    int count = argc == 4 ? atoi(argv[2]) : 0, failed = 0;
    long done = 0;
    if (count < 1 || count > THREADS_MAX || lz_register_open(argv[1], NULL, &reg, &fault))
        return 2;
    for (int i = 0; i < count; i++)
        if (give_badge(reg, i + 1))
            return 3;
    int64_t began = lz_clock_monotonic_ms(clock);
    for (int i = 0; i < count; i++) {
        workers[i] = (struct worker){reg, i + 1, began + 1000 * atoi(argv[3]), 0, LZ_OK};
        if (pthread_create(&threads[i], NULL, work, &workers[i]))
            return 3;
    }
    for (int i = 0; i < count; i++) {
        pthread_join(threads[i], NULL);
        done += workers[i].done;
        failed |= workers[i].err != LZ_OK;
    }
    double seconds = (double)(lz_clock_monotonic_ms(clock) - began) / 1000;
    lz_register_close(&reg);
    printf("%.1f\n", (double)done / seconds);
    return failed ? 3 : 0;
}
