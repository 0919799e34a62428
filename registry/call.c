/* lz_call: reading, writing and the small services every feature uses. */
#include "registry/register.h"

#include "registry/statements.h"

#include <string.h>

const struct lz_actor lz_actor_nobody = {.role = LZ_ROLE_NOBODY, .login = "(public)", .name = "公众"};
const struct lz_actor lz_actor_local_admin = {
    .role = LZ_ROLE_ADMIN, .login = "(local)", .name = "本机管理员"};
const struct lz_actor lz_actor_system = {.role = LZ_ROLE_SYSTEM, .login = "(system)", .name = "系统"};

int64_t lz_call_now_s(const struct lz_call *call)
{
    return lz_clock_now_s(lz_register_clock(call->reg));
}

struct lz_sql *lz_call_sql(struct lz_call *call)
{
    return call->sql ? call->sql : lz_db_reader(lz_register_db(call->reg), &call->fault);
}

struct write {
    struct lz_call *call;
    lz_call_job job;
    void *context;
    bool ran;
};

static lz_err run_job(struct lz_sql *sql, void *context, struct lz_fault *fault)
{
    struct write *write = context;
    struct lz_call *call = write->call;
    call->sql = sql;
    if (write->ran) /* and failed, or another of its batch did */
        lz_fault_write(&call->fault, LZ_OK, NULL, NULL);
    write->ran = true;
    lz_err err = write->job(call, write->context);
    call->sql = NULL;
    if (err) {
        /* Whoever failed without telling a story still gets its code told. */
        if (call->fault.code != err)
            lz_fault_set(&call->fault, err, NULL, NULL);
        if (fault)
            *fault = call->fault;
    }
    return err;
}

lz_err lz_call_write(struct lz_call *call, lz_call_job job, void *context)
{
    if (call->sql)
        return job(call, context);
    struct write write = {.call = call, .job = job, .context = context};
    struct lz_fault fault = {0};
    lz_err err = lz_db_write(lz_register_db(call->reg), run_job, &write, &fault);
    if (err)
        call->fault = fault;
    return err;
}

lz_err lz_call_ids(struct lz_call *call, const char *sequence, int64_t count, int64_t *ret_first)
{
    int64_t first = 0;
    struct lz_query *q = lz_query_start(call->sql, LZ_Q_sequence_get);
    lz_query_text(q, "name", sequence);
    while (lz_query_next(q))
        first = lz_query_get_int(q, 0);
    lz_err err = lz_query_end(q);
    if (err)
        return err;
    q = lz_query_start(call->sql, first ? LZ_Q_sequence_advance : LZ_Q_sequence_insert);
    lz_query_text(q, "name", sequence);
    lz_query_int(q, "next", (first ? first : 1) + count);
    err = lz_query_run(q);
    if (!err)
        *ret_first = first ? first : 1;
    return err;
}

lz_err lz_setting_get(struct lz_call *call, const char *name, const char **ret_value)
{
    struct lz_sql *sql = lz_call_sql(call);
    if (!sql)
        return call->fault.code;
    struct lz_query *q = lz_query_start(sql, LZ_Q_setting_get);
    lz_query_text(q, "name", name);
    char *value = NULL;
    bool found = false;
    while (lz_query_next(q)) {
        found = true;
        value = lz_arena_text(call->arena, lz_query_get_text(q, 0));
    }
    lz_err err = lz_query_end(q);
    if (err)
        return err;
    if (!found)
        return LZ_NOT_FOUND;
    if (!value)
        return lz_call_memory(call);
    *ret_value = value;
    return LZ_OK;
}

lz_err lz_setting_put(struct lz_call *call, const char *name, const char *value)
{
    struct lz_query *q = lz_query_start(call->sql, LZ_Q_setting_put);
    lz_query_text(q, "name", name);
    lz_query_text(q, "value", value);
    return lz_query_run(q);
}
