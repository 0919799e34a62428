/* Calls beside those of tests/unit/faults/calls*.inc: what is there by other means, or only parsers need. */
#include "tests/fuzz/faults.h"
#include "tests/unit/faults/gate.h"

#include <fcntl.h>
#include <jansson.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/store.h>
#include <unistd.h>
#include <zlib.h>

/* clang-format off */
CALL(WRITE, ssize_t, -1, write, (int a, const void *b, size_t c), (a, b, c))
CALL(WRITE, int, -1, ftruncate, (int a, off_t b), (a, b))
CALL(SYNC, int, -1, fsync, (int a), (a))
CALL(MEMORY, int, Z_MEM_ERROR, deflateInit2_, (z_streamp a, int b, int c, int d, int e, int f, const char *g, int h), (a, b, c, d, e, f, g, h))
CALL(CRYPTO, int, 0, EVP_DecryptFinal_ex, (EVP_CIPHER_CTX *a, unsigned char *b, int *c), (a, b, c))
CALL(CRYPTO, EVP_PKEY *, NULL, PEM_read_bio_PrivateKey, (BIO *a, EVP_PKEY **b, pem_password_cb *c, void *d), (a, b, c, d))
CALL(CRYPTO, OSSL_STORE_CTX *, NULL, OSSL_STORE_open, (const char *a, const UI_METHOD *b, void *c, OSSL_STORE_post_process_info_fn d, void *e), (a, b, c, d, e))
/* clang-format on */

int __real_open(const char *path, int flags, ...);
int __wrap_open(const char *path, int flags, ...);
int __wrap_open(const char *path, int flags, ...)
{
    va_list arguments;
    va_start(arguments, flags);
    const mode_t mode = flags & (O_CREAT | O_TMPFILE) ? va_arg(arguments, mode_t) : 0;
    va_end(arguments);
    return fault_now(FAULT_GATE_NAME) ? -1 : __real_open(path, flags, mode);
}

/* jansson 2.14 writes beyond its buffer when memory ends inside its reader, so there it ends before. */
json_t *__real_json_loadb(const char *text, size_t size, size_t flags, json_error_t *error);
json_t *__wrap_json_loadb(const char *text, size_t size, size_t flags, json_error_t *error);
json_t *__wrap_json_loadb(const char *text, size_t size, size_t flags, json_error_t *error)
{
    const bool fails = fault_now(FAULT_GATE_MEMORY);
    if (fails && error)
        *error = (json_error_t){.line = -1, .column = -1, .text = "out of memory"};
    const bool was = lz_fuzz_hold(true);
    json_t *value = fails ? NULL : __real_json_loadb(text, size, flags, error);
    lz_fuzz_hold(was);
    return value;
}
