#include "badge-print/text_fit.h"

#include "registry/base/text.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

/* Height of the ideographs' square above the baseline and its depth below, in parts of the size. */
static const double EM_ABOVE = 0.88;
static const double SIZE_STEP = 0.25;

/* A text set in a box: chosen size, broken into lines. */
struct lz_text_set {
    struct lz_text_rule rule; /* its texts are borrowed and long gone: `font` is the copy */
    struct lz_rect box;
    char *text, *font;
    PangoLayout *layout;
    double size;
};

static void free_set(struct lz_text_set **set)
{
    if (!*set)
        return;
    g_clear_object(&(*set)->layout);
    g_free((*set)->text);
    g_free((*set)->font);
    g_free(*set);
    *set = NULL;
}

lz_err lz_text_setter_init(struct lz_text_setter *ret_setter)
{
    PangoFontMap *fonts = pango_cairo_font_map_new_for_font_type(CAIRO_FONT_TYPE_FT);
    if (!fonts)
        return LZ_UNSUPPORTED;
    PangoContext *context = pango_font_map_create_context(fonts);
    cairo_font_options_t *options = cairo_font_options_create();
    cairo_font_options_set_hint_metrics(options, CAIRO_HINT_METRICS_OFF);
    cairo_font_options_set_hint_style(options, CAIRO_HINT_STYLE_NONE);
    cairo_font_options_set_antialias(options, CAIRO_ANTIALIAS_GRAY);
    pango_cairo_context_set_font_options(context, options);
    pango_cairo_context_set_resolution(context, 72);
    pango_context_set_round_glyph_positions(context, FALSE);
    /* Han characters in the mainland's forms whatever the locale of the machine. */
    pango_context_set_language(context, pango_language_from_string("zh-cn"));
    cairo_font_options_destroy(options);
    *ret_setter = (struct lz_text_setter){.fonts = fonts, .context = context};
    return LZ_OK;
}

void lz_text_setter_reset(struct lz_text_setter *setter)
{
    for (size_t i = 0; i < LZ_TEXTS_KEPT; i++)
        free_set(&setter->kept[i]);
    lz_text_ink_reset(&setter->ink);
    g_clear_object(&setter->context);
    g_clear_object(&setter->fonts);
}

static void set_size(PangoLayout *layout, const struct lz_text_rule *rule, double size)
{
    PangoFontDescription *font = pango_font_description_from_string(rule->font);
    pango_font_description_set_absolute_size(font, size * PANGO_SCALE);
    pango_layout_set_font_description(layout, font);
    pango_font_description_free(font);
    PangoAttrList *attrs = pango_attr_list_new();
    pango_attr_list_insert(attrs, pango_attr_letter_spacing_new((int)(rule->spacing * size * PANGO_SCALE)));
    pango_attr_list_insert(attrs, pango_attr_fallback_new(TRUE));
    pango_layout_set_attributes(layout, attrs);
    pango_attr_list_unref(attrs);
}

/* Width of the widest line at `size` when wrapped at `wrap` points (below 0: never). */
static double measure(PangoLayout *layout, const struct lz_text_rule *rule, double size, double wrap)
{
    PangoRectangle logical;
    set_size(layout, rule, size);
    pango_layout_set_width(layout, wrap < 0 ? -1 : (int)(wrap * PANGO_SCALE));
    pango_layout_get_extents(layout, NULL, &logical);
    return (double)logical.width / PANGO_SCALE;
}

static double block_height(const struct lz_text_rule *rule, double size, int lines)
{
    return size * (1 + (lines - 1) * rule->leading);
}

/* Narrowest wrap that keeps the number of lines, so that no single character is left on the last one. */
static void balance(PangoLayout *layout, const struct lz_text_rule *rule, double size, double width)
{
    int lines = pango_layout_get_line_count(layout);
    double low = width / 2;
    double high = width;
    while (high - low > size / 8) {
        double middle = (low + high) / 2;
        if (measure(layout, rule, size, middle) <= middle && pango_layout_get_line_count(layout) <= lines)
            high = middle;
        else
            low = middle;
    }
    (void)measure(layout, rule, size, high);
}

static bool fits_one_line(PangoLayout *layout, const struct lz_text_rule *rule, const struct lz_rect *box,
                          double *ret_size)
{
    for (double size = fmin(rule->size, box->height); size >= rule->size_min - 1e-6; size -= SIZE_STEP)
        if (measure(layout, rule, size, -1) <= box->width) {
            *ret_size = size;
            return true;
        }
    return false;
}

static bool fits_more_lines(PangoLayout *layout, const struct lz_text_rule *rule, const struct lz_rect *box,
                            double *ret_size)
{
    for (double size = rule->size; size >= rule->size_min - 1e-6 && rule->lines > 1; size -= SIZE_STEP) {
        double width = measure(layout, rule, size, box->width);
        int lines = pango_layout_get_line_count(layout);
        if (lines <= rule->lines && width <= box->width + 0.1 &&
            block_height(rule, size, lines) <= box->height) {
            balance(layout, rule, size, box->width);
            *ret_size = size;
            return true;
        }
    }
    return false;
}

/* One line, unless more lines may be set clearly larger; leaves `layout` wrapped and sized for drawing. */
static bool choose_size(PangoLayout *layout, const struct lz_text_rule *rule, const struct lz_rect *box,
                        double *ret_size)
{
    static const double CLEARLY = 1.15;
    double one = 0;
    double more = 0;
    bool one_fits = fits_one_line(layout, rule, box, &one);
    if (one_fits && one * CLEARLY >= rule->size) {
        *ret_size = one;
        return true;
    }
    if (fits_more_lines(layout, rule, box, &more) && more > one * CLEARLY) {
        *ret_size = more;
        return true;
    }
    if (one_fits)
        (void)measure(layout, rule, one, -1);
    *ret_size = one;
    return one_fits;
}

