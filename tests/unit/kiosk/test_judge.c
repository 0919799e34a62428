#include "lz_test.h"

#include "registry/base/encoding.h"
#include "web/kiosk/enrich.h"
#include "web/kiosk/judge.h"

enum { NOW = 1764000000, AGE = 300, LOG_ROOM = 16 };

/* A registry in memory: a log of a few entries, and what its public pages would say. */
struct counter {
    struct lz_signing_key *log, *issuer;
    struct lz_buf entries[LOG_ROOM];
    size_t size, served; /* entries there are, and those the checkpoint shows */
    struct lz_clock_fixed clock;
    struct lz_trust *trust;
    struct lz_judge judge;
    bool away;
    int syncs;
    const char *number_answer; /* JSON; NULL: the registry is away */
};
static const uint8_t chip[7] = {4, 1, 2, 3, 4, 5, 6}, other_chip[7] = {4, 9, 9, 9, 9, 9, 9};

static void append(struct counter *counter, const struct lz_log_entry *entry)
{
    struct lz_buf *out = &counter->entries[counter->size++];
    lz_buf_init(out, LZ_ENTRY_MAX);
    assert_ok(lz_log_entry_write(entry, out));
}

static lz_err sign(const struct counter *counter, struct lz_buf *out)
{
    struct lz_tlog_frontier frontier = {0};
    struct lz_checkpoint checkpoint = {.origin = "zf.example/log", .size = counter->served};
    for (size_t i = 0; i < counter->served; i++) {
        struct lz_hash leaf;
        assert_ok(lz_tlog_leaf_hash(lz_buf_view(&counter->entries[i]), &leaf));
        assert_ok(lz_tlog_append(&frontier, &leaf, NULL, NULL));
    }
    assert_ok(lz_tlog_frontier_root(&frontier, &checkpoint.root));
    return lz_checkpoint_sign(&checkpoint, counter->log, NULL, counter->clock.ms / 1000, out);
}

static lz_err get(void *context, const char *path, struct lz_buf *out)
{
    const struct counter *counter = context;
    if (strcmp(path, "checkpoint") == 0)
        return sign(counter, out);
    for (size_t i = 0; i < counter->served; i++)
        assert_ok(lz_bundle_add(out, lz_buf_view(&counter->entries[i])));
    return out->err;
}

static bool sync_now(void *context, int budget_ms)
{
    struct counter *counter = context;
    const struct lz_trust_fetch fetch = {.get = get, .context = counter};
    (void)budget_ms;
    counter->syncs++;
    if (counter->away)
        return false;
    counter->served = counter->size;
    return lz_trust_sync(counter->trust, &fetch, &counter->clock.base, NULL, NULL) == LZ_OK;
}

static lz_err look_up(void *context, const char *number, int budget_ms, json_t **ret_value)
{
    const struct counter *counter = context;
    (void)budget_ms;
    assert_string_equal(number, "27060010001");
    if (!counter->number_answer)
        return LZ_NETWORK;
    *ret_value = json_loads(counter->number_answer, 0, NULL);
    return *ret_value ? LZ_OK : LZ_MALFORMED;
}

static int set_up(void **state)
{
    struct counter *counter = calloc(1, sizeof *counter);
    struct lz_log_entry key = {.type = LZ_ENTRY_KEY, .time = NOW - 100};
    struct lz_vkey vkey;
    assert_non_null(counter);
    assert_ok(lz_signing_key_new(LZ_KEY_ED25519, &counter->log));
    assert_ok(lz_signing_key_new(LZ_KEY_P256, &counter->issuer));
    assert_ok(lz_vkey_make("zf.example/log", LZ_NOTE_ED25519, lz_signing_key_public(counter->log), &vkey));
    assert_ok(lz_trust_open(NULL, &vkey, &counter->trust, NULL));
    lz_clock_fixed_init(&counter->clock, NOW);
    key.key.key = *lz_signing_key_public(counter->issuer);
    key.key.from = NOW - 100;
    append(counter, &key);
    counter->judge = (struct lz_judge){.trust = counter->trust,
                                       .clock = &counter->clock.base,
                                       .max_age_s = AGE,
                                       .sync = sync_now,
                                       .look_up = look_up,
                                       .context = counter};
    assert_true(sync_now(counter, 0));
    counter->syncs = 0;
    *state = counter;
    return 0;
}

