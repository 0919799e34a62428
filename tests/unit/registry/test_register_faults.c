/* Every operation that changes the register, and those whose answer matters, with the n-th call failing: the
 * register is as before, or it is done. */
#include "fault_world.h"

#include "registry/export.h"
#include "registry/inbox.h"
#include "registry/person.h"
#include "registry/policy.h"
#include "registry/verify.h"

#include "fault_operations.h"

static void each(void **state, enum fault_kind kind)
{
    struct world *w = *state;
    const char *only = getenv("FAULT_OPERATION");
    for (size_t i = 0; i < COUNT_OF(operations); i++)
        if (!only || strcmp(only, operations[i].name) == 0)
            world_fail_each(w, &operations[i], kind);
    fault_report(fault_kind_word(kind));
}

#define KIND(name, kind)                                                                                     \
    static void name(void **state)                                                                           \
    {                                                                                                        \
        each(state, kind);                                                                                   \
    }
KIND(a_failing_allocation_leaves_it_before_or_after, FAULT_MEMORY)
KIND(memory_that_stays_out_leaves_it_before_or_after, FAULT_MEMORY_OUT)
KIND(an_arena_without_room_leaves_it_before_or_after, FAULT_ARENA)
KIND(a_failing_allocation_of_the_engine_leaves_it_before_or_after, FAULT_ENGINE)
KIND(an_engine_without_memory_leaves_it_before_or_after, FAULT_ENGINE_OUT)
KIND(a_failing_statement_leaves_it_before_or_after, FAULT_STATEMENT)
KIND(a_busy_register_is_left_before_or_after, FAULT_BUSY)
KIND(a_failing_write_leaves_it_before_or_after, FAULT_WRITE)
KIND(a_full_disk_leaves_it_before_or_after, FAULT_DISK_FULL)
KIND(a_failing_fsync_leaves_it_before_or_after, FAULT_SYNC)
KIND(a_file_that_cannot_be_made_leaves_it_before_or_after, FAULT_NAME)
KIND(a_disk_that_turns_read_only_leaves_it_before_or_after, FAULT_READ_ONLY)
KIND(a_failing_read_leaves_it_before_or_after, FAULT_READ)
KIND(a_page_that_cannot_be_read_leaves_it_before_or_after, FAULT_PAGE)
KIND(failing_cryptography_leaves_it_before_or_after, FAULT_CRYPTO)

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_failing_allocation_leaves_it_before_or_after),
        cmocka_unit_test(memory_that_stays_out_leaves_it_before_or_after),
        cmocka_unit_test(an_arena_without_room_leaves_it_before_or_after),
        cmocka_unit_test(a_failing_allocation_of_the_engine_leaves_it_before_or_after),
        cmocka_unit_test(an_engine_without_memory_leaves_it_before_or_after),
        cmocka_unit_test(a_failing_statement_leaves_it_before_or_after),
        cmocka_unit_test(a_busy_register_is_left_before_or_after),
        cmocka_unit_test(a_failing_write_leaves_it_before_or_after),
        cmocka_unit_test(a_full_disk_leaves_it_before_or_after),
        cmocka_unit_test(a_failing_fsync_leaves_it_before_or_after),
        cmocka_unit_test(a_file_that_cannot_be_made_leaves_it_before_or_after),
        cmocka_unit_test(a_disk_that_turns_read_only_leaves_it_before_or_after),
        cmocka_unit_test(a_failing_read_leaves_it_before_or_after),
        cmocka_unit_test(a_page_that_cannot_be_read_leaves_it_before_or_after),
        cmocka_unit_test(failing_cryptography_leaves_it_before_or_after),
    };
    return cmocka_run_group_tests(tests, world_setup, world_teardown);
}
