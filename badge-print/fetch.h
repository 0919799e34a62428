/* Card data from the register, through its program: printing never opens the register itself. */
#ifndef LZ_BADGE_PRINT_FETCH_H
#define LZ_BADGE_PRINT_FETCH_H

#include "registry/base/bytes.h"

/* Runs `program` (a path, no shell) as `program certificate card NUMBER… --json [--data DIR]` and appends
 * what it prints to `out`; its messages go to our stderr.  `data` may be NULL.  LZ_NOT_FOUND: no such
 * program; when it fails, its exit code decides: 1 LZ_NOT_FOUND, 2 LZ_USAGE, else LZ_IO.  A number that
 * begins with '-' is LZ_INVALID. */
LZ_MUST lz_err lz_cards_fetch(const char *program, const char *data, char *const *numbers, size_t count,
                              struct lz_buf *out, struct lz_fault *fault);

#endif
