/* A small register of everything, copied afresh for each run of an operation in which something fails, and
 * told apart before from after by all its rows and files. */
#ifndef LZ_TEST_REGISTRY_FAULT_WORLD_H
#define LZ_TEST_REGISTRY_FAULT_WORLD_H

#include "faults/faults.h"
#include "faults/look.h"
#include "fixture.h"
#include "registry/account.h"
#include "registry/audit.h"
#include "registry/person.h"
#include "registry/restore.h"

#include <dirent.h>
#include <errno.h>
#include <sys/stat.h>

enum { WORLD_PATH = 320, WORLD_TOLD = 2048 };

struct world {
    struct fixture f; /* its dir is run/register */
    char root[64];
    char base[WORLD_PATH], run[WORLD_PATH], out[WORLD_PATH]; /* run/out: where operations write files */
    char backup[WORLD_PATH], mirror[WORLD_PATH];
    /* certificates, by what they are */
    const char *badged, *plain, *awaiting, *suspended, *cancelled, *doubted; /* after a restore */
    int64_t person, badge;                                                   /* of badged */
    int64_t scheduled; /* history id of a scheduled change */
    struct lz_bytes token;
    uint8_t token_bytes[512];
    char session[LZ_SESSION_TOKEN_SIZE];
    struct lz_arena *keep; /* texts that outlive runs */
    bool fresh;            /* run/ equals base/ */
    uint8_t before[32];
    char shape[FAULT_SHAPE]; /* rows by table and files by folder after a run in which nothing failed; "": not
                              * known
                              */
    long checks;
    char told[WORLD_TOLD]; /* what the operations of a run returned */
};

/* An operation on the world. */
enum {
    OP_READS = 1,  /* changes nothing */
    OP_AUDITS = 2, /* its audit event stays though it fails */
    OP_CLOSED = 4, /* the register is not open while it runs */
    OP_PARTS = 16, /* several transactions: those before the failing one stay */
    OP_KEEPS = 32, /* done in one transaction and then told: telling may fail, asking again tells */
    OP_TOLD = 64,  /* as OP_KEEPS, but what is done cannot be done again */
};
struct operation {
    const char *name;
    lz_err (*run)(struct world *w, struct lz_call *call);
    unsigned flags;
    lz_err also; /* an error as right as those of the kind */
};

static inline void world_path(char ret_path[WORLD_PATH], const char *dir, const char *name)
{
    assert_true(snprintf(ret_path, WORLD_PATH, "%s/%s", dir, name) < WORLD_PATH);
}

/* Notes a result, for tests that compare two runs. */
static inline void LZ_PRINTF(2, 3) world_tell(struct world *w, const char *format, ...)
{
    size_t at = strlen(w->told);
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(w->told + at, sizeof w->told - at, format, arguments);
    va_end(arguments);
}

/* ---- files ---- */
static inline void world_copy_file(const char *from, const char *to)
{
    char bytes[65536];
    FILE *in = fopen(from, "rb"), *out = fopen(to, "wb");
    assert_non_null(in);
    assert_non_null(out);
    struct stat info;
    assert_int_equal(fstat(fileno(in), &info), 0);
    assert_int_equal(fchmod(fileno(out), info.st_mode & 0777), 0);
    for (size_t n; (n = fread(bytes, 1, sizeof bytes, in)) > 0;)
        assert_int_equal(fwrite(bytes, 1, n, out), n);
    fclose(in);
    assert_int_equal(fclose(out), 0);
}

static inline void world_copy(const char *from, const char *to)
{
    mkdir(to, 0700);
    DIR *folder = opendir(from);
    assert_non_null(folder);
    for (const struct dirent *e; (e = readdir(folder));) {
        char a[WORLD_PATH], b[WORLD_PATH];
        if (strcmp(e->d_name, ".") == 0 || strcmp(e->d_name, "..") == 0)
            continue;
        world_path(a, from, e->d_name);
        world_path(b, to, e->d_name);
        if (e->d_type == DT_DIR)
            world_copy(a, b);
        else
            world_copy_file(a, b);
    }
    closedir(folder);
}

/* Everything that can be seen of run/: a digest, and how much of everything there is. */
static inline void world_look(struct world *w, const struct operation *op, uint8_t ret_digest[32],
                              char ret_shape[FAULT_SHAPE])
{
    char path[WORLD_PATH];
    world_path(path, w->f.dir, "register.db");
    fault_look(path, op->flags & OP_AUDITS ? "audit" : NULL, w->run, ret_digest, ret_shape);
}

