/* liangzheng: the register's command line; `liangzheng serve` and the like run the program of that name
 * beside it. */
#include "registry/command/command.h"

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

/* All commands, or those that begin with `word`.  Returns how many. */
static size_t print_commands(FILE *to, const char *word)
{
    size_t count = 0;
    for (size_t t = 0; lz_command_tables[t]; t++)
        for (const struct lz_command *c = lz_command_tables[t]; c->run; c++) {
            if (word && strcmp(word, c->words[0]) != 0)
                continue;
            fprintf(to, "  %s %s\n      %s %s\n", c->program.name, c->program.arguments,
                    c->program.about[LZ_ZH], c->program.about[LZ_EN]);
            count++;
        }
    return count;
}

static void print_help(FILE *to)
{
    fputs("亮证 Liangzheng " LZ_VERSION "\n\n用法 usage: liangzheng COMMAND [ARGUMENT]... [OPTION]...\n\n",
          to);
    print_commands(to, NULL);
    for (size_t i = 0; i < PROGRAM_COUNT; i++)
        fprintf(to, "  liangzheng %s ...\n      %s %s\n", programs[i].name, programs[i].about[LZ_ZH],
                programs[i].about[LZ_EN]);
    fputs("\n每个命令加 --help 看选项。 Add --help to a command for its options.\n", to);
}

static int printed(void)
{
    return lz_err_exit(!fflush(stdout) && !ferror(stdout) ? LZ_OK : LZ_IO);
}

static bool is_help(const char *word)
{
    return strcmp(word, "--help") == 0 || strcmp(word, "help") == 0 || strcmp(word, "-h") == 0;
}

/* `liangzheng certificate`, with --help or half a command: what there is of that word. */
static int no_such_command(int argc, char **argv)
{
    const bool asked = argc > 2 && is_help(argv[2]);
    if (print_commands(asked ? stdout : stderr, argv[1]))
        return asked ? printed() : lz_err_exit(LZ_USAGE);
    fprintf(stderr,
            "没有这个命令：%s。运行 liangzheng --help 查看全部命令。\n"
            "There is no such command: %s. Run `liangzheng --help` for all of them.\n",
            argv[1], argv[1]);
    return lz_err_exit(LZ_USAGE);
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
    return lz_command_report(&fault, false);
}

int main(int argc, char **argv)
{
    int words = 0;
    signal(SIGPIPE, SIG_IGN);
    if (argc < 2 || is_help(argv[1])) {
        print_help(argc < 2 ? stderr : stdout);
        return argc < 2 ? lz_err_exit(LZ_USAGE) : printed();
    }
    if (strcmp(argv[1], "--version") == 0) {
        puts("liangzheng " LZ_VERSION);
        return printed();
    }
    for (size_t i = 0; i < PROGRAM_COUNT; i++)
        if (strcmp(argv[1], programs[i].name) == 0)
            return become(argv);
    const struct lz_command *command = lz_command_find(argc, argv, &words);
    return command ? lz_command_perform(command, argc - words, argv + words) : no_such_command(argc, argv);
}
