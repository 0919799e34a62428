/* Group commit with the n-th call failing: whoever was told that the write is done finds it after opening
 * again, whoever was told that it is not does not, whoever led the batch. */
#include "faults/faults.h"
#include "fixture.h"

#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>

enum { WRITERS = 4 };

struct crowd {
    struct fixture *f;
    atomic_int arrived;
    struct writer {
        struct crowd *crowd;
        char id[16];
        lz_err err;
        struct lz_fault fault;
    } writers[WRITERS];
};

static lz_err job(struct lz_sql *sql, void *context, struct lz_fault *fault)
{
    struct writer *w = context;
    struct insert insert = {.id = w->id, .name = "机关"};
    /* The first to lead waits for the others, so that they make one batch behind it. */
    for (int i = 0; i < 200 && atomic_load(&w->crowd->arrived) < WRITERS; i++)
        sched_yield();
    return job_insert(sql, &insert, fault);
}

static void *write_one(void *context)
{
    struct writer *w = context;
    atomic_fetch_add(&w->crowd->arrived, 1);
    w->err = lz_db_write(w->crowd->f->db, job, w, &w->fault);
    return NULL;
}

static void prepare(void *context)
{
    struct crowd *c = context;
    static const char *const endings[] = {"", "-wal", "-shm"};
    lz_db_close(&c->f->db);
    for (size_t i = 0; i < COUNT_OF(endings); i++) {
        char path[160];
        snprintf(path, sizeof path, "%s%s", c->f->path, endings[i]);
        unlink(path);
    }
    assert_ok(fixture_open(c->f, LZ_DB_CREATE));
    atomic_store(&c->arrived, 0);
}

static lz_err run(void *context)
{
    struct crowd *c = context;
    pthread_t threads[WRITERS];
    lz_err err = LZ_OK;
    for (int i = 0; i < WRITERS; i++) {
        struct writer *w = &c->writers[i];
        *w = (struct writer){.crowd = c};
        snprintf(w->id, sizeof w->id, "w%d", i);
        assert_int_equal(pthread_create(&threads[i], NULL, write_one, w), 0);
    }
    for (int i = 0; i < WRITERS; i++) {
        pthread_join(threads[i], NULL);
        if (c->writers[i].err && c->writers[i].fault.code != c->writers[i].err)
            fault_found("gave %s and told of %s", lz_err_name(c->writers[i].err),
                        lz_err_name(c->writers[i].fault.code));
        err = err ? err : c->writers[i].err;
    }
    return err;
}

static void compare(struct crowd *c, const char *when)
{
    struct lz_sql *sql = lz_db_reader(c->f->db, &c->f->fault);
    assert_non_null(sql);
    for (int i = 0; i < WRITERS; i++)
        if (has_organ(sql, c->writers[i].id) != (c->writers[i].err == LZ_OK))
            fault_found("%s: %s was told %s", when, c->writers[i].id, lz_err_name(c->writers[i].err));
}

static void check(void *context, lz_err err)
{
    struct crowd *c = context;
    (void)err;
    compare(c, "at once");
    lz_err again = add_organ(c->f, "again");
    if (again)
        fault_found("and when nothing failed any more %s", lz_err_name(again));
    lz_db_close(&c->f->db);
    assert_ok(fixture_open(c->f, LZ_DB_OPEN));
    compare(c, "opened again");
    assert_ok(lz_db_check(c->f->db, &c->f->fault));
}

static void nobody_believes_what_did_not_happen(void **state)
{
    static const enum fault_kind kinds[] = {FAULT_MEMORY, FAULT_ENGINE, FAULT_ENGINE_OUT, FAULT_STATEMENT,
                                            FAULT_BUSY,   FAULT_WRITE,  FAULT_DISK_FULL,  FAULT_SYNC};
    struct crowd crowd = {.f = *state};
    const struct fault_case c = {
        .name = "group commit", .prepare = prepare, .run = run, .check = check, .varies = true};
    for (size_t i = 0; i < COUNT_OF(kinds); i++)
        fault_each(kinds[i], &c, &crowd);
    fault_report("group commit");
}

/* ---- reading ---- */
static lz_err read_twice(void *context)
{
    struct crowd *c = context;
    struct lz_sql *sql = lz_db_reader(c->f->db, &c->f->fault);
    if (!sql)
        return c->f->fault.code;
    lz_err err = lz_sql_read_begin(sql);
    if (err)
        return err;
    struct lz_query *q = lz_query_start(sql, LZ_Q_organ_count);
    while (lz_query_next(q)) {
    }
    err = lz_query_end(q);
    lz_sql_read_end(sql);
    return err;
}

static void sees_what_comes_later(void *context, lz_err err)
{
    struct crowd *c = context;
    lz_err written = add_organ(c->f, "later");
    struct lz_sql *sql = lz_db_reader(c->f->db, &c->f->fault);
    if (written || !sql || !has_organ(sql, "later"))
        fault_found("after %s a later write (%s) is not seen", lz_err_name(err), lz_err_name(written));
}

static void no_reader_is_left_in_the_past(void **state)
{
    static const enum fault_kind kinds[] = {FAULT_MEMORY, FAULT_ENGINE, FAULT_ENGINE_OUT, FAULT_STATEMENT,
                                            FAULT_NAME};
    struct crowd crowd = {.f = *state};
    const struct fault_case c = {
        .name = "read", .prepare = prepare, .run = read_twice, .check = sees_what_comes_later};
    for (size_t i = 0; i < COUNT_OF(kinds); i++)
        fault_each(kinds[i], &c, &crowd);
    fault_report("reading");
}

