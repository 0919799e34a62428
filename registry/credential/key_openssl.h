/* Inside key*.c only: how our keys sit on OpenSSL's. */
#ifndef LZ_CREDENTIAL_KEY_OPENSSL_H
#define LZ_CREDENTIAL_KEY_OPENSSL_H

#include "registry/credential/key.h"

#include <openssl/types.h>

struct lz_signing_key {
    EVP_PKEY *pkey;
    struct lz_public_key public_key;
};

/* OpenSSL said no to what it was given (`refused`), or it could not: LZ_CRYPTO when memory was out or it gave
 * no reason.  What is merely impossible now must not be called forged or damaged.  The caller begins with
 * ERR_clear_error. */
lz_err lz_openssl_err(lz_err refused);
/* LZ_UNSUPPORTED for any other kind of key. */
LZ_MUST lz_err lz_public_key_of(const EVP_PKEY *pkey, struct lz_public_key *ret_key);
/* Takes `pkey` over, also on failure. */
LZ_MUST lz_err lz_signing_key_wrap(EVP_PKEY *pkey, struct lz_signing_key **ret_key);

#endif
