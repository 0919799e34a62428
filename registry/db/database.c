/* Opening and closing: which file is ours, which schema it has, who may write. */
#include "registry/db/connection.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { BUSY_TIMEOUT_MS = 5000 };

/* "./" before a bare name, so that ":memory:" and "file:" are names like any other. */
static char *path_of(const char *url)
{
    char *path = NULL;
    if (asprintf(&path, "%s%s", strchr(url, '/') && strncmp(url, "file:", 5) != 0 ? "" : "./", url) < 0)
        return NULL;
    return path;
}

static lz_err create_file(const char *path, struct lz_fault *fault)
{
    int fd = open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    if (fd >= 0) {
        close(fd);
        return lz_db_sync_folder_of(path);
    }
    lz_err err = lz_db_errno_err(errno);
    if (err == LZ_EXISTS)
        return lz_fault_set(fault, err, "这里已有登记库，未作任何更改。请换一个文件夹。",
                            "There is a register here already; nothing was changed. Choose another folder.");
    if (err == LZ_NOT_FOUND)
        return lz_fault_set(fault, err, "文件夹不存在，请先创建。",
                            "The folder does not exist; create it first.");
    return lz_db_fault(fault, err);
}

static lz_err find_file(const char *path, struct lz_fault *fault)
{
    if (access(path, F_OK) == 0)
        return LZ_OK;
    return lz_fault_set(fault, LZ_NOT_FOUND, "找不到登记库，请检查路径，或用 liangzheng init 新建。",
                        "There is no register here; check the path, or make one with liangzheng init.");
}

/* Reads the two numbers in the file's header.  LZ_UNSUPPORTED: a database, but not a register. */
static lz_err read_version(struct lz_sql *sql, int *ret_version, struct lz_fault *fault)
{
    int application = 0;
    lz_err err = lz_sql_pragma_int(sql, "PRAGMA application_id", &application);
    if (err == LZ_OK)
        err = lz_sql_pragma_int(sql, "PRAGMA user_version", ret_version);
    if (err != LZ_OK)
        return lz_db_fault(fault, err);
    if (application == LZ_DB_APPLICATION_ID)
        return LZ_OK;
    return lz_fault_set(fault, LZ_UNSUPPORTED, "这个文件不是亮证的登记库，未作任何更改。请检查路径。",
                        "This file is not a Liangzheng register; nothing was changed. Check the path.");
}

/* What stands between this file and the schema we know. */
static lz_err bring_up_to_date(struct lz_sql *sql, const struct lz_schema *schema,
                               const struct lz_db_options *options, struct lz_fault *fault)
{
    int version = 0;
    if (options->mode == LZ_DB_CREATE)
        return lz_db_migrate(sql, schema->migrations, schema->migration_count, fault);
    lz_err err = read_version(sql, &version, fault);
    if (err != LZ_OK)
        return err;
    if (version < 0 || (size_t)version > schema->migration_count)
        return lz_db_fault(fault, LZ_NEWER);
    if ((size_t)version == schema->migration_count)
        return LZ_OK;
    if (options->mode == LZ_DB_READ_ONLY || !options->migrate_backup)
        return lz_fault_set(
            fault, LZ_WRONG_STATE, "登记库由较旧的版本创建，须先升级，未作任何更改。",
            "The register was made by an older version and must be upgraded first; nothing was "
            "changed.");
    err = lz_sql_backup(sql, options->migrate_backup, fault);
    return err == LZ_OK ? lz_db_migrate(sql, schema->migrations, schema->migration_count, fault) : err;
}

/* The writer (or, read-only, a first reader): proves that the file can be used before anybody relies on it.
 */
