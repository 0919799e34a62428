/* Sign-in, throttling, sessions. */
#include "registry/account.h"

#include "registry/account_row.h"
#include "registry/audit.h"
#include "registry/base/address.h"
#include "registry/base/encoding.h"
#include "registry/credential/key.h"
#include "registry/key_ring.h"
#include "registry/policy.h"
#include "registry/statements.h"

#include <openssl/crypto.h>
#include <string.h>

enum { WINDOW_S = 15 * 60, LOGIN_FAILURES = 5, PEER_FAILURES = 20, SEEN_EVERY_S = 60, RANDOM = 32 };

/* What failed is remembered by a keyed hash: neither mistyped passwords in the login field nor addresses lie
 * about. */
static lz_err failure_name(struct lz_call *call, const char *text, char ret_name[65])
{
    static const char use[] = "sign-in"; /* with its NUL: the key's other uses cannot meet this one */
    uint8_t mac[32], named[sizeof use + 32];
    memcpy(named, use, sizeof use);
    lz_err err = lz_sha256(lz_bytes_text(text), named + sizeof use);
    if (!err)
        err = lz_key_ring_mac(lz_register_keys(call->reg), lz_bytes_of(named, sizeof named), mac);
    if (err)
        return err;
    struct lz_buf hex;
    lz_buf_init(&hex, 64);
    lz_hex_encode(lz_bytes_of(mac, sizeof mac), &hex);
    err = hex.err;
    if (!err)
        memcpy(ret_name, hex.data, 65);
    lz_buf_free(&hex);
    return err;
}

static lz_err failures(struct lz_call *call, const char *kind, const char *name, int64_t *ret_count)
{
    struct lz_sql *sql = lz_call_sql(call);
    if (!sql)
        return call->fault.code;
    struct lz_query *q = lz_query_start(sql, LZ_Q_sign_in_failure_count);
    lz_query_text(q, "kind", kind);
    lz_query_text(q, "name", name);
    lz_query_int(q, "since", lz_call_now_s(call) - WINDOW_S);
    while (lz_query_next(q))
        *ret_count = lz_query_get_int(q, 0);
    return lz_query_end(q);
}

struct attempt {
    const char *login;
    char login_name[65], peer_name[65];
};

static lz_err throttle(struct lz_call *call, const struct attempt *attempt)
{
    int64_t by_login = 0, by_peer = 0;
    lz_err err = failures(call, "login", attempt->login_name, &by_login);
    if (!err)
        err = failures(call, "peer", attempt->peer_name, &by_peer);
    if (!err && (by_login >= LOGIN_FAILURES || by_peer >= PEER_FAILURES))
        err = lz_fault_set(
            &call->fault, LZ_THROTTLED, "登录失败次数过多，请 15 分钟后再试，或请管理员重设密码。",
            "Too many failed sign-ins; try again in 15 minutes or ask an administrator for a new password.");
    return err;
}

static lz_err insert_failure(struct lz_call *call, const char *kind, const char *name)
{
    int64_t id = 0;
    lz_err err = lz_call_ids(call, "sign_in_failure", 1, &id);
    if (err)
        return err;
    struct lz_query *q = lz_query_start(call->sql, LZ_Q_sign_in_failure_insert);
    lz_query_int(q, "id", id);
    lz_query_text(q, "kind", kind);
    lz_query_text(q, "name", name);
    lz_query_int(q, "now", lz_call_now_s(call));
    return lz_query_run(q);
}

static lz_err failure_job(struct lz_call *call, void *context)
{
    const struct attempt *attempt = context;
    struct lz_query *q = lz_query_start(call->sql, LZ_Q_sign_in_failure_delete_old);
    lz_query_int(q, "since", lz_call_now_s(call) - WINDOW_S);
    lz_err err = lz_query_run(q);
    if (!err)
        err = insert_failure(call, "login", attempt->login_name);
    if (!err)
        err = insert_failure(call, "peer", attempt->peer_name);
    return err ? err : lz_audit_add(call, "session.refused", "account", 0, NULL, NULL);
}

struct session_job {
    const struct lz_actor *actor;
    const char *login_name;
    const char *password; /* the hash that was checked */
    uint8_t digest[32];
    char csrf[LZ_CSRF_SIZE];
    int64_t expires_at;
};

/* Checking a password takes its time: meanwhile the account may have been disabled, or its password changed
 * and its sessions ended. */
