/* Fails the n-th call of one kind for every n: an operation is run with its first, second, third …
 * allocation (statement, write, fsync …) failing, until it asks for no more.
 *
 * A test program gets this by its name: test_…faults.c is linked with `--wrap` for every row of calls.inc, so
 * that calls of our own code (not of the libraries) go through a gate; jansson's and SQLite's memory and
 * SQLite's files come through their own hooks.  No line of the house knows of it.  A call of a seam that only
 * a test has (a fake reader's transceive) asks fault_now() itself. */
#ifndef LZ_TEST_FAULTS_H
#define LZ_TEST_FAULTS_H

#include "lz_test.h"

/* Where calls pass. */
enum fault_gate {
    FAULT_GATE_NONE,
    FAULT_GATE_MEMORY, /* malloc and its kin in our code, all of jansson's */
    FAULT_GATE_ARENA,  /* lz_arena_alloc and its kin */
    FAULT_GATE_ENGINE, /* SQLite's memory */
    FAULT_GATE_SQL,    /* sqlite3_step, _prepare, _bind, _exec, _open, _backup */
    FAULT_GATE_WRITE,  /* what fills a file: write, pwrite, ftruncate, fwrite, fflush */
    FAULT_GATE_SYNC,   /* fsync, fdatasync */
    FAULT_GATE_NAME,   /* what makes and names files: open, rename, link, mkdir, mkstemp … */
    FAULT_GATE_READ,   /* read, fread, stat of our code */
    FAULT_GATE_PAGE,   /* pread: SQLite's pages */
    FAULT_GATE_CRYPTO, /* OpenSSL and argon2 */
    FAULT_GATE_WIRE,   /* transceive, socket: whatever the test itself lets pass */
    FAULT_GATE_COUNT
};

/* A way to fail there. */
enum fault_kind {
    FAULT_MEMORY,     /* one allocation */
    FAULT_MEMORY_OUT, /* that one and all after it */
    FAULT_ARENA,      /* what an arena gives: LZ_MEMORY though the machine has some */
    FAULT_ENGINE,     /* SQLite's allocations, one */
    FAULT_ENGINE_OUT,
    FAULT_STATEMENT, /* SQLITE_IOERR */
    FAULT_BUSY,      /* SQLITE_BUSY: another process writes */
    FAULT_WRITE,     /* EIO */
    FAULT_DISK_FULL, /* ENOSPC from there on */
    FAULT_SYNC,      /* EIO */
    FAULT_NAME,      /* EIO */
    FAULT_READ_ONLY, /* EROFS from there on */
    FAULT_READ,      /* EIO */
    FAULT_PAGE,      /* EIO */
    FAULT_CRYPTO,
    FAULT_WIRE,
    FAULT_WIRE_DEAD, /* from there on */
    FAULT_KIND_COUNT
};
const char *fault_kind_word(enum fault_kind kind);
/* Is this the error that such a fault should be told as? */
bool fault_is_told(enum fault_kind kind, lz_err err);

/* From here on the n-th call (from 1) of that kind fails; 0: none does, they are only counted. */
void fault_arm(enum fault_kind kind, long n);
/* No more.  How many calls of the kind there were. */
long fault_disarm(void);
/* For gates: does this call fail?  Sets errno. */
bool fault_now(enum fault_gate gate);
/* Has the armed fault happened? */
bool fault_happened(void);
/* What FAULT_GATE_SQL returns when it fails. */
int fault_sqlite_code(void);

/* One operation. */
struct fault_case {
    const char *name;
    /* Before every run, with nothing failing: a world in which `run` goes well. */
    void (*prepare)(void *context);
    /* The operation.  Releases what it made, whatever happened. */
    lz_err (*run)(void *context);
    /* After a run in which call `n` failed: all must be as before (`err`), or as after (LZ_OK);
     * else fault_found. */
    void (*check)(void *context, lz_err err);
    /* Ends the world of `prepare`; NULL: nothing to end. */
    void (*finish)(void *context);
    bool varies; /* how many calls there are is chance (threads): one that is not reached is no finding */
    bool every;  /* each call, however many there are */
    lz_err also; /* an error that is as right as those of the kind; LZ_OK: none */
};

/* Runs the case for every n of the kind.  When there are more than FAULT_RUNS (environment; 0: no limit)
 * only so many, evenly spread, from a first n that differs from case to case.  FAULT_RUNS=places: each place
 * of our code (its call and six callers) once in the program. */
void fault_each(enum fault_kind kind, const struct fault_case *fault_case, void *context);
/* What a run, a check or the loop itself finds wrong: told with the call that failed.  The loop goes on;
 * fault_report fails. */
void fault_found(const char *format, ...) LZ_PRINTF(1, 2);
/* The usual case of a function that needs no world: it releases everything it made, and is run with the
 * first, second, third … allocation failing, alone and with all after it. */
void fault_each_allocation(const char *name, lz_err (*run)(void *context), void *context);
/* One line: operations, kinds, runs.  Resets the counts; fails when something was found. */
void fault_report(const char *title);

#endif
