/* JSON text from a jansson value: the bytes of json_dumps(JSON_COMPACT | JSON_ENCODE_ANY) at a quarter of the
 * price, for jansson asks at every container whether it contains itself and hands out each character class by
 * a call. */
#ifndef LZ_BASE_JSON_WRITE_H
#define LZ_BASE_JSON_WRITE_H

#include "registry/base/bytes.h"

#include <jansson.h>

/* Appends.  LZ_INTERNAL when the value nests deeper than any of ours (or contains itself), LZ_MEMORY,
 * LZ_TOO_LARGE. */
LZ_MUST lz_err lz_json_write(const json_t *value, struct lz_buf *out);
/* A new text in json_dumps' own form (its flags), for those who want lines, order or a text of its own:
 * free() it. NULL: `value` is NULL, or memory ended.  jansson 2.14 overlooks that a key could not be written:
 * json_dumps without memory and json_dumpf on a full disk give a text that lacks it. */
LZ_MUST char *lz_json_text(const json_t *value, size_t flags);
/* One text with its quotes; `text` must be valid UTF-8.  For those who write an object without a tree. */
void lz_json_write_text(struct lz_bytes text, struct lz_buf *out);

/* Puts a new reference at the end.  Where that fails (the list or the item is NULL, or memory ends) the list
 * is dropped and *list is NULL, so that what is made of it cannot be made either: a list without one of its
 * items would look whole. */
void lz_json_append(json_t **list, json_t *item);

#endif
