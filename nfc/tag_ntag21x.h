/* NTAG213, 215, 216 (NXP NTAG213_215_216 Rev. 3.2): page layout and the rows of the table of tag types. */
#ifndef LZ_NFC_TAG_NTAG21X_H
#define LZ_NFC_TAG_NTAG21X_H

#include "nfc/tag.h"

enum {
    LZ_NTAG_PAGE_SIZE = 4,
    LZ_NTAG_FIRST_PAGE = 4, /* first page of user memory */
    LZ_NTAG_LOCK_PAGE = 2,  /* bytes 2, 3: static lock bits */
    LZ_NTAG_CC_PAGE = 3
};

/* Section 8.4: lengths of GET_VERSION, READ, … are in the code that sends them. */
enum lz_ntag_command {
    LZ_NTAG_GET_VERSION = 0x60,
    LZ_NTAG_READ = 0x30,
    LZ_NTAG_FAST_READ = 0x3A,
    LZ_NTAG_WRITE = 0xA2,
    LZ_NTAG_COMPAT_WRITE = 0xA0,
    LZ_NTAG_READ_CNT = 0x39,
    LZ_NTAG_PWD_AUTH = 0x1B,
    LZ_NTAG_READ_SIG = 0x3C
};

/* Where things lie (8.5); the configuration is four pages: CFG0, CFG1, PWD, PACK. */
struct lz_ntag_layout {
    uint8_t user_end;       /* first page behind user memory: the dynamic lock bits */
    uint8_t config;         /* CFG0 */
    uint8_t pages;          /* all of them */
    uint8_t cc_size;        /* byte 2 of the capability container: data area / 8 */
    uint8_t dynamic_all[3]; /* every page locked, every lock bit locked */
};

extern const struct lz_tag_type lz_tag_ntag213, lz_tag_ntag215, lz_tag_ntag216;

static inline const struct lz_ntag_layout *lz_ntag_layout_of(const struct lz_tag_type *type)
{
    return (const struct lz_ntag_layout *)type->layout;
}

#endif
