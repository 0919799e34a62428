#include "registry/credential/tile.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

/* N in groups of three digits, all but the last behind an x: 1234067 is x001/x234/067. */
static void write_index(uint64_t index, char *out, size_t room)
{
    uint64_t unit = 1;
    size_t at = 0;
    while (index / unit >= 1000) {
        unit *= 1000;
    }
    for (; unit > 1; unit /= 1000) {
        at += (size_t)snprintf(out + at, room - at, "x%03u/", (unsigned)(index / unit % 1000));
    }
    snprintf(out + at, room - at, "%03u", (unsigned)(index % 1000));
}

void lz_tile_path(const struct lz_tile *tile, char ret_path[LZ_TILE_PATH])
{
    char index[48], level[16] = "entries", partial[16] = "";
    write_index(tile->index, index, sizeof index);
    if (tile->level != LZ_TILE_ENTRIES) {
        snprintf(level, sizeof level, "%d", tile->level);
    }
    if (tile->width < LZ_TILE_WIDTH) {
        snprintf(partial, sizeof partial, ".p/%u", tile->width);
    }
    snprintf(ret_path, LZ_TILE_PATH, "tile/%s/%s%s", level, index, partial);
}

static bool take_text(struct lz_bytes *rest, const char *text)
{
    size_t size = strlen(text);
    if (rest->size < size || memcmp(rest->data, text, size) != 0) {
        return false;
    }
    *rest = lz_bytes_of(rest->data + size, rest->size - size);
    return true;
}

/* Reads up to `max` digits. */
static bool take_number(struct lz_bytes *rest, size_t max, uint64_t *ret_number)
{
    uint64_t number = 0;
    size_t size = 0;
    while (size < max && size < rest->size && rest->data[size] >= '0' && rest->data[size] <= '9') {
        number = number * 10 + (uint64_t)(rest->data[size] - '0');
        size++;
    }
    *rest = lz_bytes_of(rest->data + size, rest->size - size);
    *ret_number = number;
    return size > 0;
}

lz_err lz_tile_parse(struct lz_bytes path, struct lz_tile *ret_tile)
{
    struct lz_tile tile = {.level = LZ_TILE_ENTRIES, .width = LZ_TILE_WIDTH};
    char canonical[LZ_TILE_PATH];
    struct lz_bytes rest = path;
    uint64_t number = 0, group = 0;
    if (!take_text(&rest, "tile/")) {
        return LZ_MALFORMED;
    }
    if (!take_text(&rest, "entries")) {
        if (!take_number(&rest, 2, &number) || number > LZ_TILE_LEVEL_MAX) {
            return LZ_MALFORMED;
        }
        tile.level = (int)number;
    }
    if (!take_text(&rest, "/")) {
        return LZ_MALFORMED;
    }
    while (take_text(&rest, "x")) {
        if (!take_number(&rest, 3, &group) || !take_text(&rest, "/") ||
            tile.index > LZ_TLOG_SIZE_MAX / 1000000) {
            return LZ_MALFORMED;
        }
        tile.index = tile.index * 1000 + group;
    }
    if (!take_number(&rest, 3, &group)) {
        return LZ_MALFORMED;
    }
    tile.index = tile.index * 1000 + group;
    if (take_text(&rest, ".p/")) {
        if (!take_number(&rest, 3, &number) || number == 0 || number >= LZ_TILE_WIDTH) {
            return LZ_MALFORMED;
        }
        tile.width = (unsigned)number;
    }
    /* Whatever was read, only one spelling is accepted: caches must not hold a tile twice. */
    lz_tile_path(&tile, canonical);
    if (!lz_bytes_equal(path, lz_bytes_text(canonical))) {
        return LZ_MALFORMED;
    }
    *ret_tile = tile;
    return LZ_OK;
}

struct lz_tile lz_tile_in(int level, uint64_t index, uint64_t size)
{
    unsigned height = level == LZ_TILE_ENTRIES ? 0 : (unsigned)level * LZ_TILE_HEIGHT;
    uint64_t hashes = height < 64 ? size >> height : 0;
    struct lz_tile tile = {.level = level, .index = index};
    if (index < hashes / LZ_TILE_WIDTH) {
        tile.width = LZ_TILE_WIDTH;
    } else if (index == hashes / LZ_TILE_WIDTH) {
        tile.width = (unsigned)(hashes % LZ_TILE_WIDTH);
    }
    return tile;
}

bool lz_tile_exists(const struct lz_tile *tile, uint64_t size)
{
    return tile->width > 0 && lz_tile_in(tile->level, tile->index, size).width >= tile->width;
}

/* A node between tile levels is computed from the 2^k hashes below it, all of one tile. */
static lz_err read_node(void *context, unsigned level, uint64_t index, struct lz_hash *ret_hash)
{
    const struct lz_tile_source *tiles = context;
    unsigned above = level % LZ_TILE_HEIGHT;
    size_t count = (size_t)1 << above;
    uint64_t first = index << above;
    struct lz_hash row[LZ_TILE_WIDTH / 2];
    struct lz_tile tile = lz_tile_in((int)(level / LZ_TILE_HEIGHT), first / LZ_TILE_WIDTH, tiles->size);
    size_t offset = (size_t)(first % LZ_TILE_WIDTH);
    if (level >= 64 || offset + count > tile.width) {
        return LZ_NOT_FOUND;
    }
    struct lz_buf bytes;
    lz_buf_init(&bytes, (size_t)LZ_TILE_WIDTH * LZ_HASH_SIZE);
    lz_err err = tiles->read(tiles->context, &tile, &bytes);
    if (err == LZ_OK && bytes.size != (size_t)tile.width * LZ_HASH_SIZE) {
        err = bytes.err != LZ_OK ? bytes.err : LZ_MALFORMED;
    }
    if (err == LZ_OK) {
        memcpy(row, bytes.data + offset * LZ_HASH_SIZE, count * LZ_HASH_SIZE);
    }
    for (; count > 1 && err == LZ_OK; count /= 2) {
        for (size_t i = 0; i < count / 2 && err == LZ_OK; i++) {
            err = lz_tlog_node_hash(&row[2 * i], &row[2 * i + 1], &row[i]);
        }
    }
    if (err == LZ_OK) {
        *ret_hash = row[0];
    }
    lz_buf_free(&bytes);
    return err;
}

struct lz_tlog_source lz_tile_source(struct lz_tile_source *tiles)
{
    return (struct lz_tlog_source){.read = read_node, .context = tiles};
}

lz_err lz_bundle_add(struct lz_buf *out, struct lz_bytes entry)
{
    if (entry.size > LZ_ENTRY_MAX) {
        return LZ_TOO_LARGE;
    }
    lz_buf_byte(out, (uint8_t)(entry.size >> 8));
    lz_buf_byte(out, (uint8_t)entry.size);
    lz_buf_add(out, entry.data, entry.size);
    return out->err;
}

lz_err lz_bundle_next(struct lz_bytes *rest, struct lz_bytes *ret_entry)
{
    if (rest->size == 0) {
        return LZ_NOT_FOUND;
    }
    if (rest->size < 2) {
        return LZ_MALFORMED;
    }
    size_t size = (size_t)rest->data[0] << 8 | rest->data[1];
    if (size > LZ_ENTRY_MAX || size > rest->size - 2) {
        return LZ_MALFORMED;
    }
    *ret_entry = lz_bytes_of(rest->data + 2, size);
    *rest = lz_bytes_of(rest->data + 2 + size, rest->size - 2 - size);
    return LZ_OK;
}
