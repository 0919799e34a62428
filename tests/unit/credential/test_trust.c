#include "lz_test.h"

#include "registry/base/file.h"
#include "registry/credential/trust.h"
#include "registry/credential/trust_folder.h"

#include <sys/stat.h>
#include <unistd.h>

enum { START = 1764000000, AGE = 300, MAX_ENTRIES = 2000 };
static const char origin[] = "zf.example/log";

/* A registry in memory: a log, its keys, and what a verifier may fetch from it. */
struct registry {
    struct lz_signing_key *log, *issuer;
    struct lz_vkey vkey;
    struct lz_buf entries[MAX_ENTRIES];
    size_t size;
    struct lz_tlog_frontier frontier;
    struct lz_clock_fixed clock;
    int64_t signing_time;
    struct lz_buf checkpoint; /* served when `frozen` */
    bool frozen, away;
    size_t fetched_bundles;
    struct lz_signing_key *next_log; /* after a rotation */
};

static void append(struct registry *registry, const struct lz_log_entry *entry)
{
    struct lz_hash leaf;
    struct lz_buf *out = &registry->entries[registry->size++];
    lz_buf_init(out, LZ_ENTRY_MAX);
    assert_ok(lz_log_entry_write(entry, out));
    assert_ok(lz_tlog_leaf_hash(lz_buf_view(out), &leaf));
    assert_ok(lz_tlog_append(&registry->frontier, &leaf, NULL, NULL));
}

static void publish_key(struct registry *registry, const struct lz_signing_key *key, int64_t from,
                        int64_t until)
{
    struct lz_log_entry entry = {.type = LZ_ENTRY_KEY, .time = START};
    entry.key.key = *lz_signing_key_public(key);
    entry.key.from = from;
    entry.key.until = until;
    append(registry, &entry);
}

static void publish_status(struct registry *registry, uint32_t idx, enum lz_status status, const char *reason,
                           enum lz_reason_group group)
{
    struct lz_log_entry entry = {.type = LZ_ENTRY_STATUS, .time = START + 10};
    entry.status.idx = idx;
    entry.status.status = status;
    entry.status.effective = START + 9;
    entry.status.reason = lz_reason_find(group, reason)->code;
    append(registry, &entry);
}

static void rewind_to(struct registry *registry, size_t size)
{
    registry->frontier = (struct lz_tlog_frontier){0};
    while (registry->size > size) {
        lz_buf_free(&registry->entries[--registry->size]);
    }
    for (size_t i = 0; i < size; i++) {
        struct lz_hash leaf;
        assert_ok(lz_tlog_leaf_hash(lz_buf_view(&registry->entries[i]), &leaf));
        assert_ok(lz_tlog_append(&registry->frontier, &leaf, NULL, NULL));
    }
}

static void sign(struct registry *registry, struct lz_buf *out)
{
    struct lz_checkpoint checkpoint = {.size = registry->size};
    bool rotated = registry->next_log != NULL;
    snprintf(checkpoint.origin, sizeof checkpoint.origin, "%s", origin);
    assert_ok(lz_tlog_frontier_root(&registry->frontier, &checkpoint.root));
    assert_ok(lz_checkpoint_sign(&checkpoint, rotated ? registry->next_log : registry->log,
                                 rotated ? registry->log : NULL, registry->signing_time, out));
}

static lz_err get(void *context, const char *path, struct lz_buf *out)
{
    struct registry *registry = context;
    struct lz_tile tile;
    if (registry->away) {
        return LZ_NETWORK;
    }
    if (strcmp(path, "checkpoint") == 0) {
        if (registry->frozen) {
            lz_buf_add(out, registry->checkpoint.data, registry->checkpoint.size);
        } else {
            sign(registry, out);
        }
        return out->err;
    }
    if (lz_tile_parse(lz_bytes_text(path), &tile) != LZ_OK || tile.level != LZ_TILE_ENTRIES ||
        !lz_tile_exists(&tile, registry->size)) {
        return LZ_NOT_FOUND;
    }
    registry->fetched_bundles++;
    for (size_t i = 0; i < tile.width; i++) {
        assert_ok(lz_bundle_add(out, lz_buf_view(&registry->entries[tile.index * LZ_TILE_WIDTH + i])));
    }
    return out->err;
}

