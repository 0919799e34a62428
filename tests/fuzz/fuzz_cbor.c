/* What the strict reader accepts can be walked to its end, item by item. */
#include "registry/credential/cbor.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size); /* libFuzzer declares it nowhere */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct lz_cbor_reader reader;
    if (lz_cbor_open(&reader, lz_bytes_of(data, size), 4096) != LZ_OK)
        return 0;
    while (lz_cbor_next_is(&reader, LZ_CBOR_TAG))
        (void)lz_cbor_tag(&reader);
    if (lz_cbor_next_is(&reader, LZ_CBOR_ARRAY) || lz_cbor_next_is(&reader, LZ_CBOR_MAP)) {
        bool map = lz_cbor_next_is(&reader, LZ_CBOR_MAP);
        size_t items = map ? 2 * lz_cbor_map(&reader) : lz_cbor_array(&reader);
        for (size_t i = 0; i < items; i++)
            lz_cbor_skip(&reader);
    } else {
        lz_cbor_skip(&reader);
    }
    if (lz_cbor_close(&reader) != LZ_OK)
        abort();
    return 0;
}
