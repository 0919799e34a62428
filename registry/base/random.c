#include "registry/base/random.h"

#include <limits.h>
#include <openssl/evp.h>
#include <openssl/rand.h>
#include <string.h>

static lz_err system_fill(struct lz_random *random, void *ret_data, size_t size)
{
    (void)random;
    unsigned char *at = ret_data;
    while (size > 0) {
        int part = size > INT_MAX ? INT_MAX : (int)size;
        if (RAND_priv_bytes(at, part) != 1)
            return LZ_CRYPTO;
        at += part;
        size -= (size_t)part;
    }
    return LZ_OK;
}

struct lz_random *lz_random_system(void)
{
    /* lint-ok: holds no state, what is random lives in OpenSSL, per thread */
    static struct lz_random system = {.fill = system_fill};
    return &system;
}

lz_err lz_random_fill(struct lz_random *random, void *ret_data, size_t size)
{
    return size ? random->fill(random, ret_data, size) : LZ_OK;
}

lz_err lz_random_below(struct lz_random *random, uint64_t bound, uint64_t *ret_value)
{
    if (bound == 0)
        return LZ_INTERNAL;
    /* 2^64 mod bound: values below it would make the small results likelier, so they are drawn again. */
    const uint64_t uneven = (UINT64_MAX - bound + 1) % bound;
    uint64_t value;
    do {
        lz_err err = random->fill(random, &value, sizeof value);
        if (err)
            return err;
    } while (value < uneven);
    *ret_value = value % bound;
    return LZ_OK;
}

static void put_be64(unsigned char to[8], uint64_t value)
{
    for (int i = 7; i >= 0; i--, value >>= 8)
        to[i] = (unsigned char)value;
}

static lz_err seeded_fill(struct lz_random *random, void *ret_data, size_t size)
{
    struct lz_random_seeded *seeded = (struct lz_random_seeded *)random;
    unsigned char *at = ret_data;
    while (size > 0) {
        unsigned char input[16], block[32];
        put_be64(input, seeded->seed);
        put_be64(input + 8, seeded->counter++);
        if (EVP_Digest(input, sizeof input, block, NULL, EVP_sha256(), NULL) != 1)
            return LZ_CRYPTO;
        size_t part = size < sizeof block ? size : sizeof block;
        memcpy(at, block, part);
        at += part;
        size -= part;
    }
    return LZ_OK;
}

void lz_random_seeded_init(struct lz_random_seeded *seeded, uint64_t seed)
{
    *seeded = (struct lz_random_seeded){.base = {.fill = seeded_fill}, .seed = seed};
}
