#include "tests/unit/http/http_test.h"

#include "web/http/cookie.h"
#include "web/http/exchange.h"
#include "web/http/negotiate.h"
#include "web/http/path.h"
#include "web/http/problem.h"
#include "web/http/security.h"

static const struct {
    const char *raw;
    const char *want; /* segments joined by '|'; NULL: refused */
    lz_err err;
} PATHS[] = {
    {"/", "", LZ_OK},
    {"/a", "a", LZ_OK},
    {"/a/", "a|", LZ_OK},
    {"/a/b", "a|b", LZ_OK},
    {"/a%20b", "a b", LZ_OK},
    {"/%E9%AB%98", "高", LZ_OK},
    {"/a+b", "a+b", LZ_OK},
    {"/...", "...", LZ_OK},
    {"", NULL, LZ_MALFORMED},
    {"*", NULL, LZ_MALFORMED},
    {"a", NULL, LZ_MALFORMED},
    {"//", NULL, LZ_MALFORMED},
    {"//a", NULL, LZ_MALFORMED},
    {"/a//b", NULL, LZ_MALFORMED},
    {"/.", NULL, LZ_MALFORMED},
    {"/a/../b", NULL, LZ_MALFORMED},
    {"/%2e%2e/b", NULL, LZ_MALFORMED},
    {"/.%2E", NULL, LZ_MALFORMED},
    {"/a%2fb", NULL, LZ_MALFORMED},
    {"/a%5cb", NULL, LZ_MALFORMED},
    {"/a%00", NULL, LZ_MALFORMED},
    {"/a%0a", NULL, LZ_MALFORMED},
    {"/a%7f", NULL, LZ_MALFORMED},
    {"/a%", NULL, LZ_MALFORMED},
    {"/a%4", NULL, LZ_MALFORMED},
    {"/a%g0", NULL, LZ_MALFORMED},
    {"/%c0%ae%c0%ae", NULL, LZ_MALFORMED},
    {"/%ff", NULL, LZ_MALFORMED},
    {"/1/2/3/4/5/6/7/8/9/10/11/12/13/14/15/16/17", NULL, LZ_TOO_LARGE},
};

static void a_path_has_one_spelling_only(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(PATHS); i++) {
        struct lz_arena *arena = test_arena();
        struct lz_http_path path = {0};
        lz_err err = lz_http_path_parse(arena, lz_bytes_text(PATHS[i].raw), &path);
        if (err != PATHS[i].err)
            fail_msg("%s: %s", PATHS[i].raw, lz_err_name(err));
        const char *joined = "";
        for (size_t k = 0; k < path.count; k++)
            joined = lz_arena_printf(arena, "%s%s%s", joined, k ? "|" : "", path.segments[k]);
        if (PATHS[i].want)
            assert_string_equal(joined, PATHS[i].want);
        lz_arena_free(&arena);
    }
}

static void the_log_sees_the_first_word_of_an_unknown_path(void **state)
{
    (void)state;
    static const struct {
        const char *raw, *want;
    } CASES[] = {{"/v/abc", "/v/-"},
                 {"/V/ABC", "/V/-"},
                 {"/v/abc/photo", "/v/-"},
                 {"/certificates/27000000001", "/certificates/-"},
                 {"/healthz", "/healthz"},
                 {"/favicon.ico", "/favicon.ico"},
                 {"/", "/"},
                 {"/27000000001", "/-"},
                 {"/%E5%BC%A0%E4%B8%89", "/-"},
                 {"/c/AAAA", "/c/-"},
                 {"/AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA", "/-"}};
    for (size_t i = 0; i < COUNT(CASES); i++) {
        struct lz_arena *arena = test_arena();
        struct lz_http_path path = {0};
        assert_int_equal(lz_http_path_parse(arena, lz_bytes_text(CASES[i].raw), &path), LZ_OK);
        assert_string_equal(lz_http_path_for_log(arena, &path), CASES[i].want);
        lz_arena_free(&arena);
    }
}

