/* A reader that plays what a test says: one virtual tag (or none) in its field, and an error whenever asked.
 */
#ifndef LZ_TEST_FAKE_READER_H
#define LZ_TEST_FAKE_READER_H

#include "nfc/virtual_tag.h"

#include <stdbool.h>
#include <string.h>

struct fake_reader {
    struct lz_reader base;
    struct lz_virtual_tag *tag; /* NULL: none in the field */
    lz_err open_err;            /* of the next openings */
    lz_err select_err;          /* of the next selects; LZ_OK: as the field says */
    int fail_exchanges;         /* how many of the next commands the tag does not answer */
    int stop_after;             /* -1: never; n: the tag is torn away in the n-th command from now */
    bool lose_one_write;        /* the next WRITE is lost in noise; the tag stays */
    int opened, closed, selects, exchanges;
};

static inline struct fake_reader *fake_of(struct lz_reader *reader)
{
    return (struct fake_reader *)reader;
}

static lz_err fake_open(struct lz_reader *base, int budget_ms, struct lz_fault *fault)
{
    struct fake_reader *fake = fake_of(base);
    if (budget_ms <= 0)
        return LZ_TIMEOUT;
    if (fake->open_err)
        return lz_fault_set(fault, fake->open_err, NULL, NULL);
    fake->opened++;
    return LZ_OK;
}

static lz_err fake_select(struct lz_reader *base, int budget_ms, struct lz_tag_id *ret_id)
{
    struct fake_reader *fake = fake_of(base);
    fake->selects++;
    if (budget_ms <= 0)
        return LZ_TIMEOUT;
    if (fake->select_err)
        return fake->select_err;
    if (!fake->tag)
        return LZ_NOT_FOUND;
    fake->tag->ops->select(fake->tag);
    *ret_id = fake->tag->id;
    return LZ_OK;
}

static enum lz_virtual_reply fake_over_air(struct fake_reader *fake, struct lz_bytes command, uint8_t *reply,
                                           size_t *ret_size)
{
    fake->exchanges++;
    if (!fake->tag)
        return LZ_VIRTUAL_SILENT;
    if (fake->stop_after == 0) {
        fake->stop_after = -1;
        fake->tag->ops->tear(fake->tag, command);
        fake->tag = NULL;
        return LZ_VIRTUAL_SILENT;
    }
    if (fake->stop_after > 0)
        fake->stop_after--;
    if (fake->lose_one_write && command.data[0] == 0xA2) {
        fake->lose_one_write = false;
        return LZ_VIRTUAL_SILENT;
    }
    if (fake->fail_exchanges > 0) {
        fake->fail_exchanges--;
        return LZ_VIRTUAL_SILENT;
    }
    return fake->tag->ops->exchange(fake->tag, command, reply, ret_size);
}

static lz_err fake_exchange(struct lz_reader *base, struct lz_bytes command, int budget_ms,
                            uint8_t *ret_reply, size_t room, size_t *ret_size)
{
    uint8_t reply[LZ_TAG_REPLY_MAX];
    size_t size = 0;
    if (budget_ms <= 0)
        return LZ_TIMEOUT;
    if (fake_over_air(fake_of(base), command, reply, &size) == LZ_VIRTUAL_SILENT)
        return LZ_TAG_GONE;
    memcpy(ret_reply, reply, size < room ? size : room);
    *ret_size = size;
    return LZ_OK;
}

static lz_err fake_send(struct lz_reader *base, struct lz_bytes command, int budget_ms)
{
    uint8_t reply[LZ_TAG_REPLY_MAX];
    size_t size = 0;
    if (budget_ms <= 0)
        return LZ_TIMEOUT;
    enum lz_virtual_reply kind = fake_over_air(fake_of(base), command, reply, &size);
    return kind == LZ_VIRTUAL_NIBBLE && reply[0] == LZ_VIRTUAL_ACK ? LZ_OK : LZ_TAG_GONE;
}

static void fake_close(struct lz_reader *base)
{
    fake_of(base)->closed++;
}

static void fake_free(struct lz_reader *base)
{
    (void)base;
}

static const struct lz_reader_ops fake_ops = {.open = fake_open,
                                              .select = fake_select,
                                              .exchange = fake_exchange,
                                              .send = fake_send,
                                              .close = fake_close,
                                              .free = fake_free};

static inline struct fake_reader fake_reader_make(struct lz_virtual_tag *tag)
{
    return (struct fake_reader){.base = {.ops = &fake_ops}, .tag = tag, .stop_after = -1};
}

#endif
