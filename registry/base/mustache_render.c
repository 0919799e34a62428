#include "registry/base/mustache_node.h"

#include <stdio.h>
#include <string.h>

enum { MAX_PARTIALS = 32, MAX_NAME = 128 };

/* The stack of contexts: names are looked for from the innermost outwards. */
struct context {
    const json_t *value;
    const struct context *outer;
};

/* The indentation of standalone partials adds up from the outermost inwards. */
struct indent {
    struct lz_bytes text;
    const struct indent *outer;
};

struct renderer {
    const struct lz_mustache_options *options;
    lz_mustache_escape escape;
    struct lz_buf *out;
    int partials; /* how deep */
};

static void escape_html(struct lz_buf *out, struct lz_bytes value)
{
    static const char special[] = "&<>\"'";
    static const char *const entities[] = {"&amp;", "&lt;", "&gt;", "&quot;", "&#39;"};
    size_t from = 0;
    for (size_t i = 0; i < value.size; i++) {
        const char *hit = value.data[i] ? strchr(special, (char)value.data[i]) : NULL;
        if (!hit)
            continue;
        lz_buf_add(out, value.data + from, i - from);
        lz_buf_text(out, entities[hit - special]);
        from = i + 1;
    }
    if (from < value.size)
        lz_buf_add(out, value.data + from, value.size - from);
}

static const json_t *member(const json_t *value, const uint8_t *name, size_t size)
{
    return json_is_object(value) ? json_object_getn(value, (const char *)name, size) : NULL;
}

/* The first part of a dotted name is looked for outwards, the rest only within what it found. */
static const json_t *look_up(const struct context *context, struct lz_bytes name)
{
    if (name.size == 1 && name.data[0] == '.')
        return context->value;
    const uint8_t *part = name.data, *end = name.data + name.size;
    const uint8_t *dot = memchr(part, '.', name.size);
    const json_t *value = NULL;
    for (; context && !value; context = context->outer)
        value = member(context->value, part, (size_t)((dot ? dot : end) - part));
    while (value && dot) {
        part = dot + 1;
        dot = memchr(part, '.', (size_t)(end - part));
        value = member(value, part, (size_t)((dot ? dot : end) - part));
    }
    return value;
}

static bool holds(const json_t *value)
{
    if (!value || json_is_null(value) || json_is_false(value))
        return false;
    if (json_is_array(value))
        return json_array_size(value) > 0;
    return !json_is_string(value) || json_string_length(value) > 0;
}

/* Numbers and truth as text; what has no text (null, objects, lists) leaves nothing. */
static lz_err text_of(const json_t *value, char *room, size_t size, struct lz_bytes *ret_text)
{
    *ret_text = lz_bytes_of(room, 0);
    if (json_is_string(value)) {
        *ret_text = lz_bytes_of(json_string_value(value), json_string_length(value));
    } else if (json_is_integer(value)) {
        snprintf(room, size, "%" JSON_INTEGER_FORMAT, json_integer_value(value));
        *ret_text = lz_bytes_text(room);
    } else if (json_is_boolean(value)) {
        *ret_text = lz_bytes_text(json_is_true(value) ? "true" : "false");
    } else if (json_is_real(value)) {
        /* jansson writes a decimal point in every locale; 15 digits are what survives reading and writing. */
        size_t length = json_dumpb(value, room, size, JSON_ENCODE_ANY | JSON_REAL_PRECISION(15));
        if (length == 0 || length > size)
            return LZ_MEMORY;
        *ret_text = lz_bytes_of(room, length);
    }
    return LZ_OK;
}

static lz_err write_value(struct renderer *r, const json_t *value, bool raw)
{
    char room[64];
    struct lz_bytes text;
    lz_err err = text_of(value, room, sizeof room, &text);
    if (err)
        return err;
    if (raw)
        lz_buf_add(r->out, text.data, text.size);
    else
        r->escape(r->out, text);
    return LZ_OK;
}

static void write_indent(struct renderer *r, const struct indent *indent)
{
    if (!indent)
        return;
    write_indent(r, indent->outer);
    lz_buf_add(r->out, indent->text.data, indent->text.size);
}

static lz_err render(struct renderer *r, const struct lz_mustache *mustache, size_t from, size_t to,
                     const struct context *context, const struct indent *indent);

static lz_err render_section(struct renderer *r, const struct lz_mustache *mustache, size_t at,
                             const struct context *context, const struct indent *indent)
{
    const struct lz_mustache_node *node = &mustache->nodes[at];
    const json_t *value = look_up(context, node->text);
    if (!holds(value))
        return LZ_OK;
    struct context inner = {.value = value, .outer = context};
    if (!json_is_array(value))
        return render(r, mustache, at + 1, node->end, &inner, indent);
    lz_err err = LZ_OK;
    for (size_t i = 0; !err && i < json_array_size(value); i++) {
        inner.value = json_array_get(value, i);
        err = render(r, mustache, at + 1, node->end, &inner, indent);
    }
    return err;
}

static lz_err render_partial(struct renderer *r, const struct lz_mustache_node *node,
                             const struct context *context, const struct indent *indent)
{
    char name[MAX_NAME];
    if (!r->options || !r->options->partial)
        return LZ_OK;
    if (node->text.size >= sizeof name || r->partials == MAX_PARTIALS)
        return LZ_TOO_LARGE;
    memcpy(name, node->text.data, node->text.size);
    name[node->text.size] = '\0';
    const struct lz_mustache *partial = r->options->partial(r->options->partial_context, name);
    if (!partial)
        return LZ_OK;
    struct indent inner = {.text = node->indent, .outer = indent};
    r->partials++;
    lz_err err = render(r, partial, 0, partial->count, context, node->standalone ? &inner : NULL);
    r->partials--;
    return err;
}

static lz_err render(struct renderer *r, const struct lz_mustache *mustache, size_t from, size_t to,
                     const struct context *context, const struct indent *indent)
{
    lz_err err = LZ_OK;
    for (size_t at = from; !err && at < to; at++) {
        const struct lz_mustache_node *node = &mustache->nodes[at];
        switch (node->kind) {
        case LZ_MUSTACHE_TEXT:
            lz_buf_add(r->out, node->text.data, node->text.size);
            break;
        case LZ_MUSTACHE_LINE:
            write_indent(r, indent);
            break;
        case LZ_MUSTACHE_VALUE:
        case LZ_MUSTACHE_RAW:
            err = write_value(r, look_up(context, node->text), node->kind == LZ_MUSTACHE_RAW);
            break;
        case LZ_MUSTACHE_SECTION:
            err = render_section(r, mustache, at, context, indent);
            at = node->end - 1;
            break;
        case LZ_MUSTACHE_INVERTED:
            if (holds(look_up(context, node->text)))
                at = node->end - 1;
            break;
        case LZ_MUSTACHE_PARTIAL:
            err = render_partial(r, node, context, indent);
            break;
        }
        if (!err)
            err = r->out->err;
    }
    return err;
}

lz_err lz_mustache_render(const struct lz_mustache *mustache, const json_t *value,
                          const struct lz_mustache_options *options, struct lz_buf *out)
{
    if (out->err)
        return out->err;
    struct renderer renderer = {.options = options, .escape = escape_html, .out = out};
    if (options && options->escape)
        renderer.escape = options->escape;
    const size_t before = out->size;
    const struct context root = {.value = value};
    lz_err err = render(&renderer, mustache, 0, mustache->count, &root, NULL);
    if (err && !out->err && out->data) {
        out->size = before;
        out->data[before] = 0;
    }
    return err;
}
