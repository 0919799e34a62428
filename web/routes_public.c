/* The rows that need no account, and those that open and close a session. */
#include "web/public/public.h"

enum { TOKEN_TEXT = 700, NUMBER_TEXT = 32, PATH_TEXT = 1024 };

static const struct lz_input LOOKUP[] = {
    {.name = "number",
     .place = LZ_IN_QUERY,
     .kind = LZ_INPUT_TEXT,
     .required = true,
     .max = TOKEN_TEXT, /* a pasted address is understood, too */
     .label = "home.number"},
};
static const struct lz_input TOKEN[] = {
    {.name = "token", .place = LZ_IN_PATH, .kind = LZ_INPUT_EXACT, .required = true, .max = TOKEN_TEXT},
    {.name = "uid", .place = LZ_IN_QUERY, .kind = LZ_INPUT_TEXT, .max = 32},
};
static const struct lz_input NUMBER[] = {
    {.name = "number", .place = LZ_IN_PATH, .kind = LZ_INPUT_TEXT, .required = true, .max = NUMBER_TEXT},
};
static const struct lz_input ORGANS[] = {
    {.name = "text", .place = LZ_IN_QUERY, .kind = LZ_INPUT_TEXT, .max = 100, .label = "organs.search"},
    {.name = "page", .place = LZ_IN_QUERY, .kind = LZ_INPUT_INT, .max = 100000},
};
static const struct lz_input ORGAN[] = {
    {.name = "organ", .place = LZ_IN_PATH, .kind = LZ_INPUT_ID, .required = true},
};
static const struct lz_input LIST[] = {
    {.name = "list", .place = LZ_IN_PATH, .kind = LZ_INPUT_INT, .required = true},
};
static const struct lz_input TILE[] = {
    {.name = "path", .place = LZ_IN_PATH, .kind = LZ_INPUT_EXACT, .required = true, .max = 100},
};
static const struct lz_input LANGUAGE[] = {
    {.name = "lang", .place = LZ_IN_QUERY, .kind = LZ_INPUT_TEXT, .required = true, .max = 20},
    {.name = "next", .place = LZ_IN_QUERY, .kind = LZ_INPUT_EXACT, .max = PATH_TEXT},
};
static const struct lz_input NEXT[] = {
    {.name = "next", .place = LZ_IN_QUERY, .kind = LZ_INPUT_EXACT, .max = PATH_TEXT},
};
static const struct lz_input SIGN_IN[] = {
    {.name = "login",
     .place = LZ_IN_FORM,
     .kind = LZ_INPUT_TEXT,
     .required = true,
     .max = LZ_LOGIN_SIZE - 1,
     .label = "sign_in.login"},
    {.name = "password",
     .place = LZ_IN_FORM,
     .kind = LZ_INPUT_SECRET,
     .required = true,
     .max = 128,
     .label = "sign_in.password"},
    {.name = "next", .place = LZ_IN_FORM, .kind = LZ_INPUT_EXACT, .max = PATH_TEXT},
};

#define PUBLIC_GET .method = LZ_HTTP_GET, .roles = LZ_ROLES_PUBLIC
/* What anyone's program may read and keep. */
#define PUBLISHED PUBLIC_GET, .flags = LZ_ROUTE_PUBLIC_DATA
/* A token names a person: out of logs, referrers and caches. */
#define TOKEN_GET PUBLIC_GET, .flags = LZ_ROUTE_PRIVATE_PATH, LZ_INPUTS(TOKEN)
#define TOKEN_PAGE                                                                                           \
    {                                                                                                        \
        lz_public_token, "public/verdict", "verify.title", lz_public_verdict_view                            \
    }
#define HOME_PAGE                                                                                            \
    {                                                                                                        \
        lz_public_home, "public/home", NULL, lz_public_home_view                                             \
    }
#define SIGN_IN_PAGE                                                                                         \
    {                                                                                                        \
        lz_public_sign_in_form, "public/sign-in", "sign_in.title", lz_public_sign_in_view                    \
    }

