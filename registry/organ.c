#include "registry/organ.h"

#include "registry/audit.h"
#include "registry/column.h"
#include "registry/credential/log_entry.h"
#include "registry/like.h"
#include "registry/publish.h"
#include "registry/statements.h"

#include <string.h>

struct kind_row {
    const char *name;
    const char *word[LZ_LANG_COUNT];
};

static const struct kind_row kinds[LZ_ORGAN_KIND_COUNT] = {
    [LZ_ORGAN_STATUTORY] = {"statutory", {"法定行政机关", "Statutory organ"}},
    [LZ_ORGAN_AUTHORISED] = {"authorised", {"法律法规授权的组织", "Authorised organisation"}},
    [LZ_ORGAN_ENTRUSTED] = {"entrusted", {"受委托的组织", "Entrusted organisation"}},
};

const char *lz_organ_kind_name(enum lz_organ_kind kind)
{
    return kinds[kind].name;
}
const char *lz_organ_kind_word(enum lz_organ_kind kind, lz_lang lang)
{
    return kinds[kind].word[lang == LZ_EN];
}

static bool kind_parse(const char *name, enum lz_organ_kind *ret_kind)
{
    for (unsigned i = 0; i < LZ_ORGAN_KIND_COUNT; i++)
        if (name && strcmp(name, kinds[i].name) == 0) {
            *ret_kind = (enum lz_organ_kind)i;
            return true;
        }
    return false;
}

static lz_err read_organ(struct lz_call *call, struct lz_query *q, struct lz_organ *organ)
{
    *organ = (struct lz_organ){
        .id = lz_query_get_int(q, 0), .parent = lz_query_get_int(q, 4), .officers = lz_query_get_int(q, 8)};
    if (!kind_parse(lz_query_get_text(q, 3), &organ->kind))
        return LZ_CORRUPT;
    bool whole = lz_column_text(call, q, 1, &organ->code) && lz_column_text(call, q, 2, &organ->name) &&
                 lz_column_text(call, q, 5, &organ->region) &&
                 lz_column_text(call, q, 6, &organ->complaint_line) &&
                 lz_column_text(call, q, 7, &organ->basis);
    return whole ? LZ_OK : lz_call_memory(call);
}

static lz_err find_one(struct lz_call *call, struct lz_query *q, struct lz_organ *ret_organ)
{
    struct lz_organ organ = {0};
    lz_err err = LZ_NOT_FOUND;
    while (lz_query_next(q))
        err = read_organ(call, q, &organ);
    lz_err ended = lz_query_end(q);
    if (ended)
        return ended;
    if (err == LZ_NOT_FOUND)
        return lz_fault_set(&call->fault, err, "没有这个执法机关。", "There is no such organ.");
    if (!err)
        *ret_organ = organ;
    return err;
}

lz_err lz_organ_find(struct lz_call *call, int64_t id, struct lz_organ *ret_organ)
{
    struct lz_sql *sql = lz_call_sql(call);
    if (!sql)
        return call->fault.code;
    struct lz_query *q = lz_query_start(sql, LZ_Q_organ_get);
    lz_query_int(q, "id", id);
    return find_one(call, q, ret_organ);
}

lz_err lz_organ_find_name(struct lz_call *call, const char *name, struct lz_organ *ret_organ)
{
    struct lz_sql *sql = lz_call_sql(call);
    if (!sql)
        return call->fault.code;
    struct lz_query *q = lz_query_start(sql, LZ_Q_organ_get_name);
    lz_query_text(q, "name", name);
    return find_one(call, q, ret_organ);
}

/* Ids are taken in order, and init makes the bureau first. */
lz_err lz_organ_bureau(struct lz_call *call, struct lz_organ *ret_organ)
{
    return lz_organ_find(call, 1, ret_organ);
}

lz_err lz_organ_list(struct lz_call *call, const char *text, size_t offset, size_t limit,
                     struct lz_organ **ret_organs, size_t *ret_count, size_t *ret_total)
{
    struct lz_sql *sql = lz_call_sql(call);
    if (!sql)
        return call->fault.code;
    const char *pattern = lz_like_contains(call->arena, text ? text : "");
    struct lz_organ *list = lz_arena_array(call->arena, limit ? limit : 1, sizeof *list);
    if (!list || !pattern)
        return lz_call_memory(call);
    size_t total = 0, count = 0;
    struct lz_query *q = lz_query_start(sql, LZ_Q_organ_list_count);
    lz_query_text(q, "pattern", pattern);
    while (lz_query_next(q))
        total = (size_t)lz_query_get_int(q, 0);
    lz_err err = lz_query_end(q);
    if (err)
        return err;
    q = lz_query_start(sql, LZ_Q_organ_list);
    lz_query_text(q, "pattern", pattern);
    lz_query_int(q, "limit", (int64_t)limit);
    lz_query_int(q, "offset", (int64_t)offset);
    while (!err && count < limit && lz_query_next(q))
        err = read_organ(call, q, &list[count++]);
    lz_err ended = lz_query_end(q);
    if (err || ended)
        return err ? err : ended;
    *ret_organs = list;
    *ret_count = count;
    *ret_total = total;
    return LZ_OK;
}

