/* The first page after signing in: what waits for whoever signed in, and the lists behind the counts. */
#include "registry/badge.h"
#include "registry/base/json_write.h"
#include "registry/inbox.h"
#include "web/desk/desk.h"
#include "web/desk/parts.h"

#include <string.h>

static lz_err count_awaiting(struct lz_visit *visit, size_t *ret_total)
{
    return lz_certificate_confirmable(visit->call, ret_total);
}
static lz_err count_expiring(struct lz_visit *visit, size_t *ret_total)
{
    return lz_inbox(visit->call, LZ_INBOX_EXPIRING, 0, 0, NULL, NULL, ret_total);
}
static lz_err count_badges(struct lz_visit *visit, size_t *ret_total)
{
    return lz_inbox(visit->call, LZ_INBOX_BADGES, 0, 0, NULL, NULL, ret_total);
}

/* One task a row: who sees it, what it counts (only what that account can do), where it leads. */
static const struct task {
    const char *name; /* in JSON; message keys desk.task.<name>, desk.task.<name>_none */
    const char *href;
    lz_roles roles;
    lz_err (*count)(struct lz_visit *visit, size_t *ret_total);
} tasks[] = {
    {"awaiting", "/desk/awaiting", LZ_ROLES_BUREAU, count_awaiting},
    {"expiring", "/desk/expiring", LZ_ROLES_FILING, count_expiring},
    {"badges", "/desk/badges", LZ_ROLES_BADGE, count_badges},
};

static lz_err tasks_json(struct lz_visit *visit, json_t **ret_list)
{
    json_t *list = json_array();
    lz_err err = list ? LZ_OK : lz_call_memory(visit->call);
    for (size_t i = 0; !err && i < sizeof tasks / sizeof tasks[0]; i++) {
        size_t total = 0;
        if (!(tasks[i].roles & LZ_ROLES(visit->call->actor->role)))
            continue;
        err = tasks[i].count(visit, &total);
        if (!err)
            lz_json_append(&list, json_pack("{s:s, s:s, s:I}", "task", tasks[i].name, "href", tasks[i].href,
                                            "count", (json_int_t)total));
    }
    if (err)
        json_decref(list);
    else
        *ret_list = list;
    return err;
}

lz_err lz_desk_home(struct lz_visit *visit)
{
    const struct lz_actor *actor = visit->call->actor;
    json_t *list = NULL;
    lz_err err = tasks_json(visit, &list);
    if (err)
        return err;
    return lz_visit_answer(visit, json_pack("{s:s, s:s, s:o}", "name", actor->name, "role",
                                            lz_role_name(actor->role), "tasks", list));
}

/* What each role comes here to do, besides what waits. */
static const struct start {
    const char *name; /* message keys desk.start.<name>, desk.start.<name>_text */
    const char *href;
    lz_roles roles;
} starts[] = {
    {"people", "/desk/people", LZ_ROLES_STAFF},
    {"import", "/desk/import", LZ_ROLES_FILING},
    {"filed", "/desk/awaiting", LZ_ROLES(LZ_ROLE_HR)},
    {"organs", "/desk/organs", LZ_ROLES_BUREAU},
    {"accounts", "/desk/accounts", LZ_ROLES(LZ_ROLE_ADMIN)},
    {"audit", "/desk/audit", LZ_ROLES(LZ_ROLE_ADMIN) | LZ_ROLES(LZ_ROLE_AUDITOR)},
    {"password", "/desk/password", LZ_ROLES_STAFF},
};

static json_t *task_view(struct lz_visit *visit, const json_t *task)
{
    const char *name = lz_desk_text(task, "task");
    json_int_t count = lz_desk_int(task, "count");
    const char *label = lz_arena_printf(visit->call->arena, "desk.task.%s", name);
    const char *hint = lz_arena_printf(visit->call->arena, "desk.task.%s_hint", name);
    if (!label || !hint)
        return NULL;
    return json_pack("{s:s, s:s, s:s, s:s, s:s}", "href", lz_desk_text(task, "href"), "label",
                     lz_visit_say(visit, label), "hint", lz_visit_say(visit, hint), "count",
                     count
                         ? lz_desk_say(visit, "desk.task.count", "count", lz_desk_number(visit, count), NULL)
                         : lz_visit_say(visit, "desk.task.none"),
                     "tone", count ? "tone-amber" : "tone-green");
}

json_t *lz_desk_home_view(struct lz_visit *visit, const json_t *value)
{
    const struct lz_actor *actor = visit->call->actor;
    const char *role = lz_role_word(actor->role, visit->lang);
    json_t *waiting = json_array(), *links = json_array();
    size_t i;
    json_t *task;
    json_array_foreach(json_object_get(value, "tasks"), i, task)
        lz_view_append(&waiting, task_view(visit, task));
    for (i = 0; i < sizeof starts / sizeof starts[0]; i++) {
        if (!(starts[i].roles & LZ_ROLES(actor->role)))
            continue;
        const char *label = lz_arena_printf(visit->call->arena, "desk.start.%s", starts[i].name);
        const char *text = lz_arena_printf(visit->call->arena, "desk.start.%s_text", starts[i].name);
        lz_view_append(&links, json_pack("{s:s, s:s, s:s}", "href", starts[i].href, "label",
                                         lz_visit_say(visit, label ? label : ""), "text",
                                         lz_visit_say(visit, text ? text : "")));
    }
    return json_pack("{s:s, s:s, s:b, s:o, s:o}", "hello",
                     lz_desk_say(visit, "desk.home.hello", "name", actor->name, NULL), "role",
                     strcmp(actor->name, role) == 0 ? "" : role, "has_tasks", json_array_size(waiting) > 0,
                     "tasks", waiting, "starts", links);
}

