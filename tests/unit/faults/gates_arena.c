/* The gates of arenas. */
#include "faults.h"

#include "registry/base/arena.h"

#define CALL(gate, type, failed, name, parameters, arguments)                                                \
    type __real_##name parameters;                                                                           \
    type __wrap_##name parameters;                                                                           \
    type __wrap_##name parameters                                                                            \
    {                                                                                                        \
        return fault_now(FAULT_GATE_##gate) ? failed : __real_##name arguments;                              \
    }
#include "calls_arena.inc"
#undef CALL

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
