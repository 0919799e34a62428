/* liangzheng-print: cards, sheets and photos from the command line. */
#include "badge-print/card_json.h"
#include "badge-print/fetch.h"
#include "badge-print/photo.h"
#include "badge-print/portrait.h"
#include "badge-print/sample.h"
#include "registry/base/file.h"
#include "registry/base/options.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { PATH_SIZE = 4096, ARENA_MAX = 1 << 30 };

/* What a command works with; released by main. */
struct job {
    const struct lz_options *options;
    struct lz_arena *arena;
    struct lz_buf input;
    struct lz_buf output;
    struct lz_card_renderer *renderer;
    struct lz_fault fault;
};

/* ---- places ---- */

/* Path of something beside this program's own folder; empty when it cannot be known. */
static void beside(const char *relative, char ret_path[PATH_SIZE])
{
    char own[PATH_SIZE];
    ssize_t size = readlink("/proc/self/exe", own, sizeof own - 1);
    ret_path[0] = 0;
    if (size <= 0)
        return;
    own[size] = 0;
    char *slash = strrchr(own, '/');
    if (!slash)
        return;
    *slash = 0;
    if (snprintf(ret_path, PATH_SIZE, "%s/%s", own, relative) >= PATH_SIZE)
        ret_path[0] = 0;
}

static const char *designs_dir(struct job *job, char path[PATH_SIZE])
{
    const char *given = lz_options_text(job->options, "designs");
    if (given)
        return given;
    beside("../share/liangzheng/designs", path);
    return path[0] && access(path, R_OK) == 0 ? path : LZ_DESIGNS_DIR;
}

/* ---- input and output ---- */

static lz_err read_stdin(struct job *job)
{
    uint8_t block[65536];
    ssize_t got;
    while ((got = read(STDIN_FILENO, block, sizeof block)) > 0 || (got < 0 && errno == EINTR))
        if (got > 0)
            lz_buf_add(&job->input, block, (size_t)got);
    if (got < 0)
        return lz_fault_set(&job->fault, LZ_IO, NULL, NULL);
    return job->input.err ? lz_fault_set(&job->fault, job->input.err, NULL, NULL) : LZ_OK;
}

static lz_err read_numbers(struct job *job)
{
    size_t count = lz_options_count(job->options);
    char program[PATH_SIZE];
    if (count == 0)
        return lz_fault_set(&job->fault, LZ_USAGE, "请给出证件编号，或用 --input 给出证件数据文件。",
                            "Give certificate numbers, or a file of card data with --input.");
    char **numbers = lz_arena_array(job->arena, count, sizeof *numbers);
    for (size_t i = 0; numbers && i < count; i++) {
        numbers[i] = lz_arena_text(job->arena, lz_options_at(job->options, i));
        if (!numbers[i])
            numbers = NULL;
    }
    if (!numbers)
        return lz_fault_set(&job->fault, LZ_MEMORY, NULL, NULL);
    beside("liangzheng", program);
    return lz_cards_fetch(program, lz_options_text(job->options, "data"), numbers, count, &job->input,
                          &job->fault);
}

static lz_err read_cards(struct job *job, struct lz_card **ret_cards, size_t *ret_count)
{
    const char *input = lz_options_text(job->options, "input");
    const char *design = lz_options_text(job->options, "design");
    lz_err err;
    if (!input)
        err = read_numbers(job);
    else if (strcmp(input, "-") == 0)
        err = read_stdin(job);
    else
        err = lz_file_read(input, &job->input, &job->fault);
    if (!err)
        err = lz_cards_from_json(lz_buf_view(&job->input), job->arena, ret_cards, ret_count, &job->fault);
    lz_buf_free(&job->input); /* photos are in the arena now: a batch need not hold them twice */
    for (size_t i = 0; !err && design && i < *ret_count; i++)
        (*ret_cards)[i].design = design;
    return err;
}

static bool ends_with(const char *text, const char *end)
{
    size_t size = strlen(text);
    return size >= strlen(end) && strcmp(text + size - strlen(end), end) == 0;
}

