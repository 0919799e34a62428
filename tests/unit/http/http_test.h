/* What the tests of the HTTP layer share. */
#ifndef LZ_TEST_HTTP_H
#define LZ_TEST_HTTP_H

#include "web/http/http.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define COUNT(table) (sizeof(table) / sizeof(table)[0])

static inline struct lz_arena *test_arena(void)
{
    struct lz_arena *arena = lz_arena_new(0);
    assert_non_null(arena);
    return arena;
}

#endif
