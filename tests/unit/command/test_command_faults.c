/* Every command with the n-th allocation failing: what it was to do is not done, or it is done and only the
 * telling failed; and "memory" is what it says. */
#include "registry/fault_world.h"

#include "registry/base/encoding.h"
#include "registry/base/file.h"
#include "registry/command/command.h"

#include <fcntl.h>
#include <unistd.h>

enum { WORDS_MAX = 12, TOKEN_TEXT = 1024 };

/* A word that begins with @ stands for something of the world. */
static const struct line {
    const char *words[WORDS_MAX];
    unsigned flags;
    bool plain; /* without --json, too */
} lines[] = {
    {{"certificate", "show", "@badged"}, OP_READS, true},
    {{"certificate", "history", "@plain"}, OP_READS, true},
    {{"certificate", "unschedule", "@plain"}, OP_TOLD, true},
    {{"certificate", "card", "@badged", "@suspended"}, OP_READS, false},
    {{"certificate", "card", "@badged", "@badged", "@badged", "@badged", "@badged", "@badged", "@badged",
      "@badged", "@badged"},
     OP_READS,
     false},
    {{"certificate", "card", "@plain"}, OP_KEEPS, false},
    {{"certificate", "suspend", "@badged", "--reason", "discipline"}, OP_TOLD, false},
    {{"certificate", "suspend", "@badged", "--reason", "discipline", "--effective", "2030-01-01"},
     OP_TOLD,
     false},
    {{"certificate", "unreconciled"}, OP_READS, true},
    {{"certificate", "reconcile", "@doubted"}, OP_TOLD, false},
    {{"badge", "token", "@badged"}, OP_READS, true},
    {{"badge", "url", "@plain", "--chip", "04A1B2C3D4E5F6", "--chip-type", "NTAG216"}, OP_KEEPS, false},
    {{"badge", "url", "@badged"}, OP_READS, false},
    {{"badge", "show", "@badged"}, OP_READS, true},
    {{"badge", "printed", "@badged"}, OP_TOLD, false},
    {{"badge", "lose", "@badged"}, OP_TOLD, false},
    {{"verify", "@badged", "--data", "@register"}, OP_READS | OP_CLOSED, true},
    {{"verify", "@token", "--chip", "04A1B2C3D4E5F6", "--data", "@register"}, OP_READS | OP_CLOSED, false},
    {{"verify", "@token", "--offline", "--trust", "@mirror"}, OP_READS | OP_CLOSED, true},
    {{"verify", "27010000001", "--offline", "--trust", "@mirror"}, OP_READS | OP_CLOSED, false},
    {{"trust", "export", "@out/trust"}, OP_KEEPS, false},
    {{"keys", "list"}, OP_READS, true},
    {{"keys", "rotate"}, OP_KEEPS, false},
    {{"keys", "log"}, OP_READS, false},
    {{"log", "verify"}, OP_READS, false},
    {{"audit", "verify"}, OP_READS, false},
    {{"audit", "list"}, OP_READS, true},
    {{"check"}, OP_READS, false},
    {{"user", "add", "wang", "--role", "clerk", "--organ", "黄陵县水务局"}, OP_TOLD, false},
    {{"user", "list"}, OP_READS, true},
    {{"user", "password", "zhang"}, OP_KEEPS, false},
    {{"user", "disable", "zhang"}, OP_TOLD, false},
    {{"organ", "list"}, OP_READS, true},
    {{"policy", "list"}, OP_READS, true},
    {{"policy", "set", "undo-hours", "12"}, OP_KEEPS, false},
    {{"person", "photo", "@plain", "@photo"}, OP_KEEPS, false},
    {{"import", "roster", "@roster"}, OP_KEEPS, true},
    {{"export", "@out/export"}, OP_TOLD | OP_AUDITS, false},
    {{"backup", "@out/saved"}, OP_TOLD | OP_AUDITS, false},
    {{"restore", "@backup", "--data", "@out/restored", "--log", "@mirror"}, OP_TOLD | OP_CLOSED, true},
    {{"init", "@out/made", "--organ", "黄陵县司法局"}, OP_TOLD | OP_CLOSED, true},
};

/* The line at hand: what an operation's function has no argument for. */
static struct {
    const struct lz_command *row;
    struct lz_options *options; /* borrows words */
    char *words[WORDS_MAX + 2];
    bool json;
} now;

