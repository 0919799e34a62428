/* Who did what: for auditors and administrators. */
#include "registry/audit.h"

#include "registry/badge.h"
#include "registry/base/encoding.h"
#include "registry/base/json_write.h"
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
        lz_json_append(&list, event_json(&events[i]));
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

/* ---- an event's content in words; what has no word here is shown as it is recorded ---- */

static const char *word_of(struct lz_visit *visit, const char *kind, const char *key, const json_t *value)
{
    const char *text = json_string_value(value);
    enum lz_badge_state badge;
    size_t size = strlen(key);
    if (text && strcmp(key, "state") == 0 && strcmp(kind, "certificate") == 0)
        return lz_view_status_word(visit, text);
    if (text && strcmp(key, "state") == 0 && !lz_badge_state_parse(text, &badge))
        return lz_badge_state_word(badge, visit->lang);
    if (text && strcmp(key, "reason") == 0)
        return lz_view_reason(visit, text);
    if (text)
        return text;
    if (json_is_integer(value) && size > 3 && strcmp(key + size - 3, "_at") == 0) {
        char instant[LZ_INSTANT_SIZE];
        lz_instant_format(json_integer_value(value), instant);
        return lz_view_instant(visit, instant);
    }
    if (json_is_integer(value))
        return lz_arena_printf(visit->call->arena, "%lld", (long long)json_integer_value(value));
    return json_is_true(value) ? "✓" : NULL; /* no, and nothing, go without saying */
}

static const char *label_of(struct lz_visit *visit, const char *key)
{
    static const char *const labels[][2] = {
        {"number", "desk.col.number"}, {"state", "desk.col.status"},
        {"reason", "desk.col.reason"}, {"document", "desk.col.document"},
        {"name", "desk.col.name"},     {"effective_at", "desk.action.effective"},
        {"login", "desk.col.login"},   {"role", "desk.col.role"},
        {"scope", "desk.col.scope"},   {"valid_until", "desk.col.valid_until"},
        {"region", "desk.col.region"},
    };
    for (size_t i = 0; i < sizeof labels / sizeof labels[0]; i++)
        if (strcmp(labels[i][0], key) == 0)
            return lz_visit_say(visit, labels[i][1]);
    return key;
}

static const char *content(struct lz_visit *visit, const char *kind, const char *after)
{
    json_t *value = after ? json_loads(after, 0, NULL) : NULL;
    const char *said = "", *key;
    json_t *one;
    json_object_foreach(value, key, one)
    {
        const char *word = word_of(visit, kind, key, one);
        /* Names live as long as the arena, the value does not. */
        if (word)
            said = lz_arena_printf(visit->call->arena, "%s%s%s %s", said, said[0] ? " · " : "",
                                   label_of(visit, key), word);
        if (!said)
            break;
    }
    json_decref(value);
    return said ? said : "";
}

static json_t *event_row(struct lz_visit *visit, const json_t *e)
{
    const char *after = lz_desk_text(e, "after"), *kind = lz_desk_text(e, "object_kind");
    /* 0: of none that exists, such as a sign-in by an unknown name. */
    const char *object = lz_desk_int(e, "object")
                             ? lz_arena_printf(visit->call->arena, "%s %lld", lz_desk_audit_what(visit, kind),
                                               (long long)lz_desk_int(e, "object"))
                             : lz_desk_audit_what(visit, kind);
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
                      lz_view_cell(content(visit, kind, after), NULL, NULL, "small")));
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
    lz_view_append(&columns, lz_desk_column(visit, "desk.col.position", "num"));
    json_array_extend(columns, rest);
    json_decref(rest);
    json_array_foreach(json_object_get(value, "events"), i, e) lz_view_append(&rows, event_row(visit, e));
    return json_pack(
        "{s:o, s:o}", "verified", verified_view(visit, json_object_get(value, "verified")), "table",
        lz_desk_table(lz_desk_say(visit, "desk.audit.count", "count", lz_desk_number(visit, total), NULL),
                      columns, rows,
                      lz_view_paging(visit, "/desk/audit", (size_t)lz_desk_int(value, "page"), LZ_DESK_PAGE,
                                     (size_t)total)));
}
