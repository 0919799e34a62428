/* A real register in a folder of its own, at a fixed noon, with two organs, and hands to act in it. */
#ifndef LZ_TEST_REGISTRY_FIXTURE_H
#define LZ_TEST_REGISTRY_FIXTURE_H

#include "lz_test.h"
#include "registry/badge.h"
#include "registry/certificate.h"
#include "registry/organ.h"
#include "registry/publish.h"
#include "registry/roster.h"
#include "registry/statements.h"

#include <unistd.h>

/* 2026-11-23 12:00 local. */
#define FIXTURE_NOON INT64_C(1795406400)
#define DAY INT64_C(86400)
#define HOUR INT64_C(3600)
#define ADMIN_PASSWORD "a long enough password"

struct fixture {
    char dir[64];
    struct lz_clock_fixed clock;
    struct lz_random *random; /* NULL: the system's */
    struct lz_register *reg;
    struct lz_arena *arena;
    int64_t water, roads; /* organs */
    unsigned people;      /* how many were filed: makes ID numbers and certificate numbers */
    struct lz_actor admin, bureau, hr, other_hr, clerk, trainer, auditor;
};

static inline struct lz_actor fixture_actor(int64_t account, enum lz_role role, int64_t organ)
{
    struct lz_actor actor = {.account = account, .role = role, .organ = organ};
    snprintf(actor.login, sizeof actor.login, "%s-%lld", lz_role_name(role), (long long)account);
    snprintf(actor.name, sizeof actor.name, "%s", actor.login);
    return actor;
}

static inline struct lz_call fixture_call(struct fixture *f, const struct lz_actor *actor)
{
    return (struct lz_call){.reg = f->reg, .actor = actor, .arena = f->arena, .origin = "test"};
}

static inline struct lz_register_options fixture_options(struct fixture *f)
{
    return (struct lz_register_options){.clock = &f->clock.base, .random = f->random};
}

static inline void fixture_open(struct fixture *f)
{
    struct lz_fault fault = {0};
    struct lz_register_options options = fixture_options(f);
    lz_err err = lz_register_open(f->dir, &options, &f->reg, &fault);
    if (err)
        print_message("%s\n", lz_fault_text(&fault, LZ_EN));
    assert_ok(err);
}

static inline int fixture_setup(void **state)
{
    struct fixture *f = calloc(1, sizeof *f);
    assert_non_null(f);
    const struct lz_register_init init = {
        .organ = "延安市司法局", .public_url = "https://zf.yanan.example", .admin_password = ADMIN_PASSWORD};
    struct lz_fault fault = {0};
    char password[LZ_PASSWORD_SIZE];
    snprintf(f->dir, sizeof f->dir, "/tmp/lz-registry-XXXXXX");
    assert_non_null(mkdtemp(f->dir));
    lz_clock_fixed_init(&f->clock, FIXTURE_NOON);
    struct lz_register_options options = fixture_options(f);
    assert_ok(lz_register_init(f->dir, &init, &options, password, &fault));
    fixture_open(f);
    f->arena = lz_arena_new(0);
    assert_non_null(f->arena);
    struct lz_call call = fixture_call(f, &lz_actor_local_admin);
    assert_ok(lz_organ_create(&call, &(struct lz_organ){.name = "黄陵县水务局"}, &f->water));
    assert_ok(lz_organ_create(&call, &(struct lz_organ){.name = "延安市交通运输局"}, &f->roads));
    f->admin = fixture_actor(101, LZ_ROLE_ADMIN, 0);
    f->bureau = fixture_actor(102, LZ_ROLE_BUREAU, 0);
    f->hr = fixture_actor(103, LZ_ROLE_HR, f->water);
    f->other_hr = fixture_actor(104, LZ_ROLE_HR, f->roads);
    f->clerk = fixture_actor(105, LZ_ROLE_CLERK, 0);
    f->trainer = fixture_actor(106, LZ_ROLE_TRAINER, 0);
    f->auditor = fixture_actor(107, LZ_ROLE_AUDITOR, 0);
    *state = f;
    return 0;
}

