/* NTAG213, 215, 216 in software (NXP NTAG213_215_216 Rev. 3.2): memory with one-time bits, locks, password,
 * counter, version and a made-up originality signature (NXP's cannot be made, which is its purpose). */
#ifndef LZ_NFC_VIRTUAL_NTAG21X_H
#define LZ_NFC_VIRTUAL_NTAG21X_H

#include "nfc/virtual_tag.h"

/* NULL: memory.  Freed with free(). */
LZ_MUST struct lz_virtual_tag *lz_virtual_ntag21x_new(const struct lz_tag_type *type, const uint8_t uid[7]);

#endif
