#include "registry/person.h"

#include "registry/audit.h"
#include "registry/base/text.h"
#include "registry/certificate_change.h"
#include "registry/column.h"
#include "registry/like.h"
#include "registry/organ.h"
#include "registry/statements.h"

#include <openssl/crypto.h>
#include <string.h>

struct state_row {
    const char *name;
    const char *word[LZ_LANG_COUNT];
};

static const struct state_row states[LZ_PERSON_STATE_COUNT] = {
    [LZ_PERSON_ACTIVE] = {"active", {"在岗", "Active"}},
    [LZ_PERSON_TRANSFERRED] = {"transferred", {"调离", "Transferred"}},
    [LZ_PERSON_RETIRED] = {"retired", {"退休", "Retired"}},
    [LZ_PERSON_RESIGNED] = {"resigned", {"辞职", "Resigned"}},
    [LZ_PERSON_DISMISSED] = {"dismissed", {"辞退", "Dismissed"}},
    [LZ_PERSON_DECEASED] = {"deceased", {"死亡", "Deceased"}},
};

const char *lz_person_state_name(enum lz_person_state state)
{
    return states[state].name;
}
const char *lz_person_state_word(enum lz_person_state state, lz_lang lang)
{
    return states[state].word[lang == LZ_EN];
}

static bool state_parse(const char *name, enum lz_person_state *ret_state)
{
    for (unsigned i = 0; i < LZ_PERSON_STATE_COUNT; i++)
        if (name && strcmp(name, states[i].name) == 0) {
            *ret_state = (enum lz_person_state)i;
            return true;
        }
    return false;
}

static lz_err read_person(struct lz_call *call, struct lz_query *q, struct lz_person *person)
{
    *person = (struct lz_person){
        .id = lz_query_get_int(q, 0),
        .sex = (int)lz_query_get_int(q, 2),
        .organ = lz_query_get_int(q, 3),
        .auxiliary = lz_query_get_int(q, 6) != 0,
        .has_photo = lz_query_get_int(q, 8) != 0,
    };
    if (!state_parse(lz_query_get_text(q, 7), &person->state))
        return lz_fault_set(&call->fault, LZ_CORRUPT, NULL, NULL);
    const char *valid_until = lz_query_get_text(q, 12);
    if (valid_until && lz_date_parse(valid_until, &person->valid_until))
        return lz_fault_set(&call->fault, LZ_CORRUPT, NULL, NULL);
    bool whole = lz_column_text(call, q, 1, &person->name) &&
                 lz_column_text(call, q, 4, &person->organ_name) &&
                 lz_column_text(call, q, 5, &person->post) &&
                 lz_column_text(call, q, 9, &person->certificate_number) &&
                 lz_column_text(call, q, 10, &person->certificate_state) &&
                 lz_column_text(call, q, 11, &person->certificate_kind);
    return whole ? LZ_OK : lz_call_memory(call);
}

static lz_err not_found(struct lz_call *call)
{
    return lz_fault_set(&call->fault, LZ_NOT_FOUND, "没有找到此人。", "This person was not found.");
}

lz_err lz_person_find(struct lz_call *call, int64_t id, struct lz_person *ret_person)
{
    struct lz_sql *sql = lz_call_sql(call);
    if (!sql)
        return call->fault.code;
    struct lz_person person = {0};
    lz_err err = LZ_NOT_FOUND;
    struct lz_query *q = lz_query_start(sql, LZ_Q_person_by_id);
    lz_query_int(q, "id", id);
    while (lz_query_next(q))
        err = read_person(call, q, &person);
    lz_err ended = lz_query_end(q);
    if (ended)
        return ended;
    if (err == LZ_NOT_FOUND)
        return not_found(call);
    if (!err)
        err = lz_organ_scope(call, person.organ);
    /* Outside the scope a person does not exist: whether a record is there is itself somebody's data. */
    if (err == LZ_FORBIDDEN)
        return not_found(call);
    if (!err)
        *ret_person = person;
    return err;
}

/* Did an organ within the actor's scope apply for one of their certificates? */
static lz_err applied_within(struct lz_call *call, int64_t person, bool *ret_within)
{
    struct lz_certificate *list = NULL;
    size_t count = 0;
    bool within = false;
    lz_err err = lz_certificate_list_person(call, person, &list, &count);
    for (size_t i = 0; !err && !within && i < count; i++) {
        err = lz_organ_scope(call, list[i].organ);
        within = !err;
        if (err == LZ_FORBIDDEN)
            err = LZ_OK;
    }
    if (!err)
        *ret_within = within;
    return err;
}

