#include "registry/restore_log.h"

#include "registry/badge.h"
#include "registry/badge_place.h"
#include "registry/certificate_change.h"
#include "registry/credential/facts.h"
#include "registry/credential/reason.h"
#include "registry/credential/trust_folder.h"
#include "registry/key_ring.h"
#include "registry/log_store.h"
#include "registry/publish.h"
#include "registry/statements.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct replay {
    struct lz_call *call;
    struct lz_facts *facts;
    struct lz_tlog_frontier ours;   /* of the backup */
    struct lz_tlog_frontier theirs; /* of the mirror's entries so far */
    int64_t added;
};

/* ---- what a new entry means for our tables; statuses are folded at the end ---- */

static lz_err open_list(struct lz_call *call, int64_t list)
{
    int64_t position = 0;
    lz_err err = lz_log_size(call, &position);
    struct lz_query *q = err ? NULL : lz_query_start(call->sql, LZ_Q_restore_status_list_put);
    if (err)
        return err;
    lz_query_int(q, "list", list);
    lz_query_int(q, "size", LZ_STATUS_LIST_PLACES);
    lz_query_int(q, "changed_at", position);
    return lz_query_run(q);
}

static lz_err take_issue(struct lz_call *call, const struct lz_log_entry *entry)
{
    struct lz_query *q = lz_query_start(call->sql, LZ_Q_restore_token_lost);
    lz_query_blob(q, "digest", lz_bytes_of(entry->issue.digest, sizeof entry->issue.digest));
    lz_query_int(q, "list", entry->issue.list);
    lz_query_int(q, "idx", entry->issue.idx);
    lz_err err = lz_query_run(q);
    return err ? err : open_list(call, entry->issue.list);
}

static lz_err take_key(struct lz_call *call, const struct lz_log_entry *entry)
{
    uint8_t kid[LZ_KID_SIZE];
    struct lz_buf cose;
    lz_buf_init(&cose, 256);
    lz_cose_key_write(&entry->key.key, &cose);
    lz_err err = cose.err ? cose.err : lz_key_kid(&entry->key.key, kid);
    if (!err) {
        struct lz_query *q = lz_query_start(call->sql, LZ_Q_restore_key_put);
        lz_query_blob(q, "kid", lz_bytes_of(kid, sizeof kid));
        lz_query_blob(q, "cose_key", lz_buf_view(&cose));
        lz_query_int(q, "from_at", entry->key.from);
        if (entry->key.until)
            lz_query_int(q, "until_at", entry->key.until);
        else
            lz_query_null(q, "until_at");
        err = lz_query_run(q);
    }
    lz_buf_free(&cose);
    return err;
}

static lz_err take_organ(struct lz_call *call, const struct lz_log_entry *entry)
{
    struct lz_query *q = lz_query_start(call->sql, LZ_Q_restore_organ_put);
    lz_query_int(q, "id", entry->organ.organ);
    lz_query_text(q, "name", entry->organ.name);
    lz_query_int(q, "created_at", entry->time);
    lz_err err = lz_query_run(q);
    if (err)
        return err;
    q = lz_query_start(call->sql, LZ_Q_restore_sequence_reserve);
    lz_query_text(q, "name", "organ");
    lz_query_int(q, "next", (int64_t)entry->organ.organ + 1);
    return lz_query_run(q);
}

static lz_err take(struct lz_call *call, const struct lz_log_entry *entry)
{
    switch (entry->type) {
    case LZ_ENTRY_ISSUE:
        return take_issue(call, entry);
    case LZ_ENTRY_KEY:
        return entry->key.key.kind == LZ_KEY_P256 ? take_key(call, entry) : LZ_OK;
    case LZ_ENTRY_ORGAN:
        return take_organ(call, entry);
    case LZ_ENTRY_STATUS:
    case LZ_ENTRY_ANCHOR:
    case LZ_ENTRY_RESTORE:
        break;
    }
    return LZ_OK;
}

/* ---- the mirror's entries ---- */

static lz_err contradiction(struct lz_call *call)
{
    return lz_fault_set(
        &call->fault, LZ_INCONSISTENT, "镜像与备份的公开日志互相矛盾，未作恢复。请核对两者的来历。",
        "Mirror and backup contradict each other; nothing was restored. Find out where both come from.");
}

