#include "tests/unit/web/desk_test.h"

#define CANCEL "/desk/certificates/" OFFICER "/cancel"
#define UNDO "/desk/certificates/" OFFICER "/undo"

static json_t *certificate_of(struct web *web, const struct role_account *who, const char *person,
                              json_t **ret_page)
{
    *ret_page = desk_get_json(web, who, person);
    return json_array_get(json_object_get(*ret_page, "certificates"), 0);
}

static const char *status_of(struct web *web)
{
    json_t *page = NULL;
    const json_t *c = certificate_of(web, &web->accounts[LZ_ROLE_BUREAU], "/desk/people/1", &page);
    const char *status = lz_arena_text(web->own, desk_text(c, "status"));
    json_decref(page);
    return status;
}

static void only_what_table_and_role_allow_is_offered(void **state)
{
    struct web *web = *state;
    struct role_account hr = desk_own_hr(web);
    json_t *page = NULL;
    const json_t *actions = json_object_get(
        certificate_of(web, &web->accounts[LZ_ROLE_BUREAU], "/desk/people/1", &page), "actions");
    assert_true(desk_lists(actions, "suspend") && desk_lists(actions, "revoke") &&
                desk_lists(actions, "cancel"));
    assert_false(desk_lists(actions, "issue") || desk_lists(actions, "reinstate"));
    json_decref(page);
    actions = json_object_get(certificate_of(web, &hr, "/desk/people/1", &page), "actions");
    assert_true(desk_lists(actions, "cancel") && desk_lists(actions, "renew"));
    assert_false(desk_lists(actions, "suspend") || desk_lists(actions, "revoke"));
    json_decref(page);
    actions = json_object_get(certificate_of(web, &web->accounts[LZ_ROLE_CLERK], "/desk/people/1", &page),
                              "actions");
    assert_int_equal(json_array_size(actions), 0);
    json_decref(page);
    assert_int_equal(desk_get(web, &hr, "/desk/certificates/" OFFICER "/revoke", NULL).reply.status, 403);
    assert_int_equal(desk_get(web, &hr, "/desk/certificates/" OFFICER "/reinstate", NULL).reply.status, 409);
}

static void another_organs_people_do_not_exist(void **state)
{
    struct web *web = *state;
    const struct role_account *hr = &web->accounts[LZ_ROLE_HR];
    static const char *const gets[] = {"/desk/people/1", "/desk/people/1/photo", CANCEL,
                                       "/desk/certificates/" OFFICER "/badge/1/lose"};
    for (size_t i = 0; i < COUNT_OF(gets); i++)
        if (desk_get(web, hr, gets[i], NULL).reply.status != 404)
            fail_msg("%s exists for another organ's HR", gets[i]);
    assert_int_equal(desk_post(web, hr, CANCEL, "reason=transfer", NULL).reply.status, 404);
    assert_int_equal(desk_post(web, hr, "/desk/people/1/id-number", "", NULL).reply.status, 404);
    json_t *people = desk_get_json(web, hr, "/desk/people");
    assert_int_equal(desk_int(people, "total"), 0);
    json_decref(people);
    assert_string_equal(status_of(web), "valid");
}

static void a_cancellation_asks_for_its_reason_and_can_be_taken_back(void **state)
{
    struct web *web = *state;
    struct role_account hr = desk_own_hr(web);
    struct answer page = desk_post(web, &hr, CANCEL, "document=x", HTML);
    assert_int_equal(page.reply.status, 422);
    assert_non_null(strstr(page.body, "href=\"#reason\""));
    assert_non_null(strstr(page.body, "value=\"x\"")); /* what was typed is still there */
    page = desk_post(web, &hr, CANCEL, "reason=transfer&document=%E4%BB%A4", HTML);
    assert_string_equal(desk_location(&page), "/desk/people/1?done=certificate_cancel");
    page = desk_get(web, &hr, "/desk/people/1?done=certificate_cancel", HTML);
    assert_non_null(strstr(page.body, UNDO));
    assert_string_equal(status_of(web), "cancelled");
    page = desk_post(web, &hr, UNDO, "expected_state=cancelled", HTML);
    assert_string_equal(desk_location(&page), "/desk/people/1?done=certificate_undo");
    assert_string_equal(status_of(web), "valid");
    /* Taken back once; there is nothing more to take back. */
    assert_null(strstr(desk_get(web, &hr, "/desk/people/1", HTML).body, UNDO));
}

