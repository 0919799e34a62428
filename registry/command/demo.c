#include "registry/command/demo.h"

#include "registry/account.h"
#include "registry/base/file.h"
#include "registry/certificate.h"
#include "registry/command/command.h"
#include "registry/command/demo_people.h"
#include "registry/command/demo_photo.h"
#include "registry/command/demo_tags.h"
#include "registry/organ.h"
#include "registry/roster.h"

#include <openssl/crypto.h>
#include <string.h>

enum { ROSTER_CAP = 64 * 1024, LOGINS_CAP = 8 * 1024 };

static const struct login {
    const char *login, *name;
    enum lz_role role;
    bool one_organ;
    const char *about[LZ_LANG_COUNT];
} logins[] = {
    {"bureau",
     "司法局审核员",
     LZ_ROLE_BUREAU,
     false,
     {"审核、确认、暂扣、吊销", "confirms, suspends, revokes"}},
    {"hr",
     "市场监管局人事",
     LZ_ROLE_HR,
     true,
     {"申报、换证、调离注销（一个单位）", "files, renews, cancels (one organ)"}},
    {"clerk", "制证员", LZ_ROLE_CLERK, false, {"打印、写芯片、发放、收回", "prints, encodes, hands over"}},
    {"trainer", "培训员", LZ_ROLE_TRAINER, false, {"培训与考试", "training and exams"}},
    {"auditor", "审计员", LZ_ROLE_AUDITOR, false, {"查看审计记录", "reads the audit"}},
};

static lz_err make_organs(struct lz_call *call, int64_t ret_ids[LZ_DEMO_ORGANS])
{
    struct lz_organ bureau;
    lz_err err = lz_organ_bureau(call, &bureau);
    for (size_t i = 0; !err && i < LZ_DEMO_ORGANS; i++) {
        const struct lz_demo_organ *row = &lz_demo_organs[i];
        struct lz_organ organ = {
            .name = row->name,
            .kind = row->entrusted ? LZ_ORGAN_ENTRUSTED : LZ_ORGAN_STATUTORY,
            .parent = row->parent == i ? bureau.id : ret_ids[row->parent],
            .region = "延安市示范区",
            .complaint_line = row->complaint_line,
            .basis = row->basis,
        };
        err = lz_organ_create(call, &organ, &ret_ids[i]);
    }
    return err;
}

static void add_login(struct lz_buf *text, const char *login, const char *password, const char *role,
                      const char *zh, const char *en)
{
    lz_buf_printf(text, "%-8s  %s  %-8s — %s %s\n", login, password, role, zh, en);
}

static lz_err make_accounts(struct lz_call *call, int64_t hr_organ, struct lz_buf *text)
{
    lz_err err = LZ_OK;
    for (size_t i = 0; !err && i < sizeof logins / sizeof logins[0]; i++) {
        const struct login *row = &logins[i];
        struct lz_account account = {.login = row->login,
                                     .name = row->name,
                                     .role = row->role,
                                     .organ = row->one_organ ? hr_organ : 0};
        char password[LZ_PASSWORD_SIZE];
        int64_t id = 0;
        err = lz_password_generate(lz_register_random(call->reg), password);
        if (!err)
            err = lz_account_add(call, &account, password, &id);
        if (!err)
            add_login(text, row->login, password, lz_role_name(row->role), row->about[LZ_ZH],
                      row->about[LZ_EN]);
        OPENSSL_cleanse(password, sizeof password);
    }
    return err ? err : text->err;
}

/* Beside the register, not in it: who may read the register's folder holds its keys anyway, but a copy of the
 * register must not carry passwords. */
static lz_err write_logins(struct lz_call *call, const char *dir, const struct lz_buf *text)
{
    size_t size = strlen(dir);
    while (size > 1 && dir[size - 1] == '/')
        size--;
    while (size > 0 && dir[size - 1] != '/')
        size--;
    char *path = lz_arena_printf(call->arena, "%.*slogins.txt", (int)size, dir);
    return path ? lz_file_replace(path, lz_buf_view(text), 0600, &call->fault) : lz_call_memory(call);
}

