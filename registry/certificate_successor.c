/* Renewal and reissue make a successor under the same number; the predecessor stays until the successor is in
 * force. */
#include "registry/certificate_change.h"

#include "registry/audit.h"
#include "registry/badge.h"
#include "registry/credential/reason.h"
#include "registry/policy.h"
#include "registry/statements.h"

#include <string.h>

static lz_err renewal_dates(struct lz_call *call, const struct lz_certificate *c,
                            const struct lz_certificate_change *change, struct lz_date *ret_issued_on,
                            struct lz_date *ret_valid_until)
{
    struct lz_date today = lz_date_of(lz_call_now_s(call));
    int64_t window = 0, years = 0;
    lz_err err = lz_policy_get(call, LZ_POLICY_RENEWAL_WINDOW_DAYS, today, &window);
    if (!err)
        err = lz_policy_get(call, LZ_POLICY_VALID_YEARS, today, &years);
    if (err)
        return err;
    struct lz_date opens = lz_date_add_days(c->valid_until, -(int)window);
    if (strcmp(today.text, opens.text) < 0)
        return lz_fault_set(&call->fault, LZ_WRONG_STATE, "尚未到换证时间（有效期届满前 6 个月起）。",
                            "It is too early to renew: the window opens six months before expiry.");
    const struct lz_date longest = lz_date_add_years(today, (int)years);
    const struct lz_date until = change->valid_until.text[0] ? change->valid_until : longest;
    /* A mistyped year must not make a badge that outlives everybody. */
    if (strcmp(until.text, today.text) <= 0 || strcmp(until.text, longest.text) > 0)
        return lz_fault_field(&call->fault, "valid_until", change->valid_until.text,
                              "有效期应晚于今天，且不超过规定的年限。",
                              "The last day must lie after today and within the years that policy allows.");
    *ret_issued_on = today;
    *ret_valid_until = until;
    return LZ_OK;
}

static lz_err insert_successor(struct lz_call *call, const struct lz_certificate *c,
                               const struct lz_certificate *s)
{
    struct lz_query *q = lz_query_start(call->sql, LZ_Q_certificate_insert);
    lz_query_int(q, "id", s->id);
    lz_query_text(q, "number", c->number);
    lz_query_int(q, "current", 0);
    lz_query_text(q, "kind", lz_certificate_kind_name(c->kind));
    lz_query_int(q, "person_id", c->person);
    lz_query_int(q, "organ_id", c->organ);
    lz_query_text(q, "scope", c->scope);
    lz_query_text(q, "region", c->region);
    lz_query_text(q, "issued_on", s->issued_on.text);
    lz_query_text(q, "valid_until", s->valid_until.text);
    lz_query_text(q, "state", lz_certificate_state_name(LZ_CERTIFICATE_AWAITING));
    lz_query_text(q, "reason", s->reason);
    lz_query_text(q, "document", s->document);
    lz_query_int(q, "effective_at", s->effective_at);
    lz_query_int(q, "published_at", s->published_at);
    lz_query_int(q, "filed_by", call->actor->account);
    lz_query_int(q, "predecessor_id", c->id);
    lz_query_int(q, "created_at", s->published_at);
    return lz_query_run(q);
}

static lz_err set_current(struct lz_call *call, int64_t id, bool current)
{
    struct lz_query *q = lz_query_start(call->sql, LZ_Q_certificate_set_current);
    lz_query_int(q, "id", id);
    lz_query_int(q, "current", current);
    return lz_query_run(q);
}

