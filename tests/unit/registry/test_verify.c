#include "fixture.h"
#include "registry/audit.h"
#include "registry/base/encoding.h"
#include "registry/verify.h"

static const uint8_t uid_a[7] = {0x04, 1, 2, 3, 4, 5, 6}, uid_b[7] = {0x04, 9, 9, 9, 9, 9, 9};

static struct lz_verification token_says(struct fixture *f, struct lz_bytes token, const uint8_t *uid)
{
    struct lz_call call = fixture_call(f, &lz_actor_nobody);
    struct lz_verification v;
    assert_ok(lz_verify_token(&call, token, lz_bytes_of(uid, uid ? 7 : 0), &v));
    return v;
}

static struct lz_verification number_says(struct fixture *f, const char *number)
{
    struct lz_call call = fixture_call(f, &lz_actor_nobody);
    struct lz_verification v;
    assert_ok(lz_verify_number(&call, number, &v));
    return v;
}

static void both_say(struct fixture *f, const char *number, struct lz_bytes token, enum lz_verdict verdict,
                     const char *reason)
{
    struct lz_verification by_number = number_says(f, number), by_token = token_says(f, token, NULL);
    assert_string_equal(lz_verdict_name(by_number.verdict), lz_verdict_name(verdict));
    assert_string_equal(lz_verdict_name(by_token.verdict), lz_verdict_name(verdict));
    assert_string_equal(by_token.reason ? by_token.reason : "", reason);
    assert_true(by_token.found);
    assert_true(by_token.by_token);
    assert_false(by_number.by_token);
    assert_int_equal(by_token.signature, LZ_SIGNATURE_GOOD);
    assert_int_equal(by_token.as_of, lz_clock_now_s(&f->clock.base));
}

static void the_verdict_follows_the_certificate(void **test)
{
    struct fixture *f = *test;
    const char *number = fixture_valid(f), *left = fixture_valid(f);
    struct lz_bytes token = fixture_token(f, number), left_token = fixture_token(f, left);
    both_say(f, number, token, LZ_VERDICT_VALID, "");
    assert_ok(fixture_change(f, &f->bureau, number, LZ_CERTIFICATE_SUSPEND, "investigation"));
    both_say(f, number, token, LZ_VERDICT_SUSPENDED, "investigation");
    assert_ok(fixture_change(f, &f->bureau, number, LZ_CERTIFICATE_REVOKE, "gain"));
    both_say(f, number, token, LZ_VERDICT_REVOKED, "gain");
    assert_ok(fixture_change(f, &f->hr, left, LZ_CERTIFICATE_CANCEL, "transfer"));
    both_say(f, left, left_token, LZ_VERDICT_CANCELLED, "transfer");
}

static void an_auxiliary_is_never_shown_as_an_officer(void **test)
{
    struct fixture *f = *test;
    const char *number = fixture_file(f, &lz_actor_local_admin, "2026-03-01", "2030-02-28", "辅助人员");
    both_say(f, number, fixture_token(f, number), LZ_VERDICT_AUXILIARY, "");
}

static void the_last_day_counts_whole_and_no_more(void **test)
{
    struct fixture *f = *test;
    const char *number = fixture_file(f, &lz_actor_local_admin, "2022-02-02", "2026-11-23", "执法人员");
    struct lz_bytes token = fixture_token(f, number);
    fixture_pass(f, 12 * HOUR - 1);
    both_say(f, number, token, LZ_VERDICT_VALID, "");
    fixture_pass(f, 1);
    both_say(f, number, token, LZ_VERDICT_EXPIRED, "");
}

