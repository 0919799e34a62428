/* Sessions against theft, fixation and guessing, and each role bound to an organ on each row about another.
 */
#include "tests/unit/web/web_test.h"

#include <time.h>

static const char SIGN_IN_CLERK[] = "login=clerk&password=correct+horse+battery";

static void cookie_of(const struct answer *answer, char *ret_cookie, size_t size)
{
    const char *set = lz_http_reply_header_get(&answer->reply, "Set-Cookie");
    assert_non_null(set);
    snprintf(ret_cookie, size, "%.*s", (int)strcspn(set, ";"), set);
}

static struct answer sign_in(struct web *web, const char *body, const char *cookie)
{
    return web_ask(web,
                   &(struct ask){.method = "POST", .target = "/sign-in", .body = body, .cookie = cookie});
}

static int desk_status(struct web *web, const char *cookie)
{
    return web_ask(web, &(struct ask){.target = "/desk", .cookie = cookie}).reply.status;
}

static void signing_in_over_a_session_never_keeps_its_cookie_or_form_token(void **state)
{
    struct web *web = *state;
    char first[128], second[128];
    struct answer answer = sign_in(web, SIGN_IN_CLERK, NULL);
    assert_int_equal(answer.reply.status, 200);
    cookie_of(&answer, first, sizeof first);
    json_t *one = json_loads(answer.body, 0, NULL);
    answer = sign_in(web, SIGN_IN_CLERK, first);
    assert_int_equal(answer.reply.status, 200);
    cookie_of(&answer, second, sizeof second);
    assert_string_not_equal(first, second);
    const char *old = json_string_value(json_object_get(one, "csrf"));
    answer =
        web_ask(web, &(struct ask){.method = "POST", .target = "/sign-out", .cookie = second, .csrf = old});
    assert_int_equal(answer.reply.status, 403);
    assert_int_equal(desk_status(web, second), 200);
    json_decref(one);
}

static void a_copied_cookie_is_worth_nothing_after_sign_out(void **state)
{
    struct web *web = *state;
    char cookie[128];
    struct answer answer = sign_in(web, SIGN_IN_CLERK, NULL);
    cookie_of(&answer, cookie, sizeof cookie);
    json_t *value = json_loads(answer.body, 0, NULL);
    assert_int_equal(desk_status(web, cookie), 200);
    answer = web_ask(web, &(struct ask){.method = "POST",
                                        .target = "/sign-out",
                                        .cookie = cookie,
                                        .csrf = json_string_value(json_object_get(value, "csrf"))});
    assert_int_equal(answer.reply.status, 200);
    assert_non_null(strstr(lz_http_reply_header_get(&answer.reply, "Set-Cookie"), "Max-Age=0"));
    assert_int_equal(desk_status(web, cookie), 401);
    json_decref(value);
}

static void a_cookie_that_stands_twice_or_is_made_up_opens_nothing(void **state)
{
    struct web *web = *state;
    char own[128], twice[300], longer[400];
    struct answer answer = sign_in(web, SIGN_IN_CLERK, NULL);
    cookie_of(&answer, own, sizeof own);
    snprintf(twice, sizeof twice, "%s; %s=AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA", own,
             web->site->cookie);
    snprintf(longer, sizeof longer, "%sA", own);
    const char *cookies[] = {twice, longer, "__Host-liangzheng=", "__Host-liangzheng=' OR 1=1 --"};
    for (size_t i = 0; i < COUNT_OF(cookies); i++)
        assert_int_equal(desk_status(web, cookies[i]), 401);
    assert_int_equal(desk_status(web, own), 200);
}

static int64_t work_us(struct web *web, const char *body)
{
    struct timespec before, after;
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &before);
    assert_int_equal(sign_in(web, body, NULL).reply.status, 401);
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &after);
    return (after.tv_sec - before.tv_sec) * 1000000 + (after.tv_nsec - before.tv_nsec) / 1000;
}

/* The password hash is nearly all of the work; a login that is unknown must cost it, too. */
static void an_unknown_login_costs_as_much_work_as_a_wrong_password(void **state)
{
    struct web *web = *state;
    int64_t known = INT64_MAX, unknown = INT64_MAX; /* the least of three: what others do to us only adds */
    for (int i = 0; i < 3; i++) {
        int64_t one = work_us(web, "login=trainer&password=not+the+password");
        int64_t two = work_us(web, "login=nobody.here&password=not+the+password");
        known = one < known ? one : known;
        unknown = two < unknown ? two : unknown;
    }
    assert_true(unknown * 2 > known);
    assert_true(known * 2 > unknown);
}

