#include "nfc/nfc_command.h"
#include "nfc/reader_libnfc.h"
#include "nfc/tap.h"
#include "registry/base/json_write.h"

#include <errno.h>
#include <jansson.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <unistd.h>

struct watch {
    bool closed; /* nobody reads our stdout any more */
};

static json_t *describe(const struct lz_tap_event *event)
{
    switch (event->kind) {
    case LZ_TAP_READER_READY:
        return json_pack("{s:s, s:s}", "event", "reader", "state", "ready");
    case LZ_TAP_READER_AWAY:
        return json_pack("{s:s, s:s, s:s, s:s, s:s}", "event", "reader", "state", "away", "reason",
                         lz_err_name(event->fault->code), "zh", lz_fault_text(event->fault, LZ_ZH), "en",
                         lz_fault_text(event->fault, LZ_EN));
    case LZ_TAP_TAP:
        return json_pack("{s:s, s:I, s:s, s:s?, s:s?, s:I}", "event", "tap", "seq", (json_int_t)event->seq,
                         "uid", event->uid, "chip", event->chip, "uri", event->uri, "at_ms",
                         (json_int_t)event->at_ms);
    case LZ_TAP_GONE:
        return json_pack("{s:s, s:s}", "event", "gone", "uid", event->uid);
    }
    return NULL;
}

static void print_event(void *context, const struct lz_tap_event *event)
{
    struct watch *watch = context;
    json_t *value = describe(event);
    char *text = lz_json_text(value, JSON_COMPACT | JSON_PRESERVE_ORDER);
    if (!text || printf("%s\n", text) < 0 || fflush(stdout) != 0)
        watch->closed = true;
    free(text);
    json_decref(value);
}

/* Ends the process with its parent, whatever kills that one.  The parent may be gone before the call. */
static bool tie_to_parent(void)
{
    pid_t parent = getppid();
    return prctl(PR_SET_PDEATHSIG, SIGTERM) == 0 && getppid() == parent;
}

lz_err lz_nfc_watch(const struct lz_nfc_program *program)
{
    struct watch watch = {.closed = !tie_to_parent()};
    struct lz_tap tap = {0};
    struct lz_reader *reader = lz_reader_libnfc_new(program->options->reader);
    if (!reader)
        return LZ_MEMORY;
    lz_tap_init(&tap, reader, program->clock, print_event, &watch);
    while (!*program->stop && !watch.closed) {
        int ms = lz_tap_step(&tap);
        struct timespec wait = {.tv_sec = ms / 1000, .tv_nsec = (long)(ms % 1000) * 1000000};
        /* No events asked for: the wait ends early only when the other end of stdout is closed. */
        struct pollfd out = {.fd = STDOUT_FILENO};
        if (ppoll(&out, 1, &wait, program->wait_mask) > 0)
            watch.closed = true;
    }
    lz_tap_close(&tap);
    lz_reader_free(&reader);
    return LZ_OK;
}