/* A row that an import could not have made today (an intruder's, or an older version's). */
static void before_its_day_of_issue_a_certificate_is_no_green_light(void **test)
{
    struct fixture *f = *test;
    const char *number = fixture_valid(f), *without = fixture_valid(f);
    struct lz_bytes token = fixture_token(f, number);
    fixture_tamper(f, "UPDATE certificate SET issued_on = '2026-11-24'");
    struct lz_verification v = number_says(f, number);
    assert_int_equal(v.verdict, LZ_VERDICT_UNCONFIRMED);
    assert_string_equal(v.reason, "not-yet-valid");
    json_t *told = lz_verification_json(&v, FIXTURE_NOON);
    assert_string_equal(json_string_value(json_object_get(json_object_get(told, "certificate"), "status")),
                        "not-yet-valid");
    json_decref(told);
    both_say(f, number, token, LZ_VERDICT_UNCONFIRMED, "not-yet-valid");
    /* Offline its badge would be green: none is made. */
    struct lz_call clerk = fixture_call(f, &f->clerk);
    struct lz_bytes none = {0};
    assert_err(lz_badge_token(&clerk, without, LZ_TOKEN_QR, (struct lz_bytes){0}, &none), LZ_WRONG_STATE);
    fixture_pass(f, 12 * HOUR);
    both_say(f, number, token, LZ_VERDICT_VALID, "");
    both_say(f, without, fixture_token(f, without), LZ_VERDICT_VALID, "");
}

static void what_a_clock_that_ran_ahead_issued_has_not_begun(void **test)
{
    struct fixture *f = *test;
    struct lz_call admin = fixture_call(f, &f->admin);
    int64_t newest = 0;
    fixture_pass(f, 2 * DAY);
    const char *number = fixture_file(f, &lz_actor_local_admin, "2026-11-25", "2031-11-24", "执法人员");
    struct lz_bytes token = fixture_token(f, number);
    assert_int_equal(token_says(f, token, NULL).verdict, LZ_VERDICT_VALID);
    fixture_pass(f, -2 * DAY);
    assert_ok(lz_audit_accept_clock(&admin, &newest));
    /* Published time stays ahead, which is no reason to call it begun. */
    assert_int_equal(number_says(f, number).verdict, LZ_VERDICT_UNCONFIRMED);
    struct lz_verification v = token_says(f, token, NULL);
    assert_int_equal(v.verdict, LZ_VERDICT_UNCONFIRMED);
    assert_string_equal(v.reason, "not-yet-valid");
    assert_ok(fixture_change(f, &f->bureau, number, LZ_CERTIFICATE_REVOKE, "false-papers"));
    assert_int_equal(token_says(f, token, NULL).verdict, LZ_VERDICT_REVOKED);
}

static void what_nobody_issued_is_unknown(void **test)
{
    struct fixture *f = *test;
    const char *filed = fixture_file(f, &f->hr, "2026-11-23", "2031-11-22", "执法人员");
    struct lz_verification v = number_says(f, "610699999999");
    assert_int_equal(v.verdict, LZ_VERDICT_UNKNOWN);
    v = number_says(f, filed);
    assert_int_equal(v.verdict, LZ_VERDICT_UNKNOWN);
    assert_false(v.found); /* a filing is nobody's business */
}

static void a_flipped_bit_is_a_forgery(void **test)
{
    struct fixture *f = *test;
    struct lz_bytes token = fixture_token(f, fixture_valid(f));
    uint8_t copy[512];
    assert_true(token.size < sizeof copy);
    memcpy(copy, token.data, token.size);
    copy[token.size - 1] ^= 1;
    struct lz_verification v = token_says(f, lz_bytes_of(copy, token.size), NULL);
    assert_int_equal(v.verdict, LZ_VERDICT_FORGED);
    assert_int_equal(v.signature, LZ_SIGNATURE_BAD);
    assert_false(v.found);
}

static void a_well_signed_token_that_was_never_published_is_a_forgery(void **test)
{
    struct fixture *f = *test;
    struct lz_bytes token = fixture_token(f, fixture_valid(f));
    fixture_tamper(f, "DELETE FROM token");
    struct lz_verification v = token_says(f, token, NULL);
    assert_int_equal(v.verdict, LZ_VERDICT_FORGED);
    assert_int_equal(v.signature, LZ_SIGNATURE_GOOD);
    assert_string_equal(v.reason, "not-in-log");
}

