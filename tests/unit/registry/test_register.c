#include "fixture.h"
#include "registry/restore.h"

#include <dirent.h>
#include <sys/stat.h>

struct place {
    char dir[64], reg[96], password[LZ_PASSWORD_SIZE];
    struct lz_fault fault;
};

static int make_place(void **state)
{
    struct place *p = calloc(1, sizeof *p);
    assert_non_null(p);
    snprintf(p->dir, sizeof p->dir, "/tmp/lz-init-XXXXXX");
    assert_non_null(mkdtemp(p->dir));
    snprintf(p->reg, sizeof p->reg, "%s/register", p->dir);
    *state = p;
    return 0;
}

static int drop_place(void **state)
{
    struct place *p = *state;
    lz_register_discard(p->dir, true);
    free(p);
    return 0;
}
#define place_test(name) cmocka_unit_test_setup_teardown(name, make_place, drop_place)

static lz_err init(struct place *p, const char *url)
{
    const struct lz_register_init init = {.public_url = url};
    return lz_register_init(p->reg, &init, NULL, p->password, &p->fault);
}

static lz_err open_it(struct place *p)
{
    struct lz_register *reg = NULL;
    lz_err err = lz_register_open(p->reg, NULL, &reg, &p->fault);
    lz_register_close(&reg);
    return err;
}

static void init_makes_what_open_opens(void **test)
{
    struct place *p = *test;
    struct stat info;
    char keys[128];
    assert_ok(init(p, NULL));
    assert_true(strlen(p->password) >= LZ_PASSWORD_SIZE / 2);
    assert_ok(open_it(p));
    assert_int_equal(stat(p->reg, &info), 0);
    assert_int_equal(info.st_mode & 0777, 0700);
    snprintf(keys, sizeof keys, "%s/keys/secret", p->reg);
    assert_int_equal(stat(keys, &info), 0);
    assert_int_equal(info.st_mode & 0777, 0600);
}

static void init_refuses_a_folder_that_holds_anything(void **test)
{
    struct place *p = *test;
    char other[128];
    assert_int_equal(mkdir(p->reg, 0700), 0);
    assert_ok(init(p, NULL)); /* empty is fine */
    assert_err(init(p, NULL), LZ_EXISTS);
    assert_ok(open_it(p)); /* and what was there still works */
    snprintf(other, sizeof other, "%s/register.db", p->reg);
    assert_int_equal(access(other, F_OK), 0);
}

static void a_bad_address_leaves_nothing_behind(void **test)
{
    struct place *p = *test;
    static const char *const urls[] = {"",
                                       "zf.yanan.gov.cn",
                                       "ftp://x",
                                       "https://",
                                       "https://UPPER.example",
                                       "https://a/b",
                                       "https://a b",
                                       "https://a?b",
                                       "https://a#"};
    for (size_t i = 0; i < COUNT_OF(urls); i++) {
        assert_err(init(p, urls[i]), LZ_INVALID);
        assert_int_equal(access(p->reg, F_OK), -1);
    }
    assert_int_equal(mkdir(p->reg, 0755), 0);
    assert_err(init(p, "https://UPPER.example"), LZ_INVALID);
    assert_int_equal(rmdir(p->reg), 0); /* a folder that was there stays, empty */
}

/* Everything that is named after the host can still be signed, after a restore, too. */
static void the_longest_host_is_published_and_a_longer_one_refused(void **test)
{
    struct place *p = *test;
    char url[160], backup[128];
    struct lz_register *reg = NULL;
    struct lz_bytes note;
    struct lz_restore_result result;
    memset(url, 'a', sizeof url);
    memcpy(url, "https://", 8);
    url[8 + 113] = '\0';
    assert_err(init(p, url), LZ_INVALID);
    assert_int_equal(access(p->reg, F_OK), -1);
    url[8 + 112] = '\0';
    assert_ok(init(p, url));
    snprintf(backup, sizeof backup, "%s/backup.db", p->dir);
    for (int restored = 0; restored < 2; restored++) {
        struct lz_arena *arena = lz_arena_new(0);
        assert_ok(lz_register_open(p->reg, NULL, &reg, &p->fault));
        struct lz_call call = {.reg = reg, .actor = &lz_actor_local_admin, .arena = arena, .origin = "test"};
        assert_string_equal(lz_register_public_url(reg), url);
        assert_ok(lz_log_checkpoint(&call, 30, &note));
        if (!restored)
            assert_ok(lz_backup(&call, backup));
        lz_register_close(&reg);
        lz_arena_free(&arena);
        lz_register_discard(p->reg, true);
        if (!restored)
            assert_ok(lz_restore(backup, p->reg, NULL, NULL, &result, &p->fault));
    }
}

static void no_register_is_not_found(void **test)
{
    struct place *p = *test;
    assert_err(open_it(p), LZ_NOT_FOUND);
}

static void make_with(struct place *p, size_t migrations)
{
    char path[128];
    struct lz_db *db = NULL;
    struct lz_schema schema = lz_registry_schema;
    schema.statement_count = 0;
    schema.migration_count = migrations;
    assert_ok(init(p, NULL));
    snprintf(path, sizeof path, "%s/register.db", p->reg);
    unlink(path);
    assert_ok(lz_db_open(path, &schema, &(struct lz_db_options){.mode = LZ_DB_CREATE}, &db, &p->fault));
    lz_db_close(&db);
}

static void an_older_register_is_brought_up_to_date_behind_a_backup(void **test)
{
    struct place *p = *test;
    make_with(p, 1);
    /* It has no settings, so it is no whole register; but it was migrated, and a copy was made before. */
    assert_err(open_it(p), LZ_CORRUPT);
    DIR *folder = opendir(p->reg);
    bool kept = false;
    assert_non_null(folder);
    for (const struct dirent *e; (e = readdir(folder));)
        kept |= strncmp(e->d_name, "register.before-migration.", 26) == 0;
    closedir(folder);
    assert_true(kept);
}

static void a_newer_register_is_refused(void **test)
{
    struct place *p = *test;
    char command[256];
    if (system("command -v sqlite3 >/dev/null 2>&1") != 0)
        skip();
    assert_ok(init(p, NULL));
    snprintf(command, sizeof command, "sqlite3 %s/register.db 'PRAGMA user_version = 9999'", p->reg);
    assert_int_equal(system(command), 0);
    assert_err(open_it(p), LZ_NEWER);
}

static void missing_keys_are_said(void **test)
{
    struct place *p = *test;
    char key[128];
    assert_ok(init(p, NULL));
    snprintf(key, sizeof key, "%s/keys/log.pem", p->reg);
    unlink(key);
    assert_err(open_it(p), LZ_NOT_FOUND);
    assert_true(lz_fault_text(&p->fault, LZ_EN)[0]);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        place_test(init_makes_what_open_opens),
        place_test(init_refuses_a_folder_that_holds_anything),
        place_test(a_bad_address_leaves_nothing_behind),
        place_test(the_longest_host_is_published_and_a_longer_one_refused),
        place_test(no_register_is_not_found),
        place_test(an_older_register_is_brought_up_to_date_behind_a_backup),
        place_test(a_newer_register_is_refused),
        place_test(missing_keys_are_said),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
