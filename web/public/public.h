/* Handlers and views of routes_public.c, by file. */
#ifndef LZ_WEB_PUBLIC_H
#define LZ_WEB_PUBLIC_H

#include "web/route.h"

/* home.c */
lz_err lz_public_home(struct lz_visit *visit);
json_t *lz_public_home_view(struct lz_visit *visit, const json_t *value);
lz_err lz_public_privacy(struct lz_visit *visit);
lz_err lz_public_language(struct lz_visit *visit);

/* verify.c */
lz_err lz_public_verify(struct lz_visit *visit);
lz_err lz_public_token(struct lz_visit *visit);
lz_err lz_public_photo(struct lz_visit *visit);
lz_err lz_public_certificate(struct lz_visit *visit);
lz_err lz_public_pointer(struct lz_visit *visit);
json_t *lz_public_verdict_view(struct lz_visit *visit, const json_t *value);
json_t *lz_public_certificate_view(struct lz_visit *visit, const json_t *value);

/* organs.c */
lz_err lz_public_organs(struct lz_visit *visit);
json_t *lz_public_organs_view(struct lz_visit *visit, const json_t *value);
lz_err lz_public_organ(struct lz_visit *visit);
json_t *lz_public_organ_view(struct lz_visit *visit, const json_t *value);

/* publish.c: what the world may check us by */
lz_err lz_public_keys(struct lz_visit *visit);
json_t *lz_public_keys_view(struct lz_visit *visit, const json_t *value);
lz_err lz_public_status_list(struct lz_visit *visit);
lz_err lz_public_checkpoint(struct lz_visit *visit);
lz_err lz_public_tile(struct lz_visit *visit);

/* health.c */
lz_err lz_public_health(struct lz_visit *visit);
lz_err lz_public_metrics(struct lz_visit *visit);

/* sign_in.c */
lz_err lz_public_sign_in_form(struct lz_visit *visit);
json_t *lz_public_sign_in_view(struct lz_visit *visit, const json_t *value);
lz_err lz_public_sign_in(struct lz_visit *visit);
lz_err lz_public_sign_out(struct lz_visit *visit);

#endif
