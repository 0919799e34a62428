/* Pictures placed on a card: photo and mark. */
#ifndef LZ_BADGE_PRINT_PICTURE_H
#define LZ_BADGE_PRINT_PICTURE_H

#include "badge-print/qr.h"
#include "registry/base/bytes.h"

enum lz_picture_fit {
    LZ_PICTURE_COVER, /* fills the box; what is too much is cut evenly, a little less from the top (the head)
                       */
    LZ_PICTURE_CONTAIN, /* whole picture inside the box, centred */
};

/* Draws a JPEG or PNG into `box`.  On vector surfaces (`pixels_per_point` 0) a JPEG goes into the file byte
 * for byte. LZ_INVALID naming `field` when it is no picture we can read. */
LZ_MUST lz_err lz_picture_draw(cairo_t *cr, struct lz_bytes file, const struct lz_rect *box,
                               enum lz_picture_fit fit, double pixels_per_point, const char *field,
                               struct lz_fault *fault);

/* Head and shoulders in grey, where there is no photo. */
void lz_picture_silhouette(cairo_t *cr, const struct lz_rect *box);

#endif
