/* A tag's data area, as any stranger's card may hold it: what is found lies inside, and what is decoded can
 * be written and read again. */
#include "nfc/ndef.h"
#include "tests/fuzz/faults.h"

#include <string.h>

static void check_round_trip(const struct lz_buf *uri)
{
    struct lz_buf area, again;
    struct lz_bytes message = {0};
    lz_buf_init(&area, LZ_NDEF_AREA_MAX);
    lz_buf_init(&again, LZ_NDEF_URI_MAX);
    lz_err err = lz_ndef_uri_encode((const char *)uri->data, LZ_NDEF_AREA_MAX, &area);
    lz_fuzz_sure(err == LZ_OK || err == LZ_MALFORMED); /* a record may hold text without a scheme */
    if (!err) {
        lz_fuzz_need(lz_ndef_find(lz_buf_view(&area), &message) == LZ_OK);
        if (!lz_ndef_uri_decode(message, &again))
            lz_fuzz_need(lz_bytes_equal(lz_buf_view(uri), lz_buf_view(&again)));
        else
            lz_fuzz_sure(false);
    }
    lz_buf_free(&area);
    lz_buf_free(&again);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct lz_bytes area = lz_bytes_of(data, size), message = {0};
    size_t extent = 0;
    struct lz_buf uri;
    lz_buf_init(&uri, LZ_NDEF_URI_MAX);
    if (lz_ndef_extent(area, 872, &extent) == LZ_OK)
        lz_fuzz_need(extent <= 872);
    if (lz_ndef_find(area, &message) == LZ_OK) {
        lz_fuzz_need(message.data >= data && message.data + message.size <= data + size);
        if (lz_ndef_uri_decode(message, &uri) == LZ_OK)
            check_round_trip(&uri);
    }
    lz_buf_free(&uri);
    return 0;
}
