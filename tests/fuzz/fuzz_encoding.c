/* What decodes must encode back to the same text: no value has two spellings (hex and base32: but for case).
 */
#include "registry/base/encoding.h"
#include "tests/fuzz/faults.h"

#include <string.h>
#include <strings.h>

enum { CAP = 1 << 20 };

static const struct {
    lz_err (*decode)(struct lz_bytes in, struct lz_buf *out);
    void (*encode)(struct lz_bytes in, struct lz_buf *out);
    bool either_case;
} codings[] = {
    {lz_base32_decode, lz_base32_encode, true},
    {lz_base64url_decode, lz_base64url_encode, false},
    {lz_base64_decode, lz_base64_encode, false},
    {lz_hex_decode, lz_hex_encode, true},
};

/* And what is encoded decodes to itself. */
static void check_forward(struct lz_bytes in, void (*encode)(struct lz_bytes, struct lz_buf *),
                          lz_err (*decode)(struct lz_bytes, struct lz_buf *))
{
    struct lz_buf text, again;
    lz_buf_init(&text, CAP);
    lz_buf_init(&again, CAP);
    encode(in, &text);
    if (!text.err && !decode(lz_buf_view(&text), &again))
        lz_fuzz_need(lz_bytes_equal(lz_buf_view(&again), in));
    else
        lz_fuzz_sure(false);
    lz_buf_free(&text);
    lz_buf_free(&again);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    for (size_t i = 0; i < sizeof codings / sizeof codings[0]; i++) {
        struct lz_buf plain, again;
        lz_buf_init(&plain, CAP);
        lz_buf_init(&again, CAP);
        if (codings[i].decode(lz_bytes_of(data, size), &plain) == LZ_OK && size > 0) {
            codings[i].encode(lz_buf_view(&plain), &again);
            const char *text = (const char *)again.data;
            lz_fuzz_sure(again.size == size);
            lz_fuzz_need(again.err || (codings[i].either_case ? strncasecmp(text, (const char *)data, size)
                                                              : memcmp(text, data, size)) == 0);
        }
        check_forward(lz_bytes_of(data, size), codings[i].encode, codings[i].decode);
        lz_buf_free(&plain);
        lz_buf_free(&again);
    }
    return 0;
}
