/* A side whose drawing is the same for every card, because mustache stands in its data-text attributes only.
 * It is parsed once, and a PDF holds its drawing once: a batch costs what differs from card to card. */
#ifndef LZ_BADGE_PRINT_DESIGN_FIXED_H
#define LZ_BADGE_PRINT_DESIGN_FIXED_H

#include "badge-print/design.h"

struct lz_design_fixed;

/* `svg` is the side's text before mustache.  *ret_fixed is NULL, and that is no error, when the drawing
 * depends on the card or the text cannot be read as it stands: then each card is to be filled and parsed by
 * itself, which also finds what is wrong.  LZ_MEMORY. */
LZ_MUST lz_err lz_design_fixed_new(struct lz_bytes svg, const char *label,
                                   struct lz_design_fixed **ret_fixed);
void lz_design_fixed_free(struct lz_design_fixed **fixed);

/* As lz_design_fill.  `ret_side` shares the SVG and the drawing. */
LZ_MUST lz_err lz_design_fixed_fill(const struct lz_design_fixed *fixed, const json_t *values,
                                    struct lz_arena *arena, struct lz_design_side *ret_side,
                                    struct lz_fault *fault);

#endif
