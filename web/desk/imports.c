#include "web/desk/imports.h"

#include "web/desk/import_rows.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum work { WORK_NONE, WORK_CHECK, WORK_STORE };

struct slot {
    bool used;
    char id[LZ_IMPORT_ID_SIZE];
    struct lz_actor actor;
    struct lz_roster *roster;
    struct lz_import_status status;
    enum work wanted;
    bool partial, running;
    bool dropped;    /* freed as soon as it no longer runs */
    uint64_t turn;   /* who came first is served first */
    int64_t touched; /* UTC seconds */
};

struct lz_imports {
    struct lz_register *reg;
    pthread_mutex_t lock; /* guards all below; a running slot's roster belongs to the thread */
    pthread_cond_t changed;
    pthread_t thread;
    bool started, ending;
    uint64_t turns;
    struct slot slots[LZ_IMPORTS_MAX];
};

static int64_t now_s(const struct lz_imports *imports)
{
    return lz_clock_now_s(lz_register_clock(imports->reg));
}

static void forget(struct slot *slot)
{
    lz_roster_free(&slot->roster);
    *slot = (struct slot){0};
}

static void drop(struct slot *slot)
{
    if (slot->running)
        slot->dropped = true;
    else
        forget(slot);
}

static void sweep(struct lz_imports *imports)
{
    int64_t oldest = now_s(imports) - LZ_IMPORT_KEEP_S;
    for (size_t i = 0; i < LZ_IMPORTS_MAX; i++)
        if (imports->slots[i].used && !imports->slots[i].running && imports->slots[i].touched < oldest)
            forget(&imports->slots[i]);
}

static struct slot *next_wanted(struct lz_imports *imports)
{
    struct slot *first = NULL;
    for (size_t i = 0; i < LZ_IMPORTS_MAX; i++) {
        struct slot *slot = &imports->slots[i];
        if (slot->used && slot->wanted != WORK_NONE && (!first || slot->turn < first->turn))
            first = slot;
    }
    return first;
}

struct run {
    struct lz_imports *imports;
    struct slot *slot;
};

static bool progress(void *context, size_t done, size_t total)
{
    struct run *run = context;
    pthread_mutex_lock(&run->imports->lock);
    run->slot->status.done = done;
    run->slot->status.total = total;
    bool go_on = !run->slot->dropped && !run->imports->ending;
    pthread_mutex_unlock(&run->imports->lock);
    return go_on;
}

/* The register's work, without the lock. */
static lz_err store(struct run *run, bool dry_run, bool partial, struct lz_roster_result *ret_result,
                    struct lz_fault *ret_fault)
{
    struct lz_arena *arena = lz_arena_new(0);
    if (!arena)
        return lz_fault_set(ret_fault, LZ_MEMORY, NULL, NULL);
    struct lz_call call = {
        .reg = run->imports->reg, .actor = &run->slot->actor, .arena = arena, .origin = "web"};
    struct lz_roster_options options = {
        .dry_run = dry_run, .partial = partial, .progress = progress, .progress_context = run};
    lz_err err = lz_roster_store(&call, run->slot->roster, &options, ret_result);
    *ret_fault = call.fault;
    lz_arena_free(&arena);
    return err;
}

/* Holds the lock on entry and on return. */
static void run_slot(struct lz_imports *imports, struct slot *slot)
{
    struct run run = {imports, slot};
    struct lz_roster_result result = {0};
    struct lz_fault fault = {0};
    bool check = slot->wanted == WORK_CHECK, partial = slot->partial;
    slot->wanted = WORK_NONE;
    slot->running = true;
    pthread_mutex_unlock(&imports->lock);
    lz_err err = store(&run, check, partial, &result, &fault);
    pthread_mutex_lock(&imports->lock);
    slot->running = false;
    slot->touched = now_s(imports);
    slot->status.fault = fault;
    if (!err)
        slot->status.result = result;
    /* Refused after all: the register changed since the preview.  The new preview says where. */
    slot->status.state = err ? LZ_IMPORT_FAILED : check || !result.stored ? LZ_IMPORT_READY : LZ_IMPORT_DONE;
    slot->status.late = !err && !check && !result.stored;
    if (slot->dropped)
        forget(slot);
    pthread_cond_broadcast(&imports->changed);
}

