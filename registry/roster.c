/* Reading a roster: from bytes to rows, each with its values or its faults.  No register here. */
#include "registry/roster.h"

#include "registry/base/arena.h"
#include "registry/roster_columns.h"
#include "registry/roster_decode.h"
#include "registry/roster_value.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Title rows above the header are few; below this many rows no header is looked for. */
enum { HEADER_WITHIN_ROWS = 50, NEAR_HEADER = 2 /* known columns of what was meant for a header */ };
enum { ORGAN_MAX_CHARACTERS = 100, POST_MAX_CHARACTERS = 60, REGION_MAX_CHARACTERS = 60 };
/* A fault a field, and one for a duplicate. */
enum { ROW_MAX_FAULTS = LZ_ROSTER_FIELD_COUNT + 1 };

struct reader {
    struct lz_roster *roster;
    struct lz_arena *scratch; /* one row's intermediates */
    struct lz_csv csv;
    struct lz_roster_columns columns;
    size_t row_room;
    struct lz_roster_fault faults[ROW_MAX_FAULTS]; /* of the row being read */
    size_t fault_count;
    lz_err err; /* first failure while taking cells: memory */
    struct lz_fault *fault;
};

/* ---- the header ---- */

static lz_err no_header(struct lz_fault *fault)
{
    return lz_fault_set(
        fault, LZ_INVALID,
        "没有找到表头：文件中应有一行写明“姓名”“身份证号”“工作单位”“执法证号”“发证日期”“有效期至”。",
        "No header row found: one row must name 姓名, 身份证号, 工作单位, 执法证号, 发证日期, 有效期至.");
}

static lz_err missing_columns(const struct lz_roster_columns *columns, const struct lz_csv_row *row,
                              struct lz_fault *fault)
{
    char has[LZ_FAULT_TEXT] = "", zh[LZ_FAULT_TEXT * 2], en[LZ_FAULT_TEXT * 2];
    size_t used = 0;
    for (size_t i = 0; i < row->count && used < sizeof has / 2; i++)
        if (*row->cells[i])
            used +=
                (size_t)snprintf(has + used, sizeof has - used, "%s%.30s", used ? "、" : "", row->cells[i]);
    snprintf(zh, sizeof zh, "第 %zu 行的表头缺少必需的列，请补上后重新导入。现有的列：%s", row->line, has);
    snprintf(en, sizeof en, "The header in line %zu lacks required columns; it has: %s", row->line, has);
    lz_fault_set(fault, LZ_INVALID, zh, en);
    for (int f = 0; f < LZ_ROSTER_REQUIRED_COUNT; f++)
        if (!columns->has[f])
            lz_fault_field(fault, lz_roster_field_word((enum lz_roster_field)f, LZ_ZH), NULL,
                           "表头中没有这一列。", "The header lacks this column.");
    return LZ_INVALID;
}

static lz_err keep_headers(struct reader *r)
{
    const char **headers = lz_arena_array(r->roster->arena, LZ_ROSTER_FIELD_COUNT, sizeof *headers);
    if (!headers)
        return lz_fault_set(r->fault, LZ_MEMORY, NULL, NULL);
    memcpy(headers, r->columns.header, sizeof r->columns.header);
    r->roster->headers = headers;
    return LZ_OK;
}

static lz_err find_header(struct reader *r)
{
    struct lz_csv_row row;
    struct lz_fault near = {0};
    size_t likest = NEAR_HEADER - 1;
    bool more = true;
    for (size_t rows = 0; rows < HEADER_WITHIN_ROWS; rows++) {
        lz_err err = lz_csv_next(&r->csv, &row, &more, r->fault);
        if (err)
            return err;
        if (!more)
            break;
        if (lz_roster_columns_read(r->roster->arena, &row, &r->columns))
            return lz_fault_set(r->fault, LZ_MEMORY, NULL, NULL);
        if (!lz_roster_is_header(&r->columns)) {
            if (r->columns.found > likest && missing_columns(&r->columns, &row, &near))
                likest = r->columns.found;
            continue;
        }
        for (int f = 0; f < LZ_ROSTER_REQUIRED_COUNT; f++)
            if (!r->columns.has[f])
                return missing_columns(&r->columns, &row, r->fault);
        return keep_headers(r);
    }
    if (!near.code)
        return no_header(r->fault);
    if (r->fault)
        *r->fault = near;
    return near.code;
}

