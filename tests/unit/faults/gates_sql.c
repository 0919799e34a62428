/* The gates of SQLite: its calls, its memory. */
#include "faults.h"

#include <sqlite3.h>

#define CALL(gate, type, failed, name, parameters, arguments)                                                \
    type __real_##name parameters;                                                                           \
    type __wrap_##name parameters;                                                                           \
    type __wrap_##name parameters                                                                            \
    {                                                                                                        \
        return fault_now(FAULT_GATE_##gate) ? failed : __real_##name arguments;                              \
    }
#include "calls_sql.inc"
#undef CALL

static sqlite3_mem_methods real;

static void *engine_malloc(int size)
{
    return fault_now(FAULT_GATE_ENGINE) ? NULL : real.xMalloc(size);
}

static void *engine_realloc(void *old, int size)
{
    return fault_now(FAULT_GATE_ENGINE) ? NULL : real.xRealloc(old, size);
}

__attribute__((constructor)) static void begin(void)
{
    sqlite3_mem_methods ours;
    sqlite3_config(SQLITE_CONFIG_GETMALLOC, &real);
    ours = real;
    ours.xMalloc = engine_malloc;
    ours.xRealloc = engine_realloc;
    sqlite3_config(SQLITE_CONFIG_MALLOC, &ours);
}
