#include "lz_test.h"

#include "badge-print/qr.h"
#include "badge-print/sample.h"

#define DESIGNS LZ_SOURCE_DIR "/badge-print/designs"

struct bench {
    struct lz_card_renderer *renderer;
    struct lz_arena *arena;
    struct lz_card *cards;
    size_t count;
    struct lz_buf out;
    struct lz_fault fault;
};

static int set_up(void **state)
{
    struct bench *bench = calloc(1, sizeof *bench);
    assert_non_null(bench);
    bench->arena = lz_arena_new(1 << 24);
    lz_buf_init(&bench->out, LZ_CARD_PDF_MAX);
    assert_ok(lz_cards_sample(bench->arena, &bench->cards, &bench->count));
    assert_ok(lz_card_renderer_new(DESIGNS, &bench->renderer, &bench->fault));
    *state = bench;
    return 0;
}

static int tear_down(void **state)
{
    struct bench *bench = *state;
    lz_card_renderer_free(&bench->renderer);
    lz_card_renderer_free(&bench->renderer);
    lz_arena_free(&bench->arena);
    lz_buf_free(&bench->out);
    free(bench);
    return 0;
}

static lz_err render(struct bench *bench, const struct lz_card *card)
{
    memset(&bench->fault, 0, sizeof bench->fault);
    lz_buf_reset(&bench->out);
    return lz_card_render_png(bench->renderer, card, LZ_CARD_BOTH, 96, &bench->out, &bench->fault);
}

static void the_same_cards_give_the_same_pdf_bit_for_bit(void **state)
{
    struct bench *bench = *state;
    struct lz_buf again;
    lz_buf_init(&again, LZ_CARD_PDF_MAX);
    assert_ok(
        lz_card_render_pdf(bench->renderer, bench->cards, bench->count, LZ_CARD_BOTH, &bench->out, NULL));
    assert_ok(lz_card_render_pdf(bench->renderer, bench->cards, bench->count, LZ_CARD_BOTH, &again, NULL));
    assert_true(lz_bytes_equal(lz_buf_view(&bench->out), lz_buf_view(&again)));
    lz_buf_free(&again);
}

static void the_photo_stands_in_the_pdf_byte_for_byte(void **state)
{
    struct bench *bench = *state;
    struct lz_bytes photo = bench->cards[0].photo;
    assert_ok(lz_card_render_pdf(bench->renderer, bench->cards, 1, LZ_CARD_FRONT, &bench->out, NULL));
    assert_non_null(memmem(bench->out.data, bench->out.size, photo.data, photo.size));
}

static void a_name_in_rare_characters_is_drawn(void **state)
{
    struct bench *bench = *state;
    struct lz_card card = bench->cards[0];
    card.name = "㛃𠮷䶮";
    assert_ok(render(bench, &card));
}

static void a_character_without_a_glyph_is_named(void **state)
{
    struct bench *bench = *state;
    struct lz_card card = bench->cards[0];
    card.name = "张\U000F1234";
    assert_err(render(bench, &card), LZ_INVALID);
    assert_string_equal(bench->fault.fields[0].field, "name");
    assert_non_null(strstr(bench->fault.detail[LZ_EN], "U+F1234"));
    assert_non_null(strstr(bench->fault.detail[LZ_EN], card.number));
    assert_int_equal(bench->out.size, 0);
}

static void a_long_name_shrinks_and_a_hopeless_one_is_an_error(void **state)
{
    struct bench *bench = *state;
    struct lz_card card = bench->cards[0];
    card.name = "阿卜杜热西提·阿卜杜热合曼·买买提明";
    assert_ok(render(bench, &card));
    card.name = "一二三四五六七八九十一二三四五六七八九十一二三四五六七八九十一二三四五六七八九十一二三四五六"
                "七八九十";
    assert_err(render(bench, &card), LZ_INVALID);
    assert_string_equal(bench->fault.fields[0].field, "name");
}

static void markup_in_a_name_is_only_text(void **state)
{
    struct bench *bench = *state;
    struct lz_card card = bench->cards[0];
    card.name = "<b>\"&'{{";
    assert_ok(render(bench, &card));
}

static void control_and_direction_characters_are_refused(void **state)
{
    struct bench *bench = *state;
    struct lz_card card = bench->cards[0];
    static const char *const names[] = {"a\nb", "a\u202Eb", "\xff", "a\x01"};
    for (size_t i = 0; i < COUNT_OF(names); i++) {
        card.name = names[i];
        assert_err(render(bench, &card), LZ_INVALID);
    }
}

static void an_auxiliary_never_gets_an_officers_design(void **state)
{
    struct bench *bench = *state;
    static const char *const designs[] = {"officer", "supervisor"};
    for (size_t i = 0; i < bench->count; i++)
        for (size_t d = 0; d < COUNT_OF(designs); d++) {
            struct lz_card card = bench->cards[i];
            card.design = designs[d];
            lz_err expected = strcmp(designs[d], lz_card_kind_design(card.kind)) == 0 ? LZ_OK : LZ_INVALID;
            assert_err(render(bench, &card), expected);
        }
}

static void a_design_that_is_missing_or_a_path_is_named(void **state)
{
    struct bench *bench = *state;
    struct lz_card card = bench->cards[0];
    card.design = "nowhere";
    assert_err(render(bench, &card), LZ_NOT_FOUND);
    assert_non_null(strstr(bench->fault.detail[LZ_EN], "nowhere"));
    card.design = "../designs/officer";
    assert_err(render(bench, &card), LZ_INVALID);
}

static void a_url_too_long_for_a_readable_code_is_an_error(void **state)
{
    struct bench *bench = *state;
    struct lz_card card = bench->cards[0];
    char url[LZ_QR_TEXT_MAX + 1];
    memset(url, 'z', sizeof url - 1);
    url[sizeof url - 1] = 0;
    card.qr_text = url;
    assert_err(render(bench, &card), LZ_INVALID);
    card.qr_text = "";
    assert_err(render(bench, &card), LZ_INVALID);
}

static void a_broken_photo_is_an_error_and_not_a_blank(void **state)
{
    struct bench *bench = *state;
    struct lz_card card = bench->cards[0];
    card.photo = lz_bytes_text("not a picture");
    assert_err(render(bench, &card), LZ_INVALID);
    assert_string_equal(bench->fault.fields[0].field, "photo");
}

static void a_sheet_holds_ten_cards_a_page(void **state)
{
    struct bench *bench = *state;
    struct lz_card cards[11];
    for (size_t i = 0; i < COUNT_OF(cards); i++)
        cards[i] = bench->cards[4];
    assert_ok(lz_card_render_sheet(bench->renderer, cards, COUNT_OF(cards), &bench->out, NULL));
    assert_non_null(memmem(bench->out.data, bench->out.size, "/Count 4", 8));
}

#define CASE(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(the_same_cards_give_the_same_pdf_bit_for_bit),
        CASE(the_photo_stands_in_the_pdf_byte_for_byte),
        CASE(a_name_in_rare_characters_is_drawn),
        CASE(a_character_without_a_glyph_is_named),
        CASE(a_long_name_shrinks_and_a_hopeless_one_is_an_error),
        CASE(markup_in_a_name_is_only_text),
        CASE(control_and_direction_characters_are_refused),
        CASE(an_auxiliary_never_gets_an_officers_design),
        CASE(a_design_that_is_missing_or_a_path_is_named),
        CASE(a_url_too_long_for_a_readable_code_is_an_error),
        CASE(a_broken_photo_is_an_error_and_not_a_blank),
        CASE(a_sheet_holds_ten_cards_a_page),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
