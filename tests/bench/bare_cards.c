/* The limit of drawing cards: cairo, pango, librsvg and libqrencode with no checks, no fitting of text and no
 * JSON. The same design drawn once, a card's texts at fixed places, a JPEG as it is, the QR code as a 1-bit
 * mask; front and back, into one PDF.  Usage: bench_bare_cards DESIGN_FOLDER PORTRAIT_FOLDER COUNT OUT.pdf */
#include <cairo-pdf.h>
#include <dirent.h>
#include <librsvg/rsvg.h>
#include <pango/pangocairo.h>
#include <qrencode.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define MM (72 / 25.4)
#define WIDTH (85.6 * MM)
#define HEIGHT (53.98 * MM)
enum { PORTRAITS = 64, PATH = 1024, URL = 256 };

static const char HIDE[] = "rect[id^=\"field:\"],#photo,#qr,#mark{visibility:hidden!important}";

/* `%d` is the card's number. */
static const struct text {
    double x, y, size; /* millimetres of the upper left corner; points */
    const char *font, *format;
} FRONT[] =
    {
        {4.4, 1.6, 17, "Noto Sans CJK SC Bold", "行政执法标识牌"},
        {4.4, 8, 6, "Noto Sans CJK SC Bold", "ADMINISTRATIVE LAW ENFORCEMENT · IDENTITY BADGE"},
        {31, 16, 8, "Noto Sans CJK SC Bold", "行政执法人员"},
        {31, 20, 25, "Noto Sans CJK SC Bold", "马伟刚"},
        {31, 33, 7, "Noto Sans CJK SC", "单位"},
        {40, 32.4, 9, "Noto Sans CJK SC", "子长市农业农村局"},
        {31, 38, 7, "Noto Sans CJK SC", "职务"},
        {40, 37.4, 9, "Noto Sans CJK SC", "执法员"},
        {31, 43, 7, "Noto Sans CJK SC", "证号"},
        {40, 42.4, 14, "Noto Sans CJK SC Bold", "27%09d"},
        {15, 49.6, 6, "Noto Sans CJK SC", "仅供公示身份，不代替行政执法证件 · 核验请扫背面二维码"},
},
  BACK[] = {
      {10, 36.2, 8, "Noto Sans CJK SC Bold", "扫码核验真伪"},
      {10, 39.4, 4.6, "Noto Sans CJK SC Bold", "SCAN TO VERIFY"},
      {38, 11, 6.4, "Noto Sans CJK SC", "执法类别"},
      {50, 11, 7.4, "Noto Sans CJK SC", "农业、市容环境"},
      {38, 20, 6.4, "Noto Sans CJK SC", "执法区域"},
      {50, 20, 7.4, "Noto Sans CJK SC", "子长市"},
      {38, 27, 6.4, "Noto Sans CJK SC", "发牌机关"},
      {50, 27, 7.4, "Noto Sans CJK SC", "延安市司法局"},
      {38, 33, 6.4, "Noto Sans CJK SC", "发牌日期"},
      {50, 33, 7.4, "Noto Sans CJK SC", "2025-06-16"},
      {38, 37, 6.4, "Noto Sans CJK SC", "有效期至"},
      {50, 37, 7.4, "Noto Sans CJK SC", "2030-06-16"},
      {5, 44, 6, "Noto Sans CJK SC",
       "本牌限本人佩戴，不得转借、涂改；调离、退休应即交回。如拾得，请交还发牌机关。"},
      {30, 50, 7, "Noto Sans CJK SC Bold", "监督投诉 0911-12345"},
};
enum { FRONT_COUNT = sizeof FRONT / sizeof *FRONT, BACK_COUNT = sizeof BACK / sizeof *BACK };

struct portrait {
    uint8_t *bytes;
    size_t size;
};

static size_t read_portraits(const char *folder, struct portrait *portraits)
{
    DIR *dir = opendir(folder);
    size_t count = 0;
    for (struct dirent *entry; dir && count < PORTRAITS && (entry = readdir(dir));) {
        char path[PATH];
        snprintf(path, sizeof path, "%s/%s", folder, entry->d_name);
        if (entry->d_name[0] != '.' &&
            g_file_get_contents(path, (char **)&portraits[count].bytes, &portraits[count].size, NULL))
            count++;
    }
    if (dir)
        closedir(dir);
    return count;
}

static cairo_surface_t *draw_once(const char *folder, const char *file)
{
    char path[PATH];
    gchar *svg = NULL;
    gsize size = 0;
    const RsvgRectangle page = {0, 0, WIDTH, HEIGHT};
    const cairo_rectangle_t extents = {0, 0, WIDTH, HEIGHT};
    snprintf(path, sizeof path, "%s/%s", folder, file);
    if (!g_file_get_contents(path, &svg, &size, NULL))
        exit(3);
    RsvgHandle *handle = rsvg_handle_new_from_data((const guint8 *)svg, size, NULL);
    cairo_surface_t *drawing = cairo_recording_surface_create(CAIRO_CONTENT_COLOR_ALPHA, &extents);
    cairo_t *cr = cairo_create(drawing);
    if (!handle || !rsvg_handle_set_stylesheet(handle, (const guint8 *)HIDE, sizeof HIDE - 1, NULL) ||
        !rsvg_handle_render_document(handle, cr, &page, NULL))
        exit(3);
    cairo_destroy(cr);
    g_object_unref(handle);
    g_free(svg);
    return drawing;
}

