#include "badge-print/photo.h"

#include "badge-print/jpeg.h"

#include <stdlib.h>
#include <string.h>

enum { QUALITY = 88, QUALITY_LOW = 75 };

static const uint8_t PNG_START[] = {0x89, 'P', 'N', 'G', '\r', '\n', 0x1a, '\n',
                                    0,    0,   0,   13,  'I',  'H',  'D',  'R'};

static lz_err damaged(struct lz_fault *fault)
{
    return lz_fault_set(fault, LZ_MALFORMED, "照片文件已损坏，请重新导出后上传。",
                        "The photo file is damaged; export it again and upload it.");
}

static lz_err unsupported(struct lz_fault *fault)
{
    return lz_fault_set(fault, LZ_UNSUPPORTED, "照片只支持 JPEG 或 PNG 格式。",
                        "Photos must be JPEG or PNG.");
}

static bool is_png(struct lz_bytes file)
{
    return file.size > sizeof PNG_START + 8 && memcmp(file.data, PNG_START, sizeof PNG_START) == 0;
}

static int png_int(const uint8_t *p)
{
    return (int)((unsigned)(p[0] & 0x7f) << 24 | (unsigned)p[1] << 16 | (unsigned)p[2] << 8 | p[3]);
}

/* What the header claims, so that nothing is decoded that would need gigabytes. */
static lz_err look(struct lz_bytes file, struct lz_jpeg *ret_jpeg, struct lz_fault *fault)
{
    struct lz_jpeg jpeg = {.orientation = 1, .components = 3};
    if (file.size > LZ_PHOTO_UPLOAD_MAX)
        return lz_fault_set(fault, LZ_TOO_LARGE, "照片文件不能超过 8 MB,请压缩后再上传。",
                            "A photo file may have 8 MB at most; make it smaller and upload it again.");
    if (is_png(file)) {
        jpeg.width = png_int(file.data + 16);
        jpeg.height = png_int(file.data + 20);
    } else if (lz_jpeg_is(file)) {
        lz_err err = lz_jpeg_walk(file, &jpeg, NULL);
        if (err)
            return err == LZ_UNSUPPORTED ? unsupported(fault) : damaged(fault);
    } else {
        return unsupported(fault);
    }
    if (jpeg.width > LZ_PHOTO_SIDE_MAX || jpeg.height > LZ_PHOTO_SIDE_MAX ||
        (int64_t)jpeg.width * jpeg.height > LZ_PHOTO_PIXELS_MAX)
        return lz_fault_set(fault, LZ_TOO_LARGE, "照片像素过大（每边最多 8000），请缩小后再上传。",
                            "The photo has too many pixels (8000 a side at most); scale it down.");
    *ret_jpeg = jpeg;
    return LZ_OK;
}

lz_err lz_photo_decode(struct lz_bytes picture, GdkPixbuf **ret_pixels, struct lz_fault *fault)
{
    struct lz_jpeg jpeg = {0};
    lz_err err = look(picture, &jpeg, fault);
    if (err)
        return err;
    /* The type is named, so that no other of gdk-pixbuf's loaders ever sees what strangers send. */
    GdkPixbufLoader *loader = gdk_pixbuf_loader_new_with_type(is_png(picture) ? "png" : "jpeg", NULL);
    if (!loader)
        return lz_fault_set(fault, LZ_INTERNAL, NULL, NULL);
    bool written = gdk_pixbuf_loader_write(loader, picture.data, picture.size, NULL);
    bool closed = gdk_pixbuf_loader_close(loader, NULL);
    GdkPixbuf *pixels = written && closed ? gdk_pixbuf_loader_get_pixbuf(loader) : NULL;
    if (pixels)
        *ret_pixels = g_object_ref(pixels);
    else
        err = damaged(fault);
    g_object_unref(loader);
    return err;
}

static gboolean append(const char *data, gsize size, GError **error, void *user)
{
    struct lz_buf *out = user;
    lz_buf_add(out, data, size);
    if (out->err)
        g_set_error_literal(error, GDK_PIXBUF_ERROR, GDK_PIXBUF_ERROR_FAILED, "full");
    return out->err == LZ_OK;
}

lz_err lz_photo_encode(GdkPixbuf *pixels, int quality, struct lz_buf *out)
{
    char text[16];
    g_snprintf(text, sizeof text, "%d", quality);
    if (gdk_pixbuf_save_to_callback(pixels, append, out, "jpeg", NULL, "quality", text, NULL))
        return LZ_OK;
    return out->err ? out->err : LZ_INTERNAL;
}

/* EXIF orientation as rotation (degrees, anticlockwise) and then a mirror; index is the tag's value. */
static const struct {
    GdkPixbufRotation rotation;
    bool mirror;
} TURNS[9] = {
    [2] = {GDK_PIXBUF_ROTATE_NONE, true},
    [3] = {GDK_PIXBUF_ROTATE_UPSIDEDOWN, false},
    [4] = {GDK_PIXBUF_ROTATE_UPSIDEDOWN, true},
    [5] = {GDK_PIXBUF_ROTATE_CLOCKWISE, true},
    [6] = {GDK_PIXBUF_ROTATE_CLOCKWISE, false},
    [7] = {GDK_PIXBUF_ROTATE_COUNTERCLOCKWISE, true},
    [8] = {GDK_PIXBUF_ROTATE_COUNTERCLOCKWISE, false},
};

