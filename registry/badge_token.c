/* Tokens of a badge: signed once inside the transaction that logs and stores them. */
#include "registry/badge.h"

#include "registry/audit.h"
#include "registry/badge_place.h"
#include "registry/credential/token.h"
#include "registry/credential/token_text.h"
#include "registry/key_ring.h"
#include "registry/organ.h"
#include "registry/publish.h"
#include "registry/restore.h"
#include "registry/statements.h"

#include <string.h>

static const char *const forms[LZ_TOKEN_FORM_COUNT] = {
    [LZ_TOKEN_QR] = "qr", [LZ_TOKEN_CHIP] = "chip", [LZ_TOKEN_COMPACT] = "compact"};

const char *lz_token_form_name(enum lz_token_form form)
{
    return forms[form];
}

/* The live badge, ordered now if there is none. */
static lz_err live_or_new(struct lz_call *call, const struct lz_certificate *c, struct lz_badge *ret_badge)
{
    lz_err err = lz_badge_live(call, c->id, ret_badge);
    if (err != LZ_NOT_FOUND)
        return err;
    call->fault = (struct lz_fault){0};
    int64_t id = 0, list = 0, idx = 0;
    enum lz_status status = c->state == LZ_CERTIFICATE_SUSPENDED ? LZ_STATUS_SUSPENDED : LZ_STATUS_VALID;
    err = lz_call_ids(call, "badge", 1, &id);
    if (!err)
        err = lz_badge_place_draw(call, &list, &idx);
    if (err)
        return err;
    struct lz_query *q = lz_query_start(call->sql, LZ_Q_badge_insert);
    lz_query_int(q, "id", id);
    lz_query_int(q, "certificate_id", c->id);
    lz_query_int(q, "list", list);
    lz_query_int(q, "idx", idx);
    lz_query_int(q, "status", status);
    lz_query_int(q, "now", lz_call_now_s(call));
    err = lz_query_run(q);
    if (!err && status != LZ_STATUS_VALID) {
        /* Born under a suspension: the log must say so before it names the token. */
        struct lz_log_entry entry = {.type = LZ_ENTRY_STATUS,
                                     .time = lz_call_now_s(call),
                                     .status = {.list = (uint32_t)list,
                                                .idx = (uint32_t)idx,
                                                .status = status,
                                                .effective = c->effective_at,
                                                .reason = 0}};
        int64_t position = 0;
        err = lz_log_append(call, &entry, &position);
        if (!err)
            err = lz_badge_place_touch(call, list, position);
    }
    json_t *after = json_pack("{s:s}", "number", c->number);
    if (!err)
        err = after ? lz_audit_add(call, "badge.order", "badge", id, NULL, after) : lz_call_memory(call);
    json_decref(after);
    return err ? err : lz_badge_live(call, c->id, ret_badge);
}

static lz_err stored_token(struct lz_call *call, int64_t badge, enum lz_token_form form,
                           struct lz_bytes *ret_token, struct lz_bytes *ret_uid)
{
    struct lz_sql *sql = lz_call_sql(call);
    if (!sql)
        return call->fault.code;
    lz_err err = LZ_NOT_FOUND;
    const char *bytes = NULL, *uid = NULL;
    size_t size = 0, uid_size = 0;
    struct lz_query *q = lz_query_start(sql, LZ_Q_token_of_badge);
    lz_query_int(q, "badge_id", badge);
    lz_query_text(q, "form", forms[form]);
    while (lz_query_next(q)) {
        struct lz_bytes stored = lz_query_get_blob(q, 0);
        size = stored.size;
        bytes = lz_arena_copy(call->arena, (const char *)stored.data, size);
        stored = lz_query_get_blob(q, 1);
        uid_size = stored.size;
        uid = lz_arena_copy(call->arena, (const char *)stored.data, uid_size);
        err = bytes && uid ? LZ_OK : lz_call_memory(call);
    }
    lz_err ended = lz_query_end(q);
    if (err || ended)
        return ended ? ended : err;
    *ret_token = lz_bytes_of(bytes, size);
    *ret_uid = lz_bytes_of(uid, uid_size);
    return LZ_OK;
}

