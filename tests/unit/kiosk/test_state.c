#include "lz_test.h"

#include "registry/base/file.h"
#include "web/kiosk/state.h"

#include <unistd.h>

enum { NOW = 1764000000, AGE = 300 };
static const uint8_t jpeg[] = {0xFF, 0xD8, 0xFF, 0xE0, 1, 2, 3, 4};
static const uint8_t digest[LZ_TOKEN_DIGEST] = {1, 2, 3};

struct fixture {
    struct lz_clock_fixed clock;
    struct lz_kiosk_state *state;
    char folder[64];
};

static int set_up(void **ret)
{
    struct fixture *fixture = calloc(1, sizeof *fixture);
    assert_non_null(fixture);
    lz_clock_fixed_init(&fixture->clock, NOW);
    assert_ok(lz_kiosk_state_new(&fixture->clock.base, AGE, NULL, &fixture->state));
    snprintf(fixture->folder, sizeof fixture->folder, "/tmp/lz-kiosk-XXXXXX");
    assert_non_null(mkdtemp(fixture->folder));
    *ret = fixture;
    return 0;
}

static int tear_down(void **state)
{
    struct fixture *fixture = *state;
    struct lz_holder_cache *cache = NULL;
    lz_kiosk_state_free(&fixture->state);
    if (lz_holder_cache_new(fixture->folder, &cache, NULL) == LZ_OK)
        lz_holder_cache_purge(cache, NOW + 10 * LZ_HOLDER_KEEP_S);
    lz_holder_cache_free(&cache);
    assert_int_equal(rmdir(fixture->folder), 0);
    free(fixture);
    return 0;
}

static void make_holder(struct lz_holder *holder)
{
    lz_holder_init(holder);
    lz_buf_add(&holder->photo, jpeg, sizeof jpeg);
    holder->details = json_pack("{s:[s], s:s}", "scope", "环境保护", "region", "宝塔区");
}

static struct lz_judgement judged(enum lz_verdict verdict)
{
    struct lz_judgement judgement = {.verdict = verdict, .by_token = true};
    judgement.value = json_pack("{s:s, s:{s:s}}", "verdict", lz_verdict_name(verdict), "certificate",
                                "number", "27060010001");
    return judgement;
}

/* A text of the state at a path of members, "" when it is no text. */
static const char *at(const json_t *value, const char *first, const char *second)
{
    const json_t *found = json_object_get(value, first);
    const char *text = json_string_value(second ? json_object_get(found, second) : found);
    return text ? text : "";
}

static void a_counter_that_knows_nothing_says_so(void **state)
{
    struct fixture *fixture = *state;
    json_t *value = lz_kiosk_state_json(fixture->state);
    assert_string_equal(at(value, "reader", NULL), "away");
    assert_string_equal(at(value, "network", NULL), "away");
    assert_string_equal(at(value, "trust", "state"), "never");
    assert_true(json_is_null(json_object_get(json_object_get(value, "trust"), "as_of")));
    assert_true(json_is_null(json_object_get(value, "tap")));
    json_decref(value);
}

static void reader_trust_and_network_are_told_with_their_reasons(void **state)
{
    static const struct {
        struct lz_knowledge_state knowledge;
        const char *word;
    } cases[] = {
        {{.trust = {.as_of = NOW - AGE}}, "ready"},
        {{.trust = {.as_of = NOW - AGE - 1}}, "stale"},
        {{.trust = {.as_of = NOW}, .clock_behind = true}, "clock-behind"},
        {{.trust = {.as_of = NOW, .inconsistent = true}}, "inconsistent"},
        {{.folder = LZ_CORRUPT}, "broken"},
    };
    struct fixture *fixture = *state;
    struct lz_tap_line line = {.kind = LZ_TAP_LINE_AWAY, .reason = "device"};
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        lz_kiosk_state_knowledge(fixture->state, &cases[i].knowledge);
        json_t *value = lz_kiosk_state_json(fixture->state);
        assert_string_equal(at(value, "trust", "state"), cases[i].word);
        json_decref(value);
    }
    lz_kiosk_state_reader(fixture->state, &line);
    json_t *value = lz_kiosk_state_json(fixture->state);
    assert_string_equal(at(value, "reader_reason", "code"), "device");
    json_decref(value);
    line.kind = LZ_TAP_LINE_READY;
    lz_kiosk_state_reader(fixture->state, &line);
    value = lz_kiosk_state_json(fixture->state);
    assert_string_equal(at(value, "reader", NULL), "ready");
    assert_true(json_is_null(json_object_get(value, "reader_reason")));
    json_decref(value);
}

