/* Who leaves loses every certificate; taking it back brings back one, for one who is there. */
#include "fixture.h"
#include "registry/person.h"
#include "registry/verify.h"

#include <string.h>

/* A further row for the person last filed. */
static struct lz_roster_result import_more(struct fixture *f, const char *number, const char *name,
                                           const char *organ, const char *kind)
{
    char csv[512], id[24];
    struct lz_roster *roster = NULL;
    struct lz_roster_result result = {0};
    const struct lz_roster_options options = {0};
    struct lz_call call = fixture_call(f, &lz_actor_local_admin);
    fixture_id(f->people, id);
    snprintf(csv, sizeof csv,
             "姓名,身份证号,工作单位,执法证号,执法类别,发证日期,有效期至,人员类别\n"
             "%s,%s,%s,%s,水务,2026-03-01,2030-02-28,%s\n",
             name, id, organ, number, kind);
    assert_ok(lz_roster_read(lz_bytes_text(csv), LZ_ROSTER_AUTO, &roster, NULL));
    assert_ok(lz_roster_store(&call, roster, &options, &result));
    lz_roster_free(&roster);
    return result;
}

static const char *second(struct fixture *f, const char *number, const char *organ, const char *kind)
{
    assert_int_equal(import_more(f, number, "罗秀宝", organ, kind).created, 1);
    return number;
}

static enum lz_verdict verdict(struct fixture *f, struct lz_bytes token)
{
    struct lz_call call = fixture_call(f, &lz_actor_nobody);
    struct lz_verification v;
    assert_ok(lz_verify_token(&call, token, (struct lz_bytes){0}, &v));
    return v.verdict;
}

static enum lz_certificate_state state(struct fixture *f, const char *number)
{
    return fixture_find(f, number).state;
}

static void who_retires_loses_every_certificate(void **test)
{
    struct fixture *f = *test;
    const char *first = fixture_valid(f), *other = second(f, "61069999001", "延安市交通运输局", "监督人员");
    struct lz_bytes token = fixture_token(f, other);
    struct lz_call call = fixture_call(f, &f->bureau);
    struct lz_certificate_history *history = NULL;
    size_t count = 0;
    int64_t size = 0;
    assert_ok(fixture_change(f, &f->hr, first, LZ_CERTIFICATE_CANCEL, "retirement"));
    assert_int_equal(state(f, other), LZ_CERTIFICATE_CANCELLED);
    assert_string_equal(fixture_find(f, other).reason, "retirement");
    assert_int_equal(verdict(f, token), LZ_VERDICT_CANCELLED);
    assert_int_equal(fixture_badge(f, other).status, 3);
    assert_ok(lz_certificate_history(&call, fixture_find(f, other).person, &history, &count));
    assert_int_equal(history[0].certificate, fixture_find(f, other).id);
    assert_int_equal(history[1].certificate, fixture_find(f, first).id);
    assert_ok(lz_log_verify(&call, &size));
}

static void who_is_transferred_leaves_one_organ(void **test)
{
    struct fixture *f = *test;
    const char *first = fixture_valid(f),
               *elsewhere = second(f, "61069999002", "延安市交通运输局", "监督人员");
    assert_ok(fixture_change(f, &f->bureau, first, LZ_CERTIFICATE_CANCEL, "transfer"));
    assert_int_equal(state(f, elsewhere), LZ_CERTIFICATE_VALID);
    const char *third = fixture_valid(f), *here = second(f, "61069999003", "黄陵县水务局", "监督人员");
    assert_ok(fixture_change(f, &f->bureau, third, LZ_CERTIFICATE_CANCEL, "transfer"));
    assert_int_equal(state(f, here), LZ_CERTIFICATE_CANCELLED);
}

