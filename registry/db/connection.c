/* One SQLite connection: how it is opened, what it may do, its transaction statements. */
#include "registry/db/connection.h"

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char *const control_texts[LZ_CONTROL_COUNT] = {
    [LZ_CONTROL_BEGIN_READ] = "BEGIN",
    [LZ_CONTROL_BEGIN_WRITE] = "BEGIN IMMEDIATE",
    [LZ_CONTROL_COMMIT] = "COMMIT",
    [LZ_CONTROL_ROLLBACK] = "ROLLBACK",
    [LZ_CONTROL_PIN] = "SELECT count(*) FROM (SELECT 1 FROM sqlite_schema LIMIT 1)",
    [LZ_CONTROL_JOB] = "SAVEPOINT job",
    [LZ_CONTROL_JOB_UNDO] = "ROLLBACK TO job",
    [LZ_CONTROL_JOB_RELEASE] = "RELEASE job",
    [LZ_CONTROL_PART] = "SAVEPOINT part",
    [LZ_CONTROL_PART_UNDO] = "ROLLBACK TO part",
    [LZ_CONTROL_PART_RELEASE] = "RELEASE part",
};

/* What a named statement may do.  Schema changes, PRAGMA, ATTACH and transaction control belong to the engine
 * alone: one COMMIT in a feature's file would make half a job durable. */
static const struct {
    int action;
    bool readers_too;
} allowed_actions[] = {
    {SQLITE_SELECT, true},  {SQLITE_READ, true},    {SQLITE_FUNCTION, true}, {SQLITE_RECURSIVE, true},
    {SQLITE_INSERT, false}, {SQLITE_UPDATE, false}, {SQLITE_DELETE, false},
};

static int authorize(void *context, int action, const char *a, const char *b, const char *database,
                     const char *trigger)
{
    struct lz_sql *sql = context;
    (void)a, (void)b, (void)database, (void)trigger;
    if (!sql->preparing_named)
        return SQLITE_OK;
    for (size_t i = 0; i < sizeof allowed_actions / sizeof allowed_actions[0]; i++)
        if (allowed_actions[i].action == action &&
            (allowed_actions[i].readers_too || sql->kind == LZ_SQL_WRITER))
            return SQLITE_OK;
    sql->denied = true;
    return SQLITE_DENY;
}

/* Settings that hold for every connection.  DEFENSIVE and an untrusted schema: a crafted file must not make
 * us run what it says.  DQS off: a misspelt "column" must not silently become text. */
static const struct {
    int option;
    int value;
} config_rows[] = {
    {SQLITE_DBCONFIG_DEFENSIVE, 1},   {SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0},
    {SQLITE_DBCONFIG_DQS_DML, 0},     {SQLITE_DBCONFIG_DQS_DDL, 0},
    {SQLITE_DBCONFIG_ENABLE_FKEY, 1}, {SQLITE_DBCONFIG_ENABLE_LOAD_EXTENSION, 0},
};

/* mmap: half again as many look-ups a second (facts, PERFORMANCE).  Readers keep a small page cache, since
 * there is one per thread and mapped pages are read in place.  The writer keeps pages in its cache instead:
 * a mapped page is checked cell by cell at every visit, a cached one once. */
static const char *const pragmas[] = {
    [LZ_SQL_READER] =
        "PRAGMA cell_size_check = ON; PRAGMA mmap_size = 2147418112; PRAGMA temp_store = MEMORY;"
        "PRAGMA cache_size = -8192; PRAGMA query_only = ON;",
    [LZ_SQL_WRITER] = "PRAGMA cell_size_check = ON; PRAGMA mmap_size = 0; PRAGMA temp_store = MEMORY;"
                      "PRAGMA cache_size = -65536; PRAGMA synchronous = FULL;"
                      "PRAGMA journal_size_limit = 67108864;",
};

lz_err lz_sql_exec(struct lz_sql *sql, const char *text)
{
    int rc = sqlite3_exec(sql->handle, text, NULL, NULL, NULL);
    return rc == SQLITE_OK ? LZ_OK : lz_sql_fail(sql, rc);
}

static lz_err prepare_control(struct lz_sql *sql, enum lz_control control)
{
    if (sql->controls[control])
        return LZ_OK;
    int rc = sqlite3_prepare_v3(sql->handle, control_texts[control], -1, SQLITE_PREPARE_PERSISTENT,
                                &sql->controls[control], NULL);
    return rc == SQLITE_OK ? LZ_OK : lz_sql_fail(sql, rc);
}

