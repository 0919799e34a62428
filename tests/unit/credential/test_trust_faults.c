/* What a kiosk knows, with the n-th call failing: its folder is before or after, a badge is never shown
 * better than it is, and what could not be computed is called neither forged nor good. */
#include "faults/faults.h"

#include "registry/base/file.h"
#include "registry/credential/cose.h"
#include "registry/credential/status_list.h"
#include "registry/credential/trust.h"
#include "registry/credential/trust_folder.h"

#include <dirent.h>
#include <unistd.h>

enum { START = 1764000000, NOW = START + 200, AGE = 300, KNOWN = 4, ALL = 6, BADGES = 2 };
static const char origin[] = "zf.example/log";
static const struct lz_bytes paper = {0};

/* A log of six entries, of which the kiosk knows four: key, organ, two badges; then the second badge is
 * revoked and the organ renamed. */
struct counter {
    struct lz_signing_key *log, *issuer;
    struct lz_vkey vkey;
    struct lz_buf entries[ALL], notes[ALL + 1], tokens[BADGES];
    struct lz_clock_fixed clock;
    char folder[64], export[80];
    struct lz_trust *trust; /* that knows all, in memory */
    size_t served;          /* size of the log as it is shown */
    size_t cut;             /* bodies are cut to so many bytes; 0: they are not */
    int more;               /* so many entries more in a bundle than belong there */
};

static void publish(struct counter *c, size_t at, const struct lz_log_entry *entry)
{
    lz_buf_init(&c->entries[at], LZ_ENTRY_MAX);
    assert_ok(lz_log_entry_write(entry, &c->entries[at]));
}

static void publish_badge(struct counter *c, uint32_t idx)
{
    struct lz_log_entry entry = {.type = LZ_ENTRY_ISSUE, .time = START + 5, .issue = {.idx = idx}};
    struct lz_token token = {.organ = 3, .idx = idx, .expires_at = START + 86400};
    snprintf(token.number, sizeof token.number, "2706001000%u", idx);
    snprintf(token.name, sizeof token.name, "姚志怡");
    lz_buf_init(&c->tokens[idx], LZ_TOKEN_CAP);
    assert_ok(lz_token_write(&token, c->issuer, &c->tokens[idx]));
    assert_ok(lz_token_digest(lz_buf_view(&c->tokens[idx]), entry.issue.digest));
    publish(c, 2 + idx, &entry);
}

static void sign_all(struct counter *c)
{
    struct lz_tlog_frontier frontier = {0};
    struct lz_checkpoint checkpoint = {0};
    snprintf(checkpoint.origin, sizeof checkpoint.origin, "%s", origin);
    for (size_t size = 1; size <= ALL; size++) {
        struct lz_hash leaf;
        assert_ok(lz_tlog_leaf_hash(lz_buf_view(&c->entries[size - 1]), &leaf));
        assert_ok(lz_tlog_append(&frontier, &leaf, NULL, NULL));
        checkpoint.size = size;
        assert_ok(lz_tlog_frontier_root(&frontier, &checkpoint.root));
        lz_buf_init(&c->notes[size], LZ_NOTE_CAP);
        assert_ok(
            lz_checkpoint_sign(&checkpoint, c->log, NULL, START + 100 + (int64_t)size, &c->notes[size]));
    }
}

static lz_err serve(void *context, const char *path, struct lz_buf *out)
{
    struct counter *c = context;
    struct lz_buf body;
    struct lz_tile tile;
    if (fault_now(FAULT_GATE_WIRE))
        return LZ_NETWORK;
    lz_buf_init(&body, LZ_BUNDLE_CAP);
    if (strcmp(path, "checkpoint") == 0) {
        lz_buf_add(&body, c->notes[c->served].data, c->notes[c->served].size);
    } else if (lz_tile_parse(lz_bytes_text(path), &tile) == LZ_OK && tile.level == LZ_TILE_ENTRIES) {
        for (int i = 0; i < (int)tile.width + c->more; i++)
            (void)!lz_bundle_add(&body, lz_buf_view(&c->entries[i % ALL]));
    } else {
        return LZ_NOT_FOUND;
    }
    lz_err err = body.err;
    if (!err)
        lz_buf_add(out, body.data, c->cut && c->cut < body.size ? c->cut : body.size);
    lz_buf_free(&body);
    return err ? err : out->err;
}

static lz_err sync_with(struct counter *c, struct lz_trust *trust, struct lz_fault *fault)
{
    const struct lz_trust_fetch fetch = {.get = serve, .context = c};
    return lz_trust_sync(trust, &fetch, &c->clock.base, NULL, fault);
}

