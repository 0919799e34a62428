/* Tile paths have one spelling; bundles give back exactly the bytes that they hold. */
#include "registry/credential/tile.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size); /* libFuzzer declares it nowhere */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct lz_bytes bytes = lz_bytes_of(data, size), entry;
    struct lz_tile tile;
    if (lz_tile_parse(bytes, &tile) == LZ_OK) {
        char path[LZ_TILE_PATH];
        lz_tile_path(&tile, path);
        if (!lz_bytes_equal(bytes, lz_bytes_text(path)))
            abort();
    }
    size_t total = 0;
    lz_err err = LZ_OK;
    while ((err = lz_bundle_next(&bytes, &entry)) == LZ_OK)
        total += entry.size + 2;
    if (err == LZ_NOT_FOUND && total != size)
        abort();
    return 0;
}
