#include "web/desk/choices.h"

#include "registry/policy.h"

#include <string.h>

const enum lz_certificate_event lz_desk_events[] = {
    LZ_CERTIFICATE_ISSUE,   LZ_CERTIFICATE_REFUSE,  LZ_CERTIFICATE_REINSTATE, LZ_CERTIFICATE_RENEW,
    LZ_CERTIFICATE_REISSUE, LZ_CERTIFICATE_SUSPEND, LZ_CERTIFICATE_CANCEL,    LZ_CERTIFICATE_REVOKE,
};
const size_t lz_desk_event_count = sizeof lz_desk_events / sizeof lz_desk_events[0];

#define FORM(name) .event = LZ_CERTIFICATE_##name
static const struct lz_desk_event_form forms[] = {
    {FORM(ISSUE)},
    {FORM(REFUSE), .danger = true},
    {FORM(REINSTATE), .schedulable = true},
    {FORM(RENEW), .valid_until = true},
    {FORM(REISSUE)},
    {FORM(SUSPEND), .has_reasons = true, .reason_required = true, .schedulable = true, .danger = true},
    {FORM(CANCEL), .has_reasons = true, .reason_required = true, .schedulable = true, .danger = true},
    {FORM(REVOKE), .has_reasons = true, .reason_required = true, .schedulable = true, .danger = true},
};

const struct lz_desk_event_form *lz_desk_event_form(enum lz_certificate_event event)
{
    size_t i = 0;
    while (i + 1 < sizeof forms / sizeof forms[0] && forms[i].event != event)
        i++;
    return &forms[i];
}

bool lz_desk_filed_by_self(const struct lz_visit *visit, const struct lz_certificate *c)
{
    int64_t account = visit->call->actor->account;
    return account != 0 && account == c->filed_by;
}

bool lz_desk_may(const struct lz_visit *visit, const struct lz_certificate *c,
                 enum lz_certificate_event event)
{
    enum lz_certificate_state state = lz_certificate_state_at(c, lz_call_now_s(visit->call));
    const struct lz_certificate_transition *row = lz_certificate_transition(state, event);
    if (!row || !(row->roles & LZ_ROLES(visit->call->actor->role)))
        return false;
    if ((row->effects & LZ_EFFECT_SUCCESSOR) && c->pending_successor)
        return false;
    return !((row->effects & LZ_EFFECT_OTHER_HAND) && lz_desk_filed_by_self(visit, c));
}

bool lz_desk_may_badge(const struct lz_visit *visit, const struct lz_badge *badge, enum lz_badge_event event)
{
    const struct lz_badge_transition *row = lz_badge_transition(badge->state, event);
    return row && (row->roles & LZ_ROLES(visit->call->actor->role));
}

lz_err lz_desk_undoable(struct lz_visit *visit, const struct lz_certificate *c,
                        const struct lz_certificate_history *history, size_t count,
                        const struct lz_certificate_history **ret_event, int64_t *ret_until)
{
    const struct lz_actor *actor = visit->call->actor;
    int64_t now = lz_call_now_s(visit->call), hours = 0;
    lz_err err = lz_policy_get(visit->call, LZ_POLICY_UNDO_HOURS, lz_date_of(now), &hours);
    if (err)
        return err;
    *ret_event = NULL;
    if (!lz_desk_may(visit, c, LZ_CERTIFICATE_UNDO))
        return LZ_OK;
    for (size_t i = 0; i < count; i++) {
        const struct lz_certificate_history *h = &history[i];
        if (h->certificate != c->id || h->scheduled || h->undone)
            continue;
        const struct lz_certificate_transition *done = lz_certificate_transition(h->from, h->event);
        bool own = (LZ_ROLES_BUREAU & LZ_ROLES(actor->role)) || strcmp(h->actor, actor->name) == 0;
        if (done && (done->effects & LZ_EFFECT_UNDOABLE) && now - h->published_at <= hours * 3600 && own) {
            *ret_event = h;
            *ret_until = h->published_at + hours * 3600;
        }
        return LZ_OK;
    }
    return LZ_OK;
}

lz_err lz_desk_target(struct lz_visit *visit, const char *number, enum lz_certificate_event event,
                      struct lz_certificate *ret_certificate)
{
    lz_err err = lz_certificate_find(visit->call, number, ret_certificate);
    bool confirms = event == LZ_CERTIFICATE_ISSUE || event == LZ_CERTIFICATE_REFUSE;
    if (!err && confirms && ret_certificate->state != LZ_CERTIFICATE_AWAITING &&
        ret_certificate->pending_successor)
        err = lz_certificate_get(visit->call, ret_certificate->pending_successor, ret_certificate);
    return err;
}
