/* Organs: the bureau keeps the list. */
#include "registry/organ.h"

#include "registry/base/json_write.h"
#include "registry/base/text.h"
#include "web/desk/desk.h"
#include "web/desk/parts.h"

#include <string.h>

static json_t *organ_json(const struct lz_organ *o)
{
    return json_pack("{s:I, s:s?, s:s, s:s, s:I, s:s?, s:s?, s:s?, s:I}", "id", (json_int_t)o->id, "code",
                     o->code, "name", o->name, "kind", lz_organ_kind_name(o->kind), "parent",
                     (json_int_t)o->parent, "region", o->region, "complaint_line", o->complaint_line, "basis",
                     o->basis, "officers", (json_int_t)o->officers);
}

lz_err lz_desk_organs(struct lz_visit *visit)
{
    struct lz_organ *organs = NULL;
    size_t count = 0, total = 0, page = lz_desk_page(visit);
    const char *text = lz_visit_text(visit, "text");
    lz_err err =
        lz_organ_list(visit->call, text, (page - 1) * LZ_DESK_PAGE, LZ_DESK_PAGE, &organs, &count, &total);
    if (err)
        return err;
    json_t *list = json_array();
    for (size_t i = 0; list && i < count; i++)
        lz_json_append(&list, organ_json(&organs[i]));
    return lz_visit_answer(visit, json_pack("{s:I, s:I, s:I, s:s?, s:o}", "total", (json_int_t)total, "page",
                                            (json_int_t)page, "limit", (json_int_t)LZ_DESK_PAGE, "text", text,
                                            "organs", list));
}

static const char *kind_word(struct lz_visit *visit, const char *name)
{
    for (unsigned i = 0; name && i < LZ_ORGAN_KIND_COUNT; i++)
        if (strcmp(lz_organ_kind_name((enum lz_organ_kind)i), name) == 0)
            return lz_organ_kind_word((enum lz_organ_kind)i, visit->lang);
    return "";
}

static json_t *organ_row(struct lz_visit *visit, const json_t *o)
{
    const char *people =
        lz_arena_printf(visit->call->arena, "/desk/people?organ=%lld", (long long)lz_desk_int(o, "id"));
    return lz_desk_row(
        "", json_pack("[o, o, o, o, o, o]", lz_view_cell(lz_desk_text(o, "name"), people, NULL, NULL),
                      lz_view_cell(kind_word(visit, lz_desk_text(o, "kind")), NULL, NULL, "nowrap"),
                      lz_view_cell(lz_desk_text(o, "code"), NULL, NULL, "number nowrap"),
                      lz_view_cell(lz_desk_text(o, "region"), NULL, NULL, NULL),
                      lz_view_cell(lz_desk_text(o, "complaint_line"), NULL, NULL, "nowrap"),
                      lz_view_cell(lz_desk_number(visit, lz_desk_int(o, "officers")), NULL, NULL, "num")));
}

json_t *lz_desk_organs_view(struct lz_visit *visit, const json_t *value)
{
    static const char *const labels[] = {"desk.col.organ",  "desk.col.organ_kind",     "desk.col.code",
                                         "desk.col.region", "desk.col.complaint_line", NULL};
    json_int_t total = lz_desk_int(value, "total");
    const char *text = lz_desk_text(value, "text");
    char *encoded = lz_url_encode(visit->call->arena, text ? text : "");
    const char *path =
        encoded ? lz_arena_printf(visit->call->arena, "/desk/organs?text=%s", encoded) : "/desk/organs";
    json_t *columns = lz_desk_columns(visit, labels);
    lz_view_append(&columns, lz_desk_column(visit, "desk.col.officers", "num"));
    json_t *rows = json_array(), *o;
    size_t i;
    json_array_foreach(json_object_get(value, "organs"), i, o) lz_view_append(&rows, organ_row(visit, o));
    json_t *table = lz_desk_table(
        lz_desk_say(visit, "desk.organs.count", "count", lz_desk_number(visit, total), NULL), columns, rows,
        lz_view_paging(visit, path, (size_t)lz_desk_int(value, "page"), LZ_DESK_PAGE, (size_t)total));
    json_t *empty = total ? json_false()
                          : lz_desk_empty(visit, "desk.organs.none", "desk.organs.none_text", "/desk/organs",
                                          "desk.organs.all");
    if (!total) {
        json_decref(table);
        table = json_false();
    }
    return json_pack("{s:[o], s:o, s:o, s:b}", "fields",
                     lz_view_field(visit, &(struct lz_view_field){.name = "text",
                                                                  .label = "desk.organs.search",
                                                                  .value = text,
                                                                  .type = "search",
                                                                  .autocomplete = "off"}),
                     "table", table, "empty", empty, "may_add",
                     (LZ_ROLES_BUREAU & LZ_ROLES(visit->call->actor->role)) != 0);
}

