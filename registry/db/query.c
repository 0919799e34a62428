/* One query on a cached statement. */
#include "registry/db/connection.h"

#include <limits.h>
#include <stdio.h>
#include <string.h>

enum { MAX_PARAMETERS = 64 }; /* bits of lz_query.bound */

/* Our own mistakes get a text too, so that a log says more than "internal". */
static lz_err fail_internal(struct lz_sql *sql, const char *what, const char *name)
{
    snprintf(sql->error, sizeof sql->error, "%s: %s", what, name);
    return LZ_INTERNAL;
}

static const char *name_of(const struct lz_query *q)
{
    return q->sql->schema->statements[q - q->sql->queries].name;
}

static void keep_error(struct lz_query *q, lz_err err)
{
    if (q->err == LZ_OK)
        q->err = err;
}

static lz_err prepare(struct lz_sql *sql, const struct lz_statement *statement, sqlite3_stmt **ret_stmt)
{
    sqlite3_stmt *stmt = NULL;
    const char *rest = NULL;
    sql->preparing_named = true;
    sql->denied = false;
    int rc = sqlite3_prepare_v3(sql->handle, statement->text, -1, SQLITE_PREPARE_PERSISTENT, &stmt, &rest);
    sql->preparing_named = false;
    if (rc != SQLITE_OK)
        return sql->denied ? fail_internal(sql, "a statement may not do this here", statement->name)
                           : lz_sql_fail(sql, rc);
    if (!stmt || rest[strspn(rest, " \t\r\n;")] != '\0' ||
        sqlite3_bind_parameter_count(stmt) > MAX_PARAMETERS) {
        sqlite3_finalize(stmt);
        return fail_internal(sql, "not exactly one statement, or too many parameters", statement->name);
    }
    *ret_stmt = stmt;
    return LZ_OK;
}

struct lz_query *lz_query_start(struct lz_sql *sql, size_t statement)
{
    if (!sql || statement >= sql->schema->statement_count)
        return NULL;
    struct lz_query *q = &sql->queries[statement];
    if (q->started) {
        (void)fail_internal(sql, "started twice without an end", sql->schema->statements[statement].name);
        return NULL;
    }
    sqlite3_stmt *stmt = q->stmt;
    *q = (struct lz_query){.sql = sql, .stmt = stmt, .started = true};
    sql->open_queries++;
    if (!stmt)
        keep_error(q, prepare(sql, &sql->schema->statements[statement], &q->stmt));
    return q;
}

/* Parameters are mostly bound in the statement's order: the one behind the last is tried before the search.
 */
static int index_of(const struct lz_query *q, const char *name)
{
    const char *next = sqlite3_bind_parameter_name(q->stmt, q->last + 1);
    if (next && strcmp(next + 1, name) == 0)
        return q->last + 1;
    char key[64] = ":";
    size_t size = strlen(name);
    if (size >= sizeof key - 1)
        return 0;
    memcpy(key + 1, name, size + 1);
    return sqlite3_bind_parameter_index(q->stmt, key);
}

/* The index of a parameter that may be bound now; 0 when an error stands. */
static int parameter(struct lz_query *q, const char *name)
{
    if (!q || !q->started || q->err != LZ_OK)
        return 0;
    int index = index_of(q, name);
    if (index == 0)
        keep_error(q, fail_internal(q->sql, "unknown parameter", name_of(q)));
    else if (q->stepped) {
        keep_error(q, fail_internal(q->sql, "bound after the first step", name_of(q)));
        index = 0;
    } else {
        q->bound |= UINT64_C(1) << (index - 1);
        q->last = index;
    }
    return index;
}

static void bind_result(struct lz_query *q, int rc)
{
    if (rc != SQLITE_OK)
        keep_error(q, lz_sql_fail(q->sql, rc));
}

void lz_query_text(struct lz_query *q, const char *name, const char *value)
{
    int index = parameter(q, name);
    if (index > 0)
        bind_result(q, value ? sqlite3_bind_text64(q->stmt, index, value, strlen(value), SQLITE_TRANSIENT,
                                                   SQLITE_UTF8)
                             : sqlite3_bind_null(q->stmt, index));
}

void lz_query_int(struct lz_query *q, const char *name, int64_t value)
{
    int index = parameter(q, name);
    if (index > 0)
        bind_result(q, sqlite3_bind_int64(q->stmt, index, value));
}

void lz_query_blob(struct lz_query *q, const char *name, struct lz_bytes value)
{
    int index = parameter(q, name);
    if (index > 0)
        bind_result(q, value.data
                           ? sqlite3_bind_blob64(q->stmt, index, value.data, value.size, SQLITE_TRANSIENT)
                           : sqlite3_bind_null(q->stmt, index));
}

