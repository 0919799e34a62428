/* From a backup to a register: files first, then the log; built beside its place and moved there when it
 * stands. */
#include "registry/restore.h"

#include "registry/audit.h"
#include "registry/base/file.h"
#include "registry/key_ring.h"
#include "registry/publish.h"
#include "registry/restore_log.h"
#include "registry/statements.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/sendfile.h>
#include <unistd.h>

enum { PATH_SIZE = 4096, KEY_FILE_CAP = 64 * 1024 };

static lz_err join(char ret_path[PATH_SIZE], const char *a, const char *between, const char *b)
{
    int n = snprintf(ret_path, PATH_SIZE, "%s%s%s", a, between, b);
    return n > 0 && n < PATH_SIZE ? LZ_OK : LZ_TOO_LARGE;
}

static lz_err copy_file(const char *from_dir, const char *to_dir, const char *name, struct lz_fault *fault)
{
    char from[PATH_SIZE], to[PATH_SIZE];
    struct lz_buf content;
    lz_buf_init(&content, KEY_FILE_CAP);
    lz_err err = join(from, from_dir, "/", name);
    if (!err)
        err = join(to, to_dir, "/", name);
    if (!err)
        err = lz_file_read(from, &content, fault);
    if (!err)
        err = lz_file_replace(to, lz_buf_view(&content), 0600, fault);
    lz_buf_wipe_free(&content);
    return err;
}

/* Every plain file of a folder of keys into another, which is made (0700). */
static lz_err copy_keys(const char *from, const char *to, struct lz_fault *fault)
{
    DIR *folder = opendir(from);
    if (!folder)
        return lz_fault_set(
            fault, lz_err_from_errno(errno),
            "没有找到备份旁边的密钥目录（文件名加 .keys），没有密钥不能恢复。",
            "The folder of keys beside the backup (its name and .keys) is missing; a register cannot be "
            "restored without its keys.");
    lz_err err = lz_folder_make(to, 0700, fault);
    while (!err) {
        errno = 0; /* a folder that was not read to its end must not pass for all the keys */
        const struct dirent *e = readdir(folder);
        if (!e && errno)
            err = lz_fault_set(fault, lz_err_from_errno(errno), NULL, NULL);
        if (!e)
            break;
        if (e->d_name[0] != '.')
            err = copy_file(from, to, e->d_name, fault);
    }
    closedir(folder);
    return err ? err : lz_file_sync_name(to, fault);
}

static lz_err audit_backup(struct lz_call *call, void *context)
{
    (void)context;
    return lz_audit_add(call, "register.backup", "register", 0, NULL, NULL);
}

/* The event before the copy, which so tells of itself: no copy of all data leaves without one, though one
 * that fails leaves one, too.  Then the database first: a key that is made meanwhile is then among the keys,
 * never missing. */
lz_err lz_backup(struct lz_call *call, const char *file)
{
    char keys[PATH_SIZE], own[PATH_SIZE];
    if (call->actor->role != LZ_ROLE_ADMIN)
        return lz_fault_set(&call->fault, LZ_FORBIDDEN, NULL, NULL);
    lz_err err = join(keys, file, ".", "keys");
    if (!err)
        err = join(own, lz_register_dir(call->reg), "/", "keys");
    if (!err && access(keys, F_OK) == 0)
        err = lz_fault_set(&call->fault, LZ_EXISTS, "备份的密钥目录已存在，请换一个文件名。",
                           "The backup's folder of keys exists already; choose another name.");
    if (!err)
        err = lz_call_write(call, audit_backup, NULL);
    if (!err)
        err = lz_db_backup(lz_register_db(call->reg), file, &call->fault);
    if (err)
        return err;
    err = copy_keys(own, keys, &call->fault);
    if (err) {
        lz_register_discard(keys, true);
        unlink(file);
    }
    return err;
}

static lz_err copy_bytes(int from, int to)
{
    enum { AT_ONCE = 1 << 24 };
    ssize_t n = 1;
    while (n > 0)
        n = sendfile(to, from, NULL, AT_ONCE);
    return n == 0 && fsync(to) == 0 ? LZ_OK : lz_err_from_errno(errno);
}

