/* Drawn people for demonstrations and tests: an identity photo of nobody. */
#ifndef LZ_BADGE_PRINT_PORTRAIT_H
#define LZ_BADGE_PRINT_PORTRAIT_H

#include "registry/base/bytes.h"

#include <stdint.h>

enum { LZ_PORTRAIT_WIDTH = 480, LZ_PORTRAIT_HEIGHT = 640 };

/* Appends a JPEG of a flat-style portrait on white; the same seed gives the same person.
 * Even seeds have short hair, odd ones long, so that a demonstration can match names. */
LZ_MUST lz_err lz_portrait_draw(uint64_t seed, struct lz_buf *out);

#endif
