#include "registry/credential/cose.h"

#include "registry/credential/cbor.h"

enum { ALG = 1, CRIT = 2, KID = 4, TYP = 16 };
enum { KID_MAX = 64, TYP_MAX = 128, HEADERS_MAX = 512 };

/* Members of one header map.  */
static lz_err read_headers(struct lz_cbor_reader *reader, bool protected_map, struct lz_cose_sign1 *sign1)
{
    size_t count = lz_cbor_map(reader);
    for (size_t i = 0; i < count && reader->err == LZ_OK; i++) {
        if (lz_cbor_next_is(reader, LZ_CBOR_TEXT)) {
            lz_cbor_skip(reader);
            lz_cbor_skip(reader);
            continue;
        }
        int64_t label = lz_cbor_int(reader);
        if (label == ALG) {
            /* An algorithm by name, or a second one, is none that we may guess about. */
            if (sign1->has_alg || lz_cbor_next_is(reader, LZ_CBOR_TEXT)) {
                return LZ_UNSUPPORTED;
            }
            sign1->alg = lz_cbor_int(reader);
            sign1->has_alg = true;
            sign1->alg_protected = protected_map;
        } else if (label == CRIT || (label == KID && sign1->kid.data)) {
            return LZ_UNSUPPORTED;
        } else if (label == KID) {
            sign1->kid = lz_cbor_bytes(reader, KID_MAX);
        } else if (label == TYP && lz_cbor_next_is(reader, LZ_CBOR_TEXT) && protected_map) {
            sign1->typ = lz_cbor_text(reader, TYP_MAX);
        } else {
            lz_cbor_skip(reader);
        }
    }
    if (!protected_map) {
        sign1->unprotected_count = count;
    }
    return reader->err;
}

/* Content of the protected byte string: empty, or an encoded map. */
static lz_err read_protected(struct lz_bytes encoded, struct lz_cose_sign1 *sign1)
{
    struct lz_cbor_reader reader;
    if (encoded.size == 0) {
        return LZ_OK;
    }
    lz_err err = lz_cbor_open(&reader, encoded, HEADERS_MAX);
    if (err == LZ_OK) {
        err = read_headers(&reader, true, sign1);
    }
    return err != LZ_OK ? err : lz_cbor_close(&reader);
}

lz_err lz_cose_read(struct lz_bytes bytes, size_t cap, struct lz_cose_sign1 *ret_sign1)
{
    struct lz_cose_sign1 sign1 = {0};
    struct lz_cbor_reader reader;
    lz_err err = lz_cbor_open(&reader, bytes, cap);
    if (err != LZ_OK) {
        return err;
    }
    if (lz_cbor_next_is(&reader, LZ_CBOR_TAG)) {
        sign1.tagged = true;
        if (lz_cbor_tag(&reader) != LZ_COSE_TAG) {
            return LZ_MALFORMED;
        }
    }
    lz_cbor_array_of(&reader, 4);
    sign1.protected_bytes = lz_cbor_bytes(&reader, HEADERS_MAX);
    if (reader.err != LZ_OK) {
        return reader.err;
    }
    err = read_protected(sign1.protected_bytes, &sign1);
    if (err != LZ_OK) {
        return err;
    }
    err = read_headers(&reader, false, &sign1);
    if (err != LZ_OK) {
        return err;
    }
    sign1.payload = lz_cbor_bytes(&reader, cap);
    sign1.signature = lz_cbor_bytes(&reader, LZ_SIGNATURE_SIZE);
    err = lz_cbor_close(&reader);
    if (err == LZ_OK) {
        *ret_sign1 = sign1;
    }
    return err;
}

/* Sig_structure of RFC 9052 4.4.  An empty protected map is signed as an empty string, however it was
 * encoded. */
static void write_signed(struct lz_bytes protected_bytes, struct lz_bytes external, struct lz_bytes payload,
                         struct lz_buf *out)
{
    static const uint8_t empty_map = 0xa0;
    if (lz_bytes_equal(protected_bytes, lz_bytes_of(&empty_map, 1))) {
        protected_bytes.size = 0;
    }
    lz_cbor_put_array(out, 4);
    lz_cbor_put_text(out, lz_bytes_text("Signature1"));
    lz_cbor_put_bytes(out, protected_bytes);
    lz_cbor_put_bytes(out, external);
    lz_cbor_put_bytes(out, payload);
}

lz_err lz_cose_verify(const struct lz_cose_sign1 *sign1, struct lz_bytes external,
                      const struct lz_verifying_key *key)
{
    struct lz_buf message;
    if (!sign1->has_alg || sign1->alg != LZ_COSE_ALG_ES256 ||
        lz_verifying_key_public(key)->kind != LZ_KEY_P256) {
        return LZ_UNSUPPORTED;
    }
    lz_buf_init(&message, sign1->protected_bytes.size + external.size + sign1->payload.size + 64);
    write_signed(sign1->protected_bytes, external, sign1->payload, &message);
    lz_err err = message.err;
    if (err == LZ_OK) {
        err = lz_verifying_key_verify(key, lz_buf_view(&message), sign1->signature);
    }
    lz_buf_free(&message);
    return err;
}

static void write_protected(const uint8_t kid[LZ_KID_SIZE], const char *typ, struct lz_buf *out)
{
    lz_cbor_put_map(out, typ != NULL ? 3 : 2);
    lz_cbor_put_int(out, ALG);
    lz_cbor_put_int(out, LZ_COSE_ALG_ES256);
    lz_cbor_put_int(out, KID);
    lz_cbor_put_bytes(out, lz_bytes_of(kid, LZ_KID_SIZE));
    if (typ != NULL) {
        lz_cbor_put_int(out, TYP);
        lz_cbor_put_text(out, lz_bytes_text(typ));
    }
}

lz_err lz_cose_sign(const struct lz_signing_key *key, const char *typ, struct lz_bytes payload,
                    struct lz_buf *out)
{
    uint8_t kid[LZ_KID_SIZE];
    uint8_t signature[LZ_SIGNATURE_SIZE];
    struct lz_buf protected_bytes, message;
    lz_buf_init(&protected_bytes, HEADERS_MAX);
    lz_buf_init(&message, payload.size + HEADERS_MAX + 64);
    if (lz_signing_key_public(key)->kind != LZ_KEY_P256) {
        return LZ_UNSUPPORTED;
    }
    lz_err err = lz_key_kid(lz_signing_key_public(key), kid);
    if (err != LZ_OK) {
        goto done;
    }
    write_protected(kid, typ, &protected_bytes);
    write_signed(lz_buf_view(&protected_bytes), (struct lz_bytes){0}, payload, &message);
    err = protected_bytes.err != LZ_OK ? protected_bytes.err : message.err;
    if (err != LZ_OK) {
        goto done;
    }
    err = lz_signing_key_sign(key, lz_buf_view(&message), signature);
    if (err != LZ_OK) {
        goto done;
    }
    lz_cbor_put_tag(out, LZ_COSE_TAG);
    lz_cbor_put_array(out, 4);
    lz_cbor_put_bytes(out, lz_buf_view(&protected_bytes));
    lz_cbor_put_map(out, 0);
    lz_cbor_put_bytes(out, payload);
    lz_cbor_put_bytes(out, lz_bytes_of(signature, sizeof signature));
    err = out->err;
done:
    lz_buf_free(&protected_bytes);
    lz_buf_free(&message);
    return err;
}
