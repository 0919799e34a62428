#include "fixture.h"
#include "registry/person.h"

/* ---- every cell of the table, by every hand ---- */

static const char *reason_of(enum lz_certificate_event event)
{
    static const char *const reasons[LZ_CERTIFICATE_EVENT_COUNT] = {[LZ_CERTIFICATE_SUSPEND] =
                                                                        "investigation",
                                                                    [LZ_CERTIFICATE_REVOKE] = "gain",
                                                                    [LZ_CERTIFICATE_CANCEL] = "transfer"};
    return reasons[event];
}

static enum lz_certificate_state state_now(struct fixture *f, const char *number)
{
    struct lz_certificate c = fixture_find(f, number);
    return lz_certificate_state_at(&c, lz_clock_now_s(&f->clock.base));
}

/* A new certificate in that state, whose last event was HR's where HR may do it. */
static const char *reach(struct fixture *f, enum lz_certificate_state state)
{
    static const enum lz_certificate_event events[LZ_CERTIFICATE_STATE_COUNT] = {
        [LZ_CERTIFICATE_SUSPENDED] = LZ_CERTIFICATE_SUSPEND,
        [LZ_CERTIFICATE_REVOKED] = LZ_CERTIFICATE_REVOKE,
        [LZ_CERTIFICATE_CANCELLED] = LZ_CERTIFICATE_CANCEL,
        [LZ_CERTIFICATE_REFUSED] = LZ_CERTIFICATE_REFUSE,
    };
    bool filed = state == LZ_CERTIFICATE_AWAITING || state == LZ_CERTIFICATE_REFUSED;
    /* Near its end, so that renewal is open. */
    const char *until = state == LZ_CERTIFICATE_EXPIRED ? "2026-10-31" : "2027-02-01";
    const char *number =
        fixture_file(f, filed ? &f->hr : &lz_actor_local_admin, "2022-02-02", until, "执法人员");
    if (state == LZ_CERTIFICATE_NOT_YET_VALID)
        fixture_tamper(f,
                       "UPDATE certificate SET issued_on = '2026-11-24' WHERE current AND state = 'valid'");
    else if (events[state] != LZ_CERTIFICATE_ISSUE)
        assert_ok(fixture_change(f, state == LZ_CERTIFICATE_CANCELLED ? &f->hr : &f->bureau, number,
                                 events[state], reason_of(events[state])));
    assert_int_equal(state_now(f, number), state);
    return number;
}

static lz_err expected(struct fixture *f, const struct lz_certificate_transition *row,
                       const struct lz_actor *actor, enum lz_certificate_state state)
{
    if (!row)
        return LZ_WRONG_STATE;
    if (!(row->roles & LZ_ROLES(actor->role)) || (actor->organ && actor->organ != f->water))
        return LZ_FORBIDDEN;
    /* What made it valid (an import) is nothing to take back. */
    if ((row->effects & LZ_EFFECT_RESTORES) && state == LZ_CERTIFICATE_VALID)
        return LZ_WRONG_STATE;
    return LZ_OK;
}

static enum lz_certificate_state expected_state(const struct lz_certificate_transition *row,
                                                const struct lz_actor *actor, enum lz_certificate_state state)
{
    if (row->effects & LZ_EFFECT_RESTORES)
        return state == LZ_CERTIFICATE_REFUSED ? LZ_CERTIFICATE_AWAITING : LZ_CERTIFICATE_VALID;
    if (row->effects & LZ_EFFECT_SUCCESSOR)
        return LZ_ROLES(actor->role) & LZ_ROLES_BUREAU ? LZ_CERTIFICATE_VALID : LZ_CERTIFICATE_AWAITING;
    return row->to;
}

