#include "registry/credential/key.h"

#include "registry/base/encoding.h"
#include "registry/credential/cbor.h"

#include <string.h>

/* Labels and values of RFC 9052 table 4 and RFC 9053 tables 17 to 20. */
enum { KTY = 1, KID = 2, ALG = 3, CRV = -1, X = -2, Y = -3 };
enum { KTY_OKP = 1, KTY_EC2 = 2, CRV_P256 = 1, CRV_ED25519 = 6, ALG_ES256 = -7, ALG_EDDSA = -8 };
enum { COSE_KEY_MAX = 128 };

static void write_coordinates(const struct lz_public_key *key, struct lz_buf *out)
{
    lz_cbor_put_int(out, CRV);
    lz_cbor_put_int(out, key->kind == LZ_KEY_P256 ? CRV_P256 : CRV_ED25519);
    lz_cbor_put_int(out, X);
    lz_cbor_put_bytes(out, lz_bytes_of(key->x, sizeof key->x));
    if (key->kind == LZ_KEY_P256) {
        lz_cbor_put_int(out, Y);
        lz_cbor_put_bytes(out, lz_bytes_of(key->y, sizeof key->y));
    }
}

void lz_cose_key_write(const struct lz_public_key *key, struct lz_buf *out)
{
    bool p256 = key->kind == LZ_KEY_P256;
    lz_cbor_put_map(out, p256 ? 4 : 3);
    lz_cbor_put_int(out, KTY);
    lz_cbor_put_int(out, p256 ? KTY_EC2 : KTY_OKP);
    write_coordinates(key, out);
}

lz_err lz_cose_key_write_published(const struct lz_public_key *key, struct lz_buf *out)
{
    uint8_t kid[LZ_KID_SIZE];
    bool p256 = key->kind == LZ_KEY_P256;
    lz_err err = lz_key_kid(key, kid);
    if (err != LZ_OK) {
        return err;
    }
    lz_cbor_put_map(out, p256 ? 6 : 5);
    lz_cbor_put_int(out, KTY);
    lz_cbor_put_int(out, p256 ? KTY_EC2 : KTY_OKP);
    lz_cbor_put_int(out, KID);
    lz_cbor_put_bytes(out, lz_bytes_of(kid, sizeof kid));
    lz_cbor_put_int(out, ALG);
    lz_cbor_put_int(out, p256 ? ALG_ES256 : ALG_EDDSA);
    write_coordinates(key, out);
    return out->err;
}

static void read_coordinate(struct lz_cbor_reader *reader, int64_t label, uint8_t ret_bytes[32])
{
    lz_cbor_expect_int(reader, label);
    struct lz_bytes bytes = lz_cbor_bytes(reader, 32);
    if (bytes.size == 32) {
        memcpy(ret_bytes, bytes.data, 32);
    } else {
        lz_cbor_refuse(reader);
    }
}

lz_err lz_cose_key_read(struct lz_bytes bytes, struct lz_public_key *ret_key)
{
    struct lz_public_key key = {0};
    struct lz_cbor_reader reader;
    if (lz_cbor_open(&reader, bytes, COSE_KEY_MAX) != LZ_OK) {
        return LZ_MALFORMED;
    }
    size_t members = lz_cbor_map(&reader);
    lz_cbor_expect_int(&reader, KTY);
    int64_t kty = lz_cbor_int(&reader);
    bool p256 = kty == KTY_EC2;
    key.kind = p256 ? LZ_KEY_P256 : LZ_KEY_ED25519;
    lz_cbor_expect_int(&reader, CRV);
    lz_cbor_expect_int(&reader, p256 ? CRV_P256 : CRV_ED25519);
    read_coordinate(&reader, X, key.x);
    if (p256) {
        read_coordinate(&reader, Y, key.y);
    }
    if (lz_cbor_close(&reader) != LZ_OK || members != (p256 ? 4 : 3) || (!p256 && kty != KTY_OKP)) {
        return LZ_MALFORMED;
    }
    /* OpenSSL refuses a point that is not on the curve. */
    struct lz_verifying_key *usable = NULL;
    lz_err err = lz_verifying_key_new(&key, &usable);
    lz_verifying_key_free(&usable);
    if (err == LZ_OK) {
        *ret_key = key;
    }
    return err;
}

lz_err lz_key_thumbprint(const struct lz_public_key *key, uint8_t ret_thumbprint[LZ_THUMBPRINT_SIZE])
{
    struct lz_buf encoded;
    lz_buf_init(&encoded, COSE_KEY_MAX);
    lz_cose_key_write(key, &encoded);
    lz_err err = encoded.err;
    if (err == LZ_OK) {
        err = lz_sha256(lz_buf_view(&encoded), ret_thumbprint);
    }
    lz_buf_free(&encoded);
    return err;
}

lz_err lz_key_kid(const struct lz_public_key *key, uint8_t ret_kid[LZ_KID_SIZE])
{
    uint8_t thumbprint[LZ_THUMBPRINT_SIZE];
    lz_err err = lz_key_thumbprint(key, thumbprint);
    if (err == LZ_OK) {
        memcpy(ret_kid, thumbprint, LZ_KID_SIZE);
    }
    return err;
}

lz_err lz_jwk_write(const struct lz_public_key *key, struct lz_buf *out)
{
    uint8_t kid[LZ_KID_SIZE];
    bool p256 = key->kind == LZ_KEY_P256;
    lz_err err = lz_key_kid(key, kid);
    if (err != LZ_OK) {
        return err;
    }
    lz_buf_text(out, p256 ? "{\"kty\":\"EC\",\"crv\":\"P-256\",\"x\":\""
                          : "{\"kty\":\"OKP\",\"crv\":\"Ed25519\",\"x\":\"");
    lz_base64url_encode(lz_bytes_of(key->x, sizeof key->x), out);
    if (p256) {
        lz_buf_text(out, "\",\"y\":\"");
        lz_base64url_encode(lz_bytes_of(key->y, sizeof key->y), out);
    }
    lz_buf_text(out, "\",\"kid\":\"");
    lz_base64url_encode(lz_bytes_of(kid, sizeof kid), out);
    lz_buf_printf(out, "\",\"alg\":\"%s\",\"use\":\"sig\"}", p256 ? "ES256" : "EdDSA");
    return out->err;
}
