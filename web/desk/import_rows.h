/* One import as JSON: where it stands, and a page of its rows. */
#ifndef LZ_WEB_DESK_IMPORT_ROWS_H
#define LZ_WEB_DESK_IMPORT_ROWS_H

#include "web/desk/imports.h"

enum lz_import_state {
    LZ_IMPORT_CHECKING,
    LZ_IMPORT_READY,
    LZ_IMPORT_STORING,
    LZ_IMPORT_DONE,
    LZ_IMPORT_FAILED,
    LZ_IMPORT_STATE_COUNT
};

struct lz_import_status {
    enum lz_import_state state;
    bool late;          /* READY again: refused at the very end */
    size_t done, total; /* rows */
    struct lz_roster_result result;
    struct lz_fault fault; /* FAILED */
};

/* The roster is read unless CHECKING or STORING.  New reference; NULL: memory. */
json_t *lz_import_rows_json(const struct lz_import_status *status, const char *id,
                            const struct lz_roster *roster, const struct lz_imports_view *view,
                            struct lz_arena *arena);

#endif
