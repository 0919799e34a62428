/* The one call of SQLite that has any number of arguments. */
#include "faults.h"

#include <sqlite3.h>

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
