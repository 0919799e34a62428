/* The transparency log in the database: appending, tiles, checkpoints. */
#include "registry/publish.h"

#include "registry/credential/checkpoint.h"
#include "registry/credential/tile.h"
#include "registry/key_ring.h"
#include "registry/log_store.h"
#include "registry/publication_cache.h"
#include "registry/statements.h"

#include <stdio.h>
#include <string.h>

/* The frontier at rest: hashes of the set bits of `size`, smallest subtree first. */
lz_err lz_log_frontier(struct lz_call *call, struct lz_tlog_frontier *ret_frontier)
{
    struct lz_sql *sql = lz_call_sql(call);
    if (!sql)
        return call->fault.code;
    struct lz_tlog_frontier frontier = {0};
    bool sound = true;
    struct lz_query *q = lz_query_start(sql, LZ_Q_log_state_get);
    while (lz_query_next(q)) {
        frontier.size = (uint64_t)lz_query_get_int(q, 0);
        struct lz_bytes stored = lz_query_get_blob(q, 1);
        size_t at = 0;
        for (unsigned bit = 0; sound && bit < 63; bit++) {
            if (!(frontier.size >> bit & 1))
                continue;
            sound = at + LZ_HASH_SIZE <= stored.size;
            if (sound)
                memcpy(frontier.nodes[bit].bytes, stored.data + at, LZ_HASH_SIZE);
            at += LZ_HASH_SIZE;
        }
        sound = sound && at == stored.size;
    }
    lz_err err = lz_query_end(q);
    if (err)
        return err;
    if (!sound)
        return lz_fault_set(&call->fault, LZ_CORRUPT, NULL, NULL);
    *ret_frontier = frontier;
    return LZ_OK;
}

static lz_err put_frontier(struct lz_call *call, const struct lz_tlog_frontier *frontier)
{
    uint8_t packed[64 * LZ_HASH_SIZE];
    size_t size = 0;
    for (unsigned bit = 0; bit < 63; bit++)
        if (frontier->size >> bit & 1) {
            memcpy(packed + size, frontier->nodes[bit].bytes, LZ_HASH_SIZE);
            size += LZ_HASH_SIZE;
        }
    struct lz_query *q = lz_query_start(call->sql, LZ_Q_log_state_put);
    lz_query_int(q, "size", (int64_t)frontier->size);
    lz_query_blob(q, "frontier", lz_bytes_of(packed, size));
    return lz_query_run(q);
}

/* Keeps the nodes that head full tiles; those of level 0 are the entries' own hashes. */
static lz_err keep_node(void *context, unsigned level, uint64_t index, const struct lz_hash *hash)
{
    struct lz_call *call = context;
    if (level == 0 || level % LZ_TILE_HEIGHT != 0)
        return LZ_OK;
    struct lz_query *q = lz_query_start(call->sql, LZ_Q_log_node_insert);
    lz_query_int(q, "level", (int64_t)level);
    lz_query_int(q, "number", (int64_t)index);
    lz_query_blob(q, "hash", lz_bytes_of(hash->bytes, LZ_HASH_SIZE));
    return lz_query_run(q);
}

lz_err lz_log_append_bytes(struct lz_call *call, struct lz_bytes entry, int64_t *ret_position)
{
    struct lz_tlog_frontier frontier;
    struct lz_hash leaf;
    lz_err err = lz_log_frontier(call, &frontier);
    if (!err)
        err = lz_tlog_leaf_hash(entry, &leaf);
    if (err)
        return err;
    int64_t position = (int64_t)frontier.size;
    struct lz_query *q = lz_query_start(call->sql, LZ_Q_log_entry_insert);
    lz_query_int(q, "position", position);
    lz_query_blob(q, "entry", entry);
    err = lz_query_run(q);
    if (!err)
        err = lz_tlog_append(&frontier, &leaf, keep_node, call);
    if (!err)
        err = put_frontier(call, &frontier);
    if (!err && ret_position)
        *ret_position = position;
    return err;
}

static lz_err read_time(void *context, struct lz_bytes bytes)
{
    int64_t *time = context;
    struct lz_log_entry entry;
    lz_err err = lz_log_entry_read(bytes, &entry);
    if (err)
        return err == LZ_UNSUPPORTED ? LZ_OK : err; /* of a later version: its time cannot be read */
    *time = entry.time;
    return LZ_OK;
}

