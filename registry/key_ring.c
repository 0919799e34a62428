#include "registry/key_ring.h"

#include "registry/audit.h"
#include "registry/base/file.h"
#include "registry/publish.h"
#include "registry/statements.h"

#include <openssl/core_names.h>
#include <openssl/crypto.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { PATH_MAX_SIZE = 4096 };

struct issuer {
    uint8_t kid[LZ_KID_SIZE];
    struct lz_signing_key *key;
};

struct lz_key_ring {
    char dir[PATH_MAX_SIZE]; /* the register's folder */
    struct lz_signing_key *log;
    uint8_t secret[2 * LZ_SECRET_SIZE];
    EVP_CIPHER *cipher;
    EVP_MAC_CTX *mac;     /* begun under the index key; copied for each use, never changed */
    pthread_mutex_t lock; /* guards issuers; the keys once loaded stay */
    struct issuer *issuers;
    size_t issuer_count;
};

static lz_err make_path(const char *dir, const char *name, char ret_path[PATH_MAX_SIZE])
{
    int n = snprintf(ret_path, PATH_MAX_SIZE, "%s/keys/%s", dir, name);
    return n > 0 && n < PATH_MAX_SIZE ? LZ_OK : LZ_TOO_LARGE;
}

static lz_err issuer_path(const char *dir, const uint8_t kid[LZ_KID_SIZE], char ret_path[PATH_MAX_SIZE])
{
    char name[32];
    snprintf(name, sizeof name, "issuer-%02x%02x%02x%02x.pem", kid[0], kid[1], kid[2], kid[3]);
    return make_path(dir, name, ret_path);
}

lz_err lz_key_ring_make_log(const char *dir, struct lz_fault *fault)
{
    char path[PATH_MAX_SIZE];
    struct lz_signing_key *key = NULL;
    lz_err err = make_path(dir, "log.pem", path);
    if (!err)
        err = lz_signing_key_new(LZ_KEY_ED25519, &key);
    if (!err)
        err = lz_signing_key_save(key, path, fault);
    lz_signing_key_free(&key);
    return err;
}

lz_err lz_key_ring_make(const char *dir, struct lz_random *random, struct lz_fault *fault)
{
    char path[PATH_MAX_SIZE];
    uint8_t secret[2 * LZ_SECRET_SIZE];
    lz_err err = make_path(dir, ".", path);
    if (!err)
        err = lz_folder_make(path, 0700, fault);
    if (!err)
        err = lz_key_ring_make_log(dir, fault);
    if (!err)
        err = make_path(dir, "secret", path);
    if (!err)
        err = lz_random_fill(random, secret, sizeof secret);
    if (!err)
        err = lz_file_replace(path, lz_bytes_of(secret, sizeof secret), 0600, fault);
    OPENSSL_cleanse(secret, sizeof secret);
    return err;
}

static lz_err load_secret(struct lz_key_ring *ring, struct lz_fault *fault)
{
    char path[PATH_MAX_SIZE];
    struct lz_buf buf;
    lz_buf_init(&buf, sizeof ring->secret);
    lz_err err = make_path(ring->dir, "secret", path);
    if (!err)
        err = lz_file_read(path, &buf, fault);
    if (!err && buf.size != sizeof ring->secret)
        err = lz_fault_set(fault, LZ_CORRUPT, "密钥文件 keys/secret 已损坏，请从备份恢复。",
                           "The key file keys/secret is damaged; restore it from a backup.");
    if (!err)
        memcpy(ring->secret, buf.data, sizeof ring->secret);
    lz_buf_wipe_free(&buf);
    return err;
}

static lz_err begin_ciphers(struct lz_key_ring *ring)
{
    char digest[] = "SHA256"; /* OSSL_PARAM takes `char *` for what it only reads */
    const OSSL_PARAM parameters[] = {OSSL_PARAM_construct_utf8_string(OSSL_MAC_PARAM_DIGEST, digest, 0),
                                     OSSL_PARAM_construct_end()};
    EVP_MAC *hmac = EVP_MAC_fetch(NULL, "HMAC", NULL);
    ring->mac = hmac ? EVP_MAC_CTX_new(hmac) : NULL;
    EVP_MAC_free(hmac);
    ring->cipher = EVP_CIPHER_fetch(NULL, "AES-256-GCM", NULL);
    return ring->mac && ring->cipher &&
                   EVP_MAC_init(ring->mac, ring->secret + LZ_SECRET_SIZE, LZ_SECRET_SIZE, parameters)
               ? LZ_OK
               : LZ_CRYPTO;
}