static void a_cookie_is_found_once_and_whole_or_not_at_all(void **state)
{
    (void)state;
    static const struct {
        const char *header;
        const char *want;
    } CASES[] = {{"s=1", "1"},       {"a=2; s=1", "1"}, {"s=1; a=2", "1"}, {"ss=1", NULL},
                 {"s=", ""},         {"s", NULL},       {"", NULL},        {"s=1; s=1", "1"},
                 {"s=1; s=2", NULL}, {"s=a\"b", NULL},  {"s=a b", NULL},   {"s=\xe9\xab\x98", NULL},
                 {";;s=1;", "1"},    {"s=a=b", "a=b"},  {"S=1", NULL}};
    for (size_t i = 0; i < COUNT(CASES); i++) {
        struct lz_arena *arena = test_arena();
        const char *value = lz_cookie_find(arena, CASES[i].header, "s");
        if (CASES[i].want) {
            assert_non_null(value);
            assert_string_equal(value, CASES[i].want);
        } else {
            assert_null(value);
        }
        lz_arena_free(&arena);
    }
}

static void a_cookie_is_set_safely(void **state)
{
    (void)state;
    struct lz_http_reply reply = {.arena = test_arena()};
    struct lz_cookie cookie = {.name = "__Host-session", .value = "abc", .max_age_s = 60, .secure = true};
    assert_int_equal(lz_cookie_set(&reply, &cookie), LZ_OK);
    assert_string_equal(lz_http_reply_header_get(&reply, "set-cookie"),
                        "__Host-session=abc; Path=/; Max-Age=60; Secure; HttpOnly; SameSite=Lax");
    cookie.secure = false;
    assert_int_equal(lz_cookie_set(&reply, &cookie), LZ_INTERNAL);
    assert_int_equal(lz_cookie_set(&reply, &(struct lz_cookie){.name = "a", .value = "x;y"}), LZ_INTERNAL);
    assert_int_equal(lz_cookie_set(&reply, &(struct lz_cookie){.name = "a b", .value = "x"}), LZ_INTERNAL);
    lz_arena_free(&reply.arena);
}

static void browsers_get_pages_and_programs_get_json(void **state)
{
    (void)state;
    static const struct {
        const char *accept;
        enum lz_media want;
    } CASES[] = {
        {NULL, LZ_MEDIA_JSON},
        {"*/*", LZ_MEDIA_JSON},
        {"application/json", LZ_MEDIA_JSON},
        {"text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8", LZ_MEDIA_HTML},
        {"text/html;q=0.5, application/json", LZ_MEDIA_JSON},
        {"application/json;q=0.5, text/html", LZ_MEDIA_HTML},
        {"text/html;q=0", LZ_MEDIA_JSON},
        {"text/html;q=nonsense", LZ_MEDIA_JSON},
        {",,;;q=", LZ_MEDIA_JSON},
    };
    for (size_t i = 0; i < COUNT(CASES); i++)
        assert_int_equal(lz_negotiate_media(CASES[i].accept), CASES[i].want);
}

static void chinese_unless_english_is_preferred(void **state)
{
    (void)state;
    static const struct {
        const char *header;
        lz_lang want;
    } CASES[] = {{NULL, LZ_ZH},
                 {"", LZ_ZH},
                 {"zh-CN,zh;q=0.9,en;q=0.8", LZ_ZH},
                 {"en-US,en;q=0.9", LZ_EN},
                 {"de", LZ_ZH},
                 {"en;q=0.3, zh;q=0.2", LZ_EN},
                 {"en, zh", LZ_ZH},
                 {"*", LZ_ZH},
                 {"de, en;q=0.5", LZ_EN}};
    for (size_t i = 0; i < COUNT(CASES); i++)
        assert_int_equal(lz_negotiate_lang(CASES[i].header), CASES[i].want);
    assert_true(lz_negotiate_gzip("br, gzip;q=0.8"));
    assert_false(lz_negotiate_gzip("gzip;q=0"));
    assert_false(lz_negotiate_gzip(NULL));
}

