#include "tests/unit/web/desk_test.h"

#define HEADER "姓名,性别,身份证号,工作单位,职务,执法证号,执法类别,执法区域,发证日期,有效期至,人员类别\n"
#define GOOD                                                                                                               \
    "高新宇,男,610602198503071234,延安市示范局,科员,27060010009,交通运输,延安市,2024-03-01,2029-02-28," \
    "执法人员\n"
#define FAULTY                                                                                               \
    ",女,610602199011079608,延安市示范局,,27060010008,交通运输,延安市,2023-02-30,2028-02-16,执法人员\n"

/* GB 11643's check character, so that the people here are synthetic and their numbers hold. */
static const char *with_check(struct web *web, const char *file)
{
    static const int weights[] = {7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2};
    char *copy = lz_arena_text(web->own, file);
    for (char *id = strstr(copy, "61060219850307"); id; id = strstr(id + 1, "61060219850307")) {
        int sum = 0;
        for (size_t i = 0; i < COUNT_OF(weights); i++)
            sum += weights[i] * (id[i] - '0');
        id[17] = "10X98765432"[sum % 11];
    }
    return copy;
}

static const char *upload(struct web *web, const struct role_account *who, const char *file)
{
    struct answer page = desk_upload(web, who, "/desk/import", "file", with_check(web, file), HTML);
    return lz_arena_text(web->own, desk_location(&page));
}

static int64_t people(struct web *web)
{
    json_t *value = desk_get_json(web, &web->accounts[LZ_ROLE_BUREAU], "/desk/people");
    int64_t total = desk_int(value, "total");
    json_decref(value);
    return total;
}

static void a_file_is_shown_first_then_stored_and_the_same_file_changes_nothing(void **state)
{
    struct web *web = *state;
    const struct role_account *who = &web->accounts[LZ_ROLE_BUREAU];
    const char *path = upload(web, who, HEADER GOOD);
    json_t *preview = desk_import_settled(web, who, path);
    assert_string_equal(desk_text(preview, "state"), "ready");
    assert_int_equal(desk_int(preview, "created"), 1);
    assert_int_equal(people(web), 2);
    assert_int_equal(desk_get(web, who, path, HTML).reply.status, 200);
    json_decref(preview);
    struct answer page = desk_post(web, who, path, "decision=all", HTML);
    assert_string_equal(desk_location(&page), path);
    json_t *done = desk_import_settled(web, who, path);
    assert_string_equal(desk_text(done, "state"), "done");
    assert_true(json_is_true(json_object_get(done, "stored")));
    assert_int_equal(people(web), 3);
    json_decref(done);
    assert_int_equal(desk_post(web, who, path, "decision=all", NULL).reply.status, 409);
    path = upload(web, who, HEADER GOOD);
    preview = desk_import_settled(web, who, path);
    assert_int_equal(desk_int(preview, "unchanged"), 1);
    assert_int_equal(desk_int(preview, "created") + desk_int(preview, "changed"), 0);
    json_decref(preview);
}

static void faults_come_first_with_line_and_column_and_good_rows_can_be_stored_alone(void **state)
{
    struct web *web = *state;
    const struct role_account *who = &web->accounts[LZ_ROLE_BUREAU];
    const char *path = upload(web, who, HEADER FAULTY GOOD);
    json_t *preview = desk_import_settled(web, who, path);
    const json_t *row = json_array_get(json_object_get(preview, "rows"), 0);
    const json_t *fault = json_array_get(json_object_get(row, "faults"), 0);
    assert_string_equal(desk_text(preview, "filter"), "refused");
    assert_int_equal(desk_int(preview, "refused_rows"), 1);
    assert_int_equal(json_array_size(json_object_get(preview, "rows")), 1);
    assert_int_equal(desk_int(fault, "line"), 2);
    assert_string_equal(desk_text(fault, "column"), "姓名");
    json_decref(preview);
    struct answer page = desk_get(web, who, path, HTML);
    assert_non_null(strstr(page.body, "value=\"good\""));
    assert_null(strstr(page.body, "value=\"all\""));
    desk_post(web, who, path, "decision=good", NULL);
    json_t *done = desk_import_settled(web, who, path);
    assert_string_equal(desk_text(done, "state"), "done");
    assert_int_equal(people(web), 3);
    json_decref(done);
}

/* Three rows of an organ that nobody registered, filed by HR; one of another organ. */
static void what_is_wrong_in_the_same_words_at_several_rows_is_said_once(void **state)
{
    struct web *web = *state;
    struct role_account hr = desk_own_hr(web);
    const char *file = HEADER;
    static const char *const organs[] = {"无名局", "无名局", "别的局", "无名局"};
    for (size_t i = 0; i < COUNT_OF(organs); i++)
        file = lz_arena_printf(
            web->own,
            "%s高新宇,男,6106021985030712%zu?,%s,科员,2706001002%zu,交通运输,延安市,2024-03-01,2029-02-28,"
            "执法人员\n",
            file, i + 4, organs[i], i);
    const char *path = upload(web, &hr, file);
    json_t *preview = desk_import_settled(web, &hr, path);
    assert_int_equal(desk_int(preview, "refused_rows"), 4);
    json_t *repeated = json_object_get(preview, "repeated");
    json_t *lines = json_object_get(json_array_get(repeated, 0), "lines"), *expected = NULL;
    expected = json_pack("[[i, i], [i, i]]", 2, 3, 5, 5);
    assert_int_equal(json_array_size(repeated), 1);
    assert_true(json_equal(lines, expected));
    json_decref(expected);
    json_decref(preview);
    struct answer page = desk_get(web, &hr, path, HTML);
    const char *once = strstr(page.body, "<q>无名局</q>");
    assert_non_null(once);
    assert_null(strstr(once + 1, "<q>无名局</q>"));
    assert_non_null(strstr(page.body, "3 处，第 2–3、5 行"));
    assert_non_null(strstr(page.body, "<q>别的局</q>"));
}

