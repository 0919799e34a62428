/* The command line of every program, read by a table: `--name value`, `--name=value`, `-o value` for options
 * with a letter, flags, `--` before what is no option; the rest is positional.  `--help` and `-h` are always
 * known. */
#ifndef LZ_BASE_OPTIONS_H
#define LZ_BASE_OPTIONS_H

#include "registry/base/bytes.h"

#include <stdbool.h>
#include <stdint.h>

enum lz_option_kind { LZ_OPTION_FLAG, LZ_OPTION_TEXT, LZ_OPTION_INT };

struct lz_option {
    const char *name; /* without dashes: "data" */
    char letter;      /* 0: none */
    enum lz_option_kind kind;
    const char *value; /* placeholder in the help: "DIR"; NULL for flags */
    const char *help[LZ_LANG_COUNT];
    const char *fallback; /* value when not given, shown in the help; may be NULL */
    int64_t min, max;     /* for LZ_OPTION_INT */
};

/* A program or one of its commands. */
struct lz_program {
    const char *name;                 /* "liangzheng serve" */
    const char *arguments;            /* shown behind the name: "NUMBER [OPTION]..." */
    const char *about[LZ_LANG_COUNT]; /* a sentence */
    const struct lz_option *options;
    size_t option_count;
    size_t positional_min, positional_max; /* how many positional arguments it takes */
};

struct lz_options; /* a command line that was read; borrows argv and the table */

/* argv[0] is skipped.  LZ_USAGE with a fault that names the argument and, for an unknown option, the nearest
 * known one.  With --help nothing else is checked: lz_options_flag(…, "help") is true.  A later value of the
 * same option replaces an earlier one. */
LZ_MUST lz_err lz_options_parse(const struct lz_program *program, int argc, char *const *argv,
                                struct lz_options **ret_options, struct lz_fault *fault);
void lz_options_free(struct lz_options **options);

/* Names are those of the table (no dashes). */
bool lz_options_flag(const struct lz_options *options, const char *name);
bool lz_options_given(const struct lz_options *options, const char *name);
const char *lz_options_text(const struct lz_options *options, const char *name); /* value, fallback or NULL */
int64_t lz_options_int(const struct lz_options *options, const char *name);      /* value, fallback or 0 */
size_t lz_options_count(const struct lz_options *options);                       /* positional arguments */
const char *lz_options_at(const struct lz_options *options, size_t index);       /* NULL beyond the last */

/* The help, Chinese first, then English. */
void lz_options_help(const struct lz_program *program, struct lz_buf *out);

/* What a main() begins with: parses; true means go on with *ret_options.  Else --help went to stdout or the
 * fault to stderr, and *ret_exit is the exit code. */
LZ_MUST bool lz_options_begin(const struct lz_program *program, int argc, char *const *argv,
                              struct lz_options **ret_options, int *ret_exit);

#endif