static lz_err same_root(struct lz_call *call, const struct lz_tlog_frontier *a, const struct lz_hash *root)
{
    struct lz_hash own;
    lz_err err = lz_tlog_frontier_root(a, &own);
    return err ? err : lz_hash_equal(&own, root) ? LZ_OK : contradiction(call);
}

/* The mirror has come to where the backup ends: both must say the same so far. */
static lz_err check_joint(struct replay *replay)
{
    struct lz_hash root;
    lz_err err = lz_tlog_frontier_root(&replay->ours, &root);
    return err ? err : same_root(replay->call, &replay->theirs, &root);
}

static lz_err take_new(struct replay *replay, struct lz_bytes bytes, const struct lz_log_entry *entry)
{
    lz_err err = replay->added == 0 ? check_joint(replay) : LZ_OK;
    if (!err)
        err = lz_log_append_bytes(replay->call, bytes, NULL);
    if (!err && entry)
        err = take(replay->call, entry);
    replay->added++;
    return err;
}

static lz_err replay_entry(void *context, struct lz_bytes bytes)
{
    struct replay *replay = context;
    struct lz_log_entry entry;
    struct lz_facts_need need = {0};
    struct lz_hash leaf;
    lz_err read = lz_log_entry_read(bytes, &entry);
    if (read && read != LZ_UNSUPPORTED)
        return read;
    lz_err err =
        replay->theirs.size >= replay->ours.size ? take_new(replay, bytes, read ? NULL : &entry) : LZ_OK;
    if (!err)
        err = lz_tlog_leaf_hash(bytes, &leaf);
    if (!err)
        err = lz_tlog_append(&replay->theirs, &leaf, NULL, NULL);
    if (err || read)
        return err;
    lz_facts_need_add(&need, &entry);
    err = lz_facts_reserve(replay->facts, &need);
    return err ? err : lz_facts_apply(replay->facts, &entry);
}

/* ---- folding: our rows say no better than the log ---- */

struct badge_row {
    int64_t id, certificate;
    bool live;
    int64_t status;
    enum lz_badge_state state;
};

static lz_err badge_at(struct lz_call *call, uint32_t list, uint32_t idx, struct badge_row *ret_badge)
{
    lz_err err = LZ_NOT_FOUND;
    struct lz_query *q = lz_query_start(call->sql, LZ_Q_restore_badge_at);
    lz_query_int(q, "list", list);
    lz_query_int(q, "idx", idx);
    while (lz_query_next(q)) {
        *ret_badge = (struct badge_row){.id = lz_query_get_int(q, 0),
                                        .certificate = lz_query_get_int(q, 1),
                                        .live = lz_query_get_int(q, 3) != 0,
                                        .status = lz_query_get_int(q, 4)};
        err = lz_badge_state_parse(lz_query_get_text(q, 2), &ret_badge->state) ? LZ_CORRUPT : LZ_OK;
    }
    lz_err ended = lz_query_end(q);
    return ended ? ended : err;
}

static lz_err set_badge_status(struct lz_call *call, int64_t badge, enum lz_status status)
{
    struct lz_query *q = lz_query_start(call->sql, LZ_Q_badge_set_status);
    lz_query_int(q, "id", badge);
    lz_query_int(q, "status", status);
    lz_query_int(q, "now", lz_call_now_s(call));
    return lz_query_run(q);
}

static lz_err set_badge_state(struct lz_call *call, int64_t badge, enum lz_badge_state state)
{
    struct lz_query *q = lz_query_start(call->sql, LZ_Q_badge_set_state);
    lz_query_int(q, "id", badge);
    lz_query_text(q, "state", lz_badge_state_name(state));
    lz_query_int(q, "live", 0);
    lz_query_int(q, "now", lz_call_now_s(call));
    return lz_query_run(q);
}

static lz_err leave_open(struct lz_call *call, int64_t certificate)
{
    struct lz_query *q = lz_query_start(call->sql, LZ_Q_restore_unreconciled_put);
    lz_query_int(q, "certificate_id", certificate);
    lz_query_int(q, "now", lz_call_now_s(call));
    return lz_query_run(q);
}

/* A badge's own end.  One that a successor replaced leaves its certificate open: the successor itself is
 * lost. */
