#include "registry/credential/trust_private.h"

#include <stdio.h>

/* How often an unchanged log is written down again: its time matters only across a restart. */
enum { STORE_EVERY_S = 60 };
#define STAGED_CAP LZ_TRUST_UNSTORED_CAP

/* New entries, hashed and checked, not yet believed. */
struct staged {
    struct lz_tlog_frontier frontier;
    struct lz_buf entries; /* bundled */
    struct lz_facts_need need;
};

static lz_err stage_entry(struct staged *staged, struct lz_bytes bytes)
{
    struct lz_log_entry entry;
    struct lz_hash leaf;
    lz_err err = lz_log_entry_read(bytes, &entry);
    if (err == LZ_OK) {
        lz_facts_need_add(&staged->need, &entry);
    } else if (err != LZ_UNSUPPORTED) {
        return err;
    }
    err = lz_tlog_leaf_hash(bytes, &leaf);
    if (err == LZ_OK) {
        err = lz_tlog_append(&staged->frontier, &leaf, NULL, NULL);
    }
    return err != LZ_OK ? err : lz_bundle_add(&staged->entries, bytes);
}

/* One bundle: the entries of it that are new.  It must hold exactly what a tree of `size` has there. */
static lz_err stage_bundle(struct staged *staged, const struct lz_trust_fetch *fetch, uint64_t size)
{
    struct lz_tile tile = lz_tile_in(LZ_TILE_ENTRIES, staged->frontier.size / LZ_TILE_WIDTH, size);
    unsigned skip = (unsigned)(staged->frontier.size % LZ_TILE_WIDTH);
    char path[LZ_TILE_PATH];
    struct lz_buf body;
    struct lz_bytes entry;
    lz_buf_init(&body, LZ_BUNDLE_CAP);
    lz_tile_path(&tile, path);
    lz_err err = fetch->get(fetch->context, path, &body);
    if (err == LZ_OK) {
        err = body.err;
    }
    struct lz_bytes rest = lz_buf_view(&body);
    for (unsigned i = 0; i < tile.width && err == LZ_OK; i++) {
        err = lz_bundle_next(&rest, &entry);
        if (err == LZ_NOT_FOUND) {
            err = LZ_MALFORMED;
        }
        if (err == LZ_OK && i >= skip) {
            err = stage_entry(staged, entry);
        }
    }
    if (err == LZ_OK && rest.size > 0) {
        err = LZ_MALFORMED;
    }
    lz_buf_free(&body);
    return err;
}

static void note_storing(struct lz_trust *trust, lz_err err)
{
    pthread_rwlock_wrlock(&trust->lock);
    trust->storing = err;
    pthread_rwlock_unlock(&trust->lock);
}

static lz_err inconsistent(struct lz_trust *trust, struct lz_fault *fault)
{
    pthread_rwlock_wrlock(&trust->lock);
    trust->doubted = true;
    pthread_rwlock_unlock(&trust->lock);
    return lz_fault_set(fault, LZ_INCONSISTENT, NULL, NULL);
}

/* Two signed checkpoints of one size: proof that the log lies, kept for the auditor. */
static lz_err contradiction(struct lz_trust *trust, struct lz_bytes note, struct lz_fault *fault)
{
    pthread_rwlock_wrlock(&trust->lock);
    trust->contradicted = true;
    pthread_rwlock_unlock(&trust->lock);
    if (trust->folder != NULL) {
        struct lz_fault unwritten = {0};
        lz_err err = lz_trust_folder_put(trust->folder, "contradiction", note, &unwritten);
        if (err != LZ_OK) { /* the next round meets it again, and tries again */
            note_storing(trust, err);
        }
    }
    return inconsistent(trust, fault);
}

static lz_err store_highest(struct lz_trust *trust, struct lz_fault *fault)
{
    char text[32];
    if (trust->folder == NULL || trust->highest - trust->stored_highest < STORE_EVERY_S) {
        return LZ_OK;
    }
    snprintf(text, sizeof text, "%lld\n", (long long)trust->highest);
    lz_err err = lz_trust_folder_put(trust->folder, "highest", lz_bytes_text(text), fault);
    if (err == LZ_OK) {
        trust->stored_highest = trust->highest;
    } else {
        note_storing(trust, err);
    }
    return err;
}

