#include "registry/roster_csv.h"

#include <stdio.h>
#include <string.h>

enum { SAMPLE_LINES = 30 };

/* Steps over one line ending (CRLF, LF or CR count once each); false when `at` stands on none. */
static bool skip_newline(struct lz_csv *csv)
{
    if (*csv->at != '\r' && *csv->at != '\n')
        return false;
    csv->at += csv->at[0] == '\r' && csv->at + 1 < csv->end && csv->at[1] == '\n' ? 2 : 1;
    csv->line++;
    return true;
}

static char most_frequent_separator(const char *text, size_t size)
{
    static const char candidates[] = {',', '\t', ';'};
    size_t counts[sizeof candidates] = {0};
    bool quoted = false;
    for (size_t i = 0, lines = 0; i < size && lines < SAMPLE_LINES; i++) {
        if (text[i] == '"')
            quoted = !quoted;
        lines += !quoted && text[i] == '\n';
        const char *found = quoted ? NULL : memchr(candidates, text[i], sizeof candidates);
        if (found)
            counts[found - candidates]++;
    }
    size_t best = 0;
    for (size_t i = 1; i < sizeof candidates; i++)
        if (counts[i] > counts[best])
            best = i;
    return candidates[best];
}

/* Excel reads a first line "sep=;" as the choice of the separator, and some programs write one for it. */
static bool take_separator_line(struct lz_csv *csv)
{
    const size_t size = (size_t)(csv->end - csv->at);
    if (size < 6 || memcmp(csv->at, "sep=", 4) != 0 || (csv->at[5] != '\r' && csv->at[5] != '\n'))
        return false;
    csv->separator = csv->at[4];
    csv->at += 5;
    return skip_newline(csv);
}

void lz_csv_init(struct lz_csv *csv, char *text, size_t size)
{
    *csv = (struct lz_csv){.at = text, .end = text + size, .line = 1};
    if (!take_separator_line(csv))
        csv->separator = most_frequent_separator(text, size);
}

static lz_err quote_never_closed(size_t line, struct lz_fault *fault)
{
    char zh[160], en[160];
    snprintf(zh, sizeof zh, "第 %zu 行的引号没有结束，请在 Excel 中重新另存为 CSV 后再导入。", line);
    snprintf(en, sizeof en, "A quote opened in line %zu is never closed; save the file as CSV again.", line);
    return lz_fault_set(fault, LZ_MALFORMED, zh, en);
}

/* Unescapes a quoted cell in place: `to` runs behind `at`.  Leaves `at` on what follows the closing quote. */
static lz_err read_quoted(struct lz_csv *csv, char **to, struct lz_fault *fault)
{
    const size_t opened = csv->line;
    for (csv->at++; csv->at < csv->end;) {
        char *from = csv->at;
        if (from[0] == '"' && from[1] != '"') {
            csv->at++;
            return LZ_OK;
        }
        if (skip_newline(csv))
            *(*to)++ = '\n';
        else {
            *(*to)++ = *from;
            csv->at += from[0] == '"' ? 2 : 1;
        }
    }
    return quote_never_closed(opened, fault);
}

static bool at_cell_end(const struct lz_csv *csv)
{
    return csv->at >= csv->end || *csv->at == csv->separator || *csv->at == '\r' || *csv->at == '\n';
}

/* Reads one cell and what ends it; *ret_last when it is the row's last. */
static lz_err read_cell(struct lz_csv *csv, const char **ret_cell, bool *ret_last, struct lz_fault *fault)
{
    char *const start = csv->at, *to = csv->at;
    if (*csv->at == '"') {
        lz_err err = read_quoted(csv, &to, fault);
        if (err)
            return err;
    }
    while (!at_cell_end(csv))
        *to++ = *csv->at++;
    *ret_last = csv->at >= csv->end || *csv->at != csv->separator;
    /* The NUL may fall on the ending itself, so that is read first. */
    if (!*ret_last)
        csv->at++;
    else if (csv->at < csv->end)
        skip_newline(csv);
    *to = '\0';
    *ret_cell = start;
    return LZ_OK;
}

static lz_err too_many_columns(size_t line, struct lz_fault *fault)
{
    char zh[160], en[160];
    snprintf(zh, sizeof zh, "第 %zu 行超过 %d 列，请删除多余的列后再导入。", line, LZ_ROSTER_MAX_COLUMNS);
    snprintf(en, sizeof en, "Line %zu has more than %d columns; remove the superfluous ones.", line,
             LZ_ROSTER_MAX_COLUMNS);
    return lz_fault_set(fault, LZ_TOO_LARGE, zh, en);
}

lz_err lz_csv_next(struct lz_csv *csv, struct lz_csv_row *ret_row, bool *ret_more, struct lz_fault *fault)
{
    if (csv->at >= csv->end) {
        *ret_more = false;
        return LZ_OK;
    }
    struct lz_csv_row row = {.line = csv->line};
    for (bool last = false; !last;) {
        const char *cell = NULL;
        lz_err err = read_cell(csv, &cell, &last, fault);
        if (err)
            return err;
        /* Excel pads with empty cells when a far column was once touched. */
        if (row.count < LZ_ROSTER_MAX_COLUMNS)
            row.cells[row.count++] = cell;
        else if (*cell)
            return too_many_columns(row.line, fault);
    }
    *ret_row = row;
    *ret_more = true;
    return LZ_OK;
}

const char *lz_csv_cell(const struct lz_csv_row *row, size_t column)
{
    return column < row->count ? row->cells[column] : "";
}