static inline int fixture_teardown(void **state)
{
    struct fixture *f = *state;
    lz_register_close(&f->reg);
    lz_arena_free(&f->arena);
    lz_register_discard(f->dir, true);
    free(f);
    return 0;
}
#define fixture_test(name) cmocka_unit_test_setup_teardown(name, fixture_setup, fixture_teardown)

/* A synthetic ID number of an area that does not exist, with its check character. */
static inline void fixture_id(unsigned person, char ret_id[24])
{
    static const int weights[17] = {7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2};
    int sum = 0;
    snprintf(ret_id, 24, "610699%04u%02u%02u%03u", 1960 + person / 28 / 12 % 40, 1 + person / 28 % 12,
             1 + person % 28, person % 1000);
    for (size_t i = 0; i < 17; i++)
        sum += weights[i] * (ret_id[i] - '0');
    ret_id[17] = "10X98765432"[sum % 11];
    ret_id[18] = '\0';
}

/* Imports one certificate for a new person of the water bureau; its number, in the arena. */
static inline const char *fixture_file(struct fixture *f, const struct lz_actor *actor, const char *issued,
                                       const char *until, const char *kind)
{
    char csv[1024], id[24];
    struct lz_roster *roster = NULL;
    struct lz_roster_result result = {0};
    const struct lz_roster_options options = {0};
    struct lz_call call = fixture_call(f, actor);
    unsigned person = ++f->people;
    fixture_id(person, id);
    char *number = lz_arena_printf(f->arena, "610699%06u", person);
    assert_non_null(number);
    snprintf(csv, sizeof csv,
             "姓名,身份证号,工作单位,执法证号,执法类别,发证日期,有效期至,人员类别\n"
             "罗秀宝,%s,黄陵县水务局,%s,水务,%s,%s,%s\n",
             id, number, issued, until, kind);
    assert_ok(lz_roster_read(lz_bytes_text(csv), LZ_ROSTER_AUTO, &roster, NULL));
    assert_ok(lz_roster_store(&call, roster, &options, &result));
    if (roster->rows[0].fault_count)
        print_message("%s\n", roster->rows[0].faults[0].message[LZ_EN]);
    assert_int_equal(result.created, 1);
    assert_true(result.stored);
    lz_roster_free(&roster);
    return number;
}

/* A usual officer's, in force since spring and for years. */
static inline const char *fixture_valid(struct fixture *f)
{
    return fixture_file(f, &lz_actor_local_admin, "2026-03-01", "2030-02-28", "执法人员");
}

static inline struct lz_certificate fixture_find(struct fixture *f, const char *number)
{
    struct lz_call call = fixture_call(f, &lz_actor_local_admin);
    struct lz_certificate c;
    assert_ok(lz_certificate_find(&call, number, &c));
    return c;
}

static inline lz_err fixture_change(struct fixture *f, const struct lz_actor *actor, const char *number,
                                    enum lz_certificate_event event, const char *reason)
{
    struct lz_call call = fixture_call(f, actor);
    const struct lz_certificate_change change = {.event = event, .reason = reason};
    return lz_certificate_change(&call, number, &change, NULL, NULL);
}

static inline void fixture_pass(struct fixture *f, int64_t seconds)
{
    f->clock.ms += seconds * 1000;
}

static inline struct lz_badge fixture_badge(struct fixture *f, const char *number)
{
    struct lz_call call = fixture_call(f, &lz_actor_local_admin);
    struct lz_certificate c = fixture_find(f, number);
    struct lz_badge badge;
    assert_ok(lz_badge_live(&call, c.id, &badge));
    return badge;
}

static inline struct lz_bytes fixture_token(struct fixture *f, const char *number)
{
    struct lz_call call = fixture_call(f, &f->clerk);
    struct lz_bytes token = {0};
    assert_ok(lz_badge_token(&call, number, LZ_TOKEN_QR, (struct lz_bytes){0}, &token));
    return token;
}

/* One write of SQL that no statement has: what an intruder at the file would do. */
static inline void fixture_tamper(struct fixture *f, const char *sql)
{
    char command[512];
    snprintf(command, sizeof command, "sqlite3 %s/register.db \"%s\"", f->dir, sql);
    if (system("command -v sqlite3 >/dev/null 2>&1") != 0)
        skip();
    assert_int_equal(system(command), 0);
}

#endif