static int tear_down(void **state)
{
    struct counter *counter = *state;
    for (size_t i = 0; i < counter->size; i++)
        lz_buf_free(&counter->entries[i]);
    lz_trust_free(&counter->trust);
    lz_signing_key_free(&counter->log);
    lz_signing_key_free(&counter->issuer);
    free(counter);
    return 0;
}

/* The address on a chip for a badge at `idx`; `kind` of certificate; published in the log or not. */
static void make_url(struct counter *counter, uint32_t idx, enum lz_token_kind kind, bool publish,
                     struct lz_buf *out)
{
    struct lz_token token = {.number = "27060010001",
                             .name = "姚志怡",
                             .kind = kind,
                             .idx = idx,
                             .organ = 3,
                             .expires_at = NOW + 86400,
                             .uid_size = sizeof chip};
    struct lz_log_entry entry = {.type = LZ_ENTRY_ISSUE, .time = NOW - 50};
    struct lz_buf bytes;
    memcpy(token.uid, chip, sizeof chip);
    lz_buf_init(&bytes, LZ_TOKEN_CAP);
    lz_buf_init(out, 1024);
    assert_ok(lz_token_write(&token, counter->issuer, &bytes));
    entry.issue.idx = idx;
    assert_ok(lz_token_digest(lz_buf_view(&bytes), entry.issue.digest));
    if (publish)
        append(counter, &entry);
    lz_token_url_nfc("https://zf.example", lz_buf_view(&bytes), out);
    lz_buf_free(&bytes);
}

static void revoke(struct counter *counter, uint32_t idx)
{
    struct lz_log_entry entry = {.type = LZ_ENTRY_STATUS, .time = NOW - 20};
    entry.status.idx = idx;
    entry.status.status = LZ_STATUS_REVOKED;
    entry.status.effective = NOW - 20;
    entry.status.reason = lz_reason_find(LZ_REASON_REVOKE, "refusal")->code;
    append(counter, &entry);
}

static struct lz_judgement judge(struct counter *counter, const char *text, const uint8_t uid[7])
{
    struct lz_judgement judgement;
    assert_ok(lz_judge(&counter->judge, lz_bytes_text(text), lz_bytes_of(uid, uid ? 7 : 0), &judgement));
    assert_string_equal(json_string_value(json_object_get(judgement.value, "verdict")),
                        lz_verdict_name(judgement.verdict));
    return judgement;
}

/* Verdict and reason as one text: "forged bad-signature". */
static void assert_judged(struct counter *counter, const char *text, const uint8_t uid[7],
                          const char *expected)
{
    struct lz_judgement judgement = judge(counter, text, uid);
    const char *reason = json_string_value(json_object_get(judgement.value, "reason"));
    char found[96];
    snprintf(found, sizeof found, "%s%s%s", lz_verdict_name(judgement.verdict), reason ? " " : "",
             reason ? reason : "");
    assert_string_equal(found, expected);
    lz_judgement_free(&judgement);
}

static void a_good_badge_on_its_chip_is_valid_without_asking_anyone(void **state)
{
    struct counter *counter = *state;
    struct lz_buf url;
    make_url(counter, 7, LZ_TOKEN_KIND_ENFORCEMENT, true, &url);
    assert_true(sync_now(counter, 0));
    counter->syncs = 0;
    counter->away = true;
    struct lz_judgement judgement = judge(counter, (const char *)url.data, chip);
    assert_int_equal(judgement.verdict, LZ_VERDICT_VALID);
    assert_true(judgement.by_token);
    assert_int_equal(counter->syncs, 0);
    assert_string_equal(
        json_string_value(json_object_get(json_object_get(judgement.value, "evidence"), "chip")), "bound");
    lz_judgement_free(&judgement);
    assert_judged(counter, (const char *)url.data, other_chip, "copied other-chip");
    lz_buf_free(&url);
}

