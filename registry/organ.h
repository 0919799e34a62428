/* 行政执法机关: who applies for certificates and answers for their holders. */
#ifndef LZ_REGISTRY_ORGAN_H
#define LZ_REGISTRY_ORGAN_H

#include "registry/register.h"

enum lz_organ_kind { LZ_ORGAN_STATUTORY, LZ_ORGAN_AUTHORISED, LZ_ORGAN_ENTRUSTED, LZ_ORGAN_KIND_COUNT };
const char *lz_organ_kind_name(enum lz_organ_kind kind); /* "statutory" */
const char *lz_organ_kind_word(enum lz_organ_kind kind, lz_lang lang);

/* Text lives in the call's arena. */
struct lz_organ {
    int64_t id;       /* also the small number that tokens and the log carry */
    const char *code; /* GB 32100, or NULL */
    const char *name;
    enum lz_organ_kind kind;
    int64_t parent;             /* 0: none */
    const char *region;         /* or NULL */
    const char *complaint_line; /* or NULL */
    const char *basis;          /* legal basis, public; or NULL */
    int64_t officers;           /* certificates in force, filled by lz_organ_list and lz_organ_find */
};

LZ_MUST lz_err lz_organ_find(struct lz_call *call, int64_t id, struct lz_organ *ret_organ); /* LZ_NOT_FOUND */
LZ_MUST lz_err lz_organ_find_name(struct lz_call *call, const char *name,
                                  struct lz_organ *ret_organ); /* LZ_NOT_FOUND */
/* The bureau that the register was made for: its first organ, who issues. */
LZ_MUST lz_err lz_organ_bureau(struct lz_call *call, struct lz_organ *ret_organ);
/* Organs under `parent` (0: all) whose name contains `text` (NULL: any), by name, from `offset`; *ret_total
 * counts all. */
LZ_MUST lz_err lz_organ_list(struct lz_call *call, const char *text, size_t offset, size_t limit,
                             struct lz_organ **ret_organs, size_t *ret_count, size_t *ret_total);
/* Creates one (id and officers are ignored): audited, and published in the log (entry type 5).  Roles: admin,
 * bureau. LZ_EXISTS when the name is taken, LZ_FORBIDDEN when `parent` lies outside the actor's scope. */
LZ_MUST lz_err lz_organ_create(struct lz_call *call, const struct lz_organ *organ, int64_t *ret_id);
/* May the actor act for this organ?  LZ_FORBIDDEN with its sentence when the organ lies outside its scope. */
LZ_MUST lz_err lz_organ_scope(struct lz_call *call, int64_t organ);

#endif
