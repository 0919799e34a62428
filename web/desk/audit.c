/* Who did what: for auditors and administrators. */
#include "registry/audit.h"

#include "registry/base/encoding.h"
#include "web/desk/desk.h"
#include "web/desk/parts.h"

#include <string.h>

static json_t *event_json(const struct lz_audit_event *e)
{
    return json_pack("{s:I, s:o, s:s, s:s, s:s, s:s, s:I, s:s?, s:s?}", "position", (json_int_t)e->position,
                     "at", lz_desk_instant(e->at), "actor", e->actor, "origin", e->origin, "action",
                     e->action, "object_kind", e->object_kind, "object", (json_int_t)e->object, "before",
                     e->before, "after", e->after);
}

lz_err lz_desk_audit(struct lz_visit *visit)
{
    struct lz_audit_event *events = NULL;
    size_t count = 0, total = 0, page = lz_desk_page(visit);
    lz_err err =
        lz_audit_list(visit->call, NULL, 0, (page - 1) * LZ_DESK_PAGE, LZ_DESK_PAGE, &events, &count, &total);
    if (err)
        return err;
    json_t *list = json_array();
    for (size_t i = 0; list && i < count; i++)
        json_array_append_new(list, event_json(&events[i]));
    return lz_visit_answer(visit,
                           json_pack("{s:I, s:I, s:I, s:o}", "total", (json_int_t)total, "page",
                                     (json_int_t)page, "limit", (json_int_t)LZ_DESK_PAGE, "events", list));
}

/* Walks the chain now; the same page then says what was found. */
lz_err lz_desk_audit_verify(struct lz_visit *visit)
{
    int64_t events = 0, ignored = 0;
    uint8_t head[32];
    struct lz_buf hex;
    lz_err err = lz_audit_verify(visit->call, &events);
    if (!err)
        err = lz_audit_head(visit->call, head, &ignored);
    if (!err)
        err = lz_desk_audit(visit);
    if (err)
        return err;
    lz_buf_init(&hex, 128);
    lz_hex_encode(lz_bytes_of(head, sizeof head), &hex);
    json_object_set_new(visit->value, "verified",
                        json_pack("{s:I, s:s?, s:o}", "events", (json_int_t)events, "head",
                                  hex.size ? (const char *)hex.data : NULL, "at",
                                  lz_desk_instant(lz_call_now_s(visit->call))));
    lz_buf_free(&hex);
    return LZ_OK;
}

static json_t *event_row(struct lz_visit *visit, const json_t *e)
{
    const char *after = lz_desk_text(e, "after"), *kind = lz_desk_text(e, "object_kind");
    const char *object = lz_arena_printf(visit->call->arena, "%s %lld", lz_desk_audit_what(visit, kind),
                                         (long long)lz_desk_int(e, "object"));
    const char *href =
        strcmp(kind, "person") == 0 ? lz_desk_person_href(visit, lz_desk_int(e, "object")) : NULL;
    const char *at = lz_desk_text(e, "at");
    return lz_desk_row(
        "", json_pack("[o, o, o, o, o, o]",
                      lz_view_cell(lz_desk_number(visit, lz_desk_int(e, "position")), NULL, NULL, "num"),
                      lz_view_cell(at ? lz_view_instant(visit, at) : "", NULL, NULL, "nowrap"),
                      lz_view_cell(lz_desk_audit_who(visit, lz_desk_text(e, "actor")), NULL, NULL, "nowrap"),
                      lz_view_cell(lz_desk_audit_did(visit, lz_desk_text(e, "action")), NULL, NULL, "nowrap"),
                      lz_view_cell(object, href, NULL, "nowrap"),
                      lz_view_cell(after ? after : "", NULL, NULL, "small")));
}

static json_t *verified_view(struct lz_visit *visit, const json_t *verified)
{
    if (!json_is_object(verified))
        return json_false();
    return json_pack("{s:s, s:s}", "text",
                     lz_desk_say(visit, "desk.audit.verified", "count",
                                 lz_desk_number(visit, lz_desk_int(verified, "events")), NULL),
                     "head", lz_desk_text(verified, "head"));
}

json_t *lz_desk_audit_view(struct lz_visit *visit, const json_t *value)
{
    static const char *const labels[] = {"desk.col.when",   "desk.col.who",   "desk.col.action",
                                         "desk.col.object", "desk.col.after", NULL};
    json_int_t total = lz_desk_int(value, "total");
    json_t *columns = json_array(), *rows = json_array(), *e, *rest = lz_desk_columns(visit, labels);
    size_t i;
    lz_view_append(columns, lz_desk_column(visit, "desk.col.position", "num"));
    json_array_extend(columns, rest);
    json_decref(rest);
    json_array_foreach(json_object_get(value, "events"), i, e) lz_view_append(rows, event_row(visit, e));
    return json_pack(
        "{s:o, s:o}", "verified", verified_view(visit, json_object_get(value, "verified")), "table",
        lz_desk_table(lz_desk_say(visit, "desk.audit.count", "count", lz_desk_number(visit, total), NULL),
                      columns, rows,
                      lz_view_paging(visit, "/desk/audit", (size_t)lz_desk_int(value, "page"), LZ_DESK_PAGE,
                                     (size_t)total)));
}
