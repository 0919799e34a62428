/* liangzheng-nfc: readers, tags and the virtual reader. */
#include "nfc/nfc_command.h"
#include "registry/base/json_write.h"

#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const struct {
    const char *name;
    lz_err (*run)(const struct lz_nfc_program *);
    const char *words;
    const char *zh;
    const char *en;
} commands[] = {
    {"list", lz_nfc_list, "", "读卡器和上面的卡", "readers and the tag on them"},
    {"read", lz_nfc_read, "", "卡号、芯片和网址", "UID, chip and address of the tag"},
    {"probe", lz_nfc_probe, "", "卡号、芯片和容量（JSON）", "UID, chip and capacity as JSON"},
    {"encode", lz_nfc_encode, "NUMBER | --uri URI [--password-file F] [--read-only]", "写入并核对",
     "write and read back"},
    {"wipe", lz_nfc_wipe, "[--password-file F]", "清空并解除口令", "empty the tag, take its password off"},
    {"watch", lz_nfc_watch, "", "持续读卡，每个事件一行 JSON", "read for ever, one line of JSON per event"},
    {"virtual", lz_nfc_virtual,
     "start --link PATH --control SOCKET [--chip C] | insert|swap [--chip C] [--uid HEX] [--dump F] | remove "
     "| "
     "load F | save F | list | fault NAME [--after N]",
     "虚拟读卡器", "a reader without hardware"},
};
enum { COMMAND_COUNT = sizeof commands / sizeof commands[0] };

static volatile sig_atomic_t stop;

static void on_signal(int number)
{
    (void)number;
    stop = 1;
}

static void print_help(FILE *to)
{
    fputs("liangzheng-nfc COMMAND [--reader CONNSTRING] [--wait SECONDS] [--json] [--data DIR]\n", to);
    for (size_t i = 0; i < COMMAND_COUNT; i++)
        fprintf(to, "  %s %s\n      %s\n      %s\n", commands[i].name, commands[i].words, commands[i].zh,
                commands[i].en);
}

/* Signals are blocked except while a command waits: a handler only sets the flag, and no wait misses it. */
static void set_signals(sigset_t *ret_wait_mask)
{
    struct sigaction action = {.sa_handler = on_signal};
    sigset_t ours;
    sigemptyset(&ours);
    sigaddset(&ours, SIGINT);
    sigaddset(&ours, SIGTERM);
    sigaddset(&ours, SIGHUP);
    sigprocmask(SIG_BLOCK, &ours, ret_wait_mask);
    sigdelset(ret_wait_mask, SIGINT);
    sigdelset(ret_wait_mask, SIGTERM);
    sigdelset(ret_wait_mask, SIGHUP);
    sigaction(SIGINT, &action, NULL);
    sigaction(SIGTERM, &action, NULL);
    sigaction(SIGHUP, &action, NULL);
    signal(SIGPIPE, SIG_IGN);
}

static void report(const struct lz_fault *fault, bool json)
{
    fprintf(stderr, "%s\n%s\n", lz_fault_text(fault, LZ_ZH), lz_fault_text(fault, LZ_EN));
    json_t *value = json ? json_pack("{s:{s:s, s:s, s:s}}", "error", "code", lz_err_name(fault->code), "zh",
                                     lz_fault_text(fault, LZ_ZH), "en", lz_fault_text(fault, LZ_EN))
                         : NULL;
    char *text = lz_json_text(value, JSON_COMPACT | JSON_PRESERVE_ORDER);
    if (text)
        puts(text);
    free(text);
    json_decref(value);
}

int main(int argc, char **argv)
{
    struct lz_nfc_options options = {0};
    struct lz_fault fault = {0};
    sigset_t wait_mask;
    if (argc > 1 && (strcmp(argv[1], "--help") == 0 || strcmp(argv[1], "help") == 0)) {
        print_help(stdout);
        return 0;
    }
    lz_err (*run)(const struct lz_nfc_program *) = NULL;
    for (size_t i = 0; i < COMMAND_COUNT && argc > 1; i++)
        if (strcmp(argv[1], commands[i].name) == 0)
            run = commands[i].run;
    if (!run) {
        print_help(stderr);
        return lz_err_exit(LZ_USAGE);
    }
    set_signals(&wait_mask);
    setenv("LIBNFC_LOG_LEVEL", "0", 0); /* we report failures ourselves, once */
    lz_err err = lz_nfc_options_parse(argc - 1, argv + 1, &options, &fault);
    if (!err) {
        const struct lz_nfc_program program = {.options = &options,
                                               .clock = lz_clock_system(),
                                               .stop = &stop,
                                               .wait_mask = &wait_mask,
                                               .fault = &fault};
        err = run(&program);
    }
    /* The watcher ends well when nobody listens any more. */
    if (!err && run != lz_nfc_watch && (fflush(stdout) != 0 || ferror(stdout)))
        err = LZ_IO;
    if (err) {
        /* A fault that tells of another error is of an attempt that was mended. */
        if (fault.code != err)
            lz_fault_set(&fault, err, NULL, NULL);
        report(&fault, options.json);
    }
    fflush(stdout);
    return lz_err_exit(err);
}
