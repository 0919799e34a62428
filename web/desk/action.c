/* What happens to a certificate: asked on one page, done by the next request, taken back where the law
 * allows. */
#include "registry/base/json_write.h"
#include "registry/policy.h"
#include "web/desk/choices.h"
#include "web/desk/desk.h"
#include "web/desk/parts.h"

#include <string.h>

static enum lz_certificate_event event_of(const struct lz_visit *visit)
{
    enum lz_certificate_event event = LZ_CERTIFICATE_ISSUE;
    const char *name = lz_visit_text(visit, "event");
    /* The row's choices hold only names of the table. */
    return name && !lz_certificate_event_parse(name, &event) ? event : LZ_CERTIFICATE_ISSUE;
}

static json_t *reasons_json(const struct lz_desk_event_form *form, lz_lang lang)
{
    const enum lz_reason_group group = lz_certificate_reason_group(form->event);
    json_t *list = json_array();
    for (size_t i = 0; list && form->has_reasons && i < lz_reason_count; i++)
        if (lz_reasons[i].group == group)
            lz_json_append(&list,
                           json_pack("{s:s, s:s, s:s?}", "code", lz_reasons[i].name, "sentence",
                                     lz_reasons[i].sentence[lang], "clause", lz_reasons[i].clause[lang]));
    return list;
}

static lz_err refuse_event(struct lz_visit *visit, const struct lz_certificate *c,
                           enum lz_certificate_event event)
{
    enum lz_certificate_state state = lz_certificate_state_at(c, lz_call_now_s(visit->call));
    const struct lz_certificate_transition *row = lz_certificate_transition(state, event);
    if (row && !(row->roles & LZ_ROLES(visit->call->actor->role)))
        return lz_fault_set(&visit->call->fault, LZ_FORBIDDEN, NULL, NULL);
    if (row && (row->effects & LZ_EFFECT_OTHER_HAND))
        return lz_fault_set(&visit->call->fault, LZ_SAME_PERSON, NULL, NULL);
    const char *zh =
        lz_arena_printf(visit->call->arena, "证件 %s 当前为“%s”，不能%s。请返回查看最新状态。", c->number,
                        lz_certificate_state_word(state, LZ_ZH), lz_certificate_event_word(event, LZ_ZH));
    const char *en = lz_arena_printf(
        visit->call->arena, "Certificate %s is now \"%s\"; \"%s\" is not possible. Go back and look again.",
        c->number, lz_certificate_state_word(state, LZ_EN), lz_certificate_event_word(event, LZ_EN));
    return lz_fault_set(&visit->call->fault, LZ_WRONG_STATE, zh, en);
}

lz_err lz_desk_action(struct lz_visit *visit)
{
    enum lz_certificate_event event = event_of(visit);
    struct lz_certificate c = {0};
    int64_t hours = 0, now = lz_call_now_s(visit->call);
    lz_err err = lz_desk_target(visit, lz_visit_text(visit, "number"), event, &c);
    if (!err && !lz_desk_may(visit, &c, event))
        err = refuse_event(visit, &c, event);
    if (!err)
        err = lz_policy_get(visit->call, LZ_POLICY_UNDO_HOURS, lz_date_of(now), &hours);
    if (err)
        return err;
    const struct lz_desk_event_form *form = lz_desk_event_form(event);
    const struct lz_certificate_transition *row =
        lz_certificate_transition(lz_certificate_state_at(&c, now), event);
    bool undoable = (row->effects & LZ_EFFECT_UNDOABLE) && hours > 0;
    visit->title = lz_desk_say(visit, "desk.action.title", "event",
                               lz_certificate_event_word(event, visit->lang), "name", c.name, NULL);
    return lz_visit_answer(
        visit, json_pack("{s:o, s:s, s:o, s:b, s:b, s:b, s:I, s:I, s:s, s:s}", "certificate",
                         lz_certificate_json(&c, now, true), "event", lz_certificate_event_name(event),
                         "reasons", reasons_json(form, visit->lang), "reason_required", form->reason_required,
                         "schedulable", form->schedulable, "undoable", undoable, "undo_hours",
                         (json_int_t)hours, "expected_id", (json_int_t)c.id, "expected_state",
                         lz_certificate_state_name(c.state), "today", lz_date_of(now).text));
}

/* ---- the page ---- */

static const char *sent(const struct lz_visit *visit, const char *name)
{
    return lz_form_text(&visit->sent, name);
}

static const char *error_of(const struct lz_visit *visit, const char *name)
{
    const struct lz_fault *fault = &visit->call->fault;
    for (size_t i = 0; i < fault->field_count && i < LZ_FAULT_FIELDS; i++)
        if (strcmp(fault->fields[i].field, name) == 0)
            return fault->fields[i].message[visit->lang];
    return NULL;
}