static void try_cell(struct fixture *f, enum lz_certificate_state state, enum lz_certificate_event event,
                     const struct lz_actor *actor, const char **number)
{
    const struct lz_certificate_transition *row = lz_certificate_transition(state, event);
    const struct lz_certificate_change change = {.event = event, .reason = reason_of(event)};
    struct lz_call call = fixture_call(f, actor);
    struct lz_certificate after;
    if (!*number)
        *number = reach(f, state);
    lz_err err = lz_certificate_change(&call, *number, &change, &after, NULL);
    lz_err want = expected(f, row, actor, state);
    if (err != want)
        print_message("%s, %s, by %s: %s\n", lz_certificate_state_name(state),
                      lz_certificate_event_name(event), actor->login, lz_fault_text(&call.fault, LZ_EN));
    assert_err(err, want);
    if (err) {
        assert_int_equal(state_now(f, *number), state);
        return;
    }
    assert_string_equal(lz_certificate_state_name(after.state),
                        lz_certificate_state_name(expected_state(row, actor, state)));
    *number = NULL; /* changed: the next hand gets a new one */
}

static void every_cell_of_the_table_does_what_it_says(void **test)
{
    struct fixture *f = *test;
    const struct lz_actor nobody = lz_actor_nobody, system = lz_actor_system;
    const struct lz_actor *hands[] = {&nobody, &f->trainer, &f->clerk, &f->auditor, &f->other_hr,
                                      &f->hr,  &f->bureau,  &f->admin, &system,     &lz_actor_local_admin};
    for (unsigned state = 0; state < LZ_CERTIFICATE_STATE_COUNT; state++) {
        if (state == LZ_CERTIFICATE_REPLACED)
            continue; /* stands under no number any more */
        for (unsigned event = 0; event < LZ_CERTIFICATE_EVENT_COUNT; event++) {
            const char *number = NULL;
            for (size_t hand = 0; hand < COUNT_OF(hands); hand++)
                try_cell(f, (enum lz_certificate_state)state, (enum lz_certificate_event)event, hands[hand],
                         &number);
        }
        lz_arena_free(&f->arena);
        f->arena = lz_arena_new(0);
    }
}

static void nothing_leads_out_of_replaced(void **test)
{
    (void)test;
    for (unsigned event = 0; event < LZ_CERTIFICATE_EVENT_COUNT; event++)
        assert_null(lz_certificate_transition(LZ_CERTIFICATE_REPLACED, (enum lz_certificate_event)event));
}

/* ---- what the table does not say ---- */

static void whoever_filed_it_may_not_confirm_it(void **test)
{
    struct fixture *f = *test;
    const char *number = fixture_file(f, &f->hr, "2026-11-23", "2031-11-22", "执法人员");
    struct lz_actor promoted = f->hr;
    promoted.role = LZ_ROLE_BUREAU;
    promoted.organ = 0;
    assert_err(fixture_change(f, &promoted, number, LZ_CERTIFICATE_ISSUE, NULL), LZ_SAME_PERSON);
    assert_ok(fixture_change(f, &f->bureau, number, LZ_CERTIFICATE_ISSUE, NULL));
    assert_int_equal(fixture_find(f, number).state, LZ_CERTIFICATE_VALID);
}

static void a_reason_must_be_of_its_event(void **test)
{
    struct fixture *f = *test;
    const char *number = fixture_valid(f);
    static const struct {
        enum lz_certificate_event event;
        const char *reason;
    } wrong[] = {
        {LZ_CERTIFICATE_CANCEL, NULL},      {LZ_CERTIFICATE_CANCEL, ""},
        {LZ_CERTIFICATE_CANCEL, "gain"},    {LZ_CERTIFICATE_SUSPEND, "transfer"},
        {LZ_CERTIFICATE_REVOKE, NULL},      {LZ_CERTIFICATE_REVOKE, "whatever"},
        {LZ_CERTIFICATE_RENEW, "transfer"},
    };
    for (size_t i = 0; i < COUNT_OF(wrong); i++)
        assert_err(fixture_change(f, &f->bureau, number, wrong[i].event, wrong[i].reason), LZ_INVALID);
    assert_int_equal(fixture_find(f, number).state, LZ_CERTIFICATE_VALID);
}

static lz_err change_at(struct fixture *f, const char *number, enum lz_certificate_event event,
                        const char *reason, int64_t effective, bool *ret_scheduled)
{
    struct lz_call call = fixture_call(f, &f->bureau);
    const struct lz_certificate_change change = {.event = event, .reason = reason, .effective_at = effective};
    return lz_certificate_change(&call, number, &change, NULL, ret_scheduled);
}