static void empty_folder(const char *path)
{
    DIR *folder = opendir(path);
    for (const struct dirent *e; folder && (e = readdir(folder));) {
        char name[512];
        snprintf(name, sizeof name, "%s/%s", path, e->d_name);
        if (e->d_name[0] != '.')
            unlink(name);
    }
    if (folder)
        closedir(folder);
}

static int setup(void **state)
{
    struct counter *c = calloc(1, sizeof *c);
    struct lz_log_entry key = {.type = LZ_ENTRY_KEY, .time = START, .key = {.from = START}};
    struct lz_log_entry organ = {.type = LZ_ENTRY_ORGAN, .time = START, .organ = {.organ = 3}};
    struct lz_log_entry end = {.type = LZ_ENTRY_STATUS,
                               .time = START + 10,
                               .status = {.idx = 1, .status = LZ_STATUS_REVOKED, .effective = START + 9}};
    assert_non_null(c);
    assert_ok(lz_signing_key_new(LZ_KEY_ED25519, &c->log));
    assert_ok(lz_signing_key_new(LZ_KEY_P256, &c->issuer));
    assert_ok(lz_vkey_make(origin, LZ_NOTE_ED25519, lz_signing_key_public(c->log), &c->vkey));
    lz_clock_fixed_init(&c->clock, NOW);
    key.key.key = *lz_signing_key_public(c->issuer);
    publish(c, 0, &key);
    snprintf(organ.organ.name, sizeof organ.organ.name, "黄陵县水务局");
    publish(c, 1, &organ);
    publish_badge(c, 0);
    publish_badge(c, 1);
    end.status.reason = lz_reason_find(LZ_REASON_REVOKE, "gain")->code;
    publish(c, 4, &end);
    publish(c, 5, &organ);
    sign_all(c);
    c->served = ALL;
    assert_ok(lz_trust_open(NULL, &c->vkey, &c->trust, NULL));
    assert_ok(sync_with(c, c->trust, NULL));
    snprintf(c->folder, sizeof c->folder, "%s/lz-trust-XXXXXX",
             access("/dev/shm", W_OK) == 0 ? "/dev/shm" : "/tmp");
    assert_non_null(mkdtemp(c->folder));
    snprintf(c->export, sizeof c->export, "%s.export", c->folder);
    *state = c;
    return 0;
}

static int teardown(void **state)
{
    struct counter *c = *state;
    const char *folders[] = {c->folder, c->export};
    for (size_t i = 0; i < COUNT_OF(folders); i++) {
        empty_folder(folders[i]);
        rmdir(folders[i]);
    }
    for (size_t i = 0; i < ALL; i++) {
        lz_buf_free(&c->entries[i]);
        lz_buf_free(&c->notes[i + 1]);
    }
    for (size_t i = 0; i < BADGES; i++)
        lz_buf_free(&c->tokens[i]);
    lz_trust_free(&c->trust);
    lz_signing_key_free(&c->log);
    lz_signing_key_free(&c->issuer);
    free(c);
    return 0;
}

/* The folder of a kiosk that knows the first four entries. */
static void know_four(void *context)
{
    struct counter *c = context;
    struct lz_trust *trust = NULL;
    empty_folder(c->folder);
    assert_ok(lz_trust_open(c->folder, &c->vkey, &trust, NULL));
    c->served = KNOWN;
    assert_ok(sync_with(c, trust, NULL));
    c->served = ALL;
    lz_trust_free(&trust);
}

static enum lz_verdict ask(const struct lz_trust *trust, const struct lz_buf *token)
{
    struct lz_trust_answer answer;
    assert_ok(lz_trust_verify(trust, lz_buf_view(token), paper, NOW, AGE, &answer));
    return answer.verdict;
}

/* The second badge is revoked from entry five on. */
static void never_better(struct counter *c, const struct lz_trust *trust, const char *when)
{
    enum lz_verdict verdict = ask(trust, &c->tokens[1]);
    size_t size = lz_trust_state(trust).size;
    if (size != 0 && size != KNOWN && size != ALL)
        fault_found("%s: %zu entries are known", when, size);
    if (size == ALL && verdict != LZ_VERDICT_REVOKED)
        fault_found("%s: a revoked badge is %s", when, lz_verdict_name(verdict));
    verdict = ask(trust, &c->tokens[0]);
    if (size >= KNOWN && verdict != LZ_VERDICT_VALID && verdict != LZ_VERDICT_UNCONFIRMED)
        fault_found("%s: a valid badge is %s", when, lz_verdict_name(verdict));
}

