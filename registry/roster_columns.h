/* Which column of a roster holds what: the header words offices use, and the rows that are no person's. */
#ifndef LZ_REGISTRY_ROSTER_COLUMNS_H
#define LZ_REGISTRY_ROSTER_COLUMNS_H

#include "registry/roster_csv.h"

enum lz_roster_field {
    LZ_ROSTER_NAME,
    LZ_ROSTER_ID,
    LZ_ROSTER_ORGAN,
    LZ_ROSTER_NUMBER,
    LZ_ROSTER_ISSUED,
    LZ_ROSTER_UNTIL,
    LZ_ROSTER_REQUIRED_COUNT, /* the fields above must have a column */
    LZ_ROSTER_SEX = LZ_ROSTER_REQUIRED_COUNT,
    LZ_ROSTER_POST,
    LZ_ROSTER_SCOPE,
    LZ_ROSTER_REGION,
    LZ_ROSTER_KIND,
    LZ_ROSTER_FIELD_COUNT
};
/* 姓名 / name: the word that messages and the desk use. */
const char *lz_roster_field_word(enum lz_roster_field field, lz_lang lang);

struct lz_roster_columns {
    bool has[LZ_ROSTER_FIELD_COUNT];
    size_t at[LZ_ROSTER_FIELD_COUNT];
    const char *header[LZ_ROSTER_FIELD_COUNT]; /* as in the file, spaces closed up; arena; else the word */
    enum lz_certificate_kind kind; /* when there is no column for it: what the number's header says */
    size_t found;                  /* how many fields have a column */
};

/* Reads a row as a header; any row will do, `found` tells how like a header it is. LZ_MEMORY. */
LZ_MUST lz_err lz_roster_columns_read(struct lz_arena *arena, const struct lz_csv_row *row,
                                      struct lz_roster_columns *ret_columns);
/* At least three fields, the name and one of ID number and certificate number among them. */
bool lz_roster_is_header(const struct lz_roster_columns *columns);
const char *lz_roster_field_cell(const struct lz_roster_columns *columns, const struct lz_csv_row *row,
                                 enum lz_roster_field field);

/* Rows below the header that speak of nobody: blank, numbered in advance, totals (合计, 小计), headings
 * (一、市直部门), notes and signatures (填表人:…), the header repeated.  `arena` holds intermediates. */
LZ_MUST lz_err lz_roster_row_is_nobody(struct lz_arena *arena, const struct lz_roster_columns *columns,
                                       const struct lz_csv_row *row, bool *ret_nobody);

#endif
