#include "registry/credential/trust_private.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

lz_err lz_trust_successor(const struct lz_facts *facts, const struct lz_vkey *pinned,
                          struct lz_vkey *ret_vkey)
{
    const struct lz_public_key *key = lz_facts_log_key(facts);
    if (key == NULL) {
        *ret_vkey = *pinned;
        return LZ_OK;
    }
    return lz_vkey_make(pinned->name, LZ_NOTE_ED25519, key, ret_vkey);
}

/* --- opening: the folder's content is believed only as far as the pinned key vouches for it --- */

static lz_err same_key(struct lz_trust *trust, const struct lz_vkey *vkey, struct lz_fault *fault)
{
    struct lz_vkey stored;
    struct lz_buf line;
    lz_buf_init(&line, LZ_VKEY_TEXT + 2);
    lz_err err = lz_trust_folder_get(trust->folder, "log-key", &line, vkey != NULL ? NULL : fault);
    if (err == LZ_NOT_FOUND && vkey != NULL) {
        lz_buf_reset(&line);
        lz_vkey_format(vkey, &line);
        lz_buf_byte(&line, '\n');
        err = line.err == LZ_OK ? lz_trust_folder_put(trust->folder, "log-key", lz_buf_view(&line), fault)
                                : line.err;
        stored = *vkey;
    } else if (err == LZ_OK) {
        err = lz_vkey_parse(lz_buf_view(&line), &stored);
    }
    if (err == LZ_MALFORMED || (err == LZ_OK && stored.algorithm != LZ_NOTE_ED25519)) {
        err = lz_fault_set(fault, LZ_CORRUPT, "离线数据中的日志公钥已损坏；请清空该文件夹后重新同步。",
                           "The log key among the offline data is damaged; empty the folder and sync again.");
    }
    if (err == LZ_OK && vkey != NULL && memcmp(stored.key, vkey->key, sizeof stored.key) != 0) {
        err = lz_fault_set(fault, LZ_CONFLICT, "该文件夹属于另一个日志公钥；请换一个文件夹，或核对公钥。",
                           "That folder belongs to another log key; use another folder or check the key.");
    }
    if (err == LZ_OK) {
        trust->pinned = stored;
        trust->current = stored;
    }
    lz_buf_free(&line);
    return err;
}

static lz_err replay_entry(void *context, struct lz_bytes bytes)
{
    struct lz_trust *trust = context;
    struct lz_log_entry entry;
    struct lz_hash leaf;
    lz_err err = lz_tlog_leaf_hash(bytes, &leaf);
    if (err == LZ_OK) {
        err = lz_tlog_append(&trust->frontier, &leaf, NULL, NULL);
    }
    if (err != LZ_OK) {
        return err;
    }
    err = lz_log_entry_read(bytes, &entry);
    return err == LZ_UNSUPPORTED ? LZ_OK : err != LZ_OK ? err : lz_facts_apply(trust->facts, &entry);
}

/* Checkpoint and entries prove each other; the pinned key signs the checkpoint, and so does its successor. */
static lz_err replay(struct lz_trust *trust, struct lz_bytes note_bytes, struct lz_fault *fault)
{
    struct lz_note note;
    struct lz_checkpoint checkpoint, signed_by_successor;
    lz_err err = lz_note_read(note_bytes, &note);
    if (err == LZ_OK) {
        err = lz_checkpoint_read(note.text, &checkpoint);
    }
    if (err == LZ_OK) {
        err = lz_checkpoint_verify(note_bytes, &trust->pinned, &checkpoint, &trust->as_of);
    }
    if (err == LZ_OK) {
        err = lz_trust_folder_replay(trust->folder, checkpoint.size, replay_entry, trust, fault);
    }
    if (err == LZ_OK) {
        err = lz_tlog_frontier_root(&trust->frontier, &trust->root);
    }
    if (err == LZ_OK && !lz_hash_equal(&trust->root, &checkpoint.root)) {
        err = LZ_CORRUPT;
    }
    if (err == LZ_OK) {
        err = lz_trust_successor(trust->facts, &trust->pinned, &trust->current);
    }
    if (err == LZ_OK) {
        err = lz_checkpoint_verify(note_bytes, &trust->current, &signed_by_successor, &trust->as_of);
    }
    if (err == LZ_OK) {
        trust->synced = true;
        trust->stored_as_of = trust->as_of;
    }
    return err;
}

