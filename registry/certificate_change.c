/* One change of a certificate's life: checked against the table, then state, history, badge, person and audit
 * in one transaction. */
#include "registry/certificate.h"

#include "registry/audit.h"
#include "registry/badge.h"
#include "registry/base/text.h"
#include "registry/certificate_change.h"
#include "registry/column.h"
#include "registry/credential/reason.h"
#include "registry/organ.h"
#include "registry/person.h"
#include "registry/policy.h"
#include "registry/statements.h"

#include <stdio.h>
#include <string.h>

/* Which reasons an event takes; events not named here take none. */
struct reason_rule {
    enum lz_certificate_event event;
    enum lz_reason_group group;
    bool required;
    bool schedulable;
};
static const struct reason_rule reason_rules[] = {
    {LZ_CERTIFICATE_CANCEL, LZ_REASON_CANCEL, true, true},
    {LZ_CERTIFICATE_SUSPEND, LZ_REASON_SUSPEND, true, true},
    {LZ_CERTIFICATE_REVOKE, LZ_REASON_REVOKE, true, true},
    {LZ_CERTIFICATE_REINSTATE, LZ_REASON_RESTORE, false, true},
    {LZ_CERTIFICATE_REISSUE, LZ_REASON_END, false, false},
};

static const struct reason_rule *rule_of(enum lz_certificate_event event)
{
    for (size_t i = 0; i < sizeof reason_rules / sizeof reason_rules[0]; i++)
        if (reason_rules[i].event == event)
            return &reason_rules[i];
    return NULL;
}

enum lz_reason_group lz_certificate_reason_group(enum lz_certificate_event event)
{
    const struct reason_rule *rule = rule_of(event);
    return rule ? rule->group : LZ_REASON_GROUP_COUNT;
}

static lz_err wrong_state(struct lz_call *call, const struct lz_certificate *c,
                          enum lz_certificate_state state, enum lz_certificate_event event)
{
    char zh[LZ_FAULT_TEXT], en[LZ_FAULT_TEXT];
    snprintf(zh, sizeof zh, "证件 %s 当前为“%s”，不能%s。", c->number,
             lz_certificate_state_word(state, LZ_ZH), lz_certificate_event_word(event, LZ_ZH));
    snprintf(en, sizeof en, "Certificate %s is now \"%s\"; \"%s\" is not possible.", c->number,
             lz_certificate_state_word(state, LZ_EN), lz_certificate_event_word(event, LZ_EN));
    return lz_fault_set(&call->fault, LZ_WRONG_STATE, zh, en);
}

static lz_err check_reason(struct lz_call *call, const struct lz_certificate_change *change)
{
    const struct reason_rule *rule = rule_of(change->event);
    if (!change->reason || !change->reason[0]) {
        if (rule && rule->required)
            return lz_fault_field(&call->fault, "reason", NULL, "请选择原因。", "Choose a reason.");
        return LZ_OK;
    }
    if (!rule || !lz_reason_find(rule->group, change->reason))
        return lz_fault_field(&call->fault, "reason", change->reason, "此操作没有这种原因，请从列表中选择。",
                              "This is no reason for this action; choose one from the list.");
    return LZ_OK;
}

/* It is shown on pages and terminals, and stands in the audit. */
static lz_err check_document(struct lz_call *call, const char *document)
{
    if (!document ||
        (lz_utf8_count(document) <= LZ_CERTIFICATE_DOCUMENT_MAX && !lz_text_has_control(document)))
        return LZ_OK;
    return lz_fault_field(&call->fault, "document", NULL, "文号最多 100 个字，不能含控制字符。",
                          "The reference has at most 100 characters and no control characters.");
}

static lz_err check_effective(struct lz_call *call, const struct lz_certificate *c,
                              const struct lz_certificate_change *change, int64_t now)
{
    if (change->effective_at == 0)
        return LZ_OK;
    const struct reason_rule *rule = rule_of(change->event);
    if (change->effective_at > now && !(rule && rule->schedulable))
        return lz_fault_field(&call->fault, "effective", NULL, "此操作不能预定，请留空生效日期。",
                              "This action cannot be scheduled; leave the effective date empty.");
    if (change->effective_at < lz_date_start_s(c->issued_on))
        return lz_fault_field(&call->fault, "effective", NULL, "生效日期不能早于发证日期。",
                              "The effective date lies before the certificate was issued.");
    if (change->effective_at > now && strcmp(lz_date_of(change->effective_at).text, c->valid_until.text) > 0)
        return lz_fault_field(
            &call->fault, "effective", NULL, "证件在这一天之前已到期，不必预定。",
            "The certificate ends before that day by itself; nothing needs to be scheduled.");
    return LZ_OK;
}