/* A backup is one self-contained file, perhaps of an older version: copied as it is, migrated and checked
 * when it is opened. */
static lz_err copy_database(const char *file, const char *dir, struct lz_fault *fault)
{
    char path[PATH_SIZE], wal[PATH_SIZE];
    lz_err err = join(path, dir, "/", "register.db");
    if (!err)
        err = join(wal, file, "-", "wal");
    if (err)
        return err;
    if (access(wal, F_OK) == 0)
        return lz_fault_set(fault, LZ_CONFLICT,
                            "这是使用中的登记库文件，不是备份。请先运行 liangzheng backup。",
                            "This is a register in use, not a backup; run `liangzheng backup` first.");
    int from = open(file, O_RDONLY | O_CLOEXEC),
        to = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    err = from >= 0 && to >= 0 ? copy_bytes(from, to) : lz_err_from_errno(errno);
    if (from >= 0)
        close(from);
    if (to >= 0)
        close(to);
    return err ? lz_fault_set(fault, err, "读不到备份文件。", "The backup file cannot be read.") : LZ_OK;
}

struct restore {
    const char *dir; /* where it is built */
    const char *mirror;
    const struct lz_restore_fetch *fetch; /* or NULL */
    const struct lz_register_options *options;
    struct lz_restore_result result;
    struct lz_key_made key; /* one that replaces a lost one */
};

static lz_err count_open(struct lz_call *call, struct lz_restore_result *result)
{
    const char **numbers = NULL;
    size_t count = 0;
    struct lz_query *q = lz_query_start(call->sql, LZ_Q_restore_lost_count);
    while (lz_query_next(q))
        result->lost_tokens = lz_query_get_int(q, 0);
    lz_err err = lz_query_end(q);
    if (!err)
        err = lz_restore_open(call, &numbers, &count);
    if (!err)
        err = lz_log_size(call, &result->log_size);
    result->unreconciled = (int64_t)count;
    return err;
}

/* The log does not tell of what is scheduled.  A reinstatement may have been taken back after the backup: it
 * must not come true. */
static lz_err drop_promises(struct lz_call *call)
{
    for (;;) {
        int64_t id = 0, certificate = 0;
        struct lz_query *q = lz_query_start(call->sql, LZ_Q_restore_promise);
        while (lz_query_next(q)) {
            id = lz_query_get_int(q, 0);
            certificate = lz_query_get_int(q, 1);
        }
        lz_err err = lz_query_end(q);
        if (err || !id)
            return err;
        q = lz_query_start(call->sql, LZ_Q_certificate_event_delete_scheduled);
        lz_query_int(q, "id", id);
        err = lz_query_run(q);
        if (!err)
            err = lz_audit_add(call, "certificate.scheduled.dropped", "certificate", certificate, NULL, NULL);
        if (err)
            return err;
    }
}

static lz_err settle_job(struct lz_call *call, void *context)
{
    struct restore *restore = context;
    struct lz_restore_result *result = &restore->result;
    *result = (struct lz_restore_result){.new_log = !restore->mirror};
    lz_err err = restore->mirror ? lz_restore_replay(call, restore->mirror, result, &restore->key)
                                 : lz_restore_begin_log(call);
    if (!err)
        err = drop_promises(call);
    int64_t time = 0; /* the log's, as the windows of keys are */
    if (!err)
        err = lz_log_time(call, &time);
    char *now = lz_arena_printf(call->arena, "%lld", (long long)time);
    if (!err)
        err = now ? lz_setting_put(call, "restored_at", now) : lz_call_memory(call);
    if (!err)
        err = count_open(call, result);
    if (err)
        return err;
    json_t *after =
        json_pack("{s:b, s:I, s:I, s:I, s:I}", "new_log", result->new_log, "log_size",
                  (json_int_t)result->log_size, "replayed", (json_int_t)result->replayed, "lost_tokens",
                  (json_int_t)result->lost_tokens, "unreconciled", (json_int_t)result->unreconciled);
    err = after ? lz_audit_add(call, "register.restore", "register", 0, NULL, after) : lz_call_memory(call);
    json_decref(after);
    return err;
}

