/* What a route takes from path, query and form: a table, checked before any handler runs. */
#ifndef LZ_WEB_INPUT_H
#define LZ_WEB_INPUT_H

#include "registry/base/clock.h"
#include "web/http/catalogue.h"
#include "web/http/http.h"

enum lz_input_place {
    LZ_IN_QUERY,
    LZ_IN_FORM, /* the body: a form, or a flat JSON object */
    LZ_IN_PATH, /* a {segment}; what does not fit is 404, not 422 */
};

enum lz_input_kind {
    LZ_INPUT_TEXT,   /* one line, trimmed, width folded; no control characters */
    LZ_INPUT_EXACT,  /* taken as it is: tokens, tile paths */
    LZ_INPUT_SECRET, /* as it is, and never shown again */
    LZ_INPUT_LINES,  /* several lines */
    LZ_INPUT_ID,     /* an id of the register: 1 to 2^53-1 */
    LZ_INPUT_INT,    /* 0 to `max` */
    LZ_INPUT_DATE,   /* YYYY-MM-DD */
    LZ_INPUT_CHOICE, /* one of `choices` */
    LZ_INPUT_FLAG,   /* present and neither "", "0" nor "false": true */
    LZ_INPUT_FILE,   /* multipart only */
    LZ_INPUT_KIND_COUNT
};

struct lz_input {
    const char *name; /* of the field or {segment} */
    enum lz_input_place place;
    enum lz_input_kind kind;
    bool required;
    bool many;   /* may be sent several times */
    int64_t max; /* characters of text (0: 200), bytes of a file (0: what the body may have), greatest INT (0:
                    1,000,000) */
    const char *label;          /* message key; NULL: the name */
    const char *const *choices; /* names, ends with NULL */
};

/* One value that was sent and accepted. */
struct lz_value {
    const struct lz_input *input;
    const char *text;                 /* never NULL */
    int64_t number;                   /* ID, INT; FLAG: 1 */
    struct lz_date date;              /* DATE */
    const struct lz_form_field *file; /* FILE */
};
struct lz_values {
    size_t count;
    struct lz_value *list; /* in the order of the table, then as sent; what was not sent is not there */
};

/* Where values come from. */
struct lz_input_source {
    const struct lz_form *query;
    const struct lz_form *form;
    struct lz_form path; /* {segments} by name */
};

/* Checks every input; LZ_INVALID with a fault per refused field in both languages, LZ_NOT_FOUND for a
 * segment.  What was sent for accepted fields is in *ret_values in either case. */
LZ_MUST lz_err lz_inputs_read(const struct lz_input *inputs, size_t count,
                              const struct lz_input_source *source, const struct lz_catalogue *texts,
                              struct lz_arena *arena, struct lz_values *ret_values, struct lz_fault *fault);
/* The value number `index` (0: first) of that name; NULL: not sent. */
const struct lz_value *lz_values_find(const struct lz_values *values, const char *name, size_t index);

/* The body as fields: forms of either kind, or a flat JSON object of texts, numbers, booleans and lists of
 * them. LZ_UNSUPPORTED, LZ_MALFORMED, LZ_TOO_LARGE. */
LZ_MUST lz_err lz_body_fields(const struct lz_http_request *request, struct lz_form *ret_form);

#endif
