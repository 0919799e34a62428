#include "tests/unit/web/web_test.h"

static const char HTML[] = "text/html,application/xhtml+xml;q=0.9";

/* A row's path with something in every {segment}. */
static const char *example(struct web *web, const struct lz_route *route)
{
    struct lz_buf out;
    lz_buf_init(&out, 1024);
    for (const char *at = route->path; *at; at++) {
        if (*at != '{') {
            lz_buf_byte(&out, (uint8_t)*at);
            continue;
        }
        lz_buf_text(&out, "1");
        at += strcspn(at, "}");
    }
    const char *text = lz_arena_text(web->own, (const char *)out.data);
    lz_buf_free(&out);
    return text;
}

static bool has_code(const struct answer *answer, const char *code)
{
    json_t *problem = json_loads(answer->body, 0, NULL);
    const char *found = json_string_value(json_object_get(problem, "code"));
    bool same = found && strcmp(found, code) == 0;
    json_decref(problem);
    return same;
}

static void every_row_turns_nobody_away_unless_it_is_public(void **state)
{
    struct web *web = *state;
    const struct lz_route *route;
    for (size_t i = 0; (route = lz_route_at(i)); i++) {
        struct ask ask = {.method = lz_http_method_text(route->method), .target = example(web, route)};
        struct answer answer = web_ask(web, &ask);
        bool public = (route->roles & LZ_ROLES(LZ_ROLE_NOBODY)) != 0;
        if ((answer.reply.status == 401) == public && !(public && strstr(route->path, "sign-in")))
            fail_msg("%s %s answers %d to nobody", ask.method, ask.target, answer.reply.status);
        if (public)
            continue;
        assert_true(has_code(&answer, "unauthenticated"));
        ask.accept = HTML;
        answer = web_ask(web, &ask);
        assert_int_equal(answer.reply.status, 303);
        assert_int_equal(
            strncmp(lz_http_reply_header_get(&answer.reply, "Location"), "/sign-in?next=%2F", 17), 0);
    }
}

static void every_row_refuses_every_wrong_role(void **state)
{
    struct web *web = *state;
    const struct lz_route *route;
    for (size_t i = 0; (route = lz_route_at(i)); i++) {
        for (unsigned role = 0; role < LZ_ROLE_COUNT; role++) {
            struct role_account *account = &web->accounts[role];
            if (!account->cookie[0])
                continue;
            bool may = (route->roles & LZ_ROLES(role)) != 0;
            if (may && route->method == LZ_HTTP_POST)
                continue; /* the next test */
            struct ask ask = {.method = lz_http_method_text(route->method),
                              .target = example(web, route),
                              .cookie = account->cookie,
                              .csrf = account->csrf};
            struct answer answer = web_ask(web, &ask);
            if (answer.reply.status == 401 || (answer.reply.status == 403) == may)
                fail_msg("%s %s answers %d to %s", ask.method, ask.target, answer.reply.status,
                         lz_role_name((enum lz_role)role));
        }
    }
}

static void every_form_refuses_a_missing_stale_or_foreign_token(void **state)
{
    struct web *web = *state;
    const struct lz_route *route;
    for (size_t i = 0; (route = lz_route_at(i)); i++) {
        if (route->method == LZ_HTTP_GET || route->csrf != LZ_CSRF_TOKEN)
            continue;
        for (unsigned role = 0; role < LZ_ROLE_COUNT; role++) {
            struct role_account *account = &web->accounts[role];
            if (!account->cookie[0] || !(route->roles & LZ_ROLES(role)))
                continue;
            const char *others = web->accounts[role == LZ_ROLE_HR ? LZ_ROLE_CLERK : LZ_ROLE_HR].csrf;
            const char *tokens[] = {NULL, "", "stale", others};
            for (size_t t = 0; t < COUNT_OF(tokens); t++) {
                struct answer answer = web_ask(web, &(struct ask){.method = "POST",
                                                                  .target = example(web, route),
                                                                  .cookie = account->cookie,
                                                                  .csrf = tokens[t]});
                if (answer.reply.status != 403 || !has_code(&answer, "csrf"))
                    fail_msg("POST %s takes token %zu: %d", route->path, t, answer.reply.status);
            }
        }
    }
}