static lz_err check_unchanged(struct lz_call *call, const struct session_job *job)
{
    struct lz_account_row row = {0};
    lz_err err = lz_account_row_find(call, job->actor->login, &row);
    if (!err && (row.disabled || strcmp(row.password, job->password) != 0))
        err = LZ_UNAUTHENTICATED;
    OPENSSL_cleanse(&row, sizeof row);
    return err == LZ_NOT_FOUND ? LZ_UNAUTHENTICATED : err;
}

static lz_err session_job(struct lz_call *call, void *context)
{
    struct session_job *job = context;
    int64_t now = lz_call_now_s(call), minutes = 0;
    lz_err err = check_unchanged(call, job);
    if (!err)
        err = lz_policy_get(call, LZ_POLICY_SESSION_MINUTES, lz_date_of(now), &minutes);
    if (err)
        return err;
    job->expires_at = now + minutes * 60;
    struct lz_query *q = lz_query_start(call->sql, LZ_Q_session_delete_expired);
    lz_query_int(q, "now", now);
    if ((err = lz_query_run(q)))
        return err;
    q = lz_query_start(call->sql, LZ_Q_session_insert);
    lz_query_blob(q, "digest", lz_bytes_of(job->digest, sizeof job->digest));
    lz_query_int(q, "account_id", job->actor->account);
    lz_query_text(q, "csrf", job->csrf);
    lz_query_int(q, "now", now);
    lz_query_int(q, "expires_at", job->expires_at);
    if ((err = lz_query_run(q)))
        return err;
    q = lz_query_start(call->sql, LZ_Q_sign_in_failure_delete_login);
    lz_query_text(q, "name", job->login_name);
    if ((err = lz_query_run(q)))
        return err;
    q = lz_query_start(call->sql, LZ_Q_account_signed_in);
    lz_query_int(q, "id", job->actor->account);
    lz_query_int(q, "now", now);
    err = lz_query_run(q);
    return err ? err : lz_audit_add(call, "session.open", "account", job->actor->account, NULL, NULL);
}

static lz_err random_text(struct lz_call *call, char *ret_text, size_t size)
{
    uint8_t bytes[RANDOM];
    struct lz_buf text;
    lz_buf_init(&text, size - 1);
    lz_err err = lz_random_fill(lz_register_random(call->reg), bytes, sizeof bytes);
    if (!err) {
        lz_base64url_encode(lz_bytes_of(bytes, sizeof bytes), &text);
        err = text.err;
    }
    if (!err)
        memcpy(ret_text, text.data, text.size + 1);
    OPENSSL_cleanse(bytes, sizeof bytes);
    lz_buf_wipe_free(&text);
    return err;
}

static lz_err open_session(struct lz_call *call, const struct lz_account_row *row, const char *login_name,
                           char ret_token[LZ_SESSION_TOKEN_SIZE], struct lz_session *ret_session)
{
    char token[LZ_SESSION_TOKEN_SIZE] = "";
    const struct lz_actor *actor = &row->actor;
    struct session_job job = {.actor = actor, .login_name = login_name, .password = row->password};
    /* The event is the person's own, not nobody's. */
    const struct lz_actor *caller = call->actor;
    lz_err err = random_text(call, token, sizeof token);
    if (!err)
        err = random_text(call, job.csrf, sizeof job.csrf);
    if (!err)
        err = lz_sha256(lz_bytes_text(token), job.digest);
    call->actor = actor;
    if (!err)
        err = lz_call_write(call, session_job, &job);
    call->actor = caller;
    if (!err) {
        memcpy(ret_token, token, sizeof token);
        *ret_session = (struct lz_session){.actor = *actor, .expires_at = job.expires_at};
        memcpy(ret_session->csrf, job.csrf, sizeof job.csrf);
    }
    OPENSSL_cleanse(token, sizeof token);
    return err;
}

