#include "registry/badge_place.h"

#include "registry/publish.h"
#include "registry/statements.h"

static lz_err open_list(struct lz_call *call, int64_t list)
{
    struct lz_query *q = lz_query_start(call->sql, LZ_Q_status_list_insert);
    lz_query_int(q, "list", list);
    lz_query_int(q, "size", LZ_STATUS_LIST_PLACES);
    lz_query_int(q, "changed_at", 0);
    return lz_query_run(q);
}

static lz_err taken(struct lz_call *call, int64_t list, int64_t idx, bool *ret_taken)
{
    *ret_taken = false;
    struct lz_query *q = lz_query_start(call->sql, LZ_Q_badge_place_taken);
    lz_query_int(q, "list", list);
    lz_query_int(q, "idx", idx);
    while (lz_query_next(q))
        *ret_taken = true;
    return lz_query_end(q);
}

lz_err lz_badge_place_draw(struct lz_call *call, int64_t *ret_list, int64_t *ret_idx)
{
    int64_t list = 0, size = 0, used = 0;
    struct lz_query *q = lz_query_start(call->sql, LZ_Q_status_list_newest);
    while (lz_query_next(q)) {
        list = lz_query_get_int(q, 0);
        size = lz_query_get_int(q, 1);
        used = lz_query_get_int(q, 2);
    }
    lz_err err = lz_query_end(q);
    if (!err && used * 2 >= size) {
        list++;
        size = LZ_STATUS_LIST_PLACES;
        err = open_list(call, list);
    }
    uint64_t idx = 0;
    bool again = true;
    while (!err && again) {
        err = lz_random_below(lz_register_random(call->reg), (uint64_t)size, &idx);
        if (!err)
            err = taken(call, list, (int64_t)idx, &again);
    }
    if (err)
        return err;
    /* A place that is taken changes no bit, so the list's version stays: each version is the position of the
     * one entry that made it, and no later change can bear it again. */
    q = lz_query_start(call->sql, LZ_Q_status_list_use);
    lz_query_int(q, "list", list);
    if ((err = lz_query_run(q)))
        return err;
    *ret_list = list;
    *ret_idx = (int64_t)idx;
    return LZ_OK;
}

lz_err lz_badge_place_touch(struct lz_call *call, int64_t list, int64_t position)
{
    struct lz_query *q = lz_query_start(call->sql, LZ_Q_status_list_touch);
    lz_query_int(q, "list", list);
    lz_query_int(q, "changed_at", position);
    return lz_query_run(q);
}
