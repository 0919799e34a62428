#include "web/rate.h"

#include "registry/base/address.h"

#include <pthread.h>
#include <stdlib.h>

enum { SLOTS = 4096, WAYS = 4, MINUTE_MS = 60000 };

/* Tokens are counted in parts of 1/MINUTE_MS, so that refilling is whole arithmetic. */
struct bucket {
    uint64_t who; /* 0: free */
    int64_t tokens;
    int64_t seen_ms;
};

struct lz_rate {
    unsigned per_minute;
    pthread_mutex_t mutex;
    struct bucket buckets[SLOTS];
};

lz_err lz_rate_new(unsigned per_minute, struct lz_rate **ret_rate)
{
    struct lz_rate *rate = calloc(1, sizeof *rate);
    if (!rate)
        return LZ_MEMORY;
    rate->per_minute = per_minute;
    pthread_mutex_init(&rate->mutex, NULL);
    *ret_rate = rate;
    return LZ_OK;
}

void lz_rate_free(struct lz_rate **rate)
{
    if (!rate || !*rate)
        return;
    pthread_mutex_destroy(&(*rate)->mutex);
    free(*rate);
    *rate = NULL;
}

/* FNV-1a over the asker's name.  Who makes addresses collide only shares a bucket with itself. */
static uint64_t who_is(const char *peer)
{
    char asker[LZ_ADDRESS_TEXT];
    lz_address_asker(peer, asker);
    uint64_t hash = 14695981039346656037U;
    for (const char *at = asker; *at; at++)
        hash = (hash ^ (uint8_t)*at) * 1099511628211U;
    return hash ? hash : 1;
}

/* The asker's bucket, or the one longest idle of its few places, emptied. */
static struct bucket *bucket_of(struct lz_rate *rate, uint64_t who, int64_t full, int64_t now)
{
    struct bucket *set = &rate->buckets[(size_t)(who >> 32) % (SLOTS / WAYS) * WAYS];
    struct bucket *oldest = set;
    for (size_t i = 0; i < WAYS; i++) {
        if (set[i].who == who)
            return &set[i];
        if (set[i].who == 0 || (oldest->who && set[i].seen_ms < oldest->seen_ms))
            oldest = &set[i];
    }
    *oldest = (struct bucket){.who = who, .tokens = full, .seen_ms = now};
    return oldest;
}

bool lz_rate_take(struct lz_rate *rate, const char *peer, int64_t now, int64_t *ret_wait_s)
{
    if (rate->per_minute == 0)
        return true;
    int64_t full = (int64_t)rate->per_minute * MINUTE_MS;
    pthread_mutex_lock(&rate->mutex);
    struct bucket *bucket = bucket_of(rate, who_is(peer ? peer : ""), full, now);
    int64_t passed = now - bucket->seen_ms;
    if (passed > 0) {
        bucket->tokens += (passed < MINUTE_MS ? passed : MINUTE_MS) * rate->per_minute;
        bucket->seen_ms = now;
    }
    if (bucket->tokens > full)
        bucket->tokens = full;
    bool free_one = bucket->tokens >= MINUTE_MS;
    if (free_one)
        bucket->tokens -= MINUTE_MS;
    int64_t missing = MINUTE_MS - bucket->tokens;
    pthread_mutex_unlock(&rate->mutex);
    if (!free_one && ret_wait_s)
        *ret_wait_s = missing / rate->per_minute / 1000 + 1;
    return free_one;
}
