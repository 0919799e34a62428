#include "lz_test.h"
#include "nfc/pn532_frame.h"
#include "nfc/virtual_pn532.h"

static const uint8_t uid[7] = {0x04, 0xA1, 0xB2, 0xC3, 0xD4, 0xE5, 0x80};

struct line {
    struct lz_virtual_pn532 *chip;
    struct lz_virtual_tag *tag;
    struct lz_buf out;
};

static int setup(void **state)
{
    struct line *line = test_calloc(1, sizeof *line);
    line->chip = lz_virtual_pn532_new();
    assert_non_null(line->chip);
    assert_ok(lz_virtual_tag_new(lz_tag_type_named("NTAG216"), uid, &line->tag));
    lz_buf_init(&line->out, 4096);
    *state = line;
    return 0;
}

static int teardown(void **state)
{
    struct line *line = *state;
    lz_virtual_pn532_free(&line->chip);
    lz_virtual_tag_free(&line->tag);
    lz_buf_free(&line->out);
    test_free(line);
    return 0;
}

/* What the chip has said, as text: "ack d5…(hex) error", then forgotten. */
static void heard(struct line *line, const char *expected)
{
    char text[2048] = "";
    struct lz_bytes rest = lz_buf_view(&line->out);
    while (rest.size > 0) {
        struct lz_pn532_frame frame = {0};
        size_t used = 0, at = strlen(text);
        lz_err err = lz_pn532_frame_parse(rest, &frame, &used);
        if (err == LZ_NOT_FOUND)
            break;
        const char *gap = at ? " " : "";
        if (err)
            snprintf(text + at, sizeof text - at, "%sbad", gap);
        else if (frame.kind == LZ_PN532_FRAME_ACK)
            snprintf(text + at, sizeof text - at, "%sack", gap);
        else if (frame.kind == LZ_PN532_FRAME_ERROR)
            snprintf(text + at, sizeof text - at, "%serror", gap);
        else
            snprintf(text + at, sizeof text - at, "%s", gap);
        for (size_t i = 0; !err && i < frame.data.size; i++)
            snprintf(text + strlen(text), sizeof text - strlen(text), "%02x", frame.data.data[i]);
        rest = lz_bytes_of(rest.data + used, rest.size - used);
    }
    lz_buf_reset(&line->out);
    assert_string_equal(text, expected);
}

static void say(struct line *line, const char *command, size_t size, int64_t now_ms)
{
    struct lz_buf frame;
    lz_buf_init(&frame, LZ_PN532_FRAME_MAX);
    assert_ok(lz_pn532_frame_data(LZ_PN532_TO_CHIP, lz_bytes_of(command, size), &frame));
    lz_virtual_pn532_feed(line->chip, lz_buf_view(&frame), now_ms, &line->out);
    lz_buf_free(&frame);
}
#define SAY(line, command) say(line, command, sizeof(command) - 1, 0)

static void a_command_is_acknowledged_then_answered_and_an_unknown_one_is_an_error(void **state)
{
    struct line *line = *state;
    SAY(line, "\x02");
    heard(line, "ack 0332010607");
    SAY(line, "\x00\x00libnfc");
    heard(line, "ack 01006c69626e6663");
    SAY(line, "\x7E");
    heard(line, "ack error");
}

static void bytes_may_come_one_by_one(void **state)
{
    struct line *line = *state;
    static const uint8_t frame[] = {0x55, 0x00, 0x00, 0xFF, 0x02, 0xFE, 0xD4, 0x02, 0x2A, 0x00};
    for (size_t i = 0; i < sizeof frame; i++)
        lz_virtual_pn532_feed(line->chip, lz_bytes_of(frame + i, 1), 0, &line->out);
    heard(line, "ack 0332010607");
}

static void asleep_it_needs_a_wake_up(void **state)
{
    struct line *line = *state;
    SAY(line, "\x16\xF0");
    heard(line, "ack 1700");
    SAY(line, "\x02"); /* what wakes it is lost, and the frame with it */
    heard(line, "");
    SAY(line, "\x02");
    heard(line, "ack 0332010607");
    SAY(line, "\x16\xF0");
    heard(line, "ack 1700");
    lz_virtual_pn532_feed(line->chip, lz_bytes_of("\x55\x55\x00\x00\x00", 5), 0, &line->out);
    SAY(line, "\x02");
    heard(line, "ack 0332010607");
}

static void a_finite_select_without_a_tag_finds_none_and_an_infinite_one_waits(void **state)
{
    struct line *line = *state;
    SAY(line, "\x32\x05\x00\x01\x02");
    heard(line, "ack 33");
    SAY(line, "\x4A\x01\x00");
    heard(line, "ack 4b00");
    SAY(line, "\x32\x05\xFF\xFF\xFF");
    heard(line, "ack 33");
    SAY(line, "\x4A\x01\x00");
    heard(line, "ack");
    lz_virtual_pn532_put_tag(line->chip, line->tag, &line->out);
    heard(line, "4b010100440007"
                "04a1b2c3d4e580");
}

