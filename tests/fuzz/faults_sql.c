/* SQLite's calls; its memory fails in faults.c. */
#include "tests/fuzz/faults.h"

#include <sqlite3.h>
#include <string.h>

static int refusal(void)
{
    static const int CODES[] = {SQLITE_IOERR, SQLITE_FULL,    SQLITE_NOMEM,
                                SQLITE_BUSY,  SQLITE_CORRUPT, SQLITE_READONLY};
    return CODES[lz_fuzz_pick(sizeof CODES / sizeof CODES[0])];
}

/* Undoing never fails in SQLite: a transaction whose rollback meets an error is over all the same. */
static bool undoes(sqlite3_stmt *stmt)
{
    const char *text = sqlite3_sql(stmt);
    return text && (sqlite3_strnicmp(text, "ROLLBACK", 8) == 0 || sqlite3_strnicmp(text, "RELEASE", 7) == 0);
}

#define WRAP(...) LZ_FUZZ_WRAP(LZ_FUZZ_SQL, int, refusal(), __VA_ARGS__)
/* clang-format off */
WRAP(sqlite3_prepare_v2, (sqlite3 *db, const char *text, int size, sqlite3_stmt **stmt, const char **tail), (db, text, size, stmt, tail))
WRAP(sqlite3_prepare_v3, (sqlite3 *db, const char *text, int size, unsigned flags, sqlite3_stmt **stmt, const char **tail), (db, text, size, flags, stmt, tail))
WRAP(sqlite3_bind_blob64, (sqlite3_stmt *stmt, int at, const void *data, sqlite3_uint64 size, void (*release)(void *)), (stmt, at, data, size, release))
WRAP(sqlite3_bind_int64, (sqlite3_stmt *stmt, int at, sqlite3_int64 value), (stmt, at, value))
WRAP(sqlite3_bind_null, (sqlite3_stmt *stmt, int at), (stmt, at))
WRAP(sqlite3_bind_text64, (sqlite3_stmt *stmt, int at, const char *data, sqlite3_uint64 size, void (*release)(void *), unsigned char encoding), (stmt, at, data, size, release, encoding))
WRAP(sqlite3_exec, (sqlite3 *db, const char *text, int (*each)(void *, int, char **, char **), void *context, char **error), (db, text, each, context, error))
WRAP(sqlite3_backup_step, (sqlite3_backup *backup, int pages), (backup, pages))
/* clang-format on */

int __real_sqlite3_step(sqlite3_stmt *stmt);
int __wrap_sqlite3_step(sqlite3_stmt *stmt);
int __wrap_sqlite3_step(sqlite3_stmt *stmt)
{
    return !undoes(stmt) && lz_fuzz_due(LZ_FUZZ_SQL) ? refusal() : __real_sqlite3_step(stmt);
}
