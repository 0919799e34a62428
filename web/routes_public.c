/* The rows that need no account, and those that open and close a session. */
#include "web/public/public.h"

static const struct lz_input SIGN_IN[] = {
    {.name = "login",
     .place = LZ_IN_FORM,
     .kind = LZ_INPUT_TEXT,
     .required = true,
     .max = 63,
     .label = "sign_in.login"},
    {.name = "password",
     .place = LZ_IN_FORM,
     .kind = LZ_INPUT_SECRET,
     .required = true,
     .max = 128,
     .label = "sign_in.password"},
    {.name = "next", .place = LZ_IN_FORM, .kind = LZ_INPUT_EXACT, .max = 1024},
};
static const struct lz_input NEXT[] = {
    {.name = "next", .place = LZ_IN_QUERY, .kind = LZ_INPUT_EXACT, .max = 1024},
};

#define SIGN_IN_PAGE                                                                                         \
    {                                                                                                        \
        lz_public_sign_in_form, "public/sign-in", "sign_in.title", lz_public_sign_in_view                    \
    }

const struct lz_route lz_routes_public[] = {
    {.method = LZ_HTTP_GET,
     .path = "/sign-in",
     .roles = LZ_ROLES_PUBLIC,
     LZ_INPUTS(NEXT),
     .page = SIGN_IN_PAGE},
    {.method = LZ_HTTP_POST,
     .path = "/sign-in",
     .roles = LZ_ROLES_PUBLIC,
     .csrf = LZ_CSRF_ORIGIN,
     LZ_INPUTS(SIGN_IN),
     .page = {.handler = lz_public_sign_in},
     .again = SIGN_IN_PAGE},
    {.method = LZ_HTTP_POST,
     .path = "/sign-out",
     .roles = LZ_ROLES_STAFF,
     .page = {.handler = lz_public_sign_out}},
};
const size_t lz_routes_public_count = sizeof lz_routes_public / sizeof lz_routes_public[0];
