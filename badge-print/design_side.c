#include "badge-print/design.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Marked rectangles are for Inkscape's eyes; overflow lets the design bleed over the cut. */
static const char STYLE[] = "rect[id^=\"field:\"],#photo,#qr,#mark{visibility:hidden!important}"
                            "svg{overflow:visible!important}";

static const char *const SLOT_IDS[LZ_SLOT_COUNT] = {
    [LZ_SLOT_PHOTO] = "photo", [LZ_SLOT_QR] = "qr", [LZ_SLOT_MARK] = "mark"};

struct scan {
    struct lz_design_side *side;
    struct lz_arena *arena;
    const char *label;
    struct lz_fault *fault;
    lz_err err;
    bool root_seen;
};

static lz_err malformed(struct lz_fault *fault, const char *label, int line, const char *zh, const char *en)
{
    char text[LZ_LANG_COUNT][LZ_FAULT_TEXT];
    snprintf(text[LZ_ZH], sizeof text[LZ_ZH], "版式文件 %s 第 %d 行：%s", label, line, zh);
    snprintf(text[LZ_EN], sizeof text[LZ_EN], "Design %s, line %d: %s", label, line, en);
    return lz_fault_set(fault, LZ_MALFORMED, text[LZ_ZH], text[LZ_EN]);
}

static const char *attribute(const char **names, const char **values, const char *name)
{
    for (size_t i = 0; names[i]; i++)
        if (strcmp(names[i], name) == 0)
            return values[i];
    return NULL;
}

/* ---- the rule's attributes, a row each ---- */

static bool set_number(const char *text, double min, double max, double *ret_value)
{
    char *end = NULL;
    double value = g_ascii_strtod(text, &end);
    if (end == text || *end || !(value >= min && value <= max))
        return false;
    *ret_value = value;
    return true;
}

static bool set_word(const char *text, const char *const words[3], int *ret_index)
{
    for (int i = 0; i < 3; i++)
        if (strcmp(text, words[i]) == 0) {
            *ret_index = i;
            return true;
        }
    return false;
}

static bool set_size(struct lz_text_rule *rule, const char *text)
{
    return set_number(text, 2, 144, &rule->size);
}
static bool set_size_min(struct lz_text_rule *rule, const char *text)
{
    return set_number(text, 2, 144, &rule->size_min);
}
static bool set_spacing(struct lz_text_rule *rule, const char *text)
{
    return set_number(text, -0.2, 3, &rule->spacing);
}
static bool set_leading(struct lz_text_rule *rule, const char *text)
{
    return set_number(text, 0.8, 4, &rule->leading);
}
static bool set_lines(struct lz_text_rule *rule, const char *text)
{
    double lines = 0;
    if (!set_number(text, 1, 8, &lines))
        return false;
    rule->lines = (int)lines;
    return true;
}
static bool set_align(struct lz_text_rule *rule, const char *text)
{
    static const char *const words[] = {"left", "center", "right"};
    int index = 0;
    if (!set_word(text, words, &index))
        return false;
    rule->align = (enum lz_text_align)index;
    return true;
}
static bool set_valign(struct lz_text_rule *rule, const char *text)
{
    static const char *const words[] = {"top", "middle", "bottom"};
    int index = 0;
    if (!set_word(text, words, &index))
        return false;
    rule->valign = (enum lz_text_valign)index;
    return true;
}
static bool set_fill(struct lz_text_rule *rule, const char *text)
{
    char *end = NULL;
    if (text[0] != '#' || strlen(text) != 7)
        return false;
    unsigned long rgb = strtoul(text + 1, &end, 16);
    if (*end)
        return false;
    rule->red = (double)(rgb >> 16 & 255) / 255;
    rule->green = (double)(rgb >> 8 & 255) / 255;
    rule->blue = (double)(rgb & 255) / 255;
    return true;
}

static const struct {
    const char *name;
    bool (*set)(struct lz_text_rule *rule, const char *text);
} RULES[] = {
    {"data-size", set_size},   {"data-min-size", set_size_min}, {"data-spacing", set_spacing},
    {"data-lines", set_lines}, {"data-leading", set_leading},   {"data-align", set_align},
    {"data-fill", set_fill},   {"data-valign", set_valign},
};