static lz_err fill_claims(struct lz_call *call, const struct lz_certificate *c, const struct lz_badge *badge,
                          enum lz_token_form form, struct lz_bytes uid, struct lz_token *token)
{
    *token = (struct lz_token){
        .expires_at = lz_date_start_s(lz_date_add_days(c->valid_until, 1)),
        .kind = (enum lz_token_kind)c->kind,
        .organ = (uint32_t)c->organ,
        .list = (uint32_t)badge->list,
        .idx = (uint32_t)badge->idx,
        .uid_size = uid.size,
    };
    size_t number = strlen(c->number), name = form == LZ_TOKEN_COMPACT ? 0 : strlen(c->name);
    if (number >= sizeof token->number || name >= sizeof token->name || uid.size > sizeof token->uid)
        return lz_fault_set(&call->fault, LZ_INVALID, "证号或姓名过长，无法制作标识牌。",
                            "Number or name is too long for a badge.");
    memcpy(token->number, c->number, number);
    memcpy(token->name, c->name, name);
    if (uid.size)
        memcpy(token->uid, uid.data, uid.size);
    return LZ_OK;
}

static lz_err store_token(struct lz_call *call, const struct lz_badge *badge, enum lz_token_form form,
                          struct lz_bytes uid, struct lz_bytes bytes)
{
    struct lz_log_entry entry = {
        .type = LZ_ENTRY_ISSUE,
        .time = lz_call_now_s(call),
        .issue = {.list = (uint32_t)badge->list, .idx = (uint32_t)badge->idx},
    };
    int64_t position = 0;
    lz_err err = lz_token_digest(bytes, entry.issue.digest);
    if (!err)
        err = lz_log_append(call, &entry, &position);
    if (err)
        return err;
    struct lz_query *q = lz_query_start(call->sql, LZ_Q_token_insert);
    lz_query_blob(q, "digest", lz_bytes_of(entry.issue.digest, sizeof entry.issue.digest));
    lz_query_int(q, "badge_id", badge->id);
    lz_query_text(q, "form", forms[form]);
    lz_query_blob(q, "uid", uid.size ? uid : (struct lz_bytes){0});
    lz_query_blob(q, "bytes", bytes);
    lz_query_int(q, "log_position", position);
    lz_query_int(q, "now", entry.time);
    if ((err = lz_query_run(q)))
        return err;
    return lz_audit_add(call, "badge.token", "badge", badge->id, NULL, NULL);
}

/* Signs, logs and stores; the bytes go to the call's arena. */
static lz_err make_token(struct lz_call *call, const struct lz_certificate *c, const struct lz_badge *badge,
                         enum lz_token_form form, struct lz_bytes uid, struct lz_bytes *ret_token)
{
    const struct lz_signing_key *key;
    struct lz_token claims;
    struct lz_buf bytes;
    lz_buf_init(&bytes, LZ_TOKEN_CAP);
    lz_err err = fill_claims(call, c, badge, form, uid, &claims);
    if (!err)
        err = lz_key_ring_issuer(call, &key);
    if (!err)
        err = lz_token_write(&claims, key, &bytes);
    if (!err)
        err = store_token(call, badge, form, uid, lz_buf_view(&bytes));
    if (!err) {
        const char *copy = lz_arena_copy(call->arena, (const char *)bytes.data, bytes.size);
        err = copy ? LZ_OK : lz_call_memory(call);
        *ret_token = lz_bytes_of(copy, bytes.size);
    }
    lz_buf_free(&bytes);
    return err;
}