static void the_offer_to_take_back_ends_with_its_time(void **state)
{
    struct web *web = *state;
    const struct role_account *who = &web->accounts[LZ_ROLE_BUREAU];
    desk_post(web, who, CANCEL, "reason=transfer", NULL);
    assert_non_null(strstr(desk_get(web, who, "/desk/people/1", HTML).body, UNDO));
    web->clock.ms += (int64_t)25 * 3600 * 1000;
    struct role_account later = desk_own_hr(web);
    assert_null(strstr(desk_get(web, &later, "/desk/people/1", HTML).body, UNDO));
    assert_int_equal(desk_post(web, &later, UNDO, "", NULL).reply.status, 409);
}

static void who_comes_second_is_told_and_changes_nothing(void **state)
{
    struct web *web = *state;
    const struct role_account *who = &web->accounts[LZ_ROLE_BUREAU];
    desk_post(web, who, "/desk/certificates/" OFFICER "/suspend", "reason=investigation", NULL);
    struct answer page = desk_post(web, who, CANCEL, "reason=transfer&expected_state=valid", HTML);
    assert_int_equal(page.reply.status, 409);
    assert_non_null(strstr(page.body, "已被他人改动"));
    assert_string_equal(status_of(web), "suspended");
}

static void what_is_scheduled_stands_in_the_history_and_can_be_dropped(void **state)
{
    struct web *web = *state;
    const struct role_account *who = &web->accounts[LZ_ROLE_BUREAU];
    struct answer page = desk_post(web, who, CANCEL, "reason=retirement&effective=2026-12-01", HTML);
    assert_string_equal(desk_location(&page), "/desk/people/1?done=certificate_scheduled");
    assert_string_equal(status_of(web), "valid");
    json_t *value = desk_get_json(web, who, "/desk/people/1");
    const json_t *event = json_array_get(json_object_get(value, "history"), 0);
    assert_true(json_is_true(json_object_get(event, "scheduled")));
    const char *drop =
        lz_arena_printf(web->own, "/desk/people/1/scheduled/%lld/drop", (long long)desk_int(event, "id"));
    json_decref(value);
    assert_int_equal(desk_post(web, who, "/desk/people/2/scheduled/1/drop", "", NULL).reply.status, 404);
    page = desk_post(web, who, drop, "", HTML);
    assert_string_equal(desk_location(&page), "/desk/people/1?done=certificate_unscheduled");
    assert_int_equal(desk_post(web, who, drop, "", NULL).reply.status, 404);
}

static void a_badge_goes_from_hand_to_hand(void **state)
{
    struct web *web = *state;
    const struct role_account *clerk = &web->accounts[LZ_ROLE_CLERK];
    static const char *const steps[] = {"print", "hand-over", "lose"};
    for (size_t i = 0; i < COUNT_OF(steps); i++) {
        const char *path = lz_arena_printf(web->own, "/desk/certificates/" OFFICER "/badge/1/%s", steps[i]);
        assert_int_equal(desk_get(web, clerk, path, HTML).reply.status, 200);
        struct answer page = desk_post(web, clerk, path, "", HTML);
        const char *there = lz_arena_printf(web->own, "/desk/people/1?done=badge_%s", steps[i]);
        assert_string_equal(desk_location(&page), there);
    }
    json_t *card = desk_get_json(web, clerk, "/desk/certificates/" OFFICER "/card");
    assert_true(json_is_null(json_object_get(card, "badge_state")));
    json_decref(card);
    assert_int_equal(desk_get(web, clerk, "/desk/certificates/" OFFICER "/card.png", NULL).reply.status, 404);
    desk_post(web, clerk, "/desk/certificates/" OFFICER "/card", "", NULL);
    struct answer png = desk_get(web, clerk, "/desk/certificates/" OFFICER "/card.png?side=back", NULL);
    assert_int_equal(png.reply.status, 200);
    assert_string_equal(png.reply.content_type, "image/png");
    struct answer pdf = desk_get(web, clerk, "/desk/certificates/" OFFICER "/card.pdf", NULL);
    assert_memory_equal(pdf.body, "%PDF-", 5);
}

