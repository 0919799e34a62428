/* The gates of SQLite: its calls, its memory. */
#include "gate.h"

#include <sqlite3.h>

#include "calls_sql.inc"

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
