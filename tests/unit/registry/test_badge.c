#include "fixture.h"
#include "registry/credential/token.h"
#include "registry/verify.h"

static const uint8_t uid_a[7] = {0x04, 1, 2, 3, 4, 5, 6}, uid_b[7] = {0x04, 9, 9, 9, 9, 9, 9};

static lz_err chip_token(struct fixture *f, const char *number, const uint8_t uid[7],
                         struct lz_bytes *ret_token)
{
    struct lz_call call = fixture_call(f, &f->clerk);
    return lz_badge_token(&call, number, LZ_TOKEN_CHIP, lz_bytes_of(uid, 7), ret_token);
}

static lz_err change(struct fixture *f, const struct lz_actor *actor, const char *number,
                     enum lz_badge_event event)
{
    struct lz_call call = fixture_call(f, actor);
    return lz_badge_change(&call, fixture_badge(f, number).id, event, NULL);
}

static void a_token_is_made_once_and_kept(void **test)
{
    struct fixture *f = *test;
    const char *number = fixture_valid(f);
    struct lz_bytes first = fixture_token(f, number), again = fixture_token(f, number), chip = {0},
                    chip_again = {0};
    assert_true(lz_bytes_equal(first, again));
    assert_ok(chip_token(f, number, uid_a, &chip));
    assert_ok(chip_token(f, number, uid_a, &chip_again));
    assert_true(lz_bytes_equal(chip, chip_again));
    assert_false(lz_bytes_equal(first, chip));
}

static void qr_and_chip_share_one_place(void **test)
{
    struct fixture *f = *test;
    const char *number = fixture_valid(f);
    struct lz_bytes chip, qr = fixture_token(f, number);
    struct lz_token tokens[2];
    uint8_t kid[LZ_KID_SIZE];
    assert_ok(chip_token(f, number, uid_a, &chip));
    assert_ok(lz_token_read(qr, &tokens[0], kid));
    assert_ok(lz_token_read(chip, &tokens[1], kid));
    assert_int_equal(tokens[0].list, tokens[1].list);
    assert_int_equal(tokens[0].idx, tokens[1].idx);
    assert_int_equal(tokens[0].uid_size, 0);
    assert_int_equal(tokens[1].uid_size, sizeof uid_a);
    assert_memory_equal(tokens[1].uid, uid_a, sizeof uid_a);
}

static void a_badge_keeps_its_chip(void **test)
{
    struct fixture *f = *test;
    const char *number = fixture_valid(f);
    struct lz_bytes token;
    assert_ok(chip_token(f, number, uid_a, &token));
    assert_err(chip_token(f, number, uid_b, &token), LZ_CONFLICT);
    assert_memory_equal(fixture_badge(f, number).chip_uid.data, uid_a, 7);
}

static void a_chip_has_seven_bytes(void **test)
{
    struct fixture *f = *test;
    const char *number = fixture_valid(f);
    struct lz_call call = fixture_call(f, &f->clerk);
    struct lz_bytes token;
    assert_err(lz_badge_token(&call, number, LZ_TOKEN_CHIP, lz_bytes_of(uid_a, 4), &token), LZ_INVALID);
    assert_err(lz_badge_token(&call, number, LZ_TOKEN_CHIP, (struct lz_bytes){0}, &token), LZ_INVALID);
    assert_err(lz_badge_token(&call, number, LZ_TOKEN_QR, lz_bytes_of(uid_a, 7), &token), LZ_INVALID);
}

