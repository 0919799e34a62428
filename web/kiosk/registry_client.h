/* Asking the one configured registry over HTTP (libcurl): bounded in time and size, no redirects, no other
 * host. A client belongs to one thread at a time and keeps its connection. */
#ifndef LZ_WEB_KIOSK_REGISTRY_CLIENT_H
#define LZ_WEB_KIOSK_REGISTRY_CLIENT_H

#include "registry/base/bytes.h"

#include <stdatomic.h>

enum { LZ_REGISTRY_URL_MAX = 512, LZ_REGISTRY_ETAG = 128 };

/* Once per process, before threads; the end is the process's. */
LZ_MUST lz_err lz_registry_client_prepare(void);

struct lz_registry_client;
/* `url` is scheme and host, maybe a path prefix: "https://zf.example".  LZ_INVALID: neither http nor https,
 * no host, user or query in it.  `stop` (borrowed, may be NULL) breaks off what runs when it becomes true. */
LZ_MUST lz_err lz_registry_client_new(const char *url, const atomic_bool *stop,
                                      struct lz_registry_client **ret_client, struct lz_fault *fault);
void lz_registry_client_free(struct lz_registry_client **client); /* accepts NULL and pointer to NULL */

struct lz_registry_ask {
    const char *path;   /* below the URL, without leading slash; percent-encoded by the caller */
    const char *accept; /* NULL: anything */
    int budget_ms;      /* for all of it, connecting included */
    char *etag; /* LZ_REGISTRY_ETAG bytes, in and out: sent as If-None-Match when not empty; NULL: none */
};
/* Appends the body to `out` (its cap is the limit).  *ret_unchanged (NULL allowed) tells of a 304.
 * LZ_NOT_FOUND, LZ_MALFORMED (400, 422), LZ_THROTTLED, LZ_TIMEOUT, LZ_TOO_LARGE, LZ_CANCELLED (stop), else
 * LZ_NETWORK. */
LZ_MUST lz_err lz_registry_client_get(struct lz_registry_client *client, const struct lz_registry_ask *ask,
                                      struct lz_buf *out, bool *ret_unchanged);

#endif
