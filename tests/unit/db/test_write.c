/* Writing: group commit, savepoints, what is acknowledged stays. */
#include "fixture.h"
#include "registry/db/connection.h"

#include <pthread.h>
#include <signal.h>
#include <sys/wait.h>

static struct lz_sql *reader(struct fixture *f)
{
    struct lz_sql *sql = lz_db_reader(f->db, &f->fault);
    assert_non_null(sql);
    return sql;
}

static void a_write_is_seen_by_the_next_read(void **state)
{
    struct fixture *f = *state;
    assert_false(has_organ(reader(f), "a"));
    assert_ok(add_organ(f, "a"));
    assert_true(has_organ(reader(f), "a"));
}

static void a_failing_job_leaves_nothing_and_says_so(void **state)
{
    struct fixture *f = *state;
    struct insert insert = {.id = "a", .name = "甲", .then = LZ_CONFLICT};
    assert_err(lz_db_write(f->db, job_insert, &insert, &f->fault), LZ_CONFLICT);
    assert_false(has_organ(reader(f), "a"));
    assert_int_equal(f->fault.code, LZ_CONFLICT);
    assert_non_null(strstr(lz_fault_text(&f->fault, LZ_EN), "nothing was changed"));
    assert_non_null(strstr(lz_fault_text(&f->fault, LZ_ZH), "未作任何更改"));
    assert_ok(add_organ(f, "a"));
}

static lz_err job_fault(struct lz_sql *sql, void *context, struct lz_fault *fault)
{
    (void)sql, (void)context;
    return lz_fault_set(fault, LZ_WRONG_STATE, "原话", "own words");
}

static void the_words_of_a_job_are_kept(void **state)
{
    struct fixture *f = *state;
    assert_err(lz_db_write(f->db, job_fault, NULL, &f->fault), LZ_WRONG_STATE);
    assert_string_equal(lz_fault_text(&f->fault, LZ_EN), "own words");
    assert_err(lz_db_write(f->db, job_fault, NULL, NULL), LZ_WRONG_STATE);
}

static lz_err job_person_nowhere(struct lz_sql *sql, void *context, struct lz_fault *fault)
{
    (void)context, (void)fault;
    struct lz_query *q = lz_query_start(sql, LZ_Q_person_insert);
    lz_query_text(q, "id", "p");
    lz_query_text(q, "organ", "nowhere");
    lz_query_text(q, "name", "张三");
    return lz_query_run(q);
}

static lz_err job_bad_rank(struct lz_sql *sql, void *context, struct lz_fault *fault)
{
    (void)context, (void)fault;
    struct lz_query *q = lz_query_start(sql, LZ_Q_organ_insert);
    lz_query_text(q, "id", "r");
    lz_query_text(q, "name", "r");
    lz_query_null(q, "parent");
    lz_query_null(q, "seal");
    lz_query_int(q, "rank", -1);
    return lz_query_run(q);
}

static void what_the_schema_refuses_has_its_own_errors(void **state)
{
    struct fixture *f = *state;
    assert_err(add_organ(f, "seed"), LZ_EXISTS);
    assert_err(lz_db_write(f->db, job_person_nowhere, NULL, &f->fault), LZ_CONFLICT);
    assert_err(lz_db_write(f->db, job_bad_rank, NULL, &f->fault), LZ_INTERNAL);
    struct insert orphan = {.id = "o", .name = "o", .parent = "nowhere"}; /* deferred */
    assert_err(lz_db_write(f->db, job_insert, &orphan, &f->fault), LZ_CONFLICT);
    assert_int_equal(count_organs(reader(f)), 1);
}

static lz_err job_upsert(struct lz_sql *sql, void *context, struct lz_fault *fault)
{
    (void)context, (void)fault;
    struct lz_query *q = lz_query_start(sql, LZ_Q_organ_upsert);
    lz_query_text(q, "id", "seed");
    lz_query_text(q, "name", "新名");
    assert_true(lz_query_next(q));
    assert_string_equal(lz_query_get_text(q, 0), "新名");
    lz_err err = lz_query_end(q); /* ended at the first row: the write is complete all the same */
    assert_int_equal(lz_query_changes(q), 1);
    return err;
}

