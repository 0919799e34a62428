#include "faults/faults.h"
#include "registry/base/random.h"

static lz_err broken_fill(struct lz_random *random, void *ret_data, size_t size)
{
    (void)random, (void)ret_data, (void)size;
    return LZ_CRYPTO;
}

static void the_system_source_fills_all_it_is_asked_for(void **state)
{
    (void)state;
    /* 64 bytes that stay zero by chance: once in 2^512. */
    uint8_t data[128] = {0}, zero[64] = {0};
    assert_ok(lz_random_fill(lz_random_system(), data, 64));
    assert_memory_not_equal(data, zero, 64);
    assert_memory_equal(data + 64, zero, 64);
    assert_ok(lz_random_fill(lz_random_system(), NULL, 0));
}

static void the_seeded_source_repeats_itself_and_differs_by_seed(void **state)
{
    (void)state;
    struct lz_random_seeded a, b, c;
    lz_random_seeded_init(&a, 7);
    lz_random_seeded_init(&b, 7);
    lz_random_seeded_init(&c, 8);
    uint8_t from_a[100], from_b[100], from_c[100];
    assert_ok(lz_random_fill(&a.base, from_a, sizeof from_a));
    assert_ok(lz_random_fill(&b.base, from_b, sizeof from_b));
    assert_ok(lz_random_fill(&c.base, from_c, sizeof from_c));
    assert_memory_equal(from_a, from_b, sizeof from_a);
    assert_memory_not_equal(from_a, from_c, sizeof from_a);
    assert_ok(lz_random_fill(&a.base, from_a, sizeof from_a));
    assert_memory_not_equal(from_a, from_b, sizeof from_a);
}

static void a_number_below_a_bound_is_below_it_and_every_one_appears(void **state)
{
    (void)state;
    struct lz_random_seeded r;
    lz_random_seeded_init(&r, 1);
    unsigned seen[6] = {0};
    for (int i = 0; i < 6000; i++) {
        uint64_t value = 99;
        assert_ok(lz_random_below(&r.base, 6, &value));
        assert_true(value < 6);
        seen[value]++;
    }
    for (size_t i = 0; i < 6; i++)
        assert_in_range(seen[i], 850, 1150);
    uint64_t value = 1;
    assert_ok(lz_random_below(&r.base, 1, &value));
    assert_int_equal(value, 0);
    assert_ok(lz_random_below(&r.base, UINT64_MAX, &value));
    assert_err(lz_random_below(&r.base, 0, &value), LZ_INTERNAL);
}

static void a_source_that_fails_is_reported_and_nothing_is_written(void **state)
{
    (void)state;
    struct lz_random broken = {.fill = broken_fill};
    uint64_t value = 5;
    assert_err(lz_random_below(&broken, 10, &value), LZ_CRYPTO);
    assert_int_equal(value, 5);
    struct lz_random_seeded seeded;
    lz_random_seeded_init(&seeded, 1);
    fault_arm(FAULT_CRYPTO, 1);
    lz_err err = lz_random_below(&seeded.base, 10, &value);
    fault_disarm();
    assert_err(err, LZ_CRYPTO);
    assert_int_equal(value, 5);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_system_source_fills_all_it_is_asked_for),
        cmocka_unit_test(the_seeded_source_repeats_itself_and_differs_by_seed),
        cmocka_unit_test(a_number_below_a_bound_is_below_it_and_every_one_appears),
        cmocka_unit_test(a_source_that_fails_is_reported_and_nothing_is_written),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