static void a_scheduled_change_happens_when_it_is_due(void **test)
{
    struct fixture *f = *test;
    const char *number = fixture_valid(f);
    struct lz_call timer = fixture_call(f, &lz_actor_system);
    bool scheduled = false;
    size_t done = 9;
    assert_ok(change_at(f, number, LZ_CERTIFICATE_CANCEL, "retirement", FIXTURE_NOON + 2 * DAY, &scheduled));
    assert_true(scheduled);
    assert_ok(lz_certificate_due(&timer, &done));
    assert_int_equal(done, 0);
    assert_int_equal(fixture_find(f, number).state, LZ_CERTIFICATE_VALID);
    fixture_pass(f, 2 * DAY);
    assert_ok(lz_certificate_due(&timer, &done));
    assert_int_equal(done, 1);
    struct lz_certificate c = fixture_find(f, number);
    assert_int_equal(c.state, LZ_CERTIFICATE_CANCELLED);
    assert_string_equal(c.reason, "retirement");
    assert_int_equal(c.effective_at, FIXTURE_NOON + 2 * DAY);
    assert_ok(lz_certificate_due(&timer, &done));
    assert_int_equal(done, 0);
}

static void a_scheduled_change_can_be_dropped_before_its_time(void **test)
{
    struct fixture *f = *test;
    const char *number = fixture_valid(f);
    struct lz_call call = fixture_call(f, &f->bureau), other = fixture_call(f, &f->other_hr);
    struct lz_certificate_history *history = NULL;
    size_t count = 0, done = 9;
    assert_ok(change_at(f, number, LZ_CERTIFICATE_CANCEL, "retirement", FIXTURE_NOON + DAY, NULL));
    assert_ok(lz_certificate_history(&call, fixture_find(f, number).person, &history, &count));
    assert_true(history[0].scheduled);
    assert_err(lz_certificate_unschedule(&other, history[0].id), LZ_FORBIDDEN);
    assert_ok(lz_certificate_unschedule(&call, history[0].id));
    assert_err(lz_certificate_unschedule(&call, history[0].id), LZ_NOT_FOUND);
    fixture_pass(f, 3 * DAY);
    assert_ok(lz_certificate_due(&call, &done));
    assert_int_equal(done, 0);
    assert_int_equal(fixture_find(f, number).state, LZ_CERTIFICATE_VALID);
}

static void dates_that_make_no_sense_are_refused(void **test)
{
    struct fixture *f = *test;
    const char *number = fixture_valid(f),
               *filed = fixture_file(f, &f->hr, "2026-11-23", "2031-11-22", "执法人员");
    assert_err(change_at(f, number, LZ_CERTIFICATE_CANCEL, "transfer", FIXTURE_NOON - 3650 * DAY, NULL),
               LZ_INVALID);
    assert_err(change_at(f, filed, LZ_CERTIFICATE_ISSUE, NULL, FIXTURE_NOON + DAY, NULL), LZ_INVALID);
    struct lz_date last = fixture_find(f, number).valid_until;
    const int64_t end = lz_date_start_s(lz_date_add_days(last, 1));
    assert_err(change_at(f, number, LZ_CERTIFICATE_CANCEL, "transfer", end, NULL), LZ_INVALID);
    assert_ok(change_at(f, number, LZ_CERTIFICATE_CANCEL, "transfer", end - 1, NULL));
}

static void a_document_reference_is_a_line_of_text(void **test)
{
    struct fixture *f = *test;
    const char *number = fixture_valid(f);
    struct lz_call call = fixture_call(f, &f->bureau);
    char text[3 * LZ_CERTIFICATE_DOCUMENT_MAX + 4] = "";
    struct lz_certificate_change change = {
        .event = LZ_CERTIFICATE_SUSPEND, .reason = "investigation", .document = text};
    snprintf(text, sizeof text, "\x1B[2J");
    assert_err(lz_certificate_change(&call, number, &change, NULL, NULL), LZ_INVALID);
    assert_string_equal(call.fault.fields[0].field, "document");
    for (size_t i = 0; i <= LZ_CERTIFICATE_DOCUMENT_MAX; i++)
        memcpy(text + 3 * i, "延", 4);
    assert_err(lz_certificate_change(&call, number, &change, NULL, NULL), LZ_INVALID);
    text[3 * LZ_CERTIFICATE_DOCUMENT_MAX] = '\0';
    assert_ok(lz_certificate_change(&call, number, &change, NULL, NULL));
    assert_string_equal(fixture_find(f, number).document, text);
}

