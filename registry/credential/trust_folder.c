#include "registry/credential/trust_folder.h"

#include "registry/base/file.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* A folder's name leaves room for what is beside and in it: ".new.XXXXXX", "/contradiction". */
enum { PATH_ROOM = 4096, DIR_MAX = PATH_ROOM - 32 };

struct lz_trust_folder {
    char *dir;
    bool writable;
    FILE *entries; /* positioned behind the last good entry; NULL until needed */
    off_t end;
};

struct lz_trust_writer {
    char *dir;
    char *beside; /* the new folder, until it is exchanged */
    FILE *entries;
};

static void path_of(const char *dir, const char *name, char ret_path[PATH_ROOM])
{
    snprintf(ret_path, PATH_ROOM, "%s/%s", dir, name);
}

static lz_err check_length(const char *dir, struct lz_fault *fault)
{
    return strlen(dir) <= DIR_MAX
               ? LZ_OK
               : lz_fault_set(fault, LZ_INVALID, "离线数据文件夹的路径过长，请换一个较短的。",
                              "The path of the folder of offline data is too long; choose a shorter one.");
}

static lz_err io_fault(struct lz_fault *fault, int number)
{
    return lz_fault_set(fault, lz_err_from_errno(number), "离线数据文件夹读写失败，请检查磁盘和权限。",
                        "The folder of offline data cannot be read or written; check disk and permissions.");
}

static lz_err flush(FILE *file)
{
    return fflush(file) == 0 && fsync(fileno(file)) == 0 ? LZ_OK : lz_err_from_errno(errno);
}

/* --- export --- */

static const char *const export_files[] = {"log-key", "entries", "checkpoint", "highest", "contradiction"};

/* Only our own files are removed, so a folder named by mistake keeps what is in it. */
static void remove_export(const char *dir)
{
    char path[PATH_ROOM];
    for (size_t i = 0; i < sizeof export_files / sizeof export_files[0]; i++) {
        path_of(dir, export_files[i], path);
        unlink(path);
    }
    rmdir(dir);
}

static bool is_export_file(const char *name)
{
    for (size_t i = 0; i < sizeof export_files / sizeof export_files[0]; i++) {
        if (strcmp(name, export_files[i]) == 0) {
            return true;
        }
    }
    return strcmp(name, ".") == 0 || strcmp(name, "..") == 0;
}

static lz_err taken(struct lz_fault *fault)
{
    return lz_fault_set(fault, LZ_EXISTS,
                        "这里已有别的文件，未作导出。请换一个新目录，或指明以前导出的目录。",
                        "Something else stands there; nothing was exported. Name a new folder, or one of an "
                        "earlier export.");
}

/* The export takes the place of what stands there, so that must be nothing of anybody else's. */
static lz_err check_target(const char *dir, struct lz_fault *fault)
{
    struct stat info;
    if (lstat(dir, &info) != 0) {
        return errno == ENOENT ? LZ_OK : io_fault(fault, errno);
    }
    if (!S_ISDIR(info.st_mode)) {
        return taken(fault);
    }
    DIR *folder = opendir(dir);
    if (folder == NULL) {
        return io_fault(fault, errno);
    }
    bool ours = true;
    errno = 0;
    for (const struct dirent *e = readdir(folder); e != NULL; e = readdir(folder)) {
        ours = ours && is_export_file(e->d_name);
    }
    int number = errno;
    closedir(folder);
    if (number != 0) {
        return io_fault(fault, number);
    }
    return ours ? LZ_OK : taken(fault);
}

void lz_trust_writer_free(struct lz_trust_writer **writer)
{
    if (writer == NULL || *writer == NULL) {
        return;
    }
    if ((*writer)->entries != NULL) {
        fclose((*writer)->entries);
    }
    if ((*writer)->beside != NULL) {
        remove_export((*writer)->beside);
    }
    free((*writer)->dir);
    free((*writer)->beside);
    free(*writer);
    *writer = NULL;
}

/* `dir` without slashes at its end, and a sibling of it that nobody else uses. */
static lz_err make_beside(const char *dir, struct lz_trust_writer *writer, struct lz_fault *fault)
{
    char path[PATH_ROOM];
    writer->dir = strdup(dir);
    if (writer->dir == NULL) {
        return LZ_MEMORY;
    }
    for (size_t n = strlen(writer->dir); n > 1 && writer->dir[n - 1] == '/'; n--) {
        writer->dir[n - 1] = '\0';
    }
    snprintf(path, sizeof path, "%s.new.XXXXXX", writer->dir);
    if (mkdtemp(path) == NULL) {
        return io_fault(fault, errno);
    }
    writer->beside = strdup(path);
    if (writer->beside == NULL) {
        rmdir(path);
        return LZ_MEMORY;
    }
    return LZ_OK;
}

