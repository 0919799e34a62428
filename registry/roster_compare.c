/* What a roster's row means for the register as it stands: new, changed, unchanged, or refused and why. */
#include "registry/organ.h"
#include "registry/roster_store.h"
#include "registry/roster_value.h"
#include "registry/statements.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* What stands under a number. */
struct stored {
    int64_t id, organ, person;
    enum lz_certificate_kind kind;
    enum lz_certificate_state state;
    const char *organ_name, *scope, *region, *name,
        *post; /* roster's arena only when they differ: borrowed */
    struct lz_date issued_on, valid_until;
    int sex;
    bool other_person, has_badge;
};

/* ---- the plan ---- */

static int by_organ(const void *a, const void *b)
{
    const struct lz_roster_organ *x = a, *y = b;
    return strcmp(x->name, y->name);
}

static int organ_named(const void *name, const void *organ)
{
    return strcmp(name, ((const struct lz_roster_organ *)organ)->name);
}

/* The roster's organs, each once, sorted by name. */
static void gather_organs(struct lz_roster_plan *plan)
{
    for (size_t i = 0; i < plan->step_count; i++)
        plan->organs[i].name = plan->steps[i].row->organ;
    qsort(plan->organs, plan->step_count, sizeof *plan->organs, by_organ);
    for (size_t i = 0; i < plan->step_count; i++)
        if (plan->organ_count == 0 || by_organ(&plan->organs[plan->organ_count - 1], &plan->organs[i]) != 0)
            plan->organs[plan->organ_count++] = plan->organs[i];
    for (size_t i = 0; i < plan->step_count; i++) {
        const struct lz_roster_organ *organ = bsearch(plan->steps[i].row->organ, plan->organs,
                                                      plan->organ_count, sizeof *plan->organs, organ_named);
        plan->steps[i].organ = organ ? (size_t)(organ - plan->organs) : 0;
    }
}

lz_err lz_roster_plan_new(struct lz_call *call, struct lz_roster *roster, struct lz_roster_plan *ret_plan)
{
    struct lz_roster_plan plan = {.roster = roster};
    plan.steps = calloc(roster->row_count + 1, sizeof *plan.steps);
    plan.organs = calloc(roster->row_count + 1, sizeof *plan.organs);
    plan.scratch = lz_arena_new(0);
    *ret_plan = plan;
    if (!plan.steps || !plan.organs || !plan.scratch)
        return lz_call_memory(call);
    for (size_t i = 0; i < roster->row_count; i++) {
        struct lz_roster_row *row = &roster->rows[i];
        if (!row->readable)
            continue;
        struct lz_roster_step *step = &plan.steps[plan.step_count++];
        step->row = row;
        lz_err err = lz_id_number_index(call->reg, row->id_number, step->index);
        if (err)
            return lz_fault_set(&call->fault, err, NULL, NULL);
    }
    gather_organs(&plan);
    *ret_plan = plan;
    return LZ_OK;
}

static void forget(struct lz_roster_step *step)
{
    json_decref(step->before);
    json_decref(step->now);
    step->before = step->now = NULL;
    step->person = step->certificate = step->refused_certificate = 0;
    step->person_changed = step->certificate_changed = step->moved = step->kind_changed = false;
    step->row->faults = NULL;
    step->row->fault_count = 0;
    step->row->change = NULL;
    step->row->outcome = LZ_ROSTER_CREATED;
}

void lz_roster_plan_free(struct lz_roster_plan *plan)
{
    for (size_t i = 0; i < plan->step_count; i++) {
        json_decref(plan->steps[i].before);
        json_decref(plan->steps[i].now);
    }
    free(plan->steps);
    free(plan->organs);
    lz_arena_free(&plan->scratch);
    *plan = (struct lz_roster_plan){0};
}