static lz_err open_first(struct lz_db *db, const struct lz_db_options *options, struct lz_sql **ret_sql,
                         struct lz_fault *fault)
{
    struct lz_sql *sql = NULL;
    enum lz_sql_kind kind = options->mode == LZ_DB_READ_ONLY ? LZ_SQL_READER : LZ_SQL_WRITER;
    lz_err err = lz_sql_open(db->path, db->schema, kind, db->busy_timeout_ms, &sql);
    if (err == LZ_OK && kind == LZ_SQL_WRITER && sqlite3_db_readonly(sql->handle, "main") == 1)
        err = LZ_READ_ONLY; /* SQLite falls back to reading, and would fail only at the first write */
    if (err != LZ_OK) {
        lz_db_fault(fault, err);
        goto out;
    }
    if (options->mode == LZ_DB_OPEN) {
        int version = 0; /* a stranger's file must not even be turned to WAL */
        err = read_version(sql, &version, fault);
        if (err != LZ_OK)
            goto out;
    }
    if (kind == LZ_SQL_WRITER) {
        err = lz_sql_exec(sql, "PRAGMA journal_mode = WAL");
        if (err != LZ_OK) {
            lz_db_fault(fault, err);
            goto out;
        }
    }
    err = bring_up_to_date(sql, db->schema, options, fault);
    if (err != LZ_OK)
        goto out;
    *ret_sql = sql;
    sql = NULL;
out:
    lz_sql_close(&sql);
    return err;
}

/* SQLite counts its memory under one lock for all threads; nobody reads the count, and whoever is preempted
 * holding it holds up every look-up.  Once for the process, for SQLite's settings are no more thread-safe
 * than they are changeable after the first connection (refused, harmless). */
static pthread_once_t memory_counting = PTHREAD_ONCE_INIT;
static void do_not_count_memory(void)
{
    (void)sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0);
}

lz_err lz_db_open(const char *url, const struct lz_schema *schema, const struct lz_db_options *options,
                  struct lz_db **ret_db, struct lz_fault *fault)
{
    lz_err err = LZ_MEMORY;
    bool created = false;
    struct lz_sql *first = NULL;
    struct lz_db *db = calloc(1, sizeof *db);
    if (!db)
        return lz_db_fault(fault, LZ_MEMORY);
    pthread_once(&memory_counting, do_not_count_memory);
    db->schema = schema;
    db->busy_timeout_ms = options->busy_timeout_ms > 0 ? options->busy_timeout_ms : BUSY_TIMEOUT_MS;
    db->path = path_of(url);
    if (!db->path) {
        lz_db_fault(fault, err);
        goto out;
    }
    err = options->mode == LZ_DB_CREATE ? create_file(db->path, fault) : find_file(db->path, fault);
    if (err != LZ_OK)
        goto out;
    created = options->mode == LZ_DB_CREATE;
    err = open_first(db, options, &first, fault);
    if (err != LZ_OK)
        goto out;
    err = lz_readers_new(&db->readers);
    if (err == LZ_OK && first->kind == LZ_SQL_WRITER) {
        db->writer = first;
        first = NULL;
        err = lz_write_queue_new(db->writer, &db->queue);
    } else if (err == LZ_OK) {
        err = lz_readers_put(db->readers, &first);
    }
    if (err != LZ_OK) {
        lz_db_fault(fault, err);
        goto out;
    }
    *ret_db = db;
    db = NULL;
    created = false;
out:
    lz_sql_close(&first);
    if (created && db)
        lz_sql_close(&db->writer);
    if (created && db)
        lz_db_unlink(db->path);
    lz_db_close(&db);
    return err;
}

void lz_db_close(struct lz_db **db)
{
    if (!db || !*db)
        return;
    struct lz_db *d = *db;
    lz_readers_free(&d->readers);
    lz_write_queue_free(&d->queue);
    lz_sql_close(&d->writer); /* last, so that closing it checkpoints the WAL */
    free(d->path);
    free(d);
    *db = NULL;
}

struct lz_sql *lz_db_reader(struct lz_db *db, struct lz_fault *fault)
{
    struct lz_sql *sql = lz_readers_get(db->readers);
    if (sql)
        return sql;
    lz_err err = lz_sql_open(db->path, db->schema, LZ_SQL_READER, db->busy_timeout_ms, &sql);
    if (err == LZ_OK)
        err = lz_readers_put(db->readers, &sql);
    if (err != LZ_OK) {
        lz_db_fault(fault, err);
        lz_sql_close(&sql);
        return NULL;
    }
    return lz_readers_get(db->readers);
}
