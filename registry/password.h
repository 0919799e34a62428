/* Passwords: argon2id (RFC 9106; 19 MiB, t=2, p=1 as OWASP advises), two at a time in the process so that
 * sign-ins cannot take all memory and cores. */
#ifndef LZ_REGISTRY_PASSWORD_H
#define LZ_REGISTRY_PASSWORD_H

#include "registry/base/random.h"

enum { LZ_PASSWORD_HASH_SIZE = 128, LZ_PASSWORD_MIN = 10, LZ_PASSWORD_MAX = 128 };

LZ_MUST lz_err lz_password_hash(struct lz_random *random, const char *password,
                                char ret_hash[LZ_PASSWORD_HASH_SIZE]);
/* LZ_OK or LZ_UNAUTHENTICATED.  `hash` NULL: the same work against nothing, always LZ_UNAUTHENTICATED, so
 * that unknown logins take as long as wrong passwords. */
LZ_MUST lz_err lz_password_check(const char *hash, const char *password);

#endif
