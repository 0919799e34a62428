/* A person's page: status first, then what may be done, then the past. */
#include "registry/person.h"
#include "web/desk/choices.h"
#include "web/desk/desk.h"
#include "web/desk/parts.h"

#include <string.h>

static const char *date_of(struct lz_visit *visit, const json_t *object, const char *key)
{
    const char *iso = lz_desk_text(object, key);
    return iso ? lz_view_instant(visit, iso) : NULL;
}

static const char *event_word(struct lz_visit *visit, const char *name)
{
    enum lz_certificate_event event;
    return name && !lz_certificate_event_parse(name, &event) ? lz_certificate_event_word(event, visit->lang)
                                                             : name;
}

static json_t *action_links(struct lz_visit *visit, const json_t *c)
{
    json_t *list = json_array(), *name;
    size_t i;
    json_array_foreach(json_object_get(c, "actions"), i, name)
    {
        const char *event = json_string_value(name);
        enum lz_certificate_event parsed;
        bool danger = !lz_certificate_event_parse(event, &parsed) && lz_desk_event_form(parsed)->danger;
        const char *href =
            lz_arena_printf(visit->call->arena, "/desk/certificates/%s/%s", lz_desk_text(c, "number"), event);
        lz_view_append(&list, json_pack("{s:s, s:s, s:b}", "href", href ? href : "", "label",
                                        event_word(visit, event), "danger", danger));
    }
    return list;
}

static const char *scope_text(struct lz_visit *visit, const json_t *c)
{
    const char *joined = NULL;
    size_t i;
    json_t *field;
    json_array_foreach(json_object_get(c, "scope"), i, field) joined =
        joined ? lz_arena_printf(visit->call->arena, "%s、%s", joined, json_string_value(field))
               : json_string_value(field);
    return joined;
}

static json_t *certificate_summary(struct lz_visit *visit, const json_t *c)
{
    const char *status = lz_desk_text(c, "status"), *reason = lz_desk_text(c, "reason");
    const char *valid = lz_desk_say(visit, "desk.person.validity", "from", lz_desk_text(c, "issued_on"), "to",
                                    lz_desk_text(c, "valid_until"), NULL);
    json_t *rows = json_array();
    lz_view_append(&rows, lz_view_row(lz_visit_say(visit, "desk.col.status"),
                                      lz_view_status_word(visit, status), lz_view_status_tone(status)));
    lz_view_append(&rows, lz_view_row(lz_visit_say(visit, "desk.col.reason"),
                                      reason ? lz_view_reason(visit, reason) : NULL, NULL));
    lz_view_append(&rows,
                   lz_view_row(lz_visit_say(visit, "desk.col.document"), lz_desk_text(c, "document"), NULL));
    lz_view_append(&rows, lz_view_row(lz_visit_say(visit, "desk.col.organ"), lz_desk_text(c, "organ"), NULL));
    lz_view_append(&rows, lz_view_row(lz_visit_say(visit, "desk.col.scope"), scope_text(visit, c), NULL));
    lz_view_append(&rows,
                   lz_view_row(lz_visit_say(visit, "desk.col.region"), lz_desk_text(c, "region"), NULL));
    lz_view_append(&rows, lz_view_row(lz_visit_say(visit, "desk.col.validity"), valid, NULL));
    const json_t *filed = json_object_get(c, "filed");
    const char *filing = lz_arena_printf(visit->call->arena, "%s · %s", date_of(visit, filed, "at"),
                                         lz_desk_audit_who(visit, lz_desk_text(filed, "actor")));
    lz_view_append(&rows, lz_view_row(lz_visit_say(visit, "desk.person.filed"), filing, NULL));
    return rows;
}

static json_t *undo_view(struct lz_visit *visit, const json_t *c)
{
    const json_t *undo = json_object_get(c, "undo");
    if (!json_is_object(undo))
        return json_false();
    const char *text =
        lz_desk_say(visit, "desk.undo.text", "event", event_word(visit, lz_desk_text(undo, "event")), "actor",
                    lz_desk_text(undo, "actor"), "until", date_of(visit, undo, "until"), NULL);
    const char *action =
        lz_arena_printf(visit->call->arena, "/desk/certificates/%s/undo", lz_desk_text(c, "number"));
    return json_pack("{s:s, s:s, s:I, s:s}", "text", text, "action", action, "expected_id",
                     lz_desk_int(c, "id"), "expected_state", lz_desk_text(c, "stored_state"));
}

