/* multipart/form-data; the first line of the input is the Content-Type. */
#include "tests/fuzz/faults.h"
#include "web/http/form.h"

#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct lz_arena *arena = lz_arena_new(4 << 20);
    struct lz_form form = {0};
    const uint8_t *line = size ? memchr(data, '\n', size) : NULL;
    if (arena && line) {
        char *type = lz_arena_copy(arena, (const char *)data, (size_t)(line - data));
        struct lz_bytes body = lz_bytes_of(line + 1, size - (size_t)(line - data) - 1);
        if (type && lz_form_parse(arena, type, body, &form) == LZ_OK) {
            for (size_t i = 0; i < form.count; i++) {
                const struct lz_form_field *field = &form.fields[i];
                lz_fuzz_need(!field->filename || !strpbrk(field->filename, "/\\"));
                lz_fuzz_need(field->bytes.size <= size && field->name && field->text);
            }
        }
    }
    lz_arena_free(&arena);
    return 0;
}
