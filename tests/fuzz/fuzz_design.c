/* Any text is a usable side of a design or is refused with a fault. */
#include "badge-print/design.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size); /* libFuzzer declares it nowhere */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct lz_arena *arena = lz_arena_new(1 << 22);
    struct lz_design_side side = {0};
    struct lz_fault fault = {0};
    lz_err err = lz_design_side_parse(lz_bytes_of(data, size), "fuzz", arena, &side, &fault);
    if ((err == LZ_OK) != (side.svg != NULL) || (err && fault.code != err))
        abort();
    lz_design_side_free(&side);
    lz_arena_free(&arena);
    return 0;
}
