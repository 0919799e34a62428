/* From a roster file's bytes to UTF-8 text. */
#ifndef LZ_REGISTRY_ROSTER_DECODE_H
#define LZ_REGISTRY_ROSTER_DECODE_H

#include "registry/roster.h"

enum { LZ_ROSTER_TEXT_MAX_BYTES = 2 * LZ_ROSTER_MAX_BYTES }; /* GB18030 to UTF-8 grows by half at most */

/* Appends the file as UTF-8 without its byte-order mark to `text` (the caller wipes it); *ret_encoding is
 * what it was.  LZ_TOO_LARGE; LZ_MALFORMED for a workbook, UTF-16, zero bytes or a line in another encoding:
 * the fault says which and how to save the file. */
LZ_MUST lz_err lz_roster_decode(struct lz_bytes file, enum lz_roster_encoding encoding, struct lz_buf *text,
                                enum lz_roster_encoding *ret_encoding, struct lz_fault *fault);

#endif
