/* How an answer leaves: JSON for programs, a page for people, both from one value. */
#ifndef LZ_WEB_RENDER_H
#define LZ_WEB_RENDER_H

#include "web/route.h"

/* visit->value as JSON, as the row's page, or as a redirect after a form. */
void lz_render_value(struct lz_visit *visit);
/* What went wrong: RFC 9457, or the form again with its errors, the sign-in page, or the error's page. */
void lz_render_fault(struct lz_visit *visit, lz_err err);

#endif
