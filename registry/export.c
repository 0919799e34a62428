#include "registry/export.h"

#include "registry/audit.h"
#include "registry/base/encoding.h"
#include "registry/base/file.h"
#include "registry/base/json_write.h"
#include "registry/person.h"
#include "registry/publish.h"
#include "registry/statements.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>

enum { COLUMNS_MAX = 20, BLOB_CAP = 16 * 1024, LINE_CAP = 16 * 1024 * 1024 };

/* Columns as in the statement; the first letter says what they hold: i integer, t text, b bytes, s sealed ID
 * number. */
static const struct file {
    const char *name;
    size_t statement;
    const char *columns[COLUMNS_MAX];
} files[] = {
    {"organs.jsonl",
     LZ_Q_export_organ,
     {"i:id", "t:code", "t:name", "t:kind", "i:parent_id", "t:region", "t:complaint_line", "t:basis",
      "i:created_at"}},
    {"people.jsonl",
     LZ_Q_export_person,
     {"i:id", "t:name", "i:sex", "i:organ_id", "t:post", "i:auxiliary", "t:state", "i:state_at",
      "i:created_at", "s:id_number"}},
    {"certificates.jsonl",
     LZ_Q_export_certificate,
     {"i:id", "t:number", "i:current", "t:kind", "i:person_id", "i:organ_id", "t:scope", "t:region",
      "t:issued_on", "t:valid_until", "t:state", "t:reason", "t:document", "i:effective_at", "i:published_at",
      "i:filed_by", "i:predecessor_id", "i:created_at"}},
    {"certificate-events.jsonl",
     LZ_Q_export_certificate_event,
     {"i:id", "i:certificate_id", "t:event", "t:from_state", "t:to_state", "t:reason", "t:document",
      "i:effective_at", "i:published_at", "i:account_id", "t:actor_name", "i:scheduled", "i:undone"}},
    {"badges.jsonl",
     LZ_Q_export_badge,
     {"i:id", "i:certificate_id", "t:state", "i:live", "t:chip_type", "b:chip_uid", "i:list", "i:idx",
      "i:status", "i:made_at", "i:changed_at"}},
    {"tokens.jsonl",
     LZ_Q_export_token,
     {"b:digest", "i:badge_id", "t:form", "b:uid", "b:bytes", "i:log_position", "i:made_at"}},
    {"accounts.jsonl",
     LZ_Q_export_account,
     {"i:id", "t:login", "t:name", "t:role", "i:organ_id", "i:disabled", "i:created_at",
      "i:last_sign_in_at"}},
    {"policies.jsonl", LZ_Q_export_policy, {"t:name", "t:from_date", "i:value", "t:source"}},
    {"audit.jsonl",
     LZ_Q_export_audit,
     {"i:position", "i:at", "i:account_id", "t:actor", "t:origin", "t:action", "t:object_kind", "i:object_id",
      "t:before_value", "t:after_value", "b:hash"}},
};

struct export
{
    struct lz_call *call;
    struct lz_sql *sql;
    const char *dir;
    const struct lz_export_options *options;
    struct lz_buf scratch;
    struct lz_buf text; /* of one line */
    lz_err err;         /* why a sealed number could not be opened */
    int64_t records;
};

/* New reference, or NULL when memory or the sealed number fails. */
static json_t *sealed(struct export *export, struct lz_bytes blob)
{
    if (!export->options->id_numbers)
        return json_null();
    lz_buf_reset(&export->scratch);
    export->err = lz_id_number_open(export->call->reg, blob, &export->scratch);
    if (export->err)
        return NULL;
    return json_stringn((const char *)export->scratch.data, export->scratch.size);
}

static json_t *value_of(struct export *export, struct lz_query *q, int column, char kind)
{
    if (lz_query_is_null(q, column))
        return json_null();
    switch (kind) {
    case 'i':
        return json_integer(lz_query_get_int(q, column));
    case 't':
        return json_string(lz_query_get_text(q, column));
    case 's':
        return sealed(export, lz_query_get_blob(q, column));
    default:
        lz_buf_reset(&export->scratch);
        lz_hex_encode(lz_query_get_blob(q, column), &export->scratch);
        return json_stringn((const char *)export->scratch.data, export->scratch.size);
    }
}

