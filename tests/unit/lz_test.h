/* What every unit test includes: cmocka with the headers it needs before it, and checks in the house's words.
 */
#ifndef LZ_TEST_H
#define LZ_TEST_H

#include "registry/base/bytes.h"
#include "registry/base/error.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

/* Compares error codes by name, so that a failure says which ones. */
#define assert_err(call, expected) assert_string_equal(lz_err_name(call), lz_err_name(expected))
#define assert_ok(call) assert_err(call, LZ_OK)
#define assert_buf_text(buf, text)                                                                           \
    do {                                                                                                     \
        assert_err((buf)->err, LZ_OK);                                                                       \
        assert_string_equal((buf)->data ? (const char *)(buf)->data : "", text);                             \
    } while (0)

#define COUNT_OF(array) (sizeof(array) / sizeof(array)[0])

#endif
