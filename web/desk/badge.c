/* The physical badge: printed, handed over, taken back, lost, spoiled, destroyed. */
#include "registry/badge.h"
#include "web/desk/choices.h"
#include "web/desk/desk.h"
#include "web/desk/parts.h"

#include <string.h>

/* The badge of the address, which must belong to the certificate whose organ the dispatcher has checked. */
static lz_err find_badge(struct lz_visit *visit, struct lz_certificate *c, struct lz_badge *ret_badge)
{
    struct lz_badge *list = NULL;
    size_t count = 0;
    lz_err err = lz_certificate_find(visit->call, lz_visit_text(visit, "number"), c);
    if (!err)
        err = lz_badge_of_person(visit->call, c->person, &list, &count);
    for (size_t i = 0; !err && i < count; i++)
        if (list[i].id == lz_visit_int(visit, "badge")) {
            *ret_badge = list[i];
            return LZ_OK;
        }
    return err ? err : lz_fault_set(&visit->call->fault, LZ_NOT_FOUND, NULL, NULL);
}

static enum lz_badge_event event_of(const struct lz_visit *visit)
{
    enum lz_badge_event event = LZ_BADGE_PRINT;
    const char *name = lz_visit_text(visit, "event");
    return name && !lz_badge_event_parse(name, &event) ? event : LZ_BADGE_PRINT;
}

lz_err lz_desk_badge(struct lz_visit *visit)
{
    struct lz_certificate c;
    struct lz_badge badge;
    enum lz_badge_event event = event_of(visit);
    lz_err err = find_badge(visit, &c, &badge);
    if (err)
        return err;
    if (!lz_desk_may_badge(visit, &badge, event))
        return lz_fault_set(&visit->call->fault, LZ_WRONG_STATE,
                            "这枚标识牌的状态已变，不能这样操作。请返回人员页面查看。",
                            "This badge's state does not allow that. Go back to the person's page.");
    const struct lz_badge_transition *row = lz_badge_transition(badge.state, event);
    return lz_visit_answer(visit, json_pack("{s:I, s:s, s:s, s:s, s:s, s:I, s:s, s:b}", "badge",
                                            (json_int_t)badge.id, "event", lz_badge_event_name(event),
                                            "state", lz_badge_state_name(badge.state), "number", c.number,
                                            "name", c.name, "person", (json_int_t)c.person, "organ",
                                            c.organ_name, "ends", row->ends));
}

json_t *lz_desk_badge_view(struct lz_visit *visit, const json_t *value)
{
    const char *event = lz_desk_text(value, "event"), *number = lz_desk_text(value, "number");
    enum lz_badge_event parsed = LZ_BADGE_PRINT;
    enum lz_badge_state state = LZ_BADGE_ORDERED;
    struct lz_arena *arena = visit->call->arena;
    if (lz_badge_event_parse(event, &parsed) || lz_badge_state_parse(lz_desk_text(value, "state"), &state))
        return NULL;
    const char *word = lz_badge_event_word(parsed, visit->lang);
    const char *text = lz_arena_printf(arena, "desk.badge.effect_%s", event);
    const char *action = lz_arena_printf(arena, "/desk/certificates/%s/badge/%lld/%s", number,
                                         (long long)lz_desk_int(value, "badge"), event);
    if (!text || !action)
        return NULL;
    return json_pack(
        "{s:{s:s, s:s, s:b, s:s, s:s, s:s, s:[{s:s, s:s}], s:b, s:[o, o, o]}}", "confirm", "title",
        lz_desk_say(visit, "desk.badge.question", "event", word, NULL), "text", lz_visit_say(visit, text),
        "danger", lz_desk_true(value, "ends"), "action", action, "button",
        lz_desk_say(visit, "desk.action.button", "event", word, NULL), "back",
        lz_desk_person_href(visit, lz_desk_int(value, "person")), "hidden", "name", "expected_state", "value",
        lz_desk_text(value, "state"), "fields", 0, "summary",
        lz_view_row(lz_visit_say(visit, "desk.col.name"), lz_desk_text(value, "name"), NULL),
        lz_view_row(lz_visit_say(visit, "desk.col.number"), number, NULL),
        lz_view_row(lz_visit_say(visit, "desk.col.badge"), lz_badge_state_word(state, visit->lang), "blue"));
}

lz_err lz_desk_badge_do(struct lz_visit *visit)
{
    struct lz_certificate c;
    struct lz_badge badge;
    const char *expected = lz_visit_text(visit, "expected_state");
    lz_err err = find_badge(visit, &c, &badge);
    if (err)
        return err;
    if (expected && strcmp(expected, lz_badge_state_name(badge.state)) != 0)
        return lz_fault_set(
            &visit->call->fault, LZ_CONFLICT,
            "这枚标识牌刚被他人登记过，没有重复执行。请返回人员页面查看最新状态。",
            "Somebody has just recorded something for this badge; nothing was done. Look again.");
    err = lz_badge_change(visit->call, badge.id, event_of(visit), &badge);
    if (!err)
        err = lz_visit_done(visit,
                            lz_arena_printf(visit->call->arena, "badge_%s", lz_visit_text(visit, "event")),
                            "/desk/people/%lld", (long long)c.person);
    return err ? err
               : lz_visit_answer(visit, json_pack("{s:I, s:s, s:b}", "badge", (json_int_t)badge.id, "state",
                                                  lz_badge_state_name(badge.state), "live", badge.live));
}
