/* The segments of a JPEG file (ISO/IEC 10918-1 annex B), without decoding its pixels. */
#ifndef LZ_BADGE_PRINT_JPEG_H
#define LZ_BADGE_PRINT_JPEG_H

#include "registry/base/bytes.h"

struct lz_jpeg {
    int width, height; /* pixels as stored, before EXIF turns them */
    int components;    /* 1 grey, 3 colour, 4 CMYK */
    int orientation;   /* EXIF 1 to 8; 1 when the file does not say */
    bool adobe_rgb;    /* Adobe APP14 says the three components are RGB: it must not be dropped */
};

bool lz_jpeg_is(struct lz_bytes file); /* starts as a JPEG does */

/* Walks the file.  When `clean` is not NULL, appends it without APPn and COM segments and without what
 * follows EOI. LZ_MALFORMED: cut short or not a JPEG; LZ_UNSUPPORTED: lossless, arithmetic or 12-bit. `clean`
 * may then hold a part. */
LZ_MUST lz_err lz_jpeg_walk(struct lz_bytes file, struct lz_jpeg *ret_jpeg, struct lz_buf *clean);

#endif
