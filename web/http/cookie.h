/* Cookies (RFC 6265): read strictly, set safely. */
#ifndef LZ_WEB_HTTP_COOKIE_H
#define LZ_WEB_HTTP_COOKIE_H

#include "web/http/http.h"

/* The value of `name`, in the request's arena; NULL when absent, when its value holds a character that RFC
 * 6265 4.1.1 forbids, or when the name stands there twice with different values (another site's cookie was
 * planted beside ours; neither can be believed). */
const char *lz_cookie_get(const struct lz_http_request *request, const char *name);
/* The same over a header's text; for tests and fuzzing. */
const char *lz_cookie_find(struct lz_arena *arena, const char *header, const char *name);

struct lz_cookie {
    const char *name;  /* a token; "__Host-" names need secure */
    const char *value; /* cookie octets only: base64url, hex, numbers */
    int64_t max_age_s; /* 0: until the browser closes; -1: delete now */
    bool secure;       /* only over https */
    bool script;       /* readable by script; default is HttpOnly */
    bool strict;       /* SameSite=Strict; default is Lax */
};
/* Adds Set-Cookie with Path=/.  LZ_INTERNAL for a name or value that is not allowed. */
LZ_MUST lz_err lz_cookie_set(struct lz_http_reply *reply, const struct lz_cookie *cookie);

#endif
