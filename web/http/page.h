/* Pages: mustache templates of one folder, rendered from the same JSON value that the API answers with. */
#ifndef LZ_WEB_HTTP_PAGE_H
#define LZ_WEB_HTTP_PAGE_H

#include "web/http/asset.h"
#include "web/http/catalogue.h"
#include "web/http/http.h"

struct lz_pages;

struct lz_pages_options {
    const char *folder;               /* of templates; names are paths below it without ".mustache" */
    const struct lz_catalogue *texts; /* outlives the pages */
    const struct lz_assets *assets;   /* outlives the pages; NULL: no asset links */
};

/* Parses every template.  LZ_MALFORMED names file and line. */
LZ_MUST lz_err lz_pages_load(const struct lz_pages_options *options, struct lz_pages **ret_pages,
                             struct lz_fault *fault);
void lz_pages_free(struct lz_pages **pages);
bool lz_pages_has(const struct lz_pages *pages, const char *name);

/* One page to render.  Zero is a sensible default for all but `name`. */
struct lz_page {
    const char *name;   /* "public/home" */
    const char *layout; /* NULL: "layout"; its {{>content}} is the page itself */
    lz_lang lang;
    const char *title;    /* plain text before the site's name; NULL: the site's name alone */
    const char *path;     /* of the request, for the language switch and aria-current; NULL: "/" */
    const char *query;    /* raw query, kept by the language switch but for lang=; NULL: none */
    const char *csrf;     /* token for forms: {{csrf}}; NULL: signed out */
    const json_t *user;   /* {"name":…,"role":…}; NULL: signed out.  Borrowed */
    const json_t *nav;    /* [{"href":…,"label":…,"current":bool}]; NULL: none.  Borrowed */
    const json_t *banner; /* {"kind":"success|info|warning","title":…,"text":…}; NULL: none.  Borrowed */
    const json_t *errors; /* [{"field":…,"message":…}]: the error summary; NULL: none.  Borrowed */
};

/* Appends HTML.  `value` (an object, borrowed, NULL: empty) is what the template sees, under these names that
 * the renderer adds and that win over the value's own:
 *   t           catalogue of the language: {{t.nav.home}}
 *   lang, html_lang, lang_zh, lang_en       "zh", "zh-CN", booleans
 *   other_lang_href, other_lang_html        link to this page in the other language
 *   has_nav, has_errors   booleans, since a section over a list repeats
 *   title, path, csrf, user, nav, banner, errors, asset.{{name with . and - as _}}
 * LZ_NOT_FOUND: no such template or layout. */
LZ_MUST lz_err lz_pages_render(const struct lz_pages *pages, const struct lz_page *page, const json_t *value,
                               struct lz_buf *out);
/* Renders a page of these into a reply (text/html; charset=utf-8); any error becomes a 500 reply. */
void lz_pages_reply(const struct lz_pages *pages, const struct lz_page *page, const json_t *value, int status,
                    struct lz_http_reply *reply);

/* Where a kind of data file lies ("templates", "static", "messages", …): `given` when not NULL; else
 * ../share/liangzheng/<kind> beside the running program; else the source tree the program was built from.  In
 * the arena; LZ_NOT_FOUND says where it looked. */
LZ_MUST lz_err lz_share_folder(struct lz_arena *arena, const char *given, const char *kind,
                               const char **ret_folder, struct lz_fault *fault);

#endif
