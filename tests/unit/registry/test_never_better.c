/* No verdict may be better than it should be, whatever the order of things and whatever the clock does. */
#include "fixture.h"
#include "registry/audit.h"
#include "registry/credential/status_list.h"
#include "registry/credential/trust.h"
#include "registry/verify.h"

#include <string.h>

static lz_err change_at(struct fixture *f, const struct lz_actor *actor, const char *number,
                        enum lz_certificate_event event, const char *reason, int64_t effective)
{
    struct lz_call call = fixture_call(f, actor);
    const struct lz_certificate_change change = {.event = event, .reason = reason, .effective_at = effective};
    return lz_certificate_change(&call, number, &change, NULL, NULL);
}

static enum lz_verdict token_verdict(struct fixture *f, struct lz_bytes token)
{
    struct lz_call call = fixture_call(f, &lz_actor_nobody);
    struct lz_verification v;
    assert_ok(lz_verify_token(&call, token, (struct lz_bytes){0}, &v));
    return v.verdict;
}

static void run_timer(struct fixture *f)
{
    struct lz_call timer = fixture_call(f, &lz_actor_system);
    size_t done = 0;
    assert_ok(lz_certificate_due(&timer, &done));
}

static void a_scheduled_reinstatement_does_not_lift_a_later_suspension(void **test)
{
    struct fixture *f = *test;
    const char *number = fixture_valid(f), *plain = fixture_valid(f);
    assert_ok(fixture_change(f, &f->bureau, number, LZ_CERTIFICATE_SUSPEND, "training-shortfall"));
    assert_ok(change_at(f, &f->bureau, number, LZ_CERTIFICATE_REINSTATE, NULL, FIXTURE_NOON + 2 * DAY));
    assert_ok(fixture_change(f, &f->bureau, plain, LZ_CERTIFICATE_SUSPEND, "training-shortfall"));
    assert_ok(change_at(f, &f->bureau, plain, LZ_CERTIFICATE_REINSTATE, NULL, FIXTURE_NOON + 2 * DAY));
    fixture_pass(f, DAY);
    assert_ok(fixture_change(f, &f->bureau, number, LZ_CERTIFICATE_REINSTATE, NULL));
    assert_ok(fixture_change(f, &f->bureau, number, LZ_CERTIFICATE_SUSPEND, "investigation"));
    fixture_pass(f, DAY);
    run_timer(f);
    assert_int_equal(fixture_find(f, number).state, LZ_CERTIFICATE_SUSPENDED);
    assert_int_equal(fixture_find(f, plain).state, LZ_CERTIFICATE_VALID);
}

static void a_change_that_is_due_counts_before_the_timer_comes_by(void **test)
{
    struct fixture *f = *test;
    const char *number = fixture_valid(f);
    struct lz_bytes token = fixture_token(f, number);
    struct lz_call call = fixture_call(f, &lz_actor_nobody);
    struct lz_verification v;
    assert_ok(change_at(f, &f->bureau, number, LZ_CERTIFICATE_REVOKE, "gain", FIXTURE_NOON + DAY));
    assert_int_equal(token_verdict(f, token), LZ_VERDICT_VALID);
    fixture_pass(f, DAY);
    assert_int_equal(token_verdict(f, token), LZ_VERDICT_REVOKED);
    assert_ok(lz_verify_number(&call, number, &v));
    assert_int_equal(v.verdict, LZ_VERDICT_REVOKED);
    assert_string_equal(v.reason, "gain");
    run_timer(f);
    assert_int_equal(token_verdict(f, token), LZ_VERDICT_REVOKED);
}

static void who_scheduled_a_change_stands_in_its_history(void **test)
{
    struct fixture *f = *test;
    const char *number = fixture_valid(f);
    struct lz_call call = fixture_call(f, &f->bureau);
    struct lz_certificate_history *history = NULL;
    size_t count = 0;
    assert_ok(change_at(f, &f->bureau, number, LZ_CERTIFICATE_REVOKE, "gain", FIXTURE_NOON + DAY));
    fixture_pass(f, DAY);
    run_timer(f);
    assert_ok(lz_certificate_history(&call, fixture_find(f, number).person, &history, &count));
    assert_false(history[0].scheduled);
    assert_string_equal(history[0].actor, f->bureau.name);
}

