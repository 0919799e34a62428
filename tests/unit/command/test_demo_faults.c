/* What fills a demonstration: without memory it says so, and people that stand in its way are told of. */
#include "registry/fault_world.h"

#include "registry/command/demo.h"
#include "registry/command/demo_people.h"
#include "registry/command/demo_photo.h"
#include "registry/command/demo_tags.h"
#include "registry/roster.h"

static void import(struct world *w, struct lz_bytes csv)
{
    struct lz_roster *roster = NULL;
    struct lz_roster_result result = {0};
    struct lz_call call = world_call(w);
    assert_ok(lz_roster_read(csv, LZ_ROSTER_UTF8, &roster, NULL));
    assert_ok(lz_roster_store(&call, roster, &(struct lz_roster_options){0}, &result));
    assert_true(result.stored);
    lz_roster_free(&roster);
}

static lz_err run_tags(struct world *w, struct lz_call *call)
{
    return lz_demo_tags(call, w->out);
}

static void tags_are_made_or_memory_is_said_to_be_short(void **state)
{
    static const struct operation tags = {"demo tags", run_tags, OP_PARTS, LZ_OK};
    world_fail_each(*state, &tags, FAULT_MEMORY);
    world_fail_each(*state, &tags, FAULT_ARENA);
    fault_report("demo tags");
}

static void without_memory_no_portrait_is_drawn(void **state)
{
    struct world *w = *state;
    bool missing = false;
    struct attempt attempt = {w, &(struct operation){.name = "portraits"}};
    attempt_prepare(&attempt);
    struct lz_call call = world_call(w);
    fault_arm(FAULT_ARENA, 1);
    lz_err err = lz_demo_photos(&call, w->out, &missing);
    fault_disarm();
    attempt_finish(&attempt);
    assert_err(err, LZ_MEMORY);
    assert_false(missing);
}

/* Somebody else bears a number of the demonstration's. */
static void a_register_with_other_people_is_not_filled(void **state)
{
    struct world *w = *state;
    struct attempt attempt = {w, &(struct operation){.name = "fill", .flags = OP_CLOSED}};
    attempt_prepare(&attempt);
    struct lz_call call = {.actor = &lz_actor_local_admin, .arena = w->f.arena, .origin = "test"};
    assert_err(lz_demo_fill(&call, w->f.dir, "0123456789ab"), LZ_INTERNAL);
    assert_non_null(strstr(lz_fault_text(&call.fault, LZ_EN), "roster was refused"));
}

static void import_stranger(struct world *w)
{
    char id[24], number[LZ_DEMO_NUMBER_SIZE], csv[512];
    fixture_id(70, id);
    lz_demo_number(LZ_DEMO_FILED - 1, number);
    snprintf(csv, sizeof csv,
             "姓名,身份证号,工作单位,执法证号,执法类别,发证日期,有效期至,人员类别\n"
             "罗秀宝,%s,子长市林业局,%s,林业,2026-03-01,2030-02-28,执法人员\n",
             id, number);
    import(w, lz_bytes_text(csv));
}

static void import_some(struct world *w)
{
    struct lz_buf csv;
    lz_buf_init(&csv, 1 << 16);
    assert_ok(lz_demo_roster(lz_date_of(FIXTURE_NOON), 0, LZ_DEMO_EXPIRING + 12, &csv));
    import(w, lz_buf_view(&csv));
    lz_buf_free(&csv);
}

/* A world whose every run begins with what `change` adds. */
static int begin_with(void **state, void (*change)(struct world *w))
{
    world_setup(state);
    struct world *w = *state;
    char run[sizeof w->f.dir];
    memcpy(run, w->f.dir, sizeof run);
    snprintf(w->f.dir, sizeof w->f.dir, "%s/base/register", w->root);
    fixture_open(&w->f);
    change(w);
    lz_register_close(&w->f.reg);
    memcpy(w->f.dir, run, sizeof run);
    return 0;
}

static int begin_with_the_demo(void **state)
{
    return begin_with(state, import_some);
}
static int begin_with_a_stranger(void **state)
{
    return begin_with(state, import_stranger);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(tags_are_made_or_memory_is_said_to_be_short, begin_with_the_demo,
                                        world_teardown),
        cmocka_unit_test_setup_teardown(without_memory_no_portrait_is_drawn, begin_with_the_demo,
                                        world_teardown),
        cmocka_unit_test_setup_teardown(a_register_with_other_people_is_not_filled, begin_with_a_stranger,
                                        world_teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