static struct registry *registry_new(void)
{
    struct registry *registry = calloc(1, sizeof *registry);
    struct lz_log_entry organ = {.type = LZ_ENTRY_ORGAN, .time = START};
    assert_non_null(registry);
    assert_ok(lz_signing_key_new(LZ_KEY_ED25519, &registry->log));
    assert_ok(lz_signing_key_new(LZ_KEY_P256, &registry->issuer));
    assert_ok(lz_vkey_make(origin, LZ_NOTE_ED25519, lz_signing_key_public(registry->log), &registry->vkey));
    lz_clock_fixed_init(&registry->clock, START + 100);
    registry->signing_time = START + 100;
    lz_buf_init(&registry->checkpoint, LZ_NOTE_CAP);
    publish_key(registry, registry->issuer, START, 0);
    organ.organ.organ = 3;
    snprintf(organ.organ.name, sizeof organ.organ.name, "延安市生态环境局宝塔分局");
    append(registry, &organ);
    return registry;
}

static void registry_free(struct registry *registry)
{
    rewind_to(registry, 0);
    lz_buf_free(&registry->checkpoint);
    lz_signing_key_free(&registry->log);
    lz_signing_key_free(&registry->next_log);
    lz_signing_key_free(&registry->issuer);
    free(registry);
}

static struct lz_token token_of(uint32_t idx)
{
    struct lz_token token = {
        .kind = LZ_TOKEN_KIND_ENFORCEMENT, .organ = 3, .idx = idx, .expires_at = START + 86400};
    snprintf(token.number, sizeof token.number, "27060010001");
    snprintf(token.name, sizeof token.name, "姚志怡");
    return token;
}

static const uint8_t chip[7] = {4, 1, 2, 3, 4, 5, 6};

static void bind_chip(struct lz_token *token)
{
    memcpy(token->uid, chip, sizeof chip);
    token->uid_size = sizeof chip;
}

static void make(struct registry *registry, const struct lz_token *token, bool publish, struct lz_buf *out)
{
    struct lz_log_entry entry = {.type = LZ_ENTRY_ISSUE, .time = START + 5};
    lz_buf_init(out, LZ_TOKEN_CAP);
    assert_ok(lz_token_write(token, registry->issuer, out));
    if (publish) {
        entry.issue.list = token->list;
        entry.issue.idx = token->idx;
        assert_ok(lz_token_digest(lz_buf_view(out), entry.issue.digest));
        append(registry, &entry);
    }
}

static lz_err sync_once(struct lz_trust *trust, struct registry *registry)
{
    struct lz_trust_fetch fetch = {.get = get, .context = registry};
    return lz_trust_sync(trust, &fetch, &registry->clock.base, NULL, NULL);
}

static struct lz_trust *trust_of(struct registry *registry)
{
    struct lz_trust *trust = NULL;
    assert_ok(lz_trust_open(NULL, &registry->vkey, &trust, NULL));
    return trust;
}

static const struct lz_bytes paper = {0};

static struct lz_trust_answer ask(const struct lz_trust *trust, const struct lz_buf *token,
                                  struct lz_bytes uid, int64_t now)
{
    struct lz_trust_answer answer;
    assert_ok(lz_trust_verify(trust, lz_buf_view(token), uid, now, AGE, &answer));
    return answer;
}

#define assert_verdict(answer, expected, why)                                                                \
    do {                                                                                                     \
        struct lz_trust_answer got = (answer);                                                               \
        assert_string_equal(lz_verdict_name(got.verdict), expected);                                         \
        assert_string_equal(got.reason != NULL ? got.reason->name : "", why);                                \
    } while (0)