/* The person's organ may have moved on; what counts is the organ that applied for the certificate. */
static lz_err check_actor(struct lz_call *call, const struct lz_certificate *c,
                          const struct lz_certificate_transition *transition)
{
    if (!(transition->roles & LZ_ROLES(call->actor->role)))
        return lz_fault_set(&call->fault, LZ_FORBIDDEN, NULL, NULL);
    lz_err err = lz_organ_scope(call, c->organ);
    if (err)
        return err;
    if ((transition->effects & LZ_EFFECT_OTHER_HAND) && call->actor->account != 0 &&
        call->actor->account == c->filed_by)
        return lz_fault_set(&call->fault, LZ_SAME_PERSON, NULL, NULL);
    return LZ_OK;
}

lz_err lz_certificate_in_service(struct lz_call *call, const struct lz_certificate *c)
{
    bool active = false;
    struct lz_query *q = lz_query_start(call->sql, LZ_Q_person_state);
    lz_query_int(q, "id", c->person);
    while (lz_query_next(q)) {
        const char *state = lz_query_get_text(q, 0);
        active = state && strcmp(state, lz_person_state_name(LZ_PERSON_ACTIVE)) == 0;
    }
    lz_err err = lz_query_end(q);
    if (err || active)
        return err;
    return lz_fault_set(&call->fault, LZ_WRONG_STATE, "此人已离开执法岗位，不能确认、恢复或换发证件。",
                        "This person has left the service; a certificate can be neither confirmed, "
                        "reinstated nor replaced.");
}

lz_err lz_certificate_event_add(struct lz_call *call, const struct lz_certificate_event_row *row)
{
    int64_t id = row->id;
    lz_err err = id ? LZ_OK : lz_call_ids(call, "certificate_event", 1, &id);
    if (err)
        return err;
    struct lz_query *q = lz_query_start(call->sql, LZ_Q_certificate_event_insert);
    lz_query_int(q, "id", id);
    lz_query_int(q, "certificate_id", row->certificate);
    lz_query_text(q, "event", lz_certificate_event_name(row->event));
    lz_query_text(q, "from_state", lz_certificate_state_name(row->from));
    lz_query_text(q, "to_state", lz_certificate_state_name(row->to));
    lz_query_text(q, "reason", row->reason);
    lz_query_text(q, "document", row->document);
    lz_query_int(q, "effective_at", row->effective_at);
    lz_query_int(q, "published_at", lz_call_now_s(call));
    lz_query_int(q, "account_id", call->actor->account);
    lz_query_text(q, "actor_name", call->actor->name);
    lz_query_int(q, "scheduled", row->scheduled);
    return lz_query_run(q);
}

static lz_err update_state(struct lz_call *call, const struct lz_certificate *c,
                           const struct lz_certificate_event_row *row)
{
    struct lz_query *q = lz_query_start(call->sql, LZ_Q_certificate_update_state);
    lz_query_int(q, "id", c->id);
    lz_query_text(q, "from_state", lz_certificate_state_name(c->state));
    lz_query_text(q, "state", lz_certificate_state_name(row->to));
    lz_query_text(q, "reason", row->reason);
    lz_query_text(q, "document", row->document);
    lz_query_int(q, "effective_at", row->effective_at);
    lz_query_int(q, "published_at", lz_call_now_s(call));
    return lz_query_run(q);
}

static lz_err audit_change(struct lz_call *call, const struct lz_certificate *before,
                           const struct lz_certificate_event_row *row)
{
    char action[48];
    snprintf(action, sizeof action, "certificate.%s%s", lz_certificate_event_name(row->event),
             row->scheduled ? ".scheduled" : "");
    const struct lz_audit_field from = {.name = "state", .text = lz_certificate_state_name(before->state)};
    const struct lz_audit_field to[] = {
        {.name = "document", .text = row->document},
        {.name = "effective_at", .number = &row->effective_at},
        {.name = "number", .text = before->number},
        {.name = "reason", .text = row->reason},
        {.name = "state", .text = lz_certificate_state_name(row->to)},
    };
    return lz_audit_add_fields(call, action, "certificate", before->id, &from, 1, to,
                               sizeof to / sizeof to[0]);
}

/* State, history, badge, person, audit: what every transition does, by its effects. */
lz_err lz_certificate_apply(struct lz_call *call, const struct lz_certificate *c,
                            const struct lz_certificate_event_row *row, unsigned effects)
{
    /* The person first: their new state is then no younger than the event it came from
     * (lz_certificate_return). */
    lz_err err = effects & LZ_EFFECT_PERSON ? lz_certificate_leave(call, c->person, row->reason) : LZ_OK;
    if (!err)
        err = update_state(call, c, row);
    if (!err)
        err = lz_certificate_event_add(call, row);
    struct lz_certificate after = *c;
    after.state = row->to;
    if (!err && (effects & LZ_EFFECT_STATUS))
        err = lz_badge_follow(call, &after, row->reason, row->event, row->effective_at);
    if (!err)
        err = audit_change(call, c, row);
    if (!err && (effects & LZ_EFFECT_PERSON))
        err = lz_certificate_leave_others(call, c, row);
    return err;
}