/* ---- the world ---- */
static inline struct lz_call world_call(struct world *w)
{
    return fixture_call(&w->f, &lz_actor_local_admin);
}

/* As a restore without a mirror leaves a certificate. */
static inline lz_err world_doubt(struct lz_call *call, void *context)
{
    struct lz_query *q = lz_query_start(call->sql, LZ_Q_restore_unreconciled_put);
    lz_query_int(q, "certificate_id", *(const int64_t *)context);
    lz_query_int(q, "now", FIXTURE_NOON);
    return lz_query_run(q);
}

static inline void world_populate(struct world *w)
{
    struct fixture *f = &w->f;
    static const uint8_t jpeg[] = {0xFF, 0xD8, 0xFF, 0xD9};
    struct lz_call call = world_call(w);
    w->badged = lz_arena_text(w->keep, fixture_valid(f));
    w->plain = lz_arena_text(w->keep, fixture_valid(f));
    w->awaiting = lz_arena_text(w->keep, fixture_file(f, &f->hr, "2026-03-01", "2030-02-28", "执法人员"));
    w->suspended = lz_arena_text(w->keep, fixture_valid(f));
    w->cancelled = lz_arena_text(w->keep, fixture_valid(f));
    w->doubted = lz_arena_text(w->keep, fixture_valid(f));
    int64_t doubted = fixture_find(f, w->doubted).id;
    assert_ok(lz_call_write(&call, world_doubt, &doubted));
    w->token = fixture_token(f, w->badged);
    assert_true(w->token.size <= sizeof w->token_bytes);
    memcpy(w->token_bytes, w->token.data, w->token.size);
    w->token.data = w->token_bytes;
    (void)fixture_token(f, w->suspended);
    assert_ok(fixture_change(f, &lz_actor_local_admin, w->suspended, LZ_CERTIFICATE_SUSPEND, "discipline"));
    assert_ok(fixture_change(f, &lz_actor_local_admin, w->cancelled, LZ_CERTIFICATE_CANCEL, "retirement"));
    w->person = fixture_find(f, w->badged).person;
    w->badge = fixture_badge(f, w->badged).id;
    assert_ok(lz_person_photo_put(&call, w->person, lz_bytes_of(jpeg, sizeof jpeg)));
    const struct lz_certificate_change later = {
        .event = LZ_CERTIFICATE_SUSPEND, .reason = "discipline", .effective_at = FIXTURE_NOON + DAY};
    assert_ok(lz_certificate_change(&call, w->plain, &later, NULL, NULL));
    struct lz_certificate_history *history = NULL;
    size_t count = 0;
    assert_ok(lz_certificate_history(&call, fixture_find(f, w->plain).person, &history, &count));
    w->scheduled = history[0].id;
    int64_t id;
    assert_ok(lz_account_add(&call,
                             &(struct lz_account){.login = "zhang", .name = "张三", .role = LZ_ROLE_CLERK},
                             "0123456789ab", &id));
    struct lz_session session;
    struct lz_call nobody = fixture_call(f, &lz_actor_nobody);
    assert_ok(lz_session_sign_in(&nobody, "zhang", "0123456789ab", "192.0.2.1", w->session, &session));
}

static inline int world_setup(void **state)
{
    struct world *w = calloc(1, sizeof *w);
    void *made = NULL;
    assert_non_null(w);
    fixture_setup(&made);
    w->f = *(struct fixture *)made;
    free(made);
    lz_register_close(&w->f.reg); /* its clock was the fixture's */
    fixture_open(&w->f);
    w->keep = lz_arena_new(0);
    assert_non_null(w->keep);
    world_populate(w);
    /* in memory: what is tried here is what fails, not how long a real fsync takes */
    snprintf(w->root, sizeof w->root, "%s/lz-faults-XXXXXX",
             access("/dev/shm", W_OK) == 0 ? "/dev/shm" : "/tmp");
    assert_non_null(mkdtemp(w->root));
    world_path(w->base, w->root, "base");
    world_path(w->run, w->root, "run");
    world_path(w->out, w->run, "out");
    world_path(w->backup, w->root, "backup");
    world_path(w->mirror, w->root, "mirror");
    struct lz_call call = world_call(w);
    assert_ok(lz_backup(&call, w->backup));
    assert_ok(lz_badge_change(&call, w->badge, LZ_BADGE_PRINT, &(struct lz_badge){0}));
    assert_ok(lz_trust_export(&call, w->mirror));
    lz_register_close(&w->f.reg);
    char to[WORLD_PATH];
    mkdir(w->base, 0700);
    world_path(to, w->base, "register");
    world_copy(w->f.dir, to);
    world_path(to, w->base, "out");
    mkdir(to, 0700);
    lz_register_discard(w->f.dir, true);
    snprintf(w->f.dir, sizeof w->f.dir, "%s/run/register", w->root);
    *state = w;
    return 0;
}

