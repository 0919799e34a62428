#include "lz_test.h"
#include "registry/base/log.h"

#include <unistd.h>

static struct lz_clock_fixed fixed;
static struct lz_log logger;
static int read_end;

static int open_log(void **state)
{
    (void)state;
    int ends[2];
    if (pipe(ends))
        return -1;
    lz_clock_fixed_init(&fixed, 1795420800);
    lz_log_init(&logger, &fixed.base);
    read_end = ends[0];
    logger.fd = ends[1];
    return 0;
}

static int close_log(void **state)
{
    (void)state;
    close(logger.fd);
    close(read_end);
    return 0;
}

/* What was written since; the test closes nothing, so it must know that something was. */
static const char *written(void)
{
    static char text[8192];
    ssize_t n = read(read_end, text, sizeof text - 1);
    assert_true(n >= 0);
    text[n] = '\0';
    return text;
}

static void an_event_is_one_line_with_time_level_component_and_values(void **state)
{
    (void)state;
    LZ_LOG(&logger, LZ_LOG_WARN, "kiosk", "registry is away", lz_log_text("url", "https://例.cn"),
           lz_log_int("for", 30));
    assert_string_equal(written(),
                        "2026-11-23T08:00:00Z WARN kiosk: registry is away url=https://例.cn for=30\n");
    LZ_LOG(&logger, LZ_LOG_INFO, "serve", "ready");
    assert_string_equal(written(), "2026-11-23T08:00:00Z INFO serve: ready\n");
}

static void values_cannot_forge_a_line_or_a_field(void **state)
{
    (void)state;
    LZ_LOG(&logger, LZ_LOG_ERROR, "x", "m\nn", lz_log_text("a", "b\n2026 ERROR"), lz_log_text("c", "d\"e\\"),
           lz_log_text("f", ""), lz_log_text("g", NULL), lz_log_text("h", "\x1b[2J\xff\xe2\x80\xae"),
           lz_log_text("i", "j=k"));
    assert_string_equal(written(),
                        "2026-11-23T08:00:00Z ERROR x: m?n a=\"b?2026 ERROR\" c=\"d\\\"e\\\\\" f=\"\" "
                        "g=\"\" h=?[2J?? i=\"j=k\"\n");
}

static void what_is_less_urgent_than_the_level_is_not_written(void **state)
{
    (void)state;
    LZ_LOG(&logger, LZ_LOG_DEBUG, "x", "unseen");
    LZ_LOG(NULL, LZ_LOG_ERROR, "x", "unseen");
    logger.level = LZ_LOG_DEBUG;
    LZ_LOG(&logger, LZ_LOG_DEBUG, "x", "seen");
    logger.level = LZ_LOG_INFO;
    assert_string_equal(written(), "2026-11-23T08:00:00Z DEBUG x: seen\n");
}

static void a_long_line_is_cut_at_a_character_and_says_so(void **state)
{
    (void)state;
    char value[6001] = "";
    for (size_t i = 0; i < 2000; i++)
        memcpy(value + i * 3, "亮", 3);
    LZ_LOG(&logger, LZ_LOG_INFO, "x", "m", lz_log_text("a", value), lz_log_text("b", "unseen"));
    const char *line = written();
    assert_true(strlen(line) <= 4096 && strlen(line) > 4080);
    assert_string_equal(line + strlen(line) - 7, "亮…\n");
}

static void levels_are_read_from_their_words(void **state)
{
    (void)state;
    enum lz_log_level level = LZ_LOG_INFO;
    assert_true(lz_log_level_parse("debug", &level));
    assert_int_equal(level, LZ_LOG_DEBUG);
    assert_false(lz_log_level_parse("loud", &level));
    assert_int_equal(level, LZ_LOG_DEBUG);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_event_is_one_line_with_time_level_component_and_values),
        cmocka_unit_test(values_cannot_forge_a_line_or_a_field),
        cmocka_unit_test(what_is_less_urgent_than_the_level_is_not_written),
        cmocka_unit_test(a_long_line_is_cut_at_a_character_and_says_so),
        cmocka_unit_test(levels_are_read_from_their_words),
    };
    return cmocka_run_group_tests(tests, open_log, close_log);
}