static void a_certificate_is_over_the_moment_its_last_day_ends(void **test)
{
    struct fixture *f = *test;
    const char *number = fixture_file(f, &lz_actor_local_admin, "2022-02-02", "2026-11-23", "执法人员");
    struct lz_call timer = fixture_call(f, &lz_actor_system);
    size_t done = 0;
    struct lz_certificate c = fixture_find(f, number);
    assert_int_equal(lz_certificate_state_at(&c, FIXTURE_NOON + 12 * HOUR - 1), LZ_CERTIFICATE_VALID);
    assert_int_equal(lz_certificate_state_at(&c, FIXTURE_NOON + 12 * HOUR), LZ_CERTIFICATE_EXPIRED);
    fixture_pass(f, 12 * HOUR);
    /* The timer has not been by, and yet it cannot be suspended any more. */
    assert_err(fixture_change(f, &f->bureau, number, LZ_CERTIFICATE_SUSPEND, "investigation"),
               LZ_WRONG_STATE);
    assert_ok(lz_certificate_due(&timer, &done));
    assert_int_equal(done, 1);
    c = fixture_find(f, number);
    assert_int_equal(c.state, LZ_CERTIFICATE_EXPIRED);
    assert_int_equal(c.effective_at, FIXTURE_NOON + 12 * HOUR);
}

static void before_its_day_of_issue_nothing_is_valid(void **test)
{
    (void)test;
    struct lz_certificate c = {.state = LZ_CERTIFICATE_VALID};
    assert_ok(lz_date_parse("2026-11-24", &c.issued_on));
    assert_ok(lz_date_parse("2031-11-23", &c.valid_until));
    assert_int_equal(lz_certificate_state_at(&c, FIXTURE_NOON + 12 * HOUR - 1), LZ_CERTIFICATE_NOT_YET_VALID);
    assert_int_equal(lz_certificate_state_at(&c, FIXTURE_NOON + 12 * HOUR), LZ_CERTIFICATE_VALID);
    c.state = LZ_CERTIFICATE_SUSPENDED; /* whatever else is said of it stays said */
    assert_int_equal(lz_certificate_state_at(&c, FIXTURE_NOON), LZ_CERTIFICATE_SUSPENDED);
}

/* Else what waits for its day would come into force after its holder has left. */
static void what_has_not_begun_ends_and_rivals_like_what_has(void **test)
{
    struct fixture *f = *test;
    const char *number = fixture_valid(f), *later = fixture_valid(f), *suspended = fixture_valid(f);
    struct lz_call timer = fixture_call(f, &lz_actor_system);
    char sql[256];
    size_t done = 0;
    assert_ok(change_at(f, suspended, LZ_CERTIFICATE_SUSPEND, "investigation", FIXTURE_NOON + HOUR, NULL));
    snprintf(sql, sizeof sql,
             "UPDATE certificate SET issued_on = '2026-12-01', person_id = %lld WHERE number = '%s'",
             (long long)fixture_find(f, number).person, later);
    fixture_tamper(f, sql);
    fixture_tamper(f, "UPDATE certificate SET issued_on = '2026-12-01' WHERE number = '610699000003'");
    assert_ok(fixture_change(f, &f->bureau, number, LZ_CERTIFICATE_REVOKE, "gain"));
    assert_err(fixture_change(f, &f->bureau, number, LZ_CERTIFICATE_UNDO, NULL), LZ_WRONG_STATE);
    fixture_pass(f, 2 * HOUR);
    assert_ok(lz_certificate_due(&timer, &done));
    assert_int_equal(fixture_find(f, suspended).state, LZ_CERTIFICATE_SUSPENDED);
    const char *other = fixture_valid(f);
    snprintf(sql, sizeof sql, "UPDATE certificate SET person_id = %lld WHERE number = '%s'",
             (long long)fixture_find(f, number).person, other);
    fixture_tamper(f, sql);
    assert_ok(fixture_change(f, &f->hr, other, LZ_CERTIFICATE_CANCEL, "retirement"));
    assert_int_equal(fixture_find(f, later).state, LZ_CERTIFICATE_CANCELLED);
}

