/* Kiosks beside each other, each with the thread, the connection and the checks of a real one
 * (web/kiosk/knowledge.h): how much of a core the server gives them, and how long a cancellation takes until
 * each of them answers "cancelled". Usage: bench_kiosks URL VKEY COUNT SECONDS SERVER_PID [REGISTER CANCELS]
 * The certificates REGISTER numbers from 27000000001 on are cancelled, with a badge each.  Prints
 * "core-share rounds-a-second failed-rounds" and, with REGISTER, "median-ms p99-ms last-ms" of all kiosks. */
#include "registry/badge.h"
#include "registry/certificate.h"
#include "web/kiosk/knowledge.h"
#include "web/kiosk/registry_client.h"

#include <limits.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { KIOSKS_MAX = 4000, CANCELS_MAX = 100, START_MS = 120000, LEARN_MS = 60000, LOOK_MS = 5 };

/* What every kiosk is asked after each of its rounds. */
static struct question {
    pthread_mutex_t lock;
    uint8_t token[LZ_TOKEN_CAP];
    size_t size;
    unsigned asked; /* 0: nothing yet */
} question = {.lock = PTHREAD_MUTEX_INITIALIZER};

struct kiosk {
    struct lz_knowledge *_Atomic knowledge;
    atomic_uint answered; /* the last question that was answered with "cancelled" */
    atomic_llong at_ms;   /* when */
    atomic_long rounds, failed;
    atomic_bool in_step;
};
static struct kiosk kiosks[KIOSKS_MAX];

static int64_t now_ms(void)
{
    const struct lz_clock *clock = lz_clock_system();
    return lz_clock_monotonic_ms(clock);
}

static void wait_ms(int ms)
{
    usleep((useconds_t)ms * 1000);
}

/* On the kiosk's own thread, after a round. */
static void changed(void *context, const struct lz_knowledge_state *state)
{
    struct kiosk *kiosk = context;
    struct lz_knowledge *knowledge = atomic_load(&kiosk->knowledge);
    struct lz_trust_answer answer;
    uint8_t token[LZ_TOKEN_CAP];
    atomic_fetch_add(&kiosk->rounds, 1);
    if (state->network)
        atomic_fetch_add(&kiosk->failed, 1);
    else
        atomic_store(&kiosk->in_step, true);
    pthread_mutex_lock(&question.lock);
    size_t size = question.size;
    unsigned asked = question.asked;
    memcpy(token, question.token, size);
    pthread_mutex_unlock(&question.lock);
    if (!knowledge || asked == 0 || atomic_load(&kiosk->answered) == asked)
        return;
    if (!lz_trust_verify(lz_knowledge_trust(knowledge), lz_bytes_of(token, size), (struct lz_bytes){0},
                         lz_clock_now_s(lz_clock_system()), INT_MAX, &answer) &&
        answer.verdict == LZ_VERDICT_CANCELLED) {
        atomic_store(&kiosk->at_ms, now_ms());
        atomic_store(&kiosk->answered, asked);
    }
}

static bool start_all(const char *url, const struct lz_vkey *vkey, int count, int spread_ms)
{
    static struct lz_log quiet;
    lz_log_init(&quiet, lz_clock_system());
    quiet.level = LZ_LOG_ERROR;
    for (int i = 0; i < count; i++) {
        const struct lz_knowledge_options options = {.registry = url,
                                                     .vkey = vkey,
                                                     .clock = lz_clock_system(),
                                                     .log = &quiet,
                                                     .changed = changed,
                                                     .context = &kiosks[i]};
        struct lz_knowledge *knowledge = NULL;
        struct lz_fault fault = {0};
        if (lz_knowledge_start(&options, &knowledge, &fault))
            return false;
        atomic_store(&kiosks[i].knowledge, knowledge);
        if (i % 10 == 9) /* counters do not open in the same moment */
            wait_ms(10 * spread_ms / count);
    }
    return true;
}

static long sum_rounds(int count, bool failed)
{
    long sum = 0;
    for (int i = 0; i < count; i++)
        sum += atomic_load(failed ? &kiosks[i].failed : &kiosks[i].rounds);
    return sum;
}

/* Seconds of processor that the process has used; below 0: it is gone. */
static double spent(int pid)
{
    char path[64];
    long user = 0, system = 0;
    snprintf(path, sizeof path, "/proc/%d/stat", pid);
    FILE *file = fopen(path, "r");
    if (!file ||
        fscanf(file, "%*d %*s %*c %*d %*d %*d %*d %*d %*u %*u %*u %*u %*u %ld %ld", &user, &system) != 2)
        return -1;
    fclose(file);
    return (double)(user + system) / (double)sysconf(_SC_CLK_TCK);
}

