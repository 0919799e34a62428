/* What can go wrong, once for the whole house: library calls return lz_err, HTTP answers and exit codes
 * follow from it. */
#ifndef LZ_BASE_ERROR_H
#define LZ_BASE_ERROR_H

#include <stdbool.h>
#include <stddef.h>

#define LZ_MUST __attribute__((warn_unused_result))
#define LZ_PRINTF(fmt, args) __attribute__((format(printf, fmt, args)))

/* LZ_OK is 0; every other code names one way to fail.  Switches over it have no default. */
typedef enum {
#define LZ_ERROR(code, name, http, exit_code, zh, en) LZ_##code,
#include "registry/base/error_table.inc"
#undef LZ_ERROR
    LZ_ERR_COUNT
} lz_err;

/* Faults, error_table.inc and every table of words carry both languages side by side, so a third one touches
 * them all, not only web/messages. */
typedef enum { LZ_ZH, LZ_EN, LZ_LANG_COUNT } lz_lang;

const char *lz_err_name(lz_err err);                   /* "wrong-state"; stable, never NULL */
const char *lz_err_sentence(lz_err err, lz_lang lang); /* a whole sentence; never NULL */
int lz_err_http(lz_err err);                           /* HTTP status */
int lz_err_exit(lz_err err);                           /* 0, 1, 2 or 3 (DESIGN 11) */

enum { LZ_FAULT_FIELDS = 16, LZ_FAULT_TEXT = 256 };

/* One value that was refused.  `field` is the form field or column as the user knows it. */
struct lz_field_fault {
    char field[64];
    char found[96]; /* what stood there, cut at a character boundary; empty for secrets */
    char message[LZ_LANG_COUNT][LZ_FAULT_TEXT]; /* what was expected and what to do */
};

/* The story of one failure, for the caller who reports it.  Fixed size: it can tell of an exhausted memory
 * too. Zero-initialise.  A function that takes `struct lz_fault *` accepts NULL and writes only when it
 * fails. */
struct lz_fault {
    lz_err code;
    char detail[LZ_LANG_COUNT][LZ_FAULT_TEXT]; /* what happened here and the next step; may be empty */
    size_t field_count; /* fields beyond LZ_FAULT_FIELDS are counted out, the first ones kept */
    struct lz_field_fault fields[LZ_FAULT_FIELDS];
};

/* Sets code and both details (either may be NULL), drops fields. */
void lz_fault_write(struct lz_fault *fault, lz_err err, const char *zh, const char *en);
/* Adds a refused field and sets code LZ_INVALID.  `found` may be NULL. */
void lz_fault_add_field(struct lz_fault *fault, const char *field, const char *found, const char *zh,
                        const char *en);

/* The same, returning the code, so that `return lz_fault_set(...)` reads well.  Inline, so that compilers and
 * analyzers, which see one file at a time, know that a failure never becomes LZ_OK on its way. */
static inline lz_err lz_fault_set(struct lz_fault *fault, lz_err err, const char *zh, const char *en)
{
    lz_fault_write(fault, err, zh, en);
    return err;
}
static inline lz_err lz_fault_field(struct lz_fault *fault, const char *field, const char *found,
                                    const char *zh, const char *en)
{
    lz_fault_add_field(fault, field, found, zh, en);
    return LZ_INVALID;
}
/* The detail if there is one, else the code's sentence. */
const char *lz_fault_text(const struct lz_fault *fault, lz_lang lang);

#endif