lz_err lz_log_time_after(struct lz_call *call, struct lz_bytes newest, int64_t *ret_time)
{
    int64_t time = 0, now = lz_call_now_s(call);
    lz_err err = newest.size ? read_time(&time, newest) : LZ_OK;
    if (!err)
        *ret_time = time > now ? time : now;
    return err;
}

lz_err lz_log_time(struct lz_call *call, int64_t *ret_time)
{
    struct lz_sql *sql = lz_call_sql(call);
    if (!sql)
        return call->fault.code;
    int64_t newest = 0, now = lz_call_now_s(call);
    lz_err err = LZ_OK;
    struct lz_query *q = lz_query_start(sql, LZ_Q_log_entry_newest);
    while (!err && lz_query_next(q))
        err = read_time(&newest, lz_query_get_blob(q, 0));
    lz_err ended = lz_query_end(q);
    if (!err && !ended)
        *ret_time = newest > now ? newest : now;
    return err ? err : ended;
}

lz_err lz_log_append(struct lz_call *call, const struct lz_log_entry *entry, int64_t *ret_position)
{
    struct lz_log_entry timed = *entry;
    struct lz_buf bytes;
    lz_buf_init(&bytes, LZ_ENTRY_MAX);
    lz_err err = lz_log_time(call, &timed.time);
    if (!err)
        err = lz_log_entry_write(&timed, &bytes);
    if (!err)
        err = lz_log_append_bytes(call, lz_buf_view(&bytes), ret_position);
    lz_buf_free(&bytes);
    return err;
}

lz_err lz_log_size(struct lz_call *call, int64_t *ret_size)
{
    struct lz_tlog_frontier frontier;
    lz_err err = lz_log_frontier(call, &frontier);
    if (!err)
        *ret_size = (int64_t)frontier.size;
    return err;
}

lz_err lz_log_range(struct lz_call *call, int64_t first, int64_t end,
                    lz_err (*each)(void *context, struct lz_bytes entry), void *context)
{
    struct lz_sql *sql = lz_call_sql(call);
    if (!sql)
        return call->fault.code;
    int64_t count = 0;
    lz_err err = LZ_OK;
    struct lz_query *q = lz_query_start(sql, LZ_Q_log_entry_range);
    lz_query_int(q, "first", first);
    lz_query_int(q, "end", end);
    while (!err && lz_query_next(q)) {
        err = each(context, lz_query_get_blob(q, 0));
        count++;
    }
    lz_err ended = lz_query_end(q);
    if (!err && !ended && count != end - first)
        return lz_fault_set(&call->fault, LZ_CORRUPT, "公开日志缺少条目。", "The log lacks entries.");
    return err ? err : ended;
}

static lz_err add_entry(void *context, struct lz_bytes entry)
{
    return lz_bundle_add(context, entry);
}

static lz_err add_leaf(void *context, struct lz_bytes entry)
{
    struct lz_buf *out = context;
    struct lz_hash leaf;
    lz_err err = lz_tlog_leaf_hash(entry, &leaf);
    if (!err)
        lz_buf_add(out, leaf.bytes, LZ_HASH_SIZE);
    return err ? err : out->err;
}

static lz_err add_nodes(struct lz_call *call, const struct lz_tile *tile, struct lz_buf *out)
{
    int64_t first = (int64_t)tile->index * LZ_TILE_WIDTH;
    struct lz_query *q = lz_query_start(lz_call_sql(call), LZ_Q_log_node_range);
    lz_query_int(q, "level", (int64_t)tile->level * LZ_TILE_HEIGHT);
    lz_query_int(q, "first", first);
    lz_query_int(q, "end", first + tile->width);
    while (lz_query_next(q)) {
        struct lz_bytes hash = lz_query_get_blob(q, 0);
        lz_buf_add(out, hash.data, hash.size);
    }
    lz_err err = lz_query_end(q);
    if (!err && out->size != (size_t)tile->width * LZ_HASH_SIZE)
        err = lz_fault_set(&call->fault, LZ_CORRUPT, "公开日志缺少节点。", "The log lacks nodes.");
    return err ? err : out->err;
}

