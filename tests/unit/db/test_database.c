/* Opening, migrating, backing up, checking. */
#include "fixture.h"
#include "registry/db/connection.h"

#include <fcntl.h>
#include <grp.h>
#include <sqlite3.h>
#include <sys/wait.h>

static struct lz_sql *reader(struct fixture *f)
{
    struct lz_sql *sql = lz_db_reader(f->db, &f->fault);
    assert_non_null(sql);
    return sql;
}

/* Another hand on the closed file: what an older program, a stranger or a fault left there. */
static void meddle(const char *path, const char *text)
{
    sqlite3 *handle = NULL;
    char *message = NULL;
    assert_int_equal(sqlite3_open(path, &handle), SQLITE_OK);
    if (sqlite3_exec(handle, text, NULL, NULL, &message) != SQLITE_OK)
        fail_msg("%s", message);
    sqlite3_close(handle);
}

static size_t files_in(const char *folder)
{
    size_t count = 0;
    DIR *dir = opendir(folder);
    assert_non_null(dir);
    for (struct dirent *e; (e = readdir(dir));)
        count += e->d_name[0] != '.';
    closedir(dir);
    return count;
}

static void a_new_register_opens_again_and_is_for_its_owner_only(void **state)
{
    struct fixture *f = *state;
    struct stat st;
    assert_int_equal(stat(f->path, &st), 0);
    assert_int_equal(st.st_mode & 0777, 0600);
    assert_ok(add_organ(f, "a"));
    lz_db_close(&f->db);
    assert_null(f->db);
    lz_db_close(&f->db);
    assert_ok(fixture_open(f, LZ_DB_OPEN));
    assert_true(has_organ(reader(f), "a"));
    assert_ok(lz_db_check(f->db, &f->fault));
}

static void creating_over_a_register_is_refused(void **state)
{
    struct fixture *f = *state;
    assert_ok(add_organ(f, "a"));
    lz_db_close(&f->db);
    assert_err(fixture_open(f, LZ_DB_CREATE), LZ_EXISTS);
    assert_null(f->db);
    assert_true(lz_fault_text(&f->fault, LZ_ZH)[0] != '\0');
    assert_ok(fixture_open(f, LZ_DB_OPEN));
    assert_true(has_organ(reader(f), "a"));
}

static void a_missing_register_or_folder_is_said(void **state)
{
    struct fixture *f = *state;
    lz_db_close(&f->db);
    char kept[sizeof f->path];
    memcpy(kept, f->path, sizeof kept);
    snprintf(f->path, sizeof f->path, "%s/none.db", f->folder);
    assert_err(fixture_open(f, LZ_DB_OPEN), LZ_NOT_FOUND);
    assert_err(fixture_open(f, LZ_DB_READ_ONLY), LZ_NOT_FOUND);
    assert_int_equal(access(f->path, F_OK), -1); /* not made by looking */
    snprintf(f->path, sizeof f->path, "%s/none/register.db", f->folder);
    assert_err(fixture_open(f, LZ_DB_CREATE), LZ_NOT_FOUND);
    memcpy(f->path, kept, sizeof kept);
}

static void a_strangers_file_is_left_alone(void **state)
{
    struct fixture *f = *state;
    lz_db_close(&f->db);
    snprintf(f->path, sizeof f->path, "%s/other.db", f->folder);
    meddle(f->path, "CREATE TABLE t (x)");
    assert_err(fixture_open(f, LZ_DB_OPEN), LZ_UNSUPPORTED);
    FILE *text = fopen(f->path, "w");
    assert_non_null(text);
    for (int i = 0; i < 1000; i++)
        fputs("这不是数据库\n", text);
    fclose(text);
    assert_err(fixture_open(f, LZ_DB_OPEN), LZ_CORRUPT);
    assert_err(fixture_open(f, LZ_DB_READ_ONLY), LZ_CORRUPT);
}

static void a_read_only_register_is_read_and_never_written(void **state)
{
    struct fixture *f = *state;
    assert_ok(add_organ(f, "a"));
    lz_db_close(&f->db);
    assert_ok(fixture_open(f, LZ_DB_READ_ONLY));
    assert_true(has_organ(reader(f), "a"));
    assert_err(add_organ(f, "b"), LZ_READ_ONLY);
    assert_false(has_organ(reader(f), "b"));
}

