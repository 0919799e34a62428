#include "lz_test.h"
#include "nfc/pn532_frame.h"

/* One line per case: bytes, result, bytes used; for data frames TFI and size of the data. */
static const struct {
    const char *what;
    const char *bytes;
    size_t size;
    lz_err err;
    size_t used;
    enum lz_pn532_frame_kind kind;
    uint8_t tfi;
    size_t data;
} cases[] = {
    {"nothing", "", 0, LZ_NOT_FOUND, 0, 0, 0, 0},
    {"ACK", "\x00\x00\xFF\x00\xFF\x00", 6, LZ_OK, 5, LZ_PN532_FRAME_ACK, 0, 0},
    {"NAK", "\x00\x00\xFF\xFF\x00\x00", 6, LZ_OK, 5, LZ_PN532_FRAME_NAK, 0, 0},
    {"error frame", "\x00\x00\xFF\x01\xFF\x7F\x81\x00", 8, LZ_OK, 7, LZ_PN532_FRAME_ERROR, 0, 0},
    {"GetFirmwareVersion", "\x00\x00\xFF\x02\xFE\xD4\x02\x2A\x00", 9, LZ_OK, 8, LZ_PN532_FRAME_DATA, 0xD4, 1},
    {"no preamble", "\x00\xFF\x02\xFE\xD4\x02\x2A", 7, LZ_OK, 7, LZ_PN532_FRAME_DATA, 0xD4, 1},
    {"wake-up before it", "\x55\x55\x00\x00\x00\x00\xFF\x02\xFE\xD4\x02\x2A", 12, LZ_OK, 12,
     LZ_PN532_FRAME_DATA, 0xD4, 1},
    {"extended form", "\x00\xFF\xFF\xFF\x00\x02\xFE\xD4\x02\x2A", 10, LZ_OK, 10, LZ_PN532_FRAME_DATA, 0xD4,
     1},
    {"half a start code", "\x55\x00", 2, LZ_NOT_FOUND, 1, 0, 0, 0},
    {"noise", "\x55\x12\x13", 3, LZ_NOT_FOUND, 3, 0, 0, 0},
    {"cut in the data", "\x00\x00\xFF\x02\xFE\xD4\x02", 7, LZ_NOT_FOUND, 1, 0, 0, 0},
    {"cut in the length", "\x00\x00\xFF\x02", 4, LZ_NOT_FOUND, 1, 0, 0, 0},
    {"cut in the extended length", "\x00\xFF\xFF\xFF\x00", 5, LZ_NOT_FOUND, 0, 0, 0, 0},
    {"wrong length checksum", "\x00\x00\xFF\x02\xFD\xD4\x02\x2A\x00", 9, LZ_MALFORMED, 3, 0, 0, 0},
    {"wrong data checksum", "\x00\x00\xFF\x02\xFE\xD4\x02\x2B\x00", 9, LZ_MALFORMED, 8, 0, 0, 0},
    {"wrong extended checksum", "\x00\xFF\xFF\xFF\x00\x02\xFD\xD4\x02\x2A", 10, LZ_MALFORMED, 2, 0, 0, 0},
    {"longer than any frame", "\x00\xFF\xFF\xFF\x7F\x00\x81", 7, LZ_MALFORMED, 2, 0, 0, 0},
    {"extended and empty", "\x00\xFF\xFF\xFF\x00\x00\x00\x00", 8, LZ_MALFORMED, 2, 0, 0, 0},
};

static void each_case_is_read_as_the_manual_says(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        struct lz_pn532_frame frame = {0};
        size_t used = 999;
        lz_err err = lz_pn532_frame_parse(lz_bytes_of(cases[i].bytes, cases[i].size), &frame, &used);
        if (err != cases[i].err || used != cases[i].used)
            fail_msg("%s: %s, %zu used", cases[i].what, lz_err_name(err), used);
        if (err)
            continue;
        assert_int_equal(frame.kind, cases[i].kind);
        assert_int_equal(frame.tfi, cases[i].tfi);
        assert_int_equal(frame.data.size, cases[i].data);
    }
}

static void what_is_written_is_read_back_at_every_length(void **state)
{
    (void)state;
    uint8_t data[LZ_PN532_DATA_MAX];
    for (size_t i = 0; i < sizeof data; i++)
        data[i] = (uint8_t)(i * 7);
    for (size_t size = 1; size <= sizeof data; size++) {
        struct lz_buf out;
        struct lz_pn532_frame frame = {0};
        size_t used = 0;
        lz_buf_init(&out, LZ_PN532_FRAME_MAX);
        assert_ok(lz_pn532_frame_data(LZ_PN532_TO_HOST, lz_bytes_of(data, size), &out));
        assert_ok(lz_pn532_frame_parse(lz_buf_view(&out), &frame, &used));
        assert_true(lz_bytes_equal(frame.data, lz_bytes_of(data, size)));
        assert_int_equal(out.data[3] == 0xFF && out.data[4] == 0xFF, size > 254);
        lz_buf_free(&out);
    }
}

static void more_than_the_chip_takes_is_refused(void **state)
{
    (void)state;
    static const uint8_t data[LZ_PN532_DATA_MAX + 1] = {0};
    struct lz_buf out;
    lz_buf_init(&out, 1000);
    assert_err(lz_pn532_frame_data(LZ_PN532_TO_HOST, lz_bytes_of(data, sizeof data), &out), LZ_TOO_LARGE);
    assert_int_equal(out.size, 0);
    lz_buf_free(&out);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_case_is_read_as_the_manual_says),
        cmocka_unit_test(what_is_written_is_read_back_at_every_length),
        cmocka_unit_test(more_than_the_chip_takes_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
