/* CSV as offices save it: RFC 4180 and what Excel makes of it (any line ending, tabs or semicolons instead of
 * commas, text behind a closing quote, a "sep=" line).  Pure text; knows nothing of rosters. */
#ifndef LZ_REGISTRY_ROSTER_CSV_H
#define LZ_REGISTRY_ROSTER_CSV_H

#include "registry/roster.h"

/* A reader over text that it cuts up in place. */
struct lz_csv {
    char *at, *end;
    size_t line; /* the line `at` stands in, from 1 */
    char separator;
};

struct lz_csv_row {
    size_t line; /* where the row begins; a quoted cell may span lines */
    size_t count;
    const char *cells[LZ_ROSTER_MAX_COLUMNS]; /* NUL-terminated; live as long as the text */
};

/* `text` holds `size` bytes and a NUL behind them, is changed by the reading and must outlive the rows.
 * Finds the separator: the one of , TAB ; that is most frequent in the first lines. */
void lz_csv_init(struct lz_csv *csv, char *text, size_t size);
/* The next row, blank ones too; *ret_more false at the end.  LZ_MALFORMED: a quote is never closed (the fault
 * names the line where it opened).  LZ_TOO_LARGE: cells with content beyond LZ_ROSTER_MAX_COLUMNS. */
LZ_MUST lz_err lz_csv_next(struct lz_csv *csv, struct lz_csv_row *ret_row, bool *ret_more,
                           struct lz_fault *fault);
/* The cell at `column`, "" when the row is shorter. */
const char *lz_csv_cell(const struct lz_csv_row *row, size_t column);

#endif
