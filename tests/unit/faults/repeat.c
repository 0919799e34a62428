#include "repeat.h"

#include "faults.h"

#include "registry/db/connection.h"

#include <stdatomic.h>

static atomic_bool repeats;
static atomic_long repeated;

void fault_repeat(bool on)
{
    atomic_store(&repeats, on);
}

long fault_repeated(void)
{
    return atomic_exchange(&repeated, 0);
}

/* ---- the job ---- */

struct repetition {
    lz_db_job job;
    void *context;
};

static void forget(struct lz_fault *fault)
{
    if (fault)
        *fault = (struct lz_fault){0};
}

static lz_err roll_back(struct lz_sql *sql)
{
    lz_err err = lz_sql_control(sql, LZ_CONTROL_ROLLBACK);
    return err ? err : lz_sql_control(sql, LZ_CONTROL_BEGIN_WRITE);
}

static lz_err undo(struct lz_sql *sql)
{
    lz_err err = lz_sql_control(sql, LZ_CONTROL_JOB_UNDO);
    return err ? err : lz_sql_control(sql, LZ_CONTROL_JOB_RELEASE);
}

static lz_err run_again_and_again(struct lz_sql *sql, void *context, struct lz_fault *fault)
{
    const struct repetition *r = context;
    struct lz_fault told[2] = {0};
    lz_err err[3];
    err[0] = r->job(sql, r->context, &told[0]);
    lz_err undone = roll_back(sql);
    if (!undone)
        undone = lz_sql_control(sql, LZ_CONTROL_JOB);
    if (undone)
        return undone;
    err[1] = r->job(sql, r->context, &told[1]);
    undone = undo(sql);
    if (undone)
        return undone;
    forget(fault);
    err[2] = r->job(sql, r->context, fault);
    atomic_fetch_add(&repeated, 1);
    if (err[0] != err[1] || err[1] != err[2])
        fault_found("a job gave %s, then %s, then %s", lz_err_name(err[0]), lz_err_name(err[1]),
                    lz_err_name(err[2]));
    else if (err[0] && fault && strcmp(lz_fault_text(&told[0], LZ_ZH), lz_fault_text(fault, LZ_ZH)) != 0)
        fault_found("a job told \"%s\", then \"%s\"", lz_fault_text(&told[0], LZ_ZH),
                    lz_fault_text(fault, LZ_ZH));
    return err[2];
}

lz_err __real_lz_db_write(struct lz_db *db, lz_db_job job, void *context, struct lz_fault *fault);
lz_err __wrap_lz_db_write(struct lz_db *db, lz_db_job job, void *context, struct lz_fault *fault);
lz_err __wrap_lz_db_write(struct lz_db *db, lz_db_job job, void *context, struct lz_fault *fault)
{
    struct repetition r = {job, context};
    return atomic_load(&repeats) ? __real_lz_db_write(db, run_again_and_again, &r, fault)
                                 : __real_lz_db_write(db, job, context, fault);
}

/* ---- the picture ---- */

enum { WHERE_SIZE = 80, TEXT_SIZE = 64, SHOWN = 4 };

struct cell {
    char where[WHERE_SIZE]; /* "table.column 3" */
    char text[TEXT_SIZE];   /* how it begins */
    int type, size;
    uint64_t hash;
};

struct fault_picture {
    struct cell *cells;
    size_t count, room;
};

static uint64_t hash_of(const uint8_t *data, int size)
{
    uint64_t hash = UINT64_C(14695981039346656037); /* FNV-1a */
    for (int i = 0; i < size; i++)
        hash = (hash ^ data[i]) * UINT64_C(1099511628211);
    return hash;
}

static void add_cell(struct fault_picture *p, const char *table, sqlite3_stmt *row, int column, int number)
{
    if (p->count == p->room) {
        p->room = p->room ? p->room * 2 : 1024;
        p->cells = reallocarray(p->cells, p->room, sizeof *p->cells);
        assert_non_null(p->cells);
    }
    struct cell *cell = &p->cells[p->count++];
    *cell = (struct cell){.type = sqlite3_column_type(row, column)};
    snprintf(cell->where, sizeof cell->where, "%.30s.%.30s %d", table, sqlite3_column_name(row, column),
             number);
    if (cell->type != SQLITE_BLOB && cell->type != SQLITE_NULL)
        snprintf(cell->text, sizeof cell->text, "%.60s", (const char *)sqlite3_column_text(row, column));
    const uint8_t *data = sqlite3_column_blob(row, column);
    cell->size = sqlite3_column_bytes(row, column);
    cell->hash = hash_of(data, cell->size);
    if (cell->type == SQLITE_INTEGER)
        cell->size = 0; /* digits of what was drawn */
}

static void add_table(struct fault_picture *p, sqlite3 *db, const char *table)
{
    char text[256];
    sqlite3_stmt *rows = NULL;
    snprintf(text, sizeof text, "SELECT * FROM \"%s\" ORDER BY rowid", table);
    assert_int_equal(sqlite3_prepare_v2(db, text, -1, &rows, NULL), SQLITE_OK);
    for (int number = 1; sqlite3_step(rows) == SQLITE_ROW; number++)
        for (int i = 0; i < sqlite3_column_count(rows); i++)
            add_cell(p, table, rows, i, number);
    assert_int_equal(sqlite3_finalize(rows), SQLITE_OK);
}

struct fault_picture *fault_picture_new(const char *path)
{
    static const char names[] = "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE "
                                "'sqlite%' ORDER BY name";
    struct fault_picture *p = calloc(1, sizeof *p);
    sqlite3 *db = NULL;
    sqlite3_stmt *tables = NULL;
    assert_non_null(p);
    assert_int_equal(sqlite3_open_v2(path, &db, SQLITE_OPEN_READWRITE, NULL), SQLITE_OK);
    assert_int_equal(sqlite3_prepare_v2(db, names, -1, &tables, NULL), SQLITE_OK);
    while (sqlite3_step(tables) == SQLITE_ROW)
        add_table(p, db, (const char *)sqlite3_column_text(tables, 0));
    assert_int_equal(sqlite3_finalize(tables), SQLITE_OK);
    sqlite3_close(db);
    return p;
}

void fault_picture_free(struct fault_picture **picture)
{
    if (!*picture)
        return;
    free((*picture)->cells);
    free(*picture);
    *picture = NULL;
}

size_t fault_picture_size(const struct fault_picture *picture)
{
    return picture->count;
}

static bool same_cell(const struct cell *a, const struct cell *b)
{
    return a->type == b->type && a->size == b->size && a->hash == b->hash;
}

size_t fault_picture_compare(const char *name, const struct fault_picture *once,
                             const struct fault_picture *other, const struct fault_picture *again)
{
    size_t compared = 0;
    int shown = 0;
    if (once->count != other->count || once->count != again->count)
        fault_found("%s: %zu cells after one run, %zu after another, %zu after several", name, once->count,
                    other->count, again->count);
    for (size_t i = 0; i < once->count && i < other->count && i < again->count && shown < SHOWN; i++) {
        const struct cell *a = &once->cells[i], *b = &other->cells[i], *c = &again->cells[i];
        const bool drawn = !same_cell(a, b);
        compared += !drawn;
        if (strcmp(a->where, c->where) == 0 &&
            (drawn ? a->type == c->type && (a->size == c->size || a->size != b->size) : same_cell(a, c)))
            continue;
        fault_found("%s: %s is \"%s\" after one run, and %s \"%s\" after several", name, a->where, a->text,
                    c->where, c->text);
        shown++;
    }
    return compared;
}
