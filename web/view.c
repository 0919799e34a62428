#include "web/view.h"

#include "registry/base/json_write.h"
#include "web/route.h"

#include <stdio.h>
#include <string.h>

/* Empty text and no text are the same to a template: its section is skipped, and written out it leaves
 * nothing (false would be written as a word). */
static json_t *text_or_none(const char *text)
{
    return json_string(text ? text : "");
}

static const char *error_of(const struct lz_visit *visit, const char *name)
{
    const struct lz_fault *fault = &visit->call->fault;
    size_t count = fault->field_count < LZ_FAULT_FIELDS ? fault->field_count : LZ_FAULT_FIELDS;
    for (size_t i = 0; i < count; i++)
        if (strcmp(fault->fields[i].field, name) == 0)
            return fault->fields[i].message[visit->lang];
    return NULL;
}

/* What was typed comes back even where it was refused, but for secrets. */
static const char *typed(const struct lz_visit *visit, const struct lz_view_field *field)
{
    if (field->type && (strcmp(field->type, "password") == 0 || strcmp(field->type, "file") == 0))
        return NULL;
    const char *sent = lz_form_text(&visit->sent, field->name);
    if (!sent && visit->route && visit->route->method == LZ_HTTP_GET)
        sent = lz_form_text(&visit->request->query, field->name);
    return sent ? sent : field->value;
}

static json_t *select_of(json_t *options, const char *value)
{
    size_t i;
    json_t *option;
    if (!options)
        return json_false();
    json_array_foreach(options, i, option)
    {
        const char *own = json_string_value(json_object_get(option, "value"));
        json_object_set_new(option, "selected", json_boolean(own && value && strcmp(own, value) == 0));
    }
    return json_pack("{s:o}", "options", options);
}

json_t *lz_view_field(struct lz_visit *visit, const struct lz_view_field *field)
{
    const char *value = typed(visit, field);
    return json_pack("{s:s, s:s, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:b, s:b, s:o}", "name", field->name,
                     "label", lz_visit_say(visit, field->label), "hint",
                     text_or_none(field->hint ? lz_visit_say(visit, field->hint) : NULL), "error",
                     text_or_none(error_of(visit, field->name)), "value", text_or_none(value), "type",
                     text_or_none(field->type), "class", text_or_none(field->style), "autocomplete",
                     text_or_none(field->autocomplete), "inputmode", text_or_none(field->inputmode), "accept",
                     text_or_none(field->accept), "required", field->required, "textarea", field->textarea,
                     "select", select_of(field->options, value));
}

json_t *lz_view_row(const char *label, const char *text, const char *tone)
{
    if (!text || !text[0])
        return json_null();
    return json_pack("{s:s, s:s, s:o, s:b}", "label", label, "text", text, "tone", text_or_none(tone),
                     "action", 0);
}

void lz_view_append(json_t **list, json_t *item)
{
    if (!json_is_null(item))
        lz_json_append(list, item);
}

json_t *lz_view_cell(const char *text, const char *href, const char *tone, const char *style)
{
    return json_pack("{s:s, s:o, s:o, s:o}", "text", text ? text : "", "href", text_or_none(href), "tone",
                     text_or_none(tone), "class", text_or_none(style));
}

static json_t *page_href(struct lz_visit *visit, const char *path, size_t page)
{
    const char *href =
        lz_arena_printf(visit->call->arena, "%s%cpage=%zu", path, strchr(path, '?') ? '&' : '?', page);
    return href ? json_string(href) : NULL;
}

json_t *lz_view_paging(struct lz_visit *visit, const char *path, size_t page, size_t limit, size_t total)
{
    char from[24], to[24], all[24];
    size_t pages = limit ? (total + limit - 1) / limit : 1;
    if (pages <= 1)
        return json_false();
    size_t last = page * limit < total ? page * limit : total;
    snprintf(from, sizeof from, "%zu", (page - 1) * limit + 1);
    snprintf(to, sizeof to, "%zu", last);
    snprintf(all, sizeof all, "%zu", total);
    const char *text = lz_catalogue_format(visit->site->texts, visit->call->arena, visit->lang, "paging.text",
                                           "from", from, "to", to, "total", all, NULL);
    return json_pack("{s:s, s:o, s:o, s:[]}", "text", text, "previous",
                     page > 1 ? page_href(visit, path, page - 1) : json_false(), "next",
                     page < pages ? page_href(visit, path, page + 1) : json_false(), "pages");
}
