/* The commands of the program `liangzheng`: one row each, one function each. */
#ifndef LZ_REGISTRY_COMMAND_COMMAND_H
#define LZ_REGISTRY_COMMAND_COMMAND_H

#include "registry/base/options.h"
#include "registry/password.h"
#include "registry/register.h"

#include <jansson.h>
#include <stdio.h>

/* What a command works with.  `call` is ready (register open, actor chosen) unless the row says otherwise. */
struct lz_command_run {
    const struct lz_options *options;
    struct lz_call *call;
    bool json; /* one JSON value on stdout; messages go to stderr */
    int exit;  /* set by a command whose answer is no: 1 */
};

enum lz_command_needs {
    LZ_COMMAND_ALONE, /* opens nothing */
    LZ_COMMAND_READS, /* an open register */
};

struct lz_command {
    const char *words[2]; /* "certificate", "cancel"; the second may be NULL */
    enum lz_command_needs needs;
    lz_err (*run)(struct lz_command_run *run);
    struct lz_program program; /* options, help, positional arguments behind the words */
};

/* NULL-ended tables, one a feature; command_table.c lists them. */
extern const struct lz_command lz_commands_register[];
extern const struct lz_command lz_commands_roster[];
extern const struct lz_command lz_commands_certificate[];
extern const struct lz_command lz_commands_history[];
extern const struct lz_command lz_commands_badge[];
extern const struct lz_command lz_commands_verify[];
extern const struct lz_command lz_commands_trust[];
extern const struct lz_command lz_commands_account[];
extern const struct lz_command lz_commands_proof[];
extern const struct lz_command lz_commands_restore[];
extern const struct lz_command lz_commands_records[];
extern const struct lz_command *const lz_command_tables[];

/* The row whose words match the most of argv[1], argv[2]; *ret_words counts them.  NULL: there is none;
 * ret_words is untouched.  argc is at least 2. */
const struct lz_command *lz_command_find(int argc, char **argv, int *ret_words);
/* Runs a row as the program does: reads its options from argv[1] on, opens the register, chooses who acts,
 * says what came of it.  Returns the exit code.  A result that could not be written to stdout is LZ_IO,
 * though what the command does was done. */
LZ_MUST int lz_command_perform(const struct lz_command *command, int argc, char **argv);
/* A fault on stderr, and with `json` as {"error":…} on stdout.  Returns its exit code. */
int lz_command_report(const struct lz_fault *fault, bool json);

/* Options that every command on a register takes; a command's table begins with them. */
#define LZ_COMMAND_COMMON                                                                                    \
    {.name = "data",                                                                                         \
     .kind = LZ_OPTION_TEXT,                                                                                 \
     .value = "DIR",                                                                                         \
     .help = {"登记库所在目录（默认取环境变量 LIANGZHENG_DATA）",                                            \
              "the register's folder (default: LIANGZHENG_DATA)"}},                                          \
        {.name = "as",                                                                                       \
         .kind = LZ_OPTION_TEXT,                                                                             \
         .value = "USER",                                                                                    \
         .help = {"以此账号的身份操作（默认为本机管理员）",                                                  \
                  "act as this account (default: the local admin)"}},                                        \
    {                                                                                                        \
        .name = "json", .kind = LZ_OPTION_FLAG, .help = {                                                    \
            "在标准输出上给出一个 JSON 值",                                                                  \
            "one JSON value on stdout"                                                                       \
        }                                                                                                    \
    }

/* Prints one JSON value with a newline and drops the reference; NULL is out of memory.  Whether it could be
 * written shows at the end (lz_command_perform). */
LZ_MUST lz_err lz_command_print_json(struct lz_command_run *run, json_t *value);
/* A message on stderr, Chinese then English; with --json stdout stays clean. */
void lz_command_say(const char *zh, const char *en);
/* The folder of the register: --data, else LIANGZHENG_DATA, else LZ_USAGE with its sentence. */
LZ_MUST lz_err lz_command_data(const struct lz_options *options, const char **ret_dir,
                               struct lz_fault *fault);
/* Opens the register that the options name.  A register that is not there is LZ_IO: the command could not be
 * done, which is another thing than an answer of no. */
LZ_MUST lz_err lz_command_open(const struct lz_options *options, struct lz_register **ret_register,
                               struct lz_fault *fault);
/* Holds one byte more than the longest password, so that a longer one is seen to be too long and not cut. */
enum { LZ_COMMAND_TYPED_SIZE = LZ_PASSWORD_MAX + 2 };
/* Asks at the terminal without echo.  LZ_USAGE when there is none or nothing was typed; the caller wipes. */
LZ_MUST lz_err lz_command_ask_password(const char *prompt, char ret_password[LZ_COMMAND_TYPED_SIZE],
                                       struct lz_fault *fault);
/* Reads a hexadecimal chip UID ("04A1B2C3D4E5F6") into `uid`; an empty result when text is NULL. */
LZ_MUST lz_err lz_command_uid(struct lz_call *call, const char *text, struct lz_bytes *ret_uid);

#endif