/* Takes `pixels` (released) and returns the next picture; NULL when memory is out. */
static GdkPixbuf *step(GdkPixbuf *pixels, GdkPixbuf *next)
{
    g_object_unref(pixels);
    return next;
}

static GdkPixbuf *upright(GdkPixbuf *pixels, int orientation)
{
    if (TURNS[orientation].rotation != GDK_PIXBUF_ROTATE_NONE)
        pixels = step(pixels, gdk_pixbuf_rotate_simple(pixels, TURNS[orientation].rotation));
    if (pixels && TURNS[orientation].mirror)
        pixels = step(pixels, gdk_pixbuf_flip(pixels, TRUE));
    return pixels;
}

static GdkPixbuf *shrink_on_white(GdkPixbuf *pixels)
{
    int width = gdk_pixbuf_get_width(pixels);
    int height = gdk_pixbuf_get_height(pixels);
    int longer = width > height ? width : height;
    if (longer > LZ_PHOTO_KEEP_SIDE) {
        width = width * LZ_PHOTO_KEEP_SIDE / longer;
        height = height * LZ_PHOTO_KEEP_SIDE / longer;
    }
    return step(pixels,
                gdk_pixbuf_composite_color_simple(pixels, width > 0 ? width : 1, height > 0 ? height : 1,
                                                  GDK_INTERP_HYPER, 255, 64, 0xffffff, 0xffffff));
}

static lz_err encode_again(struct lz_bytes upload, int orientation, struct lz_buf *clean,
                           struct lz_photo_size *ret_size, struct lz_fault *fault)
{
    GdkPixbuf *pixels = NULL;
    lz_err err = lz_photo_decode(upload, &pixels, fault);
    if (err)
        return err;
    /* Shrunk first: turning a whole camera picture would cost four times its memory. */
    pixels = shrink_on_white(pixels);
    if (pixels)
        pixels = upright(pixels, orientation);
    if (!pixels)
        return lz_fault_set(fault, LZ_MEMORY, NULL, NULL);
    err = lz_photo_encode(pixels, QUALITY, clean);
    if (!err && clean->size > LZ_PHOTO_KEEP_MAX) {
        lz_buf_reset(clean);
        err = lz_photo_encode(pixels, QUALITY_LOW, clean);
    }
    *ret_size = (struct lz_photo_size){gdk_pixbuf_get_width(pixels), gdk_pixbuf_get_height(pixels)};
    g_object_unref(pixels);
    return err ? lz_fault_set(fault, err, NULL, NULL) : LZ_OK;
}

static bool keeps_pixels(struct lz_bytes upload, const struct lz_jpeg *jpeg)
{
    return !is_png(upload) && jpeg->orientation == 1 && !(jpeg->components == 3 && jpeg->adobe_rgb) &&
           (jpeg->components == 1 || jpeg->components == 3) && jpeg->width <= LZ_PHOTO_KEEP_SIDE &&
           jpeg->height <= LZ_PHOTO_KEEP_SIDE;
}

/* Cleaned and decoded once, to be sure that what is kept can be shown. */
static lz_err strip(struct lz_bytes upload, struct lz_buf *clean, struct lz_photo_size *ret_size,
                    struct lz_fault *fault)
{
    struct lz_jpeg jpeg = {0};
    GdkPixbuf *pixels = NULL;
    lz_err err = lz_jpeg_walk(upload, &jpeg, clean);
    if (err)
        return lz_fault_set(fault, err, NULL, NULL);
    err = lz_photo_decode(lz_buf_view(clean), &pixels, fault);
    if (err)
        return err;
    g_object_unref(pixels);
    *ret_size = (struct lz_photo_size){jpeg.width, jpeg.height};
    return LZ_OK;
}

lz_err lz_photo_clean(struct lz_bytes upload, struct lz_buf *out, struct lz_photo_size *ret_size,
                      struct lz_fault *fault)
{
    struct lz_jpeg jpeg = {0};
    struct lz_photo_size size = {0, 0};
    struct lz_buf clean;
    lz_err err = look(upload, &jpeg, fault);
    if (err)
        return err;
    if (jpeg.width < LZ_PHOTO_SIDE_MIN || jpeg.height < LZ_PHOTO_SIDE_MIN)
        return lz_fault_field(fault, "photo", NULL,
                              "照片太小（每边至少 120 像素），印出来会模糊，请换一张更清晰的。",
                              "The photo is too small (120 pixels a side at least) and would print blurred.");
    lz_buf_init(&clean, LZ_PHOTO_UPLOAD_MAX);
    if (keeps_pixels(upload, &jpeg))
        err = strip(upload, &clean, &size, fault);
    if (!err && (clean.size == 0 || clean.size > LZ_PHOTO_KEEP_MAX)) {
        lz_buf_reset(&clean);
        err = encode_again(upload, jpeg.orientation, &clean, &size, fault);
    }
    if (!err) {
        lz_buf_add(out, clean.data, clean.size);
        err = out->err ? lz_fault_set(fault, out->err, NULL, NULL) : LZ_OK;
    }
    if (!err && ret_size)
        *ret_size = size;
    lz_buf_free(&clean);
    return err;
}
