#include "registry/base/text.h"

#include <errno.h>
#include <iconv.h>
#include <string.h>

struct range {
    uint32_t first, last;
};

/* What counts as white space in an office's text: Unicode's White_Space, and the invisible U+200B and U+FEFF
 * that spreadsheets leave behind. */
static const struct range spaces[] = {
    {0x09, 0x0D},     {0x20, 0x20},     {0x85, 0x85},     {0xA0, 0xA0},
    {0x1680, 0x1680}, {0x2000, 0x200B}, {0x2028, 0x2029}, {0x202F, 0x202F},
    {0x205F, 0x205F}, {0x3000, 0x3000}, {0xFEFF, 0xFEFF},
};

/* Characters that steer a terminal or turn text around (Unicode TR 36, section 2.10): a name that holds one
 * does not read as it is stored. */
static const struct range controls[] = {
    {0x01, 0x1F}, {0x7F, 0x9F}, {0x061C, 0x061C}, {0x200E, 0x200F}, {0x202A, 0x202E}, {0x2066, 0x2069},
};

#define IN_TABLE(code, table) in_ranges(code, table, sizeof(table) / sizeof(table)[0])

static bool in_ranges(uint32_t code, const struct range *ranges, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (code >= ranges[i].first && code <= ranges[i].last)
            return true;
    return false;
}

/* Nearly every character of an office's text is a digit or Chinese, between the table's rows. */
static bool is_space(uint32_t code)
{
    if ((code > 0x20 && code < 0x85) || (code > 0x3000 && code < 0xFEFF))
        return false;
    return IN_TABLE(code, spaces);
}

/* By bytes: visible ASCII, and of the rest what no lead byte of a space or a full-width form begins (C2, E1,
 * E2, E3 and EF). */
bool lz_text_is_plain(const char *text)
{
    static const bool touched[256] = {
        [0xC2] = true, [0xE1] = true, [0xE2] = true, [0xE3] = true, [0xEF] = true, [0x7F] = true};
    for (const uint8_t *at = (const uint8_t *)text; *at; at++)
        if (*at <= ' ' || touched[*at])
            return false;
    return true;
}

char *lz_text_fold_width(struct lz_arena *arena, const char *text)
{
    /* Never longer than it was: three bytes become one. */
    char *folded = lz_arena_copy(arena, text, strlen(text));
    if (!folded)
        return NULL;
    char *to = folded;
    for (const char *at = text, *from = at; *at; from = at) {
        uint32_t code = lz_utf8_next(&at);
        if (code >= 0xFF01 && code <= 0xFF5E)
            *to++ = (char)(code - 0xFF01 + 0x21);
        else if (code == 0x3000)
            *to++ = ' ';
        else
            while (from < at)
                *to++ = *from++;
    }
    *to = '\0';
    return folded;
}

char *lz_text_trim(struct lz_arena *arena, const char *text)
{
    const char *at = text;
    while (*text && is_space(lz_utf8_next(&at)))
        text = at;
    const char *end = text;
    for (at = text; *at;)
        if (!is_space(lz_utf8_next(&at)))
            end = at;
    return lz_arena_copy(arena, text, (size_t)(end - text));
}

char *lz_text_squeeze(struct lz_arena *arena, const char *text)
{
    char *squeezed = lz_arena_copy(arena, text, strlen(text));
    if (!squeezed)
        return NULL;
    char *to = squeezed;
    for (const char *at = text, *from = at; *at; from = at)
        if (!is_space(lz_utf8_next(&at)))
            while (from < at)
                *to++ = *from++;
    *to = '\0';
    return squeezed;
}

bool lz_text_has_control(const char *text)
{
    while (*text)
        if (IN_TABLE(lz_utf8_next(&text), controls))
            return true;
    return false;
}

static void cut_back(struct lz_buf *buf, size_t size)
{
    buf->size = size;
    if (buf->data)
        buf->data[size] = 0;
}

/* Converts all of `in`; *at is where it stopped. */
static lz_err convert(iconv_t conversion, struct lz_bytes in, size_t cap, struct lz_buf *out, size_t *at)
{
    /* iconv takes `char **` for what it only reads (POSIX says so). */
    char *from = (char *)(uintptr_t)in.data;
    size_t left = in.size, written = 0;
    while (left > 0) {
        char chunk[4096];
        char *to = chunk;
        size_t room = sizeof chunk;
        size_t result = iconv(conversion, &from, &left, &to, &room);
        int error_number = result == (size_t)-1 ? errno : 0;
        *at = in.size - left;
        written += sizeof chunk - room;
        if (written > cap)
            return LZ_TOO_LARGE;
        lz_buf_add(out, chunk, sizeof chunk - room);
        if (out->err)
            return out->err;
        if (error_number && error_number != E2BIG)
            return LZ_MALFORMED; /* EILSEQ: no such character; EINVAL: cut off in the middle of one */
    }
    return LZ_OK;
}

lz_err lz_gb18030_to_utf8(struct lz_bytes in, size_t cap, struct lz_buf *out, size_t *ret_bad_offset)
{
    if (out->err)
        return out->err;
    iconv_t conversion = iconv_open("UTF-8", "GB18030");
    if (conversion == (iconv_t)-1)
        return errno == ENOMEM ? LZ_MEMORY : LZ_UNSUPPORTED;
    const size_t before = out->size;
    size_t at = 0;
    lz_err err = convert(conversion, in, cap, out, &at);
    if (err && !out->err)
        cut_back(out, before);
    if (err == LZ_MALFORMED && ret_bad_offset)
        *ret_bad_offset = at;
    iconv_close(conversion);
    return err;
}
