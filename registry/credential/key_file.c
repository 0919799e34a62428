#include "registry/credential/key_openssl.h"

#include "registry/base/file.h"

#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/provider.h>
#include <openssl/store.h>
#include <openssl/ui.h>
#include <string.h>
#include <sys/stat.h>

enum { PEM_MAX = 8192 };

/* A library never asks at the terminal: a key under a passphrase is refused instead. */
/* NOLINTNEXTLINE(readability-non-const-parameter): OpenSSL gives the type */
static int no_passphrase(char *buffer, int size, int writing, void *context)
{
    (void)buffer, (void)size, (void)writing, (void)context;
    return -1;
}

static lz_err load_uri(const char *uri, EVP_PKEY **ret_pkey, struct lz_fault *fault)
{
    EVP_PKEY *pkey = NULL;
    OSSL_STORE_CTX *store = OSSL_STORE_open(uri, UI_null(), NULL, NULL, NULL);
    if (store == NULL) {
        return lz_fault_set(fault, LZ_UNSUPPORTED,
                            "本机没有能读取该密钥地址的 OpenSSL 模块；请安装并启用 PKCS#11 模块。",
                            "No OpenSSL provider of this machine reads that key address; install and enable "
                            "a PKCS#11 provider.");
    }
    while (pkey == NULL && OSSL_STORE_eof(store) == 0) {
        OSSL_STORE_INFO *info = OSSL_STORE_load(store);
        if (info == NULL) {
            break;
        }
        if (OSSL_STORE_INFO_get_type(info) == OSSL_STORE_INFO_PKEY) {
            pkey = OSSL_STORE_INFO_get1_PKEY(info);
        }
        OSSL_STORE_INFO_free(info);
    }
    OSSL_STORE_close(store);
    if (pkey == NULL) {
        return lz_fault_set(fault, LZ_NOT_FOUND, "密钥设备中没有这个私钥；请检查地址和口令来源。",
                            "The device holds no such private key; check the address and its PIN source.");
    }
    *ret_pkey = pkey;
    return LZ_OK;
}

static lz_err load_file(const char *path, EVP_PKEY **ret_pkey, struct lz_fault *fault)
{
    struct stat status;
    struct lz_buf pem;
    lz_buf_init(&pem, PEM_MAX);
    lz_err err = lz_file_read(path, &pem, fault);
    if (err != LZ_OK) {
        goto done;
    }
    if (stat(path, &status) != 0 || (status.st_mode & (S_IRWXG | S_IRWXO)) != 0) {
        err = lz_fault_set(fault, LZ_FORBIDDEN, "私钥文件对他人开放；请先执行 chmod 600。",
                           "The private key file is open to others; run chmod 600 on it first.");
        goto done;
    }
    ERR_clear_error();
    BIO *bio = BIO_new_mem_buf(pem.data, (int)pem.size);
    EVP_PKEY *pkey = bio != NULL ? PEM_read_bio_PrivateKey(bio, NULL, no_passphrase, NULL) : NULL;
    BIO_free(bio);
    if (pkey == NULL && lz_openssl_err(LZ_MALFORMED) == LZ_CRYPTO) {
        err = lz_fault_set(fault, LZ_CRYPTO, NULL, NULL);
        goto done;
    }
    if (pkey == NULL) {
        err = lz_fault_set(fault, LZ_MALFORMED, "文件中没有可读取的私钥（PEM,不带口令）。",
                           "The file holds no readable private key (PEM, without a passphrase).");
        goto done;
    }
    *ret_pkey = pkey;
done:
    lz_buf_wipe_free(&pem);
    return err;
}

/* A file whose halves do not belong together would sign what nobody can verify. */
static lz_err check_halves(const struct lz_signing_key *key, struct lz_fault *fault)
{
    static const uint8_t message[] = "liangzheng";
    uint8_t signature[LZ_SIGNATURE_SIZE];
    struct lz_verifying_key *verifier = NULL;
    const struct lz_bytes view = lz_bytes_of(message, sizeof message);
    lz_err err = lz_verifying_key_new(&key->public_key, &verifier);
    if (err == LZ_OK) {
        err = lz_signing_key_sign(key, view, signature);
    }
    if (err == LZ_OK) {
        err = lz_verifying_key_verify(verifier, view, lz_bytes_of(signature, sizeof signature));
    }
    lz_verifying_key_free(&verifier);
    if (err == LZ_BAD_SIGNATURE) {
        return lz_fault_set(fault, LZ_CORRUPT, "私钥文件已损坏：公钥与私钥不是一对；请从备份恢复该文件。",
                            "The private key file is damaged: its public half is not the private half's; "
                            "bring the file back from a backup.");
    }
    return err == LZ_OK ? LZ_OK : lz_fault_set(fault, err, NULL, NULL);
}

lz_err lz_signing_key_load(const char *path, struct lz_signing_key **ret_key, struct lz_fault *fault)
{
    EVP_PKEY *pkey = NULL;
    struct lz_signing_key *key = NULL;
    bool uri = strncmp(path, "pkcs11:", 7) == 0;
    lz_err err = uri ? load_uri(path, &pkey, fault) : load_file(path, &pkey, fault);
    if (err == LZ_OK) {
        err = lz_signing_key_wrap(pkey, &key);
        if (err == LZ_UNSUPPORTED) {
            lz_fault_set(fault, err, "密钥必须是 EC P-256 或者 Ed25519。",
                         "The key must be EC P-256 or Ed25519.");
        } else if (err != LZ_OK) {
            lz_fault_set(fault, err, NULL, NULL);
        }
    }
    if (err == LZ_OK && !uri) {
        err = check_halves(key, fault);
    }
    if (err == LZ_OK) {
        *ret_key = key;
    } else {
        lz_signing_key_free(&key);
    }
    return err;
}

/* Such a key can be written: when that fails, it is not for living in a device. */
static bool in_software(const struct lz_signing_key *key)
{
    const OSSL_PROVIDER *provider = EVP_PKEY_get0_provider(key->pkey);
    return provider != NULL && strcmp(OSSL_PROVIDER_get0_name(provider), "default") == 0;
}

lz_err lz_signing_key_save(const struct lz_signing_key *key, const char *path, struct lz_fault *fault)
{
    lz_err err = LZ_CRYPTO;
    char *data = NULL;
    BIO *bio = BIO_new(BIO_s_secmem());
    if (bio == NULL) {
        return lz_fault_set(fault, LZ_MEMORY, NULL, NULL);
    }
    if (PEM_write_bio_PKCS8PrivateKey(bio, key->pkey, NULL, NULL, 0, NULL, NULL) != 1) {
        if (!in_software(key)) {
            err = lz_fault_set(fault, LZ_UNSUPPORTED, "该私钥不能从密钥设备导出。",
                               "This private key cannot leave its device.");
        }
        goto done;
    }
    long size = BIO_get_mem_data(bio, &data);
    err = size > 0 ? lz_file_replace(path, lz_bytes_of(data, (size_t)size), 0600, fault) : LZ_CRYPTO;
done:
    BIO_free(bio); /* secure memory BIOs are wiped when freed */
    return err;
}