static void watch(int count, int seconds, int pid)
{
    long rounds = sum_rounds(count, false), failed = sum_rounds(count, true);
    double before = spent(pid);
    int64_t began = now_ms();
    wait_ms(seconds * 1000);
    double wall = (double)(now_ms() - began) / 1000;
    printf("%.4f %.0f %ld\n", (spent(pid) - before) / wall,
           (double)(sum_rounds(count, false) - rounds) / wall, sum_rounds(count, true) - failed);
}

static bool ask(struct lz_register *reg, struct lz_arena *arena, const char *number)
{
    struct lz_call call = {.reg = reg, .actor = &lz_actor_local_admin, .arena = arena, .origin = "bench"};
    struct lz_bytes token;
    if (lz_badge_token(&call, number, LZ_TOKEN_QR, (struct lz_bytes){0}, &token) || token.size > LZ_TOKEN_CAP)
        return false;
    pthread_mutex_lock(&question.lock);
    memcpy(question.token, token.data, token.size);
    question.size = token.size;
    question.asked++;
    pthread_mutex_unlock(&question.lock);
    return true;
}

static bool cancel(struct lz_register *reg, struct lz_arena *arena, const char *number)
{
    const struct lz_certificate_change change = {.event = LZ_CERTIFICATE_CANCEL, .reason = "retirement"};
    struct lz_call call = {.reg = reg, .actor = &lz_actor_local_admin, .arena = arena, .origin = "bench"};
    if (!lz_certificate_change(&call, number, &change, NULL, NULL))
        return true;
    fprintf(stderr, "%s\n", lz_fault_text(&call.fault, LZ_EN));
    return false;
}

static bool all(int count, bool (*is)(const struct kiosk *kiosk), int budget_ms)
{
    int64_t until = now_ms() + budget_ms;
    for (int i = 0; i < count; i++)
        while (!is(&kiosks[i])) {
            if (now_ms() > until)
                return false;
            wait_ms(LOOK_MS);
        }
    return true;
}

static bool is_in_step(const struct kiosk *kiosk)
{
    return atomic_load(&kiosk->in_step);
}

static bool has_answered(const struct kiosk *kiosk)
{
    return atomic_load(&kiosk->answered) == question.asked;
}

static int by_time(const void *a, const void *b)
{
    long long x = *(const long long *)a, y = *(const long long *)b;
    return (x > y) - (x < y);
}

/* The clock starts before the change is made, so its own milliseconds count. */
static bool tell_all(const char *folder, int count, int cancels)
{
    struct lz_register *reg = NULL;
    struct lz_fault fault = {0};
    struct lz_arena *arena = lz_arena_new(0);
    long long *times = calloc((size_t)count * (size_t)cancels, sizeof *times);
    size_t told = 0;
    bool good = arena && times && !lz_register_open(folder, NULL, &reg, &fault);
    for (int i = 0; good && i < cancels; i++) {
        char number[32];
        snprintf(number, sizeof number, "27%09d", i + 1);
        good = ask(reg, arena, number);
        if (good)
            wait_ms(2000 +
                    137 *
                        i); /* the badge is known everywhere; cancellations fall at all moments of a second */
        int64_t began = now_ms();
        good = good && cancel(reg, arena, number) && all(count, has_answered, LEARN_MS);
        for (int k = 0; good && k < count; k++)
            times[told++] = atomic_load(&kiosks[k].at_ms) - began;
        lz_arena_reset(arena);
    }
    qsort(times, told, sizeof *times, by_time);
    if (good)
        printf("%lld %lld %lld\n", times[told / 2], times[told * 99 / 100], times[told - 1]);
    lz_register_close(&reg);
    lz_arena_free(&arena);
    free(times);
    return good;
}

int main(int argc, char **argv)
{
    struct lz_vkey vkey;
    int count = argc > 3 ? atoi(argv[3]) : 0, cancels = argc == 8 ? atoi(argv[7]) : 0;
    if ((argc != 6 && argc != 8) || count < 1 || count > KIOSKS_MAX || cancels > CANCELS_MAX ||
        lz_vkey_parse(lz_bytes_text(argv[2]), &vkey) || lz_registry_client_prepare())
        return 2;
    bool good = start_all(argv[1], &vkey, count, 1000);
    if (good && cancels && !all(count, is_in_step, START_MS)) {
        fputs("some kiosks never came into step\n", stderr);
        good = false;
    }
    if (good)
        watch(count, atoi(argv[4]), atoi(argv[5]));
    if (good && cancels)
        good = tell_all(argv[6], count, cancels);
    fflush(stdout);
    _exit(good ? 0 : 3); /* a thousand threads need not be waited for one by one */
}