/* Names the first character without a glyph: a box on a badge is somebody's name spelt wrong. */
static lz_err check_glyphs(PangoLayout *layout, const char *text, const struct lz_text_rule *rule,
                           struct lz_fault *fault)
{
    if (pango_layout_get_unknown_glyphs_count(layout) == 0)
        return LZ_OK;
    char found[8] = "";
    uint32_t code = 0;
    for (const char *at = text; *at;) {
        const char *start = at;
        code = lz_utf8_next(&at);
        size_t size = (size_t)(at - start);
        pango_layout_set_text(layout, start, (int)size);
        if (pango_layout_get_unknown_glyphs_count(layout) > 0) {
            memcpy(found, start, size);
            break;
        }
    }
    char zh[LZ_FAULT_TEXT];
    char en[LZ_FAULT_TEXT];
    snprintf(
        zh, sizeof zh,
        "字体中没有“%s”（U+%04X），请安装收录该字的字体（如 fonts-noto-cjk-extra、fonts-hanazono）后重试。",
        found, code);
    snprintf(en, sizeof en,
             "No installed font has the character \"%s\" (U+%04X); install one that does and try again.",
             found, code);
    return lz_fault_field(fault, rule->field, text, zh, en);
}

static void show(struct lz_text_ink *ink, cairo_t *cr, PangoLayout *layout, const struct lz_text_rule *rule,
                 const struct lz_rect *box, double size)
{
    int lines = pango_layout_get_line_count(layout);
    double height = block_height(rule, size, lines);
    double top = box->y;
    if (rule->valign == LZ_TEXT_MIDDLE)
        top += (box->height - height) / 2;
    else if (rule->valign == LZ_TEXT_BOTTOM)
        top += box->height - height;
    cairo_save(cr);
    cairo_set_source_rgb(cr, rule->red, rule->green, rule->blue);
    for (int i = 0; i < lines; i++) {
        PangoLayoutLine *line = pango_layout_get_line_readonly(layout, i);
        PangoRectangle logical;
        pango_layout_line_get_extents(line, NULL, &logical);
        double spare = box->width - (double)logical.width / PANGO_SCALE;
        double x = box->x;
        if (rule->align == LZ_TEXT_CENTRE)
            x += spare / 2;
        else if (rule->align == LZ_TEXT_RIGHT)
            x += spare;
        else /* letter spacing stands half before the first letter: keep the left edges of fields in line */
            x -= rule->spacing * size / 2;
        cairo_move_to(cr, x, top + size * (EM_ABOVE + i * rule->leading));
        lz_text_ink_line(ink, cr, layout, line);
    }
    cairo_restore(cr);
}

static lz_err set_text(struct lz_text_setter *setter, const char *text, const struct lz_text_rule *rule,
                       const struct lz_rect *box, struct lz_text_set **ret_set, struct lz_fault *fault)
{
    if (!lz_utf8_valid(lz_bytes_text(text)) || lz_text_has_control(text))
        return lz_fault_field(
            fault, rule->field, NULL, "含有不可打印的控制字符，请修改后重试。",
            "It holds control characters that cannot be printed; correct it and try again.");
    PangoLayout *layout = pango_layout_new(setter->context);
    double size = 0;
    pango_layout_set_wrap(layout, PANGO_WRAP_WORD_CHAR);
    pango_layout_set_text(layout, text, -1);
    lz_err err = LZ_OK;
    if (!choose_size(layout, rule, box, &size))
        err = lz_fault_field(
            fault, rule->field, text, "文字过长，缩小后仍放不下，请改用简称或调整版式。",
            "The text is too long even at the smallest size; shorten it or change the design.");
    if (!err)
        err = check_glyphs(layout, text, rule, fault);
    if (err) {
        g_object_unref(layout);
        return err;
    }
    *ret_set = g_new0(struct lz_text_set, 1);
    **ret_set = (struct lz_text_set){*rule, *box, g_strdup(text), g_strdup(rule->font), layout, size};
    return LZ_OK;
}

/* Whether a text set before would be set the same now; where it stands and its colour do not matter. */
static bool is_same(const struct lz_text_set *set, const char *text, const struct lz_text_rule *rule,
                    const struct lz_rect *box)
{
    const struct lz_text_rule *was = &set->rule;
    return strcmp(set->text, text) == 0 && strcmp(set->font, rule->font) == 0 && was->size == rule->size &&
           was->size_min == rule->size_min && was->spacing == rule->spacing &&
           was->leading == rule->leading && was->lines == rule->lines && set->box.width == box->width &&
           set->box.height == box->height;
}

lz_err lz_text_draw(struct lz_text_setter *setter, cairo_t *cr, const char *text,
                    const struct lz_text_rule *rule, const struct lz_rect *box, struct lz_fault *fault)
{
    if (!text || !*text)
        return LZ_OK;
    struct lz_text_set **kept = &setter->kept[g_str_hash(text) % LZ_TEXTS_KEPT];
    if (!*kept || !is_same(*kept, text, rule, box)) {
        struct lz_text_set *set = NULL;
        lz_err err = set_text(setter, text, rule, box, &set, fault);
        if (err)
            return err;
        free_set(kept);
        *kept = set;
    }
    show(&setter->ink, cr, (*kept)->layout, rule, box, (*kept)->size);
    return LZ_OK;
}