static void what_is_no_roster_is_refused_on_the_form(void **state)
{
    struct web *web = *state;
    const struct role_account *who = &web->accounts[LZ_ROLE_BUREAU];
    static const char *const files[] = {"a,b\n1,2\n", "PK\3\4 a workbook", "\xff\xff\xff",
                                        "姓名\n\"never closed"};
    for (size_t i = 0; i < COUNT_OF(files); i++) {
        struct answer page = desk_upload(web, who, "/desk/import", "file", files[i], HTML);
        assert_int_equal(page.reply.status, 422);
        assert_non_null(strstr(page.body, "href=\"#file\""));
    }
    assert_int_equal(desk_post(web, who, "/desk/import", "", HTML).reply.status, 422);
}

static void an_empty_file_is_called_empty(void **state)
{
    struct web *web = *state;
    const struct role_account *who = &web->accounts[LZ_ROLE_BUREAU];
    struct answer answer = desk_upload(web, who, "/desk/import", "file", "", NULL);
    assert_int_equal(answer.reply.status, 422);
    assert_non_null(strstr(answer.body, "这个文件是空的"));
}

static void an_upload_belongs_to_who_sent_it_ends_when_cancelled_and_expires(void **state)
{
    struct web *web = *state;
    const struct role_account *who = &web->accounts[LZ_ROLE_BUREAU];
    struct role_account hr = desk_own_hr(web);
    const char *path = upload(web, who, HEADER GOOD);
    json_decref(desk_import_settled(web, who, path));
    assert_int_equal(desk_get(web, &hr, path, NULL).reply.status, 404);
    assert_int_equal(desk_post(web, &hr, path, "decision=all", NULL).reply.status, 404);
    struct answer page = desk_post(web, who, path, "decision=cancel", HTML);
    assert_string_equal(desk_location(&page), "/desk/import?done=import_cancelled");
    assert_int_equal(desk_get(web, who, path, NULL).reply.status, 404);
    const char *old = upload(web, who, HEADER GOOD);
    json_decref(desk_import_settled(web, who, old));
    const char *new = upload(web, who, HEADER GOOD);
    assert_int_equal(desk_get(web, who, old, NULL).reply.status, 404);
    json_decref(desk_import_settled(web, who, new));
    assert_int_equal(people(web), 2);
}

static void what_hr_imports_waits_for_another(void **state)
{
    struct web *web = *state;
    struct role_account hr = desk_own_hr(web);
    const char *path = upload(web, &hr, HEADER GOOD);
    json_decref(desk_import_settled(web, &hr, path));
    desk_post(web, &hr, path, "decision=all", NULL);
    json_decref(desk_import_settled(web, &hr, path));
    json_t *waiting = desk_get_json(web, &web->accounts[LZ_ROLE_BUREAU], "/desk/awaiting");
    assert_int_equal(desk_int(waiting, "total"), 1);
    assert_true(
        json_is_true(json_object_get(json_array_get(json_object_get(waiting, "rows"), 0), "confirmable")));
    json_decref(waiting);
}

static void an_import_may_be_left_running_when_the_site_closes(void **state)
{
    struct web *web = *state;
    upload(web, &web->accounts[LZ_ROLE_BUREAU], HEADER GOOD);
    /* web_tear_down closes the site: the thread ends, what was uploaded is wiped; the sanitizers watch. */
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_file_is_shown_first_then_stored_and_the_same_file_changes_nothing,
                                        web_set_up, web_tear_down),
        cmocka_unit_test_setup_teardown(
            faults_come_first_with_line_and_column_and_good_rows_can_be_stored_alone, web_set_up,
            web_tear_down),
        cmocka_unit_test_setup_teardown(what_is_wrong_in_the_same_words_at_several_rows_is_said_once,
                                        web_set_up, web_tear_down),
        cmocka_unit_test_setup_teardown(what_is_no_roster_is_refused_on_the_form, web_set_up, web_tear_down),
        cmocka_unit_test_setup_teardown(an_empty_file_is_called_empty, web_set_up, web_tear_down),
        cmocka_unit_test_setup_teardown(an_upload_belongs_to_who_sent_it_ends_when_cancelled_and_expires,
                                        web_set_up, web_tear_down),
        cmocka_unit_test_setup_teardown(what_hr_imports_waits_for_another, web_set_up, web_tear_down),
        cmocka_unit_test_setup_teardown(an_import_may_be_left_running_when_the_site_closes, web_set_up,
                                        web_tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
