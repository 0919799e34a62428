#include "registry/base/file.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <openssl/crypto.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { CHUNK = 16 * 1024 };

lz_err lz_err_from_errno(int error_number)
{
    switch (error_number) {
    case 0:
        return LZ_OK;
    case ENOSPC:
    case EDQUOT:
        return LZ_DISK_FULL;
    case EROFS:
        return LZ_READ_ONLY;
    case ENOENT:
        return LZ_NOT_FOUND;
    case ENOMEM:
        return LZ_MEMORY;
    default:
        return LZ_IO;
    }
}

/* Why the system refused, in the words of whoever has to mend it. */
static const struct reason {
    int number;
    const char *zh, *en;
} reasons[] = {
    {ENOENT, "文件或文件夹不存在，请检查路径", "there is no such file or folder; check the path"},
    {EACCES, "没有权限，请检查文件的所有者和权限", "permission denied; check its owner and mode"},
    {EPERM, "没有权限，请检查文件的所有者和权限", "permission denied; check its owner and mode"},
    {ENOSPC, "磁盘空间不足，请清理后重试", "the disk is full; make room and try again"},
    {EDQUOT, "磁盘配额已用完，请清理后重试", "the disk quota is used up; make room and try again"},
    {EROFS, "磁盘只读", "the disk is read-only"},
    {EISDIR, "这是文件夹，不是文件", "it is a folder, not a file"},
    {ENOTDIR, "路径中有一段不是文件夹", "a part of the path is not a folder"},
    {ENOMEM, "内存不足", "out of memory"},
};

enum doing { READING, WRITING, MAKING };

static lz_err path_fault(struct lz_fault *fault, enum doing doing, const char *path, int error_number)
{
    static const char *const verbs[][LZ_LANG_COUNT] = {
        [READING] = {"无法读取", "Cannot read"},
        [WRITING] = {"无法写入", "Cannot write"},
        [MAKING] = {"无法创建文件夹", "Cannot make the folder"},
    };
    lz_err err = lz_err_from_errno(error_number);
    const char *zh = "输入输出错误", *en = "input/output error";
    for (size_t i = 0; i < sizeof reasons / sizeof reasons[0]; i++)
        if (reasons[i].number == error_number) {
            zh = reasons[i].zh;
            en = reasons[i].en;
        }
    char text[LZ_LANG_COUNT][LZ_FAULT_TEXT * 2];
    snprintf(text[LZ_ZH], sizeof text[LZ_ZH], "%s（%s）：%s。", verbs[doing][LZ_ZH], zh, path);
    snprintf(text[LZ_EN], sizeof text[LZ_EN], "%s (%s): %s", verbs[doing][LZ_EN], en, path);
    return lz_fault_set(fault, err, text[LZ_ZH], text[LZ_EN]);
}

static lz_err read_all(int fd, const char *path, struct lz_buf *buf, struct lz_fault *fault)
{
    unsigned char chunk[CHUNK];
    lz_err err = LZ_OK;
    ssize_t n = 1;
    while (n != 0 && !err) {
        do
            n = read(fd, chunk, sizeof chunk);
        while (n < 0 && errno == EINTR);
        if (n < 0) {
            err = path_fault(fault, READING, path, errno);
            break;
        }
        lz_buf_add(buf, chunk, (size_t)n);
        if (buf->err)
            err = lz_fault_set(fault, buf->err, NULL, NULL);
    }
    OPENSSL_cleanse(chunk, sizeof chunk); /* key files are read here, too */
    return err;
}

lz_err lz_file_read(const char *path, struct lz_buf *buf, struct lz_fault *fault)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY);
    if (fd < 0)
        return path_fault(fault, READING, path, errno);
    lz_buf_reset(buf);
    lz_err err = read_all(fd, path, buf, fault);
    if (err == LZ_TOO_LARGE) {
        char zh[LZ_FAULT_TEXT * 2], en[LZ_FAULT_TEXT * 2];
        snprintf(zh, sizeof zh, "文件过大，最多 %zu 字节：%s。", buf->cap, path);
        snprintf(en, sizeof en, "The file is larger than %zu bytes: %s", buf->cap, path);
        err = lz_fault_set(fault, LZ_TOO_LARGE, zh, en);
    }
    close(fd);
    return err;
}

