/* Cards onto surfaces: PDF pages, PNG images, sheets. */
#include "badge-print/card.h"

#include <cairo-pdf.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#define MM (72 / 25.4)
#define SHEET_WIDTH (210 * MM)
#define SHEET_HEIGHT (297 * MM)
#define SHEET_GAP (3 * MM) /* between cards; half of it is bleed */
#define MARK_LENGTH (4 * MM)
#define MARK_WIDTH 0.25

enum { COLUMNS = 2, ROWS = 5, PER_SHEET = COLUMNS * ROWS };

static cairo_status_t append(void *closure, const unsigned char *data, unsigned size)
{
    struct lz_buf *out = closure;
    lz_buf_add(out, data, size);
    return out->err ? CAIRO_STATUS_WRITE_ERROR : CAIRO_STATUS_SUCCESS;
}

/* Says of which card a fault tells: in a batch of 500 that is the first question. */
static lz_err name_card(lz_err err, const struct lz_card *card, struct lz_fault *fault)
{
    if (!err || !fault)
        return err;
    char zh[LZ_FAULT_TEXT];
    char en[LZ_FAULT_TEXT];
    const char *number = card->number ? card->number : "";
    bool told = fault->code == err;
    const struct lz_field_fault *field = told && fault->field_count ? &fault->fields[0] : NULL;
    const char *why_zh = field  ? field->message[LZ_ZH]
                         : told ? lz_fault_text(fault, LZ_ZH)
                                : lz_err_sentence(err, LZ_ZH);
    const char *why_en = field  ? field->message[LZ_EN]
                         : told ? lz_fault_text(fault, LZ_EN)
                                : lz_err_sentence(err, LZ_EN);
    snprintf(zh, sizeof zh, "证号 %.40s%s%s:%.180s", number, field ? ",字段 " : "", field ? field->field : "",
             why_zh);
    snprintf(en, sizeof en, "Card %.40s%s%s: %.180s", number, field ? ", field " : "",
             field ? field->field : "", why_en);
    fault->code = err;
    memcpy(fault->detail[LZ_ZH], zh, sizeof zh);
    memcpy(fault->detail[LZ_EN], en, sizeof en);
    return err;
}

static lz_err draw_clipped(struct lz_card_renderer *renderer, cairo_t *cr, const struct lz_card *card,
                           enum lz_card_side side, double pixels_per_point, double bleed,
                           struct lz_fault *fault)
{
    cairo_save(cr);
    cairo_rectangle(cr, -bleed, -bleed, LZ_CARD_WIDTH_PT + 2 * bleed, LZ_CARD_HEIGHT_PT + 2 * bleed);
    cairo_clip(cr);
    lz_err err = lz_card_draw(renderer, cr, card, side, pixels_per_point, fault);
    cairo_restore(cr);
    return name_card(err, card, fault);
}

/* The clock would make every run's bytes differ; the file's own time tells when it was made. */
static void describe(cairo_surface_t *pdf, const struct lz_card *cards, size_t count)
{
    char date[40] = "";
    const char *latest = "";
    for (size_t i = 0; i < count; i++)
        if (cards[i].issued_on && strlen(cards[i].issued_on) == 10 && strcmp(cards[i].issued_on, latest) > 0)
            latest = cards[i].issued_on;
    snprintf(date, sizeof date, "%sT00:00:00+08:00", *latest ? latest : "2000-01-01");
    cairo_pdf_surface_set_metadata(pdf, CAIRO_PDF_METADATA_TITLE, "行政执法标识牌 Law enforcement badges");
    cairo_pdf_surface_set_metadata(pdf, CAIRO_PDF_METADATA_CREATOR, "Liangzheng");
    cairo_pdf_surface_set_metadata(pdf, CAIRO_PDF_METADATA_CREATE_DATE, date);
}

