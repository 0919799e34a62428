#include "registry/credential/key_openssl.h"

#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/crypto.h>
#include <openssl/ec.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <stdlib.h>
#include <string.h>

enum { DER_MAX = 80 }; /* an ECDSA-Sig-Value of P-256 has at most 72 bytes */

bool lz_public_key_equal(const struct lz_public_key *a, const struct lz_public_key *b)
{
    return a->kind == b->kind && memcmp(a->x, b->x, sizeof a->x) == 0 && memcmp(a->y, b->y, sizeof a->y) == 0;
}

lz_err lz_openssl_err(lz_err refused)
{
    unsigned long why = ERR_peek_last_error();
    return why == 0 || ERR_GET_REASON(why) == ERR_R_MALLOC_FAILURE ? LZ_CRYPTO : refused;
}

lz_err lz_sha256(struct lz_bytes bytes, uint8_t ret_digest[32])
{
    return EVP_Digest(bytes.data, bytes.size, ret_digest, NULL, EVP_sha256(), NULL) == 1 ? LZ_OK : LZ_CRYPTO;
}

/* One coordinate, left-padded to 32 bytes. */
static bool coordinate(const EVP_PKEY *pkey, const char *name, uint8_t ret_bytes[32])
{
    BIGNUM *number = NULL;
    bool ok = EVP_PKEY_get_bn_param(pkey, name, &number) == 1 && BN_bn2binpad(number, ret_bytes, 32) == 32;
    BN_free(number);
    return ok;
}

lz_err lz_public_key_of(const EVP_PKEY *pkey, struct lz_public_key *ret_key)
{
    struct lz_public_key key = {0};
    char group[32] = "";
    size_t size = sizeof key.x;
    if (EVP_PKEY_is_a(pkey, "ED25519")) {
        key.kind = LZ_KEY_ED25519;
        if (EVP_PKEY_get_raw_public_key(pkey, key.x, &size) != 1 || size != sizeof key.x) {
            return LZ_CRYPTO;
        }
    } else if (EVP_PKEY_is_a(pkey, "EC") &&
               EVP_PKEY_get_utf8_string_param(pkey, OSSL_PKEY_PARAM_GROUP_NAME, group, sizeof group, NULL) ==
                   1 &&
               strcmp(group, "prime256v1") == 0) {
        key.kind = LZ_KEY_P256;
        if (!coordinate(pkey, OSSL_PKEY_PARAM_EC_PUB_X, key.x) ||
            !coordinate(pkey, OSSL_PKEY_PARAM_EC_PUB_Y, key.y)) {
            return LZ_CRYPTO;
        }
    } else {
        return LZ_UNSUPPORTED;
    }
    *ret_key = key;
    return LZ_OK;
}

/* P-256 from point and, if not NULL, secret.  OpenSSL refuses a point that is not on the curve. */
static lz_err p256_import(const uint8_t point[65], BIGNUM *secret, EVP_PKEY **ret_pkey)
{
    lz_err err = LZ_CRYPTO;
    char group[] = "P-256";
    uint8_t native[32] = {0};
    uint8_t copy[65];
    memcpy(copy, point, sizeof copy);
    OSSL_PARAM params[] = {
        OSSL_PARAM_construct_utf8_string(OSSL_PKEY_PARAM_GROUP_NAME, group, 0),
        OSSL_PARAM_construct_octet_string(OSSL_PKEY_PARAM_PUB_KEY, copy, sizeof copy),
        OSSL_PARAM_construct_end(),
        OSSL_PARAM_construct_end(),
    };
    EVP_PKEY_CTX *context = EVP_PKEY_CTX_new_from_name(NULL, "EC", NULL);
    if (context == NULL || EVP_PKEY_fromdata_init(context) != 1) {
        goto done;
    }
    if (secret != NULL) {
        if (BN_bn2nativepad(secret, native, sizeof native) != (int)sizeof native) {
            goto done;
        }
        params[2] = OSSL_PARAM_construct_BN(OSSL_PKEY_PARAM_PRIV_KEY, native, sizeof native);
    }
    ERR_clear_error();
    if (EVP_PKEY_fromdata(context, ret_pkey, secret != NULL ? EVP_PKEY_KEYPAIR : EVP_PKEY_PUBLIC_KEY,
                          params) != 1) {
        err = lz_openssl_err(LZ_MALFORMED);
        goto done;
    }
    err = LZ_OK;
done:
    OPENSSL_cleanse(native, sizeof native);
    EVP_PKEY_CTX_free(context);
    return err;
}

