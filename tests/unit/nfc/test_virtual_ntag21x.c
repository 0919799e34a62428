#include "lz_test.h"
#include "nfc/tag_ntag21x.h"
#include "nfc/virtual_tag.h"

static const uint8_t uid[7] = {0x04, 0xA1, 0xB2, 0xC3, 0xD4, 0xE5, 0x80};

static struct lz_virtual_tag *make(const char *chip)
{
    struct lz_virtual_tag *tag = NULL;
    assert_ok(lz_virtual_tag_new(lz_tag_type_named(chip), uid, &tag));
    tag->ops->select(tag);
    return tag;
}

/* Sends a command and compares the answer: "" silent, "n:A" four bits, else bytes, all in hex. */
static void ask(struct lz_virtual_tag *tag, const char *command, size_t size, const char *expected)
{
    uint8_t reply[LZ_TAG_REPLY_MAX];
    size_t reply_size = 0;
    char text[2 * LZ_TAG_REPLY_MAX + 4] = "";
    enum lz_virtual_reply kind = tag->ops->exchange(tag, lz_bytes_of(command, size), reply, &reply_size);
    if (kind == LZ_VIRTUAL_NIBBLE)
        snprintf(text, sizeof text, "n:%X", reply[0]);
    for (size_t i = 0; kind == LZ_VIRTUAL_BYTES && i < reply_size; i++)
        snprintf(text + 2 * i, 3, "%02x", reply[i]);
    assert_string_equal(text, expected);
    tag->ops->select(tag);
}
#define ASK(tag, command, expected) ask(tag, command, sizeof(command) - 1, expected)

static void each_chip_tells_its_version_and_ends_where_it_should(void **state)
{
    (void)state;
    static const struct {
        const char *chip, *version;
        uint8_t last;
    } chips[] = {{"NTAG213", "0004040201000f03", 0x2C},
                 {"NTAG215", "0004040201001103", 0x86},
                 {"NTAG216", "0004040201001303", 0xE6}};
    for (size_t i = 0; i < COUNT_OF(chips); i++) {
        struct lz_virtual_tag *tag = make(chips[i].chip);
        ASK(tag, "\x60", chips[i].version);
        const char last[] = {0x3A, (char)chips[i].last, (char)chips[i].last};
        ask(tag, last, 3, "00000000"); /* PACK reads as zero */
        const char behind[] = {0x30, (char)(chips[i].last + 1)};
        ask(tag, behind, 2, "n:0");
        lz_virtual_tag_free(&tag);
    }
}

static void page_zero_carries_the_uid_and_its_check_bytes(void **state)
{
    (void)state;
    struct lz_virtual_tag *tag = make("NTAG216");
    ASK(tag, "\x3A\x00\x03",
        "04a1b29fc3d4e580724800"
        "00e1106d00");
    lz_virtual_tag_free(&tag);
}

static void reading_rolls_over_behind_the_last_page(void **state)
{
    (void)state;
    struct lz_virtual_tag *tag = make("NTAG213");
    ASK(tag, "\x30\x2C", "0000000004a1b29fc3d4e58072480000");
    ASK(tag, "\x3A\x05\x04", "n:0");
    lz_virtual_tag_free(&tag);
}

static void a_refused_tag_is_silent_until_selected_again(void **state)
{
    (void)state;
    struct lz_virtual_tag *tag = make("NTAG213");
    uint8_t reply[LZ_TAG_REPLY_MAX];
    size_t size = 0;
    assert_int_equal(tag->ops->exchange(tag, lz_bytes_of("\x99", 1), reply, &size), LZ_VIRTUAL_NIBBLE);
    assert_int_equal(tag->ops->exchange(tag, lz_bytes_of("\x60", 1), reply, &size), LZ_VIRTUAL_SILENT);
    tag->ops->select(tag);
    assert_int_equal(tag->ops->exchange(tag, lz_bytes_of("\x60", 1), reply, &size), LZ_VIRTUAL_BYTES);
    lz_virtual_tag_free(&tag);
}

