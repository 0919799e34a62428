/* Query strings and urlencoded bodies. */
#include "tests/fuzz/faults.h"
#include "web/http/form.h"

#include <string.h>

/* What was read can be written into a link and read again. */
static void check_link(struct lz_arena *arena, const char *text)
{
    char *encoded = lz_url_encode(arena, text), *again = NULL;
    if (encoded && !lz_url_decode(arena, lz_bytes_text(encoded), true, &again))
        lz_fuzz_need(strcmp(text, again) == 0);
    else
        lz_fuzz_sure(lz_arena_used(arena) > (1 << 19)); /* its cap */
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct lz_arena *arena = lz_arena_new(1 << 20);
    struct lz_form form = {0};
    if (arena && lz_form_urlencoded(arena, lz_bytes_of(data, size), &form) == LZ_OK) {
        for (size_t i = 0; i < form.count; i++) {
            lz_fuzz_need(strlen(form.fields[i].text) == form.fields[i].bytes.size);
            check_link(arena, form.fields[i].text);
        }
        (void)lz_form_text(&form, "a");
    }
    lz_arena_free(&arena);
    return 0;
}
