/* Writing a compared roster: one transaction, an audit event for each record, one for the import. */
#include "registry/roster_store.h"

#include "registry/audit.h"
#include "registry/certificate_change.h"
#include "registry/organ.h"
#include "registry/statements.h"

#include <string.h>

enum { SEALED_MAX = 256 };

struct import {
    struct lz_roster_plan *plan;
    const struct lz_roster_options *options;
    struct lz_roster_result result;
    struct lz_date today; /* of the whole import: ids are counted by it before they are used */
    int64_t next_certificate, next_person, next_event;
    struct lz_buf sealed; /* one encrypted ID number */
};

/* ---- counting ---- */

static void count(const struct lz_roster *roster, struct lz_roster_result *result)
{
    size_t *const counters[] = {
        [LZ_ROSTER_CREATED] = &result->created,
        [LZ_ROSTER_CHANGED] = &result->changed,
        [LZ_ROSTER_UNCHANGED] = &result->unchanged,
        [LZ_ROSTER_REFUSED] = &result->refused,
    };
    for (size_t i = 0; i < roster->row_count; i++)
        ++*counters[roster->rows[i].outcome];
}

/* The organs that storing would create, into the roster's memory. */
static lz_err list_organs(const struct lz_roster_plan *plan, struct lz_roster_result *result)
{
    size_t created = 0;
    for (size_t i = 0; i < plan->organ_count; i++)
        created += plan->organs[i].wanted && !plan->organs[i].id;
    result->organs_created = lz_arena_array(plan->roster->arena, created + 1, sizeof *result->organs_created);
    if (!result->organs_created)
        return LZ_MEMORY;
    for (size_t i = 0; i < plan->organ_count; i++)
        if (plan->organs[i].wanted && !plan->organs[i].id)
            result->organs_created[result->organ_count++] = plan->organs[i].name;
    return LZ_OK;
}

/* ---- new records ---- */

static void bind_person(struct lz_query *q, const struct lz_roster_row *row)
{
    lz_query_text(q, "name", row->name);
    lz_query_int(q, "sex", row->sex);
    lz_query_text(q, "post", row->post);
}

static lz_err insert_person(struct lz_call *call, struct import *import, const struct lz_roster_step *step,
                            int64_t id)
{
    lz_buf_reset(&import->sealed);
    lz_err err = lz_id_number_seal(call->reg, step->row->id_number, &import->sealed);
    if (err)
        return err;
    struct lz_query *q = lz_query_start(call->sql, LZ_Q_roster_person_insert);
    bind_person(q, step->row);
    lz_query_int(q, "id", id);
    lz_query_blob(q, "id_number", lz_buf_view(&import->sealed));
    lz_query_blob(q, "id_number_index", lz_bytes_of(step->index, sizeof step->index));
    lz_query_int(q, "organ_id", import->plan->organs[step->organ].id);
    lz_query_int(q, "auxiliary", step->row->kind == LZ_CERTIFICATE_AUXILIARY);
    lz_query_int(q, "now", lz_call_now_s(call));
    return lz_query_run(q);
}

/* A person the register knows takes up service under the new certificate. */
static lz_err join_person(struct lz_call *call, struct import *import, const struct lz_roster_step *step)
{
    struct lz_query *q = lz_query_start(call->sql, LZ_Q_roster_person_join);
    bind_person(q, step->row);
    lz_query_int(q, "id", step->person);
    lz_query_int(q, "organ_id", import->plan->organs[step->organ].id);
    lz_query_int(q, "auxiliary", step->row->kind == LZ_CERTIFICATE_AUXILIARY);
    lz_query_int(q, "now", lz_call_now_s(call));
    lz_err err = lz_query_run(q);
    if (!err && step->before && !json_equal(step->before, step->now))
        err = lz_audit_add(call, "person.change", "person", step->person, step->before, step->now);
    return err;
}

/* Two rows of one file may speak of one person (enforcement and supervision): the second finds the first's.
 */
static lz_err find_created(struct lz_call *call, struct lz_roster_step *step)
{
    struct lz_query *q = lz_query_start(call->sql, LZ_Q_roster_person);
    const struct lz_date today = lz_date_of(lz_call_now_s(call));
    lz_query_blob(q, "id_number_index", lz_bytes_of(step->index, sizeof step->index));
    lz_query_text(q, "today", today.text);
    while (lz_query_next(q))
        step->person = lz_query_get_int(q, 0);
    return lz_query_end(q);
}

