/* What stands in a tag's data area: TLV blocks (NFC Forum Type 2 Tag 2.3) around an NDEF message (NFC Forum
 * NDEF 1.0) with one URI record (NFC Forum RTD URI 1.0).  Pure bytes; everything read is from strangers. */
#ifndef LZ_NFC_NDEF_H
#define LZ_NFC_NDEF_H

#include "registry/base/bytes.h"

enum {
    LZ_NDEF_URI_MAX = 1024, /* bytes of a URI, prefix written out */
    LZ_NDEF_AREA_MAX = 2048 /* no supported tag holds more */
};

/* Finds the first NDEF message in a tag's data area (from page 4 on); the view points into `area`.
 * LZ_NOT_FOUND: an empty or unformatted tag, also an NDEF block of no bytes; LZ_MALFORMED: a block is longer
 * than the area. */
LZ_MUST lz_err lz_ndef_find(struct lz_bytes area, struct lz_bytes *ret_message);

/* How many bytes of the area must be read to hold the message, told from its beginning: lets a reader stop
 * early.
 * `*ret_size` may be larger than `start.size` (read on and ask again), never larger than `capacity`.
 * LZ_NOT_FOUND and LZ_MALFORMED as lz_ndef_find. */
LZ_MUST lz_err lz_ndef_extent(struct lz_bytes start, size_t capacity, size_t *ret_size);

/* Appends the URI of the first URI record, prefix written out, without an ending NUL in its size.
 * LZ_NOT_FOUND: no URI record; LZ_UNSUPPORTED: chunked records; LZ_MALFORMED: broken lengths, bytes that are
 * no UTF-8, blanks or control characters; LZ_TOO_LARGE: longer than LZ_NDEF_URI_MAX. */
LZ_MUST lz_err lz_ndef_uri_decode(struct lz_bytes message, struct lz_buf *out);

/* Appends a whole data area (NDEF block, and the terminator where it fits) for one URI record.
 * LZ_TOO_LARGE when it needs more than `capacity` bytes; LZ_MALFORMED for what is no URI (see decode) or has
 * no scheme.  Errors append nothing. */
LZ_MUST lz_err lz_ndef_uri_encode(const char *uri, size_t capacity, struct lz_buf *out);

#endif