static void a_chip_speaks_only_for_itself(void **test)
{
    struct fixture *f = *test;
    const char *number = fixture_valid(f);
    struct lz_call call = fixture_call(f, &f->clerk);
    struct lz_bytes chip, qr = fixture_token(f, number);
    assert_ok(lz_badge_token(&call, number, LZ_TOKEN_CHIP, lz_bytes_of(uid_a, 7), &chip));
    struct lz_verification v = token_says(f, chip, uid_a);
    assert_int_equal(v.verdict, LZ_VERDICT_VALID);
    assert_int_equal(v.chip, LZ_CHIP_BOUND);
    v = token_says(f, chip, uid_b);
    assert_int_equal(v.verdict, LZ_VERDICT_COPIED);
    assert_int_equal(v.chip, LZ_CHIP_MISMATCH);
    v = token_says(f, qr, uid_a); /* a printed code's content in a chip */
    assert_int_equal(v.verdict, LZ_VERDICT_COPIED);
}

static void what_is_no_token_is_refused(void **test)
{
    struct fixture *f = *test;
    struct lz_call call = fixture_call(f, &lz_actor_nobody);
    struct lz_verification v;
    static const char *const texts[] = {"", "hello world", "https://zf.yanan.example/",
                                        "https://zf.yanan.example/v/"};
    assert_err(lz_verify_token(&call, lz_bytes_text("no token"), (struct lz_bytes){0}, &v), LZ_MALFORMED);
    for (size_t i = 0; i < COUNT_OF(texts); i++)
        assert_err(lz_verify_text(&call, texts[i], &v), LZ_MALFORMED);
}

static void every_way_to_write_it_gives_the_same_answer(void **test)
{
    struct fixture *f = *test;
    const char *number = fixture_valid(f), *qr = NULL, *chip = NULL;
    struct lz_call call = fixture_call(f, &f->clerk);
    struct lz_verification v;
    struct lz_buf text;
    lz_buf_init(&text, 4096);
    lz_base64url_encode(fixture_token(f, number), &text);
    assert_ok(lz_badge_qr_url(&call, number, &qr));
    assert_ok(lz_badge_chip_url(&call, number, "NTAG216", lz_bytes_of(uid_a, 7), &chip));
    const char *pointer = lz_arena_printf(f->arena, "https://zf.yanan.example/c/%s", number);
    const char *const ways[] = {number, qr, chip, pointer, (const char *)text.data};
    for (size_t i = 0; i < COUNT_OF(ways); i++) {
        assert_ok(lz_verify_text(&call, ways[i], &v));
        assert_int_equal(v.verdict, LZ_VERDICT_VALID);
        assert_string_equal(v.certificate.number, number);
    }
    lz_buf_free(&text);
}

static void the_json_has_the_shape_of_the_contract(void **test)
{
    struct fixture *f = *test;
    const char *number = fixture_valid(f);
    struct lz_verification v = number_says(f, number);
    json_t *value = lz_verification_json(&v, FIXTURE_NOON),
           *certificate = json_object_get(value, "certificate"),
           *evidence = json_object_get(value, "evidence");
    static const char *const keys[] = {"number", "kind",   "name",         "organ",
                                       "scope",  "region", "issued_on",    "valid_until",
                                       "status", "reason", "effective_at", "published_at"};
    assert_string_equal(json_string_value(json_object_get(value, "verdict")), "valid");
    assert_string_equal(json_string_value(json_object_get(value, "as_of")), "2026-11-23T04:00:00Z");
    assert_string_equal(json_string_value(json_object_get(evidence, "source")), "register");
    for (size_t i = 0; i < COUNT_OF(keys); i++)
        assert_non_null(json_object_get(certificate, keys[i]));
    assert_int_equal(json_object_size(certificate), COUNT_OF(keys)); /* and nothing that is not public */
    json_decref(value);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        fixture_test(the_verdict_follows_the_certificate),
        fixture_test(an_auxiliary_is_never_shown_as_an_officer),
        fixture_test(the_last_day_counts_whole_and_no_more),
        fixture_test(before_its_day_of_issue_a_certificate_is_no_green_light),
        fixture_test(what_a_clock_that_ran_ahead_issued_has_not_begun),
        fixture_test(what_nobody_issued_is_unknown),
        fixture_test(a_flipped_bit_is_a_forgery),
        fixture_test(a_well_signed_token_that_was_never_published_is_a_forgery),
        fixture_test(a_chip_speaks_only_for_itself),
        fixture_test(what_is_no_token_is_refused),
        fixture_test(every_way_to_write_it_gives_the_same_answer),
        fixture_test(the_json_has_the_shape_of_the_contract),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
