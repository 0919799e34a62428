/* What happens by itself: scheduled changes whose time has come, certificates past their last day; and the
 * history. */
#include "registry/certificate_change.h"

#include "registry/account_row.h"
#include "registry/audit.h"
#include "registry/column.h"
#include "registry/organ.h"
#include "registry/person.h"
#include "registry/statements.h"

enum { DUE_MAX = 1000 };

struct due {
    int64_t id;
    const char *number;
    struct lz_certificate_change change;
    int64_t account;        /* who filed it … */
    const char *actor_name; /* … and stands for it in the history */
};

static lz_err read_due(struct lz_call *call, struct lz_sql *sql, int64_t now, struct due **ret_list,
                       size_t *ret_count)
{
    struct due *list = lz_arena_array(call->arena, DUE_MAX, sizeof *list);
    if (!list)
        return lz_call_memory(call);
    size_t count = 0;
    bool whole = true;
    struct lz_query *q = lz_query_start(sql, LZ_Q_certificate_event_due);
    lz_query_int(q, "now", now);
    lz_query_int(q, "limit", DUE_MAX);
    while (whole && count < DUE_MAX && lz_query_next(q)) {
        struct due *d = &list[count++];
        d->id = lz_query_get_int(q, 0);
        d->change.effective_at = lz_query_get_int(q, 4);
        whole = !lz_certificate_event_parse(lz_query_get_text(q, 1), &d->change.event) &&
                lz_column_text(call, q, 2, &d->change.reason) &&
                lz_column_text(call, q, 3, &d->change.document) && lz_column_text(call, q, 5, &d->number) &&
                lz_column_text(call, q, 7, &d->actor_name);
        d->account = lz_query_get_int(q, 6);
    }
    lz_err err = lz_query_end(q);
    if (err)
        return err;
    if (!whole)
        return lz_call_memory(call);
    *ret_list = list;
    *ret_count = count;
    return LZ_OK;
}

static lz_err drop_scheduled(struct lz_call *call, int64_t id)
{
    struct lz_query *q = lz_query_start(call->sql, LZ_Q_certificate_event_delete_scheduled);
    lz_query_int(q, "id", id);
    return lz_query_run(q);
}

/* A reinstatement lifts the suspension it was filed under, never a later one, and nobody's who has left. */
static lz_err still_meant(struct lz_call *call, const struct due *d, const struct lz_certificate *c,
                          bool *ret_meant)
{
    int64_t last = 0;
    struct lz_query *q = lz_query_start(call->sql, LZ_Q_certificate_event_last);
    lz_query_int(q, "certificate_id", c->id);
    while (lz_query_next(q))
        last = lz_query_get_int(q, 0);
    lz_err err = lz_query_end(q);
    bool meant = d->change.event != LZ_CERTIFICATE_REINSTATE || last < d->id;
    if (!err && meant && d->change.event == LZ_CERTIFICATE_REINSTATE) {
        err = lz_certificate_in_service(call, c);
        meant = !err;
        if (err == LZ_WRONG_STATE) {
            call->fault = (struct lz_fault){0};
            err = LZ_OK;
        }
    }
    if (!err)
        *ret_meant = meant;
    return err;
}

static lz_err apply_due(struct lz_call *call, const struct due *d)
{
    bool meant = false;
    struct lz_certificate c;
    lz_err err = lz_certificate_find(call, d->number, &c);
    if (!err)
        err = still_meant(call, d, &c, &meant);
    if (err)
        return err;
    const struct lz_certificate_transition *transition =
        lz_certificate_transition(lz_certificate_state_at(&c, lz_call_now_s(call)), d->change.event);
    if (!transition || !meant)
        return lz_audit_add(call, "certificate.scheduled.dropped", "certificate", c.id, NULL, NULL);
    struct lz_certificate_event_row row = {
        .certificate = c.id,
        .event = d->change.event,
        .from = c.state,
        .to = transition->to,
        .reason = d->change.reason,
        .document = d->change.document,
        .effective_at = d->change.effective_at,
    };
    return lz_certificate_apply(call, &c, &row, transition->effects);
}

