#include "registry/credential/token.h"

#include "registry/credential/cbor.h"
#include "registry/credential/cose.h"

#include "registry/base/text.h"

#include <string.h>

/* Claims of RFC 8392, and our private one. */
enum { CLAIM_SUBJECT = 2, CLAIM_EXPIRY = 4, CLAIM_BADGE = -65537 };
enum { PAYLOAD_MAX = 256 };

static const struct {
    const char *name;
    const char *word[LZ_LANG_COUNT];
} kinds[] = {
    [LZ_TOKEN_KIND_ENFORCEMENT] = {"enforcement", {"行政执法证", "Enforcement certificate"}},
    [LZ_TOKEN_KIND_SUPERVISION] = {"supervision", {"行政执法监督证", "Supervision certificate"}},
    [LZ_TOKEN_KIND_AUXILIARY] = {"auxiliary", {"行政执法辅助人员工作证", "Auxiliary work card"}},
};
_Static_assert(sizeof kinds / sizeof kinds[0] == LZ_TOKEN_KIND_COUNT, "kinds misses a row");

const char *lz_token_kind_name(enum lz_token_kind kind)
{
    return (unsigned)kind < LZ_TOKEN_KIND_COUNT ? kinds[kind].name : "";
}

const char *lz_token_kind_word(enum lz_token_kind kind, lz_lang lang)
{
    return (unsigned)kind < LZ_TOKEN_KIND_COUNT ? kinds[kind].word[lang] : "";
}