/* A file that need not be there: its absence is neither an error nor told of. */
static lz_err get_if_there(const struct lz_trust *trust, const char *name, struct lz_buf *out,
                           bool *ret_there, struct lz_fault *fault)
{
    struct lz_fault told = {0};
    lz_err err = lz_trust_folder_get(trust->folder, name, out, &told);
    *ret_there = err == LZ_OK;
    if (err == LZ_OK || err == LZ_NOT_FOUND) {
        return LZ_OK;
    }
    if (fault != NULL) {
        *fault = told;
    }
    return err;
}

/* None is 0; one that cannot be read now is an error: a clock set back would go unnoticed. */
static lz_err read_highest(struct lz_trust *trust, int64_t *ret_highest, struct lz_fault *fault)
{
    struct lz_buf text;
    bool there = false;
    lz_buf_init(&text, 64);
    lz_err err = get_if_there(trust, "highest", &text, &there, fault);
    int64_t highest = there && text.size > 0 ? strtoll((const char *)text.data, NULL, 10) : 0;
    lz_buf_free(&text);
    *ret_highest = highest > 0 ? highest : 0;
    return err;
}

/* What may pass by itself says nothing about the folder. */
static bool passes(lz_err err)
{
    return err == LZ_MEMORY || err == LZ_CRYPTO || err == LZ_IO || err == LZ_DISK_FULL || err == LZ_READ_ONLY;
}

static lz_err load(struct lz_trust *trust, struct lz_fault *fault)
{
    struct lz_buf note;
    bool there = false;
    lz_buf_init(&note, LZ_NOTE_CAP);
    lz_err err = get_if_there(trust, "checkpoint", &note, &there, fault);
    if (there) {
        err = replay(trust, lz_buf_view(&note), fault);
        if (err != LZ_OK && !passes(err)) {
            err = lz_fault_set(fault, LZ_CORRUPT,
                               "离线数据与所信任的日志公钥不符或已损坏；请清空该文件夹后重新同步。",
                               "The offline data does not add up under the pinned log key; empty the folder "
                               "and sync again.");
        } else if (err != LZ_OK) {
            lz_fault_set(fault, err, NULL, NULL);
        }
    }
    if (err == LZ_OK) {
        err = read_highest(trust, &trust->stored_highest, fault);
    }
    if (err == LZ_OK) {
        trust->highest = trust->stored_highest;
        trust->highest = trust->as_of > trust->highest ? trust->as_of : trust->highest;
        lz_buf_reset(&note);
        /* Unless it is known that there is none, nothing good is said. */
        err = get_if_there(trust, "contradiction", &note, &trust->contradicted, fault);
    }
    lz_buf_free(&note);
    return err;
}

lz_err lz_trust_open(const char *folder, const struct lz_vkey *vkey, struct lz_trust **ret_trust,
                     struct lz_fault *fault)
{
    if ((folder == NULL && vkey == NULL) || (vkey != NULL && vkey->algorithm != LZ_NOTE_ED25519)) {
        return LZ_INVALID;
    }
    struct lz_trust *trust = calloc(1, sizeof *trust);
    if (trust == NULL) {
        return LZ_MEMORY;
    }
    if (pthread_rwlock_init(&trust->lock, NULL) != 0) {
        free(trust);
        return LZ_MEMORY;
    }
    lz_buf_init(&trust->unstored, LZ_TRUST_UNSTORED_CAP);
    lz_err err = lz_facts_new(&trust->facts);
    if (err == LZ_OK && folder != NULL) {
        err = lz_trust_folder_open(folder, vkey != NULL, &trust->folder, fault);
        if (err == LZ_OK) {
            err = same_key(trust, vkey, fault);
        }
        if (err == LZ_OK) {
            err = load(trust, fault);
        }
    } else if (err == LZ_OK) {
        trust->pinned = trust->current = *vkey;
    }
    if (err == LZ_OK) {
        err = lz_tlog_frontier_root(&trust->frontier, &trust->root);
    }
    if (err == LZ_OK) {
        *ret_trust = trust;
        trust = NULL;
    } else if (fault != NULL && fault->code == LZ_OK) {
        lz_fault_set(fault, err, NULL, NULL);
    }
    lz_trust_free(&trust);
    return err;
}

void lz_trust_free(struct lz_trust **trust)
{
    if (trust == NULL || *trust == NULL) {
        return;
    }
    lz_trust_folder_free(&(*trust)->folder);
    lz_facts_free(&(*trust)->facts);
    lz_buf_free(&(*trust)->unstored);
    pthread_rwlock_destroy(&(*trust)->lock);
    free(*trust);
    *trust = NULL;
}

