/* Is the file whole: pages, references, schema. */
#include "registry/db/connection.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static lz_err found(struct lz_fault *fault, const char *zh, const char *en, const char *what)
{
    char text[LZ_LANG_COUNT][LZ_FAULT_TEXT];
    snprintf(text[LZ_ZH], LZ_FAULT_TEXT, "%s请从备份恢复（liangzheng restore）。（%.120s）", zh, what);
    snprintf(text[LZ_EN], LZ_FAULT_TEXT, "%s: %.120s. Restore a backup (liangzheng restore).", en, what);
    return lz_fault_set(fault, LZ_CORRUPT, text[LZ_ZH], text[LZ_EN]);
}

/* A page that cannot be read now is among the findings, with the engine's code; it need not be damaged. */
static lz_err not_read(const char *text)
{
    static const char mark[] = "error code=";
    const char *code = strstr(text, mark);
    lz_err err = code ? lz_db_err((int)strtol(code + strlen(mark), NULL, 10)) : LZ_CORRUPT;
    return err == LZ_MEMORY || err == LZ_IO || err == LZ_BUSY ? err : LZ_OK;
}

static lz_err check_pages(struct lz_sql *sql, struct lz_fault *fault)
{
    sqlite3_stmt *stmt = NULL;
    int rc = sqlite3_prepare_v2(sql->handle, "PRAGMA integrity_check(1)", -1, &stmt, NULL);
    if (rc == SQLITE_OK)
        rc = sqlite3_step(stmt);
    lz_err err = LZ_OK;
    const char *text = rc == SQLITE_ROW ? (const char *)sqlite3_column_text(stmt, 0) : NULL;
    if (rc != SQLITE_ROW)
        err = lz_db_fault(fault, lz_sql_fail(sql, rc));
    else if (!text)
        err = lz_db_fault(fault, LZ_MEMORY);
    else if (not_read(text))
        err = lz_db_fault(fault, not_read(text));
    else if (strcmp(text, "ok") != 0)
        err = found(fault, "登记库文件已损坏。", "The register's file is damaged", text);
    sqlite3_finalize(stmt);
    return err;
}

static lz_err check_references(struct lz_sql *sql, struct lz_fault *fault)
{
    sqlite3_stmt *stmt = NULL;
    int rc = sqlite3_prepare_v2(sql->handle, "PRAGMA foreign_key_check", -1, &stmt, NULL);
    if (rc == SQLITE_OK)
        rc = sqlite3_step(stmt);
    lz_err err = LZ_OK;
    if (rc == SQLITE_ROW) {
        char text[128];
        /* SQLite's own takes the NULL that it gives when memory ends. */
        sqlite3_snprintf(sizeof text, text, "%s -> %s", (const char *)sqlite3_column_text(stmt, 0),
                         (const char *)sqlite3_column_text(stmt, 2));
        err = found(fault, "有记录指向不存在的记录。", "A record refers to one that is missing", text);
    } else if (rc != SQLITE_DONE) {
        err = lz_db_fault(fault, lz_sql_fail(sql, rc));
    }
    sqlite3_finalize(stmt);
    return err;
}

/* Tables the engine keeps for itself appear when they are first needed; all others must be equal. */
static const char schema_text[] =
    "SELECT type || ' ' || name, sql FROM sqlite_schema WHERE name NOT LIKE 'sqlite\\_%' ESCAPE '\\' "
    "ORDER BY type, name";

static lz_err next_row(struct lz_sql *sql, sqlite3_stmt *stmt, bool *ret_row)
{
    int rc = sqlite3_step(stmt);
    *ret_row = rc == SQLITE_ROW;
    return rc == SQLITE_ROW || rc == SQLITE_DONE ? LZ_OK : lz_sql_fail(sql, rc);
}

/* Neither column is ever NULL: no text means no memory. */
static lz_err same_row(sqlite3_stmt *a, sqlite3_stmt *b, bool *ret_same)
{
    *ret_same = true;
    for (int column = 0; column < 2; column++) {
        const char *x = (const char *)sqlite3_column_text(a, column);
        const char *y = (const char *)sqlite3_column_text(b, column);
        if (!x || !y)
            return LZ_MEMORY;
        *ret_same = *ret_same && strcmp(x, y) == 0;
    }
    return LZ_OK;
}

static lz_err compare_schemas(struct lz_sql *sql, struct lz_sql *fresh, struct lz_fault *fault)
{
    sqlite3_stmt *ours = NULL;
    sqlite3_stmt *theirs = NULL;
    bool row = true, other = true, same = true;
    int rc = sqlite3_prepare_v2(sql->handle, schema_text, -1, &ours, NULL);
    lz_err err = rc == SQLITE_OK ? LZ_OK : lz_sql_fail(sql, rc);
    rc = err == LZ_OK ? sqlite3_prepare_v2(fresh->handle, schema_text, -1, &theirs, NULL) : SQLITE_OK;
    if (rc != SQLITE_OK)
        err = lz_sql_fail(fresh, rc);
    while (err == LZ_OK && same && row) {
        err = next_row(sql, ours, &row);
        if (err == LZ_OK)
            err = next_row(fresh, theirs, &other);
        if (err == LZ_OK && row && other)
            err = same_row(ours, theirs, &same);
        same = same && row == other;
    }
    if (err != LZ_OK)
        lz_db_fault(fault, err);
    else if (!same)
        err = found(fault, "登记库的表结构与程序不符。", "The schema is not the program's",
                    (const char *)sqlite3_column_text(row ? ours : theirs, 0));
    sqlite3_finalize(ours);
    sqlite3_finalize(theirs);
    return err;
}

static lz_err check_schema(struct lz_sql *sql, struct lz_fault *fault)
{
    struct lz_sql *fresh = NULL;
    int version = 0;
    lz_err err = lz_sql_pragma_int(sql, "PRAGMA user_version", &version);
    if (err != LZ_OK)
        return lz_db_fault(fault, err);
    if (version < 0 || (size_t)version > sql->schema->migration_count)
        return lz_db_fault(fault, LZ_NEWER);
    err = lz_sql_open(":memory:", sql->schema, LZ_SQL_WRITER, 0, &fresh);
    if (err != LZ_OK)
        return lz_db_fault(fault, err);
    err = lz_db_migrate(fresh, sql->schema->migrations, (size_t)version, fault);
    if (err == LZ_OK)
        err = compare_schemas(sql, fresh, fault);
    lz_sql_close(&fresh);
    return err;
}

lz_err lz_sql_check(struct lz_sql *sql, struct lz_fault *fault)
{
    lz_err err = check_pages(sql, fault);
    if (err == LZ_OK)
        err = check_references(sql, fault);
    return err == LZ_OK ? check_schema(sql, fault) : err;
}

lz_err lz_db_check(struct lz_db *db, struct lz_fault *fault)
{
    struct lz_sql *sql = lz_db_reader(db, fault);
    if (!sql)
        return fault ? fault->code : LZ_INTERNAL;
    lz_err err = lz_sql_read_begin(sql);
    if (err != LZ_OK)
        return lz_db_fault(fault, err);
    err = lz_sql_check(sql, fault);
    lz_sql_read_end(sql);
    return err;
}