/* One chip, one live badge: what reads one must not be able to answer for another. */
static lz_err check_chip_free(struct lz_call *call, int64_t badge, struct lz_bytes uid)
{
    bool taken = false;
    struct lz_query *q = lz_query_start(call->sql, LZ_Q_badge_of_chip);
    lz_query_blob(q, "chip_uid", uid);
    lz_query_int(q, "id", badge);
    while (lz_query_next(q))
        taken = true;
    lz_err err = lz_query_end(q);
    if (err || !taken)
        return err;
    return lz_fault_set(
        &call->fault, LZ_CONFLICT,
        "这枚芯片已绑定在另一块使用中的标识牌上。请换一枚芯片；要重用它，请先将那块标识牌收回、报损或报失。",
        "This chip is bound to another badge in use. Take another chip; to use this one again, first record "
        "that badge as returned, spoiled or lost.");
}

/* One badge, one chip: the UID is written at the first chip token and must stay. */
static lz_err bind_chip(struct lz_call *call, const struct lz_badge *badge, struct lz_bytes uid,
                        const char *chip_type)
{
    if (badge->chip_uid.size && !lz_bytes_equal(badge->chip_uid, uid))
        return lz_fault_set(
            &call->fault, LZ_CONFLICT, "此标识牌已绑定另一枚芯片。请先报损或报失，再制作新的标识牌。",
            "This badge is bound to another chip. Report it damaged or lost first, then make a new one.");
    if (badge->chip_uid.size &&
        (!chip_type || (badge->chip_type && strcmp(badge->chip_type, chip_type) == 0)))
        return LZ_OK;
    lz_err err = check_chip_free(call, badge->id, uid);
    if (err)
        return err;
    struct lz_query *q = lz_query_start(call->sql, LZ_Q_badge_set_chip);
    lz_query_int(q, "id", badge->id);
    lz_query_text(q, "chip_type", chip_type ? chip_type : badge->chip_type);
    lz_query_blob(q, "chip_uid", uid);
    lz_query_int(q, "now", lz_call_now_s(call));
    err = lz_query_run(q);
    json_t *after = json_pack("{s:s?}", "chip_type", chip_type);
    if (!err)
        err =
            after ? lz_audit_add(call, "badge.chip", "badge", badge->id, NULL, after) : lz_call_memory(call);
    json_decref(after);
    return err;
}

struct token_job {
    const char *number;
    enum lz_token_form form;
    struct lz_bytes uid;
    const char *chip_type; /* or NULL */
    bool bind_only;        /* a chip too small for a token still belongs to one badge */
    struct lz_bytes token;
};

static lz_err check_asker(struct lz_call *call, const struct lz_certificate *c, const struct token_job *job)
{
    if (!(LZ_ROLES(call->actor->role) & LZ_ROLES_BADGE))
        return lz_fault_set(&call->fault, LZ_FORBIDDEN, NULL, NULL);
    lz_err err = lz_organ_scope(call, c->organ);
    if (err)
        return err;
    if ((job->form == LZ_TOKEN_QR) != (job->uid.size == 0) || (job->uid.size && job->uid.size != 7))
        return lz_fault_field(&call->fault, "chip", NULL, "芯片 UID 应为 7 字节（14 位十六进制）。",
                              "The chip's UID is 7 bytes (14 hexadecimal digits).");
    return LZ_OK;
}

/* What was made stays readable; nothing new is made for a certificate that is not in force. */
static lz_err check_in_force(struct lz_call *call, const struct lz_certificate *c)
{
    enum lz_certificate_state state = lz_certificate_state_at(c, lz_call_now_s(call));
    bool waits = false;
    lz_err err = lz_restore_waits(call, c->id, &waits);
    if (err)
        return err;
    if (waits) /* offline, its token would be green */
        return lz_fault_set(&call->fault, LZ_WRONG_STATE, "登记库由备份恢复，此证尚待核对，不能制作标识牌。",
                            "The register came back from a backup and this certificate awaits comparison; "
                            "no badge can be made for it yet.");
    if (state == LZ_CERTIFICATE_VALID || state == LZ_CERTIFICATE_SUSPENDED)
        return LZ_OK;
    return lz_fault_set(&call->fault, LZ_WRONG_STATE, "证件不在有效状态，不能制作标识牌。",
                        "The certificate is not in force; no badge can be made for it.");
}

