/* What the registry refuses whoever asks, also past the desk's own checks: by role, by field, by state. */
#include "fixture.h"
#include "registry/account.h"
#include "registry/audit.h"
#include "registry/inbox.h"
#include "registry/person.h"
#include "registry/policy.h"
#include "registry/publish.h"
#include "registry/restore.h"
#include "registry/roster_decode.h"
#include "registry/verify.h"

struct world {
    struct fixture *f;
    const char *number;
    struct lz_certificate certificate;
};

/* ---- by role ---- */
static lz_err read_id_number(struct world *w, struct lz_call *call)
{
    const char *masked = NULL;
    return lz_person_id_number(call, w->certificate.person, &masked);
}
static lz_err put_photo(struct world *w, struct lz_call *call)
{
    return lz_person_photo_put(call, w->certificate.person, lz_bytes_text("\xFF\xD8\xFF\xE0"));
}
static lz_err set_policy(struct world *w, struct lz_call *call)
{
    (void)w;
    return lz_policy_set(call, LZ_POLICY_UNDO_HOURS, lz_date_of(FIXTURE_NOON), 12, "test");
}
static lz_err create_organ(struct world *w, struct lz_call *call)
{
    int64_t id = 0;
    (void)w;
    return lz_organ_create(call, &(struct lz_organ){.name = "延安市城管局"}, &id);
}
static lz_err rotate_keys(struct world *w, struct lz_call *call)
{
    struct lz_issuer_key key;
    (void)w;
    return lz_keys_rotate(call, &key);
}
/* What it would drop was scheduled by the bureau: a cancellation. */
static lz_err unschedule(struct world *w, struct lz_call *call)
{
    struct lz_call bureau = fixture_call(w->f, &w->f->bureau);
    struct lz_certificate_history *history = NULL;
    size_t count = 0;
    const struct lz_certificate_change cancel = {
        .event = LZ_CERTIFICATE_CANCEL, .reason = "retirement", .effective_at = FIXTURE_NOON + 2 * DAY};
    bool scheduled = false;
    assert_ok(lz_certificate_change(&bureau, w->number, &cancel, NULL, &scheduled));
    assert_true(scheduled);
    assert_ok(lz_certificate_history(&bureau, w->certificate.person, &history, &count));
    assert_true(history[0].scheduled);
    return lz_certificate_unschedule(call, history[0].id);
}

static void a_role_that_may_not_is_refused_and_nothing_changes(void **test)
{
    struct world w = {.f = *test};
    const struct {
        lz_err (*run)(struct world *w, struct lz_call *call);
        const struct lz_actor *actor;
    } CASES[] = {
        {read_id_number, &w.f->clerk}, {read_id_number, &lz_actor_nobody}, {put_photo, &w.f->auditor},
        {set_policy, &w.f->hr},        {create_organ, &w.f->hr},           {rotate_keys, &w.f->bureau},
        {unschedule, &w.f->trainer},
    };
    w.number = fixture_valid(w.f);
    w.certificate = fixture_find(w.f, w.number);
    struct lz_call call = fixture_call(w.f, &w.f->auditor);
    for (size_t i = 0; i < COUNT_OF(CASES); i++) {
        struct lz_audit_event *events = NULL;
        size_t count = 0, before = 0, after = 0;
        assert_ok(lz_audit_list(&call, NULL, 0, 0, 1, &events, &count, &before));
        struct lz_call asked = fixture_call(w.f, CASES[i].actor);
        assert_err(CASES[i].run(&w, &asked), LZ_FORBIDDEN);
        assert_err(asked.fault.code, LZ_FORBIDDEN);
        assert_ok(lz_audit_list(&call, NULL, 0, 0, 1, &events, &count, &after));
        assert_int_equal(after - before, CASES[i].run == unschedule); /* that was the scheduling */
    }
    /* HR may cancel, but what the bureau decided is not theirs to take back. */
    struct lz_call hr = fixture_call(w.f, &w.f->hr), bureau = fixture_call(w.f, &w.f->bureau);
    struct lz_certificate_history *history = NULL;
    size_t count = 0;
    assert_ok(lz_certificate_history(&bureau, w.certificate.person, &history, &count));
    assert_err(lz_certificate_unschedule(&hr, history[0].id), LZ_FORBIDDEN);
    assert_ok(lz_certificate_unschedule(&bureau, history[0].id));
    assert_err(lz_certificate_unschedule(&bureau, history[0].id), LZ_NOT_FOUND);
}

