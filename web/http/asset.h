/* Static files: read into memory once at start, so that no request ever opens a file.  Each is served below a
 * hash of the whole set, which may be cached for ever, and by its plain name with an ETag. */
#ifndef LZ_WEB_HTTP_ASSET_H
#define LZ_WEB_HTTP_ASSET_H

#include "web/http/http.h"

struct lz_assets;

/* Reads every file of known type below `folder` (LZ_UNSUPPORTED names a stranger); gzip copies are made of
 * those that shrink.  URLs begin with `prefix`, e.g. "/static". */
LZ_MUST lz_err lz_assets_load(const char *folder, const char *prefix, struct lz_assets **ret_assets,
                              struct lz_fault *fault);
void lz_assets_free(struct lz_assets **assets);
/* "/static/9f86d081/liangzheng.css"; NULL: no such file.  Borrowed from the set. */
const char *lz_assets_url(const struct lz_assets *assets, const char *name);
/* {"liangzheng_css": url, …}; borrowed, never changed. */
const json_t *lz_assets_json(const struct lz_assets *assets);
/* Answers when the path lies under the prefix (also with 404); false: not ours. */
bool lz_assets_serve(const struct lz_assets *assets, const struct lz_http_request *request,
                     struct lz_http_reply *reply);

#endif
