#include "fake_reader.h"
#include "lz_test.h"
#include "nfc/tap.h"

/* What happened, as text: "ready;tap 1 04…;". */
struct scene {
    struct fake_reader reader;
    struct lz_clock_fixed clock;
    struct lz_tap tap;
    struct lz_virtual_tag *a, *b;
    struct lz_buf story;
};

static void tell(void *context, const struct lz_tap_event *event)
{
    struct lz_buf *story = context;
    switch (event->kind) {
    case LZ_TAP_READER_READY:
        lz_buf_text(story, "ready;");
        break;
    case LZ_TAP_READER_AWAY:
        lz_buf_printf(story, "away %s;", lz_err_name(event->fault->code));
        break;
    case LZ_TAP_TAP:
        lz_buf_printf(story, "tap %d %s %s %s;", (int)event->seq, event->uid + 12,
                      event->chip ? event->chip : "-", event->uri ? event->uri : "-");
        break;
    case LZ_TAP_GONE:
        lz_buf_printf(story, "gone %s;", event->uid + 12);
        break;
    }
}

static int setup(void **state)
{
    struct scene *scene = test_calloc(1, sizeof *scene);
    static const uint8_t uid_a[7] = {4, 1, 1, 1, 1, 1, 0xAA}, uid_b[7] = {4, 2, 2, 2, 2, 2, 0xBB};
    assert_ok(lz_virtual_tag_new(lz_tag_type_named("NTAG216"), uid_a, &scene->a));
    assert_ok(lz_virtual_tag_new(lz_tag_type_named("ntag213"), uid_b, &scene->b));
    lz_clock_fixed_init(&scene->clock, 1000);
    lz_buf_init(&scene->story, 4096);
    scene->reader = fake_reader_make(NULL);
    lz_tap_init(&scene->tap, &scene->reader.base, &scene->clock.base, tell, &scene->story);
    *state = scene;
    return 0;
}

static int teardown(void **state)
{
    struct scene *scene = *state;
    lz_tap_close(&scene->tap);
    lz_virtual_tag_free(&scene->a);
    lz_virtual_tag_free(&scene->b);
    lz_buf_free(&scene->story);
    test_free(scene);
    return 0;
}

/* `count` turns, each after the wait the loop asked for. */
static void turn(struct scene *scene, int count)
{
    while (count-- > 0)
        scene->clock.ms += lz_tap_step(&scene->tap);
}

static void a_card_that_lies_there_is_one_tap(void **state)
{
    struct scene *scene = *state;
    scene->reader.tag = scene->a;
    turn(scene, 50);
    assert_buf_text(&scene->story, "ready;tap 1 aa NTAG216 -;");
}

static void one_or_two_misses_are_noise_and_the_third_makes_it_a_new_tap(void **state)
{
    struct scene *scene = *state;
    scene->reader.tag = scene->a;
    turn(scene, 3);
    for (int misses = 1; misses <= 2; misses++) {
        scene->reader.tag = NULL;
        turn(scene, misses);
        scene->reader.tag = scene->a;
        turn(scene, 2);
    }
    assert_buf_text(&scene->story, "ready;tap 1 aa NTAG216 -;");
    scene->reader.tag = NULL;
    turn(scene, 3);
    assert_buf_text(&scene->story, "ready;tap 1 aa NTAG216 -;gone aa;");
    scene->reader.tag = scene->a;
    turn(scene, 3);
    assert_buf_text(&scene->story, "ready;tap 1 aa NTAG216 -;gone aa;tap 2 aa NTAG216 -;");
}

static void another_uid_is_a_tap_at_once(void **state)
{
    struct scene *scene = *state;
    scene->reader.tag = scene->a;
    turn(scene, 3);
    scene->reader.tag = scene->b;
    turn(scene, 3);
    assert_buf_text(&scene->story, "ready;tap 1 aa NTAG216 -;gone aa;tap 2 bb NTAG213 -;");
}

