#include "faults.h"

#include <errno.h>
#include <execinfo.h>
#include <limits.h>
#include <pthread.h>
#include <stdatomic.h>

enum { RUNS_USUAL = 16, ERRORS_MAX = 4, FOUND_SHOWN = 3 };
#define SQLITE_BUSY_CODE 5
#define SQLITE_IOERR_CODE 10

static const struct kind {
    const char *word;
    enum fault_gate gate;
    bool lasts; /* that call and all after it */
    int error_number;
    lz_err told[ERRORS_MAX];
} kinds[FAULT_KIND_COUNT] = {
    [FAULT_MEMORY] = {"memory", FAULT_GATE_MEMORY, false, ENOMEM, {LZ_MEMORY}},
    [FAULT_MEMORY_OUT] = {"memory out", FAULT_GATE_MEMORY, true, ENOMEM, {LZ_MEMORY}},
    [FAULT_ARENA] = {"arena", FAULT_GATE_ARENA, false, ENOMEM, {LZ_MEMORY}},
    [FAULT_ENGINE] = {"engine memory", FAULT_GATE_ENGINE, false, ENOMEM, {LZ_MEMORY}},
    [FAULT_ENGINE_OUT] = {"engine memory out", FAULT_GATE_ENGINE, true, ENOMEM, {LZ_MEMORY}},
    [FAULT_STATEMENT] = {"statement", FAULT_GATE_SQL, false, EIO, {LZ_IO}},
    [FAULT_BUSY] = {"busy", FAULT_GATE_SQL, false, EAGAIN, {LZ_BUSY}},
    [FAULT_WRITE] = {"write", FAULT_GATE_WRITE, false, EIO, {LZ_IO}},
    [FAULT_DISK_FULL] = {"disk full", FAULT_GATE_WRITE, true, ENOSPC, {LZ_DISK_FULL}},
    [FAULT_SYNC] = {"fsync", FAULT_GATE_SYNC, false, EIO, {LZ_IO}},
    [FAULT_NAME] =
        {"name", FAULT_GATE_NAME, false, EIO, {LZ_IO, LZ_READ_ONLY /* SQLite opens again to read only */}},
    [FAULT_READ_ONLY] = {"read-only", FAULT_GATE_NAME, true, EROFS, {LZ_READ_ONLY}},
    [FAULT_READ] = {"read", FAULT_GATE_READ, false, EIO, {LZ_IO}},
    [FAULT_PAGE] =
        {"page", FAULT_GATE_PAGE, false, EIO, {LZ_IO, LZ_CORRUPT /* as SQLite calls it in a statement */}},
    [FAULT_CRYPTO] = {"crypto", FAULT_GATE_CRYPTO, false, 0, {LZ_CRYPTO, LZ_MEMORY}},
    [FAULT_WIRE] = {"wire", FAULT_GATE_WIRE, false, EIO, {LZ_DEVICE, LZ_TAG_GONE, LZ_NETWORK, LZ_TIMEOUT}},
    [FAULT_WIRE_DEAD] =
        {"wire dead", FAULT_GATE_WIRE, true, EIO, {LZ_DEVICE, LZ_TAG_GONE, LZ_NETWORK, LZ_TIMEOUT}},
};

/* Calls come from several threads in the tests of group commit. */
static atomic_int armed_kind = -1;
static atomic_long armed_n, calls;

static struct {
    long cases, runs, calls, found, found_here;
    bool kinds[FAULT_KIND_COUNT];
} counts;

const char *fault_kind_word(enum fault_kind kind)
{
    return kinds[kind].word;
}

bool fault_is_told(enum fault_kind kind, lz_err err)
{
    for (size_t i = 0; i < ERRORS_MAX; i++)
        if (err != LZ_OK && kinds[kind].told[i] == err)
            return true;
    return false;
}

void fault_arm(enum fault_kind kind, long n)
{
    atomic_store(&calls, 0);
    atomic_store(&armed_n, n);
    atomic_store(&armed_kind, (int)kind);
}

long fault_disarm(void)
{
    atomic_store(&armed_kind, -1);
    return atomic_load(&calls);
}

bool fault_happened(void)
{
    long n = atomic_load(&armed_n);
    return n > 0 && atomic_load(&calls) >= n;
}

/* ---- places: the calls of a kind by where they come from ---- */

enum { PLACES_MAX = 1 << 16, FRAMES_DEEP = 64, FRAMES_OURS = 7 };
static struct {
    pthread_mutex_t lock;
    uint64_t of_call[PLACES_MAX]; /* of the counting run; [0] is of call 1 */
    uint64_t seen[FAULT_KIND_COUNT][PLACES_MAX];
} places = {.lock = PTHREAD_MUTEX_INITIALIZER};
static bool places_wanted;
extern const char __executable_start, etext;

