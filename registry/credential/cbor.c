#include "registry/credential/cbor.h"

#include "registry/base/text.h"

#include <cbor.h>
#include <string.h>

/* One item's head, and for strings its content; libcbor's callbacks fill it. */
struct item {
    enum lz_cbor_type type;
    uint64_t value;       /* integer, length, count, tag; of a simple value: 20, 21, 22 */
    struct lz_bytes body; /* of strings */
    size_t size;          /* encoded bytes, head and body; not the children */
    bool refused;         /* floats, undefined, indefinite lengths, break */
};

static void set(void *context, enum lz_cbor_type type, uint64_t value)
{
    struct item *item = context;
    item->type = type;
    item->value = value;
}

#define ON_INT(bits)                                                                                         \
    static void on_uint##bits(void *context, uint##bits##_t value)                                           \
    {                                                                                                        \
        set(context, LZ_CBOR_UINT, value);                                                                   \
    }                                                                                                        \
    static void on_negint##bits(void *context, uint##bits##_t value)                                         \
    {                                                                                                        \
        set(context, LZ_CBOR_NEGATIVE, value);                                                               \
    }
ON_INT(8)
ON_INT(16)
ON_INT(32)
ON_INT(64)

static void on_bytes(void *context, cbor_data data, size_t size)
{
    set(context, LZ_CBOR_BYTES, size);
    ((struct item *)context)->body = lz_bytes_of(data, size);
}

static void on_text(void *context, cbor_data data, size_t size)
{
    set(context, LZ_CBOR_TEXT, size);
    ((struct item *)context)->body = lz_bytes_of(data, size);
}

static void on_array(void *context, size_t count)
{
    set(context, LZ_CBOR_ARRAY, count);
}

static void on_map(void *context, size_t count)
{
    set(context, LZ_CBOR_MAP, count);
}

static void on_tag(void *context, uint64_t tag)
{
    set(context, LZ_CBOR_TAG, tag);
}

static void on_bool(void *context, bool value)
{
    set(context, LZ_CBOR_SIMPLE, value ? 21 : 20);
}

static void on_null(void *context)
{
    set(context, LZ_CBOR_SIMPLE, 22);
}

static void refuse(void *context)
{
    ((struct item *)context)->refused = true;
}

static void refuse_float(void *context, float value)
{
    (void)value;
    refuse(context);
}

static void refuse_double(void *context, double value)
{
    (void)value;
    refuse(context);
}

static const struct cbor_callbacks callbacks = {
    .uint8 = on_uint8,
    .uint16 = on_uint16,
    .uint32 = on_uint32,
    .uint64 = on_uint64,
    .negint8 = on_negint8,
    .negint16 = on_negint16,
    .negint32 = on_negint32,
    .negint64 = on_negint64,
    .byte_string_start = refuse,
    .byte_string = on_bytes,
    .string = on_text,
    .string_start = refuse,
    .indef_array_start = refuse,
    .array_start = on_array,
    .indef_map_start = refuse,
    .map_start = on_map,
    .tag = on_tag,
    .float2 = refuse_float,
    .float4 = refuse_float,
    .float8 = refuse_double,
    .undefined = refuse,
    .null = on_null,
    .boolean = on_bool,
    .indef_break = refuse,
};

/* Bytes of the shortest head for this value (RFC 8949 4.2.1). */
static size_t shortest(uint64_t value)
{
    unsigned char head[9];
    return cbor_encode_uint(value, head, sizeof head);
}

/* Reads one head (and string body) at the start of `bytes`. */
static bool peel(struct lz_bytes bytes, struct item *ret_item)
{
    struct item item = {0};
    if (bytes.size == 0) {
        return false;
    }
    /* libcbor 0.8 refuses the one-byte heads of tags that were unassigned in 2013, COSE's 18 among them. */
    if (bytes.data[0] >= 0xc0 && bytes.data[0] <= 0xd7) {
        *ret_item = (struct item){.type = LZ_CBOR_TAG, .value = bytes.data[0] & 0x1f, .size = 1};
        return true;
    }
    struct cbor_decoder_result result = cbor_stream_decode(bytes.data, bytes.size, &callbacks, &item);
    if (result.status != CBOR_DECODER_FINISHED || item.refused) {
        return false;
    }
    size_t head = result.read - item.body.size;
    size_t expected = item.type == LZ_CBOR_SIMPLE ? 1 : shortest(item.value);
    if (head != expected) {
        return false;
    }
    item.size = result.read;
    *ret_item = item;
    return true;
}

static int compare(struct lz_bytes a, struct lz_bytes b)
{
    int order = memcmp(a.data, b.data, a.size < b.size ? a.size : b.size);
    return order != 0 ? order : (a.size > b.size) - (a.size < b.size);
}

