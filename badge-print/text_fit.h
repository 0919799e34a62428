/* Text that must fit a rectangle: one line, shrunk to a floor; more lines where they can be set clearly
 * larger or one does not fit; else it is an error.  Never an ellipsis (the cut text would still stand in the
 * PDF's text layer) and never a box for a missing character. */
#ifndef LZ_BADGE_PRINT_TEXT_FIT_H
#define LZ_BADGE_PRINT_TEXT_FIT_H

#include "badge-print/qr.h"
#include "badge-print/text_ink.h"

#include <pango/pangocairo.h>

enum lz_text_align { LZ_TEXT_LEFT, LZ_TEXT_CENTRE, LZ_TEXT_RIGHT };
enum lz_text_valign { LZ_TEXT_TOP, LZ_TEXT_MIDDLE, LZ_TEXT_BOTTOM };

/* How one field is set.  Sizes in points. */
struct lz_text_rule {
    const char *field; /* name for faults */
    const char *font;  /* family and weight as pango reads them: "Noto Sans CJK SC Bold" */
    double size;       /* wished */
    double size_min;   /* floor */
    double spacing;    /* between letters, in parts of the size (0.1 is a tenth) */
    double leading;    /* from line to line, in parts of the size */
    int lines;         /* at most, 1 to 8 */
    enum lz_text_align align;
    enum lz_text_valign valign;
    double red, green, blue; /* 0 to 1 */
};

enum { LZ_TEXTS_KEPT = 128 };

/* What setting text needs, kept for a whole batch: loading fonts is what costs.  It must outlive the surfaces
 * it drew on. */
struct lz_text_setter {
    PangoFontMap *fonts;
    PangoContext *context;
    struct lz_text_ink ink;
    struct lz_text_set *kept[LZ_TEXTS_KEPT]; /* labels and organs return on every card: set once */
};
/* No hinting, no rounding of glyph positions (pango rounds to whole points otherwise, which shows at 5 pt).
 */
LZ_MUST lz_err lz_text_setter_init(struct lz_text_setter *ret_setter);
void lz_text_setter_reset(struct lz_text_setter *setter); /* accepts one that is zero */

/* Draws `text` into `box`; empty text draws nothing.  LZ_INVALID names the field and either that it is too
 * long or the first character that no installed font has. */
LZ_MUST lz_err lz_text_draw(struct lz_text_setter *setter, cairo_t *cr, const char *text,
                            const struct lz_text_rule *rule, const struct lz_rect *box,
                            struct lz_fault *fault);

#endif