static void a_published_badge_is_valid_and_says_whose_it_is(void **state)
{
    (void)state;
    struct registry *registry = registry_new();
    struct lz_trust *trust = trust_of(registry);
    struct lz_token token = token_of(1);
    struct lz_buf bytes;
    make(registry, &token, true, &bytes);
    assert_verdict(ask(trust, &bytes, paper, START + 100), "unconfirmed", "never-synced");
    assert_ok(sync_once(trust, registry));
    struct lz_trust_answer answer = ask(trust, &bytes, paper, START + 100);
    assert_verdict(answer, "valid", "");
    assert_true(answer.certified && answer.as_of == START + 100);
    assert_int_equal(answer.signature, LZ_SIGNATURE_GOOD);
    assert_string_equal(answer.token.name, "姚志怡");
    assert_string_equal(answer.organ, "延安市生态环境局宝塔分局");
    json_t *json = lz_trust_answer_json(&answer);
    assert_string_equal(json_string_value(json_object_get(json, "verdict")), "valid");
    assert_string_equal(json_string_value(json_object_get(json_object_get(json, "certificate"), "number")),
                        "27060010001");
    assert_string_equal(json_string_value(json_object_get(json_object_get(json, "evidence"), "source")),
                        "offline");
    json_decref(json);
    lz_buf_free(&bytes);
    lz_trust_free(&trust);
    registry_free(registry);
}

static void each_status_has_its_verdict_and_reason(void **state)
{
    (void)state;
    static const struct {
        enum lz_status status;
        enum lz_reason_group group;
        const char *reason, *verdict;
    } cases[] = {
        {LZ_STATUS_REVOKED, LZ_REASON_REVOKE, "gain", "revoked"},
        {LZ_STATUS_SUSPENDED, LZ_REASON_SUSPEND, "annual-check", "suspended"},
        {LZ_STATUS_ENDED, LZ_REASON_CANCEL, "transfer", "cancelled"},
        {LZ_STATUS_ENDED, LZ_REASON_END, "lost", "cancelled"},
        {LZ_STATUS_ENDED, LZ_REASON_CANCEL, "expiry-unrenewed", "expired"},
    };
    struct registry *registry = registry_new();
    struct lz_trust *trust = trust_of(registry);
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        struct lz_token token = token_of((uint32_t)i);
        struct lz_buf bytes;
        make(registry, &token, true, &bytes);
        publish_status(registry, (uint32_t)i, cases[i].status, cases[i].reason, cases[i].group);
        assert_ok(sync_once(trust, registry));
        assert_verdict(ask(trust, &bytes, paper, START + 100), cases[i].verdict, cases[i].reason);
        /* A known ending stays one; a suspension that may be over cannot be confirmed. */
        bool ending = cases[i].status != LZ_STATUS_SUSPENDED;
        assert_verdict(ask(trust, &bytes, paper, START + 1000), ending ? cases[i].verdict : "unconfirmed",
                       ending ? cases[i].reason : "stale");
        publish_status(registry, (uint32_t)i, LZ_STATUS_VALID, "reinstated", LZ_REASON_RESTORE);
        assert_ok(sync_once(trust, registry));
        assert_verdict(ask(trust, &bytes, paper, START + 100), "valid", "");
        lz_buf_free(&bytes);
    }
    lz_trust_free(&trust);
    registry_free(registry);
}