static void a_newer_register_is_refused_unchanged(void **state)
{
    struct fixture *f = *state;
    lz_db_close(&f->db);
    meddle(f->path, "PRAGMA user_version = 3");
    assert_err(fixture_open(f, LZ_DB_OPEN), LZ_NEWER);
    assert_err(fixture_open(f, LZ_DB_READ_ONLY), LZ_NEWER);
    meddle(f->path, "PRAGMA user_version = 2");
    assert_ok(fixture_open(f, LZ_DB_OPEN));
}

/* Another program changed it while it was open. */
static void a_register_that_became_newer_is_said(void **state)
{
    struct fixture *f = *state;
    assert_ok(lz_db_check(f->db, &f->fault));
    meddle(f->path, "PRAGMA user_version = 3");
    assert_err(lz_db_check(f->db, &f->fault), LZ_NEWER);
    meddle(f->path, "PRAGMA user_version = 2");
    assert_ok(lz_db_check(f->db, &f->fault));
}

/* A register as the program made it when only the first migration existed. */
static const struct lz_schema *older_schema(void)
{
    static const struct lz_schema older = {lz_db_fixture_statements, LZ_Q_COUNT, lz_db_fixture_migrations, 1};
    return &older;
}

static void make_older(struct fixture *f)
{
    const struct lz_db_options create = {.mode = LZ_DB_CREATE};
    lz_db_close(&f->db);
    snprintf(f->path, sizeof f->path, "%s/older.db", f->folder);
    assert_ok(lz_db_open(f->path, older_schema(), &create, &f->db, &f->fault));
    assert_ok(add_organ(f, "old"));
    lz_db_close(&f->db);
}

static void an_older_register_is_migrated_after_a_backup(void **state)
{
    struct fixture *f = *state;
    char backup[160];
    make_older(f);
    assert_err(fixture_open(f, LZ_DB_OPEN), LZ_WRONG_STATE);
    assert_err(fixture_open(f, LZ_DB_READ_ONLY), LZ_WRONG_STATE);
    snprintf(backup, sizeof backup, "%s/before.db", f->folder);
    const struct lz_db_options options = {.mode = LZ_DB_OPEN, .migrate_backup = backup};
    assert_ok(lz_db_open(f->path, &lz_db_fixture_schema, &options, &f->db, &f->fault));
    assert_true(has_organ(reader(f), "old"));
    assert_true(has_organ(reader(f), "seed")); /* came with migration 2 */
    assert_ok(lz_db_check(f->db, &f->fault));  /* equal to a fresh one */
    lz_db_close(&f->db);
    const struct lz_db_options read = {.mode = LZ_DB_READ_ONLY};
    assert_ok(lz_db_open(backup, older_schema(), &read, &f->db, &f->fault));
    assert_true(has_organ(reader(f), "old"));
    assert_false(has_organ(reader(f), "seed"));
}

static void without_its_backup_nothing_is_migrated(void **state)
{
    struct fixture *f = *state;
    make_older(f);
    const struct lz_db_options options = {.mode = LZ_DB_OPEN, .migrate_backup = "/nonexistent/before.db"};
    assert_err(lz_db_open(f->path, &lz_db_fixture_schema, &options, &f->db, &f->fault), LZ_NOT_FOUND);
    const struct lz_db_options older = {.mode = LZ_DB_OPEN};
    assert_ok(lz_db_open(f->path, older_schema(), &older, &f->db, &f->fault));
}

/* Memory may run out in COMMIT and in ROLLBACK, too. */
static void a_look_up_sees_what_is_new_though_an_older_one_could_not_be_ended(void **state)
{
    struct fixture *f = *state;
    assert_ok(add_organ(f, "a"));
    assert_false(has_organ(reader(f), "b"));
    assert_int_equal(sqlite3_exec(reader(f)->handle, "BEGIN; SELECT count(*) FROM organ", NULL, NULL, NULL),
                     SQLITE_OK);
    assert_ok(add_organ(f, "b"));
    assert_true(has_organ(reader(f), "b"));
    assert_ok(lz_sql_read_begin(reader(f)));
    assert_ok(add_organ(f, "c"));
    assert_false(has_organ(reader(f), "c")); /* one point in time where it is asked for */
    lz_sql_read_end(reader(f));
    assert_true(has_organ(reader(f), "c"));
}