/* Length of the whole strict item at the start of `bytes`, children included; 0: not strict. */
static size_t measure(struct lz_bytes bytes, int depth);

static size_t measure_pairs(struct lz_bytes bytes, uint64_t pairs, int depth)
{
    struct lz_bytes last = {0};
    size_t at = 0;
    for (uint64_t i = 0; i < pairs; i++) {
        size_t key = measure(lz_bytes_of(bytes.data + at, bytes.size - at), depth);
        struct lz_bytes name = lz_bytes_of(bytes.data + at, key);
        if (key == 0 || (i > 0 && compare(last, name) >= 0)) {
            return 0;
        }
        last = name;
        at += key;
        size_t value = measure(lz_bytes_of(bytes.data + at, bytes.size - at), depth);
        if (value == 0) {
            return 0;
        }
        at += value;
    }
    return at;
}

static size_t measure_items(struct lz_bytes bytes, uint64_t count, int depth)
{
    size_t at = 0;
    for (uint64_t i = 0; i < count; i++) {
        size_t size = measure(lz_bytes_of(bytes.data + at, bytes.size - at), depth);
        if (size == 0) {
            return 0;
        }
        at += size;
    }
    return at;
}

static size_t measure(struct lz_bytes bytes, int depth)
{
    struct item item;
    if (!peel(bytes, &item)) {
        return 0;
    }
    const bool holds = item.type == LZ_CBOR_ARRAY || item.type == LZ_CBOR_MAP || item.type == LZ_CBOR_TAG;
    if (holds && depth >= LZ_CBOR_DEPTH) { /* an empty one, too */
        return 0;
    }
    struct lz_bytes rest = lz_bytes_of(bytes.data + item.size, bytes.size - item.size);
    size_t children = 0;
    switch (item.type) {
    case LZ_CBOR_TEXT:
        return lz_utf8_valid(item.body) ? item.size : 0;
    case LZ_CBOR_ARRAY:
        children = measure_items(rest, item.value, depth + 1);
        break;
    case LZ_CBOR_MAP:
        children = measure_pairs(rest, item.value, depth + 1);
        break;
    case LZ_CBOR_TAG:
        children = measure(rest, depth + 1);
        return children == 0 ? 0 : item.size + children;
    case LZ_CBOR_UINT:
    case LZ_CBOR_NEGATIVE:
    case LZ_CBOR_BYTES:
    case LZ_CBOR_SIMPLE:
        return item.size;
    }
    return children == 0 && item.value > 0 ? 0 : item.size + children;
}

lz_err lz_cbor_open(struct lz_cbor_reader *reader, struct lz_bytes bytes, size_t cap)
{
    *reader = (struct lz_cbor_reader){.rest = bytes};
    if (bytes.size > cap) {
        reader->err = LZ_TOO_LARGE;
    } else if (measure(bytes, 0) != bytes.size || bytes.size == 0) {
        reader->err = LZ_MALFORMED;
    }
    return reader->err;
}

void lz_cbor_refuse(struct lz_cbor_reader *reader)
{
    if (reader->err == LZ_OK) {
        reader->err = LZ_MALFORMED;
    }
}

/* Moves over the next head if it has the wanted type; keeps the error else. */
static bool take(struct lz_cbor_reader *reader, enum lz_cbor_type type, struct item *ret_item)
{
    if (reader->err != LZ_OK || !lz_cbor_next_is(reader, type) || !peel(reader->rest, ret_item)) {
        lz_cbor_refuse(reader);
        *ret_item = (struct item){0};
        return false;
    }
    reader->rest.data += ret_item->size;
    reader->rest.size -= ret_item->size;
    return true;
}

bool lz_cbor_next_is(const struct lz_cbor_reader *reader, enum lz_cbor_type type)
{
    /* The major type is the upper three bits of the head, in the order of the enum. */
    return reader->err == LZ_OK && reader->rest.size > 0 && reader->rest.data[0] >> 5 == (int)type;
}

uint64_t lz_cbor_uint(struct lz_cbor_reader *reader, uint64_t max)
{
    struct item item;
    if (!take(reader, LZ_CBOR_UINT, &item)) {
        return 0;
    }
    if (item.value > max) {
        lz_cbor_refuse(reader);
        return 0;
    }
    return item.value;
}

int64_t lz_cbor_int(struct lz_cbor_reader *reader)
{
    struct item item;
    bool negative = lz_cbor_next_is(reader, LZ_CBOR_NEGATIVE);
    if (!take(reader, negative ? LZ_CBOR_NEGATIVE : LZ_CBOR_UINT, &item)) {
        return 0;
    }
    if (item.value > INT64_MAX) {
        lz_cbor_refuse(reader);
        return 0;
    }
    return negative ? -1 - (int64_t)item.value : (int64_t)item.value;
}

