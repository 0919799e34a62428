#include "badge-print/portrait.h"

#include "badge-print/photo.h"

#include <cairo.h>
#include <string.h>

enum hair { HAIR_SHORT, HAIR_PARTED, HAIR_CREW, HAIR_BOB, HAIR_BUN, HAIR_COUNT };
enum clothes { CLOTHES_JACKET, CLOTHES_SUIT, CLOTHES_SHIRT, CLOTHES_COUNT };

struct face {
    cairo_t *cr;
    unsigned skin, hair_colour, cloth, shirt, tie;
    enum hair hair;
    enum clothes clothes;
    double width; /* of the head, in parts of the usual one */
    bool glasses;
};

static const unsigned SKINS[] = {0xf2cfae, 0xeec39c, 0xe3b189, 0xd6a077, 0xf5d6ba};
static const unsigned HAIRS[] = {0x1d1a1b, 0x2a2322, 0x231f26, 0x39302c, 0x4d4a4a};
static const unsigned CLOTHS[] = {0x1d2f4a, 0x2b3440, 0x26364d, 0x3c4a5c, 0x313a38};
static const unsigned SHIRTS[] = {0xdfe8f3, 0xf4f6f8, 0xc9dbee, 0xe9eef2};
static const unsigned TIES[] = {0x24436f, 0x6b2232, 0x33475b};

