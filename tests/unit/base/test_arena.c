#include "lz_test.h"
#include "registry/base/arena.h"

#include <stdalign.h>

static void memory_is_zeroed_aligned_and_apart(void **state)
{
    (void)state;
    struct lz_arena *arena = lz_arena_new(0);
    assert_non_null(arena);
    for (size_t size = 1; size < 5000; size += 37) {
        unsigned char *p = lz_arena_alloc(arena, size);
        assert_non_null(p);
        assert_int_equal((uintptr_t)p % alignof(max_align_t), 0);
        for (size_t i = 0; i < size; i++)
            assert_int_equal(p[i], 0);
        memset(p, 0xAA, size);
    }
    lz_arena_free(&arena);
    assert_null(arena);
    lz_arena_free(&arena);
    lz_arena_free(NULL);
}

static void texts_are_copied_and_formatted(void **state)
{
    (void)state;
    struct lz_arena *arena = lz_arena_new(0);
    assert_string_equal(lz_arena_text(arena, "亮证"), "亮证");
    assert_null(lz_arena_text(arena, NULL));
    assert_string_equal(lz_arena_copy(arena, "abcdef", 3), "abc");
    assert_string_equal(lz_arena_copy(arena, NULL, 0), "");
    assert_string_equal(lz_arena_printf(arena, "%s-%d", "x", 7), "x-7");
    lz_arena_free(&arena);
}

static void the_cap_holds_and_reset_gives_it_back(void **state)
{
    (void)state;
    struct lz_arena *arena = lz_arena_new(1024);
    assert_non_null(lz_arena_alloc(arena, 1000));
    assert_null(lz_arena_alloc(arena, 100));
    assert_int_equal(lz_arena_used(arena), 1008);
    lz_arena_reset(arena);
    assert_int_equal(lz_arena_used(arena), 0);
    const unsigned char *again = lz_arena_alloc(arena, 1024);
    assert_non_null(again);
    assert_null(lz_arena_alloc(arena, 1));
    lz_arena_free(&arena);
}

static void sizes_that_overflow_are_refused(void **state)
{
    (void)state;
    struct lz_arena *arena = lz_arena_new(0);
    assert_null(lz_arena_array(arena, SIZE_MAX / 2, 3));
    assert_null(lz_arena_alloc(arena, SIZE_MAX));
    assert_null(lz_arena_copy(arena, "", SIZE_MAX));
    assert_non_null(lz_arena_array(arena, 0, 8));
    lz_arena_free(&arena);
}

static void a_reset_arena_keeps_working_after_it_grew(void **state)
{
    (void)state;
    struct lz_arena *arena = lz_arena_new(0);
    for (int round = 0; round < 3; round++) {
        for (int i = 0; i < 100; i++)
            assert_non_null(lz_arena_alloc(arena, 10000));
        lz_arena_reset(arena);
    }
    lz_arena_free(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(memory_is_zeroed_aligned_and_apart),
        cmocka_unit_test(texts_are_copied_and_formatted),
        cmocka_unit_test(the_cap_holds_and_reset_gives_it_back),
        cmocka_unit_test(sizes_that_overflow_are_refused),
        cmocka_unit_test(a_reset_arena_keeps_working_after_it_grew),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
