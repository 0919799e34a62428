/* Rosters between upload and decision.  They live in memory only, bound to the account that sent them, so
 * that no copy of a personnel file is left on a disk; one thread checks and stores them, one after another.
 */
#ifndef LZ_WEB_DESK_IMPORTS_H
#define LZ_WEB_DESK_IMPORTS_H

#include "registry/roster.h"

struct lz_imports;
enum { LZ_IMPORT_ID_SIZE = 33, LZ_IMPORT_KEEP_S = 3600, LZ_IMPORTS_MAX = 8, LZ_IMPORTS_ROWS = 1000000 };

LZ_MUST lz_err lz_imports_new(struct lz_register *reg, struct lz_imports **ret_imports);
void lz_imports_free(struct lz_imports **imports);

/* Takes the roster (also on failure) and queues its check against the register.  The account's former upload
 * makes room.  LZ_BUSY: too many others are waiting. */
LZ_MUST lz_err lz_imports_add(struct lz_imports *imports, struct lz_call *call, struct lz_roster **roster,
                              char ret_id[LZ_IMPORT_ID_SIZE]);
/* Stores it: all, or with `partial` its good rows.  What the register says by then decides, not the preview.
 * LZ_NOT_FOUND: unknown, expired or another account's; LZ_WRONG_STATE: it is not waiting for a decision. */
LZ_MUST lz_err lz_imports_store(struct lz_imports *imports, struct lz_call *call, const char *id,
                                bool partial);
/* Forgets it; a running one stops and stores nothing. */
LZ_MUST lz_err lz_imports_drop(struct lz_imports *imports, struct lz_call *call, const char *id);
/* Waits until the thread has nothing to do for it, at most `ms`; a kindness to small files. */
void lz_imports_wait(struct lz_imports *imports, const char *id, int ms);

struct lz_imports_view {
    const char
        *rows;   /* "all", "refused", "created", "changed", "unchanged"; NULL: refused if there are any */
    size_t page; /* from 1 */
    size_t limit;
    lz_lang lang;
};
/* {id, state: checking|ready|storing|done|failed, done, rows_total, created, changed, unchanged,
 * refused_rows, stored, organs_created, filter, page, limit, row_count, rows: […], error}.  New reference. */
LZ_MUST lz_err lz_imports_json(struct lz_imports *imports, struct lz_call *call, const char *id,
                               const struct lz_imports_view *view, json_t **ret_value);

#endif
