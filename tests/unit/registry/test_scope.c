/* What is kept from whom, and what a chip, a clock and a second init cannot do. */
#include "fixture.h"
#include "registry/audit.h"
#include "registry/person.h"
#include "registry/policy.h"
#include "registry/restore.h"
#include "registry/verify.h"

#include <dirent.h>
#include <pthread.h>
#include <string.h>

static void a_file_is_read_only_within_scope(void **test)
{
    struct fixture *f = *test;
    const char *number = fixture_valid(f);
    const int64_t person = fixture_find(f, number).person;
    const struct {
        const struct lz_actor *actor;
        lz_err err;
    } rows[] = {{&f->hr, LZ_OK}, {&f->other_hr, LZ_NOT_FOUND}, {&lz_actor_nobody, LZ_NOT_FOUND}};
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct lz_call call = fixture_call(f, rows[i].actor);
        struct lz_certificate *certificates;
        struct lz_badge *badges;
        struct lz_certificate_history *history;
        struct lz_audit_event *events;
        size_t count = 0, total = 0;
        assert_int_equal(lz_certificate_of_person(&call, person, &certificates, &count), rows[i].err);
        assert_int_equal(lz_badge_of_person(&call, person, &badges, &count), rows[i].err);
        assert_int_equal(lz_certificate_history(&call, person, &history, &count), rows[i].err);
        assert_int_equal(lz_audit_list(&call, "person", person, 0, 10, &events, &count, &total), rows[i].err);
    }
}

static void the_whole_audit_is_for_those_who_answer_for_it(void **test)
{
    struct fixture *f = *test;
    const struct {
        const struct lz_actor *actor;
        lz_err err;
    } rows[] = {{&f->admin, LZ_OK},     {&f->bureau, LZ_OK},       {&f->auditor, LZ_OK},
                {&f->hr, LZ_FORBIDDEN}, {&f->clerk, LZ_FORBIDDEN}, {&lz_actor_nobody, LZ_FORBIDDEN}};
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct lz_call call = fixture_call(f, rows[i].actor);
        struct lz_audit_event *events;
        size_t count = 0, total = 0;
        assert_int_equal(lz_audit_list(&call, NULL, 0, 0, 10, &events, &count, &total), rows[i].err);
    }
}

static void a_photo_needs_scope_or_the_badge_itself(void **test)
{
    static const uint8_t jpeg[] = {0xFF, 0xD8, 0xFF, 0xE0};
    struct fixture *f = *test;
    const char *number = fixture_valid(f);
    const int64_t person = fixture_find(f, number).person;
    struct lz_bytes token = fixture_token(f, number), read;
    struct lz_call hr = fixture_call(f, &f->hr), other = fixture_call(f, &f->other_hr),
                   visitor = fixture_call(f, &lz_actor_nobody);
    struct lz_verification v;
    assert_ok(lz_person_photo_put(&hr, person, lz_bytes_of(jpeg, sizeof jpeg)));
    assert_ok(lz_person_photo_get(&hr, person, &read));
    assert_err(lz_person_photo_get(&other, person, &read), LZ_NOT_FOUND);
    assert_err(lz_person_photo_get(&visitor, person, &read), LZ_NOT_FOUND);
    assert_ok(lz_verify_number(&visitor, number, &v));
    assert_err(lz_verification_photo(&visitor, &v, &read), LZ_NOT_FOUND);
    assert_ok(lz_verify_token(&visitor, token, (struct lz_bytes){0}, &v));
    assert_ok(lz_verification_photo(&visitor, &v, &read));
}

static void a_bureau_of_a_part_sets_no_policy_for_all(void **test)
{
    struct fixture *f = *test;
    struct lz_actor county = fixture_actor(110, LZ_ROLE_BUREAU, f->water);
    struct lz_call part = fixture_call(f, &county), whole = fixture_call(f, &f->bureau);
    struct lz_date from;
    assert_ok(lz_date_parse("2026-12-01", &from));
    assert_err(lz_policy_set(&part, LZ_POLICY_UNDO_HOURS, from, 24, NULL), LZ_FORBIDDEN);
    assert_ok(lz_policy_set(&whole, LZ_POLICY_UNDO_HOURS, from, 24, NULL));
}

static void a_chip_belongs_to_one_live_badge(void **test)
{
    static const uint8_t uid[7] = {4, 1, 2, 3, 4, 5, 6};
    struct fixture *f = *test;
    const char *first = fixture_valid(f), *second = fixture_valid(f), *url = NULL;
    struct lz_call call = fixture_call(f, &f->clerk);
    const struct lz_bytes chip = lz_bytes_of(uid, sizeof uid);
    assert_ok(lz_badge_chip_url(&call, first, "NTAG216", chip, &url));
    assert_err(lz_badge_chip_url(&call, second, "NTAG216", chip, &url), LZ_CONFLICT);
    struct lz_call again = fixture_call(f, &f->clerk);
    assert_ok(lz_badge_change(&again, fixture_badge(f, first).id, LZ_BADGE_SPOIL, NULL));
    assert_ok(lz_badge_chip_url(&again, second, "NTAG216", chip, &url));
}

