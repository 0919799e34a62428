#include "badge-print/picture.h"

#include "badge-print/jpeg.h"
#include "badge-print/photo.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { BYTES_PER_PIXEL = 4 };

/* GdkPixbuf's bytes as cairo's words, on white where transparent pixels would print black. */
static cairo_surface_t *surface_of(GdkPixbuf *pixels)
{
    int width = gdk_pixbuf_get_width(pixels);
    int height = gdk_pixbuf_get_height(pixels);
    bool alpha = gdk_pixbuf_get_has_alpha(pixels);
    size_t channels = (size_t)gdk_pixbuf_get_n_channels(pixels);
    cairo_surface_t *surface = cairo_image_surface_create(CAIRO_FORMAT_ARGB32, width, height);
    if (cairo_surface_status(surface) != CAIRO_STATUS_SUCCESS)
        return surface;
    cairo_surface_flush(surface);
    uint8_t *out = cairo_image_surface_get_data(surface);
    size_t stride = (size_t)cairo_image_surface_get_stride(surface);
    const uint8_t *in = gdk_pixbuf_read_pixels(pixels);
    size_t in_stride = (size_t)gdk_pixbuf_get_rowstride(pixels);
    for (size_t y = 0; y < (size_t)height; y++)
        for (size_t x = 0; x < (size_t)width; x++) {
            const uint8_t *p = in + y * in_stride + x * channels;
            uint32_t a = alpha ? p[3] : 255;
            uint32_t word = a << 24 | p[0] * a / 255 << 16 | p[1] * a / 255 << 8 | p[2] * a / 255;
            memcpy(out + y * stride + x * BYTES_PER_PIXEL, &word, sizeof word);
        }
    cairo_surface_mark_dirty(surface);
    return surface;
}

/* What is drawn: a surface, and the size in pixels of the picture that it stands for. */
struct picture {
    cairo_surface_t *surface;
    double width, height;
};

/* The original JPEG for a vector surface.  Its pixels are never asked for: they are not decoded, and the
 * surface that carries the file has one only, since cairo would copy them all for every card. */
static lz_err picture_of_jpeg(struct lz_bytes jpeg, struct picture *ret_picture)
{
    struct lz_jpeg info = {0};
    lz_err err = lz_jpeg_walk(jpeg, &info, NULL);
    if (err)
        return err;
    if (info.components == 4 || info.orientation != 1)
        return LZ_UNSUPPORTED;
    uint8_t *copy = malloc(jpeg.size);
    if (!copy)
        return LZ_MEMORY;
    memcpy(copy, jpeg.data, jpeg.size);
    cairo_surface_t *surface = cairo_image_surface_create(CAIRO_FORMAT_RGB24, 1, 1);
    if (cairo_surface_set_mime_data(surface, CAIRO_MIME_TYPE_JPEG, copy, jpeg.size, free, copy) !=
        CAIRO_STATUS_SUCCESS) {
        free(copy);
        cairo_surface_destroy(surface);
        return LZ_MEMORY;
    }
    *ret_picture = (struct picture){surface, info.width, info.height};
    return LZ_OK;
}

static lz_err open_picture(struct lz_bytes file, bool vector, struct picture *ret_picture)
{
    GdkPixbuf *pixels = NULL;
    if (vector && lz_jpeg_is(file) && picture_of_jpeg(file, ret_picture) == LZ_OK)
        return LZ_OK;
    lz_err err = lz_photo_decode(file, &pixels, NULL);
    if (err)
        return err;
    *ret_picture =
        (struct picture){surface_of(pixels), gdk_pixbuf_get_width(pixels), gdk_pixbuf_get_height(pixels)};
    g_object_unref(pixels);
    return LZ_OK;
}

static void paint(cairo_t *cr, const struct picture *picture, const struct lz_rect *box,
                  enum lz_picture_fit fit)
{
    double width = picture->width;
    double height = picture->height;
    double x_scale = box->width / width;
    double y_scale = box->height / height;
    double scale = fit == LZ_PICTURE_COVER ? fmax(x_scale, y_scale) : fmin(x_scale, y_scale);
    double top = fit == LZ_PICTURE_COVER ? 0.35 : 0.5;
    cairo_save(cr);
    cairo_rectangle(cr, box->x, box->y, box->width, box->height);
    cairo_clip(cr);
    cairo_translate(cr, box->x + (box->width - width * scale) / 2,
                    box->y + (box->height - height * scale) * top);
    cairo_scale(cr, scale * width / cairo_image_surface_get_width(picture->surface),
                scale * height / cairo_image_surface_get_height(picture->surface));
    cairo_set_source_surface(cr, picture->surface, 0, 0);
    cairo_pattern_set_filter(cairo_get_source(cr), CAIRO_FILTER_GOOD);
    cairo_paint(cr);
    cairo_restore(cr);
}

lz_err lz_picture_draw(cairo_t *cr, struct lz_bytes file, const struct lz_rect *box, enum lz_picture_fit fit,
                       double pixels_per_point, const char *field, struct lz_fault *fault)
{
    struct picture picture = {0};
    lz_err err = open_picture(file, pixels_per_point <= 0, &picture);
    if (err == LZ_MEMORY ||
        (picture.surface && cairo_surface_status(picture.surface) != CAIRO_STATUS_SUCCESS))
        err = lz_fault_set(fault, LZ_MEMORY, NULL, NULL);
    else if (err)
        err = lz_fault_field(fault, field, NULL, "图片无法读取，请重新上传 JPEG 或 PNG。",
                             "The picture cannot be read; upload a JPEG or PNG again.");
    else
        paint(cr, &picture, box, fit);
    if (picture.surface)
        cairo_surface_destroy(picture.surface);
    return err;
}

void lz_picture_silhouette(cairo_t *cr, const struct lz_rect *box)
{
    double unit = box->width;
    double middle = box->x + unit / 2;
    double bottom = box->y + box->height;
    cairo_save(cr);
    cairo_rectangle(cr, box->x, box->y, box->width, box->height);
    cairo_clip_preserve(cr);
    cairo_set_source_rgb(cr, 0.925, 0.937, 0.953);
    cairo_fill(cr);
    cairo_set_source_rgb(cr, 0.745, 0.776, 0.816);
    cairo_save(cr);
    cairo_translate(cr, middle, box->y + box->height * 0.42);
    cairo_scale(cr, unit * 0.19, unit * 0.235);
    cairo_arc(cr, 0, 0, 1, 0, 2 * G_PI);
    cairo_restore(cr);
    cairo_fill(cr);
    cairo_move_to(cr, middle - unit * 0.40, bottom);
    cairo_curve_to(cr, middle - unit * 0.40, bottom - unit * 0.36, middle - unit * 0.20, bottom - unit * 0.42,
                   middle, bottom - unit * 0.42);
    cairo_curve_to(cr, middle + unit * 0.20, bottom - unit * 0.42, middle + unit * 0.40, bottom - unit * 0.36,
                   middle + unit * 0.40, bottom);
    cairo_close_path(cr);
    cairo_fill(cr);
    cairo_restore(cr);
}
