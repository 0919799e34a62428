#include "registry/policy.h"

#include "registry/audit.h"
#include "registry/statements.h"

#include <stdio.h>

struct row {
    const char *name;
    int64_t fallback, min, max;
};

static const struct row rows[LZ_POLICY_COUNT] = {
#define ROW(code, name, fallback, min, max, unit, source) [LZ_POLICY_##code] = {name, fallback, min, max},
    LZ_POLICIES(ROW)
#undef ROW
};

const char *lz_policy_name(enum lz_policy policy)
{
    return rows[policy].name;
}

lz_err lz_policy_get(struct lz_call *call, enum lz_policy policy, struct lz_date date, int64_t *ret_value)
{
    struct lz_sql *sql = lz_call_sql(call);
    if (!sql)
        return call->fault.code;
    int64_t value = rows[policy].fallback;
    struct lz_query *q = lz_query_start(sql, LZ_Q_policy_at);
    lz_query_text(q, "name", rows[policy].name);
    lz_query_text(q, "date", date.text);
    while (lz_query_next(q))
        value = lz_query_get_int(q, 0);
    lz_err err = lz_query_end(q);
    if (!err)
        *ret_value = value;
    return err;
}

struct set {
    enum lz_policy policy;
    struct lz_date from;
    int64_t value;
    const char *source;
};

static lz_err set_job(struct lz_call *call, void *context)
{
    const struct set *set = context;
    struct lz_query *q = lz_query_start(call->sql, LZ_Q_policy_put);
    lz_query_text(q, "name", rows[set->policy].name);
    lz_query_text(q, "from_date", set->from.text);
    lz_query_int(q, "value", set->value);
    lz_query_text(q, "source", set->source);
    lz_err err = lz_query_run(q);
    if (err)
        return err;
    json_t *after = json_pack("{s:s, s:s, s:I}", "name", rows[set->policy].name, "from", set->from.text,
                              "value", (json_int_t)set->value);
    if (!after)
        return lz_call_memory(call);
    err = lz_audit_add(call, "policy.set", "policy", (int64_t)set->policy, NULL, after);
    json_decref(after);
    return err;
}

lz_err lz_policy_set(struct lz_call *call, enum lz_policy policy, struct lz_date from, int64_t value,
                     const char *source)
{
    if (!(LZ_ROLES(call->actor->role) & LZ_ROLES_BUREAU))
        return lz_fault_set(&call->fault, LZ_FORBIDDEN, NULL, NULL);
    /* Policy holds for the whole register, so a bureau of a part of it may not set it. */
    if (call->actor->organ != 0)
        return lz_fault_set(
            &call->fault, LZ_FORBIDDEN, "规则适用于整个登记库，您的账号只管理其中一部分，请由上级办理。",
            "Policy holds for the whole register and your account administers a part of it; ask "
            "whoever administers all.");
    if (value < rows[policy].min || value > rows[policy].max) {
        char zh[LZ_FAULT_TEXT], en[LZ_FAULT_TEXT];
        snprintf(zh, sizeof zh, "应在 %lld 至 %lld 之间。", (long long)rows[policy].min,
                 (long long)rows[policy].max);
        snprintf(en, sizeof en, "Give a number from %lld to %lld.", (long long)rows[policy].min,
                 (long long)rows[policy].max);
        return lz_fault_field(&call->fault, rows[policy].name, NULL, zh, en);
    }
    struct set set = {policy, from, value, source ? source : "register"};
    return lz_call_write(call, set_job, &set);
}