static void what_lies_outside_the_scope_does_not_exist(void **state)
{
    struct web *web = *state;
    const struct lz_route *route;
    for (size_t i = 0; (route = lz_route_at(i)); i++) {
        char target[256];
        const char *brace = strchr(route->path, '{');
        if (route->scope == LZ_SCOPE_NONE || !brace || !(route->roles & LZ_ROLES(LZ_ROLE_HR)))
            continue;
        const char *end = strchr(brace, '}') + 1;
        if (strchr(end, '{'))
            continue;
        char id[24];
        snprintf(id, sizeof id, "%lld", (long long)web->organ);
        const char *what = route->scope == LZ_SCOPE_PERSON        ? "1"
                           : route->scope == LZ_SCOPE_CERTIFICATE ? OFFICER
                                                                  : id;
        snprintf(target, sizeof target, "%.*s%s%s", (int)(brace - route->path), route->path, what, end);
        struct answer answer = web_ask(web, &(struct ask){.method = lz_http_method_text(route->method),
                                                          .target = target,
                                                          .cookie = web->accounts[LZ_ROLE_HR].cookie,
                                                          .csrf = web->accounts[LZ_ROLE_HR].csrf});
        if (answer.reply.status != 404)
            fail_msg("%s answers %d to another organ's HR", target, answer.reply.status);
    }
}

static void a_path_that_exists_for_another_method_says_which(void **state)
{
    struct web *web = *state;
    struct answer answer = web_ask(web, &(struct ask){.method = "DELETE", .target = "/sign-in"});
    assert_int_equal(answer.reply.status, 405);
    assert_string_equal(lz_http_reply_header_get(&answer.reply, "Allow"), "GET, HEAD, POST");
    assert_int_equal(web_get(web, "/nowhere").reply.status, 404);
    assert_int_equal(web_get(web, "/organs/").reply.status, 404);
    assert_int_equal(web_get(web, "/organs/x").reply.status, 404);
    assert_int_equal(web_ask(web, &(struct ask){.method = "HEAD", .target = "/organs"}).reply.status, 200);
}

static void errors_come_as_a_problem_or_as_a_page(void **state)
{
    struct web *web = *state;
    static const struct {
        const char *target;
        int status;
        const char *code;
    } rows[] = {
        {"/nowhere", 404, "not-found"},           {"/certificates/000", 404, "not-found"},
        {"/verify?number=x+y", 400, "malformed"}, {"/verify", 422, "invalid"},
        {"/v/notatoken", 400, "malformed"},       {"/organs?page=-1", 422, "invalid"},
        {"/status/77", 404, "not-found"},
    };
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        struct answer answer = web_get(web, rows[i].target);
        assert_int_equal(answer.reply.status, rows[i].status);
        assert_string_equal(answer.reply.content_type, "application/problem+json");
        assert_true(has_code(&answer, rows[i].code));
        answer = web_ask(web, &(struct ask){.target = rows[i].target, .accept = HTML});
        assert_int_equal(answer.reply.status, rows[i].status);
        assert_string_equal(answer.reply.content_type, "text/html; charset=utf-8");
        assert_non_null(strstr(answer.body, "<h1>"));
        assert_string_equal(lz_http_reply_header_get(&answer.reply, "Cache-Control"), "no-store");
    }
}

static void a_form_comes_back_with_what_was_typed_and_what_is_wrong(void **state)
{
    struct web *web = *state;
    struct ask ask = {.method = "POST",
                      .target = "/sign-in",
                      .accept = HTML,
                      .body = "login=%22%3E%3Cb%3E&password=wrong-secret-word&next=/desk"};
    struct answer answer = web_ask(web, &ask);
    assert_int_equal(answer.reply.status, 401);
    assert_non_null(strstr(answer.body, "error-summary"));
    assert_non_null(strstr(answer.body, "value=\"&quot;&gt;&lt;b&gt;\""));
    assert_null(strstr(answer.body, "wrong-secret-word"));
    ask.body = "login=&password=";
    answer = web_ask(web, &ask);
    assert_int_equal(answer.reply.status, 422);
    assert_non_null(strstr(answer.body, "href=\"#login\""));
}