/* What is believed waits here until the folder takes it: a full disk must not keep a counter from knowing. */
static lz_err keep_unstored(struct lz_trust *trust, struct lz_bytes entries)
{
    if (trust->folder == NULL) {
        return LZ_OK;
    }
    /* A copy that grows: a buffer that finds no room forgets what it held, and the folder still lacks that.
     */
    struct lz_buf more;
    lz_buf_init(&more, trust->unstored.cap);
    lz_buf_add(&more, trust->unstored.data, trust->unstored.size);
    lz_buf_add(&more, entries.data, entries.size);
    if (more.err != LZ_OK) {
        return more.err;
    }
    lz_buf_free(&trust->unstored);
    trust->unstored = more;
    return LZ_OK;
}

static lz_err store(struct lz_trust *trust, struct lz_bytes note, int64_t time, struct lz_fault *fault)
{
    if (trust->folder == NULL || (trust->unstored.size == 0 && time - trust->stored_as_of < STORE_EVERY_S)) {
        return LZ_OK;
    }
    lz_err err = lz_trust_folder_extend(trust->folder, lz_buf_view(&trust->unstored), note, fault);
    if (err == LZ_OK) {
        lz_buf_reset(&trust->unstored);
        trust->stored_as_of = time;
    }
    note_storing(trust, err);
    return err;
}

static void see_time(struct lz_trust *trust, int64_t time)
{
    pthread_rwlock_wrlock(&trust->lock);
    trust->highest = time > trust->highest ? time : trust->highest;
    pthread_rwlock_unlock(&trust->lock);
}

static void believe(struct lz_trust *trust, int64_t time)
{
    trust->synced = true;
    trust->doubted = false;
    trust->as_of = time > trust->as_of ? time : trust->as_of;
    trust->highest = time > trust->highest ? time : trust->highest;
}

/* Folds what was proven.  Room was made before, so that nothing half-applied can be seen. */
static lz_err fold(struct lz_trust *trust, const struct staged *staged, const struct lz_hash *root,
                   int64_t time)
{
    struct lz_bytes rest = lz_buf_view(&staged->entries), bytes;
    struct lz_log_entry entry;
    pthread_rwlock_wrlock(&trust->lock);
    lz_err err = lz_facts_reserve(trust->facts, &staged->need);
    while (err == LZ_OK && lz_bundle_next(&rest, &bytes) == LZ_OK) {
        err = lz_log_entry_read(bytes, &entry);
        err = err == LZ_OK ? lz_facts_apply(trust->facts, &entry) : err == LZ_UNSUPPORTED ? LZ_OK : err;
    }
    if (err == LZ_OK) {
        err = lz_trust_successor(trust->facts, &trust->pinned, &trust->current);
    }
    if (err == LZ_OK) {
        trust->frontier = staged->frontier;
        trust->root = *root;
        believe(trust, time);
    } else {
        trust->doubted = true;
    }
    pthread_rwlock_unlock(&trust->lock);
    return err;
}

/* When the new entries name the log's next key, it must have signed this very checkpoint, too. */
static lz_err check_succession(const struct lz_trust *trust, const struct staged *staged,
                               struct lz_bytes note)
{
    struct lz_bytes rest = lz_buf_view(&staged->entries), bytes;
    struct lz_log_entry entry;
    struct lz_vkey next = trust->current;
    struct lz_checkpoint checkpoint;
    int64_t time;
    lz_err err = LZ_OK;
    if (staged->need.keys == 0) {
        return LZ_OK;
    }
    while (err == LZ_OK && lz_bundle_next(&rest, &bytes) == LZ_OK) {
        if (lz_log_entry_read(bytes, &entry) == LZ_OK && entry.type == LZ_ENTRY_KEY &&
            entry.key.key.kind == LZ_KEY_ED25519) {
            err = lz_vkey_make(trust->pinned.name, LZ_NOTE_ED25519, &entry.key.key, &next);
        }
    }
    return err != LZ_OK ? err : lz_checkpoint_verify(note, &next, &checkpoint, &time);
}