/* The scheduled row gives way to the change itself, which writes its own; role and scope were checked when it
 * was filed. A change that is no longer possible is dropped and the audit says so: it must not wait for ever.
 * The clock carries it out, whoever filed it answers for it. */
static lz_err due_job(struct lz_call *call, void *context)
{
    const struct due *d = context;
    const struct lz_actor *timer = call->actor;
    struct lz_actor filer = *timer;
    filer.account = d->account;
    lz_text_cut(filer.name, sizeof filer.name, d->actor_name);
    lz_err err = drop_scheduled(call, d->id);
    call->actor = &filer;
    if (!err)
        err = apply_due(call, d);
    call->actor = timer;
    return err;
}

static lz_err expire_job(struct lz_call *call, void *context)
{
    const int64_t *id = context;
    struct lz_certificate c;
    lz_err err = lz_certificate_get(call, *id, &c);
    if (err)
        return err;
    const struct lz_certificate_transition *transition =
        lz_certificate_transition(c.state, LZ_CERTIFICATE_EXPIRE);
    if (!transition || lz_certificate_state_at(&c, lz_call_now_s(call)) != LZ_CERTIFICATE_EXPIRED)
        return LZ_OK; /* renewed or ended meanwhile */
    struct lz_certificate_event_row row = {
        .certificate = c.id,
        .event = LZ_CERTIFICATE_EXPIRE,
        .from = c.state,
        .to = transition->to,
        .effective_at = lz_date_start_s(lz_date_add_days(c.valid_until, 1)),
    };
    return lz_certificate_apply(call, &c, &row, transition->effects);
}

static lz_err read_expiring(struct lz_call *call, struct lz_sql *sql, int64_t now, int64_t **ret_ids,
                            size_t *ret_count)
{
    int64_t *ids = lz_arena_array(call->arena, DUE_MAX, sizeof *ids);
    if (!ids)
        return lz_call_memory(call);
    size_t count = 0;
    struct lz_date today = lz_date_of(now);
    struct lz_query *q = lz_query_start(sql, LZ_Q_certificate_expiring);
    lz_query_text(q, "today", today.text);
    lz_query_int(q, "limit", DUE_MAX);
    while (count < DUE_MAX && lz_query_next(q))
        ids[count++] = lz_query_get_int(q, 0);
    lz_err err = lz_query_end(q);
    if (!err) {
        *ret_ids = ids;
        *ret_count = count;
    }
    return err;
}

lz_err lz_certificate_due(struct lz_call *call, size_t *ret_done)
{
    struct lz_sql *sql = lz_call_sql(call);
    if (!sql)
        return call->fault.code;
    int64_t now = lz_call_now_s(call);
    struct due *due = NULL;
    int64_t *expiring = NULL;
    size_t due_count = 0, expiring_count = 0;
    lz_err err = read_due(call, sql, now, &due, &due_count);
    if (!err)
        err = read_expiring(call, sql, now, &expiring, &expiring_count);
    /* One that fails must not hold up the rest: behind it may wait somebody's revocation. */
    for (size_t i = 0; i < due_count; i++) {
        lz_err one = lz_call_write(call, due_job, &due[i]);
        err = err ? err : one;
    }
    for (size_t i = 0; i < expiring_count; i++) {
        lz_err one = lz_call_write(call, expire_job, &expiring[i]);
        err = err ? err : one;
    }
    if (!err)
        *ret_done = due_count + expiring_count;
    return err;
}

struct unschedule {
    int64_t id;
};