static void hr_does_not_drop_what_the_bureau_scheduled(void **test)
{
    struct fixture *f = *test;
    const char *number = fixture_valid(f);
    struct lz_call hr = fixture_call(f, &f->hr);
    struct lz_certificate_history *history = NULL;
    size_t count = 0;
    assert_ok(change_at(f, &f->bureau, number, LZ_CERTIFICATE_CANCEL, "dismissal", FIXTURE_NOON + DAY));
    assert_ok(lz_certificate_history(&hr, fixture_find(f, number).person, &history, &count));
    assert_err(lz_certificate_unschedule(&hr, history[0].id), LZ_FORBIDDEN);
    assert_ok(change_at(f, &f->hr, number, LZ_CERTIFICATE_CANCEL, "transfer", FIXTURE_NOON + 2 * DAY));
    assert_ok(lz_certificate_history(&hr, fixture_find(f, number).person, &history, &count));
    assert_ok(lz_certificate_unschedule(&hr, history[0].id));
}

static void a_lost_badge_is_dead_before_its_successor_is_confirmed(void **test)
{
    struct fixture *f = *test;
    const char *number = fixture_valid(f);
    struct lz_bytes token = fixture_token(f, number);
    assert_ok(fixture_change(f, &f->hr, number, LZ_CERTIFICATE_REISSUE, "lost"));
    assert_int_equal(fixture_find(f, number).state, LZ_CERTIFICATE_VALID);
    assert_int_equal(token_verdict(f, token), LZ_VERDICT_CANCELLED);
    struct lz_call call = fixture_call(f, &f->bureau);
    int64_t size = 0;
    assert_ok(lz_log_verify(&call, &size));
}

static void nobody_is_confirmed_or_reinstated_after_leaving(void **test)
{
    struct fixture *f = *test;
    const char *number = fixture_file(f, &f->hr, "2026-11-01", "2031-10-31", "执法人员"),
               *held = fixture_valid(f);
    assert_ok(fixture_change(f, &f->bureau, held, LZ_CERTIFICATE_SUSPEND, "investigation"));
    fixture_tamper(f, "UPDATE person SET state = 'deceased'"); /* by another certificate of theirs */
    assert_err(fixture_change(f, &f->bureau, number, LZ_CERTIFICATE_ISSUE, NULL), LZ_WRONG_STATE);
    assert_err(fixture_change(f, &f->bureau, held, LZ_CERTIFICATE_REINSTATE, NULL), LZ_WRONG_STATE);
    assert_ok(fixture_change(f, &f->bureau, number, LZ_CERTIFICATE_REFUSE, NULL));
}

/* A kiosk's view: the register exported and judged offline. */
static enum lz_verdict offline_verdict(struct fixture *f, struct lz_bytes token, int64_t now)
{
    struct lz_call call = fixture_call(f, &lz_actor_local_admin);
    struct lz_fault fault = {0};
    struct lz_trust *trust = NULL;
    struct lz_trust_answer answer;
    const char *dir = lz_arena_printf(f->arena, "%s/trust", f->dir);
    assert_ok(lz_trust_export(&call, dir));
    assert_ok(lz_trust_open(dir, NULL, &trust, &fault));
    assert_ok(lz_trust_verify(trust, token, (struct lz_bytes){0}, now, 600, &answer));
    lz_trust_free(&trust);
    return answer.verdict;
}

