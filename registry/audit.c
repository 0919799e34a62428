#include "registry/audit.h"

#include "registry/base/json_write.h"
#include "registry/base/text.h"
#include "registry/person.h"
#include "registry/statements.h"

#include <openssl/evp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { HASH = 32, FIELDS_CAP = 1024 * 1024 };

/* The hashed form of one event; the chain's proof rests on these fields in this order, each length-prefixed.
 */
struct chained {
    const uint8_t *previous; /* HASH bytes; zeros before the first */
    int64_t position, at, account;
    const char *actor, *origin, *action, *object_kind;
    int64_t object;
    const char *before, *after;
};

static void add_int(struct lz_buf *buf, int64_t value)
{
    uint8_t bytes[8];
    for (int i = 0; i < 8; i++)
        bytes[i] = (uint8_t)((uint64_t)value >> (56 - 8 * i));
    lz_buf_add(buf, bytes, sizeof bytes);
}

/* A missing text (length -1) is not an empty one. */
static void add_text(struct lz_buf *buf, const char *text)
{
    add_int(buf, text ? (int64_t)strlen(text) : -1);
    if (text)
        lz_buf_text(buf, text);
}

static lz_err chain_hash(const struct chained *event, uint8_t ret_hash[HASH])
{
    struct lz_buf buf;
    lz_buf_init(&buf, (size_t)16 * 1024 * 1024);
    lz_buf_add(&buf, event->previous, HASH);
    add_int(&buf, event->position);
    add_int(&buf, event->at);
    add_int(&buf, event->account);
    add_text(&buf, event->actor);
    add_text(&buf, event->origin);
    add_text(&buf, event->action);
    add_text(&buf, event->object_kind);
    add_int(&buf, event->object);
    add_text(&buf, event->before);
    add_text(&buf, event->after);
    lz_err err = buf.err;
    if (!err && !EVP_Digest(buf.data, buf.size, ret_hash, NULL, EVP_sha256(), NULL))
        err = LZ_CRYPTO;
    lz_buf_free(&buf);
    return err;
}

static lz_err head(struct lz_sql *sql, uint8_t ret_hash[HASH], int64_t *ret_count, int64_t *ret_at)
{
    struct lz_query *q = lz_query_start(sql, LZ_Q_audit_head);
    int64_t count = 0, at = 0;
    uint8_t hash[HASH] = {0};
    bool sound = true;
    while (lz_query_next(q)) {
        count = lz_query_get_int(q, 0);
        at = lz_query_get_int(q, 2);
        struct lz_bytes stored = lz_query_get_blob(q, 1);
        sound = stored.size == HASH;
        if (sound)
            memcpy(hash, stored.data, HASH);
    }
    lz_err err = lz_query_end(q);
    if (err)
        return err;
    if (!sound)
        return LZ_CORRUPT;
    memcpy(ret_hash, hash, HASH);
    *ret_count = count;
    *ret_at = at;
    return LZ_OK;
}

lz_err lz_audit_head(struct lz_call *call, uint8_t ret_hash[HASH], int64_t *ret_count)
{
    struct lz_sql *sql = lz_call_sql(call);
    int64_t at = 0;
    return sql ? head(sql, ret_hash, ret_count, &at) : call->fault.code;
}

static lz_err serialise(const json_t *value, char **ret_text)
{
    *ret_text = NULL;
    if (!value)
        return LZ_OK;
    *ret_text = lz_json_text(value, JSON_COMPACT | JSON_SORT_KEYS);
    return *ret_text ? LZ_OK : LZ_MEMORY;
}

static lz_err insert(struct lz_call *call, const struct chained *event, const uint8_t hash[HASH])
{
    struct lz_query *q = lz_query_start(call->sql, LZ_Q_audit_insert);
    lz_query_int(q, "position", event->position);
    lz_query_int(q, "at", event->at);
    lz_query_int(q, "account_id", event->account);
    lz_query_text(q, "actor", event->actor);
    lz_query_text(q, "origin", event->origin);
    lz_query_text(q, "action", event->action);
    lz_query_text(q, "object_kind", event->object_kind);
    lz_query_int(q, "object_id", event->object);
    lz_query_text(q, "before_value", event->before);
    lz_query_text(q, "after_value", event->after);
    lz_query_blob(q, "hash", lz_bytes_of(hash, HASH));
    return lz_query_run(q);
}