static void uid_pages_are_never_written_and_one_time_bits_never_cleared(void **state)
{
    (void)state;
    struct lz_virtual_tag *tag = make("NTAG213");
    ASK(tag, "\xA2\x00\x01\x02\x03\x04", "n:0");
    ASK(tag, "\xA2\x01\x01\x02\x03\x04", "n:0");
    ASK(tag, "\xA2\x03\x00\x00\x00\x0F", "n:A");
    ASK(tag, "\xA2\x03\x00\x00\x00\x00", "n:A");
    ASK(tag, "\x3A\x03\x03", "e110120f");
    ASK(tag, "\xA2\x02\xFF\xFF\x10\x00", "n:A"); /* locks page 4; check bytes stay */
    ASK(tag, "\xA2\x02\x00\x00\x00\x00", "n:A");
    ASK(tag, "\x3A\x02\x02", "72481000");
    ASK(tag, "\xA2\x04\x01\x02\x03\x04", "n:0");
    ASK(tag, "\xA2\x05\x01\x02\x03\x04", "n:A");
    lz_virtual_tag_free(&tag);
}

static void dynamic_locks_cover_two_pages_on_213_and_sixteen_on_the_others(void **state)
{
    (void)state;
    struct lz_virtual_tag *tag = make("NTAG213");
    ASK(tag, "\xA2\x28\x01\x00\x00\x00", "n:A");
    ASK(tag, "\xA2\x11\x01\x02\x03\x04", "n:0");
    ASK(tag, "\xA2\x12\x01\x02\x03\x04", "n:A");
    lz_virtual_tag_free(&tag);
    tag = make("NTAG216");
    ASK(tag, "\xA2\xE2\x01\x00\x00\x00", "n:A");
    ASK(tag, "\xA2\x1F\x01\x02\x03\x04", "n:0");
    ASK(tag, "\xA2\x20\x01\x02\x03\x04", "n:A");
    lz_virtual_tag_free(&tag);
}

static void the_password_guards_pages_from_auth0_on(void **state)
{
    (void)state;
    uint8_t reply[LZ_TAG_REPLY_MAX];
    size_t size = 0;
    struct lz_virtual_tag *tag = make("NTAG213");
    ASK(tag, "\xA2\x2B\x11\x22\x33\x44", "n:A");
    ASK(tag, "\xA2\x2C\x55\x66\x00\x00", "n:A");
    ASK(tag, "\xA2\x29\x04\x00\x00\x06", "n:A");
    ASK(tag, "\xA2\x05\x01\x02\x03\x04", "n:A");
    ASK(tag, "\xA2\x06\x01\x02\x03\x04", "n:0");
    ASK(tag, "\x3A\x06\x06", "00000000"); /* PROT is 0: reading is free */
    ASK(tag, "\x1B\x11\x22\x33\x45", "n:0");
    assert_int_equal(tag->ops->exchange(tag, lz_bytes_of("\x1B\x11\x22\x33\x44", 5), reply, &size),
                     LZ_VIRTUAL_BYTES);
    assert_memory_equal(reply, "\x55\x66", 2);
    ASK(tag, "\xA2\x06\x01\x02\x03\x04", "n:A");
    ASK(tag, "\xA2\x06\x01\x02\x03\x04", "n:0"); /* ASK selects again, which ends the login */
    lz_virtual_tag_free(&tag);
}

