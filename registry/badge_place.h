/* A badge's place in the status lists: drawn at random, never used twice.  Inside a write. */
#ifndef LZ_REGISTRY_BADGE_PLACE_H
#define LZ_REGISTRY_BADGE_PLACE_H

#include "registry/register.h"

/* Places of a new list.  A list is filled to half, so that drawing stays quick and indexes tell nothing of
 * their order. */
enum { LZ_STATUS_LIST_PLACES = 1 << 17 };

LZ_MUST lz_err lz_badge_place_draw(struct lz_call *call, int64_t *ret_list, int64_t *ret_idx);
/* A status in the list changed with the entry at this log position: its published form is made anew. */
LZ_MUST lz_err lz_badge_place_touch(struct lz_call *call, int64_t list, int64_t position);

#endif
