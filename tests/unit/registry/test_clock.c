/* A clock that jumps: what it may not undo, and how the register finds its way back. */
#include "fixture.h"
#include "registry/account.h"
#include "registry/audit.h"
#include "registry/credential/checkpoint.h"

static const struct lz_audit_event *newest_event(struct fixture *f)
{
    struct lz_call call = fixture_call(f, &f->auditor);
    struct lz_audit_event *list = NULL;
    size_t count = 0, total = 0;
    assert_ok(lz_audit_list(&call, NULL, 0, 0, 1, &list, &count, &total));
    assert_int_equal(count, 1);
    return list;
}

static void a_suspension_is_not_lifted_before_it_was_made(void **test)
{
    struct fixture *f = *test;
    const char *number = fixture_valid(f);
    assert_ok(fixture_change(f, &f->bureau, number, LZ_CERTIFICATE_SUSPEND, "investigation"));
    fixture_pass(f, -2 * DAY);
    struct lz_call call = fixture_call(f, &f->bureau);
    const struct lz_certificate_change lift = {.event = LZ_CERTIFICATE_REINSTATE};
    assert_err(lz_certificate_change(&call, number, &lift, NULL, NULL), LZ_CLOCK);
    /* Both times, and what to do in either case. */
    const char *said = lz_fault_text(&call.fault, LZ_ZH);
    assert_non_null(strstr(said, "2026-11-21 12:00"));
    assert_non_null(strstr(said, "2026-11-23 12:00"));
    assert_non_null(strstr(said, "liangzheng clock accept"));
    assert_int_equal(fixture_find(f, number).state, LZ_CERTIFICATE_SUSPENDED);
    assert_string_equal(newest_event(f)->action, "certificate.suspend");
    fixture_pass(f, 2 * DAY);
    assert_ok(fixture_change(f, &f->bureau, number, LZ_CERTIFICATE_REINSTATE, NULL));
}

static void a_step_of_the_time_service_hinders_nobody_and_turns_no_time_back(void **test)
{
    struct fixture *f = *test;
    const char *number = fixture_valid(f);
    assert_ok(fixture_change(f, &f->bureau, number, LZ_CERTIFICATE_SUSPEND, "investigation"));
    fixture_pass(f, -LZ_AUDIT_CLOCK_SLACK_S);
    assert_ok(fixture_change(f, &f->bureau, number, LZ_CERTIFICATE_REINSTATE, NULL));
    assert_int_equal(newest_event(f)->at, FIXTURE_NOON);
    /* Steps do not add up to a jump. */
    fixture_pass(f, -1);
    assert_err(fixture_change(f, &f->bureau, number, LZ_CERTIFICATE_SUSPEND, "investigation"), LZ_CLOCK);
}

static void whoever_sets_the_clock_right_gets_in(void **test)
{
    struct fixture *f = *test;
    struct lz_call nobody = fixture_call(f, &lz_actor_nobody);
    struct lz_session session;
    char cookie[LZ_SESSION_TOKEN_SIZE];
    fixture_valid(f);
    fixture_pass(f, -2 * DAY);
    assert_ok(lz_session_sign_in(&nobody, "admin", ADMIN_PASSWORD, "127.0.0.1", cookie, &session));
    assert_int_equal(newest_event(f)->at, FIXTURE_NOON);
}

static void after_a_jump_ahead_and_back_an_admin_accepts_the_clock(void **test)
{
    struct fixture *f = *test;
    struct lz_call admin = fixture_call(f, &f->admin), bureau = fixture_call(f, &f->bureau);
    const char *number = fixture_valid(f);
    int64_t newest = 0, count = 0;
    assert_err(lz_audit_accept_clock(&admin, &newest), LZ_WRONG_STATE);
    fixture_pass(f, 2 * DAY);
    assert_ok(fixture_change(f, &f->bureau, number, LZ_CERTIFICATE_SUSPEND, "investigation"));
    fixture_pass(f, -2 * DAY);
    assert_err(fixture_change(f, &f->bureau, number, LZ_CERTIFICATE_REINSTATE, NULL), LZ_CLOCK);
    assert_err(lz_audit_accept_clock(&bureau, &newest), LZ_FORBIDDEN);
    assert_ok(lz_audit_accept_clock(&admin, &newest));
    assert_int_equal(newest, FIXTURE_NOON + 2 * DAY);
    assert_int_equal(newest_event(f)->at, FIXTURE_NOON);
    assert_string_equal(newest_event(f)->action, "register.clock");
    assert_ok(fixture_change(f, &f->bureau, number, LZ_CERTIFICATE_REINSTATE, NULL));
    assert_ok(lz_audit_verify(&admin, &count));
    assert_ok(lz_log_verify(&admin, &count));
}

/* What kiosks take for the age of the checkpoint. */
static int64_t cosigned_at(struct fixture *f)
{
    struct lz_call call = fixture_call(f, &lz_actor_nobody);
    const char *text = NULL;
    struct lz_vkey vkey;
    struct lz_bytes note;
    struct lz_checkpoint checkpoint;
    int64_t time = 0;
    assert_ok(lz_log_vkey(&call, &text));
    assert_ok(lz_vkey_parse(lz_bytes_text(text), &vkey));
    assert_ok(lz_log_checkpoint(&call, 30, &note));
    assert_ok(lz_checkpoint_verify(note, &vkey, &checkpoint, &time));
    return time;
}

static void behind_its_own_log_the_server_signs_nothing_that_looks_fresh(void **test)
{
    struct fixture *f = *test;
    fixture_valid(f);
    assert_int_equal(cosigned_at(f), FIXTURE_NOON);
    fixture_pass(f, -2 * DAY);
    assert_int_equal(cosigned_at(f), FIXTURE_NOON - 2 * DAY); /* so kiosks soon call it stale */
    fixture_pass(f, 4 * DAY);
    assert_int_equal(cosigned_at(f), FIXTURE_NOON + 2 * DAY);
    fixture_pass(f, -2 * DAY);
    assert_int_equal(cosigned_at(f), FIXTURE_NOON); /* not what was signed in the future */
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        fixture_test(a_suspension_is_not_lifted_before_it_was_made),
        fixture_test(a_step_of_the_time_service_hinders_nobody_and_turns_no_time_back),
        fixture_test(whoever_sets_the_clock_right_gets_in),
        fixture_test(after_a_jump_ahead_and_back_an_admin_accepts_the_clock),
        fixture_test(behind_its_own_log_the_server_signs_nothing_that_looks_fresh),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
