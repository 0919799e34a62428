#include "lz_test.h"

#include "badge-print/jpeg.h"
#include "badge-print/photo.h"
#include "badge-print/portrait.h"

/* EXIF with one entry, orientation `turn`, and words that must not survive. */
static void add_exif(struct lz_buf *out, uint8_t turn)
{
    const uint8_t exif[] = {0xff, 0xe1, 0, 45, 'E',  'x',  'i', 'f', 0,   0,   'M', 'M', 0,   42,   0, 0,
                            0,    8,    0, 1,  0x01, 0x12, 0,   3,   0,   0,   0,   1,   0,   turn, 0, 0,
                            0,    0,    0, 0,  'S',  'E',  'C', 'R', 'E', 'T', 'G', 'P', 'S', 0,    0};
    lz_buf_add(out, exif, sizeof exif);
}

static void with_exif(struct lz_buf *out, uint8_t turn)
{
    struct lz_buf plain;
    lz_buf_init(&plain, 1 << 20);
    assert_ok(lz_portrait_draw(7, &plain));
    lz_buf_add(out, plain.data, 2);
    add_exif(out, turn);
    lz_buf_add(out, plain.data + 2, plain.size - 2);
    lz_buf_text(out, "SECRET after the end");
    lz_buf_free(&plain);
}

static void exif_and_trailing_data_go_and_the_pixels_stay(void **state)
{
    (void)state;
    struct lz_buf upload;
    struct lz_buf out;
    struct lz_jpeg jpeg = {0};
    struct lz_photo_size size = {0, 0};
    lz_buf_init(&upload, 1 << 20);
    lz_buf_init(&out, 1 << 20);
    with_exif(&upload, 1);
    assert_ok(lz_photo_clean(lz_buf_view(&upload), &out, &size, NULL));
    assert_null(memmem(out.data, out.size, "SECRET", 6));
    assert_ok(lz_jpeg_walk(lz_buf_view(&out), &jpeg, NULL));
    assert_int_equal(size.width, LZ_PORTRAIT_WIDTH);
    /* the last 1000 compressed bytes are the same: nothing was encoded again */
    assert_non_null(memmem(upload.data, upload.size, out.data + out.size - 1000, 1000));
    lz_buf_free(&upload);
    lz_buf_free(&out);
}

static void a_turned_photo_is_set_upright(void **state)
{
    (void)state;
    for (uint8_t turn = 2; turn <= 8; turn++) {
        struct lz_buf upload;
        struct lz_buf out;
        struct lz_photo_size size = {0, 0};
        lz_buf_init(&upload, 1 << 20);
        lz_buf_init(&out, 1 << 20);
        with_exif(&upload, turn);
        assert_ok(lz_photo_clean(lz_buf_view(&upload), &out, &size, NULL));
        assert_int_equal(size.width, turn >= 5 ? LZ_PORTRAIT_HEIGHT : LZ_PORTRAIT_WIDTH);
        assert_null(memmem(out.data, out.size, "SECRET", 6));
        lz_buf_free(&upload);
        lz_buf_free(&out);
    }
}

static void what_is_no_photo_is_refused_and_the_output_untouched(void **state)
{
    (void)state;
    static const uint8_t huge_png[] = {0x89, 'P', 'N', 'G', '\r', '\n', 0x1a, '\n', 0, 0,    0,
                                       13,   'I', 'H', 'D', 'R',  0x7f, 0,    0,    0, 0x7f, 0,
                                       0,    0,   8,   2,   0,    0,    0,    0,    0, 0,    0};
    struct lz_buf upload;
    struct lz_buf out;
    lz_buf_init(&upload, 1 << 20);
    lz_buf_init(&out, 1 << 20);
    lz_buf_text(&out, "kept");
    assert_err(lz_photo_clean(lz_bytes_text(""), &out, NULL, NULL), LZ_UNSUPPORTED);
    assert_err(lz_photo_clean(lz_bytes_text("GIF89a........"), &out, NULL, NULL), LZ_UNSUPPORTED);
    assert_err(lz_photo_clean(lz_bytes_of("\xff\xd8\xff\xd9", 4), &out, NULL, NULL), LZ_MALFORMED);
    assert_err(lz_photo_clean(lz_bytes_of(huge_png, sizeof huge_png), &out, NULL, NULL), LZ_TOO_LARGE);
    with_exif(&upload, 1);
    for (size_t size = 0; size + 40 < upload.size; size += 97) /* cut anywhere before the end */
        assert_true(lz_photo_clean(lz_bytes_of(upload.data, size), &out, NULL, NULL) != LZ_OK);
    assert_buf_text(&out, "kept");
    lz_buf_free(&upload);
    lz_buf_free(&out);
}

static void a_portrait_is_the_same_person_every_time(void **state)
{
    (void)state;
    struct lz_buf one;
    struct lz_buf two;
    lz_buf_init(&one, 1 << 20);
    lz_buf_init(&two, 1 << 20);
    assert_ok(lz_portrait_draw(12, &one));
    assert_ok(lz_portrait_draw(12, &two));
    assert_true(lz_bytes_equal(lz_buf_view(&one), lz_buf_view(&two)));
    lz_buf_reset(&two);
    assert_ok(lz_portrait_draw(13, &two));
    assert_false(lz_bytes_equal(lz_buf_view(&one), lz_buf_view(&two)));
    lz_buf_free(&one);
    lz_buf_free(&two);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(exif_and_trailing_data_go_and_the_pixels_stay),
        cmocka_unit_test(a_turned_photo_is_set_upright),
        cmocka_unit_test(what_is_no_photo_is_refused_and_the_output_untouched),
        cmocka_unit_test(a_portrait_is_the_same_person_every_time),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
