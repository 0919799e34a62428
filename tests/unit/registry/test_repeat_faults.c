/* A write job may run several times (registry/db/sql.h: another of its batch failed).  Every operation that
 * writes, with each of its jobs run three times and undone twice, against the same operation run once: what
 * it returned, all rows, the shape of all files, the chain, the log, and what passers-by are told. */
#include "fault_world.h"

#include "faults/repeat.h"
#include "registry/export.h"
#include "registry/inbox.h"
#include "registry/person.h"
#include "registry/policy.h"
#include "registry/verify.h"

#include "fault_operations.h"

/* ---- what only here is run: other paths through the same jobs, and refusals ---- */

static lz_err import(struct world *w, struct lz_call *call, const char *csv)
{
    struct lz_roster *roster = NULL;
    struct lz_roster_result result = {0};
    const struct lz_roster_options options = {.partial = true};
    lz_err err = lz_roster_read(lz_bytes_text(csv), LZ_ROSTER_AUTO, &roster, &call->fault);
    if (!err)
        err = lz_roster_store(call, roster, &options, &result);
    if (!err)
        world_tell(w, "%zu %zu %zu %zu, %zu organs; ", result.created, result.changed, result.unchanged,
                   result.refused, result.organ_count);
    for (size_t i = 0; !err && i < roster->row_count; i++)
        world_tell(w, "%d %s %zu; ", roster->rows[i].outcome,
                   roster->rows[i].change ? roster->rows[i].change : "-", roster->rows[i].fault_count);
    lz_roster_free(&roster);
    return err;
}

/* A changed post, one person under two certificates, one who holds another already, one who is known, new
 * organs twice, and a row that is refused. */
static lz_err op_roster_mixed(struct world *w, struct lz_call *call)
{
    char csv[4096], id[4][24];
    for (unsigned i = 0; i < 4; i++)
        fixture_id(60 + i, id[i]);
    fixture_id(1, id[3]); /* of `badged` */
    snprintf(csv, sizeof csv,
             "姓名,身份证号,工作单位,执法证号,执法类别,发证日期,有效期至,人员类别,职务\n"
             "罗秀宝,%s,黄陵县水务局,%s,水务,2026-03-01,2030-02-28,执法人员,科长\n"
             "高兰,%s,子长市林业局,610699000060,林业,2026-03-01,2030-02-28,执法人员,科员\n"
             "高兰,%s,子长市林业局,610699000061,林业,2026-03-01,2030-02-28,监督人员,科员\n"
             "马平,%s,富县农业局,610699000062,农业,2020-03-01,2025-02-28,执法人员,科员\n"
             "罗秀宝,%s,黄陵县水务局,610699000063,水务,2026-03-01,2030-02-28,监督人员,\n"
             "何玉,%s,黄陵县水务局,610699000064,水务,2026-03-01,2030-02-28,执法人员,\n",
             id[3], w->badged, id[0], id[0], id[1], id[3], id[3]);
    return import(w, call, csv);
}
/* Refused by the bureau, then filed again: the number is free. */
static lz_err op_roster_again(struct world *w, struct lz_call *call)
{
    char csv[1024], id[24];
    fixture_id(3, id); /* of `awaiting` */
    snprintf(csv, sizeof csv,
             "姓名,身份证号,工作单位,执法证号,执法类别,发证日期,有效期至,人员类别\n"
             "罗秀宝,%s,黄陵县水务局,%s,水务,2026-03-01,2030-02-28,执法人员\n",
             id, w->awaiting);
    lz_err err = change(w, call, w->awaiting, LZ_CERTIFICATE_REFUSE, NULL);
    return err ? err : import(w, call, csv);
}
static lz_err op_sign_in_refused(struct world *w, struct lz_call *call)
{
    char token[LZ_SESSION_TOKEN_SIZE];
    struct lz_session session;
    call->actor = &lz_actor_nobody;
    (void)w;
    return lz_session_sign_in(call, "zhang", "not the password", "192.0.2.9", token, &session);
}
static lz_err op_session_seen(struct world *w, struct lz_call *call)
{
    struct lz_session session;
    w->f.clock.ms += 120 * 1000;
    call->actor = &lz_actor_nobody;
    return lz_session_find(call, w->session, &session);
}
static lz_err op_expire(struct world *w, struct lz_call *call)
{
    w->f.clock.ms = (lz_date_start_s((struct lz_date){"2030-03-01"}) + HOUR) * 1000;
    return op_certificate_due(w, call);
}
static lz_err op_clock_accept(struct world *w, struct lz_call *call)
{
    int64_t newest;
    w->f.clock.ms -= 30 * DAY * 1000;
    lz_err err = lz_audit_accept_clock(call, &newest);
    if (!err)
        world_tell(w, "%lld; ", (long long)newest);
    return err;
}
/* The backup's issuer key was lost after it: a new one is made in the job. */
static lz_err op_restore_without_key(struct world *w, struct lz_call *call)
{
    char keys[WORLD_PATH], moved[WORLD_PATH];
    snprintf(keys, sizeof keys, "%.300s.keys", w->backup);
    DIR *folder = opendir(keys);
    assert_non_null(folder);
    moved[0] = '\0';
    char path[WORLD_PATH] = "";
    for (const struct dirent *e; (e = readdir(folder));)
        if (strncmp(e->d_name, "issuer-", 7) == 0) {
            world_path(path, keys, e->d_name);
            world_path(moved, w->root, e->d_name);
        }
    closedir(folder);
    assert_int_equal(rename(path, moved), 0);
    lz_err err = op_restore(w, call);
    assert_int_equal(rename(moved, path), 0);
    return err;
}
static lz_err op_suspend_twice(struct world *w, struct lz_call *call)
{
    return change(w, call, w->suspended, LZ_CERTIFICATE_SUSPEND, "investigation");
}
static lz_err op_lost(struct world *w, struct lz_call *call)
{
    return change(w, call, w->badged, LZ_CERTIFICATE_REISSUE, "lost");
}
static lz_err op_organ_again(struct world *w, struct lz_call *call)
{
    int64_t id;
    (void)w;
    return lz_organ_create(call, &(struct lz_organ){.name = "黄陵县水务局"}, &id);
}
static lz_err op_many_refused(struct world *w, struct lz_call *call)
{
    const char *const numbers[] = {w->awaiting, w->cancelled};
    const struct lz_certificate_change c = {.event = LZ_CERTIFICATE_ISSUE};
    return lz_certificate_change_many(call, numbers, 2, &c);
}
static lz_err op_leave(struct world *w, struct lz_call *call)
{
    return change(w, call, w->badged, LZ_CERTIFICATE_CANCEL, "death");
}
static lz_err op_account_enable(struct world *w, struct lz_call *call)
{
    (void)w;
    lz_err err = lz_account_disable(call, "zhang", true);
    return err ? err : lz_account_disable(call, "zhang", false);
}

