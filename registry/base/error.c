#include "registry/base/error.h"

#include <stdio.h>
#include <string.h>

struct row {
    const char *name;
    int http;
    int exit_code;
    const char *sentence[LZ_LANG_COUNT];
};

static const struct row rows[LZ_ERR_COUNT] = {
#define LZ_ERROR(code, name, http, exit_code, zh, en) [LZ_##code] = {name, http, exit_code, {zh, en}},
#include "registry/base/error_table.inc"
#undef LZ_ERROR
};

static const struct row *row_of(lz_err err)
{
    return (unsigned)err < LZ_ERR_COUNT ? &rows[err] : &rows[LZ_INTERNAL];
}

const char *lz_err_name(lz_err err)
{
    return row_of(err)->name;
}
const char *lz_err_sentence(lz_err err, lz_lang lang)
{
    return row_of(err)->sentence[lang == LZ_EN];
}
int lz_err_http(lz_err err)
{
    return row_of(err)->http;
}
int lz_err_exit(lz_err err)
{
    return row_of(err)->exit_code;
}

/* Copies and cuts at a UTF-8 character boundary, so that a cut text is still text. */
static void copy_text(char *to, size_t size, const char *from)
{
    size_t n = from ? strlen(from) : 0;
    if (n >= size) {
        n = size - 1;
        while (n > 0 && ((unsigned char)from[n] & 0xC0) == 0x80)
            n--;
    }
    if (n > 0)
        memcpy(to, from, n);
    to[n] = '\0';
}

void lz_fault_write(struct lz_fault *fault, lz_err err, const char *zh, const char *en)
{
    if (fault) {
        fault->code = err;
        fault->field_count = 0;
        copy_text(fault->detail[LZ_ZH], LZ_FAULT_TEXT, zh);
        copy_text(fault->detail[LZ_EN], LZ_FAULT_TEXT, en);
    }
}

void lz_fault_add_field(struct lz_fault *fault, const char *field, const char *found, const char *zh,
                        const char *en)
{
    if (!fault)
        return;
    fault->code = LZ_INVALID;
    if (fault->field_count < LZ_FAULT_FIELDS) {
        struct lz_field_fault *f = &fault->fields[fault->field_count++];
        copy_text(f->field, sizeof f->field, field);
        copy_text(f->found, sizeof f->found, found);
        copy_text(f->message[LZ_ZH], LZ_FAULT_TEXT, zh);
        copy_text(f->message[LZ_EN], LZ_FAULT_TEXT, en);
    }
}

const char *lz_fault_text(const struct lz_fault *fault, lz_lang lang)
{
    const char *detail = fault->detail[lang == LZ_EN];
    return detail[0] ? detail : lz_err_sentence(fault->code, lang);
}
