#include "registry/credential/log_entry.h"

#include "registry/credential/cbor.h"

#include "registry/base/text.h"

#include <string.h>

enum { REASON_MAX = 255 };

/* Items of an entry's array, by type. */
static size_t items_of(uint64_t type)
{
    static const uint8_t items[] = {
        [LZ_ENTRY_ISSUE] = 5,  [LZ_ENTRY_STATUS] = 7, [LZ_ENTRY_KEY] = 5,
        [LZ_ENTRY_ANCHOR] = 3, [LZ_ENTRY_ORGAN] = 4,  [LZ_ENTRY_RESTORE] = 2,
    };
    return type < sizeof items ? items[type] : 0;
}

static bool entry_valid(const struct lz_log_entry *entry)
{
    if (entry->time < 0) {
        return false;
    }
    switch (entry->type) {
    case LZ_ENTRY_ISSUE:
    case LZ_ENTRY_ANCHOR:
    case LZ_ENTRY_RESTORE:
        return true;
    case LZ_ENTRY_STATUS:
        return (unsigned)entry->status.status < LZ_STATUS_COUNT && entry->status.effective >= 0 &&
               entry->status.reason <= REASON_MAX;
    case LZ_ENTRY_KEY:
        return entry->key.from >= 0 && (entry->key.until == 0 || entry->key.until > entry->key.from);
    case LZ_ENTRY_ORGAN: {
        struct lz_bytes name = lz_bytes_text(entry->organ.name);
        return name.size > 0 && name.size < LZ_ORGAN_NAME && lz_utf8_valid(name) &&
               !lz_text_has_control(entry->organ.name);
    }
    }
    return false;
}

static void write_rest(const struct lz_log_entry *entry, struct lz_buf *out)
{
    switch (entry->type) {
    case LZ_ENTRY_ISSUE:
        lz_cbor_put_uint(out, entry->issue.list);
        lz_cbor_put_uint(out, entry->issue.idx);
        lz_cbor_put_bytes(out, lz_bytes_of(entry->issue.digest, sizeof entry->issue.digest));
        break;
    case LZ_ENTRY_STATUS:
        lz_cbor_put_uint(out, entry->status.list);
        lz_cbor_put_uint(out, entry->status.idx);
        lz_cbor_put_uint(out, (uint64_t)entry->status.status);
        lz_cbor_put_int(out, entry->status.effective);
        lz_cbor_put_uint(out, entry->status.reason);
        break;
    case LZ_ENTRY_KEY:
        lz_cose_key_write(&entry->key.key, out);
        lz_cbor_put_int(out, entry->key.from);
        if (entry->key.until > 0) {
            lz_cbor_put_int(out, entry->key.until);
        } else {
            lz_cbor_put_null(out);
        }
        break;
    case LZ_ENTRY_ANCHOR:
        lz_cbor_put_bytes(out, lz_bytes_of(entry->anchor.head, sizeof entry->anchor.head));
        break;
    case LZ_ENTRY_ORGAN:
        lz_cbor_put_uint(out, entry->organ.organ);
        lz_cbor_put_text(out, lz_bytes_text(entry->organ.name));
        break;
    case LZ_ENTRY_RESTORE:
        break;
    }
}

lz_err lz_log_entry_write(const struct lz_log_entry *entry, struct lz_buf *out)
{
    if (!entry_valid(entry)) {
        return LZ_INVALID;
    }
    lz_cbor_put_array(out, items_of((uint64_t)entry->type));
    lz_cbor_put_uint(out, (uint64_t)entry->type);
    lz_cbor_put_int(out, entry->time);
    write_rest(entry, out);
    return out->err;
}

static int64_t read_time(struct lz_cbor_reader *reader)
{
    return (int64_t)lz_cbor_uint(reader, INT64_MAX);
}

static uint32_t read_small(struct lz_cbor_reader *reader)
{
    return (uint32_t)lz_cbor_uint(reader, UINT32_MAX);
}

static void read_hash(struct lz_cbor_reader *reader, uint8_t ret_hash[32])
{
    struct lz_bytes hash = lz_cbor_bytes(reader, 32);
    if (hash.size == 32) {
        memcpy(ret_hash, hash.data, 32);
    } else {
        lz_cbor_refuse(reader);
    }
}

static void read_key(struct lz_cbor_reader *reader, struct lz_log_entry *entry)
{
    struct lz_bytes key = lz_cbor_raw(reader);
    if (reader->err == LZ_OK) {
        reader->err = lz_cose_key_read(key, &entry->key.key);
    }
    entry->key.from = read_time(reader);
    if (!lz_cbor_take_null(reader)) {
        entry->key.until = read_time(reader);
        if (entry->key.until == 0) {
            lz_cbor_refuse(reader); /* open is spelt null */
        }
    }
}

static void read_organ(struct lz_cbor_reader *reader, struct lz_log_entry *entry)
{
    entry->organ.organ = read_small(reader);
    struct lz_bytes name = lz_cbor_text(reader, LZ_ORGAN_NAME - 1);
    if (name.size == 0 || memchr(name.data, 0, name.size) != NULL) {
        lz_cbor_refuse(reader);
        return;
    }
    memcpy(entry->organ.name, name.data, name.size);
}

static void read_rest(struct lz_cbor_reader *reader, struct lz_log_entry *entry)
{
    switch (entry->type) {
    case LZ_ENTRY_ISSUE:
        entry->issue.list = read_small(reader);
        entry->issue.idx = read_small(reader);
        read_hash(reader, entry->issue.digest);
        break;
    case LZ_ENTRY_STATUS:
        entry->status.list = read_small(reader);
        entry->status.idx = read_small(reader);
        entry->status.status = (enum lz_status)lz_cbor_uint(reader, LZ_STATUS_COUNT - 1);
        entry->status.effective = read_time(reader);
        entry->status.reason = (unsigned)lz_cbor_uint(reader, REASON_MAX);
        break;
    case LZ_ENTRY_KEY:
        read_key(reader, entry);
        break;
    case LZ_ENTRY_ANCHOR:
        read_hash(reader, entry->anchor.head);
        break;
    case LZ_ENTRY_ORGAN:
        read_organ(reader, entry);
        break;
    case LZ_ENTRY_RESTORE:
        break;
    }
}

lz_err lz_log_entry_read(struct lz_bytes bytes, struct lz_log_entry *ret_entry)
{
    struct lz_cbor_reader reader;
    struct lz_log_entry entry = {0};
    if (lz_cbor_open(&reader, bytes, LZ_ENTRY_MAX) != LZ_OK) {
        return LZ_MALFORMED;
    }
    size_t items = lz_cbor_array(&reader);
    uint64_t type = lz_cbor_uint(&reader, UINT64_MAX);
    entry.time = read_time(&reader);
    if (reader.err != LZ_OK) {
        return LZ_MALFORMED;
    }
    if (items_of(type) == 0) {
        return type == 0 ? LZ_MALFORMED : LZ_UNSUPPORTED;
    }
    if (items != items_of(type)) {
        return LZ_MALFORMED;
    }
    entry.type = (enum lz_log_entry_type)type;
    read_rest(&reader, &entry);
    lz_err err = lz_cbor_close(&reader);
    if (err == LZ_MEMORY || err == LZ_CRYPTO) {
        return err; /* the key may well be good */
    }
    if (err != LZ_OK || !entry_valid(&entry)) {
        return LZ_MALFORMED;
    }
    *ret_entry = entry;
    return LZ_OK;
}
