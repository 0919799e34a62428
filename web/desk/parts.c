#include "web/desk/parts.h"

#include "registry/badge.h"
#include "registry/base/json_write.h"
#include "registry/certificate.h"
#include "registry/organ.h"

#include <stdio.h>
#include <string.h>

enum { ORGANS_MAX = 1000 };

json_t *lz_desk_instant(int64_t utc_seconds)
{
    char text[LZ_INSTANT_SIZE];
    if (utc_seconds == 0)
        return json_null();
    lz_instant_format(utc_seconds, text);
    return json_string(text);
}

size_t lz_desk_page(const struct lz_visit *visit)
{
    int64_t page = lz_visit_int(visit, "page");
    return page > 0 ? (size_t)page : 1;
}

static bool in_scope(struct lz_visit *visit, int64_t organ)
{
    struct lz_fault before = visit->call->fault;
    bool inside = lz_organ_scope(visit->call, organ) == LZ_OK;
    visit->call->fault = before;
    return inside;
}

lz_err lz_desk_organ_choice(struct lz_visit *visit, json_t **ret_list)
{
    struct lz_organ *organs;
    size_t count = 0, total = 0;
    lz_err err = lz_organ_list(visit->call, NULL, 0, ORGANS_MAX, &organs, &count, &total);
    if (err)
        return err;
    json_t *list = json_array();
    for (size_t i = 0; list && i < count; i++)
        if (visit->call->actor->organ == 0 || in_scope(visit, organs[i].id))
            lz_json_append(&list,
                           json_pack("{s:I, s:s}", "id", (json_int_t)organs[i].id, "name", organs[i].name));
    if (!list)
        return lz_call_memory(visit->call);
    *ret_list = list;
    return LZ_OK;
}

const char *lz_desk_text(const json_t *object, const char *key)
{
    return json_string_value(json_object_get(object, key));
}
json_int_t lz_desk_int(const json_t *object, const char *key)
{
    return json_integer_value(json_object_get(object, key));
}
bool lz_desk_true(const json_t *object, const char *key)
{
    return json_is_true(json_object_get(object, key));
}

const char *lz_desk_number(struct lz_visit *visit, json_int_t number)
{
    char digits[32], text[48];
    int size = snprintf(digits, sizeof digits, "%lld", (long long)number);
    size_t out = 0;
    for (int i = 0; i < size; i++) {
        if (i > 0 && (size - i) % 3 == 0 && digits[i - 1] != '-')
            text[out++] = ',';
        text[out++] = digits[i];
    }
    text[out] = '\0';
    const char *copy = lz_arena_text(visit->call->arena, text);
    return copy ? copy : "";
}

json_t *lz_desk_option(const char *value, const char *label)
{
    return json_pack("{s:s, s:s}", "value", value, "label", label);
}

json_t *lz_desk_organ_options(struct lz_visit *visit, const json_t *organs, const char *none)
{
    json_t *options = json_array();
    size_t i;
    json_t *organ;
    if (none)
        lz_view_append(&options, lz_desk_option("", lz_visit_say(visit, none)));
    json_array_foreach(organs, i, organ)
    {
        char id[24];
        snprintf(id, sizeof id, "%lld", (long long)lz_desk_int(organ, "id"));
        lz_view_append(&options, lz_desk_option(id, lz_desk_text(organ, "name")));
    }
    return options;
}

json_t *lz_desk_column(struct lz_visit *visit, const char *label, const char *style)
{
    return json_pack("{s:s, s:s}", "label", lz_visit_say(visit, label), "class", style);
}

json_t *lz_desk_columns(struct lz_visit *visit, const char *const *labels)
{
    json_t *columns = json_array();
    for (; columns && *labels; labels++)
        lz_view_append(&columns, lz_desk_column(visit, *labels, ""));
    return columns;
}

json_t *lz_desk_table(const char *caption, json_t *columns, json_t *rows, json_t *paging)
{
    return json_pack("{s:s, s:o, s:o, s:o}", "caption", caption, "columns", columns, "rows", rows, "paging",
                     paging);
}

json_t *lz_desk_row(const char *style, json_t *cells)
{
    return json_pack("{s:s, s:o}", "class", style, "cells", cells);
}

json_t *lz_desk_link(const char *href, const char *label)
{
    return json_pack("{s:s, s:s}", "href", href, "label", label);
}

json_t *lz_desk_empty(struct lz_visit *visit, const char *title, const char *text, const char *href,
                      const char *label)
{
    return json_pack("{s:s, s:s, s:o, s:s}", "title", lz_visit_say(visit, title), "text",
                     lz_visit_say(visit, text), "href", href ? json_string(href) : json_false(), "label",
                     label ? lz_visit_say(visit, label) : "");
}

json_t *lz_desk_status_cell(struct lz_visit *visit, const char *status)
{
    return status ? lz_view_cell(lz_view_status_word(visit, status), NULL, lz_view_status_tone(status), NULL)
                  : lz_view_cell(lz_visit_say(visit, "desk.none"), NULL, NULL, "muted");
}

const char *lz_desk_person_href(struct lz_visit *visit, json_int_t person)
{
    const char *href = lz_arena_printf(visit->call->arena, "/desk/people/%lld", (long long)person);
    return href ? href : "/desk/people";
}

/* desk.audit.PREFIX_NAME, where the name's dots, dashes and brackets become _ or nothing. */
static const char *audit_text(struct lz_visit *visit, const char *prefix, const char *name)
{
    char key[96], *end = key + snprintf(key, 32, "desk.audit.%s_", prefix);
    if (!name)
        return "";
    for (const char *at = name; *at && end < key + sizeof key - 1; at++)
        if (*at != '(' && *at != ')')
            *end++ = (char)(*at == '.' || *at == '-' ? '_' : *at);
    *end = '\0';
    return lz_catalogue_has(visit->site->texts, key) ? lz_visit_say(visit, key) : name;
}

const char *lz_desk_audit_did(struct lz_visit *visit, const char *action)
{
    enum lz_certificate_event event;
    enum lz_badge_event badge;
    if (action && strncmp(action, "certificate.", 12) == 0 &&
        !lz_certificate_event_parse(action + 12, &event))
        return lz_certificate_event_word(event, visit->lang);
    if (action && strncmp(action, "badge.", 6) == 0 && !lz_badge_event_parse(action + 6, &badge))
        return lz_badge_event_word(badge, visit->lang);
    return audit_text(visit, "did", action);
}

const char *lz_desk_audit_who(struct lz_visit *visit, const char *actor)
{
    return actor && actor[0] == '(' ? audit_text(visit, "who", actor) : actor;
}

const char *lz_desk_audit_what(struct lz_visit *visit, const char *object_kind)
{
    return audit_text(visit, "what", object_kind);
}