static lz_err end_badge(struct lz_call *call, const struct badge_row *badge, unsigned reason)
{
    static const struct {
        unsigned reason;
        enum lz_badge_state state;
    } ends[] = {{LZ_REASON_CODE_LOST, LZ_BADGE_LOST},
                {LZ_REASON_CODE_RETURNED, LZ_BADGE_RETURNED},
                {LZ_REASON_CODE_SPOILED, LZ_BADGE_SPOILED},
                {LZ_REASON_CODE_DESTROYED, LZ_BADGE_DESTROYED}};
    for (size_t i = 0; i < sizeof ends / sizeof ends[0]; i++)
        if (ends[i].reason == reason)
            return set_badge_state(call, badge->id, ends[i].state);
    lz_err err = set_badge_state(call, badge->id, badge->state);
    return err ? err : leave_open(call, badge->certificate);
}

/* The certificate's change as far as the log tells of it. */
static lz_err follow(struct lz_call *call, const struct badge_row *badge,
                     const struct lz_facts_status *status, const struct lz_reason *reason)
{
    static const struct {
        enum lz_certificate_event event;
        enum lz_certificate_state to;
    } rows[LZ_STATUS_COUNT] = {
        [LZ_STATUS_VALID] = {LZ_CERTIFICATE_REINSTATE, LZ_CERTIFICATE_VALID},
        [LZ_STATUS_REVOKED] = {LZ_CERTIFICATE_REVOKE, LZ_CERTIFICATE_REVOKED},
        [LZ_STATUS_SUSPENDED] = {LZ_CERTIFICATE_SUSPEND, LZ_CERTIFICATE_SUSPENDED},
        [LZ_STATUS_ENDED] = {LZ_CERTIFICATE_CANCEL, LZ_CERTIFICATE_CANCELLED},
    };
    struct lz_certificate c;
    lz_err err = lz_certificate_get(call, badge->certificate, &c);
    if (err || c.state == rows[status->status].to)
        return err;
    struct lz_certificate_event_row row = {
        .certificate = c.id,
        .event = rows[status->status].event,
        .from = c.state,
        .to = rows[status->status].to,
        .reason = status->status == LZ_STATUS_VALID || !reason ? NULL : reason->name,
        .effective_at = status->effective_at,
    };
    /* The log has it already, the other certificates' endings, too: no effects but the person's state. */
    err = lz_certificate_leave(call, c.person, row.reason);
    return err ? err : lz_certificate_apply(call, &c, &row, 0);
}

static lz_err lost_status(struct lz_call *call, int64_t list, int64_t idx, enum lz_status status,
                          unsigned reason)
{
    struct lz_query *q = lz_query_start(call->sql, LZ_Q_restore_lost_status);
    lz_query_int(q, "list", list);
    lz_query_int(q, "idx", idx);
    lz_query_int(q, "status", status);
    lz_query_int(q, "reason", reason);
    return lz_query_run(q);
}

static lz_err fold(void *context, uint32_t list, uint32_t idx, const struct lz_facts_status *status)
{
    struct lz_call *call = context;
    struct badge_row badge;
    lz_err err = badge_at(call, list, idx, &badge);
    if (err == LZ_NOT_FOUND)
        return lost_status(call, list, idx, status->status, status->reason);
    if (err || badge.status == (int64_t)status->status)
        return err;
    const struct lz_reason *reason = lz_reason_by_code(status->reason);
    err = set_badge_status(call, badge.id, status->status);
    if (err || !badge.live)
        return err;
    if (status->status == LZ_STATUS_ENDED && (!reason || reason->group != LZ_REASON_CANCEL))
        return end_badge(call, &badge, status->reason);
    return follow(call, &badge, status, reason);
}

static lz_err publish_open(struct lz_call *call, int64_t list, int64_t idx)
{
    int64_t now = lz_call_now_s(call), position = 0;
    struct lz_log_entry entry = {.type = LZ_ENTRY_STATUS,
                                 .time = now,
                                 .status = {.list = (uint32_t)list,
                                            .idx = (uint32_t)idx,
                                            .status = LZ_STATUS_ENDED,
                                            .effective = now,
                                            .reason = LZ_REASON_CODE_UNRECONCILED}};
    lz_err err = lz_log_append(call, &entry, &position);
    return err ? err : lz_badge_place_touch(call, list, position);
}