static lz_err look_up_organs(struct lz_call *call, struct lz_roster_plan *plan)
{
    for (size_t i = 0; i < plan->organ_count; i++) {
        struct lz_roster_organ *organ = &plan->organs[i];
        struct lz_organ found = {0};
        organ->outside = organ->wanted = false;
        lz_err err = lz_organ_find_name(call, organ->name, &found);
        organ->id = err ? 0 : found.id;
        if (!err)
            err = lz_organ_scope(call, found.id);
        organ->outside = err == LZ_FORBIDDEN;
        if (err && err != LZ_NOT_FOUND && err != LZ_FORBIDDEN)
            return err;
        call->fault = (struct lz_fault){0};
    }
    return LZ_OK;
}

static bool by_bureau(const struct lz_call *call)
{
    return (LZ_ROLES(call->actor->role) & LZ_ROLES_BUREAU) != 0;
}

/* ---- a number that the register has ---- */

static lz_err read_stored(struct lz_query *q, struct lz_arena *arena, const struct lz_roster_step *step,
                          struct stored *s)
{
    const struct {
        int column;
        const char **ret;
    } texts[] = {{3, &s->organ_name}, {4, &s->scope}, {5, &s->region}, {10, &s->name}, {12, &s->post}};
    const char *issued = lz_query_get_text(q, 6);
    s->id = lz_query_get_int(q, 0);
    s->organ = lz_query_get_int(q, 2);
    s->person = lz_query_get_int(q, 9);
    s->sex = (int)lz_query_get_int(q, 11);
    s->other_person = !lz_bytes_equal(lz_query_get_blob(q, 13), lz_bytes_of(step->index, sizeof step->index));
    s->has_badge = lz_query_get_int(q, 14) != 0;
    if (!issued || lz_date_parse(issued, &s->issued_on))
        return LZ_CORRUPT;
    const char *until = lz_query_get_text(q, 7);
    if (!until || lz_date_parse(until, &s->valid_until) ||
        lz_certificate_kind_parse(lz_query_get_text(q, 1), &s->kind) ||
        lz_certificate_state_parse(lz_query_get_text(q, 8), &s->state))
        return LZ_CORRUPT;
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        const char *text = lz_query_get_text(q, texts[i].column);
        *texts[i].ret = lz_arena_text(arena, text);
        if (text && !*texts[i].ret)
            return LZ_MEMORY;
    }
    return LZ_OK;
}

/* One field that may differ, as text on both sides; NULL or "" in the row: the file does not say. */
struct difference {
    enum lz_roster_field field;
    const char *before, *after;
    bool hr_may;    /* of an issued certificate */
    bool on_badge;  /* printed or signed: a live badge forbids it */
    bool of_term;   /* would bring an expired certificate back to life: renewal does that */
    bool of_person; /* else of the certificate */
};

static const char *const sex_words[10] = {[0] = "未知", [1] = "男", [2] = "女", [9] = "未说明"};

static enum lz_certificate_state state_now(const struct lz_call *call, const struct stored *s)
{
    const struct lz_certificate as = {
        .state = s->state, .issued_on = s->issued_on, .valid_until = s->valid_until};
    return lz_certificate_state_at(&as, lz_call_now_s(call));
}

/* May this difference be stored?  Refuses the row when not. */
static lz_err judge(struct lz_call *call, struct lz_roster_plan *plan, struct lz_roster_step *step,
                    const struct stored *s, const struct difference *d)
{
    const enum lz_certificate_state state = state_now(call, s);
    const bool ended = state == LZ_CERTIFICATE_REVOKED || state == LZ_CERTIFICATE_CANCELLED ||
                       state == LZ_CERTIFICATE_REPLACED;
    const bool settled = d->field == LZ_ROSTER_NAME || state != LZ_CERTIFICATE_AWAITING;
    if (ended)
        return lz_roster_refuse(plan, step, d->field, LZ_ROSTER_ENDED,
                                lz_certificate_state_word(state, LZ_ZH));
    if (!by_bureau(call) && !d->hr_may && settled)
        return lz_roster_refuse(plan, step, d->field,
                                d->field == LZ_ROSTER_NAME ? LZ_ROSTER_NAME_DIFFERS : LZ_ROSTER_NOT_BY_HR,
                                d->before);
    if (d->of_term && state == LZ_CERTIFICATE_EXPIRED)
        return lz_roster_refuse(plan, step, d->field, LZ_ROSTER_EXPIRED, d->before);
    if (d->on_badge && s->has_badge)
        return lz_roster_refuse(plan, step, d->field, LZ_ROSTER_ON_BADGE, d->before);
    return LZ_OK;
}

