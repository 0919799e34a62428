#include "web/desk/import_rows.h"

#include "registry/roster_value.h"

#include <string.h>

static const char *const states[LZ_IMPORT_STATE_COUNT] = {
    [LZ_IMPORT_CHECKING] = "checking", [LZ_IMPORT_READY] = "ready",   [LZ_IMPORT_STORING] = "storing",
    [LZ_IMPORT_DONE] = "done",         [LZ_IMPORT_FAILED] = "failed",
};
static const char *const outcomes[] = {
    [LZ_ROSTER_CREATED] = "created",
    [LZ_ROSTER_CHANGED] = "changed",
    [LZ_ROSTER_UNCHANGED] = "unchanged",
    [LZ_ROSTER_REFUSED] = "refused",
};

static json_t *faults_json(const struct lz_roster_row *row, lz_lang lang)
{
    json_t *list = json_array();
    for (size_t i = 0; list && i < row->fault_count; i++) {
        const struct lz_roster_fault *f = &row->faults[i];
        json_array_append_new(list, json_pack("{s:I, s:s, s:s, s:s, s:s}", "line", (json_int_t)f->line,
                                              "column", f->column, "found", f->found, "expected",
                                              f->expected[lang], "message", f->message[lang]));
    }
    return list;
}

static json_t *row_json(const struct lz_roster_row *row, lz_lang lang, struct lz_arena *arena)
{
    return json_pack("{s:I, s:s, s:s?, s:s?, s:s?, s:s?, s:s?, s:s?, s:s, s:s, s:s, s:s?, s:o}", "line",
                     (json_int_t)row->line, "outcome", outcomes[row->outcome], "name", row->name, "id_number",
                     lz_roster_mask(arena, row->id_number), "organ", row->organ, "post", row->post, "number",
                     row->number, "scope", row->scope, "issued_on", row->issued_on.text, "valid_until",
                     row->valid_until.text, "kind", lz_certificate_kind_name(row->kind), "change",
                     row->change, "faults", faults_json(row, lang));
}

/* Who is to decide wants the faults first. */
static const char *filter_of(const struct lz_import_status *status, const struct lz_imports_view *view)
{
    if (view->rows)
        return view->rows;
    return status->result.refused ? "refused" : "all";
}

static json_t *page_json(const struct lz_roster *roster, const char *filter,
                         const struct lz_imports_view *view, struct lz_arena *arena, size_t *ret_count)
{
    json_t *list = json_array();
    size_t from = (view->page - 1) * view->limit, seen = 0;
    bool all = strcmp(filter, "all") == 0;
    for (size_t i = 0; list && i < roster->row_count; i++) {
        const struct lz_roster_row *row = &roster->rows[i];
        if (!all && strcmp(outcomes[row->outcome], filter) != 0)
            continue;
        if (seen >= from && seen < from + view->limit)
            json_array_append_new(list, row_json(row, view->lang, arena));
        seen++;
    }
    *ret_count = seen;
    return list;
}

static json_t *organs_json(const struct lz_roster_result *result)
{
    json_t *list = json_array();
    for (size_t i = 0; list && i < result->organ_count; i++)
        json_array_append_new(list, json_string(result->organs_created[i]));
    return list;
}

json_t *lz_import_rows_json(const struct lz_import_status *status, const char *id,
                            const struct lz_roster *roster, const struct lz_imports_view *view,
                            struct lz_arena *arena)
{
    bool busy = status->state == LZ_IMPORT_CHECKING || status->state == LZ_IMPORT_STORING;
    bool failed = status->state == LZ_IMPORT_FAILED;
    const char *filter = filter_of(status, view);
    size_t count = 0;
    const struct lz_roster_result *r = &status->result;
    size_t total = busy ? status->total : roster->row_count; /* while it runs, what the thread counts */
    json_t *rows = busy || failed ? json_array() : page_json(roster, filter, view, arena, &count);
    return json_pack("{s:s, s:s, s:b, s:I, s:I, s:I, s:I, s:I, s:I, s:b, s:o, s:s, s:I, s:I, s:I, s:o, s:s?}",
                     "id", id, "state", states[status->state], "late", status->late, "done",
                     (json_int_t)status->done, "rows_total", (json_int_t)total, "created",
                     (json_int_t)r->created, "changed", (json_int_t)r->changed, "unchanged",
                     (json_int_t)r->unchanged, "refused_rows", (json_int_t)r->refused, "stored", r->stored,
                     "organs_created", organs_json(r), "filter", filter, "page", (json_int_t)view->page,
                     "limit", (json_int_t)view->limit, "row_count", (json_int_t)count, "rows", rows, "error",
                     failed ? lz_fault_text(&status->fault, view->lang) : NULL);
}