/* ---- one row ---- */

static void add_fault(struct reader *r, size_t line, enum lz_roster_field field,
                      enum lz_roster_problem problem, const char *cell)
{
    struct lz_roster_fault fault = {.line = line, .column = r->columns.header[field]};
    fault.found = lz_roster_shown(r->roster->arena, strlen(cell) > LZ_ROSTER_CELL_MAX ? "…" : cell,
                                  field == LZ_ROSTER_ID);
    for (int lang = 0; lang < LZ_LANG_COUNT; lang++) {
        fault.expected[lang] = lz_roster_expected(problem, (lz_lang)lang);
        fault.message[lang] = lz_roster_advice(problem, (lz_lang)lang);
    }
    if (!fault.found)
        r->err = LZ_MEMORY;
    else if (r->fault_count < ROW_MAX_FAULTS)
        r->faults[r->fault_count++] = fault;
}

/* Judges what a cell's function said; true when the value stands. */
static bool took(struct reader *r, const struct lz_csv_row *cells, enum lz_roster_field field,
                 enum lz_roster_problem problem)
{
    const bool may_be_empty =
        field >= LZ_ROSTER_REQUIRED_COUNT && (field != LZ_ROSTER_KIND || !r->columns.has[field]);
    if (problem == LZ_ROSTER_NO_MEMORY)
        r->err = LZ_MEMORY;
    else if (problem && (problem != LZ_ROSTER_EMPTY || !may_be_empty))
        add_fault(r, cells->line, field, problem, lz_roster_field_cell(&r->columns, cells, field));
    return problem == LZ_ROSTER_FINE;
}

/* A value out of the scratch into the roster's own memory. */
static const char *keep(struct reader *r, const char *text)
{
    const char *kept = lz_arena_text(r->roster->arena, text);
    if (text && !kept)
        r->err = LZ_MEMORY;
    return kept;
}

static void take_texts(struct reader *r, const struct lz_csv_row *cells, struct lz_roster_row *row)
{
    const struct {
        enum lz_roster_field field;
        size_t max;
        const char **ret;
    } texts[] = {
        {LZ_ROSTER_ORGAN, ORGAN_MAX_CHARACTERS, &row->organ},
        {LZ_ROSTER_POST, POST_MAX_CHARACTERS, &row->post},
        {LZ_ROSTER_REGION, REGION_MAX_CHARACTERS, &row->region},
    };
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        const char *text = NULL;
        const char *cell = lz_roster_field_cell(&r->columns, cells, texts[i].field);
        if (took(r, cells, texts[i].field, lz_roster_text(r->scratch, cell, texts[i].max, &text)))
            *texts[i].ret = keep(r, text);
    }
}

static void take_identity(struct reader *r, const struct lz_csv_row *cells, struct lz_roster_row *row)
{
    const char *name = NULL, *number = NULL;
    char *id = NULL;
    if (took(r, cells, LZ_ROSTER_NAME,
             lz_roster_name(r->scratch, lz_roster_field_cell(&r->columns, cells, LZ_ROSTER_NAME), &name)))
        row->name = keep(r, name);
    if (took(r, cells, LZ_ROSTER_NUMBER,
             lz_roster_number(r->scratch, lz_roster_field_cell(&r->columns, cells, LZ_ROSTER_NUMBER),
                              &number)))
        row->number = keep(r, number);
    if (took(r, cells, LZ_ROSTER_ID,
             lz_roster_id_number(r->scratch, lz_roster_field_cell(&r->columns, cells, LZ_ROSTER_ID), &id)))
        row->id_number = keep(r, id);
    lz_roster_wipe(id);
}

