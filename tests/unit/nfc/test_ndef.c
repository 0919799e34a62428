#include "lz_test.h"
#include "nfc/ndef.h"

#define BYTES(text) text, sizeof(text) - 1

/* One line per case: a data area, what finding and decoding says, and the URI. */
static const struct {
    const char *what;
    const char *area;
    size_t size;
    lz_err err;
    const char *uri;
} areas[] = {
    {"https with prefix code",
     BYTES("\x03\x09\xD1\x01\x05U\x04"
           "a.cn\xFE"),
     LZ_OK, "https://a.cn"},
    {"no prefix", BYTES("\x03\x0A\xD1\x01\x06U\x00tel:1"), LZ_OK, "tel:1"},
    {"behind a lock control block",
     BYTES("\x01\x03\xA0\x0C\x34\x03\x08\xD1\x01\x04U\x04"
           "b.c"),
     LZ_OK, "https://b.c"},
    {"behind padding",
     BYTES("\x00\x00\x03\x08\xD1\x01\x04U\x04"
           "b.c\xFE"),
     LZ_OK, "https://b.c"},
    {"long length form",
     BYTES("\x03\xFF\x00\x08\xD1\x01\x04U\x04"
           "b.c"),
     LZ_OK, "https://b.c"},
    {"long record form",
     BYTES("\x03\x0B\xC1\x01\x00\x00\x00\x04U\x04"
           "b.c"),
     LZ_OK, "https://b.c"},
    {"with an id",
     BYTES("\x03\x0A\xD9\x01\x04\x01Ux\x04"
           "b.c"),
     LZ_OK, "https://b.c"},
    {"second record",
     BYTES("\x03\x10\x91\x01\x04T\x02zhA\x51\x01\x04U\x04"
           "b.c\xFE"),
     LZ_OK, "https://b.c"},
    {"blank memory", BYTES("\x00\x00\x00\x00"), LZ_NOT_FOUND, NULL},
    {"empty message", BYTES("\x03\x00\xFE\x00"), LZ_NOT_FOUND, NULL},
    {"terminator first", BYTES("\xFE\x03\x08"), LZ_NOT_FOUND, NULL},
    {"no bytes", BYTES(""), LZ_NOT_FOUND, NULL},
    {"only a type", BYTES("\x03"), LZ_NOT_FOUND, NULL},
    {"a long length that is cut off", BYTES("\x03\xFF\x01"), LZ_NOT_FOUND, NULL},
    {"text record only", BYTES("\x03\x08\xD1\x01\x04T\x02zhA"), LZ_NOT_FOUND, NULL},
    {"block longer than the area", BYTES("\x03\x20\xD1\x01\x04U"), LZ_MALFORMED, NULL},
    {"long block longer than the area", BYTES("\x03\xFF\xFF\xFF\xD1\x01\x04U"), LZ_MALFORMED, NULL},
    {"payload longer than the message",
     BYTES("\x03\x08\xD1\x01\x09U\x04"
           "b.c"),
     LZ_MALFORMED, NULL},
    {"payload of four gigabytes",
     BYTES("\x03\x0B\xC1\x01\xFF\xFF\xFF\xFFU\x04"
           "b.c"),
     LZ_MALFORMED, NULL},
    {"record header cut off", BYTES("\x03\x02\xD1\x01"), LZ_MALFORMED, NULL},
    {"long record header cut off", BYTES("\x03\x05\xC1\x01\x00\x00\x00"), LZ_MALFORMED, NULL},
    {"length of the id cut off", BYTES("\x03\x03\xD9\x01\x00"), LZ_MALFORMED, NULL},
    {"unknown prefix code",
     BYTES("\x03\x08\xD1\x01\x04U\x24"
           "b.c"),
     LZ_MALFORMED, NULL},
    {"empty payload", BYTES("\x03\x04\xD1\x01\x00U"), LZ_MALFORMED, NULL},
    {"a NUL in the URI",
     BYTES("\x03\x08\xD1\x01\x04U\x04"
           "b\0c"),
     LZ_MALFORMED, NULL},
    {"a blank in the URI",
     BYTES("\x03\x08\xD1\x01\x04U\x04"
           "b c"),
     LZ_MALFORMED, NULL},
    {"no UTF-8",
     BYTES("\x03\x08\xD1\x01\x04U\x04"
           "b\xFF"
           "c"),
     LZ_MALFORMED, NULL},
    {"chunked",
     BYTES("\x03\x08\xB1\x01\x04U\x04"
           "b.c"),
     LZ_UNSUPPORTED, NULL},
};

