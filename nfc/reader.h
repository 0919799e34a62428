/* The seam between tags and hardware: a reader is a struct of functions with a time budget.  libnfc stands
 * behind it (reader_libnfc.h), or a fake in tests.  One thread owns a reader. */
#ifndef LZ_NFC_READER_H
#define LZ_NFC_READER_H

#include "registry/base/bytes.h"
#include "registry/base/error.h"

enum { LZ_UID_MAX = 10, LZ_TAG_REPLY_MAX = 260 };

/* What a tag says when it is selected (ISO 14443-3 A). */
struct lz_tag_id {
    uint8_t uid[LZ_UID_MAX]; /* as printed: first byte first, no cascade tag */
    size_t uid_size;         /* 4, 7 or 10 */
    uint8_t atqa[2];         /* as printed: 00 44 */
    uint8_t sak;
};

struct lz_reader;

/* `budget_ms` is what the caller has left; a budget of 0 or less is LZ_TIMEOUT at once.  Errors:
 *   LZ_DEVICE    the connection is broken: close and open again
 *   LZ_TIMEOUT   the reader did not answer in time; it may be mute
 *   LZ_TAG_GONE  the tag did not answer; select again before anything else */
struct lz_reader_ops {
    /* Also LZ_BUSY: another process holds the reader.  After an error the reader is closed. */
    lz_err (*open)(struct lz_reader *reader, int budget_ms, struct lz_fault *fault);
    /* LZ_NOT_FOUND: no tag in the field.  Selecting also ends any login to the tag. */
    lz_err (*select)(struct lz_reader *reader, int budget_ms, struct lz_tag_id *ret_id);
    /* A command that the tag answers with bytes.  A refusal (NAK) comes back as LZ_OK and one byte: callers
     * check exact lengths; after it the tag must be selected again. */
    lz_err (*exchange)(struct lz_reader *reader, struct lz_bytes command, int budget_ms, uint8_t *ret_reply,
                       size_t room, size_t *ret_size);
    /* A command that the tag answers with a bare acknowledgement (WRITE).  A refusal is LZ_TAG_GONE, too: the
     * chip does not tell the difference; selecting again does. */
    lz_err (*send)(struct lz_reader *reader, struct lz_bytes command, int budget_ms);
    void (*close)(struct lz_reader *reader); /* harmless when closed */
    void (*free)(struct lz_reader *reader);  /* closed already */
};

/* First member of every reader. */
struct lz_reader {
    const struct lz_reader_ops *ops;
};

/* Closes and frees; accepts NULL and pointer to NULL; sets NULL. */
void lz_reader_free(struct lz_reader **reader);

#endif
