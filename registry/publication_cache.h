/* What this process signed last: most polls find nothing new and need no signature. */
#ifndef LZ_REGISTRY_PUBLICATION_CACHE_H
#define LZ_REGISTRY_PUBLICATION_CACHE_H

#include "registry/base/bytes.h"
#include "registry/register.h"

struct lz_publication_cache;
LZ_MUST struct lz_publication_cache *lz_publication_cache_new(void);
void lz_publication_cache_free(struct lz_publication_cache **cache);

/* One published thing: the checkpoint, or status list n, as of version `version` (the log's size). */
enum { LZ_PUBLICATION_CHECKPOINT = 0, LZ_PUBLICATION_STATUS = 1 /* + list */ };
/* True and appended to `out` when that version was signed in [oldest, newest]. */
bool lz_publication_cache_get(struct lz_publication_cache *cache, int64_t thing, int64_t version,
                              int64_t oldest, int64_t newest, struct lz_buf *out);
void lz_publication_cache_put(struct lz_publication_cache *cache, int64_t thing, int64_t version,
                              int64_t signed_at, struct lz_bytes bytes);

struct lz_publication_cache *lz_register_publications(const struct lz_register *reg);

#endif
