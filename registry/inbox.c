#include "registry/inbox.h"

#include "registry/column.h"
#include "registry/policy.h"
#include "registry/statements.h"

struct window {
    struct lz_date from, until;
};

static void bind(struct lz_query *q, const struct lz_call *call, enum lz_inbox_list list,
                 const struct window *window)
{
    lz_query_int(q, "scope", call->actor->organ);
    if (list == LZ_INBOX_EXPIRING) {
        lz_query_text(q, "from_date", window->from.text);
        lz_query_text(q, "until_date", window->until.text);
    }
}

static lz_err read_row(struct lz_call *call, struct lz_query *q, struct lz_inbox_row *row)
{
    const char *until = lz_query_get_text(q, 5);
    if (lz_certificate_kind_parse(lz_query_get_text(q, 1), &row->kind) || !until ||
        lz_date_parse(until, &row->valid_until))
        return lz_fault_set(&call->fault, LZ_CORRUPT, NULL, NULL);
    row->person = lz_query_get_int(q, 2);
    bool whole = lz_column_text(call, q, 0, &row->number) && lz_column_text(call, q, 3, &row->name) &&
                 lz_column_text(call, q, 4, &row->organ_name) &&
                 lz_column_text(call, q, 6, &row->badge_state);
    return whole ? LZ_OK : lz_call_memory(call);
}

static lz_err read_page(struct lz_call *call, struct lz_query *q, size_t limit,
                        struct lz_inbox_row **ret_rows, size_t *ret_count)
{
    struct lz_inbox_row *rows = lz_arena_array(call->arena, limit, sizeof *rows);
    size_t count = 0;
    lz_err err = rows ? LZ_OK : lz_call_memory(call);
    while (!err && count < limit && lz_query_next(q))
        err = read_row(call, q, &rows[count++]);
    lz_err ended = lz_query_end(q);
    if (err || ended)
        return err ? err : ended;
    *ret_rows = rows;
    *ret_count = count;
    return LZ_OK;
}

static lz_err find_window(struct lz_call *call, struct window *ret_window)
{
    int64_t days = 0;
    struct lz_date today = lz_date_of(lz_call_now_s(call));
    lz_err err = lz_policy_get(call, LZ_POLICY_RENEWAL_WINDOW_DAYS, today, &days);
    if (!err)
        *ret_window = (struct window){today, lz_date_add_days(today, (int)days)};
    return err;
}

lz_err lz_inbox(struct lz_call *call, enum lz_inbox_list list, size_t offset, size_t limit,
                struct lz_inbox_row **ret_rows, size_t *ret_count, size_t *ret_total)
{
    struct lz_sql *sql = lz_call_sql(call);
    if (!sql)
        return call->fault.code;
    struct window window = {0};
    lz_err err = find_window(call, &window);
    if (err)
        return err;
    size_t total = 0;
    struct lz_query *q =
        lz_query_start(sql, list == LZ_INBOX_EXPIRING ? LZ_Q_inbox_expiring_count : LZ_Q_inbox_badges_count);
    bind(q, call, list, &window);
    lz_query_int(q, "limit", LZ_INBOX_COUNT_MAX);
    while (lz_query_next(q))
        total = (size_t)lz_query_get_int(q, 0);
    err = lz_query_end(q);
    struct lz_inbox_row *rows = NULL;
    size_t count = 0;
    if (!err && limit) {
        q = lz_query_start(sql, list == LZ_INBOX_EXPIRING ? LZ_Q_inbox_expiring : LZ_Q_inbox_badges);
        bind(q, call, list, &window);
        lz_query_int(q, "limit", (int64_t)limit);
        lz_query_int(q, "offset", (int64_t)offset);
        err = read_page(call, q, limit, &rows, &count);
    }
    if (err)
        return err;
    if (ret_rows)
        *ret_rows = rows;
    if (ret_count)
        *ret_count = count;
    *ret_total = total;
    return LZ_OK;
}
