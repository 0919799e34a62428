#include "web/kiosk/reader_process.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { KILL_AFTER_MS = 1000, EXIT_NO_PROGRAM = 127 };

struct lz_reader_process {
    struct lz_reader_process_options options;
    pthread_t thread;
    int stop_fd; /* readable: end */
    int backoff_ms;
    bool overlong; /* the rest of a line that was too long is being skipped */
    struct lz_buf line;
};

/* --- the child: between fork and exec only what a signal handler might call --- */

static void close_above(int fd)
{
    if (close_range((unsigned)fd, ~0u, 0) != 0)
        for (int i = fd; i < 1024; i++)
            close(i);
}

static void run_child(const struct lz_reader_process_options *options, int out, pid_t parent)
{
    char *const argv[] = {(char[]){"liangzheng-nfc"}, (char[]){"watch"}, (char[]){"--reader"},
                          (char *)(uintptr_t)options->connstring, NULL};
    sigset_t none;
    int null = open("/dev/null", O_RDWR);
    /* Tied to us, whatever ends us: an orphan would hold the reader. */
    if (null < 0 || dup2(null, STDIN_FILENO) < 0 || dup2(out, STDOUT_FILENO) < 0 ||
        prctl(PR_SET_PDEATHSIG, SIGTERM) != 0 || getppid() != parent)
        _exit(EXIT_NO_PROGRAM);
    close_above(STDERR_FILENO + 1);
    signal(SIGPIPE, SIG_DFL);
    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, NULL);
    execv(options->program, argv);
    _exit(EXIT_NO_PROGRAM);
}

static lz_err spawn(struct lz_reader_process *process, pid_t *ret_pid, int *ret_out)
{
    int out[2];
    if (pipe2(out, O_CLOEXEC) != 0)
        return LZ_IO;
    pid_t parent = getpid();
    pid_t pid = fork();
    if (pid == 0)
        run_child(&process->options, out[1], parent);
    close(out[1]);
    if (pid < 0) {
        close(out[0]);
        return LZ_IO;
    }
    *ret_pid = pid;
    *ret_out = out[0];
    return LZ_OK;
}

/* --- listening --- */

static void take_line(struct lz_reader_process *process, struct lz_bytes bytes)
{
    struct lz_tap_line line;
    lz_err err = lz_tap_line_parse(bytes, &line);
    if (err == LZ_OK) {
        if (line.kind == LZ_TAP_LINE_READY)
            process->backoff_ms = LZ_READER_BACKOFF_MIN_MS;
        process->options.emit(process->options.context, &line);
    } else if (err != LZ_UNSUPPORTED) {
        LZ_LOG(process->options.log, LZ_LOG_WARN, "kiosk", "a line of the reader process was not understood",
               lz_log_text("error", lz_err_name(err)));
    }
}

static void take_bytes(struct lz_reader_process *process, const uint8_t *data, size_t size)
{
    for (size_t i = 0; i < size; i++) {
        if (data[i] == '\n') {
            if (!process->overlong)
                take_line(process, lz_buf_view(&process->line));
            lz_buf_reset(&process->line);
            process->overlong = false;
        } else if (!process->overlong) {
            lz_buf_byte(&process->line, data[i]);
            process->overlong = process->line.err != LZ_OK;
        }
    }
}

/* Until the child closes its end, or stop is asked for (true). */
static bool listen_to(struct lz_reader_process *process, int out)
{
    uint8_t data[4096];
    lz_buf_reset(&process->line);
    process->overlong = false;
    for (;;) {
        struct pollfd wait[] = {{.fd = out, .events = POLLIN}, {.fd = process->stop_fd, .events = POLLIN}};
        if (poll(wait, 2, -1) < 0 && errno != EINTR)
            return false;
        if (wait[1].revents)
            return true;
        if (!wait[0].revents)
            continue;
        ssize_t n = read(out, data, sizeof data);
        if (n == 0 || (n < 0 && errno != EINTR))
            return false;
        if (n > 0)
            take_bytes(process, data, (size_t)n);
    }
}