static void a_mistake_can_be_taken_back_for_a_day(void **test)
{
    struct fixture *f = *test;
    const char *number = fixture_valid(f), *late = fixture_valid(f);
    struct lz_call call = fixture_call(f, &f->hr);
    struct lz_person person;
    assert_ok(fixture_change(f, &f->hr, number, LZ_CERTIFICATE_CANCEL, "transfer"));
    assert_ok(fixture_change(f, &f->hr, late, LZ_CERTIFICATE_CANCEL, "transfer"));
    assert_ok(lz_person_find(&call, fixture_find(f, number).person, &person));
    assert_int_equal(person.state, LZ_PERSON_TRANSFERRED);
    fixture_pass(f, 24 * HOUR);
    assert_ok(fixture_change(f, &f->hr, number, LZ_CERTIFICATE_UNDO, NULL));
    assert_int_equal(fixture_find(f, number).state, LZ_CERTIFICATE_VALID);
    assert_ok(lz_person_find(&call, fixture_find(f, number).person, &person));
    assert_int_equal(person.state, LZ_PERSON_ACTIVE);
    fixture_pass(f, 1);
    assert_err(fixture_change(f, &f->hr, late, LZ_CERTIFICATE_UNDO, NULL), LZ_WRONG_STATE);
}

static void hr_takes_back_only_its_own(void **test)
{
    struct fixture *f = *test;
    const char *number = fixture_valid(f);
    assert_ok(fixture_change(f, &f->bureau, number, LZ_CERTIFICATE_CANCEL, "transfer"));
    assert_err(fixture_change(f, &f->hr, number, LZ_CERTIFICATE_UNDO, NULL), LZ_FORBIDDEN);
    assert_ok(fixture_change(f, &f->bureau, number, LZ_CERTIFICATE_UNDO, NULL));
}

static void renewal_opens_half_a_year_before_the_end(void **test)
{
    struct fixture *f = *test;
    const char *early = fixture_file(f, &lz_actor_local_admin, "2022-06-01", "2027-05-31", "执法人员");
    assert_err(fixture_change(f, &f->bureau, early, LZ_CERTIFICATE_RENEW, NULL), LZ_WRONG_STATE);
    fixture_pass(f, 6 * DAY); /* 183 days before 31 May */
    assert_ok(fixture_change(f, &f->bureau, early, LZ_CERTIFICATE_RENEW, NULL));
    assert_string_equal(fixture_find(f, early).valid_until.text, "2031-11-29");
}

static void a_successor_waits_for_another_hand_and_then_takes_its_place(void **test)
{
    struct fixture *f = *test;
    const char *number = fixture_file(f, &lz_actor_local_admin, "2022-02-02", "2027-02-01", "执法人员");
    struct lz_certificate before = fixture_find(f, number);
    assert_ok(fixture_change(f, &f->hr, number, LZ_CERTIFICATE_RENEW, NULL));
    assert_int_equal(fixture_find(f, number).id, before.id);
    assert_int_equal(fixture_find(f, number).state, LZ_CERTIFICATE_VALID);
    assert_err(fixture_change(f, &f->hr, number, LZ_CERTIFICATE_RENEW, NULL), LZ_EXISTS);
    assert_ok(fixture_change(f, &f->bureau, number, LZ_CERTIFICATE_ISSUE, NULL));
    struct lz_certificate after = fixture_find(f, number);
    assert_int_not_equal(after.id, before.id);
    assert_int_equal(after.state, LZ_CERTIFICATE_VALID);
    struct lz_call call = fixture_call(f, &f->bureau);
    assert_ok(lz_certificate_get(&call, before.id, &before));
    assert_int_equal(before.state, LZ_CERTIFICATE_REPLACED);
}