/* Notes an accepted difference for the audit and for the one who reads the preview. */
static lz_err note(struct lz_roster_plan *plan, struct lz_roster_step *step, const struct difference *d)
{
    static const char *const keys[LZ_ROSTER_FIELD_COUNT] = {
        [LZ_ROSTER_NAME] = "name",         [LZ_ROSTER_ORGAN] = "organ",   [LZ_ROSTER_ISSUED] = "issued_on",
        [LZ_ROSTER_UNTIL] = "valid_until", [LZ_ROSTER_SEX] = "sex",       [LZ_ROSTER_POST] = "post",
        [LZ_ROSTER_SCOPE] = "scope",       [LZ_ROSTER_REGION] = "region", [LZ_ROSTER_KIND] = "kind",
    };
    struct lz_roster_row *row = step->row;
    const char *before = d->before ? d->before : "";
    if (!step->before)
        step->before = json_object();
    if (!step->now)
        step->now = json_object();
    if (json_object_set_new(step->before, keys[d->field], json_string(before)) ||
        json_object_set_new(step->now, keys[d->field], json_string(d->after)))
        return LZ_MEMORY;
    row->change = lz_arena_printf(plan->roster->arena, "%s%s%s: %s → %s", row->change ? row->change : "",
                                  row->change ? "; " : "", plan->roster->headers[d->field],
                                  *before ? before : "—", d->after);
    row->outcome = LZ_ROSTER_CHANGED;
    step->person_changed |= d->of_person;
    step->certificate_changed |= !d->of_person;
    step->moved |= d->field == LZ_ROSTER_ORGAN;
    step->kind_changed |= d->field == LZ_ROSTER_KIND;
    return row->change ? LZ_OK : LZ_MEMORY;
}

static lz_err compare_fields(struct lz_call *call, struct lz_roster_plan *plan, struct lz_roster_step *step,
                             const struct stored *s)
{
    const struct lz_roster_row *row = step->row;
    const struct difference fields[] = {
        {LZ_ROSTER_NAME, s->name, row->name, .on_badge = true, .of_person = true},
        {LZ_ROSTER_SEX, sex_words[s->sex], row->sex ? sex_words[row->sex] : NULL, .hr_may = true,
         .of_person = true},
        {LZ_ROSTER_POST, s->post, row->post, .hr_may = true, .of_person = true},
        {LZ_ROSTER_ORGAN, s->organ_name, row->organ, .on_badge = true},
        {LZ_ROSTER_KIND, lz_certificate_kind_word(s->kind, LZ_ZH),
         row->kind_given ? lz_certificate_kind_word(row->kind, LZ_ZH) : NULL, .on_badge = true,
         .of_term = true},
        {LZ_ROSTER_SCOPE, s->scope, row->scope, .on_badge = false},
        {LZ_ROSTER_REGION, s->region, row->region, .on_badge = false},
        {LZ_ROSTER_ISSUED, s->issued_on.text, row->issued_on.text, .on_badge = true, .of_term = true},
        {LZ_ROSTER_UNTIL, s->valid_until.text, row->valid_until.text, .on_badge = true, .of_term = true},
    };
    step->row->outcome = LZ_ROSTER_UNCHANGED;
    for (size_t i = 0; i < sizeof fields / sizeof fields[0]; i++) {
        const struct difference *d = &fields[i];
        if (!d->after || !*d->after || strcmp(d->before ? d->before : "", d->after) == 0)
            continue;
        lz_err err = judge(call, plan, step, s, d);
        if (!err && row->outcome != LZ_ROSTER_REFUSED)
            err = note(plan, step, d);
        if (err)
            return err;
    }
    return LZ_OK;
}

