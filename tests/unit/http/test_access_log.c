#include "tests/unit/http/http_test.h"

#include "web/http/access_log.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

struct kept {
    FILE *file;
    struct lz_log log;
    struct lz_access_log *access;
};

static void begin(struct kept *k)
{
    k->file = tmpfile();
    assert_non_null(k->file);
    lz_log_init(&k->log, lz_clock_system());
    k->log.fd = fileno(k->file);
    assert_int_equal(lz_access_log_new(&k->log, &k->access), LZ_OK);
}

static void tell(struct kept *k, int status)
{
    const struct lz_http_access what = {
        .method = LZ_HTTP_GET, .path = "/v/-", .peer = "192.0.2.7", .status = status, .bytes = 12};
    lz_access_log_add(k->access, "serve", &what);
}

static size_t lines(const struct kept *k, const char *needle)
{
    char line[LZ_LOG_LINE + 1];
    size_t count = 0;
    rewind(k->file);
    while (fgets(line, sizeof line, k->file)) {
        assert_non_null(strchr(line, '\n'));
        count += strstr(line, needle) != NULL;
    }
    return count;
}

static void lines_wait_for_the_flush(void **state)
{
    (void)state;
    struct kept k;
    begin(&k);
    tell(&k, 200);
    tell(&k, 404);
    assert_int_equal(lines(&k, "request"), 0);
    lz_access_log_flush(k.access);
    assert_int_equal(lines(&k, "INFO serve: request method=GET path=/v/- status=200 bytes=12"), 1);
    assert_int_equal(lines(&k, "status=404"), 1);
    lz_access_log_free(&k.access);
    assert_int_equal(lines(&k, "request"), 2);
    fclose(k.file);
}

static void a_server_error_is_told_at_once_with_what_came_before(void **state)
{
    (void)state;
    struct kept k;
    begin(&k);
    tell(&k, 200);
    tell(&k, 503);
    assert_int_equal(lines(&k, "status=200"), 1);
    assert_int_equal(lines(&k, "WARN serve: request"), 1);
    lz_access_log_free(&k.access);
    fclose(k.file);
}

static void more_than_the_room_loses_no_line_and_the_end_writes_the_rest(void **state)
{
    (void)state;
    enum { MANY = 5000 };
    struct kept k;
    begin(&k);
    for (int i = 0; i < MANY; i++)
        tell(&k, 200);
    lz_access_log_free(&k.access);
    assert_null(k.access);
    assert_int_equal(lines(&k, "status=200"), MANY);
    fclose(k.file);
}

static void without_a_log_nothing_is_written(void **state)
{
    (void)state;
    struct kept k = {0};
    assert_int_equal(lz_access_log_new(NULL, &k.access), LZ_OK);
    tell(&k, 503);
    lz_access_log_flush(k.access);
    lz_access_log_free(&k.access);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(lines_wait_for_the_flush),
        cmocka_unit_test(a_server_error_is_told_at_once_with_what_came_before),
        cmocka_unit_test(more_than_the_room_loses_no_line_and_the_end_writes_the_rest),
        cmocka_unit_test(without_a_log_nothing_is_written),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
