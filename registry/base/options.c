#include "registry/base/options.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { MAX_HELP = 64 * 1024, MAX_NAME = 32 };

static const struct lz_option help_option = {
    .name = "help", .letter = 'h', .help = {"显示本帮助", "show this help"}};

struct lz_options {
    const struct lz_program *program;
    bool help;
    const char **values; /* one per option of the table; flags hold "" when given */
    const char **positional;
    size_t positional_count;
};

static bool parse_int(const char *text, int64_t *ret_number)
{
    char *end = NULL;
    errno = 0;
    long long number = strtoll(text, &end, 10);
    if (errno || end == text || *end || !strchr("-0123456789", text[0]))
        return false;
    *ret_number = number;
    return true;
}

static size_t find_name(const struct lz_program *program, const char *name, size_t size)
{
    size_t i = 0;
    while (i < program->option_count &&
           (strlen(program->options[i].name) != size || strncmp(program->options[i].name, name, size) != 0))
        i++;
    return i;
}

static size_t find_letter(const struct lz_program *program, char letter)
{
    size_t i = 0;
    while (i < program->option_count && program->options[i].letter != letter)
        i++;
    return i;
}

static size_t smallest(size_t a, size_t b, size_t c)
{
    size_t least = a < b ? a : b;
    return least < c ? least : c;
}

/* How many characters must be put in, taken out or changed (Levenshtein); names longer than MAX_NAME are far
 * from everything. */
static size_t distance(const char *a, size_t a_size, const char *b, size_t b_size)
{
    size_t row[MAX_NAME + 1];
    if (a_size > MAX_NAME || b_size > MAX_NAME)
        return SIZE_MAX;
    for (size_t j = 0; j <= b_size; j++)
        row[j] = j;
    for (size_t i = 1; i <= a_size; i++) {
        size_t diagonal = row[0];
        row[0] = i;
        for (size_t j = 1; j <= b_size; j++) {
            size_t above = row[j];
            row[j] = smallest(above + 1, row[j - 1] + 1, diagonal + (a[i - 1] != b[j - 1]));
            diagonal = above;
        }
    }
    return row[b_size];
}

/* The known name that was probably meant, or NULL when none comes near. */
static const char *nearest(const struct lz_program *program, const char *name, size_t size)
{
    const char *best = NULL;
    size_t least = size / 2 < 3 ? size / 2 + 1 : 4;
    for (size_t i = 0; i <= program->option_count; i++) {
        const char *known = i < program->option_count ? program->options[i].name : help_option.name;
        size_t d = distance(name, size, known, strlen(known));
        if (d < least) {
            least = d;
            best = known;
        }
    }
    return best;
}

enum problem { UNKNOWN, VALUE_MISSING, VALUE_UNWANTED, OUT_OF_RANGE, TOO_FEW, TOO_MANY };
static const char *const problems[][LZ_LANG_COUNT] = {
    [UNKNOWN] = {"没有这个选项", "Unknown option"},
    [VALUE_MISSING] = {"这个选项后面要写值", "This option needs a value"},
    [VALUE_UNWANTED] = {"这个选项不带值", "This option takes no value"},
    [OUT_OF_RANGE] = {"这个选项的值不对", "This option's value is not right"},
    [TOO_FEW] = {"缺少参数，应写作", "Arguments are missing; write"},
    [TOO_MANY] = {"多余的参数", "Unexpected argument"},
};

/* `about` is the argument as typed, without what follows `=`, which may be secret. */
static lz_err usage(struct lz_fault *fault, const struct lz_program *program, enum problem problem,
                    const char *about, const char *hint_zh, const char *hint_en)
{
    char zh[LZ_FAULT_TEXT * 2], en[LZ_FAULT_TEXT * 2];
    int shown = (int)strcspn(about, "=");
    if (shown > 100)
        shown = 100;
    snprintf(zh, sizeof zh, "%s:%.*s。%s用法：%s --help", problems[problem][LZ_ZH], shown, about, hint_zh,
             program->name);
    snprintf(en, sizeof en, "%s: %.*s. %sSee %s --help", problems[problem][LZ_EN], shown, about, hint_en,
             program->name);
    return lz_fault_set(fault, LZ_USAGE, zh, en);
}

static lz_err unknown(struct lz_fault *fault, const struct lz_program *program, const char *argument)
{
    char zh[96] = "", en[96] = "";
    size_t dashes = strspn(argument, "-");
    const char *near = nearest(program, argument + dashes, strcspn(argument + dashes, "="));
    if (near) {
        snprintf(zh, sizeof zh, "是否要写 --%s?", near);
        snprintf(en, sizeof en, "Did you mean --%s? ", near);
    }
    return usage(fault, program, UNKNOWN, argument, zh, en);
}

