/* From request to answer: finds the row, checks everything the row demands, calls the handler, renders.
 * Order: row and method → session → role → rate → CSRF → inputs → organ scope → handler → JSON, page,
 * redirect or error. */
#ifndef LZ_WEB_DISPATCH_H
#define LZ_WEB_DISPATCH_H

#include "web/route.h"

/* The server's callbacks; `context` is the struct lz_site. */
void lz_dispatch(void *context, const struct lz_http_request *request, struct lz_http_reply *reply);
void lz_dispatch_refused(void *context, const struct lz_http_request *request, int status, lz_err err,
                         struct lz_http_reply *reply);
void lz_dispatch_access(void *context, const struct lz_http_access *access);
size_t lz_dispatch_body_cap(void *context, const struct lz_http_request *head);

#endif
