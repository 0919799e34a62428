/* Query strings and urlencoded bodies. */
#include "web/http/form.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct lz_arena *arena = lz_arena_new(1 << 20);
    struct lz_form form = {0};
    if (arena && lz_form_urlencoded(arena, lz_bytes_of(data, size), &form) == LZ_OK) {
        for (size_t i = 0; i < form.count; i++) {
            if (strlen(form.fields[i].text) != form.fields[i].bytes.size)
                abort();
        }
        (void)lz_form_text(&form, "a");
    }
    lz_arena_free(&arena);
    return 0;
}