/* What ended comes back only for a holder in service who has nothing else of its kind in force. */
static lz_err check_restorable(struct lz_call *call, const struct lz_certificate *c,
                               enum lz_certificate_state to)
{
    const bool ended = c->state == LZ_CERTIFICATE_CANCELLED || c->state == LZ_CERTIFICATE_REVOKED;
    if (!ended || to == LZ_CERTIFICATE_EXPIRED)
        return LZ_OK;
    lz_err err = lz_certificate_in_service(call, c);
    return err ? err : lz_certificate_no_rival(call, c);
}

/* Takes back the last event of a certificate, within the policy's hours and by someone who could have done
 * it. */
static lz_err undo(struct lz_call *call, const struct lz_certificate *c,
                   const struct lz_certificate_transition *transition,
                   const struct lz_certificate_change *change)
{
    struct {
        int64_t id, published_at, account;
        enum lz_certificate_event event;
        enum lz_certificate_state from;
        const char *reason;
    } last = {0};
    bool sound = false, whole = true;
    struct lz_query *q = lz_query_start(call->sql, LZ_Q_certificate_event_last);
    lz_query_int(q, "certificate_id", c->id);
    while (lz_query_next(q)) {
        last.id = lz_query_get_int(q, 0);
        sound = !lz_certificate_event_parse(lz_query_get_text(q, 1), &last.event) &&
                !lz_certificate_state_parse(lz_query_get_text(q, 2), &last.from);
        last.published_at = lz_query_get_int(q, 4);
        last.account = lz_query_get_int(q, 5);
        whole = lz_column_text(call, q, 6, &last.reason);
    }
    lz_err err = lz_query_end(q);
    if (!err && !whole)
        err = lz_call_memory(call);
    int64_t hours = 0;
    int64_t now = lz_call_now_s(call);
    if (!err)
        err = lz_policy_get(call, LZ_POLICY_UNDO_HOURS, lz_date_of(now), &hours);
    if (err)
        return err;
    const struct lz_certificate_transition *done =
        sound ? lz_certificate_transition(last.from, last.event) : NULL;
    if (!done || !(done->effects & LZ_EFFECT_UNDOABLE))
        return wrong_state(call, c, c->state, LZ_CERTIFICATE_UNDO);
    if (now - last.published_at > hours * 3600)
        return lz_fault_set(&call->fault, LZ_WRONG_STATE,
                            "已超过可撤回的时限，请按规定程序办理恢复或重新发证。",
                            "The time for taking it back is over; use reinstatement or a new certificate.");
    if (!(LZ_ROLES_BUREAU & LZ_ROLES(call->actor->role)) && last.account != call->actor->account)
        return lz_fault_set(&call->fault, LZ_FORBIDDEN, "只能撤回自己刚才的操作。",
                            "Only your own action can be taken back.");
    if ((done->effects & LZ_EFFECT_PERSON) &&
        (err = lz_certificate_return(call, c->person, last.id, last.reason)))
        return err;
    if ((err = check_restorable(call, c, last.from)))
        return err;
    q = lz_query_start(call->sql, LZ_Q_certificate_event_undone);
    lz_query_int(q, "id", last.id);
    if ((err = lz_query_run(q)))
        return err;
    struct lz_certificate_event_row row = {
        .certificate = c->id,
        .event = LZ_CERTIFICATE_UNDO,
        .from = c->state,
        .to = last.from,
        .document = change->document,
        .effective_at = now,
    };
    return lz_certificate_apply(call, c, &row, transition->effects);
}

struct change_job {
    const char *number;
    const struct lz_certificate_change *change;
    struct lz_certificate result;
    bool scheduled;
    bool want_result;
};

/* The certificate the user means: a filed successor for confirmation and refusal, the current one for the
 * rest. */
static lz_err find_target(struct lz_call *call, const char *number,
                          const struct lz_certificate_change *change, struct lz_certificate *ret_certificate)
{
    lz_err err = lz_certificate_find(call, number, ret_certificate);
    if (err)
        return err;
    bool confirms = change->event == LZ_CERTIFICATE_ISSUE || change->event == LZ_CERTIFICATE_REFUSE;
    if (confirms && ret_certificate->state != LZ_CERTIFICATE_AWAITING && ret_certificate->pending_successor)
        err = lz_certificate_get(call, ret_certificate->pending_successor, ret_certificate);
    if (!err && ((change->expected_id && change->expected_id != ret_certificate->id) ||
                 (change->expected_state && change->expected_state[0] &&
                  strcmp(change->expected_state, lz_certificate_state_name(ret_certificate->state)) != 0)))
        err = lz_fault_set(&call->fault, LZ_CONFLICT, NULL, NULL);
    return err;
}

