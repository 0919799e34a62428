/* Cards as the register tells them: `liangzheng certificate card NUMBER… --json`. */
#ifndef LZ_BADGE_PRINT_CARD_JSON_H
#define LZ_BADGE_PRINT_CARD_JSON_H

#include "badge-print/card.h"
#include "registry/base/arena.h"

enum { LZ_CARDS_JSON_MAX = 512 << 20, LZ_CARDS_MAX = 10000 };

/* Reads an array of objects {number, name, organ, post, kind, scope: […], region, issued_on, valid_until,
 * issuer, complaint_line, url, photo: base64 JPEG or null, mark: base64 PNG or null, design: name or null}.
 * number, name, kind and url are required; what else is missing is empty; unknown members are ignored.  Cards
 * and what they point to live in `arena`.  LZ_MALFORMED: not JSON (line named) or not an array; LZ_INVALID
 * names the card and member. */
LZ_MUST lz_err lz_cards_from_json(struct lz_bytes json, struct lz_arena *arena, struct lz_card **ret_cards,
                                  size_t *ret_count, struct lz_fault *fault);

#endif
