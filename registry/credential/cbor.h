/* Deterministic CBOR (RFC 8949 4.2.1), read strictly and written, over libcbor's coder of single items.
 *
 * Strict: definite lengths, shortest integers and lengths, map keys sorted by their bytes and unique, text is
 * UTF-8, no floats, no simple values but false, true, null, no bytes behind the item, at most LZ_CBOR_DEPTH
 * containers deep.  So a value has exactly one spelling, and bytes that are accepted are the ones we would
 * write.  (libcbor's own cbor_load accepts duplicate keys, long integers and trailing bytes.) */
#ifndef LZ_CREDENTIAL_CBOR_H
#define LZ_CREDENTIAL_CBOR_H

#include "registry/base/bytes.h"

enum { LZ_CBOR_DEPTH = 8 };

/* A cursor over checked bytes.  The first mistake (wrong type, out of range, read past the end of a
 * container) is kept in `err`; later reads then do nothing and return zero or nothing: check once, at close.
 * Views point into the bytes given to open. */
struct lz_cbor_reader {
    struct lz_bytes rest;
    lz_err err;
};

/* Checks the whole of `bytes` first.  LZ_TOO_LARGE beyond `cap` bytes, LZ_MALFORMED for anything not strict;
 * also kept in reader->err. */
lz_err lz_cbor_open(struct lz_cbor_reader *reader, struct lz_bytes bytes, size_t cap);
uint64_t lz_cbor_uint(struct lz_cbor_reader *reader, uint64_t max); /* above `max`: LZ_MALFORMED */
int64_t lz_cbor_int(struct lz_cbor_reader *reader);                 /* outside int64: LZ_MALFORMED */
struct lz_bytes lz_cbor_bytes(struct lz_cbor_reader *reader, size_t max);
struct lz_bytes lz_cbor_text(struct lz_cbor_reader *reader, size_t max); /* not NUL-terminated */
size_t lz_cbor_array(struct lz_cbor_reader *reader);                     /* number of items that follow */
size_t lz_cbor_map(struct lz_cbor_reader *reader);                       /* number of pairs that follow */
uint64_t lz_cbor_tag(struct lz_cbor_reader *reader);                     /* the tagged item follows */
void lz_cbor_skip(struct lz_cbor_reader *reader);                        /* one whole item */
struct lz_bytes lz_cbor_raw(struct lz_cbor_reader *reader);              /* one whole item, encoded */
bool lz_cbor_take_null(struct lz_cbor_reader *reader); /* true: a null stood there and was read */
/* Does the next item start so?  Never moves, never fails. */
enum lz_cbor_type {
    LZ_CBOR_UINT,
    LZ_CBOR_NEGATIVE,
    LZ_CBOR_BYTES,
    LZ_CBOR_TEXT,
    LZ_CBOR_ARRAY,
    LZ_CBOR_MAP,
    LZ_CBOR_TAG,
    LZ_CBOR_SIMPLE
};
bool lz_cbor_next_is(const struct lz_cbor_reader *reader, enum lz_cbor_type type);
/* As the two counts above, but exactly `count` is demanded. */
void lz_cbor_array_of(struct lz_cbor_reader *reader, size_t count);
void lz_cbor_map_of(struct lz_cbor_reader *reader, size_t count);
/* The next item must be this integer (a map key, an entry's type). */
void lz_cbor_expect_int(struct lz_cbor_reader *reader, int64_t value);
/* Refuses the value that was just read for a reason of the caller's; keeps the first error. */
void lz_cbor_refuse(struct lz_cbor_reader *reader);
/* The kept error; LZ_MALFORMED when something was left unread. */
LZ_MUST lz_err lz_cbor_close(const struct lz_cbor_reader *reader);

/* Writers append in shortest form.  Order of map keys is the caller's duty: bytewise by their encoding
 * (2, 4, 6, 65533, -1, -65537, then text). */
void lz_cbor_put_uint(struct lz_buf *out, uint64_t value);
void lz_cbor_put_int(struct lz_buf *out, int64_t value);
void lz_cbor_put_bytes(struct lz_buf *out, struct lz_bytes bytes);
void lz_cbor_put_text(struct lz_buf *out, struct lz_bytes text); /* must be UTF-8 */
void lz_cbor_put_array(struct lz_buf *out, size_t count);
void lz_cbor_put_map(struct lz_buf *out, size_t count);
void lz_cbor_put_tag(struct lz_buf *out, uint64_t tag);
void lz_cbor_put_null(struct lz_buf *out);

#endif
