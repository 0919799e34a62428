/* The virtual reader without memory, terminal, socket or folder, and who asks it for what it does not have:
 * refused in words, nothing left behind, and the next attempt goes well. */
#include "nfc/virtual_reader.h"
#include "nfc_gates.h"

#include <jansson.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

enum { ASK_MS = 5000 };

static lz_err no_random(struct lz_random *random, void *ret_data, size_t size)
{
    (void)random, (void)ret_data, (void)size;
    return LZ_CRYPTO;
}

struct place {
    char link[96], control[96];
    struct lz_random_seeded random;
    struct lz_virtual_reader *reader;
};

static struct place place_in(const struct nfc_bench *bench, const char *name)
{
    struct place p = {0};
    snprintf(p.link, sizeof p.link, "%s/%s.link", bench->folder, name);
    snprintf(p.control, sizeof p.control, "%s/%s.sock", bench->folder, name);
    lz_random_seeded_init(&p.random, 1);
    return p;
}

static lz_err begin(struct place *p, const char *link, const char *control, struct lz_fault *fault)
{
    const struct lz_virtual_reader_options options = {.link = link,
                                                      .control = control,
                                                      .type = lz_tag_type_named("NTAG213"),
                                                      .clock = lz_clock_system(),
                                                      .random = &p->random.base};
    return lz_virtual_reader_new(&options, &p->reader, fault);
}

/* --- starting --- */

static void prepare(void *context)
{
    (void)context;
}

static lz_err start_and_end(void *context)
{
    struct place *p = context;
    struct lz_fault fault = {0};
    lz_err err = begin(p, p->link, p->control, &fault);
    if (err && fault.code != err)
        fault_found("gave %s and told of %s", lz_err_name(err), lz_err_name(fault.code));
    lz_virtual_reader_free(&p->reader);
    return err;
}

static void nothing_is_left(void *context, lz_err err)
{
    struct place *p = context;
    struct stat st;
    if (lstat(p->link, &st) == 0 || lstat(p->control, &st) == 0)
        fault_found("gave %s and left a path", lz_err_name(err));
    lz_err again = start_and_end(p);
    if (again)
        fault_found("then nothing failed, and it gave %s", lz_err_name(again));
}

static void one_that_cannot_start_leaves_nothing(void **state)
{
    static const enum fault_kind kinds[] = {FAULT_NAME, FAULT_MEMORY, FAULT_MEMORY_OUT};
    struct place p = place_in(*state, "start");
    const struct fault_case c = {
        .name = "start", .prepare = prepare, .run = start_and_end, .check = nothing_is_left};
    for (size_t i = 0; i < COUNT_OF(kinds); i++)
        fault_each(kinds[i], &c, &p);
    fault_report("starting a virtual reader");
}

static void paths_that_cannot_be_are_refused(void **state)
{
    struct place p = place_in(*state, "paths");
    char long_path[1200] = "/tmp/", missing[128];
    memset(long_path + 5, 'a', sizeof long_path - 6);
    snprintf(missing, sizeof missing, "%s/none/here", ((const struct nfc_bench *)*state)->folder);
    const struct {
        const char *link, *control;
        lz_err err;
    } rows[] = {
        {long_path, p.control, LZ_INVALID}, {missing, p.control, LZ_NOT_FOUND},
        {p.link, long_path, LZ_INVALID},    {p.link, missing, LZ_IO},
        {"/tmp", p.control, LZ_EXISTS},     {p.link, ((const struct nfc_bench *)*state)->control, LZ_BUSY}};
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        struct lz_fault fault = {0};
        lz_err err = begin(&p, rows[i].link, rows[i].control, &fault);
        if (err != rows[i].err)
            fail_msg("row %zu: %s", i, lz_err_name(err));
        assert_null(p.reader);
        nothing_is_left(&p, err);
    }
}

/* --- commands --- */

/* The error's name, or "" when it agreed.  Not by jansson: 2.14 writes past its buffer when memory ends in
 * the middle of a string that it parses. */