static lz_err fill_tile(struct lz_call *call, const struct lz_tile *tile, struct lz_buf *out)
{
    int64_t first = (int64_t)tile->index * LZ_TILE_WIDTH;
    if (tile->level == LZ_TILE_ENTRIES)
        return lz_log_range(call, first, first + tile->width, add_entry, out);
    if (tile->level == 0)
        return lz_log_range(call, first, first + tile->width, add_leaf, out);
    return add_nodes(call, tile, out);
}

lz_err lz_log_tile(struct lz_call *call, const char *path, struct lz_bytes *ret_tile)
{
    char *full = lz_arena_printf(call->arena, "tile/%s", path);
    if (!full)
        return lz_call_memory(call);
    struct lz_tile tile;
    int64_t size = 0;
    if (lz_tile_parse(lz_bytes_text(full), &tile))
        return lz_fault_set(&call->fault, LZ_NOT_FOUND, NULL, NULL);
    lz_err err = lz_log_size(call, &size);
    if (err)
        return err;
    if (!lz_tile_exists(&tile, (uint64_t)size))
        return lz_fault_set(&call->fault, LZ_NOT_FOUND, NULL, NULL);
    struct lz_buf out;
    lz_buf_init(&out, LZ_BUNDLE_CAP);
    err = fill_tile(call, &tile, &out);
    if (!err) {
        const char *copy = lz_arena_copy(call->arena, (const char *)out.data, out.size);
        err = copy ? LZ_OK : lz_call_memory(call);
        if (!err)
            *ret_tile = lz_bytes_of(copy, out.size);
    }
    lz_buf_free(&out);
    return err;
}

lz_err lz_log_vkey(struct lz_call *call, const char **ret_vkey)
{
    struct lz_vkey vkey;
    const struct lz_signing_key *key = lz_key_ring_log(lz_register_keys(call->reg));
    lz_err err =
        lz_vkey_make(lz_register_log_origin(call->reg), LZ_NOTE_ED25519, lz_signing_key_public(key), &vkey);
    if (err)
        return err;
    struct lz_buf text;
    lz_buf_init(&text, LZ_VKEY_TEXT);
    lz_vkey_format(&vkey, &text);
    const char *copy = text.err ? NULL : lz_arena_text(call->arena, (const char *)text.data);
    err = text.err;
    lz_buf_free(&text);
    if (!copy)
        return err ? err : lz_call_memory(call);
    *ret_vkey = copy;
    return LZ_OK;
}

static lz_err sign_checkpoint(struct lz_call *call, const struct lz_tlog_frontier *frontier, int64_t now,
                              struct lz_buf *note)
{
    struct lz_checkpoint checkpoint = {.size = frontier->size};
    snprintf(checkpoint.origin, sizeof checkpoint.origin, "%s", lz_register_log_origin(call->reg));
    lz_err err = lz_tlog_frontier_root(frontier, &checkpoint.root);
    return err ? err
               : lz_checkpoint_sign(&checkpoint, lz_key_ring_log(lz_register_keys(call->reg)), NULL, now,
                                    note);
}

lz_err lz_log_checkpoint(struct lz_call *call, int64_t max_age_s, struct lz_bytes *ret_note)
{
    struct lz_tlog_frontier frontier = {0};
    if (call->sql) /* what is not committed may yet be undone: nobody signs that */
        return lz_fault_set(&call->fault, LZ_INTERNAL, NULL, NULL);
    lz_err err = lz_log_frontier(call, &frontier);
    if (err)
        return err;
    int64_t now = lz_call_now_s(call);
    struct lz_publication_cache *cache = lz_register_publications(call->reg);
    int64_t size = (int64_t)frontier.size;
    struct lz_buf note;
    lz_buf_init(&note, LZ_NOTE_CAP);
    if (!lz_publication_cache_get(cache, LZ_PUBLICATION_CHECKPOINT, size, now - max_age_s, now, &note)) {
        lz_buf_reset(&note);
        err = sign_checkpoint(call, &frontier, now, &note);
        if (!err)
            lz_publication_cache_put(cache, LZ_PUBLICATION_CHECKPOINT, size, now, lz_buf_view(&note));
    }
    if (!err)
        err = note.err;
    if (!err) {
        const char *copy = lz_arena_copy(call->arena, (const char *)note.data, note.size);
        err = copy ? LZ_OK : lz_call_memory(call);
        if (!err)
            *ret_note = lz_bytes_of(copy, note.size);
    }
    lz_buf_free(&note);
    return err;
}