/* ---- by field ---- */
static void is_about(const struct lz_fault *fault, const char *field)
{
    assert_err(fault->code, LZ_INVALID);
    assert_int_equal(fault->field_count, 1);
    assert_string_equal(fault->fields[0].field, field);
    assert_true(fault->fields[0].message[LZ_ZH][0] && fault->fields[0].message[LZ_EN][0]);
}

static void an_account_needs_a_login_a_name_and_a_role(void **test)
{
    struct fixture *f = *test;
    char long_login[LZ_LOGIN_SIZE + 1], long_name[200];
    memset(long_login, 'a', sizeof long_login);
    long_login[LZ_LOGIN_SIZE] = '\0';
    memset(long_name, 'n', sizeof long_name);
    long_name[sizeof long_name - 1] = '\0';
    const struct {
        struct lz_account account;
        const char *field;
    } CASES[] = {
        {{.login = NULL, .name = "惠兰花", .role = LZ_ROLE_CLERK}, "login"},
        {{.login = "", .name = "惠兰花", .role = LZ_ROLE_CLERK}, "login"},
        {{.login = "Lan Hua", .name = "惠兰花", .role = LZ_ROLE_CLERK}, "login"},
        {{.login = long_login, .name = "惠兰花", .role = LZ_ROLE_CLERK}, "login"},
        {{.login = "hui", .name = NULL, .role = LZ_ROLE_CLERK}, "name"},
        {{.login = "hui", .name = "", .role = LZ_ROLE_CLERK}, "name"},
        {{.login = "hui", .name = "惠\n兰花", .role = LZ_ROLE_CLERK}, "name"},
        {{.login = "hui", .name = long_name, .role = LZ_ROLE_CLERK}, "name"},
        {{.login = "hui", .name = "惠兰花", .role = LZ_ROLE_NOBODY}, "role"},
    };
    for (size_t i = 0; i < COUNT_OF(CASES); i++) {
        struct lz_call call = fixture_call(f, &f->admin);
        int64_t id = 0;
        assert_err(lz_account_add(&call, &CASES[i].account, "a password of length", &id), LZ_INVALID);
        is_about(&call.fault, CASES[i].field);
        assert_int_equal(id, 0);
    }
    enum lz_role role = LZ_ROLE_CLERK;
    assert_err(lz_role_parse("king", &role), LZ_INVALID);
    assert_err(lz_role_parse("nobody", &role), LZ_INVALID);
    assert_int_equal(role, LZ_ROLE_CLERK);
}

static void an_organ_needs_a_name_that_the_log_can_hold(void **test)
{
    struct fixture *f = *test;
    char name[400];
    const char *names[] = {NULL, "", name};
    memset(name, 'o', sizeof name);
    name[sizeof name - 1] = '\0';
    for (size_t i = 0; i < COUNT_OF(names); i++) {
        struct lz_call call = fixture_call(f, &f->bureau);
        struct lz_organ *organs = NULL;
        int64_t id = 0;
        size_t count = 0, total = 0;
        assert_err(lz_organ_create(&call, &(struct lz_organ){.name = names[i]}, &id), LZ_INVALID);
        is_about(&call.fault, "name");
        call = fixture_call(f, &f->bureau);
        assert_ok(lz_organ_list(&call, NULL, 0, 10, &organs, &count, &total));
        assert_int_equal(total, 3);
    }
}

static void a_photo_is_a_jpeg_of_some_size(void **test)
{
    struct fixture *f = *test;
    static uint8_t big[512 * 1024 + 1] = {0xFF, 0xD8, 0xFF};
    const struct lz_bytes photos[] = {
        {0}, lz_bytes_text("\xFF\xD8"), lz_bytes_text("\x89PNG"), lz_bytes_of(big, sizeof big)};
    const int64_t person = fixture_find(f, fixture_valid(f)).person;
    struct lz_bytes stored;
    struct lz_call call;
    for (size_t i = 0; i < COUNT_OF(photos); i++) {
        call = fixture_call(f, &f->clerk);
        assert_err(lz_person_photo_put(&call, person, photos[i]), LZ_INVALID);
        is_about(&call.fault, "photo");
        assert_err(lz_person_photo_get(&call, person, &stored), LZ_NOT_FOUND);
    }
    call = fixture_call(f, &f->clerk);
    assert_ok(lz_person_photo_put(&call, person, lz_bytes_of(big, sizeof big - 1)));
}