static bool may_make_badges(const struct lz_visit *visit)
{
    return (LZ_ROLES_BADGE & LZ_ROLES(visit->call->actor->role)) != 0;
}

static json_t *certificate_view(struct lz_visit *visit, const json_t *c)
{
    const char *status = lz_desk_text(c, "status");
    const char *number = lz_desk_text(c, "number");
    bool card = may_make_badges(visit) && (strcmp(status, "valid") == 0 || strcmp(status, "suspended") == 0);
    bool own = lz_desk_true(c, "filed_by_self") && strcmp(status, "awaiting-confirmation") == 0;
    json_t *actions = action_links(visit, c);
    bool has_actions = json_array_size(actions) > 0;
    return json_pack(
        "{s:s, s:s, s:o, s:o, s:b, s:o, s:b, s:b, s:o}", "number", number, "kind",
        lz_view_kind_word(visit, lz_desk_text(c, "kind")), "summary", certificate_summary(visit, c),
        "actions", actions, "has_actions", has_actions || card, "undo", undo_view(visit, c),
        "pending_successor", lz_desk_true(c, "pending_successor"), "filed_by_self", own, "card",
        card ? json_string(lz_arena_printf(visit->call->arena, "/desk/certificates/%s/card", number))
             : json_false());
}

static json_t *badge_view(struct lz_visit *visit, const json_t *b)
{
    enum lz_badge_state state = LZ_BADGE_ORDERED;
    const char *number = lz_desk_text(b, "number");
    json_t *actions = json_array(), *name;
    size_t i;
    if (lz_badge_state_parse(lz_desk_text(b, "state"), &state))
        state = LZ_BADGE_ORDERED;
    json_array_foreach(json_object_get(b, "actions"), i, name)
    {
        enum lz_badge_event event;
        const char *text = json_string_value(name);
        if (!number || lz_badge_event_parse(text, &event))
            continue;
        const char *href = lz_arena_printf(visit->call->arena, "/desk/certificates/%s/badge/%lld/%s", number,
                                           (long long)lz_desk_int(b, "id"), text);
        lz_view_append(&actions, lz_desk_link(href ? href : "", lz_badge_event_word(event, visit->lang)));
    }
    const char *chip = lz_desk_text(b, "chip_uid")
                           ? lz_arena_printf(visit->call->arena, "%s %s",
                                             lz_desk_text(b, "chip_type") ? lz_desk_text(b, "chip_type") : "",
                                             lz_desk_text(b, "chip_uid"))
                           : NULL;
    bool live = lz_desk_true(b, "live");
    /* Still in its holder's hand though the right behind it ended: 谁申办、谁收缴. */
    bool owed = live && state == LZ_BADGE_HANDED_OVER && lz_desk_int(b, "status") != 0;
    return json_pack("{s:s?, s:s, s:s, s:b, s:s?, s:s?, s:o}", "number", number, "state",
                     lz_badge_state_word(state, visit->lang), "tone",
                     owed   ? "amber"
                     : live ? "green"
                            : "grey",
                     "owed", owed, "chip", chip, "made", date_of(visit, b, "made_at"), "actions", actions);
}

static const char *event_tone(const json_t *h)
{
    if (lz_desk_true(h, "undone"))
        return "grey";
    if (lz_desk_true(h, "scheduled"))
        return "blue";
    return lz_view_status_tone(lz_desk_text(h, "to"));
}

static json_t *event_view(struct lz_visit *visit, const json_t *h)
{
    const char *reason = lz_desk_text(h, "reason");
    const char *effective = date_of(visit, h, "effective_at"), *published = date_of(visit, h, "published_at");
    bool scheduled = lz_desk_true(h, "scheduled");
    bool apart = effective && published && strcmp(effective, published) != 0;
    return json_pack("{s:s, s:s, s:s, s:s, s:s?, s:s?, s:s?, s:s, s:s?, s:b, s:b, s:b, s:I}", "at",
                     lz_desk_text(h, "published_at") ? lz_desk_text(h, "published_at") : "", "when",
                     published ? published : "", "title", event_word(visit, lz_desk_text(h, "event")), "tone",
                     event_tone(h), "number", lz_desk_text(h, "number"), "reason",
                     reason ? lz_view_reason(visit, reason) : NULL, "document", lz_desk_text(h, "document"),
                     "actor", lz_desk_text(h, "actor"), "effective", apart ? effective : NULL, "scheduled",
                     scheduled, "undone", lz_desk_true(h, "undone"), "droppable",
                     lz_desk_true(h, "droppable"), "id", lz_desk_int(h, "id"));
}