static void returning_gives_its_row_and_the_write_holds(void **state)
{
    struct fixture *f = *state;
    assert_ok(lz_db_write(f->db, job_upsert, NULL, &f->fault));
    struct lz_query *q = lz_query_start(reader(f), LZ_Q_organ_by_id);
    lz_query_text(q, "id", "seed");
    assert_true(lz_query_next(q));
    assert_string_equal(lz_query_get_text(q, 0), "新名");
    assert_ok(lz_query_end(q));
}

static lz_err job_parts(struct lz_sql *sql, void *context, struct lz_fault *fault)
{
    (void)context, (void)fault;
    assert_ok(insert_organ(sql, "base", "x", NULL));
    assert_ok(lz_sql_savepoint(sql));
    assert_ok(insert_organ(sql, "bad", "x", NULL));
    assert_err(insert_organ(sql, "bad", "x", NULL), LZ_EXISTS);
    assert_ok(lz_sql_savepoint_end(sql, false));
    assert_ok(lz_sql_savepoint(sql));
    assert_ok(insert_organ(sql, "good", "x", NULL));
    assert_ok(lz_sql_savepoint(sql));
    assert_ok(insert_organ(sql, "inner", "x", NULL));
    assert_ok(lz_sql_savepoint_end(sql, false));
    assert_ok(lz_sql_savepoint_end(sql, true));
    assert_err(lz_sql_savepoint_end(sql, true), LZ_INTERNAL);
    return LZ_OK;
}

static void a_savepoint_undoes_its_part_only(void **state)
{
    struct fixture *f = *state;
    assert_ok(lz_db_write(f->db, job_parts, NULL, &f->fault));
    assert_true(has_organ(reader(f), "base"));
    assert_true(has_organ(reader(f), "good"));
    assert_false(has_organ(reader(f), "bad"));
    assert_false(has_organ(reader(f), "inner"));
}

static lz_err job_forgets_savepoint(struct lz_sql *sql, void *context, struct lz_fault *fault)
{
    (void)context, (void)fault;
    assert_ok(lz_sql_savepoint(sql));
    return insert_organ(sql, "a", "x", NULL);
}

static lz_err job_forgets_end(struct lz_sql *sql, void *context, struct lz_fault *fault)
{
    (void)context, (void)fault;
    assert_ok(insert_organ(sql, "a", "x", NULL));
    assert_true(lz_query_next(lz_query_start(sql, LZ_Q_organ_count)));
    return LZ_OK;
}

static lz_err job_never_runs(struct lz_sql *sql, void *context, struct lz_fault *fault)
{
    (void)context, (void)fault;
    struct lz_query *q = lz_query_start(sql, LZ_Q_organ_rename);
    lz_query_text(q, "id", "seed");
    lz_query_text(q, "name", "x");
    return lz_query_end(q);
}

static lz_err job_evil(struct lz_sql *sql, void *context, struct lz_fault *fault)
{
    (void)fault;
    assert_ok(insert_organ(sql, "a", "x", NULL));
    return lz_query_run(lz_query_start(sql, *(const size_t *)context));
}

/* The engine may undo everything by itself; whoever overlooks that says "done" of nothing. */
static lz_err job_overlooks_its_undoing(struct lz_sql *sql, void *context, struct lz_fault *fault)
{
    (void)context, (void)fault;
    assert_ok(insert_organ(sql, "a", "x", NULL));
    assert_ok(lz_sql_control(sql, LZ_CONTROL_ROLLBACK));
    return LZ_OK;
}

static lz_err job_nested(struct lz_sql *sql, void *context, struct lz_fault *fault)
{
    (void)sql, (void)fault;
    return add_organ(context, "a");
}