lz_err lz_key_ring_open(const char *dir, struct lz_key_ring **ret_ring, struct lz_fault *fault)
{
    struct lz_key_ring *ring = calloc(1, sizeof *ring);
    if (!ring)
        return lz_fault_set(fault, LZ_MEMORY, NULL, NULL);
    pthread_mutex_init(&ring->lock, NULL);
    int n = snprintf(ring->dir, sizeof ring->dir, "%s", dir);
    char path[PATH_MAX_SIZE];
    lz_err err = n < (int)sizeof ring->dir ? make_path(dir, "log.pem", path) : LZ_TOO_LARGE;
    if (!err)
        err = lz_signing_key_load(path, &ring->log, fault);
    if (!err)
        err = load_secret(ring, fault);
    if (!err)
        err = begin_ciphers(ring);
    if (err) {
        lz_key_ring_free(&ring);
        return err;
    }
    *ret_ring = ring;
    return LZ_OK;
}

void lz_key_ring_free(struct lz_key_ring **ring)
{
    if (!ring || !*ring)
        return;
    struct lz_key_ring *r = *ring;
    for (size_t i = 0; i < r->issuer_count; i++)
        lz_signing_key_free(&r->issuers[i].key);
    free(r->issuers);
    lz_signing_key_free(&r->log);
    EVP_MAC_CTX_free(r->mac);
    EVP_CIPHER_free(r->cipher);
    pthread_mutex_destroy(&r->lock);
    OPENSSL_cleanse(r->secret, sizeof r->secret);
    free(r);
    *ring = NULL;
}

const struct lz_signing_key *lz_key_ring_log(const struct lz_key_ring *ring)
{
    return ring->log;
}
const uint8_t *lz_key_ring_sealing_key(const struct lz_key_ring *ring)
{
    return ring->secret;
}
const EVP_CIPHER *lz_key_ring_cipher(const struct lz_key_ring *ring)
{
    return ring->cipher;
}

lz_err lz_key_ring_mac(const struct lz_key_ring *ring, struct lz_bytes bytes, uint8_t ret_mac[32])
{
    uint8_t mac[32];
    size_t size = 0;
    EVP_MAC_CTX *own = EVP_MAC_CTX_dup(ring->mac);
    const bool made = own && EVP_MAC_update(own, bytes.data, bytes.size) &&
                      EVP_MAC_final(own, mac, &size, sizeof mac) && size == sizeof mac;
    EVP_MAC_CTX_free(own);
    if (made)
        memcpy(ret_mac, mac, sizeof mac);
    return made ? LZ_OK : LZ_CRYPTO;
}

/* With the lock held: one more key. */
static lz_err load_issuer(struct lz_key_ring *ring, const uint8_t kid[LZ_KID_SIZE],
                          const struct lz_signing_key **ret_key, struct lz_fault *fault)
{
    char path[PATH_MAX_SIZE];
    struct issuer *more = reallocarray(ring->issuers, ring->issuer_count + 1, sizeof *more);
    if (!more)
        return LZ_MEMORY;
    ring->issuers = more;
    struct issuer *slot = &more[ring->issuer_count];
    *slot = (struct issuer){0};
    lz_err err = issuer_path(ring->dir, kid, path);
    if (!err)
        err = lz_signing_key_load(path, &slot->key, fault);
    /* A missing key file must not read as "no such certificate" further up. */
    if (err == LZ_NOT_FOUND)
        err = lz_fault_set(fault, LZ_CORRUPT, "缺少签发密钥文件 keys/issuer-*.pem,请从备份恢复。",
                           "An issuer key file (keys/issuer-*.pem) is missing; restore it from a backup.");
    if (err)
        return err;
    memcpy(slot->kid, kid, LZ_KID_SIZE);
    *ret_key = slot->key;
    ring->issuer_count++;
    return LZ_OK;
}

/* The loaded key of that kid, loading it at first use. */
static lz_err ring_get(struct lz_key_ring *ring, const uint8_t kid[LZ_KID_SIZE],
                       const struct lz_signing_key **ret_key, struct lz_fault *fault)
{
    lz_err err = LZ_NOT_FOUND;
    pthread_mutex_lock(&ring->lock);
    for (size_t i = 0; err && i < ring->issuer_count; i++)
        if (memcmp(ring->issuers[i].kid, kid, LZ_KID_SIZE) == 0) {
            *ret_key = ring->issuers[i].key;
            err = LZ_OK;
        }
    if (err)
        err = load_issuer(ring, kid, ret_key, fault);
    pthread_mutex_unlock(&ring->lock);
    return err;
}

lz_err lz_key_ring_issuer(struct lz_call *call, const struct lz_signing_key **ret_key)
{
    struct lz_sql *sql = lz_call_sql(call);
    if (!sql)
        return call->fault.code;
    uint8_t kid[LZ_KID_SIZE];
    bool found = false;
    struct lz_query *q = lz_query_start(sql, LZ_Q_issuer_key_current);
    while (lz_query_next(q)) {
        struct lz_bytes stored = lz_query_get_blob(q, 0);
        found = stored.size == LZ_KID_SIZE;
        if (found)
            memcpy(kid, stored.data, LZ_KID_SIZE);
    }
    lz_err err = lz_query_end(q);
    if (err)
        return err;
    if (!found)
        return lz_fault_set(&call->fault, LZ_CORRUPT, "登记库没有当前的签发密钥。",
                            "The register has no current issuer key.");
    return ring_get(lz_register_keys(call->reg), kid, ret_key, &call->fault);
}