lz_err lz_session_sign_in(struct lz_call *call, const char *login, const char *password, const char *peer,
                          char ret_token[LZ_SESSION_TOKEN_SIZE], struct lz_session *ret_session)
{
    struct attempt attempt = {.login = login};
    char asker[LZ_ADDRESS_TEXT];
    lz_address_asker(peer ? peer : "", asker);
    lz_err err = failure_name(call, login, attempt.login_name);
    if (!err)
        err = failure_name(call, asker, attempt.peer_name);
    if (!err)
        err = throttle(call, &attempt);
    if (err)
        return err;
    struct lz_account_row row = {0};
    err = lz_account_row_find(call, login, &row);
    bool usable = !err && !row.disabled;
    if (!err || err == LZ_NOT_FOUND)
        err = strlen(password) > LZ_PASSWORD_MAX ? LZ_UNAUTHENTICATED
                                                 : lz_password_check(usable ? row.password : NULL, password);
    /* Others may have failed meanwhile: many tries at once must not get more guesses than one after another.
     */
    if (!err || err == LZ_UNAUTHENTICATED) {
        lz_err slow = throttle(call, &attempt);
        err = slow ? slow : err;
    }
    if (err == LZ_UNAUTHENTICATED) {
        lz_err noted = lz_call_write(call, failure_job, &attempt);
        err = noted ? noted
                    : lz_fault_set(&call->fault, LZ_UNAUTHENTICATED, "账号或密码不对。",
                                   "Login or password is wrong.");
    } else if (!err) {
        err = open_session(call, &row, attempt.login_name, ret_token, ret_session);
    }
    OPENSSL_cleanse(&row, sizeof row);
    return err;
}

struct seen_job {
    uint8_t digest[32];
};

static lz_err seen_job(struct lz_call *call, void *context)
{
    struct seen_job *job = context;
    struct lz_query *q = lz_query_start(call->sql, LZ_Q_session_seen);
    lz_query_blob(q, "digest", lz_bytes_of(job->digest, sizeof job->digest));
    lz_query_int(q, "now", lz_call_now_s(call));
    return lz_query_run(q);
}

lz_err lz_session_find(struct lz_call *call, const char *token, struct lz_session *ret_session)
{
    struct lz_sql *sql = lz_call_sql(call);
    if (!sql)
        return call->fault.code;
    struct seen_job job;
    struct lz_session session = {0};
    int64_t seen = 0, now = lz_call_now_s(call), idle = 0;
    bool usable = false;
    lz_err err = lz_sha256(lz_bytes_text(token), job.digest);
    if (!err)
        err = lz_policy_get(call, LZ_POLICY_SESSION_IDLE_MINUTES, lz_date_of(now), &idle);
    if (err)
        return err;
    struct lz_query *q = lz_query_start(sql, LZ_Q_session_find);
    lz_query_blob(q, "digest", lz_bytes_of(job.digest, sizeof job.digest));
    while (lz_query_next(q)) {
        session.actor.account = lz_query_get_int(q, 0);
        lz_text_cut(session.actor.login, sizeof session.actor.login, lz_query_get_text(q, 1));
        lz_text_cut(session.actor.name, sizeof session.actor.name, lz_query_get_text(q, 2));
        usable = !lz_role_parse(lz_query_get_text(q, 3), &session.actor.role) && lz_query_get_int(q, 8) == 0;
        session.actor.organ = lz_query_get_int(q, 4);
        lz_text_cut(session.csrf, sizeof session.csrf, lz_query_get_text(q, 5));
        seen = lz_query_get_int(q, 6);
        session.expires_at = lz_query_get_int(q, 7);
    }
    if ((err = lz_query_end(q)))
        return err;
    if (!usable || now >= session.expires_at || now - seen > idle * 60)
        return lz_fault_set(&call->fault, LZ_UNAUTHENTICATED, NULL, NULL);
    /* Once a minute is enough to tell idle from busy, and spares a write per page. */
    if (now - seen >= SEEN_EVERY_S && (err = lz_call_write(call, seen_job, &job)))
        return err;
    *ret_session = session;
    return LZ_OK;
}

struct end_job {
    const char *token;
};

static lz_err end_job(struct lz_call *call, void *context)
{
    const struct end_job *job = context;
    uint8_t digest[32];
    lz_err err = lz_sha256(lz_bytes_text(job->token), digest);
    if (err)
        return err;
    struct lz_query *q = lz_query_start(call->sql, LZ_Q_session_delete);
    lz_query_blob(q, "digest", lz_bytes_of(digest, sizeof digest));
    err = lz_query_run(q);
    return err ? err : lz_audit_add(call, "session.close", "account", call->actor->account, NULL, NULL);
}

lz_err lz_session_sign_out(struct lz_call *call, const char *token)
{
    struct end_job job = {token};
    return lz_call_write(call, end_job, &job);
}
