/* One person: what is true now, what may be done, and everything that happened. */
#include "registry/person.h"

#include "badge-print/photo.h"
#include "registry/audit.h"
#include "registry/base/encoding.h"
#include "registry/base/json_write.h"
#include "web/desk/choices.h"
#include "web/desk/desk.h"
#include "web/desk/parts.h"

enum { AUDIT_SHOWN = 50 };

/* All that is read for the page. */
struct file {
    struct lz_person person;
    struct lz_certificate *certificates;
    size_t certificate_count;
    struct lz_badge *badges;
    size_t badge_count;
    struct lz_certificate_history *history;
    size_t history_count;
};

static lz_err read_file(struct lz_visit *visit, int64_t id, struct file *file)
{
    struct lz_call *call = visit->call;
    lz_err err = lz_person_find(call, id, &file->person);
    if (!err)
        err = lz_certificate_of_person(call, id, &file->certificates, &file->certificate_count);
    if (!err)
        err = lz_badge_of_person(call, id, &file->badges, &file->badge_count);
    if (!err)
        err = lz_certificate_history(call, id, &file->history, &file->history_count);
    return err;
}

static json_t *person_json(const struct lz_person *p)
{
    return json_pack("{s:I, s:s, s:i, s:I, s:s, s:s?, s:b, s:s, s:b}", "id", (json_int_t)p->id, "name",
                     p->name, "sex", p->sex, "organ_id", (json_int_t)p->organ, "organ", p->organ_name, "post",
                     p->post, "auxiliary", p->auxiliary, "state", lz_person_state_name(p->state), "has_photo",
                     p->has_photo);
}

static json_t *actions_json(const struct lz_visit *visit, const struct lz_certificate *c)
{
    json_t *list = json_array();
    for (size_t i = 0; list && i < lz_desk_event_count; i++)
        if (lz_desk_may(visit, c, lz_desk_events[i]))
            lz_json_append(&list, json_string(lz_certificate_event_name(lz_desk_events[i])));
    return list;
}

static lz_err undo_json(struct lz_visit *visit, const struct lz_certificate *c, const struct file *file,
                        json_t **ret_undo)
{
    const struct lz_certificate_history *event = NULL;
    int64_t until = 0;
    lz_err err = lz_desk_undoable(visit, c, file->history, file->history_count, &event, &until);
    if (!err)
        *ret_undo = event ? json_pack("{s:s, s:s, s:o}", "event", lz_certificate_event_name(event->event),
                                      "actor", event->actor, "until", lz_desk_instant(until))
                          : json_null();
    return err;
}

static lz_err certificate_json(struct lz_visit *visit, const struct lz_certificate *c,
                               const struct file *file, json_t **ret_value)
{
    json_t *undo = NULL;
    const char *filer = NULL;
    int64_t filed_at = 0;
    lz_err err = lz_certificate_filing(visit->call, c->id, &filer, &filed_at);
    if (!err)
        err = undo_json(visit, c, file, &undo);
    if (err)
        return err;
    json_t *value = lz_certificate_json(c, lz_call_now_s(visit->call), true);
    json_t *more =
        json_pack("{s:s, s:b, s:b, s:{s:s, s:o}, s:o, s:o}", "stored_state",
                  lz_certificate_state_name(c->state), "pending_successor", c->pending_successor != 0,
                  "filed_by_self", lz_desk_filed_by_self(visit, c), "filed", "actor", filer, "at",
                  lz_desk_instant(filed_at), "actions", actions_json(visit, c), "undo", undo);
    if (json_object_update_new(value, more)) { /* takes `more`, also where `value` is missing */
        json_decref(value);
        return lz_call_memory(visit->call);
    }
    *ret_value = value;
    return LZ_OK;
}

static const char *number_of(const struct file *file, int64_t certificate)
{
    for (size_t i = 0; i < file->certificate_count; i++)
        if (file->certificates[i].id == certificate)
            return file->certificates[i].number;
    return NULL;
}

static json_t *badge_json(const struct lz_visit *visit, const struct lz_badge *b, const struct file *file)
{
    struct lz_buf uid;
    json_t *actions = json_array();
    for (unsigned i = 0; actions && i < LZ_BADGE_EVENT_COUNT; i++) {
        enum lz_badge_event event = (enum lz_badge_event)i;
        /* Encoding is the reader's to report, not anybody's to claim. */
        if (event != LZ_BADGE_ENCODE && lz_desk_may_badge(visit, b, event))
            lz_json_append(&actions, json_string(lz_badge_event_name(event)));
    }
    lz_buf_init(&uid, 64);
    lz_hex_encode(b->chip_uid, &uid);
    json_t *value = json_pack("{s:I, s:i, s:s?, s:s, s:b, s:s?, s:s?, s:o, s:o}", "id", (json_int_t)b->id,
                              "status", b->status, "number", number_of(file, b->certificate), "state",
                              lz_badge_state_name(b->state), "live", b->live, "chip_type", b->chip_type,
                              "chip_uid", uid.size ? (const char *)uid.data : NULL, "made_at",
                              lz_desk_instant(b->made_at), "actions", actions);
    lz_buf_free(&uid);
    return value;
}

