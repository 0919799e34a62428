#include "conformance.h"

#include "registry/credential/cbor.h"

struct rule {
    const char *hex;
    lz_err err;
    const char *why;
};

static const struct rule rules[] = {
    {"00", LZ_OK, "zero"},
    {"17", LZ_OK, "largest in the head"},
    {"1818", LZ_OK, "one byte"},
    {"1817", LZ_MALFORMED, "one byte for what fits the head"},
    {"1900ff", LZ_MALFORMED, "two bytes for what fits one"},
    {"1a0000ffff", LZ_MALFORMED, "four bytes for what fits two"},
    {"1b00000000ffffffff", LZ_MALFORMED, "eight bytes for what fits four"},
    {"3817", LZ_MALFORMED, "a long negative"},
    {"580141", LZ_MALFORMED, "a long length"},
    {"5f4141ff", LZ_MALFORMED, "bytes of indefinite length"},
    {"7f6161ff", LZ_MALFORMED, "text of indefinite length"},
    {"9f01ff", LZ_MALFORMED, "an array of indefinite length"},
    {"bf0102ff", LZ_MALFORMED, "a map of indefinite length"},
    {"a201020304", LZ_OK, "sorted keys"},
    {"a203040102", LZ_MALFORMED, "keys out of order"},
    {"a201020103", LZ_MALFORMED, "the same key twice"},
    {"a20a00616100", LZ_OK, "an integer key before text"},
    {"a2636c737400646269747300", LZ_OK, "shorter text first"},
    {"a2646269747300636c737400", LZ_MALFORMED, "longer text first"},
    {"0000", LZ_MALFORMED, "bytes behind the item"},
    {"", LZ_MALFORMED, "nothing"},
    {"82", LZ_MALFORMED, "an array cut short"},
    {"9bffffffffffffffff", LZ_MALFORMED, "a count nobody can hold"},
    {"5bffffffffffffffff", LZ_MALFORMED, "a length nobody can hold"},
    {"f4", LZ_OK, "false"},
    {"f6", LZ_OK, "null"},
    {"f7", LZ_MALFORMED, "undefined"},
    {"f818", LZ_MALFORMED, "another simple value"},
    {"f93c00", LZ_MALFORMED, "a half float"},
    {"fb3ff0000000000000", LZ_MALFORMED, "a double"},
    {"ff", LZ_MALFORMED, "a break alone"},
    {"61ff", LZ_MALFORMED, "text that is not UTF-8"},
    {"d200", LZ_OK, "a tag"},
    {"d2", LZ_MALFORMED, "a tag of nothing"},
    {"d81200", LZ_MALFORMED, "a long tag"},
    {"818181818181818100", LZ_OK, "eight deep"},
    {"81818181818181818100", LZ_MALFORMED, "nine deep"},
    {"818181818181818180", LZ_MALFORMED, "nine deep, the ninth empty"},
    {"a0", LZ_OK, "an empty map"},
    {"80", LZ_OK, "an empty array"},
};

static void only_deterministic_cbor_is_read(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT_OF(rules); i++) {
        struct lz_buf bytes;
        struct lz_cbor_reader reader;
        from_hex(rules[i].hex, &bytes);
        lz_err err = lz_cbor_open(&reader, lz_buf_view(&bytes), 64);
        if (err != rules[i].err) {
            print_error("%s (%s)\n", rules[i].hex, rules[i].why);
        }
        assert_err(err, rules[i].err);
        lz_buf_free(&bytes);
    }
}

static void written_values_read_back(void **state)
{
    (void)state;
    static const int64_t values[] = {0,         23, 24,  255, 256,    65535,    65536,
                                     INT64_MAX, -1, -24, -25, -65537, INT64_MIN};
    for (size_t i = 0; i < COUNT_OF(values); i++) {
        struct lz_buf out;
        struct lz_cbor_reader reader;
        lz_buf_init(&out, 64);
        lz_cbor_put_array(&out, 3);
        lz_cbor_put_int(&out, values[i]);
        lz_cbor_put_null(&out);
        lz_cbor_put_text(&out, lz_bytes_text("证"));
        assert_ok(lz_cbor_open(&reader, lz_buf_view(&out), 64));
        lz_cbor_array_of(&reader, 3);
        assert_true(lz_cbor_int(&reader) == values[i]);
        assert_true(lz_cbor_take_null(&reader));
        assert_true(lz_bytes_equal(lz_cbor_text(&reader, 3), lz_bytes_text("证")));
        assert_ok(lz_cbor_close(&reader));
        lz_buf_free(&out);
    }
}

static void the_first_mistake_is_kept(void **state)
{
    (void)state;
    static const uint8_t pair[] = {0x82, 0x01, 0x02};
    struct lz_cbor_reader reader;
    assert_ok(lz_cbor_open(&reader, lz_bytes_of(pair, sizeof pair), 64));
    lz_cbor_array_of(&reader, 2);
    assert_int_equal(lz_cbor_text(&reader, 8).size, 0);
    assert_int_equal(lz_cbor_uint(&reader, 9), 0);
    assert_err(lz_cbor_close(&reader), LZ_MALFORMED);
    assert_ok(lz_cbor_open(&reader, lz_bytes_of(pair, sizeof pair), 64));
    lz_cbor_array_of(&reader, 2);
    assert_err(lz_cbor_close(&reader), LZ_MALFORMED); /* items left unread */
    assert_err(lz_cbor_open(&reader, lz_bytes_of(pair, sizeof pair), 2), LZ_TOO_LARGE);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(only_deterministic_cbor_is_read),
        cmocka_unit_test(written_values_read_back),
        cmocka_unit_test(the_first_mistake_is_kept),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
