#include "registry/publication_cache.h"

#include <pthread.h>
#include <stdlib.h>

enum { SLOTS = 32, CAP = 4 * 1024 * 1024 };

struct slot {
    int64_t thing, version, signed_at;
    struct lz_buf bytes; /* empty: nothing kept */
};

struct lz_publication_cache {
    pthread_mutex_t lock;
    struct slot slots[SLOTS]; /* by thing modulo SLOTS: a newcomer takes the place of another */
};

struct lz_publication_cache *lz_publication_cache_new(void)
{
    struct lz_publication_cache *cache = calloc(1, sizeof *cache);
    if (cache) {
        pthread_mutex_init(&cache->lock, NULL);
        for (size_t i = 0; i < SLOTS; i++)
            lz_buf_init(&cache->slots[i].bytes, CAP);
    }
    return cache;
}

void lz_publication_cache_free(struct lz_publication_cache **cache)
{
    if (!cache || !*cache)
        return;
    for (size_t i = 0; i < SLOTS; i++)
        lz_buf_free(&(*cache)->slots[i].bytes);
    pthread_mutex_destroy(&(*cache)->lock);
    free(*cache);
    *cache = NULL;
}

static struct slot *slot_of(struct lz_publication_cache *cache, int64_t thing)
{
    return &cache->slots[(uint64_t)thing % SLOTS];
}

bool lz_publication_cache_get(struct lz_publication_cache *cache, int64_t thing, int64_t version,
                              int64_t oldest, int64_t newest, struct lz_buf *out)
{
    pthread_mutex_lock(&cache->lock);
    const struct slot *slot = slot_of(cache, thing);
    bool hit = slot->bytes.size > 0 && slot->thing == thing && slot->version == version &&
               slot->signed_at >= oldest && slot->signed_at <= newest;
    if (hit)
        lz_buf_add(out, slot->bytes.data, slot->bytes.size);
    pthread_mutex_unlock(&cache->lock);
    return hit && !out->err;
}

void lz_publication_cache_put(struct lz_publication_cache *cache, int64_t thing, int64_t version,
                              int64_t signed_at, struct lz_bytes bytes)
{
    pthread_mutex_lock(&cache->lock);
    struct slot *slot = slot_of(cache, thing);
    /* A slower thread must not put an older version back: published sizes never shrink. */
    if (slot->thing != thing || version >= slot->version || slot->bytes.size == 0) {
        lz_buf_reset(&slot->bytes);
        lz_buf_add(&slot->bytes, bytes.data, bytes.size);
        slot->thing = thing;
        slot->version = version;
        slot->signed_at = signed_at;
    }
    pthread_mutex_unlock(&cache->lock);
}