static const char *command(struct place *p, const char *line, char ret_name[32])
{
    struct lz_buf answer;
    lz_buf_init(&answer, LZ_VIRTUAL_ANSWER_MAX);
    lz_virtual_reader_command(p->reader, lz_bytes_text(line), &answer);
    const char *text = answer.err ? "" : (const char *)answer.data;
    snprintf(ret_name, 32, "%s", answer.err ? "memory" : "no answer");
    if (strncmp(text, "{\"ok\":true,", 11) == 0)
        ret_name[0] = '\0';
    else
        (void)sscanf(text, "{\"ok\":false,\"error\":\"%31[a-z-]\"", ret_name);
    lz_buf_free(&answer);
    return ret_name;
}

static void each_command_that_cannot_be_done_says_why(void **state)
{
    struct place p = place_in(*state, "commands");
    struct lz_fault fault = {0};
    char name[32], path[160];
    assert_ok(begin(&p, p.link, p.control, &fault));
    static const struct {
        const char *line, *error;
    } rows[] = {
        {"save dump=/dev/null", "not-found"},
        {"load dump=/dev/null", "not-found"},
        {"insert uid=04000000000001", ""},
        {"insert uid=04000000000001 chip=NTAG216", "conflict"},
        {"load dump=/nowhere/at/all", "not-found"},
        {"load dump=/dev/null", "invalid"},
        {"save dump=/nowhere/at/all", "not-found"},
        {"fault unplug", ""},
        {"fault unplug", ""},
        {"fault replug", ""},
        {"fault replug", ""},
        {"list", ""},
    };
    for (size_t i = 0; i < COUNT_OF(rows); i++)
        if (strcmp(command(&p, rows[i].line, name), rows[i].error) != 0)
            fail_msg("%s: %s", rows[i].line, name);
    snprintf(path, sizeof path, "%s.real", p.link);
    assert_int_equal(rename(p.link, path), 0);
    assert_int_equal(mkdir(p.link, 0700), 0);
    assert_string_equal(command(&p, "fault replug", name), "exists");
    assert_int_equal(rmdir(p.link), 0);
    assert_int_equal(unlink(path), 0);
    assert_string_equal(command(&p, "fault replug", name), "");

    p.random.base.fill = no_random;
    assert_string_equal(command(&p, "swap", name), "crypto");
    lz_random_seeded_init(&p.random, 2);
    int cards = 1;
    while (cards < 200 && strcmp(command(&p, "swap", name), "") == 0)
        cards++;
    assert_int_equal(cards, 64);
    assert_string_equal(name, "too-large");
    lz_virtual_reader_free(&p.reader);
}

static lz_err lay_on_and_list(void *context)
{
    struct place *p = context;
    char name[32];
    if (strcmp(command(p, "swap chip=NTAG215", name), "") != 0)
        return strcmp(name, "memory") == 0 ? LZ_MEMORY : LZ_INTERNAL;
    return LZ_OK;
}

static void start(void *context)
{
    struct place *p = context;
    struct lz_fault fault = {0};
    assert_ok(begin(p, p->link, p->control, &fault));
}

static void lies_whole(void *context, lz_err err)
{
    (void)err;
    char name[32];
    if (strcmp(command(context, "swap chip=NTAG215", name), "") != 0)
        fault_found("then nothing failed, and it said %s", name);
}

static void end(void *context)
{
    struct place *p = context;
    lz_virtual_reader_free(&p->reader);
}

static void a_command_without_memory_says_so(void **state)
{
    struct place p = place_in(*state, "memory");
    const struct fault_case c = {
        .name = "swap",
        .prepare = start,
        .run = lay_on_and_list,
        .check = lies_whole,
        .finish = end,
    };
    fault_each(FAULT_MEMORY, &c, &p);
    fault_report("commands of a virtual reader");
}

static void a_wait_that_fails_ends_it(void **state)
{
    static const volatile sig_atomic_t stop = 0;
    struct place p = place_in(*state, "wait");
    sigset_t mask;
    sigemptyset(&mask);
    start(&p);
    fault_arm(FAULT_READ, 1);
    assert_err(lz_virtual_reader_run(p.reader, &stop, &mask), LZ_IO);
    fault_disarm();
    end(&p);
}

/* --- who asks --- */

static lz_err ask_list(void *context)
{
    const struct nfc_bench *bench = context;
    struct lz_fault fault = {0};
    json_t *answer = NULL;
    lz_err err = lz_virtual_control_ask(bench->control, "list", ASK_MS, &answer, &fault);
    if (!err && !json_is_array(json_object_get(answer, "cards")))
        fault_found("an answer without cards");
    json_decref(answer);
    return err;
}

