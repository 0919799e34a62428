#include "registry/like.h"

#include <string.h>

static const char *pattern(struct lz_arena *arena, const char *text, bool anywhere)
{
    size_t size = strlen(text);
    char *p = lz_arena_alloc(arena, size * 2 + 3);
    if (!p)
        return NULL;
    char *at = p;
    if (anywhere)
        *at++ = '%';
    for (size_t i = 0; i < size; i++) {
        if (strchr("%_\\", text[i]))
            *at++ = '\\';
        *at++ = text[i];
    }
    *at = '%';
    return p;
}

const char *lz_like_contains(struct lz_arena *arena, const char *text)
{
    return pattern(arena, text, true);
}
const char *lz_like_begins(struct lz_arena *arena, const char *text)
{
    return pattern(arena, text, false);
}
