/* Personal numbers at rest: AES-256-GCM (12-byte random nonce, ciphertext, 16-byte tag); HMAC-SHA-256 for
 * exact look-up. */
#include "registry/key_ring.h"
#include "registry/person.h"

#include <openssl/evp.h>
#include <string.h>

enum { NONCE = 12, TAG = 16, PLAIN_MAX = 64 };

lz_err lz_id_number_index(struct lz_register *reg, const char *id_number, uint8_t ret_index[LZ_ID_INDEX_SIZE])
{
    _Static_assert(LZ_ID_INDEX_SIZE == 32, "an index is a whole HMAC-SHA-256");
    return lz_key_ring_mac(lz_register_keys(reg), lz_bytes_text(id_number), ret_index);
}

lz_err lz_id_number_seal(struct lz_register *reg, const char *id_number, struct lz_buf *ret_sealed)
{
    size_t size = strlen(id_number);
    uint8_t out[NONCE + PLAIN_MAX + TAG];
    if (size > PLAIN_MAX)
        return LZ_TOO_LARGE;
    lz_err err = lz_random_fill(lz_register_random(reg), out, NONCE);
    if (err)
        return err;
    EVP_CIPHER_CTX *ctx = EVP_CIPHER_CTX_new();
    int n = 0, tail = 0;
    bool sealed = ctx &&
                  EVP_EncryptInit_ex(ctx, lz_key_ring_cipher(lz_register_keys(reg)), NULL,
                                     lz_key_ring_sealing_key(lz_register_keys(reg)), out) &&
                  EVP_EncryptUpdate(ctx, out + NONCE, &n, (const uint8_t *)id_number, (int)size) &&
                  EVP_EncryptFinal_ex(ctx, out + NONCE + n, &tail) &&
                  EVP_CIPHER_CTX_ctrl(ctx, EVP_CTRL_GCM_GET_TAG, TAG, out + NONCE + size);
    EVP_CIPHER_CTX_free(ctx);
    if (!sealed)
        return LZ_CRYPTO;
    lz_buf_add(ret_sealed, out, NONCE + size + TAG);
    return ret_sealed->err;
}

lz_err lz_id_number_open(struct lz_register *reg, struct lz_bytes sealed, struct lz_buf *ret_id_number)
{
    if (sealed.size < NONCE + TAG || sealed.size > NONCE + PLAIN_MAX + TAG)
        return LZ_CORRUPT;
    size_t size = sealed.size - NONCE - TAG;
    uint8_t plain[PLAIN_MAX], tag[TAG];
    memcpy(tag, sealed.data + NONCE + size, TAG);
    EVP_CIPHER_CTX *ctx = EVP_CIPHER_CTX_new();
    int n = 0, tail = 0;
    bool ready = ctx &&
                 EVP_DecryptInit_ex(ctx, lz_key_ring_cipher(lz_register_keys(reg)), NULL,
                                    lz_key_ring_sealing_key(lz_register_keys(reg)), sealed.data) &&
                 EVP_DecryptUpdate(ctx, plain, &n, sealed.data + NONCE, (int)size) &&
                 EVP_CIPHER_CTX_ctrl(ctx, EVP_CTRL_GCM_SET_TAG, TAG, tag);
    bool opened = ready && EVP_DecryptFinal_ex(ctx, plain + n, &tail) > 0; /* compares the tag */
    EVP_CIPHER_CTX_free(ctx);
    if (opened)
        lz_buf_add(ret_id_number, plain, size);
    OPENSSL_cleanse(plain, sizeof plain);
    return opened ? ret_id_number->err : ready ? LZ_CORRUPT : LZ_CRYPTO;
}