static void a_torn_read_records_nothing_and_is_tried_again(void **state)
{
    struct scene *scene = *state;
    scene->reader.tag = scene->a;
    turn(scene, 1); /* open */
    scene->clock.ms += lz_tap_step(&scene->tap);
    lz_buf_reset(&scene->story);
    scene->reader.tag = NULL;
    turn(scene, 3);
    assert_buf_text(&scene->story, "gone aa;");
    lz_buf_reset(&scene->story);
    /* The card answers the select and leaves before it was read. */
    struct lz_virtual_tag *moving = scene->b;
    scene->reader.tag = moving;
    scene->reader.fail_exchanges = 2;
    turn(scene, 1);
    assert_buf_text(&scene->story, "");
    turn(scene, 1);
    assert_buf_text(&scene->story, "tap 2 bb NTAG213 -;");
}

static void a_card_of_unknown_kind_is_told_after_three_tries(void **state)
{
    struct scene *scene = *state;
    scene->reader.tag = scene->a;
    scene->reader.fail_exchanges = 6;
    turn(scene, 3);
    assert_buf_text(&scene->story, "ready;");
    turn(scene, 5);
    assert_buf_text(&scene->story, "ready;tap 1 aa - -;");
}

static void a_broken_connection_closes_at_once_and_waits_longer_each_time(void **state)
{
    struct scene *scene = *state;
    turn(scene, 2);
    scene->reader.select_err = LZ_DEVICE;
    scene->reader.open_err = LZ_DEVICE;
    static const int waits[] = {250, 500, 1000, 2000, 4000, 4000};
    for (size_t i = 0; i < COUNT_OF(waits); i++) {
        int wait = lz_tap_step(&scene->tap);
        assert_int_equal(wait, waits[i]);
        scene->clock.ms += wait;
    }
    assert_buf_text(&scene->story, "ready;away device;");
    scene->reader.select_err = LZ_OK;
    scene->reader.open_err = LZ_OK;
    scene->reader.tag = scene->a;
    turn(scene, 3);
    assert_buf_text(&scene->story, "ready;away device;ready;tap 1 aa NTAG216 -;");
    scene->reader.select_err = LZ_DEVICE;
    assert_int_equal(lz_tap_step(&scene->tap), 250);
}

static void two_other_errors_are_noise_and_the_third_in_a_row_closes(void **state)
{
    struct scene *scene = *state;
    turn(scene, 2);
    for (int round = 0; round < 3; round++) {
        scene->reader.select_err = LZ_TIMEOUT;
        turn(scene, 2);
        scene->reader.select_err = LZ_OK;
        turn(scene, 1);
    }
    assert_buf_text(&scene->story, "ready;");
    scene->reader.select_err = LZ_TIMEOUT;
    turn(scene, 3);
    assert_buf_text(&scene->story, "ready;away timeout;");
}

static void a_lost_reader_takes_its_card_with_it(void **state)
{
    struct scene *scene = *state;
    scene->reader.tag = scene->a;
    turn(scene, 3);
    scene->reader.select_err = LZ_DEVICE;
    turn(scene, 1);
    scene->reader.select_err = LZ_OK;
    turn(scene, 3);
    assert_buf_text(&scene->story, "ready;tap 1 aa NTAG216 -;gone aa;away device;ready;tap 2 aa NTAG216 -;");
}

static void the_reader_is_not_opened_before_its_time(void **state)
{
    struct scene *scene = *state;
    scene->reader.open_err = LZ_BUSY;
    turn(scene, 0);
    assert_int_equal(lz_tap_step(&scene->tap), 250);
    scene->clock.ms += 100;
    assert_int_equal(lz_tap_step(&scene->tap), 150);
    assert_buf_text(&scene->story, "away busy;");
}

int main(void)
{
#define SCENE(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
    const struct CMUnitTest tests[] = {
        SCENE(a_card_that_lies_there_is_one_tap),
        SCENE(one_or_two_misses_are_noise_and_the_third_makes_it_a_new_tap),
        SCENE(another_uid_is_a_tap_at_once),
        SCENE(a_torn_read_records_nothing_and_is_tried_again),
        SCENE(a_card_of_unknown_kind_is_told_after_three_tries),
        SCENE(a_broken_connection_closes_at_once_and_waits_longer_each_time),
        SCENE(two_other_errors_are_noise_and_the_third_in_a_row_closes),
        SCENE(a_lost_reader_takes_its_card_with_it),
        SCENE(the_reader_is_not_opened_before_its_time),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