static const struct operation others[] = {
    {"roster of all kinds", op_roster_mixed, 0, LZ_OK},
    {"roster after a refusal", op_roster_again, OP_PARTS, LZ_OK},
    {"sign in refused", op_sign_in_refused, 0, LZ_UNAUTHENTICATED},
    {"session seen", op_session_seen, 0, LZ_OK},
    {"certificates expire", op_expire, OP_PARTS, LZ_OK},
    {"clock accept", op_clock_accept, 0, LZ_OK},
    {"restore without its issuer key", op_restore_without_key, OP_CLOSED, LZ_OK},
    {"suspend twice", op_suspend_twice, 0, LZ_WRONG_STATE},
    {"reissue for loss", op_lost, 0, LZ_OK},
    {"organ again", op_organ_again, 0, LZ_EXISTS},
    {"issue many, one refused", op_many_refused, 0, LZ_WRONG_STATE},
    {"leave the service", op_leave, 0, LZ_OK},
    {"account enable", op_account_enable, OP_PARTS, LZ_OK},
};

/* ---- one run ---- */

enum { DATABASES = 3 };
/* Where an operation leaves registers. */
static const char *const places[DATABASES] = {"register", "out/restored", "out/new"};

struct run {
    lz_err err;
    char told[WORLD_TOLD];
    char shape[FAULT_SHAPE]; /* tables of the register, files of all folders */
    struct fault_picture *pictures[DATABASES];
    long jobs;
};

/* What the passers-by are told; that the chain and the log hold. */
static void ask(struct world *w)
{
    const char *const numbers[] = {w->badged, w->plain, w->awaiting, w->suspended, w->cancelled, w->doubted};
    struct lz_call call = fixture_call(&w->f, &lz_actor_local_admin);
    int64_t events = 0, entries = 0;
    assert_ok(lz_audit_verify(&call, &events));
    assert_ok(lz_log_verify(&call, &entries));
    world_tell(w, "%lld events, %lld entries; ", (long long)events, (long long)entries);
    call.actor = &lz_actor_nobody;
    for (size_t i = 0; i < COUNT_OF(numbers); i++) {
        struct lz_verification v;
        assert_ok(lz_verify_number(&call, numbers[i], &v));
        world_tell(w, "%s: %d %s; ", numbers[i], v.verdict, v.reason ? v.reason : "");
    }
    struct lz_verification v;
    lz_err err = lz_verify_token(&call, w->token, (struct lz_bytes){0}, &v);
    world_tell(w, "token: %s %d; ", lz_err_name(err), err ? 0 : (int)v.verdict);
}

