/* From the words that were typed to the exit code: one way for all commands. */
#include "registry/account.h"
#include "registry/base/json_write.h"
#include "registry/command/command.h"

#include <stdlib.h>
#include <string.h>

/* The same story for programs: {"error":{"code","zh","en","fields":[…]}}. */
static void report_json(const struct lz_fault *fault)
{
    json_t *fields = json_array();
    for (size_t i = 0; fields && i < fault->field_count; i++) {
        const struct lz_field_fault *f = &fault->fields[i];
        if (json_array_append_new(fields,
                                  json_pack("{s:s, s:s, s:s, s:s}", "field", f->field, "found", f->found,
                                            "zh", f->message[LZ_ZH], "en", f->message[LZ_EN]))) {
            json_decref(fields);
            fields = NULL; /* whole or not at all; stderr tells it, too */
        }
    }
    json_t *value =
        json_pack("{s:{s:s, s:s, s:s, s:o}}", "error", "code", lz_err_name(fault->code), "zh",
                  lz_fault_text(fault, LZ_ZH), "en", lz_fault_text(fault, LZ_EN), "fields", fields);
    char *text = lz_json_text(value, JSON_COMPACT | JSON_PRESERVE_ORDER);
    if (text)
        puts(text);
    free(text);
    json_decref(value);
}

int lz_command_report(const struct lz_fault *fault, bool json)
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

const struct lz_command *lz_command_find(int argc, char **argv, int *ret_words)
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

static lz_err run_on_register(const struct lz_command *command, struct lz_command_run *run)
{
    struct lz_register *reg = NULL;
    struct lz_actor actor;
    lz_err err = lz_command_open(run->options, &reg, &run->call->fault);
    if (err)
        return err;
    run->call->reg = reg;
    run->call->actor = &actor;
    err = choose_actor(run->call, run->options, &actor);
    if (!err)
        err = command->run(run);
    run->call->reg = NULL;
    run->call->actor = &lz_actor_local_admin;
    lz_register_close(&reg);
    return err;
}

/* A full disk or a closed pipe behind stdout shows only now, and a password that nobody read is lost. */
static lz_err finish_output(struct lz_fault *fault)
{
    if (!fflush(stdout) && !ferror(stdout))
        return LZ_OK;
    return lz_fault_set(fault, LZ_IO,
                        "命令已执行，但结果没有能写到标准输出。请用 show、list 等命令查看；"
                        "没有显示出来的密码请用 user password 重设。",
                        "The command was carried out, but its result could not be written to standard "
                        "output. Look it up with show or list; a password that was not shown is set anew "
                        "with `user password`.");
}

static lz_err run_row(const struct lz_command *command, struct lz_command_run *run)
{
    struct lz_fault *fault = &run->call->fault;
    lz_err err = !run->call->arena                    ? LZ_MEMORY
                 : command->needs == LZ_COMMAND_ALONE ? command->run(run)
                                                      : run_on_register(command, run);
    if (!err)
        err = finish_output(fault);
    /* A fault that tells of another error is of an attempt that was mended. */
    if (err && fault->code != err)
        lz_fault_set(fault, err, NULL, NULL);
    return err;
}

int lz_command_perform(const struct lz_command *command, int argc, char **argv)
{
    struct lz_options *options = NULL;
    int code = 0;
    if (!lz_options_begin(&command->program, argc, argv, &options, &code))
        return code;
    struct lz_call call = {.actor = &lz_actor_local_admin, .arena = lz_arena_new(0), .origin = "cli"};
    struct lz_command_run run = {.options = options, .call = &call, .json = lz_options_flag(options, "json")};
    lz_err err = run_row(command, &run);
    code = err ? lz_command_report(&call.fault, run.json) : run.exit;
    lz_arena_free(&call.arena);
    lz_options_free(&options);
    return code;
}
