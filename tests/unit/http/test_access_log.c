#include "tests/unit/http/http_test.h"

#include "web/http/access_log.h"

#include <fcntl.h>
#include <pthread.h>
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

enum { BESIDE = 3000 };

static void *tell_events(void *context)
{
    const struct kept *k = context;
    for (int i = 0; i < BESIDE; i++)
        LZ_LOG(&k->log, LZ_LOG_INFO, "beside", "event", lz_log_int("end", i));
    return NULL;
}

/* Both, until the pipe's end: the reader sees all of it. */
static void *tell_both(void *context)
{
    struct kept *k = context;
    pthread_t beside;
    if (pthread_create(&beside, NULL, tell_events, k) == 0) {
        for (int i = 0; i < 4 * BESIDE; i++)
            tell(k, 200);
        pthread_join(beside, NULL);
    }
    lz_access_log_free(&k->access);
    close(k->log.fd);
    return NULL;
}

/* A pipe that is full takes a large write in pieces. */
static void nobodys_line_comes_into_another_on_a_pipe(void **state)
{
    (void)state;
    struct kept k;
    int ends[2];
    pthread_t teller;
    char line[LZ_LOG_LINE + 1];
    size_t events = 0, requests = 0;
    begin(&k);
    assert_int_equal(pipe(ends), 0);
    assert_true(fcntl(ends[1], F_SETPIPE_SZ, LZ_LOG_LINE) > 0);
    k.log.fd = ends[1];
    FILE *reader = fdopen(ends[0], "r");
    assert_non_null(reader);
    assert_int_equal(pthread_create(&teller, NULL, tell_both, &k), 0);
    while (fgets(line, sizeof line, reader)) {
        const char *word = strstr(line, " INFO ");
        assert_ptr_equal(word, line + strlen("2026-11-24T00:00:00Z"));
        assert_null(strstr(word + 1, " INFO "));
        bool event = strstr(word, "beside: event end=") != NULL;
        assert_true(event || strstr(word, "serve: request method=GET path=/v/- status=200 bytes=12 us=0 "));
        events += event;
        requests += !event;
    }
    pthread_join(teller, NULL);
    assert_int_equal(events, BESIDE);
    assert_int_equal(requests, 4 * BESIDE);
    fclose(reader);
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
        cmocka_unit_test(nobodys_line_comes_into_another_on_a_pipe),
        cmocka_unit_test(without_a_log_nothing_is_written),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
