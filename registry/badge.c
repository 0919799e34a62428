#include "registry/badge.h"

#include "registry/audit.h"
#include "registry/badge_place.h"
#include "registry/column.h"
#include "registry/credential/reason.h"
#include "registry/organ.h"
#include "registry/person.h"
#include "registry/publish.h"
#include "registry/statements.h"

#include <stdio.h>
#include <string.h>

static lz_err copy_blob(struct lz_call *call, struct lz_bytes stored, struct lz_bytes *ret_bytes)
{
    if (!stored.data || stored.size == 0) {
        *ret_bytes = (struct lz_bytes){0};
        return LZ_OK;
    }
    const char *copy = lz_arena_copy(call->arena, (const char *)stored.data, stored.size);
    *ret_bytes = lz_bytes_of(copy, stored.size);
    return copy ? LZ_OK : lz_call_memory(call);
}

/* Reads the column list that every badge_* SELECT shares. */
static lz_err read_badge(struct lz_call *call, struct lz_query *q, struct lz_badge *badge)
{
    *badge = (struct lz_badge){
        .id = lz_query_get_int(q, 0),
        .certificate = lz_query_get_int(q, 1),
        .live = lz_query_get_int(q, 3) != 0,
        .list = lz_query_get_int(q, 6),
        .idx = lz_query_get_int(q, 7),
        .status = (int)lz_query_get_int(q, 8),
        .made_at = lz_query_get_int(q, 9),
    };
    if (lz_badge_state_parse(lz_query_get_text(q, 2), &badge->state))
        return lz_fault_set(&call->fault, LZ_CORRUPT, NULL, NULL);
    if (!lz_column_text(call, q, 4, &badge->chip_type))
        return lz_call_memory(call);
    return copy_blob(call, lz_query_get_blob(q, 5), &badge->chip_uid);
}

static lz_err find_one(struct lz_call *call, struct lz_query *q, struct lz_badge *ret_badge)
{
    struct lz_badge badge = {0};
    lz_err err = LZ_NOT_FOUND;
    while (lz_query_next(q))
        err = read_badge(call, q, &badge);
    lz_err ended = lz_query_end(q);
    if (ended)
        return ended;
    if (err == LZ_NOT_FOUND)
        return lz_fault_set(&call->fault, err, "没有标识牌。", "There is no badge.");
    if (!err)
        *ret_badge = badge;
    return err;
}

lz_err lz_badge_live(struct lz_call *call, int64_t certificate, struct lz_badge *ret_badge)
{
    struct lz_sql *sql = lz_call_sql(call);
    if (!sql)
        return call->fault.code;
    struct lz_query *q = lz_query_start(sql, LZ_Q_badge_live);
    lz_query_int(q, "certificate_id", certificate);
    return find_one(call, q, ret_badge);
}

static lz_err badge_get(struct lz_call *call, int64_t id, struct lz_badge *ret_badge)
{
    struct lz_query *q = lz_query_start(lz_call_sql(call), LZ_Q_badge_by_id);
    lz_query_int(q, "id", id);
    return find_one(call, q, ret_badge);
}

enum { BADGES_MAX = 256 };

lz_err lz_badge_of_person(struct lz_call *call, int64_t person, struct lz_badge **ret_list, size_t *ret_count)
{
    lz_err err = lz_person_scope(call, person);
    struct lz_sql *sql = err ? NULL : lz_call_sql(call);
    if (!sql)
        return call->fault.code;
    struct lz_badge *list = lz_arena_array(call->arena, BADGES_MAX, sizeof *list);
    if (!list)
        return lz_call_memory(call);
    size_t count = 0;
    struct lz_query *q = lz_query_start(sql, LZ_Q_badge_by_person);
    lz_query_int(q, "person_id", person);
    while (!err && count < BADGES_MAX && lz_query_next(q))
        err = read_badge(call, q, &list[count++]);
    lz_err ended = lz_query_end(q);
    if (err || ended)
        return err ? err : ended;
    *ret_list = list;
    *ret_count = count;
    return LZ_OK;
}

/* ---- status: the badge's two bits, told to the list and the log ---- */

static lz_err set_status(struct lz_call *call, const struct lz_badge *badge, enum lz_status status,
                         unsigned reason, int64_t effective_at)
{
    struct lz_log_entry entry = {
        .type = LZ_ENTRY_STATUS,
        .time = lz_call_now_s(call),
        .status = {.list = (uint32_t)badge->list,
                   .idx = (uint32_t)badge->idx,
                   .status = status,
                   .effective = effective_at,
                   .reason = reason},
    };
    int64_t position = 0;
    struct lz_query *q = lz_query_start(call->sql, LZ_Q_badge_set_status);
    lz_query_int(q, "id", badge->id);
    lz_query_int(q, "status", status);
    lz_query_int(q, "now", entry.time);
    lz_err err = lz_query_run(q);
    if (!err)
        err = lz_log_append(call, &entry, &position);
    return err ? err : lz_badge_place_touch(call, badge->list, position);
}

