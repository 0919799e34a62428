#include "lz_test.h"
#include "registry/base/encoding.h"

typedef void encoder(struct lz_bytes in, struct lz_buf *out);
typedef lz_err decoder(struct lz_bytes in, struct lz_buf *out);

static const struct {
    encoder *encode;
    decoder *decode;
    const char *plain, *coded;
} vectors[] = {
    /* RFC 4648 section 10, without padding where the house writes none */
    {lz_base64_encode, lz_base64_decode, "", ""},
    {lz_base64_encode, lz_base64_decode, "f", "Zg=="},
    {lz_base64_encode, lz_base64_decode, "fo", "Zm8="},
    {lz_base64_encode, lz_base64_decode, "foo", "Zm9v"},
    {lz_base64_encode, lz_base64_decode, "foob", "Zm9vYg=="},
    {lz_base64_encode, lz_base64_decode, "fooba", "Zm9vYmE="},
    {lz_base64_encode, lz_base64_decode, "foobar", "Zm9vYmFy"},
    {lz_base64_encode, lz_base64_decode, "\xfb\xff\xbf", "+/+/"},
    {lz_base64url_encode, lz_base64url_decode, "\xfb\xff\xbf", "-_-_"},
    {lz_base64url_encode, lz_base64url_decode, "fooba", "Zm9vYmE"},
    {lz_base64url_encode, lz_base64url_decode, "f", "Zg"},
    {lz_base32_encode, lz_base32_decode, "", ""},
    {lz_base32_encode, lz_base32_decode, "f", "MY"},
    {lz_base32_encode, lz_base32_decode, "fo", "MZXQ"},
    {lz_base32_encode, lz_base32_decode, "foo", "MZXW6"},
    {lz_base32_encode, lz_base32_decode, "foob", "MZXW6YQ"},
    {lz_base32_encode, lz_base32_decode, "fooba", "MZXW6YTB"},
    {lz_base32_encode, lz_base32_decode, "foobar", "MZXW6YTBOI"},
    {lz_hex_encode, lz_hex_decode, "", ""},
    {lz_hex_encode, lz_hex_decode, "foobar", "666f6f626172"},
};

static void the_vectors_of_rfc_4648_hold_both_ways(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT_OF(vectors); i++) {
        struct lz_buf coded, plain;
        lz_buf_init(&coded, 64);
        lz_buf_init(&plain, 64);
        vectors[i].encode(lz_bytes_text(vectors[i].plain), &coded);
        assert_buf_text(&coded, vectors[i].coded);
        assert_ok(vectors[i].decode(lz_bytes_text(vectors[i].coded), &plain));
        assert_buf_text(&plain, vectors[i].plain);
        lz_buf_free(&coded);
        lz_buf_free(&plain);
    }
}

static const struct {
    decoder *decode;
    const char *text;
} refused[] = {
    {lz_base64_decode, "Zg="},      {lz_base64_decode, "Zg"},
    {lz_base64_decode, "Z==="},     {lz_base64_decode, "===="},
    {lz_base64_decode, "Zh=="},     {lz_base64_decode, "Zm9="},
    {lz_base64_decode, "Zm=v"},     {lz_base64_decode, "Zm9v===="},
    {lz_base64_decode, "Zm9v\n"},   {lz_base64_decode, "-_-_"},
    {lz_base64url_decode, "Zg=="},  {lz_base64url_decode, "Z"},
    {lz_base64url_decode, "Zh"},    {lz_base64url_decode, "Zm 9"},
    {lz_base64url_decode, "+/+/"},  {lz_base64url_decode, "Zm9\xc3"},
    {lz_base32_decode, "M"},        {lz_base32_decode, "MZX"},
    {lz_base32_decode, "MZXW6Y"},   {lz_base32_decode, "MZ"},
    {lz_base32_decode, "MY======"}, {lz_base32_decode, "M0"},
    {lz_base32_decode, "M1"},       {lz_base32_decode, "M8"},
    {lz_hex_decode, "6"},           {lz_hex_decode, "6g"},
    {lz_hex_decode, "0x"},          {lz_hex_decode, "66 6f"},
    {lz_hex_decode, "\x01\x01"},
};

static void every_other_way_to_write_a_value_is_refused_and_leaves_the_output_alone(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT_OF(refused); i++) {
        struct lz_buf out;
        lz_buf_init(&out, 64);
        lz_buf_text(&out, "before");
        assert_err(refused[i].decode(lz_bytes_text(refused[i].text), &out), LZ_MALFORMED);
        assert_buf_text(&out, "before");
        lz_buf_free(&out);
    }
}

static void base32_and_hex_take_either_case(void **state)
{
    (void)state;
    struct lz_buf out;
    lz_buf_init(&out, 64);
    assert_ok(lz_base32_decode(lz_bytes_text("mzxw6ytboi"), &out));
    assert_ok(lz_hex_decode(lz_bytes_text("4A4b"), &out));
    assert_buf_text(&out, "foobarJK");
    lz_buf_free(&out);
}

static void every_length_comes_back_as_it_went(void **state)
{
    (void)state;
    static const struct {
        encoder *encode;
        decoder *decode;
    } pairs[] = {{lz_base32_encode, lz_base32_decode},
                 {lz_base64url_encode, lz_base64url_decode},
                 {lz_base64_encode, lz_base64_decode},
                 {lz_hex_encode, lz_hex_decode}};
    uint8_t data[700];
    for (size_t i = 0; i < sizeof data; i++)
        data[i] = (uint8_t)(i * 151 + i / 7);
    for (size_t p = 0; p < COUNT_OF(pairs); p++)
        for (size_t size = 0; size <= sizeof data; size++) {
            struct lz_buf coded, plain;
            lz_buf_init(&coded, 4096);
            lz_buf_init(&plain, 4096);
            pairs[p].encode(lz_bytes_of(data, size), &coded);
            assert_ok(pairs[p].decode(lz_buf_view(&coded), &plain));
            assert_true(lz_bytes_equal(lz_buf_view(&plain), lz_bytes_of(data, size)));
            lz_buf_free(&coded);
            lz_buf_free(&plain);
        }
}

static void a_full_buffer_is_reported_and_stays_failed(void **state)
{
    (void)state;
    struct lz_buf out;
    lz_buf_init(&out, 2);
    assert_err(lz_hex_decode(lz_bytes_text("666f6f"), &out), LZ_TOO_LARGE);
    assert_err(lz_hex_decode(lz_bytes_text("66"), &out), LZ_TOO_LARGE);
    lz_base64_encode(lz_bytes_text("f"), &out);
    assert_err(out.err, LZ_TOO_LARGE);
    lz_buf_free(&out);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_vectors_of_rfc_4648_hold_both_ways),
        cmocka_unit_test(every_other_way_to_write_a_value_is_refused_and_leaves_the_output_alone),
        cmocka_unit_test(base32_and_hex_take_either_case),
        cmocka_unit_test(every_length_comes_back_as_it_went),
        cmocka_unit_test(a_full_buffer_is_reported_and_stays_failed),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
