/* Proof of the register against its own log: every hash recomputed, every badge and token compared with what
 * the log says. And the daily anchor, and the export for offline verifiers. */
#include "registry/publish.h"

#include "registry/audit.h"
#include "registry/credential/facts.h"
#include "registry/credential/trust_folder.h"
#include "registry/key_ring.h"
#include "registry/log_store.h"
#include "registry/statements.h"

#include <stdio.h>
#include <string.h>

struct walk {
    struct lz_call *call;
    struct lz_facts *facts;
    struct lz_tlog_frontier frontier;
};

static lz_err check_node(void *context, unsigned level, uint64_t index, const struct lz_hash *hash)
{
    struct walk *walk = context;
    if (level == 0 || level % LZ_TILE_HEIGHT != 0)
        return LZ_OK;
    bool same = false;
    struct lz_query *q = lz_query_start(lz_call_sql(walk->call), LZ_Q_log_node_range);
    lz_query_int(q, "level", level);
    lz_query_int(q, "first", (int64_t)index);
    lz_query_int(q, "end", (int64_t)index + 1);
    while (lz_query_next(q))
        same = lz_bytes_equal(lz_query_get_blob(q, 0), lz_bytes_of(hash->bytes, LZ_HASH_SIZE));
    lz_err err = lz_query_end(q);
    return err ? err : same ? LZ_OK : LZ_CORRUPT;
}

static lz_err walk_entry(void *context, struct lz_bytes bytes)
{
    struct walk *walk = context;
    struct lz_hash leaf;
    struct lz_log_entry entry;
    lz_err err = lz_tlog_leaf_hash(bytes, &leaf);
    if (!err)
        err = lz_tlog_append(&walk->frontier, &leaf, check_node, walk);
    if (err)
        return err;
    err = lz_log_entry_read(bytes, &entry);
    if (err == LZ_UNSUPPORTED)
        return LZ_OK; /* of a later version: hashed, not understood */
    if (err)
        return err;
    struct lz_facts_need need = {0};
    lz_facts_need_add(&need, &entry);
    err = lz_facts_reserve(walk->facts, &need);
    return err ? err : lz_facts_apply(walk->facts, &entry);
}

static lz_err differs(struct lz_call *call, const char *what_zh, const char *what_en, int64_t list,
                      int64_t idx)
{
    char zh[LZ_FAULT_TEXT], en[LZ_FAULT_TEXT];
    snprintf(zh, sizeof zh, "公开日志与登记库不一致：%s(清单 %lld,位置 %lld)。请停用并从备份核对。", what_zh,
             (long long)list, (long long)idx);
    snprintf(en, sizeof en,
             "Log and register disagree: %s (list %lld, place %lld). Stop and compare with a backup.",
             what_en, (long long)list, (long long)idx);
    return lz_fault_set(&call->fault, LZ_CORRUPT, zh, en);
}

static lz_err compare_badges(struct lz_call *call, const struct lz_facts *facts)
{
    lz_err err = LZ_OK;
    struct lz_query *q = lz_query_start(lz_call_sql(call), LZ_Q_badge_all);
    while (!err && lz_query_next(q)) {
        int64_t list = lz_query_get_int(q, 0), idx = lz_query_get_int(q, 1);
        struct lz_facts_status status = lz_facts_status(facts, (uint32_t)list, (uint32_t)idx);
        if ((int64_t)status.status != lz_query_get_int(q, 2))
            err = differs(call, "标识牌状态", "a badge's status", list, idx);
    }
    lz_err ended = lz_query_end(q);
    return err ? err : ended;
}

static lz_err compare_tokens(struct lz_call *call, const struct lz_facts *facts)
{
    lz_err err = LZ_OK;
    size_t count = 0;
    struct lz_query *q = lz_query_start(lz_call_sql(call), LZ_Q_token_all);
    while (!err && lz_query_next(q)) {
        struct lz_facts_token token;
        struct lz_bytes digest = lz_query_get_blob(q, 0);
        int64_t list = lz_query_get_int(q, 1), idx = lz_query_get_int(q, 2);
        if (digest.size != 32 || !lz_facts_token(facts, digest.data, &token) || token.list != list ||
            token.idx != idx)
            err = differs(call, "令牌未公布", "a token that was never published", list, idx);
        count++;
    }
    lz_err ended = lz_query_end(q);
    /* What a restore lost is known by its digest alone. */
    q = lz_query_start(lz_call_sql(call), LZ_Q_restore_lost_count);
    while (lz_query_next(q))
        count += (size_t)lz_query_get_int(q, 0);
    lz_err counted = lz_query_end(q);
    ended = ended ? ended : counted;
    if (!err && !ended && count != lz_facts_token_count(facts))
        err = differs(call, "公布过的令牌不在库中", "a published token is missing", 0, 0);
    return err ? err : ended;
}