/* Cards carry names and faces: readable by their owner only. */
static lz_err write_output(struct job *job, const char *path)
{
    if (job->output.err)
        return lz_fault_set(&job->fault, job->output.err, NULL, NULL);
    if (strcmp(path, "-") == 0)
        return fwrite(job->output.data, 1, job->output.size, stdout) == job->output.size &&
                       fflush(stdout) == 0
                   ? LZ_OK
                   : lz_fault_set(&job->fault, LZ_IO, NULL, NULL);
    lz_err err = lz_file_replace(path, lz_buf_view(&job->output), 0600, &job->fault);
    if (err == LZ_NOT_FOUND) /* of the folder, which is no answer of no */
        job->fault.code = err = LZ_IO;
    return err;
}

static lz_err need_output(struct job *job, const char **ret_path)
{
    const char *path = lz_options_text(job->options, "output");
    if (!path)
        return lz_fault_set(&job->fault, LZ_USAGE, "请用 -o 指定输出文件。",
                            "Name the file to write with -o.");
    *ret_path = path;
    return LZ_OK;
}

static lz_err open_renderer(struct job *job)
{
    char path[PATH_SIZE];
    return lz_card_renderer_new(designs_dir(job, path), &job->renderer, &job->fault);
}

/* ---- commands ---- */

static lz_err parse_side(struct job *job, enum lz_card_side *ret_side)
{
    static const char *const words[] = {
        [LZ_CARD_FRONT] = "front", [LZ_CARD_BACK] = "back", [LZ_CARD_BOTH] = "both"};
    const char *given = lz_options_text(job->options, "side");
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (strcmp(given, words[i]) == 0) {
            *ret_side = (enum lz_card_side)i;
            return LZ_OK;
        }
    return lz_fault_set(&job->fault, LZ_USAGE, "--side 只能是 front、back 或 both。",
                        "--side is front, back or both.");
}

static lz_err command_card(struct job *job)
{
    const char *path = NULL;
    struct lz_card *cards = NULL;
    size_t count = 0;
    enum lz_card_side side = LZ_CARD_BOTH;
    lz_err err = need_output(job, &path);
    if (!err)
        err = parse_side(job, &side);
    if (!err)
        err = read_cards(job, &cards, &count);
    if (!err)
        err = open_renderer(job);
    if (err)
        return err;
    if (!ends_with(path, ".png"))
        err = lz_card_render_pdf(job->renderer, cards, count, side, &job->output, &job->fault);
    else if (count != 1)
        err = lz_fault_set(&job->fault, LZ_USAGE, "PNG 一次只能输出一张，多张请输出 PDF。",
                           "A PNG holds one card; write a PDF for several.");
    else
        err = lz_card_render_png(job->renderer, cards, side, (int)lz_options_int(job->options, "dpi"),
                                 &job->output, &job->fault);
    return err ? err : write_output(job, path);
}

static lz_err command_sheet(struct job *job)
{
    const char *path = NULL;
    struct lz_card *cards = NULL;
    size_t count = 0;
    lz_err err = need_output(job, &path);
    if (!err)
        err = read_cards(job, &cards, &count);
    if (!err)
        err = open_renderer(job);
    if (!err)
        err = lz_card_render_sheet(job->renderer, cards, count, &job->output, &job->fault);
    return err ? err : write_output(job, path);
}

static lz_err command_photo(struct job *job)
{
    const char *path = NULL;
    struct lz_buf upload;
    lz_buf_init(&upload, LZ_PHOTO_UPLOAD_MAX);
    lz_err err = need_output(job, &path);
    if (!err)
        err = lz_file_read(lz_options_at(job->options, 0), &upload, &job->fault);
    if (!err)
        err = lz_photo_clean(lz_buf_view(&upload), &job->output, NULL, &job->fault);
    lz_buf_free(&upload);
    return err ? err : write_output(job, path);
}

static lz_err command_portrait(struct job *job)
{
    const char *path = NULL;
    lz_err err = need_output(job, &path);
    if (!err &&
        (err = lz_portrait_draw((uint64_t)lz_options_int(job->options, "seed"), &job->output)) != LZ_OK)
        err = lz_fault_set(&job->fault, err, NULL, NULL);
    return err ? err : write_output(job, path);
}

