#include "registry/account.h"

#include "registry/account_row.h"
#include "registry/audit.h"
#include "registry/base/text.h"
#include "registry/column.h"
#include "registry/organ.h"
#include "registry/password.h"
#include "registry/statements.h"

#include <openssl/crypto.h>
#include <string.h>

static lz_err admin_only(struct lz_call *call)
{
    return call->actor->role == LZ_ROLE_ADMIN
               ? LZ_OK
               : lz_fault_set(&call->fault, LZ_FORBIDDEN, "只有系统管理员可以管理账号。",
                              "Only an administrator may manage accounts.");
}

enum { ACCOUNTS_MAX = 10000 };

lz_err lz_account_list(struct lz_call *call, struct lz_account **ret_list, size_t *ret_count)
{
    if (!((LZ_ROLES(LZ_ROLE_ADMIN) | LZ_ROLES(LZ_ROLE_AUDITOR)) & LZ_ROLES(call->actor->role)))
        return admin_only(call);
    struct lz_sql *sql = lz_call_sql(call);
    if (!sql)
        return call->fault.code;
    size_t count = 0, room = 0;
    struct lz_account *list = NULL;
    bool whole = true;
    struct lz_query *q = lz_query_start(sql, LZ_Q_account_list);
    while (whole && count < ACCOUNTS_MAX && lz_query_next(q)) {
        if (count == room) {
            struct lz_account *more = lz_arena_array(call->arena, room ? room * 2 : 32, sizeof *more);
            if (!(whole = more != NULL))
                break;
            if (count)
                memcpy(more, list, count * sizeof *list);
            list = more;
            room = room ? room * 2 : 32;
        }
        struct lz_account *a = &list[count++];
        *a = (struct lz_account){.id = lz_query_get_int(q, 0),
                                 .organ = lz_query_get_int(q, 4),
                                 .disabled = lz_query_get_int(q, 6) != 0,
                                 .created_at = lz_query_get_int(q, 7),
                                 .last_sign_in_at = lz_query_get_int(q, 8)};
        whole = lz_column_text(call, q, 1, &a->login) && lz_column_text(call, q, 2, &a->name) &&
                !lz_role_parse(lz_query_get_text(q, 3), &a->role) &&
                lz_column_text(call, q, 5, &a->organ_name);
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

lz_err lz_account_row_find(struct lz_call *call, const char *login, struct lz_account_row *ret_row)
{
    struct lz_sql *sql = lz_call_sql(call);
    if (!sql)
        return call->fault.code;
    struct lz_account_row row = {0};
    lz_err err = LZ_NOT_FOUND;
    struct lz_query *q = lz_query_start(sql, LZ_Q_account_by_login);
    lz_query_text(q, "login", login);
    while (lz_query_next(q)) {
        const char *stored_login = lz_query_get_text(q, 1);
        row.actor.account = lz_query_get_int(q, 0);
        lz_text_cut(row.actor.login, sizeof row.actor.login, stored_login);
        lz_text_cut(row.actor.name, sizeof row.actor.name, lz_query_get_text(q, 2));
        err = lz_role_parse(lz_query_get_text(q, 3), &row.actor.role) ? LZ_CORRUPT : LZ_OK;
        row.actor.organ = lz_query_get_int(q, 4);
        lz_text_cut(row.password, sizeof row.password, lz_query_get_text(q, 5));
        row.disabled = lz_query_get_int(q, 6) != 0;
    }
    lz_err ended = lz_query_end(q);
    if (!err && !ended)
        *ret_row = row;
    OPENSSL_cleanse(&row, sizeof row);
    return ended ? ended : err;
}

static lz_err no_account(struct lz_call *call)
{
    return lz_fault_set(&call->fault, LZ_NOT_FOUND, "没有这个账号。", "There is no such account.");
}

lz_err lz_account_actor(struct lz_call *call, const char *login, struct lz_actor *ret_actor)
{
    struct lz_account_row row = {0};
    lz_err err = lz_account_row_find(call, login, &row);
    if (err == LZ_NOT_FOUND)
        err = no_account(call);
    if (!err && row.disabled)
        err = lz_fault_set(&call->fault, LZ_FORBIDDEN, "此账号已停用。", "This account is disabled.");
    if (!err)
        *ret_actor = row.actor;
    OPENSSL_cleanse(&row, sizeof row);
    return err;
}

static lz_err check_password(struct lz_call *call, const char *password)
{
    size_t count = password && lz_utf8_valid(lz_bytes_text(password)) ? lz_utf8_count(password) : 0;
    if (count < LZ_PASSWORD_MIN || strlen(password) > LZ_PASSWORD_MAX)
        return lz_fault_field(&call->fault, "password", NULL, "密码应为 10 至 128 个字符。",
                              "A password has 10 to 128 characters.");
    return LZ_OK;
}

static lz_err check_account(struct lz_call *call, const struct lz_account *account)
{
    static const char allowed[] = "abcdefghijklmnopqrstuvwxyz0123456789.-_@";
    if (!account->login || !account->login[0] || strlen(account->login) >= LZ_LOGIN_SIZE ||
        strspn(account->login, allowed) != strlen(account->login))
        return lz_fault_field(&call->fault, "login", account->login, "账号由小写字母、数字和 . - _ @ 组成。",
                              "A login consists of lower-case letters, digits and . - _ @.");
    if (!account->name || !account->name[0] || strlen(account->name) >= sizeof((struct lz_actor *)0)->name ||
        lz_text_has_control(account->name))
        return lz_fault_field(&call->fault, "name", NULL, "请填写姓名（最多 30 个汉字）。",
                              "Give a name (at most 95 bytes).");
    if (!(LZ_ROLES(account->role) & LZ_ROLES_STAFF))
        return lz_fault_field(&call->fault, "role", NULL,
                              "请选择角色：admin bureau hr trainer clerk auditor。",
                              "Choose a role: admin bureau hr trainer clerk auditor.");
    struct lz_organ organ;
    return account->organ ? lz_organ_find(call, account->organ, &organ) : LZ_OK;
}

struct add_job {
    const struct lz_account *account;
    const char *hash;
    int64_t id;
};

static lz_err add_job(struct lz_call *call, void *context)
{
    struct add_job *job = context;
    const struct lz_account *a = job->account;
    struct lz_account_row taken;
    lz_err err = lz_account_row_find(call, a->login, &taken);
    if (!err) {
        OPENSSL_cleanse(&taken, sizeof taken);
        return lz_fault_set(&call->fault, LZ_EXISTS, "这个账号已经存在。", "This login exists already.");
    }
    if (err != LZ_NOT_FOUND || (err = lz_call_ids(call, "account", 1, &job->id)))
        return err;
    struct lz_query *q = lz_query_start(call->sql, LZ_Q_account_insert);
    lz_query_int(q, "id", job->id);
    lz_query_text(q, "login", a->login);
    lz_query_text(q, "name", a->name);
    lz_query_text(q, "role", lz_role_name(a->role));
    if (a->organ)
        lz_query_int(q, "organ_id", a->organ);
    else
        lz_query_null(q, "organ_id");
    lz_query_text(q, "password", job->hash);
    lz_query_int(q, "created_at", lz_call_now_s(call));
    if ((err = lz_query_run(q)))
        return err;
    json_t *after = json_pack("{s:s, s:s, s:I}", "login", a->login, "role", lz_role_name(a->role), "organ",
                              (json_int_t)a->organ);
    err = after ? lz_audit_add(call, "account.add", "account", job->id, NULL, after) : lz_call_memory(call);
    json_decref(after);
    return err;
}

lz_err lz_account_add(struct lz_call *call, const struct lz_account *account, const char *password,
                      int64_t *ret_id)
{
    char hash[LZ_PASSWORD_HASH_SIZE];
    lz_err err = admin_only(call);
    if (!err)
        err = check_account(call, account);
    if (!err)
        err = check_password(call, password);
    if (!err)
        err = lz_password_hash(lz_register_random(call->reg), password, hash);
    struct add_job job = {.account = account, .hash = hash};
    if (!err)
        err = lz_call_write(call, add_job, &job);
    OPENSSL_cleanse(hash, sizeof hash);
    if (!err)
        *ret_id = job.id;
    return err;
}

/* Password and disabling share their steps: find, update, end the sessions, audit. */
struct update_job {
    const char *login;
    const char *hash; /* NULL: set `disabled` */
    bool disabled;
};

/* Without one, nobody could sign in to add or unlock anybody. */
static lz_err check_last_admin(struct lz_call *call, int64_t disabling)
{
    bool other = false;
    struct lz_query *q = lz_query_start(call->sql, LZ_Q_account_other_admin);
    lz_query_int(q, "id", disabling);
    while (lz_query_next(q))
        other = lz_query_get_int(q, 0) != 0;
    lz_err err = lz_query_end(q);
    if (err || other)
        return err;
    return lz_fault_set(&call->fault, LZ_WRONG_STATE,
                        "这是最后一个管理员账号，不能停用；请先设立另一个管理员。",
                        "This is the last administrator's account; add another administrator first.");
}

static lz_err update_job(struct lz_call *call, void *context)
{
    const struct update_job *job = context;
    struct lz_account_row row = {0};
    lz_err err = lz_account_row_find(call, job->login, &row);
    int64_t id = row.actor.account;
    OPENSSL_cleanse(&row, sizeof row);
    if (err)
        return err == LZ_NOT_FOUND ? no_account(call) : err;
    if (job->disabled && (err = check_last_admin(call, id)))
        return err;
    struct lz_query *q =
        lz_query_start(call->sql, job->hash ? LZ_Q_account_set_password : LZ_Q_account_set_disabled);
    lz_query_int(q, "id", id);
    if (job->hash)
        lz_query_text(q, "password", job->hash);
    else
        lz_query_int(q, "disabled", job->disabled);
    if ((err = lz_query_run(q)))
        return err;
    q = lz_query_start(call->sql, LZ_Q_session_delete_account);
    lz_query_int(q, "account_id", id);
    if ((err = lz_query_run(q)))
        return err;
    const char *action = job->hash       ? "account.password"
                         : job->disabled ? "account.disable"
                                         : "account.enable";
    return lz_audit_add(call, action, "account", id, NULL, NULL);
}

lz_err lz_account_password(struct lz_call *call, const char *login, const char *password)
{
    char hash[LZ_PASSWORD_HASH_SIZE];
    /* One's own password, or anybody's for an administrator. */
    lz_err err = strcmp(call->actor->login, login) == 0 ? LZ_OK : admin_only(call);
    if (!err)
        err = check_password(call, password);
    if (!err)
        err = lz_password_hash(lz_register_random(call->reg), password, hash);
    struct update_job job = {.login = login, .hash = hash};
    if (!err)
        err = lz_call_write(call, update_job, &job);
    OPENSSL_cleanse(hash, sizeof hash);
    return err;
}

lz_err lz_account_disable(struct lz_call *call, const char *login, bool disabled)
{
    lz_err err = admin_only(call);
    if (!err && disabled && strcmp(call->actor->login, login) == 0)
        err = lz_fault_set(&call->fault, LZ_WRONG_STATE, "不能停用自己的账号。",
                           "You cannot disable your own account.");
    struct update_job job = {.login = login, .disabled = disabled};
    return err ? err : lz_call_write(call, update_job, &job);
}