static void the_log_does_not_go_back_with_the_clock(void **test)
{
    struct fixture *f = *test;
    struct lz_call admin = fixture_call(f, &f->admin);
    struct lz_issuer_key fresh;
    int64_t newest = 0;
    const char *before = fixture_valid(f), *after = fixture_valid(f);
    fixture_pass(f, DAY);
    struct lz_bytes old_token = fixture_token(f, before);
    f->clock.ms -= 12 * HOUR * 1000; /* somebody set the clock */
    assert_err(lz_keys_rotate(&admin, &fresh), LZ_CLOCK);
    assert_ok(lz_audit_accept_clock(&admin, &newest));
    assert_ok(lz_keys_rotate(&admin, &fresh));
    assert_int_equal(fresh.from, FIXTURE_NOON + DAY);
    struct lz_bytes new_token = fixture_token(f, after);
    f->clock.ms += 12 * HOUR * 1000;
    /* Both were published in the windows of their keys. */
    assert_int_equal(offline_verdict(f, old_token, FIXTURE_NOON + DAY), LZ_VERDICT_VALID);
    assert_int_equal(offline_verdict(f, new_token, FIXTURE_NOON + DAY), LZ_VERDICT_VALID);
}

static void a_published_list_is_made_anew_for_each_status(void **test)
{
    struct fixture *f = *test;
    static const uint8_t uid[7] = {4, 1, 2, 3, 4, 5, 6};
    const char *number = fixture_valid(f), *pointer = fixture_valid(f), *url = NULL;
    struct lz_call call = fixture_call(f, &f->clerk), reader = fixture_call(f, &lz_actor_nobody);
    struct lz_bytes cwt;
    char before[72], after[72];
    fixture_token(f, number);
    int64_t list = fixture_badge(f, number).list;
    /* A pointer's badge takes a place and logs nothing: the next entry has the position of the list's size.
     */
    assert_ok(lz_badge_chip_url(&call, pointer, "NTAG213", lz_bytes_of(uid, sizeof uid), &url));
    assert_ok(lz_status_list_cwt(&reader, list, &cwt, before));
    assert_ok(fixture_change(f, &f->bureau, number, LZ_CERTIFICATE_REVOKE, "gain"));
    assert_ok(lz_status_list_cwt(&reader, list, &cwt, after));
    assert_string_not_equal(before, after);
}

static void a_badge_made_under_suspension_is_suspended_in_the_published_list(void **test)
{
    struct fixture *f = *test;
    const char *first = fixture_valid(f), *second = fixture_valid(f);
    struct lz_call reader = fixture_call(f, &lz_actor_nobody);
    struct lz_bytes cwt;
    char before[72], after[72];
    fixture_token(f, first);
    int64_t list = fixture_badge(f, first).list;
    assert_ok(fixture_change(f, &f->bureau, second, LZ_CERTIFICATE_SUSPEND, "investigation"));
    assert_ok(lz_status_list_cwt(&reader, list, &cwt, before));
    fixture_token(f, second);
    assert_ok(lz_status_list_cwt(&reader, list, &cwt, after));
    assert_string_not_equal(before, after);
}

static lz_err sign_inside(struct lz_call *call, void *context)
{
    (void)context;
    struct lz_bytes note;
    return lz_log_checkpoint(call, 30, &note);
}

static void nothing_uncommitted_is_signed(void **test)
{
    struct fixture *f = *test;
    struct lz_call call = fixture_call(f, &f->admin);
    assert_err(lz_call_write(&call, sign_inside, NULL), LZ_INTERNAL);
}

static void binding_a_chip_leaves_an_event(void **test)
{
    struct fixture *f = *test;
    static const uint8_t uid[7] = {4, 1, 2, 3, 4, 5, 6};
    const char *number = fixture_valid(f), *url = NULL;
    struct lz_call call = fixture_call(f, &f->clerk);
    struct lz_audit_event *events = NULL;
    size_t count = 0, total = 0;
    assert_ok(lz_badge_chip_url(&call, number, "NTAG213", lz_bytes_of(uid, sizeof uid), &url));
    struct lz_call auditor = fixture_call(f, &f->auditor);
    assert_ok(lz_audit_list(&auditor, "badge", fixture_badge(f, number).id, 0, 10, &events, &count, &total));
    assert_string_equal(events[0].action, "badge.chip");
}

