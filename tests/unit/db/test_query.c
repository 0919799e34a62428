/* One query: parameters by name, borrowed results, errors kept until the end. */
#include "fixture.h"

static struct lz_sql *reader(struct fixture *f)
{
    struct lz_sql *sql = lz_db_reader(f->db, &f->fault);
    assert_non_null(sql);
    return sql;
}

static void an_unknown_parameter_is_internal_and_said_at_the_end(void **state)
{
    struct lz_sql *sql = reader(*state);
    struct lz_query *q = lz_query_start(sql, LZ_Q_organ_by_id);
    lz_query_text(q, "idd", "seed");
    lz_query_text(q, "id", "seed");
    assert_false(lz_query_next(q));
    assert_err(lz_query_end(q), LZ_INTERNAL);
    assert_non_null(strstr(lz_sql_error(sql), "organ_by_id"));
    assert_true(has_organ(sql, "seed")); /* the statement is usable again */
}

static void an_unbound_parameter_is_internal(void **state)
{
    struct lz_query *q = lz_query_start(reader(*state), LZ_Q_organ_by_id);
    assert_false(lz_query_next(q));
    assert_err(lz_query_end(q), LZ_INTERNAL);
}

static void values_of_the_last_run_are_not_kept(void **state)
{
    struct lz_sql *sql = reader(*state);
    assert_true(has_organ(sql, "seed"));
    struct lz_query *q = lz_query_start(sql, LZ_Q_organ_by_id);
    assert_false(lz_query_next(q));
    assert_err(lz_query_end(q), LZ_INTERNAL);
}

static void binding_after_the_first_step_is_internal(void **state)
{
    struct lz_query *q = lz_query_start(reader(*state), LZ_Q_organ_by_id);
    lz_query_text(q, "id", "seed");
    assert_true(lz_query_next(q));
    lz_query_text(q, "id", "other");
    assert_err(lz_query_end(q), LZ_INTERNAL);
}

static void the_same_statement_is_not_started_twice(void **state)
{
    struct lz_sql *sql = reader(*state);
    struct lz_query *first = lz_query_start(sql, LZ_Q_organ_by_id);
    struct lz_query *second = lz_query_start(sql, LZ_Q_organ_by_id);
    assert_null(second);
    assert_err(lz_query_end(second), LZ_INTERNAL);
    lz_query_text(first, "id", "seed"); /* the first is unharmed */
    assert_true(lz_query_next(first));
    assert_ok(lz_query_end(first));
    assert_err(lz_query_end(first), LZ_INTERNAL);
}

static void null_is_accepted_everywhere(void **state)
{
    struct fixture *f = *state;
    lz_query_text(NULL, "id", "x");
    lz_query_int(NULL, "id", 1);
    lz_query_blob(NULL, "id", lz_bytes_of(NULL, 0));
    lz_query_null(NULL, "id");
    assert_false(lz_query_next(NULL));
    assert_int_equal(lz_query_get_int(NULL, 0), 0);
    assert_null(lz_query_get_text(NULL, 0));
    assert_null(lz_query_get_blob(NULL, 0).data);
    assert_true(lz_query_is_null(NULL, 0));
    assert_int_equal(lz_query_changes(NULL), 0);
    assert_err(lz_query_run(NULL), LZ_INTERNAL);
    assert_null(lz_query_start(NULL, 0));
    assert_null(lz_query_start(reader(f), LZ_Q_COUNT));
    lz_db_close(NULL);
    assert_err(lz_sql_read_begin(NULL), LZ_INTERNAL);
}