static void with_prot_set_reading_is_guarded_too_and_guesses_are_counted(void **state)
{
    (void)state;
    struct lz_virtual_tag *tag = make("NTAG213");
    ASK(tag, "\xA2\x2A\x82\x05\x00\x00", "n:A"); /* PROT, two guesses */
    ASK(tag, "\xA2\x29\x04\x00\x00\x06", "n:A");
    ASK(tag, "\x3A\x05\x06", "n:0");
    ASK(tag, "\x30\x05",
        "3403"
        "00fe"
        "04a1b29fc3d4e58072480000");
    ASK(tag, "\x1B\x00\x00\x00\x00", "n:0");
    ASK(tag, "\x1B\x00\x00\x00\x00", "n:0");
    ASK(tag, "\x1B\xFF\xFF\xFF\xFF", "n:4");
    lz_virtual_tag_free(&tag);
}

static void the_counter_rises_once_per_power_up_when_enabled(void **state)
{
    (void)state;
    struct lz_virtual_tag *tag = make("NTAG213");
    ASK(tag, "\x39\x02", "n:0");
    ASK(tag, "\xA2\x2A\x10\x05\x00\x00", "n:A");
    ASK(tag, "\x39\x02", "000000");
    ASK(tag, "\x30\x04", "0103a00c340300fe0000000000000000");
    ASK(tag, "\x30\x04", "0103a00c340300fe0000000000000000");
    ASK(tag, "\x39\x02", "010000");
    tag->ops->power_off(tag);
    tag->ops->select(tag);
    ASK(tag, "\x3A\x04\x04", "0103a00c");
    ASK(tag, "\x39\x02", "020000");
    ASK(tag, "\x39\x01", "n:0");
    lz_virtual_tag_free(&tag);
}

static void a_torn_write_changes_half_a_page(void **state)
{
    (void)state;
    struct lz_virtual_tag *tag = make("NTAG213");
    ASK(tag, "\xA2\x08\x11\x22\x33\x44", "n:A");
    tag->ops->tear(tag, lz_bytes_of("\xA2\x08\xAA\xBB\xCC\xDD", 6));
    ASK(tag, "\x3A\x08\x08", "aabb3344");
    lz_virtual_tag_free(&tag);
}

static void a_dump_brings_memory_and_uid_and_must_have_the_right_size(void **state)
{
    (void)state;
    static const uint8_t other[7] = {4, 9, 9, 9, 9, 9, 9};
    struct lz_virtual_tag *from = make("NTAG213"), *to = NULL;
    struct lz_buf dump;
    lz_buf_init(&dump, 4096);
    ASK(from, "\xA2\x08\x11\x22\x33\x44", "n:A");
    from->ops->save(from, &dump);
    assert_int_equal(dump.size, 180);
    assert_ok(lz_virtual_tag_new(lz_tag_type_named("NTAG213"), other, &to));
    assert_ok(to->ops->load(to, lz_buf_view(&dump)));
    assert_memory_equal(to->id.uid, uid, sizeof uid);
    assert_err(to->ops->load(to, lz_bytes_of(dump.data, 179)), LZ_INVALID);
    to->ops->select(to);
    ASK(to, "\x3A\x08\x08", "11223344");
    lz_virtual_tag_free(&from);
    lz_virtual_tag_free(&to);
    lz_buf_free(&dump);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_chip_tells_its_version_and_ends_where_it_should),
        cmocka_unit_test(page_zero_carries_the_uid_and_its_check_bytes),
        cmocka_unit_test(reading_rolls_over_behind_the_last_page),
        cmocka_unit_test(a_refused_tag_is_silent_until_selected_again),
        cmocka_unit_test(uid_pages_are_never_written_and_one_time_bits_never_cleared),
        cmocka_unit_test(dynamic_locks_cover_two_pages_on_213_and_sixteen_on_the_others),
        cmocka_unit_test(the_password_guards_pages_from_auth0_on),
        cmocka_unit_test(with_prot_set_reading_is_guarded_too_and_guesses_are_counted),
        cmocka_unit_test(the_counter_rises_once_per_power_up_when_enabled),
        cmocka_unit_test(a_torn_write_changes_half_a_page),
        cmocka_unit_test(a_dump_brings_memory_and_uid_and_must_have_the_right_size),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
