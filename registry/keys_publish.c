/* Issuer keys: listing, rotation, and the published set for strangers. */
#include "registry/publish.h"

#include "registry/base/encoding.h"
#include "registry/key_ring.h"
#include "registry/statements.h"

#include <string.h>

enum { KEYS_MAX = 64 };

lz_err lz_keys_list(struct lz_call *call, struct lz_issuer_key **ret_keys, size_t *ret_count)
{
    struct lz_sql *sql = lz_call_sql(call);
    if (!sql)
        return call->fault.code;
    struct lz_issuer_key *keys = lz_arena_array(call->arena, KEYS_MAX, sizeof *keys);
    if (!keys)
        return lz_call_memory(call);
    size_t count = 0;
    struct lz_query *q = lz_query_start(sql, LZ_Q_issuer_key_list);
    while (count < KEYS_MAX && lz_query_next(q)) {
        struct lz_issuer_key *key = &keys[count++];
        struct lz_bytes kid = lz_query_get_blob(q, 0);
        memcpy(key->kid, kid.data, kid.size < LZ_KID_SIZE ? kid.size : LZ_KID_SIZE);
        key->from = lz_query_get_int(q, 2);
        key->until = lz_query_get_int(q, 3);
    }
    lz_err err = lz_query_end(q);
    if (!err) {
        *ret_keys = keys;
        *ret_count = count;
    }
    return err;
}

struct rotate_job {
    struct lz_issuer_key key;
    struct lz_key_made made;
};

static lz_err rotate_job(struct lz_call *call, void *context)
{
    struct rotate_job *job = context;
    lz_err err = lz_log_time(call, &job->key.from);
    if (!err)
        err = lz_key_ring_rotate(call, &job->made);
    job->key.until = 0;
    memcpy(job->key.kid, job->made.kid, LZ_KID_SIZE);
    return err;
}

lz_err lz_keys_rotate(struct lz_call *call, struct lz_issuer_key *ret_new)
{
    if (call->actor->role != LZ_ROLE_ADMIN)
        return lz_fault_set(&call->fault, LZ_FORBIDDEN, NULL, NULL);
    struct rotate_job job = {0};
    lz_err err = lz_call_write(call, rotate_job, &job);
    if (!err)
        *ret_new = job.key;
    else
        lz_key_ring_drop(call, &job.made);
    return err;
}

/* Every key that ever signed: as members of a COSE_KeySet (count behind) and of a JWK Set. */
static lz_err collect(struct lz_sql *sql, struct lz_buf *cose, size_t *ret_count, json_t *jwks)
{
    lz_err err = LZ_OK;
    size_t count = 0;
    struct lz_query *q = lz_query_start(sql, LZ_Q_issuer_key_list);
    while (!err && lz_query_next(q)) {
        struct lz_public_key key;
        struct lz_buf jwk;
        lz_buf_init(&jwk, 1024);
        err = lz_cose_key_read(lz_query_get_blob(q, 1), &key);
        if (!err)
            err = lz_cose_key_write_published(&key, cose);
        if (!err)
            err = lz_jwk_write(&key, &jwk);
        if (!err && json_array_append_new(jwks, json_loadb((const char *)jwk.data, jwk.size, 0, NULL)))
            err = LZ_MEMORY;
        lz_buf_free(&jwk);
        count++;
    }
    lz_err ended = lz_query_end(q);
    *ret_count = count;
    return err ? err : ended;
}

/* A CBOR array head, shortest form (RFC 8949 3); a register never has 65,536 keys. */
static void array_head(size_t count, struct lz_buf *out)
{
    if (count < 24) {
        lz_buf_byte(out, (uint8_t)(0x80 | count));
    } else if (count < 256) {
        lz_buf_byte(out, 0x98);
        lz_buf_byte(out, (uint8_t)count);
    } else {
        lz_buf_byte(out, 0x99);
        lz_buf_byte(out, (uint8_t)(count >> 8));
        lz_buf_byte(out, (uint8_t)count);
    }
}

lz_err lz_keys_published(struct lz_call *call, json_t **ret_value)
{
    struct lz_sql *sql = lz_call_sql(call);
    if (!sql)
        return call->fault.code;
    struct lz_buf members, set, text;
    lz_buf_init(&members, (size_t)256 << 10);
    lz_buf_init(&set, (size_t)256 << 10);
    lz_buf_init(&text, (size_t)512 << 10);
    json_t *jwks = json_array();
    size_t count = 0;
    const char *vkey = NULL;
    lz_err err = jwks ? collect(sql, &members, &count, jwks) : LZ_MEMORY;
    if (!err)
        err = lz_log_vkey(call, &vkey);
    if (!err) {
        array_head(count, &set);
        lz_buf_add(&set, members.data, members.size);
        lz_base64url_encode(lz_buf_view(&set), &text);
        err = members.err ? members.err : set.err ? set.err : text.err;
    }
    json_t *value = err ? NULL
                        : json_pack("{s:s, s:{s:O}, s:s, s:s}", "cose_keys", (const char *)text.data, "jwks",
                                    "keys", jwks, "log", vkey, "issuer", lz_register_public_url(call->reg));
    json_decref(jwks);
    lz_buf_free(&members);
    lz_buf_free(&set);
    lz_buf_free(&text);
    if (!value)
        return err ? err : lz_call_memory(call);
    *ret_value = value;
    return LZ_OK;
}