static void guessing_is_stopped_and_says_when_to_come_back(void **state)
{
    struct web *web = *state;
    for (int i = 0; i < 5; i++)
        assert_int_equal(sign_in(web, "login=auditor&password=guess+number+x", NULL).reply.status, 401);
    struct answer answer = sign_in(web, "login=auditor&password=correct+horse+battery", NULL);
    assert_int_equal(answer.reply.status, 429);
    assert_non_null(lz_http_reply_header_get(&answer.reply, "Retry-After"));
    assert_null(lz_http_reply_header_get(&answer.reply, "Set-Cookie"));
    web->clock.ms += (15 * 60 + 1) * 1000;
    assert_int_equal(sign_in(web, "login=auditor&password=correct+horse+battery", NULL).reply.status, 200);
}

/* ---- role × organ × row ---- */

struct bound {
    char cookie[LZ_SESSION_TOKEN_SIZE + 32];
    char csrf[LZ_CSRF_SIZE];
};

/* An account of that role that is bound to the organ. */
static struct bound bind_role(struct web *web, enum lz_role role, int64_t organ, const char *suffix)
{
    struct lz_call call = web_call(web, &lz_actor_local_admin);
    struct bound bound;
    struct lz_session session;
    char login[64], token[LZ_SESSION_TOKEN_SIZE];
    int64_t id;
    snprintf(login, sizeof login, "%s.%s", lz_role_name(role), suffix);
    struct lz_account row = {.login = login, .name = "测试", .role = role, .organ = organ};
    web_must(lz_account_add(&call, &row, PASSWORD, &id), &call.fault);
    call.actor = &lz_actor_nobody;
    web_must(lz_session_sign_in(&call, login, PASSWORD, "192.0.2.1", token, &session), &call.fault);
    snprintf(bound.cookie, sizeof bound.cookie, "%s=%s", web->site->cookie, token);
    memcpy(bound.csrf, session.csrf, sizeof bound.csrf);
    return bound;
}

/* The row about something of web->organ; false: it is not about one thing, or has more segments than one. */
static bool about_the_organ(const struct web *web, const struct lz_route *route, char *ret_target,
                            size_t size)
{
    const char *brace = strchr(route->path, '{');
    if (route->scope == LZ_SCOPE_NONE || !brace || strchr(brace + 1, '{'))
        return false;
    char id[24];
    snprintf(id, sizeof id, "%lld", (long long)web->organ);
    const char *what = route->scope == LZ_SCOPE_PERSON        ? "1"
                       : route->scope == LZ_SCOPE_CERTIFICATE ? OFFICER
                                                              : id;
    snprintf(ret_target, size, "%.*s%s%s", (int)(brace - route->path), route->path, what,
             strchr(brace, '}') + 1);
    return true;
}

static void every_role_of_another_organ_finds_nothing_and_its_own_sees_it(void **state)
{
    struct web *web = *state;
    unsigned walked = 0;
    for (unsigned role = 0; role < LZ_ROLE_COUNT; role++) {
        if (!(LZ_ROLES(role) & LZ_ROLES_STAFF) || role == LZ_ROLE_ADMIN)
            continue;
        struct bound foreign = bind_role(web, (enum lz_role)role, web->foreign, "foreign");
        struct bound own = bind_role(web, (enum lz_role)role, web->organ, "own");
        const struct lz_route *route;
        for (size_t i = 0; (route = lz_route_at(i)); i++) {
            char target[256];
            if (!about_the_organ(web, route, target, sizeof target))
                continue;
            bool may = (route->roles & LZ_ROLES(role)) != 0;
            const char *method = lz_http_method_text(route->method);
            struct answer answer = web_ask(
                web, &(struct ask){
                         .method = method, .target = target, .cookie = foreign.cookie, .csrf = foreign.csrf});
            if (answer.reply.status != (may ? 404 : 403))
                fail_msg("%s %s answers %d to %s of another organ", method, target, answer.reply.status,
                         lz_role_name((enum lz_role)role));
            walked++;
            if (!may || route->method != LZ_HTTP_GET)
                continue;
            answer = web_ask(web, &(struct ask){.target = target, .cookie = own.cookie});
            if (answer.reply.status == 401 || answer.reply.status == 403)
                fail_msg("%s answers %d to %s of its own organ", target, answer.reply.status,
                         lz_role_name((enum lz_role)role));
        }
    }
    assert_true(walked > 20);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(signing_in_over_a_session_never_keeps_its_cookie_or_form_token,
                                        web_set_up, web_tear_down),
        cmocka_unit_test_setup_teardown(a_copied_cookie_is_worth_nothing_after_sign_out, web_set_up,
                                        web_tear_down),
        cmocka_unit_test_setup_teardown(a_cookie_that_stands_twice_or_is_made_up_opens_nothing, web_set_up,
                                        web_tear_down),
        cmocka_unit_test_setup_teardown(an_unknown_login_costs_as_much_work_as_a_wrong_password, web_set_up,
                                        web_tear_down),
        cmocka_unit_test_setup_teardown(guessing_is_stopped_and_says_when_to_come_back, web_set_up,
                                        web_tear_down),
        cmocka_unit_test_setup_teardown(every_role_of_another_organ_finds_nothing_and_its_own_sees_it,
                                        web_set_up, web_tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
