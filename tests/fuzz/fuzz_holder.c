/* A file of the counter's cache of holders: kept or removed, never older or newer than a day. */
#include "registry/base/encoding.h"
#include "tests/fuzz/folder.h"
#include "web/kiosk/holder.h"

static const uint8_t DIGEST[LZ_TOKEN_DIGEST] = {0xAB, 0xCD};
enum { NOW = 1795406400 };
static const int64_t LATER = (int64_t)NOW + LZ_HOLDER_KEEP_S + LZ_HOLDER_AHEAD_S + 1;

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
    (void)argc;
    (void)argv;
    lz_fuzz_folder_make();
    return 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const char NAME[] = "abcd000000000000000000000000000000000000000000000000000000000000";
    struct lz_holder_cache *cache = NULL;
    struct lz_holder holder;
    struct lz_fault fault = {0};
    char path[LZ_FUZZ_PATH];
    lz_fuzz_write(lz_fuzz_path(path, NAME), lz_bytes_of(data, size));
    lz_holder_init(&holder);
    lz_err err = lz_holder_cache_new(lz_fuzz_folder, &cache, &fault);
    lz_fuzz_need((err == LZ_OK) == (cache != NULL));
    lz_fuzz_sure(!err);
    if (cache && lz_holder_cache_get(cache, DIGEST, NOW, &holder)) {
        lz_fuzz_need(!holder.photo.size || lz_photo_type(lz_buf_view(&holder.photo)));
        lz_holder_cache_touch(cache, DIGEST, NOW);
        lz_fuzz_sure(!lz_holder_cache_put(cache, DIGEST, NOW, &holder));
    }
    lz_holder_reset(&holder);
    if (cache) {
        lz_holder_cache_purge(cache, NOW);
        lz_fuzz_need(!lz_holder_cache_get(cache, DIGEST, LATER, &holder));
    }
    lz_holder_cache_free(&cache);
    lz_fuzz_calm();
    lz_fuzz_need(!holder.details && !holder.photo.size);
    (void)unlink(path);
    return 0;
}
