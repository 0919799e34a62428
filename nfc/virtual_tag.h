/* A tag in software, as the air sees it: what the virtual PN532 selects and talks to.  A new chip is one file
 * that fills these functions and one row in virtual_tag.c. */
#ifndef LZ_NFC_VIRTUAL_TAG_H
#define LZ_NFC_VIRTUAL_TAG_H

#include "nfc/tag.h"

/* What comes back over the air. */
enum lz_virtual_reply {
    LZ_VIRTUAL_SILENT, /* nothing: not selected, halted, torn */
    LZ_VIRTUAL_NIBBLE, /* 4 bits, in data[0]: A acknowledges, all else refuses */
    LZ_VIRTUAL_BYTES   /* data, without CRC */
};
enum { LZ_VIRTUAL_ACK = 0x0A };

struct lz_virtual_tag;

struct lz_virtual_tag_ops {
    /* The tag has been selected: logins and half commands are forgotten. */
    void (*select)(struct lz_virtual_tag *tag);
    /* The field is gone: what a power cycle forgets. */
    void (*power_off)(struct lz_virtual_tag *tag);
    /* One command without CRC.  Bytes go to `reply` (LZ_TAG_REPLY_MAX). */
    enum lz_virtual_reply (*exchange)(struct lz_virtual_tag *tag, struct lz_bytes command, uint8_t *reply,
                                      size_t *ret_size);
    /* A command cut off by the field: a write may have changed half a page. */
    void (*tear)(struct lz_virtual_tag *tag, struct lz_bytes command);
    /* The memory as a dump: every page in order.  Loading takes exactly that size and keeps the UID in step
     * with it; LZ_INVALID otherwise. */
    void (*save)(const struct lz_virtual_tag *tag, struct lz_buf *out);
    lz_err (*load)(struct lz_virtual_tag *tag, struct lz_bytes dump);
};

/* First member of every virtual tag. */
struct lz_virtual_tag {
    const struct lz_virtual_tag_ops *ops;
    const struct lz_tag_type *type;
    struct lz_tag_id id;
};

/* A tag as it leaves the factory, with this UID (7 bytes).  LZ_TAG_KIND: no such virtual chip. */
LZ_MUST lz_err lz_virtual_tag_new(const struct lz_tag_type *type, const uint8_t uid[7],
                                  struct lz_virtual_tag **ret_tag);
void lz_virtual_tag_free(struct lz_virtual_tag **tag); /* accepts NULL and pointer to NULL; sets NULL */

#endif