static lz_err set_value(struct lz_options *o, size_t index, const char *argument, const char *value,
                        struct lz_fault *fault)
{
    const struct lz_option *option = &o->program->options[index];
    int64_t number;
    if (option->kind == LZ_OPTION_INT &&
        (!parse_int(value, &number) || number < option->min || number > option->max)) {
        char zh[96], en[96];
        snprintf(zh, sizeof zh, "应为 %lld 到 %lld 的整数。", (long long)option->min, (long long)option->max);
        snprintf(en, sizeof en, "It is a whole number from %lld to %lld. ", (long long)option->min,
                 (long long)option->max);
        return usage(fault, o->program, OUT_OF_RANGE, argument, zh, en);
    }
    o->values[index] = value;
    return LZ_OK;
}

/* One option whose row is known; `inline_value` is what followed `=`, `next` the following argument; either
 * may be NULL.  *ret_took_next: the following argument was its value. */
static lz_err take_option(struct lz_options *o, size_t index, const char *argument, const char *inline_value,
                          const char *next, bool *ret_took_next, struct lz_fault *fault)
{
    const struct lz_option *option = &o->program->options[index];
    *ret_took_next = false;
    if (option->kind == LZ_OPTION_FLAG) {
        if (inline_value)
            return usage(fault, o->program, VALUE_UNWANTED, argument, "", "");
        return set_value(o, index, argument, "", fault);
    }
    if (inline_value)
        return set_value(o, index, argument, inline_value, fault);
    /* `--data --json`: the value was forgotten.  One that really begins so is written --data=--json. */
    if (!next || strncmp(next, "--", 2) == 0)
        return usage(fault, o->program, VALUE_MISSING, argument, "", "");
    *ret_took_next = true;
    return set_value(o, index, argument, next, fault);
}

static lz_err take_argument(struct lz_options *o, const char *argument, const char *next, bool *ret_took_next,
                            struct lz_fault *fault)
{
    const struct lz_program *program = o->program;
    const char *value = NULL;
    size_t index = program->option_count;
    *ret_took_next = false;
    if (argument[1] == '-') {
        size_t size = strcspn(argument + 2, "=");
        value = argument[2 + size] == '=' ? argument + 2 + size + 1 : NULL;
        index = find_name(program, argument + 2, size);
    } else if (argument[2] == '\0') {
        index = find_letter(program, argument[1]);
    }
    if (index == program->option_count)
        return unknown(fault, program, argument);
    return take_option(o, index, argument, value, next, ret_took_next, fault);
}

static lz_err read_all(struct lz_options *o, int argc, char *const *argv, struct lz_fault *fault)
{
    bool options_end = false;
    for (int i = 1; i < argc; i++) {
        const char *argument = argv[i];
        bool took_next = false;
        if (options_end || argument[0] != '-' || argument[1] == '\0') {
            o->positional[o->positional_count++] = argument;
        } else if (strcmp(argument, "--") == 0) {
            options_end = true;
        } else {
            lz_err err = take_argument(o, argument, i + 1 < argc ? argv[i + 1] : NULL, &took_next, fault);
            if (err)
                return err;
            i += took_next;
        }
    }
    if (o->positional_count < o->program->positional_min)
        return usage(fault, o->program, TOO_FEW, o->program->arguments ? o->program->arguments : "", "", "");
    if (o->positional_count > o->program->positional_max)
        return usage(fault, o->program, TOO_MANY, o->positional[o->program->positional_max], "", "");
    return LZ_OK;
}

static bool asks_help(int argc, char *const *argv)
{
    for (int i = 1; i < argc && strcmp(argv[i], "--") != 0; i++)
        if (strcmp(argv[i], "--help") == 0 || strcmp(argv[i], "-h") == 0)
            return true;
    return false;
}

lz_err lz_options_parse(const struct lz_program *program, int argc, char *const *argv,
                        struct lz_options **ret_options, struct lz_fault *fault)
{
    lz_err err = LZ_OK;
    struct lz_options *o = calloc(1, sizeof *o);
    if (o) {
        o->program = program;
        o->values = calloc(program->option_count + 1, sizeof *o->values);
        o->positional = calloc(argc > 0 ? (size_t)argc : 1, sizeof *o->positional);
    }
    if (!o || !o->values || !o->positional) {
        err = lz_fault_set(fault, LZ_MEMORY, NULL, NULL);
        goto done;
    }
    o->help = asks_help(argc, argv);
    if (!o->help)
        err = read_all(o, argc, argv, fault);
    if (!err) {
        *ret_options = o;
        o = NULL;
    }
done:
    lz_options_free(&o);
    return err;
}