static void take_dates(struct reader *r, const struct lz_csv_row *cells, struct lz_roster_row *row)
{
    const char *issued = lz_roster_field_cell(&r->columns, cells, LZ_ROSTER_ISSUED);
    const char *until = lz_roster_field_cell(&r->columns, cells, LZ_ROSTER_UNTIL);
    const bool began = took(r, cells, LZ_ROSTER_ISSUED, lz_roster_date(r->scratch, issued, &row->issued_on));
    const bool ends =
        took(r, cells, LZ_ROSTER_UNTIL, lz_roster_last_day(r->scratch, until, &row->valid_until));
    if (began && ends && strcmp(row->valid_until.text, row->issued_on.text) < 0)
        add_fault(r, cells->line, LZ_ROSTER_UNTIL, LZ_ROSTER_DATE_ORDER, until);
}

static void take_words(struct reader *r, const struct lz_csv_row *cells, struct lz_roster_row *row)
{
    const char *scope = NULL;
    const char *kind = lz_roster_field_cell(&r->columns, cells, LZ_ROSTER_KIND);
    (void)took(r, cells, LZ_ROSTER_SEX,
               lz_roster_sex(r->scratch, lz_roster_field_cell(&r->columns, cells, LZ_ROSTER_SEX), &row->sex));
    if (took(r, cells, LZ_ROSTER_SCOPE,
             lz_roster_scope(r->scratch, lz_roster_field_cell(&r->columns, cells, LZ_ROSTER_SCOPE), &scope)))
        row->scope = keep(r, scope);
    row->kind = r->columns.kind;
    row->kind_given = took(r, cells, LZ_ROSTER_KIND, lz_roster_kind(r->scratch, kind, &row->kind));
}

static lz_err keep_faults(struct reader *r, struct lz_roster_row *row)
{
    row->readable = r->fault_count == 0;
    row->outcome = row->readable ? LZ_ROSTER_CREATED : LZ_ROSTER_REFUSED;
    if (row->readable)
        return LZ_OK;
    struct lz_roster_fault *faults = lz_arena_array(r->roster->arena, r->fault_count, sizeof *faults);
    if (!faults)
        return LZ_MEMORY;
    memcpy(faults, r->faults, r->fault_count * sizeof *faults);
    row->faults = faults;
    row->fault_count = r->fault_count;
    return LZ_OK;
}

static lz_err read_row(struct reader *r, const struct lz_csv_row *cells)
{
    struct lz_roster_row row = {.line = cells->line};
    r->fault_count = 0;
    take_identity(r, cells, &row);
    take_texts(r, cells, &row);
    take_dates(r, cells, &row);
    take_words(r, cells, &row);
    if (!r->err)
        r->err = keep_faults(r, &row);
    if (r->err)
        return lz_fault_set(r->fault, r->err, NULL, NULL);
    if (r->roster->row_count >= r->row_room)
        return lz_fault_set(r->fault, LZ_TOO_LARGE, "人员超过 50 万行，请分成几个文件导入。",
                            "More than 500,000 rows; import them in several files.");
    r->roster->rows[r->roster->row_count++] = row;
    return LZ_OK;
}

static lz_err read_rows(struct reader *r)
{
    struct lz_csv_row cells;
    for (bool more = true;;) {
        lz_arena_reset(r->scratch);
        bool nobody = false;
        lz_err err = lz_csv_next(&r->csv, &cells, &more, r->fault);
        if (err || !more)
            return err;
        err = lz_roster_row_is_nobody(r->scratch, &r->columns, &cells, &nobody);
        if (err)
            return lz_fault_set(r->fault, err, NULL, NULL);
        err = nobody ? LZ_OK : read_row(r, &cells);
        if (err)
            return err;
    }
}