static struct lz_bytes string(struct lz_cbor_reader *reader, enum lz_cbor_type type, size_t max)
{
    struct item item;
    if (!take(reader, type, &item)) {
        return (struct lz_bytes){0};
    }
    if (item.body.size > max) {
        lz_cbor_refuse(reader);
        return (struct lz_bytes){0};
    }
    return item.body;
}

struct lz_bytes lz_cbor_bytes(struct lz_cbor_reader *reader, size_t max)
{
    return string(reader, LZ_CBOR_BYTES, max);
}

struct lz_bytes lz_cbor_text(struct lz_cbor_reader *reader, size_t max)
{
    return string(reader, LZ_CBOR_TEXT, max);
}

size_t lz_cbor_array(struct lz_cbor_reader *reader)
{
    struct item item;
    return take(reader, LZ_CBOR_ARRAY, &item) ? (size_t)item.value : 0;
}

size_t lz_cbor_map(struct lz_cbor_reader *reader)
{
    struct item item;
    return take(reader, LZ_CBOR_MAP, &item) ? (size_t)item.value : 0;
}

uint64_t lz_cbor_tag(struct lz_cbor_reader *reader)
{
    struct item item;
    return take(reader, LZ_CBOR_TAG, &item) ? item.value : 0;
}

struct lz_bytes lz_cbor_raw(struct lz_cbor_reader *reader)
{
    size_t size = reader->err == LZ_OK ? measure(reader->rest, 0) : 0;
    if (size == 0) {
        lz_cbor_refuse(reader);
        return (struct lz_bytes){0};
    }
    struct lz_bytes item = lz_bytes_of(reader->rest.data, size);
    reader->rest.data += size;
    reader->rest.size -= size;
    return item;
}

void lz_cbor_skip(struct lz_cbor_reader *reader)
{
    (void)lz_cbor_raw(reader);
}

bool lz_cbor_take_null(struct lz_cbor_reader *reader)
{
    struct item item;
    if (reader->err != LZ_OK || reader->rest.size == 0 || reader->rest.data[0] != 0xf6) {
        return false;
    }
    return take(reader, LZ_CBOR_SIMPLE, &item);
}

void lz_cbor_array_of(struct lz_cbor_reader *reader, size_t count)
{
    if (lz_cbor_array(reader) != count) {
        lz_cbor_refuse(reader);
    }
}

void lz_cbor_map_of(struct lz_cbor_reader *reader, size_t count)
{
    if (lz_cbor_map(reader) != count) {
        lz_cbor_refuse(reader);
    }
}

void lz_cbor_expect_int(struct lz_cbor_reader *reader, int64_t value)
{
    if (lz_cbor_int(reader) != value) {
        lz_cbor_refuse(reader);
    }
}

lz_err lz_cbor_close(const struct lz_cbor_reader *reader)
{
    if (reader->err == LZ_OK && reader->rest.size > 0) {
        return LZ_MALFORMED;
    }
    return reader->err;
}

void lz_cbor_put_uint(struct lz_buf *out, uint64_t value)
{
    unsigned char head[9];
    lz_buf_add(out, head, cbor_encode_uint(value, head, sizeof head));
}

void lz_cbor_put_int(struct lz_buf *out, int64_t value)
{
    unsigned char head[9];
    size_t size = value < 0 ? cbor_encode_negint((uint64_t)(-1 - value), head, sizeof head)
                            : cbor_encode_uint((uint64_t)value, head, sizeof head);
    lz_buf_add(out, head, size);
}

void lz_cbor_put_bytes(struct lz_buf *out, struct lz_bytes bytes)
{
    unsigned char head[9];
    lz_buf_add(out, head, cbor_encode_bytestring_start(bytes.size, head, sizeof head));
    lz_buf_add(out, bytes.data, bytes.size);
}

void lz_cbor_put_text(struct lz_buf *out, struct lz_bytes text)
{
    unsigned char head[9];
    lz_buf_add(out, head, cbor_encode_string_start(text.size, head, sizeof head));
    lz_buf_add(out, text.data, text.size);
}

void lz_cbor_put_array(struct lz_buf *out, size_t count)
{
    unsigned char head[9];
    lz_buf_add(out, head, cbor_encode_array_start(count, head, sizeof head));
}

void lz_cbor_put_map(struct lz_buf *out, size_t count)
{
    unsigned char head[9];
    lz_buf_add(out, head, cbor_encode_map_start(count, head, sizeof head));
}

void lz_cbor_put_tag(struct lz_buf *out, uint64_t tag)
{
    unsigned char head[9];
    lz_buf_add(out, head, cbor_encode_tag(tag, head, sizeof head));
}

void lz_cbor_put_null(struct lz_buf *out)
{
    unsigned char head[1];
    lz_buf_add(out, head, cbor_encode_null(head, sizeof head));
}
