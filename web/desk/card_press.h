/* Draws cards for many threads with one renderer, which keeps fonts and designs. */
#ifndef LZ_WEB_DESK_CARD_PRESS_H
#define LZ_WEB_DESK_CARD_PRESS_H

#include "badge-print/card.h"

struct lz_card_press;

LZ_MUST lz_err lz_card_press_new(struct lz_card_press **ret_press);
void lz_card_press_free(struct lz_card_press **press);

/* Both sides as a PDF of two pages; one side as PNG.  The renderer is made at first use. */
LZ_MUST lz_err lz_card_press_pdf(struct lz_card_press *press, const struct lz_card *card, struct lz_buf *out,
                                 struct lz_fault *fault);
LZ_MUST lz_err lz_card_press_png(struct lz_card_press *press, const struct lz_card *card,
                                 enum lz_card_side side, int dpi, struct lz_buf *out, struct lz_fault *fault);

#endif