static lz_err p256_from_secret(const uint8_t secret[32], EVP_PKEY **ret_pkey)
{
    lz_err err = LZ_CRYPTO;
    uint8_t encoded[65];
    EC_GROUP *group = EC_GROUP_new_by_curve_name(NID_X9_62_prime256v1);
    EC_POINT *point = group != NULL ? EC_POINT_new(group) : NULL;
    BIGNUM *number = BN_bin2bn(secret, 32, NULL);
    if (point == NULL || number == NULL) {
        err = LZ_MEMORY;
        goto done;
    }
    if (BN_is_zero(number) || BN_cmp(number, EC_GROUP_get0_order(group)) >= 0) {
        err = LZ_MALFORMED;
        goto done;
    }
    if (EC_POINT_mul(group, point, number, NULL, NULL, NULL) != 1 ||
        EC_POINT_point2oct(group, point, POINT_CONVERSION_UNCOMPRESSED, encoded, sizeof encoded, NULL) !=
            sizeof encoded) {
        goto done;
    }
    err = p256_import(encoded, number, ret_pkey);
done:
    BN_clear_free(number);
    EC_POINT_free(point);
    EC_GROUP_free(group);
    return err;
}

/* --- signing --- */

lz_err lz_signing_key_wrap(EVP_PKEY *pkey, struct lz_signing_key **ret_key)
{
    struct lz_signing_key *key = calloc(1, sizeof *key);
    if (key == NULL) {
        EVP_PKEY_free(pkey);
        return LZ_MEMORY;
    }
    key->pkey = pkey;
    lz_err err = lz_public_key_of(pkey, &key->public_key);
    if (err != LZ_OK) {
        lz_signing_key_free(&key);
        return err;
    }
    *ret_key = key;
    return LZ_OK;
}

lz_err lz_signing_key_new(enum lz_key_kind kind, struct lz_signing_key **ret_key)
{
    EVP_PKEY *pkey = kind == LZ_KEY_P256 ? EVP_EC_gen("P-256") : EVP_PKEY_Q_keygen(NULL, NULL, "ED25519");
    return pkey == NULL ? LZ_CRYPTO : lz_signing_key_wrap(pkey, ret_key);
}

lz_err lz_signing_key_from_secret(enum lz_key_kind kind, const uint8_t secret[32],
                                  struct lz_signing_key **ret_key)
{
    EVP_PKEY *pkey = NULL;
    if (kind == LZ_KEY_ED25519) {
        pkey = EVP_PKEY_new_raw_private_key(EVP_PKEY_ED25519, NULL, secret, 32);
        return pkey == NULL ? LZ_CRYPTO : lz_signing_key_wrap(pkey, ret_key);
    }
    lz_err err = p256_from_secret(secret, &pkey);
    return err != LZ_OK ? err : lz_signing_key_wrap(pkey, ret_key);
}

void lz_signing_key_free(struct lz_signing_key **key)
{
    if (key == NULL || *key == NULL) {
        return;
    }
    EVP_PKEY_free((*key)->pkey); /* wipes the secret */
    free(*key);
    *key = NULL;
}

const struct lz_public_key *lz_signing_key_public(const struct lz_signing_key *key)
{
    return &key->public_key;
}

/* DER to the fixed form of COSE and JOSE: r, s, 32 bytes each. */
static lz_err der_to_fixed(const uint8_t *der, size_t size, uint8_t ret_fixed[LZ_SIGNATURE_SIZE])
{
    ECDSA_SIG *pair = d2i_ECDSA_SIG(NULL, &der, (long)size);
    bool ok = pair != NULL && BN_bn2binpad(ECDSA_SIG_get0_r(pair), ret_fixed, 32) == 32 &&
              BN_bn2binpad(ECDSA_SIG_get0_s(pair), ret_fixed + 32, 32) == 32;
    ECDSA_SIG_free(pair);
    return ok ? LZ_OK : LZ_CRYPTO;
}

static lz_err fixed_to_der(const uint8_t fixed[LZ_SIGNATURE_SIZE], uint8_t ret_der[DER_MAX], size_t *ret_size)
{
    lz_err err = LZ_MEMORY;
    ECDSA_SIG *pair = ECDSA_SIG_new();
    BIGNUM *r = BN_bin2bn(fixed, 32, NULL);
    BIGNUM *s = BN_bin2bn(fixed + 32, 32, NULL);
    if (pair == NULL || r == NULL || s == NULL || ECDSA_SIG_set0(pair, r, s) != 1) {
        BN_free(r);
        BN_free(s);
        goto done;
    }
    uint8_t *at = ret_der;
    int size = i2d_ECDSA_SIG(pair, NULL);
    if (size <= 0 || size > DER_MAX || i2d_ECDSA_SIG(pair, &at) != size) {
        err = LZ_CRYPTO;
        goto done;
    }
    *ret_size = (size_t)size;
    err = LZ_OK;
done:
    ECDSA_SIG_free(pair);
    return err;
}