static void dates_kinds_and_chips_are_judged(void **state)
{
    (void)state;
    struct registry *registry = registry_new();
    struct lz_trust *trust = trust_of(registry);
    struct lz_token past = token_of(1), helper = token_of(2), bound = token_of(3), print = token_of(4);
    struct lz_buf past_bytes, helper_bytes, bound_bytes, print_bytes;
    struct lz_bytes mine = lz_bytes_of(chip, sizeof chip), other = lz_bytes_of("\x04zzzzzz", 7);
    past.expires_at = START + 50;
    helper.kind = LZ_TOKEN_KIND_AUXILIARY;
    bind_chip(&bound);
    make(registry, &past, true, &past_bytes);
    make(registry, &helper, true, &helper_bytes);
    make(registry, &bound, true, &bound_bytes);
    make(registry, &print, true, &print_bytes);
    assert_ok(sync_once(trust, registry));
    assert_verdict(ask(trust, &past_bytes, paper, START + 100), "expired", "expired");
    assert_verdict(ask(trust, &helper_bytes, paper, START + 100), "auxiliary", "");
    assert_verdict(ask(trust, &bound_bytes, mine, START + 100), "valid", "");
    assert_int_equal(ask(trust, &bound_bytes, mine, START + 100).chip, LZ_CHIP_BOUND);
    assert_verdict(ask(trust, &bound_bytes, other, START + 100), "copied", "other-chip");
    assert_verdict(ask(trust, &bound_bytes, paper, START + 100), "valid", "");
    assert_verdict(ask(trust, &print_bytes, mine, START + 100), "copied", "no-chip");
    assert_int_equal(ask(trust, &print_bytes, mine, START + 100).chip, LZ_CHIP_MISMATCH);
    lz_buf_free(&past_bytes);
    lz_buf_free(&helper_bytes);
    lz_buf_free(&bound_bytes);
    lz_buf_free(&print_bytes);
    lz_trust_free(&trust);
    registry_free(registry);
}

static void a_stolen_issuer_key_mints_nothing(void **state)
{
    (void)state;
    struct registry *registry = registry_new(), *thief = registry_new();
    struct lz_trust *trust = trust_of(registry);
    struct lz_token token = token_of(1);
    struct lz_buf unlisted, foreign, changed;
    make(registry, &token, false, &unlisted);
    make(thief, &token, false, &foreign);
    make(registry, &token, true, &changed);
    changed.data[changed.size - 1] ^= 1;
    assert_ok(sync_once(trust, registry));
    assert_verdict(ask(trust, &unlisted, paper, START + 100), "forged", "not-in-log");
    assert_verdict(ask(trust, &foreign, paper, START + 100), "forged", "unknown-key");
    assert_verdict(ask(trust, &changed, paper, START + 100), "forged", "bad-signature");
    /* Offline the first two may be new; the third is forged for ever. */
    assert_verdict(ask(trust, &unlisted, paper, START + 1000), "unconfirmed", "stale");
    assert_verdict(ask(trust, &foreign, paper, START + 1000), "unconfirmed", "stale");
    assert_verdict(ask(trust, &changed, paper, START + 1000), "forged", "bad-signature");
    assert_false(ask(trust, &unlisted, paper, START + 100).certified);
    lz_buf_free(&unlisted);
    lz_buf_free(&foreign);
    lz_buf_free(&changed);
    lz_trust_free(&trust);
    registry_free(registry);
    registry_free(thief);
}

static void a_token_published_outside_its_keys_window_is_forged(void **state)
{
    (void)state;
    struct registry *registry = registry_new();
    struct lz_trust *trust = trust_of(registry);
    struct lz_token token = token_of(1);
    struct lz_buf bytes;
    make(registry, &token, true, &bytes);
    publish_key(registry, registry->issuer, START, START + 4);
    assert_ok(sync_once(trust, registry));
    assert_verdict(ask(trust, &bytes, paper, START + 100), "forged", "key-window");
    lz_buf_free(&bytes);
    lz_trust_free(&trust);
    registry_free(registry);
}

