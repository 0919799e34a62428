#include "tests/unit/web/desk_test.h"

static const char *const PAGES[] = {"/desk",
                                    "/desk/expiring",
                                    "/desk/badges",
                                    "/desk/people",
                                    "/desk/people?text=%E5%A7%9A&state=valid",
                                    "/desk/people?none=1",
                                    "/desk/people/1",
                                    "/desk/certificates/" OFFICER "/card",
                                    "/desk/certificates/" AUXILIARY "/card",
                                    "/desk/certificates/" OFFICER "/cancel",
                                    "/desk/certificates/" OFFICER "/renew",
                                    "/desk/certificates/" OFFICER "/badge/1/print",
                                    "/desk/import",
                                    "/desk/awaiting",
                                    "/desk/organs",
                                    "/desk/organs?text=zz",
                                    "/desk/organs/add",
                                    "/desk/accounts",
                                    "/desk/accounts/add",
                                    "/desk/accounts/hr/disable",
                                    "/desk/accounts/hr/password",
                                    "/desk/audit",
                                    "/desk/password"};

/* Own administrator: web_test.h leaves that role out. */
static struct role_account admin(struct web *web)
{
    struct role_account account = {.role = LZ_ROLE_ADMIN};
    struct lz_call call = web_call(web, &lz_actor_nobody);
    struct lz_session session;
    char token[LZ_SESSION_TOKEN_SIZE];
    web_must(lz_session_sign_in(&call, "admin", PASSWORD, "192.0.2.1", token, &session), &call.fault);
    snprintf(account.cookie, sizeof account.cookie, "%s=%s", web->site->cookie, token);
    memcpy(account.csrf, session.csrf, sizeof account.csrf);
    return account;
}

static void every_page_has_html_in_both_languages_and_a_json_twin(void **state)
{
    struct web *web = *state;
    struct role_account who = admin(web);
    for (size_t i = 0; i < COUNT_OF(PAGES); i++) {
        for (int english = 0; english < 2; english++) {
            const char *target = lz_arena_printf(web->own, "%s%clang=%s", PAGES[i],
                                                 strchr(PAGES[i], '?') ? '&' : '?', english ? "en" : "zh");
            struct answer page = desk_get(web, &who, target, HTML);
            if (page.reply.status != 200)
                fail_msg("%s answers %d", target, page.reply.status);
            assert_non_null(strstr(page.body, "<h1"));
            if (strstr(page.body, "desk.") || strstr(page.body, "{{"))
                fail_msg("%s shows a message's key: %.60s", target, strstr(page.body, "desk."));
        }
        json_decref(desk_get_json(web, &who, PAGES[i]));
    }
}

static void every_role_sees_its_own_desk(void **state)
{
    struct web *web = *state;
    static const struct {
        enum lz_role role;
        const char *task; /* NULL: none */
        const char *link, *no_link;
    } rows[] = {
        {LZ_ROLE_BUREAU, "awaiting", "/desk/import", "/desk/accounts"},
        {LZ_ROLE_HR, "expiring", "/desk/import", "/desk/badges"},
        {LZ_ROLE_CLERK, "badges", "/desk/badges", "/desk/import"},
        {LZ_ROLE_TRAINER, NULL, "/desk/people", "/desk/import"},
        {LZ_ROLE_AUDITOR, NULL, "/desk/audit", "/desk/import"},
    };
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        const struct role_account *who = &web->accounts[rows[i].role];
        struct answer page = desk_get(web, who, "/desk", HTML);
        json_t *value = desk_get_json(web, who, "/desk");
        const json_t *task = json_array_get(json_object_get(value, "tasks"), 0);
        assert_string_equal(desk_text(value, "role"), lz_role_name(rows[i].role));
        assert_true(rows[i].task ? strcmp(desk_text(task, "task"), rows[i].task) == 0 : task == NULL);
        assert_non_null(strstr(page.body, rows[i].link));
        assert_null(strstr(page.body, rows[i].no_link));
        json_decref(value);
    }
}

static void people_are_found_by_part_of_a_name_by_number_and_by_id_number(void **state)
{
    struct web *web = *state;
    const struct role_account *who = &web->accounts[LZ_ROLE_BUREAU];
    static const struct {
        const char *query;
        int total;
    } rows[] = {
        {"", 2}, {"?text=%E5%A7%9A", 1}, {"?text=" OFFICER, 1}, {"?text=%25", 0}, {"?state=suspended", 0}};
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        json_t *value = desk_get_json(web, who, lz_arena_printf(web->own, "/desk/people%s", rows[i].query));
        assert_int_equal(desk_int(value, "total"), rows[i].total);
        json_decref(value);
    }
    /* An ID number is sent in a body and never becomes part of an address. */
    struct answer found = desk_post(web, who, "/desk/people", "text=610600199007209075", HTML);
    assert_string_equal(desk_location(&found), "/desk/people/1");
    struct answer none = desk_post(web, who, "/desk/people", "text=610600199007209999", HTML);
    assert_string_equal(desk_location(&none), "/desk/people?none=1");
    struct answer name = desk_post(web, who, "/desk/people", "text=%E5%A7%9A&state=valid", HTML);
    assert_string_equal(desk_location(&name), "/desk/people?text=%E5%A7%9A&state=valid&organ=");
    assert_int_equal(desk_get(web, who, desk_location(&name), HTML).reply.status, 200);
}

