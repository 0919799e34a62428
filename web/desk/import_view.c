/* The import's pages: form, waiting, preview, result. */
#include "web/desk/desk.h"
#include "web/desk/parts.h"

#include <string.h>

json_t *lz_desk_import_view(struct lz_visit *visit, const json_t *value)
{
    json_t *encodings =
        json_pack("[o, o, o]", lz_desk_option("auto", lz_visit_say(visit, "desk.import.auto")),
                  lz_desk_option("gb18030", "GB18030 / GBK"), lz_desk_option("utf-8", "UTF-8"));
    return json_pack("{s:b, s:[o, o]}", "awaiting", lz_desk_true(value, "awaiting"), "fields",
                     lz_view_field(visit, &(struct lz_view_field){.name = "file",
                                                                  .label = "desk.import.file",
                                                                  .hint = "desk.import.file_hint",
                                                                  .type = "file",
                                                                  .accept = ".csv,text/csv,text/plain",
                                                                  .required = true}),
                     lz_view_field(visit, &(struct lz_view_field){.name = "encoding",
                                                                  .label = "desk.import.encoding",
                                                                  .hint = "desk.import.encoding_hint",
                                                                  .value = "auto",
                                                                  .style = "input--short",
                                                                  .options = encodings}));
}

static const struct filter {
    const char *name, *key, *count; /* of the rows, message, member of the value */
    const char *row, *tone;
} filters[] = {
    {"refused", "desk.import.refused", "refused_rows", "row--bad", "red"},
    {"created", "desk.import.created", "created", "row--new", "green"},
    {"changed", "desk.import.changed", "changed", "row--changed", "amber"},
    {"unchanged", "desk.import.unchanged", "unchanged", "", "grey"},
    {"all", "desk.import.all", "rows_total", "", ""},
};
enum { FILTERS = sizeof filters / sizeof filters[0] };

static const struct filter *filter_of(const char *name)
{
    for (size_t i = 0; i < FILTERS; i++)
        if (strcmp(filters[i].name, name) == 0)
            return &filters[i];
    return &filters[FILTERS - 1];
}

static json_t *tiles(struct lz_visit *visit, const json_t *value, const char *path)
{
    json_t *list = json_array();
    const char *current = lz_desk_text(value, "filter");
    for (size_t i = 0; list && i < FILTERS; i++) {
        json_int_t count = lz_desk_int(value, filters[i].count);
        const char *href = lz_arena_printf(visit->call->arena, "%s?rows=%s", path, filters[i].name);
        lz_view_append(&list, json_pack("{s:s, s:s, s:s, s:b, s:b}", "href", href ? href : path, "number",
                                        lz_desk_number(visit, count), "label",
                                        lz_visit_say(visit, filters[i].key), "alert", i == 0 && count > 0,
                                        "current", strcmp(current, filters[i].name) == 0));
    }
    return list;
}

static json_t *fault_view(const json_t *fault)
{
    const char *found = lz_desk_text(fault, "found");
    return json_pack("{s:s, s:s, s:s, s:s}", "column", lz_desk_text(fault, "column"), "found",
                     found ? found : "", "expected", lz_desk_text(fault, "expected"), "message",
                     lz_desk_text(fault, "message"));
}

static bool is_repeated(const json_t *repeated, const json_t *fault)
{
    static const char *const parts[] = {"column", "found", "message"};
    size_t i, same = 0;
    json_t *group;
    json_array_foreach(repeated, i, group)
    {
        for (same = 0; same < sizeof parts / sizeof parts[0]; same++)
            if (!json_equal(json_object_get(group, parts[same]), json_object_get(fault, parts[same])))
                break;
        if (same == sizeof parts / sizeof parts[0])
            return true;
    }
    return false;
}

/* "2–9、12"; a long list is cut, the rows themselves stand below. */
static const char *lines_text(struct lz_visit *visit, const json_t *lines)
{
    enum { SHOWN = 12 };
    struct lz_arena *arena = visit->call->arena;
    const char *text = "", *comma = visit->lang == LZ_ZH ? "、" : ", ";
    size_t i;
    json_t *range;
    json_array_foreach(lines, i, range)
    {
        long long from = json_integer_value(json_array_get(range, 0));
        long long to = json_integer_value(json_array_get(range, 1));
        if (i == SHOWN)
            return lz_arena_printf(arena, "%s…", text);
        text = from == to ? lz_arena_printf(arena, "%s%s%lld", text, i ? comma : "", from)
                          : lz_arena_printf(arena, "%s%s%lld–%lld", text, i ? comma : "", from, to);
        if (!text)
            return NULL;
    }
    return text;
}