static void draw_texts(cairo_t *cr, PangoContext *context, const struct text *texts, size_t count, int number)
{
    for (size_t i = 0; i < count; i++) {
        char text[URL];
        PangoLayout *layout = pango_layout_new(context);
        PangoFontDescription *font = pango_font_description_from_string(texts[i].font);
        pango_font_description_set_absolute_size(font, texts[i].size * PANGO_SCALE);
        pango_layout_set_font_description(layout, font);
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
        snprintf(text, sizeof text, texts[i].format, number);
#pragma GCC diagnostic pop
        pango_layout_set_text(layout, text, -1);
        cairo_move_to(cr, texts[i].x * MM, texts[i].y * MM);
        pango_cairo_show_layout(cr, layout);
        pango_font_description_free(font);
        g_object_unref(layout);
    }
}

static void draw_photo(cairo_t *cr, const struct portrait *portrait)
{
    cairo_surface_t *photo = cairo_image_surface_create(CAIRO_FORMAT_RGB24, 600, 800);
    uint8_t *copy = malloc(portrait->size);
    memcpy(copy, portrait->bytes, portrait->size);
    cairo_surface_set_mime_data(photo, CAIRO_MIME_TYPE_JPEG, copy, portrait->size, free, copy);
    cairo_save(cr);
    cairo_translate(cr, 4.4 * MM, 16 * MM);
    cairo_scale(cr, 22 * MM / 600, 29.3 * MM / 800);
    cairo_set_source_surface(cr, photo, 0, 0);
    cairo_paint(cr);
    cairo_restore(cr);
    cairo_surface_destroy(photo);
}

static void draw_qr(cairo_t *cr, int number)
{
    char url[URL];
    size_t size = (size_t)snprintf(url, sizeof url, "HTTPS://LZ.EXAMPLE.CN/V/%09d", number);
    for (; size < 218; size++)
        url[size] = (char)('A' + (size * 7 + (size_t)number * size) % 26);
    url[size] = '\0';
    QRcode *code = QRcode_encodeString(url, 0, QR_ECLEVEL_M, QR_MODE_8, 1);
    cairo_surface_t *mask = cairo_image_surface_create(CAIRO_FORMAT_A1, code->width, code->width);
    uint8_t *rows = cairo_image_surface_get_data(mask);
    int stride = cairo_image_surface_get_stride(mask);
    for (int y = 0; y < code->width; y++)
        for (int x = 0; x < code->width; x++)
            if (code->data[y * code->width + x] & 1)
                rows[y * stride + x / 8] = (uint8_t)(rows[y * stride + x / 8] | 1 << (x % 8));
    cairo_surface_mark_dirty(mask);
    cairo_pattern_t *pattern = cairo_pattern_create_for_surface(mask);
    cairo_pattern_set_filter(pattern, CAIRO_FILTER_NEAREST);
    cairo_save(cr);
    cairo_translate(cr, 6 * MM, 9 * MM);
    cairo_scale(cr, 25 * MM / code->width, 25 * MM / code->width);
    cairo_mask(cr, pattern);
    cairo_restore(cr);
    cairo_pattern_destroy(pattern);
    cairo_surface_destroy(mask);
    QRcode_free(code);
}

static void draw_page(cairo_t *cr, cairo_surface_t *drawing)
{
    cairo_set_source_surface(cr, drawing, 0, 0);
    cairo_paint(cr);
    cairo_set_source_rgb(cr, 0, 0, 0);
}

int main(int argc, char **argv)
{
    struct portrait portraits[PORTRAITS] = {0};
    size_t portrait_count = argc == 5 ? read_portraits(argv[2], portraits) : 0;
    if (portrait_count == 0)
        return 2;
    cairo_surface_t *front = draw_once(argv[1], "front.svg"), *back = draw_once(argv[1], "back.svg");
    PangoContext *context = pango_font_map_create_context(pango_cairo_font_map_get_default());
    cairo_surface_t *pdf = cairo_pdf_surface_create(argv[4], WIDTH, HEIGHT);
    cairo_t *cr = cairo_create(pdf);
    for (int i = 0; i < atoi(argv[3]); i++) {
        draw_page(cr, front);
        draw_photo(cr, &portraits[(size_t)i % portrait_count]);
        draw_texts(cr, context, FRONT, FRONT_COUNT, i);
        cairo_show_page(cr);
        draw_page(cr, back);
        draw_qr(cr, i);
        draw_texts(cr, context, BACK, BACK_COUNT, i);
        cairo_show_page(cr);
    }
    cairo_destroy(cr);
    cairo_surface_finish(pdf);
    int failed = cairo_surface_status(pdf) != CAIRO_STATUS_SUCCESS;
    cairo_surface_destroy(pdf);
    cairo_surface_destroy(front);
    cairo_surface_destroy(back);
    g_object_unref(context);
    for (size_t i = 0; i < portrait_count; i++)
        g_free(portraits[i].bytes);
    return failed ? 3 : 0;
}