static lz_err read_rule(struct scan *scan, const char **names, const char **values, int line,
                        struct lz_text_rule *rule)
{
    for (size_t i = 0; i < G_N_ELEMENTS(RULES); i++) {
        const char *text = attribute(names, values, RULES[i].name);
        if (!text || RULES[i].set(rule, text))
            continue;
        char zh[128];
        char en[128];
        snprintf(zh, sizeof zh, "%s 的值无法识别，请参照 design.h 的说明修改。", RULES[i].name);
        snprintf(en, sizeof en, "the value of %s cannot be read; see design.h for what it may be.",
                 RULES[i].name);
        return malformed(scan->fault, scan->label, line, zh, en);
    }
    return LZ_OK;
}

static lz_err add_field(struct scan *scan, const char *id, const char **names, const char **values, int line)
{
    struct lz_design_side *side = scan->side;
    const char *text = attribute(names, values, "data-text");
    const char *font = attribute(names, values, "data-font");
    if (!text)
        return malformed(scan->fault, scan->label, line, "文字方框缺少 data-text。",
                         "a field has no data-text.");
    if (side->field_count == LZ_DESIGN_FIELDS)
        return malformed(scan->fault, scan->label, line, "文字方框太多。", "there are too many fields.");
    struct lz_design_field *field = &side->fields[side->field_count];
    field->rule = (struct lz_text_rule){.size = 8, .size_min = 0, .leading = 1.25, .lines = 1};
    field->rule.valign = LZ_TEXT_MIDDLE;
    lz_err err = read_rule(scan, names, values, line, &field->rule);
    if (err)
        return err;
    if (field->rule.size_min <= 0 || field->rule.size_min > field->rule.size)
        field->rule.size_min = field->rule.size;
    field->rule.field = lz_arena_text(scan->arena, id);
    field->rule.font = lz_arena_text(scan->arena, font ? font : "Noto Sans CJK SC");
    field->text = lz_arena_text(scan->arena, text);
    if (!field->rule.field || !field->rule.font || !field->text)
        return lz_fault_set(scan->fault, LZ_MEMORY, NULL, NULL);
    side->field_count++;
    return LZ_OK;
}

static void on_element(GMarkupParseContext *context, const char *element, const char **names,
                       const char **values, void *user, GError **error)
{
    struct scan *scan = user;
    int line = 0;
    g_markup_parse_context_get_position(context, &line, NULL);
    if (!scan->root_seen) {
        scan->root_seen = true;
        const char *kinds = attribute(names, values, "data-kinds");
        scan->side->kinds = lz_arena_text(scan->arena, kinds);
        if (strcmp(element, "svg") != 0)
            scan->err =
                malformed(scan->fault, scan->label, line, "不是 SVG 文件。", "it is not an SVG file.");
    }
    const char *id = strcmp(element, "rect") == 0 ? attribute(names, values, "id") : NULL;
    if (id && !scan->err && strncmp(id, "field:", 6) == 0)
        scan->err = add_field(scan, id + 6, names, values, line);
    for (size_t i = 0; id && i < LZ_SLOT_COUNT; i++)
        if (strcmp(id, SLOT_IDS[i]) == 0)
            scan->side->has_slot[i] = true;
    if (scan->err)
        g_set_error_literal(error, G_MARKUP_ERROR, G_MARKUP_ERROR_INVALID_CONTENT, "refused");
}

static lz_err scan_xml(struct scan *scan, struct lz_bytes svg)
{
    static const GMarkupParser parser = {.start_element = on_element};
    GError *error = NULL;
    int line = 1;
    GMarkupParseContext *context =
        g_markup_parse_context_new(&parser, G_MARKUP_TREAT_CDATA_AS_TEXT, scan, NULL);
    if (!g_markup_parse_context_parse(context, (const char *)svg.data, (gssize)svg.size, &error) ||
        !g_markup_parse_context_end_parse(context, &error)) {
        g_markup_parse_context_get_position(context, &line, NULL);
        if (!scan->err)
            scan->err = malformed(scan->fault, scan->label, line, "XML 格式有误，请用 Inkscape 重新保存。",
                                  "the XML is not well formed; save it again with Inkscape.");
    }
    g_clear_error(&error);
    g_markup_parse_context_free(context);
    return scan->err;
}

