#include "lz_test.h"

#include "web/kiosk/tap_line.h"

#define TAP "{\"event\":\"tap\",\"seq\":1,\"uid\":\"04a1b2c3d4e5f6\",\"chip\":\"NTAG216\",\"uri\":"

static lz_err parse(const char *text, struct lz_tap_line *ret_line)
{
    return lz_tap_line_parse(lz_bytes_text(text), ret_line);
}

static void a_line_that_is_not_ours_is_refused_and_an_unknown_event_is_skipped(void **unused)
{
    static const struct {
        const char *line;
        lz_err err;
    } cases[] = {
        {"", LZ_MALFORMED},
        {"tap", LZ_MALFORMED},
        {"[]", LZ_MALFORMED},
        {"{}", LZ_MALFORMED},
        {"{\"event\":1}", LZ_MALFORMED},
        {"{\"event\":\"weather\"}", LZ_UNSUPPORTED},
        {"{\"event\":\"reader\"}", LZ_MALFORMED},
        {"{\"event\":\"reader\",\"state\":\"tired\"}", LZ_UNSUPPORTED},
        {"{\"event\":\"gone\"}", LZ_MALFORMED},
        {"{\"event\":\"gone\",\"uid\":\"04a1\"}", LZ_MALFORMED},
        {"{\"event\":\"gone\",\"uid\":\"04a1b2c3d4e5f607\"}", LZ_MALFORMED},
        {"{\"event\":\"gone\",\"uid\":\"04a1b2c3d4e5f60708090a0b\"}", LZ_MALFORMED},
        {"{\"event\":\"gone\",\"uid\":\"04a1b2c3d4e5fg\"}", LZ_MALFORMED},
        {"{\"event\":\"gone\",\"uid\":\"04a1b2c3\",\"uid\":\"04a1b2c4\"}", LZ_MALFORMED},
        {"{\"event\":\"gone\",\"uid\":\"04a1b2c3\"} and more", LZ_MALFORMED},
        {TAP "7}", LZ_MALFORMED},
        {TAP "\"https://zf.example/\\u0007\"}", LZ_MALFORMED},
        {TAP "\"https://zf.example/\\u0000\"}", LZ_MALFORMED},
        {TAP "\"https://zf.example/\xff\"}", LZ_MALFORMED},
        {"{\"event\":\"tap\",\"uid\":\"04a1b2c3\",\"chip\":\"A chip with a long name\"}", LZ_TOO_LARGE},
        {TAP "\"https://zf.example/v/AA\"}", LZ_OK},
        {TAP "null}", LZ_OK},
        {"{\"event\":\"tap\",\"uid\":\"04a1b2c3\",\"chip\":null,\"uri\":null}", LZ_OK},
        {"{\"event\":\"gone\",\"uid\":\"04a1b2c3d4e5f6070809\"}", LZ_OK},
        {"{\"event\":\"reader\",\"state\":\"ready\"}", LZ_OK},
    };
    (void)unused;
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        struct lz_tap_line line = {.kind = LZ_TAP_LINE_GONE, .uid_size = 99};
        assert_err(parse(cases[i].line, &line), cases[i].err);
        if (cases[i].err)
            assert_int_equal(line.uid_size, 99);
    }
}

static void a_tap_carries_uid_chip_and_address(void **unused)
{
    static const uint8_t uid[] = {0x04, 0xa1, 0xb2, 0xc3, 0xd4, 0xe5, 0xf6};
    struct lz_tap_line line;
    (void)unused;
    assert_ok(parse(TAP "\"https://zf.example/v/AA\",\"at_ms\":5}", &line));
    assert_int_equal(line.kind, LZ_TAP_LINE_TAP);
    assert_int_equal(line.uid_size, sizeof uid);
    assert_memory_equal(line.uid, uid, sizeof uid);
    assert_string_equal(line.chip, "NTAG216");
    assert_true(line.has_uri);
    assert_string_equal(line.uri, "https://zf.example/v/AA");
    assert_ok(parse(TAP "null}", &line));
    assert_false(line.has_uri);
}

static void why_the_reader_is_away_is_cut_at_a_character(void **unused)
{
    struct lz_tap_line line;
    struct lz_buf text;
    (void)unused;
    lz_buf_init(&text, LZ_TAP_LINE_MAX);
    lz_buf_text(&text, "{\"event\":\"reader\",\"state\":\"away\",\"reason\":\"device\",\"zh\":\"");
    for (int i = 0; i < 300; i++)
        lz_buf_text(&text, "卡");
    lz_buf_text(&text, "\",\"en\":\"gone\"}");
    assert_ok(lz_tap_line_parse(lz_buf_view(&text), &line));
    assert_int_equal(line.kind, LZ_TAP_LINE_AWAY);
    assert_string_equal(line.reason, "device");
    assert_int_equal(strlen(line.reason_text[LZ_ZH]), (LZ_FAULT_TEXT - 1) / 3 * 3);
    assert_string_equal(line.reason_text[LZ_EN], "gone");
    lz_buf_free(&text);
}

static void a_line_beyond_the_cap_is_not_even_parsed(void **unused)
{
    struct lz_tap_line line;
    char *text = calloc(1, LZ_TAP_LINE_MAX + 2);
    (void)unused;
    assert_non_null(text);
    memset(text, ' ', LZ_TAP_LINE_MAX + 1);
    assert_err(parse(text, &line), LZ_TOO_LARGE);
    free(text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_line_that_is_not_ours_is_refused_and_an_unknown_event_is_skipped),
        cmocka_unit_test(a_tap_carries_uid_chip_and_address),
        cmocka_unit_test(why_the_reader_is_away_is_cut_at_a_character),
        cmocka_unit_test(a_line_beyond_the_cap_is_not_even_parsed),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