/* The row's say, or what is stored where the file is silent; kept for the writing. */
static const char *either(struct lz_arena *arena, const char *told, const char *stored, bool *whole)
{
    const char *text = told ? told : lz_arena_text(arena, stored);
    *whole = *whole && (text || !stored);
    return text;
}

/* The whole new truth, so that one statement writes it. */
static lz_err overlay(struct lz_arena *arena, struct lz_roster_step *step, const struct stored *s)
{
    const struct lz_roster_row *row = step->row;
    bool whole = true;
    step->person = s->person;
    step->certificate = s->id;
    step->after = *row;
    step->after.sex = row->sex ? row->sex : s->sex;
    step->after.kind = row->kind_given ? row->kind : s->kind;
    step->after.post = either(arena, row->post, s->post, &whole);
    step->after.scope = either(arena, row->scope, s->scope, &whole);
    step->after.region = either(arena, row->region, s->region, &whole);
    return whole ? LZ_OK : LZ_MEMORY;
}

static lz_err compare_stored(struct lz_call *call, struct lz_roster_plan *plan, struct lz_roster_step *step,
                             const struct stored *s)
{
    if (s->other_person)
        return lz_roster_refuse(plan, step, LZ_ROSTER_NUMBER, LZ_ROSTER_NUMBER_OF_ANOTHER, NULL);
    lz_err err = lz_organ_scope(call, s->organ);
    if (err == LZ_FORBIDDEN) {
        call->fault = (struct lz_fault){0};
        return lz_roster_refuse(plan, step, LZ_ROSTER_NUMBER, LZ_ROSTER_NUMBER_OUTSIDE, NULL);
    }
    if (err)
        return err;
    err = compare_fields(call, plan, step, s);
    if (!err && step->row->outcome == LZ_ROSTER_CHANGED)
        err = overlay(plan->roster->arena, step, s);
    return err;
}

/* ---- a number that is new ---- */

/* What the person already holds must let the new certificate be. */
static lz_err judge_held(struct lz_call *call, struct lz_roster_plan *plan, struct lz_roster_step *step)
{
    const struct lz_roster_row *row = step->row;
    const struct lz_date today = lz_date_of(lz_call_now_s(call));
    const char *held = NULL;
    enum lz_roster_refusal refusal = LZ_ROSTER_REFUSAL_COUNT;
    lz_err err = LZ_OK;
    struct lz_query *q = lz_query_start(lz_call_sql(call), LZ_Q_roster_held);
    lz_query_int(q, "person_id", step->person);
    while (!err && lz_query_next(q)) {
        enum lz_certificate_kind kind = LZ_CERTIFICATE_KIND_COUNT;
        const char *until = lz_query_get_text(q, 2);
        const bool over = until && strcmp(until, today.text) < 0;
        err = lz_certificate_kind_parse(lz_query_get_text(q, 1), &kind);
        if (err || over || refusal != LZ_ROSTER_REFUSAL_COUNT)
            continue;
        if (kind == row->kind)
            refusal = LZ_ROSTER_HOLDS_ANOTHER;
        else if ((kind == LZ_CERTIFICATE_AUXILIARY) != (row->kind == LZ_CERTIFICATE_AUXILIARY))
            refusal = LZ_ROSTER_HOLDS_OTHER_CLASS;
        else
            continue;
        held = lz_roster_mask(plan->roster->arena, lz_query_get_text(q, 0));
    }
    lz_err ended = lz_query_end(q);
    if (err || ended)
        return ended ? ended : LZ_CORRUPT;
    if (refusal == LZ_ROSTER_REFUSAL_COUNT)
        return LZ_OK;
    return lz_roster_refuse(
        plan, step, refusal == LZ_ROSTER_HOLDS_ANOTHER ? LZ_ROSTER_NUMBER : LZ_ROSTER_KIND, refusal, held);
}

