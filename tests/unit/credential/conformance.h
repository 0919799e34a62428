/* Conformance data from elsewhere: found through LIANGZHENG_CONFORMANCE, else beside the root; a test that
 * misses it skips and says so. */
#ifndef LZ_TEST_CONFORMANCE_H
#define LZ_TEST_CONFORMANCE_H

#include "lz_test.h"

#include "registry/base/encoding.h"

#include <dirent.h>
#include <jansson.h>
#include <unistd.h>

static inline void conformance_path(const char *below, char ret_path[4096])
{
    const char *root = getenv("LIANGZHENG_CONFORMANCE");
    if (root != NULL) {
        snprintf(ret_path, 4096, "%s/%s", root, below);
    } else {
        snprintf(ret_path, 4096, "%s/../shared/data/%s", LZ_SOURCE_DIR, below);
    }
    if (access(ret_path, R_OK) != 0) {
        print_message("conformance data is missing: %s\n", ret_path);
        skip();
    }
}

static inline json_t *conformance_json(const char *path)
{
    json_t *value = json_load_file(path, 0, NULL);
    if (value == NULL) {
        value = json_load_file(path, JSON_DECODE_INT_AS_REAL, NULL); /* numbers up to 2^64 - 1 occur */
    }
    assert_non_null(value);
    return value;
}

static inline void from_hex(const char *hex, struct lz_buf *out)
{
    lz_buf_init(out, 1 << 20);
    for (; hex[0] != '\0' && hex[1] != '\0'; hex += 2) {
        unsigned byte = 0;
        assert_int_equal(sscanf(hex, "%2x", &byte), 1);
        lz_buf_byte(out, (uint8_t)byte);
    }
}

#endif
