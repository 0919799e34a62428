/* A failing environment for every harness: allocations, cryptography, SQLite and files fail by a seeded
 * chance.
 *
 * The chance is part of the input, so a finding repeats: an input may end with a trailer of six bytes
 *   FA 17 | seed, 2 bytes | which classes (bits below; other bits are ignored) | rarity: 1 in 1 + 2^(n % 8)
 * which is cut off before the harness sees the rest.  The mutator of faults.c gives one run of four a
 * trailer, so what is tried most is still the parser itself.  What is wrapped stands in faults*.c, a
 * line each; the linker puts it in between (--wrap, CMakeLists.txt reads the names from those lines). */
#ifndef LZ_FUZZ_FAULTS_H
#define LZ_FUZZ_FAULTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

enum lz_fuzz_class {
    LZ_FUZZ_MEMORY = 1, /* also SQLite's and jansson's */
    LZ_FUZZ_CRYPTO = 2,
    LZ_FUZZ_SQL = 4,
    LZ_FUZZ_FILES = 8,
};

/* Is it this call's turn to fail?  Only on the thread that runs the harness. */
bool lz_fuzz_due(enum lz_fuzz_class class);
/* One of `count`, when a call can fail in several ways. */
unsigned lz_fuzz_pick(unsigned count);

/* Did any call of this run fail?  Then only promises that hold in any weather may be demanded. */
bool lz_fuzz_struck(void);
/* Nothing fails from here on in this run: for a harness that checks what it has got. */
void lz_fuzz_calm(void);

/* What holds in any weather … */
static inline void lz_fuzz_need(bool holds)
{
    if (!holds)
        abort();
}
/* … and what holds unless something failed. */
static inline void lz_fuzz_sure(bool holds)
{
    lz_fuzz_need(holds || lz_fuzz_struck());
}

/* One wrapped function.  `failure` is what it returns when it fails. */
#define LZ_FUZZ_WRAP(class, type, failure, name, parameters, arguments)                                      \
    type __real_##name parameters;                                                                           \
    type __wrap_##name parameters;                                                                           \
    type __wrap_##name parameters                                                                            \
    {                                                                                                        \
        return lz_fuzz_due(class) ? (failure) : __real_##name arguments;                                     \
    }

int LLVMFuzzerInitialize(int *argc, char ***argv); /* libFuzzer declares them nowhere */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#endif