static lz_err command_sample(struct job *job)
{
    const char *folder = NULL;
    struct lz_card *cards = NULL;
    size_t count = 0;
    char path[PATH_SIZE];
    lz_err err = need_output(job, &folder);
    if (!err && (err = lz_cards_sample(job->arena, &cards, &count)) != LZ_OK)
        err = lz_fault_set(&job->fault, err, NULL, NULL);
    if (!err)
        err = lz_folder_make(folder, 0755, &job->fault);
    if (!err)
        err = open_renderer(job);
    for (size_t i = 0; i < count && !err; i++) {
        lz_buf_reset(&job->output);
        err = lz_card_render_png(job->renderer, &cards[i], LZ_CARD_BOTH,
                                 (int)lz_options_int(job->options, "dpi"), &job->output, &job->fault);
        snprintf(path, sizeof path, "%s/%zu-%s.png", folder, i + 1, lz_card_kind_design(cards[i].kind));
        if (!err)
            err = write_output(job, path);
    }
    lz_buf_reset(&job->output);
    if (!err)
        err = lz_card_render_sheet(job->renderer, cards, count, &job->output, &job->fault);
    snprintf(path, sizeof path, "%s/sheet.pdf", folder);
    return err ? err : write_output(job, path);
}

/* ---- the table of commands ---- */

#define OPTION_OUTPUT                                                                                        \
    {                                                                                                        \
        "output", 'o', LZ_OPTION_TEXT, "FILE", {"输出文件（- 为标准输出）", "file to write (- for stdout)"}, \
            NULL, 0, 0                                                                                       \
    }
#define OPTION_DESIGNS                                                                                       \
    {                                                                                                        \
        "designs", 0, LZ_OPTION_TEXT, "DIR", {"版式目录", "folder of the designs"}, NULL, 0, 0               \
    }
#define OPTION_DPI                                                                                           \
    {                                                                                                        \
        "dpi", 0, LZ_OPTION_INT, "N", {"PNG 的分辨率", "resolution of a PNG"}, "300", LZ_CARD_DPI_MIN,       \
            LZ_CARD_DPI_MAX                                                                                  \
    }
#define OPTION_CARDS                                                                                         \
    {"data", 0, LZ_OPTION_TEXT, "DIR", {"登记库目录", "the register's folder"}, NULL, 0, 0},                 \
        {"input",                                                                                            \
         0,                                                                                                  \
         LZ_OPTION_TEXT,                                                                                     \
         "FILE",                                                                                             \
         {"证件数据 JSON 文件（- 为标准输入）", "JSON of cards instead of numbers (- for stdin)"},           \
         NULL,                                                                                               \
         0,                                                                                                  \
         0},                                                                                                 \
    {                                                                                                        \
        "design", 0, LZ_OPTION_TEXT, "NAME",                                                                 \
            {"版式名称（默认按证件种类）", "design to use (by kind if not given)"}, NULL, 0, 0               \
    }

static const struct lz_option CARD_OPTIONS[] = {OPTION_OUTPUT,
                                                OPTION_CARDS,
                                                OPTION_DPI,
                                                {"side",
                                                 0,
                                                 LZ_OPTION_TEXT,
                                                 "SIDE",
                                                 {"front 正面、back 背面或 both 两面", "front, back or both"},
                                                 "both",
                                                 0,
                                                 0},
                                                OPTION_DESIGNS};
static const struct lz_option SHEET_OPTIONS[] = {OPTION_OUTPUT, OPTION_CARDS, OPTION_DESIGNS};
static const struct lz_option PHOTO_OPTIONS[] = {OPTION_OUTPUT};
static const struct lz_option PORTRAIT_OPTIONS[] = {
    OPTION_OUTPUT,
    {"seed",
     0,
     LZ_OPTION_INT,
     "N",
     {"同一数字得到同一个人", "the same number gives the same person"},
     "1",
     0,
     INT64_MAX}};
static const struct lz_option SAMPLE_OPTIONS[] = {OPTION_OUTPUT, OPTION_DPI, OPTION_DESIGNS};

#define OPTIONS(table) (table), sizeof(table) / sizeof *(table)

