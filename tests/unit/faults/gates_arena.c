/* The gates of arenas. */
#include "gate.h"

#include "registry/base/arena.h"

#include "calls_arena.inc"

char *__wrap_lz_arena_printf(struct lz_arena *arena, const char *format, ...) LZ_PRINTF(2, 3);
char *__wrap_lz_arena_printf(struct lz_arena *arena, const char *format, ...)
{
    char *text = NULL, *copy = NULL;
    va_list arguments;
    va_start(arguments, format);
    int size = vasprintf(&text, format, arguments);
    va_end(arguments);
    if (size >= 0 && !fault_now(FAULT_GATE_ARENA))
        copy = __real_lz_arena_copy(arena, text, (size_t)size);
    free(text);
    return copy;
}