static void a_careless_job_is_undone_and_harms_nobody(void **state)
{
    struct fixture *f = *state;
    size_t commit = LZ_Q_evil_commit;
    size_t drop = LZ_Q_evil_drop;
    const struct {
        lz_db_job job;
        void *context;
    } cases[] = {{job_forgets_savepoint, NULL},
                 {job_forgets_end, NULL},
                 {job_never_runs, NULL},
                 {job_evil, &commit},
                 {job_evil, &drop},
                 {job_nested, f},
                 {job_overlooks_its_undoing, NULL}};
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        assert_err(lz_db_write(f->db, cases[i].job, cases[i].context, &f->fault), LZ_INTERNAL);
        assert_false(has_organ(reader(f), "a"));
    }
    assert_ok(add_organ(f, "a"));
}

static void a_read_transaction_sees_one_point_in_time(void **state)
{
    struct fixture *f = *state;
    struct lz_sql *sql = reader(f);
    assert_ok(lz_sql_read_begin(sql)); /* fixed here, not at the first query */
    assert_ok(add_organ(f, "a"));
    assert_int_equal(count_organs(sql), 1);
    assert_ok(lz_sql_read_begin(sql)); /* nests */
    lz_sql_read_end(sql);
    assert_int_equal(count_organs(sql), 1);
    lz_sql_read_end(sql);
    assert_int_equal(count_organs(sql), 2);
    lz_sql_read_end(sql); /* once too often does no harm */
}

/* ---- many threads ---- */
enum { THREADS = 8, WRITES = 60 };

struct worker {
    struct fixture *f;
    int number;
    int good;
    int refused;
    int wrong;
};

/* Every third job fails after writing; every fourth thread's good write is checked from its own reader. */
static void *work(void *context)
{
    struct worker *w = context;
    for (int i = 0; i < WRITES; i++) {
        char id[32];
        struct lz_fault fault = {0};
        snprintf(id, sizeof id, "%02d-%03d", w->number, i);
        struct insert insert = {.id = id, .name = "并发", .then = i % 3 == 0 ? LZ_WRONG_STATE : LZ_OK};
        lz_err err = lz_db_write(w->f->db, job_insert, &insert, &fault);
        struct lz_sql *sql = lz_db_reader(w->f->db, &fault);
        if (err != insert.then || !sql || has_organ(sql, id) != (err == LZ_OK))
            w->wrong++;
        else if (err == LZ_OK)
            w->good++;
        else
            w->refused++;
    }
    return NULL;
}

static void many_threads_write_and_every_answer_is_true(void **state)
{
    struct fixture *f = *state;
    pthread_t threads[THREADS];
    struct worker workers[THREADS];
    int good = 0;
    for (int i = 0; i < THREADS; i++) {
        workers[i] = (struct worker){.f = f, .number = i};
        assert_int_equal(pthread_create(&threads[i], NULL, work, &workers[i]), 0);
    }
    for (int i = 0; i < THREADS; i++) {
        pthread_join(threads[i], NULL);
        assert_int_equal(workers[i].wrong, 0);
        good += workers[i].good;
    }
    assert_int_equal(good, THREADS * WRITES * 2 / 3);
    assert_int_equal(count_organs(reader(f)), good + 1);
    lz_db_close(&f->db); /* and after opening again */
    assert_ok(fixture_open(f, LZ_DB_OPEN));
    assert_int_equal(count_organs(reader(f)), good + 1);
}

static void *read_once(void *context)
{
    struct fixture *f = context;
    struct lz_sql *mine = lz_db_reader(f->db, NULL);
    return mine && mine == lz_db_reader(f->db, NULL) && has_organ(mine, "seed") ? mine : NULL;
}

static void each_thread_has_a_reader_of_its_own(void **state)
{
    struct fixture *f = *state;
    struct lz_sql *mine = reader(f);
    assert_ptr_equal(mine, reader(f));
    pthread_t thread;
    void *other = NULL;
    assert_int_equal(pthread_create(&thread, NULL, read_once, f), 0);
    pthread_join(thread, &other);
    assert_non_null(other);
    assert_ptr_not_equal(other, mine);
}

struct gate {
    struct fixture *f;
    pthread_barrier_t barrier;
};

