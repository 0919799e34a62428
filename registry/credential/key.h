/* Keys: EC P-256 for badges (ES256), Ed25519 for the log. */
#ifndef LZ_CREDENTIAL_KEY_H
#define LZ_CREDENTIAL_KEY_H

#include "registry/base/bytes.h"

enum lz_key_kind { LZ_KEY_P256, LZ_KEY_ED25519 };
enum { LZ_KID_SIZE = 4, LZ_SIGNATURE_SIZE = 64, LZ_THUMBPRINT_SIZE = 32 };

/* A public key as plain data; `y` is zero for Ed25519.  Made by the functions below, it lies on its curve. */
struct lz_public_key {
    enum lz_key_kind kind;
    uint8_t x[32];
    uint8_t y[32];
};
bool lz_public_key_equal(const struct lz_public_key *a, const struct lz_public_key *b);

/* --- the private half: opaque, wiped by free; safe to sign with from several threads at once --- */
struct lz_signing_key;
LZ_MUST lz_err lz_signing_key_new(enum lz_key_kind kind,
                                  struct lz_signing_key **ret_key); /* OpenSSL's DRBG */
/* A PEM file (PKCS#8), or a "pkcs11:…" URI that an OpenSSL provider of this machine serves (LZ_UNSUPPORTED
 * when none does).  Refuses a file that others may read (LZ_FORBIDDEN) and one
 * whose two halves are no pair (LZ_CORRUPT).  The fault names the path, never
 * content. */
LZ_MUST lz_err lz_signing_key_load(const char *path, struct lz_signing_key **ret_key, struct lz_fault *fault);
/* Replaces `path` atomically, mode 0600.  LZ_UNSUPPORTED for a key that cannot leave its token. */
LZ_MUST lz_err lz_signing_key_save(const struct lz_signing_key *key, const char *path,
                                   struct lz_fault *fault);
/* From 32 secret bytes (tests, vectors); public half is computed. */
LZ_MUST lz_err lz_signing_key_from_secret(enum lz_key_kind kind, const uint8_t secret[32],
                                          struct lz_signing_key **ret_key);
void lz_signing_key_free(struct lz_signing_key **key);                               /* NULL allowed */
const struct lz_public_key *lz_signing_key_public(const struct lz_signing_key *key); /* lives as the key */
/* ES256: r and s, 32 bytes each (RFC 9053 2.1); Ed25519: RFC 8032. */
LZ_MUST lz_err lz_signing_key_sign(const struct lz_signing_key *key, struct lz_bytes message,
                                   uint8_t ret_signature[LZ_SIGNATURE_SIZE]);

/* --- the public half, made ready once and used often, from any thread --- */
struct lz_verifying_key;
LZ_MUST lz_err lz_verifying_key_new(const struct lz_public_key *key, struct lz_verifying_key **ret_key);
void lz_verifying_key_free(struct lz_verifying_key **key);
const struct lz_public_key *lz_verifying_key_public(const struct lz_verifying_key *key);
/* LZ_OK or LZ_BAD_SIGNATURE (also for a wrong length); LZ_MEMORY, LZ_CRYPTO. */
LZ_MUST lz_err lz_verifying_key_verify(const struct lz_verifying_key *key, struct lz_bytes message,
                                       struct lz_bytes signature);

/* --- forms for others --- */
/* COSE_Key (RFC 9052 7, RFC 9053 7): EC2 {1:2, -1:1, -2:x, -3:y} or OKP {1:1, -1:6, -2:x}, sorted. */
void lz_cose_key_write(const struct lz_public_key *key, struct lz_buf *out);
/* Exactly those members; the point must lie on the curve.  LZ_MALFORMED. */
LZ_MUST lz_err lz_cose_key_read(struct lz_bytes bytes, struct lz_public_key *ret_key);
/* SHA-256 over the COSE_Key of required members (RFC 9679). */
LZ_MUST lz_err lz_key_thumbprint(const struct lz_public_key *key, uint8_t ret_thumbprint[LZ_THUMBPRINT_SIZE]);
/* Its first bytes: the kid in tokens. */
LZ_MUST lz_err lz_key_kid(const struct lz_public_key *key, uint8_t ret_kid[LZ_KID_SIZE]);
/* One COSE_Key with kid (2) and alg (3) set, for a COSE_KeySet (an array of these). */
LZ_MUST lz_err lz_cose_key_write_published(const struct lz_public_key *key, struct lz_buf *out);
/* {"kty":"EC","crv":"P-256","x":…,"y":…,"kid":…,"alg":"ES256","use":"sig"}; kid is base64url of the 4 bytes.
 */
LZ_MUST lz_err lz_jwk_write(const struct lz_public_key *key, struct lz_buf *out);

LZ_MUST lz_err lz_sha256(struct lz_bytes bytes, uint8_t ret_digest[32]);

#endif