static lz_err same_frontier(struct lz_call *call, const struct lz_tlog_frontier *a,
                            const struct lz_tlog_frontier *b)
{
    struct lz_hash root_a, root_b;
    lz_err err = lz_tlog_frontier_root(a, &root_a);
    if (!err)
        err = lz_tlog_frontier_root(b, &root_b);
    if (!err && (a->size != b->size || !lz_hash_equal(&root_a, &root_b)))
        err = lz_fault_set(
            &call->fault, LZ_CORRUPT, "公开日志的哈希不成立：条目被改动。请停用并从备份核对。",
            "The log's hashes do not hold: an entry was changed. Stop and compare with a backup.");
    return err;
}

static lz_err verify(struct lz_call *call, struct walk *walk, int64_t *ret_size)
{
    struct lz_tlog_frontier stored;
    lz_err err = lz_log_frontier(call, &stored);
    if (!err)
        err = lz_log_range(call, 0, (int64_t)stored.size, walk_entry, walk);
    if (err == LZ_CORRUPT || err == LZ_MALFORMED)
        return call->fault.code == LZ_CORRUPT
                   ? LZ_CORRUPT
                   : lz_fault_set(&call->fault, LZ_CORRUPT,
                                  "公开日志的条目或节点已损坏。请停用并从备份核对。",
                                  "An entry or node of the log is damaged. Stop and compare with a backup.");
    if (!err)
        err = same_frontier(call, &walk->frontier, &stored);
    if (!err)
        err = compare_badges(call, walk->facts);
    if (!err)
        err = compare_tokens(call, walk->facts);
    if (!err)
        *ret_size = (int64_t)stored.size;
    return err;
}

lz_err lz_log_verify(struct lz_call *call, int64_t *ret_size)
{
    struct walk walk = {.call = call};
    struct lz_sql *sql = lz_call_sql(call);
    if (!sql)
        return call->fault.code;
    lz_err err = lz_facts_new(&walk.facts);
    if (!err)
        err = lz_sql_read_begin(sql);
    if (!err) {
        err = verify(call, &walk, ret_size);
        lz_sql_read_end(sql);
    }
    lz_facts_free(&walk.facts);
    return err;
}

static lz_err anchor_job(struct lz_call *call, void *context)
{
    bool *done = context;
    const char *last = NULL;
    struct lz_date today = lz_date_of(lz_call_now_s(call));
    *done = false;
    lz_err err = lz_setting_get(call, "anchored_on", &last);
    if (err && err != LZ_NOT_FOUND)
        return err;
    if (!err && strcmp(last, today.text) >= 0)
        return LZ_OK;
    struct lz_log_entry entry = {.type = LZ_ENTRY_ANCHOR, .time = lz_call_now_s(call)};
    int64_t count = 0;
    err = lz_audit_head(call, entry.anchor.head, &count);
    if (!err)
        err = lz_log_append(call, &entry, NULL);
    if (!err)
        err = lz_setting_put(call, "anchored_on", today.text);
    *done = !err;
    return err;
}

lz_err lz_log_anchor(struct lz_call *call, bool *ret_done)
{
    return lz_call_write(call, anchor_job, ret_done);
}

static lz_err export_entry(void *context, struct lz_bytes entry)
{
    return lz_trust_writer_add(context, entry);
}

lz_err lz_trust_export(struct lz_call *call, const char *dir)
{
    struct lz_sql *sql = lz_call_sql(call);
    if (!sql)
        return call->fault.code;
    const char *text = NULL;
    struct lz_vkey vkey;
    struct lz_trust_writer *writer = NULL;
    struct lz_bytes note = {0};
    int64_t size = 0;
    lz_err err = lz_log_vkey(call, &text);
    if (!err)
        err = lz_vkey_parse(lz_bytes_text(text), &vkey);
    if (!err)
        err = lz_trust_writer_new(dir, &vkey, &writer, &call->fault);
    if (!err)
        err = lz_sql_read_begin(sql);
    if (!err) {
        err = lz_log_size(call, &size);
        if (!err)
            err = lz_log_checkpoint(call, 0, &note);
        if (!err)
            err = lz_log_range(call, 0, size, export_entry, writer);
        lz_sql_read_end(sql);
    }
    if (!err)
        return lz_trust_writer_finish(&writer, note, &call->fault);
    lz_trust_writer_free(&writer);
    return err;
}