static lz_err job_values(struct lz_sql *sql, void *context, struct lz_fault *fault)
{
    (void)context, (void)fault;
    char name[] = "名称";
    uint8_t seal[] = {0, 1, 0};
    struct lz_query *q = lz_query_start(sql, LZ_Q_organ_insert);
    lz_query_text(q, "id", "full");
    lz_query_text(q, "name", name);
    lz_query_text(q, "parent", NULL);
    lz_query_blob(q, "seal", lz_bytes_of(seal, sizeof seal));
    lz_query_int(q, "rank", INT64_MAX);
    memset(name, 'x', sizeof name - 1); /* values were copied */
    memset(seal, 9, sizeof seal);
    lz_err err = lz_query_run(q);
    assert_int_equal(lz_query_changes(q), 1);
    if (err != LZ_OK)
        return err;
    q = lz_query_start(sql, LZ_Q_organ_insert);
    lz_query_text(q, "id", "empty");
    lz_query_text(q, "name", "");
    lz_query_null(q, "parent");
    lz_query_blob(q, "seal", lz_bytes_of("", 0));
    lz_query_int(q, "rank", 0);
    return lz_query_run(q);
}

static void values_come_back_as_they_were_bound(void **state)
{
    struct fixture *f = *state;
    assert_ok(lz_db_write(f->db, job_values, NULL, &f->fault));
    struct lz_query *q = lz_query_start(reader(f), LZ_Q_organ_by_id);
    lz_query_text(q, "id", "full");
    assert_true(lz_query_next(q));
    assert_string_equal(lz_query_get_text(q, 0), "名称");
    assert_true(lz_query_is_null(q, 1));
    assert_null(lz_query_get_text(q, 1));
    assert_null(lz_query_get_blob(q, 1).data);
    assert_true(lz_bytes_equal(lz_query_get_blob(q, 2), lz_bytes_of("\0\1\0", 3)));
    assert_true(lz_query_get_int(q, 3) == INT64_MAX);
    assert_false(lz_query_next(q));
    assert_false(lz_query_next(q)); /* it does not start over */
    assert_null(lz_query_get_text(q, 0));
    assert_ok(lz_query_end(q));

    q = lz_query_start(reader(f), LZ_Q_organ_by_id);
    lz_query_text(q, "id", "empty");
    assert_true(lz_query_next(q));
    assert_string_equal(lz_query_get_text(q, 0), "");
    assert_non_null(lz_query_get_blob(q, 2).data); /* empty is not NULL */
    assert_int_equal(lz_query_get_blob(q, 2).size, 0);
    assert_ok(lz_query_end(q));
}

static void a_missing_column_is_internal(void **state)
{
    struct lz_query *q = lz_query_start(reader(*state), LZ_Q_organ_by_id);
    lz_query_text(q, "id", "seed");
    assert_true(lz_query_next(q));
    assert_null(lz_query_get_text(q, 4));
    assert_err(lz_query_end(q), LZ_INTERNAL);
}

static void rows_where_none_were_expected_are_internal(void **state)
{
    assert_err(lz_query_run(lz_query_start(reader(*state), LZ_Q_organ_count)), LZ_INTERNAL);
}

static void a_reader_cannot_write(void **state)
{
    struct lz_sql *sql = reader(*state);
    assert_err(insert_organ(sql, "x", "x", NULL), LZ_INTERNAL);
    assert_err(lz_sql_savepoint(sql), LZ_INTERNAL);
    assert_false(has_organ(sql, "x"));
}

static void a_statement_that_does_not_fit_the_schema_is_internal(void **state)
{
    struct lz_sql *sql = reader(*state);
    struct lz_query *q = lz_query_start(sql, LZ_Q_wrong_column);
    assert_false(lz_query_next(q));
    assert_err(lz_query_end(q), LZ_INTERNAL);
    assert_non_null(strstr(lz_sql_error(sql), "nothing"));
}