/* Ends the surface; `err` or what cairo or the buffer say.  A part of a file is nobody's file. */
static lz_err finish(cairo_surface_t *surface, cairo_t *cr, lz_err err, struct lz_buf *out,
                     struct lz_fault *fault)
{
    cairo_status_t status = cairo_status(cr);
    cairo_destroy(cr);
    cairo_surface_finish(surface);
    if (status == CAIRO_STATUS_SUCCESS)
        status = cairo_surface_status(surface);
    cairo_surface_destroy(surface);
    if (!err && out->err)
        err = lz_fault_set(fault, out->err, "文件过大，请分批印制。",
                           "The file would be too large; print in batches.");
    else if (!err && status != CAIRO_STATUS_SUCCESS)
        err = lz_fault_set(fault, status == CAIRO_STATUS_NO_MEMORY ? LZ_MEMORY : LZ_INTERNAL, NULL, NULL);
    if (err)
        lz_buf_reset(out);
    return err;
}

lz_err lz_card_render_pdf(struct lz_card_renderer *renderer, const struct lz_card *cards, size_t count,
                          enum lz_card_side side, struct lz_buf *out, struct lz_fault *fault)
{
    if (count == 0)
        return lz_fault_set(fault, LZ_INVALID, "没有要印制的证件。", "There is no card to print.");
    cairo_surface_t *pdf =
        cairo_pdf_surface_create_for_stream(append, out, LZ_CARD_WIDTH_PT, LZ_CARD_HEIGHT_PT);
    cairo_t *cr = cairo_create(pdf);
    lz_err err = LZ_OK;
    describe(pdf, cards, count);
    for (size_t i = 0; i < count && !err; i++)
        for (enum lz_card_side page = LZ_CARD_FRONT; page <= LZ_CARD_BACK && !err; page++) {
            if (side != LZ_CARD_BOTH && side != page)
                continue;
            err = draw_clipped(renderer, cr, &cards[i], page, 0, 0, fault);
            cairo_show_page(cr);
        }
    return finish(pdf, cr, err, out, fault);
}

lz_err lz_card_render_png(struct lz_card_renderer *renderer, const struct lz_card *card,
                          enum lz_card_side side, int dpi, struct lz_buf *out, struct lz_fault *fault)
{
    if (dpi < LZ_CARD_DPI_MIN || dpi > LZ_CARD_DPI_MAX)
        return lz_fault_set(fault, LZ_INVALID, "分辨率须在 72 到 1200 dpi 之间。",
                            "The resolution must be from 72 to 1200 dpi.");
    double scale = dpi / 72.0;
    int width = (int)lround(LZ_CARD_WIDTH_PT * scale);
    int height = (int)lround(LZ_CARD_HEIGHT_PT * scale);
    int gap = side == LZ_CARD_BOTH ? (int)lround(3 * MM * scale) : 0;
    cairo_surface_t *image = cairo_image_surface_create(
        CAIRO_FORMAT_RGB24, side == LZ_CARD_BOTH ? 2 * width + gap : width, height);
    cairo_t *cr = cairo_create(image);
    lz_err err = LZ_OK;
    cairo_set_source_rgb(cr, 1, 1, 1);
    cairo_paint(cr);
    cairo_scale(cr, scale, scale);
    for (enum lz_card_side page = LZ_CARD_FRONT; page <= LZ_CARD_BACK && !err; page++) {
        if (side != LZ_CARD_BOTH && side != page)
            continue;
        err = draw_clipped(renderer, cr, card, page, scale, 0, fault);
        cairo_translate(cr, (width + gap) / scale, 0);
    }
    if (!err && cairo_surface_write_to_png_stream(image, append, out) != CAIRO_STATUS_SUCCESS && !out->err)
        err = lz_fault_set(fault, LZ_MEMORY, NULL, NULL);
    return finish(image, cr, err, out, fault);
}

/* ---- sheets ---- */