bool lz_token_number_valid(struct lz_bytes number)
{
    if (number.size == 0 || number.size >= LZ_TOKEN_NUMBER) {
        return false;
    }
    for (size_t i = 0; i < number.size; i++) {
        uint8_t c = number.data[i];
        bool fine = (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || c == '-';
        if (!fine) {
            return false;
        }
    }
    return true;
}

static bool uid_size_valid(size_t size)
{
    return size == 4 || size == 7 || size == 10; /* ISO 14443-3: single, double, triple */
}

static bool name_valid(const char *name)
{
    struct lz_bytes text = lz_bytes_text(name);
    return text.size < LZ_TOKEN_NAME && lz_utf8_valid(text) && !lz_text_has_control(name);
}

static bool token_valid(const struct lz_token *token)
{
    return lz_token_number_valid(lz_bytes_text(token->number)) && token->expires_at >= 0 &&
           (unsigned)token->kind < LZ_TOKEN_KIND_COUNT && name_valid(token->name) &&
           (token->uid_size == 0 || uid_size_valid(token->uid_size));
}

static void write_payload(const struct lz_token *token, struct lz_buf *out)
{
    lz_cbor_put_map(out, 3);
    lz_cbor_put_int(out, CLAIM_SUBJECT);
    lz_cbor_put_text(out, lz_bytes_text(token->number));
    lz_cbor_put_int(out, CLAIM_EXPIRY);
    lz_cbor_put_int(out, token->expires_at);
    lz_cbor_put_int(out, CLAIM_BADGE);
    lz_cbor_put_array(out, 6);
    lz_cbor_put_uint(out, (uint64_t)token->kind);
    lz_cbor_put_uint(out, token->organ);
    lz_cbor_put_uint(out, token->list);
    lz_cbor_put_uint(out, token->idx);
    if (token->name[0] != '\0') {
        lz_cbor_put_text(out, lz_bytes_text(token->name));
    } else {
        lz_cbor_put_null(out);
    }
    if (token->uid_size > 0) {
        lz_cbor_put_bytes(out, lz_bytes_of(token->uid, token->uid_size));
    } else {
        lz_cbor_put_null(out);
    }
}

lz_err lz_token_write(const struct lz_token *token, const struct lz_signing_key *key, struct lz_buf *out)
{
    struct lz_buf payload;
    if (!token_valid(token)) {
        return LZ_INVALID;
    }
    lz_buf_init(&payload, PAYLOAD_MAX);
    write_payload(token, &payload);
    lz_err err = payload.err;
    if (err == LZ_OK) {
        err = lz_cose_sign(key, NULL, lz_buf_view(&payload), out);
    }
    lz_buf_free(&payload);
    return err;
}

/* Copies text into a field of `room` bytes; the reader has already bounded it. */
static void copy_text(struct lz_bytes text, char *ret_field, size_t room)
{
    if (text.size > 0 && text.size < room) {
        memcpy(ret_field, text.data, text.size);
    }
    ret_field[text.size < room ? text.size : 0] = '\0';
}

static void read_uid(struct lz_cbor_reader *reader, struct lz_token *token)
{
    if (lz_cbor_take_null(reader)) {
        return;
    }
    struct lz_bytes uid = lz_cbor_bytes(reader, LZ_TOKEN_UID_MAX);
    if (!uid_size_valid(uid.size)) {
        lz_cbor_refuse(reader);
        return;
    }
    memcpy(token->uid, uid.data, uid.size);
    token->uid_size = uid.size;
}

static void read_name(struct lz_cbor_reader *reader, struct lz_token *token)
{
    if (lz_cbor_take_null(reader)) {
        return;
    }
    struct lz_bytes name = lz_cbor_text(reader, LZ_TOKEN_NAME - 1);
    /* An empty name would be a second spelling of null; a NUL would cut it short. */
    if (name.size == 0 || memchr(name.data, 0, name.size) != NULL) {
        lz_cbor_refuse(reader);
        return;
    }
    copy_text(name, token->name, sizeof token->name);
    if (lz_text_has_control(token->name)) {
        lz_cbor_refuse(reader);
    }
}

static lz_err read_payload(struct lz_bytes payload, struct lz_token *ret_token)
{
    struct lz_cbor_reader reader;
    struct lz_token token = {0};
    lz_err err = lz_cbor_open(&reader, payload, PAYLOAD_MAX);
    if (err != LZ_OK) {
        return LZ_MALFORMED;
    }
    lz_cbor_map_of(&reader, 3);
    lz_cbor_expect_int(&reader, CLAIM_SUBJECT);
    struct lz_bytes number = lz_cbor_text(&reader, LZ_TOKEN_NUMBER - 1);
    copy_text(number, token.number, sizeof token.number);
    lz_cbor_expect_int(&reader, CLAIM_EXPIRY);
    token.expires_at = (int64_t)lz_cbor_uint(&reader, INT64_MAX);
    lz_cbor_expect_int(&reader, CLAIM_BADGE);
    lz_cbor_array_of(&reader, 6);
    token.kind = (enum lz_token_kind)lz_cbor_uint(&reader, LZ_TOKEN_KIND_COUNT - 1);
    token.organ = (uint32_t)lz_cbor_uint(&reader, UINT32_MAX);
    token.list = (uint32_t)lz_cbor_uint(&reader, UINT32_MAX);
    token.idx = (uint32_t)lz_cbor_uint(&reader, UINT32_MAX);
    read_name(&reader, &token);
    read_uid(&reader, &token);
    err = lz_cbor_close(&reader);
    if (err == LZ_OK && !lz_token_number_valid(number)) {
        err = LZ_MALFORMED;
    }
    if (err == LZ_OK) {
        *ret_token = token;
    }
    return err;
}

/* The envelope: exactly what lz_cose_sign writes.  Two labels in the protected map, both known, leave no room
 * for a third; an empty unprotected map leaves none elsewhere. */
static lz_err read_envelope(struct lz_bytes bytes, struct lz_cose_sign1 *ret_sign1)
{
    struct lz_cose_sign1 sign1;
    lz_err err = lz_cose_read(bytes, LZ_TOKEN_CAP, &sign1);
    if (err != LZ_OK) {
        return err == LZ_TOO_LARGE ? err : LZ_MALFORMED;
    }
    if (!sign1.tagged || !sign1.has_alg || !sign1.alg_protected || sign1.alg != LZ_COSE_ALG_ES256 ||
        sign1.kid.size != LZ_KID_SIZE || sign1.unprotected_count != 0 ||
        sign1.protected_bytes.data[0] != 0xa2 || sign1.signature.size != LZ_SIGNATURE_SIZE) {
        return LZ_MALFORMED;
    }
    *ret_sign1 = sign1;
    return LZ_OK;
}

lz_err lz_token_read(struct lz_bytes bytes, struct lz_token *ret_token, uint8_t ret_kid[LZ_KID_SIZE])
{
    struct lz_cose_sign1 sign1;
    lz_err err = read_envelope(bytes, &sign1);
    if (err == LZ_OK) {
        err = read_payload(sign1.payload, ret_token);
    }
    if (err == LZ_OK) {
        memcpy(ret_kid, sign1.kid.data, LZ_KID_SIZE);
    }
    return err;
}

lz_err lz_token_verify(struct lz_bytes bytes, const struct lz_verifying_key *key)
{
    struct lz_cose_sign1 sign1;
    lz_err err = read_envelope(bytes, &sign1);
    return err != LZ_OK ? err : lz_cose_verify(&sign1, (struct lz_bytes){0}, key);
}

lz_err lz_token_digest(struct lz_bytes bytes, uint8_t ret_digest[LZ_TOKEN_DIGEST])
{
    return lz_sha256(bytes, ret_digest);
}
