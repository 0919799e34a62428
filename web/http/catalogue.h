/* Every text a user sees, by key: web/messages/<lang>/<group>.ini, lines `key = text`, # comments.  Keys are
 * dotted lower-case words and unique over all groups of a language.  Loaded once, then read by many threads.
 */
#ifndef LZ_WEB_HTTP_CATALOGUE_H
#define LZ_WEB_HTTP_CATALOGUE_H

#include "registry/base/arena.h"

#include <jansson.h>

struct lz_catalogue;

/* Reads <folder>/zh/ and <folder>/en/.  LZ_INVALID with file and line for a malformed line, a key twice, a
 * key that is also a group of keys ("a" and "a.b"), or keys that only one language has. */
LZ_MUST lz_err lz_catalogue_load(const char *folder, struct lz_catalogue **ret_catalogue,
                                 struct lz_fault *fault);
void lz_catalogue_free(struct lz_catalogue **catalogue);
/* The text; the key itself when there is none, so that a mistake is seen and nothing crashes. */
const char *lz_catalogue_text(const struct lz_catalogue *catalogue, lz_lang lang, const char *key);
bool lz_catalogue_has(const struct lz_catalogue *catalogue, const char *key);
/* All of one language as nested objects: "nav.home" is {"nav":{"home":…}}; borrowed, never changed. */
const json_t *lz_catalogue_json(const struct lz_catalogue *catalogue, lz_lang lang);
/* The text with {name} replaced by the value behind `name`; pairs (const char *) end with NULL.  In the
 * arena. */
const char *lz_catalogue_format(const struct lz_catalogue *catalogue, struct lz_arena *arena, lz_lang lang,
                                const char *key, ...) __attribute__((sentinel));

#endif
