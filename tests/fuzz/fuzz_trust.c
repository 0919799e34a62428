/* The offline verifier between a folder that may be damaged and a registry that may lie: a badge that was
 * revoked is never shown as good, and an honest registry always brings it back into step.
 *
 * Input: where to lie (files of the folder, or what the registry sends), then changes (folder.h). */
#include "registry/credential/trust.h"
#include "registry/credential/trust_folder.h"
#include "tests/fuzz/folder.h"

enum { NOON = 1795406400, EARLY = 6, LATE = 9 };

/* The honest log: at size EARLY both badges are issued and the second is revoked; LATE adds more. */
static struct {
    struct lz_vkey vkey;
    struct lz_buf good, revoked; /* tokens */
    struct lz_buf entries;       /* bundled */
    size_t entry_end[LATE + 1];  /* bytes of the bundle behind so many entries */
    struct lz_buf notes[2];      /* checkpoints of EARLY and LATE */
    struct lz_tlog_frontier frontier;
    size_t count;
} world;

static void add(const struct lz_log_entry *entry)
{
    struct lz_buf bytes;
    struct lz_hash leaf;
    lz_buf_init(&bytes, LZ_ENTRY_MAX);
    lz_fuzz_need(!lz_log_entry_write(entry, &bytes) && !lz_bundle_add(&world.entries, lz_buf_view(&bytes)) &&
                 !lz_tlog_leaf_hash(lz_buf_view(&bytes), &leaf) &&
                 !lz_tlog_append(&world.frontier, &leaf, NULL, NULL));
    world.entry_end[++world.count] = world.entries.size;
    lz_buf_free(&bytes);
}

static void publish(const struct lz_signing_key *log_key, int which)
{
    struct lz_checkpoint checkpoint = {.origin = "zf.example/log", .size = world.frontier.size};
    lz_buf_init(&world.notes[which], LZ_NOTE_CAP);
    lz_fuzz_need(!lz_tlog_frontier_root(&world.frontier, &checkpoint.root) &&
                 !lz_checkpoint_sign(&checkpoint, log_key, NULL, NOON + which * 60, &world.notes[which]));
}

static void issue(const struct lz_signing_key *issuer, uint32_t idx, struct lz_buf *token)
{
    struct lz_token fields = {
        .number = "61060200001", .expires_at = 1900000000, .organ = 1, .list = 1, .idx = idx};
    struct lz_log_entry entry = {.type = LZ_ENTRY_ISSUE, .time = NOON - 10, .issue = {.list = 1, .idx = idx}};
    lz_buf_init(token, LZ_TOKEN_CAP);
    lz_fuzz_need(!lz_token_write(&fields, issuer, token) &&
                 !lz_token_digest(lz_buf_view(token), entry.issue.digest));
    add(&entry);
}

static void make_world(void)
{
    static const uint8_t log_secret[32] = {5}, issuer_secret[32] = {6};
    struct lz_signing_key *log_key = NULL, *issuer = NULL;
    lz_buf_init(&world.entries, LZ_BUNDLE_CAP);
    lz_fuzz_need(
        !lz_signing_key_from_secret(LZ_KEY_ED25519, log_secret, &log_key) &&
        !lz_signing_key_from_secret(LZ_KEY_P256, issuer_secret, &issuer) &&
        !lz_vkey_make("zf.example/log", LZ_NOTE_ED25519, lz_signing_key_public(log_key), &world.vkey));
    add(&(struct lz_log_entry){.type = LZ_ENTRY_KEY,
                               .time = NOON - 20,
                               .key = {.key = *lz_signing_key_public(issuer), .from = NOON - 20}});
    add(&(struct lz_log_entry){
        .type = LZ_ENTRY_ORGAN, .time = NOON - 15, .organ = {.organ = 1, .name = "Organ"}});
    issue(issuer, 11, &world.good);
    issue(issuer, 12, &world.revoked);
    add(&(struct lz_log_entry){
        .type = LZ_ENTRY_STATUS,
        .time = NOON - 5,
        .status = {.list = 1, .idx = 12, .status = LZ_STATUS_REVOKED, .effective = NOON - 5, .reason = 1}});
    add(&(struct lz_log_entry){.type = LZ_ENTRY_ANCHOR, .time = NOON - 1});
    publish(log_key, 0);
    for (int i = EARLY; i < LATE; i++)
        add(&(struct lz_log_entry){.type = LZ_ENTRY_ANCHOR, .time = NOON + i});
    publish(log_key, 1);
    lz_signing_key_free(&log_key);
    lz_signing_key_free(&issuer);
}

/* ---- a registry ---- */

struct registry {
    int note;             /* 0: EARLY, 1: LATE */
    struct lz_bytes lies; /* changes left */
};

static lz_err answer(void *context, const char *path, struct lz_buf *out)
{
    struct registry *registry = context;
    struct lz_bytes honest = lz_buf_view(&world.notes[registry->note]);
    struct lz_tile tile;
    uint8_t bytes[4096];
    if (strcmp(path, "checkpoint") != 0) {
        if (lz_tile_parse(lz_bytes_text(path), &tile) || tile.level != LZ_TILE_ENTRIES || tile.index > 0)
            return LZ_NOT_FOUND;
        honest = lz_bytes_of(world.entries.data, world.entry_end[tile.width <= LATE ? tile.width : LATE]);
    }
    size_t size = honest.size;
    lz_fuzz_need(size <= sizeof bytes);
    memcpy(bytes, honest.data, size);
    lz_fuzz_patch(&registry->lies, 3, bytes, &size);
    lz_buf_add(out, bytes, size);
    return out->err;
}

