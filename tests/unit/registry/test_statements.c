#include "fixture.h"

static void every_statement_prepares_and_scans_only_where_it_says_so(void **test)
{
    struct fixture *f = *test;
    struct lz_call call = fixture_call(f, &lz_actor_system);
    struct lz_sql *sql = lz_call_sql(&call);
    struct lz_buf plan;
    lz_buf_init(&plan, 65536);
    bool sound = true;
    for (size_t i = 0; i < LZ_Q_COUNT; i++) {
        const struct lz_statement *statement = &lz_registry_statements[i];
        bool scans = false;
        lz_buf_reset(&plan);
        lz_err err = lz_sql_explain_scan(sql, i, &scans, &plan);
        if (err || (scans && !statement->scans)) {
            print_message("%s: %s\n%s\n", statement->name, err ? lz_sql_error(sql) : "an unmarked scan",
                          (char *)plan.data);
            sound = false;
        }
    }
    lz_buf_free(&plan);
    assert_true(sound);
}

static void every_statement_is_used(void **test)
{
    (void)test;
    static bool used[LZ_Q_COUNT];
    char word[128];
    FILE *words = popen("grep -rhoE 'LZ_Q_[a-z0-9_]+' " LZ_SOURCE_DIR "/registry " LZ_SOURCE_DIR
                        "/web --include='*.c' | sort -u",
                        "r");
    assert_non_null(words);
    while (fscanf(words, "LZ_Q_%127s\n", word) == 1)
        for (size_t i = 0; i < LZ_Q_COUNT; i++)
            if (strcmp(lz_registry_statements[i].name, word) == 0)
                used[i] = true;
    pclose(words);
    bool all = true;
    for (size_t i = 0; i < LZ_Q_COUNT; i++)
        if (!used[i]) {
            print_message("%s is used nowhere\n", lz_registry_statements[i].name);
            all = false;
        }
    assert_true(all);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        fixture_test(every_statement_prepares_and_scans_only_where_it_says_so),
        cmocka_unit_test(every_statement_is_used),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