/* clang-format off */
const struct lz_route lz_routes_public[] = {
    /* Tokens first: they are what is asked most. */
    {TOKEN_GET, .path = "/v/{token}", .page = TOKEN_PAGE},
    {TOKEN_GET, .path = "/V/{token}", .page = TOKEN_PAGE},
    {TOKEN_GET, .path = "/v/{token}/photo", .page = {.handler = lz_public_photo}},
    {TOKEN_GET, .path = "/V/{token}/photo", .page = {.handler = lz_public_photo}},
    {PUBLIC_GET, .path = "/verify", LZ_INPUTS(LOOKUP), .rate = LZ_RATE_LOOKUP,
     .page = {lz_public_verify, "public/verdict", "verify.title", lz_public_verdict_view}, .again = HOME_PAGE},
    {PUBLIC_GET, .path = "/certificates/{number}", LZ_INPUTS(NUMBER), .rate = LZ_RATE_LOOKUP,
     .page = {lz_public_certificate, "public/verdict", "verify.title", lz_public_certificate_view}},
    {PUBLIC_GET, .path = "/c/{number}", LZ_INPUTS(NUMBER), .page = {.handler = lz_public_pointer}},
    {PUBLIC_GET, .path = "/C/{number}", LZ_INPUTS(NUMBER), .page = {.handler = lz_public_pointer}},

    {PUBLISHED, .path = "/checkpoint", .cache = LZ_CACHE_REVALIDATE, .page = {.handler = lz_public_checkpoint}},
    {PUBLISHED, .path = "/tile/{path*}", LZ_INPUTS(TILE), .cache = LZ_CACHE_OWN, .page = {.handler = lz_public_tile}},
    {PUBLISHED, .path = "/status/{list}", LZ_INPUTS(LIST), .cache = LZ_CACHE_OWN, .page = {.handler = lz_public_status_list}},
    {PUBLISHED, .path = "/.well-known/liangzheng/keys", .cache = LZ_CACHE_SHORT, .page = {.handler = lz_public_keys}},

    {PUBLIC_GET, .path = "/", .page = HOME_PAGE},
    {PUBLIC_GET, .path = "/organs", LZ_INPUTS(ORGANS), .page = {lz_public_organs, "public/organs", "organs.title", lz_public_organs_view}},
    {PUBLIC_GET, .path = "/organs/{organ}", LZ_INPUTS(ORGAN), .page = {lz_public_organ, "public/organ", "organs.title", lz_public_organ_view}},
    {PUBLIC_GET, .path = "/keys", .page = {lz_public_keys, "public/keys", "keys.title", lz_public_keys_view}},
    {PUBLIC_GET, .path = "/privacy", .page = {lz_public_privacy, "public/privacy", "privacy.title", NULL}},
    {PUBLIC_GET, .path = "/language", LZ_INPUTS(LANGUAGE), .page = {.handler = lz_public_language}},
    {PUBLIC_GET, .path = "/healthz", .page = {.handler = lz_public_health}},
    {PUBLIC_GET, .path = "/metrics", .page = {.handler = lz_public_metrics}},

    {PUBLIC_GET, .path = "/sign-in", LZ_INPUTS(NEXT), .page = SIGN_IN_PAGE},
    {.method = LZ_HTTP_POST, .path = "/sign-in", .roles = LZ_ROLES_PUBLIC, .csrf = LZ_CSRF_ORIGIN, LZ_INPUTS(SIGN_IN),
     .page = {.handler = lz_public_sign_in}, .again = SIGN_IN_PAGE},
    {.method = LZ_HTTP_POST, .path = "/sign-out", .roles = LZ_ROLES_STAFF, .page = {.handler = lz_public_sign_out}},
};
/* clang-format on */
const size_t lz_routes_public_count = sizeof lz_routes_public / sizeof lz_routes_public[0];
