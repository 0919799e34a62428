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
/* One text with its quotes; `text` must be valid UTF-8.  For those who write an object without a tree. */
void lz_json_write_text(struct lz_bytes text, struct lz_buf *out);

#endif