void lz_query_null(struct lz_query *q, const char *name)
{
    int index = parameter(q, name);
    if (index > 0)
        bind_result(q, sqlite3_bind_null(q->stmt, index));
}

static bool all_bound(const struct lz_query *q)
{
    int count = sqlite3_bind_parameter_count(q->stmt);
    uint64_t wanted = count == MAX_PARAMETERS ? UINT64_MAX : (UINT64_C(1) << count) - 1;
    return (q->bound & wanted) == wanted;
}

/* Before the first step.  A write is refused outside a transaction: after an error that made the engine roll
 * everything back, a job that goes on must not commit its rest line by line. */
static lz_err may_step(struct lz_query *q)
{
    if (!all_bound(q))
        return fail_internal(q->sql, "a parameter has no value", name_of(q));
    if (!sqlite3_stmt_readonly(q->stmt) && !lz_sql_in_transaction(q->sql))
        return fail_internal(q->sql, "a write outside a transaction", name_of(q));
    return lz_sql_leave_past(q->sql);
}

bool lz_query_next(struct lz_query *q)
{
    if (!q || !q->started)
        return false;
    q->row = false;
    if (q->err != LZ_OK || q->done)
        return false;
    if (!q->stepped) {
        keep_error(q, may_step(q));
        if (q->err != LZ_OK)
            return false;
        q->stepped = true;
    }
    int rc = sqlite3_step(q->stmt);
    if (rc == SQLITE_ROW) {
        q->row = true;
    } else if (rc == SQLITE_DONE) {
        q->done = true;
        q->changes = sqlite3_stmt_readonly(q->stmt) ? 0 : sqlite3_changes64(q->sql->handle);
    } else {
        keep_error(q, lz_sql_fail(q->sql, rc));
    }
    return q->row;
}

static bool has_column(struct lz_query *q, int column)
{
    if (!q || !q->started || !q->row)
        return false;
    if (column >= 0 && column < sqlite3_column_count(q->stmt))
        return true;
    keep_error(q, fail_internal(q->sql, "no such column", name_of(q)));
    return false;
}

int64_t lz_query_get_int(struct lz_query *q, int column)
{
    return has_column(q, column) ? sqlite3_column_int64(q->stmt, column) : 0;
}

bool lz_query_is_null(struct lz_query *q, int column)
{
    return !has_column(q, column) || sqlite3_column_type(q->stmt, column) == SQLITE_NULL;
}

const char *lz_query_get_text(struct lz_query *q, int column)
{
    if (lz_query_is_null(q, column))
        return NULL;
    const char *text = (const char *)sqlite3_column_text(q->stmt, column);
    if (!text)
        keep_error(q, LZ_MEMORY);
    return text;
}

struct lz_bytes lz_query_get_blob(struct lz_query *q, int column)
{
    static const uint8_t empty[1] = {0}; /* so that an empty blob and SQL NULL differ */
    if (lz_query_is_null(q, column))
        return lz_bytes_of(NULL, 0);
    const void *data = sqlite3_column_blob(q->stmt, column);
    size_t size = (size_t)sqlite3_column_bytes(q->stmt, column);
    if (!data && size > 0) {
        keep_error(q, LZ_MEMORY);
        size = 0;
    }
    return lz_bytes_of(data ? data : empty, size);
}

int64_t lz_query_changes(struct lz_query *q)
{
    return q ? q->changes : 0;
}

/* A write must have run to its end: rows of RETURNING come before the engine checks foreign keys, and a write
 * that was never stepped would be acknowledged though it never happened. */
static void finish_write(struct lz_query *q)
{
    if (!q->stmt || q->err != LZ_OK || sqlite3_stmt_readonly(q->stmt))
        return;
    if (!q->stepped)
        keep_error(q, fail_internal(q->sql, "a write was ended without being run", name_of(q)));
    while (lz_query_next(q)) {
    }
}

lz_err lz_query_end(struct lz_query *q)
{
    if (!q || !q->started)
        return LZ_INTERNAL;
    finish_write(q);
    if (q->stmt) {
        sqlite3_reset(q->stmt); /* repeats an error that is kept already */
        sqlite3_clear_bindings(q->stmt);
    }
    q->started = false;
    q->row = false;
    q->sql->open_queries--;
    return q->err;
}

lz_err lz_query_run(struct lz_query *q)
{
    if (lz_query_next(q))
        keep_error(q, fail_internal(q->sql, "rows where none were expected", name_of(q)));
    return lz_query_end(q);
}

bool lz_sql_abandon_queries(struct lz_sql *sql)
{
    if (sql->open_queries == 0)
        return false;
    for (size_t i = 0; i < sql->schema->statement_count; i++) {
        struct lz_query *q = &sql->queries[i];
        if (!q->started)
            continue;
        keep_error(q, fail_internal(sql, "a query was left open", name_of(q)));
        (void)!lz_query_end(q);
    }
    return true;
}