lz_err lz_person_scope(struct lz_call *call, int64_t id)
{
    struct lz_person person;
    bool within = false;
    if (!((LZ_ROLES_STAFF | LZ_ROLES_SYSTEM) & LZ_ROLES(call->actor->role)))
        return not_found(call);
    lz_err err = lz_person_find(call, id, &person);
    if (err != LZ_NOT_FOUND)
        return err;
    err = applied_within(call, id, &within);
    if (err || !within)
        return err ? err : not_found(call);
    call->fault = (struct lz_fault){0};
    return LZ_OK;
}

/* One id from a look-up by key; 0: none. */
static lz_err one_id(struct lz_query *q, int64_t *ret_id)
{
    int64_t id = 0;
    while (lz_query_next(q))
        id = lz_query_get_int(q, 0);
    lz_err err = lz_query_end(q);
    if (!err)
        *ret_id = id;
    return err;
}

/* A whole ID number or certificate number names one person: look it up by its index.  0: the text is neither.
 */
static lz_err search_exact(struct lz_call *call, struct lz_sql *sql, const char *text, int64_t *ret_id)
{
    struct lz_query *q;
    *ret_id = 0;
    if (lz_resident_id_valid(text)) {
        uint8_t index[LZ_ID_INDEX_SIZE];
        lz_err err = lz_id_number_index(call->reg, text, index);
        if (err)
            return err;
        q = lz_query_start(sql, LZ_Q_person_by_index);
        lz_query_blob(q, "id_number_index", lz_bytes_of(index, sizeof index));
        return one_id(q, ret_id);
    }
    q = lz_query_start(sql, LZ_Q_person_by_certificate);
    lz_query_text(q, "number", text);
    return one_id(q, ret_id);
}

static lz_err search_one(struct lz_call *call, int64_t id, struct lz_person **ret_people, size_t *ret_count,
                         size_t *ret_total)
{
    struct lz_person *person = lz_arena_array(call->arena, 1, sizeof *person);
    if (!person)
        return lz_call_memory(call);
    lz_err err = lz_person_find(call, id, person);
    if (err && err != LZ_NOT_FOUND)
        return err;
    *ret_people = person;
    *ret_count = *ret_total = err ? 0 : 1;
    return LZ_OK;
}

static void bind_search(struct lz_query *q, int64_t organ, const char *pattern, const char *state)
{
    lz_query_int(q, "organ", organ);
    lz_query_text(q, "pattern", pattern);
    lz_query_text(q, "state", state);
}

lz_err lz_person_search(struct lz_call *call, const struct lz_person_search *search,
                        struct lz_person **ret_people, size_t *ret_count, size_t *ret_total)
{
    struct lz_sql *sql = lz_call_sql(call);
    if (!sql)
        return call->fault.code;
    const char *text = search->text && search->text[0] ? search->text : NULL;
    int64_t organ = search->organ ? search->organ : call->actor->organ;
    lz_err err = lz_organ_scope(call, organ);
    if (err)
        return err;
    int64_t id = 0;
    if (text && (err = search_exact(call, sql, text, &id)))
        return err;
    if (id)
        return search_one(call, id, ret_people, ret_count, ret_total);

    const char *state = search->state && search->state[0] ? search->state : NULL;
    const char *pattern = text ? lz_like_contains(call->arena, text) : NULL;
    struct lz_person *list = lz_arena_array(call->arena, search->limit ? search->limit : 1, sizeof *list);
    if (!list || (text && !pattern))
        return lz_call_memory(call);
    size_t total = 0, count = 0;
    struct lz_query *q = lz_query_start(sql, LZ_Q_person_search_count);
    bind_search(q, organ, pattern, state);
    while (lz_query_next(q))
        total = (size_t)lz_query_get_int(q, 0);
    if ((err = lz_query_end(q)))
        return err;
    q = lz_query_start(sql, LZ_Q_person_search);
    bind_search(q, organ, pattern, state);
    lz_query_int(q, "limit", (int64_t)search->limit);
    lz_query_int(q, "offset", (int64_t)search->offset);
    while (!err && count < search->limit && lz_query_next(q))
        err = read_person(call, q, &list[count++]);
    lz_err ended = lz_query_end(q);
    if (err || ended)
        return err ? err : ended;
    *ret_people = list;
    *ret_count = count;
    *ret_total = total;
    return LZ_OK;
}

struct id_number_read {
    int64_t id;
    struct lz_buf plain;
    char *masked;
};

