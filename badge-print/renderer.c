#include "badge-print/card.h"
#include "badge-print/design.h"
#include "badge-print/picture.h"
#include "registry/base/clock.h"
#include "registry/base/text.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { DESIGNS_MAX = 16, CARD_ARENA = 1 << 20, VALUE_MAX = 600 };

struct lz_card_renderer {
    char *designs_dir;
    struct lz_design *designs[DESIGNS_MAX];
    size_t design_count;
    struct lz_text_setter text;
    struct lz_arena *arena; /* reset for every side */
};

static const struct {
    const char *name;
    const char *design;
} KINDS[] = {
    [LZ_CARD_ENFORCEMENT] = {"enforcement", "officer"},
    [LZ_CARD_SUPERVISION] = {"supervision", "supervisor"},
    [LZ_CARD_AUXILIARY] = {"auxiliary", "auxiliary"},
};
_Static_assert(sizeof KINDS / sizeof *KINDS == LZ_CARD_KIND_COUNT, "a row for every kind");

const char *lz_card_kind_name(enum lz_card_kind kind)
{
    return KINDS[kind].name;
}

const char *lz_card_kind_design(enum lz_card_kind kind)
{
    return KINDS[kind].design;
}

lz_err lz_card_kind_parse(const char *name, enum lz_card_kind *ret_kind)
{
    for (size_t i = 0; i < LZ_CARD_KIND_COUNT; i++)
        if (name && strcmp(name, KINDS[i].name) == 0) {
            *ret_kind = (enum lz_card_kind)i;
            return LZ_OK;
        }
    return LZ_INVALID;
}

lz_err lz_card_renderer_new(const char *designs_dir, struct lz_card_renderer **ret_renderer,
                            struct lz_fault *fault)
{
    struct lz_card_renderer *renderer = calloc(1, sizeof *renderer);
    if (!renderer)
        return lz_fault_set(fault, LZ_MEMORY, NULL, NULL);
    renderer->designs_dir = strdup(designs_dir);
    renderer->arena = lz_arena_new(CARD_ARENA);
    lz_err err = lz_text_setter_init(&renderer->text);
    if (!renderer->designs_dir || !renderer->arena)
        err = LZ_MEMORY;
    if (err) {
        lz_card_renderer_free(&renderer);
        return lz_fault_set(fault, err, NULL, NULL);
    }
    *ret_renderer = renderer;
    return LZ_OK;
}

void lz_card_renderer_free(struct lz_card_renderer **renderer)
{
    if (!renderer || !*renderer)
        return;
    struct lz_card_renderer *gone = *renderer;
    for (size_t i = 0; i < gone->design_count; i++)
        lz_design_free(&gone->designs[i]);
    lz_text_setter_reset(&gone->text);
    lz_arena_free(&gone->arena);
    free(gone->designs_dir);
    free(gone);
    *renderer = NULL;
}

static lz_err find_design(struct lz_card_renderer *renderer, const char *name, struct lz_design **ret_design,
                          struct lz_fault *fault)
{
    for (size_t i = 0; i < renderer->design_count; i++)
        if (strcmp(lz_design_name(renderer->designs[i]), name) == 0) {
            *ret_design = renderer->designs[i];
            return LZ_OK;
        }
    if (renderer->design_count == DESIGNS_MAX)
        return lz_fault_set(fault, LZ_TOO_LARGE, "一批中使用的版式太多。", "Too many designs in one batch.");
    struct lz_design **slot = &renderer->designs[renderer->design_count];
    lz_err err = lz_design_load(renderer->designs_dir, name, slot, fault);
    if (!err) {
        renderer->design_count++;
        *ret_design = *slot;
    }
    return err;
}

/* The values a design may name.  Text is checked here, so that a fault names the field and not the SVG. */
static lz_err make_values(const struct lz_card *card, json_t **ret_values, struct lz_fault *fault)
{
    const struct {
        const char *name;
        const char *text;
    } texts[] = {
        {"number", card->number},       {"name", card->name},
        {"organ", card->organ},         {"post", card->post},
        {"scope", card->scope},         {"region", card->region},
        {"issued_on", card->issued_on}, {"valid_until", card->valid_until},
        {"issuer", card->issuer},       {"complaint_line", card->complaint_line},
    };
    json_t *values = json_object();
    lz_err err = values ? LZ_OK : LZ_MEMORY;
    for (size_t i = 0; i < G_N_ELEMENTS(texts) && !err; i++) {
        const char *text = texts[i].text ? texts[i].text : "";
        size_t size = strnlen(text, VALUE_MAX + 1);
        if (size > VALUE_MAX || !lz_utf8_valid(lz_bytes_of(text, size)) || lz_text_has_control(text))
            err = lz_fault_field(fault, texts[i].name, NULL, "内容过长或含有控制字符，无法印制。",
                                 "The value is too long or holds control characters; it cannot be printed.");
        else if (json_object_set_new(values, texts[i].name, json_string(text)) != 0)
            err = LZ_MEMORY;
    }
    for (size_t i = 0; i < LZ_CARD_KIND_COUNT && !err; i++)
        if (json_object_set_new(values, KINDS[i].name, json_boolean(i == (size_t)card->kind)) != 0)
            err = LZ_MEMORY;
    if (err == LZ_MEMORY)
        (void)lz_fault_set(fault, LZ_MEMORY, NULL, NULL);
    if (err)
        json_decref(values);
    else
        *ret_values = values;
    return err;
}

