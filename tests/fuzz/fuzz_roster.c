/* A roster file of any content is read or refused with a story; what is read is whole. */
#include "registry/base/text.h"
#include "registry/roster.h"
#include "tests/fuzz/faults.h"

#include <string.h>

static void is_text(const char *text)
{
    lz_fuzz_need(!text || lz_utf8_valid(lz_bytes_text(text)));
}

static void row_is_whole(const struct lz_roster_row *row)
{
    is_text(row->name);
    is_text(row->organ);
    is_text(row->number);
    is_text(row->scope);
    is_text(row->post);
    is_text(row->region);
    lz_fuzz_need(row->readable == (row->fault_count == 0));
    for (size_t i = 0; i < row->fault_count; i++) {
        const struct lz_roster_fault *fault = &row->faults[i];
        lz_fuzz_need(fault->line == row->line && fault->column && fault->found);
        lz_fuzz_need(fault->expected[LZ_ZH] && fault->message[LZ_ZH] && fault->message[LZ_EN]);
        is_text(fault->column);
        is_text(fault->found);
    }
    if (!row->readable)
        return;
    lz_fuzz_need(row->name && *row->name && row->organ && *row->organ && row->number && *row->number);
    lz_fuzz_need(row->id_number && lz_resident_id_valid(row->id_number));
    lz_fuzz_need(row->issued_on.text[0] && strcmp(row->issued_on.text, row->valid_until.text) <= 0);
    lz_fuzz_need((unsigned)row->kind < LZ_CERTIFICATE_KIND_COUNT);
}

/* The first byte picks the encoding. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size < 1)
        return 0;
    struct lz_roster *roster = NULL;
    struct lz_fault fault = {0};
    const enum lz_roster_encoding encoding = data[0] == 'u'   ? LZ_ROSTER_UTF8
                                             : data[0] == 'g' ? LZ_ROSTER_GB18030
                                                              : LZ_ROSTER_AUTO;
    lz_err err = lz_roster_read(lz_bytes_of(data + 1, size - 1), encoding, &roster, &fault);
    lz_fuzz_need((err == LZ_OK) == (roster != NULL) && fault.code == err);
    for (size_t i = 0; roster && i < roster->row_count; i++) {
        row_is_whole(&roster->rows[i]);
        lz_fuzz_need(i == 0 || roster->rows[i].line > roster->rows[i - 1].line);
    }
    lz_roster_free(&roster);
    return 0;
}
