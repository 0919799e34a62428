/* A disk that goes bad and comes back while a program runs: preloaded into it by test_bad_disk.mjs, for only
 * root may fill or lock a real one.  While the file LZ_BAD_DISK names exists, files of LZ_BAD_FOLDER take no
 * more bytes: its first letter says why, F full, R read-only. */
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static int trouble(void)
{
    const int before = errno; /* SQLite asks for it long after a call that failed */
    char letter = 0;
    const char *path = getenv("LZ_BAD_DISK");
    FILE *file = path ? fopen(path, "re") : NULL;
    if (file && fread(&letter, 1, 1, file) != 1)
        letter = 'F';
    if (file)
        fclose(file);
    errno = before;
    if (!letter)
        return 0;
    return letter == 'R' ? EROFS : ENOSPC;
}

static int inside(const char *path)
{
    const char *folder = getenv("LZ_BAD_FOLDER");
    return folder && strncmp(path, folder, strlen(folder)) == 0;
}

static int bad_fd(int fd)
{
    char link[64], path[PATH_MAX];
    snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
    ssize_t size = readlink(link, path, sizeof path - 1);
    if (size < 0)
        return 0;
    path[size] = '\0';
    return inside(path) ? trouble() : 0;
}

#define REAL(name) __typeof__(name) *real = (__typeof__(name) *)dlsym(RTLD_NEXT, #name)
#define REFUSE(number)                                                                                       \
    do {                                                                                                     \
        int why = (number);                                                                                  \
        if (why) {                                                                                           \
            errno = why;                                                                                     \
            return -1;                                                                                       \
        }                                                                                                    \
    } while (0)

ssize_t write(int fd, const void *bytes, size_t size)
{
    REAL(write);
    REFUSE(bad_fd(fd));
    return real(fd, bytes, size);
}

ssize_t pwrite(int fd, const void *bytes, size_t size, off_t at)
{
    REAL(pwrite);
    REFUSE(bad_fd(fd));
    return real(fd, bytes, size, at);
}

ssize_t pwrite64(int fd, const void *bytes, size_t size, off64_t at)
{
    REAL(pwrite64);
    REFUSE(bad_fd(fd));
    return real(fd, bytes, size, at);
}

/* A read-only disk opens nothing for writing, neither old nor new. */
static int bad_open(const char *path, int flags)
{
    if ((flags & O_ACCMODE) == O_RDONLY || !inside(path))
        return 0;
    int why = trouble();
    return why == EROFS ? why : 0;
}

#define OPEN(name)                                                                                           \
    int name(const char *path, int flags, ...)                                                               \
    {                                                                                                        \
        REAL(name);                                                                                          \
        va_list rest;                                                                                        \
        va_start(rest, flags);                                                                               \
        mode_t mode = flags & O_CREAT ? va_arg(rest, mode_t) : 0;                                            \
        va_end(rest);                                                                                        \
        REFUSE(bad_open(path, flags));                                                                       \
        return real(path, flags, mode);                                                                      \
    }
OPEN(open)
OPEN(open64)