lz_err lz_organ_scope(struct lz_call *call, int64_t organ)
{
    if (call->actor->organ == 0 || call->actor->organ == organ)
        return LZ_OK;
    struct lz_sql *sql = lz_call_sql(call);
    if (!sql)
        return call->fault.code;
    bool inside = false;
    struct lz_query *q = lz_query_start(sql, LZ_Q_organ_above);
    lz_query_int(q, "id", organ);
    lz_query_int(q, "scope", call->actor->organ);
    while (lz_query_next(q))
        inside = true;
    lz_err err = lz_query_end(q);
    if (err)
        return err;
    return inside ? LZ_OK
                  : lz_fault_set(&call->fault, LZ_FORBIDDEN, "该执法机关不在您的管理范围内。",
                                 "This organ lies outside what you administer.");
}

struct create {
    const struct lz_organ *organ;
    int64_t id;
};

static lz_err publish_name(struct lz_call *call, int64_t id, const char *name)
{
    struct lz_log_entry entry = {
        .type = LZ_ENTRY_ORGAN, .time = lz_call_now_s(call), .organ = {.organ = (uint32_t)id}};
    if (strlen(name) >= sizeof entry.organ.name)
        return lz_fault_field(&call->fault, "name", NULL, "机关名称过长（最多 100 个汉字）。",
                              "The organ's name is too long (at most 100 Chinese characters).");
    memcpy(entry.organ.name, name, strlen(name) + 1);
    return lz_log_append(call, &entry, NULL);
}

static lz_err insert_organ(struct lz_call *call, const struct lz_organ *organ, int64_t id)
{
    struct lz_query *q = lz_query_start(call->sql, LZ_Q_organ_insert);
    lz_query_int(q, "id", id);
    lz_query_text(q, "code", organ->code);
    lz_query_text(q, "name", organ->name);
    lz_query_text(q, "kind", kinds[organ->kind].name);
    if (organ->parent)
        lz_query_int(q, "parent_id", organ->parent);
    else
        lz_query_null(q, "parent_id");
    lz_query_text(q, "region", organ->region);
    lz_query_text(q, "complaint_line", organ->complaint_line);
    lz_query_text(q, "basis", organ->basis);
    lz_query_int(q, "created_at", lz_call_now_s(call));
    return lz_query_run(q);
}

static lz_err create_job(struct lz_call *call, void *context)
{
    struct create *create = context;
    const struct lz_organ *organ = create->organ;
    struct lz_organ taken;
    lz_err err = lz_organ_find_name(call, organ->name, &taken);
    if (!err)
        return lz_fault_set(&call->fault, LZ_EXISTS, "同名的执法机关已经存在。",
                            "An organ of this name exists already.");
    if (err != LZ_NOT_FOUND)
        return err;
    call->fault = (struct lz_fault){0};
    err = lz_call_ids(call, "organ", 1, &create->id);
    if (!err)
        err = insert_organ(call, organ, create->id);
    if (!err)
        err = publish_name(call, create->id, organ->name);
    if (err)
        return err;
    json_t *after = json_pack("{s:s, s:s, s:I}", "name", organ->name, "kind", kinds[organ->kind].name,
                              "parent", (json_int_t)organ->parent);
    if (!after)
        return lz_call_memory(call);
    err = lz_audit_add(call, "organ.create", "organ", create->id, NULL, after);
    json_decref(after);
    return err;
}

lz_err lz_organ_create(struct lz_call *call, const struct lz_organ *organ, int64_t *ret_id)
{
    if (!(LZ_ROLES(call->actor->role) & LZ_ROLES_BUREAU))
        return lz_fault_set(&call->fault, LZ_FORBIDDEN, "只有司法行政机关或管理员可以新增执法机关。",
                            "Only the judicial bureau or an administrator may add an organ.");
    if (!organ->name || !organ->name[0])
        return lz_fault_field(&call->fault, "name", NULL, "请填写机关名称。", "Give the organ's name.");
    /* Whoever acts for a part of the tree plants only below it. */
    lz_err err = lz_organ_scope(call, organ->parent);
    struct create create = {.organ = organ};
    if (!err)
        err = lz_call_write(call, create_job, &create);
    if (!err)
        *ret_id = create.id;
    return err;
}
