/* Numbered migrations; PRAGMA user_version is the number of the last one run. */
#include "registry/db/connection.h"

#include <stdio.h>

/* Foreign keys are off while a migration runs (tables are rebuilt by copying), so they are checked at its
 * end. */
static lz_err check_references(struct lz_sql *sql)
{
    sqlite3_stmt *stmt = NULL;
    int rc = sqlite3_prepare_v2(sql->handle, "PRAGMA foreign_key_check", -1, &stmt, NULL);
    if (rc == SQLITE_OK)
        rc = sqlite3_step(stmt);
    lz_err err = rc == SQLITE_DONE ? LZ_OK : rc == SQLITE_ROW ? LZ_CONFLICT : lz_sql_fail(sql, rc);
    sqlite3_finalize(stmt);
    return err;
}

static lz_err migrate_one(struct lz_sql *sql, const struct lz_migration *migration)
{
    char stamp[96];
    int version = 0;
    snprintf(stamp, sizeof stamp, "PRAGMA application_id = %d; PRAGMA user_version = %d",
             LZ_DB_APPLICATION_ID, migration->number);
    lz_err err = lz_sql_control(sql, LZ_CONTROL_BEGIN_WRITE);
    if (err != LZ_OK)
        return err;
    err = lz_sql_pragma_int(sql, "PRAGMA user_version", &version);
    if (err == LZ_OK && version < migration->number) { /* else another process was faster */
        err = lz_sql_exec(sql, migration->text);
        if (err == LZ_OK)
            err = check_references(sql);
        if (err == LZ_OK)
            err = lz_sql_exec(sql, stamp);
    }
    if (err == LZ_OK)
        err = lz_sql_control(sql, LZ_CONTROL_COMMIT);
    if (lz_sql_in_transaction(sql))
        (void)!lz_sql_control(sql, LZ_CONTROL_ROLLBACK);
    return err;
}

lz_err lz_db_migrate(struct lz_sql *sql, const struct lz_migration *migrations, size_t count,
                     struct lz_fault *fault)
{
    lz_err err = lz_sql_exec(sql, "PRAGMA foreign_keys = OFF");
    for (size_t i = 0; err == LZ_OK && i < count; i++)
        err = migrate_one(sql, &migrations[i]);
    lz_err on = lz_sql_exec(sql, "PRAGMA foreign_keys = ON");
    if (err == LZ_OK)
        err = on;
    return err == LZ_OK ? LZ_OK : lz_db_fault(fault, err);
}
