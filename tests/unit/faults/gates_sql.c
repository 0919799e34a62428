/* The gates of SQLite: its calls, its memory. */
#include "gate.h"

#include <sqlite3.h>

#include "calls_sql.inc"

/* Ours asks for an option with one value and nowhere to put the old one. */
int __real_sqlite3_db_config(sqlite3 *db, int option, ...);
int __wrap_sqlite3_db_config(sqlite3 *db, int option, ...);
int __wrap_sqlite3_db_config(sqlite3 *db, int option, ...)
{
    va_list arguments;
    va_start(arguments, option);
    int value = va_arg(arguments, int);
    int *old = va_arg(arguments, int *);
    va_end(arguments);
    return fault_now(FAULT_GATE_SQL) ? fault_sqlite_code() : __real_sqlite3_db_config(db, option, value, old);
}

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