/* ---- rows that say the same twice ---- */

static int by_number(const void *a, const void *b)
{
    const struct lz_roster_row *const *x = a, *const *y = b;
    int order = strcmp((*x)->number, (*y)->number);
    return order ? order : (*x)->line < (*y)->line ? -1 : 1;
}

static int by_id(const void *a, const void *b)
{
    const struct lz_roster_row *const *x = a, *const *y = b;
    int order = strcmp((*x)->id_number, (*y)->id_number);
    return order ? order : (*x)->line < (*y)->line ? -1 : 1;
}

/* Refuses `row` as a repetition of `first`.  A row that is refused already needs no second reason. */
static lz_err refuse_repeated(struct reader *r, struct lz_roster_row *row, const struct lz_roster_row *first,
                              enum lz_roster_field field)
{
    if (!row->readable)
        return LZ_OK;
    struct lz_arena *arena = r->roster->arena;
    const bool id = field == LZ_ROSTER_ID;
    struct lz_roster_fault *fault = lz_arena_alloc(arena, sizeof *fault);
    if (!fault)
        return LZ_MEMORY;
    fault->line = row->line;
    fault->column = r->columns.header[field];
    fault->found = id ? lz_roster_mask(arena, row->id_number) : row->number;
    fault->expected[LZ_ZH] = id ? "每人一行" : "每个证号一行";
    fault->expected[LZ_EN] = id ? "one row for a person" : "one row for a number";
    fault->message[LZ_ZH] = lz_arena_printf(arena, "%s与第 %zu 行重复，请核对并删除多余的一行。",
                                            id ? "身份证号" : "证号", first->line);
    fault->message[LZ_EN] =
        lz_arena_printf(arena, "The %s stands in line %zu already; check both and delete one.",
                        id ? "ID number" : "certificate number", first->line);
    if (!fault->found || !fault->message[LZ_ZH] || !fault->message[LZ_EN])
        return LZ_MEMORY;
    row->faults = fault;
    row->fault_count = 1;
    row->outcome = LZ_ROSTER_REFUSED;
    row->readable = false;
    return LZ_OK;
}

static lz_err refuse_repeated_numbers(struct reader *r, struct lz_roster_row **rows)
{
    size_t count = 0;
    for (size_t i = 0; i < r->roster->row_count; i++)
        if (r->roster->rows[i].number)
            rows[count++] = &r->roster->rows[i];
    qsort(rows, count, sizeof rows[0], by_number);
    lz_err err = LZ_OK;
    for (size_t i = 1, first = 0; i < count && !err; i++)
        if (strcmp(rows[i]->number, rows[first]->number) == 0)
            err = refuse_repeated(r, rows[i], rows[first], LZ_ROSTER_NUMBER);
        else
            first = i;
    return err;
}

/* One person may hold an enforcement and a supervision certificate, but no two of a kind, and no officer is
 * an auxiliary (RULES). */
static const struct lz_roster_row *rival_of(const struct lz_roster_row *row,
                                            struct lz_roster_row *const seen[LZ_CERTIFICATE_KIND_COUNT])
{
    for (int k = 0; k < LZ_CERTIFICATE_KIND_COUNT; k++) {
        const bool same_kind = (int)row->kind == k;
        const bool mixed = (row->kind == LZ_CERTIFICATE_AUXILIARY) != (k == LZ_CERTIFICATE_AUXILIARY);
        if (seen[k] &&
            (same_kind || mixed || (row->name && seen[k]->name && strcmp(row->name, seen[k]->name) != 0)))
            return seen[k];
    }
    return NULL;
}