/* Places of a SELECT whose first columns are the ones asked for; read out first, for the work writes the same
 * tables. */
struct place {
    int64_t id, list, idx, status;
};
static lz_err read_places(struct lz_call *call, size_t statement, bool with_id, struct place **ret_places,
                          size_t *ret_count)
{
    for (size_t room = 64;; room *= 4) {
        struct place *places = lz_arena_array(call->arena, room, sizeof *places);
        size_t count = 0;
        if (!places)
            return lz_call_memory(call);
        struct lz_query *q = lz_query_start(call->sql, statement);
        while (lz_query_next(q)) {
            if (count < room)
                places[count] = (struct place){.id = with_id ? lz_query_get_int(q, 0) : 0,
                                               .list = lz_query_get_int(q, with_id),
                                               .idx = lz_query_get_int(q, 1 + with_id),
                                               .status = lz_query_get_int(q, 2 + with_id)};
            count++;
        }
        lz_err err = lz_query_end(q);
        if (err)
            return err;
        if (count > room)
            continue;
        *ret_places = places;
        *ret_count = count;
        return LZ_OK;
    }
}

/* Badges made after the backup: nobody here can say whose they are, so they end until made anew. */
static lz_err end_lost(struct lz_call *call)
{
    struct place *places = NULL;
    size_t count = 0;
    lz_err err = read_places(call, LZ_Q_restore_lost_places, false, &places, &count);
    for (size_t i = 0; !err && i < count; i++) {
        if (places[i].status == LZ_STATUS_REVOKED || places[i].status == LZ_STATUS_ENDED)
            continue;
        err = lost_status(call, places[i].list, places[i].idx, LZ_STATUS_ENDED, LZ_REASON_CODE_UNRECONCILED);
        if (!err)
            err = publish_open(call, places[i].list, places[i].idx);
    }
    return err;
}

/* Kiosks are told that what a key of until now signed may be missing here, as far as the mirror (or the
 * backup) lags behind. */
static lz_err publish_gap(struct lz_call *call)
{
    struct lz_log_entry entry = {.type = LZ_ENTRY_RESTORE, .time = lz_call_now_s(call)};
    return lz_log_append(call, &entry, NULL);
}

/* An issuer key of after the backup is lost with its file: a new one takes over. */
static lz_err usable_key(struct lz_call *call, struct lz_key_made *made)
{
    const struct lz_signing_key *key = NULL;
    lz_err err = lz_key_ring_issuer(call, &key);
    if (err != LZ_NOT_FOUND && err != LZ_CORRUPT)
        return err;
    call->fault = (struct lz_fault){0};
    return lz_key_ring_rotate(call, made);
}

/* ---- the mirror itself ---- */

static lz_err read_checkpoint(struct lz_call *call, const struct lz_trust_folder *folder,
                              struct lz_checkpoint *ret_checkpoint, int64_t *ret_time)
{
    const char *text = NULL;
    struct lz_vkey own;
    struct lz_buf note;
    lz_buf_init(&note, LZ_NOTE_CAP);
    lz_err err = lz_log_vkey(call, &text);
    if (!err)
        err = lz_vkey_parse(lz_bytes_text(text), &own);
    if (!err)
        err = lz_trust_folder_get(folder, "checkpoint", &note, &call->fault);
    if (!err)
        err = lz_checkpoint_verify(lz_buf_view(&note), &own, ret_checkpoint, ret_time);
    lz_buf_free(&note);
    if (err == LZ_UNKNOWN_KEY || err == LZ_MALFORMED)
        err = lz_fault_set(&call->fault, LZ_CONFLICT, "这份镜像属于另一个公开日志，请换用本登记库的镜像。",
                           "This mirror is of another log; use one of this register.");
    return err;
}

/* Whether a certificate without a live badge was revoked after the backup stands in no log. */
static lz_err leave_unseen_open(struct lz_call *call)
{
    struct lz_query *q = lz_query_start(call->sql, LZ_Q_restore_unreconciled_unseen);
    lz_query_int(q, "now", lz_call_now_s(call));
    return lz_query_run(q);
}