/* What a certificate's state makes of its live badge; expiry writes none, every token carries its own last
 * day. */
static bool status_of(enum lz_certificate_state state, enum lz_status *ret_status)
{
    static const struct {
        bool writes;
        enum lz_status status;
    } rows[LZ_CERTIFICATE_STATE_COUNT] = {
        [LZ_CERTIFICATE_VALID] = {true, LZ_STATUS_VALID},
        [LZ_CERTIFICATE_SUSPENDED] = {true, LZ_STATUS_SUSPENDED},
        [LZ_CERTIFICATE_REVOKED] = {true, LZ_STATUS_REVOKED},
        [LZ_CERTIFICATE_CANCELLED] = {true, LZ_STATUS_ENDED},
        [LZ_CERTIFICATE_REPLACED] = {true, LZ_STATUS_ENDED},
        [LZ_CERTIFICATE_NOT_YET_VALID] = {false}, /* never stored, so nothing moves to it */
    };
    _Static_assert(LZ_CERTIFICATE_STATE_COUNT == 9,
                   "a new state needs its status above, or badges keep the old one");
    *ret_status = rows[state].status;
    return rows[state].writes;
}

static unsigned reason_code(enum lz_certificate_event event, const char *reason)
{
    static const struct {
        enum lz_certificate_event event;
        enum lz_reason_group group;
        unsigned fallback;
    } rows[] = {
        {LZ_CERTIFICATE_CANCEL, LZ_REASON_CANCEL, LZ_REASON_CODE_NONE},
        {LZ_CERTIFICATE_SUSPEND, LZ_REASON_SUSPEND, LZ_REASON_CODE_NONE},
        {LZ_CERTIFICATE_REVOKE, LZ_REASON_REVOKE, LZ_REASON_CODE_NONE},
        {LZ_CERTIFICATE_REPLACE, LZ_REASON_END, LZ_REASON_CODE_RENEWED},
        {LZ_CERTIFICATE_REINSTATE, LZ_REASON_RESTORE, LZ_REASON_CODE_REINSTATED},
        {LZ_CERTIFICATE_UNDO, LZ_REASON_RESTORE, LZ_REASON_CODE_UNDONE},
        {LZ_CERTIFICATE_ISSUE, LZ_REASON_RESTORE, LZ_REASON_CODE_CONFIRMED},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        if (rows[i].event != event)
            continue;
        const struct lz_reason *row = reason ? lz_reason_find(rows[i].group, reason) : NULL;
        return row ? row->code : rows[i].fallback;
    }
    return LZ_REASON_CODE_NONE;
}

lz_err lz_badge_follow(struct lz_call *call, const struct lz_certificate *certificate, const char *reason,
                       enum lz_certificate_event event, int64_t effective_at)
{
    struct lz_badge badge;
    enum lz_status status;
    if (!status_of(certificate->state, &status))
        return LZ_OK;
    lz_err err = lz_badge_live(call, certificate->id, &badge);
    if (err == LZ_NOT_FOUND) {
        call->fault = (struct lz_fault){0};
        return LZ_OK;
    }
    return err ? err : set_status(call, &badge, status, reason_code(event, reason), effective_at);
}

static lz_err set_state(struct lz_call *call, int64_t id, enum lz_badge_state state, bool live)
{
    struct lz_query *q = lz_query_start(call->sql, LZ_Q_badge_set_state);
    lz_query_int(q, "id", id);
    lz_query_text(q, "state", lz_badge_state_name(state));
    lz_query_int(q, "live", live);
    lz_query_int(q, "now", lz_call_now_s(call));
    return lz_query_run(q);
}

lz_err lz_badge_end(struct lz_call *call, int64_t certificate)
{
    struct lz_badge badge = {0};
    lz_err err = lz_badge_live(call, certificate, &badge);
    if (err == LZ_NOT_FOUND) {
        call->fault = (struct lz_fault){0};
        return LZ_OK;
    }
    return err ? err : set_state(call, badge.id, badge.state, false);
}

/* ---- the badge's own life ---- */