/* After a job: the successor of `from` that is waiting or in force, else the certificate itself. */
static lz_err read_result(struct lz_call *call, const struct lz_certificate *c,
                          struct lz_certificate *ret_result)
{
    return c->state == LZ_CERTIFICATE_AWAITING ? lz_certificate_get(call, c->id, ret_result)
                                               : lz_certificate_find(call, c->number, ret_result);
}

static lz_err change_job(struct lz_call *call, void *context)
{
    struct change_job *job = context;
    const struct lz_certificate_change *change = job->change;
    struct lz_certificate c;
    int64_t now = lz_call_now_s(call);
    job->scheduled = false;
    lz_err err = find_target(call, job->number, change, &c);
    if (err)
        return err;
    enum lz_certificate_state state = lz_certificate_state_at(&c, now);
    const struct lz_certificate_transition *transition = lz_certificate_transition(state, change->event);
    /* Out of scope comes before out of state: who may not act here learns nothing about the state. */
    if (transition && (err = check_actor(call, &c, transition)))
        return err;
    if (!transition)
        return wrong_state(call, &c, state, change->event);
    if ((transition->effects & LZ_EFFECT_IN_SERVICE) && (err = lz_certificate_in_service(call, &c)))
        return err;
    if ((err = check_reason(call, change)) || (err = check_document(call, change->document)) ||
        (err = check_effective(call, &c, change, now)))
        return err;
    struct lz_certificate_event_row row = {
        .certificate = c.id,
        .event = change->event,
        .from = c.state,
        .to = transition->to,
        .reason = change->reason && change->reason[0] ? change->reason : NULL,
        .document = change->document && change->document[0] ? change->document : NULL,
        .effective_at = change->effective_at ? change->effective_at : now,
    };
    if (row.effective_at > now) {
        row.scheduled = job->scheduled = true;
        err = lz_certificate_event_add(call, &row);
        if (!err)
            err = audit_change(call, &c, &row);
    } else if (transition->effects & LZ_EFFECT_RESTORES) {
        err = undo(call, &c, transition, change);
    } else if (transition->effects & LZ_EFFECT_SUCCESSOR) {
        err = lz_certificate_succeed(call, &c, change, &job->result);
        return err;
    } else {
        err = lz_certificate_apply(call, &c, &row, transition->effects);
        if (!err && change->event == LZ_CERTIFICATE_ISSUE && c.predecessor)
            err = lz_certificate_replace(call, &c);
    }
    return err || !job->want_result ? err : read_result(call, &c, &job->result);
}

lz_err lz_certificate_change(struct lz_call *call, const char *number,
                             const struct lz_certificate_change *change,
                             struct lz_certificate *ret_certificate, bool *ret_scheduled)
{
    struct change_job job = {.number = number, .change = change, .want_result = ret_certificate != NULL};
    lz_err err = lz_call_write(call, change_job, &job);
    if (err)
        return err;
    if (ret_certificate)
        *ret_certificate = job.result;
    if (ret_scheduled)
        *ret_scheduled = job.scheduled;
    return LZ_OK;
}

struct many_job {
    const char *const *numbers;
    size_t count;
    const struct lz_certificate_change *change;
};

static lz_err many_job(struct lz_call *call, void *context)
{
    const struct many_job *many = context;
    for (size_t i = 0; i < many->count; i++) {
        struct change_job job = {.number = many->numbers[i], .change = many->change};
        lz_err err = change_job(call, &job);
        if (!err)
            continue;
        struct lz_fault fault = call->fault;
        /* Room for all of it: lz_fault_set cuts between characters, a precision would not. */
        char zh[2 * LZ_FAULT_TEXT], en[2 * LZ_FAULT_TEXT];
        snprintf(zh, sizeof zh, "证号 %.128s:%s", many->numbers[i], lz_fault_text(&fault, LZ_ZH));
        snprintf(en, sizeof en, "%.128s: %s", many->numbers[i], lz_fault_text(&fault, LZ_EN));
        return lz_fault_set(&call->fault, err, zh, en);
    }
    return LZ_OK;
}

lz_err lz_certificate_change_many(struct lz_call *call, const char *const *numbers, size_t count,
                                  const struct lz_certificate_change *change)
{
    struct many_job many = {numbers, count, change};
    return lz_call_write(call, many_job, &many);
}
