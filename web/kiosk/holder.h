/* What only the registry can show of a badge's holder: photo and scope.  Kept in memory and in the trust
 * folder for at most 24 h after the last tap, and never for a badge that was not tapped. */
#ifndef LZ_WEB_KIOSK_HOLDER_H
#define LZ_WEB_KIOSK_HOLDER_H

#include "registry/base/bytes.h"
#include "registry/credential/token.h"

#include <jansson.h>

enum {
    LZ_HOLDER_KEEP_S = 24 * 3600,
    LZ_HOLDER_AHEAD_S = 120,       /* a tap that lies further ahead was never made: the clock was wrong */
    LZ_HOLDER_PHOTO_MAX = 1 << 20, /* bytes */
    LZ_HOLDER_MAX = 256            /* holders kept; the one not tapped for longest goes first */
};

struct lz_holder {
    json_t *details;     /* {"scope":[…],"region":…,"issued_on":…}, each may be missing; owned */
    struct lz_buf photo; /* JPEG or PNG; empty: none */
};
void lz_holder_init(struct lz_holder *holder);
void lz_holder_reset(struct lz_holder *holder);                                    /* frees; usable again */
LZ_MUST lz_err lz_holder_copy(const struct lz_holder *from, struct lz_holder *to); /* `to` is initialised */
/* "image/jpeg", "image/png", or NULL: these bytes are no picture that we show. */
const char *lz_photo_type(struct lz_bytes photo);

struct lz_holder_cache; /* usable from any thread */

/* `folder` (NULL: memory only) is made when missing.  Files that do not read are removed. */
LZ_MUST lz_err lz_holder_cache_new(const char *folder, struct lz_holder_cache **ret_cache,
                                   struct lz_fault *fault);
void lz_holder_cache_free(struct lz_holder_cache **cache); /* accepts NULL and pointer to NULL */

/* Copies what is kept for this token (its SHA-256); false: nothing, or it is too old. */
bool lz_holder_cache_get(struct lz_holder_cache *cache, const uint8_t digest[LZ_TOKEN_DIGEST], int64_t now_s,
                         struct lz_holder *ret_holder);
/* Keeps a copy for a badge tapped at `now_s`.  An error of the disk costs only what a restart would have
 * kept. */
LZ_MUST lz_err lz_holder_cache_put(struct lz_holder_cache *cache, const uint8_t digest[LZ_TOKEN_DIGEST],
                                   int64_t now_s, const struct lz_holder *holder);
/* The badge was tapped again: its day begins anew. */
void lz_holder_cache_touch(struct lz_holder_cache *cache, const uint8_t digest[LZ_TOKEN_DIGEST],
                           int64_t now_s);
/* Forgets what is past its day, in memory and on disk; also what claims to come from the future. */
void lz_holder_cache_purge(struct lz_holder_cache *cache, int64_t now_s);

#endif