static void cell_origin(size_t cell, bool mirrored, double *ret_x, double *ret_y)
{
    size_t column = cell % COLUMNS, row = cell / COLUMNS;
    if (mirrored)
        column = COLUMNS - 1 - column;
    double left = (SHEET_WIDTH - COLUMNS * LZ_CARD_WIDTH_PT - (COLUMNS - 1) * SHEET_GAP) / 2;
    double top = (SHEET_HEIGHT - ROWS * LZ_CARD_HEIGHT_PT - (ROWS - 1) * SHEET_GAP) / 2;
    *ret_x = left + (double)column * (LZ_CARD_WIDTH_PT + SHEET_GAP);
    *ret_y = top + (double)row * (LZ_CARD_HEIGHT_PT + SHEET_GAP);
}

static void mark_line(cairo_t *cr, double x, double y, double dx, double dy)
{
    cairo_move_to(cr, x, y);
    cairo_rel_line_to(cr, dx, dy);
}

/* Marks stand outside the grid only: within it they would be printed on a neighbour's bleed. */
static void crop_marks(cairo_t *cr)
{
    double x = 0;
    double y = 0;
    double left = 0;
    double top = 0;
    double right = 0;
    double bottom = 0;
    cell_origin(0, false, &left, &top);
    cell_origin(PER_SHEET - 1, false, &right, &bottom);
    right += LZ_CARD_WIDTH_PT + SHEET_GAP / 2;
    bottom += LZ_CARD_HEIGHT_PT + SHEET_GAP / 2;
    left -= SHEET_GAP / 2;
    top -= SHEET_GAP / 2;
    cairo_set_source_rgb(cr, 0, 0, 0);
    cairo_set_line_width(cr, MARK_WIDTH);
    for (size_t cell = 0; cell < PER_SHEET; cell++) {
        cell_origin(cell, false, &x, &y);
        for (int edge = 0; edge < 2; edge++) {
            double at_x = x + edge * LZ_CARD_WIDTH_PT;
            double at_y = y + edge * LZ_CARD_HEIGHT_PT;
            if (cell < COLUMNS) {
                mark_line(cr, at_x, top, 0, -MARK_LENGTH);
                mark_line(cr, at_x, bottom, 0, MARK_LENGTH);
            }
            if (cell % COLUMNS == 0) {
                mark_line(cr, left, at_y, -MARK_LENGTH, 0);
                mark_line(cr, right, at_y, MARK_LENGTH, 0);
            }
        }
    }
    cairo_stroke(cr);
}

static lz_err draw_sheet(struct lz_card_renderer *renderer, cairo_t *cr, const struct lz_card *cards,
                         size_t count, enum lz_card_side side, struct lz_fault *fault)
{
    lz_err err = LZ_OK;
    crop_marks(cr);
    for (size_t cell = 0; cell < count && !err; cell++) {
        double x = 0;
        double y = 0;
        cell_origin(cell, side == LZ_CARD_BACK, &x, &y);
        cairo_save(cr);
        cairo_translate(cr, x, y);
        err = draw_clipped(renderer, cr, &cards[cell], side, 0, SHEET_GAP / 2, fault);
        cairo_restore(cr);
    }
    cairo_show_page(cr);
    return err;
}

lz_err lz_card_render_sheet(struct lz_card_renderer *renderer, const struct lz_card *cards, size_t count,
                            struct lz_buf *out, struct lz_fault *fault)
{
    if (count == 0)
        return lz_fault_set(fault, LZ_INVALID, "没有要印制的证件。", "There is no card to print.");
    cairo_surface_t *pdf = cairo_pdf_surface_create_for_stream(append, out, SHEET_WIDTH, SHEET_HEIGHT);
    cairo_t *cr = cairo_create(pdf);
    lz_err err = LZ_OK;
    describe(pdf, cards, count);
    for (size_t done = 0; done < count && !err; done += PER_SHEET) {
        size_t some = count - done < PER_SHEET ? count - done : PER_SHEET;
        err = draw_sheet(renderer, cr, cards + done, some, LZ_CARD_FRONT, fault);
        if (!err)
            err = draw_sheet(renderer, cr, cards + done, some, LZ_CARD_BACK, fault);
    }
    return finish(pdf, cr, err, out, fault);
}
