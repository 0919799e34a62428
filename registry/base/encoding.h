/* Base32, base64url, base64, hex (RFC 4648).  Decoders are strict: no white space, no foreign character, no
 * bits left over that are not zero, and for base32 and base64url no padding. */
#ifndef LZ_BASE_ENCODING_H
#define LZ_BASE_ENCODING_H

#include "registry/base/bytes.h"

void lz_base32_encode(struct lz_bytes in,
                      struct lz_buf *out); /* upper case, no padding: fits QR alphanumeric mode */
void lz_base64url_encode(struct lz_bytes in, struct lz_buf *out); /* no padding */
void lz_base64_encode(struct lz_bytes in, struct lz_buf *out); /* with padding (signed notes, checkpoints) */
void lz_hex_encode(struct lz_bytes in, struct lz_buf *out);    /* lower case */
/* Append to `out`; LZ_MALFORMED leaves `out` as it was; errors of the buffer are returned, too. */
LZ_MUST lz_err lz_base32_decode(struct lz_bytes in, struct lz_buf *out); /* either case */
LZ_MUST lz_err lz_base64url_decode(struct lz_bytes in, struct lz_buf *out);
LZ_MUST lz_err lz_base64_decode(struct lz_bytes in, struct lz_buf *out);
LZ_MUST lz_err lz_hex_decode(struct lz_bytes in, struct lz_buf *out); /* either case */

#endif
