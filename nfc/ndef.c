#include "nfc/ndef.h"

#include "registry/base/text.h"

#include <string.h>

/* Type 2 Tag 2.3, table 2. */
enum { TLV_NULL = 0x00, TLV_LOCK = 0x01, TLV_MEMORY = 0x02, TLV_NDEF = 0x03, TLV_TERMINATOR = 0xFE };
/* NDEF 3.2. */
enum {
    FLAG_BEGIN = 0x80,
    FLAG_END = 0x40,
    FLAG_CHUNK = 0x20,
    FLAG_SHORT = 0x10,
    FLAG_ID = 0x08,
    TNF_MASK = 0x07,
    TNF_WELL_KNOWN = 0x01
};

/* RTD URI table 3; the index is the code. */
static const char *const prefixes[] = {
    "",
    "http://www.",
    "https://www.",
    "http://",
    "https://",
    "tel:",
    "mailto:",
    "ftp://anonymous:anonymous@",
    "ftp://ftp.",
    "ftps://",
    "sftp://",
    "smb://",
    "nfs://",
    "ftp://",
    "dav://",
    "news:",
    "telnet://",
    "imap:",
    "rtsp://",
    "urn:",
    "pop:",
    "sip:",
    "sips:",
    "tftp:",
    "btspp://",
    "btl2cap://",
    "btgoep://",
    "tcpobex://",
    "irdaobex://",
    "file://",
    "urn:epc:id:",
    "urn:epc:tag:",
    "urn:epc:pat:",
    "urn:epc:raw:",
    "urn:epc:",
    "urn:nfc:",
};
enum { PREFIX_COUNT = sizeof prefixes / sizeof prefixes[0] };
_Static_assert(PREFIX_COUNT == 0x24, "RTD URI 1.0 defines codes 00 to 23");

/* One block's header.  LZ_NOT_FOUND: the header itself is cut off. */
struct tlv {
    uint8_t type;
    size_t value; /* offset of the value */
    size_t size;
};

static lz_err read_tlv(struct lz_bytes area, size_t at, struct tlv *ret_tlv)
{
    if (at >= area.size)
        return LZ_NOT_FOUND;
    uint8_t type = area.data[at];
    if (type == TLV_NULL || type == TLV_TERMINATOR) {
        *ret_tlv = (struct tlv){type, at + 1, 0};
        return LZ_OK;
    }
    if (at + 1 >= area.size)
        return LZ_NOT_FOUND;
    if (area.data[at + 1] != 0xFF) {
        *ret_tlv = (struct tlv){type, at + 2, area.data[at + 1]};
        return LZ_OK;
    }
    if (at + 3 >= area.size)
        return LZ_NOT_FOUND;
    *ret_tlv = (struct tlv){type, at + 4, (size_t)area.data[at + 2] << 8 | area.data[at + 3]};
    return LZ_OK;
}

/* Walks to the NDEF block.  LZ_OK with tlv.type == TLV_NDEF; LZ_NOT_FOUND with `*ret_cut` telling whether the
 * input ended before an answer was known. */
static lz_err find_block(struct lz_bytes area, struct tlv *ret_tlv, bool *ret_cut)
{
    size_t at = 0;
    struct tlv tlv = {0};
    *ret_cut = false;
    while (read_tlv(area, at, &tlv) == LZ_OK) {
        if (tlv.type == TLV_TERMINATOR)
            return LZ_NOT_FOUND;
        if (tlv.type == TLV_NDEF) {
            if (tlv.size == 0)
                return LZ_NOT_FOUND;
            *ret_tlv = tlv;
            return LZ_OK;
        }
        at = tlv.value + tlv.size;
    }
    *ret_cut = true;
    return LZ_NOT_FOUND;
}

lz_err lz_ndef_find(struct lz_bytes area, struct lz_bytes *ret_message)
{
    struct tlv tlv = {0};
    bool cut = false;
    lz_err err = find_block(area, &tlv, &cut);
    if (err)
        return err;
    if (tlv.value > area.size || tlv.size > area.size - tlv.value)
        return LZ_MALFORMED;
    *ret_message = lz_bytes_of(area.data + tlv.value, tlv.size);
    return LZ_OK;
}

lz_err lz_ndef_extent(struct lz_bytes start, size_t capacity, size_t *ret_size)
{
    struct tlv tlv = {0};
    bool cut = false;
    lz_err err = find_block(start, &tlv, &cut);
    if (err && cut && start.size < capacity) {
        /* Sixteen bytes more always hold the next header, whatever block is being skipped. */
        size_t more = start.size + 16;
        *ret_size = more < capacity ? more : capacity;
        return LZ_OK;
    }
    if (err)
        return err;
    if (tlv.value > capacity || tlv.size > capacity - tlv.value)
        return LZ_MALFORMED;
    *ret_size = tlv.value + tlv.size;
    return LZ_OK;
}

/* One record's parts; `*at` moves behind it. */
struct record {
    uint8_t flags;
    struct lz_bytes type;
    struct lz_bytes payload;
};