/* ---- geometry, by librsvg, so that layers and transforms count ---- */

static bool geometry(RsvgHandle *svg, const char *prefix, const char *id, struct lz_rect *ret_box)
{
    char selector[160];
    RsvgRectangle page = {0, 0, LZ_CARD_WIDTH_PT, LZ_CARD_HEIGHT_PT};
    RsvgRectangle box = {0, 0, 0, 0};
    if (snprintf(selector, sizeof selector, "#%s%s", prefix, id) >= (int)sizeof selector ||
        !rsvg_handle_get_geometry_for_layer(svg, selector, &page, NULL, &box, NULL) || !(box.width > 0) ||
        !(box.height > 0))
        return false;
    *ret_box = (struct lz_rect){box.x, box.y, box.width, box.height};
    return true;
}

static lz_err check_page(RsvgHandle *svg, const char *label, struct lz_fault *fault)
{
    double width = 0;
    double height = 0;
    if (rsvg_handle_get_intrinsic_size_in_pixels(svg, &width, &height) &&
        fabs(width - LZ_CARD_WIDTH_PT) < 0.3 && fabs(height - LZ_CARD_HEIGHT_PT) < 0.3)
        return LZ_OK;
    return malformed(fault, label, 1, "页面必须是 85.6 毫米 × 53.98 毫米。",
                     "the page must be 85.6 mm x 53.98 mm.");
}

static lz_err place(struct lz_design_side *side, const char *label, struct lz_fault *fault)
{
    char zh[160];
    char en[160];
    const char *missing = NULL;
    for (size_t i = 0; i < side->field_count && !missing; i++)
        if (!geometry(side->svg, "field:", side->fields[i].rule.field, &side->fields[i].box))
            missing = side->fields[i].rule.field;
    for (size_t i = 0; i < LZ_SLOT_COUNT && !missing; i++)
        if (side->has_slot[i] && !geometry(side->svg, "", SLOT_IDS[i], &side->slots[i]))
            missing = SLOT_IDS[i];
    if (!missing)
        return LZ_OK;
    snprintf(zh, sizeof zh, "方框“%.60s”没有大小。", missing);
    snprintf(en, sizeof en, "the rectangle \"%.60s\" has no size.", missing);
    return malformed(fault, label, 1, zh, en);
}

lz_err lz_design_side_parse(struct lz_bytes svg, const char *label, struct lz_arena *arena,
                            struct lz_design_side *ret_side, struct lz_fault *fault)
{
    struct lz_design_side side = {0};
    struct scan scan = {.side = &side, .arena = arena, .label = label, .fault = fault};
    GError *error = NULL;
    if (svg.size == 0 || svg.size > LZ_DESIGN_SVG_MAX)
        return malformed(fault, label, 1, "文件为空或超过 1 MB。", "it is empty or larger than 1 MB.");
    lz_err err = scan_xml(&scan, svg);
    if (err)
        return err;
    /* From memory and without a base address: a design cannot pull in other files. */
    side.svg = rsvg_handle_new_from_data(svg.data, svg.size, &error);
    if (!side.svg || !rsvg_handle_set_stylesheet(side.svg, (const guint8 *)STYLE, sizeof STYLE - 1, &error)) {
        err = malformed(fault, label, 1, "不是可用的 SVG。", "it is not a usable SVG.");
        goto done;
    }
    rsvg_handle_set_dpi(side.svg, 72);
    err = check_page(side.svg, label, fault);
    if (!err)
        err = place(&side, label, fault);
done:
    g_clear_error(&error);
    if (err)
        lz_design_side_free(&side);
    else
        *ret_side = side;
    return err;
}

void lz_design_side_free(struct lz_design_side *side)
{
    if (!side)
        return;
    g_clear_object(&side->svg);
    g_clear_pointer(&side->drawing, cairo_surface_destroy);
}