static void what_the_log_says_is_what_the_counter_says(void **state)
{
    struct counter *counter = *state;
    struct lz_buf card, revoked;
    make_url(counter, 8, LZ_TOKEN_KIND_AUXILIARY, true, &card);
    make_url(counter, 9, LZ_TOKEN_KIND_ENFORCEMENT, true, &revoked);
    revoke(counter, 9);
    assert_true(sync_now(counter, 0));
    assert_judged(counter, (const char *)card.data, chip, "auxiliary");
    assert_judged(counter, (const char *)revoked.data, chip, "revoked refusal");
    counter->clock.ms += (AGE + 1) * 1000;
    counter->away = true;
    assert_judged(counter, (const char *)card.data, chip, "unconfirmed stale");
    assert_judged(counter, (const char *)revoked.data, chip, "revoked refusal");
    lz_buf_free(&card);
    lz_buf_free(&revoked);
}

static void a_badge_issued_a_moment_ago_is_found_by_syncing_first(void **state)
{
    struct counter *counter = *state;
    struct lz_buf url;
    make_url(counter, 10, LZ_TOKEN_KIND_ENFORCEMENT, true, &url);
    assert_judged(counter, (const char *)url.data, chip, "valid");
    assert_int_equal(counter->syncs, 1);
    lz_buf_free(&url);
}

static void forged_is_said_only_in_sync_and_unconfirmed_offline(void **state)
{
    struct counter *counter = *state;
    struct lz_buf url;
    make_url(counter, 11, LZ_TOKEN_KIND_ENFORCEMENT, false, &url);
    assert_judged(counter, (const char *)url.data, chip, "forged not-in-log");
    counter->away = true;
    assert_judged(counter, (const char *)url.data, chip, "unconfirmed stale");
    lz_buf_free(&url);
}

static void a_changed_signature_is_forged_even_offline(void **state)
{
    struct counter *counter = *state;
    struct lz_buf url;
    make_url(counter, 12, LZ_TOKEN_KIND_ENFORCEMENT, true, &url);
    assert_true(sync_now(counter, 0));
    counter->away = true;
    url.data[url.size - 8] = url.data[url.size - 8] == 'A' ? 'B' : 'A';
    assert_judged(counter, (const char *)url.data, chip, "forged bad-signature");
    lz_buf_free(&url);
}

static void what_is_no_badge_is_unknown(void **state)
{
    static const char *const texts[] = {"",
                                        "https://shop.example/",
                                        "https://zf.example/v/",
                                        "https://zf.example/v/0oQ",
                                        "https://zf.example/v/0oRJogEmBES0qH9C",
                                        "tel:12348",
                                        "https://zf.example/c/12 34",
                                        "WIFI:S:net;;"};
    for (size_t i = 0; i < COUNT_OF(texts); i++)
        assert_judged(*state, texts[i], chip, "unknown not-a-badge");
}

static void a_number_is_the_registrys_to_answer(void **state)
{
    struct counter *counter = *state;
    assert_judged(counter, "27060010001", NULL, "unconfirmed registry-away");
    assert_judged(counter, "https://elsewhere.example/c/27060010001", chip, "unconfirmed registry-away");
    counter->number_answer =
        "{\"verdict\":\"suspended\",\"reason\":\"discipline\",\"as_of\":\"2026-11-23T08:00:00Z\","
        "\"certificate\":{\"number\":\"27060010001\",\"birth\":\"1980\",\"scope\":[\"a\",3]}}";
    struct lz_judgement judgement = judge(counter, "27060010001", NULL);
    json_t *certificate = json_object_get(judgement.value, "certificate");
    assert_int_equal(judgement.verdict, LZ_VERDICT_SUSPENDED);
    assert_false(judgement.by_token);
    assert_null(json_object_get(certificate, "birth")); /* only what is named public goes on the screen */
    assert_int_equal(json_array_size(json_object_get(certificate, "scope")), 1);
    lz_judgement_free(&judgement);
}

