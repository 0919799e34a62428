/* DESIGN 12: what an import says to programs, and the preview's rows. */
#include "registry/roster.h"
#include "registry/roster_value.h"

static const char *const outcomes[] = {
    [LZ_ROSTER_CREATED] = "created",
    [LZ_ROSTER_CHANGED] = "changed",
    [LZ_ROSTER_UNCHANGED] = "unchanged",
    [LZ_ROSTER_REFUSED] = "refused",
};

/* Appends or gives up: false when memory is out; steals `value`. */
static bool add(json_t *list, json_t *value)
{
    return value && json_array_append_new(list, value) == 0;
}

static json_t *fault_json(const struct lz_roster_fault *fault, lz_lang lang)
{
    return json_pack("{s:I, s:s, s:s, s:s, s:s}", "line", (json_int_t)fault->line, "column", fault->column,
                     "found", fault->found, "expected", fault->expected[lang], "message",
                     fault->message[lang]);
}

static json_t *faults_json(const struct lz_roster *roster, lz_lang lang)
{
    json_t *list = json_array();
    bool whole = list != NULL;
    for (size_t i = 0; i < roster->row_count && whole; i++)
        for (size_t f = 0; f < roster->rows[i].fault_count && whole; f++)
            whole = add(list, fault_json(&roster->rows[i].faults[f], lang));
    if (whole)
        return list;
    json_decref(list);
    return NULL;
}

static json_t *row_json(const struct lz_roster_row *row, struct lz_arena *arena)
{
    return json_pack("{s:I, s:s, s:s?, s:s?, s:s?, s:s?, s:s?, s:s?, s:s?, s:i, s:s, s:s, s:s, s:s?}", "line",
                     (json_int_t)row->line, "outcome", outcomes[row->outcome], "name", row->name, "id_number",
                     lz_roster_mask(arena, row->id_number), "organ", row->organ, "post", row->post, "number",
                     row->number, "scope", row->scope, "region", row->region, "sex", row->sex, "issued_on",
                     row->issued_on.text, "valid_until", row->valid_until.text, "kind",
                     lz_certificate_kind_name(row->kind), "change", row->change);
}

static json_t *rows_json(const struct lz_roster *roster)
{
    json_t *list = json_array();
    bool whole = list != NULL;
    for (size_t i = 0; i < roster->row_count && whole; i++)
        whole = add(list, row_json(&roster->rows[i], roster->arena));
    if (whole)
        return list;
    json_decref(list);
    return NULL;
}

static json_t *organs_json(const struct lz_roster_result *result)
{
    json_t *list = json_array();
    bool whole = list != NULL;
    for (size_t i = 0; i < result->organ_count && whole; i++)
        whole = add(list, json_string(result->organs_created[i]));
    if (whole)
        return list;
    json_decref(list);
    return NULL;
}

json_t *lz_roster_json(const struct lz_roster *roster, const struct lz_roster_result *result, lz_lang lang,
                       bool rows)
{
    json_t *value =
        json_pack("{s:I, s:I, s:I, s:o, s:b, s:o}", "created", (json_int_t)result->created, "changed",
                  (json_int_t)result->changed, "unchanged", (json_int_t)result->unchanged, "refused",
                  faults_json(roster, lang), "stored", result->stored, "organs_created", organs_json(result));
    if (value && rows && json_object_set_new(value, "rows", rows_json(roster))) {
        json_decref(value);
        value = NULL;
    }
    return value;
}
