/* Leaving the service: the person's state, their other certificates, and the way back. */
#include "registry/certificate_change.h"

#include "registry/person.h"
#include "registry/statements.h"

#include <stdio.h>
#include <string.h>

/* Where leaving takes the person (LZ_EFFECT_PERSON), and whether it ends what other organs applied for, too:
 * who is transferred leaves one organ, who retires leaves them all. */
static const struct leaving {
    const char *reason;
    enum lz_person_state state;
    bool everywhere;
} leaving[] = {
    {"transfer", LZ_PERSON_TRANSFERRED, false}, {"retirement", LZ_PERSON_RETIRED, true},
    {"resignation", LZ_PERSON_RESIGNED, true},  {"dismissal", LZ_PERSON_DISMISSED, true},
    {"death", LZ_PERSON_DECEASED, true},
};

static const struct leaving *leaving_for(const char *reason)
{
    for (size_t i = 0; reason && i < sizeof leaving / sizeof leaving[0]; i++)
        if (strcmp(reason, leaving[i].reason) == 0)
            return &leaving[i];
    return NULL;
}

/* A state that holds already keeps its time: it came from an earlier event. */
static lz_err set_person(struct lz_call *call, int64_t person, enum lz_person_state state)
{
    struct lz_query *q = lz_query_start(call->sql, LZ_Q_person_set_state);
    lz_query_int(q, "id", person);
    lz_query_text(q, "state", lz_person_state_name(state));
    lz_query_int(q, "state_at", lz_call_now_s(call));
    return lz_query_run(q);
}

lz_err lz_certificate_leave(struct lz_call *call, int64_t person, const char *reason)
{
    const struct leaving *row = leaving_for(reason);
    return row ? set_person(call, person, row->state) : LZ_OK;
}

static bool is_in_force(enum lz_certificate_state state)
{
    return state == LZ_CERTIFICATE_VALID || state == LZ_CERTIFICATE_SUSPENDED;
}

lz_err lz_certificate_leave_others(struct lz_call *call, const struct lz_certificate *c,
                                   const struct lz_certificate_event_row *row)
{
    const struct leaving *rule = leaving_for(row->reason);
    struct lz_certificate *list = NULL;
    size_t count = 0;
    lz_err err = rule ? lz_certificate_list_person(call, c->person, &list, &count) : LZ_OK;
    for (size_t i = 0; !err && i < count; i++) {
        const struct lz_certificate *other = &list[i];
        const bool open = is_in_force(other->state) || other->state == LZ_CERTIFICATE_AWAITING;
        if (other->id == c->id || !open || (!rule->everywhere && other->organ != c->organ))
            continue;
        struct lz_certificate_event_row also = *row;
        also.certificate = other->id;
        also.from = other->state;
        also.to = LZ_CERTIFICATE_CANCELLED;
        err = lz_certificate_apply(call, other, &also, LZ_EFFECT_STATUS);
    }
    return err;
}

/* The event with which the person's present state began; 0: none that stands. */
static lz_err first_of(struct lz_call *call, int64_t person, const struct leaving *rule, const char *reason,
                       int64_t *ret_event)
{
    int64_t event = 0;
    struct lz_query *q = lz_query_start(call->sql, LZ_Q_certificate_event_left);
    lz_query_int(q, "person_id", person);
    lz_query_text(q, "reason", reason);
    lz_query_text(q, "state", lz_person_state_name(rule->state));
    while (lz_query_next(q))
        event = lz_query_get_int(q, 0);
    lz_err err = lz_query_end(q);
    if (!err)
        *ret_event = event;
    return err;
}

lz_err lz_certificate_return(struct lz_call *call, int64_t person, int64_t event, const char *reason)
{
    const struct leaving *rule = leaving_for(reason);
    int64_t first = 0;
    lz_err err = rule ? first_of(call, person, rule, reason, &first) : LZ_OK;
    return !err && rule && first == event ? set_person(call, person, LZ_PERSON_ACTIVE) : err;
}

/* In force, or soon to be. */
static bool is_rival(enum lz_certificate_state state)
{
    return is_in_force(state) || state == LZ_CERTIFICATE_NOT_YET_VALID;
}

lz_err lz_certificate_no_rival(struct lz_call *call, const struct lz_certificate *c)
{
    struct lz_certificate *list = NULL;
    size_t count = 0;
    const int64_t now = lz_call_now_s(call);
    lz_err err = lz_certificate_list_person(call, c->person, &list, &count);
    for (size_t i = 0; !err && i < count; i++) {
        if (list[i].id == c->id || list[i].kind != c->kind ||
            !is_rival(lz_certificate_state_at(&list[i], now)))
            continue;
        char zh[LZ_FAULT_TEXT], en[LZ_FAULT_TEXT];
        snprintf(zh, sizeof zh, "此人已另持有同类证件 %.64s，不能撤回；如需恢复此证，请先注销那一证件。",
                 list[i].number);
        snprintf(en, sizeof en,
                 "This person meanwhile holds %.64s of the same kind, so this cannot be taken back; cancel "
                 "that one first if this one is to stand again.",
                 list[i].number);
        err = lz_fault_set(&call->fault, LZ_WRONG_STATE, zh, en);
    }
    return err;
}
