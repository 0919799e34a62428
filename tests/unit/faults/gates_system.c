/* The system calls, of our code and of the libraries it links: a program's own symbol comes before theirs.
 * No header here that would make them macros. */
#include "faults.h"

#include <dlfcn.h>
#include <errno.h>
#include <sys/types.h>

#define SYSTEM(gate, type, name, parameters, arguments)                                                      \
    type name parameters;                                                                                    \
    type name parameters                                                                                     \
    {                                                                                                        \
        type(*real) parameters;                                                                              \
        *(void **)&real = dlsym(RTLD_NEXT, #name);                                                           \
        return fault_now(FAULT_GATE_##gate) ? -1 : real arguments;                                           \
    }
SYSTEM(WRITE, ssize_t, write, (int a, const void *b, size_t c), (a, b, c))
SYSTEM(PAGE, ssize_t, pread64, (int a, void *b, size_t c, off_t d), (a, b, c, d))
SYSTEM(WRITE, ssize_t, pwrite64, (int a, const void *b, size_t c, off_t d), (a, b, c, d))
SYSTEM(WRITE, int, ftruncate, (int a, off_t b), (a, b))
SYSTEM(WRITE, int, ftruncate64, (int a, off_t b), (a, b))
SYSTEM(SYNC, int, fsync, (int a), (a))
SYSTEM(SYNC, int, fdatasync, (int a), (a))
SYSTEM(WIRE, ssize_t, recv, (int a, void *b, size_t c, int d), (a, b, c, d))
SYSTEM(NAME, int, open, (const char *a, int b, mode_t c), (a, b, c))
SYSTEM(NAME, int, open64, (const char *a, int b, mode_t c), (a, b, c))

/* What it held is closed all the same. */
int fclose(FILE *file);
int fclose(FILE *file)
{
    int (*real)(FILE *);
    *(void **)&real = dlsym(RTLD_NEXT, "fclose");
    bool fails = fault_now(FAULT_GATE_WRITE);
    int number = errno, closed = real(file);
    if (!fails)
        return closed;
    errno = number;
    return EOF;
}

int shutdown(int socket, int how);
/* The connection breaks in the middle of what is sent: half of it has left. */
ssize_t send(int socket, const void *data, size_t size, int flags);
ssize_t send(int socket, const void *data, size_t size, int flags)
{
    ssize_t (*real)(int, const void *, size_t, int);
    *(void **)&real = dlsym(RTLD_NEXT, "send");
    if (!fault_now(FAULT_GATE_WIRE))
        return real(socket, data, size, flags);
    int number = errno;
    (void)!real(socket, data, size / 2, flags);
    shutdown(socket, 2 /* SHUT_RDWR: a socket that failed so is dead */);
    errno = number;
    return -1;
}
