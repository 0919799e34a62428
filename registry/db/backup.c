/* Online copies: made beside the target, checked, made durable, and only then given their name. */
#include "registry/db/connection.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static lz_err sync_path(const char *path, int flags)
{
    int fd = open(path, flags | O_CLOEXEC);
    if (fd < 0)
        return lz_db_errno_err(errno);
    lz_err err = fsync(fd) == 0 ? LZ_OK : lz_db_errno_err(errno);
    close(fd);
    return err;
}

lz_err lz_db_sync_folder_of(const char *path)
{
    const char *slash = strrchr(path, '/');
    char *folder = !slash ? strdup(".") : slash == path ? strdup("/") : strndup(path, (size_t)(slash - path));
    if (!folder)
        return LZ_MEMORY;
    lz_err err = sync_path(folder, O_RDONLY | O_DIRECTORY);
    free(folder);
    return err;
}

void lz_db_unlink(const char *path)
{
    static const char *const endings[] = {"", "-wal", "-shm", "-journal"};
    for (size_t i = 0; i < sizeof endings / sizeof endings[0]; i++) {
        char name[PATH_MAX + 16]; /* no allocation: memory may be what failed */
        snprintf(name, sizeof name, "%s%s", path, endings[i]);
        unlink(name);
    }
}

/* All pages in one read transaction of the source, so writers go on and the copy is one point in time. */
static lz_err copy_pages(struct lz_sql *source, struct lz_sql *target)
{
    sqlite3_backup *backup = sqlite3_backup_init(target->handle, "main", source->handle, "main");
    if (!backup)
        return lz_sql_fail(target, sqlite3_errcode(target->handle));
    int stepped = sqlite3_backup_step(backup, -1);
    int finished = sqlite3_backup_finish(backup);
    if (stepped == SQLITE_DONE)
        return finished == SQLITE_OK ? LZ_OK : lz_sql_fail(target, finished);
    return stepped == SQLITE_BUSY || stepped == SQLITE_LOCKED ? LZ_BUSY : lz_sql_fail(target, stepped);
}

static lz_err write_copy(struct lz_sql *source, const char *path)
{
    struct lz_sql *target = NULL;
    lz_err err = lz_sql_open(path, source->schema, LZ_SQL_WRITER, 0, &target);
    if (err == LZ_OK) /* nobody else knows the file yet, and it is synced as a whole below */
        err = lz_sql_exec(target, "PRAGMA synchronous = OFF; PRAGMA journal_mode = OFF");
    if (err == LZ_OK)
        err = copy_pages(source, target);
    lz_sql_close(&target);
    return err;
}

/* Opened anew, turned into one self-contained file (no WAL beside it), and checked like the register itself.
 */
static lz_err check_copy(const struct lz_schema *schema, const char *path, struct lz_fault *fault)
{
    struct lz_sql *copy = NULL;
    lz_err err = lz_sql_open(path, schema, LZ_SQL_WRITER, 0, &copy);
    if (err == LZ_OK)
        err = lz_sql_exec(copy, "PRAGMA journal_mode = DELETE");
    err = err == LZ_OK ? lz_sql_check(copy, fault) : lz_db_fault(fault, err);
    lz_sql_close(&copy);
    return err;
}

static lz_err fault_of_path(struct lz_fault *fault, lz_err err, const char *path)
{
    char text[LZ_LANG_COUNT][LZ_FAULT_TEXT];
    snprintf(text[LZ_ZH], LZ_FAULT_TEXT, "备份未完成，登记库未作任何更改。%s(%.90s)",
             lz_err_sentence(err, LZ_ZH), path);
    snprintf(text[LZ_EN], LZ_FAULT_TEXT, "The backup was not made; the register is unchanged. %s (%.90s)",
             lz_err_sentence(err, LZ_EN), path);
    return lz_fault_set(fault, err, text[LZ_ZH], text[LZ_EN]);
}

lz_err lz_sql_backup(struct lz_sql *source, const char *path, struct lz_fault *fault)
{
    lz_err err = LZ_OK;
    char *part = NULL;
    int fd = -1;
    if (access(path, F_OK) == 0)
        return fault_of_path(fault, LZ_EXISTS, path);
    if (asprintf(&part, "%s.XXXXXX", path) < 0)
        return fault_of_path(fault, LZ_MEMORY, path);
    fd = mkstemp(part); /* mode 0600: it holds people's data */
    if (fd < 0) {
        err = fault_of_path(fault, lz_db_errno_err(errno), path);
        goto out;
    }
    close(fd);
    err = write_copy(source, part);
    if (err != LZ_OK) {
        fault_of_path(fault, err, path);
        goto out;
    }
    err = check_copy(source->schema, part, fault);
    if (err != LZ_OK)
        goto out;
    err = sync_path(part, O_RDWR);
    /* link, not rename: it refuses a name that appeared meanwhile */
    if (err == LZ_OK && link(part, path) != 0)
        err = lz_db_errno_err(errno);
    if (err == LZ_OK) {
        unlink(part);
        err = lz_db_sync_folder_of(path);
        if (err != LZ_OK) /* said not to be made, so it must not be there */
            unlink(path);
    }
    if (err != LZ_OK)
        fault_of_path(fault, err, path);
out:
    if (fd >= 0)
        lz_db_unlink(part);
    free(part);
    return err;
}

lz_err lz_db_backup(struct lz_db *db, const char *path, struct lz_fault *fault)
{
    struct lz_sql *sql = lz_db_reader(db, fault);
    if (!sql)
        return fault ? fault->code : LZ_INTERNAL;
    return lz_sql_backup(sql, path, fault);
}