static void an_id_number_is_masked_and_leaves_an_audit_event(void **state)
{
    struct web *web = *state;
    const struct role_account *who = &web->accounts[LZ_ROLE_BUREAU];
    json_t *before = desk_get_json(web, &web->accounts[LZ_ROLE_AUDITOR], "/desk/audit");
    struct answer answer = desk_post(web, who, "/desk/people/1/id-number", "", NULL);
    json_t *value = desk_json(&answer, 200);
    json_t *after = desk_get_json(web, &web->accounts[LZ_ROLE_AUDITOR], "/desk/audit");
    assert_string_equal(desk_text(value, "id_number"), "6106**********9075");
    assert_int_equal(desk_int(after, "total"), desk_int(before, "total") + 1);
    assert_int_equal(
        desk_post(web, &web->accounts[LZ_ROLE_CLERK], "/desk/people/1/id-number", "", NULL).reply.status,
        403);
    json_decref(before);
    json_decref(value);
    json_decref(after);
}

static void a_photo_that_is_none_is_refused_on_the_page(void **state)
{
    struct web *web = *state;
    const struct role_account *who = &web->accounts[LZ_ROLE_BUREAU];
    struct answer page = desk_upload(web, who, "/desk/people/1/photo", "photo", "no picture", HTML);
    assert_int_equal(page.reply.status, 422);
    assert_non_null(strstr(page.body, "error-summary"));
    assert_non_null(strstr(page.body, "姚志怡"));
    assert_int_equal(desk_get(web, who, "/desk/people/1/photo", NULL).reply.status, 404);
}

static void accounts_are_added_reset_disabled_and_enabled(void **state)
{
    struct web *web = *state;
    struct role_account who = admin(web);
    struct answer page =
        desk_post(web, &who, "/desk/accounts/add", "login=zhang.san&name=%E5%BC%A0&role=clerk", HTML);
    assert_int_equal(page.reply.status, 201);
    assert_non_null(strstr(page.body, "zhang.san"));
    page = desk_post(web, &who, "/desk/accounts/add", "login=zhang.san&name=%E5%BC%A0&role=clerk", HTML);
    assert_int_equal(page.reply.status, 422);
    assert_non_null(strstr(page.body, "这个账号已经存在"));
    page = desk_post(web, &who, "/desk/accounts/zhang.san/password", "", NULL);
    json_t *value = desk_json(&page, 200);
    assert_true(strlen(desk_text(value, "password")) >= 10);
    json_decref(value);
    page = desk_post(web, &who, "/desk/accounts/zhang.san/disable", "", HTML);
    assert_string_equal(desk_location(&page), "/desk/accounts?done=account_disabled");
    page = desk_post(web, &who, "/desk/accounts/zhang.san/enable", "", HTML);
    assert_string_equal(desk_location(&page), "/desk/accounts?done=account_enabled");
    assert_int_equal(desk_post(web, &who, "/desk/accounts/admin/disable", "", NULL).reply.status, 409);
}

static void a_password_changes_only_for_who_knows_the_old_one(void **state)
{
    struct web *web = *state;
    const struct role_account *who = &web->accounts[LZ_ROLE_TRAINER];
    struct answer page = desk_post(web, who, "/desk/password",
                                   "current=wrong-wrong&password=a+new+long+one&again=a+new+long+one", HTML);
    assert_int_equal(page.reply.status, 422);
    assert_non_null(strstr(page.body, "当前密码不正确"));
    page = desk_post(web, who, "/desk/password",
                     "current=correct+horse+battery&password=a+new+long+one&again=another+long+one", HTML);
    assert_int_equal(page.reply.status, 422);
    page = desk_post(web, who, "/desk/password",
                     "current=correct+horse+battery&password=a+new+long+one&again=a+new+long+one", HTML);
    assert_string_equal(desk_location(&page), "/sign-in?done=password");
    assert_int_equal(desk_get(web, who, "/desk", NULL).reply.status, 401);
}

static void organs_are_added_once_and_the_chain_is_verified(void **state)
{
    struct web *web = *state;
    const struct role_account *who = &web->accounts[LZ_ROLE_BUREAU];
    struct answer page =
        desk_post(web, who, "/desk/organs/add", "name=%E6%96%B0%E5%B1%80&kind=statutory", HTML);
    assert_string_equal(desk_location(&page), "/desk/organs?done=organ_added");
    page = desk_post(web, who, "/desk/organs/add", "name=%E6%96%B0%E5%B1%80&kind=statutory", HTML);
    assert_int_equal(page.reply.status, 422);
    page = desk_post(web, &web->accounts[LZ_ROLE_AUDITOR], "/desk/audit/verify", "", NULL);
    json_t *value = desk_json(&page, 200);
    assert_int_equal(desk_int(json_object_get(value, "verified"), "events"), desk_int(value, "total"));
    json_decref(value);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(every_page_has_html_in_both_languages_and_a_json_twin, web_set_up,
                                        web_tear_down),
        cmocka_unit_test_setup_teardown(every_role_sees_its_own_desk, web_set_up, web_tear_down),
        cmocka_unit_test_setup_teardown(people_are_found_by_part_of_a_name_by_number_and_by_id_number,
                                        web_set_up, web_tear_down),
        cmocka_unit_test_setup_teardown(an_id_number_is_masked_and_leaves_an_audit_event, web_set_up,
                                        web_tear_down),
        cmocka_unit_test_setup_teardown(a_photo_that_is_none_is_refused_on_the_page, web_set_up,
                                        web_tear_down),
        cmocka_unit_test_setup_teardown(accounts_are_added_reset_disabled_and_enabled, web_set_up,
                                        web_tear_down),
        cmocka_unit_test_setup_teardown(a_password_changes_only_for_who_knows_the_old_one, web_set_up,
                                        web_tear_down),
        cmocka_unit_test_setup_teardown(organs_are_added_once_and_the_chain_is_verified, web_set_up,
                                        web_tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
