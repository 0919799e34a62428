/* The register's private keys.  Issuer keys are found by the kid that the database calls current, so that a
 * rotation by another process is seen at the next signature. */
#ifndef LZ_REGISTRY_KEY_RING_H
#define LZ_REGISTRY_KEY_RING_H

#include "registry/credential/key.h"
#include "registry/register.h"

#include <openssl/evp.h>

struct lz_key_ring; /* shared by all threads */

/* Loads keys/log.pem and keys/secret. */
LZ_MUST lz_err lz_key_ring_open(const char *dir, struct lz_key_ring **ret_ring, struct lz_fault *fault);
void lz_key_ring_free(struct lz_key_ring **ring); /* wipes */
/* Makes the folder, the log key and the secret of a new register. */
LZ_MUST lz_err lz_key_ring_make(const char *dir, struct lz_random *random, struct lz_fault *fault);
/* Replaces the log key of a register that is not open: its log begins anew for everyone who pinned the old
 * one. */
LZ_MUST lz_err lz_key_ring_make_log(const char *dir, struct lz_fault *fault);

const struct lz_signing_key *lz_key_ring_log(const struct lz_key_ring *ring);
struct lz_key_ring *lz_register_keys(const struct lz_register *reg);

/* The current issuer key; borrowed, lives as long as the register. */
LZ_MUST lz_err lz_key_ring_issuer(struct lz_call *call, const struct lz_signing_key **ret_key);
/* The file of a key that a job made: a rollback does not take it back.  Zero at first, kept in the job's
 * context. */
struct lz_key_made {
    uint8_t kid[LZ_KID_SIZE];
    bool made;
};
/* Makes a new issuer key and puts it into force: file first, then (inside a write) row, log entries, audit.
 * A kid that was ever used is drawn again.  The file of an earlier run of the same job goes first; a failure
 * leaves none. */
LZ_MUST lz_err lz_key_ring_rotate(struct lz_call *call, struct lz_key_made *made);
/* The write that made the key, if one did, was rolled back: removes its file, unless the register knows the
 * key after all. */
void lz_key_ring_drop(struct lz_call *call, struct lz_key_made *made);

enum { LZ_SECRET_SIZE = 32 };
const uint8_t *lz_key_ring_sealing_key(const struct lz_key_ring *ring); /* LZ_SECRET_SIZE bytes */
/* AES-256-GCM, looked up once: that costs more than sealing a number with it. */
const EVP_CIPHER *lz_key_ring_cipher(const struct lz_key_ring *ring);
/* HMAC-SHA-256 under the index key; any thread. */
LZ_MUST lz_err lz_key_ring_mac(const struct lz_key_ring *ring, struct lz_bytes bytes, uint8_t ret_mac[32]);

#endif
