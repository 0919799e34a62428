#include "lz_test.h"

#include "badge-print/design_fixed.h"

#include <math.h>

#define PAGE                                                                                                 \
    "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"85.6mm\" height=\"53.98mm\" viewBox=\"0 0 85.6 "      \
    "53.98\">"

static void designs_that_cannot_be_used_are_named_with_their_line(void **state)
{
    (void)state;
    static const struct {
        const char *svg;
        const char *says;
    } cases[] = {
        {"", "empty"},
        {"<html/>", "not an SVG"},
        {PAGE "\n<rect", "line 2"},
        {PAGE "<g></svg>", "not well formed"},
        {"<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"90mm\" height=\"50mm\"/>", "85.6 mm"},
        {PAGE "\n\n<rect id=\"field:name\" width=\"1\" height=\"1\"/></svg>", "data-text"},
        {PAGE "<rect id=\"field:a\" data-text=\"x\" data-size=\"big\" width=\"9\" height=\"9\"/></svg>",
         "data-size"},
        {PAGE "<rect id=\"field:a\" data-text=\"x\" data-align=\"up\" width=\"9\" height=\"9\"/></svg>",
         "data-align"},
        {PAGE "<rect id=\"field:a\" data-text=\"x\" data-fill=\"red\" width=\"9\" height=\"9\"/></svg>",
         "data-fill"},
        {PAGE "<rect id=\"field:a\" data-text=\"x\" width=\"0\" height=\"9\"/></svg>", "no size"},
        {PAGE "<rect id=\"qr\"/></svg>", "no size"},
    };
    struct lz_arena *arena = lz_arena_new(1 << 20);
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        struct lz_design_side side = {0};
        struct lz_fault fault = {0};
        lz_err err = lz_design_side_parse(lz_bytes_text(cases[i].svg), "x/front.svg", arena, &side, &fault);
        assert_err(err, LZ_MALFORMED);
        assert_non_null(strstr(fault.detail[LZ_EN], "x/front.svg"));
        assert_non_null(strstr(fault.detail[LZ_EN], cases[i].says));
    }
    lz_arena_free(&arena);
}

static void places_follow_layers_and_transforms_in_points(void **state)
{
    (void)state;
    static const char svg[] = PAGE "<g transform=\"translate(10,5)\"><rect id=\"qr\" x=\"0\" y=\"0\" "
                                   "width=\"25.4\" height=\"25.4\"/></g></svg>";
    struct lz_arena *arena = lz_arena_new(1 << 20);
    struct lz_design_side side = {0};
    assert_ok(lz_design_side_parse(lz_bytes_text(svg), "x", arena, &side, NULL));
    assert_true(side.has_slot[LZ_SLOT_QR]);
    assert_true(fabs(side.slots[LZ_SLOT_QR].x - 10 * 72 / 25.4) < 0.02);
    assert_true(fabs(side.slots[LZ_SLOT_QR].width - 72) < 0.02);
    lz_design_side_free(&side);
    lz_arena_free(&arena);
}

static void a_drawing_is_kept_only_when_no_card_can_change_it(void **state)
{
    (void)state;
    static const struct {
        const char *svg;
        bool fixed;
    } cases[] = {
        {PAGE "<rect id=\"field:a\" data-text=\"{{name}}\" width=\"9\" height=\"9\"/></svg>", true},
        {PAGE
         "<rect id=\"field:a\" data-text=\"{{#name}}a {{name}}{{/name}}\" width=\"9\" height=\"9\"/></svg>",
         true},
        {PAGE "<rect width=\"9\" height=\"9\"/></svg>", true},
        {PAGE "{{#auxiliary}}<rect width=\"9\" height=\"9\"/>{{/auxiliary}}</svg>", false},
        {PAGE "<rect fill=\"{{name}}\" width=\"9\" height=\"9\"/></svg>", false},
        {PAGE "<!-- {{name}} --></svg>", false},
        {PAGE "<rect id=\"field:a\" data-text=\"{{#name}}\" width=\"9\" height=\"9\"/>"
              "<rect id=\"field:b\" data-text=\"{{/name}}\" width=\"9\" height=\"9\"/></svg>",
         false},
        {PAGE "<rect id=\"field:a\" data-text=\"{{=<% %>=}}\" width=\"9\" height=\"9\"/></svg>", false},
        {"{{#name}}", false},
    };
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        struct lz_design_fixed *fixed = NULL;
        assert_ok(lz_design_fixed_new(lz_bytes_text(cases[i].svg), "x", &fixed));
        if ((fixed != NULL) != cases[i].fixed)
            fail_msg("case %zu: %s", i, cases[i].svg);
        lz_design_fixed_free(&fixed);
    }
}

static void markup_in_a_value_stays_text_in_a_kept_drawing(void **state)
{
    (void)state;
    static const char svg[] =
        PAGE "<rect id=\"field:a\" data-text=\"R&amp;D {{name}}\" width=\"9\" height=\"9\"/></svg>";
    struct lz_arena *arena = lz_arena_new(1 << 20);
    struct lz_design_fixed *fixed = NULL;
    struct lz_design_side side = {0};
    json_t *values = json_pack("{s:s}", "name", "<b>&\"x\"</b>");
    assert_ok(lz_design_fixed_new(lz_bytes_text(svg), "x", &fixed));
    assert_non_null(fixed);
    assert_ok(lz_design_fixed_fill(fixed, values, arena, &side, NULL));
    assert_string_equal(side.fields[0].text, "R&D <b>&\"x\"</b>");
    assert_non_null(side.drawing);
    lz_design_side_free(&side);
    lz_design_fixed_free(&fixed);
    json_decref(values);
    lz_arena_free(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(designs_that_cannot_be_used_are_named_with_their_line),
        cmocka_unit_test(places_follow_layers_and_transforms_in_points),
        cmocka_unit_test(a_drawing_is_kept_only_when_no_card_can_change_it),
        cmocka_unit_test(markup_in_a_value_stays_text_in_a_kept_drawing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
