/* Encoding a badge by its certificate's number.  The register makes tokens and nfc knows chips; neither links
 * the other, so this runs the program `liangzheng` from the same folder:
 *
 *   liangzheng badge url NUMBER --chip UID --chip-type NTAG216 [--data DIR]   prints the URL to write, one
 * line liangzheng badge encoded NUMBER --chip UID [--data DIR]                   records that the chip
 * carries it
 *
 * The second runs only after the chip was read back: a half-written card is never registered. */
#ifndef LZ_NFC_ENCODE_BADGE_H
#define LZ_NFC_ENCODE_BADGE_H

#include "nfc/nfc_command.h"

LZ_MUST lz_err lz_encode_badge(const struct lz_nfc_program *program, const char *number);

#endif