static lz_err take_person(struct lz_call *call, struct import *import, struct lz_roster_step *step)
{
    lz_err err = step->person ? LZ_OK : find_created(call, step);
    if (err)
        return err;
    if (step->person)
        return join_person(call, import, step);
    step->person = import->next_person++;
    return insert_person(call, import, step, step->person);
}

/* What an import makes of a certificate: HR files, the bureau issues, and a past date is already over. */
static enum lz_certificate_state first_state(const struct lz_call *call, const struct import *import,
                                             const struct lz_roster_row *row)
{
    if (!(LZ_ROLES(call->actor->role) & LZ_ROLES_BUREAU))
        return LZ_CERTIFICATE_AWAITING;
    return strcmp(row->valid_until.text, import->today.text) < 0 ? LZ_CERTIFICATE_EXPIRED
                                                                 : LZ_CERTIFICATE_VALID;
}

static int64_t day_after(struct lz_date date)
{
    return lz_date_start_s(lz_date_add_days(date, 1));
}

static lz_err insert_certificate(struct lz_call *call, const struct import *import,
                                 const struct lz_roster_step *step, enum lz_certificate_state state)
{
    const struct lz_roster_row *row = step->row;
    const int64_t now = lz_call_now_s(call);
    struct lz_query *q = lz_query_start(call->sql, LZ_Q_certificate_insert);
    lz_query_int(q, "id", step->certificate);
    lz_query_text(q, "number", row->number);
    lz_query_int(q, "current", 1);
    lz_query_text(q, "kind", lz_certificate_kind_name(row->kind));
    lz_query_int(q, "person_id", step->person);
    lz_query_int(q, "organ_id", import->plan->organs[step->organ].id);
    lz_query_text(q, "scope", row->scope ? row->scope : "");
    lz_query_text(q, "region", row->region);
    lz_query_text(q, "issued_on", row->issued_on.text);
    lz_query_text(q, "valid_until", row->valid_until.text);
    lz_query_text(q, "state", lz_certificate_state_name(state));
    lz_query_null(q, "reason");
    lz_query_null(q, "document");
    lz_query_int(q, "effective_at",
                 state == LZ_CERTIFICATE_AWAITING  ? now
                 : state == LZ_CERTIFICATE_EXPIRED ? day_after(row->valid_until)
                                                   : lz_date_start_s(row->issued_on));
    lz_query_int(q, "published_at", now);
    lz_query_int(q, "filed_by", call->actor->account);
    lz_query_null(q, "predecessor_id");
    lz_query_int(q, "created_at", now);
    return lz_query_run(q);
}

static int64_t events_of(enum lz_certificate_state first)
{
    return first == LZ_CERTIFICATE_AWAITING ? 0 : first == LZ_CERTIFICATE_EXPIRED ? 2 : 1;
}

/* The certificate's history: issued when its date says, and over when that says so.  A filing has none yet.
 */
static lz_err add_history(struct lz_call *call, struct import *import, const struct lz_roster_step *step,
                          enum lz_certificate_state state)
{
    const struct lz_certificate_event_row issued = {
        .id = import->next_event,
        .certificate = step->certificate,
        .event = LZ_CERTIFICATE_ISSUE,
        .from = LZ_CERTIFICATE_AWAITING,
        .to = LZ_CERTIFICATE_VALID,
        .effective_at = lz_date_start_s(step->row->issued_on),
    };
    const struct lz_certificate_event_row expired = {
        .id = import->next_event + 1,
        .certificate = step->certificate,
        .event = LZ_CERTIFICATE_EXPIRE,
        .from = LZ_CERTIFICATE_VALID,
        .to = LZ_CERTIFICATE_EXPIRED,
        .effective_at = day_after(step->row->valid_until),
    };
    lz_err err = state == LZ_CERTIFICATE_AWAITING ? LZ_OK : lz_certificate_event_add(call, &issued);
    if (!err && state == LZ_CERTIFICATE_EXPIRED)
        err = lz_certificate_event_add(call, &expired);
    import->next_event += events_of(state);
    return err;
}