static void a_failing_migration_leaves_the_older_register(void **state)
{
    struct fixture *f = *state;
    const struct lz_migration migrations[] = {
        lz_db_fixture_migrations[0],
        {2, "broken", "CREATE TABLE half (x INTEGER) STRICT; INSERT INTO nowhere VALUES (1);"}};
    const struct lz_schema bad = {lz_db_fixture_statements, LZ_Q_COUNT, migrations, COUNT_OF(migrations)};
    char backup[160];
    make_older(f);
    snprintf(backup, sizeof backup, "%s/before.db", f->folder);
    const struct lz_db_options options = {.mode = LZ_DB_OPEN, .migrate_backup = backup};
    assert_err(lz_db_open(f->path, &bad, &options, &f->db, &f->fault), LZ_INTERNAL);
    const struct lz_db_options older = {.mode = LZ_DB_OPEN};
    assert_ok(lz_db_open(f->path, older_schema(), &older, &f->db, &f->fault));
    assert_ok(lz_db_check(f->db, &f->fault)); /* no table "half" */
}

static void a_creation_that_fails_leaves_no_file(void **state)
{
    struct fixture *f = *state;
    static const struct lz_migration broken[] = {
        {1, "broken", "CREATE TABLE half (x INTEGER) STRICT; nonsense;"}};
    static const struct lz_schema schema = {lz_db_fixture_statements, LZ_Q_COUNT, broken, 1};
    const struct lz_db_options create = {.mode = LZ_DB_CREATE};
    lz_db_close(&f->db);
    size_t before = files_in(f->folder);
    snprintf(f->path, sizeof f->path, "%s/new.db", f->folder);
    assert_err(lz_db_open(f->path, &schema, &create, &f->db, &f->fault), LZ_INTERNAL);
    assert_int_equal(files_in(f->folder), before);
}

static void a_backup_is_whole_and_alone(void **state)
{
    struct fixture *f = *state;
    char backup[160];
    snprintf(backup, sizeof backup, "%s/backup.db", f->folder);
    assert_ok(add_organ(f, "a"));
    size_t before = files_in(f->folder);
    assert_ok(lz_db_backup(f->db, backup, &f->fault));
    assert_int_equal(files_in(f->folder), before + 1);
    assert_err(lz_db_backup(f->db, backup, &f->fault), LZ_EXISTS);
    assert_int_equal(files_in(f->folder), before + 1);
    assert_ok(add_organ(f, "after"));
    lz_db_close(&f->db);
    memcpy(f->path, backup, sizeof f->path);
    assert_ok(fixture_open(f, LZ_DB_OPEN));
    assert_true(has_organ(reader(f), "a"));
    assert_false(has_organ(reader(f), "after"));
    assert_ok(add_organ(f, "b"));
}

static void a_changed_schema_and_a_dangling_reference_are_found(void **state)
{
    struct fixture *f = *state;
    lz_db_close(&f->db);
    meddle(f->path, "CREATE TABLE smuggled (x INTEGER)");
    assert_ok(fixture_open(f, LZ_DB_OPEN));
    assert_err(lz_db_check(f->db, &f->fault), LZ_CORRUPT);
    assert_non_null(strstr(lz_fault_text(&f->fault, LZ_EN), "smuggled"));
    lz_db_close(&f->db);
    meddle(f->path, "DROP TABLE smuggled; PRAGMA foreign_keys = OFF;"
                    "INSERT INTO person (id, organ, name) VALUES ('p', 'nowhere', 'x')");
    assert_ok(fixture_open(f, LZ_DB_OPEN));
    assert_err(lz_db_check(f->db, &f->fault), LZ_CORRUPT);
    assert_non_null(strstr(lz_fault_text(&f->fault, LZ_EN), "person"));
}

static lz_err job_many(struct lz_sql *sql, void *context, struct lz_fault *fault)
{
    (void)context, (void)fault;
    char name[1024];
    memset(name, 'n', sizeof name - 1);
    name[sizeof name - 1] = '\0';
    for (int i = 0; i < 400; i++) {
        char id[16];
        snprintf(id, sizeof id, "m%04d", i);
        lz_err err = insert_organ(sql, id, name, NULL);
        if (err != LZ_OK)
            return err;
    }
    return LZ_OK;
}