static unsigned end_reason(enum lz_badge_state state)
{
    static const unsigned codes[LZ_BADGE_STATE_COUNT] = {
        [LZ_BADGE_LOST] = LZ_REASON_CODE_LOST,
        [LZ_BADGE_RETURNED] = LZ_REASON_CODE_RETURNED,
        [LZ_BADGE_SPOILED] = LZ_REASON_CODE_SPOILED,
        [LZ_BADGE_DESTROYED] = LZ_REASON_CODE_DESTROYED,
    };
    return codes[state];
}

const char *lz_badge_end_reason(enum lz_badge_state state)
{
    const struct lz_reason *reason = lz_reason_by_code(end_reason(state));
    return (reason ? reason : lz_reason_by_code(LZ_REASON_CODE_REISSUED))->name;
}

/* An index that already tells of an ending keeps telling it: a revoked holder's returned badge stays revoked.
 */
static lz_err end_index(struct lz_call *call, const struct lz_badge *badge, enum lz_badge_state state)
{
    if (badge->status == LZ_STATUS_REVOKED || badge->status == LZ_STATUS_ENDED)
        return LZ_OK;
    return set_status(call, badge, LZ_STATUS_ENDED, end_reason(state), lz_call_now_s(call));
}

static lz_err audit_change(struct lz_call *call, const struct lz_badge *badge, enum lz_badge_event event,
                           enum lz_badge_state to, const char *number)
{
    char action[32];
    snprintf(action, sizeof action, "badge.%s", lz_badge_event_name(event));
    json_t *before = json_pack("{s:s}", "state", lz_badge_state_name(badge->state));
    json_t *after = json_pack("{s:s, s:s}", "state", lz_badge_state_name(to), "number", number);
    lz_err err = before && after ? lz_audit_add(call, action, "badge", badge->id, before, after)
                                 : lz_call_memory(call);
    json_decref(before);
    json_decref(after);
    return err;
}

lz_err lz_badge_lose(struct lz_call *call, const struct lz_certificate *certificate)
{
    struct lz_badge badge = {0};
    lz_err err = lz_badge_live(call, certificate->id, &badge);
    if (err == LZ_NOT_FOUND) {
        call->fault = (struct lz_fault){0};
        return LZ_OK;
    }
    if (!err)
        err = set_state(call, badge.id, LZ_BADGE_LOST, false);
    if (!err)
        err = end_index(call, &badge, LZ_BADGE_LOST);
    return err ? err : audit_change(call, &badge, LZ_BADGE_LOSE, LZ_BADGE_LOST, certificate->number);
}

struct change_job {
    int64_t badge;
    enum lz_badge_event event;
    struct lz_badge result;
};

static lz_err change_job(struct lz_call *call, void *context)
{
    struct change_job *job = context;
    struct lz_badge badge;
    struct lz_certificate c;
    lz_err err = badge_get(call, job->badge, &badge);
    if (!err)
        err = lz_certificate_get(call, badge.certificate, &c);
    if (!err)
        err = lz_organ_scope(call, c.organ);
    if (err)
        return err;
    const struct lz_badge_transition *row = lz_badge_transition(badge.state, job->event);
    if (row && !(row->roles & LZ_ROLES(call->actor->role)))
        return lz_fault_set(&call->fault, LZ_FORBIDDEN, NULL, NULL);
    if (!row || (!badge.live && job->event != LZ_BADGE_DESTROY && job->event != LZ_BADGE_RETURN)) {
        char zh[LZ_FAULT_TEXT], en[LZ_FAULT_TEXT];
        snprintf(zh, sizeof zh, "标识牌当前为“%s”%s,不能%s。", lz_badge_state_word(badge.state, LZ_ZH),
                 badge.live ? "" : "且已失效", lz_badge_event_word(job->event, LZ_ZH));
        snprintf(en, sizeof en, "The badge is now \"%s\"%s; \"%s\" is not possible.",
                 lz_badge_state_word(badge.state, LZ_EN), badge.live ? "" : " and no longer live",
                 lz_badge_event_word(job->event, LZ_EN));
        return lz_fault_set(&call->fault, LZ_WRONG_STATE, zh, en);
    }
    err = set_state(call, badge.id, row->to, badge.live && !row->ends);
    if (!err && row->ends && badge.live)
        err = end_index(call, &badge, row->to);
    if (!err)
        err = audit_change(call, &badge, job->event, row->to, c.number);
    return err ? err : badge_get(call, badge.id, &job->result);
}

lz_err lz_badge_change(struct lz_call *call, int64_t badge, enum lz_badge_event event,
                       struct lz_badge *ret_badge)
{
    struct change_job job = {.badge = badge, .event = event};
    lz_err err = lz_call_write(call, change_job, &job);
    if (!err && ret_badge)
        *ret_badge = job.result;
    return err;
}
