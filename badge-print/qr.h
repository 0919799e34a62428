/* QR codes as a field of modules (ISO/IEC 18004), drawn so that a printer cannot blur them. */
#ifndef LZ_BADGE_PRINT_QR_H
#define LZ_BADGE_PRINT_QR_H

#include "registry/base/error.h"

#include <cairo.h>

enum {
    LZ_QR_TEXT_MAX = 600,
    LZ_QR_QUIET = 4,       /* modules of white on every side that the standard asks for */
    LZ_QR_DOTS_INCH = 300, /* a module is a whole number of dots of a card printer's head */
};

/* Smallest module a phone still reads when the card is scratched and held askew (facts: PRINTING.md). */
#define LZ_QR_MODULE_MIN_MM 0.30

/* A rectangle in points (1/72 inch), y downwards. */
struct lz_rect {
    double x, y, width, height;
};

/* Draws `text` (ASCII, at most LZ_QR_TEXT_MAX) at level M into `slot`, white quiet zone included, black on
 * white, as large as whole printer dots allow and centred.  The module is a whole number of dots at 300 dpi,
 * and its corner lies on a dot counted from `cr`'s origin; when `pixels_per_point` is not 0 (an image), whole
 * pixels are used instead. LZ_INVALID when the slot is too small for modules of 0.30 mm or the text is not
 * ASCII; nothing is drawn then. */
LZ_MUST lz_err lz_qr_draw(cairo_t *cr, const char *text, const struct lz_rect *slot, double pixels_per_point,
                          struct lz_fault *fault);

#endif
