/* OpenSSL and the other libraries that may say no. */
#include "tests/fuzz/faults.h"

#include <argon2.h>
#include <openssl/ec.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/params.h>
#include <openssl/pem.h>
#include <openssl/rand.h>
#include <openssl/store.h>
#include <zlib.h>

#define WRAP(...) LZ_FUZZ_WRAP(LZ_FUZZ_CRYPTO, __VA_ARGS__)
/* clang-format off */
WRAP(BIO *, NULL, BIO_new, (const BIO_METHOD *type), (type))
WRAP(BIO *, NULL, BIO_new_mem_buf, (const void *data, int size), (data, size))
WRAP(BIGNUM *, NULL, BN_bin2bn, (const unsigned char *data, int size, BIGNUM *number), (data, size, number))
WRAP(int, -1, BN_bn2binpad, (const BIGNUM *number, unsigned char *to, int size), (number, to, size))
WRAP(int, -1, BN_bn2nativepad, (const BIGNUM *number, unsigned char *to, int size), (number, to, size))
WRAP(ECDSA_SIG *, NULL, ECDSA_SIG_new, (void), ())
WRAP(int, 0, ECDSA_SIG_set0, (ECDSA_SIG *sig, BIGNUM *r, BIGNUM *s), (sig, r, s))
WRAP(ECDSA_SIG *, NULL, d2i_ECDSA_SIG, (ECDSA_SIG **sig, const unsigned char **data, long size), (sig, data, size))
WRAP(int, -1, i2d_ECDSA_SIG, (const ECDSA_SIG *sig, unsigned char **to), (sig, to))
WRAP(EC_GROUP *, NULL, EC_GROUP_new_by_curve_name, (int curve), (curve))
WRAP(EC_POINT *, NULL, EC_POINT_new, (const EC_GROUP *group), (group))
WRAP(int, 0, EC_POINT_mul, (const EC_GROUP *group, EC_POINT *to, const BIGNUM *n, const EC_POINT *q, const BIGNUM *m, BN_CTX *ctx), (group, to, n, q, m, ctx))
WRAP(size_t, 0, EC_POINT_point2oct, (const EC_GROUP *group, const EC_POINT *point, point_conversion_form_t form, unsigned char *to, size_t size, BN_CTX *ctx), (group, point, form, to, size, ctx))
WRAP(int, 0, EVP_Digest, (const void *data, size_t count, unsigned char *md, unsigned *size, const EVP_MD *type, ENGINE *engine), (data, count, md, size, type, engine))
WRAP(int, 0, EVP_DigestInit_ex, (EVP_MD_CTX *ctx, const EVP_MD *type, ENGINE *engine), (ctx, type, engine))
WRAP(int, 0, EVP_DigestUpdate, (EVP_MD_CTX *ctx, const void *data, size_t size), (ctx, data, size))
WRAP(int, 0, EVP_DigestFinal_ex, (EVP_MD_CTX *ctx, unsigned char *md, unsigned *size), (ctx, md, size))
WRAP(int, 0, EVP_DigestSignInit, (EVP_MD_CTX *ctx, EVP_PKEY_CTX **pctx, const EVP_MD *type, ENGINE *engine, EVP_PKEY *key), (ctx, pctx, type, engine, key))
WRAP(int, 0, EVP_DigestSign, (EVP_MD_CTX *ctx, unsigned char *to, size_t *size, const unsigned char *data, size_t count), (ctx, to, size, data, count))
WRAP(int, 0, EVP_DigestVerifyInit, (EVP_MD_CTX *ctx, EVP_PKEY_CTX **pctx, const EVP_MD *type, ENGINE *engine, EVP_PKEY *key), (ctx, pctx, type, engine, key))
WRAP(int, -1, EVP_DigestVerify, (EVP_MD_CTX *ctx, const unsigned char *sig, size_t size, const unsigned char *data, size_t count), (ctx, sig, size, data, count))
WRAP(EVP_MD_CTX *, NULL, EVP_MD_CTX_new, (void), ())
WRAP(int, 0, EVP_MD_CTX_copy_ex, (EVP_MD_CTX *to, const EVP_MD_CTX *from), (to, from))
WRAP(EVP_CIPHER_CTX *, NULL, EVP_CIPHER_CTX_new, (void), ())
WRAP(int, 0, EVP_CIPHER_CTX_ctrl, (EVP_CIPHER_CTX *ctx, int type, int arg, void *pointer), (ctx, type, arg, pointer))
WRAP(int, 0, EVP_EncryptInit_ex, (EVP_CIPHER_CTX *ctx, const EVP_CIPHER *type, ENGINE *engine, const unsigned char *key, const unsigned char *iv), (ctx, type, engine, key, iv))
WRAP(int, 0, EVP_EncryptUpdate, (EVP_CIPHER_CTX *ctx, unsigned char *to, int *size, const unsigned char *from, int count), (ctx, to, size, from, count))
WRAP(int, 0, EVP_EncryptFinal_ex, (EVP_CIPHER_CTX *ctx, unsigned char *to, int *size), (ctx, to, size))
WRAP(int, 0, EVP_DecryptInit_ex, (EVP_CIPHER_CTX *ctx, const EVP_CIPHER *type, ENGINE *engine, const unsigned char *key, const unsigned char *iv), (ctx, type, engine, key, iv))
WRAP(int, 0, EVP_DecryptUpdate, (EVP_CIPHER_CTX *ctx, unsigned char *to, int *size, const unsigned char *from, int count), (ctx, to, size, from, count))
WRAP(int, 0, EVP_DecryptFinal_ex, (EVP_CIPHER_CTX *ctx, unsigned char *to, int *size), (ctx, to, size))
WRAP(EVP_PKEY_CTX *, NULL, EVP_PKEY_CTX_new_from_name, (OSSL_LIB_CTX *lib, const char *name, const char *query), (lib, name, query))
WRAP(int, 0, EVP_PKEY_fromdata_init, (EVP_PKEY_CTX *ctx), (ctx))
WRAP(int, 0, EVP_PKEY_fromdata, (EVP_PKEY_CTX *ctx, EVP_PKEY **key, int selection, OSSL_PARAM *parameters), (ctx, key, selection, parameters))
WRAP(int, 0, EVP_PKEY_get_bn_param, (const EVP_PKEY *key, const char *name, BIGNUM **number), (key, name, number))
WRAP(int, 0, EVP_PKEY_get_raw_public_key, (const EVP_PKEY *key, unsigned char *to, size_t *size), (key, to, size))
WRAP(EVP_PKEY *, NULL, EVP_PKEY_new_raw_private_key, (int type, ENGINE *engine, const unsigned char *data, size_t size), (type, engine, data, size))
WRAP(EVP_PKEY *, NULL, EVP_PKEY_new_raw_public_key, (int type, ENGINE *engine, const unsigned char *data, size_t size), (type, engine, data, size))
WRAP(OSSL_STORE_CTX *, NULL, OSSL_STORE_open, (const char *uri, const UI_METHOD *ui, void *ui_data, OSSL_STORE_post_process_info_fn process, void *data), (uri, ui, ui_data, process, data))
WRAP(EVP_PKEY *, NULL, PEM_read_bio_PrivateKey, (BIO *bio, EVP_PKEY **key, pem_password_cb *callback, void *data), (bio, key, callback, data))
WRAP(int, 0, PEM_write_bio_PKCS8PrivateKey, (BIO *bio, const EVP_PKEY *key, const EVP_CIPHER *cipher, const char *pass, int size, pem_password_cb *callback, void *data), (bio, key, cipher, pass, size, callback, data))
WRAP(int, 0, RAND_priv_bytes, (unsigned char *to, int size), (to, size))
WRAP(unsigned char *, NULL, HMAC, (const EVP_MD *type, const void *key, int key_size, const unsigned char *data, size_t count, unsigned char *md, unsigned *size), (type, key, key_size, data, count, md, size))
WRAP(int, ARGON2_MEMORY_ALLOCATION_ERROR, argon2id_hash_encoded, (const uint32_t passes, const uint32_t memory, const uint32_t lanes, const void *pwd, const size_t pwd_size, const void *salt, const size_t salt_size, const size_t hash_size, char *to, const size_t room), (passes, memory, lanes, pwd, pwd_size, salt, salt_size, hash_size, to, room))
WRAP(int, ARGON2_MEMORY_ALLOCATION_ERROR, argon2id_verify, (const char *encoded, const void *pwd, const size_t size), (encoded, pwd, size))
WRAP(int, Z_MEM_ERROR, inflateInit_, (z_streamp stream, const char *version, int size), (stream, version, size))
WRAP(int, Z_MEM_ERROR, deflateInit2_, (z_streamp stream, int level, int method, int bits, int memory, int strategy, const char *version, int size), (stream, level, method, bits, memory, strategy, version, size))
