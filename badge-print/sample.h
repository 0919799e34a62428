/* Synthetic cards, one per kind: for the README, for judging a design, for tests. */
#ifndef LZ_BADGE_PRINT_SAMPLE_H
#define LZ_BADGE_PRINT_SAMPLE_H

#include "badge-print/card.h"
#include "registry/base/arena.h"

/* Cards of every kind in the arena, ordinary ones and ones with long texts or without a photo.  None of them
 * is anybody's. */
LZ_MUST lz_err lz_cards_sample(struct lz_arena *arena, struct lz_card **ret_cards, size_t *ret_count);

#endif
