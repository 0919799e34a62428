/* People: search, filters, pages of fifty. */
#include "registry/person.h"

#include "registry/base/json_write.h"
#include "web/desk/desk.h"
#include "web/desk/parts.h"

#include <stdio.h>
#include <string.h>

static json_t *person_json(const struct lz_person *p)
{
    return json_pack("{s:I, s:s, s:s, s:s?, s:b, s:s, s:s?, s:s?, s:s?, s:s}", "id", (json_int_t)p->id,
                     "name", p->name, "organ", p->organ_name, "post", p->post, "auxiliary", p->auxiliary,
                     "state", lz_person_state_name(p->state), "number", p->certificate_number, "status",
                     p->certificate_state, "kind", p->certificate_kind, "valid_until", p->valid_until.text);
}

lz_err lz_desk_people(struct lz_visit *visit)
{
    struct lz_person *people = NULL;
    size_t count = 0, total = 0, page = lz_desk_page(visit);
    bool none = lz_visit_flag(visit, "none");
    struct lz_person_search search = {.text = lz_visit_text(visit, "text"),
                                      .organ = lz_visit_int(visit, "organ"),
                                      .state = lz_visit_text(visit, "state"),
                                      .offset = (page - 1) * LZ_DESK_PAGE,
                                      .limit = LZ_DESK_PAGE};
    lz_err err = none ? LZ_OK : lz_person_search(visit->call, &search, &people, &count, &total);
    json_t *organs = NULL;
    if (!err)
        err = lz_desk_organ_choice(visit, &organs);
    if (err)
        return err;
    json_t *list = json_array();
    for (size_t i = 0; list && i < count; i++)
        lz_json_append(&list, person_json(&people[i]));
    return lz_visit_answer(
        visit, json_pack("{s:I, s:I, s:I, s:s?, s:s?, s:I, s:o, s:o}", "total", (json_int_t)total, "page",
                         (json_int_t)page, "limit", (json_int_t)LZ_DESK_PAGE, "text", search.text, "state",
                         search.state, "organ", (json_int_t)search.organ, "people", list, "organs", organs));
}

static bool looks_like_id_number(const char *text)
{
    size_t size = text ? strlen(text) : 0;
    return size == 18 && strspn(text, "0123456789") >= 17 && strchr("0123456789Xx", text[17]);
}

/* Addresses stay in histories and logs: an ID number never becomes part of one. */
lz_err lz_desk_people_find(struct lz_visit *visit)
{
    const char *text = lz_visit_text(visit, "text"), *state = lz_visit_text(visit, "state");
    struct lz_arena *arena = visit->call->arena;
    if (looks_like_id_number(text)) {
        struct lz_person *people = NULL;
        size_t count = 0, total = 0;
        struct lz_person_search search = {.text = text, .limit = 1};
        lz_err err = lz_person_search(visit->call, &search, &people, &count, &total);
        if (err)
            return err;
        visit->see_other = count == 1 ? lz_desk_person_href(visit, people[0].id) : "/desk/people?none=1";
        return lz_visit_answer(visit, count == 1 ? person_json(&people[0]) : json_null());
    }
    char *encoded = lz_url_encode(arena, text ? text : "");
    visit->see_other =
        encoded
            ? lz_arena_printf(arena, "/desk/people?text=%s&state=%s&organ=%s", encoded, state ? state : "",
                              lz_visit_text(visit, "organ") ? lz_visit_text(visit, "organ") : "")
            : NULL;
    return visit->see_other ? LZ_OK : lz_call_memory(visit->call);
}

/* ---- view ---- */

static json_t *person_row(struct lz_visit *visit, const json_t *p)
{
    const char *kind = lz_desk_text(p, "kind");
    return lz_desk_row(
        "", json_pack("[o, o, o, o, o, o, o]",
                      lz_view_cell(lz_desk_text(p, "name"), lz_desk_person_href(visit, lz_desk_int(p, "id")),
                                   NULL, "nowrap"),
                      lz_view_cell(lz_desk_text(p, "number"), NULL, NULL, "number nowrap"),
                      lz_desk_status_cell(visit, lz_desk_text(p, "status")),
                      lz_view_cell(lz_desk_text(p, "organ"), NULL, NULL, "wide"),
                      lz_view_cell(lz_desk_text(p, "post"), NULL, NULL, NULL),
                      lz_view_cell(kind ? lz_view_kind_word(visit, kind) : "", NULL, NULL, "nowrap"),
                      lz_view_cell(lz_desk_text(p, "valid_until"), NULL, NULL, "nowrap")));
}