static void each_area_is_read_as_the_forum_says(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT_OF(areas); i++) {
        struct lz_buf uri;
        struct lz_bytes message = {0};
        lz_buf_init(&uri, LZ_NDEF_URI_MAX);
        lz_err err = lz_ndef_find(lz_bytes_of(areas[i].area, areas[i].size), &message);
        if (!err)
            err = lz_ndef_uri_decode(message, &uri);
        if (err != areas[i].err)
            fail_msg("%s: %s", areas[i].what, lz_err_name(err));
        if (areas[i].uri)
            assert_buf_text(&uri, areas[i].uri);
        lz_buf_free(&uri);
    }
}

static void a_uri_of_every_length_comes_back_and_takes_its_exact_room(void **state)
{
    (void)state;
    char text[LZ_NDEF_URI_MAX + 1] = "https://";
    for (size_t size = 9; size <= LZ_NDEF_URI_MAX; size++) {
        struct lz_buf area, uri;
        struct lz_bytes message = {0};
        text[size - 1] = 'a';
        text[size] = '\0';
        lz_buf_init(&area, LZ_NDEF_AREA_MAX);
        lz_buf_init(&uri, LZ_NDEF_URI_MAX);
        assert_ok(lz_ndef_uri_encode(text, LZ_NDEF_AREA_MAX, &area));
        assert_ok(lz_ndef_find(lz_buf_view(&area), &message));
        assert_ok(lz_ndef_uri_decode(message, &uri));
        assert_buf_text(&uri, text);
        size_t need = area.size - 1; /* the terminator may be left out */
        lz_buf_reset(&area);
        assert_ok(lz_ndef_uri_encode(text, need, &area));
        assert_int_equal(area.size, need);
        lz_buf_reset(&area);
        assert_err(lz_ndef_uri_encode(text, need - 1, &area), LZ_TOO_LARGE);
        assert_int_equal(area.size, 0);
        lz_buf_free(&area);
        lz_buf_free(&uri);
    }
}

static void what_is_no_uri_is_not_written(void **state)
{
    (void)state;
    static const char *const texts[] = {"", "plain", ":x", "https://a b", "https://a\n", "https://\xFF"};
    for (size_t i = 0; i < COUNT_OF(texts); i++) {
        struct lz_buf area;
        lz_buf_init(&area, 100);
        assert_err(lz_ndef_uri_encode(texts[i], 100, &area), LZ_MALFORMED);
        assert_int_equal(area.size, 0);
        lz_buf_free(&area);
    }
}

static void a_uri_of_a_byte_too_many_is_neither_written_nor_read(void **state)
{
    (void)state;
    enum { LONG = LZ_NDEF_URI_MAX + 1, PAYLOAD = 1 + LONG };
    char text[LONG + 1] = "https://";
    uint8_t message[7 + PAYLOAD] = {0xC1, 1, 0, 0, PAYLOAD >> 8, PAYLOAD & 0xFF, 'U'};
    struct lz_buf out;
    memset(text + 8, 'a', LONG - 8);
    memcpy(message + 8, text, LONG);
    lz_buf_init(&out, LZ_NDEF_AREA_MAX);
    assert_err(lz_ndef_uri_encode(text, 2000, &out), LZ_TOO_LARGE);
    assert_err(lz_ndef_uri_decode(lz_bytes_of(message, sizeof message), &out), LZ_TOO_LARGE);
    assert_int_equal(out.size, 0);
    lz_buf_free(&out);
}

static void the_extent_is_known_from_the_beginning(void **state)
{
    (void)state;
    size_t size = 0;
    assert_ok(lz_ndef_extent(lz_bytes_of("\x03\xFF\x01\x00", 4), 872, &size));
    assert_int_equal(size, 4 + 256);
    assert_ok(lz_ndef_extent(lz_bytes_of("\x03\x09", 2), 144, &size));
    assert_int_equal(size, 11);
    assert_ok(lz_ndef_extent(lz_bytes_of("\x01\x20\x00\x00", 4), 144, &size));
    assert_int_equal(size, 20); /* still skipping: read on */
    assert_err(lz_ndef_extent(lz_bytes_of("\x03\xFF\x01\x00", 4), 144, &size), LZ_MALFORMED);
    assert_err(lz_ndef_extent(lz_bytes_of("\x03\x00\xFE\x00", 4), 144, &size), LZ_NOT_FOUND);
    assert_err(lz_ndef_extent(lz_bytes_of("\x00\x00\x00\x00", 4), 4, &size), LZ_NOT_FOUND);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_area_is_read_as_the_forum_says),
        cmocka_unit_test(a_uri_of_every_length_comes_back_and_takes_its_exact_room),
        cmocka_unit_test(what_is_no_uri_is_not_written),
        cmocka_unit_test(a_uri_of_a_byte_too_many_is_neither_written_nor_read),
        cmocka_unit_test(the_extent_is_known_from_the_beginning),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