static json_t *repeated_view(struct lz_visit *visit, const json_t *value)
{
    json_t *list = json_array(), *group;
    size_t i;
    json_array_foreach(json_object_get(value, "repeated"), i, group)
    {
        const char *lines = lines_text(visit, json_object_get(group, "lines"));
        lz_view_append(&list, json_pack("{s:s, s:s, s:s, s:s}", "column", lz_desk_text(group, "column"),
                                        "found", lz_desk_text(group, "found"), "message",
                                        lz_desk_text(group, "message"), "rows",
                                        lz_desk_say(visit, "desk.import.repeated_rows", "count",
                                                    lz_desk_number(visit, lz_desk_int(group, "count")),
                                                    "lines", lines ? lines : "", NULL)));
    }
    if (list && json_array_size(list) == 0) {
        json_decref(list);
        return json_false();
    }
    return json_pack("{s:o}", "list", list);
}

static json_t *row_view(struct lz_visit *visit, const json_t *row, const json_t *repeated)
{
    const struct filter *filter = filter_of(lz_desk_text(row, "outcome"));
    json_t *faults = json_array(), *fault;
    size_t i;
    json_array_foreach(json_object_get(row, "faults"), i, fault)
    {
        if (!is_repeated(repeated, fault))
            lz_view_append(&faults, fault_view(fault));
    }
    const char *until = lz_desk_text(row, "valid_until");
    return json_pack(
        "{s:s, s:s, s:s, s:s, s:s, s:s, s:s, s:s, s:s, s:s, s:s, s:s, s:o}", "class", filter->row, "line",
        lz_desk_number(visit, lz_desk_int(row, "line")), "outcome", lz_visit_say(visit, filter->key), "tone",
        filter->tone, "name", lz_desk_text(row, "name") ? lz_desk_text(row, "name") : "", "organ",
        lz_desk_text(row, "organ") ? lz_desk_text(row, "organ") : "", "number",
        lz_desk_text(row, "number") ? lz_desk_text(row, "number") : "", "post",
        lz_desk_text(row, "post") ? lz_desk_text(row, "post") : "", "id_number",
        lz_desk_text(row, "id_number") ? lz_desk_text(row, "id_number") : "", "valid_until",
        until ? until : "", "kind", lz_view_kind_word(visit, lz_desk_text(row, "kind")), "change",
        lz_desk_text(row, "change") ? lz_desk_text(row, "change") : "", "faults", faults);
}

static json_t *organs_view(struct lz_visit *visit, const json_t *value)
{
    const json_t *organs = json_object_get(value, "organs_created");
    if (json_array_size(organs) == 0)
        return json_false();
    return json_pack(
        "{s:s, s:O}", "title",
        lz_desk_say(visit,
                    lz_desk_true(value, "stored") ? "desk.import.organs_created" : "desk.import.organs_new",
                    "count", lz_desk_number(visit, (json_int_t)json_array_size(organs)), NULL),
        "names", organs);
}

/* What the buttons may say: nothing to store, all good, or some refused. */
static json_t *decision_view(struct lz_visit *visit, const json_t *value)
{
    json_int_t good = lz_desk_int(value, "created") + lz_desk_int(value, "changed");
    json_int_t refused = lz_desk_int(value, "refused_rows");
    const char *count = lz_desk_number(visit, good);
    bool at_once = (LZ_ROLES_BUREAU & LZ_ROLES(visit->call->actor->role)) != 0;
    return json_pack(
        "{s:o, s:o, s:o, s:s}", "effect",
        good ? json_string(lz_visit_say(visit, at_once ? "desk.import.at_once" : "desk.import.to_confirm"))
             : json_false(),
        "all",
        good && !refused ? json_string(lz_desk_say(visit, "desk.import.store_all", "count", count, NULL))
                         : json_false(),
        "good",
        good && refused ? json_string(lz_desk_say(visit, "desk.import.store_good", "count", count, "refused",
                                                  lz_desk_number(visit, refused), NULL))
                        : json_false(),
        "advice",
        lz_visit_say(visit, good && refused ? "desk.import.advice_refused"
                            : good          ? "desk.import.advice_good"
                            : refused       ? "desk.import.advice_none_good"
                                            : "desk.import.advice_nothing"));
}

