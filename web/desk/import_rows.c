#include "web/desk/import_rows.h"

#include "registry/base/json_write.h"
#include "registry/roster_value.h"

#include <stdio.h>
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
        lz_json_append(&list, json_pack("{s:I, s:s, s:s, s:s, s:s}", "line", (json_int_t)f->line, "column",
                                        f->column, "found", f->found, "expected", f->expected[lang],
                                        "message", f->message[lang]));
    }
    return list;
}

/* Sentences compared, and said once; a file of nothing but faults costs no more. */
enum { GROUPS_MAX = 1000, REPEATED_MAX = 20, KEY_SIZE = 1024 };

static json_t *group_of(json_t *groups, const struct lz_roster_fault *f, lz_lang lang)
{
    char key[KEY_SIZE];
    int size = snprintf(key, sizeof key, "%s\n%s\n%s", f->column, f->found, f->message[lang]);
    if (size < 0 || (size_t)size >= sizeof key)
        return NULL;
    json_t *group = json_object_get(groups, key);
    if (group || json_object_size(groups) >= GROUPS_MAX)
        return group;
    group = json_pack("{s:s, s:s, s:s, s:i, s:[]}", "column", f->column, "found", f->found, "message",
                      f->message[lang], "count", 0, "lines");
    return json_object_set_new(groups, key, group) ? NULL : group;
}

/* `lines` is [[from, to], ...] in order. */
static void count_line(json_t *group, json_int_t line)
{
    json_t *lines = json_object_get(group, "lines"), *count = json_object_get(group, "count");
    json_t *last = json_array_size(lines) ? json_array_get(lines, json_array_size(lines) - 1) : NULL;
    json_integer_set(count, json_integer_value(count) + 1);
    if (last && json_integer_value(json_array_get(last, 1)) + 1 == line)
        json_integer_set(json_array_get(last, 1), line);
    else if (json_array_append_new(lines, json_pack("[I, I]", line, line)))
        json_object_del(group, "lines"); /* none rather than some */
}

/* What is wrong in the same words at several rows, to be said once. */
static json_t *repeated_json(const struct lz_roster *roster, lz_lang lang)
{
    json_t *groups = json_object(), *list = json_array(), *group;
    const char *key;
    for (size_t i = 0; groups && i < roster->row_count; i++) {
        for (size_t k = 0; k < roster->rows[i].fault_count; k++) {
            group = group_of(groups, &roster->rows[i].faults[k], lang);
            if (group)
                count_line(group, (json_int_t)roster->rows[i].faults[k].line);
        }
    }
    json_object_foreach(groups, key, group)
    {
        if (json_integer_value(json_object_get(group, "count")) > 1 && json_array_size(list) < REPEATED_MAX)
            json_array_append(list, group);
    }
    json_decref(groups);
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
            lz_json_append(&list, row_json(row, view->lang, arena));
        seen++;
    }
    *ret_count = seen;
    return list;
}

static json_t *organs_json(const struct lz_roster_result *result)
{
    json_t *list = json_array();
    for (size_t i = 0; list && i < result->organ_count; i++)
        lz_json_append(&list, json_string(result->organs_created[i]));
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
    bool repeats = !busy && !failed && (strcmp(filter, "refused") == 0 || strcmp(filter, "all") == 0);
    json_t *rows = busy || failed ? json_array() : page_json(roster, filter, view, arena, &count);
    return json_pack(
        "{s:s, s:s, s:b, s:I, s:I, s:I, s:I, s:I, s:I, s:b, s:o, s:s, s:I, s:I, s:I, s:o, s:o, s:s?}", "id",
        id, "state", states[status->state], "late", status->late, "done", (json_int_t)status->done,
        "rows_total", (json_int_t)total, "created", (json_int_t)r->created, "changed", (json_int_t)r->changed,
        "unchanged", (json_int_t)r->unchanged, "refused_rows", (json_int_t)r->refused, "stored", r->stored,
        "organs_created", organs_json(r), "filter", filter, "page", (json_int_t)view->page, "limit",
        (json_int_t)view->limit, "row_count", (json_int_t)count, "rows", rows, "repeated",
        repeats ? repeated_json(roster, view->lang) : json_array(), "error",
        failed ? lz_fault_text(&status->fault, view->lang) : NULL);
}
