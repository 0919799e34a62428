#include "registry/certificate.h"

#include "registry/certificate_change.h"
#include "registry/certificate_row.h"
#include "registry/column.h"
#include "registry/organ.h"
#include "registry/person.h"
#include "registry/statements.h"

#include <string.h>

static lz_err read_date(struct lz_query *q, int column, struct lz_date *ret_date)
{
    const char *text = lz_query_get_text(q, column);
    return text ? lz_date_parse(text, ret_date) : LZ_CORRUPT;
}

lz_err lz_certificate_read(struct lz_call *call, struct lz_query *q, struct lz_certificate *c)
{
    *c = (struct lz_certificate){
        .id = lz_query_get_int(q, 0),
        .person = lz_query_get_int(q, 3),
        .organ = lz_query_get_int(q, 5),
        .effective_at = lz_query_get_int(q, 15),
        .published_at = lz_query_get_int(q, 16),
        .filed_by = lz_query_get_int(q, 17),
        .predecessor = lz_query_get_int(q, 18),
        .pending_successor = lz_query_get_int(q, 19),
        .has_photo = lz_query_get_int(q, 20) != 0,
    };
    if (lz_certificate_kind_parse(lz_query_get_text(q, 2), &c->kind) ||
        lz_certificate_state_parse(lz_query_get_text(q, 12), &c->state) || read_date(q, 10, &c->issued_on) ||
        read_date(q, 11, &c->valid_until))
        return lz_fault_set(&call->fault, LZ_CORRUPT, NULL, NULL);
    bool whole = lz_column_text(call, q, 1, &c->number) && lz_column_text(call, q, 4, &c->name) &&
                 lz_column_text(call, q, 6, &c->organ_name) && lz_column_text(call, q, 7, &c->scope) &&
                 lz_column_text(call, q, 8, &c->region) && lz_column_text(call, q, 9, &c->post) &&
                 lz_column_text(call, q, 13, &c->reason) && lz_column_text(call, q, 14, &c->document);
    return whole ? LZ_OK : lz_call_memory(call);
}

static lz_err find_one(struct lz_call *call, struct lz_query *q, struct lz_certificate *ret_certificate)
{
    struct lz_certificate found = {0};
    lz_err err = LZ_NOT_FOUND;
    while ((err == LZ_OK || err == LZ_NOT_FOUND) && lz_query_next(q))
        err = lz_certificate_read(call, q, &found);
    lz_err ended = lz_query_end(q);
    if (ended)
        return ended;
    if (err == LZ_NOT_FOUND)
        return lz_fault_set(&call->fault, err, "查无此证，请核对证号。",
                            "There is no certificate under this number; check it.");
    if (!err)
        *ret_certificate = found;
    return err;
}

lz_err lz_certificate_find(struct lz_call *call, const char *number, struct lz_certificate *ret_certificate)
{
    struct lz_sql *sql = lz_call_sql(call);
    if (!sql)
        return call->fault.code;
    struct lz_query *q = lz_query_start(sql, LZ_Q_certificate_by_number);
    lz_query_text(q, "number", number);
    return find_one(call, q, ret_certificate);
}

lz_err lz_certificate_get(struct lz_call *call, int64_t id, struct lz_certificate *ret_certificate)
{
    struct lz_sql *sql = lz_call_sql(call);
    if (!sql)
        return call->fault.code;
    struct lz_query *q = lz_query_start(sql, LZ_Q_certificate_by_id);
    lz_query_int(q, "id", id);
    return find_one(call, q, ret_certificate);
}

/* All rows of a started query, at most `limit`. */
static lz_err read_list(struct lz_call *call, struct lz_query *q, size_t limit,
                        struct lz_certificate **ret_list, size_t *ret_count)
{
    struct lz_certificate *list = lz_arena_array(call->arena, limit ? limit : 1, sizeof *list);
    size_t count = 0;
    lz_err err = list ? LZ_OK : lz_call_memory(call);
    while (!err && count < limit && lz_query_next(q))
        err = lz_certificate_read(call, q, &list[count++]);
    lz_err ended = lz_query_end(q);
    if (err || ended)
        return err ? err : ended;
    *ret_list = list;
    *ret_count = count;
    return LZ_OK;
}

/* One person's certificates in a whole life; more would be a fault of the data. */
enum { LIFE_MAX = 64 };

lz_err lz_certificate_of_person(struct lz_call *call, int64_t person, struct lz_certificate **ret_list,
                                size_t *ret_count)
{
    lz_err err = lz_person_scope(call, person);
    return err ? err : lz_certificate_list_person(call, person, ret_list, ret_count);
}

lz_err lz_certificate_list_person(struct lz_call *call, int64_t person, struct lz_certificate **ret_list,
                                  size_t *ret_count)
{
    struct lz_sql *sql = lz_call_sql(call);
    if (!sql)
        return call->fault.code;
    struct lz_query *q = lz_query_start(sql, LZ_Q_certificate_by_person);
    lz_query_int(q, "person_id", person);
    return read_list(call, q, LIFE_MAX, ret_list, ret_count);
}

