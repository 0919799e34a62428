/* A request's body as fields: programs may send JSON where a browser sends a form. */
#include "web/input.h"

#include <string.h>
#include <strings.h>

static bool is_json(const char *type)
{
    static const char JSON[] = "application/json";
    size_t size = sizeof JSON - 1;
    return type && strncasecmp(type, JSON, size) == 0 && (type[size] == '\0' || strchr("; \t", type[size]));
}

/* NULL: no value a field could have. */
static const char *scalar(struct lz_arena *arena, const json_t *value)
{
    switch (json_typeof(value)) {
    case JSON_STRING:
        return lz_arena_text(arena, json_string_value(value));
    case JSON_INTEGER:
        return lz_arena_printf(arena, "%lld", (long long)json_integer_value(value));
    case JSON_TRUE:
        return "1";
    case JSON_FALSE:
    case JSON_NULL:
        return "";
    case JSON_OBJECT:
    case JSON_ARRAY:
    case JSON_REAL:
        return NULL;
    }
    return NULL;
}

struct filling {
    struct lz_arena *arena;
    struct lz_form_field *fields;
    size_t count;
};

static lz_err add(struct filling *f, const char *name, const json_t *value)
{
    const char *text = scalar(f->arena, value);
    const char *copy = lz_arena_text(f->arena, name);
    if (!text)
        return LZ_MALFORMED;
    if (!copy)
        return LZ_MEMORY;
    if (f->count == LZ_FORM_FIELDS_MAX)
        return LZ_TOO_LARGE;
    f->fields[f->count++] = (struct lz_form_field){.name = copy, .text = text, .bytes = lz_bytes_text(text)};
    return LZ_OK;
}

static lz_err of_json(struct lz_arena *arena, struct lz_bytes body, struct lz_form *ret_form)
{
    json_t *root = json_loadb((const char *)body.data, body.size, JSON_REJECT_DUPLICATES, NULL);
    struct filling f = {.arena = arena,
                        .fields = lz_arena_array(arena, LZ_FORM_FIELDS_MAX, sizeof *f.fields)};
    lz_err err = !f.fields ? LZ_MEMORY : json_is_object(root) ? LZ_OK : LZ_MALFORMED;
    const char *name;
    json_t *value, *item;
    size_t i;
    if (!err) {
        json_object_foreach(root, name, value)
        {
            if (json_is_array(value)) {
                json_array_foreach(value, i, item) err = err ? err : add(&f, name, item);
            } else {
                err = err ? err : add(&f, name, value);
            }
        }
    }
    json_decref(root);
    if (!err)
        *ret_form = (struct lz_form){f.count, f.fields};
    return err;
}

lz_err lz_body_fields(const struct lz_http_request *request, struct lz_form *ret_form)
{
    const char *type = lz_http_header_get(request, "Content-Type");
    return is_json(type) ? of_json(request->arena, request->body, ret_form)
                         : lz_form_parse(request->arena, type, request->body, ret_form);
}
