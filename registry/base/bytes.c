#include "registry/base/bytes.h"

#include <openssl/crypto.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct lz_bytes lz_bytes_text(const char *text)
{
    return lz_bytes_of(text, text ? strlen(text) : 0);
}

bool lz_bytes_equal(struct lz_bytes a, struct lz_bytes b)
{
    return a.size == b.size && (a.size == 0 || memcmp(a.data, b.data, a.size) == 0);
}

void lz_buf_init(struct lz_buf *buf, size_t cap)
{
    *buf = (struct lz_buf){.cap = cap};
}

void lz_buf_free(struct lz_buf *buf)
{
    if (!buf)
        return;
    free(buf->data);
    lz_buf_init(buf, buf->cap);
}

void lz_buf_wipe_free(struct lz_buf *buf)
{
    if (buf && buf->data)
        OPENSSL_cleanse(buf->data, buf->room);
    lz_buf_free(buf);
}

void lz_buf_reset(struct lz_buf *buf)
{
    buf->size = 0;
    buf->err = LZ_OK;
    if (buf->data)
        buf->data[0] = 0;
}

static void fail(struct lz_buf *buf, lz_err err)
{
    lz_buf_wipe_free(buf);
    buf->err = err;
}

/* Makes room for `more` bytes and the NUL.  Growth copies by hand so that secrets do not stay in freed
 * memory. */
static bool reserve(struct lz_buf *buf, size_t more)
{
    if (buf->err)
        return false;
    if (more > buf->cap - buf->size) {
        fail(buf, LZ_TOO_LARGE);
        return false;
    }
    if (buf->size + more < buf->room)
        return true;
    size_t room = buf->room ? buf->room * 2 : 64;
    if (room < buf->size + more + 1)
        room = buf->size + more + 1;
    if (room > buf->cap + 1)
        room = buf->cap + 1;
    uint8_t *data = malloc(room);
    if (!data) {
        fail(buf, LZ_MEMORY);
        return false;
    }
    if (buf->data) {
        memcpy(data, buf->data, buf->size);
        OPENSSL_cleanse(buf->data, buf->size);
        free(buf->data);
    }
    buf->data = data;
    buf->room = room;
    return true;
}

void lz_buf_add(struct lz_buf *buf, const void *data, size_t size)
{
    if (!reserve(buf, size))
        return;
    if (size)
        memcpy(buf->data + buf->size, data, size);
    buf->size += size;
    buf->data[buf->size] = 0;
}

void lz_buf_byte(struct lz_buf *buf, uint8_t byte)
{
    lz_buf_add(buf, &byte, 1);
}
void lz_buf_text(struct lz_buf *buf, const char *text)
{
    lz_buf_add(buf, text, strlen(text));
}

void lz_buf_printf(struct lz_buf *buf, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    va_list again;
    va_copy(again, args);
    int n = vsnprintf(NULL, 0, format, args);
    va_end(args);
    if (n >= 0 && reserve(buf, (size_t)n)) {
        vsnprintf((char *)buf->data + buf->size, (size_t)n + 1, format, again);
        buf->size += (size_t)n;
    }
    va_end(again);
}

struct lz_bytes lz_buf_view(const struct lz_buf *buf)
{
    return lz_bytes_of(buf->data, buf->size);
}

uint8_t *lz_buf_take(struct lz_buf *buf, size_t *ret_size)
{
    if (buf->err || !reserve(buf, 0))
        return NULL;
    uint8_t *data = buf->data;
    data[buf->size] = 0;
    *ret_size = buf->size;
    lz_buf_init(buf, buf->cap);
    return data;
}