struct known_person {
    int64_t id, organ;
    const char *name, *organ_name, *state; /* the plan's scratch */
    bool has_badge;                        /* a live one, of a certificate in force */
};

static lz_err find_person(struct lz_call *call, struct lz_roster_plan *plan,
                          const struct lz_roster_step *step, struct known_person *ret_person)
{
    const struct lz_date today = lz_date_of(lz_call_now_s(call));
    lz_err err = LZ_OK;
    struct lz_query *q = lz_query_start(lz_call_sql(call), LZ_Q_roster_person);
    lz_query_text(q, "today", today.text);
    lz_query_blob(q, "id_number_index", lz_bytes_of(step->index, sizeof step->index));
    while (lz_query_next(q)) {
        ret_person->id = lz_query_get_int(q, 0);
        ret_person->organ = lz_query_get_int(q, 2);
        ret_person->has_badge = lz_query_get_int(q, 5) != 0;
        ret_person->name = lz_arena_text(plan->scratch, lz_query_get_text(q, 1));
        ret_person->organ_name = lz_arena_text(plan->scratch, lz_query_get_text(q, 3));
        ret_person->state = lz_arena_text(plan->scratch, lz_query_get_text(q, 4));
        err = ret_person->name && ret_person->organ_name && ret_person->state ? LZ_OK : LZ_MEMORY;
    }
    lz_err ended = lz_query_end(q);
    return err ? err : ended;
}

/* The word for a stored state's name, as the desk shows it. */
static const char *state_word(const char *name)
{
    for (int i = 0; i < LZ_PERSON_STATE_COUNT; i++)
        if (strcmp(name, lz_person_state_name((enum lz_person_state)i)) == 0)
            return lz_person_state_word((enum lz_person_state)i, LZ_ZH);
    return name;
}

static lz_err judge_known_person(struct lz_call *call, struct lz_roster_plan *plan,
                                 struct lz_roster_step *step, const struct known_person *p)
{
    if (strcmp(p->state, lz_person_state_name(LZ_PERSON_DECEASED)) == 0)
        return lz_roster_refuse(plan, step, LZ_ROSTER_ID, LZ_ROSTER_PERSON_DECEASED, NULL);
    lz_err err = lz_organ_scope(call, p->organ);
    if (err == LZ_FORBIDDEN) {
        call->fault = (struct lz_fault){0};
        return lz_roster_refuse(plan, step, LZ_ROSTER_ID, LZ_ROSTER_PERSON_OUTSIDE, NULL);
    }
    if (err)
        return err;
    if (!by_bureau(call)) {
        if (strcmp(p->state, lz_person_state_name(LZ_PERSON_ACTIVE)) != 0)
            return lz_roster_refuse(plan, step, LZ_ROSTER_ID, LZ_ROSTER_PERSON_LEFT, state_word(p->state));
        if (strcmp(p->name, step->row->name) != 0)
            return lz_roster_refuse(plan, step, LZ_ROSTER_NAME, LZ_ROSTER_NAME_DIFFERS, p->name);
        if (p->organ != plan->organs[step->organ].id)
            return lz_roster_refuse(plan, step, LZ_ROSTER_ORGAN, LZ_ROSTER_NOT_BY_HR, p->organ_name);
    }
    if (p->has_badge && strcmp(p->name, step->row->name) != 0)
        return lz_roster_refuse(plan, step, LZ_ROSTER_NAME, LZ_ROSTER_ON_BADGE, p->name);
    if (p->has_badge && p->organ != plan->organs[step->organ].id)
        return lz_roster_refuse(plan, step, LZ_ROSTER_ORGAN, LZ_ROSTER_ON_BADGE, p->organ_name);
    step->person = p->id;
    step->before = json_pack("{s:s, s:s, s:s}", "name", p->name, "organ", p->organ_name, "state", p->state);
    step->now = json_pack("{s:s, s:s, s:s}", "name", step->row->name, "organ", step->row->organ, "state",
                          lz_person_state_name(LZ_PERSON_ACTIVE));
    return step->before && step->now ? judge_held(call, plan, step) : LZ_MEMORY;
}

