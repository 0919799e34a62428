#include "badge-print/text_ink.h"

#include <string.h>

static const cairo_user_data_key_t BASE_KEY;

static cairo_status_t render_glyph(cairo_scaled_font_t *font, unsigned long glyph, cairo_t *cr,
                                   cairo_text_extents_t *extents)
{
    cairo_font_face_t *face = cairo_scaled_font_get_font_face(font);
    cairo_font_face_t *base = cairo_font_face_get_user_data(face, &BASE_KEY);
    cairo_glyph_t at = {glyph, 0, 0};
    cairo_text_extents_t measured;
    cairo_font_options_t *options = cairo_font_options_create();
    cairo_font_options_set_hint_style(options, CAIRO_HINT_STYLE_NONE);
    cairo_font_options_set_hint_metrics(options, CAIRO_HINT_METRICS_OFF);
    cairo_set_font_options(cr, options);
    cairo_font_options_destroy(options);
    cairo_set_font_face(cr, base);
    cairo_set_font_size(cr, 1);
    cairo_glyph_extents(cr, &at, 1, &measured);
    extents->x_advance = measured.x_advance;
    cairo_glyph_path(cr, &at, 1);
    cairo_fill(cr);
    return CAIRO_STATUS_SUCCESS;
}

/* Borrowed; NULL when there is no room or memory. */
static cairo_font_face_t *outline_of(struct lz_text_ink *ink, cairo_font_face_t *base)
{
    for (size_t i = 0; i < ink->count; i++)
        if (ink->faces[i].base == base)
            return ink->faces[i].outline;
    if (ink->count == LZ_INK_FACES)
        return NULL;
    cairo_font_face_t *outline = cairo_user_font_face_create();
    cairo_user_font_face_set_render_glyph_func(outline, render_glyph);
    if (cairo_font_face_set_user_data(outline, &BASE_KEY, base, NULL) != CAIRO_STATUS_SUCCESS) {
        cairo_font_face_destroy(outline);
        return NULL;
    }
    ink->faces[ink->count].base = cairo_font_face_reference(base);
    ink->faces[ink->count].outline = outline;
    ink->count++;
    return outline;
}

void lz_text_ink_reset(struct lz_text_ink *ink)
{
    for (size_t i = 0; i < ink->count; i++) {
        cairo_font_face_destroy(ink->faces[i].outline);
        cairo_font_face_destroy(ink->faces[i].base);
    }
    ink->count = 0;
}

/* Glyphs of a run with their places, and which bytes of the text each stands for.  Returns the run's width.
 */
static double lay_out(const PangoLayoutRun *run, double x, double y, cairo_glyph_t *glyphs, int *ret_glyphs,
                      cairo_text_cluster_t *clusters, int *ret_clusters)
{
    const PangoGlyphString *string = run->glyphs;
    double start = x;
    int count = 0;
    int groups = 0;
    for (int i = 0; i < string->num_glyphs; i++) {
        const PangoGlyphInfo *info = &string->glyphs[i];
        if (i == 0 || string->log_clusters[i] != string->log_clusters[i - 1]) {
            int next = i + 1;
            while (next < string->num_glyphs && string->log_clusters[next] == string->log_clusters[i])
                next++;
            int end = next < string->num_glyphs ? string->log_clusters[next] : run->item->length;
            clusters[groups++] = (cairo_text_cluster_t){end - string->log_clusters[i], 0};
        }
        if (info->glyph != PANGO_GLYPH_EMPTY && !(info->glyph & PANGO_GLYPH_UNKNOWN_FLAG)) {
            glyphs[count++] = (cairo_glyph_t){info->glyph, x + (double)info->geometry.x_offset / PANGO_SCALE,
                                              y + (double)info->geometry.y_offset / PANGO_SCALE};
            clusters[groups - 1].num_glyphs++;
        }
        x += (double)info->geometry.width / PANGO_SCALE;
    }
    *ret_glyphs = count;
    *ret_clusters = groups;
    return x - start;
}

static double show_run(struct lz_text_ink *ink, cairo_t *cr, const char *text, const PangoLayoutRun *run,
                       double x, double y)
{
    cairo_scaled_font_t *font = pango_cairo_font_get_scaled_font(PANGO_CAIRO_FONT(run->item->analysis.font));
    cairo_font_face_t *base = cairo_scaled_font_get_font_face(font);
    size_t room = (size_t)run->glyphs->num_glyphs + 1;
    cairo_glyph_t *glyphs = g_new0(cairo_glyph_t, room);
    cairo_text_cluster_t *clusters = g_new0(cairo_text_cluster_t, room);
    int glyph_count = 0;
    int cluster_count = 0;
    cairo_matrix_t size;
    double width = lay_out(run, x, y, glyphs, &glyph_count, clusters, &cluster_count);
    cairo_font_face_t *outline = run->item->analysis.level % 2 ? NULL : outline_of(ink, base);
    cairo_scaled_font_get_font_matrix(font, &size);
    cairo_set_font_face(cr, outline ? outline : base);
    cairo_set_font_matrix(cr, &size);
    if (outline) {
        cairo_show_text_glyphs(cr, text + run->item->offset, run->item->length, glyphs, glyph_count, clusters,
                               cluster_count, (cairo_text_cluster_flags_t)0);
    } else {
        cairo_glyph_path(cr, glyphs, glyph_count);
        cairo_fill(cr);
    }
    g_free(clusters);
    g_free(glyphs);
    return width;
}

void lz_text_ink_line(struct lz_text_ink *ink, cairo_t *cr, PangoLayout *layout, PangoLayoutLine *line)
{
    if (cairo_surface_get_type(cairo_get_target(cr)) != CAIRO_SURFACE_TYPE_PDF) {
        pango_cairo_show_layout_line(cr, line);
        return;
    }
    double x = 0;
    double y = 0;
    cairo_get_current_point(cr, &x, &y);
    const char *text = pango_layout_get_text(layout);
    for (GSList *at = line->runs; at; at = at->next)
        x += show_run(ink, cr, text, at->data, x, y);
}