static struct {
    char token[TOKEN_TEXT], photo[WORLD_PATH], roster[WORLD_PATH];
    int nowhere; /* where stdout and stderr lead while a command runs */
} files;

static char *word_of(struct world *w, const char *word)
{
    const struct {
        const char *name, *is;
    } rows[] = {{"@badged", w->badged},   {"@plain", w->plain},     {"@suspended", w->suspended},
                {"@doubted", w->doubted}, {"@backup", w->backup},   {"@mirror", w->mirror},
                {"@register", w->f.dir},  {"@out", w->out},         {"@token", files.token},
                {"@photo", files.photo},  {"@roster", files.roster}};
    for (size_t i = 0; i < COUNT_OF(rows); i++)
        if (strncmp(word, rows[i].name, strlen(rows[i].name)) == 0)
            return lz_arena_printf(w->keep, "%s%s", rows[i].is, word + strlen(rows[i].name));
    return lz_arena_text(w->keep, word);
}

static void read_line(struct world *w, const struct line *line, bool json)
{
    char **words = now.words;
    int count = 0, skipped = 0;
    struct lz_fault fault = {0};
    words[count++] = word_of(w, "liangzheng");
    for (size_t i = 0; i < WORDS_MAX && line->words[i]; i++)
        words[count++] = word_of(w, line->words[i]);
    if (json)
        words[count++] = word_of(w, "--json");
    now.json = json;
    now.row = lz_command_find(count, words, &skipped);
    assert_non_null(now.row);
    if (lz_options_parse(&now.row->program, count - skipped, words + skipped, &now.options, &fault))
        fail_msg("%s: %s", line->words[0], lz_fault_text(&fault, LZ_EN));
}

static void redirect(int from[2], bool away)
{
    fflush(stdout);
    fflush(stderr);
    for (int fd = STDOUT_FILENO; fd <= STDERR_FILENO; fd++) {
        int *kept = &from[fd - STDOUT_FILENO];
        if (away)
            *kept = dup(fd);
        assert_int_equal(dup2(away ? files.nowhere : *kept, fd), fd);
        if (!away)
            close(*kept);
    }
}

static lz_err run_command(struct world *w, struct lz_call *call)
{
    (void)w;
    int from[2];
    struct lz_command_run run = {.options = now.options, .call = call, .json = now.json};
    redirect(from, true);
    lz_err err = now.row->run(&run);
    redirect(from, false);
    return err;
}

static void each_line(struct world *w, enum fault_kind kind, bool json)
{
    const char *only = getenv("FAULT_OPERATION");
    for (size_t i = 0; i < COUNT_OF(lines); i++) {
        if ((!json && !lines[i].plain) || (only && !strstr(lines[i].words[0], only)))
            continue;
        read_line(w, &lines[i], json);
        const struct operation op = {
            .name = now.row->program.name, .run = run_command, .flags = lines[i].flags};
        world_fail_each(w, &op, kind);
        lz_options_free(&now.options);
    }
}

static void each(void **state, enum fault_kind kind)
{
    each_line(*state, kind, true);
    each_line(*state, kind, false);
    fault_report(fault_kind_word(kind));
}
static void without_memory_a_command_is_undone_or_untold(void **state)
{
    each(state, FAULT_MEMORY);
}
static void when_memory_stays_out_a_command_is_undone_or_untold(void **state)
{
    each(state, FAULT_MEMORY_OUT);
}
static void without_room_in_the_arena_a_command_is_undone_or_untold(void **state)
{
    each(state, FAULT_ARENA);
}

/* The way of the program, from its words to its exit code. */
static void without_memory_nothing_is_said_to_be_valid(void **state)
{
    struct world *w = *state;
    static const char *const given[] = {"liangzheng", "verify",    "@token",   "--offline", "--trust",
                                        "@mirror",    "--max-age", "31536000", "--json"};
    char *words[COUNT_OF(given)];
    int from[2], skipped = 0;
    for (size_t i = 0; i < COUNT_OF(given); i++)
        words[i] = word_of(w, given[i]);
    const struct lz_command *row = lz_command_find((int)COUNT_OF(words), words, &skipped);
    const int count = (int)COUNT_OF(words) - skipped;
    long total = 1;
    for (long n = 0; n <= total; n++) {
        redirect(from, true);
        fault_arm(FAULT_MEMORY, n);
        int code = lz_command_perform(row, count, words + skipped);
        long calls = fault_disarm();
        const bool happened = fault_happened(); /* some memory is asked for once in a process */
        redirect(from, false);
        if (n == 0) {
            total = calls;
            assert_in_range(code, 0, 1); /* as the machine's clock says */
        } else {
            assert_int_equal(code, happened ? lz_err_exit(LZ_MEMORY) : 0);
        }
    }
    assert_true(total > 5);
}

