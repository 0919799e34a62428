/* Handlers and views of routes_desk.c, by file. */
#ifndef LZ_WEB_DESK_H
#define LZ_WEB_DESK_H

#include "web/route.h"

/* home.c */
lz_err lz_desk_home(struct lz_visit *visit);

#endif
