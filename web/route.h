/* The map of the site: one row per method and path.  The dispatcher reads everything that may be refused from
 * the row, so a handler sees only who may be there and values that hold.  Add a page: its handler in public/
 * or desk/, its row in routes_public.c or routes_desk.c, its template, its entry in openapi.yaml. */
#ifndef LZ_WEB_ROUTE_H
#define LZ_WEB_ROUTE_H

#include "registry/role.h"
#include "web/http/security.h"
#include "web/visit.h"

/* Fills visit->value (and maybe see_other, title, status), or answers with other bytes through visit->reply.
 * On error visit->call->fault tells the story. */
typedef lz_err (*lz_handler)(struct lz_visit *visit);
/* From the answer to what the template needs: labels, rows, formatted dates in the visitor's language.  New
 * reference; NULL: memory.  It asks nothing of the register: what a page shows, its JSON twin says. */
typedef json_t *(*lz_view)(struct lz_visit *visit, const json_t *value);

/* How a value becomes a page. */
struct lz_route_page {
    lz_handler handler;
    const char *template; /* below web/templates; NULL: JSON (or the handler's own bytes) only */
    const char *title;    /* message key; NULL: the site's name alone */
    lz_view view;         /* NULL: the template sees the value as it is */
};

/* Every POST must show that it comes from our own page. */
enum lz_csrf {
    LZ_CSRF_TOKEN, /* the session's token, as field `csrf` or header X-CSRF-Token */
    LZ_CSRF_ORIGIN /* nobody is signed in yet: Sec-Fetch-Site or Origin, where sent, must be ours */
};

/* Whose organ must lie within the actor's scope before the handler runs; what lies outside is 404, as if it
 * did not exist. */
enum lz_scope {
    LZ_SCOPE_NONE,
    LZ_SCOPE_ORGAN,      /* input `organ`, when sent */
    LZ_SCOPE_PERSON,     /* input `person` */
    LZ_SCOPE_CERTIFICATE /* input `number` */
};

enum lz_cache {
    LZ_CACHE_NONE,       /* no-store: anything about a person or a session */
    LZ_CACHE_REVALIDATE, /* public, no-cache: with an ETag */
    LZ_CACHE_SHORT,      /* public, one minute */
    LZ_CACHE_OWN         /* the handler sets it */
};

enum lz_rate_class {
    LZ_RATE_NONE,
    LZ_RATE_LOOKUP /* the public's look-ups by number; staff are not counted */
};

enum {
    LZ_ROUTE_PRIVATE_PATH = 1, /* the path carries a token: cut from logs */
    LZ_ROUTE_PUBLIC_DATA = 2,  /* strangers' pages may read it (CORS) */
};

struct lz_route {
    enum lz_http_method method; /* GET answers HEAD, too */
    const char
        *path;      /* "/organs/{id}"; a last "{path*}" takes the rest; every {name} is an input of the row */
    lz_roles roles; /* LZ_ROLES_PUBLIC: everyone */
    enum lz_csrf csrf;
    enum lz_scope scope;
    const struct lz_input *inputs;
    size_t input_count;
    size_t body_cap; /* bytes; 0: 64 KiB */
    enum lz_rate_class rate;
    enum lz_cache cache;
    unsigned needs; /* LZ_NEEDS_CAMERA */
    unsigned flags;
    struct lz_route_page page;
    /* What a browser sees again when a form of this row was refused, with what it sent and the errors; no
     * handler: the error's own page. */
    struct lz_route_page again;
};
#define LZ_INPUTS(table) .inputs = (table), .input_count = sizeof(table) / sizeof(table)[0]

extern const struct lz_route lz_routes_public[];
extern const size_t lz_routes_public_count;
extern const struct lz_route lz_routes_desk[];
extern const size_t lz_routes_desk_count;

/* Both tables as one: row `index`, NULL behind the last. */
const struct lz_route *lz_route_at(size_t index);

/* The row for a request; *ret_segments holds its {names} in the arena.  LZ_NOT_FOUND, or LZ_METHOD with
 * *ret_allow ("GET, HEAD, POST") when the path exists for other methods. */
LZ_MUST lz_err lz_route_find(enum lz_http_method method, const struct lz_http_path *path,
                             struct lz_arena *arena, const struct lz_route **ret_route,
                             struct lz_form *ret_segments, const char **ret_allow);
/* The table as JSON, for `--routes` and the test that compares openapi.yaml.  New reference. */
json_t *lz_routes_json(void);

/* The desk's menu. */
struct lz_nav {
    const char *href;
    const char *label; /* message key */
    lz_roles roles;
};
extern const struct lz_nav lz_nav[]; /* in routes_desk.c */
extern const size_t lz_nav_count;

#endif
