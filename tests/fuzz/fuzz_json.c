/* Any JSON value that is read is written as jansson writes it, and reads back as itself. */
#include "registry/base/json_write.h"
#include "tests/fuzz/faults.h"

#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    json_t *value = json_loadb((const char *)data, size, JSON_DECODE_ANY, NULL);
    struct lz_buf out;
    if (!value)
        return 0;
    lz_buf_init(&out, 1 << 20);
    lz_err err = lz_json_write(value, &out);
    lz_fuzz_need(!err || out.size == 0 || out.err == LZ_OK);
    lz_fuzz_sure(err == LZ_OK || err == LZ_INTERNAL); /* nested deeper than any of ours */
    lz_fuzz_calm();
    char *text = json_dumps(value, JSON_COMPACT | JSON_ENCODE_ANY);
    lz_fuzz_need(text != NULL);
    if (!err) {
        lz_fuzz_need(out.size == strlen(text) && memcmp(out.data, text, out.size) == 0);
        json_t *again = json_loadb(text, strlen(text), JSON_DECODE_ANY, NULL);
        lz_fuzz_need(again && json_equal(value, again));
        json_decref(again);
    }
    free(text);
    json_decref(value);
    lz_buf_free(&out);
    return 0;
}