static inline int world_teardown(void **state)
{
    struct world *w = *state;
    lz_register_close(&w->f.reg);
    lz_arena_free(&w->f.arena);
    lz_arena_free(&w->keep);
    lz_register_discard(w->root, true);
    free(w);
    return 0;
}

/* ---- one run ---- */
struct attempt {
    struct world *w;
    const struct operation *op;
};

static inline void attempt_prepare(void *context)
{
    struct attempt *a = context;
    struct world *w = a->w;
    if (!w->fresh) {
        char shape[FAULT_SHAPE];
        lz_register_discard(w->run, true);
        world_copy(w->base, w->run);
        world_look(w, a->op, w->before, shape);
        w->fresh = true;
    }
    w->f.clock.ms = FIXTURE_NOON * 1000;
    lz_arena_reset(w->f.arena);
    w->told[0] = '\0';
    if (!(a->op->flags & OP_CLOSED))
        fixture_open(&w->f);
}

static inline lz_err attempt_run(void *context)
{
    struct attempt *a = context;
    struct lz_call call = world_call(a->w);
    lz_err err = a->op->run(a->w, &call);
    if (err && call.fault.code && call.fault.code != err)
        fault_found("%s: gave %s and told of %s", a->op->name, lz_err_name(err),
                    lz_err_name(call.fault.code));
    return err;
}

static inline void world_is_sound(struct world *w, const char *after)
{
    struct lz_call call = world_call(w);
    int64_t count;
    lz_err file = lz_db_check(lz_register_db(w->f.reg), &call.fault);
    lz_err audit = lz_audit_verify(&call, &count), log = lz_log_verify(&call, &count);
    if (file || audit || log)
        fault_found("after %s: check %s, audit %s, log %s: %s", after, lz_err_name(file), lz_err_name(audit),
                    lz_err_name(log), lz_fault_text(&call.fault, LZ_EN));
}

static inline void attempt_check(void *context, lz_err err)
{
    struct attempt *a = context;
    struct world *w = a->w;
    uint8_t now[32];
    char shape[FAULT_SHAPE];
    const bool open = !(a->op->flags & OP_CLOSED);
    world_look(w, a->op, now, shape);
    const bool same = memcmp(now, w->before, sizeof now) == 0;
    if (err && !same && !(a->op->flags & (OP_PARTS | OP_KEEPS | OP_TOLD)))
        fault_found("%s gave %s, but it is not as before: %s", a->op->name, lz_err_name(err), shape);
    if (!err && same && !(a->op->flags & OP_READS))
        fault_found("%s was said to have gone well, but nothing has changed", a->op->name);
    if (err && (a->op->flags & (OP_KEEPS | OP_TOLD)) && !same && strcmp(shape, w->shape) != 0)
        fault_found("%s gave %s, and it is between: %s", a->op->name, lz_err_name(err), shape);
    if (!err && !same && !w->shape[0])
        snprintf(w->shape, sizeof w->shape, "%s", shape);
    if (!err && !same && strcmp(shape, w->shape) != 0)
        fault_found("%s was said to have gone well, but it is not as after: %s and not %s", a->op->name,
                    shape, w->shape);
    w->fresh = same && !(a->op->flags & OP_AUDITS);
    if (open && (!same || w->checks++ % 16 == 0))
        world_is_sound(w, a->op->name);
    if (err && w->checks % 4 == 0 &&
        (same || !(a->op->flags & OP_TOLD))) { /* and it can be done in the same process */
        lz_err again = attempt_run(context);
        if (again)
            fault_found("%s gave %s, and when nothing failed any more %s", a->op->name, lz_err_name(err),
                        lz_err_name(again));
        w->fresh = false;
    }
}

static inline void attempt_finish(void *context)
{
    struct attempt *a = context;
    lz_register_close(&a->w->f.reg);
}

static inline void world_fail_each(struct world *w, const struct operation *op, enum fault_kind kind)
{
    struct attempt attempt = {w, op};
    const struct fault_case c = {.name = op->name,
                                 .prepare = attempt_prepare,
                                 .run = attempt_run,
                                 .check = attempt_check,
                                 .finish = attempt_finish,
                                 .also = op->also};
    w->shape[0] = '\0';
    w->fresh = false;
    fault_each(kind, &c, &attempt);
}

#endif
