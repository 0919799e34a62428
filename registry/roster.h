/* A roster file as offices save it from Excel (CSV; UTF-8 with or without mark, or GB18030), read, shown row
 * by row, and stored whole or in its good rows.
 *
 * Reading finds the header row below any title rows, knows the columns by their usual names, skips blank and
 * total rows, folds full-width digits, closes up padded names, reads dates as 2023-05-01, 2023.5.1, 2023/5/1,
 * 2023年5月1日 or an Excel serial number, and drops a leading apostrophe.  A faulty row names line, column,
 * what was found and what was expected. */
#ifndef LZ_REGISTRY_ROSTER_H
#define LZ_REGISTRY_ROSTER_H

#include "registry/base/bytes.h"
#include "registry/certificate.h"

enum lz_roster_encoding { LZ_ROSTER_AUTO, LZ_ROSTER_UTF8, LZ_ROSTER_GB18030 };
enum { LZ_ROSTER_MAX_BYTES = 64 * 1024 * 1024, LZ_ROSTER_MAX_ROWS = 500000, LZ_ROSTER_MAX_COLUMNS = 64 };

/* A cell that was refused. */
struct lz_roster_fault {
    size_t line;        /* of the file, from 1 */
    const char *column; /* the header as it stands in the file */
    const char *found;  /* what stood there; ID numbers masked */
    const char *expected[LZ_LANG_COUNT];
    const char *message[LZ_LANG_COUNT]; /* a whole sentence with what to do */
};

enum lz_roster_outcome { LZ_ROSTER_CREATED, LZ_ROSTER_CHANGED, LZ_ROSTER_UNCHANGED, LZ_ROSTER_REFUSED };

struct lz_roster_row {
    size_t line;
    const char *name, *id_number, *organ, *post, *number, *scope,
        *region; /* post, scope, region may be NULL */
    int sex;
    struct lz_date issued_on, valid_until;
    enum lz_certificate_kind kind;
    bool kind_given; /* false: the file has no such column, `kind` is what its header words suggest */
    bool readable; /* false: refused by reading alone, whatever the register says; fields at fault are NULL */
    enum lz_roster_outcome outcome; /* after reading: REFUSED or CREATED, which means undecided */
    const char *change; /* CHANGED: "职务: 科员 → 科长", both languages alike; else NULL */
    const struct lz_roster_fault *faults;
    size_t fault_count;
};

/* A read file; all memory belongs to it. */
struct lz_roster {
    struct lz_arena *arena;
    enum lz_roster_encoding encoding; /* as found */
    struct lz_roster_row *rows;
    size_t row_count;
    const char *const *headers; /* the file's word for each column, by enum lz_roster_field */
};

/* Called while rows are written (in a dry run: compared), every thousand and at the end, with rows done and
 * rows in all, from the start again when the write had to be repeated; false cancels (LZ_CANCELLED, nothing
 * stored).  May be called on the writing thread. */
typedef bool (*lz_roster_progress)(void *context, size_t done, size_t total);

/* Pure reading: no register.  LZ_MALFORMED (not text, quote never closed: names the line), LZ_INVALID (a
 * column is missing: names which and what the file has), LZ_TOO_LARGE. */
LZ_MUST lz_err lz_roster_read(struct lz_bytes file, enum lz_roster_encoding encoding,
                              struct lz_roster **ret_roster, struct lz_fault *fault);
void lz_roster_free(struct lz_roster **roster); /* wipes ID numbers */

struct lz_roster_options {
    bool dry_run;                /* fills in the outcomes, stores nothing */
    bool partial;                /* store the good rows though others are refused */
    lz_roster_progress progress; /* or NULL */
    void *progress_context;
};
struct lz_roster_result {
    size_t created, changed, unchanged, refused;
    bool stored;
    const char **organs_created; /* roster's arena; in a dry run: would be created */
    size_t organ_count;
};
/* Compares with the register and stores, in one transaction with one audit event per created or changed
 * record and one for the import; a file that changes nothing writes nothing.  Fills the rows' outcomes.  By
 * admin or bureau: certificates are `valid` (or `expired` by date); by HR: `awaiting-confirmation`, only
 * within its own scope, and never a change to dates, kind or scope of an issued certificate (the row is
 * refused). Without `partial`, one refused row stores nothing: LZ_OK with stored = false.  Roles: admin,
 * bureau, hr (else LZ_FORBIDDEN).  May be called again on the same roster: the preview, then the import. */
LZ_MUST lz_err lz_roster_store(struct lz_call *call, struct lz_roster *roster,
                               const struct lz_roster_options *options, struct lz_roster_result *ret_result);
/* DESIGN 12's value; with `rows` the rows, too (preview). */
json_t *lz_roster_json(const struct lz_roster *roster, const struct lz_roster_result *result, lz_lang lang,
                       bool rows);

#endif
