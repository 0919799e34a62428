/* The PN532's state machine in software (NXP UM0701-02): bytes in, bytes out, one tag in its field.  The
 * unmodified libnfc must not notice.  No device, no clock of its own. */
#ifndef LZ_NFC_VIRTUAL_PN532_H
#define LZ_NFC_VIRTUAL_PN532_H

#include "nfc/virtual_tag.h"

/* What can be made to go wrong.  Names for the control socket are in the table of virtual_pn532.c. */
enum lz_virtual_fault {
    LZ_VIRTUAL_FAULT_NONE,
    LZ_VIRTUAL_FAULT_MUTE,    /* takes commands, answers nothing */
    LZ_VIRTUAL_FAULT_NOACK,   /* answers without acknowledging first */
    LZ_VIRTUAL_FAULT_CORRUPT, /* every answer has a wrong checksum */
    LZ_VIRTUAL_FAULT_TEAR,    /* the tag leaves in the middle of a later command */
    LZ_VIRTUAL_FAULT_COUNT
};
const char *lz_virtual_fault_name(enum lz_virtual_fault fault);
/* LZ_NOT_FOUND for any other text. */
LZ_MUST lz_err lz_virtual_fault_named(const char *name, enum lz_virtual_fault *ret_fault);

struct lz_virtual_pn532;

LZ_MUST struct lz_virtual_pn532 *lz_virtual_pn532_new(void);
void lz_virtual_pn532_free(struct lz_virtual_pn532 **chip);

/* Bytes from the host; what the chip says is appended to `out`.  `now_ms` is monotonic. */
void lz_virtual_pn532_feed(struct lz_virtual_pn532 *chip, struct lz_bytes in, int64_t now_ms,
                           struct lz_buf *out);
/* The tag in the field (borrowed; NULL: none).  A waiting command may be answered at once. */
void lz_virtual_pn532_put_tag(struct lz_virtual_pn532 *chip, struct lz_virtual_tag *tag, struct lz_buf *out);
struct lz_virtual_tag *lz_virtual_pn532_tag(const struct lz_virtual_pn532 *chip);
/* When lz_virtual_pn532_tick must be called (monotonic ms), or -1: nothing is waiting for time. */
int64_t lz_virtual_pn532_deadline(const struct lz_virtual_pn532 *chip);
void lz_virtual_pn532_tick(struct lz_virtual_pn532 *chip, int64_t now_ms, struct lz_buf *out);

/* `after`: for TEAR, how many commands to the tag still succeed. */
void lz_virtual_pn532_set_fault(struct lz_virtual_pn532 *chip, enum lz_virtual_fault fault, unsigned after);
enum lz_virtual_fault lz_virtual_pn532_fault(const struct lz_virtual_pn532 *chip);
/* Power taken away and given back: registers, field and waiting commands are forgotten. */
void lz_virtual_pn532_reset(struct lz_virtual_pn532 *chip);

#endif