static lz_err unschedule_job(struct lz_call *call, void *context)
{
    const struct unschedule *u = context;
    int64_t organ = 0, certificate = 0, account = 0;
    enum lz_certificate_event event = LZ_CERTIFICATE_CANCEL;
    bool found = false;
    struct lz_query *q = lz_query_start(call->sql, LZ_Q_certificate_event_scheduled);
    lz_query_int(q, "id", u->id);
    while (lz_query_next(q)) {
        found = !lz_certificate_event_parse(lz_query_get_text(q, 1), &event);
        organ = lz_query_get_int(q, 2);
        certificate = lz_query_get_int(q, 3);
        account = lz_query_get_int(q, 4);
    }
    lz_err err = lz_query_end(q);
    if (err)
        return err;
    if (!found)
        return lz_fault_set(&call->fault, LZ_NOT_FOUND, "没有这项预定的操作，可能已经生效。",
                            "There is no such scheduled change; it may have taken effect.");
    lz_roles roles = event == LZ_CERTIFICATE_CANCEL ? LZ_ROLES_FILING : LZ_ROLES_BUREAU;
    if (!(roles & LZ_ROLES(call->actor->role)))
        return lz_fault_set(&call->fault, LZ_FORBIDDEN, NULL, NULL);
    if ((err = lz_organ_scope(call, organ)))
        return err;
    /* As with undo: what the bureau decided, HR does not take back. */
    if (!(LZ_ROLES_BUREAU & LZ_ROLES(call->actor->role)) && account != call->actor->account)
        return lz_fault_set(&call->fault, LZ_FORBIDDEN, "只能取消自己预定的操作。",
                            "Only a change that you scheduled yourself can be dropped.");
    if ((err = drop_scheduled(call, u->id)))
        return err;
    json_t *before = json_pack("{s:s}", "event", lz_certificate_event_name(event));
    err = before ? lz_audit_add(call, "certificate.unscheduled", "certificate", certificate, before, NULL)
                 : lz_call_memory(call);
    json_decref(before);
    return err;
}

lz_err lz_certificate_unschedule(struct lz_call *call, int64_t history_id)
{
    struct unschedule u = {history_id};
    return lz_call_write(call, unschedule_job, &u);
}

static lz_err read_line(struct lz_call *call, struct lz_query *q, struct lz_certificate_history *line)
{
    line->id = lz_query_get_int(q, 0);
    line->certificate = lz_query_get_int(q, 1);
    if (lz_certificate_event_parse(lz_query_get_text(q, 2), &line->event) ||
        lz_certificate_state_parse(lz_query_get_text(q, 3), &line->from) ||
        lz_certificate_state_parse(lz_query_get_text(q, 4), &line->to))
        return lz_fault_set(&call->fault, LZ_CORRUPT, NULL, NULL);
    line->effective_at = lz_query_get_int(q, 7);
    line->published_at = lz_query_get_int(q, 8);
    line->scheduled = lz_query_get_int(q, 10) != 0;
    line->undone = lz_query_get_int(q, 11) != 0;
    bool whole = lz_column_text(call, q, 5, &line->reason) && lz_column_text(call, q, 6, &line->document) &&
                 lz_column_text(call, q, 9, &line->actor);
    return whole ? LZ_OK : lz_call_memory(call);
}

enum { HISTORY_MAX = 1000 };

lz_err lz_certificate_history(struct lz_call *call, int64_t person, struct lz_certificate_history **ret_list,
                              size_t *ret_count)
{
    lz_err err = lz_person_scope(call, person);
    struct lz_sql *sql = err ? NULL : lz_call_sql(call);
    if (!sql)
        return call->fault.code;
    struct lz_certificate_history *list = lz_arena_array(call->arena, HISTORY_MAX, sizeof *list);
    if (!list)
        return lz_call_memory(call);
    size_t count = 0;
    struct lz_query *q = lz_query_start(sql, LZ_Q_certificate_history);
    lz_query_int(q, "person_id", person);
    while (!err && count < HISTORY_MAX && lz_query_next(q))
        err = read_line(call, q, &list[count++]);
    lz_err ended = lz_query_end(q);
    if (err || ended)
        return err ? err : ended;
    *ret_list = list;
    *ret_count = count;
    return LZ_OK;
}