static void an_answer_that_makes_no_sense_confirms_nothing(void **state)
{
    static const char *const answers[] = {"[]",
                                          "{}",
                                          "{\"verdict\":\"fine\",\"as_of\":\"2026-11-23T08:00:00Z\"}",
                                          "{\"verdict\":\"valid\"}",
                                          "{\"verdict\":\"valid\",\"as_of\":\"soon\"}",
                                          "{\"verdict\":1,\"as_of\":\"2026-11-23T08:00:00Z\"}"};
    struct counter *counter = *state;
    for (size_t i = 0; i < COUNT_OF(answers); i++) {
        counter->number_answer = answers[i];
        assert_judged(counter, "27060010001", NULL, "unconfirmed registry-away");
    }
}

static void without_a_trust_store_nothing_is_confirmed(void **state)
{
    struct counter *counter = *state;
    struct lz_buf url;
    make_url(counter, 7, LZ_TOKEN_KIND_ENFORCEMENT, true, &url);
    counter->judge.trust = NULL;
    assert_judged(counter, (const char *)url.data, chip, "unconfirmed trust-folder");
    assert_judged(counter, "", chip, "unknown not-a-badge");
    lz_buf_free(&url);
}

static void the_registry_may_end_a_badge_early_but_never_revive_one(void **unused)
{
    static const struct {
        const char *offline, *registry, *shown;
    } cases[] = {
        {"valid", "cancelled", "cancelled"}, {"valid", "suspended", "suspended"},
        {"revoked", "valid", "revoked"},     {"valid", "valid", "valid"},
        {"valid", "unknown", "valid"},       {"expired", "suspended", "expired"},
        {"cancelled", "revoked", "revoked"}, {"suspended", "valid", "suspended"},
    };
    (void)unused;
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        struct lz_judgement judgement = {.by_token = true};
        json_t *details = NULL;
        assert_ok(lz_verdict_parse(cases[i].offline, &judgement.verdict));
        judgement.value = json_pack("{s:s, s:{s:s, s:s}, s:{s:s}, s:s, s:n}", "verdict", cases[i].offline,
                                    "certificate", "number", "1", "status", cases[i].offline, "evidence",
                                    "source", "offline", "as_of", "2026-11-23T08:00:00Z", "reason");
        json_t *answer = json_pack("{s:s, s:s, s:{s:s, s:[s]}}", "verdict", cases[i].registry, "as_of",
                                   "2026-11-23T08:00:01Z", "certificate", "number", "1", "scope", "环境保护");
        json_t *value = lz_enrich_merge(&judgement, answer, &details);
        assert_string_equal(json_string_value(json_object_get(value, "verdict")), cases[i].shown);
        assert_int_equal(json_array_size(json_object_get(details, "scope")), 1);
        json_decref(details);
        json_decref(value);
        json_object_set_new(json_object_get(answer, "certificate"), "number", json_string("2"));
        value = lz_enrich_merge(&judgement, answer, &details); /* about somebody else: nothing is taken */
        assert_string_equal(json_string_value(json_object_get(value, "verdict")), cases[i].offline);
        assert_null(details);
        json_decref(value);
        json_decref(answer);
        lz_judgement_free(&judgement);
    }
}

#define WITH_COUNTER(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)
int main(void)
{
    const struct CMUnitTest tests[] = {
        WITH_COUNTER(a_good_badge_on_its_chip_is_valid_without_asking_anyone),
        WITH_COUNTER(what_the_log_says_is_what_the_counter_says),
        WITH_COUNTER(a_badge_issued_a_moment_ago_is_found_by_syncing_first),
        WITH_COUNTER(forged_is_said_only_in_sync_and_unconfirmed_offline),
        WITH_COUNTER(a_changed_signature_is_forged_even_offline),
        WITH_COUNTER(what_is_no_badge_is_unknown),
        WITH_COUNTER(a_number_is_the_registrys_to_answer),
        WITH_COUNTER(an_answer_that_makes_no_sense_confirms_nothing),
        WITH_COUNTER(without_a_trust_store_nothing_is_confirmed),
        cmocka_unit_test(the_registry_may_end_a_badge_early_but_never_revive_one),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
