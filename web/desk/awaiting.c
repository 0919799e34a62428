/* What was filed and waits for another hand: looked through, then confirmed together. */
#include "web/desk/choices.h"
#include "web/desk/desk.h"
#include "web/desk/parts.h"

enum { AWAITING_PAGE = 100 };

lz_err lz_desk_awaiting(struct lz_visit *visit)
{
    struct lz_certificate *list = NULL;
    size_t count = 0, total = 0, page = lz_desk_page(visit);
    lz_err err = lz_certificate_awaiting(visit->call, (page - 1) * AWAITING_PAGE, AWAITING_PAGE, &list,
                                         &count, &total);
    if (err)
        return err;
    json_t *rows = json_array();
    for (size_t i = 0; rows && i < count; i++) {
        json_t *row = lz_certificate_json(&list[i], lz_call_now_s(visit->call), true);
        json_t *more = json_pack(
            "{s:b, s:b, s:b}", "confirmable", lz_desk_may(visit, &list[i], LZ_CERTIFICATE_ISSUE),
            "filed_by_self", lz_desk_filed_by_self(visit, &list[i]), "successor", list[i].predecessor != 0);
        if (json_object_update_new(row, more)) {
            json_decref(row);
            row = NULL;
        }
        if (json_array_append_new(rows, row)) {
            json_decref(rows);
            return lz_call_memory(visit->call);
        }
    }
    return lz_visit_answer(visit,
                           json_pack("{s:I, s:I, s:I, s:o}", "total", (json_int_t)total, "page",
                                     (json_int_t)page, "limit", (json_int_t)AWAITING_PAGE, "rows", rows));
}

static json_t *row_view(struct lz_visit *visit, const json_t *c)
{
    const char *number = lz_desk_text(c, "number");
    struct lz_arena *arena = visit->call->arena;
    bool bureau = (LZ_ROLES_BUREAU & LZ_ROLES(visit->call->actor->role)) != 0;
    const char *refuse = lz_arena_printf(arena, "/desk/certificates/%s/refuse", number);
    const char *why = lz_desk_true(c, "confirmable")     ? ""
                      : lz_desk_true(c, "filed_by_self") ? lz_visit_say(visit, "desk.awaiting.own")
                                                         : lz_visit_say(visit, "desk.awaiting.not_yours");
    return json_pack(
        "{s:s, s:s, s:s, s:s, s:s, s:s, s:s, s:b, s:s, s:o, s:b}", "number", number, "name",
        lz_desk_text(c, "name"), "href", lz_desk_person_href(visit, lz_desk_int(c, "person")), "organ",
        lz_desk_text(c, "organ"), "kind", lz_view_kind_word(visit, lz_desk_text(c, "kind")), "until",
        lz_desk_text(c, "valid_until"), "filed", lz_view_instant(visit, lz_desk_text(c, "published_at")),
        "confirmable", lz_desk_true(c, "confirmable"), "why", why, "refuse",
        bureau ? json_string(refuse) : json_false(), "successor", lz_desk_true(c, "successor"));
}

json_t *lz_desk_awaiting_view(struct lz_visit *visit, const json_t *value)
{
    json_int_t total = lz_desk_int(value, "total");
    json_t *rows = json_array(), *c;
    size_t i;
    bool any = false;
    json_array_foreach(json_object_get(value, "rows"), i, c)
    {
        any = any || lz_desk_true(c, "confirmable");
        lz_view_append(&rows, row_view(visit, c));
    }
    return json_pack("{s:b, s:s, s:o, s:b, s:o, s:o}", "has_rows", total > 0, "caption",
                     lz_desk_say(visit, "desk.awaiting.count", "count", lz_desk_number(visit, total), NULL),
                     "rows", rows, "any", any, "paging",
                     lz_view_paging(visit, "/desk/awaiting", (size_t)lz_desk_int(value, "page"),
                                    AWAITING_PAGE, (size_t)total),
                     "empty",
                     total ? json_false()
                           : lz_desk_empty(visit, "desk.awaiting.none", "desk.awaiting.none_text", "/desk",
                                           "desk.back_home"));
}

lz_err lz_desk_awaiting_confirm(struct lz_visit *visit)
{
    const char **numbers = lz_arena_array(visit->call->arena, visit->values.count + 1, sizeof *numbers);
    struct lz_certificate_change change = {.event = LZ_CERTIFICATE_ISSUE};
    size_t count = 0;
    if (!numbers)
        return lz_call_memory(visit->call);
    for (const char *number; (number = lz_visit_text_at(visit, "numbers", count)); count++)
        numbers[count] = number;
    if (count == 0)
        return lz_visit_refuse_field(visit, "numbers", "desk.awaiting.none_chosen");
    lz_err err = lz_certificate_change_many(visit->call, numbers, count, &change);
    if (!err)
        err = lz_visit_done(visit, "certificates_issued", "/desk/awaiting");
    return err ? err : lz_visit_answer(visit, json_pack("{s:I}", "confirmed", (json_int_t)count));
}