lz_err lz_trust_writer_new(const char *dir, const struct lz_vkey *vkey, struct lz_trust_writer **ret_writer,
                           struct lz_fault *fault)
{
    char path[PATH_ROOM];
    struct lz_buf line;
    struct lz_trust_writer *writer = calloc(1, sizeof *writer);
    if (writer == NULL) {
        return LZ_MEMORY;
    }
    lz_buf_init(&line, LZ_VKEY_TEXT + 1);
    lz_err err = check_length(dir, fault);
    if (err == LZ_OK) {
        err = check_target(dir, fault);
    }
    if (err == LZ_OK) {
        err = make_beside(dir, writer, fault);
    }
    if (err != LZ_OK) {
        goto done;
    }
    lz_vkey_format(vkey, &line);
    lz_buf_byte(&line, '\n');
    err = line.err;
    if (err == LZ_OK) {
        path_of(writer->beside, "log-key", path);
        err = lz_file_replace(path, lz_buf_view(&line), 0644, fault);
    }
    if (err == LZ_OK) {
        path_of(writer->beside, "entries", path);
        writer->entries = fopen(path, "wbe");
        err = writer->entries != NULL ? LZ_OK : io_fault(fault, errno);
    }
    if (err == LZ_OK) {
        *ret_writer = writer;
        writer = NULL;
    }
done:
    lz_buf_free(&line);
    lz_trust_writer_free(&writer);
    return err;
}

lz_err lz_trust_writer_add(struct lz_trust_writer *writer, struct lz_bytes entry)
{
    uint8_t size[2] = {(uint8_t)(entry.size >> 8), (uint8_t)entry.size};
    if (entry.size > LZ_ENTRY_MAX) {
        return LZ_TOO_LARGE;
    }
    if (fwrite(size, sizeof size, 1, writer->entries) != 1 ||
        (entry.size > 0 && fwrite(entry.data, entry.size, 1, writer->entries) != 1)) {
        return lz_err_from_errno(errno);
    }
    return LZ_OK;
}

/* One step for whoever looks: either the old export or the new one stands under the name. */
static lz_err exchange(struct lz_trust_writer *writer, struct lz_fault *fault)
{
    if (access(writer->dir, F_OK) != 0) {
        return rename(writer->beside, writer->dir) == 0 ? LZ_OK : io_fault(fault, errno);
    }
    if (renameat2(AT_FDCWD, writer->beside, AT_FDCWD, writer->dir, RENAME_EXCHANGE) == 0) {
        return LZ_OK;
    }
    /* A file system without exchange: an empty or vanished target is a moment's gap, not a mixture. */
    if (errno != EINVAL && errno != ENOSYS) {
        return io_fault(fault, errno);
    }
    remove_export(writer->dir);
    return rename(writer->beside, writer->dir) == 0 ? LZ_OK : io_fault(fault, errno);
}

lz_err lz_trust_writer_finish(struct lz_trust_writer **writer, struct lz_bytes note, struct lz_fault *fault)
{
    char path[PATH_ROOM];
    struct lz_trust_writer *own = *writer;
    lz_err err = flush(own->entries);
    if (err == LZ_OK) {
        path_of(own->beside, "checkpoint", path);
        err = lz_file_replace(path, note, 0644, fault);
    }
    if (err == LZ_OK && chmod(own->beside, 0755) != 0) {
        err = io_fault(fault, errno);
    }
    if (err == LZ_OK) {
        err = exchange(own, fault);
    }
    lz_trust_writer_free(writer); /* removes what the exchange left beside */
    return err;
}

/* --- reading and extending --- */

lz_err lz_trust_folder_open(const char *dir, bool make, struct lz_trust_folder **ret_folder,
                            struct lz_fault *fault)
{
    lz_err err = check_length(dir, fault);
    if (err == LZ_OK && make) {
        err = lz_folder_make(dir, 0700, fault);
    }
    if (err != LZ_OK) {
        return err;
    }
    if (!make && access(dir, F_OK) != 0) {
        return lz_fault_set(fault, LZ_NOT_FOUND, "没有这个离线数据文件夹；请先运行 liangzheng trust export。",
                            "There is no such folder of offline data; run liangzheng trust export first.");
    }
    struct lz_trust_folder *folder = calloc(1, sizeof *folder);
    char *copy = strdup(dir);
    if (folder == NULL || copy == NULL) {
        free(folder);
        free(copy);
        return LZ_MEMORY;
    }
    folder->dir = copy;
    folder->writable = make;
    *ret_folder = folder;
    return LZ_OK;
}

