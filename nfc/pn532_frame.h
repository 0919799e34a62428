/* Frames between host and PN532 (NXP UM0701-02, 6.2.1): pure bytes, no device.  The virtual reader reads and
 * writes them; libnfc is the other end. */
#ifndef LZ_NFC_PN532_FRAME_H
#define LZ_NFC_PN532_FRAME_H

#include "registry/base/bytes.h"

enum {
    LZ_PN532_DATA_MAX = 264, /* bytes behind TFI that the chip takes or gives in one frame */
    LZ_PN532_FRAME_MAX = LZ_PN532_DATA_MAX + 12,
    LZ_PN532_TO_CHIP = 0xD4, /* TFI of a command */
    LZ_PN532_TO_HOST = 0xD5  /* TFI of an answer */
};

enum lz_pn532_frame_kind {
    LZ_PN532_FRAME_ACK,
    LZ_PN532_FRAME_NAK,
    LZ_PN532_FRAME_DATA, /* normal or extended information frame */
    LZ_PN532_FRAME_ERROR /* the one-byte application error, 7F */
};

struct lz_pn532_frame {
    enum lz_pn532_frame_kind kind;
    uint8_t tfi;          /* LZ_PN532_FRAME_DATA only */
    struct lz_bytes data; /* what follows the TFI: command code and parameters; borrowed from the input */
};

/* Finds the first frame in `in`.  `*ret_used` bytes of `in` are done with and must be dropped, whatever the
 * result: LZ_OK: a frame; LZ_NOT_FOUND: no whole frame yet, bring more bytes; LZ_MALFORMED: a checksum or
 * length is wrong. */
LZ_MUST lz_err lz_pn532_frame_parse(struct lz_bytes in, struct lz_pn532_frame *ret_frame, size_t *ret_used);

/* Appends a frame; more than 254 bytes of data take the extended form.  Errors stay in `out`; more than
 * LZ_PN532_DATA_MAX bytes are LZ_TOO_LARGE and append nothing. */
LZ_MUST lz_err lz_pn532_frame_data(uint8_t tfi, struct lz_bytes data, struct lz_buf *out);
void lz_pn532_frame_ack(struct lz_buf *out);
void lz_pn532_frame_error(struct lz_buf *out);

#endif