static void damaged_pages_are_corrupt_when_read_checked_and_backed_up(void **state)
{
    struct fixture *f = *state;
    char backup[160];
    snprintf(backup, sizeof backup, "%s/backup.db", f->folder);
    assert_ok(lz_db_write(f->db, job_many, NULL, &f->fault));
    lz_db_close(&f->db);
    int fd = open(f->path, O_RDWR | O_CLOEXEC);
    assert_true(fd >= 0);
    char garbage[4096];
    memset(garbage, 0xEE, sizeof garbage);
    off_t size = lseek(fd, 0, SEEK_END);
    for (off_t page = 20; (page + 1) * 4096 <= size; page++)
        assert_int_equal(pwrite(fd, garbage, sizeof garbage, page * 4096), sizeof garbage);
    close(fd);
    assert_ok(fixture_open(f, LZ_DB_OPEN));
    lz_err seen = LZ_OK;
    for (int i = 0; i < 400 && seen == LZ_OK; i++) {
        char id[16];
        snprintf(id, sizeof id, "m%04d", i);
        struct lz_query *q = lz_query_start(reader(f), LZ_Q_organ_by_id);
        lz_query_text(q, "id", id);
        (void)lz_query_next(q);
        seen = lz_query_end(q);
    }
    assert_err(seen, LZ_CORRUPT);
    assert_err(lz_db_check(f->db, &f->fault), LZ_CORRUPT);
    size_t before = files_in(f->folder);
    assert_err(lz_db_backup(f->db, backup, &f->fault), LZ_CORRUPT);
    assert_int_equal(files_in(f->folder), before); /* a bad copy does not stay */
}

/* Runs as nobody when we are root, to whom no folder is read-only. */
static int open_in_closed_folder(struct fixture *f)
{
    if (geteuid() == 0 && (setgroups(0, NULL) != 0 || setgid(65534) != 0 || setuid(65534) != 0))
        return 77;
    lz_err create = fixture_open(f, LZ_DB_CREATE);
    lz_err again = f->path[0] ? LZ_OK : LZ_INTERNAL;
    snprintf(f->path, sizeof f->path, "%s/register.db", f->folder);
    if (again == LZ_OK)
        again = fixture_open(f, LZ_DB_OPEN);
    return create == LZ_READ_ONLY && again == LZ_READ_ONLY ? 0 : 1;
}

static void a_read_only_folder_is_said(void **state)
{
    struct fixture *f = *state;
    lz_db_close(&f->db);
    assert_int_equal(chmod(f->path, 0444), 0);
    assert_int_equal(chmod(f->folder, 0555), 0);
    snprintf(f->path, sizeof f->path, "%s/new.db", f->folder);
    pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0)
        _exit(open_in_closed_folder(f));
    int status = 0;
    waitpid(child, &status, 0);
    assert_true(WIFEXITED(status));
    if (WEXITSTATUS(status) == 77)
        skip();
    assert_int_equal(WEXITSTATUS(status), 0);
}

static void another_programs_write_makes_ours_busy_not_lost(void **state)
{
    struct fixture *f = *state;
    sqlite3 *other = NULL;
    assert_int_equal(sqlite3_open(f->path, &other), SQLITE_OK);
    assert_int_equal(sqlite3_exec(other, "BEGIN IMMEDIATE", NULL, NULL, NULL), SQLITE_OK);
    assert_err(add_organ(f, "a"), LZ_BUSY);
    assert_true(has_organ(reader(f), "seed")); /* reading goes on */
    assert_int_equal(sqlite3_exec(other, "COMMIT", NULL, NULL, NULL), SQLITE_OK);
    assert_ok(add_organ(f, "a"));
    sqlite3_close(other);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        fixture_test(a_new_register_opens_again_and_is_for_its_owner_only),
        fixture_test(creating_over_a_register_is_refused),
        fixture_test(a_missing_register_or_folder_is_said),
        fixture_test(a_strangers_file_is_left_alone),
        fixture_test(a_read_only_register_is_read_and_never_written),
        fixture_test(a_newer_register_is_refused_unchanged),
        fixture_test(a_register_that_became_newer_is_said),
        fixture_test(an_older_register_is_migrated_after_a_backup),
        fixture_test(without_its_backup_nothing_is_migrated),
        fixture_test(a_look_up_sees_what_is_new_though_an_older_one_could_not_be_ended),
        fixture_test(a_failing_migration_leaves_the_older_register),
        fixture_test(a_creation_that_fails_leaves_no_file),
        fixture_test(a_backup_is_whole_and_alone),
        fixture_test(a_changed_schema_and_a_dangling_reference_are_found),
        fixture_test(damaged_pages_are_corrupt_when_read_checked_and_backed_up),
        fixture_test(a_read_only_folder_is_said),
        fixture_test(another_programs_write_makes_ours_busy_not_lost),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
