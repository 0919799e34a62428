/* COSE_Sign1 (RFC 9052 4.2) with ES256, over the bytes received: nothing is encoded anew to be verified. */
#ifndef LZ_CREDENTIAL_COSE_H
#define LZ_CREDENTIAL_COSE_H

#include "registry/credential/key.h"

enum { LZ_COSE_TAG = 18, LZ_COSE_ALG_ES256 = -7 };

/* Views into the bytes that were read. */
struct lz_cose_sign1 {
    bool tagged;                     /* tag 18 stood before it */
    struct lz_bytes protected_bytes; /* content of the protected byte string; empty for an empty map */
    size_t unprotected_count;        /* members of the unprotected map */
    bool has_alg;                    /* alg (1) was found, protected first */
    bool alg_protected;
    int64_t alg;
    struct lz_bytes kid; /* (4); empty: none */
    struct lz_bytes typ; /* (16) as text; empty: none or not text */
    struct lz_bytes payload;
    struct lz_bytes signature;
};

/* Any COSE_Sign1 of at most `cap` bytes, tagged or not; attached payload only.  A label in both maps, a
 * critical (2) header or an alg that is no integer is LZ_UNSUPPORTED; the rest of nonsense LZ_MALFORMED. */
LZ_MUST lz_err lz_cose_read(struct lz_bytes bytes, size_t cap, struct lz_cose_sign1 *ret_sign1);
/* alg must be ES256 and the key P-256: else LZ_UNSUPPORTED.  LZ_BAD_SIGNATURE.  `external` may be empty. */
LZ_MUST lz_err lz_cose_verify(const struct lz_cose_sign1 *sign1, struct lz_bytes external,
                              const struct lz_verifying_key *key);
/* Appends tag 18 with protected {1: -7, 4: kid} and, if `typ` is not NULL, {16: typ}; unprotected {}. */
LZ_MUST lz_err lz_cose_sign(const struct lz_signing_key *key, const char *typ, struct lz_bytes payload,
                            struct lz_buf *out);

#endif
