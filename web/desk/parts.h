/* Small pieces that several desk pages share. */
#ifndef LZ_WEB_DESK_PARTS_H
#define LZ_WEB_DESK_PARTS_H

#include "registry/certificate.h"
#include "web/view.h"

/* ---- values ---- */
json_t *lz_desk_instant(int64_t utc_seconds);      /* JSON text, or null for 0 */
size_t lz_desk_page(const struct lz_visit *visit); /* input `page`, from 1 */
/* {id, name} of the organs the actor may choose from; new reference in *ret_list. */
LZ_MUST lz_err lz_desk_organ_choice(struct lz_visit *visit, json_t **ret_list);

/* ---- views ---- */
const char *lz_desk_text(const json_t *object, const char *key); /* NULL: absent, null or no text */
json_int_t lz_desk_int(const json_t *object, const char *key);
bool lz_desk_true(const json_t *object, const char *key);
const char *lz_desk_number(struct lz_visit *visit, json_int_t number); /* "1,284" */
/* The text of `key` with {name} replaced; pairs end with NULL. */
#define lz_desk_say(visit, ...)                                                                              \
    lz_catalogue_format((visit)->site->texts, (visit)->call->arena, (visit)->lang, __VA_ARGS__)
json_t *lz_desk_option(const char *value, const char *label);
/* A select's options from {id, name}, with `none` (message key) first. */
json_t *lz_desk_organ_options(struct lz_visit *visit, const json_t *organs, const char *none);
json_t *lz_desk_column(struct lz_visit *visit, const char *label, const char *style); /* of a table */
/* Columns from message keys, ends with NULL. */
json_t *lz_desk_columns(struct lz_visit *visit, const char *const *labels);
/* {caption, columns, rows, paging}; takes the references; NULL handed in gives NULL. */
json_t *lz_desk_table(const char *caption, json_t *columns, json_t *rows, json_t *paging);
json_t *lz_desk_row(const char *style, json_t *cells);
json_t *lz_desk_link(const char *href, const char *label);
/* components/empty; href and label may be NULL. */
json_t *lz_desk_empty(struct lz_visit *visit, const char *title, const char *text, const char *href,
                      const char *label);
json_t *lz_desk_status_cell(struct lz_visit *visit, const char *status);
/* What an audit event did ("certificate.cancel"), who did it when nobody signed in ("(local)") and to what
 * kind of record, in words; a name that has no words stays as it is. */
const char *lz_desk_audit_did(struct lz_visit *visit, const char *action);
const char *lz_desk_audit_who(struct lz_visit *visit, const char *actor);
const char *lz_desk_audit_what(struct lz_visit *visit, const char *object_kind);
const char *lz_desk_person_href(struct lz_visit *visit, json_int_t person);

#endif
