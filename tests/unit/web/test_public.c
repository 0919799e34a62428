#include "tests/unit/web/web_test.h"

#include "registry/certificate.h"

static json_t *get_json(struct web *web, const char *target)
{
    struct answer answer = web_get(web, target);
    assert_int_equal(answer.reply.status, 200);
    assert_string_equal(answer.reply.content_type, "application/json");
    json_t *value = json_loads(answer.body, 0, NULL);
    assert_non_null(value);
    return value;
}

static const char *text(const json_t *value, const char *key)
{
    return json_string_value(json_object_get(value, key));
}

static const char *verify_target(struct web *web, const char *tail)
{
    return lz_arena_printf(web->own, "/v/%s%s", web->token, tail);
}

static void a_number_is_answered_with_what_is_public_and_no_photo(void **state)
{
    struct web *web = *state;
    static const char *const keys[] = {"number",       "kind",         "name",        "organ",
                                       "scope",        "region",       "issued_on",   "status",
                                       "effective_at", "published_at", "valid_until", "reason"};
    json_t *value = get_json(web, "/verify?number=" OFFICER);
    const json_t *certificate = json_object_get(value, "certificate");
    assert_string_equal(text(value, "verdict"), "valid");
    assert_string_equal(text(json_object_get(value, "evidence"), "signature"), "none");
    assert_string_equal(text(json_object_get(value, "evidence"), "source"), "register");
    assert_string_equal(text(value, "as_of"), "2026-11-23T08:00:00Z");
    for (size_t i = 0; i < COUNT_OF(keys); i++)
        assert_non_null(json_object_get(certificate, keys[i]));
    assert_int_equal(json_object_size(certificate), COUNT_OF(keys));
    assert_null(json_object_get(value, "photo"));
    json_decref(value);
    value = get_json(web, "/verify?number=" AUXILIARY);
    assert_string_equal(text(value, "verdict"), "auxiliary");
    json_decref(value);
    value = get_json(web, "/verify?number=99999999999");
    assert_string_equal(text(value, "verdict"), "unknown");
    assert_true(json_is_null(json_object_get(value, "certificate")));
    assert_string_equal(text(value, "number"), "99999999999");
    json_decref(value);
}

static void a_number_typed_in_full_width_is_the_same_number(void **state)
{
    json_t *value = get_json(*state, "/verify?number=%20%EF%BC%927060010001%20");
    assert_string_equal(text(value, "verdict"), "valid");
    json_decref(value);
}

static void a_token_shows_the_photo_and_stays_out_of_logs_and_referrers(void **state)
{
    struct web *web = *state;
    static const uint8_t JPEG[] = {0xff, 0xd8, 0xff, 0xd9};
    struct lz_call call = web_call(web, &lz_actor_local_admin);
    struct lz_certificate certificate;
    web_must(lz_certificate_find(&call, OFFICER, &certificate), &call.fault);
    web_must(lz_person_photo_put(&call, certificate.person, lz_bytes_of(JPEG, sizeof JPEG)), &call.fault);
    json_t *value = get_json(web, verify_target(web, ""));
    assert_string_equal(text(value, "verdict"), "valid");
    assert_string_equal(text(json_object_get(value, "evidence"), "signature"), "good");
    assert_string_equal(text(value, "photo"), verify_target(web, "/photo"));
    struct answer photo = web_get(web, verify_target(web, "/photo"));
    assert_int_equal(photo.reply.status, 200);
    assert_string_equal(photo.reply.content_type, "image/jpeg");
    assert_string_equal(lz_http_reply_header_get(&photo.reply, "Cache-Control"), "no-store");
    /* A QR code's address is in capitals. */
    photo = web_get(web, lz_arena_printf(web->own, "/V/%s/photo", web->token));
    assert_int_equal(photo.reply.status, 200);
    json_decref(value);
    struct answer answer = web_get(web, verify_target(web, ""));
    assert_true(answer.reply.private_path);
    assert_string_equal(lz_http_reply_header_get(&answer.reply, "Referrer-Policy"), "no-referrer");
    assert_string_equal(lz_http_reply_header_get(&answer.reply, "Cache-Control"), "no-store");
    assert_int_equal(web_get(web, verify_target(web, "x")).reply.status, 400);
}

static void a_token_read_from_a_chip_it_does_not_name_is_a_copy(void **state)
{
    struct web *web = *state;
    json_t *value = get_json(web, verify_target(web, "?uid=04010203040506"));
    assert_string_equal(text(value, "verdict"), "copied");
    json_decref(value);
}

static void what_is_kept_of_whom_stands_on_a_page_for_everyone(void **state)
{
    struct web *web = *state;
    struct answer answer = web_ask(web, &(struct ask){.target = "/privacy", .accept = "text/html"});
    assert_int_equal(answer.reply.status, 200);
    assert_non_null(strstr(answer.body, "<h1"));
}

static void a_verdict_page_says_it_in_both_languages(void **state)
{
    struct web *web = *state;
    static const char *const accepts = "text/html";
    struct answer answer =
        web_ask(web, &(struct ask){.target = "/certificates/" AUXILIARY, .accept = accepts});
    assert_int_equal(answer.reply.status, 200);
    assert_non_null(strstr(answer.body, "data-verdict=\"auxiliary\""));
    assert_non_null(strstr(answer.body, "朱秀娜"));
    assert_null(strstr(answer.body, "<img"));
    answer = web_ask(web, &(struct ask){.target = "/certificates/" AUXILIARY "?lang=en", .accept = accepts});
    assert_non_null(strstr(answer.body, "Auxiliary: may not enforce"));
    assert_non_null(strstr(lz_http_reply_header_get(&answer.reply, "Set-Cookie"), "lang=en"));
}