/* The folder stands inside the one that is built, so that one discard takes both. */
static lz_err fetch_mirror(struct restore *restore, struct lz_call *call)
{
    const char *vkey = NULL;
    lz_err err = lz_log_vkey(call, &vkey);
    char *folder = err ? NULL : lz_arena_printf(call->arena, "%s/mirror", restore->dir);
    if (!err && !folder)
        err = lz_call_memory(call);
    if (!err)
        err = restore->fetch->fetch(restore->fetch->context, vkey, folder, &call->fault);
    restore->mirror = folder;
    return err;
}

static lz_err settle(struct restore *restore, struct lz_fault *fault)
{
    struct lz_register *reg = NULL;
    struct lz_arena *arena = lz_arena_new(0);
    if (!arena)
        return lz_fault_set(fault, LZ_MEMORY, NULL, NULL);
    lz_err err = lz_register_open(restore->dir, restore->options, &reg, fault);
    if (!err) {
        struct lz_call call = {.reg = reg,
                               .actor = &lz_actor_local_admin,
                               .arena = arena,
                               .origin = "restore",
                               .any_clock = true};
        if (restore->fetch)
            err = fetch_mirror(restore, &call);
        if (!err)
            err = lz_call_write(&call, settle_job, restore);
        if (err && fault)
            *fault = call.fault;
        if (restore->fetch && restore->mirror)
            lz_register_discard(restore->mirror, true);
    }
    lz_register_close(&reg);
    lz_arena_free(&arena);
    if (!err && !restore->mirror)
        err = lz_key_ring_make_log(restore->dir, fault);
    return err;
}

static lz_err build(struct restore *restore, const char *file, struct lz_fault *fault)
{
    char keys[PATH_SIZE], own[PATH_SIZE];
    lz_err err = join(keys, file, ".", "keys");
    if (!err)
        err = join(own, restore->dir, "/", "keys");
    if (!err)
        err = copy_keys(keys, own, fault);
    if (!err)
        err = copy_database(file, restore->dir, fault);
    return err ? err : settle(restore, fault);
}

static lz_err restore_into(struct restore *restore, const char *file, const char *dir, struct lz_fault *fault)
{
    char place[PATH_SIZE], target[PATH_SIZE];
    size_t size = strlen(dir);
    while (size > 1 && dir[size - 1] == '/')
        size--;
    if (size + 8 >= sizeof place)
        return lz_fault_set(fault, LZ_TOO_LARGE, NULL, NULL);
    snprintf(target, sizeof target, "%.*s", (int)size, dir);
    snprintf(place, sizeof place, "%.*s.XXXXXX", (int)size, dir);
    /* An existing folder must be empty: renaming onto it would fail only at the very end. */
    lz_err err = lz_folder_free(target, fault);
    if (err == LZ_EXISTS)
        return lz_fault_set(fault, LZ_EXISTS, "目录不是空的。恢复需要新目录。",
                            "The folder is not empty. A restore needs a new folder.");
    if (!err && access(file, R_OK) != 0)
        err = lz_fault_set(fault, lz_err_from_errno(errno), "没有这个备份文件，或不能读取；请核对路径。",
                           "There is no such backup, or it cannot be read; check the path.");
    if (err)
        return err;
    if (!mkdtemp(place))
        return lz_fault_set(fault, lz_err_from_errno(errno), "无法在该位置建立目录。",
                            "No folder can be made at this place.");
    restore->dir = place;
    err = build(restore, file, fault);
    restore->dir = NULL;
    const bool had_folder = access(target, F_OK) == 0;
    if (!err && rename(place, target) != 0) /* onto an empty folder it may be */
        err = lz_fault_set(fault, lz_err_from_errno(errno), NULL, NULL);
    if (err) {
        lz_register_discard(place, true);
        return err;
    }
    err = lz_file_sync_name(target, fault);
    if (err)
        lz_register_discard(target, !had_folder);
    return err;
}

