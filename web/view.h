/* Builders for the values that web/templates/components/ want.  All give new references, NULL: memory; NULL
 * handed in where a reference is taken makes the result NULL, so a view checks once. */
#ifndef LZ_WEB_VIEW_H
#define LZ_WEB_VIEW_H

#include "registry/credential/verdict.h"
#include "web/visit.h"

/* components/field: value and error come from what was sent and refused (struct lz_fault of the call). */
struct lz_view_field {
    const char *name;
    const char *label; /* message key */
    const char *hint;  /* message key; NULL: none */
    const char *value; /* when nothing was sent; NULL: empty.  Never shown for LZ_INPUT_SECRET */
    const char *type;  /* "password", "file", …; NULL: text */
    const char *style; /* "input--short"; NULL: none */
    const char *autocomplete, *inputmode, *accept;
    bool required;
    bool textarea;
    json_t *options; /* select: [{value,label}], reference taken; NULL: an input */
};
json_t *lz_view_field(struct lz_visit *visit, const struct lz_view_field *field);
/* components/summary: one row; `text` NULL leaves JSON null, which lz_view_append skips. */
json_t *lz_view_row(const char *label, const char *text, const char *tone);
/* lz_json_append, skipping JSON null. */
void lz_view_append(json_t **list, json_t *item);
/* components/table: a cell; href, tone and style may be NULL. */
json_t *lz_view_cell(const char *text, const char *href, const char *tone, const char *style);
/* components/paging: `path` with the query that stays, and "page" added: "/organs?text=x"; JSON false when
 * one page holds all. */
json_t *lz_view_paging(struct lz_visit *visit, const char *path, size_t page, size_t limit, size_t total);

/* An ISO instant "2026-11-23T08:00:00Z" as people here read it: "2026-11-23 16:00"; arena. */
const char *lz_view_instant(struct lz_visit *visit, const char *iso);
/* Colour of a certificate's status word. */
const char *lz_view_status_tone(const char *status);
/* The word for a certificate's status or kind by its stable name; the name itself when unknown. */
const char *lz_view_status_word(const struct lz_visit *visit, const char *status);
const char *lz_view_kind_word(const struct lz_visit *visit, const char *kind);
/* A reason code's sentence, whatever its group; NULL when there is none. */
const char *lz_view_reason(const struct lz_visit *visit, const char *reason);
/* components/verdict from the value of `verify` (DESIGN 12).  `photo`: address of the photo or NULL. */
json_t *lz_view_verdict(struct lz_visit *visit, const json_t *verification, const char *photo);

#endif