static json_t *state_options(struct lz_visit *visit)
{
    json_t *options = json_array();
    lz_view_append(&options, lz_desk_option("", lz_visit_say(visit, "desk.people.any_state")));
    for (unsigned i = 0; options && i < LZ_CERTIFICATE_STATE_COUNT; i++) {
        enum lz_certificate_state state = (enum lz_certificate_state)i;
        if (state != LZ_CERTIFICATE_REPLACED && state != LZ_CERTIFICATE_NOT_YET_VALID)
            lz_view_append(&options, lz_desk_option(lz_certificate_state_name(state),
                                                    lz_certificate_state_word(state, visit->lang)));
    }
    return options;
}

static json_t *search_fields(struct lz_visit *visit, const json_t *value)
{
    char organ[24] = "";
    if (lz_desk_int(value, "organ"))
        snprintf(organ, sizeof organ, "%lld", (long long)lz_desk_int(value, "organ"));
    const char *text = lz_desk_text(value, "text"), *state = lz_desk_text(value, "state");
    json_t *organs = lz_desk_organ_options(visit, json_object_get(value, "organs"), "desk.people.any_organ");
    return json_pack("[o, o, o]",
                     lz_view_field(visit, &(struct lz_view_field){.name = "text",
                                                                  .label = "desk.people.text",
                                                                  .value = text,
                                                                  .type = "search",
                                                                  .autocomplete = "off"}),
                     lz_view_field(visit, &(struct lz_view_field){.name = "state",
                                                                  .label = "desk.people.state",
                                                                  .value = state ? state : "",
                                                                  .options = state_options(visit)}),
                     lz_view_field(visit, &(struct lz_view_field){.name = "organ",
                                                                  .label = "desk.col.organ",
                                                                  .value = organ,
                                                                  .options = organs}));
}

static const char *stay(struct lz_visit *visit, const json_t *value)
{
    const char *text = lz_desk_text(value, "text"), *state = lz_desk_text(value, "state");
    char organ[24] = "";
    if (lz_desk_int(value, "organ"))
        snprintf(organ, sizeof organ, "%lld", (long long)lz_desk_int(value, "organ"));
    char *encoded = lz_url_encode(visit->call->arena, text ? text : "");
    const char *path = encoded ? lz_arena_printf(visit->call->arena, "/desk/people?text=%s&state=%s&organ=%s",
                                                 encoded, state ? state : "", organ)
                               : NULL;
    return path ? path : "/desk/people";
}

json_t *lz_desk_people_view(struct lz_visit *visit, const json_t *value)
{
    static const char *const columns[] = {
        "desk.col.name", "desk.col.number", "desk.col.status",      "desk.col.organ",
        "desk.col.post", "desk.col.kind",   "desk.col.valid_until", NULL};
    json_int_t total = lz_desk_int(value, "total");
    bool filing = (LZ_ROLES_FILING & LZ_ROLES(visit->call->actor->role)) != 0;
    bool asked = lz_desk_text(value, "text") || lz_desk_text(value, "state") || lz_desk_int(value, "organ") ||
                 lz_visit_flag(visit, "none");
    json_t *rows = json_array(), *person;
    size_t i;
    json_array_foreach(json_object_get(value, "people"), i, person)
        lz_view_append(&rows, person_row(visit, person));
    json_t *table = json_false(), *empty = json_false();
    if (total) {
        const char *caption =
            lz_desk_say(visit, "desk.people.count", "count", lz_desk_number(visit, total), NULL);
        table = lz_desk_table(caption, lz_desk_columns(visit, columns), rows,
                              lz_view_paging(visit, stay(visit, value), (size_t)lz_desk_int(value, "page"),
                                             LZ_DESK_PAGE, (size_t)total));
    } else {
        json_decref(rows);
        empty = asked ? lz_desk_empty(visit, "desk.people.none", "desk.people.none_text", "/desk/people",
                                      "desk.people.all")
                      : lz_desk_empty(visit, "desk.people.empty", "desk.people.empty_text",
                                      filing ? "/desk/import" : NULL, "desk.start.import");
    }
    return json_pack("{s:o, s:o, s:o, s:b}", "fields", search_fields(visit, value), "table", table, "empty",
                     empty, "filing", filing);
}