static json_t *event_json(struct lz_visit *visit, const struct lz_certificate_history *h,
                          const struct file *file)
{
    const struct lz_certificate_transition *row = lz_certificate_transition(h->from, h->event);
    bool droppable = h->scheduled && row && (row->roles & LZ_ROLES(visit->call->actor->role));
    return json_pack("{s:I, s:s?, s:s, s:s, s:s, s:s?, s:s?, s:o, s:o, s:s, s:b, s:b, s:b}", "id",
                     (json_int_t)h->id, "number", number_of(file, h->certificate), "event",
                     lz_certificate_event_name(h->event), "from", lz_certificate_state_name(h->from), "to",
                     lz_certificate_state_name(h->to), "reason", h->reason, "document", h->document,
                     "effective_at", lz_desk_instant(h->effective_at), "published_at",
                     lz_desk_instant(h->published_at), "actor", h->actor, "scheduled", h->scheduled, "undone",
                     h->undone, "droppable", droppable);
}

static lz_err audit_json(struct lz_visit *visit, int64_t person, json_t **ret_list)
{
    struct lz_audit_event *events = NULL;
    size_t count = 0, total = 0;
    lz_err err = lz_audit_list(visit->call, "person", person, 0, AUDIT_SHOWN, &events, &count, &total);
    if (err)
        return err;
    *ret_list = json_array();
    for (size_t i = 0; i < count; i++)
        lz_json_append(
            ret_list, json_pack("{s:I, s:o, s:s, s:s, s:s, s:s?}", "position", (json_int_t)events[i].position,
                                "at", lz_desk_instant(events[i].at), "actor", events[i].actor, "origin",
                                events[i].origin, "action", events[i].action, "after", events[i].after));
    return LZ_OK;
}

static json_t *list_badges(const struct lz_visit *visit, const struct file *file)
{
    json_t *list = json_array();
    for (size_t i = 0; list && i < file->badge_count; i++)
        lz_view_append(&list, badge_json(visit, &file->badges[i], file));
    return list;
}
static json_t *list_history(struct lz_visit *visit, const struct file *file)
{
    json_t *list = json_array();
    for (size_t i = 0; list && i < file->history_count; i++)
        lz_view_append(&list, event_json(visit, &file->history[i], file));
    return list;
}

lz_err lz_desk_person(struct lz_visit *visit)
{
    struct file file = {0};
    int64_t id = lz_visit_int(visit, "person");
    lz_err err = read_file(visit, id, &file);
    json_t *certificates = json_array(), *audit = NULL;
    for (size_t i = 0; !err && i < file.certificate_count; i++) {
        json_t *one = NULL;
        err = certificate_json(visit, &file.certificates[i], &file, &one);
        if (!err)
            lz_json_append(&certificates, one);
    }
    bool auditor =
        (visit->call->actor->role == LZ_ROLE_AUDITOR) || (visit->call->actor->role == LZ_ROLE_ADMIN);
    if (!err && auditor)
        err = audit_json(visit, id, &audit);
    if (err) {
        json_decref(certificates);
        return err;
    }
    visit->title = file.person.name;
    return lz_visit_answer(visit, json_pack("{s:o, s:o, s:o, s:o, s:o*}", "person", person_json(&file.person),
                                            "certificates", certificates, "badges", list_badges(visit, &file),
                                            "history", list_history(visit, &file), "audit", audit));
}

lz_err lz_desk_id_number(struct lz_visit *visit)
{
    const char *masked = NULL;
    struct lz_person person;
    int64_t id = lz_visit_int(visit, "person");
    lz_err err = lz_person_find(visit->call, id, &person);
    if (!err)
        err = lz_person_id_number(visit->call, id, &masked);
    return err ? err
               : lz_visit_answer(visit, json_pack("{s:I, s:s, s:s}", "id", (json_int_t)id, "name",
                                                  person.name, "id_number", masked));
}

json_t *lz_desk_id_number_view(struct lz_visit *visit, const json_t *value)
{
    const char *name = lz_desk_text(value, "name");
    return json_pack(
        "{s:s, s:s, s:[o, o]}", "back", lz_desk_person_href(visit, lz_desk_int(value, "id")), "heading", name,
        "summary", lz_view_row(lz_visit_say(visit, "desk.col.name"), name, NULL),
        lz_view_row(lz_visit_say(visit, "desk.person.id_number"), lz_desk_text(value, "id_number"), NULL));
}

lz_err lz_desk_photo(struct lz_visit *visit)
{
    struct lz_bytes jpeg = {0};
    lz_err err = lz_person_photo_get(visit->call, lz_visit_int(visit, "person"), &jpeg);
    if (!err)
        lz_http_reply_bytes(visit->reply, 200, "image/jpeg", jpeg);
    return err;
}

/* What cameras write into a picture (place, time, device) ends here; only the cleaned picture is kept. */
lz_err lz_desk_photo_put(struct lz_visit *visit)
{
    const struct lz_form_field *file = lz_visit_file(visit, "photo");
    int64_t id = lz_visit_int(visit, "person");
    struct lz_buf clean;
    struct lz_fault fault = {0};
    lz_buf_init(&clean, LZ_PHOTO_UPLOAD_MAX);
    lz_err err = lz_photo_clean(file->bytes, &clean, NULL, &fault);
    if (err)
        err = lz_fault_field(&visit->call->fault, "photo", NULL, lz_fault_text(&fault, LZ_ZH),
                             lz_fault_text(&fault, LZ_EN));
    else
        err = lz_person_photo_put(visit->call, id, lz_buf_view(&clean));
    lz_buf_free(&clean);
    return err ? err : lz_visit_done(visit, "photo", "/desk/people/%lld", (long long)id);
}