static void an_id_number_longer_than_any_is_not_sealed(void **test)
{
    struct fixture *f = *test;
    struct lz_buf sealed;
    char number[256];
    memset(number, '1', sizeof number);
    number[sizeof number - 1] = '\0';
    lz_buf_init(&sealed, 1024);
    assert_err(lz_id_number_seal(f->reg, number, &sealed), LZ_TOO_LARGE);
    assert_int_equal(sealed.size, 0);
    lz_buf_free(&sealed);
}

/* ---- by state ---- */
static void what_was_suspended_meanwhile_has_no_successor(void **test)
{
    struct fixture *f = *test;
    const char *number = fixture_valid(f);
    assert_ok(fixture_change(f, &f->hr, number, LZ_CERTIFICATE_REISSUE, NULL));
    const int64_t first = fixture_find(f, number).id;
    assert_true(fixture_find(f, number).pending_successor > 0);
    assert_ok(fixture_change(f, &f->bureau, number, LZ_CERTIFICATE_SUSPEND, "investigation"));
    assert_err(fixture_change(f, &f->bureau, number, LZ_CERTIFICATE_ISSUE, NULL), LZ_WRONG_STATE);
    struct lz_certificate now = fixture_find(f, number);
    assert_int_equal(now.id, first);
    assert_int_equal(now.state, LZ_CERTIFICATE_SUSPENDED);
}

static void what_awaits_comparison_gets_no_badge(void **test)
{
    struct fixture *f = *test;
    const char *number = fixture_valid(f);
    struct lz_bytes token;
    struct lz_badge badge;
    fixture_tamper(f, "INSERT INTO unreconciled SELECT id, 0 FROM certificate");
    struct lz_call call = fixture_call(f, &f->clerk);
    assert_err(lz_badge_token(&call, number, LZ_TOKEN_QR, (struct lz_bytes){0}, &token), LZ_WRONG_STATE);
    call = fixture_call(f, &f->clerk);
    assert_err(lz_badge_live(&call, fixture_find(f, number).id, &badge), LZ_NOT_FOUND);
}

static void a_name_that_fits_no_badge_is_said_and_not_cut(void **test)
{
    struct fixture *f = *test;
    const char *number = fixture_valid(f);
    struct lz_bytes token;
    fixture_tamper(f, "UPDATE person SET name = printf('%.*c', 97, 'n')");
    struct lz_call call = fixture_call(f, &f->clerk);
    assert_err(lz_badge_token(&call, number, LZ_TOKEN_QR, (struct lz_bytes){0}, &token), LZ_INVALID);
}

/* ---- sign-in ---- */

/* While a password is checked, an administrator disables the account: the clock is read before and after. */
struct meanwhile {
    struct lz_clock base;
    struct fixture *f;
    int readings;
};
static int64_t meanwhile_now(const struct lz_clock *clock)
{
    struct meanwhile *m = (struct meanwhile *)(uintptr_t)clock;
    if (++m->readings == 3)
        fixture_tamper(m->f, "UPDATE account SET disabled = 1");
    return m->f->clock.ms;
}
static int64_t meanwhile_us(const struct lz_clock *clock)
{
    return ((const struct meanwhile *)clock)->f->clock.ms * 1000;
}

static void an_account_disabled_while_its_password_is_checked_gets_no_session(void **test)
{
    struct fixture *f = *test;
    struct meanwhile clock = {.base = {.now_ms = meanwhile_now, .monotonic_us = meanwhile_us}, .f = f};
    struct lz_register_options options = {.clock = &clock.base};
    struct lz_fault fault = {0};
    char token[LZ_SESSION_TOKEN_SIZE];
    struct lz_session session;
    lz_register_close(&f->reg);
    assert_ok(lz_register_open(f->dir, &options, &f->reg, &fault));
    clock.readings = 0;
    struct lz_call call = fixture_call(f, &lz_actor_nobody);
    assert_err(lz_session_sign_in(&call, "admin", ADMIN_PASSWORD, "192.0.2.1", token, &session),
               LZ_UNAUTHENTICATED);
    assert_true(clock.readings >= 3);
}

