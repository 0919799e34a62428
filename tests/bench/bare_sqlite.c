/* The limit of durable status changes: SQLite alone, WAL, synchronous FULL.  THREADS threads hand their
 * changes to a leader, who commits what waits as one transaction.  A change writes the rows that the register
 * writes, into tables with the same columns and indexes (a hundred thousand certificates in them), but every
 * value is known beforehand: no policy, no look-up, no hash chain, no signature, no savepoint.  `plain` as
 * fourth argument: no hand-over and only four short rows in bare tables, THREADS changes a commit. Usage:
 * bench_bare_sqlite FILE THREADS SECONDS [plain]. */
#include <pthread.h>
#include <sqlite3.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

enum { THREADS_MAX = 64, STEPS_MAX = 8 };
static const char SETTINGS[] = "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA cache_size = "
                               "-65536; PRAGMA temp_store = MEMORY;";

struct shape {
    const char *schema;
    const char *steps[STEPS_MAX]; /* ?1: certificate, ?2: text of its new state */
};
static const struct shape alike = {
    "CREATE TABLE certificate (id INTEGER PRIMARY KEY, number TEXT, current INTEGER, kind TEXT, person_id "
    "INTEGER,"
    " organ_id INTEGER, scope TEXT, region TEXT, issued_on TEXT, valid_until TEXT, state TEXT, reason TEXT,"
    " document TEXT, effective_at INTEGER, published_at INTEGER, filed_by INTEGER, predecessor_id INTEGER,"
    " created_at INTEGER);"
    "CREATE UNIQUE INDEX c1 ON certificate (number) WHERE current = 1;"
    "CREATE INDEX c2 ON certificate (person_id);"
    "CREATE INDEX c3 ON certificate (created_at, id) WHERE state = 'awaiting-confirmation';"
    "CREATE INDEX c4 ON certificate (valid_until) WHERE state IN ('valid', 'suspended');"
    "CREATE INDEX c5 ON certificate (predecessor_id) WHERE predecessor_id IS NOT NULL;"
    "CREATE INDEX c6 ON certificate (organ_id, state) WHERE current = 1;"
    "CREATE TABLE event (id INTEGER PRIMARY KEY, certificate_id INTEGER, event TEXT, from_state TEXT, "
    "to_state TEXT,"
    " reason TEXT, document TEXT, effective_at INTEGER, published_at INTEGER, account_id INTEGER, actor_name "
    "TEXT,"
    " valid_until TEXT, scheduled INTEGER, undone INTEGER);"
    "CREATE INDEX e1 ON event (certificate_id, id);"
    "CREATE INDEX e2 ON event (effective_at, id) WHERE scheduled = 1;"
    "CREATE TABLE badge (id INTEGER PRIMARY KEY, certificate_id INTEGER, state TEXT, live INTEGER, chip_type "
    "TEXT,"
    " chip_uid BLOB, list INTEGER, idx INTEGER, status INTEGER, made_at INTEGER, changed_at INTEGER,"
    " UNIQUE (list, idx));"
    "CREATE INDEX b1 ON badge (certificate_id);"
    "CREATE TABLE log_entry (position INTEGER PRIMARY KEY, entry BLOB);"
    "CREATE TABLE log_state (id INTEGER PRIMARY KEY, size INTEGER, frontier BLOB);"
    "CREATE TABLE status_list (list INTEGER PRIMARY KEY, size INTEGER, used INTEGER, changed_at INTEGER);"
    "CREATE TABLE sequence (name TEXT PRIMARY KEY, next INTEGER);"
    "CREATE TABLE audit (position INTEGER PRIMARY KEY, at INTEGER, account_id INTEGER, actor TEXT, origin "
    "TEXT,"
    " action TEXT, object_kind TEXT, object_id INTEGER, before_value TEXT, after_value TEXT, hash BLOB);"
    "CREATE INDEX a1 ON audit (object_kind, object_id, position);"
    "INSERT INTO status_list VALUES (1, 1048576, 1000, 0); INSERT INTO sequence VALUES ('certificate_event', "
    "1);"
    "INSERT INTO log_state VALUES (1, 0, zeroblob(320));"
    "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 100000)"
    " INSERT INTO certificate SELECT i, '27' || printf('%09d', i), 1, 'enforcement', i, 1 + i % 42, "
    "'市场监督管理',"
    " '宝塔区', '2025-06-16', printf('2030-%02d-16', 1 + i % 12), 'valid', NULL, NULL, 1795406400, "
    "1795406400, 0,"
    " NULL, 1795406400 FROM n;"
    "INSERT INTO event SELECT id, id, 'issue', 'awaiting-confirmation', 'valid', NULL, NULL, 1795406400, "
    "1795406400,"
    " 0, '本机管理员', NULL, 0, 0 FROM certificate;"
    "INSERT INTO badge SELECT id, id, 'ordered', 1, NULL, NULL, 1, id * 7919 % 1048576, 0, 1795406400, "
    "1795406400"
    " FROM certificate WHERE id <= 1000;",
    {"UPDATE certificate SET state = ?2, reason = 'investigation', document = NULL, effective_at = "
     "1795406400,"
     " published_at = 1795406400 WHERE id = ?1",
     "UPDATE sequence SET next = next + 1 WHERE name = 'certificate_event'",
     "INSERT INTO event VALUES (NULL, ?1, 'suspend', 'valid', ?2, 'investigation', NULL, 1795406400, "
     "1795406400, 0,"
     " '本机管理员', NULL, 0, 0)",
     "UPDATE badge SET status = 2 - status, changed_at = 1795406400 WHERE id = ?1",
     "INSERT INTO log_entry VALUES (NULL, zeroblob(24))",
     "UPDATE log_state SET size = size + 1, frontier = zeroblob(320) WHERE id = 1",
     "UPDATE status_list SET changed_at = changed_at + 1 WHERE list = 1",
     "INSERT INTO audit VALUES (NULL, 1795406400, 0, '(local)', 'bench', 'certificate.suspend', "
     "'certificate', ?1,"
     " '{\"state\":\"valid\"}', '{\"document\":null,\"effective_at\":1795406400,\"number\":\"27000000001\","
     "\"reason\":\"investigation\",\"state\":\"suspended\"}', zeroblob(32))"},
};
static const struct shape plain = {
    "CREATE TABLE badge (id INTEGER PRIMARY KEY, list INTEGER, idx INTEGER, status INTEGER);"
    "CREATE TABLE history (id INTEGER PRIMARY KEY, badge INTEGER, at INTEGER, body TEXT);"
    "CREATE INDEX history_badge ON history (badge);"
    "CREATE TABLE log (id INTEGER PRIMARY KEY, body BLOB, hash BLOB);"
    "CREATE TABLE audit (id INTEGER PRIMARY KEY, at INTEGER, body TEXT, hash BLOB);"
    "INSERT INTO badge VALUES (1, 1, 1, 0);",
    {"UPDATE badge SET status = 2 - status WHERE id = 1",
     "INSERT INTO history (badge, at, body) VALUES (?1, 1795406400, hex(zeroblob(60)))",
     "INSERT INTO log (body, hash) VALUES (zeroblob(30), zeroblob(32))",
     "INSERT INTO audit (at, body, hash) VALUES (1795406400, hex(zeroblob(150)), zeroblob(32))"},
};

