/* backup, restore, and what a restore leaves to be settled: certificate unreconciled|reconcile. */
#include "registry/command/command.h"

#include "registry/restore.h"

#include <errno.h>
#include <limits.h>
#include <spawn.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

static lz_err run_backup(struct lz_command_run *run)
{
    const char *file = lz_options_at(run->options, 0);
    lz_err err = lz_backup(run->call, file);
    if (err)
        return err;
    char *keys = lz_arena_printf(run->call->arena, "%s.keys", file);
    if (!keys)
        return lz_call_memory(run->call);
    if (run->json)
        return lz_command_print_json(run, json_pack("{s:s, s:s}", "backup", file, "keys", keys));
    printf("备份已完成并核对 backup made and checked:\n  %s\n  %s/\n"
           "两者缺一不可：没有密钥目录就不能恢复。请分别妥善保管，密钥目录不得外传。\n"
           "Both are needed: without the folder of keys nothing can be restored. Keep it secret.\n",
           file, keys);
    return LZ_OK;
}

static void explain(const struct lz_restore_result *r)
{
    char as_of[LZ_INSTANT_SIZE];
    lz_instant_format(r->mirror_as_of, as_of);
    if (r->new_log)
        lz_command_say(
            "没有镜像：公开日志换了新的名称和密钥，所有在效证件显示“无法确认”，请逐一与纸质文件核对"
            "(certificate unreconciled 列出，certificate reconcile 确认);各核验台须重新固定日志公钥"
            "(keys log)。备份之后制作的标识牌也显示“无法确认”，请收回重做。",
            "No mirror: the log goes on under a new name and key, and every certificate in force reads "
            "`unconfirmed` until compared with the papers (`certificate unreconciled`, `certificate "
            "reconcile`). Pin the new key in every kiosk (`keys log`). Badges made after the backup read "
            "`unconfirmed`, too: collect and make them anew.");
    else
        fprintf(stderr,
                "镜像截至 %s。如有更新的镜像，请用更新的重做：核验台若见过更新的日志，会拒绝本登记库。\n"
                "The mirror is as of %s. If there is a newer one, use that: a kiosk that saw more refuses "
                "this register.\n",
                as_of, as_of);
    if (!r->new_log && r->unreconciled > 0)
        lz_command_say(
            "公开日志只按标识牌记录：没有标识牌的在效证件显示“无法确认”，请与纸质文件核对 (certificate "
            "unreconciled 列出，certificate reconcile 确认)。",
            "The log tells of badges only: certificates in force without one read `unconfirmed` until "
            "compared with the papers (`certificate unreconciled`, `certificate reconcile`).");
    lz_command_say(
        "备份之后的新证件、账号、花名册和审计不在公开日志中，请按纸质文件补录。预定的恢复执法已全部取消，仍需"
        "要的请重"
        "新预定。",
        "New certificates, accounts, rosters and the audit of after the backup are not in the log; enter "
        "them "
        "again from the papers. Scheduled reinstatements were dropped: schedule again those still meant.");
}

/* Runs the program beside this one whose name ends in `suffix`; *ret_status as waitpid gives it.  False: it
 * could not be run. */
static bool run_beside(const char *suffix, char *const *argv, int *ret_status)
{
    char path[PATH_MAX];
    pid_t child = 0;
    ssize_t size = readlink("/proc/self/exe", path, sizeof path - strlen(suffix) - 1);
    if (size <= 0)
        return false;
    memcpy(path + size, suffix, strlen(suffix) + 1);
    if (posix_spawn(&child, path, NULL, NULL, argv, environ) != 0)
        return false;
    while (waitpid(child, ret_status, 0) < 0 && errno == EINTR)
        continue;
    return true;
}

/* Fetching is the counter's trade (no HTTP below web/), so its program is run, as with any other part's. */
static lz_err fetch_log(void *context, const char *vkey, const char *dir, struct lz_fault *fault)
{
    char *url = context, *key = strdup(vkey), *folder = strdup(dir);
    char *argv[] = {(char[]){"liangzheng-kiosk"},
                    (char[]){"--mirror"},
                    (char[]){"--registry"},
                    url,
                    (char[]){"--log-key"},
                    key,
                    (char[]){"--trust"},
                    folder,
                    NULL};
    const bool whole = key && folder;
    int status = -1;
    bool ran = whole && run_beside("-kiosk", argv, &status);
    free(key);
    free(folder);
    if (!whole)
        return lz_fault_set(fault, LZ_MEMORY, NULL, NULL);
    if (!ran)
        return lz_fault_set(
            fault, LZ_NOT_FOUND,
            "无法运行同一目录中的 liangzheng-kiosk，未作恢复。请重新安装，或改用镜像目录。",
            "liangzheng-kiosk, which stands beside this program, could not be run; nothing was "
            "restored. Install it again, or name a folder.");
    if (WIFSIGNALED(status))
        return lz_fault_set(
            fault, LZ_INTERNAL,
            "liangzheng-kiosk 被中途终止，公开日志没有取到，未作恢复。请再试一次，或改用镜像目录。",
            "liangzheng-kiosk was ended before it had fetched the log; nothing was restored. Try "
            "again, or name a folder.");
    if (status == 0)
        return LZ_OK;
    return lz_fault_set(fault, LZ_NETWORK,
                        "公开日志没有取到（原因见上），未作恢复。请核对网址，或改用镜像目录。",
                        "The log could not be fetched (the reason stands above); nothing was restored. Check "
                        "the address, or name a folder.");
}

