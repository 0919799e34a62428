#include "badge-print/design.h"

#include "badge-print/design_fixed.h"
#include "registry/base/file.h"
#include "registry/base/mustache.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { NAME_MAX_BYTES = 64, LABEL = NAME_MAX_BYTES + 16 };

static const char *const SIDE_FILES[] = {[LZ_CARD_FRONT] = "front.svg", [LZ_CARD_BACK] = "back.svg"};

struct lz_design {
    char name[NAME_MAX_BYTES + 1];
    struct lz_mustache *sides[2];
    struct lz_design_fixed *fixed[2]; /* NULL where the drawing depends on the card */
};

/* A name is one folder: letters, digits, - and _; so no path can be smuggled in. */
static bool is_name(const char *name)
{
    size_t size = strspn(name, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_");
    return size > 0 && size <= NAME_MAX_BYTES && name[size] == 0;
}

/* XML's five characters; what XML 1.0 cannot hold at all becomes a space, and the text check refuses it
 * earlier. */
static void escape_xml(struct lz_buf *out, struct lz_bytes value)
{
    for (size_t i = 0; i < value.size; i++) {
        uint8_t c = value.data[i];
        if (c == '&')
            lz_buf_text(out, "&amp;");
        else if (c == '<')
            lz_buf_text(out, "&lt;");
        else if (c == '>')
            lz_buf_text(out, "&gt;");
        else if (c == '"')
            lz_buf_text(out, "&quot;");
        else if (c == '\'')
            lz_buf_text(out, "&#39;");
        else
            lz_buf_byte(out, c < 0x20 ? ' ' : c);
    }
}

static void make_label(const char *name, enum lz_card_side side, char ret_label[LABEL])
{
    snprintf(ret_label, LABEL, "%s/%s", name, SIDE_FILES[side]);
}

static lz_err load_side(const char *dir, enum lz_card_side side, struct lz_design *design,
                        struct lz_fault *fault)
{
    char path[4096];
    char label[LABEL];
    const char *name = design->name;
    struct lz_buf text;
    lz_buf_init(&text, LZ_DESIGN_SVG_MAX);
    if (snprintf(path, sizeof path, "%s/%s/%s", dir, name, SIDE_FILES[side]) >= (int)sizeof path)
        return lz_fault_set(fault, LZ_INVALID, NULL, NULL);
    lz_err err = lz_file_read(path, &text, fault);
    if (!err)
        err = lz_mustache_parse(lz_buf_view(&text), &design->sides[side], fault);
    if (!err) {
        make_label(name, side, label);
        err = lz_design_fixed_new(lz_buf_view(&text), label, &design->fixed[side]);
        if (err)
            (void)lz_fault_set(fault, err, NULL, NULL);
    }
    if (err == LZ_NOT_FOUND) {
        char zh[LZ_FAULT_TEXT];
        char en[LZ_FAULT_TEXT];
        snprintf(zh, sizeof zh, "没有名为“%s”的版式（缺少 %s）。", name, SIDE_FILES[side]);
        snprintf(en, sizeof en, "There is no design named \"%s\" (%s is missing).", name, SIDE_FILES[side]);
        err = lz_fault_set(fault, LZ_NOT_FOUND, zh, en);
    }
    lz_buf_free(&text);
    return err;
}

lz_err lz_design_load(const char *dir, const char *name, struct lz_design **ret_design,
                      struct lz_fault *fault)
{
    if (!is_name(name))
        return lz_fault_field(fault, "design", name, "版式名称只能用字母、数字、- 和 _。",
                              "A design's name is made of letters, digits, - and _.");
    struct lz_design *design = calloc(1, sizeof *design);
    if (!design)
        return lz_fault_set(fault, LZ_MEMORY, NULL, NULL);
    snprintf(design->name, sizeof design->name, "%s", name);
    lz_err err = load_side(dir, LZ_CARD_FRONT, design, fault);
    if (!err)
        err = load_side(dir, LZ_CARD_BACK, design, fault);
    if (err)
        lz_design_free(&design);
    else
        *ret_design = design;
    return err;
}

void lz_design_free(struct lz_design **design)
{
    if (!design || !*design)
        return;
    for (size_t i = 0; i < 2; i++) {
        lz_mustache_free(&(*design)->sides[i]);
        lz_design_fixed_free(&(*design)->fixed[i]);
    }
    free(*design);
    *design = NULL;
}

const char *lz_design_name(const struct lz_design *design)
{
    return design->name;
}

lz_err lz_design_fill(const struct lz_design *design, enum lz_card_side side, const json_t *values,
                      struct lz_arena *arena, struct lz_design_side *ret_side, struct lz_fault *fault)
{
    static const struct lz_mustache_options options = {.escape = escape_xml};
    char label[LABEL];
    struct lz_buf svg;
    if (design->fixed[side])
        return lz_design_fixed_fill(design->fixed[side], values, arena, ret_side, fault);
    lz_buf_init(&svg, LZ_DESIGN_SVG_MAX);
    make_label(design->name, side, label);
    lz_err err = lz_mustache_render(design->sides[side], values, &options, &svg);
    if (!err)
        err = svg.err;
    if (err)
        (void)lz_fault_set(fault, err, NULL, NULL);
    else
        err = lz_design_side_parse(lz_buf_view(&svg), label, arena, ret_side, fault);
    lz_buf_free(&svg);
    return err;
}