static const struct command {
    const char *word;
    struct lz_program program;
    lz_err (*run)(struct job *job);
} COMMANDS[] = {
    {"card",
     {"liangzheng print card",
      "NUMBER... -o FILE.pdf|.png [OPTION]...",
      {"把标识牌印成 PDF(每面一页)或 PNG。", "Draws badges as a PDF, a page per side, or one as PNG."},
      OPTIONS(CARD_OPTIONS),
      0,
      SIZE_MAX},
     command_card},
    {"sheet",
     {"liangzheng print sheet",
      "NUMBER... -o FILE.pdf [OPTION]...",
      {"把标识牌拼成 A4 页，带裁切线，双面（长边翻转）打印。",
       "Lays badges out on A4 with crop marks, to be printed on both sides (flip on the long edge)."},
      OPTIONS(SHEET_OPTIONS),
      0,
      SIZE_MAX},
     command_sheet},
    {"photo",
     {"liangzheng print photo",
      "IN -o OUT.jpg",
      {"清理照片：去除拍摄信息，转正，缩小。", "Cleans a photo: no EXIF, upright, small."},
      OPTIONS(PHOTO_OPTIONS),
      1,
      1},
     command_photo},
    {"portrait",
     {"liangzheng print portrait",
      "--seed N -o FILE.jpg",
      {"画一张虚构的证件照，供演示用。", "Draws an identity photo of nobody, for demonstrations."},
      OPTIONS(PORTRAIT_OPTIONS),
      0,
      0},
     command_portrait},
    {"sample",
     {"liangzheng print sample",
      "-o DIR [OPTION]...",
      {"用虚构人员试印每种版式。", "Draws every design with synthetic people."},
      OPTIONS(SAMPLE_OPTIONS),
      0,
      0},
     command_sample},
};

enum { COMMAND_COUNT = sizeof COMMANDS / sizeof *COMMANDS };

static int overview(bool asked)
{
    FILE *out = asked ? stdout : stderr;
    fputs("用法 Usage: liangzheng print COMMAND ... (COMMAND --help)\n\n", out);
    for (size_t i = 0; i < COMMAND_COUNT; i++)
        fprintf(out, "  %-9s %s\n            %s\n", COMMANDS[i].word, COMMANDS[i].program.about[LZ_ZH],
                COMMANDS[i].program.about[LZ_EN]);
    return asked ? 0 : lz_err_exit(LZ_USAGE);
}

static void report(const struct lz_fault *fault)
{
    fprintf(stderr, "%s\n%s\n", lz_fault_text(fault, LZ_ZH), lz_fault_text(fault, LZ_EN));
    if (fault->detail[LZ_ZH][0])
        return;
    for (size_t i = 0; i < fault->field_count && i < LZ_FAULT_FIELDS; i++)
        fprintf(stderr, "  %s: %s %s\n", fault->fields[i].field, fault->fields[i].message[LZ_ZH],
                fault->fields[i].message[LZ_EN]);
}

static int run(const struct command *command, const struct lz_options *options)
{
    struct job job = {.options = options};
    lz_buf_init(&job.input, LZ_CARDS_JSON_MAX);
    lz_buf_init(&job.output, LZ_CARD_PDF_MAX);
    job.arena = lz_arena_new(ARENA_MAX);
    lz_err err = job.arena ? command->run(&job) : LZ_MEMORY;
    if (err) {
        job.fault.code = err;
        report(&job.fault);
    }
    lz_card_renderer_free(&job.renderer);
    lz_arena_free(&job.arena);
    lz_buf_free(&job.output);
    lz_buf_free(&job.input);
    return lz_err_exit(err);
}

int main(int argc, char **argv)
{
    struct lz_options *options = NULL;
    int code = 0;
    const char *word = argc > 1 ? argv[1] : "";
    for (size_t i = 0; i < COMMAND_COUNT; i++) {
        if (strcmp(word, COMMANDS[i].word) != 0)
            continue;
        if (lz_options_begin(&COMMANDS[i].program, argc - 1, argv + 1, &options, &code))
            code = run(&COMMANDS[i], options);
        lz_options_free(&options);
        return code;
    }
    return overview(strcmp(word, "--help") == 0 || strcmp(word, "-h") == 0);
}
