/* Settling what a restore left open: somebody compared a certificate with the papers. */
#include "registry/restore.h"

#include "registry/audit.h"
#include "registry/badge.h"
#include "registry/organ.h"
#include "registry/statements.h"

static lz_err reconcile_job(struct lz_call *call, void *context)
{
    const char *number = context;
    struct lz_certificate c;
    bool waits = false;
    if (!(LZ_ROLES(call->actor->role) & LZ_ROLES_BUREAU))
        return lz_fault_set(&call->fault, LZ_FORBIDDEN, NULL, NULL);
    lz_err err = lz_certificate_find(call, number, &c);
    if (!err)
        err = lz_organ_scope(call, c.organ);
    if (!err)
        err = lz_restore_waits(call, c.id, &waits);
    if (!err && !waits)
        err = lz_fault_set(&call->fault, LZ_WRONG_STATE, "此证件不需要核对。",
                           "This certificate does not await comparison.");
    if (err)
        return err;
    struct lz_query *q = lz_query_start(call->sql, LZ_Q_restore_unreconciled_drop);
    lz_query_int(q, "certificate_id", c.id);
    err = lz_query_run(q);
    if (!err)
        err = lz_badge_follow(call, &c, NULL, LZ_CERTIFICATE_REINSTATE, lz_call_now_s(call));
    json_t *after = json_pack("{s:s}", "number", c.number);
    if (!err)
        err = after ? lz_audit_add(call, "certificate.reconcile", "certificate", c.id, NULL, after)
                    : lz_call_memory(call);
    json_decref(after);
    return err;
}

lz_err lz_restore_reconcile(struct lz_call *call, const char *number)
{
    char *copy = lz_arena_text(call->arena, number);
    return copy ? lz_call_write(call, reconcile_job, copy) : lz_call_memory(call);
}