/* data-kinds is a list of words; a design without one is for nobody: an officer's look must be granted, not
 * assumed. */
static bool serves(const char *kinds, enum lz_card_kind kind)
{
    size_t size = strlen(KINDS[kind].name);
    for (const char *at = kinds; at && *at; at += strcspn(at, " "), at += strspn(at, " "))
        if (strcspn(at, " ") == size && strncmp(at, KINDS[kind].name, size) == 0)
            return true;
    return false;
}

static lz_err draw_slots(const struct lz_design_side *side, cairo_t *cr, const struct lz_card *card,
                         double pixels_per_point, struct lz_fault *fault)
{
    lz_err err = LZ_OK;
    const struct lz_rect *place = side->has_slot[LZ_SLOT_PHOTO] ? &side->slots[LZ_SLOT_PHOTO] : NULL;
    if (place && card->photo.size)
        err = lz_picture_draw(cr, card->photo, place, LZ_PICTURE_COVER, pixels_per_point, "photo", fault);
    else if (place)
        lz_picture_silhouette(cr, place);
    if (!err && side->has_slot[LZ_SLOT_MARK] && card->mark.size)
        err = lz_picture_draw(cr, card->mark, &side->slots[LZ_SLOT_MARK], LZ_PICTURE_CONTAIN,
                              pixels_per_point, "mark", fault);
    if (!err && side->has_slot[LZ_SLOT_QR])
        err = lz_qr_draw(cr, card->qr_text, &side->slots[LZ_SLOT_QR], pixels_per_point, fault);
    return err;
}

/* Recorded drawings are for vector surfaces, which keep them once; pixels come from the SVG itself. */
static bool draw_design(const struct lz_design_side *side, cairo_t *cr, double pixels_per_point)
{
    const RsvgRectangle page = {0, 0, LZ_CARD_WIDTH_PT, LZ_CARD_HEIGHT_PT};
    if (!side->drawing || pixels_per_point > 0)
        return rsvg_handle_render_document(side->svg, cr, &page, NULL);
    cairo_set_source_surface(cr, side->drawing, 0, 0);
    cairo_paint(cr);
    return true;
}

static lz_err draw_side(struct lz_card_renderer *renderer, const struct lz_design_side *side, cairo_t *cr,
                        const struct lz_card *card, double pixels_per_point, struct lz_fault *fault)
{
    if (!serves(side->kinds, card->kind))
        return lz_fault_field(
            fault, "design", card->design,
            "该版式不适用于此类证件（见 SVG 根元素的 data-kinds），请换用对应的版式。",
            "This design is not made for this kind of certificate (data-kinds); choose another.");
    if (!draw_design(side, cr, pixels_per_point))
        return lz_fault_set(fault, LZ_MALFORMED, "版式无法绘制。", "The design cannot be drawn.");
    lz_err err = draw_slots(side, cr, card, pixels_per_point, fault);
    for (size_t i = 0; i < side->field_count && !err; i++) {
        const struct lz_design_field *field = &side->fields[i];
        err = lz_text_draw(&renderer->text, cr, field->text, &field->rule, &field->box, fault);
    }
    return err;
}

lz_err lz_card_draw(struct lz_card_renderer *renderer, cairo_t *cr, const struct lz_card *card,
                    enum lz_card_side side, double pixels_per_point, struct lz_fault *fault)
{
    struct lz_design *design = NULL;
    struct lz_design_side filled = {0};
    json_t *values = NULL;
    lz_arena_reset(renderer->arena);
    lz_err err =
        find_design(renderer, card->design ? card->design : KINDS[card->kind].design, &design, fault);
    if (!err)
        err = make_values(card, &values, fault);
    if (!err)
        err = lz_design_fill(design, side, values, renderer->arena, &filled, fault);
    if (!err) {
        cairo_save(cr);
        err = draw_side(renderer, &filled, cr, card, pixels_per_point, fault);
        cairo_restore(cr);
    }
    lz_design_side_free(&filled);
    json_decref(values);
    return err;
}