static void only_badge_hands_make_badges_of_certificates_in_force(void **test)
{
    struct fixture *f = *test;
    const char *number = fixture_valid(f),
               *filed = fixture_file(f, &f->hr, "2026-11-23", "2031-11-22", "执法人员");
    struct lz_bytes token;
    const struct lz_actor *others[] = {&f->hr, &f->trainer, &f->auditor, &lz_actor_nobody};
    for (size_t i = 0; i < COUNT_OF(others); i++) {
        struct lz_call call = fixture_call(f, others[i]);
        assert_err(lz_badge_token(&call, number, LZ_TOKEN_QR, (struct lz_bytes){0}, &token), LZ_FORBIDDEN);
    }
    struct lz_call call = fixture_call(f, &f->clerk);
    assert_err(lz_badge_token(&call, filed, LZ_TOKEN_QR, (struct lz_bytes){0}, &token), LZ_WRONG_STATE);
    assert_err(lz_badge_token(&call, "610699999999", LZ_TOKEN_QR, (struct lz_bytes){0}, &token),
               LZ_NOT_FOUND);
}

static void every_cell_of_a_badges_life_does_what_the_table_says(void **test)
{
    struct fixture *f = *test;
    static const enum lz_badge_event paths[LZ_BADGE_STATE_COUNT][3] = {
        [LZ_BADGE_PRINTED] = {LZ_BADGE_PRINT, LZ_BADGE_EVENT_COUNT},
        [LZ_BADGE_ENCODED] = {LZ_BADGE_ENCODE, LZ_BADGE_EVENT_COUNT},
        [LZ_BADGE_HANDED_OVER] = {LZ_BADGE_PRINT, LZ_BADGE_HAND_OVER, LZ_BADGE_EVENT_COUNT},
        [LZ_BADGE_ORDERED] = {LZ_BADGE_EVENT_COUNT},
    };
    for (unsigned state = LZ_BADGE_ORDERED; state <= LZ_BADGE_HANDED_OVER; state++)
        for (unsigned event = 0; event < LZ_BADGE_EVENT_COUNT; event++) {
            const char *number = fixture_valid(f);
            fixture_token(f, number);
            for (size_t i = 0; paths[state][i] != LZ_BADGE_EVENT_COUNT; i++)
                assert_ok(change(f, &f->clerk, number, paths[state][i]));
            const struct lz_badge_transition *row =
                lz_badge_transition((enum lz_badge_state)state, (enum lz_badge_event)event);
            struct lz_call call = fixture_call(f, &f->clerk), trainer = fixture_call(f, &f->trainer);
            int64_t id = fixture_badge(f, number).id;
            struct lz_badge after;
            assert_err(lz_badge_change(&trainer, id, (enum lz_badge_event)event, NULL),
                       row ? LZ_FORBIDDEN : LZ_WRONG_STATE);
            assert_err(lz_badge_change(&call, id, (enum lz_badge_event)event, &after),
                       row ? LZ_OK : LZ_WRONG_STATE);
            if (!row)
                continue;
            assert_int_equal(after.state, row->to);
            assert_int_equal(after.live, !row->ends);
            assert_int_equal(after.status, row->ends ? 3 : 0);
        }
}

static void a_lost_badge_is_dead_though_its_certificate_lives(void **test)
{
    struct fixture *f = *test;
    const char *number = fixture_valid(f);
    struct lz_bytes old = fixture_token(f, number);
    struct lz_badge lost = fixture_badge(f, number);
    struct lz_call call = fixture_call(f, &f->clerk);
    struct lz_verification v;
    assert_ok(change(f, &f->clerk, number, LZ_BADGE_PRINT));
    assert_ok(change(f, &f->hr, number, LZ_BADGE_LOSE));
    assert_ok(lz_verify_token(&call, old, (struct lz_bytes){0}, &v));
    assert_string_equal(lz_verdict_name(v.verdict), "cancelled");
    assert_string_equal(v.reason, "lost");
    assert_ok(lz_verify_number(&call, number, &v));
    assert_int_equal(v.verdict, LZ_VERDICT_VALID);
    struct lz_bytes new = fixture_token(f, number);
    assert_int_not_equal(fixture_badge(f, number).idx, lost.idx);
    assert_ok(lz_verify_token(&call, new, (struct lz_bytes){0}, &v));
    assert_int_equal(v.verdict, LZ_VERDICT_VALID);
}

