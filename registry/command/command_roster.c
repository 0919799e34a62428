/* import roster FILE. */
#include "registry/command/command.h"

#include "registry/base/file.h"
#include "registry/roster.h"

#include <string.h>
#include <unistd.h>

static lz_err read_encoding(struct lz_call *call, const char *text, enum lz_roster_encoding *ret_encoding)
{
    static const struct {
        const char *name;
        enum lz_roster_encoding encoding;
    } rows[] = {{"auto", LZ_ROSTER_AUTO}, {"utf-8", LZ_ROSTER_UTF8}, {"gb18030", LZ_ROSTER_GB18030}};
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        if (strcmp(text, rows[i].name) == 0) {
            *ret_encoding = rows[i].encoding;
            return LZ_OK;
        }
    return lz_fault_field(&call->fault, "encoding", text, "应为 auto、utf-8 或 gb18030。",
                          "Give auto, utf-8 or gb18030.");
}

/* Progress on a terminal's last line only: a log needs no ticking. */
static bool show_progress(void *context, size_t done, size_t total)
{
    (void)context;
    if (total)
        fprintf(stderr, "\r%zu / %zu (%zu%%)%s", done, total, done * 100 / total, done == total ? "\n" : "");
    return true;
}

static void print_refused(const struct lz_roster *roster)
{
    for (size_t r = 0; r < roster->row_count; r++)
        for (size_t f = 0; f < roster->rows[r].fault_count; f++) {
            const struct lz_roster_fault *fault = &roster->rows[r].faults[f];
            fprintf(stderr, "第 %zu 行 line %zu, %s “%s”: %s\n  %s\n", fault->line, fault->line,
                    fault->column, fault->found ? fault->found : "", fault->message[LZ_ZH],
                    fault->message[LZ_EN]);
        }
}

static lz_err print_result(struct lz_command_run *run, const struct lz_roster *roster,
                           const struct lz_roster_result *result)
{
    /* What was refused makes the answer "no" unless the user asked for the good rows only. */
    run->exit = result->refused && !lz_options_flag(run->options, "partial") ? 1 : 0;
    if (run->json)
        return lz_command_print_json(run, lz_roster_json(roster, result, LZ_ZH, false));
    print_refused(roster);
    printf("新增 created %zu, 变更 changed %zu, 未变 unchanged %zu, 退回 refused %zu\n", result->created,
           result->changed, result->unchanged, result->refused);
    for (size_t i = 0; i < result->organ_count; i++)
        printf("新机关 new organ: %s\n", result->organs_created[i]);
    bool dry = lz_options_flag(run->options, "dry-run");
    printf(
        "%s\n",
        result->stored ? "已入库。 Stored."
        : dry
            ? "仅预览，未入库。 Preview only; nothing was stored."
            : "未入库：改正后重试，或加 --partial 只导入无误的行。 Nothing was stored: correct the file and "
              "try again, or add --partial to store the good rows.");
    return LZ_OK;
}

static lz_err run_roster(struct lz_command_run *run)
{
    const struct lz_options *o = run->options;
    struct lz_roster *roster = NULL;
    struct lz_roster_result result = {0};
    enum lz_roster_encoding encoding = LZ_ROSTER_AUTO;
    struct lz_buf file;
    lz_buf_init(&file, LZ_ROSTER_MAX_BYTES);
    struct lz_roster_options options = {
        .dry_run = lz_options_flag(o, "dry-run"),
        .partial = lz_options_flag(o, "partial"),
        .progress = !run->json && isatty(STDERR_FILENO) ? show_progress : NULL,
    };
    lz_err err = read_encoding(run->call, lz_options_text(o, "encoding"), &encoding);
    if (!err)
        err = lz_file_read(lz_options_at(o, 0), &file, &run->call->fault);
    if (err == LZ_NOT_FOUND) /* of the file, which is no answer */
        run->call->fault.code = err = LZ_IO;
    if (!err)
        err = lz_roster_read(lz_buf_view(&file), encoding, &roster, &run->call->fault);
    if (!err)
        err = lz_roster_store(run->call, roster, &options, &result);
    if (!err)
        err = print_result(run, roster, &result);
    lz_roster_free(&roster);
    lz_buf_wipe_free(&file);
    return err;
}

static const struct lz_option roster_options[] = {
    LZ_COMMAND_COMMON,
    {.name = "dry-run", .kind = LZ_OPTION_FLAG, .help = {"只检查，不入库", "check only, store nothing"}},
    {.name = "partial",
     .kind = LZ_OPTION_FLAG,
     .help = {"有错误行时仍导入无误的行", "store the good rows though others are refused"}},
    {.name = "encoding",
     .kind = LZ_OPTION_TEXT,
     .value = "auto|utf-8|gb18030",
     .help = {"文件编码", "the file's encoding"},
     .fallback = "auto"},
};

const struct lz_command lz_commands_roster[] = {
    {{"import", "roster"},
     LZ_COMMAND_READS,
     run_roster,
     {"liangzheng import roster",
      "FILE [OPTION]...",
      {"导入人员花名册（CSV）。", "Imports a roster (CSV)."},
      roster_options,
      sizeof roster_options / sizeof roster_options[0],
      1,
      1}},
    {.run = NULL},
};