static void sql_text_survives_the_build(void **state)
{
    static const char *const expected[] = {"a;b",  "[c",    "d]",        "e\"f", "g'h",
                                           "i\\n", "\?\?(", "机关;名称", "${x}", "@y@"};
    struct lz_sql *sql = reader(*state);
    struct lz_query *q = lz_query_start(sql, LZ_Q_text_traps);
    assert_true(lz_query_next(q));
    for (size_t i = 0; i < COUNT_OF(expected); i++)
        assert_string_equal(lz_query_get_text(q, (int)i), expected[i]);
    assert_ok(lz_query_end(q));

    q = lz_query_start(sql, LZ_Q_organ_by_id);
    lz_query_text(q, "id", "seed");
    assert_true(lz_query_next(q));
    assert_string_equal(lz_query_get_text(q, 0), "延安市\"司法局\"; [test] \\ \?\? done");
    assert_ok(lz_query_end(q));

    q = lz_query_start(sql, LZ_Q_text_long);
    assert_true(lz_query_next(q));
    const char *text = lz_query_get_text(q, 0);
    assert_true(strlen(text) > 4096);
    assert_non_null(strstr(text, "第0119行:行政执法人员应当持证上岗;亮证执法。\n"));
    assert_ok(lz_query_end(q));
}

static void comment_lines_stay_out_of_the_statements(void **state)
{
    (void)state;
    assert_string_equal(lz_db_fixture_schema.statements[LZ_Q_organ_count].name, "organ_count");
    assert_string_equal(lz_db_fixture_schema.statements[LZ_Q_organ_count].text,
                        "SELECT count(*) FROM organ\n");
    assert_true(lz_db_fixture_schema.statements[LZ_Q_organ_count].scans);
    assert_null(strstr(lz_db_fixture_schema.statements[LZ_Q_text_traps].text, "stays out"));
    assert_int_equal(lz_db_fixture_schema.migration_count, 2);
    assert_non_null(strstr(lz_db_fixture_schema.migrations[0].text, "机关"));
}

static void full_scans_are_found(void **state)
{
    static const struct {
        size_t statement;
        bool scans;
    } cases[] = {
        {LZ_Q_organ_by_id, false},        {LZ_Q_organ_count, true},   {LZ_Q_organ_list_unmarked, true},
        {LZ_Q_organ_below, false},        {LZ_Q_text_traps, false},   {LZ_Q_organ_insert, false},
        {LZ_Q_organ_upsert, false},       {LZ_Q_organ_rename, false}, {LZ_Q_ticket_last, false},
        {LZ_Q_ticket_last_by_note, true},
    };
    struct lz_sql *sql = reader(*state);
    struct lz_buf plan;
    lz_buf_init(&plan, 65536);
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        bool scans = !cases[i].scans;
        lz_buf_reset(&plan);
        assert_ok(lz_sql_explain_scan(sql, cases[i].statement, &scans, &plan));
        if (scans != cases[i].scans)
            fail_msg("%s: %s", lz_db_fixture_schema.statements[cases[i].statement].name,
                     (const char *)plan.data);
    }
    bool untouched = true;
    assert_err(lz_sql_explain_scan(sql, LZ_Q_wrong_column, &untouched, &plan), LZ_INTERNAL);
    assert_err(lz_sql_explain_scan(sql, LZ_Q_COUNT, &untouched, &plan), LZ_INTERNAL);
    assert_err(lz_sql_explain_scan(NULL, LZ_Q_organ_count, &untouched, &plan), LZ_INTERNAL);
    assert_true(untouched);
    lz_buf_free(&plan);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        fixture_test(an_unknown_parameter_is_internal_and_said_at_the_end),
        fixture_test(an_unbound_parameter_is_internal),
        fixture_test(values_of_the_last_run_are_not_kept),
        fixture_test(binding_after_the_first_step_is_internal),
        fixture_test(the_same_statement_is_not_started_twice),
        fixture_test(null_is_accepted_everywhere),
        fixture_test(values_come_back_as_they_were_bound),
        fixture_test(a_missing_column_is_internal),
        fixture_test(rows_where_none_were_expected_are_internal),
        fixture_test(a_reader_cannot_write),
        fixture_test(a_statement_that_does_not_fit_the_schema_is_internal),
        fixture_test(sql_text_survives_the_build),
        fixture_test(comment_lines_stay_out_of_the_statements),
        fixture_test(full_scans_are_found),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