static lz_err count_awaiting(struct lz_call *call, int64_t other_than, size_t *ret_count)
{
    struct lz_sql *sql = lz_call_sql(call);
    if (!sql)
        return call->fault.code;
    size_t count = 0;
    struct lz_query *q = lz_query_start(sql, LZ_Q_certificate_awaiting_count);
    lz_query_int(q, "scope", call->actor->organ);
    lz_query_int(q, "other_than", other_than);
    while (lz_query_next(q))
        count = (size_t)lz_query_get_int(q, 0);
    lz_err err = lz_query_end(q);
    if (!err)
        *ret_count = count;
    return err;
}

lz_err lz_certificate_confirmable(struct lz_call *call, size_t *ret_count)
{
    const struct lz_certificate_transition *row =
        lz_certificate_transition(LZ_CERTIFICATE_AWAITING, LZ_CERTIFICATE_ISSUE);
    if (row && (row->roles & LZ_ROLES(call->actor->role)))
        return count_awaiting(call, call->actor->account, ret_count);
    *ret_count = 0;
    return LZ_OK;
}

lz_err lz_certificate_filing(struct lz_call *call, int64_t certificate, const char **ret_name,
                             int64_t *ret_at)
{
    struct lz_sql *sql = lz_call_sql(call);
    if (!sql)
        return call->fault.code;
    const char *name = NULL;
    int64_t at = 0;
    lz_err err = LZ_NOT_FOUND;
    struct lz_query *q = lz_query_start(sql, LZ_Q_certificate_filing);
    lz_query_int(q, "id", certificate);
    while (lz_query_next(q)) {
        at = lz_query_get_int(q, 0);
        err = lz_column_text(call, q, 1, &name) ? LZ_OK : lz_call_memory(call);
    }
    lz_err ended = lz_query_end(q);
    if (err || ended)
        return ended ? ended : err;
    *ret_name = name ? name : lz_actor_local_admin.name; /* no account: the command line */
    *ret_at = at;
    return LZ_OK;
}

lz_err lz_certificate_awaiting(struct lz_call *call, size_t offset, size_t limit,
                               struct lz_certificate **ret_list, size_t *ret_count, size_t *ret_total)
{
    struct lz_sql *sql = lz_call_sql(call);
    if (!sql)
        return call->fault.code;
    size_t total = 0;
    lz_err err = count_awaiting(call, 0, &total);
    if (err)
        return err;
    struct lz_query *q = lz_query_start(sql, LZ_Q_certificate_awaiting);
    lz_query_int(q, "scope", call->actor->organ);
    lz_query_int(q, "limit", (int64_t)limit);
    lz_query_int(q, "offset", (int64_t)offset);
    err = read_list(call, q, limit, ret_list, ret_count);
    if (!err)
        *ret_total = total;
    return err;
}

enum lz_certificate_state lz_certificate_state_at(const struct lz_certificate *certificate, int64_t now_s)
{
    bool in_force =
        certificate->state == LZ_CERTIFICATE_VALID || certificate->state == LZ_CERTIFICATE_SUSPENDED;
    struct lz_date today = lz_date_of(now_s);
    if (in_force && strcmp(certificate->valid_until.text, today.text) < 0)
        return LZ_CERTIFICATE_EXPIRED;
    if (certificate->state == LZ_CERTIFICATE_VALID && strcmp(certificate->issued_on.text, today.text) > 0)
        return LZ_CERTIFICATE_NOT_YET_VALID;
    return certificate->state;
}

/* "交通运输、水务" as a JSON array. */
static json_t *scope_json(const char *scope)
{
    static const char separator[] = "、";
    json_t *list = json_array();
    while (list && scope && *scope) {
        const char *end = strstr(scope, separator);
        size_t size = end ? (size_t)(end - scope) : strlen(scope);
        if (json_array_append_new(list, json_stringn(scope, size))) {
            json_decref(list);
            return NULL;
        }
        scope += size + (end ? sizeof separator - 1 : 0);
    }
    return list;
}

static json_t *instant_json(int64_t at)
{
    char text[LZ_INSTANT_SIZE];
    lz_instant_format(at, text);
    return json_string(text);
}

json_t *lz_certificate_json(const struct lz_certificate *certificate, int64_t now_s, bool all)
{
    const struct lz_certificate *c = certificate;
    enum lz_certificate_state state = lz_certificate_state_at(c, now_s);
    json_t *value = json_pack("{s:s, s:s, s:s, s:s, s:o, s:s?, s:s, s:s, s:s, s:s?, s:o, s:o}", "number",
                              c->number, "kind", lz_certificate_kind_name(c->kind), "name", c->name, "organ",
                              c->organ_name, "scope", scope_json(c->scope), "region", c->region, "issued_on",
                              c->issued_on.text, "valid_until", c->valid_until.text, "status",
                              lz_certificate_state_name(state), "reason", c->reason, "effective_at",
                              instant_json(c->effective_at), "published_at", instant_json(c->published_at));
    if (value && all) {
        json_t *more =
            json_pack("{s:I, s:I, s:s?, s:s?, s:b}", "id", (json_int_t)c->id, "person", (json_int_t)c->person,
                      "post", c->post, "document", c->document, "has_photo", c->has_photo);
        if (!more || json_object_update_new(value, more)) {
            json_decref(value);
            return NULL;
        }
    }
    return value;
}
