#include "registry/base/json_write.h"

#include <stdlib.h>
#include <string.h>

enum { DEPTH_MAX = 64 };

static lz_err write_value(const json_t *value, unsigned depth, struct lz_buf *out);

/* The two-character escapes; 0: none. */
static char short_escape(char c)
{
    switch (c) {
    case '"':
    case '\\':
        return c;
    case '\b':
        return 'b';
    case '\f':
        return 'f';
    case '\n':
        return 'n';
    case '\r':
        return 'r';
    case '\t':
        return 't';
    default:
        return 0;
    }
}

/* Valid UTF-8, as jansson holds, so what is not escaped goes out as it is. */
void lz_json_write_text(struct lz_bytes text, struct lz_buf *out)
{
    lz_buf_byte(out, '"');
    for (size_t from = 0, at = 0; at <= text.size; at++) {
        bool ends = at == text.size;
        if (!ends && text.data[at] >= 0x20 && text.data[at] != '"' && text.data[at] != '\\')
            continue;
        lz_buf_add(out, text.data + from, at - from);
        from = at + 1;
        if (ends)
            break;
        char escape = short_escape((char)text.data[at]);
        if (escape)
            lz_buf_add(out, (const char[]){'\\', escape}, 2);
        else
            lz_buf_printf(out, "\\u%04X", (unsigned)text.data[at]);
    }
    lz_buf_byte(out, '"');
}

static lz_err write_object(const json_t *object, unsigned depth, struct lz_buf *out)
{
    json_t *own = (json_t *)(uintptr_t)object; /* jansson's iterators are not const; they change nothing */
    lz_err err = LZ_OK;
    lz_buf_byte(out, '{');
    for (void *at = json_object_iter(own), *first = at; !err && at; at = json_object_iter_next(own, at)) {
        if (at != first)
            lz_buf_byte(out, ',');
        lz_json_write_text(lz_bytes_of(json_object_iter_key(at), json_object_iter_key_len(at)), out);
        lz_buf_byte(out, ':');
        err = write_value(json_object_iter_value(at), depth, out);
    }
    lz_buf_byte(out, '}');
    return err;
}

static lz_err write_array(const json_t *array, unsigned depth, struct lz_buf *out)
{
    lz_err err = LZ_OK;
    lz_buf_byte(out, '[');
    for (size_t i = 0; !err && i < json_array_size(array); i++) {
        if (i)
            lz_buf_byte(out, ',');
        err = write_value(json_array_get(array, i), depth, out);
    }
    lz_buf_byte(out, ']');
    return err;
}

/* Rounding is jansson's business. */
static lz_err write_real(const json_t *value, struct lz_buf *out)
{
    char text[100]; /* as many as jansson has for a number itself */
    const size_t size = json_dumpb(value, text, sizeof text, JSON_ENCODE_ANY);
    if (!size) /* it asks for memory even for a number */
        return LZ_MEMORY;
    lz_buf_add(out, text, size);
    return LZ_OK;
}

static lz_err write_value(const json_t *value, unsigned depth, struct lz_buf *out)
{
    if (!value || depth == DEPTH_MAX)
        return LZ_INTERNAL;
    switch (json_typeof(value)) {
    case JSON_OBJECT:
        return write_object(value, depth + 1, out);
    case JSON_ARRAY:
        return write_array(value, depth + 1, out);
    case JSON_STRING:
        lz_json_write_text(lz_bytes_of(json_string_value(value), json_string_length(value)), out);
        return LZ_OK;
    case JSON_INTEGER:
        lz_buf_printf(out, "%" JSON_INTEGER_FORMAT, json_integer_value(value));
        return LZ_OK;
    case JSON_REAL:
        return write_real(value, out);
    case JSON_TRUE:
        lz_buf_add(out, "true", 4);
        return LZ_OK;
    case JSON_FALSE:
        lz_buf_add(out, "false", 5);
        return LZ_OK;
    case JSON_NULL:
        break;
    }
    lz_buf_add(out, "null", 4);
    return LZ_OK;
}

void lz_json_append(json_t **list, json_t *item)
{
    if (!json_array_append_new(*list, item))
        return;
    json_decref(*list);
    *list = NULL;
}

lz_err lz_json_write(const json_t *value, struct lz_buf *out)
{
    lz_err err = write_value(value, 0, out);
    return err ? err : out->err;
}

char *lz_json_text(const json_t *value, size_t flags)
{
    const size_t size = value ? json_dumpb(value, NULL, 0, flags) : 0;
    char *text = size ? malloc(size + 1) : NULL;
    if (!text || json_dumpb(value, text, size, flags) != size) {
        free(text);
        return NULL;
    }
    text[size] = '\0';
    return text;
}
