/* Cards: what stands on a badge, and the renderer that draws batches of them from the designs.
 *
 * A design is a folder with front.svg and back.svg, 85.6 mm x 53.98 mm (ISO/IEC 7810 ID-1), to be edited in
 * Inkscape; design.h says how places for text, photo, QR code and the organ's mark are marked. */
#ifndef LZ_BADGE_PRINT_CARD_H
#define LZ_BADGE_PRINT_CARD_H

#include "registry/base/bytes.h"
#include "registry/base/error.h"

#include <cairo.h>

#define LZ_CARD_WIDTH_MM 85.60
#define LZ_CARD_HEIGHT_MM 53.98
#define LZ_CARD_WIDTH_PT (LZ_CARD_WIDTH_MM * 72 / 25.4)
#define LZ_CARD_HEIGHT_PT (LZ_CARD_HEIGHT_MM * 72 / 25.4)

enum { LZ_CARD_DPI = 300, LZ_CARD_DPI_MIN = 72, LZ_CARD_DPI_MAX = 1200, LZ_CARD_PDF_MAX = 256 << 20 };

enum lz_card_kind { LZ_CARD_ENFORCEMENT, LZ_CARD_SUPERVISION, LZ_CARD_AUXILIARY, LZ_CARD_KIND_COUNT };
const char *lz_card_kind_name(enum lz_card_kind kind);   /* "enforcement", as in JSON */
const char *lz_card_kind_design(enum lz_card_kind kind); /* "officer": the design used when none is named */
LZ_MUST lz_err lz_card_kind_parse(const char *name, enum lz_card_kind *ret_kind); /* LZ_INVALID */

enum lz_card_side { LZ_CARD_FRONT, LZ_CARD_BACK, LZ_CARD_BOTH };

/* One card.  Everything is borrowed while it is drawn.  Text is UTF-8; NULL means empty. */
struct lz_card {
    const char *design; /* folder under the designs; NULL: by kind.  It must be made for the card's kind */
    enum lz_card_kind kind;
    const char *number;
    const char *name;
    const char *organ;
    const char *post;
    const char *scope; /* fields of enforcement, joined with 、 */
    const char *region;
    const char *issued_on;   /* ISO date */
    const char *valid_until; /* ISO date */
    const char *issuer;
    const char *complaint_line;
    const char *qr_text;   /* the exact URL */
    struct lz_bytes photo; /* JPEG, cleaned by lz_photo_clean; none: a neutral silhouette */
    struct lz_bytes mark;  /* the organ's own mark, PNG or JPEG; none: nothing is drawn */
};

/* Keeps fonts and parsed designs for a batch.  For one thread at a time. */
struct lz_card_renderer;

/* `designs_dir` holds one folder per design; designs are read when first used. */
LZ_MUST lz_err lz_card_renderer_new(const char *designs_dir, struct lz_card_renderer **ret_renderer,
                                    struct lz_fault *fault);
void lz_card_renderer_free(struct lz_card_renderer **renderer);

/* Draws one side (not BOTH) with its upper left corner at `cr`'s origin; user units are points.
 * `pixels_per_point` is 0 for vector surfaces.  What the design draws beyond its edge (bleed) is kept: clip
 * if you do not want it. LZ_INVALID, LZ_MALFORMED: the fault names card number and field, or the design's
 * file and line. */
LZ_MUST lz_err lz_card_draw(struct lz_card_renderer *renderer, cairo_t *cr, const struct lz_card *card,
                            enum lz_card_side side, double pixels_per_point, struct lz_fault *fault);

/* Appends a PDF, a page per side: front, back, front, back ….  The same cards give the same bytes: the PDF's
 * creation date is the latest issue date.  On failure `out` is empty and the fault names the card. */
LZ_MUST lz_err lz_card_render_pdf(struct lz_card_renderer *renderer, const struct lz_card *cards,
                                  size_t count, enum lz_card_side side, struct lz_buf *out,
                                  struct lz_fault *fault);

/* Appends a PNG of one side, or of both beside each other, at `dpi`. */
LZ_MUST lz_err lz_card_render_png(struct lz_card_renderer *renderer, const struct lz_card *card,
                                  enum lz_card_side side, int dpi, struct lz_buf *out,
                                  struct lz_fault *fault);

/* A4 sheets to be cut: ten cards a page, crop marks, the backs mirrored for printing on both sides (long
 * edge). */
LZ_MUST lz_err lz_card_render_sheet(struct lz_card_renderer *renderer, const struct lz_card *cards,
                                    size_t count, struct lz_buf *out, struct lz_fault *fault);

#endif