static void a_clock_set_back_revives_nothing(void **test)
{
    struct fixture *f = *test;
    const char *number = fixture_file(f, &lz_actor_local_admin, "2026-03-01", "2026-11-24", "执法人员"),
               *later = fixture_valid(f);
    struct lz_bytes token = fixture_token(f, number);
    struct lz_call call = fixture_call(f, &lz_actor_nobody);
    struct lz_verification v;
    fixture_pass(f, 3 * DAY);
    fixture_token(f, later); /* something is published on that day */
    fixture_pass(f, -3 * DAY);
    assert_ok(lz_verify_token(&call, token, (struct lz_bytes){0}, &v));
    assert_int_equal(v.verdict, LZ_VERDICT_EXPIRED);
    assert_int_equal(v.as_of, FIXTURE_NOON + 3 * DAY);
    json_t *json = lz_verification_json(&v, FIXTURE_NOON);
    assert_string_equal(json_string_value(json_object_get(json_object_get(json, "certificate"), "status")),
                        "expired");
    json_decref(json);
    assert_ok(lz_verify_number(&call, number, &v));
    assert_int_equal(v.verdict, LZ_VERDICT_EXPIRED);
}

static void a_backup_leaves_an_event(void **test)
{
    struct fixture *f = *test;
    struct lz_call call = fixture_call(f, &f->admin);
    struct lz_audit_event *events = NULL;
    size_t count = 0, total = 0;
    const char *file = lz_arena_printf(f->arena, "%s/copy.db", f->dir);
    assert_ok(lz_backup(&call, file));
    assert_ok(lz_audit_list(&call, NULL, 0, 0, 1, &events, &count, &total));
    assert_string_equal(events[0].action, "register.backup");
}

static size_t issuer_files(const struct fixture *f)
{
    char path[96];
    size_t count = 0;
    snprintf(path, sizeof path, "%s/keys", f->dir);
    DIR *folder = opendir(path);
    assert_non_null(folder);
    for (const struct dirent *e = readdir(folder); e; e = readdir(folder))
        count += strncmp(e->d_name, "issuer-", 7) == 0;
    closedir(folder);
    return count;
}

static void a_rotation_that_fails_leaves_no_key(void **test)
{
    struct fixture *f = *test;
    struct lz_call call = fixture_call(f, &f->admin);
    struct lz_issuer_key key;
    const char *before = "CREATE TRIGGER stop BEFORE INSERT ON audit BEGIN SELECT RAISE(ABORT, 'no'); END";
    fixture_tamper(f, before);
    lz_err err = lz_keys_rotate(&call, &key);
    assert_int_not_equal(err, LZ_OK);
    assert_int_equal(issuer_files(f), 1);
    fixture_tamper(f, "DROP TRIGGER stop");
    struct lz_call again = fixture_call(f, &f->admin);
    assert_ok(lz_keys_rotate(&again, &key));
    assert_int_equal(issuer_files(f), 2);
}

struct racer {
    const char *dir;
    struct lz_clock *clock;
    lz_err err;
};

static void *race(void *context)
{
    struct racer *racer = context;
    const struct lz_register_init init = {.admin_password = ADMIN_PASSWORD};
    const struct lz_register_options options = {.clock = racer->clock};
    char password[LZ_PASSWORD_SIZE];
    struct lz_fault fault = {0};
    racer->err = lz_register_init(racer->dir, &init, &options, password, &fault);
    return NULL;
}

static void of_two_inits_one_wins_and_stays(void **test)
{
    enum { RACERS = 4 };
    struct fixture *f = *test;
    const char *dir = lz_arena_printf(f->arena, "%s/race", f->dir);
    struct racer racers[RACERS];
    pthread_t threads[RACERS];
    size_t won = 0;
    for (size_t i = 0; i < RACERS; i++) {
        racers[i] = (struct racer){.dir = dir, .clock = &f->clock.base};
        assert_int_equal(pthread_create(&threads[i], NULL, race, &racers[i]), 0);
    }
    for (size_t i = 0; i < RACERS; i++) {
        pthread_join(threads[i], NULL);
        assert_true(racers[i].err == LZ_OK || racers[i].err == LZ_EXISTS);
        won += racers[i].err == LZ_OK;
    }
    assert_int_equal(won, 1);
    struct lz_register *reg = NULL;
    struct lz_fault fault = {0};
    const struct lz_register_options options = fixture_options(f);
    assert_ok(lz_register_open(dir, &options, &reg, &fault));
    lz_register_close(&reg);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        fixture_test(a_file_is_read_only_within_scope),
        fixture_test(the_whole_audit_is_for_those_who_answer_for_it),
        fixture_test(a_photo_needs_scope_or_the_badge_itself),
        fixture_test(a_bureau_of_a_part_sets_no_policy_for_all),
        fixture_test(a_chip_belongs_to_one_live_badge),
        fixture_test(a_clock_set_back_revives_nothing),
        fixture_test(a_backup_leaves_an_event),
        fixture_test(a_rotation_that_fails_leaves_no_key),
        fixture_test(of_two_inits_one_wins_and_stays),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