lz_err lz_sql_open(const char *path, const struct lz_schema *schema, enum lz_sql_kind kind,
                   int busy_timeout_ms, struct lz_sql **ret_sql)
{
    lz_err err = LZ_MEMORY;
    struct lz_sql *sql = calloc(1, sizeof *sql);
    if (!sql)
        return LZ_MEMORY;
    sql->schema = schema;
    sql->kind = kind;
    sql->queries = calloc(schema->statement_count + 1, sizeof *sql->queries);
    if (!sql->queries)
        goto out;
    /* no mutex of SQLite's own: a connection is used by one thread at a time */
    int flags = (kind == LZ_SQL_READER ? SQLITE_OPEN_READONLY : SQLITE_OPEN_READWRITE) | SQLITE_OPEN_NOMUTEX |
                SQLITE_OPEN_EXRESCODE;
    int rc = sqlite3_open_v2(path, &sql->handle, flags, NULL);
    if (rc != SQLITE_OK) {
        err = sql->handle ? lz_sql_fail(sql, rc) : LZ_MEMORY;
        goto out;
    }
    for (size_t i = 0; i < sizeof config_rows / sizeof config_rows[0]; i++) {
        rc = sqlite3_db_config(sql->handle, config_rows[i].option, config_rows[i].value, NULL);
        if (rc != SQLITE_OK) {
            err = lz_sql_fail(sql, rc);
            goto out;
        }
    }
    sqlite3_limit(sql->handle, SQLITE_LIMIT_ATTACHED, 0);
    sqlite3_busy_timeout(sql->handle, busy_timeout_ms);
    sqlite3_set_authorizer(sql->handle, authorize, sql);
    err = lz_sql_exec(sql, pragmas[kind]);
    /* Ending a transaction must not need memory that may be what failed in it. */
    if (err == LZ_OK)
        err = prepare_control(sql, LZ_CONTROL_ROLLBACK);
    if (err == LZ_OK)
        err = prepare_control(sql, LZ_CONTROL_COMMIT);
    if (err != LZ_OK)
        goto out;
    *ret_sql = sql;
    sql = NULL;
out:
    lz_sql_close(&sql);
    return err;
}

void lz_sql_close(struct lz_sql **sql)
{
    if (!sql || !*sql)
        return;
    struct lz_sql *s = *sql;
    for (size_t i = 0; s->queries && i < s->schema->statement_count; i++)
        sqlite3_finalize(s->queries[i].stmt);
    for (size_t i = 0; i < LZ_CONTROL_COUNT; i++)
        sqlite3_finalize(s->controls[i]);
    sqlite3_close_v2(s->handle);
    free(s->queries);
    free(s);
    *sql = NULL;
}

lz_err lz_sql_control(struct lz_sql *sql, enum lz_control control)
{
    lz_err err = prepare_control(sql, control);
    if (err != LZ_OK)
        return err;
    int rc = sqlite3_step(sql->controls[control]);
    err = rc == SQLITE_DONE || rc == SQLITE_ROW ? LZ_OK : lz_sql_fail(sql, rc);
    sqlite3_reset(sql->controls[control]);
    return err;
}

lz_err lz_sql_pragma_int(struct lz_sql *sql, const char *text, int *ret_value)
{
    sqlite3_stmt *stmt = NULL;
    int rc = sqlite3_prepare_v2(sql->handle, text, -1, &stmt, NULL);
    if (rc == SQLITE_OK)
        rc = sqlite3_step(stmt);
    lz_err err = LZ_OK;
    if (rc == SQLITE_ROW)
        *ret_value = sqlite3_column_int(stmt, 0);
    else
        err = rc == SQLITE_DONE ? LZ_INTERNAL : lz_sql_fail(sql, rc);
    sqlite3_finalize(stmt);
    return err;
}

bool lz_sql_in_transaction(const struct lz_sql *sql)
{
    return sqlite3_get_autocommit(sql->handle) == 0;
}

const char *lz_sql_error(struct lz_sql *sql)
{
    return sql ? sql->error : "";
}

lz_err lz_sql_leave_past(struct lz_sql *sql)
{
    const bool left_open = sql->read_depth == 0 && sql->kind == LZ_SQL_READER && lz_sql_in_transaction(sql);
    return left_open ? lz_sql_control(sql, LZ_CONTROL_ROLLBACK) : LZ_OK;
}

lz_err lz_sql_read_begin(struct lz_sql *sql)
{
    if (!sql)
        return LZ_INTERNAL;
    lz_err past = lz_sql_leave_past(sql);
    if (past != LZ_OK)
        return past;
    if (sql->read_depth == 0 && !lz_sql_in_transaction(sql)) {
        lz_err err = lz_sql_control(sql, LZ_CONTROL_BEGIN_READ);
        if (err != LZ_OK)
            return err;
        err = lz_sql_control(sql, LZ_CONTROL_PIN);
        if (err != LZ_OK) {
            (void)!lz_sql_control(sql, LZ_CONTROL_ROLLBACK);
            return err;
        }
    }
    sql->read_depth++;
    return LZ_OK;
}

void lz_sql_read_end(struct lz_sql *sql)
{
    if (!sql || sql->read_depth == 0 || --sql->read_depth > 0 || sql->kind == LZ_SQL_WRITER)
        return;
    /* nothing was written: ending cannot lose anything */
    if (lz_sql_control(sql, LZ_CONTROL_COMMIT) != LZ_OK)
        (void)!lz_sql_control(sql, LZ_CONTROL_ROLLBACK);
}

lz_err lz_sql_savepoint(struct lz_sql *sql)
{
    if (!sql || sql->kind != LZ_SQL_WRITER || !lz_sql_in_transaction(sql))
        return LZ_INTERNAL;
    lz_err err = lz_sql_control(sql, LZ_CONTROL_PART);
    if (err == LZ_OK)
        sql->savepoints++;
    return err;
}

lz_err lz_sql_savepoint_end(struct lz_sql *sql, bool keep)
{
    if (!sql || sql->savepoints == 0)
        return LZ_INTERNAL;
    sql->savepoints--;
    lz_err err = keep ? LZ_OK : lz_sql_control(sql, LZ_CONTROL_PART_UNDO);
    return err == LZ_OK ? lz_sql_control(sql, LZ_CONTROL_PART_RELEASE) : err;
}