/* A lock is no part of the value: whoever only asks may hold a const trust. */
static pthread_rwlock_t *lock_of(const struct lz_trust *trust)
{
    union {
        const pthread_rwlock_t *given;
        pthread_rwlock_t *lock;
    } of = {.given = &trust->lock};
    return of.lock;
}

struct lz_trust_state lz_trust_state(const struct lz_trust *trust)
{
    pthread_rwlock_rdlock(lock_of(trust));
    struct lz_trust_state state = {
        .size = trust->frontier.size,
        .as_of = trust->as_of,
        .highest = trust->highest,
        .tokens = lz_facts_token_count(trust->facts),
        .inconsistent = trust->doubted || trust->contradicted,
        .storing = trust->storing,
    };
    pthread_rwlock_unlock(lock_of(trust));
    return state;
}

/* --- verifying --- */

/* A finding and why; the worse one stays. */
static void find(struct lz_trust_answer *answer, enum lz_verdict verdict, unsigned reason)
{
    if (lz_verdict_worse(answer->verdict, verdict) == verdict && answer->verdict != verdict) {
        answer->verdict = verdict;
        answer->reason = lz_reason_by_code(reason);
    }
}

/* Why nothing good may be said now; LZ_REASON_CODE_NONE: it may. */
static unsigned doubt(const struct lz_trust *trust, int64_t now_s, int64_t max_age_s)
{
    int64_t latest = now_s > trust->highest ? now_s : trust->highest;
    if (trust->doubted || trust->contradicted) {
        return LZ_REASON_CODE_INCONSISTENT;
    }
    if (!trust->synced) {
        return LZ_REASON_CODE_NEVER_SYNCED;
    }
    if (now_s < trust->highest - LZ_TRUST_CLOCK_SLACK_S) {
        return LZ_REASON_CODE_CLOCK_BEHIND;
    }
    return latest - trust->as_of > max_age_s ? LZ_REASON_CODE_STALE : LZ_REASON_CODE_NONE;
}

/* In sync and fresh, what the log does not know was never issued; else it may be new. */
static void unheard(struct lz_trust_answer *answer, unsigned doubt_code, unsigned reason)
{
    bool fresh = doubt_code == LZ_REASON_CODE_NONE;
    find(answer, fresh ? LZ_VERDICT_FORGED : LZ_VERDICT_UNCONFIRMED, fresh ? reason : doubt_code);
}

static void check_chip(const struct lz_token *token, struct lz_bytes uid, struct lz_trust_answer *answer)
{
    if (uid.size == 0) {
        return;
    }
    if (token->uid_size > 0 && lz_bytes_equal(uid, lz_bytes_of(token->uid, token->uid_size))) {
        answer->chip = LZ_CHIP_BOUND;
        return;
    }
    answer->chip = LZ_CHIP_MISMATCH;
    find(answer, LZ_VERDICT_COPIED, token->uid_size > 0 ? LZ_REASON_CODE_OTHER_CHIP : LZ_REASON_CODE_NO_CHIP);
}

/* Signature and log.  True: both vouch for the token. */
static lz_err certify(const struct lz_trust *trust, struct lz_bytes bytes, const struct lz_token *token,
                      const uint8_t kid[LZ_KID_SIZE], unsigned doubt_code, struct lz_trust_answer *answer)
{
    struct lz_facts_key key;
    struct lz_facts_token published;
    uint8_t digest[LZ_TOKEN_DIGEST];
    if (!lz_facts_key(trust->facts, kid, &key)) {
        unheard(answer, doubt_code, LZ_REASON_CODE_UNKNOWN_KEY);
        return LZ_OK;
    }
    lz_err err = lz_token_digest(bytes, digest);
    if (err != LZ_OK) {
        return err;
    }
    bool known = lz_facts_token(trust->facts, digest, &published);
    err = known && lz_facts_held(&published) ? LZ_OK : lz_token_verify(bytes, key.key);
    if (err == LZ_BAD_SIGNATURE) {
        answer->signature = LZ_SIGNATURE_BAD;
        find(answer, LZ_VERDICT_FORGED, LZ_REASON_CODE_BAD_SIGNATURE);
        return LZ_OK;
    }
    if (err != LZ_OK) {
        return err;
    }
    answer->signature = LZ_SIGNATURE_GOOD;
    /* Signed before a restore: what was published between backup, or mirror, and restore is in no log. */
    if (!known && doubt_code == LZ_REASON_CODE_NONE && key.gap) {
        find(answer, LZ_VERDICT_UNCONFIRMED, LZ_REASON_CODE_UNRECONCILED);
        return LZ_OK;
    }
    if (!known) {
        unheard(answer, doubt_code, LZ_REASON_CODE_NOT_IN_LOG);
        return LZ_OK;
    }
    lz_facts_hold(&published);
    bool in_window =
        published.published_at >= key.from && (key.until == 0 || published.published_at < key.until);
    if (!in_window || published.list != token->list || published.idx != token->idx) {
        find(answer, LZ_VERDICT_FORGED, LZ_REASON_CODE_KEY_WINDOW);
        return LZ_OK;
    }
    answer->certified = true;
    return LZ_OK;
}