/* Opens, syncs, and says what it then knows. */
static lz_err run_sync(void *context)
{
    struct counter *c = context;
    struct lz_trust *trust = NULL;
    struct lz_fault fault = {0};
    lz_err err = lz_trust_open(c->folder, &c->vkey, &trust, &fault);
    if (!err)
        err = sync_with(c, trust, &fault);
    struct lz_trust_answer answer;
    size_t size = trust ? lz_trust_state(trust).size : 0;
    if (!err && size != ALL)
        fault_found("in sync with %zu entries", size);
    if (trust && !lz_trust_verify(trust, lz_buf_view(&c->tokens[1]), paper, NOW, AGE, &answer) &&
        size == ALL && answer.verdict != LZ_VERDICT_REVOKED)
        fault_found("a revoked badge is %s", lz_verdict_name(answer.verdict));
    lz_trust_free(&trust);
    return err;
}

static void check_folder(void *context, lz_err err)
{
    struct counter *c = context;
    struct lz_trust *trust = NULL;
    struct lz_fault fault = {0};
    lz_err opened = lz_trust_open(c->folder, &c->vkey, &trust, &fault);
    if (opened) {
        fault_found("gave %s, and the folder is %s: %s", lz_err_name(err), lz_err_name(opened),
                    lz_fault_text(&fault, LZ_EN));
        return;
    }
    size_t size = lz_trust_state(trust).size;
    if (size != ALL && (!err || size != KNOWN))
        fault_found("gave %s, and the folder knows %zu entries", lz_err_name(err), size);
    never_better(c, trust, "opened again");
    lz_err again = sync_with(c, trust, NULL);
    if (again || lz_trust_state(trust).size != ALL)
        fault_found("and when nothing failed any more %s", lz_err_name(again));
    lz_trust_free(&trust);
}

static void prepare_contradiction(void *context)
{
    struct counter *c = context;
    char path[128];
    know_four(c);
    snprintf(path, sizeof path, "%s/contradiction", c->folder);
    assert_ok(lz_file_replace(path, lz_buf_view(&c->notes[2]), 0600, NULL));
}

static lz_err run_contradiction(void *context)
{
    struct counter *c = context;
    struct lz_trust *trust = NULL;
    lz_err err = lz_trust_open(c->folder, &c->vkey, &trust, NULL);
    if (!err && !lz_trust_state(trust).inconsistent)
        fault_found("a contradiction was forgotten");
    lz_trust_free(&trust);
    return err;
}

static lz_err run_verify(void *context)
{
    static const enum lz_verdict expected[BADGES] = {LZ_VERDICT_VALID, LZ_VERDICT_REVOKED};
    struct counter *c = context;
    lz_err err = LZ_OK;
    for (size_t i = 0; !err && i < BADGES; i++) {
        struct lz_trust_answer answer;
        err = lz_trust_verify(c->trust, lz_buf_view(&c->tokens[i]), paper, NOW, AGE, &answer);
        if (!err && answer.verdict != expected[i])
            fault_found("badge %zu is %s", i, lz_verdict_name(answer.verdict));
        json_t *told = err ? NULL : lz_trust_answer_json(&answer);
        if (!err && !told)
            err = LZ_MEMORY;
        json_decref(told);
    }
    return err;
}

static lz_err run_forged(void *context)
{
    struct counter *c = context;
    uint8_t forged[LZ_TOKEN_CAP];
    struct lz_trust_answer answer;
    size_t size = c->tokens[0].size;
    memcpy(forged, c->tokens[0].data, size);
    forged[size - 1] ^= 1;
    lz_err err = lz_trust_verify(c->trust, lz_bytes_of(forged, size), paper, NOW, AGE, &answer);
    if (!err && answer.verdict != LZ_VERDICT_FORGED)
        fault_found("a forged badge is %s", lz_verdict_name(answer.verdict));
    return err;
}

static lz_err run_export(void *context)
{
    struct counter *c = context;
    struct lz_trust_writer *writer = NULL;
    lz_err err = lz_trust_writer_new(c->export, &c->vkey, &writer, NULL);
    for (size_t i = 0; !err && i < ALL; i++)
        err = lz_trust_writer_add(writer, lz_buf_view(&c->entries[i]));
    if (!err)
        return lz_trust_writer_finish(&writer, lz_buf_view(&c->notes[ALL]), NULL);
    lz_trust_writer_free(&writer);
    return err;
}

