#include "registry/base/text.h"
#include "web/http/form_builder.h"

#include <string.h>
#include <strings.h>

enum { PART_HEAD_MAX = 4096 };

struct part {
    const char *name;
    const char *filename;
    const char *content_type;
};

static const uint8_t *find(const uint8_t *from, const uint8_t *end, const char *what, size_t size)
{
    return from <= end ? memmem(from, (size_t)(end - from), what, size) : NULL;
}

/* A parameter of Content-Disposition in its quoted form, as every browser sends it (WHATWG HTML: %22 for a
 * quote, %0D%0A for line ends, UTF-8 as it is). */
static lz_err parameter(struct lz_arena *arena, const char *line, const char *name, const char **ret_value)
{
    char *want = lz_arena_printf(arena, "; %s=\"", name);
    if (!want)
        return LZ_MEMORY;
    const char *at = strcasestr(line, want);
    if (!at)
        return LZ_NOT_FOUND;
    at += strlen(want);
    const char *end = strchr(at, '"');
    if (!end)
        return LZ_MALFORMED;
    char *value = lz_arena_copy(arena, at, (size_t)(end - at));
    if (!value)
        return LZ_MEMORY;
    *ret_value = value;
    return LZ_OK;
}

/* Some clients send a whole path; only what follows the last separator is a name. */
static const char *without_folders(const char *filename)
{
    const char *last = filename;
    for (const char *at = filename; *at; at++) {
        if (*at == '/' || *at == '\\')
            last = at + 1;
    }
    return last;
}

static lz_err part_disposition(struct lz_arena *arena, const char *value, struct part *part)
{
    if (strncasecmp(value, "form-data", 9) != 0)
        return LZ_MALFORMED;
    lz_err err = parameter(arena, value, "name", &part->name);
    if (err)
        return err == LZ_NOT_FOUND ? LZ_MALFORMED : err;
    err = parameter(arena, value, "filename", &part->filename);
    if (err && err != LZ_NOT_FOUND)
        return err;
    if (part->filename)
        part->filename = without_folders(part->filename);
    return LZ_OK;
}

static lz_err part_head(struct lz_arena *arena, struct lz_bytes head, struct part *ret_part)
{
    struct part part = {0};
    if (head.size > PART_HEAD_MAX)
        return LZ_TOO_LARGE;
    if (!lz_utf8_valid(head) || (head.size && memchr(head.data, 0, head.size)))
        return LZ_MALFORMED;
    char *text = lz_arena_copy(arena, (const char *)head.data, head.size);
    if (!text)
        return LZ_MEMORY;
    for (char *line = text, *next = NULL; line; line = next) {
        next = strstr(line, "\r\n");
        if (next) {
            *next = '\0';
            next += 2;
        }
        char *colon = strchr(line, ':');
        if (!colon)
            return LZ_MALFORMED;
        *colon = '\0';
        const char *value = colon + 1 + strspn(colon + 1, " \t");
        lz_err err = LZ_OK;
        if (strcasecmp(line, "Content-Disposition") == 0)
            err = part.name ? LZ_MALFORMED : part_disposition(arena, value, &part);
        else if (strcasecmp(line, "Content-Type") == 0)
            part.content_type = value;
        if (err)
            return err;
    }
    if (!part.name)
        return LZ_MALFORMED;
    *ret_part = part;
    return LZ_OK;
}

static lz_err part_add(struct lz_form_builder *builder, const struct part *part, struct lz_bytes content)
{
    struct lz_form_field field = {
        .name = part->name, .text = "", .filename = part->filename, .content_type = part->content_type};
    field.bytes = content;
    if (!part->filename) {
        if (content.size > LZ_FORM_TEXT_MAX)
            return LZ_TOO_LARGE;
        if (!lz_utf8_valid(content) || (content.size && memchr(content.data, 0, content.size)))
            return LZ_MALFORMED;
        field.text = lz_arena_copy(builder->arena, (const char *)content.data, content.size);
        if (!field.text)
            return LZ_MEMORY;
    }
    return lz_form_builder_add(builder, &field);
}

lz_err lz_form_multipart(struct lz_arena *arena, const char *boundary, struct lz_bytes body,
                         struct lz_form *ret_form)
{
    struct lz_form_builder builder = {.arena = arena};
    size_t length = strlen(boundary);
    if (length < 1 || length > 70)
        return LZ_MALFORMED;
    const char *delimiter = lz_arena_printf(arena, "\r\n--%s", boundary);
    if (!delimiter)
        return LZ_MEMORY;
    size_t size = length + 4;
    const uint8_t *at = body.data;
    const uint8_t *end = body.data + body.size;
    /* The first delimiter stands at the very start, without its line end. */
    if (body.size < size - 2 || memcmp(at, delimiter + 2, size - 2) != 0)
        return LZ_MALFORMED;
    at += size - 2;
    for (;;) {
        if (end - at >= 2 && memcmp(at, "--", 2) == 0)
            break;
        if (end - at < 2 || memcmp(at, "\r\n", 2) != 0)
            return LZ_MALFORMED;
        at += 2;
        const uint8_t *blank = find(at, end, "\r\n\r\n", 4);
        if (!blank)
            return LZ_MALFORMED;
        struct part part = {0};
        lz_err err = part_head(arena, lz_bytes_of(at, (size_t)(blank - at)), &part);
        if (err)
            return err;
        const uint8_t *content = blank + 4;
        /* An empty value: its line end is the delimiter's own. */
        const uint8_t *next = find(content, end, delimiter, size);
        if (!next)
            return LZ_MALFORMED;
        err = part_add(&builder, &part, lz_bytes_of(content, (size_t)(next - content)));
        if (err)
            return err;
        at = next + size;
    }
    *ret_form = builder.form;
    return LZ_OK;
}
