/* 执法主体公示: which organs enforce, on what basis, and where to complain. */
#include "web/public/public.h"

#include "registry/base/json_write.h"
#include "registry/organ.h"
#include "web/view.h"

#include <stdio.h>
#include <string.h>

enum { PAGE_SIZE = 50 };

static json_t *organ_json(const struct lz_organ *organ)
{
    return json_pack("{s:I, s:s, s:s, s:s?, s:s?, s:s?, s:s?, s:I}", "id", (json_int_t)organ->id, "name",
                     organ->name, "kind", lz_organ_kind_name(organ->kind), "code", organ->code, "region",
                     organ->region, "complaint_line", organ->complaint_line, "basis", organ->basis,
                     "officers", (json_int_t)organ->officers);
}

static const char *kind_word(const struct lz_visit *visit, const json_t *organ)
{
    const char *name = json_string_value(json_object_get(organ, "kind"));
    for (unsigned i = 0; name && i < LZ_ORGAN_KIND_COUNT; i++)
        if (strcmp(lz_organ_kind_name((enum lz_organ_kind)i), name) == 0)
            return lz_organ_kind_word((enum lz_organ_kind)i, visit->lang);
    return "";
}

lz_err lz_public_organs(struct lz_visit *visit)
{
    struct lz_organ *organs = NULL;
    size_t shown = 0, total = 0;
    int64_t page = lz_visit_int(visit, "page");
    page = page > 0 ? page : 1;
    lz_err err = lz_organ_list(visit->call, lz_visit_text(visit, "text"), (size_t)(page - 1) * PAGE_SIZE,
                               PAGE_SIZE, &organs, &shown, &total);
    if (err)
        return err;
    json_t *list = json_array();
    for (size_t i = 0; list && i < shown; i++)
        lz_json_append(&list, organ_json(&organs[i]));
    return lz_visit_answer(visit,
                           json_pack("{s:o, s:I, s:I, s:I}", "organs", list, "total", (json_int_t)total,
                                     "page", (json_int_t)page, "page_size", (json_int_t)PAGE_SIZE));
}

static const char *text_of(const json_t *organ, const char *key)
{
    const char *text = json_string_value(json_object_get(organ, key));
    return text ? text : "";
}

/* One organ in the list: what it is in one line, and whom to call. */
static json_t *organ_line(struct lz_visit *visit, const json_t *organ)
{
    char href[48], officers[24];
    snprintf(href, sizeof href, "/organs/%lld", (long long)json_integer_value(json_object_get(organ, "id")));
    snprintf(officers, sizeof officers, "%lld",
             (long long)json_integer_value(json_object_get(organ, "officers")));
    const char *what = lz_catalogue_format(visit->site->texts, visit->call->arena, visit->lang, "organs.line",
                                           "kind", kind_word(visit, organ), "officers", officers, NULL);
    return json_pack("{s:s, s:s, s:s, s:s}", "name", text_of(organ, "name"), "href", href, "what", what,
                     "phone", text_of(organ, "complaint_line"));
}

static json_t *organs_list(struct lz_visit *visit, const json_t *value, const char *path)
{
    json_t *lines = json_array();
    size_t i;
    const json_t *organ;
    size_t page = (size_t)json_integer_value(json_object_get(value, "page"));
    size_t total = (size_t)json_integer_value(json_object_get(value, "total"));
    json_array_foreach(json_object_get(value, "organs"), i, organ)
        lz_json_append(&lines, organ_line(visit, organ));
    return json_pack("{s:o, s:o}", "organs", lines, "paging",
                     lz_view_paging(visit, path, page, PAGE_SIZE, total));
}

json_t *lz_public_organs_view(struct lz_visit *visit, const json_t *value)
{
    const char *text = lz_visit_text(visit, "text");
    char *encoded = lz_url_encode(visit->call->arena, text ? text : "");
    const char *path =
        text && encoded ? lz_arena_printf(visit->call->arena, "/organs?text=%s", encoded) : "/organs";
    if (!encoded || !path)
        return NULL;
    json_t *search = lz_view_field(visit, &(struct lz_view_field){.name = "text", .label = "organs.search"});
    bool any = json_array_size(json_object_get(value, "organs")) > 0;
    json_t *empty = any ? json_false()
                        : json_pack("{s:s, s:s, s:s, s:s}", "title", lz_visit_say(visit, "organs.none"),
                                    "text", lz_visit_say(visit, "organs.none_text"), "href", "/organs",
                                    "label", lz_visit_say(visit, "organs.all"));
    return json_pack("{s:[o], s:o, s:o}", "fields", search, "list",
                     any ? organs_list(visit, value, path) : json_false(), "empty", empty);
}

lz_err lz_public_organ(struct lz_visit *visit)
{
    struct lz_organ organ;
    lz_err err = lz_organ_find(visit->call, lz_visit_int(visit, "organ"), &organ);
    if (err)
        return err;
    visit->title = organ.name;
    struct lz_organ bureau;
    err = lz_organ_bureau(visit->call, &bureau);
    if (err)
        return err;
    json_t *value = organ_json(&organ);
    /* Who publishes no line of its own is answered for by who keeps the register. */
    json_t *next = json_pack("{s:s, s:s?}", "name", bureau.name, "complaint_line", bureau.complaint_line);
    if (json_object_set_new(value, "bureau", next)) { /* takes `next`, also where `value` is missing */
        json_decref(value);
        return lz_call_memory(visit->call);
    }
    return lz_visit_answer(visit, value);
}

/* What is not published is said, with whom to ask; false: all is there. */
static json_t *missing_view(struct lz_visit *visit, const json_t *value)
{
    const json_t *bureau = json_object_get(value, "bureau");
    bool line = text_of(value, "complaint_line")[0], basis = text_of(value, "basis")[0];
    const char *key = !line && !basis ? "organs.missing_both"
                      : !line         ? "organs.missing_line"
                                      : "organs.missing_basis";
    if (line && basis)
        return json_false();
    return json_pack("{s:s, s:s, s:s}", "text", lz_visit_say(visit, key), "next",
                     lz_catalogue_format(visit->site->texts, visit->call->arena, visit->lang,
                                         "organs.missing_next", "bureau", text_of(bureau, "name"), NULL),
                     "phone", text_of(bureau, "complaint_line"));
}

json_t *lz_public_organ_view(struct lz_visit *visit, const json_t *value)
{
    static const struct {
        const char *key, *label;
    } rows[] = {
        {"code", "organs.code"},
        {"region", "organs.region"},
        {"basis", "organs.basis"},
        {"complaint_line", "organs.complaint_line"},
    };
    char officers[24];
    json_t *list = json_array();
    snprintf(officers, sizeof officers, "%lld",
             (long long)json_integer_value(json_object_get(value, "officers")));
    lz_view_append(&list, lz_view_row(lz_visit_say(visit, "organs.kind"), kind_word(visit, value), NULL));
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        lz_view_append(&list, lz_view_row(lz_visit_say(visit, rows[i].label),
                                          json_string_value(json_object_get(value, rows[i].key)), NULL));
    lz_view_append(&list, lz_view_row(lz_visit_say(visit, "organs.officers"), officers, NULL));
    return json_pack("{s:O, s:o, s:o}", "name", json_object_get(value, "name"), "summary", list, "missing",
                     missing_view(visit, value));
}