static void signing_in_makes_a_new_session_and_goes_only_to_our_own_pages(void **state)
{
    struct web *web = *state;
    static const struct {
        const char *next, *goes;
    } rows[] = {
        {"/desk/people", "/desk/people"},
        {"//evil.example", "/desk"},
        {"https://evil.example", "/desk"},
        {"/%5Cevil", "/desk"},
        {"", "/desk"},
    };
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        char body[256];
        snprintf(body, sizeof body, "login=clerk&password=correct+horse+battery&next=%s", rows[i].next);
        struct answer answer = web_ask(web, &(struct ask){.method = "POST",
                                                          .target = "/sign-in",
                                                          .accept = HTML,
                                                          .body = body,
                                                          .cookie = "__Host-liangzheng=planted"});
        assert_int_equal(answer.reply.status, 303);
        assert_string_equal(lz_http_reply_header_get(&answer.reply, "Location"), rows[i].goes);
        const char *cookie = lz_http_reply_header_get(&answer.reply, "Set-Cookie");
        assert_int_equal(strncmp(cookie, "__Host-liangzheng=", 18), 0);
        assert_null(strstr(cookie, "planted"));
        assert_non_null(strstr(cookie, "; HttpOnly"));
        assert_non_null(strstr(cookie, "; Secure"));
        assert_non_null(strstr(cookie, "SameSite=Lax"));
    }
    struct answer answer = web_ask(web, &(struct ask){.method = "POST",
                                                      .target = "/sign-in",
                                                      .origin = "https://evil.example",
                                                      .body = "login=clerk&password=correct+horse+battery"});
    assert_int_equal(answer.reply.status, 403);
}

static void programs_sign_in_with_json_and_get_the_token_for_forms(void **state)
{
    struct web *web = *state;
    struct answer answer =
        web_ask(web, &(struct ask){.method = "POST",
                                   .target = "/sign-in",
                                   .type = "application/json",
                                   .body = "{\"login\":\"clerk\",\"password\":\"" PASSWORD "\"}"});
    assert_int_equal(answer.reply.status, 200);
    json_t *value = json_loads(answer.body, 0, NULL);
    assert_string_equal(json_string_value(json_object_get(value, "role")), "clerk");
    char cookie[128];
    snprintf(cookie, sizeof cookie, "%.*s",
             (int)strcspn(lz_http_reply_header_get(&answer.reply, "Set-Cookie"), ";"),
             lz_http_reply_header_get(&answer.reply, "Set-Cookie"));
    struct ask out = {.method = "POST",
                      .target = "/sign-out",
                      .cookie = cookie,
                      .csrf = json_string_value(json_object_get(value, "csrf"))};
    assert_int_equal(web_ask(web, &out).reply.status, 200);
    assert_int_equal(web_ask(web, &out).reply.status, 401);
    json_decref(value);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_row_turns_nobody_away_unless_it_is_public),
        cmocka_unit_test(every_row_refuses_every_wrong_role),
        cmocka_unit_test(every_form_refuses_a_missing_stale_or_foreign_token),
        cmocka_unit_test(what_lies_outside_the_scope_does_not_exist),
        cmocka_unit_test(a_path_that_exists_for_another_method_says_which),
        cmocka_unit_test(errors_come_as_a_problem_or_as_a_page),
        cmocka_unit_test(a_form_comes_back_with_what_was_typed_and_what_is_wrong),
        cmocka_unit_test(signing_in_makes_a_new_session_and_goes_only_to_our_own_pages),
        cmocka_unit_test(programs_sign_in_with_json_and_get_the_token_for_forms),
    };
    return cmocka_run_group_tests(tests, web_set_up, web_tear_down);
}