static struct timespec in_ms(int ms)
{
    struct timespec at;
    clock_gettime(CLOCK_MONOTONIC, &at);
    at.tv_sec += ms / 1000;
    at.tv_nsec += (long)(ms % 1000) * 1000000;
    if (at.tv_nsec >= 1000000000) {
        at.tv_sec++;
        at.tv_nsec -= 1000000000;
    }
    return at;
}

static void *work(void *context)
{
    struct lz_imports *imports = context;
    pthread_mutex_lock(&imports->lock);
    while (!imports->ending) {
        sweep(imports);
        struct slot *slot = next_wanted(imports);
        struct timespec until = in_ms(60000);
        if (slot)
            run_slot(imports, slot);
        else
            pthread_cond_timedwait(&imports->changed, &imports->lock, &until);
    }
    pthread_mutex_unlock(&imports->lock);
    return NULL;
}

lz_err lz_imports_new(struct lz_register *reg, struct lz_imports **ret_imports)
{
    struct lz_imports *imports = calloc(1, sizeof *imports);
    pthread_condattr_t monotonic;
    if (!imports)
        return LZ_MEMORY;
    imports->reg = reg;
    pthread_condattr_init(&monotonic);
    pthread_condattr_setclock(&monotonic, CLOCK_MONOTONIC);
    pthread_mutex_init(&imports->lock, NULL);
    pthread_cond_init(&imports->changed, &monotonic);
    pthread_condattr_destroy(&monotonic);
    *ret_imports = imports;
    return LZ_OK;
}

void lz_imports_free(struct lz_imports **imports)
{
    if (!imports || !*imports)
        return;
    struct lz_imports *own = *imports;
    pthread_mutex_lock(&own->lock);
    own->ending = true;
    pthread_cond_broadcast(&own->changed);
    pthread_mutex_unlock(&own->lock);
    if (own->started)
        pthread_join(own->thread, NULL);
    for (size_t i = 0; i < LZ_IMPORTS_MAX; i++)
        forget(&own->slots[i]);
    pthread_cond_destroy(&own->changed);
    pthread_mutex_destroy(&own->lock);
    free(own);
    *imports = NULL;
}

/* The account's slot, by its id. */
static struct slot *find(struct lz_imports *imports, const struct lz_actor *actor, const char *id)
{
    for (size_t i = 0; i < LZ_IMPORTS_MAX; i++) {
        struct slot *slot = &imports->slots[i];
        if (slot->used && !slot->dropped && slot->actor.account == actor->account &&
            strcmp(slot->id, id) == 0)
            return slot;
    }
    return NULL;
}

static lz_err no_such(struct lz_call *call)
{
    return lz_fault_set(
        &call->fault, LZ_NOT_FOUND, "这次导入已结束或已过期（保留一小时），请重新上传文件。",
        "This import is over or has expired (it is kept for an hour); upload the file again.");
}

static lz_err new_id(struct lz_call *call, char ret_id[LZ_IMPORT_ID_SIZE])
{
    static const char digits[] = "0123456789abcdef";
    uint8_t bytes[(LZ_IMPORT_ID_SIZE - 1) / 2];
    lz_err err = lz_random_fill(lz_register_random(call->reg), bytes, sizeof bytes);
    for (size_t i = 0; i < sizeof bytes && !err; i++) {
        ret_id[2 * i] = digits[bytes[i] >> 4];
        ret_id[2 * i + 1] = digits[bytes[i] & 15];
    }
    ret_id[LZ_IMPORT_ID_SIZE - 1] = '\0';
    return err;
}

/* A free slot with room for so many rows; an account has one upload at a time. */
static struct slot *free_slot(struct lz_imports *imports, const struct lz_actor *actor, size_t rows)
{
    struct slot *found = NULL;
    for (size_t i = 0; i < LZ_IMPORTS_MAX; i++) {
        struct slot *slot = &imports->slots[i];
        if (slot->used && slot->actor.account == actor->account)
            drop(slot);
        if (slot->used)
            rows += slot->roster->row_count;
        else if (!found)
            found = slot;
    }
    return rows <= LZ_IMPORTS_ROWS ? found : NULL;
}

