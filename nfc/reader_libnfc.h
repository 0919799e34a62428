/* Readers that libnfc knows.  reader_libnfc.c is the only file that includes libnfc.
 *
 * libnfc calls abort() when a chip sends a status byte it does not expect, so a process that must live (the
 * kiosk) never links this into itself: it runs `liangzheng-nfc watch` and starts it again. */
#ifndef LZ_NFC_READER_LIBNFC_H
#define LZ_NFC_READER_LIBNFC_H

#include "nfc/reader.h"

enum { LZ_CONNSTRING_SIZE = 1024 };

/* `connstring` as libnfc writes it, e.g. "pn532_uart:/dev/ttyUSB0"; copied.  NULL or empty: the first reader
 * libnfc finds at each opening.  The result is closed; free it with lz_reader_free.  NULL: memory. */
LZ_MUST struct lz_reader *lz_reader_libnfc_new(const char *connstring);

/* Connection strings of the readers present; at most `room`.  Serial readers are found only when
 * LIBNFC_DEVICE or libnfc's configuration names them: asking unknown serial devices could disturb them. */
LZ_MUST lz_err lz_reader_libnfc_list(char (*ret_connstrings)[LZ_CONNSTRING_SIZE], size_t room,
                                     size_t *ret_count);

#endif
