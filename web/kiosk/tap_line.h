/* What the reader process says: one line of JSON per event (`liangzheng-nfc watch`).  It stands between a
 * stranger's tag and us, so a line is read with caps and every field checked. */
#ifndef LZ_WEB_KIOSK_TAP_LINE_H
#define LZ_WEB_KIOSK_TAP_LINE_H

#include "registry/base/bytes.h"

#include <stdbool.h>
#include <stdint.h>

enum {
    LZ_TAP_LINE_MAX = 8192,  /* bytes of a line: a URI of 1024 characters, all of them escaped, fits */
    LZ_TAP_LINE_URI = 1025,  /* room for a URI and its NUL */
    LZ_TAP_LINE_UID_MAX = 10 /* bytes (ISO 14443-3) */
};

enum lz_tap_line_kind { LZ_TAP_LINE_READY, LZ_TAP_LINE_AWAY, LZ_TAP_LINE_TAP, LZ_TAP_LINE_GONE };

struct lz_tap_line {
    enum lz_tap_line_kind kind;
    char reason[32];                                /* AWAY: name of the error, may be empty */
    char reason_text[LZ_LANG_COUNT][LZ_FAULT_TEXT]; /* AWAY: for people, may be empty */
    uint8_t uid[LZ_TAP_LINE_UID_MAX];               /* TAP, GONE */
    size_t uid_size;                                /* 4, 7 or 10 */
    char chip[16];                                  /* TAP: "NTAG216"; empty: a kind that is not known */
    bool has_uri;                                   /* TAP: false when none could be read */
    char uri[LZ_TAP_LINE_URI];
};

/* One line without its newline.  LZ_MALFORMED: no JSON object, or a field of another type or length than
 * above; LZ_TOO_LARGE; LZ_UNSUPPORTED: an event that this version does not know (skip it). */
LZ_MUST lz_err lz_tap_line_parse(struct lz_bytes line, struct lz_tap_line *ret_line);

#endif
