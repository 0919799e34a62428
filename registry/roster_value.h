/* What a roster's cells may say: each kind of value is read to its stored form, or the problem is named.
 *
 * All of them fold full-width forms, trim (also U+3000 and U+00A0), and drop the apostrophe or ="…" by which
 * people keep Excel from calculating.  Text results live in `arena`, which holds intermediates, too. */
#ifndef LZ_REGISTRY_ROSTER_VALUE_H
#define LZ_REGISTRY_ROSTER_VALUE_H

#include "registry/base/arena.h"
#include "registry/roster.h"

enum lz_roster_problem {
    LZ_ROSTER_FINE,
    LZ_ROSTER_EMPTY, /* the value is untouched */
    LZ_ROSTER_NO_MEMORY,
    LZ_ROSTER_TOO_LONG,
    LZ_ROSTER_CONTROL,
    LZ_ROSTER_EXCEL_ERROR,
    LZ_ROSTER_NAME_CHARACTERS,
    LZ_ROSTER_NAME_LOST,
    LZ_ROSTER_ID_SCIENTIFIC,
    LZ_ROSTER_ID_FIFTEEN,
    LZ_ROSTER_ID_LENGTH,
    LZ_ROSTER_ID_CHARACTERS,
    LZ_ROSTER_ID_BIRTH,
    LZ_ROSTER_ID_ROUNDED,
    LZ_ROSTER_ID_CHECK,
    LZ_ROSTER_NUMBER_SCIENTIFIC,
    LZ_ROSTER_NUMBER_CHARACTERS,
    LZ_ROSTER_DATE_FORM,
    LZ_ROSTER_DATE_NO_DAY,
    LZ_ROSTER_DATE_NO_SUCH,
    LZ_ROSTER_DATE_ORDER,
    LZ_ROSTER_SEX_WORD,
    LZ_ROSTER_KIND_WORD,
    LZ_ROSTER_PROBLEM_COUNT
};
/* What should have stood there ("18 位身份证号"), and a whole sentence with what to do; static. */
const char *lz_roster_expected(enum lz_roster_problem problem, lz_lang lang);
const char *lz_roster_advice(enum lz_roster_problem problem, lz_lang lang);

enum { LZ_ROSTER_CELL_MAX = 2000 /* bytes; what is longer is no value */ };

/* A person's name: padding between characters closed up, every middle dot (GB/T 20093: minority names) as
 * U+00B7.  Refuses digits, remarks in brackets, and the ? or box that stands for a lost rare character. */
LZ_MUST enum lz_roster_problem lz_roster_name(struct lz_arena *arena, const char *cell,
                                              const char **ret_name);
/* GB 11643 with its check character, upper-case X.  Wipes its intermediates; the caller wipes the result. */
LZ_MUST enum lz_roster_problem lz_roster_id_number(struct lz_arena *arena, const char *cell, char **ret_id);
/* A certificate number: text, leading zeros kept; ASCII letters, digits, - and Chinese characters, at least
 * four digits, at most 32 bytes (RULES: the pattern is the province's). */
LZ_MUST enum lz_roster_problem lz_roster_number(struct lz_arena *arena, const char *cell,
                                                const char **ret_number);
/* 2023-05-01, 2023/5/1, 2023.5.1, 2023年5月1日, 20230501, each also with a time behind it, or an Excel serial
 * number (30000 to 60000: 1982 to 2064). */
LZ_MUST enum lz_roster_problem lz_roster_date(struct lz_arena *arena, const char *cell,
                                              struct lz_date *ret_date);
/* The same; of a term ("2022.1.12至2027.1.12") the last day. */
LZ_MUST enum lz_roster_problem lz_roster_last_day(struct lz_arena *arena, const char *cell,
                                                  struct lz_date *ret_date);
/* GB/T 2261.1. */
LZ_MUST enum lz_roster_problem lz_roster_sex(struct lz_arena *arena, const char *cell, int *ret_sex);
LZ_MUST enum lz_roster_problem lz_roster_kind(struct lz_arena *arena, const char *cell,
                                              enum lz_certificate_kind *ret_kind);
/* Organ, post, region: spaces between Chinese characters closed up, at most `max` characters. */
LZ_MUST enum lz_roster_problem lz_roster_text(struct lz_arena *arena, const char *cell, size_t max,
                                              const char **ret_text);
/* Fields of enforcement, however separated, joined by 、. */
LZ_MUST enum lz_roster_problem lz_roster_scope(struct lz_arena *arena, const char *cell,
                                               const char **ret_scope);

void lz_roster_wipe(char *text);           /* a copy that may hold a personal number; NULL allowed */
bool lz_roster_is_clean(const char *cell); /* surely as lz_roster_clean and lz_text_squeeze would leave it */
/* Folded, trimmed, without Excel's guards; NULL: memory. */
LZ_MUST char *lz_roster_clean(struct lz_arena *arena, const char *cell);
/* What every kind of cell goes through first: clean, and neither empty (nor "-", "/", 无) nor an Excel error.
 */
LZ_MUST enum lz_roster_problem lz_roster_cell(struct lz_arena *arena, const char *cell, char **ret_clean);
/* What is shown of a refused cell: cut at 40 characters, and of anything that could be a personal number only
 * the first and last four digits; in a `personal` column shorter runs of digits count, too.  NULL: memory. */
LZ_MUST const char *lz_roster_shown(struct lz_arena *arena, const char *cell, bool personal);
/* "6106**********9075" for a whole number; NULL in, NULL out (and NULL: memory). */
LZ_MUST const char *lz_roster_mask(struct lz_arena *arena, const char *id_number);

#endif
