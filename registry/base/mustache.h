/* Mustache (the official spec without lambdas and inheritance): logic-free templates over one JSON value.
 * Templates are parsed once and may then be rendered by many threads at once. */
#ifndef LZ_BASE_MUSTACHE_H
#define LZ_BASE_MUSTACHE_H

#include "registry/base/bytes.h"

#include <jansson.h>

struct lz_mustache; /* a parsed template */

/* Parses `text` (copied).  LZ_MALFORMED with a fault that names the line; sections nest at most 64 deep. */
LZ_MUST lz_err lz_mustache_parse(struct lz_bytes text, struct lz_mustache **ret_template,
                                 struct lz_fault *fault);
void lz_mustache_free(struct lz_mustache **mustache);

/* How partials are found; NULL result means an empty partial.  The result is borrowed while rendering. */
typedef const struct lz_mustache *(*lz_mustache_partial)(void *context, const char *name);
/* How {{name}} escapes a value.  NULL means HTML (& < > " ' and nothing else). */
typedef void (*lz_mustache_escape)(struct lz_buf *out, struct lz_bytes value);

struct lz_mustache_options {
    lz_mustache_partial partial; /* NULL: every partial is empty */
    void *partial_context;
    lz_mustache_escape escape;
};

/* Appends to `out`; after an error `out` is as it was (or empty, if its own cap or memory gave out). Partials
 * nest at most 32 deep (LZ_TOO_LARGE).  `options` may be NULL.  A section is skipped for what is missing,
 * null, false, an empty list or an empty text; a zero is a value.  Objects and lists written as values leave
 * nothing. */
LZ_MUST lz_err lz_mustache_render(const struct lz_mustache *mustache, const json_t *value,
                                  const struct lz_mustache_options *options, struct lz_buf *out);

#endif