static void old_knowledge_and_a_slow_clock_confirm_nothing(void **state)
{
    (void)state;
    struct registry *registry = registry_new();
    struct lz_trust *trust = trust_of(registry);
    struct lz_token token = token_of(1);
    struct lz_buf bytes;
    make(registry, &token, true, &bytes);
    assert_ok(sync_once(trust, registry));
    assert_verdict(ask(trust, &bytes, paper, START + 100 + AGE), "valid", "");
    assert_verdict(ask(trust, &bytes, paper, START + 101 + AGE), "unconfirmed", "stale");
    assert_verdict(ask(trust, &bytes, paper, START + 100 - LZ_TRUST_CLOCK_SLACK_S - 1), "unconfirmed",
                   "clock-behind");
    /* A replayed old checkpoint looks as old as it is. */
    sign(registry, &registry->checkpoint);
    registry->frozen = true;
    registry->clock.ms += 1000 * 1000;
    assert_ok(sync_once(trust, registry));
    assert_verdict(ask(trust, &bytes, paper, START + 1100), "unconfirmed", "stale");
    registry->away = true;
    assert_err(sync_once(trust, registry), LZ_NETWORK);
    lz_buf_free(&bytes);
    lz_trust_free(&trust);
    registry_free(registry);
}

static void a_long_log_is_followed_bundle_by_bundle(void **state)
{
    (void)state;
    struct registry *registry = registry_new();
    struct lz_trust *trust = trust_of(registry);
    struct lz_token token = token_of(1);
    struct lz_buf bytes;
    make(registry, &token, true, &bytes);
    for (uint32_t i = 0; i < 300; i++) {
        publish_status(registry, 1000 + i, LZ_STATUS_ENDED, "lost", LZ_REASON_END);
        if (i % 100 == 0) {
            assert_ok(sync_once(trust, registry));
        }
    }
    assert_ok(sync_once(trust, registry));
    assert_true(lz_trust_state(trust).size == registry->size);
    size_t before = registry->fetched_bundles;
    assert_ok(sync_once(trust, registry));
    assert_true(registry->fetched_bundles == before);
    publish_status(registry, 1, LZ_STATUS_REVOKED, "gain", LZ_REASON_REVOKE);
    assert_ok(sync_once(trust, registry));
    assert_true(registry->fetched_bundles == before + 1);
    assert_verdict(ask(trust, &bytes, paper, START + 100), "revoked", "gain");
    lz_buf_free(&bytes);
    lz_trust_free(&trust);
    registry_free(registry);
}

static void tampering_shrinking_and_forking_are_noticed(void **state)
{
    (void)state;
    struct registry *registry = registry_new();
    struct lz_trust *trust = trust_of(registry);
    struct lz_token token = token_of(1);
    struct lz_buf bytes;
    make(registry, &token, true, &bytes);
    publish_status(registry, 9, LZ_STATUS_ENDED, "lost", LZ_REASON_END);
    assert_ok(sync_once(trust, registry));

    /* an older, smaller checkpoint: a lagging cache, nothing learnt, nothing lost */
    rewind_to(registry, 2);
    registry->signing_time -= 50;
    assert_err(sync_once(trust, registry), LZ_STALE);
    assert_verdict(ask(trust, &bytes, paper, START + 100), "valid", "");

    /* a newer, smaller one: the log shrank */
    registry->signing_time += 60;
    assert_err(sync_once(trust, registry), LZ_INCONSISTENT);
    assert_verdict(ask(trust, &bytes, paper, START + 100), "unconfirmed", "inconsistent");

    /* grown again along another path: the root does not follow from what was seen */
    for (uint32_t i = 0; i < 5; i++) {
        publish_status(registry, 50 + i, LZ_STATUS_ENDED, "returned", LZ_REASON_END);
    }
    assert_err(sync_once(trust, registry), LZ_INCONSISTENT);
    assert_verdict(ask(trust, &bytes, paper, START + 100), "unconfirmed", "inconsistent");
    lz_buf_free(&bytes);
    lz_trust_free(&trust);
    registry_free(registry);
}