static lz_err log_key_entry(struct lz_call *call, const struct lz_public_key *key, int64_t from,
                            int64_t until)
{
    struct lz_log_entry entry = {.type = LZ_ENTRY_KEY,
                                 .time = lz_call_now_s(call),
                                 .key = {.key = *key, .from = from, .until = until}};
    return lz_log_append(call, &entry, NULL);
}

/* The running key's window is closed in the log, too: a token published later under it counts for nothing.
 * Times are whole seconds, so the second of the change itself belongs to both keys: a token published in it
 * stays good. */
static lz_err end_current(struct lz_call *call, int64_t now)
{
    struct lz_public_key key;
    int64_t from = 0;
    bool found = false;
    lz_err err = LZ_OK;
    struct lz_query *q = lz_query_start(call->sql, LZ_Q_issuer_key_list);
    while (!err && lz_query_next(q))
        if (lz_query_is_null(q, 3)) {
            err = lz_cose_key_read(lz_query_get_blob(q, 1), &key);
            from = lz_query_get_int(q, 2);
            found = true;
        }
    lz_err ended = lz_query_end(q);
    if (err || ended || !found)
        return err ? err : ended;
    q = lz_query_start(call->sql, LZ_Q_issuer_key_end);
    lz_query_int(q, "until_at", now + 1);
    err = lz_query_run(q);
    return err ? err : log_key_entry(call, &key, from, now + 1);
}

static lz_err kid_used(struct lz_call *call, const uint8_t kid[LZ_KID_SIZE], bool *ret_used)
{
    *ret_used = false;
    struct lz_query *q = lz_query_start(lz_call_sql(call), LZ_Q_issuer_key_get);
    lz_query_blob(q, "kid", lz_bytes_of(kid, LZ_KID_SIZE));
    while (lz_query_next(q))
        *ret_used = true;
    return lz_query_end(q);
}

static lz_err insert_key(struct lz_call *call, const struct lz_public_key *key,
                         const uint8_t kid[LZ_KID_SIZE], int64_t now)
{
    struct lz_buf cose;
    lz_buf_init(&cose, 256);
    lz_cose_key_write(key, &cose);
    lz_err err = cose.err;
    if (!err) {
        struct lz_query *q = lz_query_start(call->sql, LZ_Q_issuer_key_insert);
        lz_query_blob(q, "kid", lz_bytes_of(kid, LZ_KID_SIZE));
        lz_query_blob(q, "cose_key", lz_buf_view(&cose));
        lz_query_int(q, "from_at", now);
        err = lz_query_run(q);
    }
    lz_buf_free(&cose);
    return err ? err : log_key_entry(call, key, now, 0);
}

lz_err lz_key_ring_rotate(struct lz_call *call, struct lz_key_made *made)
{
    lz_key_ring_drop(call, made);
    struct lz_signing_key *key = NULL;
    uint8_t kid[LZ_KID_SIZE] = {0};
    char path[PATH_MAX_SIZE];
    bool used = true;
    /* Windows are compared with the times of log entries, so they are of the log's time, too. */
    int64_t now = 0;
    lz_err err = lz_log_time(call, &now);
    while (!err && used) {
        lz_signing_key_free(&key);
        err = lz_signing_key_new(LZ_KEY_P256, &key);
        if (!err)
            err = lz_key_kid(lz_signing_key_public(key), kid);
        if (!err)
            err = kid_used(call, kid, &used);
    }
    if (!err)
        err = issuer_path(lz_register_dir(call->reg), kid, path);
    const bool named = !err;
    if (!err)
        err = lz_signing_key_save(key, path, &call->fault);
    if (!err)
        err = end_current(call, now);
    if (!err)
        err = insert_key(call, lz_signing_key_public(key), kid, now);
    lz_signing_key_free(&key);
    char text[16];
    snprintf(text, sizeof text, "%02x%02x%02x%02x", kid[0], kid[1], kid[2], kid[3]);
    json_t *after = err ? NULL : json_pack("{s:s}", "kid", text);
    if (!err)
        err = after ? lz_audit_add(call, "keys.rotate", "issuer_key", 0, NULL, after) : lz_call_memory(call);
    json_decref(after);
    memcpy(made->kid, kid, LZ_KID_SIZE);
    made->made = !err;
    if (err && named) /* also when only its name could not be made durable */
        unlink(path);
    return err;
}

void lz_key_ring_drop(struct lz_call *call, struct lz_key_made *made)
{
    if (!made->made)
        return;
    made->made = false;
    char path[PATH_MAX_SIZE];
    bool used = true;
    struct lz_call look = {.reg = call->reg, .actor = call->actor, .arena = call->arena, .sql = call->sql};
    /* In doubt the file stays: a commit may have come through though its answer did not. */
    if (lz_call_sql(&look) && !kid_used(&look, made->kid, &used) && !used &&
        !issuer_path(lz_register_dir(call->reg), made->kid, path))
        unlink(path);
}