static void a_leaving_that_is_due_counts_for_every_certificate_before_the_timer(void **test)
{
    struct fixture *f = *test;
    const char *first = fixture_valid(f), *other = second(f, "61069999007", "延安市交通运输局", "监督人员");
    struct lz_bytes token = fixture_token(f, other);
    struct lz_call call = fixture_call(f, &f->bureau), timer = fixture_call(f, &lz_actor_system);
    const struct lz_certificate_change change = {
        .event = LZ_CERTIFICATE_CANCEL, .reason = "retirement", .effective_at = FIXTURE_NOON + DAY};
    size_t done = 0;
    assert_ok(lz_certificate_change(&call, first, &change, NULL, NULL));
    assert_int_equal(verdict(f, token), LZ_VERDICT_VALID);
    fixture_pass(f, DAY);
    assert_int_equal(verdict(f, token), LZ_VERDICT_CANCELLED);
    assert_ok(lz_certificate_due(&timer, &done));
    assert_int_equal(state(f, other), LZ_CERTIFICATE_CANCELLED);
    assert_int_equal(verdict(f, token), LZ_VERDICT_CANCELLED);
}

static void undo_brings_back_one_and_the_first_one_first(void **test)
{
    struct fixture *f = *test;
    const char *first = fixture_valid(f), *other = second(f, "61069999004", "延安市交通运输局", "监督人员");
    assert_ok(fixture_change(f, &f->bureau, first, LZ_CERTIFICATE_CANCEL, "dismissal"));
    assert_err(fixture_change(f, &f->bureau, other, LZ_CERTIFICATE_UNDO, NULL), LZ_WRONG_STATE);
    assert_ok(fixture_change(f, &f->bureau, first, LZ_CERTIFICATE_UNDO, NULL));
    assert_int_equal(state(f, first), LZ_CERTIFICATE_VALID);
    assert_int_equal(state(f, other), LZ_CERTIFICATE_CANCELLED);
    assert_ok(fixture_change(f, &f->bureau, other, LZ_CERTIFICATE_UNDO, NULL));
    assert_int_equal(state(f, other), LZ_CERTIFICATE_VALID);
}

static void undo_makes_nobody_active_whom_another_event_took_away(void **test)
{
    struct fixture *f = *test;
    const char *first = fixture_valid(f);
    struct lz_call call = fixture_call(f, &f->bureau);
    struct lz_person person;
    assert_ok(fixture_change(f, &f->bureau, first, LZ_CERTIFICATE_CANCEL, "resignation"));
    fixture_tamper(f, "UPDATE person SET state = 'deceased'");
    assert_err(fixture_change(f, &f->bureau, first, LZ_CERTIFICATE_UNDO, NULL), LZ_WRONG_STATE);
    assert_ok(lz_person_find(&call, fixture_find(f, first).person, &person));
    assert_int_equal(person.state, LZ_PERSON_DECEASED);
    assert_int_equal(state(f, first), LZ_CERTIFICATE_CANCELLED);
}

static void undo_makes_no_second_certificate_of_a_kind(void **test)
{
    struct fixture *f = *test;
    const char *first = fixture_valid(f);
    assert_ok(fixture_change(f, &f->bureau, first, LZ_CERTIFICATE_CANCEL, "retirement"));
    second(f, "61069999005", "黄陵县水务局", "执法人员"); /* taken up again under a new number */
    assert_err(fixture_change(f, &f->bureau, first, LZ_CERTIFICATE_UNDO, NULL), LZ_WRONG_STATE);
    assert_int_equal(state(f, first), LZ_CERTIFICATE_CANCELLED);
}

static void a_new_number_does_not_change_what_a_live_badge_says(void **test)
{
    struct fixture *f = *test;
    const char *first = fixture_valid(f);
    fixture_token(f, first);
    assert_int_equal(import_more(f, "61069999006", "罗秀珍", "黄陵县水务局", "监督人员").refused, 1);
    assert_int_equal(import_more(f, "61069999006", "罗秀宝", "延安市交通运输局", "监督人员").refused, 1);
    assert_string_equal(fixture_find(f, first).name, "罗秀宝");
    assert_int_equal(import_more(f, "61069999006", "罗秀宝", "黄陵县水务局", "监督人员").created, 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        fixture_test(who_retires_loses_every_certificate),
        fixture_test(who_is_transferred_leaves_one_organ),
        fixture_test(a_leaving_that_is_due_counts_for_every_certificate_before_the_timer),
        fixture_test(undo_brings_back_one_and_the_first_one_first),
        fixture_test(undo_makes_nobody_active_whom_another_event_took_away),
        fixture_test(undo_makes_no_second_certificate_of_a_kind),
        fixture_test(a_new_number_does_not_change_what_a_live_badge_says),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