void lz_trust_folder_free(struct lz_trust_folder **folder)
{
    if (folder == NULL || *folder == NULL) {
        return;
    }
    if ((*folder)->entries != NULL) {
        fclose((*folder)->entries);
    }
    free((*folder)->dir);
    free(*folder);
    *folder = NULL;
}

lz_err lz_trust_folder_get(const struct lz_trust_folder *folder, const char *name, struct lz_buf *out,
                           struct lz_fault *fault)
{
    char path[PATH_ROOM];
    path_of(folder->dir, name, path);
    return lz_file_read(path, out, fault);
}

lz_err lz_trust_folder_put(const struct lz_trust_folder *folder, const char *name, struct lz_bytes content,
                           struct lz_fault *fault)
{
    char path[PATH_ROOM];
    if (!folder->writable) {
        return LZ_READ_ONLY;
    }
    path_of(folder->dir, name, path);
    return lz_file_replace(path, content, 0600, fault);
}

static lz_err open_entries(struct lz_trust_folder *folder, struct lz_fault *fault)
{
    char path[PATH_ROOM];
    path_of(folder->dir, "entries", path);
    /* "a" would move every write to the end; the torn tail must be overwritten. */
    int fd = open(path, (folder->writable ? O_RDWR | O_CREAT : O_RDONLY) | O_CLOEXEC, 0600);
    folder->entries = fd >= 0 ? fdopen(fd, folder->writable ? "r+b" : "rb") : NULL;
    if (folder->entries == NULL) {
        int number = errno;
        if (fd >= 0) {
            close(fd);
        }
        return io_fault(fault, number);
    }
    return LZ_OK;
}

/* LZ_CORRUPT where an entry should be; what the disk did not give is no damage. */
static lz_err read_entry(FILE *file, uint8_t entry[LZ_ENTRY_MAX], size_t *ret_size, struct lz_fault *fault)
{
    uint8_t head[2];
    size_t size = 0;
    bool whole = fread(head, sizeof head, 1, file) == 1;
    if (whole) {
        size = (size_t)head[0] << 8 | head[1];
        whole = size <= LZ_ENTRY_MAX && (size == 0 || fread(entry, size, 1, file) == 1);
    }
    if (!whole) {
        return ferror(file) ? io_fault(fault, errno) : LZ_CORRUPT;
    }
    *ret_size = size;
    return LZ_OK;
}

lz_err lz_trust_folder_replay(struct lz_trust_folder *folder, uint64_t count,
                              lz_err (*each)(void *context, struct lz_bytes entry), void *context,
                              struct lz_fault *fault)
{
    uint8_t entry[LZ_ENTRY_MAX];
    size_t size = 0;
    lz_err err = open_entries(folder, fault);
    for (uint64_t i = 0; i < count && err == LZ_OK; i++) {
        err = read_entry(folder->entries, entry, &size, fault);
        if (err == LZ_OK) {
            err = each(context, lz_bytes_of(entry, size));
        }
    }
    if (err != LZ_OK) {
        return err;
    }
    folder->end = ftello(folder->entries);
    if (folder->writable && ftruncate(fileno(folder->entries), folder->end) != 0) {
        return io_fault(fault, errno);
    }
    return LZ_OK;
}

lz_err lz_trust_folder_extend(struct lz_trust_folder *folder, struct lz_bytes bundle, struct lz_bytes note,
                              struct lz_fault *fault)
{
    lz_err err = folder->writable ? LZ_OK : LZ_READ_ONLY;
    if (err == LZ_OK && folder->entries == NULL) {
        err = open_entries(folder, fault);
    }
    if (err != LZ_OK) {
        return err;
    }
    /* Whatever a failed call left behind the last good entry is written over. */
    if (bundle.size > 0 &&
        (fseeko(folder->entries, folder->end, SEEK_SET) != 0 ||
         fwrite(bundle.data, bundle.size, 1, folder->entries) != 1 || flush(folder->entries) != LZ_OK)) {
        return io_fault(fault, errno);
    }
    err = lz_trust_folder_put(folder, "checkpoint", note, fault);
    if (err == LZ_OK) {
        folder->end += (off_t)bundle.size;
    }
    return err;
}
