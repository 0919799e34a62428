#include "registry/credential/status_list.h"

#include "registry/credential/cbor.h"
#include "registry/credential/cose.h"

#include <stdlib.h>
#include <string.h>
#include <zlib.h>

/* Claims of RFC 8392 and of the status list draft, and our private one. */
enum {
    CLAIM_SUBJECT = 2,
    CLAIM_EXPIRY = 4,
    CLAIM_ISSUED = 6,
    CLAIM_LIST = 65533,
    CLAIM_TTL = 65534,
    CLAIM_TREE_SIZE = -65538
};

static bool bits_valid(unsigned bits)
{
    return bits == 1 || bits == 2 || bits == 4 || bits == 8;
}

lz_err lz_status_list_init(struct lz_status_list *list, unsigned bits, size_t count)
{
    if (!bits_valid(bits)) {
        return LZ_INVALID;
    }
    if (count > (size_t)LZ_STATUS_LIST_CAP * 8 / bits) {
        return LZ_TOO_LARGE;
    }
    size_t size = (count * bits + 7) / 8;
    uint8_t *data = calloc(size > 0 ? size : 1, 1);
    if (data == NULL) {
        return LZ_MEMORY;
    }
    *list = (struct lz_status_list){.bits = bits, .count = size * 8 / bits, .data = data, .size = size};
    return LZ_OK;
}

void lz_status_list_free(struct lz_status_list *list)
{
    if (list != NULL) {
        free(list->data);
        *list = (struct lz_status_list){0};
    }
}

uint8_t lz_status_list_get(const struct lz_status_list *list, size_t idx)
{
    if (idx >= list->count) {
        return 0;
    }
    size_t bit = idx * list->bits;
    return (uint8_t)((unsigned)list->data[bit / 8] >> bit % 8 & ((1U << list->bits) - 1));
}

lz_err lz_status_list_set(struct lz_status_list *list, size_t idx, uint8_t value)
{
    unsigned mask = (1U << list->bits) - 1;
    if (idx >= list->count || value > mask) {
        return LZ_INVALID;
    }
    size_t bit = idx * list->bits;
    unsigned byte = list->data[bit / 8] & ~(mask << bit % 8);
    list->data[bit / 8] = (uint8_t)(byte | (unsigned)value << bit % 8);
    return LZ_OK;
}

lz_err lz_status_list_deflate(const struct lz_status_list *list, struct lz_buf *out)
{
    uLongf size = compressBound(list->size);
    uint8_t *packed = malloc(size);
    if (packed == NULL) {
        return LZ_MEMORY;
    }
    lz_err err = LZ_MEMORY; /* all that can fail where there is room for the bound */
    if (compress2(packed, &size, list->data, list->size, Z_BEST_COMPRESSION) == Z_OK) {
        lz_buf_add(out, packed, size);
        err = out->err;
    }
    free(packed);
    return err;
}

/* Inflates into a buffer of exactly the cap: a small input cannot make us hold more. */
static lz_err inflate_into(struct lz_bytes lst, uint8_t *room, size_t *ret_size)
{
    z_stream stream = {0};
    /* zlib reads only; its field lacks the const */
    stream.next_in = (z_const Bytef *)(uintptr_t)lst.data;
    stream.avail_in = (uInt)lst.size;
    stream.next_out = room;
    stream.avail_out = LZ_STATUS_LIST_CAP;
    if (inflateInit(&stream) != Z_OK) {
        return LZ_MEMORY;
    }
    int result = inflate(&stream, Z_FINISH);
    size_t left = stream.avail_in;
    *ret_size = stream.total_out;
    bool full = stream.avail_out == 0;
    inflateEnd(&stream);
    if (result == Z_STREAM_END) {
        return left == 0 ? LZ_OK : LZ_MALFORMED;
    }
    return result == Z_MEM_ERROR ? LZ_MEMORY : full ? LZ_TOO_LARGE : LZ_MALFORMED;
}

lz_err lz_status_list_inflate(struct lz_bytes lst, unsigned bits, struct lz_status_list *ret_list)
{
    size_t size = 0;
    if (!bits_valid(bits)) {
        return LZ_MALFORMED;
    }
    if (lst.size > LZ_STATUS_LIST_CWT_CAP) {
        return LZ_TOO_LARGE;
    }
    uint8_t *room = malloc(LZ_STATUS_LIST_CAP);
    if (room == NULL) {
        return LZ_MEMORY;
    }
    struct lz_status_list list = {0};
    lz_err err = inflate_into(lst, room, &size);
    if (err == LZ_OK) {
        err = lz_status_list_init(&list, bits, size * 8 / bits);
    }
    if (err == LZ_OK) {
        memcpy(list.data, room, size);
        *ret_list = list;
    }
    free(room);
    return err;
}

static void write_claims(const struct lz_status_list *list, struct lz_bytes lst,
                         const struct lz_status_claims *claims, struct lz_buf *out)
{
    size_t members = 4 + (claims->expires_at > 0 ? 1U : 0U) + (claims->ttl > 0 ? 1U : 0U);
    lz_cbor_put_map(out, members);
    lz_cbor_put_int(out, CLAIM_SUBJECT);
    lz_cbor_put_text(out, lz_bytes_text(claims->subject));
    if (claims->expires_at > 0) {
        lz_cbor_put_int(out, CLAIM_EXPIRY);
        lz_cbor_put_int(out, claims->expires_at);
    }
    lz_cbor_put_int(out, CLAIM_ISSUED);
    lz_cbor_put_int(out, claims->issued_at);
    lz_cbor_put_int(out, CLAIM_LIST);
    lz_cbor_put_map(out, 2);
    lz_cbor_put_text(out, lz_bytes_text("lst"));
    lz_cbor_put_bytes(out, lst);
    lz_cbor_put_text(out, lz_bytes_text("bits"));
    lz_cbor_put_uint(out, list->bits);
    if (claims->ttl > 0) {
        lz_cbor_put_int(out, CLAIM_TTL);
        lz_cbor_put_int(out, claims->ttl);
    }
    lz_cbor_put_int(out, CLAIM_TREE_SIZE);
    lz_cbor_put_uint(out, claims->tree_size);
}