static void no_place_is_given_twice(void **test)
{
    enum { BADGES = 40 };
    struct fixture *f = *test;
    const char *number = fixture_valid(f);
    int64_t seen[BADGES];
    for (size_t i = 0; i < BADGES; i++) {
        fixture_token(f, number);
        seen[i] = fixture_badge(f, number).idx;
        for (size_t k = 0; k < i; k++)
            assert_int_not_equal(seen[k], seen[i]);
        assert_ok(change(f, &f->clerk, number, LZ_BADGE_SPOIL));
    }
}

static void a_badge_follows_its_certificate(void **test)
{
    struct fixture *f = *test;
    const char *number = fixture_valid(f);
    fixture_token(f, number);
    assert_ok(fixture_change(f, &f->bureau, number, LZ_CERTIFICATE_SUSPEND, "investigation"));
    assert_int_equal(fixture_badge(f, number).status, 2);
    assert_ok(fixture_change(f, &f->bureau, number, LZ_CERTIFICATE_REINSTATE, NULL));
    assert_int_equal(fixture_badge(f, number).status, 0);
    assert_ok(fixture_change(f, &f->bureau, number, LZ_CERTIFICATE_REVOKE, "gain"));
    assert_int_equal(fixture_badge(f, number).status, 1);
    /* What is revoked stays revoked when the badge comes back. */
    struct lz_badge badge = fixture_badge(f, number);
    struct lz_call call = fixture_call(f, &f->clerk);
    assert_ok(lz_badge_change(&call, badge.id, LZ_BADGE_PRINT, NULL));
    assert_ok(lz_badge_change(&call, badge.id, LZ_BADGE_SPOIL, &badge));
    assert_int_equal(badge.status, 1);
}

static void a_badge_born_under_a_suspension_is_suspended_everywhere(void **test)
{
    struct fixture *f = *test;
    const char *number = fixture_valid(f);
    struct lz_call call = fixture_call(f, &f->bureau);
    int64_t size = 0;
    assert_ok(fixture_change(f, &f->bureau, number, LZ_CERTIFICATE_SUSPEND, "investigation"));
    fixture_token(f, number);
    assert_int_equal(fixture_badge(f, number).status, 2);
    assert_ok(lz_log_verify(&call, &size));
}

static void urls_are_of_the_forms_that_phones_open(void **test)
{
    struct fixture *f = *test;
    const char *number = fixture_valid(f), *small = fixture_valid(f), *url = NULL;
    struct lz_call call = fixture_call(f, &f->clerk);
    assert_ok(lz_badge_qr_url(&call, number, &url));
    assert_int_equal(strncmp(url, "HTTPS://ZF.YANAN.EXAMPLE/V/", 27), 0);
    assert_int_equal(strspn(url + 27, "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"), strlen(url + 27));
    assert_ok(lz_badge_chip_url(&call, number, "NTAG216", lz_bytes_of(uid_a, 7), &url));
    assert_int_equal(strncmp(url, "https://zf.yanan.example/v/", 27), 0);
    assert_ok(lz_badge_chip_url(&call, small, "NTAG213", lz_bytes_of(uid_b, 7), &url));
    assert_int_equal(strncmp(url, "https://zf.yanan.example/c/", 27), 0);
    assert_string_equal(url + 27, small);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        fixture_test(a_token_is_made_once_and_kept),
        fixture_test(qr_and_chip_share_one_place),
        fixture_test(a_badge_keeps_its_chip),
        fixture_test(a_chip_has_seven_bytes),
        fixture_test(only_badge_hands_make_badges_of_certificates_in_force),
        fixture_test(every_cell_of_a_badges_life_does_what_the_table_says),
        fixture_test(a_lost_badge_is_dead_though_its_certificate_lives),
        fixture_test(no_place_is_given_twice),
        fixture_test(a_badge_follows_its_certificate),
        fixture_test(a_badge_born_under_a_suspension_is_suspended_everywhere),
        fixture_test(urls_are_of_the_forms_that_phones_open),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
