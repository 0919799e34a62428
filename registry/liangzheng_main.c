/* liangzheng: the register's command line; `liangzheng serve` and the like run the program of that name
 * beside it. */
#include "registry/account.h"
#include "registry/command/command.h"

#include <errno.h>
#include <limits.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const struct {
    const char *name;
    const char *about[LZ_LANG_COUNT];
} programs[] = {
    {"serve", {"网站与接口", "web pages and interface"}},
    {"kiosk", {"核验台", "verifier at a counter"}},
    {"nfc", {"读卡器与芯片", "readers and chips"}},
    {"print", {"打印标识牌", "print badges"}},
};
enum { PROGRAM_COUNT = sizeof programs / sizeof programs[0] };

static void print_help(FILE *to)
{
    fputs("亮证 Liangzheng\n\n用法 usage: liangzheng COMMAND [ARGUMENT]... [OPTION]...\n\n", to);
    for (size_t t = 0; lz_command_tables[t]; t++)
        for (const struct lz_command *c = lz_command_tables[t]; c->run; c++)
            fprintf(to, "  %s %s\n      %s %s\n", c->program.name, c->program.arguments,
                    c->program.about[LZ_ZH], c->program.about[LZ_EN]);
    for (size_t i = 0; i < PROGRAM_COUNT; i++)
        fprintf(to, "  liangzheng %s ...\n      %s %s\n", programs[i].name, programs[i].about[LZ_ZH],
                programs[i].about[LZ_EN]);
    fputs("\n每个命令加 --help 看选项。 Add --help to a command for its options.\n", to);
}

/* The same story for programs: {"error":{"code","zh","en","fields":[…]}}. */
static void report_json(const struct lz_fault *fault)
{
    json_t *fields = json_array();
    for (size_t i = 0; fields && i < fault->field_count; i++) {
        const struct lz_field_fault *f = &fault->fields[i];
        json_array_append_new(fields, json_pack("{s:s, s:s, s:s, s:s}", "field", f->field, "found", f->found,
                                                "zh", f->message[LZ_ZH], "en", f->message[LZ_EN]));
    }
    json_t *value =
        json_pack("{s:{s:s, s:s, s:s, s:o}}", "error", "code", lz_err_name(fault->code), "zh",
                  lz_fault_text(fault, LZ_ZH), "en", lz_fault_text(fault, LZ_EN), "fields", fields);
    char *text = value ? json_dumps(value, JSON_COMPACT | JSON_PRESERVE_ORDER) : NULL;
    if (text)
        puts(text);
    free(text);
    json_decref(value);
}

static int report(const struct lz_fault *fault, bool json)
{
    if (json)
        report_json(fault);
    fprintf(stderr, "%s\n%s\n", lz_fault_text(fault, LZ_ZH), lz_fault_text(fault, LZ_EN));
    for (size_t i = 0; i < fault->field_count; i++) {
        const struct lz_field_fault *f = &fault->fields[i];
        fprintf(stderr, "  %s%s%s: %s\n  %s\n", f->field, f->found[0] ? " = " : "", f->found,
                f->message[LZ_ZH], f->message[LZ_EN]);
    }
    return lz_err_exit(fault->code);
}

/* `liangzheng serve …` becomes liangzheng-serve of the same folder; returns only on failure. */
static int become(char **argv)
{
    char path[PATH_MAX];
    ssize_t size = readlink("/proc/self/exe", path, sizeof path - 1);
    if (size > 0) {
        path[size] = '\0';
        size_t used = strlen(path);
        snprintf(path + used, sizeof path - used, "-%s", argv[1]);
        argv[1] = path; /* so that a list of processes shows the program's name */
        execv(path, argv + 1);
    }
    struct lz_fault fault = {0};
    lz_fault_set(&fault, LZ_NOT_FOUND, "同一目录中没有这个程序，请重新安装。",
                 "The program is not in the same folder; install it again.");
    return report(&fault, false);
}

/* The row whose words match the most; *ret_words counts them. */
static const struct lz_command *find(int argc, char **argv, int *ret_words)
{
    const struct lz_command *best = NULL;
    for (size_t t = 0; lz_command_tables[t]; t++)
        for (const struct lz_command *c = lz_command_tables[t]; c->run; c++) {
            if (strcmp(argv[1], c->words[0]) != 0)
                continue;
            if (!c->words[1] && !best) {
                best = c;
                *ret_words = 1;
            } else if (c->words[1] && argc > 2 && strcmp(argv[2], c->words[1]) == 0) {
                best = c;
                *ret_words = 2;
            }
        }
    return best;
}

/* Chooses who acts: the local admin, or the account that --as names. */
static lz_err choose_actor(struct lz_call *call, const struct lz_options *options, struct lz_actor *actor)
{
    const char *as = lz_options_text(options, "as");
    *actor = lz_actor_local_admin;
    return as ? lz_account_actor(call, as, actor) : LZ_OK;
}

static lz_err run_on_register(const struct lz_command *command, struct lz_command_run *run,
                              struct lz_fault *fault)
{
    struct lz_register *reg = NULL;
    struct lz_actor actor;
    lz_err err = lz_command_open(run->options, &reg, fault);
    if (err)
        return err;
    run->call->reg = reg;
    run->call->actor = &actor;
    err = choose_actor(run->call, run->options, &actor);
    if (!err)
        err = command->run(run);
    *fault = run->call->fault;
    lz_register_close(&reg);
    return err;
}

static int run_command(const struct lz_command *command, int argc, char **argv)
{
    struct lz_options *options = NULL;
    struct lz_fault fault = {0};
    int code = 0;
    if (!lz_options_begin(&command->program, argc, argv, &options, &code))
        return code;
    struct lz_arena *arena = lz_arena_new(0);
    struct lz_call call = {.actor = &lz_actor_local_admin, .arena = arena, .origin = "cli"};
    struct lz_command_run run = {.options = options, .call = &call, .json = lz_options_flag(options, "json")};
    lz_err err = LZ_MEMORY;
    if (arena && command->needs == LZ_COMMAND_ALONE) {
        err = command->run(&run);
        fault = call.fault;
    } else if (arena) {
        err = run_on_register(command, &run, &fault);
    }
    /* A fault that tells of another error is of an attempt that was mended. */
    if (err && fault.code != err)
        lz_fault_set(&fault, err, NULL, NULL);
    code = err ? report(&fault, run.json) : run.exit;
    lz_arena_free(&arena);
    lz_options_free(&options);
    return code;
}

int main(int argc, char **argv)
{
    int words = 0;
    signal(SIGPIPE, SIG_IGN);
    if (argc < 2 || strcmp(argv[1], "--help") == 0 || strcmp(argv[1], "help") == 0 ||
        strcmp(argv[1], "-h") == 0) {
        print_help(argc < 2 ? stderr : stdout);
        return argc < 2 ? lz_err_exit(LZ_USAGE) : 0;
    }
    for (size_t i = 0; i < PROGRAM_COUNT; i++)
        if (strcmp(argv[1], programs[i].name) == 0)
            return become(argv);
    const struct lz_command *command = find(argc, argv, &words);
    if (command)
        return run_command(command, argc - words, argv + words);
    fprintf(stderr,
            "没有这个命令：%s。运行 liangzheng --help 查看全部命令。\n"
            "There is no such command: %s. Run `liangzheng --help` for all of them.\n",
            argv[1], argv[1]);
    return lz_err_exit(LZ_USAGE);
}
