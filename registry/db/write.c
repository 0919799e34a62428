/* One writer, group commit.  The price of a commit is its fdatasync, so whoever finds nobody writing leads:
 * it takes what waits, runs every job in one transaction, commits once, and wakes all.  Jobs that arrive
 * meanwhile form the next batch, led by the first of them.  No background thread: nothing to start, stop or
 * lose.
 *
 * A savepoint per job makes the engine copy every page that the job touches.  Jobs seldom fail, so a batch
 * runs without them first; when a job fails, all of it is undone and run again under savepoints. */
#include "registry/db/connection.h"

#include <stdlib.h>

enum { BATCH_MAX = 128 }; /* bounds how long the first of a batch waits for the last */
/* Batches under savepoints after one that had to run twice: where jobs fail often, twice is the dearer way.
 */
enum { CAREFUL_BATCHES = 16 };

struct waiter {
    lz_db_job job;
    void *context;
    struct lz_fault *fault;
    lz_err err;
    bool done;
    bool lead;
    pthread_cond_t wake;
    struct waiter *next;
};

struct lz_write_queue {
    struct lz_sql *writer;
    pthread_mutex_t lock;
    struct waiter *head; /* waiting, oldest first */
    struct waiter **tail;
    bool led;    /* some thread is writing, or has been told to */
    int careful; /* batches yet to run under savepoints; the leader's alone */
    bool running;
    pthread_t leader; /* holds while `running` */
};

lz_err lz_write_queue_new(struct lz_sql *writer, struct lz_write_queue **ret_queue)
{
    struct lz_write_queue *q = calloc(1, sizeof *q);
    if (!q)
        return LZ_MEMORY;
    pthread_mutex_init(&q->lock, NULL);
    q->writer = writer;
    q->tail = &q->head;
    *ret_queue = q;
    return LZ_OK;
}

void lz_write_queue_free(struct lz_write_queue **queue)
{
    if (!queue || !*queue)
        return;
    pthread_mutex_destroy(&(*queue)->lock);
    free(*queue);
    *queue = NULL;
}

static void roll_back(struct lz_sql *sql)
{
    if (lz_sql_in_transaction(sql))
        (void)!lz_sql_control(sql, LZ_CONTROL_ROLLBACK);
}

/* What the batch before could not roll back must not stand in the way of every later one. */
static lz_err begin(struct lz_sql *sql)
{
    roll_back(sql);
    return lz_sql_control(sql, LZ_CONTROL_BEGIN_WRITE);
}

/* What a job must not leave behind: open queries, open savepoints, references that point nowhere.  A deferred
 * foreign key is looked at here, because at COMMIT it would fail the whole batch. */
static lz_err check_tidy(struct lz_sql *sql)
{
    bool untidy = lz_sql_abandon_queries(sql) || sql->savepoints > 0;
    sql->savepoints = 0;
    sql->read_depth = 0;
    if (untidy)
        return LZ_INTERNAL;
    int broken = 0;
    int high = 0;
    int rc = sqlite3_db_status(sql->handle, SQLITE_DBSTATUS_DEFERRED_FKS, &broken, &high, 0);
    if (rc != SQLITE_OK)
        return lz_sql_fail(sql, rc);
    return broken ? LZ_CONFLICT : LZ_OK;
}

/* Runs one job; LZ_OK only when it did its work and left nothing open. */
static lz_err run_job(struct lz_sql *sql, struct waiter *w)
{
    lz_err err = w->job(sql, w->context, w->fault);
    lz_err tidy = check_tidy(sql);
    if (err == LZ_OK)
        err = tidy;
    if (err == LZ_OK && !lz_sql_in_transaction(sql)) /* it overlooked the error that undid it */
        err = LZ_INTERNAL;
    return err;
}

/* Runs one job under its savepoint.  Afterwards either it is part of the transaction, or nothing of it is; if
 * the engine rolled back everything (disk full, memory), no transaction is open any more. */
static void run_guarded(struct lz_sql *sql, struct waiter *w)
{
    w->err = lz_sql_control(sql, LZ_CONTROL_JOB);
    if (w->err != LZ_OK)
        return;
    w->err = run_job(sql, w);
    if (!lz_sql_in_transaction(sql))
        return;
    lz_err undo = w->err == LZ_OK ? LZ_OK : lz_sql_control(sql, LZ_CONTROL_JOB_UNDO);
    lz_err release = lz_sql_control(sql, LZ_CONTROL_JOB_RELEASE);
    if (undo != LZ_OK || release != LZ_OK) {
        roll_back(sql);
        if (w->err == LZ_OK)
            w->err = release;
    }
}

static void fail_all(struct waiter *batch, lz_err err)
{
    for (struct waiter *w = batch; w; w = w->next)
        if (w->err == LZ_OK)
            w->err = err;
}

