/* A failing environment for every harness: allocations, cryptography, SQLite and files fail by a seeded
 * chance.  Only on the thread that runs the harness.
 *
 * The chance is part of the input, so a finding repeats: an input may end with a trailer of six bytes
 *   FA 17 | seed, 2 bytes | which classes (bits below; other bits are ignored) | rarity: 1 in 1 + 2^(n % 8)
 * which is cut off before the harness sees the rest.  The mutator of faults.c gives one run of four a
 * trailer, so what is tried most is still the parser itself.  The calls that may fail are those of
 * tests/unit/faults/calls*.inc, which there fail one after another, and of faults_more.c. */
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

/* Did any call of this run fail?  Then only promises that hold in any weather may be demanded. */
bool lz_fuzz_struck(void);
/* Nothing fails from here on in this run: for a harness that checks what it has got. */
void lz_fuzz_calm(void);

/* Nothing fails while held; returns what was before. */
bool lz_fuzz_hold(bool held);

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

int LLVMFuzzerInitialize(int *argc, char ***argv); /* libFuzzer declares them nowhere */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#endif