static void *read_and_outlive(void *context)
{
    struct gate *gate = context;
    void *read = read_once(gate->f);
    pthread_barrier_wait(&gate->barrier); /* the database is closed now or while we exit */
    return read;
}

static void closing_while_reading_threads_exit_is_safe(void **state)
{
    struct fixture *f = *state;
    for (int round = 0; round < 20; round++) {
        struct gate gate = {.f = f};
        pthread_t threads[3];
        pthread_barrier_init(&gate.barrier, NULL, COUNT_OF(threads) + 1);
        for (size_t i = 0; i < COUNT_OF(threads); i++)
            assert_int_equal(pthread_create(&threads[i], NULL, read_and_outlive, &gate), 0);
        pthread_barrier_wait(&gate.barrier);
        lz_db_close(&f->db);
        for (size_t i = 0; i < COUNT_OF(threads); i++)
            pthread_join(threads[i], NULL);
        pthread_barrier_destroy(&gate.barrier);
        assert_ok(fixture_open(f, LZ_DB_OPEN));
    }
}

/* ---- kill -9 ---- */

/* Writes from four threads and reports each acknowledged id through the pipe, until it is killed. */
struct reporter {
    struct fixture *f;
    int number;
    int pipe;
};

static void *write_for_ever(void *context)
{
    struct reporter *r = context;
    for (int i = 0;; i++) {
        char id[16] = {0};
        snprintf(id, sizeof id, "k%d-%09d", r->number, i);
        struct insert insert = {.id = id, .name = "x"};
        if (lz_db_write(r->f->db, job_insert, &insert, NULL) != LZ_OK ||
            write(r->pipe, id, sizeof id) != (ssize_t)sizeof id)
            _exit(1);
    }
}

static void acknowledged_writes_survive_kill_9(void **state)
{
    struct fixture *f = *state;
    int ends[2];
    lz_db_close(&f->db); /* a connection must not cross a fork */
    assert_int_equal(pipe(ends), 0);
    pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0) {
        close(ends[0]);
        struct reporter reporters[4];
        pthread_t threads[4];
        if (fixture_open(f, LZ_DB_OPEN) != LZ_OK)
            _exit(1);
        for (int i = 0; i < 4; i++) {
            reporters[i] = (struct reporter){f, i, ends[1]};
            if (pthread_create(&threads[i], NULL, write_for_ever, &reporters[i]) != 0)
                _exit(1);
        }
        pthread_join(threads[0], NULL);
        _exit(1);
    }
    close(ends[1]);
    static char ids[100000][16];
    size_t count = 0;
    while (count < COUNT_OF(ids) && read(ends[0], ids[count], sizeof ids[0]) == (ssize_t)sizeof ids[0])
        if (++count == 300)
            kill(child, SIGKILL); /* what it still acknowledged is in the pipe */
    int status = 0;
    waitpid(child, &status, 0);
    close(ends[0]);
    assert_true(WIFSIGNALED(status));
    assert_true(count >= 300);
    assert_ok(fixture_open(f, LZ_DB_OPEN));
    assert_ok(lz_db_check(f->db, &f->fault));
    for (size_t i = 0; i < count; i++)
        assert_true(has_organ(reader(f), ids[i]));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        fixture_test(a_write_is_seen_by_the_next_read),
        fixture_test(a_failing_job_leaves_nothing_and_says_so),
        fixture_test(the_words_of_a_job_are_kept),
        fixture_test(what_the_schema_refuses_has_its_own_errors),
        fixture_test(returning_gives_its_row_and_the_write_holds),
        fixture_test(a_savepoint_undoes_its_part_only),
        fixture_test(a_careless_job_is_undone_and_harms_nobody),
        fixture_test(a_read_transaction_sees_one_point_in_time),
        fixture_test(many_threads_write_and_every_answer_is_true),
        fixture_test(each_thread_has_a_reader_of_its_own),
        fixture_test(closing_while_reading_threads_exit_is_safe),
        fixture_test(acknowledged_writes_survive_kill_9),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
