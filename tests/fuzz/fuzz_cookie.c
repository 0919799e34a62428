/* The Cookie header, and the other headers that hold lists. */
#include "tests/fuzz/faults.h"
#include "web/http/cookie.h"
#include "web/http/negotiate.h"

#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct lz_arena *arena = lz_arena_new(1 << 20);
    char *header = arena ? lz_arena_copy(arena, (const char *)data, size) : NULL;
    if (header) {
        const char *value = lz_cookie_find(arena, header, "s");
        lz_fuzz_need(!value || !strpbrk(value, "; \"\\,"));
        lz_fuzz_need(lz_accept_quality(header, "text/html") <= 1000);
        (void)lz_negotiate_media(header);
        (void)lz_negotiate_lang(header);
        (void)lz_negotiate_gzip(header);
    }
    lz_arena_free(&arena);
    return 0;
}