static lz_err parse(struct lz_arena *arena, const struct lz_http_header *headers, size_t count,
                    struct lz_http_request *request, int *ret_status)
{
    static const char *const PROXIES[] = {"10.0.0.1"};
    struct lz_http_server_options options = {.trusted_proxies = PROXIES, .trusted_proxy_count = 1};
    struct lz_http_head head = {"GET", "/a", "lang=en", "10.0.0.1", headers, count};
    *request = (struct lz_http_request){.arena = arena};
    return lz_http_request_parse(&options, &head, request, ret_status);
}

static void a_trusted_proxy_names_the_client(void **state)
{
    (void)state;
    struct lz_arena *arena = test_arena();
    struct lz_http_request request;
    int status = 0;
    const struct lz_http_header headers[] = {{"X-Forwarded-For", "6.6.6.6"}, /* the client's own */
                                             {"X-Forwarded-Proto", "http"},
                                             {"X-Forwarded-For", "6.6.6.7, 203.0.113.7"},
                                             {"X-Forwarded-Proto", "https"},
                                             {"Accept-Language", "zh"}};
    assert_int_equal(parse(arena, headers, COUNT(headers), &request, &status), LZ_OK);
    assert_string_equal(request.peer, "203.0.113.7");
    assert_true(request.secure);
    assert_int_equal(lz_http_lang(&request), LZ_EN);
    lz_arena_free(&arena);
}

static void what_a_proxy_names_is_an_address_or_nobody(void **state)
{
    (void)state;
    struct lz_arena *arena = test_arena();
    struct lz_http_request request;
    int status = 0;
    static const char *const CASES[][2] = {
        {"203.0.113.7:51234", "203.0.113.7"},
        {"6.6.6.6,[2001:DB8::1]:443 ", "2001:db8::1"},
        {"::ffff:203.0.113.7", "203.0.113.7"},
        {"unknown", "-"},
        {"203.0.113.7 6.6.6.6", "-"},
        {"203.0.113.7,", "-"},
        {"", "-"},
        {"000000000000000000000000000000000000000000000000000000000000203.0.113.7", "-"},
    };
    for (size_t i = 0; i < COUNT(CASES); i++) {
        const struct lz_http_header header = {"X-Forwarded-For", CASES[i][0]};
        assert_int_equal(parse(arena, &header, 1, &request, &status), LZ_OK);
        assert_string_equal(request.peer, CASES[i][1]);
    }
    lz_arena_free(&arena);
}

static void headers_that_could_be_read_two_ways_are_refused(void **state)
{
    (void)state;
    struct lz_arena *arena = test_arena();
    struct lz_http_request request;
    int status = 0;
    const struct lz_http_header doubled[] = {{"Host", "a"}, {"host", "b"}};
    assert_int_equal(parse(arena, doubled, 2, &request, &status), LZ_MALFORMED);
    assert_int_equal(status, 400);
    static const struct {
        struct lz_http_header headers[2];
        lz_err want;
    } CASES[] = {
        {{{"Content-Length", "5"}, {"Transfer-Encoding", "chunked"}}, LZ_MALFORMED},
        {{{"Content-Length", "-5"}, {"A", "b"}}, LZ_MALFORMED},
        {{{"Content-Length", "5 5"}, {"A", "b"}}, LZ_MALFORMED},
        {{{"Content-Length", "99999999999999999999"}, {"A", "b"}}, LZ_MALFORMED},
        {{{"Transfer-Encoding", "gzip, chunked"}, {"A", "b"}}, LZ_MALFORMED},
        {{{"Content-Length", "5"}, {"A", "b"}}, LZ_OK},
    };
    for (size_t i = 0; i < COUNT(CASES); i++) {
        enum lz_http_framing framing = LZ_HTTP_NO_BODY;
        uint64_t length = 0;
        assert_int_equal(parse(arena, CASES[i].headers, 2, &request, &status), LZ_OK);
        assert_int_equal(lz_http_framing_of(&request, &framing, &length), CASES[i].want);
    }
    lz_arena_free(&arena);
}