/* Waits for the child; it is killed when it does not go by itself. */
static int reap(pid_t pid)
{
    int status = 0;
    kill(pid, SIGTERM);
    for (int waited = 0; waited < KILL_AFTER_MS; waited += 10) {
        struct timespec pause = {.tv_nsec = 10000000};
        if (waitpid(pid, &status, WNOHANG) == pid)
            return status;
        nanosleep(&pause, NULL);
    }
    kill(pid, SIGKILL);
    while (waitpid(pid, &status, 0) < 0 && errno == EINTR)
        continue;
    return status;
}

/* --- telling why --- */

static void tell_end(struct lz_reader_process *process, lz_err err, int status)
{
    struct lz_tap_line line = {.kind = LZ_TAP_LINE_AWAY};
    bool missing = WIFEXITED(status) && WEXITSTATUS(status) == EXIT_NO_PROGRAM;
    int number = WIFSIGNALED(status) ? WTERMSIG(status) : WEXITSTATUS(status);
    snprintf(line.reason, sizeof line.reason, "%s", err ? lz_err_name(err) : "reader-program");
    if (err || missing) {
        snprintf(line.reason_text[LZ_ZH], LZ_FAULT_TEXT, "读卡程序 liangzheng-nfc 无法启动，请检查安装。");
        snprintf(line.reason_text[LZ_EN], LZ_FAULT_TEXT,
                 "The reader program liangzheng-nfc cannot be started; check the installation.");
    } else {
        snprintf(line.reason_text[LZ_ZH], LZ_FAULT_TEXT, "读卡程序意外结束（%d），正在重新启动。", number);
        snprintf(line.reason_text[LZ_EN], LZ_FAULT_TEXT, "The reader program ended (%d); starting it again.",
                 number);
    }
    LZ_LOG(process->options.log, LZ_LOG_WARN, "kiosk", "the reader program ended",
           lz_log_text("how", WIFSIGNALED(status) ? "signal" : "exit"), lz_log_int("number", number));
    process->options.emit(process->options.context, &line);
}

/* True: stop was asked for meanwhile. */
static bool rest(struct lz_reader_process *process)
{
    struct pollfd wait = {.fd = process->stop_fd, .events = POLLIN};
    int ms = process->backoff_ms;
    process->backoff_ms = ms * 2 > LZ_READER_BACKOFF_MAX_MS ? LZ_READER_BACKOFF_MAX_MS : ms * 2;
    return poll(&wait, 1, ms) > 0;
}

static void *supervise(void *context)
{
    struct lz_reader_process *process = context;
    bool stop = false;
    while (!stop) {
        pid_t pid = 0;
        int out = -1, status = 0;
        lz_err err = spawn(process, &pid, &out);
        if (!err) {
            stop = listen_to(process, out);
            close(out);
            status = reap(pid);
        }
        if (!stop) {
            tell_end(process, err, status);
            stop = rest(process);
        }
    }
    return NULL;
}

lz_err lz_reader_process_start(const struct lz_reader_process_options *options,
                               struct lz_reader_process **ret_process)
{
    struct lz_reader_process *process = calloc(1, sizeof *process);
    if (!process)
        return LZ_MEMORY;
    process->options = *options;
    process->backoff_ms = LZ_READER_BACKOFF_MIN_MS;
    lz_buf_init(&process->line, LZ_TAP_LINE_MAX);
    process->stop_fd = eventfd(0, EFD_CLOEXEC);
    if (process->stop_fd < 0 || pthread_create(&process->thread, NULL, supervise, process) != 0) {
        if (process->stop_fd >= 0)
            close(process->stop_fd);
        free(process);
        return LZ_IO;
    }
    *ret_process = process;
    return LZ_OK;
}

void lz_reader_process_stop(struct lz_reader_process **process)
{
    if (!process || !*process)
        return;
    uint64_t one = 1;
    ssize_t written = write((*process)->stop_fd, &one, sizeof one);
    (void)written;
    pthread_join((*process)->thread, NULL);
    close((*process)->stop_fd);
    lz_buf_free(&(*process)->line);
    free(*process);
    *process = NULL;
}