/* ---- the lists behind the counts ---- */

static lz_err answer_list(struct lz_visit *visit, enum lz_inbox_list list)
{
    struct lz_inbox_row *rows = NULL;
    size_t count = 0, total = 0, page = lz_desk_page(visit);
    lz_err err = lz_inbox(visit->call, list, (page - 1) * LZ_DESK_PAGE, LZ_DESK_PAGE, &rows, &count, &total);
    if (err)
        return err;
    json_t *items = json_array();
    for (size_t i = 0; items && i < count; i++)
        lz_json_append(&items,
                       json_pack("{s:s, s:s, s:I, s:s, s:s, s:s, s:s?}", "number", rows[i].number, "kind",
                                 lz_certificate_kind_name(rows[i].kind), "person", (json_int_t)rows[i].person,
                                 "name", rows[i].name, "organ", rows[i].organ_name, "valid_until",
                                 rows[i].valid_until.text, "badge", rows[i].badge_state));
    return lz_visit_answer(visit,
                           json_pack("{s:I, s:I, s:I, s:o}", "total", (json_int_t)total, "page",
                                     (json_int_t)page, "limit", (json_int_t)LZ_DESK_PAGE, "rows", items));
}
lz_err lz_desk_expiring(struct lz_visit *visit)
{
    return answer_list(visit, LZ_INBOX_EXPIRING);
}
lz_err lz_desk_badges(struct lz_visit *visit)
{
    return answer_list(visit, LZ_INBOX_BADGES);
}

static json_t *list_row(struct lz_visit *visit, const json_t *row, bool badges)
{
    const char *number = lz_desk_text(row, "number");
    const char *badge = lz_desk_text(row, "badge");
    const char *href = badges ? lz_arena_printf(visit->call->arena, "/desk/certificates/%s/card", number)
                              : lz_arena_printf(visit->call->arena, "/desk/certificates/%s/renew", number);
    enum lz_badge_state state;
    const char *word = badge && !lz_badge_state_parse(badge, &state) ? lz_badge_state_word(state, visit->lang)
                                                                     : lz_visit_say(visit, "desk.badge.none");
    json_t *cells =
        json_pack("[o, o, o, o, o]",
                  lz_view_cell(lz_desk_text(row, "name"),
                               lz_desk_person_href(visit, lz_desk_int(row, "person")), NULL, "nowrap"),
                  lz_view_cell(number, NULL, NULL, "number nowrap"),
                  lz_view_cell(lz_desk_text(row, "organ"), NULL, NULL, NULL),
                  lz_view_cell(lz_view_kind_word(visit, lz_desk_text(row, "kind")), NULL, NULL, "nowrap"),
                  lz_view_cell(lz_desk_text(row, "valid_until"), NULL, NULL, "nowrap"));
    if (badges)
        lz_view_append(&cells, lz_view_cell(word, NULL, badge ? "blue" : "grey", NULL));
    lz_view_append(&cells,
                   lz_view_cell(lz_visit_say(visit, badges ? "desk.badges.open" : "desk.expiring.renew"),
                                href, NULL, "nowrap"));
    return lz_desk_row("", cells);
}

static json_t *list_view(struct lz_visit *visit, const json_t *value, bool badges)
{
    static const char *const expiring_columns[] = {"desk.col.name",
                                                   "desk.col.number",
                                                   "desk.col.organ",
                                                   "desk.col.kind",
                                                   "desk.col.valid_until",
                                                   "desk.col.action",
                                                   NULL};
    static const char *const badge_columns[] = {
        "desk.col.name",        "desk.col.number", "desk.col.organ",  "desk.col.kind",
        "desk.col.valid_until", "desk.col.badge",  "desk.col.action", NULL};
    const char *name = badges ? "badges" : "expiring";
    json_int_t total = lz_desk_int(value, "total");
    json_t *rows = json_array(), *row;
    size_t i;
    json_array_foreach(json_object_get(value, "rows"), i, row)
        lz_view_append(&rows, list_row(visit, row, badges));
    const char *caption =
        lz_desk_say(visit, "desk.people.count", "count", lz_desk_number(visit, total), NULL);
    const char *path = lz_arena_printf(visit->call->arena, "/desk/%s", name);
    const char *heading = lz_arena_printf(visit->call->arena, "desk.%s.title", name);
    const char *lead = lz_arena_printf(visit->call->arena, "desk.%s.lead", name);
    if (!path || !heading || !lead)
        return NULL;
    json_t *paging =
        lz_view_paging(visit, path, (size_t)lz_desk_int(value, "page"), LZ_DESK_PAGE, (size_t)total);
    json_t *table =
        total ? lz_desk_table(caption, lz_desk_columns(visit, badges ? badge_columns : expiring_columns),
                              rows, paging)
              : json_false();
    if (!total) {
        json_decref(rows);
        json_decref(paging);
    }
    return json_pack("{s:s, s:s, s:o, s:o}", "heading", lz_visit_say(visit, heading), "lead",
                     lz_visit_say(visit, lead), "table", table, "empty",
                     total ? json_false()
                           : lz_desk_empty(visit, "desk.task.none", lead, "/desk", "desk.back_home"));
}
json_t *lz_desk_expiring_view(struct lz_visit *visit, const json_t *value)
{
    return list_view(visit, value, false);
}
json_t *lz_desk_badges_view(struct lz_visit *visit, const json_t *value)
{
    return list_view(visit, value, true);
}