static void a_bureau_of_a_part_plants_organs_only_below_itself(void **test)
{
    struct fixture *f = *test;
    struct lz_actor county = fixture_actor(110, LZ_ROLE_BUREAU, f->water);
    struct lz_call call = fixture_call(f, &county);
    int64_t id = 0;
    assert_err(lz_organ_create(&call, &(struct lz_organ){.name = "甲局"}, &id), LZ_FORBIDDEN);
    assert_err(lz_organ_create(&call, &(struct lz_organ){.name = "甲局", .parent = f->roads}, &id),
               LZ_FORBIDDEN);
    assert_ok(lz_organ_create(&call, &(struct lz_organ){.name = "甲局", .parent = f->water}, &id));
}

static struct lz_roster_result import_line(struct fixture *f, const char *number, const char *name,
                                           const char *organ)
{
    char csv[512], id[24];
    struct lz_roster *roster = NULL;
    struct lz_roster_result result = {0};
    const struct lz_roster_options options = {0};
    struct lz_call call = fixture_call(f, &lz_actor_local_admin);
    fixture_id(f->people, id);
    snprintf(csv, sizeof csv,
             "姓名,身份证号,工作单位,执法证号,执法类别,发证日期,有效期至,人员类别\n"
             "%s,%s,%s,%s,水务,2026-03-01,2030-02-28,执法人员\n",
             name, id, organ, number);
    assert_ok(lz_roster_read(lz_bytes_text(csv), LZ_ROSTER_AUTO, &roster, NULL));
    assert_ok(lz_roster_store(&call, roster, &options, &result));
    lz_roster_free(&roster);
    return result;
}

static void a_roster_does_not_change_what_a_live_badge_says(void **test)
{
    struct fixture *f = *test;
    const char *number = fixture_valid(f);
    assert_int_equal(import_line(f, number, "罗秀珍", "黄陵县水务局").changed, 1);
    fixture_token(f, number);
    assert_int_equal(import_line(f, number, "罗秀宝", "黄陵县水务局").refused, 1);
    assert_int_equal(import_line(f, number, "罗秀珍", "延安市交通运输局").refused, 1);
    assert_string_equal(fixture_find(f, number).name, "罗秀珍");
}

static void a_renewal_lasts_no_longer_than_policy_allows(void **test)
{
    struct fixture *f = *test;
    const char *number = fixture_file(f, &lz_actor_local_admin, "2022-02-02", "2026-12-31", "执法人员");
    struct lz_call call = fixture_call(f, &f->bureau);
    struct lz_certificate_change change = {.event = LZ_CERTIFICATE_RENEW};
    assert_ok(lz_date_parse("2062-01-01", &change.valid_until));
    assert_err(lz_certificate_change(&call, number, &change, NULL, NULL), LZ_INVALID);
    assert_ok(lz_date_parse("2028-01-01", &change.valid_until));
    assert_ok(lz_certificate_change(&call, number, &change, NULL, NULL));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        fixture_test(a_scheduled_reinstatement_does_not_lift_a_later_suspension),
        fixture_test(a_change_that_is_due_counts_before_the_timer_comes_by),
        fixture_test(who_scheduled_a_change_stands_in_its_history),
        fixture_test(hr_does_not_drop_what_the_bureau_scheduled),
        fixture_test(a_lost_badge_is_dead_before_its_successor_is_confirmed),
        fixture_test(nobody_is_confirmed_or_reinstated_after_leaving),
        fixture_test(the_log_does_not_go_back_with_the_clock),
        fixture_test(a_published_list_is_made_anew_for_each_status),
        fixture_test(a_badge_made_under_suspension_is_suspended_in_the_published_list),
        fixture_test(nothing_uncommitted_is_signed),
        fixture_test(binding_a_chip_leaves_an_event),
        fixture_test(a_bureau_of_a_part_plants_organs_only_below_itself),
        fixture_test(a_roster_does_not_change_what_a_live_badge_says),
        fixture_test(a_renewal_lasts_no_longer_than_policy_allows),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
