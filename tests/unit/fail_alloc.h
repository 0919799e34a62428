/* Fails the n-th allocation of a call, for every n.  Include it in one file of a test program only: it
 * defines malloc and its kin for that program.  A sanitizer has its own: then the call is
 * made once, with all the memory it wants. */
#ifndef LZ_FAIL_ALLOC_H
#define LZ_FAIL_ALLOC_H

#include "lz_test.h"

#include <errno.h>

#if defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer) || __has_feature(memory_sanitizer)
#define LZ_OWN_MALLOC 0
#endif
#elif defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define LZ_OWN_MALLOC 0
#endif
#ifndef LZ_OWN_MALLOC
#define LZ_OWN_MALLOC 1
#endif

static long lz_allocations_left = -1; /* negative: no limit */

#if LZ_OWN_MALLOC
void *__libc_malloc(size_t size);
void *__libc_calloc(size_t count, size_t size);
void *__libc_realloc(void *old, size_t size);

static bool lz_allocation_fails(void)
{
    if (lz_allocations_left < 0)
        return false;
    if (lz_allocations_left > 0) {
        lz_allocations_left--;
        return false;
    }
    errno = ENOMEM;
    return true;
}

void *malloc(size_t size)
{
    return lz_allocation_fails() ? NULL : __libc_malloc(size);
}
void *calloc(size_t count, size_t size)
{
    return lz_allocation_fails() ? NULL : __libc_calloc(count, size);
}
void *realloc(void *old, size_t size)
{
    return lz_allocation_fails() ? NULL : __libc_realloc(old, size);
}
void *reallocarray(void *old, size_t count, size_t size)
{
    return size && count > SIZE_MAX / size ? NULL : realloc(old, count * size);
}
#endif

/* Must release everything it made, whether it went well or not. */
typedef lz_err lz_attempt(void *context);

/* Runs `attempt` with the first, second, third … allocation failing (it and all after it), until it needs no
 * more: each run must end in LZ_MEMORY or go well all the same, the last one well. */
static inline void lz_fail_each_allocation(lz_attempt *attempt, void *context)
{
    if (!LZ_OWN_MALLOC) {
        assert_ok(attempt(context));
        return;
    }
    for (long n = 0; n < 100000; n++) {
        lz_allocations_left = n;
        lz_err err = attempt(context);
        bool enough = lz_allocations_left > 0;
        lz_allocations_left = -1;
        if (enough) {
            assert_ok(err);
            return;
        }
        if (err && err != LZ_MEMORY)
            fail_msg("allocation %ld failed and gave %s", n, lz_err_name(err));
    }
    fail_msg("the attempt never had enough memory");
}

#endif
