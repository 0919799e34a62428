/* Bytes: a borrowed view, and a buffer that grows up to a mandatory cap. */
#ifndef LZ_BASE_BYTES_H
#define LZ_BASE_BYTES_H

#include "registry/base/error.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* A borrowed run of bytes; whoever made it says how long it lives. */
struct lz_bytes {
    const uint8_t *data;
    size_t size;
};

static inline struct lz_bytes lz_bytes_of(const void *data, size_t size)
{
    return (struct lz_bytes){(const uint8_t *)data, size};
}
struct lz_bytes lz_bytes_text(const char *text); /* without the ending NUL; NULL gives no bytes */
bool lz_bytes_equal(struct lz_bytes a, struct lz_bytes b);

/* A growing buffer.  `data` always carries a NUL behind `size`, so text can be read in place.
 * The first failure (memory or cap) is kept in `err`, empties the buffer, and makes later calls do nothing:
 * check once. */
struct lz_buf {
    uint8_t *data;
    size_t size;
    size_t room;
    size_t cap;
    lz_err err;
};

void lz_buf_init(struct lz_buf *buf, size_t cap); /* cap > 0 */
void lz_buf_free(struct lz_buf *buf);      /* accepts NULL; wipes nothing; usable again after lz_buf_init */
void lz_buf_wipe_free(struct lz_buf *buf); /* for secrets */
void lz_buf_reset(struct lz_buf *buf);     /* empty, memory kept, err cleared */
void lz_buf_add(struct lz_buf *buf, const void *data, size_t size);
void lz_buf_byte(struct lz_buf *buf, uint8_t byte);
void lz_buf_text(struct lz_buf *buf, const char *text);
void lz_buf_printf(struct lz_buf *buf, const char *format, ...) LZ_PRINTF(2, 3);
struct lz_bytes lz_buf_view(const struct lz_buf *buf); /* valid until the next change */
/* Hands over the memory (free() it); the buffer is empty after.  NULL when err is set. */
LZ_MUST uint8_t *lz_buf_take(struct lz_buf *buf, size_t *ret_size);

#endif