static lz_err audit_created(struct lz_call *call, const struct lz_roster_step *step,
                            enum lz_certificate_state state)
{
    const struct lz_roster_row *row = step->row;
    const struct lz_audit_field after[] = {
        {.name = "issued_on", .text = row->issued_on.text},
        {.name = "kind", .text = lz_certificate_kind_name(row->kind)},
        {.name = "name", .text = row->name},
        {.name = "number", .text = row->number},
        {.name = "organ", .text = row->organ},
        {.name = "person", .number = &step->person},
        {.name = "region", .text = row->region},
        {.name = "scope", .text = row->scope},
        {.name = "state", .text = lz_certificate_state_name(state)},
        {.name = "valid_until", .text = row->valid_until.text},
    };
    return lz_audit_add_fields(call, "certificate.import", "certificate", step->certificate, NULL, 0, after,
                               sizeof after / sizeof after[0]);
}

static lz_err create(struct lz_call *call, struct import *import, struct lz_roster_step *step)
{
    const enum lz_certificate_state state = first_state(call, import, step->row);
    lz_err err = LZ_OK;
    if (step->refused_certificate) {
        struct lz_query *q = lz_query_start(call->sql, LZ_Q_certificate_set_current);
        lz_query_int(q, "current", 0);
        lz_query_int(q, "id", step->refused_certificate);
        err = lz_query_run(q);
    }
    if (!err)
        err = take_person(call, import, step);
    step->certificate = import->next_certificate++;
    if (!err)
        err = insert_certificate(call, import, step, state);
    if (!err)
        err = add_history(call, import, step, state);
    return err ? err : audit_created(call, step, state);
}

/* ---- changed records ---- */

static lz_err update_person(struct lz_call *call, const struct lz_roster_step *step)
{
    struct lz_query *q = lz_query_start(call->sql, LZ_Q_roster_person_update);
    bind_person(q, &step->after);
    lz_query_int(q, "id", step->person);
    return lz_query_run(q);
}

static lz_err set_person(struct lz_call *call, size_t statement, const char *name, int64_t value,
                         int64_t person)
{
    struct lz_query *q = lz_query_start(call->sql, statement);
    lz_query_int(q, name, value);
    lz_query_int(q, "id", person);
    return lz_query_run(q);
}

static lz_err update_certificate(struct lz_call *call, const struct lz_roster_step *step, int64_t organ)
{
    const struct lz_roster_row *after = &step->after;
    struct lz_query *q = lz_query_start(call->sql, LZ_Q_roster_certificate_update);
    lz_query_int(q, "id", step->certificate);
    lz_query_text(q, "kind", lz_certificate_kind_name(after->kind));
    lz_query_int(q, "organ_id", organ);
    lz_query_text(q, "scope", after->scope ? after->scope : "");
    lz_query_text(q, "region", after->region);
    lz_query_text(q, "issued_on", after->issued_on.text);
    lz_query_text(q, "valid_until", after->valid_until.text);
    return lz_query_run(q);
}

static lz_err change(struct lz_call *call, struct import *import, struct lz_roster_step *step)
{
    const int64_t organ = import->plan->organs[step->organ].id;
    lz_err err = LZ_OK;
    if (step->person_changed)
        err = update_person(call, step);
    if (!err && step->moved)
        err = set_person(call, LZ_Q_roster_person_move, "organ_id", organ, step->person);
    if (!err && step->kind_changed)
        err = set_person(call, LZ_Q_roster_person_auxiliary, "auxiliary",
                         step->after.kind == LZ_CERTIFICATE_AUXILIARY, step->person);
    if (!err && step->certificate_changed)
        err = update_certificate(call, step, organ);
    return err ? err
               : lz_audit_add(call, "certificate.import-change", "certificate", step->certificate,
                              step->before, step->now);
}

/* ---- the transaction ---- */

static lz_err create_organs(struct lz_call *call, struct lz_roster_plan *plan)
{
    for (size_t i = 0; i < plan->organ_count; i++) {
        struct lz_roster_organ *organ = &plan->organs[i];
        if (!organ->wanted || organ->id)
            continue;
        /* Below the importer's own organ, so that who made it may also act for it. */
        const struct lz_organ made = {
            .name = organ->name, .kind = LZ_ORGAN_STATUTORY, .parent = call->actor->organ};
        lz_err err = lz_organ_create(call, &made, &organ->id);
        if (err)
            return err;
    }
    return LZ_OK;
}

static lz_err take_ids(struct lz_call *call, struct import *import)
{
    int64_t people = 0, events = 0, certificates = (int64_t)import->result.created;
    for (size_t i = 0; i < import->plan->step_count; i++) {
        const struct lz_roster_step *step = &import->plan->steps[i];
        if (step->row->outcome != LZ_ROSTER_CREATED)
            continue;
        people += !step->person;
        events += events_of(first_state(call, import, step->row));
    }
    lz_err err =
        certificates ? lz_call_ids(call, "certificate", certificates, &import->next_certificate) : LZ_OK;
    if (!err && people)
        err = lz_call_ids(call, "person", people, &import->next_person);
    if (!err && events)
        err = lz_call_ids(call, "certificate_event", events, &import->next_event);
    return err;
}

