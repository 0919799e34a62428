/* What the strict reader accepts has one spelling: read item by item and written again, it is the same bytes.
 */
#include "registry/credential/cbor.h"
#include "tests/fuzz/faults.h"

static void copy(struct lz_cbor_reader *reader, struct lz_buf *out, unsigned depth);

static void copy_items(struct lz_cbor_reader *reader, struct lz_buf *out, size_t count, unsigned depth)
{
    lz_fuzz_need(depth <= LZ_CBOR_DEPTH);
    for (size_t i = 0; i < count; i++)
        copy(reader, out, depth);
}

static void copy_array(struct lz_cbor_reader *reader, struct lz_buf *out, unsigned depth)
{
    const size_t count = lz_cbor_array(reader);
    lz_cbor_put_array(out, count);
    copy_items(reader, out, count, depth + 1);
}

static void copy_map(struct lz_cbor_reader *reader, struct lz_buf *out, unsigned depth)
{
    const size_t count = lz_cbor_map(reader);
    lz_cbor_put_map(out, count);
    copy_items(reader, out, 2 * count, depth + 1);
}

static void copy(struct lz_cbor_reader *reader, struct lz_buf *out, unsigned depth)
{
    if (lz_cbor_next_is(reader, LZ_CBOR_UINT)) {
        lz_cbor_put_uint(out, lz_cbor_uint(reader, UINT64_MAX));
    } else if (lz_cbor_next_is(reader, LZ_CBOR_BYTES)) {
        lz_cbor_put_bytes(out, lz_cbor_bytes(reader, SIZE_MAX));
    } else if (lz_cbor_next_is(reader, LZ_CBOR_TEXT)) {
        lz_cbor_put_text(out, lz_cbor_text(reader, SIZE_MAX));
    } else if (lz_cbor_next_is(reader, LZ_CBOR_ARRAY)) {
        copy_array(reader, out, depth);
    } else if (lz_cbor_next_is(reader, LZ_CBOR_MAP)) {
        copy_map(reader, out, depth);
    } else if (lz_cbor_next_is(reader, LZ_CBOR_TAG)) {
        lz_cbor_put_tag(out, lz_cbor_tag(reader));
        copy(reader, out, depth); /* a tag is no container of its own */
    } else if (lz_cbor_take_null(reader)) {
        lz_cbor_put_null(out);
    } else { /* true and false, which nobody writes; negative numbers, which may lie below int64 */
        const struct lz_bytes raw = lz_cbor_raw(reader);
        lz_buf_add(out, raw.data, raw.size);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct lz_cbor_reader reader;
    struct lz_buf out;
    if (lz_cbor_open(&reader, lz_bytes_of(data, size), 4096) != LZ_OK)
        return 0;
    lz_buf_init(&out, 8192);
    copy(&reader, &out, 0);
    lz_fuzz_need(lz_cbor_close(&reader) == LZ_OK);
    lz_fuzz_sure(!out.err);
    lz_fuzz_need(out.err || lz_bytes_equal(lz_buf_view(&out), lz_bytes_of(data, size)));
    lz_buf_free(&out);
    return 0;
}
