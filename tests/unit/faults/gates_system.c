/* The system calls, of our code and of the libraries it links: a program's own symbol comes before theirs.
 * No header here that would make them macros. */
#include "faults.h"

#include <dlfcn.h>
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
SYSTEM(WRITE, ssize_t, pwrite64, (int a, const void *b, size_t c, off_t d), (a, b, c, d))
SYSTEM(WRITE, int, ftruncate, (int a, off_t b), (a, b))
SYSTEM(WRITE, int, ftruncate64, (int a, off_t b), (a, b))
SYSTEM(SYNC, int, fsync, (int a), (a))
SYSTEM(SYNC, int, fdatasync, (int a), (a))
SYSTEM(NAME, int, open, (const char *a, int b, mode_t c), (a, b, c))
SYSTEM(NAME, int, open64, (const char *a, int b, mode_t c), (a, b, c))