static lz_err audit_import(struct lz_call *call, const struct lz_roster_result *result)
{
    json_t *after = json_pack("{s:I, s:I, s:I, s:I}", "created", (json_int_t)result->created, "changed",
                              (json_int_t)result->changed, "unchanged", (json_int_t)result->unchanged,
                              "refused", (json_int_t)result->refused);
    if (!after)
        return LZ_MEMORY;
    lz_err err = lz_audit_add(call, "roster.import", "roster", 0, NULL, after);
    json_decref(after);
    return err;
}

static lz_err write_rows(struct lz_call *call, struct import *import)
{
    const struct lz_roster_plan *plan = import->plan;
    for (size_t i = 0; i < plan->step_count; i++) {
        struct lz_roster_step *step = &plan->steps[i];
        lz_err err = LZ_OK;
        if (step->row->outcome == LZ_ROSTER_CREATED)
            err = create(call, import, step);
        else if (step->row->outcome == LZ_ROSTER_CHANGED)
            err = change(call, import, step);
        if (!err && !lz_roster_go_on(import->options, i + 1, plan->step_count))
            err = LZ_CANCELLED;
        if (err)
            return err;
    }
    return LZ_OK;
}

/* Compares and counts; *ret_write tells whether there is anything to write. */
static lz_err judge(struct lz_call *call, struct import *import, const struct lz_roster_options *options,
                    bool *ret_write)
{
    import->result = (struct lz_roster_result){0};
    lz_err err = lz_roster_compare(call, import->plan, options);
    if (!err)
        err = list_organs(import->plan, &import->result);
    if (err)
        return err;
    count(import->plan->roster, &import->result);
    const bool accepted = import->result.refused == 0 || import->options->partial;
    import->result.stored = accepted && !import->options->dry_run;
    *ret_write = import->result.stored && import->result.created + import->result.changed > 0;
    return LZ_OK;
}

static lz_err write_job(struct lz_call *call, void *context)
{
    struct import *import = context;
    const struct lz_roster_options silent = {0};
    bool write = false;
    import->today = lz_date_of(lz_call_now_s(call));
    /* The register may have changed since the first look. */
    lz_err err = judge(call, import, &silent, &write);
    if (err || !write)
        return err;
    err = create_organs(call, import->plan);
    if (!err)
        err = take_ids(call, import);
    if (!err)
        err = write_rows(call, import);
    return err ? err : audit_import(call, &import->result);
}

/* A first look outside the write: previews, refusals and unchanged files never hold up the writer. */
static lz_err look(struct lz_call *call, struct import *import, bool *ret_write)
{
    struct lz_sql *sql = lz_call_sql(call);
    if (!sql)
        return call->fault.code;
    const struct lz_roster_options silent = {0};
    const bool own = !call->sql;
    lz_err err = own ? lz_sql_read_begin(sql) : LZ_OK;
    if (!err) {
        err = judge(call, import, import->options->dry_run ? import->options : &silent, ret_write);
        if (own)
            lz_sql_read_end(sql);
    }
    return err;
}

lz_err lz_roster_store(struct lz_call *call, struct lz_roster *roster,
                       const struct lz_roster_options *options, struct lz_roster_result *ret_result)
{
    if (!(LZ_ROLES(call->actor->role) & LZ_ROLES_FILING))
        return lz_fault_set(&call->fault, LZ_FORBIDDEN, "只有人事、司法局和管理员可以导入名册。",
                            "Only HR, the bureau and administrators may import a roster.");
    struct lz_roster_plan plan = {0};
    struct import import = {.plan = &plan, .options = options};
    bool write = false;
    lz_buf_init(&import.sealed, SEALED_MAX);
    lz_err err = lz_roster_plan_new(call, roster, &plan);
    if (!err)
        err = look(call, &import, &write);
    if (!err && write)
        err = lz_call_write(call, write_job, &import);
    if (!err)
        *ret_result = import.result;
    else if (call->fault.code != err)
        lz_fault_set(&call->fault, err, NULL, NULL);
    lz_roster_plan_free(&plan);
    lz_buf_free(&import.sealed);
    return err;
}
