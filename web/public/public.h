/* Handlers and views of routes_public.c, by file. */
#ifndef LZ_WEB_PUBLIC_H
#define LZ_WEB_PUBLIC_H

#include "web/route.h"

/* sign_in.c */
lz_err lz_public_sign_in_form(struct lz_visit *visit);
json_t *lz_public_sign_in_view(struct lz_visit *visit, const json_t *value);
lz_err lz_public_sign_in(struct lz_visit *visit);
lz_err lz_public_sign_out(struct lz_visit *visit);

#endif