/* What became of the badge: its status, then its date, then what its holder is. */
static void check_standing(const struct lz_trust *trust, int64_t now_s, struct lz_trust_answer *answer)
{
    struct lz_facts_status status = lz_facts_status(trust->facts, answer->token.list, answer->token.idx);
    int64_t latest = now_s > trust->highest ? now_s : trust->highest;
    unsigned reason = status.reason;
    answer->standing = lz_verdict_of_status(status.status, reason);
    if (latest >= answer->token.expires_at &&
        lz_verdict_worse(answer->standing, LZ_VERDICT_EXPIRED) == LZ_VERDICT_EXPIRED) {
        reason = answer->standing == LZ_VERDICT_EXPIRED ? reason : LZ_REASON_CODE_DATE_PASSED;
        answer->standing = LZ_VERDICT_EXPIRED;
    }
    answer->cause = lz_reason_by_code(reason);
    answer->effective_at = status.effective_at;
    answer->published_at = status.published_at;
    find(answer, answer->standing, reason);
    if (answer->token.kind == LZ_TOKEN_KIND_AUXILIARY) {
        find(answer, LZ_VERDICT_AUXILIARY, LZ_REASON_CODE_NONE);
    }
}

static lz_err verify_locked(const struct lz_trust *trust, struct lz_bytes bytes, struct lz_bytes uid,
                            int64_t now_s, int64_t max_age_s, struct lz_trust_answer *answer)
{
    struct lz_token token;
    uint8_t kid[LZ_KID_SIZE];
    lz_err err = lz_token_read(bytes, &token, kid);
    if (err != LZ_OK) {
        return err;
    }
    unsigned doubt_code = doubt(trust, now_s, max_age_s);
    answer->as_of = trust->as_of;
    check_chip(&token, uid, answer);
    err = certify(trust, bytes, &token, kid, doubt_code, answer);
    if (err != LZ_OK || !answer->certified) {
        return err;
    }
    answer->token = token;
    answer->valid_until = lz_date_of(token.expires_at - 1); /* expiry is the start of the day after */
    const char *organ = lz_facts_organ(trust->facts, token.organ);
    if (organ != NULL) {
        snprintf(answer->organ, sizeof answer->organ, "%s", organ);
    }
    check_standing(trust, now_s, answer);
    if (doubt_code != LZ_REASON_CODE_NONE) {
        find(answer, LZ_VERDICT_UNCONFIRMED, doubt_code);
    }
    return LZ_OK;
}

lz_err lz_trust_verify(const struct lz_trust *trust, struct lz_bytes token, struct lz_bytes uid,
                       int64_t now_s, int64_t max_age_s, struct lz_trust_answer *ret_answer)
{
    struct lz_trust_answer answer = {.verdict = LZ_VERDICT_VALID};
    pthread_rwlock_rdlock(lock_of(trust));
    lz_err err = verify_locked(trust, token, uid, now_s, max_age_s, &answer);
    pthread_rwlock_unlock(lock_of(trust));
    if (err == LZ_OK) {
        *ret_answer = answer;
    }
    return err;
}

void lz_trust_verify_number(const struct lz_trust *trust, struct lz_trust_answer *ret_answer)
{
    *ret_answer = (struct lz_trust_answer){
        .verdict = LZ_VERDICT_UNCONFIRMED,
        .reason = lz_reason_by_code(LZ_REASON_CODE_NUMBER_ONLY),
        .as_of = lz_trust_state(trust).as_of,
    };
}