static void a_reissue_ends_the_old_badge_and_draws_another_place(void **test)
{
    struct fixture *f = *test;
    const char *number = fixture_valid(f);
    fixture_token(f, number);
    struct lz_badge old = fixture_badge(f, number);
    assert_ok(fixture_change(f, &f->bureau, number, LZ_CERTIFICATE_REISSUE, "lost"));
    fixture_token(f, number);
    struct lz_badge new = fixture_badge(f, number);
    assert_int_not_equal(new.id, old.id);
    assert_int_not_equal(new.idx, old.idx);
    struct lz_call call = fixture_call(f, &f->bureau);
    struct lz_badge *all = NULL;
    size_t count = 0;
    assert_ok(lz_badge_of_person(&call, fixture_find(f, number).person, &all, &count));
    assert_int_equal(count, 2);
    assert_false(all[1].live);
    assert_int_equal(all[1].status, 3);
}

static void a_stale_page_changes_nothing(void **test)
{
    struct fixture *f = *test;
    const char *number = fixture_valid(f);
    struct lz_call call = fixture_call(f, &f->bureau);
    struct lz_certificate_change change = {
        .event = LZ_CERTIFICATE_SUSPEND, .reason = "other", .expected_state = "suspended"};
    assert_err(lz_certificate_change(&call, number, &change, NULL, NULL), LZ_CONFLICT);
    change.expected_state = "valid";
    change.expected_id = fixture_find(f, number).id + 1;
    assert_err(lz_certificate_change(&call, number, &change, NULL, NULL), LZ_CONFLICT);
    change.expected_id--;
    assert_ok(lz_certificate_change(&call, number, &change, NULL, NULL));
}

static void many_changes_happen_all_or_none(void **test)
{
    struct fixture *f = *test;
    const char *numbers[2] = {fixture_file(f, &f->hr, "2026-11-23", "2031-11-22", "执法人员"),
                              fixture_valid(f)};
    struct lz_call call = fixture_call(f, &f->bureau);
    const struct lz_certificate_change change = {.event = LZ_CERTIFICATE_ISSUE};
    assert_err(lz_certificate_change_many(&call, numbers, 2, &change), LZ_WRONG_STATE);
    assert_non_null(strstr(lz_fault_text(&call.fault, LZ_EN), numbers[1]));
    assert_int_equal(fixture_find(f, numbers[0]).state, LZ_CERTIFICATE_AWAITING);
    assert_ok(lz_certificate_change_many(&call, numbers, 1, &change));
    assert_int_equal(fixture_find(f, numbers[0]).state, LZ_CERTIFICATE_VALID);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        fixture_test(every_cell_of_the_table_does_what_it_says),
        cmocka_unit_test(nothing_leads_out_of_replaced),
        fixture_test(whoever_filed_it_may_not_confirm_it),
        fixture_test(a_reason_must_be_of_its_event),
        fixture_test(a_scheduled_change_happens_when_it_is_due),
        fixture_test(a_scheduled_change_can_be_dropped_before_its_time),
        fixture_test(dates_that_make_no_sense_are_refused),
        fixture_test(a_certificate_is_over_the_moment_its_last_day_ends),
        fixture_test(a_document_reference_is_a_line_of_text),
        cmocka_unit_test(before_its_day_of_issue_nothing_is_valid),
        fixture_test(what_has_not_begun_ends_and_rivals_like_what_has),
        fixture_test(a_mistake_can_be_taken_back_for_a_day),
        fixture_test(hr_takes_back_only_its_own),
        fixture_test(renewal_opens_half_a_year_before_the_end),
        fixture_test(a_successor_waits_for_another_hand_and_then_takes_its_place),
        fixture_test(a_reissue_ends_the_old_badge_and_draws_another_place),
        fixture_test(a_stale_page_changes_nothing),
        fixture_test(many_changes_happen_all_or_none),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