static void ask_in(struct world *w, const char *dir)
{
    struct lz_fault fault = {0};
    struct lz_register_options options = fixture_options(&w->f);
    struct lz_register *own = w->f.reg;
    assert_ok(lz_register_open(dir, &options, &w->f.reg, &fault));
    if (strstr(dir, "out/new")) { /* nobody is in it */
        struct lz_call call = fixture_call(&w->f, &lz_actor_local_admin);
        int64_t events = 0, entries = 0;
        assert_ok(lz_audit_verify(&call, &events));
        assert_ok(lz_log_verify(&call, &entries));
        world_tell(w, "%lld events, %lld entries; ", (long long)events, (long long)entries);
    } else {
        ask(w);
    }
    lz_register_close(&w->f.reg);
    w->f.reg = own;
}

static void run_once(struct world *w, const struct operation *op, uint64_t seed, bool repeats,
                     struct run *ret_run)
{
    struct attempt attempt = {w, op};
    struct lz_random_seeded random;
    struct run run = {0};
    uint8_t digest[32];
    lz_random_seeded_init(&random, seed);
    w->f.random = &random.base;
    w->fresh = false;
    attempt_prepare(&attempt);
    struct lz_call call = world_call(w);
    fault_repeat(repeats);
    run.err = op->run(w, &call);
    fault_repeat(false);
    run.jobs = fault_repeated();
    if (run.err)
        world_tell(w, "%s %s; ", lz_err_name(run.err), lz_fault_text(&call.fault, LZ_ZH));
    world_look(w, op, digest, run.shape);
    for (size_t i = 0; i < DATABASES; i++) {
        char dir[WORLD_PATH], file[WORLD_PATH];
        world_path(dir, w->run, places[i]);
        world_path(file, dir, "register.db");
        if (access(file, F_OK) != 0)
            continue;
        run.pictures[i] = fault_picture_new(file);
        ask_in(w, dir);
    }
    snprintf(run.told, sizeof run.told, "%s", w->told);
    attempt_finish(&attempt);
    w->f.random = NULL;
    *ret_run = run;
}

static void compare(const struct operation *op, struct run runs[3], size_t *cells)
{
    const struct run *once = &runs[0], *other = &runs[1], *again = &runs[2];
    if (once->err != op->also && !(once->err == LZ_OK))
        fault_found("%s gave %s: %s", op->name, lz_err_name(once->err), once->told);
    if (op->also && once->err != op->also)
        fault_found("%s gave %s and not %s", op->name, lz_err_name(once->err), lz_err_name(op->also));
    /* tokens of sessions are drawn before the job, from the same seed */
    if (once->err != again->err || strcmp(once->told, again->told) != 0)
        fault_found("%s returned \"%s\" after one run, \"%s\" after several", op->name, once->told,
                    again->told);
    if (strcmp(once->shape, again->shape) != 0)
        fault_found("%s left %s after one run, %s after several", op->name, once->shape, again->shape);
    for (size_t i = 0; i < DATABASES; i++) {
        if (!once->pictures[i] != !again->pictures[i])
            fault_found("%s: %s is there or not", op->name, places[i]);
        else if (once->pictures[i])
            *cells +=
                fault_picture_compare(op->name, once->pictures[i], other->pictures[i], again->pictures[i]);
    }
    for (size_t i = 0; i < 3; i++)
        for (size_t k = 0; k < DATABASES; k++)
            fault_picture_free(&runs[i].pictures[k]);
}

static void each(struct world *w, const struct operation *list, size_t count)
{
    const char *only = getenv("FAULT_OPERATION");
    size_t cells = 0;
    long jobs = 0, writing = 0;
    for (size_t i = 0; i < count; i++) {
        const struct operation *op = &list[i];
        struct run runs[3];
        if (op->flags & OP_READS || (only && strcmp(only, op->name) != 0))
            continue;
        run_once(w, op, 1, false, &runs[0]);
        run_once(w, op, 2, false, &runs[1]);
        run_once(w, op, 1, true, &runs[2]);
        compare(op, runs, &cells);
        if (runs[2].jobs == 0 && op->run != op_trust_export)
            fault_found("%s ran no job", op->name);
        jobs += runs[2].jobs;
        writing++;
    }
    print_message("%ld operations, %ld jobs run again, %zu cells the same\n", writing, jobs, cells);
    fault_report("repeated jobs");
}

static void a_job_that_was_undone_twice_leaves_what_one_run_leaves(void **state)
{
    each(*state, operations, COUNT_OF(operations));
}
static void so_do_rarer_ways_through_the_jobs_and_refusals(void **state)
{
    each(*state, others, COUNT_OF(others));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_job_that_was_undone_twice_leaves_what_one_run_leaves),
        cmocka_unit_test(so_do_rarer_ways_through_the_jobs_and_refusals),
    };
    return cmocka_run_group_tests(tests, world_setup, world_teardown);
}
