/* Lines of text onto a surface, so that what a PDF shows is what was measured.
 *
 * cairo 1.16 cuts CFF fonts down wrongly: with Noto Sans CJK SC it leaves 如 out of the PDF without a word,
 * and a Latin "IF" beside an ideograph brings a megabyte of subroutines along.  So fonts go into PDFs as Type
 * 3: each glyph is its outline, once per font and size, and the text can still be found and copied. */
#ifndef LZ_BADGE_PRINT_TEXT_INK_H
#define LZ_BADGE_PRINT_TEXT_INK_H

#include "registry/base/error.h"

#include <pango/pangocairo.h>

enum { LZ_INK_FACES = 32 };

/* Fonts seen so far.  Zero-initialise; it must outlive every surface that was drawn on with it. */
struct lz_text_ink {
    struct {
        cairo_font_face_t *base;    /* as pango found it */
        cairo_font_face_t *outline; /* the same glyphs as drawings */
    } faces[LZ_INK_FACES];
    size_t count;
};

void lz_text_ink_reset(struct lz_text_ink *ink);

/* Shows `line` of `layout` from cr's current point with its current source.  A font beyond LZ_INK_FACES, and
 * text that runs from right to left, is drawn as outlines only. */
void lz_text_ink_line(struct lz_text_ink *ink, cairo_t *cr, PangoLayout *layout, PangoLayoutLine *line);

#endif