static void an_acknowledgement_from_the_host_ends_a_waiting_command(void **state)
{
    struct line *line = *state;
    SAY(line, "\x4A\x01\x00");
    heard(line, "ack");
    lz_virtual_pn532_feed(line->chip, lz_bytes_of("\x00\x00\xFF\x00\xFF\x00", 6), 0, &line->out);
    lz_virtual_pn532_put_tag(line->chip, line->tag, &line->out);
    heard(line, "");
}

static void polling_ends_in_time(void **state)
{
    struct line *line = *state;
    say(line, "\x60\x02\x01\x10\x11", 5, 1000);
    heard(line, "ack");
    assert_int_equal(lz_virtual_pn532_deadline(line->chip), 1000 + 2 * 150 * 2);
    lz_virtual_pn532_tick(line->chip, 1599, &line->out);
    heard(line, "");
    lz_virtual_pn532_tick(line->chip, 1600, &line->out);
    heard(line, "6100");
    assert_int_equal(lz_virtual_pn532_deadline(line->chip), -1);
}

static void raw_and_easy_framing_differ_as_libnfc_users_know(void **state)
{
    struct line *line = *state;
    lz_virtual_pn532_put_tag(line->chip, line->tag, &line->out);
    SAY(line, "\x4A\x01\x00");
    heard(line, "ack 4b01010044000704a1b2c3d4e580");
    SAY(line, "\x42\x60");
    heard(line, "ack 43000004040201001303");
    SAY(line, "\x42\xA2\x04\x03\x00\xFE\x00"); /* written, but the 4-bit answer reads as a CRC error */
    heard(line, "ack 4302");
    SAY(line, "\x40\x01\xA2\x04\x03\x00\xFE\x00");
    heard(line, "ack 4100");
    SAY(line, "\x42\x99"); /* a refusal: success and one byte */
    heard(line, "ack 430000");
    SAY(line, "\x42\x60"); /* until it is selected again: silence */
    heard(line, "ack 4301");
    SAY(line, "\x4A\x01\x00");
    heard(line, "ack 4b01010044000704a1b2c3d4e580");
    SAY(line, "\x40\x01\x60"); /* taken for a MIFARE login */
    heard(line, "ack 4114");
}

static void answers_over_255_bytes_take_the_extended_form(void **state)
{
    struct line *line = *state;
    lz_virtual_pn532_put_tag(line->chip, line->tag, &line->out);
    SAY(line, "\x4A\x01\x00");
    lz_buf_reset(&line->out);
    SAY(line, "\x42\x3A\x04\x43"); /* 64 pages */
    assert_true(line->out.size > 6 + 256);
    assert_memory_equal(line->out.data + 6, "\x00\x00\xFF\xFF\xFF\x01\x03", 7);
}

static void each_fault_does_what_its_name_says(void **state)
{
    struct line *line = *state;
    lz_virtual_pn532_set_fault(line->chip, LZ_VIRTUAL_FAULT_MUTE, 0);
    SAY(line, "\x02");
    heard(line, "");
    lz_virtual_pn532_set_fault(line->chip, LZ_VIRTUAL_FAULT_NOACK, 0);
    SAY(line, "\x02");
    heard(line, "0332010607");
    lz_virtual_pn532_set_fault(line->chip, LZ_VIRTUAL_FAULT_CORRUPT, 0);
    SAY(line, "\x02");
    heard(line, "ack bad");
    lz_virtual_pn532_put_tag(line->chip, line->tag, &line->out);
    lz_virtual_pn532_set_fault(line->chip, LZ_VIRTUAL_FAULT_TEAR, 1);
    SAY(line, "\x4A\x01\x00");
    heard(line, "ack 4b01010044000704a1b2c3d4e580");
    SAY(line, "\x42\x60");
    heard(line, "ack 43000004040201001303");
    SAY(line, "\x42\x60");
    heard(line, "ack 4301");
    assert_null(lz_virtual_pn532_tag(line->chip));
    assert_int_equal(lz_virtual_pn532_fault(line->chip), LZ_VIRTUAL_FAULT_NONE);
}

static void every_fault_has_a_name_that_leads_back(void **state)
{
    (void)state;
    enum lz_virtual_fault found = LZ_VIRTUAL_FAULT_COUNT;
    for (int i = 0; i < LZ_VIRTUAL_FAULT_COUNT; i++) {
        assert_ok(lz_virtual_fault_named(lz_virtual_fault_name((enum lz_virtual_fault)i), &found));
        assert_int_equal(found, i);
    }
    assert_err(lz_virtual_fault_named("hiccup", &found), LZ_NOT_FOUND);
}

int main(void)
{
#define LINE(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
    const struct CMUnitTest tests[] = {
        LINE(a_command_is_acknowledged_then_answered_and_an_unknown_one_is_an_error),
        LINE(bytes_may_come_one_by_one),
        LINE(asleep_it_needs_a_wake_up),
        LINE(a_finite_select_without_a_tag_finds_none_and_an_infinite_one_waits),
        LINE(an_acknowledgement_from_the_host_ends_a_waiting_command),
        LINE(polling_ends_in_time),
        LINE(raw_and_easy_framing_differ_as_libnfc_users_know),
        LINE(answers_over_255_bytes_take_the_extended_form),
        LINE(each_fault_does_what_its_name_says),
        LINE(every_fault_has_a_name_that_leads_back),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