static json_t *person_summary(struct lz_visit *visit, const json_t *p)
{
    enum lz_person_state state = LZ_PERSON_ACTIVE;
    for (unsigned i = 0; i < LZ_PERSON_STATE_COUNT; i++)
        if (strcmp(lz_person_state_name((enum lz_person_state)i), lz_desk_text(p, "state")) == 0)
            state = (enum lz_person_state)i;
    static const char *const sexes[] = {"desk.sex.unknown", "desk.sex.male", "desk.sex.female"};
    json_int_t sex = lz_desk_int(p, "sex");
    json_t *rows = json_array();
    lz_view_append(&rows, lz_view_row(lz_visit_say(visit, "desk.col.organ"), lz_desk_text(p, "organ"), NULL));
    lz_view_append(&rows, lz_view_row(lz_visit_say(visit, "desk.col.post"), lz_desk_text(p, "post"), NULL));
    lz_view_append(&rows, lz_view_row(lz_visit_say(visit, "desk.col.person_state"),
                                      lz_person_state_word(state, visit->lang),
                                      state == LZ_PERSON_ACTIVE ? "green" : "grey"));
    if (sex == 1 || sex == 2)
        lz_view_append(
            &rows, lz_view_row(lz_visit_say(visit, "desk.col.sex"), lz_visit_say(visit, sexes[sex]), NULL));
    return rows;
}

static json_t *audit_table(struct lz_visit *visit, const json_t *list)
{
    static const char *const columns[] = {"desk.col.when", "desk.col.who", "desk.col.action",
                                          "desk.col.origin", NULL};
    json_t *rows = json_array(), *e;
    size_t i;
    if (json_array_size(list) == 0) {
        json_decref(rows);
        return json_false();
    }
    json_array_foreach(list, i, e) lz_view_append(
        &rows,
        lz_desk_row(
            "",
            json_pack("[o, o, o, o]", lz_view_cell(date_of(visit, e, "at"), NULL, NULL, "nowrap"),
                      lz_view_cell(lz_desk_audit_who(visit, lz_desk_text(e, "actor")), NULL, NULL, "nowrap"),
                      lz_view_cell(lz_desk_audit_did(visit, lz_desk_text(e, "action")), NULL, NULL, NULL),
                      lz_view_cell(lz_desk_text(e, "origin"), NULL, NULL, NULL))));
    return lz_desk_table(lz_visit_say(visit, "desk.person.audit"), lz_desk_columns(visit, columns), rows,
                         json_false());
}

static json_t *each(struct lz_visit *visit, const json_t *list,
                    json_t *(*view)(struct lz_visit *, const json_t *))
{
    json_t *all = json_array(), *item;
    size_t i;
    json_array_foreach(list, i, item) lz_view_append(&all, view(visit, item));
    return all;
}

json_t *lz_desk_person_view(struct lz_visit *visit, const json_t *value)
{
    const json_t *p = json_object_get(value, "person");
    lz_roles role = LZ_ROLES(visit->call->actor->role);
    const char *path = lz_desk_person_href(visit, lz_desk_int(p, "id"));
    bool photo = lz_desk_true(p, "has_photo");
    bool may_photo = (role & (LZ_ROLES_FILING | LZ_ROLES_BADGE)) != 0;
    json_t *field = lz_view_field(visit, &(struct lz_view_field){.name = "photo",
                                                                 .label = "desk.photo.label",
                                                                 .hint = "desk.photo.hint",
                                                                 .type = "file",
                                                                 .accept = "image/jpeg,image/png",
                                                                 .required = true});
    json_t *badges = each(visit, json_object_get(value, "badges"), badge_view);
    bool has_badges = json_array_size(badges) > 0;
    return json_pack("{s:s, s:s, s:o, s:b, s:b, s:[o], s:o, s:b, s:o, s:b, s:o, s:o}", "name",
                     lz_desk_text(p, "name"), "base", path, "summary", person_summary(visit, p), "has_photo",
                     photo, "may_photo", may_photo, "fields", field, "certificates",
                     each(visit, json_object_get(value, "certificates"), certificate_view), "may_id_number",
                     (role & LZ_ROLES_FILING) != 0, "badges", badges, "has_badges", has_badges, "history",
                     each(visit, json_object_get(value, "history"), event_view), "audit",
                     audit_table(visit, json_object_get(value, "audit")));
}