static lz_err finish(struct replay *replay, const struct lz_checkpoint *checkpoint, struct lz_key_made *key)
{
    struct lz_call *call = replay->call;
    lz_err err = replay->added == 0 ? check_joint(replay) : LZ_OK;
    if (!err)
        err = same_root(call, &replay->theirs, &checkpoint->root);
    if (!err && lz_facts_log_key(replay->facts))
        err = lz_fault_set(&call->fault, LZ_CONFLICT, "备份之后更换过日志密钥，请用更新的备份。",
                           "The log's key was changed after this backup; use a newer one.");
    if (!err)
        err = lz_facts_each_status(replay->facts, fold, call);
    if (!err)
        err = end_lost(call);
    if (!err)
        err = leave_unseen_open(call);
    if (!err)
        err = publish_gap(call);
    return err ? err : usable_key(call, key);
}

lz_err lz_restore_replay(struct lz_call *call, const char *mirror, struct lz_restore_result *result,
                         struct lz_key_made *key)
{
    struct replay replay = {.call = call};
    struct lz_trust_folder *folder = NULL;
    struct lz_checkpoint checkpoint;
    lz_err err = lz_trust_folder_open(mirror, false, &folder, &call->fault);
    if (!err)
        err = read_checkpoint(call, folder, &checkpoint, &result->mirror_as_of);
    if (!err)
        err = lz_log_frontier(call, &replay.ours);
    if (!err)
        err = lz_facts_new(&replay.facts);
    if (!err && checkpoint.size < replay.ours.size)
        err = lz_fault_set(
            &call->fault, LZ_STALE, "这份镜像比备份还旧，不能说明备份之后的事。请换用更新的镜像。",
            "This mirror ends before the backup does and tells nothing of what came after; use a "
            "newer one.");
    if (!err)
        err = lz_trust_folder_replay(folder, checkpoint.size, replay_entry, &replay, &call->fault);
    if (!err)
        err = finish(&replay, &checkpoint, key);
    lz_facts_free(&replay.facts);
    lz_trust_folder_free(&folder);
    result->replayed = replay.added;
    return err;
}

/* ---- no mirror ---- */

/* "host/log" becomes "host/log-2", that "host/log-3". */
static lz_err next_origin(struct lz_call *call)
{
    const char *origin = lz_register_log_origin(call->reg), *path = strrchr(origin, '/');
    static const char second[] = "/log-";
    unsigned long number = 1;
    if (path && strncmp(path, second, sizeof second - 1) == 0)
        number = strtoul(path + sizeof second - 1, NULL, 10);
    else if (path && strcmp(path, "/log") != 0)
        path = NULL;
    if (!path || number == 0 || number >= INT32_MAX)
        return lz_fault_set(&call->fault, LZ_CORRUPT, NULL, NULL);
    char *next = lz_arena_printf(call->arena, "%.*s/log-%lu", (int)(path - origin), origin, number + 1);
    return next ? lz_setting_put(call, "log_origin", next) : lz_call_memory(call);
}

/* Lists that were opened after the backup hold at most some ten thousand badges each. */
enum { LISTS_SKIPPED = 16 };

static lz_err skip_lists(struct lz_call *call)
{
    int64_t newest = 0;
    struct lz_query *q = lz_query_start(call->sql, LZ_Q_status_list_newest);
    while (lz_query_next(q))
        newest = lz_query_get_int(q, 0);
    lz_err err = lz_query_end(q);
    return err ? err : open_list(call, newest + LISTS_SKIPPED);
}

lz_err lz_restore_begin_log(struct lz_call *call)
{
    struct place *places = NULL;
    size_t count = 0;
    lz_err err = read_places(call, LZ_Q_restore_badges_good, true, &places, &count);
    for (size_t i = 0; !err && i < count; i++) {
        err = set_badge_status(call, places[i].id, LZ_STATUS_ENDED);
        if (!err)
            err = publish_open(call, places[i].list, places[i].idx);
    }
    if (err)
        return err;
    struct lz_query *q = lz_query_start(call->sql, LZ_Q_restore_unreconciled_all);
    lz_query_int(q, "now", lz_call_now_s(call));
    err = lz_query_run(q);
    if (!err)
        err = skip_lists(call);
    if (!err)
        err = publish_gap(call);
    return err ? err : next_origin(call);
}