/* Accounts and the register itself (sign-ins, backups) may be written by any clock: whoever sets it right
 * must get in. What is true of people, certificates, badges and organs may not. */
static bool any_clock(const struct lz_call *call, const char *object_kind)
{
    return call->any_clock || strcmp(object_kind, "account") == 0 || strcmp(object_kind, "register") == 0;
}

static lz_err refuse_clock(struct lz_call *call, int64_t now, int64_t newest)
{
    char zh[LZ_FAULT_TEXT], en[LZ_FAULT_TEXT], is[LZ_LOCAL_SIZE], was[LZ_LOCAL_SIZE];
    lz_local_format(now, is);
    lz_local_format(newest, was);
    is[LZ_LOCAL_MINUTE] = was[LZ_LOCAL_MINUTE] = '\0';
    snprintf(zh, sizeof zh,
             "本机时钟是 %s，登记库上一次记录却在 %s，未作任何更改。请校准时钟后重试；"
             "若时钟现在正确、那时有误，由管理员运行 liangzheng clock accept。",
             is, was);
    snprintf(en, sizeof en,
             "The clock says %s, but the last event was recorded at %s; nothing was changed. Set the clock "
             "right and repeat; if it is right now and was wrong then, run `liangzheng clock accept`.",
             is, was);
    return lz_fault_set(&call->fault, LZ_CLOCK, zh, en);
}

/* Chains `event`, texts and all, behind the newest; its actor comes from the call, its time from the caller,
 * as it is. */
static lz_err append(struct lz_call *call, struct chained *event)
{
    uint8_t hash[HASH];
    event->account = call->actor->account;
    event->actor = call->actor->login;
    event->origin = call->origin ? call->origin : "library";
    event->position++;
    lz_err err = chain_hash(event, hash);
    return err ? err : insert(call, event, hash);
}

/* `before` and `after` serialised, or NULL. */
static lz_err add(struct lz_call *call, const char *action, const char *object_kind, int64_t object,
                  const char *before, const char *after)
{
    uint8_t previous[HASH];
    int64_t newest = 0, now = lz_call_now_s(call);
    struct chained event = {.previous = previous,
                            .action = action,
                            .object_kind = object_kind,
                            .object = object,
                            .before = before,
                            .after = after};
    lz_err err = head(call->sql, previous, &event.position, &newest);
    if (!err && now < newest - LZ_AUDIT_CLOCK_SLACK_S && !any_clock(call, object_kind))
        err = refuse_clock(call, now, newest);
    event.at = now > newest ? now : newest;
    return err ? err : append(call, &event);
}

lz_err lz_audit_add(struct lz_call *call, const char *action, const char *object_kind, int64_t object,
                    const json_t *before, const json_t *after)
{
    char *before_text = NULL, *after_text = NULL;
    lz_err err = serialise(before, &before_text);
    if (!err)
        err = serialise(after, &after_text);
    if (!err)
        err = add(call, action, object_kind, object, before_text, after_text);
    free(before_text);
    free(after_text);
    return err;
}

static lz_err write_field(const struct lz_audit_field *field, struct lz_buf *out)
{
    const struct lz_bytes text = lz_bytes_text(field->text);
    lz_json_write_text(lz_bytes_text(field->name), out);
    lz_buf_byte(out, ':');
    if (field->text) {
        if (!lz_utf8_valid(text))
            return LZ_INVALID;
        lz_json_write_text(text, out);
    } else if (field->number) {
        lz_buf_printf(out, "%lld", (long long)*field->number);
    } else {
        lz_buf_text(out, "null");
    }
    return out->err;
}

static lz_err write_fields(const struct lz_audit_field *fields, size_t count, struct lz_buf *out)
{
    lz_err err = LZ_OK;
    for (size_t i = 0; !err && i < count; i++) {
        lz_buf_byte(out, i ? ',' : '{');
        err = write_field(&fields[i], out);
    }
    if (!err && count)
        lz_buf_byte(out, '}');
    return err ? err : out->err;
}

