/* liangzheng-nfc's commands without memory, time, a child process or a tag that answers. */
#include "nfc/encode_badge.h"
#include "nfc/nfc_command.h"
#include "nfc_gates.h"

#include <pthread.h>
#include <unistd.h>

enum { MINUTE_US = 60000000 };

struct world {
    struct lz_nfc_options options;
    struct lz_fault fault;
    sigset_t mask;
    volatile sig_atomic_t stop;
    struct lz_nfc_program program;
    lz_err (*command)(const struct lz_nfc_program *program);
};

static void make(struct world *w, const struct nfc_bench *bench)
{
    *w = (struct world){.options = {.reader = bench->connstring, .json = true, .control = bench->control}};
    sigemptyset(&w->mask);
    w->program = (struct lz_nfc_program){.options = &w->options,
                                         .clock = lz_clock_system(),
                                         .stop = &w->stop,
                                         .wait_mask = &w->mask,
                                         .fault = &w->fault};
}

static lz_err run(void *context)
{
    struct world *w = context;
    w->fault = (struct lz_fault){0};
    return w->command(&w->program);
}

static void each_command_without_memory_says_so(void **state)
{
    static const struct {
        const char *name;
        lz_err (*command)(const struct lz_nfc_program *program);
        const char *uri;
    } rows[] = {{"list", lz_nfc_list, NULL},
                {"read", lz_nfc_read, NULL},
                {"probe", lz_nfc_probe, NULL},
                {"encode", lz_nfc_encode, "https://badge.example/1"},
                {"wipe", lz_nfc_wipe, NULL}};
    struct world w;
    make(&w, *state);
    nfc_bench_say(*state, "insert chip=NTAG213 uid=04aaaaaaaaaa01");
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        w.command = rows[i].command;
        w.options.uri = rows[i].uri;
        fault_each_allocation(rows[i].name, run, &w);
    }
    w.options.uri = NULL;
    w.stop = 1;
    w.command = lz_nfc_watch;
    fault_each_allocation("watch", run, &w);
}

/* jansson must not parse the answer without memory (2.14 writes past its buffer): the first allocation fails,
 * which comes before, or the last, which is the text to be printed. */
static void an_answer_of_the_virtual_reader_needs_memory(void **state)
{
    struct world w;
    make(&w, *state);
    w.options.arguments[0] = "list";
    w.options.argument_count = 1;
    w.command = lz_nfc_virtual;
    fault_arm(FAULT_MEMORY, 0);
    assert_ok(run(&w));
    const long which[] = {1, fault_disarm()};
    for (size_t i = 0; i < COUNT_OF(which); i++) {
        fault_arm(FAULT_MEMORY, which[i]);
        lz_err err = run(&w);
        fault_disarm();
        assert_err(err, LZ_MEMORY);
    }
}

static void waiting_for_a_card_ends_with_a_signal(void **state)
{
    struct world w;
    make(&w, *state);
    nfc_bench_say(*state, "remove");
    w.options.wait_s = 3600;
    w.stop = 1;
    w.command = lz_nfc_read;
    assert_err(run(&w), LZ_CANCELLED);
}

/* It can be selected, and answers nothing: open, initialise, one property; from the fourth call on. */
static void a_tag_that_answers_nothing_is_no_kind_we_know(void **state)
{
    struct world w;
    make(&w, *state);
    nfc_bench_say(*state, "insert");
    w.command = lz_nfc_probe;
    nfc_gates.code = NFC_ERFTRANS;
    fault_arm(FAULT_WIRE_DEAD, 4);
    lz_err err = run(&w);
    fault_disarm();
    nfc_gates.code = NFC_EIO;
    assert_err(err, LZ_TAG_KIND);
    assert_non_null(strstr(lz_fault_text(&w.fault, LZ_EN), "NTAG216"));
}

/* --- the register beside --- */

static bool forked;
static int looks; /* at the clock, since then */
static void after_fork(void)
{
    forked = true;
}

/* The first look after the child was started is the start of its time; the second is a minute later. */
static int64_t impatient(const struct lz_clock *clock)
{
    (void)clock;
    looks = forked ? looks + 1 : 0;
    return lz_clock_system()->monotonic_us(lz_clock_system()) + (looks > 1 ? MINUTE_US : 0);
}

static lz_err encode_badge(const struct lz_nfc_program *program)
{
    return lz_encode_badge(program, "LZ-0000-0000");
}

static bool register_is_missing(void)
{
    char path[512];
    snprintf(path, sizeof path, "%s/liangzheng", getenv("LIANGZHENG_BIN") ? getenv("LIANGZHENG_BIN") : "");
    return access(path, X_OK) != 0;
}

static void without_a_child_or_its_time_nothing_is_written(void **state)
{
    struct world w;
    if (register_is_missing())
        skip();
    make(&w, *state);
    nfc_bench_say(*state, "insert chip=NTAG213 uid=04aaaaaaaaaa02");
    w.options.data = ((const struct nfc_bench *)*state)->folder;
    w.command = encode_badge;
    assert_err(run(&w), LZ_WRONG_STATE); /* the register has no such certificate, and says so */
    int told = 0;
    for (long n = 1;; n++) {
        fault_arm(FAULT_NAME, n);
        lz_err err = run(&w);
        bool happened = fault_happened();
        fault_disarm();
        told += err == LZ_IO;
        assert_int_not_equal(err, LZ_OK);
        if (!happened)
            break;
    }
    assert_true(told >= 2); /* no pipe, no child */

    const struct lz_clock clock = {.now_ms = lz_clock_system()->now_ms, .monotonic_us = impatient};
    assert_int_equal(pthread_atfork(NULL, after_fork, NULL), 0);
    forked = false;
    w.program.clock = &clock;
    assert_err(run(&w), LZ_TIMEOUT);
    w.program.clock = lz_clock_system();
    w.command = lz_nfc_read;
    assert_ok(run(&w));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_command_without_memory_says_so),
        cmocka_unit_test(an_answer_of_the_virtual_reader_needs_memory),
        cmocka_unit_test(waiting_for_a_card_ends_with_a_signal),
        cmocka_unit_test(a_tag_that_answers_nothing_is_no_kind_we_know),
        cmocka_unit_test(without_a_child_or_its_time_nothing_is_written),
    };
    setenv("FAULT_RUNS", "6", 0); /* each opens the reader */
    return cmocka_run_group_tests(tests, nfc_bench_start, nfc_bench_end);
}
