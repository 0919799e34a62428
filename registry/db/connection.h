/* Private to registry/db: what stands behind sql.h when the engine is SQLite. */
#ifndef LZ_DB_CONNECTION_H
#define LZ_DB_CONNECTION_H

#include "registry/db/sql.h"

#include <pthread.h>
#include <sqlite3.h>

/* PRAGMA application_id of a register: "LZRG".  A file without it is somebody else's and is never touched. */
enum { LZ_DB_APPLICATION_ID = 0x4C5A5247 };

/* Transaction control, prepared once per connection. */
enum lz_control {
    LZ_CONTROL_BEGIN_READ,
    LZ_CONTROL_BEGIN_WRITE,
    LZ_CONTROL_COMMIT,
    LZ_CONTROL_ROLLBACK,
    LZ_CONTROL_PIN, /* the first read fixes the snapshot; BEGIN alone does not */
    LZ_CONTROL_JOB,
    LZ_CONTROL_JOB_UNDO,
    LZ_CONTROL_JOB_RELEASE,
    LZ_CONTROL_PART,
    LZ_CONTROL_PART_UNDO,
    LZ_CONTROL_PART_RELEASE,
    LZ_CONTROL_COUNT
};

struct lz_query {
    struct lz_sql *sql;
    sqlite3_stmt *stmt; /* prepared at first use */
    lz_err err;         /* first failure since the start */
    uint64_t bound;     /* bit i: parameter i + 1 has a value */
    int last;           /* the parameter bound last, from 1; 0: none yet */
    int64_t changes;
    bool started;
    bool stepped;
    bool row;  /* a row stands ready */
    bool done; /* ran to its end */
};

enum lz_sql_kind { LZ_SQL_READER, LZ_SQL_WRITER };

struct lz_sql {
    sqlite3 *handle;
    const struct lz_schema *schema;
    struct lz_query *queries; /* one per statement of the schema */
    sqlite3_stmt *controls[LZ_CONTROL_COUNT];
    size_t open_queries;
    unsigned read_depth;
    unsigned savepoints;
    enum lz_sql_kind kind;
    bool preparing_named; /* the authorizer is strict: only plain reading and writing */
    bool denied;          /* the authorizer said no */
    char error[256];
};

/* fault.c */
lz_err lz_db_err(int sqlite_code);
/* The connection's last error, an I/O error told apart by errno; remembers the text for lz_sql_error. */
lz_err lz_sql_fail(struct lz_sql *sql, int sqlite_code);
lz_err lz_db_errno_err(int number);
lz_err lz_db_handle_err(sqlite3 *handle, int sqlite_code);
/* Sets the engine's sentence for `err`; returns err. */
lz_err lz_db_fault(struct lz_fault *fault, lz_err err);

/* connection.c */
LZ_MUST lz_err lz_sql_open(const char *path, const struct lz_schema *schema, enum lz_sql_kind kind,
                           int busy_timeout_ms, struct lz_sql **ret_sql);
void lz_sql_close(struct lz_sql **sql);
LZ_MUST lz_err lz_sql_control(struct lz_sql *sql, enum lz_control control);
LZ_MUST lz_err lz_sql_exec(struct lz_sql *sql, const char *text); /* engine's own statements only */
LZ_MUST lz_err lz_sql_pragma_int(struct lz_sql *sql, const char *text, int *ret_value);
bool lz_sql_in_transaction(const struct lz_sql *sql);
/* Before anything is read: a reader's transaction that could not be ended is ended now, or nothing is read.
 * What it sees is old, and a revoked badge would look good. */
LZ_MUST lz_err lz_sql_leave_past(struct lz_sql *sql);
/* Ends what a job or a test left open; true when there was something. */
bool lz_sql_abandon_queries(struct lz_sql *sql);

/* migrate.c */
/* Brings the schema from user_version up to migrations[0 .. count); each migration is one transaction. */
LZ_MUST lz_err lz_db_migrate(struct lz_sql *sql, const struct lz_migration *migrations, size_t count,
                             struct lz_fault *fault);

/* backup.c */
LZ_MUST lz_err lz_sql_backup(struct lz_sql *source, const char *path, struct lz_fault *fault);
LZ_MUST lz_err lz_db_sync_folder_of(const char *path);
void lz_db_unlink(const char *path); /* the file and what SQLite keeps beside it */

/* check.c: pages, foreign keys, and the schema against migrations 1 .. user_version run in memory. */
LZ_MUST lz_err lz_sql_check(struct lz_sql *sql, struct lz_fault *fault);

/* readers.c: a connection per thread */
struct lz_readers;
LZ_MUST lz_err lz_readers_new(struct lz_readers **ret_readers);
void lz_readers_free(struct lz_readers **readers);
/* This thread's connection, or NULL when it has none yet. */
struct lz_sql *lz_readers_get(struct lz_readers *readers);
/* Keeps `*sql` as this thread's connection and takes it; LZ_MEMORY leaves it with the caller. */
LZ_MUST lz_err lz_readers_put(struct lz_readers *readers, struct lz_sql **sql);

/* write.c */
struct lz_write_queue;
LZ_MUST lz_err lz_write_queue_new(struct lz_sql *writer, struct lz_write_queue **ret_queue);
void lz_write_queue_free(struct lz_write_queue **queue); /* leaves the writer */
LZ_MUST lz_err lz_write_queue_run(struct lz_write_queue *queue, lz_db_job job, void *context,
                                  struct lz_fault *fault);

struct lz_db {
    const struct lz_schema *schema;
    char *path;
    int busy_timeout_ms;
    struct lz_sql *writer; /* NULL when read-only */
    struct lz_write_queue *queue;
    struct lz_readers *readers;
};

#endif
