/* Tile paths have one spelling; bundles give back exactly the bytes that they hold. */
#include "registry/credential/tile.h"
#include "tests/fuzz/faults.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct lz_bytes bytes = lz_bytes_of(data, size), entry;
    struct lz_tile tile;
    if (lz_tile_parse(bytes, &tile) == LZ_OK) {
        char path[LZ_TILE_PATH];
        lz_tile_path(&tile, path);
        lz_fuzz_need(lz_bytes_equal(bytes, lz_bytes_text(path)));
    }
    size_t total = 0;
    lz_err err = LZ_OK;
    struct lz_buf again;
    lz_buf_init(&again, 1 << 20);
    while ((err = lz_bundle_next(&bytes, &entry)) == LZ_OK) {
        total += entry.size + 2;
        lz_fuzz_sure(entry.size > LZ_ENTRY_MAX || !lz_bundle_add(&again, entry));
    }
    lz_fuzz_need(err != LZ_NOT_FOUND || total == size);
    if (again.size == size && !again.err)
        lz_fuzz_need(lz_bytes_equal(lz_buf_view(&again), lz_bytes_of(data, size)));
    lz_buf_free(&again);
    return 0;
}