/* splitmix64: one seed, many choices, none of them a person's. */
static uint64_t draw(uint64_t *state)
{
    uint64_t z = (*state += UINT64_C(0x9e3779b97f4a7c15));
    z = (z ^ (z >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
    z = (z ^ (z >> 27)) * UINT64_C(0x94d049bb133111eb);
    return z ^ (z >> 31);
}

#define PICK(state, table) (table)[draw(state) % (sizeof(table) / sizeof *(table))]

static void ink(cairo_t *cr, unsigned rgb, double shade)
{
    cairo_set_source_rgb(cr, (rgb >> 16 & 255) / 255.0 * shade, (rgb >> 8 & 255) / 255.0 * shade,
                         (rgb & 255) / 255.0 * shade);
}

static void oval(cairo_t *cr, double x, double y, double rx, double ry)
{
    cairo_save(cr);
    cairo_translate(cr, x, y);
    cairo_scale(cr, rx, ry);
    cairo_new_sub_path(cr);
    cairo_arc(cr, 0, 0, 1, 0, 6.283185307179586);
    cairo_restore(cr);
}

static void polygon(cairo_t *cr, const double (*points)[2], size_t count)
{
    for (size_t i = 0; i < count; i++)
        cairo_line_to(cr, points[i][0], points[i][1]);
    cairo_close_path(cr);
    cairo_fill(cr);
}

static void draw_hair_behind(const struct face *f)
{
    ink(f->cr, f->hair_colour, 0.92);
    if (f->hair == HAIR_BOB) {
        cairo_move_to(f->cr, 240 - 128 * f->width, 260);
        cairo_curve_to(f->cr, 240 - 140 * f->width, 380, 240 - 132 * f->width, 410, 240 - 108 * f->width,
                       424);
        cairo_line_to(f->cr, 240 + 108 * f->width, 424);
        cairo_curve_to(f->cr, 240 + 132 * f->width, 410, 240 + 140 * f->width, 380, 240 + 128 * f->width,
                       260);
        cairo_close_path(f->cr);
        cairo_fill(f->cr);
    } else if (f->hair == HAIR_BUN) {
        oval(f->cr, 240, 118, 44, 34);
        cairo_fill(f->cr);
    }
}

static void draw_body(const struct face *f)
{
    cairo_t *cr = f->cr;
    ink(cr, f->clothes == CLOTHES_SHIRT ? f->shirt : f->cloth, f->clothes == CLOTHES_SHIRT ? 0.95 : 1);
    cairo_move_to(cr, 20, 640);
    cairo_curve_to(cr, 26, 540, 70, 522, 168, 484);
    cairo_line_to(cr, 312, 484);
    cairo_curve_to(cr, 410, 522, 454, 540, 460, 640);
    cairo_close_path(cr);
    cairo_fill(cr);
    /* neck, with the chin's shadow */
    ink(cr, f->skin, 0.94);
    cairo_rectangle(cr, 194, 390, 92, 90);
    oval(cr, 240, 482, 46, 34);
    cairo_fill(cr);
    ink(cr, f->skin, 0.82);
    oval(cr, 240, 408, 62, 38);
    cairo_save(cr);
    cairo_clip(cr);
    cairo_rectangle(cr, 194, 390, 92, 60);
    cairo_fill(cr);
    cairo_restore(cr);
}

static void draw_collar(const struct face *f)
{
    cairo_t *cr = f->cr;
    if (f->clothes != CLOTHES_SHIRT) {
        ink(cr, f->shirt, 1);
        polygon(cr,
                (const double[][2]){
                    {188, 474}, {240, 516}, {292, 474}, {310, 500}, {256, 640}, {224, 640}, {170, 500}},
                7);
    }
    if (f->clothes == CLOTHES_SUIT) {
        ink(cr, f->tie, 1);
        polygon(cr,
                (const double[][2]){{226, 516}, {254, 516}, {260, 540}, {256, 640}, {224, 640}, {220, 540}},
                6);
        ink(cr, f->tie, 0.8);
        polygon(cr, (const double[][2]){{226, 514}, {254, 514}, {250, 540}, {230, 540}}, 4);
    }
    ink(cr, f->shirt, 0.88);
    polygon(cr, (const double[][2]){{186, 462}, {240, 514}, {204, 544}, {168, 490}}, 4);
    polygon(cr, (const double[][2]){{294, 462}, {240, 514}, {276, 544}, {312, 490}}, 4);
    if (f->clothes == CLOTHES_SHIRT)
        return;
    ink(cr, f->cloth, f->clothes == CLOTHES_SUIT ? 0.8 : 1.18);
    polygon(cr, (const double[][2]){{170, 486}, {148, 500}, {136, 560}, {166, 570}, {226, 640}, {214, 600}},
            6);
    polygon(cr, (const double[][2]){{310, 486}, {332, 500}, {344, 560}, {314, 570}, {254, 640}, {266, 600}},
            6);
}

static void draw_head(const struct face *f)
{
    cairo_t *cr = f->cr;
    ink(cr, f->skin, 0.9);
    oval(cr, 240 - 112 * f->width, 300, 17, 31);
    oval(cr, 240 + 112 * f->width, 300, 17, 31);
    cairo_fill(cr);
    ink(cr, f->skin, 1);
    cairo_move_to(cr, 240 - 112 * f->width, 250);
    cairo_curve_to(cr, 240 - 116 * f->width, 350, 240 - 86 * f->width, 424, 240, 428);
    cairo_curve_to(cr, 240 + 86 * f->width, 424, 240 + 116 * f->width, 350, 240 + 112 * f->width, 250);
    cairo_curve_to(cr, 240 + 108 * f->width, 130, 240 - 108 * f->width, 130, 240 - 112 * f->width, 250);
    cairo_fill(cr);
}

static void draw_features(const struct face *f)
{
    cairo_t *cr = f->cr;
    cairo_set_line_cap(cr, CAIRO_LINE_CAP_ROUND);
    for (int side = -1; side <= 1; side += 2) {
        double x = 240 + side * 47 * f->width;
        ink(cr, 0xffffff, 1);
        oval(cr, x, 296, 19, 9.5);
        cairo_fill(cr);
        ink(cr, 0x2b2019, 1);
        oval(cr, x, 296, 9, 9.5);
        cairo_fill(cr);
        cairo_set_line_width(cr, 4);
        cairo_move_to(cr, x - 21, 294);
        cairo_curve_to(cr, x - 12, 283, x + 12, 283, x + 21, 294);
        cairo_stroke(cr);
        ink(cr, f->hair_colour, 1.05);
        cairo_set_line_width(cr, f->hair >= HAIR_BOB ? 6 : 9);
        cairo_move_to(cr, x - 25, 268);
        cairo_curve_to(cr, x - 10, 259, x + 10, 259, x + 25, 267);
        cairo_stroke(cr);
    }
    ink(cr, f->skin, 0.8);
    cairo_set_line_width(cr, 4.5);
    cairo_move_to(cr, 228, 344);
    cairo_curve_to(cr, 232, 352, 248, 352, 252, 344);
    cairo_stroke(cr);
    ink(cr, 0xb4645a, 1);
    cairo_set_line_width(cr, 6);
    cairo_move_to(cr, 212, 380);
    cairo_curve_to(cr, 226, 388, 254, 388, 268, 380);
    cairo_stroke(cr);
}

static void draw_glasses(const struct face *f)
{
    cairo_t *cr = f->cr;
    ink(cr, 0x2c333d, 1);
    cairo_set_line_width(cr, 4);
    for (int side = -1; side <= 1; side += 2) {
        double x = 240 + side * 47 * f->width;
        oval(cr, x, 298, 34, 26);
        cairo_stroke(cr);
        cairo_move_to(cr, x + side * 34, 294);
        cairo_line_to(cr, 240 + side * 112 * f->width, 288);
        cairo_stroke(cr);
    }
    cairo_move_to(cr, 240 - 14, 294);
    cairo_curve_to(cr, 234, 288, 246, 288, 240 + 14, 294);
    cairo_stroke(cr);
}

static void draw_hair_front(const struct face *f)
{
    static const double TOP[HAIR_COUNT] = {
        [HAIR_SHORT] = 112, [HAIR_PARTED] = 104, [HAIR_CREW] = 126, [HAIR_BOB] = 104, [HAIR_BUN] = 116};
    cairo_t *cr = f->cr;
    double left = 240 - 118 * f->width;
    double right = 240 + 118 * f->width;
    double top = TOP[f->hair];
    double temple = f->hair == HAIR_BOB ? 350 : f->hair == HAIR_CREW ? 256 : 284;
    ink(cr, f->hair_colour, 1);
    cairo_move_to(cr, left - 2, temple);
    cairo_curve_to(cr, left - 22, top + 40, 240 - 80, top, 240, top);
    cairo_curve_to(cr, 240 + 80, top, right + 22, top + 40, right + 2, temple);
    cairo_line_to(cr, right - 14, temple - 12);
    if (f->hair == HAIR_PARTED || f->hair == HAIR_BOB) {
        cairo_curve_to(cr, right - 16, 240, right - 60, 216, 196, 190);
        cairo_curve_to(cr, 170, 204, left + 20, 226, left + 14, temple - 12);
    } else if (f->hair == HAIR_BUN) {
        cairo_curve_to(cr, right - 20, 216, 280, 186, 240, 184);
        cairo_curve_to(cr, 200, 186, left + 20, 216, left + 14, temple - 12);
    } else {
        cairo_curve_to(cr, right - 18, 226, right - 26, 212, right - 40, 206);
        cairo_curve_to(cr, 270, 196, 210, 200, left + 42, 214);
        cairo_curve_to(cr, left + 24, 222, left + 18, 236, left + 14, temple - 12);
    }
    cairo_close_path(cr);
    cairo_fill(cr);
}

static struct face choose(uint64_t seed, cairo_t *cr)
{
    uint64_t state = seed;
    struct face f = {.cr = cr};
    f.skin = PICK(&state, SKINS);
    f.hair_colour = PICK(&state, HAIRS);
    f.cloth = PICK(&state, CLOTHS);
    f.shirt = PICK(&state, SHIRTS);
    f.tie = PICK(&state, TIES);
    f.hair = (enum hair)(seed % 2 ? HAIR_BOB + draw(&state) % 2 : HAIR_SHORT + draw(&state) % 3);
    f.clothes = (enum clothes)(draw(&state) % CLOTHES_COUNT);
    f.width = 0.94 + (double)(draw(&state) % 13) / 100;
    f.glasses = draw(&state) % 3 == 0;
    return f;
}

/* cairo's words as GdkPixbuf's bytes; NULL when memory is out. */
static GdkPixbuf *pixels_of(cairo_surface_t *image)
{
    GdkPixbuf *pixels = gdk_pixbuf_new(GDK_COLORSPACE_RGB, FALSE, 8, LZ_PORTRAIT_WIDTH, LZ_PORTRAIT_HEIGHT);
    if (!pixels)
        return NULL;
    cairo_surface_flush(image);
    const uint8_t *in = cairo_image_surface_get_data(image);
    uint8_t *out = gdk_pixbuf_get_pixels(pixels);
    size_t in_stride = (size_t)cairo_image_surface_get_stride(image);
    size_t out_stride = (size_t)gdk_pixbuf_get_rowstride(pixels);
    for (size_t y = 0; y < LZ_PORTRAIT_HEIGHT; y++)
        for (size_t x = 0; x < LZ_PORTRAIT_WIDTH; x++) {
            uint32_t word = 0;
            memcpy(&word, in + y * in_stride + x * sizeof word, sizeof word);
            uint8_t *p = out + y * out_stride + x * 3;
            p[0] = (uint8_t)(word >> 16);
            p[1] = (uint8_t)(word >> 8);
            p[2] = (uint8_t)word;
        }
    return pixels;
}

lz_err lz_portrait_draw(uint64_t seed, struct lz_buf *out)
{
    cairo_surface_t *image =
        cairo_image_surface_create(CAIRO_FORMAT_RGB24, LZ_PORTRAIT_WIDTH, LZ_PORTRAIT_HEIGHT);
    cairo_t *cr = cairo_create(image);
    struct face face = choose(seed, cr);
    cairo_set_source_rgb(cr, 1, 1, 1);
    cairo_paint(cr);
    draw_hair_behind(&face);
    draw_body(&face);
    draw_collar(&face);
    draw_head(&face);
    draw_features(&face);
    draw_hair_front(&face);
    if (face.glasses)
        draw_glasses(&face);
    lz_err err = cairo_status(cr) == CAIRO_STATUS_SUCCESS ? LZ_OK : LZ_MEMORY;
    GdkPixbuf *pixels = NULL;
    if (!err) {
        pixels = pixels_of(image);
        err = pixels ? lz_photo_encode(pixels, 88, out) : LZ_MEMORY;
    }
    g_clear_object(&pixels);
    cairo_destroy(cr);
    cairo_surface_destroy(image);
    return err;
}