/* The folder a path lies in; free() it.  NULL when memory is out. */
static char *folder_of(const char *path)
{
    const char *slash = strrchr(path, '/');
    if (!slash)
        return strdup(".");
    return slash == path ? strdup("/") : strndup(path, (size_t)(slash - path));
}

static int write_all(int fd, struct lz_bytes content)
{
    while (content.size > 0) {
        ssize_t n = write(fd, content.data, content.size);
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            return errno;
        content.data += n;
        content.size -= (size_t)n;
    }
    return 0;
}

/* A rename is durable only once its folder is. */
static int sync_folder(const char *folder)
{
    int fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (fd < 0)
        return errno;
    int error_number = fsync(fd) ? errno : 0;
    close(fd);
    return error_number;
}

/* Writes the content into a fresh file named by `temporary` (a mkostemp template).  0 or an errno; the file
 * may stand even after a failure. */
static int write_beside(char *temporary, struct lz_bytes content, unsigned mode)
{
    int fd = mkostemp(temporary, O_CLOEXEC);
    if (fd < 0)
        return errno;
    int error_number = write_all(fd, content);
    if (!error_number && (fchmod(fd, mode) || fsync(fd)))
        error_number = errno;
    if (close(fd) && !error_number)
        error_number = errno;
    return error_number;
}

lz_err lz_file_replace(const char *path, struct lz_bytes content, unsigned mode, struct lz_fault *fault)
{
    lz_err err = LZ_OK;
    char *folder = folder_of(path), *temporary = NULL;
    int error_number = ENOMEM;
    if (!folder || asprintf(&temporary, "%s.XXXXXX", path) < 0) {
        temporary = NULL; /* asprintf leaves it undefined */
        err = path_fault(fault, WRITING, path, error_number);
        goto done;
    }
    error_number = write_beside(temporary, content, mode);
    if (!error_number && rename(temporary, path))
        error_number = errno;
    if (error_number) {
        unlink(temporary);
        err = path_fault(fault, WRITING, path, error_number);
        goto done;
    }
    error_number = sync_folder(folder);
    if (error_number)
        err = path_fault(fault, WRITING, path, error_number);
done:
    free(temporary);
    free(folder);
    return err;
}

lz_err lz_file_sync_name(const char *path, struct lz_fault *fault)
{
    char *folder = folder_of(path);
    int error_number = folder ? sync_folder(folder) : ENOMEM;
    free(folder);
    return error_number ? path_fault(fault, WRITING, path, error_number) : LZ_OK;
}

lz_err lz_folder_free(const char *path, struct lz_fault *fault)
{
    DIR *folder = opendir(path);
    if (!folder)
        return errno == ENOENT ? LZ_OK : path_fault(fault, READING, path, errno);
    bool is_free = true;
    errno = 0;
    for (const struct dirent *e = readdir(folder); e; e = readdir(folder))
        if (strcmp(e->d_name, ".") != 0 && strcmp(e->d_name, "..") != 0)
            is_free = false;
    int error_number = errno;
    closedir(folder);
    if (error_number)
        return path_fault(fault, READING, path, error_number);
    return is_free ? LZ_OK : lz_fault_set(fault, LZ_EXISTS, NULL, NULL);
}

static int make_one(const char *path, unsigned mode)
{
    struct stat st;
    if (mkdir(path, mode) == 0)
        return 0;
    if (errno == EEXIST && stat(path, &st) == 0)
        return S_ISDIR(st.st_mode) ? 0 : ENOTDIR;
    return errno;
}

lz_err lz_folder_make(const char *path, unsigned mode, struct lz_fault *fault)
{
    char *part = strdup(path);
    if (!part)
        return path_fault(fault, MAKING, path, ENOMEM);
    int error_number = path[0] ? 0 : ENOENT;
    for (char *slash = part + 1; !error_number && path[0] && (slash = strchr(slash, '/')); slash++) {
        *slash = '\0';
        error_number = make_one(part, mode);
        *slash = '/';
    }
    if (!error_number)
        error_number = make_one(part, mode);
    free(part);
    return error_number ? path_fault(fault, MAKING, path, error_number) : LZ_OK;
}
