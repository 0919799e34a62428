/* user add|list|password|disable|enable. */
#include "registry/command/command.h"

#include "registry/account.h"
#include "registry/organ.h"

#include <openssl/crypto.h>
#include <string.h>
#include <unistd.h>

/* From the terminal, or generated and printed once. */
static lz_err choose_password(struct lz_command_run *run, char ret_password[LZ_COMMAND_TYPED_SIZE],
                              bool *ret_generated)
{
    *ret_generated = run->json || !isatty(STDIN_FILENO);
    if (!*ret_generated)
        return lz_command_ask_password("密码 Password: ", ret_password, &run->call->fault);
    return lz_password_generate(lz_register_random(run->call->reg), ret_password);
}

static lz_err print_login(struct lz_command_run *run, const char *login, const char *password)
{
    if (run->json)
        return lz_command_print_json(run, json_pack("{s:s, s:s?}", "login", login, "password", password));
    if (password)
        printf("密码只显示这一次 the password is shown only this once:\n  %s  %s\n", login, password);
    else
        printf("已保存 saved: %s\n", login);
    return LZ_OK;
}

static lz_err run_add(struct lz_command_run *run)
{
    const struct lz_options *o = run->options;
    const char *organ_name = lz_options_text(o, "organ");
    struct lz_account account = {.login = lz_options_at(o, 0), .name = lz_options_text(o, "name")};
    struct lz_organ organ = {0};
    if (!account.name)
        account.name = account.login;
    lz_err err = lz_role_parse(lz_options_text(o, "role"), &account.role);
    if (err)
        return lz_fault_field(&run->call->fault, "role", lz_options_text(o, "role"),
                              "请选择角色：admin bureau hr trainer clerk auditor。",
                              "Choose a role: admin bureau hr trainer clerk auditor.");
    char password[LZ_COMMAND_TYPED_SIZE] = "";
    bool generated = false;
    int64_t id = 0;
    if (organ_name)
        err = lz_organ_find_name(run->call, organ_name, &organ);
    account.organ = organ.id;
    if (!err)
        err = choose_password(run, password, &generated);
    if (!err)
        err = lz_account_add(run->call, &account, password, &id);
    if (!err)
        err = print_login(run, account.login, generated ? password : NULL);
    OPENSSL_cleanse(password, sizeof password);
    return err;
}

static lz_err run_password(struct lz_command_run *run)
{
    char password[LZ_COMMAND_TYPED_SIZE] = "";
    bool generated = false;
    const char *login = lz_options_at(run->options, 0);
    lz_err err = choose_password(run, password, &generated);
    if (!err)
        err = lz_account_password(run->call, login, password);
    if (!err)
        err = print_login(run, login, generated ? password : NULL);
    OPENSSL_cleanse(password, sizeof password);
    return err;
}

static lz_err set_disabled(struct lz_command_run *run, bool disabled)
{
    const char *login = lz_options_at(run->options, 0);
    lz_err err = lz_account_disable(run->call, login, disabled);
    if (err)
        return err;
    if (run->json)
        return lz_command_print_json(run, json_pack("{s:s, s:b}", "login", login, "disabled", disabled));
    printf("%s: %s\n", login, disabled ? "已停用 disabled" : "已启用 enabled");
    return LZ_OK;
}
static lz_err run_disable(struct lz_command_run *run)
{
    return set_disabled(run, true);
}
static lz_err run_enable(struct lz_command_run *run)
{
    return set_disabled(run, false);
}

static lz_err run_list(struct lz_command_run *run)
{
    struct lz_account *list = NULL;
    size_t count = 0;
    lz_err err = lz_account_list(run->call, &list, &count);
    if (err)
        return err;
    json_t *values = run->json ? json_array() : NULL;
    for (size_t i = 0; i < count; i++) {
        const struct lz_account *a = &list[i];
        if (!run->json)
            printf("%-20s %-8s %-24s %s%s\n", a->login, lz_role_name(a->role), a->name,
                   a->organ_name ? a->organ_name : "全部 all", a->disabled ? "  已停用 disabled" : "");
        else if (json_array_append_new(values, json_pack("{s:s, s:s, s:s, s:s?, s:b}", "login", a->login,
                                                         "role", lz_role_name(a->role), "name", a->name,
                                                         "organ", a->organ_name, "disabled", a->disabled))) {
            json_decref(values);
            return lz_call_memory(run->call);
        }
    }
    return run->json ? lz_command_print_json(run, values) : LZ_OK;
}

static const struct lz_option common_options[] = {LZ_COMMAND_COMMON};
static const struct lz_option add_options[] = {
    LZ_COMMAND_COMMON,
    {.name = "role",
     .kind = LZ_OPTION_TEXT,
     .value = "ROLE",
     .help = {"角色：admin bureau hr trainer clerk auditor", "admin bureau hr trainer clerk auditor"},
     .fallback = "hr"},
    {.name = "organ",
     .kind = LZ_OPTION_TEXT,
     .value = "NAME",
     .help = {"所属机关（默认全部）", "its organ (default: all)"}},
    {.name = "name", .kind = LZ_OPTION_TEXT, .value = "NAME", .help = {"姓名", "the person's name"}},
};

#define COUNT(list) (sizeof(list) / sizeof(list)[0])
const struct lz_command lz_commands_account[] = {
    {{"user", "add"},
     LZ_COMMAND_READS,
     run_add,
     {"liangzheng user add",
      "LOGIN [OPTION]...",
      {"新增账号。", "Adds an account."},
      add_options,
      COUNT(add_options),
      1,
      1}},
    {{"user", "list"},
     LZ_COMMAND_READS,
     run_list,
     {"liangzheng user list",
      "[OPTION]...",
      {"列出账号。", "Lists the accounts."},
      common_options,
      COUNT(common_options),
      0,
      0}},
    {{"user", "password"},
     LZ_COMMAND_READS,
     run_password,
     {"liangzheng user password",
      "LOGIN [OPTION]...",
      {"重设密码。", "Sets a new password."},
      common_options,
      COUNT(common_options),
      1,
      1}},
    {{"user", "disable"},
     LZ_COMMAND_READS,
     run_disable,
     {"liangzheng user disable",
      "LOGIN [OPTION]...",
      {"停用账号。", "Disables an account."},
      common_options,
      COUNT(common_options),
      1,
      1}},
    {{"user", "enable"},
     LZ_COMMAND_READS,
     run_enable,
     {"liangzheng user enable",
      "LOGIN [OPTION]...",
      {"启用账号。", "Enables an account again."},
      common_options,
      COUNT(common_options),
      1,
      1}},
    {.run = NULL},
};