static lz_err start_thread(struct lz_imports *imports)
{
    if (!imports->started && pthread_create(&imports->thread, NULL, work, imports) != 0)
        return LZ_MEMORY;
    imports->started = true;
    return LZ_OK;
}

lz_err lz_imports_add(struct lz_imports *imports, struct lz_call *call, struct lz_roster **roster,
                      char ret_id[LZ_IMPORT_ID_SIZE])
{
    char id[LZ_IMPORT_ID_SIZE];
    lz_err err = new_id(call, id);
    pthread_mutex_lock(&imports->lock);
    sweep(imports);
    struct slot *slot = err ? NULL : free_slot(imports, call->actor, (*roster)->row_count);
    if (!err && !slot)
        err = lz_fault_set(&call->fault, LZ_BUSY, "其他人的导入较多，请几分钟后再试。",
                           "Many imports are waiting; try again in a few minutes.");
    if (!err)
        err = start_thread(imports);
    if (!err) {
        *slot = (struct slot){.used = true,
                              .actor = *call->actor,
                              .roster = *roster,
                              .wanted = WORK_CHECK,
                              .turn = imports->turns++,
                              .touched = now_s(imports)};
        slot->status.total = (*roster)->row_count;
        memcpy(slot->id, id, sizeof slot->id);
        memcpy(ret_id, id, sizeof id);
        *roster = NULL;
        pthread_cond_broadcast(&imports->changed);
    }
    pthread_mutex_unlock(&imports->lock);
    lz_roster_free(roster);
    return err;
}

lz_err lz_imports_store(struct lz_imports *imports, struct lz_call *call, const char *id, bool partial)
{
    lz_err err = LZ_OK;
    pthread_mutex_lock(&imports->lock);
    struct slot *slot = find(imports, call->actor, id);
    if (!slot) {
        err = no_such(call);
    } else if (slot->status.state != LZ_IMPORT_READY) {
        err = lz_fault_set(&call->fault, LZ_WRONG_STATE, "这次导入正在处理或已完成，请查看结果。",
                           "This import is running or done; look at its result.");
    } else {
        slot->wanted = WORK_STORE;
        slot->partial = partial;
        slot->status.state = LZ_IMPORT_STORING;
        slot->status.done = 0;
        slot->turn = imports->turns++;
        slot->touched = now_s(imports);
        pthread_cond_broadcast(&imports->changed);
    }
    pthread_mutex_unlock(&imports->lock);
    return err;
}

lz_err lz_imports_drop(struct lz_imports *imports, struct lz_call *call, const char *id)
{
    pthread_mutex_lock(&imports->lock);
    struct slot *slot = find(imports, call->actor, id);
    if (slot)
        drop(slot);
    pthread_mutex_unlock(&imports->lock);
    return slot ? LZ_OK : no_such(call);
}

void lz_imports_wait(struct lz_imports *imports, const char *id, int ms)
{
    struct timespec until = in_ms(ms);
    pthread_mutex_lock(&imports->lock);
    for (bool timed_out = false; !timed_out;) {
        bool busy = false;
        for (size_t i = 0; i < LZ_IMPORTS_MAX; i++)
            if (imports->slots[i].used && strcmp(imports->slots[i].id, id) == 0)
                busy = imports->slots[i].running || imports->slots[i].wanted != WORK_NONE;
        if (!busy)
            break;
        timed_out = pthread_cond_timedwait(&imports->changed, &imports->lock, &until) != 0;
    }
    pthread_mutex_unlock(&imports->lock);
}

lz_err lz_imports_json(struct lz_imports *imports, struct lz_call *call, const char *id,
                       const struct lz_imports_view *view, json_t **ret_value)
{
    json_t *value = NULL;
    pthread_mutex_lock(&imports->lock);
    struct slot *slot = find(imports, call->actor, id);
    if (slot) {
        slot->touched = now_s(imports);
        value = lz_import_rows_json(&slot->status, slot->id, slot->roster, view, call->arena);
    }
    pthread_mutex_unlock(&imports->lock);
    if (!slot)
        return no_such(call);
    if (!value)
        return lz_call_memory(call);
    *ret_value = value;
    return LZ_OK;
}