static void prepare_export(void *context)
{
    struct counter *c = context;
    struct lz_trust_writer *writer = NULL;
    assert_ok(lz_trust_writer_new(c->export, &c->vkey, &writer, NULL));
    for (size_t i = 0; i < KNOWN; i++)
        assert_ok(lz_trust_writer_add(writer, lz_buf_view(&c->entries[i])));
    assert_ok(lz_trust_writer_finish(&writer, lz_buf_view(&c->notes[KNOWN]), NULL));
}

static void check_export(void *context, lz_err err)
{
    struct counter *c = context;
    struct lz_trust *trust = NULL;
    lz_err opened = lz_trust_open(c->export, &c->vkey, &trust, NULL);
    size_t size = opened ? 0 : lz_trust_state(trust).size;
    if (opened || (size != ALL && (!err || size != KNOWN)))
        fault_found("gave %s, and the export is %s with %zu entries", lz_err_name(err), lz_err_name(opened),
                    size);
    lz_trust_free(&trust);
    const char *name = strrchr(c->export, '/') + 1;
    char parent[80];
    snprintf(parent, sizeof parent, "%.*s", (int)(name - c->export), c->export);
    DIR *folder = opendir(parent);
    assert_non_null(folder);
    for (const struct dirent *e; (e = readdir(folder));)
        if (strncmp(e->d_name, name, strlen(name)) == 0 && strcmp(e->d_name, name) != 0)
            fault_found("gave %s, and left %s", lz_err_name(err), e->d_name);
    closedir(folder);
}

/* ---- what needs no folder ---- */
static lz_err run_token(void *context)
{
    struct counter *c = context;
    struct lz_verifying_key *key = NULL;
    struct lz_token token = {.organ = 3, .expires_at = NOW}, read;
    uint8_t kid[LZ_KID_SIZE];
    struct lz_buf out;
    snprintf(token.number, sizeof token.number, "27060010009");
    lz_buf_init(&out, LZ_TOKEN_CAP);
    lz_err err = lz_token_write(&token, c->issuer, &out);
    if (!err)
        err = lz_token_read(lz_buf_view(&out), &read, kid);
    if (!err)
        err = lz_verifying_key_new(lz_signing_key_public(c->issuer), &key);
    if (!err)
        err = lz_token_verify(lz_buf_view(&out), key);
    lz_verifying_key_free(&key);
    lz_buf_free(&out);
    return err;
}

static lz_err run_status_list(void *context)
{
    struct counter *c = context;
    struct lz_verifying_key *key = NULL;
    struct lz_status_list list = {0}, read = {0};
    struct lz_status_claims claims = {.subject = "https://zf.example/status/1", .issued_at = START}, back;
    struct lz_buf out;
    lz_buf_init(&out, LZ_STATUS_LIST_CWT_CAP);
    lz_err err = lz_status_list_init(&list, 2, 100);
    if (!err)
        err = lz_status_list_set(&list, 7, 1);
    if (!err)
        err = lz_status_cwt_write(&list, &claims, c->issuer, &out);
    if (!err)
        err = lz_verifying_key_new(lz_signing_key_public(c->issuer), &key);
    if (!err)
        err = lz_status_cwt_read(lz_buf_view(&out), key, &read, &back);
    if (!err && lz_status_list_get(&read, 7) != 1)
        fault_found("a revoked place reads %u", lz_status_list_get(&read, 7));
    lz_status_list_free(&list);
    lz_status_list_free(&read);
    lz_verifying_key_free(&key);
    lz_buf_free(&out);
    return err;
}

static lz_err run_keys(void *context)
{
    struct counter *c = context;
    char path[128];
    struct lz_signing_key *key = NULL, *loaded = NULL;
    struct lz_buf jwk;
    uint8_t secret[32] = {7};
    lz_buf_init(&jwk, 1024);
    snprintf(path, sizeof path, "%s/key.pem", c->folder);
    lz_err err = lz_signing_key_from_secret(LZ_KEY_P256, secret, &key);
    if (!err)
        err = lz_signing_key_save(key, path, NULL);
    if (!err)
        err = lz_signing_key_load(path, &loaded, NULL);
    if (!err)
        err = lz_jwk_write(lz_signing_key_public(loaded), &jwk);
    if (!err)
        lz_buf_reset(&jwk);
    if (!err)
        err = lz_cose_key_write_published(lz_signing_key_public(loaded), &jwk);
    lz_signing_key_free(&key);
    lz_signing_key_free(&loaded);
    lz_buf_free(&jwk);
    unlink(path);
    return err;
}

