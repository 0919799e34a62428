#include "fixture.h"

#include "registry/audit.h"
#include "registry/base/file.h"
#include "registry/restore.h"

static lz_err verify(struct fixture *f)
{
    struct lz_call call = fixture_call(f, &f->auditor);
    int64_t count = 0;
    return lz_audit_verify(&call, &count);
}

static void every_write_leaves_one_event_that_names_its_actor(void **test)
{
    struct fixture *f = *test;
    const char *number = fixture_valid(f);
    struct lz_call call = fixture_call(f, &f->auditor);
    struct lz_audit_event *list = NULL;
    size_t count = 0, total = 0;
    assert_ok(fixture_change(f, &f->bureau, number, LZ_CERTIFICATE_SUSPEND, "investigation"));
    assert_ok(lz_audit_list(&call, "certificate", fixture_find(f, number).id, 0, 10, &list, &count, &total));
    assert_int_equal(total, 2);
    assert_string_equal(list[0].action, "certificate.suspend");
    assert_string_equal(list[0].actor, f->bureau.login);
    assert_string_equal(list[0].origin, "test");
    assert_non_null(strstr(list[0].before, "valid"));
    assert_non_null(strstr(list[0].after, "investigation"));
    assert_string_equal(list[1].action, "certificate.import");
    assert_ok(verify(f));
}

static void assert_as_jansson_writes(const char *text)
{
    json_t *value = text ? json_loads(text, 0, NULL) : NULL;
    char *again = value ? json_dumps(value, JSON_COMPACT | JSON_SORT_KEYS) : NULL;
    if (text)
        assert_string_equal(again ? again : "", text);
    free(again);
    json_decref(value);
}

static lz_err add_text(struct lz_call *call, void *text)
{
    const struct lz_audit_field field = {.name = "text", .text = text};
    return lz_audit_add_fields(call, "test.text", "certificate", 1, NULL, 0, &field, 1);
}

/* Two writers, one form: who compares events compares texts. */
static void every_event_is_written_as_jansson_writes_it(void **test)
{
    struct fixture *f = *test;
    const char *number = fixture_valid(f);
    struct lz_call call = fixture_call(f, &f->bureau);
    char odd[] = "延司〔2026〕1号 \"甲\\乙\"\n\t\x01 / 𠮷", broken[] = "\xFF";
    assert_ok(fixture_change(f, &f->bureau, number, LZ_CERTIFICATE_SUSPEND, "investigation"));
    assert_ok(lz_call_write(&call, add_text, odd));
    assert_err(lz_call_write(&call, add_text, broken), LZ_INVALID);
    assert_ok(fixture_change(f, &f->bureau, number, LZ_CERTIFICATE_REINSTATE, NULL));
    struct lz_audit_event *list = NULL;
    size_t count = 0, total = 0;
    assert_ok(lz_audit_list(&call, NULL, 0, 0, 100, &list, &count, &total));
    assert_true(count >= 6 && count == total);
    for (size_t i = 0; i < count; i++) {
        assert_as_jansson_writes(list[i].before);
        assert_as_jansson_writes(list[i].after);
    }
    assert_string_equal(list[0].before, "{\"state\":\"suspended\"}");
    assert_ok(verify(f));
}

static void no_event_carries_a_personal_number(void **test)
{
    struct fixture *f = *test;
    char id[24];
    fixture_valid(f);
    fixture_id(f->people, id);
    struct lz_call call = fixture_call(f, &f->auditor);
    struct lz_audit_event *list = NULL;
    size_t count = 0, total = 0;
    assert_ok(lz_audit_list(&call, NULL, 0, 0, 1000, &list, &count, &total));
    for (size_t i = 0; i < count; i++)
        assert_true((!list[i].before || !strstr(list[i].before, id)) &&
                    (!list[i].after || !strstr(list[i].after, id)));
}

static void whoever_finds_a_backup_reads_no_personal_number(void **test)
{
    struct fixture *f = *test;
    char id[24], path[96];
    fixture_valid(f);
    fixture_id(f->people, id);
    snprintf(path, sizeof path, "%s/found.db", f->dir);
    struct lz_call call = fixture_call(f, &lz_actor_local_admin);
    assert_ok(lz_backup(&call, path));
    struct lz_buf file;
    lz_buf_init(&file, (size_t)64 << 20);
    assert_ok(lz_file_read(path, &file, NULL));
    assert_null(memmem(file.data, file.size, id, strlen(id)));
    assert_non_null(memmem(file.data, file.size, "CREATE TABLE", 12));
    lz_buf_free(&file);
}

static void any_change_behind_its_back_is_found(void **test)
{
    static const char *const changes[] = {
        "UPDATE audit SET actor = 'x' WHERE position = 2",
        "UPDATE audit SET at = at + 1 WHERE position = 2",
        "UPDATE audit SET after_value = '{}' WHERE position = 2",
        "UPDATE audit SET account_id = 7 WHERE position = 2",
        "UPDATE audit SET object_id = 99 WHERE position = 2",
        "DELETE FROM audit WHERE position = 2",
        "DELETE FROM audit WHERE position = 1",
        "UPDATE audit SET before_value = '' WHERE position = 2",
    };
    (void)test;
    for (size_t i = 0; i < COUNT_OF(changes); i++) {
        void *state = NULL;
        fixture_setup(&state);
        struct fixture *f = state;
        assert_ok(verify(f));
        fixture_tamper(f, changes[i]);
        lz_err err = verify(f);
        if (err != LZ_CORRUPT)
            print_message("%s\n", changes[i]);
        assert_err(err, LZ_CORRUPT);
        fixture_teardown(&state);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        fixture_test(every_write_leaves_one_event_that_names_its_actor),
        fixture_test(every_event_is_written_as_jansson_writes_it),
        fixture_test(no_event_carries_a_personal_number),
        fixture_test(whoever_finds_a_backup_reads_no_personal_number),
        cmocka_unit_test(any_change_behind_its_back_is_found),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