static void an_entry_changed_on_the_way_is_not_believed(void **state)
{
    (void)state;
    struct registry *registry = registry_new();
    struct lz_trust *trust = trust_of(registry);
    struct lz_token token = token_of(1);
    struct lz_buf bytes;
    make(registry, &token, true, &bytes);
    struct lz_buf *entry = &registry->entries[registry->size - 1];
    entry->data[entry->size - 1] ^= 1;
    assert_err(sync_once(trust, registry), LZ_INCONSISTENT);
    assert_true(lz_trust_state(trust).size == 0);
    entry->data[entry->size - 1] ^= 1;
    assert_ok(sync_once(trust, registry)); /* the log proved itself again */
    assert_verdict(ask(trust, &bytes, paper, START + 100), "valid", "");
    lz_buf_free(&bytes);
    lz_trust_free(&trust);
    registry_free(registry);
}

static void another_logs_checkpoint_is_refused(void **state)
{
    (void)state;
    struct registry *registry = registry_new(), *other = registry_new();
    struct lz_trust *trust = trust_of(registry);
    assert_err(sync_once(trust, other), LZ_UNKNOWN_KEY);
    lz_trust_free(&trust);
    registry_free(registry);
    registry_free(other);
}

static void the_old_log_key_signs_its_successor_in(void **state)
{
    (void)state;
    struct registry *registry = registry_new();
    struct lz_trust *trust = trust_of(registry), *late = trust_of(registry);
    assert_ok(sync_once(trust, registry));
    assert_ok(lz_signing_key_new(LZ_KEY_ED25519, &registry->next_log));
    publish_key(registry, registry->next_log, START, 0);
    assert_ok(sync_once(trust, registry));
    publish_status(registry, 9, LZ_STATUS_ENDED, "lost", LZ_REASON_END);
    assert_ok(sync_once(trust, registry));
    assert_ok(sync_once(late, registry)); /* pinned the old key, finds the new one */
    /* The old key alone no longer speaks for the log. */
    struct lz_signing_key *next = registry->next_log;
    registry->next_log = NULL;
    assert_err(sync_once(trust, registry), LZ_UNKNOWN_KEY);
    registry->next_log = next;
    lz_trust_free(&trust);
    lz_trust_free(&late);
    registry_free(registry);
}

static void remove_folder(const char *folder)
{
    static const char *const names[] = {"log-key", "entries", "checkpoint", "highest", "contradiction"};
    char path[256];
    for (size_t i = 0; i < COUNT_OF(names); i++) {
        snprintf(path, sizeof path, "%s/%s", folder, names[i]);
        unlink(path);
    }
    rmdir(folder);
}

static void what_was_learnt_survives_a_restart(void **state)
{
    (void)state;
    char folder[] = "/tmp/lz-trust-XXXXXX", path[256];
    struct registry *registry = registry_new();
    struct lz_trust *trust = NULL;
    struct lz_token token = token_of(1);
    struct lz_buf bytes;
    struct lz_fault fault = {0};
    assert_non_null(mkdtemp(folder));
    make(registry, &token, true, &bytes);
    assert_ok(lz_trust_open(folder, &registry->vkey, &trust, &fault));
    assert_ok(sync_once(trust, registry));
    publish_status(registry, 1, LZ_STATUS_ENDED, "transfer", LZ_REASON_CANCEL);
    assert_ok(sync_once(trust, registry));
    lz_trust_free(&trust);

    /* a power cut while appending leaves a torn tail: it is cut off */
    snprintf(path, sizeof path, "%s/entries", folder);
    FILE *file = fopen(path, "ab");
    assert_non_null(file);
    assert_int_equal(fwrite("\x00\x30torn", 6, 1, file), 1);
    fclose(file);
    assert_ok(lz_trust_open(folder, &registry->vkey, &trust, &fault));
    assert_verdict(ask(trust, &bytes, paper, START + 5000), "cancelled", "transfer");
    publish_status(registry, 1, LZ_STATUS_VALID, "undone", LZ_REASON_RESTORE);
    assert_ok(sync_once(trust, registry));
    lz_trust_free(&trust);
    assert_ok(lz_trust_open(folder, NULL, &trust, &fault)); /* as `verify --offline --trust` does */
    assert_verdict(ask(trust, &bytes, paper, START + 100), "valid", "");
    lz_trust_free(&trust);

    /* another key's folder, and one whose entries were changed */
    struct registry *other = registry_new();
    assert_err(lz_trust_open(folder, &other->vkey, &trust, &fault), LZ_CONFLICT);
    registry_free(other);
    file = fopen(path, "r+b");
    assert_non_null(file);
    assert_int_equal(fseek(file, 20, SEEK_SET), 0);
    assert_int_equal(fwrite("\xff\xff", 2, 1, file), 1);
    fclose(file);
    assert_err(lz_trust_open(folder, &registry->vkey, &trust, &fault), LZ_CORRUPT);

    /* a damaged log key is told as damage, too, whichever way the folder is opened */
    fault = (struct lz_fault){0};
    snprintf(path, sizeof path, "%s/log-key", folder);
    assert_ok(lz_file_replace(path, lz_bytes_text("zf.example+nothing\n"), 0644, &fault));
    assert_err(lz_trust_open(folder, &registry->vkey, &trust, &fault), LZ_CORRUPT);
    assert_err(lz_trust_open(folder, NULL, &trust, &fault), LZ_CORRUPT);
    assert_true(fault.detail[LZ_ZH][0] != '\0');
    assert_null(trust);
    lz_buf_free(&bytes);
    registry_free(registry);
    remove_folder(folder);
}