static void a_problem_tells_what_and_which_field_in_the_users_language(void **state)
{
    (void)state;
    struct lz_fault fault = {0};
    assert_int_equal(lz_fault_field(&fault, "number", "12", "应为 11 位数字。", "Expected 11 digits."),
                     LZ_INVALID);
    json_t *problem = lz_problem_json(&fault, 0, LZ_EN);
    assert_non_null(problem);
    assert_string_equal(json_string_value(json_object_get(problem, "type")),
                        "urn:liangzheng:problem:invalid");
    assert_int_equal(json_integer_value(json_object_get(problem, "status")), 422);
    const json_t *field = json_array_get(json_object_get(problem, "fields"), 0);
    assert_string_equal(json_string_value(json_object_get(field, "message")), "Expected 11 digits.");
    assert_string_equal(json_string_value(json_object_get(field, "field")), "number");
    json_decref(problem);
}

static void every_answer_carries_the_security_headers(void **state)
{
    (void)state;
    struct lz_http_request request = {.arena = test_arena(), .secure = true};
    struct lz_http_reply reply = {.arena = request.arena};
    lz_security_headers(&request, &reply, LZ_NEEDS_NOTHING);
    assert_string_equal(
        lz_http_reply_header_get(&reply, "Content-Security-Policy"),
        "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self' data:; font-src "
        "'self'; connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'");
    assert_string_equal(lz_http_reply_header_get(&reply, "Referrer-Policy"), "no-referrer");
    assert_string_equal(lz_http_reply_header_get(&reply, "Cache-Control"), "no-store");
    assert_non_null(lz_http_reply_header_get(&reply, "Strict-Transport-Security"));
    assert_false(reply.failed);
    lz_arena_free(&request.arena);
}

static void a_header_cannot_be_split_and_a_redirect_stays_here(void **state)
{
    (void)state;
    struct lz_http_reply reply = {.arena = test_arena()};
    static const char *const ELSEWHERE[] = {"//evil.example", "https://evil.example", "/\\evil.example", ""};
    for (size_t i = 0; i < COUNT(ELSEWHERE); i++) {
        lz_http_reply_redirect(&reply, 303, ELSEWHERE[i]);
        assert_string_equal(lz_http_reply_header_get(&reply, "Location"), "/");
    }
    assert_false(reply.failed);
    lz_http_reply_header(&reply, "X-A", "b\r\nSet-Cookie: c=d");
    assert_true(reply.failed);
    struct lz_http_request request = {.arena = reply.arena};
    struct lz_buf out;
    lz_buf_init(&reply.scratch, 1 << 16);
    lz_buf_init(&out, 1 << 16);
    lz_http_reply_write(&request, &reply, true, 1, &out);
    assert_memory_equal(out.data, "HTTP/1.1 500 ", 13);
    assert_null(strstr((char *)out.data, "c=d"));
    lz_buf_free(&out);
    lz_buf_free(&reply.scratch);
    lz_arena_free(&reply.arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_path_has_one_spelling_only),
        cmocka_unit_test(the_log_sees_the_first_word_of_an_unknown_path),
        cmocka_unit_test(a_cookie_is_found_once_and_whole_or_not_at_all),
        cmocka_unit_test(a_cookie_is_set_safely),
        cmocka_unit_test(browsers_get_pages_and_programs_get_json),
        cmocka_unit_test(chinese_unless_english_is_preferred),
        cmocka_unit_test(a_trusted_proxy_names_the_client),
        cmocka_unit_test(what_a_proxy_names_is_an_address_or_nobody),
        cmocka_unit_test(headers_that_could_be_read_two_ways_are_refused),
        cmocka_unit_test(a_problem_tells_what_and_which_field_in_the_users_language),
        cmocka_unit_test(every_answer_carries_the_security_headers),
        cmocka_unit_test(a_header_cannot_be_split_and_a_redirect_stays_here),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
