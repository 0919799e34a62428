/* Between comparing a roster with the register (roster_compare.c) and writing it (roster_store.c). */
#ifndef LZ_REGISTRY_ROSTER_STORE_H
#define LZ_REGISTRY_ROSTER_STORE_H

#include "registry/person.h"
#include "registry/roster.h"
#include "registry/roster_columns.h"

/* An organ that the roster names. */
struct lz_roster_organ {
    const char *name;
    int64_t id;   /* 0: the register lacks it */
    bool outside; /* beyond the actor's scope */
    bool wanted;  /* a row to be stored names it */
};

/* What is to be done for one row. */
struct lz_roster_step {
    struct lz_roster_row *row;
    uint8_t index[LZ_ID_INDEX_SIZE]; /* of the ID number */
    size_t organ;                    /* in the plan */
    int64_t person;                  /* 0: to be created */
    int64_t certificate;             /* CHANGED: which */
    int64_t refused_certificate;     /* CREATED: a refused filing that gives its number free; 0: none */
    struct lz_roster_row after;      /* CHANGED: the whole new truth */
    bool person_changed, certificate_changed, moved, kind_changed;
    json_t *before, *now; /* what differs, for the audit; owned */
};

struct lz_roster_plan {
    struct lz_roster *roster;
    struct lz_roster_organ *organs; /* by name */
    size_t organ_count;
    struct lz_roster_step *steps; /* readable rows, in the file's order */
    size_t step_count;
    struct lz_arena *scratch; /* one row's texts from the register */
};

/* Why the register refuses a row that reads well. */
enum lz_roster_refusal {
    LZ_ROSTER_ORGAN_UNKNOWN,
    LZ_ROSTER_ORGAN_OUTSIDE,
    LZ_ROSTER_NUMBER_OF_ANOTHER,
    LZ_ROSTER_NUMBER_OUTSIDE,
    LZ_ROSTER_HOLDS_ANOTHER,
    LZ_ROSTER_HOLDS_OTHER_CLASS,
    LZ_ROSTER_PERSON_OUTSIDE,
    LZ_ROSTER_PERSON_LEFT,
    LZ_ROSTER_PERSON_DECEASED,
    LZ_ROSTER_NAME_DIFFERS,
    LZ_ROSTER_NOT_BY_HR,
    LZ_ROSTER_ENDED,
    LZ_ROSTER_EXPIRED,
    LZ_ROSTER_ON_BADGE,
    LZ_ROSTER_NOT_YET_ISSUED,
    LZ_ROSTER_REFUSAL_COUNT
};
/* Refuses the step's row at `field` for that reason; `registered` is what the register has, shown to whoever
 * imports (NULL: nothing).  Adds to the row's faults, in the roster's memory.  LZ_MEMORY. */
LZ_MUST lz_err lz_roster_refuse(struct lz_roster_plan *plan, struct lz_roster_step *step,
                                enum lz_roster_field field, enum lz_roster_refusal refusal,
                                const char *registered);

/* Makes the plan's tables; free it also after a failure. */
LZ_MUST lz_err lz_roster_plan_new(struct lz_call *call, struct lz_roster *roster,
                                  struct lz_roster_plan *ret_plan);
void lz_roster_plan_free(struct lz_roster_plan *plan);
/* Judges every readable row as the register stands now: outcome, faults, change.  May be repeated. */
LZ_MUST lz_err lz_roster_compare(struct lz_call *call, struct lz_roster_plan *plan,
                                 const struct lz_roster_options *options);

/* Tells the caller's progress of every thousandth row and the last; false: stop, LZ_CANCELLED. */
bool lz_roster_go_on(const struct lz_roster_options *options, size_t done, size_t total);

#endif
