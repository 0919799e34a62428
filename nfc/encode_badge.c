#include "nfc/encode_badge.h"
#include "nfc/ndef.h"

#include <errno.h>
#include <limits.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

enum { REGISTER_BUDGET_MS = 30000 };

/* The program `liangzheng` beside this one. */
static lz_err find_register(char ret_path[PATH_MAX], struct lz_fault *fault)
{
    static const char name[] = "liangzheng";
    ssize_t size = readlink("/proc/self/exe", ret_path, PATH_MAX - sizeof name - 1);
    char *slash = NULL;
    if (size > 0) {
        ret_path[size] = '\0';
        slash = strrchr(ret_path, '/');
    }
    if (slash) {
        memcpy(slash + 1, name, sizeof name);
        if (access(ret_path, X_OK) == 0)
            return LZ_OK;
    }
    return lz_fault_set(fault, LZ_NOT_FOUND, "同一文件夹中没有程序 liangzheng;请重新安装。",
                        "The program liangzheng is not in the same folder; install it again.");
}

/* In the child: stdout to the pipe, signals as a fresh program expects them. */
static void become(const char *path, char *const *argv, int out)
{
    sigset_t none;
    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, NULL);
    signal(SIGPIPE, SIG_DFL);
    if (dup2(out, STDOUT_FILENO) >= 0)
        execv(path, argv);
    _exit(127);
}

/* Reads until the child closes its end; kills it when the time is spent. */
static lz_err collect(const struct lz_nfc_program *program, int fd, pid_t child, struct lz_buf *out)
{
    int64_t until = lz_clock_monotonic_ms(program->clock) + REGISTER_BUDGET_MS;
    lz_err err = LZ_OK;
    for (;;) {
        int64_t left = until - lz_clock_monotonic_ms(program->clock);
        struct pollfd wait = {.fd = fd, .events = POLLIN};
        int ready = left > 0 ? poll(&wait, 1, (int)left) : 0;
        if (ready < 0 && errno == EINTR)
            continue;
        if (ready <= 0) {
            kill(child, SIGKILL);
            err = LZ_TIMEOUT;
            break;
        }
        char part[256];
        ssize_t n = read(fd, part, sizeof part);
        if (n <= 0)
            break;
        lz_buf_add(out, part, (size_t)n);
    }
    return err ? err : out->err;
}

/* Runs the register with `argv` (NULL-ended; argv[0] is set here) and appends what it prints.  Its own
 * messages go to stderr as they are.  LZ_WRONG_STATE: it said no. */
static lz_err ask_register(const struct lz_nfc_program *program, const char **argv, struct lz_buf *out)
{
    char path[PATH_MAX];
    int ends[2] = {-1, -1};
    lz_err err = find_register(path, program->fault);
    if (err)
        return err;
    if (pipe(ends) != 0)
        return LZ_IO;
    pid_t child = fork();
    if (child == 0) {
        close(ends[0]);
        argv[0] = path;
        /* exec takes char * for history's sake and writes nothing. */
        union {
            const char **in;
            char *const *out;
        } words = {.in = argv};
        become(path, words.out, ends[1]);
    }
    close(ends[1]);
    if (child < 0) {
        close(ends[0]);
        return LZ_IO;
    }
    err = collect(program, ends[0], child, out);
    close(ends[0]);
    int status = 0;
    while (waitpid(child, &status, 0) < 0 && errno == EINTR)
        continue;
    if (!err && (!WIFEXITED(status) || WEXITSTATUS(status) != 0))
        err = lz_fault_set(program->fault, LZ_WRONG_STATE, "登记库没有同意，未登记；原因见上。",
                           "The register said no and nothing was registered; its reason stands above.");
    return err;
}

/* One line and nothing else. */
static lz_err take_line(struct lz_buf *out, struct lz_fault *fault)
{
    if (out->size > 0 && out->data[out->size - 1] == '\n')
        out->data[--out->size] = '\0';
    if (out->size == 0 || memchr(out->data, '\n', out->size) || memchr(out->data, 0, out->size))
        return lz_fault_set(fault, LZ_INTERNAL, "登记库没有给出网址。", "The register gave no address.");
    return LZ_OK;
}

/* What the clerk must do when the card was not finished. */
static lz_err explain_unfinished(lz_err err, struct lz_fault *fault)
{
    if (err == LZ_TAG_GONE || err == LZ_TIMEOUT || err == LZ_DEVICE)
        return lz_fault_set(
            fault, err, "卡没有写完，未登记；请把同一张卡放回读卡器，再执行一次同样的命令。",
            "The card was not finished and is not registered; lay the same card on again and repeat "
            "the same command.");
    return err;
}

lz_err lz_encode_badge(const struct lz_nfc_program *program, const char *number)
{
    struct lz_reader *reader = NULL;
    struct lz_tag tag = {0};
    struct lz_buf url, ignored;
    size_t size = 0;
    char uid[LZ_UID_HEX_SIZE];
    const char *data_key = program->options->data ? "--data" : NULL;
    lz_buf_init(&url, LZ_NDEF_URI_MAX + 1);
    lz_buf_init(&ignored, 4096);

    lz_err err = lz_nfc_open_tag(program, &reader, &tag);
    if (err)
        goto out;
    lz_tag_uid_hex(&tag.id, uid);
    const char *ask_url[] = {NULL, "badge",       "url",          number,   "--chip",
                             uid,  "--chip-type", tag.type->name, data_key, program->options->data,
                             NULL};
    err = ask_register(program, ask_url, &url);
    if (!err)
        err = take_line(&url, program->fault);
    if (!err)
        err = explain_unfinished(lz_nfc_write_uri(program, &tag, (const char *)url.data, &size),
                                 program->fault);
    if (err)
        goto out;
    const char *record[] = {NULL, "badge", "encoded", number, "--chip", uid, data_key, program->options->data,
                            NULL};
    err = ask_register(program, record, &ignored);
    if (!err)
        err = lz_nfc_print_written(program, &tag, size);
out:
    lz_reader_free(&reader);
    lz_buf_wipe_free(&url);
    lz_buf_free(&ignored);
    return err;
}
