/* Randomness comes from outside, as time does: keys, indexes and salts are drawn from a source that is passed
 * in. */
#ifndef LZ_BASE_RANDOM_H
#define LZ_BASE_RANDOM_H

#include "registry/base/error.h"

#include <stddef.h>
#include <stdint.h>

struct lz_random {
    lz_err (*fill)(struct lz_random *random, void *ret_data, size_t size);
};

struct lz_random *lz_random_system(void); /* OpenSSL's private DRBG; static, usable from any thread */
LZ_MUST lz_err lz_random_fill(struct lz_random *random, void *ret_data, size_t size);
/* Uniform in [0, bound), bound > 0. */
LZ_MUST lz_err lz_random_below(struct lz_random *random, uint64_t bound, uint64_t *ret_value);

/* Repeatable source for tests (SHA-256 in counter mode over a seed); never for keys that matter. */
struct lz_random_seeded {
    struct lz_random base;
    uint64_t seed;
    uint64_t counter;
};
void lz_random_seeded_init(struct lz_random_seeded *seeded, uint64_t seed);

#endif