lz_err lz_audit_add_fields(struct lz_call *call, const char *action, const char *object_kind, int64_t object,
                           const struct lz_audit_field *before, size_t before_count,
                           const struct lz_audit_field *after, size_t after_count)
{
    struct lz_buf was, is;
    lz_buf_init(&was, FIELDS_CAP);
    lz_buf_init(&is, FIELDS_CAP);
    lz_err err = write_fields(before, before_count, &was);
    if (!err)
        err = write_fields(after, after_count, &is);
    if (!err)
        err = add(call, action, object_kind, object, before_count ? (const char *)was.data : NULL,
                  after_count ? (const char *)is.data : NULL);
    lz_buf_free(&was);
    lz_buf_free(&is);
    return err;
}

static lz_err accept_job(struct lz_call *call, void *context)
{
    int64_t *newest = context;
    uint8_t previous[HASH];
    struct chained event = {.previous = previous,
                            .at = lz_call_now_s(call),
                            .action = "register.clock",
                            .object_kind = "register"};
    lz_err err = head(call->sql, previous, &event.position, newest);
    if (!err && event.at >= *newest)
        err = lz_fault_set(&call->fault, LZ_WRONG_STATE, "本机时钟不早于上一次记录，无需确认。",
                           "The clock does not lie before the last event; there is nothing to accept.");
    if (err)
        return err;
    char at[LZ_INSTANT_SIZE];
    lz_instant_format(*newest, at);
    const struct lz_audit_field before = {.name = "newest", .text = at};
    struct lz_buf text;
    lz_buf_init(&text, FIELDS_CAP);
    err = write_fields(&before, 1, &text);
    event.before = (const char *)text.data;
    if (!err)
        err = append(call, &event);
    lz_buf_free(&text);
    return err;
}

lz_err lz_audit_accept_clock(struct lz_call *call, int64_t *ret_newest)
{
    int64_t newest = 0;
    if (call->actor->role != LZ_ROLE_ADMIN)
        return lz_fault_set(&call->fault, LZ_FORBIDDEN, NULL, NULL);
    lz_err err = lz_call_write(call, accept_job, &newest);
    if (!err)
        *ret_newest = newest;
    return err;
}

static lz_err read_events(struct lz_call *call, struct lz_query *q, size_t limit,
                          struct lz_audit_event **ret_list, size_t *ret_count)
{
    struct lz_audit_event *list = lz_arena_array(call->arena, limit ? limit : 1, sizeof *list);
    size_t count = 0;
    bool whole = list != NULL;
    while (whole && count < limit && lz_query_next(q)) {
        struct lz_audit_event *e = &list[count++];
        e->position = lz_query_get_int(q, 0);
        e->at = lz_query_get_int(q, 1);
        e->actor = lz_arena_text(call->arena, lz_query_get_text(q, 2));
        e->origin = lz_arena_text(call->arena, lz_query_get_text(q, 3));
        e->action = lz_arena_text(call->arena, lz_query_get_text(q, 4));
        e->object_kind = lz_arena_text(call->arena, lz_query_get_text(q, 5));
        e->object = lz_query_get_int(q, 6);
        const char *before = lz_query_get_text(q, 7);
        e->before = lz_arena_text(call->arena, before);
        whole = e->actor && e->origin && e->action && e->object_kind && (!before || e->before);
        const char *after = lz_query_get_text(q, 8);
        e->after = lz_arena_text(call->arena, after);
        whole = whole && (!after || e->after);
    }
    lz_err err = lz_query_end(q);
    if (err)
        return err;
    if (!whole)
        return lz_call_memory(call);
    *ret_list = list;
    *ret_count = count;
    return LZ_OK;
}

static lz_err count_events(struct lz_call *call, struct lz_sql *sql, const char *object_kind, int64_t object,
                           size_t *ret_total)
{
    if (!object_kind) {
        uint8_t hash[HASH];
        int64_t count = 0, at = 0;
        lz_err err = head(sql, hash, &count, &at);
        *ret_total = (size_t)count;
        return err;
    }
    struct lz_query *q = lz_query_start(sql, LZ_Q_audit_of_object_count);
    lz_query_text(q, "object_kind", object_kind);
    lz_query_int(q, "object_id", object);
    while (lz_query_next(q))
        *ret_total = (size_t)lz_query_get_int(q, 0);
    (void)call;
    return lz_query_end(q);
}