static void the_latest_tap_stays_and_a_slow_answer_does_not_replace_it(void **state)
{
    struct fixture *fixture = *state;
    struct lz_judgement valid = judged(LZ_VERDICT_VALID), forged = judged(LZ_VERDICT_FORGED);
    uint64_t slow = lz_kiosk_state_begin(fixture->state), quick = lz_kiosk_state_begin(fixture->state);
    assert_int_equal(lz_kiosk_state_tap(fixture->state, quick, LZ_TAP_CHIP, &forged, NULL), 1);
    assert_int_equal(lz_kiosk_state_tap(fixture->state, slow, LZ_TAP_NUMBER, &valid, NULL), 0);
    fixture->clock.ms += 3600000;
    json_t *value = lz_kiosk_state_json(fixture->state);
    assert_string_equal(at(value, "tap", "verdict"), "forged");
    assert_string_equal(at(value, "tap", "at"), "2025-11-24T16:00:00Z");
    json_decref(value);
    lz_judgement_free(&valid);
    lz_judgement_free(&forged);
}

static void photo_and_scope_follow_under_the_same_seq(void **state)
{
    struct fixture *fixture = *state;
    struct lz_judgement valid = judged(LZ_VERDICT_VALID);
    struct lz_holder holder;
    struct lz_buf photo;
    make_holder(&holder);
    lz_buf_init(&photo, LZ_HOLDER_PHOTO_MAX);
    uint64_t seq =
        lz_kiosk_state_tap(fixture->state, lz_kiosk_state_begin(fixture->state), LZ_TAP_CHIP, &valid, NULL);
    assert_false(lz_kiosk_state_photo(fixture->state, seq, &photo));
    lz_kiosk_state_enrich(fixture->state, seq + 1, valid.value, &holder); /* of another tap */
    assert_false(lz_kiosk_state_photo(fixture->state, seq, &photo));
    lz_kiosk_state_enrich(fixture->state, seq, valid.value, &holder);
    assert_true(lz_kiosk_state_photo(fixture->state, seq, &photo));
    assert_int_equal(photo.size, sizeof jpeg);
    json_t *value = lz_kiosk_state_json(fixture->state);
    assert_string_equal(at(value, "tap", "photo"), "/photo/1?rev=2");
    assert_string_equal(at(json_object_get(value, "tap"), "certificate", "region"), "宝塔区");
    json_decref(value);
    lz_buf_free(&photo);
    lz_holder_reset(&holder);
    lz_judgement_free(&valid);
}

static void a_verdict_that_shows_no_holder_shows_no_photo(void **state)
{
    static const enum lz_verdict hidden[] = {LZ_VERDICT_UNKNOWN, LZ_VERDICT_FORGED, LZ_VERDICT_COPIED,
                                             LZ_VERDICT_UNCONFIRMED};
    struct fixture *fixture = *state;
    struct lz_holder holder;
    struct lz_buf photo;
    make_holder(&holder);
    lz_buf_init(&photo, LZ_HOLDER_PHOTO_MAX);
    for (size_t i = 0; i < COUNT_OF(hidden); i++) {
        struct lz_judgement judgement = judged(hidden[i]);
        uint64_t ticket = lz_kiosk_state_begin(fixture->state);
        uint64_t seq = lz_kiosk_state_tap(fixture->state, ticket, LZ_TAP_CHIP, &judgement, &holder);
        assert_false(lz_kiosk_state_photo(fixture->state, seq, &photo));
        lz_judgement_free(&judgement);
    }
    lz_buf_free(&photo);
    lz_holder_reset(&holder);
}

