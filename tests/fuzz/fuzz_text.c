/* Text from outside: whatever comes out of GB18030 is UTF-8, and the helpers keep UTF-8 what was UTF-8. */
#include "registry/base/text.h"
#include "tests/fuzz/faults.h"

#include <string.h>

enum { CAP = 1 << 20 };

static void check_helpers(struct lz_arena *arena, const char *text)
{
    const bool valid = lz_utf8_valid(lz_bytes_text(text));
    char *results[] = {lz_text_fold_width(arena, text), lz_text_trim(arena, text),
                       lz_text_squeeze(arena, text)};
    for (size_t i = 0; i < sizeof results / sizeof results[0]; i++) {
        lz_fuzz_sure(results[i] != NULL);
        if (!results[i])
            continue;
        lz_fuzz_need(strlen(results[i]) <= strlen(text));
        lz_fuzz_need(!valid || lz_utf8_valid(lz_bytes_text(results[i])));
    }
    lz_fuzz_need(lz_utf8_count(text) <= strlen(text));
    (void)lz_text_has_control(text);
    (void)lz_resident_id_valid(text);
    (void)lz_credit_code_valid(text);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct lz_arena *arena = lz_arena_new(0);
    struct lz_buf utf8;
    size_t bad = 0;
    lz_buf_init(&utf8, CAP);
    char *text = arena ? lz_arena_copy(arena, (const char *)data, size) : NULL;
    lz_fuzz_sure(text != NULL);
    if (text)
        check_helpers(arena, text);
    lz_err err = lz_gb18030_to_utf8(lz_bytes_of(data, size), CAP, &utf8, &bad);
    if (err == LZ_OK)
        lz_fuzz_need(lz_utf8_valid(lz_buf_view(&utf8)));
    else
        lz_fuzz_sure(err == LZ_MALFORMED && bad < size && utf8.size == 0);
    lz_buf_free(&utf8);
    lz_arena_free(&arena);
    return 0;
}
