#include "web/http/path.h"

#include <string.h>
#include <strings.h>

enum { LOGGED_SEGMENT = 32 };

/* Decodes one segment; what may not stand in a path at all is refused here, so that no route has to. */
static lz_err segment_decode(struct lz_arena *arena, struct lz_bytes raw, char **ret_text)
{
    char *text = NULL;
    lz_err err = lz_url_decode(arena, raw, false, &text);
    if (err)
        return err;
    for (const char *at = text; *at; at++) {
        if ((unsigned char)*at < 0x20 || *at == 0x7f || *at == '/' || *at == '\\')
            return LZ_MALFORMED;
    }
    if (strcmp(text, ".") == 0 || strcmp(text, "..") == 0)
        return LZ_MALFORMED;
    *ret_text = text;
    return LZ_OK;
}

lz_err lz_http_path_parse(struct lz_arena *arena, struct lz_bytes raw, struct lz_http_path *ret_path)
{
    struct lz_http_path path = {0};
    if (raw.size > LZ_HTTP_PATH_MAX)
        return LZ_TOO_LARGE;
    if (raw.size == 0 || raw.data[0] != '/')
        return LZ_MALFORMED;
    /* Decoding never lengthens. */
    char *whole = lz_arena_alloc(arena, raw.size + 1);
    if (!whole)
        return LZ_MEMORY;
    size_t used = 0;
    for (size_t start = 1; start <= raw.size;) {
        const uint8_t *slash = start < raw.size ? memchr(raw.data + start, '/', raw.size - start) : NULL;
        size_t end = slash ? (size_t)(slash - raw.data) : raw.size;
        if (end == start && slash)
            return LZ_MALFORMED;
        if (end == start && start == 1)
            break;
        if (path.count == LZ_HTTP_SEGMENTS)
            return LZ_TOO_LARGE;
        char *segment = NULL;
        lz_err err = segment_decode(arena, lz_bytes_of(raw.data + start, end - start), &segment);
        if (err)
            return err;
        path.segments[path.count++] = segment;
        size_t length = strlen(segment);
        whole[used++] = '/';
        memcpy(whole + used, segment, length);
        used += length;
        start = end + 1;
    }
    if (used == 0)
        whole[used++] = '/';
    whole[used] = '\0';
    path.text = whole;
    *ret_path = path;
    return LZ_OK;
}

/* A word of ours: no page's name has a digit, and none is so long.  Anything else somebody typed or pasted
 * where a word belongs. */
static bool is_word(const char *segment)
{
    static const char LETTERS[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ-._";
    size_t size = strspn(segment, LETTERS);
    return size <= LOGGED_SEGMENT && segment[size] == '\0';
}

const char *lz_http_path_for_log(struct lz_arena *arena, const struct lz_http_path *path)
{
    if (!path->text || path->count == 0)
        return path->text ? path->text : "-";
    if (!is_word(path->segments[0]))
        return "/-";
    const char *cut = lz_arena_printf(arena, path->count > 1 ? "/%s/-" : "/%s", path->segments[0]);
    return cut ? cut : "-";
}
