/* Tags on a reader: identify, read, write, protect, wipe.  A tag type is one row of the table in tag.c and
 * the functions of its family (tag_ntag21x.c); a new chip is one file and one row, its twin in software
 * another (virtual_tag.h), and what the register writes to it is decided by its name in
 * registry/badge_token.c. */
#ifndef LZ_NFC_TAG_H
#define LZ_NFC_TAG_H

#include "nfc/reader.h"
#include "registry/base/clock.h"

enum { LZ_TAG_VERSION_SIZE = 8, LZ_UID_HEX_SIZE = 2 * LZ_UID_MAX + 1 };

struct lz_tag;

/* Write protection of NTAG21x: 32 bits, sent in clear.  It keeps the passer-by from overwriting a badge; it
 * proves nothing. */
struct lz_tag_password {
    uint8_t password[4];
    uint8_t pack[2]; /* what the tag answers to the right password */
};

/* What a family of chips does.  All take the tag's remaining time from lz_tag_left. */
struct lz_tag_ops {
    /* The chip's version bytes; LZ_TAG_KIND when it does not know the command. */
    lz_err (*version)(struct lz_tag *tag, uint8_t ret_version[LZ_TAG_VERSION_SIZE]);
    /* Reads the data area as far as its message goes (all of it when there is none) and appends it. */
    lz_err (*read)(struct lz_tag *tag, struct lz_buf *out);
    /* Writes a data area (at most capacity bytes) so that a card pulled away at any moment holds the old
     * message, the new one or none that can be read, never a mixture; and reads it back.  May be repeated on
     * such a card. */
    lz_err (*write)(struct lz_tag *tag, struct lz_bytes area, const struct lz_tag_password *password,
                    struct lz_fault *fault);
    lz_err (*protect)(struct lz_tag *tag, const struct lz_tag_password *password, struct lz_fault *fault);
    lz_err (*make_read_only)(struct lz_tag *tag, struct lz_fault *fault); /* for ever */
    /* Empties the data area and takes the password off. */
    lz_err (*wipe)(struct lz_tag *tag, const struct lz_tag_password *password, struct lz_fault *fault);
};

struct lz_tag_type {
    const char *name; /* "NTAG216" */
    size_t capacity;  /* bytes of data area */
    uint8_t sak;      /* tells the families apart before a command is sent */
    uint8_t version[LZ_TAG_VERSION_SIZE];
    const struct lz_tag_ops *ops;
    const void *layout; /* of the family's own */
};

/* NULL: no such chip.  Names compare without regard to case. */
const struct lz_tag_type *lz_tag_type_named(const char *name);
const struct lz_tag_type *lz_tag_type_at(size_t index); /* NULL behind the last */

/* One tag in the field.  `reader` and `clock` are borrowed and must outlive it. */
struct lz_tag {
    struct lz_reader *reader;
    const struct lz_clock *clock;
    int64_t until_ms; /* monotonic */
    struct lz_tag_id id;
    const struct lz_tag_type *type;
    bool logged_in; /* ends with every select */
};

/* Selects and identifies what lies on the reader within `budget_ms`, which also bounds all calls with this
 * tag until lz_tag_budget.  LZ_NOT_FOUND: nothing there; LZ_TAG_KIND: a tag we do not know (`ret_tag->id` is
 * set all the same); LZ_TAG_GONE: it left meanwhile; errors of the reader. */
LZ_MUST lz_err lz_tag_open(struct lz_reader *reader, const struct lz_clock *clock, int budget_ms,
                           struct lz_tag *ret_tag);
void lz_tag_budget(struct lz_tag *tag, int budget_ms);
int lz_tag_left(const struct lz_tag *tag);                                      /* ms, 0 when spent */
void lz_tag_uid_hex(const struct lz_tag_id *id, char ret_hex[LZ_UID_HEX_SIZE]); /* lower case */

/* Selects again; LZ_TAG_GONE when nothing or another tag lies there.  Needed after any refusal. */
LZ_MUST lz_err lz_tag_again(struct lz_tag *tag);

/* Appends the URI on the tag.  LZ_NOT_FOUND: none (empty tag, or another kind of record); LZ_MALFORMED,
 * LZ_UNSUPPORTED: what stands there cannot be read; LZ_TAG_GONE: torn, nothing is known. */
LZ_MUST lz_err lz_tag_read_uri(struct lz_tag *tag, struct lz_buf *out);

/* What lz_tag_write_uri shall leave behind. */
struct lz_tag_plan {
    const char *uri;
    const struct lz_tag_password *password; /* NULL: no protection; on a protected tag: what opens it */
    bool read_only;                         /* lock for ever */
};
/* Writes, reads back, then protects.  LZ_TOO_LARGE and LZ_MALFORMED before anything is written; LZ_TAG_GONE:
 * lay the same tag on again and repeat; LZ_TAG_LOCKED.  `*ret_size` is the data area used, in bytes. */
LZ_MUST lz_err lz_tag_write_uri(struct lz_tag *tag, const struct lz_tag_plan *plan, size_t *ret_size,
                                struct lz_fault *fault);
LZ_MUST lz_err lz_tag_wipe(struct lz_tag *tag, const struct lz_tag_password *password,
                           struct lz_fault *fault);

#endif
