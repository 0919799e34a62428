#include "badge-print/qr.h"

#include <math.h>
#include <qrencode.h>
#include <stdint.h>
#include <string.h>

static lz_err encode(const char *text, QRcode **ret_code, struct lz_fault *fault)
{
    size_t size = text ? strlen(text) : 0;
    if (size == 0 || size > LZ_QR_TEXT_MAX)
        return lz_fault_field(fault, "qr", NULL, "二维码内容为空或过长，请检查公开网址。",
                              "The QR text is empty or too long; check the public URL.");
    for (size_t i = 0; i < size; i++)
        if (text[i] < 0x20 || text[i] > 0x7e)
            return lz_fault_field(fault, "qr", NULL, "二维码内容只能是 ASCII 字符。",
                                  "The QR text must be ASCII.");
    /* Case-sensitive 8-bit hint: the library still picks alphanumeric mode wherever it is shorter. */
    QRcode *code = QRcode_encodeString(text, 0, QR_ECLEVEL_M, QR_MODE_8, 1);
    if (!code)
        return lz_fault_set(fault, LZ_MEMORY, NULL, NULL);
    *ret_code = code;
    return LZ_OK;
}

/* One bit a module, set where the mask lets black through. */
static cairo_surface_t *mask_of(const QRcode *code)
{
    cairo_surface_t *mask = cairo_image_surface_create(CAIRO_FORMAT_A1, code->width, code->width);
    if (cairo_surface_status(mask) != CAIRO_STATUS_SUCCESS)
        return mask;
    cairo_surface_flush(mask);
    uint8_t *rows = cairo_image_surface_get_data(mask);
    size_t stride = (size_t)cairo_image_surface_get_stride(mask);
    size_t width = (size_t)code->width;
    for (size_t y = 0; y < width; y++)
        for (size_t x = 0; x < width; x++)
            if (code->data[y * width + x] & 1) {
                uint32_t *word = (uint32_t *)(void *)(rows + y * stride + x / 32 * 4);
#if __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
                *word |= UINT32_C(1) << (x % 32);
#else
                *word |= UINT32_C(1) << (31 - x % 32);
#endif
            }
    cairo_surface_mark_dirty(mask);
    return mask;
}

static void paint(cairo_t *cr, cairo_surface_t *mask, double x, double y, double module, int modules)
{
    double quiet = LZ_QR_QUIET * module;
    double side = modules * module;
    cairo_save(cr);
    cairo_set_source_rgb(cr, 1, 1, 1);
    cairo_rectangle(cr, x - quiet, y - quiet, side + 2 * quiet, side + 2 * quiet);
    cairo_fill(cr);
    cairo_set_source_rgb(cr, 0, 0, 0);
    cairo_pattern_t *pattern = cairo_pattern_create_for_surface(mask);
    cairo_pattern_set_filter(pattern, CAIRO_FILTER_NEAREST);
    cairo_translate(cr, x, y);
    cairo_scale(cr, module, module);
    cairo_mask(cr, pattern);
    cairo_pattern_destroy(pattern);
    cairo_restore(cr);
}

lz_err lz_qr_draw(cairo_t *cr, const char *text, const struct lz_rect *slot, double pixels_per_point,
                  struct lz_fault *fault)
{
    QRcode *code = NULL;
    cairo_surface_t *mask = NULL;
    lz_err err = encode(text, &code, fault);
    if (err)
        return err;

    double dot = pixels_per_point > 0 ? 1 / pixels_per_point : 72.0 / LZ_QR_DOTS_INCH;
    double room = fmin(slot->width, slot->height);
    int total = code->width + 2 * LZ_QR_QUIET;
    /* A hair of tolerance: a slot drawn exactly to size must not lose a dot to rounding. */
    double module = floor(room / total / dot + 1e-3) * dot;
    if (room / total < LZ_QR_MODULE_MIN_MM * 72 / 25.4 || module <= 0) {
        err = lz_fault_field(
            fault, "qr", NULL, "二维码位置太小，难以扫描，请在版式中放大 id 为 qr 的方框。",
            "The QR slot is too small to be scanned; enlarge the rectangle with id qr in the design.");
        goto done;
    }
    mask = mask_of(code);
    if (cairo_surface_status(mask) != CAIRO_STATUS_SUCCESS) {
        err = lz_fault_set(fault, LZ_MEMORY, NULL, NULL);
        goto done;
    }
    double side = code->width * module;
    double x = round((slot->x + (slot->width - side) / 2) / dot) * dot;
    double y = round((slot->y + (slot->height - side) / 2) / dot) * dot;
    paint(cr, mask, x, y, module, code->width);
done:
    if (mask)
        cairo_surface_destroy(mask);
    QRcode_free(code);
    return err;
}
