/* A design's side: an SVG that carries mustache fields and marked rectangles.
 *
 *   <svg … width="85.6mm" height="53.98mm" viewBox="0 0 85.6 53.98" data-kinds="enforcement">
 *   <rect id="field:name" … data-text="{{name}}" data-font="Noto Sans CJK SC Bold" data-size="24"
 * data-min-size="12" data-lines="2" data-align="left" data-valign="middle" data-spacing="0.1"
 * data-leading="1.25" data-fill="#0b2a5b"/> <rect id="photo" …/>  <rect id="qr" …/>  <rect id="mark" …/>
 *
 * The marked rectangles show in Inkscape and are hidden when the card is drawn; pango, cairo and the QR
 * encoder draw in their place.  data-kinds on the root lists the certificate kinds that the design may be
 * used for: an auxiliary on an officer's design is refused.  Sizes of text are points, geometry is
 * millimetres. */
#ifndef LZ_BADGE_PRINT_DESIGN_H
#define LZ_BADGE_PRINT_DESIGN_H

#include "badge-print/card.h"
#include "badge-print/text_fit.h"
#include "registry/base/arena.h"

#include <jansson.h>
#include <librsvg/rsvg.h>

enum { LZ_DESIGN_SVG_MAX = 1 << 20, LZ_DESIGN_FIELDS = 48 };

enum lz_slot { LZ_SLOT_PHOTO, LZ_SLOT_QR, LZ_SLOT_MARK, LZ_SLOT_COUNT };

struct lz_design_field {
    struct lz_text_rule rule;
    const char *text;
    struct lz_rect box;
};

/* One side filled in for one card.  Lives in the arena it was made in; `svg` and `drawing` are released by
 * lz_design_side_free. */
struct lz_design_side {
    RsvgHandle *svg;
    cairo_surface_t *drawing; /* the SVG recorded, shared by the cards of a batch; NULL: this card's own */
    struct lz_design_field fields[LZ_DESIGN_FIELDS];
    size_t field_count;
    struct lz_rect slots[LZ_SLOT_COUNT];
    bool has_slot[LZ_SLOT_COUNT];
    const char *kinds; /* data-kinds; NULL when the root has none */
};

/* Fills the SVG text (after mustache) `svg` into *ret_side.  `label` names the file in faults.  LZ_MALFORMED
 * with the line: not XML, not SVG, wrong size, a field without a rectangle or with a rule that cannot be
 * read. */
LZ_MUST lz_err lz_design_side_parse(struct lz_bytes svg, const char *label, struct lz_arena *arena,
                                    struct lz_design_side *ret_side, struct lz_fault *fault);
void lz_design_side_free(struct lz_design_side *side);

struct lz_design; /* both sides as templates */

/* Reads DIR/NAME/front.svg and back.svg.  LZ_INVALID for a name that is not one folder; LZ_NOT_FOUND,
 * LZ_MALFORMED. */
LZ_MUST lz_err lz_design_load(const char *dir, const char *name, struct lz_design **ret_design,
                              struct lz_fault *fault);
void lz_design_free(struct lz_design **design);
const char *lz_design_name(const struct lz_design *design);

/* One side with `values` filled in. */
LZ_MUST lz_err lz_design_fill(const struct lz_design *design, enum lz_card_side side, const json_t *values,
                              struct lz_arena *arena, struct lz_design_side *ret_side,
                              struct lz_fault *fault);

#endif
