#include "badge-print/fetch.h"

#include "registry/base/file.h"

#include <errno.h>
#include <fcntl.h>
#include <spawn.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

extern char **environ;

static lz_err start(const char *program, char *const *argv, int output, pid_t *ret_pid,
                    struct lz_fault *fault)
{
    posix_spawn_file_actions_t actions;
    if (posix_spawn_file_actions_init(&actions))
        return lz_fault_set(fault, LZ_MEMORY, NULL, NULL);
    int failed = posix_spawn_file_actions_adddup2(&actions, output, STDOUT_FILENO);
    if (!failed)
        failed = posix_spawn(ret_pid, program, &actions, NULL, argv, environ);
    posix_spawn_file_actions_destroy(&actions);
    if (!failed)
        return LZ_OK;
    return lz_fault_set(
        fault, failed == ENOENT ? LZ_NOT_FOUND : lz_err_from_errno(failed),
        "找不到登记程序 liangzheng,它应与本程序在同一目录；也可用 --input 给出证件数据。",
        "The program liangzheng is not beside this one; --input can give the card data instead.");
}

static lz_err read_all(int fd, struct lz_buf *out, struct lz_fault *fault)
{
    uint8_t block[65536];
    for (;;) {
        ssize_t got = read(fd, block, sizeof block);
        if (got == 0)
            return out->err ? lz_fault_set(fault, out->err, NULL, NULL) : LZ_OK;
        if (got < 0 && errno != EINTR)
            return lz_fault_set(fault, LZ_IO, NULL, NULL);
        /* After a full buffer the rest is still drained, so that the child ends by itself. */
        if (got > 0)
            lz_buf_add(out, block, (size_t)got);
    }
}

static lz_err outcome(pid_t pid, struct lz_fault *fault)
{
    int status = 0;
    while (waitpid(pid, &status, 0) < 0)
        if (errno != EINTR)
            return lz_fault_set(fault, LZ_IO, NULL, NULL);
    if (WIFEXITED(status) && WEXITSTATUS(status) == 0)
        return LZ_OK;
    lz_err err = !WIFEXITED(status)         ? LZ_IO
                 : WEXITSTATUS(status) == 1 ? LZ_NOT_FOUND
                 : WEXITSTATUS(status) == 2 ? LZ_USAGE
                                            : LZ_IO;
    return lz_fault_set(fault, err, "登记程序没有给出证件数据（原因见上）。",
                        "The register gave no card data (its reason stands above).");
}

lz_err lz_cards_fetch(const char *program, const char *data, char *const *numbers, size_t count,
                      struct lz_buf *out, struct lz_fault *fault)
{
    int ends[2] = {-1, -1};
    pid_t pid = 0;
    size_t argc = 0;
    char **argv = calloc(count + 8, sizeof *argv);
    if (!argv)
        return lz_fault_set(fault, LZ_MEMORY, NULL, NULL);
    lz_err err = LZ_OK;
    /* execv's argv is not const in POSIX though it is never written. */
    const char *const words[] = {program, "certificate", "card"};
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        argv[argc++] = (char *)(uintptr_t)words[i];
    for (size_t i = 0; i < count && !err; i++) {
        if (numbers[i][0] == '-')
            err = lz_fault_field(fault, "number", numbers[i], "不是证件编号。",
                                 "This is not a certificate number.");
        argv[argc++] = numbers[i];
    }
    argv[argc++] = (char *)(uintptr_t) "--json";
    if (data) {
        argv[argc++] = (char *)(uintptr_t) "--data";
        argv[argc++] = (char *)(uintptr_t)data;
    }
    if (!err && pipe2(ends, O_CLOEXEC) != 0)
        err = lz_fault_set(fault, lz_err_from_errno(errno), NULL, NULL);
    if (!err)
        err = start(program, argv, ends[1], &pid, fault);
    if (ends[1] >= 0)
        close(ends[1]);
    if (pid > 0) {
        err = read_all(ends[0], out, fault);
        lz_err ended = outcome(pid, err ? NULL : fault);
        err = err ? err : ended;
    }
    if (ends[0] >= 0)
        close(ends[0]);
    free(argv);
    return err;
}