static lz_err compare_new(struct lz_call *call, struct lz_roster_plan *plan, struct lz_roster_step *step)
{
    struct known_person person = {0};
    lz_err err = find_person(call, plan, step, &person);
    if (!err && person.id)
        err = judge_known_person(call, plan, step, &person);
    return err;
}

/* ---- all rows ---- */

static lz_err compare_row(struct lz_call *call, struct lz_roster_plan *plan, struct lz_roster_step *step)
{
    const struct lz_roster_organ *organ = &plan->organs[step->organ];
    const struct lz_date today = lz_date_of(lz_call_now_s(call));
    forget(step);
    lz_arena_reset(plan->scratch);
    if (strcmp(step->row->issued_on.text, today.text) > 0)
        return lz_roster_refuse(plan, step, LZ_ROSTER_ISSUED, LZ_ROSTER_NOT_YET_ISSUED, today.text);
    if (organ->outside)
        return lz_roster_refuse(plan, step, LZ_ROSTER_ORGAN, LZ_ROSTER_ORGAN_OUTSIDE, NULL);
    if (!organ->id && !by_bureau(call))
        return lz_roster_refuse(plan, step, LZ_ROSTER_ORGAN, LZ_ROSTER_ORGAN_UNKNOWN, NULL);
    struct stored stored = {0};
    lz_err err = LZ_OK;
    struct lz_query *q = lz_query_start(lz_call_sql(call), LZ_Q_roster_certificate);
    lz_query_text(q, "number", step->row->number);
    while (!err && lz_query_next(q))
        err = read_stored(q, plan->scratch, step, &stored);
    lz_err ended = lz_query_end(q);
    if (err || ended)
        return err ? err : ended;
    /* A filing that was refused holds its number no longer: it may be filed again, corrected. */
    if (stored.id && stored.state == LZ_CERTIFICATE_REFUSED && !stored.other_person)
        step->refused_certificate = stored.id;
    else if (stored.id)
        return compare_stored(call, plan, step, &stored);
    return compare_new(call, plan, step);
}

bool lz_roster_go_on(const struct lz_roster_options *options, size_t done, size_t total)
{
    enum { PROGRESS_ROWS = 1000 };
    const bool due = done % PROGRESS_ROWS == 0 || done == total;
    return !due || !options->progress || options->progress(options->progress_context, done, total);
}

lz_err lz_roster_compare(struct lz_call *call, struct lz_roster_plan *plan,
                         const struct lz_roster_options *options)
{
    if (!lz_call_sql(call))
        return call->fault.code;
    lz_err err = look_up_organs(call, plan);
    for (size_t i = 0; i < plan->step_count && !err; i++) {
        err = compare_row(call, plan, &plan->steps[i]);
        if (!err && !lz_roster_go_on(options, i + 1, plan->step_count))
            err = LZ_CANCELLED;
    }
    if (err && call->fault.code != err)
        lz_fault_set(&call->fault, err, NULL, NULL);
    if (err)
        return err;
    for (size_t i = 0; i < plan->step_count; i++) {
        const struct lz_roster_step *step = &plan->steps[i];
        const bool stored = step->row->outcome == LZ_ROSTER_CREATED ||
                            (step->row->outcome == LZ_ROSTER_CHANGED && step->moved);
        plan->organs[step->organ].wanted |= stored;
    }
    return LZ_OK;
}
