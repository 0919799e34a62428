/* Files and folders. */
#include "tests/fuzz/faults.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

static bool refused(void)
{
    static const int NUMBERS[] = {EIO, ENOSPC, EACCES, EROFS, EMFILE};
    if (!lz_fuzz_due(LZ_FUZZ_FILES))
        return false;
    errno = NUMBERS[lz_fuzz_pick(sizeof NUMBERS / sizeof NUMBERS[0])];
    return true;
}

#define WRAP(type, failure, name, parameters, arguments)                                                     \
    type __real_##name parameters;                                                                           \
    type __wrap_##name parameters;                                                                           \
    type __wrap_##name parameters                                                                            \
    {                                                                                                        \
        return refused() ? (failure) : __real_##name arguments;                                              \
    }
WRAP(ssize_t, -1, write, (int fd, const void *data, size_t size), (fd, data, size))
WRAP(ssize_t, -1, read, (int fd, void *data, size_t size), (fd, data, size))
WRAP(int, -1, fsync, (int fd), (fd))
WRAP(int, -1, ftruncate, (int fd, off_t size), (fd, size))
WRAP(int, -1, fchmod, (int fd, mode_t mode), (fd, mode))
WRAP(int, -1, rename, (const char *from, const char *to), (from, to))
WRAP(int, -1, renameat2, (int a, const char *from, int b, const char *to, unsigned flags),
     (a, from, b, to, flags))
WRAP(int, -1, mkdir, (const char *path, mode_t mode), (path, mode))
WRAP(FILE *, NULL, fopen, (const char *path, const char *mode), (path, mode))
WRAP(FILE *, NULL, fdopen, (int fd, const char *mode), (fd, mode))
WRAP(int, EOF, fflush, (FILE * file), (file))
WRAP(DIR *, NULL, opendir, (const char *path), (path))

int __real_open(const char *path, int flags, ...);
int __wrap_open(const char *path, int flags, ...);
int __wrap_open(const char *path, int flags, ...)
{
    va_list arguments;
    va_start(arguments, flags);
    const mode_t mode = flags & (O_CREAT | O_TMPFILE) ? va_arg(arguments, mode_t) : 0;
    va_end(arguments);
    return refused() ? -1 : __real_open(path, flags, mode);
}