/* ---- migrating and copying ---- */
static void prepare_old(void *context)
{
    struct crowd *c = context;
    struct lz_schema old = lz_db_fixture_schema;
    old.migration_count = 1;
    old.statement_count = 0;
    prepare(context);
    lz_db_close(&c->f->db);
    unlink(c->f->path);
    const struct lz_db_options options = {.mode = LZ_DB_CREATE};
    assert_ok(lz_db_open(c->f->path, &old, &options, &c->f->db, &c->f->fault));
    lz_db_close(&c->f->db);
}

static void copy_path(const struct fixture *f, char ret_path[160])
{
    snprintf(ret_path, 160, "%s/copy.db", f->folder);
}

static lz_err migrate(void *context)
{
    struct crowd *c = context;
    char copy[160];
    copy_path(c->f, copy);
    const struct lz_db_options options = {.mode = LZ_DB_OPEN, .migrate_backup = copy};
    lz_db_close(&c->f->db);
    unlink(copy);
    return lz_db_open(c->f->path, &lz_db_fixture_schema, &options, &c->f->db, &c->f->fault);
}

static void opens_in_the_end(void *context, lz_err err)
{
    struct crowd *c = context;
    lz_err again = migrate(context);
    if (again || lz_db_check(c->f->db, &c->f->fault))
        fault_found("gave %s, and when nothing failed any more %s", lz_err_name(err), lz_err_name(again));
}

static lz_err back_up(void *context)
{
    struct crowd *c = context;
    char copy[160];
    copy_path(c->f, copy);
    unlink(copy);
    return lz_db_backup(c->f->db, copy, &c->f->fault);
}

static void copy_is_whole_or_absent(void *context, lz_err err)
{
    struct crowd *c = context;
    char copy[160];
    struct lz_db *db = NULL;
    const struct lz_db_options options = {.mode = LZ_DB_READ_ONLY};
    copy_path(c->f, copy);
    if ((access(copy, F_OK) == 0) != (err == LZ_OK))
        fault_found("gave %s, and a copy is%s there", lz_err_name(err), err ? "" : " not");
    if (!err && (lz_db_open(copy, &lz_db_fixture_schema, &options, &db, NULL) || lz_db_check(db, NULL)))
        fault_found("the copy is not whole");
    lz_db_close(&db);
}

static void a_migration_and_a_copy_are_whole_or_nothing(void **state)
{
    static const enum fault_kind kinds[] = {FAULT_MEMORY,    FAULT_ENGINE, FAULT_ENGINE_OUT, FAULT_STATEMENT,
                                            FAULT_WRITE,     FAULT_SYNC,   FAULT_DISK_FULL,  FAULT_NAME,
                                            FAULT_READ_ONLY, FAULT_BUSY};
    struct crowd crowd = {.f = *state};
    const struct fault_case cases[] = {
        {.name = "migrate", .prepare = prepare_old, .run = migrate, .check = opens_in_the_end},
        {.name = "back up", .prepare = prepare, .run = back_up, .check = copy_is_whole_or_absent}};
    for (size_t n = 0; n < COUNT_OF(cases); n++)
        for (size_t i = 0; i < COUNT_OF(kinds); i++)
            fault_each(kinds[i], &cases[n], &crowd);
    fault_report("migrations and copies");
}

/* ---- checking ---- */
static void prepare_unread(void *context)
{
    struct crowd *c = context;
    prepare(context);
    assert_ok(add_organ(c->f, "seen"));
    lz_db_close(&c->f->db); /* so that no page is known yet */
    assert_ok(fixture_open(c->f, LZ_DB_OPEN));
}

static lz_err check_whole(void *context)
{
    struct crowd *c = context;
    return lz_db_check(c->f->db, &c->f->fault);
}

static lz_err explain(void *context)
{
    struct crowd *c = context;
    struct lz_buf plan;
    bool scans = false;
    struct lz_sql *sql = lz_db_reader(c->f->db, &c->f->fault);
    if (!sql)
        return c->f->fault.code;
    lz_buf_init(&plan, 65536);
    lz_err err = lz_sql_explain_scan(sql, LZ_Q_organ_count, &scans, &plan);
    lz_buf_free(&plan);
    return err;
}

static void is_whole(void *context, lz_err err)
{
    if (err == LZ_CORRUPT)
        fault_found("what could not be read is called damaged");
    if (check_whole(context))
        fault_found("after %s a whole register is called %s", lz_err_name(err),
                    lz_err_name(((struct crowd *)context)->f->fault.code));
}

/* Damaged is a word for what was read and found so, not for what could not be read. */
static void what_could_not_be_checked_is_not_called_damaged(void **state)
{
    static const enum fault_kind kinds[] = {FAULT_MEMORY, FAULT_ENGINE, FAULT_ENGINE_OUT, FAULT_STATEMENT,
                                            FAULT_PAGE};
    struct crowd crowd = {.f = *state};
    const struct fault_case cases[] = {
        {.name = "check", .prepare = prepare_unread, .run = check_whole, .check = is_whole},
        {.name = "explain", .prepare = prepare_unread, .run = explain, .check = is_whole}};
    for (size_t n = 0; n < COUNT_OF(cases); n++)
        for (size_t i = 0; i < COUNT_OF(kinds); i++) {
            struct fault_case c = cases[n];
            c.every = kinds[i] == FAULT_ENGINE; /* pages are found unreadable deep inside one call of ours */
            fault_each(kinds[i], &c, &crowd);
        }
    fault_report("checks");
}

int main(void)
{
    const struct CMUnitTest tests[] = {fixture_test(nobody_believes_what_did_not_happen),
                                       fixture_test(no_reader_is_left_in_the_past),
                                       fixture_test(a_migration_and_a_copy_are_whole_or_nothing),
                                       fixture_test(what_could_not_be_checked_is_not_called_damaged)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