void lz_options_free(struct lz_options **options)
{
    if (!options || !*options)
        return;
    free((*options)->values);
    free((*options)->positional);
    free(*options);
    *options = NULL;
}

bool lz_options_given(const struct lz_options *options, const char *name)
{
    if (strcmp(name, help_option.name) == 0)
        return options->help;
    size_t i = find_name(options->program, name, strlen(name));
    return i < options->program->option_count && options->values[i];
}

bool lz_options_flag(const struct lz_options *options, const char *name)
{
    return lz_options_given(options, name);
}

const char *lz_options_text(const struct lz_options *options, const char *name)
{
    size_t i = find_name(options->program, name, strlen(name));
    if (i == options->program->option_count)
        return NULL;
    return options->values[i] ? options->values[i] : options->program->options[i].fallback;
}

int64_t lz_options_int(const struct lz_options *options, const char *name)
{
    const char *text = lz_options_text(options, name);
    int64_t number = 0;
    return text && parse_int(text, &number) ? number : 0;
}

size_t lz_options_count(const struct lz_options *options)
{
    return options->positional_count;
}

const char *lz_options_at(const struct lz_options *options, size_t index)
{
    return index < options->positional_count ? options->positional[index] : NULL;
}

/* "-o, --out FILE" */
static void option_words(const struct lz_option *option, char *to, size_t size)
{
    char letter[5] = "    ";
    if (option->letter)
        memcpy(letter, (char[]){'-', option->letter, ',', ' '}, 4);
    snprintf(to, size, "%s--%s%s%s", letter, option->name, option->value ? " " : "",
             option->value ? option->value : "");
}

static void option_help(const struct lz_option *option, int width, struct lz_buf *out)
{
    char words[128];
    option_words(option, words, sizeof words);
    lz_buf_printf(out, "  %-*s  %s", width, words, option->help[LZ_ZH]);
    if (option->fallback)
        lz_buf_printf(out, "(默认 %s)", option->fallback);
    lz_buf_printf(out, "\n  %*s  %s", width, "", option->help[LZ_EN]);
    if (option->fallback)
        lz_buf_printf(out, " (default %s)", option->fallback);
    lz_buf_text(out, "\n");
}

void lz_options_help(const struct lz_program *program, struct lz_buf *out)
{
    char words[128];
    int width = 0;
    for (size_t i = 0; i < program->option_count; i++) {
        option_words(&program->options[i], words, sizeof words);
        width = (int)strlen(words) > width ? (int)strlen(words) : width;
    }
    option_words(&help_option, words, sizeof words);
    width = (int)strlen(words) > width ? (int)strlen(words) : width;
    lz_buf_printf(out, "用法 Usage: %s%s%s\n\n%s\n%s\n\n选项 Options:\n", program->name,
                  program->arguments ? " " : "", program->arguments ? program->arguments : "",
                  program->about[LZ_ZH], program->about[LZ_EN]);
    for (size_t i = 0; i < program->option_count; i++)
        option_help(&program->options[i], width, out);
    option_help(&help_option, width, out);
}

bool lz_options_begin(const struct lz_program *program, int argc, char *const *argv,
                      struct lz_options **ret_options, int *ret_exit)
{
    struct lz_options *options = NULL;
    struct lz_fault fault = {0};
    lz_err err = lz_options_parse(program, argc, argv, &options, &fault);
    if (err) {
        fprintf(stderr, "%s\n%s\n", lz_fault_text(&fault, LZ_ZH), lz_fault_text(&fault, LZ_EN));
        *ret_exit = lz_err_exit(err);
        return false;
    }
    if (!options->help) {
        *ret_options = options;
        return true;
    }
    struct lz_buf help;
    lz_buf_init(&help, MAX_HELP);
    lz_options_help(program, &help);
    if (!help.err)
        fwrite(help.data, 1, help.size, stdout);
    const bool printed = !fflush(stdout) && !ferror(stdout);
    *ret_exit = lz_err_exit(help.err || printed ? help.err : LZ_IO);
    lz_buf_free(&help);
    lz_options_free(&options);
    return false;
}