static void can_be_asked(void *context, lz_err err)
{
    lz_err again = ask_list(context);
    if (again)
        fault_found("gave %s, then nothing failed, and it gave %s", lz_err_name(err), lz_err_name(again));
}

static void a_question_that_is_lost_is_told(void **state)
{
    static const struct {
        enum fault_kind kind;
        lz_err also;
    } ways[] = {
        {FAULT_WIRE, LZ_OK}, {FAULT_WIRE_DEAD, LZ_OK}, {FAULT_NAME, LZ_NETWORK}, {FAULT_READ, LZ_TIMEOUT}};
    for (size_t i = 0; i < COUNT_OF(ways); i++) {
        const struct fault_case c = {
            .name = "ask", .prepare = prepare, .run = ask_list, .check = can_be_asked, .also = ways[i].also};
        fault_each(ways[i].kind, &c, *state);
    }
    fault_report("questions to a virtual reader");
}

static int listen_at(const char *path)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    snprintf(address.sun_path, sizeof address.sun_path, "%s", path);
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    assert_int_equal(bind(fd, (const struct sockaddr *)&address, sizeof address), 0);
    assert_int_equal(listen(fd, 1), 0);
    return fd;
}

/* Answers one question with `text` and ends. */
static pid_t answer_with(int listener, const char *text, size_t size)
{
    pid_t child = fork();
    if (child != 0)
        return child;
    char part[64];
    int fd = accept(listener, NULL, NULL);
    while (recv(fd, part, sizeof part, 0) > 0 && !memchr(part, '\n', sizeof part))
        memset(part, 0, sizeof part);
    _exit(send(fd, text, size, MSG_NOSIGNAL) < 0);
}

static void what_is_no_answer_is_not_taken_for_one(void **state)
{
    static char endless[2 * LZ_VIRTUAL_ANSWER_MAX];
    memset(endless, ' ', sizeof endless - 1);
    static const struct {
        const char *answer;
        lz_err err;
    } rows[] = {{"", LZ_NETWORK},
                {"nonsense\n", LZ_INTERNAL},
                {"{}\n", LZ_INTERNAL},
                {"{\"ok\":false,\"error\":\"never-heard\"}\n", LZ_INTERNAL},
                {"{\"ok\":false,\"error\":\"busy\",\"zh\":\"忙\",\"en\":\"busy\"}\n", LZ_BUSY},
                {endless, LZ_TOO_LARGE},
                {"{\"ok\":true}\n", LZ_OK}};
    struct place p = place_in(*state, "strange");
    int listener = listen_at(p.control);
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        struct lz_fault fault = {0};
        pid_t child = answer_with(listener, rows[i].answer, strlen(rows[i].answer));
        lz_err err = lz_virtual_control_ask(p.control, "list", ASK_MS, NULL, &fault);
        waitpid(child, NULL, 0);
        if (err != rows[i].err)
            fail_msg("%.40s: %s", rows[i].answer, lz_err_name(err));
    }
    struct lz_fault fault = {0};
    assert_err(lz_virtual_control_ask(p.control, "list", 1, NULL, &fault), LZ_TIMEOUT); /* nobody accepts */
    close(listener);
    assert_err(lz_virtual_control_ask(p.control, "list", ASK_MS, NULL, &fault), LZ_NETWORK);
    char long_path[300];
    memset(long_path, 'a', sizeof long_path - 1);
    long_path[sizeof long_path - 1] = '\0';
    assert_err(lz_virtual_control_ask(long_path, "list", ASK_MS, NULL, &fault), LZ_NETWORK);
    assert_non_null(strstr(lz_fault_text(&fault, LZ_EN), "not running"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(one_that_cannot_start_leaves_nothing),
        cmocka_unit_test(paths_that_cannot_be_are_refused),
        cmocka_unit_test(each_command_that_cannot_be_done_says_why),
        cmocka_unit_test(a_command_without_memory_says_so),
        cmocka_unit_test(a_wait_that_fails_ends_it),
        cmocka_unit_test(a_question_that_is_lost_is_told),
        cmocka_unit_test(what_is_no_answer_is_not_taken_for_one),
    };
    return cmocka_run_group_tests(tests, nfc_bench_start, nfc_bench_end);
}