static lz_err extend(struct lz_trust *trust, const struct lz_trust_fetch *fetch,
                     const struct lz_checkpoint *checkpoint, int64_t time, struct lz_bytes note,
                     bool *ret_changed, struct lz_fault *fault)
{
    struct staged staged = {.frontier = trust->frontier};
    struct lz_hash root;
    lz_buf_init(&staged.entries, STAGED_CAP);
    lz_err err = LZ_OK;
    while (staged.frontier.size < checkpoint->size && err == LZ_OK) {
        err = stage_bundle(&staged, fetch, checkpoint->size);
    }
    if (err == LZ_OK) {
        err = lz_tlog_frontier_root(&staged.frontier, &root);
    }
    if (err == LZ_OK && !lz_hash_equal(&root, &checkpoint->root)) {
        err = inconsistent(trust, fault);
    }
    if (err == LZ_OK && check_succession(trust, &staged, note) != LZ_OK) {
        err = inconsistent(trust, fault);
    }
    size_t before = trust->unstored.size;
    if (err == LZ_OK) {
        err = keep_unstored(trust, lz_buf_view(&staged.entries));
    }
    if (err == LZ_OK) {
        err = fold(trust, &staged, &root, time);
        if (err != LZ_OK) {
            trust->unstored.size = before;
        }
    }
    if (err == LZ_OK) {
        *ret_changed = true;
        err = store(trust, note, time, fault);
    }
    lz_buf_free(&staged.entries);
    return err;
}

/* Compares a verified checkpoint with what is known. */
static lz_err take_checkpoint(struct lz_trust *trust, const struct lz_trust_fetch *fetch,
                              const struct lz_checkpoint *checkpoint, int64_t time, struct lz_bytes note,
                              bool *ret_changed, struct lz_fault *fault)
{
    uint64_t known = trust->frontier.size;
    if (checkpoint->size < known) {
        /* Older than ours: a cache or a mirror that lags.  Newer and smaller: the log shrank. */
        return time <= trust->as_of ? lz_fault_set(fault, LZ_STALE, NULL, NULL) : inconsistent(trust, fault);
    }
    if (checkpoint->size > known) {
        return extend(trust, fetch, checkpoint, time, note, ret_changed, fault);
    }
    if (!lz_hash_equal(&checkpoint->root, &trust->root)) {
        return contradiction(trust, note, fault);
    }
    pthread_rwlock_wrlock(&trust->lock);
    believe(trust, time);
    pthread_rwlock_unlock(&trust->lock);
    return store(trust, note, time, fault);
}

lz_err lz_trust_sync(struct lz_trust *trust, const struct lz_trust_fetch *fetch, const struct lz_clock *clock,
                     bool *ret_changed, struct lz_fault *fault)
{
    struct lz_checkpoint checkpoint;
    struct lz_buf note;
    int64_t time = 0;
    bool changed = false;
    lz_buf_init(&note, LZ_NOTE_CAP);
    see_time(trust, lz_clock_now_s(clock));
    lz_err err = fetch->get(fetch->context, "checkpoint", &note);
    if (err == LZ_OK) {
        err = note.err;
    }
    if (err == LZ_OK) {
        err = lz_checkpoint_verify(lz_buf_view(&note), &trust->current, &checkpoint, &time);
    }
    if (err == LZ_OK) {
        err = take_checkpoint(trust, fetch, &checkpoint, time, lz_buf_view(&note), &changed, fault);
    }
    lz_err kept = store_highest(trust, err == LZ_OK ? fault : NULL);
    if (ret_changed != NULL) {
        *ret_changed = changed;
    }
    if (err != LZ_OK && fault != NULL && fault->code == LZ_OK) {
        lz_fault_set(fault, err, NULL, NULL);
    }
    lz_buf_free(&note);
    return err != LZ_OK ? err : kept;
}