static void two_checkpoints_of_one_size_are_remembered_for_ever(void **state)
{
    (void)state;
    char folder[] = "/tmp/lz-trust-XXXXXX";
    struct registry *registry = registry_new();
    struct lz_trust *trust = NULL;
    struct lz_token token = token_of(1);
    struct lz_buf bytes;
    assert_non_null(mkdtemp(folder));
    make(registry, &token, true, &bytes);
    assert_ok(lz_trust_open(folder, &registry->vkey, &trust, NULL));
    assert_ok(sync_once(trust, registry));
    struct lz_tlog_frontier honest = registry->frontier;
    struct lz_hash leaf = {0};
    registry->frontier = (struct lz_tlog_frontier){0};
    for (size_t i = 0; i < registry->size; i++) {
        assert_ok(lz_tlog_append(&registry->frontier, &leaf, NULL, NULL));
    }
    assert_err(sync_once(trust, registry), LZ_INCONSISTENT);
    registry->frontier = honest;
    assert_ok(sync_once(trust, registry));
    assert_verdict(ask(trust, &bytes, paper, START + 100), "unconfirmed", "inconsistent");
    lz_trust_free(&trust);
    assert_ok(lz_trust_open(folder, &registry->vkey, &trust, NULL));
    assert_true(lz_trust_state(trust).inconsistent);
    lz_trust_free(&trust);
    lz_buf_free(&bytes);
    registry_free(registry);
    remove_folder(folder);
}

static void an_export_replaces_the_folder_and_verifies(void **state)
{
    (void)state;
    char parent[] = "/tmp/lz-export-XXXXXX", folder[64];
    struct registry *registry = registry_new();
    struct lz_token token = token_of(1);
    struct lz_buf bytes, note;
    struct lz_fault fault = {0};
    struct lz_trust *trust = NULL;
    assert_non_null(mkdtemp(parent));
    snprintf(folder, sizeof folder, "%s/trust", parent);
    make(registry, &token, true, &bytes);
    for (int round = 0; round < 2; round++) {
        struct lz_trust_writer *writer = NULL;
        lz_buf_init(&note, LZ_NOTE_CAP);
        assert_ok(lz_trust_writer_new(folder, &registry->vkey, &writer, &fault));
        for (size_t i = 0; i < registry->size; i++) {
            assert_ok(lz_trust_writer_add(writer, lz_buf_view(&registry->entries[i])));
        }
        sign(registry, &note);
        assert_ok(lz_trust_writer_finish(&writer, lz_buf_view(&note), &fault));
        assert_null(writer);
        lz_buf_free(&note);
        assert_ok(lz_trust_open(folder, NULL, &trust, &fault));
        assert_verdict(ask(trust, &bytes, paper, START + 100), round == 0 ? "valid" : "cancelled",
                       round == 0 ? "" : "lost");
        lz_trust_free(&trust);
        publish_status(registry, 1, LZ_STATUS_ENDED, "lost", LZ_REASON_END);
    }
    assert_err(lz_trust_open("/tmp/lz-no-such-folder", NULL, &trust, &fault), LZ_NOT_FOUND);
    lz_buf_free(&bytes);
    registry_free(registry);
    remove_folder(folder);
    assert_int_equal(rmdir(parent), 0); /* nothing is left beside it */
}

