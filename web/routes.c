/* Both tables as one, and the search in them. */
#include "registry/base/bytes.h"
#include "registry/base/json_write.h"
#include "web/route.h"

#include <string.h>

const struct lz_route *lz_route_at(size_t index)
{
    if (index < lz_routes_public_count)
        return &lz_routes_public[index];
    index -= lz_routes_public_count;
    return index < lz_routes_desk_count ? &lz_routes_desk[index] : NULL;
}

/* Takes one segment off a pattern: true while there is one. */
static bool pattern_next(const char **at, struct lz_bytes *ret_segment)
{
    if (**at != '/')
        return false;
    const char *begin = *at + 1;
    size_t size = strcspn(begin, "/");
    *at = begin + size;
    *ret_segment = lz_bytes_of(begin, size);
    return size > 0;
}

static bool is_name(struct lz_bytes segment)
{
    return segment.size > 2 && segment.data[0] == '{' && segment.data[segment.size - 1] == '}';
}
static bool is_rest(struct lz_bytes segment)
{
    return is_name(segment) && segment.data[segment.size - 2] == '*';
}

static bool matches(const char *pattern, const struct lz_http_path *path)
{
    struct lz_bytes segment;
    size_t i = 0;
    for (; pattern_next(&pattern, &segment); i++) {
        if (is_rest(segment))
            return i < path->count;
        if (i >= path->count)
            return false;
        const char *sent = path->segments[i];
        bool same = is_name(segment)
                        ? sent[0] != '\0'
                        : strlen(sent) == segment.size && memcmp(sent, segment.data, segment.size) == 0;
        if (!same)
            return false;
    }
    return i == path->count;
}

static lz_err segments_of(const char *pattern, const struct lz_http_path *path, struct lz_arena *arena,
                          struct lz_form *ret_form)
{
    struct lz_form_field *fields = lz_arena_array(arena, LZ_HTTP_SEGMENTS, sizeof *fields);
    struct lz_bytes segment;
    size_t count = 0;
    const char *rest = path->text;
    if (!fields)
        return LZ_MEMORY;
    for (size_t i = 0; pattern_next(&pattern, &segment); i++) {
        rest += 1; /* its slash */
        if (is_name(segment)) {
            bool whole = is_rest(segment);
            const char *name =
                lz_arena_copy(arena, (const char *)segment.data + 1, segment.size - (whole ? 3 : 2));
            const char *text = whole ? rest : path->segments[i];
            if (!name)
                return LZ_MEMORY;
            fields[count++] = (struct lz_form_field){.name = name, .text = text};
        }
        rest += strlen(path->segments[i]);
    }
    *ret_form = (struct lz_form){count, fields};
    return LZ_OK;
}

static bool serves(const struct lz_route *route, enum lz_http_method method)
{
    return route->method == method || (route->method == LZ_HTTP_GET && method == LZ_HTTP_HEAD);
}

static lz_err other_methods(const struct lz_http_path *path, struct lz_arena *arena, const char **ret_allow)
{
    const char *allow = NULL;
    const struct lz_route *route;
    for (size_t i = 0; (route = lz_route_at(i)); i++) {
        if (!matches(route->path, path))
            continue;
        const char *method = route->method == LZ_HTTP_GET ? "GET, HEAD" : lz_http_method_text(route->method);
        allow = allow ? lz_arena_printf(arena, "%s, %s", allow, method) : method;
        if (!allow)
            return LZ_MEMORY;
    }
    *ret_allow = allow;
    return allow ? LZ_METHOD : LZ_NOT_FOUND;
}

lz_err lz_route_find(enum lz_http_method method, const struct lz_http_path *path, struct lz_arena *arena,
                     const struct lz_route **ret_route, struct lz_form *ret_segments, const char **ret_allow)
{
    const struct lz_route *route;
    for (size_t i = 0; (route = lz_route_at(i)); i++) {
        if (serves(route, method) && matches(route->path, path)) {
            *ret_route = route;
            return segments_of(route->path, path, arena, ret_segments);
        }
    }
    return other_methods(path, arena, ret_allow);
}

static json_t *roles_json(lz_roles roles)
{
    json_t *list = json_array();
    for (unsigned i = 0; list && i < LZ_ROLE_COUNT; i++)
        if (roles & LZ_ROLES(i))
            lz_json_append(&list, json_string(lz_role_name((enum lz_role)i)));
    return list;
}

static json_t *inputs_json(const struct lz_route *route)
{
    static const char *const places[] = {
        [LZ_IN_QUERY] = "query", [LZ_IN_FORM] = "form", [LZ_IN_PATH] = "path"};
    json_t *list = json_array();
    for (size_t i = 0; list && i < route->input_count; i++) {
        const struct lz_input *input = &route->inputs[i];
        lz_json_append(&list,
                       json_pack("{s:s, s:s, s:b, s:b}", "name", input->name, "in", places[input->place],
                                 "required", input->required, "many", input->many));
    }
    return list;
}

json_t *lz_routes_json(void)
{
    json_t *list = json_array();
    const struct lz_route *route;
    for (size_t i = 0; list && (route = lz_route_at(i)); i++) {
        bool csrf = route->method != LZ_HTTP_GET && route->csrf == LZ_CSRF_TOKEN;
        lz_json_append(&list, json_pack("{s:s, s:s, s:o, s:o, s:b, s:b, s:s?, s:s?}", "method",
                                        lz_http_method_text(route->method), "path", route->path, "roles",
                                        roles_json(route->roles), "inputs", inputs_json(route), "csrf", csrf,
                                        "handled", route->page.handler != NULL, "page", route->page.template,
                                        "title", route->page.title));
    }
    return list;
}