static lz_err refuse_repeated_people(struct reader *r, struct lz_roster_row **rows)
{
    size_t count = 0;
    for (size_t i = 0; i < r->roster->row_count; i++)
        if (r->roster->rows[i].id_number)
            rows[count++] = &r->roster->rows[i];
    qsort(rows, count, sizeof rows[0], by_id);
    struct lz_roster_row *seen[LZ_CERTIFICATE_KIND_COUNT] = {NULL};
    lz_err err = LZ_OK;
    for (size_t i = 0; i < count && !err; i++) {
        if (i == 0 || strcmp(rows[i]->id_number, rows[i - 1]->id_number) != 0)
            memset(seen, 0, sizeof seen);
        const struct lz_roster_row *rival = rival_of(rows[i], seen);
        if (rival)
            err = refuse_repeated(r, rows[i], rival, LZ_ROSTER_ID);
        if (!seen[rows[i]->kind])
            seen[rows[i]->kind] = rows[i];
    }
    return err;
}

static lz_err refuse_duplicates(struct reader *r)
{
    struct lz_roster_row **rows = calloc(r->roster->row_count + 1, sizeof(struct lz_roster_row *));
    lz_err err = rows ? refuse_repeated_numbers(r, rows) : LZ_MEMORY;
    if (!err)
        err = refuse_repeated_people(r, rows);
    free(rows);
    return err ? lz_fault_set(r->fault, err, NULL, NULL) : LZ_OK;
}

/* ---- the whole ---- */

/* No more rows than line endings; one more place than allowed would hide the limit. */
static lz_err make_room(struct reader *r, struct lz_bytes text)
{
    r->row_room = 1;
    for (size_t i = 0; i < text.size && r->row_room < LZ_ROSTER_MAX_ROWS; i++)
        r->row_room += text.data[i] == '\n' || text.data[i] == '\r';
    r->roster->rows = lz_arena_array(r->roster->arena, r->row_room, sizeof *r->roster->rows);
    r->scratch = lz_arena_new(0);
    return r->roster->rows && r->scratch ? LZ_OK : lz_fault_set(r->fault, LZ_MEMORY, NULL, NULL);
}

static lz_err roster_new(struct lz_roster **ret_roster)
{
    struct lz_arena *arena = lz_arena_new(0);
    struct lz_roster *roster = arena ? lz_arena_alloc(arena, sizeof *roster) : NULL;
    if (!roster) {
        lz_arena_free(&arena);
        return LZ_MEMORY;
    }
    roster->arena = arena;
    *ret_roster = roster;
    return LZ_OK;
}

lz_err lz_roster_read(struct lz_bytes file, enum lz_roster_encoding encoding, struct lz_roster **ret_roster,
                      struct lz_fault *fault)
{
    struct reader r = {.fault = fault};
    struct lz_buf text;
    lz_buf_init(&text, LZ_ROSTER_TEXT_MAX_BYTES + 1);
    lz_err err = roster_new(&r.roster);
    if (err) {
        lz_fault_set(fault, err, NULL, NULL);
        goto done;
    }
    err = lz_roster_decode(file, encoding, &text, &r.roster->encoding, fault);
    if (err)
        goto done;
    lz_csv_init(&r.csv, text.data ? (char *)text.data : (char[]){""}, text.size);
    err = make_room(&r, lz_buf_view(&text));
    if (!err)
        err = find_header(&r);
    if (!err)
        err = read_rows(&r);
    if (!err)
        err = refuse_duplicates(&r);
    if (!err) {
        *ret_roster = r.roster;
        r.roster = NULL;
    }
done:
    lz_arena_free(&r.scratch);
    lz_roster_free(&r.roster);
    lz_buf_wipe_free(&text);
    return err;
}

void lz_roster_free(struct lz_roster **roster)
{
    if (!roster || !*roster)
        return;
    for (size_t i = 0; i < (*roster)->row_count; i++)
        /* The arena's own memory, const only to those who read it. */
        lz_roster_wipe((char *)(uintptr_t)(*roster)->rows[i].id_number);
    struct lz_arena *arena = (*roster)->arena;
    lz_arena_free(&arena);
    *roster = NULL;
}