/* Libraries between us and the gate are passed over: what our own code does about it is the question. */
static void note_place(long call)
{
    void *frames[FRAMES_DEEP];
    if (!places_wanted || call > PLACES_MAX)
        return;
    uint64_t place = UINT64_C(14695981039346656037);
    int count = backtrace(frames, FRAMES_DEEP), ours = 0;
    for (int i = 0; i < count && ours < FRAMES_OURS; i++)
        if ((const char *)frames[i] >= &__executable_start && (const char *)frames[i] < &etext) {
            place = (place ^ (uint64_t)(uintptr_t)frames[i]) * UINT64_C(1099511628211);
            ours++;
        }
    pthread_mutex_lock(&places.lock);
    places.of_call[call - 1] = place | 1;
    pthread_mutex_unlock(&places.lock);
}

/* Was this call's place not failed yet? */
static bool new_place(enum fault_kind kind, long call)
{
    if (call > PLACES_MAX)
        return false;
    uint64_t place = places.of_call[call - 1];
    size_t at = (size_t)(place >> 20) % PLACES_MAX, tries = 0;
    while (places.seen[kind][at] != 0 && places.seen[kind][at] != place && tries++ < PLACES_MAX)
        at = (at + 1) % PLACES_MAX;
    const bool is_new = places.seen[kind][at] == 0;
    if (is_new)
        places.seen[kind][at] = place;
    return is_new;
}

bool fault_now(enum fault_gate gate)
{
    int kind = atomic_load(&armed_kind);
    if (kind < 0 || kinds[kind].gate != gate)
        return false;
    long call = atomic_fetch_add(&calls, 1) + 1, n = atomic_load(&armed_n);
    if (n == 0)
        note_place(call);
    if (n == 0 || call < n || (call > n && !kinds[kind].lasts))
        return false;
    errno = kinds[kind].error_number;
    return true;
}

int fault_sqlite_code(void)
{
    return atomic_load(&armed_kind) == FAULT_BUSY ? SQLITE_BUSY_CODE : SQLITE_IOERR_CODE;
}

static long most_runs(void)
{
    const char *text = getenv("FAULT_RUNS");
    places_wanted = text && strcmp(text, "places") == 0; /* read as 0 below: all calls, but each place once */
    long runs = text ? strtol(text, NULL, 10) : RUNS_USUAL;
    return runs > 0 ? runs : 1000000;
}

/* The run at hand, for fault_found. */
static const struct fault_case *now_case;
static enum fault_kind now_kind;

void fault_found(const char *format, ...)
{
    char text[1024];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(text, sizeof text, format, arguments);
    va_end(arguments);
    counts.found++;
    if (counts.found_here++ < FOUND_SHOWN)
        print_message("%s, %s %ld: %s\n", now_case ? now_case->name : "", kinds[now_kind].word,
                      atomic_load(&armed_n), text);
}

static void run_one(const struct fault_case *c, void *context, long n)
{
    c->prepare(context);
    fault_arm(now_kind, n);
    lz_err err = c->run(context);
    fault_disarm();
    if (!fault_happened() && err && !c->varies)
        fault_found("it was never reached, yet %s", lz_err_name(err));
    if (err && !fault_is_told(now_kind, err) && (!c->also || err != c->also))
        fault_found("told as %s", lz_err_name(err));
    if (getenv("FAULT_VERBOSE"))
        print_message("%s: %s %ld gave %s\n", c->name, kinds[now_kind].word, n, lz_err_name(err));
    c->check(context, err);
    if (c->finish)
        c->finish(context);
    counts.runs++;
}

void fault_each(enum fault_kind kind, const struct fault_case *c, void *context)
{
    now_case = c;
    now_kind = kind;
    counts.found_here = 0;
    long most = most_runs();
    if (c->every) {
        most = LONG_MAX;
        places_wanted = false;
    }
    c->prepare(context);
    fault_arm(kind, 0);
    lz_err err = c->run(context);
    long total = fault_disarm();
    if (err)
        fault_found("nothing failed, and it gave %s", lz_err_name(err));
    c->check(context, err);
    if (c->finish)
        c->finish(context);
    long step = total > most ? (total + most - 1) / most : 1;
    for (long n = 1 + (step > 1 ? counts.cases % step : 0); n <= total; n += step)
        if (!places_wanted || new_place(kind, n))
            run_one(c, context, n);
    if (total > 0) {
        counts.cases++;
        counts.calls += total;
        counts.kinds[kind] = true;
    }
    now_case = NULL;
}

static void nothing(void *context)
{
    (void)context;
}
static void nothing_to_check(void *context, lz_err err)
{
    (void)context, (void)err;
}

void fault_each_allocation(const char *name, lz_err (*run)(void *context), void *context)
{
    const struct fault_case c = {.name = name, .prepare = nothing, .run = run, .check = nothing_to_check};
    fault_each(FAULT_MEMORY, &c, context);
    fault_each(FAULT_MEMORY_OUT, &c, context);
    fault_report(name);
}

void fault_report(const char *title)
{
    int used = 0;
    for (size_t i = 0; i < FAULT_KIND_COUNT; i++)
        used += counts.kinds[i];
    long found = counts.found;
    print_message("faults in %s: %ld operations by kind, %d kinds, %ld of %ld calls failed, %ld findings\n",
                  title, counts.cases, used, counts.runs, counts.calls, found);
    memset(&counts, 0, sizeof counts);
    if (found > 0)
        fail_msg("%ld findings", found);
}