lz_err lz_status_cwt_write(const struct lz_status_list *list, const struct lz_status_claims *claims,
                           const struct lz_signing_key *key, struct lz_buf *out)
{
    struct lz_buf lst, payload;
    size_t subject = claims->subject != NULL ? strlen(claims->subject) : 0;
    if (subject == 0 || subject >= sizeof claims->subject_text || claims->issued_at < 0) {
        return LZ_INVALID;
    }
    lz_buf_init(&lst, LZ_STATUS_LIST_CWT_CAP);
    lz_buf_init(&payload, LZ_STATUS_LIST_CWT_CAP);
    lz_err err = lz_status_list_deflate(list, &lst);
    if (err == LZ_OK) {
        write_claims(list, lz_buf_view(&lst), claims, &payload);
        err = payload.err;
    }
    if (err == LZ_OK) {
        err = lz_cose_sign(key, LZ_STATUS_LIST_TYPE, lz_buf_view(&payload), out);
    }
    lz_buf_free(&lst);
    lz_buf_free(&payload);
    return err;
}

static void expect_text(struct lz_cbor_reader *reader, const char *text)
{
    if (!lz_bytes_equal(lz_cbor_text(reader, 16), lz_bytes_text(text))) {
        lz_cbor_refuse(reader);
    }
}

struct parts {
    struct lz_bytes subject, lst;
    unsigned bits;
};

/* Sorted keys come in the order of writing; optional ones may be absent. */
static lz_err read_claims(struct lz_bytes payload, struct lz_status_claims *claims, struct parts *parts)
{
    struct lz_cbor_reader reader;
    lz_err err = lz_cbor_open(&reader, payload, LZ_STATUS_LIST_CWT_CAP);
    if (err != LZ_OK) {
        return err;
    }
    bool subject = false, issued = false, tree = false;
    size_t members = lz_cbor_map(&reader);
    for (size_t i = 0; i < members && reader.err == LZ_OK; i++) {
        switch (lz_cbor_int(&reader)) {
        case CLAIM_SUBJECT:
            parts->subject = lz_cbor_text(&reader, sizeof claims->subject_text - 1);
            subject = true;
            break;
        case CLAIM_EXPIRY:
            claims->expires_at = (int64_t)lz_cbor_uint(&reader, INT64_MAX);
            break;
        case CLAIM_ISSUED:
            claims->issued_at = (int64_t)lz_cbor_uint(&reader, INT64_MAX);
            issued = true;
            break;
        case CLAIM_LIST:
            lz_cbor_map_of(&reader, 2);
            expect_text(&reader, "lst");
            parts->lst = lz_cbor_bytes(&reader, LZ_STATUS_LIST_CWT_CAP);
            expect_text(&reader, "bits");
            parts->bits = (unsigned)lz_cbor_uint(&reader, 8);
            break;
        case CLAIM_TTL:
            claims->ttl = (int64_t)lz_cbor_uint(&reader, INT64_MAX);
            break;
        case CLAIM_TREE_SIZE:
            claims->tree_size = lz_cbor_uint(&reader, INT64_MAX);
            tree = true;
            break;
        default:
            lz_cbor_refuse(&reader);
        }
    }
    err = lz_cbor_close(&reader);
    return err == LZ_OK && !(subject && issued && tree && parts->bits > 0) ? LZ_MALFORMED : err;
}

lz_err lz_status_cwt_read(struct lz_bytes cwt, const struct lz_verifying_key *key,
                          struct lz_status_list *ret_list, struct lz_status_claims *ret_claims)
{
    struct lz_cose_sign1 sign1;
    struct lz_status_claims claims = {0};
    struct parts parts = {0};
    uint8_t kid[LZ_KID_SIZE];
    lz_err err = lz_cose_read(cwt, LZ_STATUS_LIST_CWT_CAP, &sign1);
    if (err != LZ_OK) {
        return err;
    }
    if (!sign1.tagged || !sign1.alg_protected || sign1.unprotected_count != 0 ||
        !lz_bytes_equal(sign1.typ, lz_bytes_text(LZ_STATUS_LIST_TYPE))) {
        return LZ_MALFORMED;
    }
    err = lz_key_kid(lz_verifying_key_public(key), kid);
    if (err != LZ_OK) {
        return err;
    }
    if (!lz_bytes_equal(sign1.kid, lz_bytes_of(kid, sizeof kid))) {
        return LZ_UNKNOWN_KEY;
    }
    err = lz_cose_verify(&sign1, (struct lz_bytes){0}, key);
    if (err == LZ_OK) {
        err = read_claims(sign1.payload, &claims, &parts);
    }
    if (err == LZ_OK && memchr(parts.subject.data, 0, parts.subject.size) != NULL) {
        err = LZ_MALFORMED;
    }
    if (err == LZ_OK) {
        err = lz_status_list_inflate(parts.lst, parts.bits, ret_list);
    }
    if (err == LZ_OK) {
        memcpy(claims.subject_text, parts.subject.data, parts.subject.size);
        *ret_claims = claims;
        ret_claims->subject = ret_claims->subject_text;
    }
    return err;
}