/* Each job in a transaction of its own: after one of them made the engine undo the batch. */
static void run_singly(struct lz_sql *sql, struct waiter *batch)
{
    for (struct waiter *w = batch; w; w = w->next) {
        if (w->err != LZ_OK)
            continue;
        w->err = begin(sql);
        if (w->err != LZ_OK)
            continue;
        w->err = run_job(sql, w);
        if (w->err == LZ_OK)
            w->err = lz_sql_control(sql, LZ_CONTROL_COMMIT);
        roll_back(sql);
    }
}

static void commit(struct lz_sql *sql, struct waiter *batch)
{
    lz_err err = lz_sql_control(sql, LZ_CONTROL_COMMIT);
    if (err != LZ_OK)
        fail_all(batch, err);
    roll_back(sql);
}

/* Whoever fails harms no other. */
static void run_carefully(struct lz_sql *sql, struct waiter *batch)
{
    bool any = false;
    for (struct waiter *w = batch; w; w = w->next) {
        run_guarded(sql, w);
        any = any || w->err == LZ_OK;
        if (!lz_sql_in_transaction(sql)) {
            run_singly(sql, batch);
            return;
        }
    }
    if (any)
        commit(sql, batch);
    roll_back(sql);
}

/* All or none; the first failure ends it, and then no transaction is open. */
static bool run_boldly(struct lz_sql *sql, struct waiter *batch)
{
    for (struct waiter *w = batch; w; w = w->next) {
        w->err = run_job(sql, w);
        if (w->err != LZ_OK) {
            roll_back(sql);
            return false;
        }
    }
    return true;
}

static void forget_results(struct waiter *batch)
{
    for (struct waiter *w = batch; w; w = w->next) {
        w->err = LZ_OK;
        if (w->fault)
            *w->fault = (struct lz_fault){0};
    }
}

static void run_batch(struct lz_sql *sql, struct waiter *batch, int *careful)
{
    lz_err err = begin(sql);
    if (err != LZ_OK) {
        fail_all(batch, err);
        return;
    }
    const bool alone = batch->next == NULL;
    if (!alone && *careful > 0) {
        --*careful;
        run_carefully(sql, batch);
    } else if (run_boldly(sql, batch)) {
        commit(sql, batch);
    } else if (!alone) {
        *careful = CAREFUL_BATCHES;
        forget_results(batch);
        err = begin(sql);
        if (err == LZ_OK)
            run_carefully(sql, batch);
        else
            fail_all(batch, err);
    }
}

/* Cuts off at most BATCH_MAX waiters. */
static struct waiter *take_batch(struct lz_write_queue *q)
{
    struct waiter *batch = q->head;
    struct waiter **end = &q->head;
    for (int n = 0; *end && n < BATCH_MAX; n++)
        end = &(*end)->next;
    q->head = *end;
    if (!q->head)
        q->tail = &q->head;
    *end = NULL;
    return batch;
}

/* Entered and left with the lock held.  The leader's own waiter is in the batch, since it stands first. */
static void lead(struct lz_write_queue *q)
{
    struct waiter *batch = take_batch(q);
    q->leader = pthread_self();
    q->running = true;
    pthread_mutex_unlock(&q->lock);

    run_batch(q->writer, batch, &q->careful);
    for (struct waiter *w = batch; w; w = w->next)
        if (w->err != LZ_OK && w->fault && w->fault->code != w->err)
            (void)lz_db_fault(w->fault, w->err);

    pthread_mutex_lock(&q->lock);
    q->running = false;
    while (batch) {
        struct waiter *w = batch;
        batch = w->next; /* a woken waiter's stack may be gone */
        w->done = true;
        pthread_cond_signal(&w->wake);
    }
    q->led = q->head != NULL;
    if (q->head) {
        q->head->lead = true;
        pthread_cond_signal(&q->head->wake);
    }
}

lz_err lz_write_queue_run(struct lz_write_queue *queue, lz_db_job job, void *context, struct lz_fault *fault)
{
    struct waiter self = {.job = job, .context = context, .fault = fault};
    pthread_mutex_lock(&queue->lock);
    if (queue->running && pthread_equal(queue->leader, pthread_self())) {
        /* a write inside a job would wait for itself */
        pthread_mutex_unlock(&queue->lock);
        return lz_db_fault(fault, LZ_INTERNAL);
    }
    pthread_cond_init(&self.wake, NULL);
    *queue->tail = &self;
    queue->tail = &self.next;
    if (!queue->led) {
        queue->led = true;
        self.lead = true;
    }
    while (!self.done && !self.lead)
        pthread_cond_wait(&self.wake, &queue->lock);
    if (!self.done)
        lead(queue);
    pthread_mutex_unlock(&queue->lock);
    pthread_cond_destroy(&self.wake);
    return self.err;
}

lz_err lz_db_write(struct lz_db *db, lz_db_job job, void *context, struct lz_fault *fault)
{
    if (!db->queue)
        return lz_db_fault(fault, LZ_READ_ONLY);
    return lz_write_queue_run(db->queue, job, context, fault);
}
