/* Tiles and entry bundles: how the log is read over HTTP (C2SP tlog-tiles).  Full ones never change. */
#ifndef LZ_CREDENTIAL_TILE_H
#define LZ_CREDENTIAL_TILE_H

#include "registry/credential/tlog.h"

enum { LZ_TILE_ENTRIES = -1, LZ_TILE_LEVEL_MAX = 7 };

struct lz_tile {
    int level;      /* 0..7, or LZ_TILE_ENTRIES for a bundle of entries */
    uint64_t index; /* at that level */
    unsigned width; /* hashes or entries in it, 1..256; 256 is full */
};
/* "tile/0/x001/x234/067", with ".p/W" when partial; entries: "tile/entries/067". */
void lz_tile_path(const struct lz_tile *tile, char ret_path[LZ_TILE_PATH]);
/* Strict inverse, `path` without a leading slash; LZ_MALFORMED for any other spelling. */
LZ_MUST lz_err lz_tile_parse(struct lz_bytes path, struct lz_tile *ret_tile);
/* Does a tree of this size have the tile, with at least its width? */
bool lz_tile_exists(const struct lz_tile *tile, uint64_t size);
/* The tile `index` of `level` as a tree of `size` has it; width 0: not at all. */
struct lz_tile lz_tile_in(int level, uint64_t index, uint64_t size);

/* A hash source over tiles: `read` appends a tile's bytes (32 * width) to `out`.  `size` is the tree's. */
struct lz_tile_source {
    lz_err (*read)(void *context, const struct lz_tile *tile, struct lz_buf *out);
    void *context;
    uint64_t size;
};
/* The result borrows `tiles`. */
struct lz_tlog_source lz_tile_source(struct lz_tile_source *tiles);

/* Entry bundles: each entry behind its length (16 bits, big endian). */
enum { LZ_ENTRY_MAX = 1024, LZ_BUNDLE_CAP = LZ_TILE_WIDTH * (LZ_ENTRY_MAX + 2) };
LZ_MUST lz_err lz_bundle_add(struct lz_buf *out,
                             struct lz_bytes entry); /* LZ_TOO_LARGE beyond LZ_ENTRY_MAX */
/* Takes the next entry off `rest`; LZ_NOT_FOUND at the end, LZ_MALFORMED when it is cut short. */
LZ_MUST lz_err lz_bundle_next(struct lz_bytes *rest, struct lz_bytes *ret_entry);

#endif