/* What stands in no list is chosen with open eyes: nothing is checked beforehand. */
static json_t *reason_choices(struct lz_visit *visit, const json_t *reasons)
{
    json_t *options = json_array(), *reason;
    const char *chosen = sent(visit, "reason"), *error = error_of(visit, "reason");
    size_t i;
    json_array_foreach(reasons, i, reason)
    {
        const char *code = lz_desk_text(reason, "code"), *clause = lz_desk_text(reason, "clause");
        const char *sentence = lz_desk_text(reason, "sentence");
        const char *label = clause ? lz_desk_say(visit, "desk.action.reason_clause", "sentence", sentence,
                                                 "clause", clause, NULL)
                                   : sentence;
        const char *id = i ? lz_arena_printf(visit->call->arena, "reason-%s", code) : "reason-first";
        lz_view_append(&options, json_pack("{s:s, s:s, s:s, s:b}", "id", id, "value", code, "label", label,
                                           "checked", chosen && strcmp(chosen, code) == 0));
    }
    if (options && json_array_size(options) == 0) {
        json_decref(options);
        return json_false();
    }
    return json_pack("{s:s, s:s, s:b, s:o, s:s, s:o}", "name", "reason", "label",
                     lz_visit_say(visit, "desk.col.reason"), "hint", 0, "error",
                     error ? json_string(error) : json_false(), "type", "radio", "options", options);
}

static json_t *action_fields(struct lz_visit *visit, const json_t *value,
                             const struct lz_desk_event_form *form)
{
    json_t *fields = json_array();
    lz_view_append(&fields,
                   lz_view_field(visit, &(struct lz_view_field){.name = "document",
                                                                .label = "desk.col.document",
                                                                .hint = "desk.action.document_hint"}));
    if (form->schedulable)
        lz_view_append(&fields,
                       lz_view_field(visit, &(struct lz_view_field){.name = "effective",
                                                                    .label = "desk.action.effective",
                                                                    .hint = "desk.action.effective_hint",
                                                                    .value = lz_desk_text(value, "today"),
                                                                    .type = "date",
                                                                    .style = "input--short"}));
    if (form->valid_until)
        lz_view_append(&fields, lz_view_field(visit, &(struct lz_view_field){.name = "valid_until",
                                                                             .label = "desk.col.valid_until",
                                                                             .hint = "desk.action.until_hint",
                                                                             .type = "date",
                                                                             .style = "input--short"}));
    return fields;
}

static json_t *hidden(const char *name, const char *value)
{
    return json_pack("{s:s, s:s}", "name", name, "value", value);
}

static json_t *action_summary(struct lz_visit *visit, const json_t *c)
{
    const char *status = lz_desk_text(c, "status");
    const char *holder = lz_arena_printf(visit->call->arena, "%s%s%s", lz_desk_text(c, "name"),
                                         lz_desk_text(c, "post") ? " · " : "",
                                         lz_desk_text(c, "post") ? lz_desk_text(c, "post") : "");
    const char *paper =
        lz_arena_printf(visit->call->arena, "%s %s", lz_view_kind_word(visit, lz_desk_text(c, "kind")),
                        lz_desk_text(c, "number"));
    const char *valid = lz_desk_say(visit, "desk.person.validity", "from", lz_desk_text(c, "issued_on"), "to",
                                    lz_desk_text(c, "valid_until"), NULL);
    json_t *rows = json_array();
    lz_view_append(&rows, lz_view_row(lz_visit_say(visit, "desk.col.name"), holder, NULL));
    lz_view_append(&rows, lz_view_row(lz_visit_say(visit, "desk.col.organ"), lz_desk_text(c, "organ"), NULL));
    lz_view_append(&rows, lz_view_row(lz_visit_say(visit, "desk.col.certificate"), paper, NULL));
    lz_view_append(&rows, lz_view_row(lz_visit_say(visit, "desk.col.validity"), valid, NULL));
    lz_view_append(&rows, lz_view_row(lz_visit_say(visit, "desk.action.now"),
                                      lz_view_status_word(visit, status), lz_view_status_tone(status)));
    return rows;
}

/* {title, text, danger, action, button, back, hidden, fields, summary} of components/confirm, and choices. */
json_t *lz_desk_action_view(struct lz_visit *visit, const json_t *value)
{
    const json_t *c = json_object_get(value, "certificate");
    const char *event = lz_desk_text(value, "event");
    enum lz_certificate_event parsed = LZ_CERTIFICATE_ISSUE;
    if (lz_certificate_event_parse(event, &parsed))
        return NULL;
    const struct lz_desk_event_form *form = lz_desk_event_form(parsed);
    struct lz_arena *arena = visit->call->arena;
    const char *word = lz_certificate_event_word(parsed, visit->lang), *name = lz_desk_text(c, "name");
    const char *key = lz_arena_printf(arena, "desk.effect.%s", event);
    const char *action = lz_arena_printf(arena, "/desk/certificates/%s/%s", lz_desk_text(c, "number"), event);
    const char *id = lz_arena_printf(arena, "%lld", (long long)lz_desk_int(value, "expected_id"));
    if (!key || !action || !id)
        return NULL;
    const char *undo = lz_desk_true(value, "undoable")
                           ? lz_desk_say(visit, "desk.action.undoable", "hours",
                                         lz_desk_number(visit, lz_desk_int(value, "undo_hours")), NULL)
                           : lz_visit_say(visit, "desk.action.final");
    return json_pack("{s:s, s:s, s:s, s:b, s:s, s:s, s:s, s:o, s:o, s:o, s:o}", "heading",
                     lz_desk_say(visit, "desk.action.question", "event", word, "name", name, NULL), "text",
                     lz_visit_say(visit, key), "undo", undo, "danger", form->danger, "action", action,
                     "button", lz_desk_say(visit, "desk.action.button", "event", word, NULL), "back",
                     lz_desk_person_href(visit, lz_desk_int(c, "person")), "hidden",
                     json_pack("[o, o]", hidden("expected_id", id),
                               hidden("expected_state", lz_desk_text(value, "expected_state"))),
                     "fields", action_fields(visit, value, form), "summary", action_summary(visit, c),
                     "choices", reason_choices(visit, json_object_get(value, "reasons")));
}