static bool is_url(const char *text)
{
    return strncmp(text, "http://", 7) == 0 || strncmp(text, "https://", 8) == 0;
}

static lz_err run_restore(struct lz_command_run *run)
{
    const char *dir = NULL, *mirror = lz_options_text(run->options, "log");
    struct lz_fault *fault = &run->call->fault;
    struct lz_restore_result r = {0};
    lz_err err = lz_command_data(run->options, &dir, fault);
    char *url = !err && mirror && is_url(mirror) ? lz_arena_text(run->call->arena, mirror) : NULL;
    const struct lz_restore_fetch fetch = {.fetch = fetch_log, .context = url};
    const char *file = lz_options_at(run->options, 0);
    if (!err)
        err = url ? lz_restore_fetched(file, dir, &fetch, NULL, &r, fault)
                  : lz_restore(file, dir, mirror, NULL, &r, fault);
    if (err)
        return err;
    explain(&r);
    if (run->json)
        return lz_command_print_json(
            run, json_pack("{s:s, s:b, s:I, s:I, s:I, s:I}", "data", dir, "new_log", r.new_log, "log",
                           (json_int_t)r.log_size, "replayed", (json_int_t)r.replayed, "lost_tokens",
                           (json_int_t)r.lost_tokens, "unreconciled", (json_int_t)r.unreconciled));
    printf("已恢复 restored: %s\n补回日志条目 entries replayed %lld, 须重做的标识牌令牌 tokens lost %lld, "
           "待核对证件 "
           "unreconciled %lld\n",
           dir, (long long)r.replayed, (long long)r.lost_tokens, (long long)r.unreconciled);
    return LZ_OK;
}

static lz_err run_unreconciled(struct lz_command_run *run)
{
    const char **numbers = NULL;
    size_t count = 0;
    lz_err err = lz_restore_open(run->call, &numbers, &count);
    json_t *list = !err && run->json ? json_array() : NULL;
    for (size_t i = 0; !err && i < count; i++) {
        if (!run->json)
            printf("%s\n", numbers[i]);
        else if (json_array_append_new(list, json_string(numbers[i])))
            err = lz_call_memory(run->call);
    }
    if (!err && run->json)
        return lz_command_print_json(run, list);
    json_decref(list);
    return err;
}

static lz_err run_reconcile(struct lz_command_run *run)
{
    size_t count = lz_options_count(run->options);
    lz_err err = LZ_OK;
    for (size_t i = 0; !err && i < count; i++)
        err = lz_restore_reconcile(run->call, lz_options_at(run->options, i));
    if (err)
        return err;
    if (run->json)
        return lz_command_print_json(run, json_pack("{s:I}", "reconciled", (json_int_t)count));
    printf("已核对 reconciled: %zu\n", count);
    return LZ_OK;
}

static const struct lz_option common_options[] = {LZ_COMMAND_COMMON};
static const struct lz_option restore_options[] = {
    LZ_COMMAND_COMMON,
    {.name = "log",
     .kind = LZ_OPTION_TEXT,
     .value = "DIR|URL",
     .help = {"公开日志的镜像：trust export 或核验台的目录，或提供日志的网址",
              "a mirror of the log: a folder of `trust export` or a kiosk, or an address that serves it"}},
};

#define COUNT(list) (sizeof(list) / sizeof(list)[0])
const struct lz_command lz_commands_restore[] = {
    {{"backup", NULL},
     LZ_COMMAND_READS,
     run_backup,
     {"liangzheng backup",
      "FILE [OPTION]...",
      {"在线备份到 FILE 和 FILE.keys(密钥),并核对。",
       "Copies the register to FILE and its keys to FILE.keys, checked."},
      common_options,
      COUNT(common_options),
      1,
      1}},
    {{"restore", NULL},
     LZ_COMMAND_ALONE,
     run_restore,
     {"liangzheng restore",
      "FILE --data DIR [OPTION]...",
      {"从备份恢复到新目录。", "Makes a register in a new folder from a backup."},
      restore_options,
      COUNT(restore_options),
      1,
      1}},
    {{"certificate", "unreconciled"},
     LZ_COMMAND_READS,
     run_unreconciled,
     {"liangzheng certificate unreconciled",
      "[OPTION]...",
      {"恢复后尚待核对的证件。", "Certificates that a restore left to be compared."},
      common_options,
      COUNT(common_options),
      0,
      0}},
    {{"certificate", "reconcile"},
     LZ_COMMAND_READS,
     run_reconcile,
     {"liangzheng certificate reconcile",
      "NUMBER... [OPTION]...",
      {"与纸质文件核对无误。", "The papers agree: the certificate counts again."},
      common_options,
      COUNT(common_options),
      1,
      10000}},
    {.run = NULL},
};
