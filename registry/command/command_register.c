/* init, and what else makes or fills a register. */
#include "registry/command/command.h"

#include "registry/command/demo.h"
#include "registry/register.h"

#include <openssl/crypto.h>
#include <string.h>
#include <unistd.h>

#define DEFAULT_URL "http://localhost:8080"

/* Asks twice at a terminal; a pipe gets a generated password instead, so that scripts never wait. */
static lz_err ask_password(struct lz_command_run *run, char ret_password[LZ_COMMAND_TYPED_SIZE])
{
    char again[LZ_COMMAND_TYPED_SIZE] = "";
    lz_err err = lz_command_ask_password("管理员密码 Password for admin: ", ret_password, &run->call->fault);
    if (!err)
        err = lz_command_ask_password("再输入一次 Again: ", again, &run->call->fault);
    if (!err && strcmp(ret_password, again) != 0)
        err = lz_fault_set(&run->call->fault, LZ_USAGE, "两次输入不一致。", "The two passwords differ.");
    OPENSSL_cleanse(again, sizeof again);
    return err;
}

static lz_err print_result(struct lz_command_run *run, const char *dir, const char *password)
{
    if (run->json)
        return lz_command_print_json(run, json_pack("{s:s, s:s, s:s?}", "data", dir, "login", "admin",
                                                    "password", password[0] ? password : NULL));
    printf("登记库已建立 register created: %s\n", dir);
    if (password[0])
        printf("首个管理员，密码只显示这一次 first administrator, shown only this once:\n  admin  %s\n",
               password);
    return LZ_OK;
}

static lz_err run_init(struct lz_command_run *run)
{
    const struct lz_options *o = run->options;
    const char *dir = lz_options_at(o, 0);
    char generated[LZ_PASSWORD_SIZE] = "", typed[LZ_COMMAND_TYPED_SIZE] = "";
    bool demo = lz_options_flag(o, "demo");
    const char *organ = lz_options_text(o, "organ");
    bool had_folder = access(dir, F_OK) == 0;
    bool asks = !demo && !run->json && isatty(STDIN_FILENO) && isatty(STDERR_FILENO);
    lz_err err = asks ? ask_password(run, typed) : LZ_OK;
    struct lz_register_init init = {
        .organ = organ  ? organ
                 : demo ? "延安市示范区司法局"
                        : NULL,
        .public_url = lz_options_text(o, "public-url"),
        .admin_password = typed[0] ? typed : NULL,
    };
    if (!err)
        err = lz_register_init(dir, &init, NULL, generated, &run->call->fault);
    if (!err && demo && (err = lz_demo_fill(run->call, dir, generated)))
        lz_register_discard(dir, !had_folder);
    if (!err)
        err = print_result(run, dir, generated);
    if (!err && !demo && strcmp(init.public_url, DEFAULT_URL) == 0)
        lz_command_say(
            "公众访问网址为 " DEFAULT_URL "，以后不能更改，只适合试用；正式使用请以 --public-url 重新建库。",
            "The public address is " DEFAULT_URL " and stays so: fit for a trial only. For real use "
            "make the register again with --public-url.");
    OPENSSL_cleanse(typed, sizeof typed);
    OPENSSL_cleanse(generated, sizeof generated);
    return err;
}

static const struct lz_option init_options[] = {
    {.name = "organ",
     .kind = LZ_OPTION_TEXT,
     .value = "NAME",
     .help = {"司法行政机关名称", "the bureau's name"}},
    {.name = "public-url",
     .kind = LZ_OPTION_TEXT,
     .value = "URL",
     .help = {"公众访问的网址，建库后不能更改", "public address; fixed for ever"},
     .fallback = DEFAULT_URL},
    {.name = "demo",
     .kind = LZ_OPTION_FLAG,
     .help = {"加入演示数据（虚构人员）", "add demo data (synthetic people)"}},
    {.name = "json",
     .kind = LZ_OPTION_FLAG,
     .help = {"在标准输出上给出一个 JSON 值", "one JSON value on stdout"}},
};

const struct lz_command lz_commands_register[] = {
    {{"init", NULL},
     LZ_COMMAND_ALONE,
     run_init,
     {"liangzheng init",
      "DIR [OPTION]...",
      {"建立登记库。", "Makes a register."},
      init_options,
      sizeof init_options / sizeof init_options[0],
      1,
      1}},
    {.run = NULL},
};
