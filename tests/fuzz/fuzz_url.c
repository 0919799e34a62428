/* The path of a request. */
#include "tests/fuzz/faults.h"
#include "web/http/path.h"

#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct lz_arena *arena = lz_arena_new(1 << 20);
    struct lz_http_path path = {0};
    if (arena && lz_http_path_parse(arena, lz_bytes_of(data, size), &path) == LZ_OK) {
        lz_fuzz_need(path.text[0] == '/' && !strstr(path.text, "/../") && !strstr(path.text, "//"));
        for (size_t i = 0; i < path.count; i++) {
            lz_fuzz_need(!strchr(path.segments[i], '/') && strcmp(path.segments[i], "..") != 0);
        }
        (void)lz_http_path_for_log(arena, &path);
    }
    lz_arena_free(&arena);
    return 0;
}
