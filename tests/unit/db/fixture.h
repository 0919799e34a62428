/* A register of the test schema in a folder of its own. */
#ifndef LZ_TEST_DB_FIXTURE_H
#define LZ_TEST_DB_FIXTURE_H

#include "lz_test.h"
#include "registry/db/sql.h"
#include "tests/unit/db/statements.h"

#include <dirent.h>
#include <sys/stat.h>
#include <unistd.h>

struct fixture {
    char folder[64];
    char path[128];
    struct lz_db *db;
    struct lz_fault fault;
};

static inline lz_err fixture_open(struct fixture *f, enum lz_db_mode mode)
{
    const struct lz_db_options options = {.mode = mode, .busy_timeout_ms = 200};
    return lz_db_open(f->path, &lz_db_fixture_schema, &options, &f->db, &f->fault);
}

static inline int fixture_setup(void **state)
{
    struct fixture *f = calloc(1, sizeof *f);
    assert_non_null(f);
    snprintf(f->folder, sizeof f->folder, "/tmp/lz-db-XXXXXX");
    assert_non_null(mkdtemp(f->folder));
    snprintf(f->path, sizeof f->path, "%s/register.db", f->folder);
    assert_ok(fixture_open(f, LZ_DB_CREATE));
    *state = f;
    return 0;
}

static inline int fixture_teardown(void **state)
{
    struct fixture *f = *state;
    lz_db_close(&f->db);
    chmod(f->folder, 0700);
    DIR *folder = opendir(f->folder);
    assert_non_null(folder);
    for (struct dirent *e; (e = readdir(folder));) {
        char path[512];
        snprintf(path, sizeof path, "%s/%s", f->folder, e->d_name);
        if (e->d_name[0] != '.')
            unlink(path);
    }
    closedir(folder);
    rmdir(f->folder);
    free(f);
    return 0;
}

#define fixture_test(name) cmocka_unit_test_setup_teardown(name, fixture_setup, fixture_teardown)

/* The context of job_insert. */
struct insert {
    const char *id;
    const char *name;
    const char *parent;
    lz_err then; /* returned after the insert, to make the job fail */
};

static inline lz_err insert_organ(struct lz_sql *sql, const char *id, const char *name, const char *parent)
{
    struct lz_query *q = lz_query_start(sql, LZ_Q_organ_insert);
    lz_query_text(q, "id", id);
    lz_query_text(q, "name", name);
    lz_query_text(q, "parent", parent);
    lz_query_null(q, "seal");
    lz_query_int(q, "rank", 0);
    return lz_query_run(q);
}

static inline lz_err job_insert(struct lz_sql *sql, void *context, struct lz_fault *fault)
{
    const struct insert *insert = context;
    (void)fault;
    lz_err err = insert_organ(sql, insert->id, insert->name, insert->parent);
    return err == LZ_OK ? insert->then : err;
}

static inline lz_err add_organ(struct fixture *f, const char *id)
{
    struct insert insert = {.id = id, .name = "机关"};
    return lz_db_write(f->db, job_insert, &insert, &f->fault);
}

static inline int64_t count_organs(struct lz_sql *sql)
{
    struct lz_query *q = lz_query_start(sql, LZ_Q_organ_count);
    int64_t count = lz_query_next(q) ? lz_query_get_int(q, 0) : -1;
    assert_ok(lz_query_end(q));
    return count;
}

static inline bool has_organ(struct lz_sql *sql, const char *id)
{
    struct lz_query *q = lz_query_start(sql, LZ_Q_organ_by_id);
    lz_query_text(q, "id", id);
    bool found = lz_query_next(q);
    assert_ok(lz_query_end(q));
    return found;
}

#endif
