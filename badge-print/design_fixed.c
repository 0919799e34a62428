#include "badge-print/design_fixed.h"

#include "registry/base/mustache.h"

#include <stdlib.h>
#include <string.h>

enum { ARENA = 256 << 10, BLEED = 60 /* points around the card that are kept: more than any sheet's gap */ };

struct lz_design_fixed {
    struct lz_arena *arena;
    struct lz_design_side side;                  /* texts are templates still */
    struct lz_mustache *texts[LZ_DESIGN_FIELDS]; /* NULL where the text has no mustache */
};

static size_t count_braces(struct lz_bytes text)
{
    size_t count = 0;
    for (size_t i = 0; i + 1 < text.size; i++)
        if (text.data[i] == '{' && text.data[i + 1] == '{')
            count++;
    return count;
}

/* Every "{{" of the file lies in a field's text: the rest is the same for every card. */
static bool varies_in_texts_only(struct lz_bytes svg, const struct lz_design_side *side)
{
    size_t count = 0;
    for (size_t i = 0; i < side->field_count; i++)
        count += count_braces(lz_bytes_text(side->fields[i].text));
    return count == count_braces(svg);
}

/* False: a section that begins in one field and ends in another, or a change of delimiters. */
static bool parse_texts(struct lz_design_fixed *fixed)
{
    for (size_t i = 0; i < fixed->side.field_count; i++) {
        const char *text = fixed->side.fields[i].text;
        if (strstr(text, "{{") &&
            (strstr(text, "{{=") || lz_mustache_parse(lz_bytes_text(text), &fixed->texts[i], NULL)))
            return false;
    }
    return true;
}

/* The drawing as cairo remembers it: a PDF stores it once and each page refers to it. */
static cairo_surface_t *record(RsvgHandle *svg)
{
    const cairo_rectangle_t extents = {-BLEED, -BLEED, LZ_CARD_WIDTH_PT + 2 * BLEED,
                                       LZ_CARD_HEIGHT_PT + 2 * BLEED};
    const RsvgRectangle page = {0, 0, LZ_CARD_WIDTH_PT, LZ_CARD_HEIGHT_PT};
    cairo_surface_t *drawing = cairo_recording_surface_create(CAIRO_CONTENT_COLOR_ALPHA, &extents);
    cairo_t *cr = cairo_create(drawing);
    bool drawn =
        rsvg_handle_render_document(svg, cr, &page, NULL) && cairo_status(cr) == CAIRO_STATUS_SUCCESS;
    cairo_destroy(cr);
    if (!drawn) {
        cairo_surface_destroy(drawing);
        return NULL;
    }
    return drawing;
}

lz_err lz_design_fixed_new(struct lz_bytes svg, const char *label, struct lz_design_fixed **ret_fixed)
{
    struct lz_design_fixed *fixed = calloc(1, sizeof *fixed);
    if (!fixed)
        return LZ_MEMORY;
    fixed->arena = lz_arena_new(ARENA);
    lz_err err =
        fixed->arena ? lz_design_side_parse(svg, label, fixed->arena, &fixed->side, NULL) : LZ_MEMORY;
    bool is_fixed = !err && varies_in_texts_only(svg, &fixed->side) && parse_texts(fixed);
    if (is_fixed)
        fixed->side.drawing = record(fixed->side.svg);
    if (err == LZ_MEMORY || !is_fixed || !fixed->side.drawing)
        lz_design_fixed_free(&fixed);
    if (err == LZ_MEMORY)
        return err;
    *ret_fixed = fixed;
    return LZ_OK;
}

void lz_design_fixed_free(struct lz_design_fixed **fixed)
{
    if (!fixed || !*fixed)
        return;
    for (size_t i = 0; i < LZ_DESIGN_FIELDS; i++)
        lz_mustache_free(&(*fixed)->texts[i]);
    lz_design_side_free(&(*fixed)->side);
    lz_arena_free(&(*fixed)->arena);
    free(*fixed);
    *fixed = NULL;
}

/* The attribute was unescaped when it was read, so its values go in as they are. */
static void as_it_is(struct lz_buf *out, struct lz_bytes value)
{
    lz_buf_add(out, value.data, value.size);
}

static lz_err fill_text(const struct lz_mustache *text, const json_t *values, struct lz_arena *arena,
                        const char **ret_text)
{
    static const struct lz_mustache_options options = {.escape = as_it_is};
    struct lz_buf buf;
    lz_buf_init(&buf, LZ_DESIGN_SVG_MAX);
    lz_err err = lz_mustache_render(text, values, &options, &buf);
    if (!err)
        err = buf.err;
    const char *copy = err ? NULL : lz_arena_copy(arena, buf.size ? (const char *)buf.data : "", buf.size);
    lz_buf_free(&buf);
    if (!err && !copy)
        err = LZ_MEMORY;
    if (!err)
        *ret_text = copy;
    return err;
}

lz_err lz_design_fixed_fill(const struct lz_design_fixed *fixed, const json_t *values, struct lz_arena *arena,
                            struct lz_design_side *ret_side, struct lz_fault *fault)
{
    struct lz_design_side side = fixed->side;
    for (size_t i = 0; i < side.field_count; i++) {
        lz_err err =
            fixed->texts[i] ? fill_text(fixed->texts[i], values, arena, &side.fields[i].text) : LZ_OK;
        if (err)
            return lz_fault_set(fault, err, NULL, NULL);
    }
    g_object_ref(side.svg);
    cairo_surface_reference(side.drawing);
    *ret_side = side;
    return LZ_OK;
}
