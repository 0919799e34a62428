/* What the desk keeps between requests: uploaded rosters, and the renderer that draws cards. */
#ifndef LZ_WEB_DESK_KEEP_H
#define LZ_WEB_DESK_KEEP_H

#include "web/desk/card_press.h"
#include "web/desk/imports.h"

struct lz_desk_keep {
    struct lz_imports *imports;
    struct lz_card_press *press;
};

LZ_MUST lz_err lz_desk_keep_new(struct lz_register *reg, struct lz_desk_keep **ret_keep);
/* Ends a running import (nothing of it is stored), wipes what was uploaded.  Accepts NULL, sets NULL. */
void lz_desk_keep_free(struct lz_desk_keep **keep);

#endif
