/* Photos as people upload them, made fit to keep: no EXIF (place, time, camera), no trailing data, upright,
 * small. */
#ifndef LZ_BADGE_PRINT_PHOTO_H
#define LZ_BADGE_PRINT_PHOTO_H

#include "registry/base/bytes.h"

#include <gdk-pixbuf/gdk-pixbuf.h>

enum {
    LZ_PHOTO_UPLOAD_MAX = 8 << 20,  /* bytes that are looked at */
    LZ_PHOTO_SIDE_MIN = 120,        /* pixels; less is a blur on a card at 300 dpi */
    LZ_PHOTO_SIDE_MAX = 8000,       /* pixels of an upload */
    LZ_PHOTO_PIXELS_MAX = 40000000, /* of an upload, before anything is decoded */
    LZ_PHOTO_KEEP_SIDE = 1200,      /* longer side of what is kept; larger ones are scaled down */
    LZ_PHOTO_KEEP_MAX = 400 << 10,  /* bytes of what is kept; heavier ones are encoded again */
};

struct lz_photo_size {
    int width, height; /* pixels */
};

/* Appends the clean JPEG.  A JPEG that is upright, small and plain keeps its compressed pixels byte for byte:
 * only its APPn and COM segments and what follows the end of the image are dropped.  A PNG, a JPEG that EXIF
 * turns, one in CMYK, or a large one is decoded and encoded again (a transparent PNG onto white).
 * LZ_UNSUPPORTED: neither JPEG nor PNG; LZ_TOO_LARGE; LZ_INVALID: too small; LZ_MALFORMED: damaged.  `out` is
 * as before on failure.  `ret_size` may be NULL. */
LZ_MUST lz_err lz_photo_clean(struct lz_bytes upload, struct lz_buf *out, struct lz_photo_size *ret_size,
                              struct lz_fault *fault);

/* Decodes a JPEG or PNG within the caps above, not turned.  The caller owns the result. */
LZ_MUST lz_err lz_photo_decode(struct lz_bytes picture, GdkPixbuf **ret_pixels, struct lz_fault *fault);
/* Appends `pixels` as JPEG (quality 1 to 100). */
LZ_MUST lz_err lz_photo_encode(GdkPixbuf *pixels, int quality, struct lz_buf *out);

#endif