struct waiter {
    struct waiter *next;
    pthread_cond_t wake;
    int certificate;
    bool suspend, done, lead;
};

struct bench {
    sqlite3 *db;
    sqlite3_stmt *steps[STEPS_MAX];
    sqlite3_stmt *begin, *commit;
    pthread_mutex_t lock;
    struct waiter *head, **tail;
    bool led, failed;
    double until;
};

struct worker {
    struct bench *bench;
    int certificate;
    long done;
};

static double now(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static bool run(sqlite3_stmt *stmt)
{
    return sqlite3_step(stmt) == SQLITE_DONE && sqlite3_reset(stmt) == SQLITE_OK;
}

static bool change(struct bench *b, int certificate, bool suspend)
{
    bool ok = true;
    for (int i = 0; ok && i < STEPS_MAX && b->steps[i]; i++) {
        int count = sqlite3_bind_parameter_count(b->steps[i]);
        ok = (count < 1 || sqlite3_bind_int(b->steps[i], 1, certificate) == SQLITE_OK) &&
             (count < 2 || sqlite3_bind_text(b->steps[i], 2, suspend ? "suspended" : "valid", -1,
                                             SQLITE_STATIC) == SQLITE_OK) &&
             run(b->steps[i]);
    }
    return ok;
}

/* Entered and left with the lock held. */
static void lead(struct bench *b)
{
    struct waiter *batch = b->head;
    b->head = NULL;
    b->tail = &b->head;
    pthread_mutex_unlock(&b->lock);
    bool ok = run(b->begin);
    for (struct waiter *w = batch; ok && w; w = w->next)
        ok = change(b, w->certificate, w->suspend);
    ok = ok && run(b->commit);
    pthread_mutex_lock(&b->lock);
    b->failed = b->failed || !ok;
    while (batch) {
        struct waiter *w = batch;
        batch = w->next;
        w->done = true;
        pthread_cond_signal(&w->wake);
    }
    b->led = b->head != NULL;
    if (b->head) {
        b->head->lead = true;
        pthread_cond_signal(&b->head->wake);
    }
}

static void *work(void *context)
{
    struct worker *w = context;
    struct bench *b = w->bench;
    while (!b->failed && now() < b->until) {
        struct waiter self = {.certificate = w->certificate, .suspend = w->done % 2 == 0};
        pthread_cond_init(&self.wake, NULL);
        pthread_mutex_lock(&b->lock);
        *b->tail = &self;
        b->tail = &self.next;
        self.lead = !b->led;
        b->led = true;
        while (!self.done && !self.lead)
            pthread_cond_wait(&self.wake, &b->lock);
        if (!self.done)
            lead(b);
        pthread_mutex_unlock(&b->lock);
        pthread_cond_destroy(&self.wake);
        w->done++;
    }
    return NULL;
}

static long run_threads(struct bench *b, int count)
{
    pthread_t threads[THREADS_MAX];
    struct worker workers[THREADS_MAX];
    long done = 0;
    for (int i = 0; i < count; i++) {
        workers[i] = (struct worker){b, i + 1, 0};
        if (pthread_create(&threads[i], NULL, work, &workers[i]))
            exit(3);
    }
    for (int i = 0; i < count; i++) {
        pthread_join(threads[i], NULL);
        done += workers[i].done;
    }
    return done;
}

static long run_plain(struct bench *b, int count)
{
    long done = 0;
    while (!b->failed && now() < b->until) {
        b->failed = !run(b->begin);
        for (int n = 0; !b->failed && n < count; n++, done++)
            b->failed = !change(b, n + 1, false);
        b->failed = b->failed || !run(b->commit);
    }
    return done;
}

int main(int argc, char **argv)
{
    struct bench b = {.lock = PTHREAD_MUTEX_INITIALIZER};
    sqlite3_stmt *there = NULL;
    const struct shape *shape = argc == 5 ? &plain : &alike;
    int count = argc >= 4 ? atoi(argv[2]) : 0;
    b.tail = &b.head;
    if (count < 1 || count > THREADS_MAX)
        return 2;
    if (sqlite3_open_v2(argv[1], &b.db, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX,
                        NULL) ||
        sqlite3_exec(b.db, SETTINGS, NULL, NULL, NULL) ||
        sqlite3_prepare_v2(b.db, "SELECT 1 FROM sqlite_schema", -1, &there, NULL))
        return 3;
    bool fresh = sqlite3_step(there) == SQLITE_DONE;
    sqlite3_finalize(there);
    if ((fresh && sqlite3_exec(b.db, shape->schema, NULL, NULL, NULL)) ||
        sqlite3_prepare_v2(b.db, "BEGIN IMMEDIATE", -1, &b.begin, NULL) ||
        sqlite3_prepare_v2(b.db, "COMMIT", -1, &b.commit, NULL))
        return 3;
    for (int i = 0; i < STEPS_MAX && shape->steps[i]; i++)
        if (sqlite3_prepare_v2(b.db, shape->steps[i], -1, &b.steps[i], NULL))
            return 3;
    double began = now();
    b.until = began + atof(argv[3]);
    long done = shape == &plain ? run_plain(&b, count) : run_threads(&b, count);
    printf("%.1f\n", (double)done / (now() - began));
    for (int i = 0; i < STEPS_MAX; i++)
        sqlite3_finalize(b.steps[i]);
    sqlite3_finalize(b.begin);
    sqlite3_finalize(b.commit);
    sqlite3_close(b.db);
    return b.failed ? 3 : 0;
}