static json_t *result_view(struct lz_visit *visit, const json_t *value)
{
    const char *created = lz_desk_number(visit, lz_desk_int(value, "created"));
    const char *changed = lz_desk_number(visit, lz_desk_int(value, "changed"));
    const char *unchanged = lz_desk_number(visit, lz_desk_int(value, "unchanged"));
    const char *refused = lz_desk_number(visit, lz_desk_int(value, "refused_rows"));
    bool awaiting = !(LZ_ROLES_BUREAU & LZ_ROLES(visit->call->actor->role));
    return json_pack("{s:{s:s, s:s}, s:s}", "done", "title", lz_visit_say(visit, "desk.import.done"), "text",
                     lz_desk_say(visit, "desk.import.done_text", "created", created, "changed", changed,
                                 "unchanged", unchanged, "refused", refused, NULL),
                     "next",
                     lz_visit_say(visit, awaiting ? "desk.import.next_awaiting" : "desk.import.next"));
}

static json_t *progress_view(struct lz_visit *visit, const json_t *value, bool storing)
{
    json_int_t done = lz_desk_int(value, "done"), total = lz_desk_int(value, "rows_total");
    return json_pack("{s:s, s:s, s:I, s:I}", "title",
                     lz_visit_say(visit, storing ? "desk.import.storing" : "desk.import.checking"), "text",
                     lz_desk_say(visit, "desk.import.progress", "done", lz_desk_number(visit, done), "total",
                                 lz_desk_number(visit, total), NULL),
                     "done", done, "total", total ? total : 1);
}

json_t *lz_desk_import_show_view(struct lz_visit *visit, const json_t *value)
{
    const char *state = lz_desk_text(value, "state"), *id = lz_desk_text(value, "id");
    const char *path = lz_arena_printf(visit->call->arena, "/desk/import/%s", id);
    const char *stay =
        path ? lz_arena_printf(visit->call->arena, "%s?rows=%s", path, lz_desk_text(value, "filter")) : NULL;
    if (!stay)
        return NULL;
    bool busy = strcmp(state, "checking") == 0 || strcmp(state, "storing") == 0;
    bool ready = strcmp(state, "ready") == 0, done = strcmp(state, "done") == 0;
    json_t *rows = json_array(), *row;
    size_t i;
    json_array_foreach(json_object_get(value, "rows"), i, row)
        lz_view_append(&rows, row_view(visit, row, json_object_get(value, "repeated")));
    bool has_rows = json_array_size(rows) > 0;
    if (busy) /* pages work without script; a refresh header is enough */
        lz_http_reply_header(visit->reply, "Refresh", "1");
    return json_pack(
        "{s:s, s:o, s:b, s:b, s:o, s:o, s:o, s:o, s:o, s:o, s:s, s:o, s:b, s:o, s:s?}", "base", path,
        "progress", busy ? progress_view(visit, value, strcmp(state, "storing") == 0) : json_false(), "ready",
        ready, "late", lz_desk_true(value, "late"), "result", done ? result_view(visit, value) : json_false(),
        "decision", ready ? decision_view(visit, value) : json_false(), "tiles",
        ready || done ? tiles(visit, value, path) : json_array(), "organs",
        busy ? json_false() : organs_view(visit, value), "rows", rows, "repeated",
        repeated_view(visit, value), "caption",
        lz_visit_say(visit, filter_of(lz_desk_text(value, "filter"))->key), "paging",
        lz_view_paging(visit, stay, (size_t)lz_desk_int(value, "page"), LZ_DESK_PAGE,
                       (size_t)lz_desk_int(value, "row_count")),
        "has_rows", has_rows, "shown", json_boolean(ready || done), "error", lz_desk_text(value, "error"));
}