lz_err lz_signing_key_sign(const struct lz_signing_key *key, struct lz_bytes message,
                           uint8_t ret_signature[LZ_SIGNATURE_SIZE])
{
    lz_err err = LZ_CRYPTO;
    uint8_t signature[DER_MAX];
    size_t size = sizeof signature;
    bool p256 = key->public_key.kind == LZ_KEY_P256;
    EVP_MD_CTX *context = EVP_MD_CTX_new();
    if (context == NULL) {
        return LZ_MEMORY;
    }
    if (EVP_DigestSignInit(context, NULL, p256 ? EVP_sha256() : NULL, NULL, key->pkey) != 1 ||
        EVP_DigestSign(context, signature, &size, message.data, message.size) != 1) {
        goto done;
    }
    if (p256) {
        err = der_to_fixed(signature, size, ret_signature);
    } else if (size == LZ_SIGNATURE_SIZE) {
        memcpy(ret_signature, signature, LZ_SIGNATURE_SIZE);
        err = LZ_OK;
    }
done:
    EVP_MD_CTX_free(context);
    return err;
}

/* --- verifying --- */

struct lz_verifying_key {
    EVP_MD_CTX *ready; /* initialised once, copied for each use: set-up costs as much as a small hash */
    struct lz_public_key public_key;
};

lz_err lz_verifying_key_new(const struct lz_public_key *public_key, struct lz_verifying_key **ret_key)
{
    lz_err err = LZ_CRYPTO;
    EVP_PKEY *pkey = NULL;
    struct lz_verifying_key *key = calloc(1, sizeof *key);
    if (key == NULL) {
        return LZ_MEMORY;
    }
    key->public_key = *public_key;
    if (public_key->kind == LZ_KEY_P256) {
        uint8_t point[65] = {POINT_CONVERSION_UNCOMPRESSED};
        memcpy(point + 1, public_key->x, 32);
        memcpy(point + 33, public_key->y, 32);
        err = p256_import(point, NULL, &pkey);
        if (err != LZ_OK) {
            goto done;
        }
    } else {
        ERR_clear_error();
        pkey = EVP_PKEY_new_raw_public_key(EVP_PKEY_ED25519, NULL, public_key->x, sizeof public_key->x);
        if (pkey == NULL) {
            err = lz_openssl_err(LZ_MALFORMED);
            goto done;
        }
    }
    key->ready = EVP_MD_CTX_new();
    if (key->ready == NULL ||
        EVP_DigestVerifyInit(key->ready, NULL, public_key->kind == LZ_KEY_P256 ? EVP_sha256() : NULL, NULL,
                             pkey) != 1) {
        err = LZ_CRYPTO;
        goto done;
    }
    *ret_key = key;
    key = NULL;
    err = LZ_OK;
done:
    EVP_PKEY_free(pkey);
    lz_verifying_key_free(&key);
    return err;
}

void lz_verifying_key_free(struct lz_verifying_key **key)
{
    if (key == NULL || *key == NULL) {
        return;
    }
    EVP_MD_CTX_free((*key)->ready);
    free(*key);
    *key = NULL;
}

const struct lz_public_key *lz_verifying_key_public(const struct lz_verifying_key *key)
{
    return &key->public_key;
}

lz_err lz_verifying_key_verify(const struct lz_verifying_key *key, struct lz_bytes message,
                               struct lz_bytes signature)
{
    uint8_t der[DER_MAX];
    size_t size = LZ_SIGNATURE_SIZE;
    const uint8_t *form = signature.data;
    if (signature.size != LZ_SIGNATURE_SIZE) {
        return LZ_BAD_SIGNATURE;
    }
    if (key->public_key.kind == LZ_KEY_P256) {
        lz_err err = fixed_to_der(signature.data, der, &size);
        if (err != LZ_OK) {
            return err;
        }
        form = der;
    }
    EVP_MD_CTX *context = EVP_MD_CTX_new();
    if (context == NULL) {
        return LZ_MEMORY;
    }
    lz_err err = LZ_CRYPTO;
    if (EVP_MD_CTX_copy_ex(context, key->ready) == 1) {
        /* Anything but 1 is a no: a signature of nonsense makes OpenSSL answer with an error, too. */
        ERR_clear_error();
        int held = EVP_DigestVerify(context, form, size, message.data, message.size);
        err = held == 1 ? LZ_OK : held == 0 ? LZ_BAD_SIGNATURE : lz_openssl_err(LZ_BAD_SIGNATURE);
    }
    EVP_MD_CTX_free(context);
    return err;
}