static lz_err id_number_job(struct lz_call *call, void *context)
{
    struct id_number_read *read = context;
    lz_buf_wipe_free(&read->plain);
    lz_err err = LZ_NOT_FOUND;
    struct lz_query *q = lz_query_start(call->sql, LZ_Q_person_id_number);
    lz_query_int(q, "id", read->id);
    while (lz_query_next(q))
        err = lz_id_number_open(call->reg, lz_query_get_blob(q, 0), &read->plain);
    lz_err ended = lz_query_end(q);
    if (err || ended)
        return ended ? ended : err;
    read->masked = lz_arena_copy(call->arena, (const char *)read->plain.data, read->plain.size);
    if (!read->masked)
        return lz_call_memory(call);
    for (size_t i = 4; i + 4 < read->plain.size; i++)
        read->masked[i] = '*';
    return lz_audit_add(call, "person.read-id-number", "person", read->id, NULL, NULL);
}

lz_err lz_person_id_number(struct lz_call *call, int64_t id, const char **ret_masked)
{
    if (!(LZ_ROLES(call->actor->role) & LZ_ROLES_FILING))
        return lz_fault_set(&call->fault, LZ_FORBIDDEN, NULL, NULL);
    struct lz_person person;
    lz_err err = lz_person_find(call, id, &person);
    if (err)
        return err;
    struct id_number_read read = {.id = id};
    lz_buf_init(&read.plain, 64);
    err = lz_call_write(call, id_number_job, &read);
    if (!err)
        *ret_masked = read.masked;
    lz_buf_wipe_free(&read.plain);
    return err;
}

struct photo_put {
    int64_t id;
    struct lz_bytes jpeg;
};

static lz_err photo_job(struct lz_call *call, void *context)
{
    const struct photo_put *put = context;
    struct lz_query *q = lz_query_start(call->sql, LZ_Q_photo_put);
    lz_query_int(q, "person_id", put->id);
    lz_query_blob(q, "jpeg", put->jpeg);
    lz_query_int(q, "stored_at", lz_call_now_s(call));
    lz_err err = lz_query_run(q);
    return err ? err : lz_audit_add(call, "person.photo", "person", put->id, NULL, NULL);
}

enum { PHOTO_MAX = 512 * 1024 };

lz_err lz_person_photo_put(struct lz_call *call, int64_t id, struct lz_bytes jpeg)
{
    if (!(LZ_ROLES(call->actor->role) & (LZ_ROLES_FILING | LZ_ROLES_BADGE)))
        return lz_fault_set(&call->fault, LZ_FORBIDDEN, NULL, NULL);
    if (jpeg.size > PHOTO_MAX)
        return lz_fault_field(&call->fault, "photo", NULL, "照片超过 512 KB,请压缩后再上传。",
                              "The photo is larger than 512 KB; make it smaller and upload it again.");
    if (jpeg.size < 3 || memcmp(jpeg.data, "\xFF\xD8\xFF", 3) != 0)
        return lz_fault_field(&call->fault, "photo", NULL, "照片应为 JPEG 格式。",
                              "The photo must be a JPEG file.");
    struct lz_person person;
    lz_err err = lz_person_find(call, id, &person);
    if (err)
        return err;
    struct photo_put put = {id, jpeg};
    return lz_call_write(call, photo_job, &put);
}

lz_err lz_person_photo_get(struct lz_call *call, int64_t id, struct lz_bytes *ret_jpeg)
{
    lz_err err = lz_person_scope(call, id);
    return err ? err : lz_person_photo_read(call, id, ret_jpeg);
}

lz_err lz_person_photo_read(struct lz_call *call, int64_t id, struct lz_bytes *ret_jpeg)
{
    struct lz_sql *sql = lz_call_sql(call);
    if (!sql)
        return call->fault.code;
    struct lz_bytes jpeg = {0};
    bool found = false;
    struct lz_query *q = lz_query_start(sql, LZ_Q_photo_get);
    lz_query_int(q, "person_id", id);
    while (lz_query_next(q)) {
        struct lz_bytes stored = lz_query_get_blob(q, 0);
        found = true;
        jpeg = lz_bytes_of(lz_arena_copy(call->arena, (const char *)stored.data, stored.size), stored.size);
    }
    lz_err err = lz_query_end(q);
    if (err)
        return err;
    if (!found)
        return lz_fault_set(&call->fault, LZ_NOT_FOUND, "没有照片。", "There is no photo.");
    if (!jpeg.data)
        return lz_call_memory(call);
    *ret_jpeg = jpeg;
    return LZ_OK;
}
