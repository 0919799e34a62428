/* The rows of the staff's desk, and its menu. */
#include "web/desk/desk.h"

const struct lz_route lz_routes_desk[] = {
    {.method = LZ_HTTP_GET,
     .path = "/desk",
     .roles = LZ_ROLES_STAFF,
     .page = {lz_desk_home, "desk/home", "desk.title", NULL}},
};
const size_t lz_routes_desk_count = sizeof lz_routes_desk / sizeof lz_routes_desk[0];

const struct lz_nav lz_nav[] = {
    {"/desk", "desk.title", LZ_ROLES_STAFF},
};
const size_t lz_nav_count = sizeof lz_nav / sizeof lz_nav[0];