static void a_holder_is_kept_a_day_after_the_last_tap_and_no_longer(void **state)
{
    struct fixture *fixture = *state;
    struct lz_holder_cache *cache = NULL;
    struct lz_holder holder, found;
    make_holder(&holder);
    lz_holder_init(&found);
    for (int on_disk = 0; on_disk < 2; on_disk++) {
        const char *folder = on_disk ? fixture->folder : NULL;
        assert_ok(lz_holder_cache_new(folder, &cache, NULL));
        assert_ok(lz_holder_cache_put(cache, digest, NOW, &holder));
        assert_true(lz_holder_cache_get(cache, digest, NOW + LZ_HOLDER_KEEP_S - 1, &found));
        lz_holder_cache_touch(cache, digest, NOW + 100);
        assert_true(lz_holder_cache_get(cache, digest, NOW + LZ_HOLDER_KEEP_S + 99, &found));
        assert_false(lz_holder_cache_get(cache, digest, NOW + LZ_HOLDER_KEEP_S + 100, &found));
        assert_int_equal(found.photo.size, sizeof jpeg);
        if (on_disk) { /* a restart */
            lz_holder_cache_free(&cache);
            assert_ok(lz_holder_cache_new(folder, &cache, NULL));
            assert_true(lz_holder_cache_get(cache, digest, NOW + 100, &found));
            assert_true(json_equal(found.details, holder.details));
        }
        lz_holder_cache_purge(cache, NOW + LZ_HOLDER_KEEP_S + 100);
        assert_false(lz_holder_cache_get(cache, digest, NOW + 100, &found));
        lz_holder_cache_free(&cache);
    }
    lz_holder_reset(&holder);
    lz_holder_reset(&found);
}

/* Else a clock that was set back by a day would keep them for two. */
static void a_holder_tapped_in_the_future_is_forgotten(void **state)
{
    struct fixture *fixture = *state;
    struct lz_holder_cache *cache = NULL;
    struct lz_holder holder, found;
    make_holder(&holder);
    lz_holder_init(&found);
    assert_ok(lz_holder_cache_new(fixture->folder, &cache, NULL));
    assert_ok(lz_holder_cache_put(cache, digest, NOW + LZ_HOLDER_KEEP_S, &holder));
    assert_false(lz_holder_cache_get(cache, digest, NOW, &found));
    lz_holder_cache_purge(cache, NOW);
    assert_false(lz_holder_cache_get(cache, digest, NOW + LZ_HOLDER_KEEP_S, &found));
    lz_holder_cache_free(&cache);
    lz_holder_reset(&holder);
}

static void a_damaged_file_of_a_holder_is_removed(void **state)
{
    struct fixture *fixture = *state;
    struct lz_holder_cache *cache = NULL;
    char path[160];
    snprintf(path, sizeof path, "%s/%s", fixture->folder,
             "0102030000000000000000000000000000000000000000000000000000000000");
    assert_ok(lz_file_replace(path, lz_bytes_text("{\"tapped_at\":1,"), 0600, NULL));
    assert_ok(lz_holder_cache_new(fixture->folder, &cache, NULL));
    assert_int_equal(access(path, F_OK), -1);
    lz_holder_cache_free(&cache);
}

static void many_badges_do_not_fill_the_memory(void **unused)
{
    struct lz_holder_cache *cache = NULL;
    struct lz_holder holder, found;
    uint8_t other[LZ_TOKEN_DIGEST] = {0};
    (void)unused;
    make_holder(&holder);
    lz_holder_init(&found);
    assert_ok(lz_holder_cache_new(NULL, &cache, NULL));
    for (int i = 0; i < LZ_HOLDER_MAX + 1; i++) {
        other[0] = (uint8_t)i;
        other[1] = (uint8_t)(i >> 8);
        assert_ok(lz_holder_cache_put(cache, other, NOW + i, &holder));
    }
    assert_true(lz_holder_cache_get(cache, other, NOW + LZ_HOLDER_MAX, &found));
    memset(other, 0, sizeof other); /* the first one made room */
    assert_false(lz_holder_cache_get(cache, other, NOW + LZ_HOLDER_MAX, &found));
    lz_holder_cache_free(&cache);
    lz_holder_reset(&holder);
    lz_holder_reset(&found);
}

#define WITH_FIXTURE(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)
int main(void)
{
    const struct CMUnitTest tests[] = {
        WITH_FIXTURE(a_counter_that_knows_nothing_says_so),
        WITH_FIXTURE(reader_trust_and_network_are_told_with_their_reasons),
        WITH_FIXTURE(the_latest_tap_stays_and_a_slow_answer_does_not_replace_it),
        WITH_FIXTURE(photo_and_scope_follow_under_the_same_seq),
        WITH_FIXTURE(a_verdict_that_shows_no_holder_shows_no_photo),
        WITH_FIXTURE(a_holder_is_kept_a_day_after_the_last_tap_and_no_longer),
        WITH_FIXTURE(a_holder_tapped_in_the_future_is_forgotten),
        WITH_FIXTURE(a_damaged_file_of_a_holder_is_removed),
        cmocka_unit_test(many_badges_do_not_fill_the_memory),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