static lz_err run_checkpoint(void *context)
{
    struct counter *c = context;
    struct lz_checkpoint checkpoint = {.size = 1};
    struct lz_buf note;
    int64_t time;
    snprintf(checkpoint.origin, sizeof checkpoint.origin, "%s", origin);
    lz_buf_init(&note, LZ_NOTE_CAP);
    lz_err err = lz_checkpoint_sign(&checkpoint, c->log, NULL, NOW, &note);
    if (!err)
        err = lz_checkpoint_verify(lz_buf_view(&note), &c->vkey, &checkpoint, &time);
    lz_buf_free(&note);
    return err;
}

static void nothing(void *context)
{
    (void)context;
}
static void nothing_more(void *context, lz_err err)
{
    (void)context, (void)err;
}

static const struct fault_case cases[] = {
    {.name = "sync", .prepare = know_four, .run = run_sync, .check = check_folder},
    {.name = "contradiction",
     .prepare = prepare_contradiction,
     .run = run_contradiction,
     .check = nothing_more},
    {.name = "export", .prepare = prepare_export, .run = run_export, .check = check_export},
    {.name = "verify", .prepare = nothing, .run = run_verify, .check = nothing_more},
    {.name = "verify a forgery", .prepare = nothing, .run = run_forged, .check = nothing_more},
    {.name = "token", .prepare = nothing, .run = run_token, .check = nothing_more},
    {.name = "status list", .prepare = nothing, .run = run_status_list, .check = nothing_more},
    {.name = "keys", .prepare = nothing, .run = run_keys, .check = nothing_more},
    {.name = "checkpoint", .prepare = nothing, .run = run_checkpoint, .check = nothing_more},
};

static void what_is_known_is_before_or_after_and_never_better(void **state)
{
    static const enum fault_kind kinds[] = {FAULT_MEMORY, FAULT_MEMORY_OUT, FAULT_WRITE,     FAULT_DISK_FULL,
                                            FAULT_SYNC,   FAULT_NAME,       FAULT_READ_ONLY, FAULT_READ,
                                            FAULT_CRYPTO, FAULT_WIRE,       FAULT_WIRE_DEAD};
    for (size_t k = 0; k < COUNT_OF(kinds); k++)
        for (size_t i = 0; i < COUNT_OF(cases); i++)
            fault_each(kinds[k], &cases[i], *state);
    fault_report("trust");
}

/* The feed is cut after every byte: nothing is learnt, or all of it. */
static void an_answer_cut_short_shows_nothing_better(void **state)
{
    struct counter *c = *state;
    size_t longest = c->notes[ALL].size > 1000 ? c->notes[ALL].size : 1000;
    for (c->cut = 1; c->cut < longest; c->cut++) {
        struct lz_trust *trust = NULL;
        assert_ok(lz_trust_open(NULL, &c->vkey, &trust, NULL));
        lz_err err = sync_with(c, trust, NULL);
        size_t size = lz_trust_state(trust).size;
        assert_true(size == (err ? 0 : ALL));
        assert_true(ask(trust, &c->tokens[1]) == (err ? LZ_VERDICT_UNCONFIRMED : LZ_VERDICT_REVOKED));
        lz_trust_free(&trust);
    }
    c->cut = 0;
}

/* Whole entries, but not as many as the tree has there. */
static void a_bundle_of_another_length_is_not_taken(void **state)
{
    struct counter *c = *state;
    static const int more[] = {-1, 1};
    for (size_t i = 0; i < COUNT_OF(more); i++) {
        struct lz_trust *trust = NULL;
        struct lz_fault fault = {0};
        assert_ok(lz_trust_open(NULL, &c->vkey, &trust, NULL));
        c->more = more[i];
        assert_err(sync_with(c, trust, &fault), LZ_MALFORMED);
        c->more = 0;
        assert_err(fault.code, LZ_MALFORMED);
        assert_int_equal(lz_trust_state(trust).size, 0);
        assert_true(ask(trust, &c->tokens[0]) == LZ_VERDICT_UNCONFIRMED);
        assert_ok(sync_with(c, trust, NULL));
        lz_trust_free(&trust);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_known_is_before_or_after_and_never_better),
        cmocka_unit_test(an_answer_cut_short_shows_nothing_better),
        cmocka_unit_test(a_bundle_of_another_length_is_not_taken),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