static void a_pointer_leads_to_the_certificate(void **state)
{
    static const char *const targets[] = {"/c/27060010001", "/C/27060010001"};
    for (size_t i = 0; i < COUNT_OF(targets); i++) {
        struct answer answer = web_get(*state, targets[i]);
        assert_int_equal(answer.reply.status, 302);
        assert_string_equal(lz_http_reply_header_get(&answer.reply, "Location"), "/certificates/" OFFICER);
    }
}

static void what_is_published_has_its_type_and_is_answered_once(void **state)
{
    struct web *web = *state;
    static const struct {
        const char *target, *type;
    } rows[] = {{"/checkpoint", "text/plain; charset=utf-8"}, {"/status/1", "application/statuslist+cwt"}};
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        struct answer answer = web_get(web, rows[i].target);
        assert_int_equal(answer.reply.status, 200);
        assert_string_equal(answer.reply.content_type, rows[i].type);
        assert_string_equal(lz_http_reply_header_get(&answer.reply, "Access-Control-Allow-Origin"), "*");
        const char *etag = lz_arena_text(web->own, lz_http_reply_header_get(&answer.reply, "ETag"));
        answer = web_ask(web, &(struct ask){.target = rows[i].target, .match = etag});
        assert_int_equal(answer.reply.status, 304);
    }
    assert_int_equal(web_get(web, "/tile/entries/000.p/1").reply.status, 200);
    assert_int_equal(web_get(web, "/tile/0/000.p/1").reply.status, 200);
    assert_int_equal(web_get(web, "/tile/0/7777").reply.status, 404);
    json_decref(get_json(web, "/.well-known/liangzheng/keys"));
    json_decref(get_json(web, "/healthz"));
    struct answer metrics = web_get(web, "/metrics");
    assert_non_null(strstr(metrics.body, "liangzheng_verdicts_total{verdict=\"valid\"}"));
}

static void who_asks_too_often_waits_and_others_do_not(void **state)
{
    (void)state;
    struct lz_rate *rate = NULL;
    int64_t wait = 0;
    assert_ok(lz_rate_new(3, &rate));
    for (int i = 0; i < 3; i++)
        assert_true(lz_rate_take(rate, "203.0.113.7", 1000, &wait));
    assert_false(lz_rate_take(rate, "203.0.113.7", 1000, &wait));
    assert_int_equal(wait, 21);
    assert_true(lz_rate_take(rate, "203.0.113.8", 1000, NULL));
    assert_true(lz_rate_take(rate, "203.0.113.7", 21000, &wait));
    for (int i = 0; i < 3; i++)
        assert_true(lz_rate_take(rate, "2001:db8::1", 1000, NULL));
    assert_false(lz_rate_take(rate, "2001:db8::ffff", 1000, NULL));
    for (int i = 0; i < 20000; i++) {
        char peer[32];
        snprintf(peer, sizeof peer, "10.%d.%d.%d", i / 65536, i / 256 % 256, i % 256);
        assert_true(lz_rate_take(rate, peer, 2000 + i, NULL));
    }
    lz_rate_free(&rate);
    assert_ok(lz_rate_new(0, &rate));
    assert_true(lz_rate_take(rate, "203.0.113.7", 0, NULL));
    lz_rate_free(&rate);
}

static void look_ups_by_number_are_limited_and_tokens_are_not(void **state)
{
    struct web *web = *state;
    lz_rate_free(&web->site->lookups);
    assert_ok(lz_rate_new(2, &web->site->lookups));
    for (int i = 0; i < 2; i++)
        assert_int_equal(web_get(web, "/verify?number=" OFFICER).reply.status, 200);
    struct answer answer = web_get(web, "/certificates/" OFFICER);
    assert_int_equal(answer.reply.status, 429);
    assert_non_null(lz_http_reply_header_get(&answer.reply, "Retry-After"));
    assert_int_equal(web_get(web, verify_target(web, "")).reply.status, 200);
    struct ask staff = {.target = "/verify?number=" OFFICER, .cookie = web->accounts[LZ_ROLE_CLERK].cookie};
    assert_int_equal(web_ask(web, &staff).reply.status, 200);
    lz_rate_free(&web->site->lookups);
    assert_ok(lz_rate_new(0, &web->site->lookups));
}

static void only_local_paths_are_followed(void **state)
{
    (void)state;
    assert_true(lz_path_is_local("/desk/people?page=2"));
    static const char *const bad[] = {"",          "desk",  "//evil", "/\\evil",
                                      "https://x", "/a\nb", "/a b",   "/a\x7f"};
    for (size_t i = 0; i < COUNT_OF(bad); i++)
        assert_false(lz_path_is_local(bad[i]));
    assert_false(lz_path_is_local(NULL));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_number_is_answered_with_what_is_public_and_no_photo),
        cmocka_unit_test(a_number_typed_in_full_width_is_the_same_number),
        cmocka_unit_test(a_token_shows_the_photo_and_stays_out_of_logs_and_referrers),
        cmocka_unit_test(a_token_read_from_a_chip_it_does_not_name_is_a_copy),
        cmocka_unit_test(what_is_kept_of_whom_stands_on_a_page_for_everyone),
        cmocka_unit_test(a_verdict_page_says_it_in_both_languages),
        cmocka_unit_test(a_pointer_leads_to_the_certificate),
        cmocka_unit_test(what_is_published_has_its_type_and_is_answered_once),
        cmocka_unit_test(who_asks_too_often_waits_and_others_do_not),
        cmocka_unit_test(look_ups_by_number_are_limited_and_tokens_are_not),
        cmocka_unit_test(only_local_paths_are_followed),
    };
    return cmocka_run_group_tests(tests, web_set_up, web_tear_down);
}