/* Somebody's papers in a folder, a file, and a link to a folder: none is taken for an export. */
static void an_export_takes_nobodys_place(void **state)
{
    (void)state;
    char parent[] = "/tmp/lz-export-XXXXXX", folder[64], papers[80], alias[64];
    struct registry *registry = registry_new();
    struct lz_trust_writer *writer = NULL;
    assert_non_null(mkdtemp(parent));
    snprintf(folder, sizeof folder, "%s/mine", parent);
    snprintf(papers, sizeof papers, "%s/papers.txt", folder);
    snprintf(alias, sizeof alias, "%s/alias", parent);
    assert_int_equal(mkdir(folder, 0700), 0);
    assert_int_equal(symlink(folder, alias), 0);
    assert_ok(lz_file_replace(papers, lz_bytes_text("precious"), 0600, NULL));
    const char *targets[] = {folder, papers, alias};
    for (size_t i = 0; i < COUNT_OF(targets); i++) {
        struct lz_fault fault = {0};
        assert_err(lz_trust_writer_new(targets[i], &registry->vkey, &writer, &fault), LZ_EXISTS);
        assert_null(writer);
        assert_non_null(strstr(lz_fault_text(&fault, LZ_EN), "new folder"));
    }
    assert_int_equal(unlink(papers), 0);
    assert_int_equal(unlink(alias), 0);
    assert_int_equal(rmdir(folder), 0);
    assert_int_equal(rmdir(parent), 0); /* nothing is left beside them */
    registry_free(registry);
}

static void what_is_no_token_is_malformed(void **state)
{
    (void)state;
    struct registry *registry = registry_new();
    struct lz_trust *trust = trust_of(registry);
    struct lz_trust_answer answer;
    assert_err(lz_trust_verify(trust, lz_bytes_text("hello"), paper, START, AGE, &answer), LZ_MALFORMED);
    lz_trust_verify_number(trust, &answer);
    assert_verdict(answer, "unconfirmed", "number-only");
    lz_trust_free(&trust);
    registry_free(registry);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_published_badge_is_valid_and_says_whose_it_is),
        cmocka_unit_test(each_status_has_its_verdict_and_reason),
        cmocka_unit_test(dates_kinds_and_chips_are_judged),
        cmocka_unit_test(a_stolen_issuer_key_mints_nothing),
        cmocka_unit_test(a_token_published_outside_its_keys_window_is_forged),
        cmocka_unit_test(old_knowledge_and_a_slow_clock_confirm_nothing),
        cmocka_unit_test(a_long_log_is_followed_bundle_by_bundle),
        cmocka_unit_test(tampering_shrinking_and_forking_are_noticed),
        cmocka_unit_test(an_entry_changed_on_the_way_is_not_believed),
        cmocka_unit_test(another_logs_checkpoint_is_refused),
        cmocka_unit_test(the_old_log_key_signs_its_successor_in),
        cmocka_unit_test(what_was_learnt_survives_a_restart),
        cmocka_unit_test(two_checkpoints_of_one_size_are_remembered_for_ever),
        cmocka_unit_test(an_export_replaces_the_folder_and_verifies),
        cmocka_unit_test(an_export_takes_nobodys_place),
        cmocka_unit_test(what_is_no_token_is_malformed),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