static lz_err write_line(struct export *export, struct lz_query *q, const struct file *file, FILE *to)
{
    json_t *line = json_object();
    lz_err err = line ? LZ_OK : LZ_MEMORY;
    for (int i = 0; !err && i < COLUMNS_MAX && file->columns[i]; i++)
        if (json_object_set_new(line, file->columns[i] + 2, value_of(export, q, i, file->columns[i][0])))
            err = export->err ? export->err : LZ_MEMORY;
    lz_buf_reset(&export->text);
    if (!err)
        err = lz_json_write(line, &export->text);
    lz_buf_byte(&export->text, '\n');
    if (!err)
        err = export->text.err;
    if (!err && fwrite(export->text.data, 1, export->text.size, to) != export->text.size)
        err = lz_err_from_errno(errno);
    json_decref(line);
    export->records++;
    return err;
}

static lz_err write_file(struct export *export, const struct file *file)
{
    char *path = lz_arena_printf(export->call->arena, "%s/%s", export->dir, file->name);
    int fd = path ? open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600) : -1;
    FILE *to = fd >= 0 ? fdopen(fd, "w") : NULL;
    if (!to) {
        lz_err failed = path ? lz_err_from_errno(errno) : LZ_MEMORY;
        if (fd >= 0)
            close(fd);
        return failed;
    }
    lz_err err = LZ_OK;
    struct lz_query *q = lz_query_start(export->sql, file->statement);
    while (!err && lz_query_next(q))
        err = write_line(export, q, file, to);
    lz_err ended = lz_query_end(q);
    if (!err && !ended && (fflush(to) != 0 || fsync(fd) != 0))
        err = lz_err_from_errno(errno);
    if (fclose(to) != 0 && !err)
        err = lz_err_from_errno(errno);
    return err ? err : ended;
}

static lz_err write_photos(struct export *export)
{
    struct lz_call *call = export->call;
    char *folder = lz_arena_printf(call->arena, "%s/photos", export->dir);
    lz_err err = folder ? lz_folder_make(folder, 0700, &call->fault) : LZ_MEMORY;
    if (err)
        return err;
    struct lz_query *q = lz_query_start(export->sql, LZ_Q_export_photo);
    while (!err && lz_query_next(q)) {
        char name[32];
        snprintf(name, sizeof name, "%lld.jpg", (long long)lz_query_get_int(q, 0));
        char *path = lz_arena_printf(call->arena, "%s/%s", folder, name);
        err = path ? lz_file_replace(path, lz_query_get_blob(q, 1), 0600, &call->fault) : LZ_MEMORY;
        export->records++;
    }
    lz_err ended = lz_query_end(q);
    return err ? err : ended;
}

static lz_err audit_job(struct lz_call *call, void *context)
{
    const struct lz_export_options *options = context;
    json_t *after = json_pack("{s:b}", "id_numbers", options->id_numbers);
    lz_err err =
        after ? lz_audit_add(call, "register.export", "register", 0, NULL, after) : lz_call_memory(call);
    json_decref(after);
    return err;
}

static lz_err write_all(struct export *export)
{
    struct lz_call *call = export->call;
    lz_err err = lz_sql_read_begin(export->sql);
    if (err)
        return err;
    for (size_t i = 0; !err && i < sizeof files / sizeof files[0]; i++)
        err = write_file(export, &files[i]);
    if (!err)
        err = write_photos(export);
    lz_sql_read_end(export->sql);
    char *log = lz_arena_printf(call->arena, "%s/log", export->dir);
    if (!err)
        err = log ? lz_trust_export(call, log) : LZ_MEMORY;
    return err;
}

lz_err lz_export(struct lz_call *call, const char *dir, const struct lz_export_options *options,
                 int64_t *ret_records)
{
    if (call->actor->role != LZ_ROLE_ADMIN)
        return lz_fault_set(&call->fault, LZ_FORBIDDEN, NULL, NULL);
    if (access(dir, F_OK) == 0 && rmdir(dir) != 0)
        return lz_fault_set(&call->fault, LZ_EXISTS, "目录不是空的，请换一个新目录。",
                            "The folder is not empty; name a new one.");
    struct lz_export_options copy = *options;
    lz_err err = lz_call_write(call, audit_job, &copy);
    if (!err)
        err = lz_folder_make(dir, 0700, &call->fault);
    if (err)
        return err;
    struct export export = {.call = call, .sql = lz_call_sql(call), .dir = dir, .options = &copy};
    lz_buf_init(&export.scratch, BLOB_CAP);
    lz_buf_init(&export.text, LINE_CAP);
    err = export.sql ? write_all(&export) : call->fault.code;
    lz_buf_wipe_free(&export.scratch);
    lz_buf_wipe_free(&export.text);
    if (err)
        lz_register_discard(dir, true);
    else
        *ret_records = export.records;
    return err;
}