/* ---- rosters ---- */
static bool stop_at_once(void *context, size_t done, size_t total)
{
    (void)context;
    (void)done;
    (void)total;
    return false;
}

static void an_import_that_is_stopped_stores_nothing(void **test)
{
    struct fixture *f = *test;
    char csv[512], id[24];
    struct lz_roster *roster = NULL;
    struct lz_roster_result result = {0};
    struct lz_person *people = NULL;
    size_t count = 0, total = 0;
    fixture_id(1, id);
    snprintf(csv, sizeof csv,
             "姓名,身份证号,工作单位,执法证号,执法类别,发证日期,有效期至,人员类别\n"
             "罗秀宝,%s,黄陵县水务局,610699000001,水务,2026-03-01,2030-02-28,执法人员\n",
             id);
    assert_ok(lz_roster_read(lz_bytes_text(csv), LZ_ROSTER_AUTO, &roster, NULL));
    struct lz_call call;
    for (int dry_run = 0; dry_run < 2; dry_run++) {
        const struct lz_roster_options options = {.dry_run = dry_run, .progress = stop_at_once};
        call = fixture_call(f, &f->bureau);
        assert_err(lz_roster_store(&call, roster, &options, &result), LZ_CANCELLED);
        assert_false(result.stored);
    }
    lz_roster_free(&roster);
    call = fixture_call(f, &f->bureau);
    assert_ok(lz_person_search(&call, &(struct lz_person_search){.limit = 1}, &people, &count, &total));
    assert_int_equal(total, 0);
}

static void a_roster_has_its_size(void **test)
{
    struct lz_fault fault = {0};
    struct lz_roster *roster = NULL;
    (void)test;
    const size_t size = (size_t)LZ_ROSTER_MAX_BYTES + 1;
    char *file = calloc(1, size);
    assert_non_null(file);
    assert_err(lz_roster_read(lz_bytes_of(file, size), LZ_ROSTER_AUTO, &roster, &fault), LZ_TOO_LARGE);
    assert_non_null(strstr(lz_fault_text(&fault, LZ_EN), "64 MB"));
    assert_null(roster);
    free(file);
}

/* ---- logs ---- */
static lz_err grow_job(struct lz_call *call, void *context)
{
    const int64_t *entries = context;
    lz_err err = LZ_OK;
    for (int64_t i = 0; i < *entries && !err; i++) {
        struct lz_log_entry entry = {.type = LZ_ENTRY_ORGAN, .organ = {.organ = 1}};
        snprintf(entry.organ.name, sizeof entry.organ.name, "第%lld次更名", (long long)i);
        err = lz_log_append(call, &entry, NULL);
    }
    return err;
}

static void a_tile_of_hashes_that_lost_one_is_not_served(void **test)
{
    struct fixture *f = *test;
    struct lz_call call = fixture_call(f, &lz_actor_system);
    struct lz_bytes tile;
    int64_t size = 0;
    assert_ok(lz_log_size(&call, &size));
    int64_t missing = LZ_TILE_WIDTH - size;
    assert_ok(lz_call_write(&call, grow_job, &missing));
    assert_ok(lz_log_tile(&call, "1/000.p/1", &tile));
    assert_int_equal(tile.size, 32);
    fixture_tamper(f, "DELETE FROM log_node WHERE level = 8");
    assert_err(lz_log_tile(&call, "1/000.p/1", &tile), LZ_CORRUPT);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        fixture_test(a_role_that_may_not_is_refused_and_nothing_changes),
        fixture_test(an_account_needs_a_login_a_name_and_a_role),
        fixture_test(an_organ_needs_a_name_that_the_log_can_hold),
        fixture_test(a_photo_is_a_jpeg_of_some_size),
        fixture_test(an_id_number_longer_than_any_is_not_sealed),
        fixture_test(what_was_suspended_meanwhile_has_no_successor),
        fixture_test(what_awaits_comparison_gets_no_badge),
        fixture_test(a_name_that_fits_no_badge_is_said_and_not_cut),
        fixture_test(an_account_disabled_while_its_password_is_checked_gets_no_session),
        fixture_test(an_import_that_is_stopped_stores_nothing),
        cmocka_unit_test(a_roster_has_its_size),
        fixture_test(a_tile_of_hashes_that_lost_one_is_not_served),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