lz_err lz_certificate_replace(struct lz_call *call, const struct lz_certificate *issued)
{
    struct lz_certificate before;
    lz_err err = lz_certificate_get(call, issued->predecessor, &before);
    if (err)
        return err;
    /* A predecessor that meanwhile lost its force (suspended, revoked, cancelled) has no successor. */
    const struct lz_certificate_transition *transition = lz_certificate_transition(
        lz_certificate_state_at(&before, lz_call_now_s(call)), LZ_CERTIFICATE_REPLACE);
    if (!transition)
        return lz_fault_set(&call->fault, LZ_WRONG_STATE, "原证件已不在有效状态，不能换发。",
                            "The certificate to be replaced is no longer in force.");
    const struct lz_reason *why = lz_reason_by_code(strcmp(before.issued_on.text, issued->issued_on.text) == 0
                                                        ? LZ_REASON_CODE_REISSUED
                                                        : LZ_REASON_CODE_RENEWED);
    struct lz_certificate_event_row row = {
        .certificate = before.id,
        .event = LZ_CERTIFICATE_REPLACE,
        .from = before.state,
        .to = transition->to,
        .reason = why->name,
        .effective_at = lz_call_now_s(call),
    };
    err = lz_certificate_apply(call, &before, &row, transition->effects);
    if (!err)
        err = lz_badge_end(call, before.id);
    if (!err)
        err = set_current(call, before.id, false);
    return err ? err : set_current(call, issued->id, true);
}

lz_err lz_certificate_succeed(struct lz_call *call, const struct lz_certificate *c,
                              const struct lz_certificate_change *change,
                              struct lz_certificate *ret_successor)
{
    if (c->pending_successor)
        return lz_fault_set(&call->fault, LZ_EXISTS, "已有一份换证申请等待确认。",
                            "A successor has been filed already and awaits confirmation.");
    int64_t now = lz_call_now_s(call);
    struct lz_certificate s = {
        .issued_on = c->issued_on,
        .valid_until = c->valid_until,
        .reason = change->reason,
        .document = change->document,
        .effective_at = now,
        .published_at = now,
    };
    lz_err err = LZ_OK;
    if (change->event == LZ_CERTIFICATE_RENEW)
        err = renewal_dates(call, c, change, &s.issued_on, &s.valid_until);
    if (!err)
        err = lz_call_ids(call, "certificate", 1, &s.id);
    if (!err)
        err = insert_successor(call, c, &s);
    struct lz_certificate_event_row row = {
        .certificate = s.id,
        .event = change->event,
        .from = LZ_CERTIFICATE_AWAITING,
        .to = LZ_CERTIFICATE_AWAITING,
        .reason = change->reason,
        .document = change->document,
        .effective_at = now,
    };
    if (!err)
        err = lz_certificate_event_add(call, &row);
    json_t *after = json_pack("{s:s, s:s, s:s, s:I}", "number", c->number, "issued_on", s.issued_on.text,
                              "valid_until", s.valid_until.text, "predecessor", (json_int_t)c->id);
    if (!err)
        err = after ? lz_audit_add(call,
                                   change->event == LZ_CERTIFICATE_RENEW ? "certificate.renew"
                                                                         : "certificate.reissue",
                                   "certificate", s.id, NULL, after)
                    : lz_call_memory(call);
    json_decref(after);
    /* A lost badge is dead when the loss is told, not when the successor is confirmed. */
    const char *lost = lz_reason_by_code(LZ_REASON_CODE_LOST)->name;
    if (!err && change->reason && strcmp(change->reason, lost) == 0)
        err = lz_badge_lose(call, c);
    if (err)
        return err;
    struct lz_certificate successor;
    err = lz_certificate_get(call, s.id, &successor);
    /* Who may confirm need not confirm their own successor in a second step: nothing but dates was made up.
     */
    if (!err && (LZ_ROLES(call->actor->role) & LZ_ROLES_BUREAU)) {
        row = (struct lz_certificate_event_row){
            .certificate = s.id,
            .event = LZ_CERTIFICATE_ISSUE,
            .from = LZ_CERTIFICATE_AWAITING,
            .to = LZ_CERTIFICATE_VALID,
            .effective_at = now,
        };
        err = lz_certificate_apply(call, &successor, &row, LZ_EFFECT_STATUS);
        if (!err)
            err = lz_certificate_replace(call, &successor);
    }
    return err ? err : lz_certificate_get(call, s.id, ret_successor);
}