/* What the first page counts as awaiting this account's confirmation. */
static int desk_awaiting_task(struct web *web, const struct role_account *who)
{
    json_t *value = desk_get_json(web, who, "/desk"), *task;
    size_t i;
    int count = 0;
    json_array_foreach(json_object_get(value, "tasks"), i,
                       task) if (strcmp(desk_text(task, "task"), "awaiting") == 0) count =
        (int)desk_int(task, "count");
    json_decref(value);
    return count;
}

static void who_filed_a_renewal_cannot_confirm_it_and_another_can(void **state)
{
    struct web *web = *state;
    struct role_account hr = desk_own_hr(web);
    const struct role_account *bureau = &web->accounts[LZ_ROLE_BUREAU];
    struct answer page = desk_post(web, &hr, "/desk/certificates/" AUXILIARY "/reissue", "", HTML);
    assert_string_equal(desk_location(&page), "/desk/people/2?done=certificate_filed");
    json_t *waiting = desk_get_json(web, &hr, "/desk/awaiting");
    assert_int_equal(desk_int(waiting, "total"), 1);
    assert_true(
        json_is_false(json_object_get(json_array_get(json_object_get(waiting, "rows"), 0), "confirmable")));
    json_decref(waiting);
    assert_int_equal(desk_awaiting_task(web, bureau), 1);
    assert_int_equal(desk_awaiting_task(web, &hr), 0);
    page = desk_get(web, bureau, "/desk/people/2", HTML);
    assert_non_null(strstr(page.body, " · 本机关人事"));
    assert_int_equal(desk_post(web, &hr, "/desk/awaiting", "numbers=" AUXILIARY, NULL).reply.status, 403);
    page = desk_post(web, bureau, "/desk/awaiting", "", HTML);
    assert_int_equal(page.reply.status, 422);
    assert_non_null(strstr(page.body, "请先勾选"));
    page = desk_post(web, bureau, "/desk/awaiting", "numbers=" AUXILIARY, HTML);
    assert_string_equal(desk_location(&page), "/desk/awaiting?done=certificates_issued");
    waiting = desk_get_json(web, bureau, "/desk/awaiting");
    assert_int_equal(desk_int(waiting, "total"), 0);
    json_decref(waiting);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(only_what_table_and_role_allow_is_offered, web_set_up, web_tear_down),
        cmocka_unit_test_setup_teardown(another_organs_people_do_not_exist, web_set_up, web_tear_down),
        cmocka_unit_test_setup_teardown(a_cancellation_asks_for_its_reason_and_can_be_taken_back, web_set_up,
                                        web_tear_down),
        cmocka_unit_test_setup_teardown(the_offer_to_take_back_ends_with_its_time, web_set_up, web_tear_down),
        cmocka_unit_test_setup_teardown(who_comes_second_is_told_and_changes_nothing, web_set_up,
                                        web_tear_down),
        cmocka_unit_test_setup_teardown(what_is_scheduled_stands_in_the_history_and_can_be_dropped,
                                        web_set_up, web_tear_down),
        cmocka_unit_test_setup_teardown(a_badge_goes_from_hand_to_hand, web_set_up, web_tear_down),
        cmocka_unit_test_setup_teardown(who_filed_a_renewal_cannot_confirm_it_and_another_can, web_set_up,
                                        web_tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