static lz_err sync_with(struct lz_trust *trust, int note, struct lz_bytes lies, int64_t now_s)
{
    struct registry registry = {.note = note, .lies = lies};
    const struct lz_trust_fetch fetch = {.get = answer, .context = &registry};
    struct lz_clock_fixed clock;
    struct lz_fault fault = {0};
    lz_clock_fixed_init(&clock, now_s);
    lz_err err = lz_trust_sync(trust, &fetch, &clock.base, NULL, &fault);
    lz_fuzz_sure(!err || fault.code);
    return err;
}

static enum lz_verdict verdict_of(const struct lz_trust *trust, const struct lz_buf *token)
{
    struct lz_trust_answer said = {0};
    lz_err err = lz_trust_verify(trust, lz_buf_view(token), (struct lz_bytes){0}, NOON + 70, 600, &said);
    lz_fuzz_sure(!err);
    return err ? LZ_VERDICT_UNCONFIRMED : said.verdict;
}

/* Whoever knew of the revocation still does; whoever knows nothing confirms nothing. */
static void check(const struct lz_trust *trust)
{
    const struct lz_trust_state state = lz_trust_state(trust);
    const enum lz_verdict revoked = verdict_of(trust, &world.revoked), good = verdict_of(trust, &world.good);
    lz_fuzz_need(state.size == 0 || state.size == EARLY || state.size == LATE);
    lz_fuzz_need(!lz_verdict_info(revoked)->good);
    if (state.size)
        lz_fuzz_sure(revoked == LZ_VERDICT_REVOKED);
    lz_fuzz_need(state.size || !lz_verdict_info(good)->good);
}

/* ---- */

static void open_again(const char *folder)
{
    struct lz_trust *trust = NULL;
    lz_fuzz_need(!lz_trust_open(folder, &world.vkey, &trust, NULL));
    lz_fuzz_need(lz_trust_state(trust).size == LATE);
    lz_fuzz_need(verdict_of(trust, &world.revoked) == LZ_VERDICT_REVOKED);
    lz_trust_free(&trust);
}

/* A lying round between two honest ones, kept in a folder. */
static void lie_in_between(const char *folder, struct lz_bytes lies)
{
    struct lz_trust *trust = NULL;
    lz_err err = lz_trust_open(folder, &world.vkey, &trust, NULL);
    lz_fuzz_sure(!err);
    if (err)
        return;
    const lz_err first = sync_with(trust, 0, (struct lz_bytes){0}, NOON + 1);
    lz_fuzz_sure(!first);
    check(trust);
    (void)sync_with(trust, (int)(lies.size % 2), lies, NOON + 30);
    check(trust);
    lz_fuzz_calm();
    lz_fuzz_need(!sync_with(trust, 1, (struct lz_bytes){0}, NOON + 61));
    check(trust);
    lz_fuzz_need(lz_trust_state(trust).size == LATE);
    lz_trust_free(&trust);
    open_again(folder);
}

static void damage_folder(const char *folder, struct lz_bytes input)
{
    static const char *const NAMES[] = {"log-key", "entries", "checkpoint", "highest"};
    struct lz_trust *trust = NULL;
    struct lz_fault fault = {0};
    char path[LZ_FUZZ_PATH + 16];
    struct lz_buf key;
    lz_buf_init(&key, LZ_VKEY_TEXT);
    lz_vkey_format(&world.vkey, &key);
    lz_fuzz_sure(!key.err);
    const struct lz_bytes files[] = {lz_buf_view(&key), lz_buf_view(&world.entries),
                                     lz_buf_view(&world.notes[1]), lz_bytes_text("1795406460\n")};
    for (size_t i = 0; i < 4 && !key.err; i++) {
        uint8_t bytes[4096];
        size_t size = files[i].size;
        memcpy(bytes, files[i].data, size);
        if (input.size > 0 && input.data[0] % 4 == i) {
            input = lz_bytes_of(input.data + 1, input.size - 1);
            lz_fuzz_patch(&input, 2, bytes, &size);
        }
        snprintf(path, sizeof path, "%s/%s", folder, NAMES[i]);
        lz_fuzz_write(path, lz_bytes_of(bytes, size));
    }
    lz_buf_free(&key);
    lz_err err = lz_trust_open(folder, input.size % 2 ? &world.vkey : NULL, &trust, &fault);
    lz_fuzz_need((err == LZ_OK) == (trust != NULL));
    lz_fuzz_sure(!err || fault.code == err);
    if (trust)
        check(trust);
    lz_trust_free(&trust);
}

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
    (void)argc;
    (void)argv;
    make_world();
    lz_fuzz_folder_make();
    return 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char folder[LZ_FUZZ_PATH];
    if (size == 0)
        return 0;
    lz_fuzz_need(mkdirat(AT_FDCWD, lz_fuzz_path(folder, "trust"), 0700) == 0);
    const struct lz_bytes rest = lz_bytes_of(data + 1, size - 1);
    if (data[0] % 2)
        lie_in_between(folder, rest);
    else
        damage_folder(folder, rest);
    lz_fuzz_calm();
    lz_fuzz_remove(folder);
    return 0;
}