lz_err lz_restore(const char *file, const char *dir, const char *mirror,
                  const struct lz_register_options *options, struct lz_restore_result *ret_result,
                  struct lz_fault *fault)
{
    struct restore restore = {.mirror = mirror, .options = options};
    lz_err err = restore_into(&restore, file, dir, fault);
    if (!err)
        *ret_result = restore.result;
    return err;
}

lz_err lz_restore_fetched(const char *file, const char *dir, const struct lz_restore_fetch *fetch,
                          const struct lz_register_options *options, struct lz_restore_result *ret_result,
                          struct lz_fault *fault)
{
    struct restore restore = {.fetch = fetch, .options = options};
    lz_err err = restore_into(&restore, file, dir, fault);
    if (!err)
        *ret_result = restore.result;
    return err;
}

/* ---- afterwards ---- */

lz_err lz_restore_waits(struct lz_call *call, int64_t certificate, bool *ret_waits)
{
    struct lz_sql *sql = lz_call_sql(call);
    if (!sql)
        return call->fault.code;
    bool waits = false;
    struct lz_query *q = lz_query_start(sql, LZ_Q_restore_unreconciled_find);
    lz_query_int(q, "certificate_id", certificate);
    while (lz_query_next(q))
        waits = true;
    lz_err err = lz_query_end(q);
    if (!err)
        *ret_waits = waits;
    return err;
}

lz_err lz_restore_time(struct lz_call *call, int64_t *ret_time)
{
    const char *text = NULL;
    lz_err err = lz_setting_get(call, "restored_at", &text);
    if (err && err != LZ_NOT_FOUND)
        return err;
    *ret_time = err ? 0 : strtoll(text, NULL, 10);
    return LZ_OK;
}

lz_err lz_restore_lost(struct lz_call *call, const uint8_t digest[32], int *ret_status, unsigned *ret_reason)
{
    struct lz_sql *sql = lz_call_sql(call);
    if (!sql)
        return call->fault.code;
    bool found = false;
    struct lz_query *q = lz_query_start(sql, LZ_Q_restore_lost_find);
    lz_query_blob(q, "digest", lz_bytes_of(digest, 32));
    while (lz_query_next(q)) {
        found = true;
        *ret_status = (int)lz_query_get_int(q, 0);
        *ret_reason = (unsigned)lz_query_get_int(q, 1);
    }
    lz_err err = lz_query_end(q);
    return err ? err : found ? LZ_OK : LZ_NOT_FOUND;
}

static lz_err read_open(struct lz_call *call, struct lz_sql *sql, const char **numbers, size_t room,
                        size_t *ret_count)
{
    size_t count = 0;
    bool whole = true;
    struct lz_query *q = lz_query_start(sql, LZ_Q_restore_unreconciled_list);
    while (whole && lz_query_next(q)) {
        if (count < room) {
            numbers[count] = lz_arena_text(call->arena, lz_query_get_text(q, 0));
            whole = numbers[count] != NULL;
        }
        count++;
    }
    lz_err err = lz_query_end(q);
    *ret_count = count;
    return err ? err : whole ? LZ_OK : lz_call_memory(call);
}

lz_err lz_restore_open(struct lz_call *call, const char ***ret_numbers, size_t *ret_count)
{
    struct lz_sql *sql = lz_call_sql(call);
    size_t room = 0, count = 0;
    if (!sql)
        return call->fault.code;
    lz_err err = read_open(call, sql, NULL, 0, &room);
    const char **numbers = err ? NULL : lz_arena_array(call->arena, room + 1, sizeof *numbers);
    if (!numbers)
        return err ? err : lz_call_memory(call);
    err = read_open(call, sql, numbers, room, &count);
    if (!err) {
        *ret_numbers = numbers;
        *ret_count = count < room ? count : room;
    }
    return err;
}