lz_err lz_desk_organ_form(struct lz_visit *visit)
{
    json_t *organs = NULL;
    lz_err err = lz_desk_organ_choice(visit, &organs);
    return err ? err : lz_visit_answer(visit, json_pack("{s:o}", "organs", organs));
}

json_t *lz_desk_organ_form_view(struct lz_visit *visit, const json_t *value)
{
    json_t *kinds = json_array();
    for (unsigned i = 0; kinds && i < LZ_ORGAN_KIND_COUNT; i++)
        lz_view_append(&kinds, lz_desk_option(lz_organ_kind_name((enum lz_organ_kind)i),
                                              lz_organ_kind_word((enum lz_organ_kind)i, visit->lang)));
    json_t *parents = lz_desk_organ_options(visit, json_object_get(value, "organs"), "desk.organs.no_parent");
    json_t *fields = json_array();
    const struct lz_view_field rows[] = {
        {.name = "name", .label = "desk.organs.name", .hint = "desk.organs.name_hint", .required = true},
        {.name = "kind", .label = "desk.col.organ_kind", .options = kinds},
        {.name = "parent",
         .label = "desk.organs.parent",
         .hint = "desk.organs.parent_hint",
         .options = parents},
        {.name = "code", .label = "desk.col.code", .hint = "desk.organs.code_hint"},
        {.name = "region", .label = "desk.col.region"},
        {.name = "complaint_line", .label = "desk.col.complaint_line", .style = "input--short"},
        {.name = "basis", .label = "desk.organs.basis", .textarea = true},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        lz_view_append(&fields, lz_view_field(visit, &rows[i]));
    return json_pack("{s:o}", "fields", fields);
}

lz_err lz_desk_organ_add(struct lz_visit *visit)
{
    struct lz_organ organ = {
        .code = lz_visit_text(visit, "code"),
        .name = lz_visit_text(visit, "name"),
        .parent = lz_visit_int(visit, "parent"),
        .region = lz_visit_text(visit, "region"),
        .complaint_line = lz_visit_text(visit, "complaint_line"),
        .basis = lz_visit_text(visit, "basis"),
    };
    const char *kind = lz_visit_text(visit, "kind");
    for (unsigned i = 0; kind && i < LZ_ORGAN_KIND_COUNT; i++)
        if (strcmp(lz_organ_kind_name((enum lz_organ_kind)i), kind) == 0)
            organ.kind = (enum lz_organ_kind)i;
    int64_t id = 0;
    lz_err err = lz_organ_create(visit->call, &organ, &id);
    if (err == LZ_EXISTS)
        err = lz_visit_refuse_field(visit, "name", "desk.organs.exists");
    /* Some real codes fail their check digit: taken, but said. */
    bool doubtful = organ.code && !lz_credit_code_valid(organ.code);
    if (!err)
        err = lz_visit_done(visit, doubtful ? "organ_code_doubtful" : "organ_added", "/desk/organs");
    return err ? err
               : lz_visit_answer(visit, json_pack("{s:I, s:s}", "id", (json_int_t)id, "name", organ.name));
}
