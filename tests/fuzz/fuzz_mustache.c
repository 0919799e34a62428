/* Any template parses or is refused, and what parses renders, also within itself as a partial. */
#include "registry/base/mustache.h"
#include "tests/fuzz/faults.h"

static const char json[] =
    "{\"a\":[1,2.5,\"<x>\"],\"b\":{\"c\":\"\\n\",\"b\":true},\"n\":null,\"t\":\"text\"}";

static json_t *value;

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
    (void)argc;
    (void)argv;
    value = json_loads(json, 0, NULL);
    lz_fuzz_need(value != NULL);
    return 0;
}

/* The template itself, so often and no more: two of it within each would take for ever. */
struct itself {
    const struct lz_mustache *mustache;
    int left;
};

static const struct lz_mustache *find_itself(void *context, const char *name)
{
    struct itself *itself = context;
    return name[0] && itself->left-- > 0 ? itself->mustache : NULL;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct lz_mustache *mustache = NULL;
    struct lz_fault fault = {0};
    lz_err err = lz_mustache_parse(lz_bytes_of(data, size), &mustache, &fault);
    lz_fuzz_need((err == LZ_OK) == (mustache != NULL) && (!err || fault.code == err));
    if (mustache) {
        struct itself itself = {.mustache = mustache, .left = 40};
        struct lz_mustache_options options = {.partial = find_itself, .partial_context = &itself};
        struct lz_buf out;
        lz_buf_init(&out, 1 << 16);
        err = lz_mustache_render(mustache, value, &options, &out);
        lz_fuzz_sure(err == LZ_OK || err == LZ_TOO_LARGE);
        lz_buf_free(&out);
    }
    lz_mustache_free(&mustache);
    return 0;
}