static lz_err token_job(struct lz_call *call, void *context)
{
    struct token_job *job = context;
    struct lz_certificate c;
    struct lz_badge badge;
    struct lz_bytes uid = {0};
    job->token = uid;
    lz_err err = lz_certificate_find(call, job->number, &c);
    if (!err)
        err = check_asker(call, &c, job);
    if (!err)
        err = check_in_force(call, &c);
    if (!err)
        err = live_or_new(call, &c, &badge);
    if (!err && job->uid.size)
        err = bind_chip(call, &badge, job->uid, job->chip_type);
    if (err || job->bind_only)
        return err;
    err = stored_token(call, badge.id, job->form, &job->token, &uid);
    if (err == LZ_NOT_FOUND)
        err = make_token(call, &c, &badge, job->form, job->uid, &job->token);
    return err;
}

/* Most tokens asked for exist: read them without taking the writer. */
static lz_err existing(struct lz_call *call, struct token_job *job)
{
    struct lz_certificate c;
    struct lz_badge badge;
    struct lz_bytes uid;
    lz_err err = lz_certificate_find(call, job->number, &c);
    if (!err)
        err = check_asker(call, &c, job);
    if (!err)
        err = lz_badge_live(call, c.id, &badge);
    if (!err)
        err = stored_token(call, badge.id, job->form, &job->token, &uid);
    if (!err && job->uid.size && !lz_bytes_equal(badge.chip_uid, job->uid))
        err = LZ_NOT_FOUND; /* the writing path says what is wrong */
    return err;
}

static lz_err run(struct lz_call *call, struct token_job *job)
{
    lz_err err = job->bind_only ? LZ_NOT_FOUND : existing(call, job);
    if (err != LZ_NOT_FOUND)
        return err;
    call->fault = (struct lz_fault){0};
    return lz_call_write(call, token_job, job);
}

lz_err lz_badge_token(struct lz_call *call, const char *number, enum lz_token_form form, struct lz_bytes uid,
                      struct lz_bytes *ret_token)
{
    struct token_job job = {.number = number, .form = form, .uid = uid};
    lz_err err = run(call, &job);
    if (!err)
        *ret_token = job.token;
    return err;
}

static lz_err to_arena(struct lz_call *call, struct lz_buf *text, const char **ret_text)
{
    const char *copy = text->err ? NULL : lz_arena_text(call->arena, (const char *)text->data);
    lz_err err = text->err;
    lz_buf_free(text);
    if (!copy)
        return err ? err : lz_call_memory(call);
    *ret_text = copy;
    return LZ_OK;
}

enum { URL_CAP = 2048 };

lz_err lz_badge_qr_url(struct lz_call *call, const char *number, const char **ret_url)
{
    struct token_job job = {.number = number, .form = LZ_TOKEN_QR};
    lz_err err = run(call, &job);
    if (err)
        return err;
    struct lz_buf url;
    lz_buf_init(&url, URL_CAP);
    lz_token_url_qr(lz_register_public_url(call->reg), job.token, &url);
    return to_arena(call, &url, ret_url);
}

lz_err lz_badge_chip_url(struct lz_call *call, const char *number, const char *chip_type, struct lz_bytes uid,
                         const char **ret_url)
{
    /* 144 bytes of an NTAG213 hold a pointer, not a token (facts: which chip for what). */
    bool pointer = chip_type && strcmp(chip_type, "NTAG213") == 0;
    struct token_job job = {
        .number = number, .form = LZ_TOKEN_CHIP, .uid = uid, .chip_type = chip_type, .bind_only = pointer};
    lz_err err = run(call, &job);
    if (err)
        return err;
    struct lz_buf url;
    lz_buf_init(&url, URL_CAP);
    if (pointer)
        lz_number_url(lz_register_public_url(call->reg), number, &url);
    else
        lz_token_url_nfc(lz_register_public_url(call->reg), job.token, &url);
    return to_arena(call, &url, ret_url);
}