/* ---- doing it ---- */

/* Somebody else was quicker: say so in words of this page; the page itself shows the new truth. */
static lz_err tell_conflict(struct lz_visit *visit, lz_err err)
{
    if (err != LZ_CONFLICT)
        return err;
    return lz_fault_set(
        &visit->call->fault, LZ_CONFLICT,
        "您打开此页后，这份证件已被他人改动。尚未执行任何操作，请核对下面的最新状态后再决定。",
        "Since you opened this page somebody changed this certificate. Nothing was done; check its "
        "state below and decide again.");
}

static lz_err answer_change(struct lz_visit *visit, const struct lz_certificate *c, const char *event,
                            bool scheduled)
{
    const char *done = scheduled ? "scheduled" : c->state == LZ_CERTIFICATE_AWAITING ? "filed" : event;
    lz_err err = lz_visit_done(visit, lz_arena_printf(visit->call->arena, "certificate_%s", done),
                               "/desk/people/%lld", (long long)c->person);
    json_t *value = err ? NULL : lz_certificate_json(c, lz_call_now_s(visit->call), true);
    if (value)
        json_object_set_new(value, "scheduled", json_boolean(scheduled));
    return err ? err : lz_visit_answer(visit, value);
}

lz_err lz_desk_action_do(struct lz_visit *visit)
{
    enum lz_certificate_event event = event_of(visit);
    struct lz_date effective = lz_visit_date(visit, "effective");
    struct lz_date today = lz_date_of(lz_call_now_s(visit->call));
    bool at_once = !effective.text[0] || strcmp(effective.text, today.text) == 0;
    struct lz_certificate_change change = {
        .event = event,
        .reason = lz_visit_text(visit, "reason"),
        .document = lz_visit_text(visit, "document"),
        .effective_at = at_once ? 0 : lz_date_start_s(effective),
        .valid_until = lz_visit_date(visit, "valid_until"),
        .expected_id = lz_visit_int(visit, "expected_id"),
        .expected_state = lz_visit_text(visit, "expected_state"),
    };
    struct lz_certificate c;
    bool scheduled = false;
    lz_err err = lz_certificate_change(visit->call, lz_visit_text(visit, "number"), &change, &c, &scheduled);
    return err ? tell_conflict(visit, err)
               : answer_change(visit, &c, lz_certificate_event_name(event), scheduled);
}

lz_err lz_desk_undo(struct lz_visit *visit)
{
    struct lz_certificate_change change = {
        .event = LZ_CERTIFICATE_UNDO,
        .expected_id = lz_visit_int(visit, "expected_id"),
        .expected_state = lz_visit_text(visit, "expected_state"),
    };
    struct lz_certificate c;
    lz_err err = lz_certificate_change(visit->call, lz_visit_text(visit, "number"), &change, &c, NULL);
    if (err == LZ_CONFLICT)
        return lz_fault_set(
            &visit->call->fault, err, "这份证件已被他人改动，没有撤回。请返回人员页面查看最新状态。",
            "Somebody changed this certificate; nothing was taken back. Go back and look again.");
    if (err)
        return err;
    err = lz_visit_done(visit, "certificate_undo", "/desk/people/%lld", (long long)c.person);
    return err ? err : lz_visit_answer(visit, lz_certificate_json(&c, lz_call_now_s(visit->call), true));
}

/* The entry must belong to the person of the address, whose organ the dispatcher has checked. */
lz_err lz_desk_unschedule(struct lz_visit *visit)
{
    struct lz_certificate_history *history = NULL;
    size_t count = 0;
    int64_t person = lz_visit_int(visit, "person"), entry = lz_visit_int(visit, "entry");
    lz_err err = lz_certificate_history(visit->call, person, &history, &count);
    if (err)
        return err;
    bool found = false;
    for (size_t i = 0; i < count; i++)
        found = found || (history[i].id == entry && history[i].scheduled);
    if (!found)
        return lz_fault_set(&visit->call->fault, LZ_NOT_FOUND, "没有这项预定，可能已经执行或取消。",
                            "There is no such scheduled change; it may have been done or dropped.");
    err = lz_certificate_unschedule(visit->call, entry);
    return err ? err
               : lz_visit_done(visit, "certificate_unscheduled", "/desk/people/%lld", (long long)person);
}
