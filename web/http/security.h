/* Headers that every answer carries: what a page of ours may do in a browser, and nothing else. */
#ifndef LZ_WEB_HTTP_SECURITY_H
#define LZ_WEB_HTTP_SECURITY_H

#include "web/http/http.h"

enum lz_page_needs {
    LZ_NEEDS_NOTHING = 0,
    LZ_NEEDS_CAMERA = 1 << 0, /* Permissions-Policy camera=(self); wasm decoders get 'wasm-unsafe-eval' */
};

/* Sets CSP, nosniff, Referrer-Policy, Permissions-Policy, COOP, CORP, X-Frame-Options; HSTS when the request
 * is secure; and `Cache-Control: no-store` unless the handler has set one.  Headers already set are kept. */
void lz_security_headers(const struct lz_http_request *request, struct lz_http_reply *reply, unsigned needs);
/* For answers that strangers' pages may read (keys, status list, checkpoint, tiles): CORS for any origin,
 * CORP cross-origin.  Call before lz_security_headers. */
void lz_security_public_data(struct lz_http_reply *reply);

#endif