static lz_err import(struct lz_call *call, size_t from, size_t to)
{
    struct lz_buf csv;
    struct lz_roster *roster = NULL;
    struct lz_roster_options options = {0};
    struct lz_roster_result result = {0};
    lz_buf_init(&csv, ROSTER_CAP);
    lz_err err = lz_demo_roster(lz_date_of(lz_call_now_s(call)), from, to, &csv);
    if (!err)
        err = lz_roster_read(lz_buf_view(&csv), LZ_ROSTER_UTF8, &roster, &call->fault);
    if (!err)
        err = lz_roster_store(call, roster, &options, &result);
    if (!err && !result.stored)
        err = lz_fault_set(&call->fault, LZ_INTERNAL, "演示名册没有通过检查。",
                           "The demo's roster was refused.");
    lz_roster_free(&roster);
    lz_buf_wipe_free(&csv);
    return err;
}

static lz_err as_account(struct lz_call *call, const char *login, struct lz_actor *actor)
{
    call->actor = &lz_actor_local_admin;
    lz_err err = lz_account_actor(call, login, actor);
    if (!err)
        call->actor = actor;
    return err;
}

static lz_err change(struct lz_call *call, enum lz_demo_part part, enum lz_certificate_event event,
                     const char *reason)
{
    char number[LZ_DEMO_NUMBER_SIZE];
    struct lz_certificate_change change = {
        .event = event, .reason = reason, .document = "延示执法〔2026〕1号"};
    lz_demo_number(part, number);
    return lz_certificate_change(call, number, &change, NULL, NULL);
}

/* Badges come first, so that what happens to the certificates reaches them. */
static lz_err play(struct lz_call *call, const char *dir, struct lz_actor *actor)
{
    lz_err err = lz_demo_tags(call, dir);
    if (!err)
        err = as_account(call, "bureau", actor);
    if (!err)
        err = change(call, LZ_DEMO_SUSPENDED, LZ_CERTIFICATE_SUSPEND, "training-shortfall");
    if (!err)
        err = change(call, LZ_DEMO_REVOKED, LZ_CERTIFICATE_REVOKE, "card-misuse");
    if (!err)
        err = as_account(call, "hr", actor);
    if (!err)
        err = change(call, LZ_DEMO_CANCELLED, LZ_CERTIFICATE_CANCEL, "transfer");
    if (!err)
        err = import(call, LZ_DEMO_FILED, LZ_DEMO_PEOPLE);
    call->actor = &lz_actor_local_admin;
    return err;
}

static lz_err fill(struct lz_call *call, const char *dir, const char *admin_password, struct lz_buf *text)
{
    int64_t organs[LZ_DEMO_ORGANS] = {0};
    struct lz_actor actor;
    bool missing = false;
    add_login(text, "admin", admin_password, "admin", "系统管理", "runs the register");
    lz_err err = make_organs(call, organs);
    if (!err)
        err = make_accounts(call, organs[LZ_DEMO_HR_ORGAN], text);
    if (!err)
        err = import(call, 0, LZ_DEMO_FILED);
    if (!err)
        err = play(call, dir, &actor);
    if (!err)
        err = lz_demo_photos(call, dir, &missing);
    if (!err && missing)
        lz_command_say("没有找到 liangzheng-print,演示人员暂无照片。",
                       "liangzheng-print was not found: the demo's people have no photos.");
    return err ? err : write_logins(call, dir, text);
}

lz_err lz_demo_fill(struct lz_call *call, const char *dir, const char *admin_password)
{
    struct lz_register *reg = NULL;
    struct lz_buf text;
    lz_buf_init(&text, LOGINS_CAP);
    lz_err err = lz_register_open(dir, NULL, &reg, &call->fault);
    if (!err) {
        struct lz_call inner = {
            .reg = reg, .actor = &lz_actor_local_admin, .arena = call->arena, .origin = "demo"};
        err = fill(&inner, dir, admin_password, &text);
        if (err)
            call->fault = inner.fault;
    }
    lz_register_close(&reg);
    lz_buf_wipe_free(&text);
    return err;
}
