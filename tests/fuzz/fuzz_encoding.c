/* What decodes must encode back to the same text: no value has two spellings (hex and base32: but for case).
 */
#include "registry/base/encoding.h"

#include <stdlib.h>
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

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size); /* libFuzzer declares it nowhere */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    for (size_t i = 0; i < sizeof codings / sizeof codings[0]; i++) {
        struct lz_buf plain, again;
        lz_buf_init(&plain, CAP);
        lz_buf_init(&again, CAP);
        if (codings[i].decode(lz_bytes_of(data, size), &plain) == LZ_OK && size > 0) {
            codings[i].encode(lz_buf_view(&plain), &again);
            const char *text = (const char *)again.data;
            if (again.size != size || (codings[i].either_case ? strncasecmp(text, (const char *)data, size)
                                                              : memcmp(text, data, size)))
                abort();
        }
        lz_buf_free(&plain);
        lz_buf_free(&again);
    }
    return 0;
}