/* No program of the counter's stands beside this one, so the log is not fetched in any case. */
static void without_memory_nothing_is_restored_from_an_address(void **state)
{
    static const struct line line = {
        {"restore", "@backup", "--data", "@out/restored", "--log", "http://127.0.0.1:1"}, 0, true};
    struct world *w = *state;
    struct attempt attempt = {w, &(struct operation){.name = "restore", .flags = OP_CLOSED}};
    char restored[WORLD_PATH];
    world_path(restored, w->out, "restored");
    attempt_prepare(&attempt);
    read_line(w, &line, true);
    long n = 0;
    do {
        struct lz_call call = {.actor = &lz_actor_local_admin, .arena = w->f.arena, .origin = "test"};
        fault_arm(FAULT_MEMORY, ++n);
        lz_err err = run_command(w, &call);
        fault_disarm();
        assert_true(err == LZ_NOT_FOUND || (fault_happened() && err == LZ_MEMORY));
        assert_int_not_equal(access(restored, F_OK), 0);
    } while (fault_happened());
    assert_true(n > 10);
    lz_options_free(&now.options);
}

static void a_password_is_asked_for_at_a_terminal_only(void **state)
{
    (void)state;
    char password[LZ_COMMAND_TYPED_SIZE] = "";
    struct lz_fault fault = {0};
    int kept = dup(STDIN_FILENO), none = open("/dev/null", O_RDONLY);
    assert_int_equal(dup2(none, STDIN_FILENO), STDIN_FILENO);
    lz_err err = lz_command_ask_password("", password, &fault);
    assert_int_equal(dup2(kept, STDIN_FILENO), STDIN_FILENO);
    close(none);
    close(kept);
    assert_err(err, LZ_USAGE);
    assert_string_equal(password, "");
    assert_non_null(strstr(lz_fault_text(&fault, LZ_EN), "terminal"));
}

static void write_files(struct world *w)
{
    static const uint8_t jpeg[] = {0xFF, 0xD8, 0xFF, 0xE0, 0, 0, 0xFF, 0xD9};
    char id[24], csv[512];
    struct lz_buf token;
    fixture_id(60, id);
    snprintf(csv, sizeof csv,
             "姓名,身份证号,工作单位,执法证号,执法类别,发证日期,有效期至,人员类别\n"
             "罗秀宝,%s,子长市林业局,610699000060,林业,2026-03-01,2030-02-28,执法人员\n",
             id);
    world_path(files.photo, w->root, "photo.jpg");
    world_path(files.roster, w->root, "roster.csv");
    assert_ok(lz_file_replace(files.photo, lz_bytes_of(jpeg, sizeof jpeg), 0600, NULL));
    assert_ok(lz_file_replace(files.roster, lz_bytes_text(csv), 0600, NULL));
    lz_buf_init(&token, sizeof files.token);
    lz_base64url_encode(w->token, &token);
    assert_ok(token.err);
    snprintf(files.token, sizeof files.token, "%s", (const char *)token.data);
    lz_buf_free(&token);
}

static int setup(void **state)
{
    world_setup(state);
    write_files(*state);
    files.nowhere = open("/dev/null", O_WRONLY);
    return files.nowhere < 0;
}

static int teardown(void **state)
{
    close(files.nowhere);
    return world_teardown(state);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(without_memory_a_command_is_undone_or_untold),
        cmocka_unit_test(when_memory_stays_out_a_command_is_undone_or_untold),
        cmocka_unit_test(without_room_in_the_arena_a_command_is_undone_or_untold),
        cmocka_unit_test(without_memory_nothing_is_said_to_be_valid),
        cmocka_unit_test(without_memory_nothing_is_restored_from_an_address),
        cmocka_unit_test(a_password_is_asked_for_at_a_terminal_only),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
