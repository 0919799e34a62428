/* SQLite's result codes in the house's words. */
#include "registry/base/file.h"
#include "registry/db/connection.h"

#include <errno.h>
#include <stdio.h>

struct code_row {
    int code;
    lz_err err;
};

/* An extended code is looked up first, then its primary code (the low byte). */
static const struct code_row codes[] = {
    {SQLITE_OK, LZ_OK},
    {SQLITE_ROW, LZ_OK},
    {SQLITE_DONE, LZ_OK},
    {SQLITE_PERM, LZ_READ_ONLY},
    {SQLITE_BUSY, LZ_BUSY},
    {SQLITE_LOCKED, LZ_BUSY},
    {SQLITE_PROTOCOL, LZ_BUSY},
    {SQLITE_NOMEM, LZ_MEMORY},
    {SQLITE_IOERR_NOMEM, LZ_MEMORY},
    {SQLITE_READONLY, LZ_READ_ONLY},
    {SQLITE_CANTOPEN, LZ_READ_ONLY},
    {SQLITE_INTERRUPT, LZ_CANCELLED},
    {SQLITE_IOERR, LZ_IO},
    {SQLITE_CORRUPT, LZ_CORRUPT},
    {SQLITE_NOTADB, LZ_CORRUPT},
    {SQLITE_FORMAT, LZ_CORRUPT},
    {SQLITE_FULL, LZ_DISK_FULL},
    {SQLITE_TOOBIG, LZ_TOO_LARGE},
    {SQLITE_CONSTRAINT_UNIQUE, LZ_EXISTS},
    {SQLITE_CONSTRAINT_PRIMARYKEY, LZ_EXISTS},
    {SQLITE_CONSTRAINT_ROWID, LZ_EXISTS},
    {SQLITE_CONSTRAINT_FOREIGNKEY, LZ_CONFLICT},
    {SQLITE_CONSTRAINT_TRIGGER, LZ_WRONG_STATE},
    /* CHECK, NOT NULL and column types are the last fence: validators stand before them, so it is our bug */
    {SQLITE_CONSTRAINT, LZ_INTERNAL},
};

lz_err lz_db_err(int sqlite_code)
{
    for (int pass = 0; pass < 2; pass++) {
        int wanted = pass == 0 ? sqlite_code : sqlite_code & 0xFF;
        for (size_t i = 0; i < sizeof codes / sizeof codes[0]; i++)
            if (codes[i].code == wanted)
                return codes[i].err;
    }
    return LZ_INTERNAL;
}

static const struct {
    int number;
    lz_err err;
} errnos[] = {{EACCES, LZ_READ_ONLY}, {EPERM, LZ_READ_ONLY}, {EEXIST, LZ_EXISTS}, {ENOTDIR, LZ_NOT_FOUND}};

lz_err lz_db_errno_err(int number)
{
    for (size_t i = 0; i < sizeof errnos / sizeof errnos[0]; i++)
        if (errnos[i].number == number)
            return errnos[i].err;
    return lz_err_from_errno(number);
}

lz_err lz_db_handle_err(sqlite3 *handle, int sqlite_code)
{
    int primary = sqlite_code & 0xFF;
    lz_err err = lz_db_err(sqlite_code);
    if (!handle || err == LZ_MEMORY || err == LZ_CORRUPT ||
        (primary != SQLITE_IOERR && primary != SQLITE_CANTOPEN))
        return err;
    lz_err told = lz_db_errno_err(sqlite3_system_errno(handle));
    bool telling = told == LZ_DISK_FULL || told == LZ_READ_ONLY || told == LZ_MEMORY ||
                   (told == LZ_IO && primary == SQLITE_CANTOPEN); /* e.g. too many open files */
    return telling ? told : err;
}

lz_err lz_sql_fail(struct lz_sql *sql, int sqlite_code)
{
    lz_err err = lz_db_handle_err(sql->handle, sqlite_code);
    if (err != LZ_OK)
        snprintf(sql->error, sizeof sql->error, "%s", sqlite3_errmsg(sql->handle));
    return err;
}

struct sentence_row {
    lz_err err;
    const char *zh;
    const char *en;
};
static const struct sentence_row sentences[] = {
    {LZ_DISK_FULL, "磁盘空间不足，未作任何更改。请清理磁盘后重试。",
     "The disk is full; nothing was changed. Free some space and try again."},
    {LZ_READ_ONLY, "登记库无法写入，未作任何更改。请检查文件夹权限和磁盘是否只读。",
     "The register cannot be written; nothing was changed. Check the folder's permissions and whether the "
     "disk is "
     "read-only."},
    {LZ_BUSY, "登记库正被另一程序写入，未作任何更改。请稍后重试。",
     "Another program is writing to the register; nothing was changed. Try again in a moment."},
    {LZ_CORRUPT, "登记库文件已损坏，未作任何更改。请停止服务，从备份恢复（liangzheng restore）。",
     "The register's file is damaged; nothing was changed. Stop the service and restore a backup (liangzheng "
     "restore)."},
    {LZ_MEMORY, "内存不足，未作任何更改。请关闭其他程序后重试。",
     "Out of memory; nothing was changed. Close other programs and try again."},
    {LZ_IO, "读写登记库失败，未作任何更改。请检查磁盘后重试。",
     "Reading or writing the register failed; nothing was changed. Check the disk and try again."},
    {LZ_EXISTS, "同样的记录已经存在，未作任何更改。", "The same record exists already; nothing was changed."},
    {LZ_CONFLICT, "与其他记录的关联不成立，未作任何更改。请刷新后重试。",
     "A record it refers to is missing or still in use; nothing was changed. Reload and try again."},
    {LZ_TOO_LARGE, "内容过大，未作任何更改。", "The content is too large; nothing was changed."},
    {LZ_NEWER, "登记库由更新的版本创建，未作任何更改。请先升级本程序。",
     "The register was made by a newer version; nothing was changed. Upgrade this program first."},
    {LZ_INTERNAL, "系统内部错误，未作任何更改。请联系管理员查看日志。",
     "An internal error; nothing was changed. Ask the administrator to look at the log."},
};

lz_err lz_db_fault(struct lz_fault *fault, lz_err err)
{
    for (size_t i = 0; i < sizeof sentences / sizeof sentences[0]; i++)
        if (sentences[i].err == err)
            return lz_fault_set(fault, err, sentences[i].zh, sentences[i].en);
    return lz_fault_set(fault, err, NULL, NULL);
}
