#include "lz_test.h"

#include "registry/credential/reason.h"

/* DESIGN 4, the worst first. */
static const enum lz_verdict order[] = {
    LZ_VERDICT_FORGED,    LZ_VERDICT_COPIED,    LZ_VERDICT_REVOKED,
    LZ_VERDICT_CANCELLED, LZ_VERDICT_EXPIRED,   LZ_VERDICT_UNCONFIRMED,
    LZ_VERDICT_SUSPENDED, LZ_VERDICT_AUXILIARY, LZ_VERDICT_VALID,
};

static void the_worse_of_two_findings_is_the_verdict(void **state)
{
    (void)state;
    for (size_t a = 0; a < COUNT_OF(order); a++) {
        for (size_t b = a; b < COUNT_OF(order); b++) {
            assert_int_equal(lz_verdict_worse(order[a], order[b]), order[a]);
            assert_int_equal(lz_verdict_worse(order[b], order[a]), order[a]);
        }
    }
}

static void every_verdict_has_words_a_colour_and_a_symbol(void **state)
{
    (void)state;
    for (unsigned i = 0; i < LZ_VERDICT_COUNT; i++) {
        const struct lz_verdict_info *info = lz_verdict_info((enum lz_verdict)i);
        enum lz_verdict parsed;
        assert_ok(lz_verdict_parse(info->name, &parsed));
        assert_int_equal(parsed, i);
        for (int lang = 0; lang < LZ_LANG_COUNT; lang++) {
            assert_true(strlen(info->word[lang]) > 0 && strlen(info->sentence[lang]) > 0);
        }
        assert_true(strlen(info->colour) > 0 && strlen(info->symbol) > 0);
    }
    enum lz_verdict none;
    assert_err(lz_verdict_parse("fine", &none), LZ_NOT_FOUND);
}

static void reason_codes_and_names_are_unique(void **state)
{
    (void)state;
    for (size_t i = 0; i < lz_reason_count; i++) {
        const struct lz_reason *reason = &lz_reasons[i];
        assert_true(reason->code > 0 && reason->code < 256);
        assert_ptr_equal(lz_reason_by_code(reason->code), reason);
        assert_ptr_equal(lz_reason_find(reason->group, reason->name), reason);
        assert_non_null(reason->sentence[LZ_ZH]);
        assert_non_null(reason->sentence[LZ_EN]);
    }
    assert_null(lz_reason_by_code(0));
    assert_null(lz_reason_find(LZ_REASON_CANCEL, "ultra-vires"));
}

static void the_codes_of_the_contract_exist(void **state)
{
    (void)state;
    static const struct {
        enum lz_reason_group group;
        const char *names[9];
    } groups[] = {
        {LZ_REASON_CANCEL,
         {"transfer", "retirement", "resignation", "dismissal", "death", "merger", "expiry-unrenewed",
          "other"}},
        {LZ_REASON_SUSPEND, {"investigation", "discipline", "training-shortfall", "annual-check", "other"}},
        {LZ_REASON_REVOKE,
         {"ultra-vires", "procedure", "refusal", "card-misuse", "gain", "favouritism", "false-papers",
          "other"}},
    };
    for (size_t g = 0; g < COUNT_OF(groups); g++) {
        for (size_t n = 0; groups[g].names[n] != NULL; n++) {
            assert_non_null(lz_reason_find(groups[g].group, groups[g].names[n]));
        }
    }
}

static void an_ended_badge_is_never_good_whatever_the_reason(void **state)
{
    (void)state;
    for (unsigned code = 0; code < 256; code++) {
        enum lz_verdict verdict = lz_verdict_of_status(LZ_STATUS_ENDED, code);
        assert_true(verdict == LZ_VERDICT_CANCELLED || verdict == LZ_VERDICT_EXPIRED ||
                    verdict == LZ_VERDICT_UNCONFIRMED);
    }
    assert_int_equal(lz_verdict_of_status(LZ_STATUS_ENDED, 0), LZ_VERDICT_CANCELLED);
    assert_int_equal(lz_verdict_of_status(LZ_STATUS_ENDED, LZ_REASON_CODE_EXPIRED), LZ_VERDICT_EXPIRED);
    assert_int_equal(lz_verdict_of_status(LZ_STATUS_REVOKED, 0), LZ_VERDICT_REVOKED);
    assert_int_equal(lz_verdict_of_status(LZ_STATUS_SUSPENDED, 0), LZ_VERDICT_SUSPENDED);
    assert_int_equal(lz_verdict_of_status(LZ_STATUS_VALID, 10), LZ_VERDICT_VALID);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_worse_of_two_findings_is_the_verdict),
        cmocka_unit_test(every_verdict_has_words_a_colour_and_a_symbol),
        cmocka_unit_test(reason_codes_and_names_are_unique),
        cmocka_unit_test(the_codes_of_the_contract_exist),
        cmocka_unit_test(an_ended_badge_is_never_good_whatever_the_reason),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
