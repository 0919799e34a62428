/* Text as offices type it: UTF-8 checks, GB18030, full-width forms, and the standards' check digits. */
#ifndef LZ_BASE_TEXT_H
#define LZ_BASE_TEXT_H

#include "registry/base/arena.h"
#include "registry/base/bytes.h"

#include <stdbool.h>
#include <stdint.h>

bool lz_utf8_valid(struct lz_bytes text); /* RFC 3629: no overlong forms, no surrogates, at most U+10FFFF */
/* Next code point; moves *at; 0 at the end.  A byte that is no UTF-8 counts as U+FFFD, one byte at a time. */
uint32_t lz_utf8_next(const char **at);
size_t lz_utf8_count(const char *text); /* code points of valid UTF-8 */

/* GB18030 to UTF-8 through iconv, appended to `out`: at most `cap` bytes of it (LZ_TOO_LARGE).  LZ_MALFORMED
 * on a bad sequence, with its offset in `in` (ret_bad_offset may be NULL).  After either, `out` is as it was.
 * LZ_UNSUPPORTED where the C library came without the conversion. */
LZ_MUST lz_err lz_gb18030_to_utf8(struct lz_bytes in, size_t cap, struct lz_buf *out, size_t *ret_bad_offset);

/* Surely nothing in it that the three functions below would touch (white space, full-width forms).  Most
 * cells of an office's tables are so; whoever asks first saves the copies. */
bool lz_text_is_plain(const char *text);
/* Folds full-width ASCII forms (U+FF01..FF5E) and the ideographic space to ASCII, in the arena; NULL: memory.
 */
LZ_MUST char *lz_text_fold_width(struct lz_arena *arena, const char *text);
/* Trims white space at both ends (also U+3000, U+00A0, U+200B, U+FEFF); in the arena. */
LZ_MUST char *lz_text_trim(struct lz_arena *arena, const char *text);
/* Removes every white space: a name padded between two characters becomes the name. */
LZ_MUST char *lz_text_squeeze(struct lz_arena *arena, const char *text);
bool lz_text_has_control(const char *text); /* C0, DEL, C1, or bidirectional override characters */

bool lz_resident_id_valid(const char *id); /* GB 11643: 17 digits + check, a real birth date; upper-case X */
bool lz_credit_code_valid(const char *code); /* GB 32100: 18 characters, check character */

#endif
