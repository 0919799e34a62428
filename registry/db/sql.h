/* The SQL seam: named statements with named parameters, one text for every engine.  SQLite stands behind it
 * today (connection.h and what includes it); another engine replaces those files under the same contract, and
 * nothing above this header changes.
 *
 * Statements live in *.sql files beside the feature that owns them, each headed by `-- name:
 * feature_verb_noun` (and `-- scan: reason` where a full table scan is meant).  The build turns them into one
 * table, so that every statement can be listed, reviewed and prepared by a test; none is assembled at run
 * time.
 *
 * SQL text keeps to what both engines take (facts: named parameters written :name, ids made in C, integers,
 * text and blobs bound, ON CONFLICT instead of INSERT OR, LIMIT :n, no engine functions). */
#ifndef LZ_DB_SQL_H
#define LZ_DB_SQL_H

#include "registry/base/bytes.h"
#include "registry/base/error.h"

#include <stdbool.h>
#include <stdint.h>

struct lz_statement {
    const char *name;
    const char *text;
    bool scans; /* a full scan is meant */
};

struct lz_migration {
    int number; /* 1, 2, 3 … without gaps */
    const char *name;
    const char *text; /* one or more statements, run in one transaction */
};

/* What a database is opened with: static tables made by the build. */
struct lz_schema {
    const struct lz_statement *statements;
    size_t statement_count;
    const struct lz_migration *migrations;
    size_t migration_count;
};

/* ---- the database: opened once, shared by all threads ---- */
struct lz_db;
struct lz_sql; /* one connection, for one thread at a time */

enum lz_db_mode {
    LZ_DB_OPEN,      /* must exist; LZ_NEWER when its schema is newer; older ones: see `migrate_backup` */
    LZ_DB_CREATE,    /* must not exist: LZ_EXISTS */
    LZ_DB_READ_ONLY, /* never written, never migrated */
};
struct lz_db_options {
    enum lz_db_mode mode;
    const char *migrate_backup; /* path for the copy made before an older schema is migrated; NULL:
                                   LZ_WRONG_STATE instead */
    int busy_timeout_ms;        /* how long to wait for another process's write; 0: 5000 */
};

/* `url`: a path for SQLite.  `schema` must outlive the database.  *ret_db untouched on failure. */
LZ_MUST lz_err lz_db_open(const char *url, const struct lz_schema *schema,
                          const struct lz_db_options *options, struct lz_db **ret_db, struct lz_fault *fault);
/* Closes every connection; no thread may be inside.  Accepts NULL and pointer to NULL. */
void lz_db_close(struct lz_db **db);

/* This thread's read connection, opened at its first use and kept until the thread or the database ends.
 * NULL with a fault on failure.  Each statement sees the newest commit unless inside lz_sql_read_begin. */
struct lz_sql *lz_db_reader(struct lz_db *db, struct lz_fault *fault);

/* Runs `job` in a write transaction and returns when it is durable (or failed: then nothing of it happened).
 * Jobs of several threads share one commit (group commit); a failing job harms no other.  `job` may run on
 * another thread's stack, and more than once when another of its batch fails: it must have no effect but
 * through `sql` and what `context` points to, and must begin by resetting what it wrote there.  A write
 * inside a job is LZ_INTERNAL (it would wait for itself); so is a job that leaves a query or a savepoint
 * open: it is undone.  `fault` gets the engine's words when the job fails without its own. */
typedef lz_err (*lz_db_job)(struct lz_sql *sql, void *context, struct lz_fault *fault);
LZ_MUST lz_err lz_db_write(struct lz_db *db, lz_db_job job, void *context, struct lz_fault *fault);

/* One point in time for several reads.  Ends with lz_sql_read_end. */
LZ_MUST lz_err lz_sql_read_begin(struct lz_sql *sql);
void lz_sql_read_end(struct lz_sql *sql);

/* A savepoint inside a job, for all-or-part work (a roster's good rows). `lz_sql_savepoint_end(sql, false)`
 * undoes it. */
LZ_MUST lz_err lz_sql_savepoint(struct lz_sql *sql);
LZ_MUST lz_err lz_sql_savepoint_end(struct lz_sql *sql, bool keep);

/* ---- one query ----
 *     struct lz_query *q = lz_query_start(sql, LZ_Q_organ_by_code);
 *     lz_query_text(q, "code", code);
 *     while (lz_query_next(q)) … lz_query_get_int(q, 0) …
 *     return lz_query_end(q);
 * Errors (unknown name, unbound parameter, engine) are kept and returned by lz_query_end, which also resets
 * the cached statement; every start needs its end.  A misspelt parameter name is LZ_INTERNAL at once.
 * lz_query_start returns NULL only when memory or the statement fails; every other call accepts NULL and does
 * nothing, and lz_query_end(NULL) is LZ_INTERNAL, so one check at the end is enough. The same statement may
 * not be started twice without an end between (LZ_INTERNAL): read it out first.
 * What the schema refuses: UNIQUE and PRIMARY KEY LZ_EXISTS, foreign keys LZ_CONFLICT (also deferred ones,
 * when the job ends), RAISE in a trigger LZ_WRONG_STATE, CHECK, NOT NULL and types LZ_INTERNAL (validators
 * stand before them).  A write that is ended without a single lz_query_next is LZ_INTERNAL, for it never
 * happened. */
struct lz_query;
struct lz_query *lz_query_start(struct lz_sql *sql, size_t statement);
void lz_query_text(struct lz_query *q, const char *name, const char *value); /* NULL binds SQL NULL; copied */
void lz_query_int(struct lz_query *q, const char *name, int64_t value);
void lz_query_blob(struct lz_query *q, const char *name,
                   struct lz_bytes value); /* data NULL binds SQL NULL; copied */
void lz_query_null(struct lz_query *q, const char *name);
bool lz_query_next(struct lz_query *q); /* true: a row stands ready */
/* Columns count from 0 in the order of the SELECT list.  Results are borrowed until the next lz_query_* call
 * on `q`. */
int64_t lz_query_get_int(struct lz_query *q, int column);      /* SQL NULL gives 0 */
const char *lz_query_get_text(struct lz_query *q, int column); /* SQL NULL gives NULL */
struct lz_bytes lz_query_get_blob(struct lz_query *q, int column);
bool lz_query_is_null(struct lz_query *q, int column);
/* Rows changed, after the last step; kept until the next start. */
int64_t lz_query_changes(struct lz_query *q);
LZ_MUST lz_err lz_query_end(struct lz_query *q);
/* Binds are done; runs to the end, expecting no rows (LZ_INTERNAL), and ends the query. */
LZ_MUST lz_err lz_query_run(struct lz_query *q);
/* Text of the engine's last error on this connection, for a fault or a log; never holds bound values. */
const char *lz_sql_error(struct lz_sql *sql);

/* ---- engine-level work ---- */
/* Online copy into `path` (must not exist), then opened and checked.  Safe while others write. */
LZ_MUST lz_err lz_db_backup(struct lz_db *db, const char *path, struct lz_fault *fault);
/* Pages, foreign keys, schema text against a fresh one.  LZ_CORRUPT with a fault naming the first finding. */
LZ_MUST lz_err lz_db_check(struct lz_db *db, struct lz_fault *fault);
/* For the tests: prepares statement `i` and reports whether its plan scans a whole table, or all of a
 * covering index. Walking an index in order is no scan, nor is ORDER BY key LIMIT n without a condition.  The
 * plan is appended. */
LZ_MUST lz_err lz_sql_explain_scan(struct lz_sql *sql, size_t statement, bool *ret_scans,
                                   struct lz_buf *ret_plan);

#endif
