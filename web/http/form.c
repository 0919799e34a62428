#include "web/http/form.h"

#include "registry/base/text.h"
#include "web/http/form_builder.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

static int hex_value(uint8_t c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    if (c >= 'a' && c <= 'f')
        return c - 'a' + 10;
    if (c >= 'A' && c <= 'F')
        return c - 'A' + 10;
    return -1;
}

lz_err lz_url_decode(struct lz_arena *arena, struct lz_bytes text, bool plus, char **ret_text)
{
    char *out = lz_arena_alloc(arena, text.size + 1);
    if (!out)
        return LZ_MEMORY;
    size_t used = 0;
    for (size_t i = 0; i < text.size; i++) {
        uint8_t c = text.data[i];
        if (c == '%') {
            int high = i + 2 < text.size ? hex_value(text.data[i + 1]) : -1;
            int low = i + 2 < text.size ? hex_value(text.data[i + 2]) : -1;
            if (high < 0 || low < 0)
                return LZ_MALFORMED;
            c = (uint8_t)(high * 16 + low);
            i += 2;
        } else if (c == '+' && plus) {
            c = ' ';
        }
        if (c == 0)
            return LZ_MALFORMED;
        out[used++] = (char)c;
    }
    out[used] = '\0';
    if (!lz_utf8_valid(lz_bytes_of(out, used)))
        return LZ_MALFORMED;
    *ret_text = out;
    return LZ_OK;
}

char *lz_url_encode(struct lz_arena *arena, const char *text)
{
    static const char HEX[] = "0123456789ABCDEF";
    size_t size = strlen(text);
    char *out = lz_arena_array(arena, size + 1, 3);
    if (!out)
        return NULL;
    size_t used = 0;
    for (size_t i = 0; i < size; i++) {
        unsigned char c = (unsigned char)text[i];
        bool plain = (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') ||
                     (c && strchr("-._~", c));
        if (plain) {
            out[used++] = (char)c;
        } else {
            out[used++] = '%';
            out[used++] = HEX[c >> 4];
            out[used++] = HEX[c & 15];
        }
    }
    out[used] = '\0';
    return out;
}

lz_err lz_form_builder_add(struct lz_form_builder *builder, const struct lz_form_field *field)
{
    if (builder->form.count == LZ_FORM_FIELDS_MAX || strlen(field->name) > LZ_FORM_NAME_MAX ||
        (!field->filename && field->bytes.size > LZ_FORM_TEXT_MAX))
        return LZ_TOO_LARGE;
    if (builder->form.count == builder->room) {
        size_t room = builder->room ? builder->room * 2 : 8;
        struct lz_form_field *grown = lz_arena_array(builder->arena, room, sizeof *grown);
        if (!grown)
            return LZ_MEMORY;
        if (builder->form.count)
            memcpy(grown, builder->fields, builder->form.count * sizeof *grown);
        builder->fields = grown;
        builder->form.fields = grown;
        builder->room = room;
    }
    builder->fields[builder->form.count++] = *field;
    return LZ_OK;
}

static lz_err add_pair(struct lz_form_builder *builder, struct lz_bytes pair)
{
    const uint8_t *equals = memchr(pair.data, '=', pair.size);
    size_t name_size = equals ? (size_t)(equals - pair.data) : pair.size;
    char *name = NULL;
    char *text = NULL;
    lz_err err = lz_url_decode(builder->arena, lz_bytes_of(pair.data, name_size), true, &name);
    if (err)
        return err;
    struct lz_bytes value = lz_bytes_of("", 0);
    if (equals)
        value = lz_bytes_of(equals + 1, pair.size - name_size - 1);
    err = lz_url_decode(builder->arena, value, true, &text);
    if (err)
        return err;
    struct lz_form_field field = {.name = name, .text = text, .bytes = lz_bytes_text(text)};
    return lz_form_builder_add(builder, &field);
}

lz_err lz_form_urlencoded(struct lz_arena *arena, struct lz_bytes text, struct lz_form *ret_form)
{
    struct lz_form_builder builder = {.arena = arena};
    for (size_t start = 0; start < text.size;) {
        const uint8_t *amp = memchr(text.data + start, '&', text.size - start);
        size_t end = amp ? (size_t)(amp - text.data) : text.size;
        if (end > start) {
            lz_err err = add_pair(&builder, lz_bytes_of(text.data + start, end - start));
            if (err)
                return err;
        }
        start = end + 1;
    }
    *ret_form = builder.form;
    return LZ_OK;
}

/* The boundary parameter of multipart/form-data, with or without quotes. */
static const char *boundary_of(struct lz_arena *arena, const char *content_type)
{
    const char *at = strcasestr(content_type, "boundary=");
    if (!at)
        return NULL;
    at += strlen("boundary=");
    bool quoted = *at == '"';
    if (quoted)
        at++;
    size_t size = strcspn(at, quoted ? "\"" : "; \t");
    return size >= 1 && size <= 70 ? lz_arena_copy(arena, at, size) : NULL;
}

static bool is_type(const char *content_type, const char *type)
{
    size_t size = strlen(type);
    return strncasecmp(content_type, type, size) == 0 && strchr("; \t", content_type[size]) != NULL;
}

lz_err lz_form_parse(struct lz_arena *arena, const char *content_type, struct lz_bytes body,
                     struct lz_form *ret_form)
{
    if (!content_type && body.size == 0) {
        *ret_form = (struct lz_form){0};
        return LZ_OK;
    }
    if (!content_type)
        return LZ_UNSUPPORTED;
    if (is_type(content_type, "application/x-www-form-urlencoded"))
        return lz_form_urlencoded(arena, body, ret_form);
    if (!is_type(content_type, "multipart/form-data"))
        return LZ_UNSUPPORTED;
    const char *boundary = boundary_of(arena, content_type);
    return boundary ? lz_form_multipart(arena, boundary, body, ret_form) : LZ_MALFORMED;
}

const struct lz_form_field *lz_form_find(const struct lz_form *form, const char *name)
{
    for (size_t i = 0; i < form->count; i++) {
        if (strcmp(form->fields[i].name, name) == 0)
            return &form->fields[i];
    }
    return NULL;
}

const char *lz_form_text(const struct lz_form *form, const char *name)
{
    const struct lz_form_field *field = lz_form_find(form, name);
    return field ? field->text : NULL;
}

const struct lz_form_field *lz_form_file(const struct lz_form *form, const char *name)
{
    for (size_t i = 0; i < form->count; i++) {
        const struct lz_form_field *field = &form->fields[i];
        if (field->filename && field->filename[0] && strcmp(field->name, name) == 0)
            return field;
    }
    return NULL;
}
