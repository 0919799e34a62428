/* Status lists as strangers read them: signed CWTs, made anew when a status changed or half their time is
 * over. */
#include "registry/publish.h"

#include "registry/credential/status_list.h"
#include "registry/key_ring.h"
#include "registry/publication_cache.h"
#include "registry/statements.h"

#include <stdio.h>
#include <string.h>

/* A list is good for ten minutes and renewed after five, so that nobody holds one that is about to run out.
 */
enum { TTL_S = 60, LIFE_S = 600, RENEW_S = 300 };

static lz_err list_row(struct lz_call *call, struct lz_sql *sql, int64_t list, int64_t *ret_size,
                       int64_t *ret_changed)
{
    bool found = false;
    struct lz_query *q = lz_query_start(sql, LZ_Q_status_list_get);
    lz_query_int(q, "list", list);
    while (lz_query_next(q)) {
        found = true;
        *ret_size = lz_query_get_int(q, 0);
        *ret_changed = lz_query_get_int(q, 1);
    }
    lz_err err = lz_query_end(q);
    if (!err && !found)
        err = lz_fault_set(&call->fault, LZ_NOT_FOUND, "没有这个状态清单。", "There is no such status list.");
    return err;
}

static lz_err fill(struct lz_sql *sql, int64_t number, struct lz_status_list *list)
{
    lz_err err = LZ_OK;
    struct lz_query *q = lz_query_start(sql, LZ_Q_badge_statuses);
    lz_query_int(q, "list", number);
    while (!err && lz_query_next(q))
        err = lz_status_list_set(list, (size_t)lz_query_get_int(q, 0), (uint8_t)lz_query_get_int(q, 1));
    lz_err ended = lz_query_end(q);
    return err ? err : ended;
}

static lz_err sign(struct lz_call *call, struct lz_sql *sql, int64_t number, int64_t size, int64_t now,
                   struct lz_buf *out)
{
    struct lz_status_list list = {0};
    struct lz_status_claims claims = {.issued_at = now, .expires_at = now + LIFE_S, .ttl = TTL_S};
    const struct lz_signing_key *key;
    char subject[sizeof claims.subject_text];
    _Static_assert(LZ_PUBLIC_URL_SIZE + sizeof "/status/-9223372036854775808" <= sizeof subject, "it fits");
    snprintf(subject, sizeof subject, "%s/status/%lld", lz_register_public_url(call->reg), (long long)number);
    claims.subject = subject;
    int64_t tree_size = 0;
    lz_err err = lz_log_size(call, &tree_size);
    claims.tree_size = (uint64_t)tree_size;
    if (!err)
        err = lz_key_ring_issuer(call, &key);
    if (!err)
        err = lz_status_list_init(&list, 2, (size_t)size);
    if (!err)
        err = fill(sql, number, &list);
    if (!err)
        err = lz_status_cwt_write(&list, &claims, key, out);
    lz_status_list_free(&list);
    return err;
}

lz_err lz_status_list_cwt(struct lz_call *call, int64_t number, struct lz_bytes *ret_cwt, char ret_etag[72])
{
    struct lz_sql *sql = lz_call_sql(call);
    if (!sql)
        return call->fault.code;
    struct lz_publication_cache *cache = lz_register_publications(call->reg);
    struct lz_buf cwt;
    lz_buf_init(&cwt, LZ_STATUS_LIST_CWT_CAP);
    int64_t size = 0, changed = 0, now = lz_call_now_s(call);
    /* One point in time for the row, the bits and the tree size they claim to cover. */
    lz_err err = lz_sql_read_begin(sql);
    if (err)
        return err;
    err = list_row(call, sql, number, &size, &changed);
    if (!err &&
        !lz_publication_cache_get(cache, LZ_PUBLICATION_STATUS + number, changed, now - RENEW_S, now, &cwt)) {
        lz_buf_reset(&cwt);
        err = sign(call, sql, number, size, now, &cwt);
        if (!err)
            lz_publication_cache_put(cache, LZ_PUBLICATION_STATUS + number, changed, now, lz_buf_view(&cwt));
    }
    lz_sql_read_end(sql);
    uint8_t digest[32];
    if (!err)
        err = cwt.err ? cwt.err : lz_sha256(lz_buf_view(&cwt), digest);
    const char *copy = err ? NULL : lz_arena_copy(call->arena, (const char *)cwt.data, cwt.size);
    if (!err && !copy)
        err = lz_call_memory(call);
    if (!err) {
        *ret_cwt = lz_bytes_of(copy, cwt.size);
        ret_etag[0] = '"';
        for (size_t i = 0; i < sizeof digest; i++)
            snprintf(ret_etag + 1 + 2 * i, 3, "%02x", digest[i]);
        memcpy(ret_etag + 65, "\"", 2);
    }
    lz_buf_free(&cwt);
    return err;
}
