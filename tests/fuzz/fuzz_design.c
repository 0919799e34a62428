/* Any text is a usable side of a design or is refused with a fault. */
#include "badge-print/design.h"
#include "tests/fuzz/faults.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct lz_arena *arena = lz_arena_new(1 << 22);
    struct lz_design_side side = {0};
    struct lz_fault fault = {0};
    if (!arena)
        return 0;
    lz_err err = lz_design_side_parse(lz_bytes_of(data, size), "fuzz", arena, &side, &fault);
    lz_fuzz_need((err == LZ_OK) == (side.svg != NULL) && (!err || fault.code == err));
    lz_fuzz_need(side.field_count <= LZ_DESIGN_FIELDS);
    for (size_t i = 0; i < side.field_count; i++)
        lz_fuzz_need(side.fields[i].text && side.fields[i].box.width > 0 && side.fields[i].box.height > 0);
    lz_design_side_free(&side);
    lz_arena_free(&arena);
    return 0;
}