static lz_err read_record(struct lz_bytes message, size_t *at, struct record *ret_record)
{
    const uint8_t *p = message.data + *at;
    size_t left = message.size - *at;
    if (left < 3)
        return LZ_MALFORMED;
    uint8_t flags = p[0];
    size_t type_size = p[1], id_size = 0, payload_size = 0, head = 0;
    if (flags & FLAG_SHORT) {
        payload_size = p[2];
        head = 3;
    } else {
        if (left < 6)
            return LZ_MALFORMED;
        payload_size = (size_t)p[2] << 24 | (size_t)p[3] << 16 | (size_t)p[4] << 8 | p[5];
        head = 6;
    }
    if (flags & FLAG_ID) {
        if (left < head + 1)
            return LZ_MALFORMED;
        id_size = p[head++];
    }
    /* The first two are at most 255 each, so only the payload's size needs care. */
    if (head + type_size + id_size > left || payload_size > left - head - type_size - id_size)
        return LZ_MALFORMED;
    *ret_record = (struct record){flags, lz_bytes_of(p + head, type_size),
                                  lz_bytes_of(p + head + type_size + id_size, payload_size)};
    *at += head + type_size + id_size + payload_size;
    return LZ_OK;
}

static bool uri_text_ok(struct lz_bytes text)
{
    for (size_t i = 0; i < text.size; i++)
        if (text.data[i] <= 0x20 || text.data[i] == 0x7F)
            return false;
    return lz_utf8_valid(text);
}

static lz_err decode_payload(struct lz_bytes payload, struct lz_buf *out)
{
    if (payload.size == 0 || payload.data[0] >= PREFIX_COUNT)
        return LZ_MALFORMED;
    struct lz_bytes rest = lz_bytes_of(payload.data + 1, payload.size - 1);
    const char *prefix = prefixes[payload.data[0]];
    if (strlen(prefix) + rest.size > LZ_NDEF_URI_MAX)
        return LZ_TOO_LARGE;
    if (strlen(prefix) + rest.size == 0 || !uri_text_ok(rest))
        return LZ_MALFORMED;
    lz_buf_text(out, prefix);
    lz_buf_add(out, rest.data, rest.size);
    return out->err;
}

lz_err lz_ndef_uri_decode(struct lz_bytes message, struct lz_buf *out)
{
    size_t at = 0;
    while (at < message.size) {
        struct record record = {0};
        lz_err err = read_record(message, &at, &record);
        if (err)
            return err;
        if (record.flags & FLAG_CHUNK)
            return LZ_UNSUPPORTED;
        if ((record.flags & TNF_MASK) == TNF_WELL_KNOWN && lz_bytes_equal(record.type, lz_bytes_text("U")))
            return decode_payload(record.payload, out);
        if (record.flags & FLAG_END)
            break;
    }
    return LZ_NOT_FOUND;
}

static size_t longest_prefix(const char *uri)
{
    size_t best = 0;
    for (size_t i = 1; i < PREFIX_COUNT; i++)
        if (strncmp(uri, prefixes[i], strlen(prefixes[i])) == 0 &&
            strlen(prefixes[i]) > strlen(prefixes[best]))
            best = i;
    return best;
}

lz_err lz_ndef_uri_encode(const char *uri, size_t capacity, struct lz_buf *out)
{
    struct lz_bytes text = lz_bytes_text(uri);
    if (text.size == 0 || !uri_text_ok(text) || !strchr(uri, ':') || uri[0] == ':')
        return LZ_MALFORMED;
    if (text.size > LZ_NDEF_URI_MAX)
        return LZ_TOO_LARGE;
    size_t code = longest_prefix(uri);
    struct lz_bytes rest = lz_bytes_text(uri + strlen(prefixes[code]));
    size_t payload = 1 + rest.size;
    bool is_short = payload <= 0xFF;
    size_t message = (is_short ? 3u : 6u) + 1 + payload;
    size_t block = (message < 0xFF ? 2u : 4u) + message;
    if (block > capacity)
        return LZ_TOO_LARGE;

    lz_buf_byte(out, TLV_NDEF);
    if (message < 0xFF) {
        lz_buf_byte(out, (uint8_t)message);
    } else {
        const uint8_t size[] = {0xFF, (uint8_t)(message >> 8), (uint8_t)message};
        lz_buf_add(out, size, sizeof size);
    }
    lz_buf_byte(out, (uint8_t)(FLAG_BEGIN | FLAG_END | (is_short ? FLAG_SHORT : 0) | TNF_WELL_KNOWN));
    lz_buf_byte(out, 1);
    if (!is_short) {
        const uint8_t high[] = {0, 0, (uint8_t)(payload >> 8)};
        lz_buf_add(out, high, sizeof high);
    }
    lz_buf_byte(out, (uint8_t)payload);
    lz_buf_byte(out, 'U');
    lz_buf_byte(out, (uint8_t)code);
    lz_buf_add(out, rest.data, rest.size);
    if (block < capacity)
        lz_buf_byte(out, TLV_TERMINATOR);
    return out->err;
}