static lz_err check_reader(struct lz_call *call, const char *object_kind, int64_t object)
{
    const lz_roles readers = LZ_ROLES_BUREAU | LZ_ROLES(LZ_ROLE_AUDITOR) | LZ_ROLES_SYSTEM;
    if (readers & LZ_ROLES(call->actor->role))
        return LZ_OK;
    if (object_kind && strcmp(object_kind, "person") == 0)
        return lz_person_scope(call, object);
    return lz_fault_set(&call->fault, LZ_FORBIDDEN, "只有管理员、司法行政机关和审计员可以查看审计记录。",
                        "Only administrators, the bureau and auditors may read the audit.");
}

lz_err lz_audit_list(struct lz_call *call, const char *object_kind, int64_t object, size_t offset,
                     size_t limit, struct lz_audit_event **ret_list, size_t *ret_count, size_t *ret_total)
{
    lz_err err = check_reader(call, object_kind, object);
    struct lz_sql *sql = err ? NULL : lz_call_sql(call);
    if (!sql)
        return call->fault.code;
    size_t total = 0;
    err = count_events(call, sql, object_kind, object, &total);
    if (err)
        return err;
    struct lz_query *q = lz_query_start(sql, object_kind ? LZ_Q_audit_of_object : LZ_Q_audit_newest);
    if (object_kind) {
        lz_query_text(q, "object_kind", object_kind);
        lz_query_int(q, "object_id", object);
    }
    lz_query_int(q, "limit", (int64_t)limit);
    lz_query_int(q, "offset", (int64_t)offset);
    err = read_events(call, q, limit, ret_list, ret_count);
    if (!err)
        *ret_total = total;
    return err;
}

static lz_err broken_at(struct lz_call *call, int64_t position)
{
    char zh[LZ_FAULT_TEXT], en[LZ_FAULT_TEXT];
    snprintf(zh, sizeof zh, "审计链在第 %lld 条处断裂：此条或其前一条被改动或删除。请停用并从备份核对。",
             (long long)position);
    snprintf(en, sizeof en,
             "The audit chain breaks at event %lld: it or the one before was changed or removed. Stop and "
             "compare with a "
             "backup.",
             (long long)position);
    return lz_fault_set(&call->fault, LZ_CORRUPT, zh, en);
}

lz_err lz_audit_verify(struct lz_call *call, int64_t *ret_count)
{
    struct lz_sql *sql = lz_call_sql(call);
    if (!sql)
        return call->fault.code;
    uint8_t previous[HASH] = {0};
    int64_t expected = 1, broken = 0;
    lz_err err = LZ_OK;
    struct lz_query *q = lz_query_start(sql, LZ_Q_audit_walk);
    lz_query_int(q, "after", 0);
    while (!err && !broken && lz_query_next(q)) {
        struct chained event = {
            .previous = previous,
            .position = lz_query_get_int(q, 0),
            .at = lz_query_get_int(q, 1),
            .account = lz_query_get_int(q, 2),
            .actor = lz_query_get_text(q, 3),
            .origin = lz_query_get_text(q, 4),
            .action = lz_query_get_text(q, 5),
            .object_kind = lz_query_get_text(q, 6),
            .object = lz_query_get_int(q, 7),
            .before = lz_query_get_text(q, 8),
            .after = lz_query_get_text(q, 9),
        };
        uint8_t hash[HASH];
        err = chain_hash(&event, hash);
        struct lz_bytes stored = lz_query_get_blob(q, 10);
        if (!err && (event.position != expected || !lz_bytes_equal(stored, lz_bytes_of(hash, HASH))))
            broken = expected;
        memcpy(previous, hash, HASH);
        expected++;
    }
    lz_err ended = lz_query_end(q);
    if (err || ended)
        return err ? err : ended;
    if (broken)
        return broken_at(call, broken);
    *ret_count = expected - 1;
    return LZ_OK;
}
