/* The adapter over real sockets, on a free port.  Nothing sleeps: sockets are read until they say something.
 */
#include "tests/unit/http/http_test.h"

#include "web/http/feed.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <stdatomic.h>
#include <stdio.h>
#include <sys/socket.h>
#include <unistd.h>

enum { THREADS = 4, BODY_CAP = 1000, WAIT_MS = 20000 };

struct world {
    struct lz_http_server *server;
    struct lz_feed *feed;
    atomic_uint reused;
};

static void handle(void *context, const struct lz_http_request *request, struct lz_http_reply *reply)
{
    struct world *world = context;
    if (strcmp(request->path.text, "/events") == 0) {
        lz_feed_reply(world->feed, reply);
    } else if (strcmp(request->path.text, "/nothing") == 0) {
        return;
    } else {
        const char *text = lz_arena_printf(request->arena, "%s %s %zu", lz_http_method_text(request->method),
                                           request->path.text, request->body.size);
        assert_non_null(text);
        lz_http_reply_text(reply, 200, text);
    }
}

static void note(void *context, const struct lz_http_access *access)
{
    struct world *world = context;
    if (access->reused)
        atomic_fetch_add(&world->reused, 1);
}

static int set_up_with(void **state, unsigned request_ms)
{
    struct world *world = calloc(1, sizeof *world);
    struct lz_fault fault = {0};
    assert_non_null(world);
    assert_int_equal(lz_feed_new(0, &world->feed), LZ_OK);
    struct lz_http_server_options options = {.threads = THREADS,
                                             .body_cap = BODY_CAP,
                                             .request_ms = request_ms,
                                             .idle_ms = 5000,
                                             .streams_max = 1,
                                             .handler = handle,
                                             .access = note,
                                             .context = world,
                                             .clock = lz_clock_system()};
    if (lz_http_server_start(&options, &world->server, &fault))
        fail_msg("%s", lz_fault_text(&fault, LZ_EN));
    *state = world;
    return 0;
}

static int set_up(void **state)
{
    return set_up_with(state, 1000);
}

static int set_up_patient(void **state)
{
    return set_up_with(state, 10 * WAIT_MS);
}

static int tear_down(void **state)
{
    struct world *world = *state;
    lz_feed_close(world->feed);
    lz_http_server_stop(&world->server);
    assert_null(world->server);
    lz_feed_free(&world->feed);
    free(world);
    return 0;
}

static int dial(const struct world *world)
{
    struct sockaddr_in address = {.sin_family = AF_INET,
                                  .sin_port = htons(lz_http_server_port(world->server))};
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    assert_true(fd >= 0);
    assert_int_equal(connect(fd, (struct sockaddr *)&address, sizeof address), 0);
    return fd;
}

static void say(int fd, const char *text, size_t size)
{
    /* A server that has refused already may close while we still talk. */
    (void)!send(fd, text, size, MSG_NOSIGNAL);
}

/* Reads until `until` stands in the text or the peer closes; false: it closed before. */
static bool hear(int fd, char *text, size_t room, const char *until)
{
    size_t used = 0;
    text[0] = '\0';
    while (!(until && strstr(text, until))) {
        struct pollfd poll_fd = {.fd = fd, .events = POLLIN};
        assert_int_equal(poll(&poll_fd, 1, WAIT_MS), 1);
        ssize_t got = recv(fd, text + used, room - used - 1, 0);
        if (got <= 0)
            return false;
        used += (size_t)got;
        text[used] = '\0';
    }
    return true;
}

/* One request on a connection of its own, closed by the server or by us; the whole answer. */
static void ask(const struct world *world, const char *request, char *answer, size_t room)
{
    int fd = dial(world);
    say(fd, request, strlen(request));
    (void)hear(fd, answer, room, NULL);
    close(fd);
}

static void a_request_is_answered_and_the_connection_reused(void **state)
{
    struct world *world = *state;
    char text[4096];
    int fd = dial(world);
    for (int i = 0; i < 3; i++) {
        static const char REQUEST[] = "GET /a%20b?x=1 HTTP/1.1\r\nHost: x\r\n\r\n";
        say(fd, REQUEST, strlen(REQUEST));
        assert_true(hear(fd, text, sizeof text, "GET /a b 0"));
        assert_memory_equal(text, "HTTP/1.1 200 OK\r\n", 17);
        assert_non_null(strstr(text, "Content-Length: 10\r\n"));
        assert_null(strstr(text, "Connection:"));
    }
    close(fd);
    lz_http_server_stop(&world->server); /* joins the threads that tell */
    assert_int_equal(atomic_load(&world->reused), 2);
}

static void answers_by_request(void **state)
{
    struct world *world = *state;
    static const struct {
        const char *request;
        const char *want; /* what the answer begins with */
        const char *has;  /* and holds; NULL: nothing more */
    } CASES[] = {
        {"HEAD /a HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n", "HTTP/1.1 200 ",
         "Content-Length: 9\r\n"},
        {"POST /p HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: 3\r\n\r\nabc", "HTTP/1.1 200 ",
         "POST /p 3"},
        {"POST /p HTTP/1.1\r\nHost: x\r\nConnection: close\r\nTransfer-Encoding: "
         "chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n",
         "HTTP/1.1 200 ", "POST /p 3"},
        {"POST /p HTTP/1.1\r\nHost: x\r\nContent-Length: 1001\r\n\r\n", "HTTP/1.1 413 ", "too-large"},
        {"GET /a HTTP/1.0\r\n\r\n", "HTTP/1.1 200 ", "Connection: close"},
        {"GET /../etc/passwd HTTP/1.1\r\nHost: x\r\n\r\n", "HTTP/1.1 400 ", "problem+json"},
        {"GET /%2e%2e/ HTTP/1.1\r\nHost: x\r\n\r\n", "HTTP/1.1 400 ", "Connection: close"},
        {"GET /a%zz HTTP/1.1\r\nHost: x\r\n\r\n", "HTTP/1.1 400 ", "malformed"},
        {"GET /?a=%ff HTTP/1.1\r\nHost: x\r\n\r\n", "HTTP/1.1 400 ", "malformed"},
        {"PROPFIND /a HTTP/1.1\r\nHost: x\r\n\r\n", "HTTP/1.1 501 ", NULL},
        {"GET /a HTTP/1.1\r\nHost: x\r\nHost: y\r\n\r\n", "HTTP/1.1 400 ", NULL},
        {"GET /a HTTP/1.1\r\nConnection: close\r\n\r\n", "HTTP/1.1 400 ", "malformed"},
        {"GET /a HTTP/1.1\r\nHost: x/../y\r\n\r\n", "HTTP/1.1 400 ", "malformed"},
        {"POST /a HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n",
         "HTTP/1.1 400 ", NULL},
        {"nonsense\r\n\r\n", "HTTP/1.1 400 ", NULL},
        {"GET /nothing HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n", "HTTP/1.1 500 ", "internal"},
    };
    for (size_t i = 0; i < COUNT(CASES); i++) {
        char text[8192];
        ask(world, CASES[i].request, text, sizeof text);
        if (strncmp(text, CASES[i].want, strlen(CASES[i].want)) != 0 ||
            (CASES[i].has && !strstr(text, CASES[i].has)))
            fail_msg("%s\nwanted %s and %s, came:\n%s", CASES[i].request, CASES[i].want,
                     CASES[i].has ? CASES[i].has : "nothing more", text);
    }
}

static void head_leaves_the_body_out(void **state)
{
    char text[4096];
    ask(*state, "HEAD /a HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n", text, sizeof text);
    assert_string_equal(strstr(text, "\r\n\r\n"), "\r\n\r\n");
}

static void an_oversize_head_is_refused(void **state)
{
    struct world *world = *state;
    static const struct {
        size_t path, header, headers;
        const char *want;
    } CASES[] = {{3000, 0, 0, "HTTP/1.1 414 "}, {0, 5000, 1, "HTTP/1.1 431 "}, {0, 10, 60, "HTTP/1.1 431 "}};
    for (size_t i = 0; i < COUNT(CASES); i++) {
        struct lz_buf request;
        char text[8192];
        lz_buf_init(&request, 1 << 20);
        lz_buf_text(&request, "GET /");
        for (size_t k = 0; k < CASES[i].path; k++)
            lz_buf_byte(&request, 'a');
        lz_buf_text(&request, " HTTP/1.1\r\nHost: x\r\n");
        for (size_t k = 0; k < CASES[i].headers; k++)
            lz_buf_printf(&request, "X-%zu: %0*d\r\n", k, (int)CASES[i].header, 1);
        lz_buf_text(&request, "\r\n");
        ask(world, (const char *)request.data, text, sizeof text);
        if (strncmp(text, CASES[i].want, strlen(CASES[i].want)) != 0)
            fail_msg("wanted %s, came %.60s", CASES[i].want, text);
        lz_buf_free(&request);
    }
}

static void pipelined_requests_are_answered_in_order_and_garbage_ends_them(void **state)
{
    char text[8192];
    ask(*state,
        "GET /1 HTTP/1.1\r\nHost: x\r\n\r\nGET /2 HTTP/1.1\r\nHost: x\r\n\r\n\x01\x02garbage\r\n\r\nGET /3 "
        "HTTP/1.1\r\n\r\n",
        text, sizeof text);
    const char *one = strstr(text, "GET /1 0");
    const char *two = strstr(text, "GET /2 0");
    assert_non_null(one);
    assert_non_null(two);
    assert_true(one < two);
    assert_null(strstr(text, "GET /3 0"));
}

static void a_client_that_never_finishes_is_let_go(void **state)
{
    struct world *world = *state;
    static const char *const SLOW[] = {"GET /a HTTP/1.1\r\nHos",
                                       "POST /a HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\n\r\nabc"};
    for (size_t i = 0; i < COUNT(SLOW); i++) {
        char text[4096];
        ask(world, SLOW[i], text, sizeof text); /* returns when the server closes */
        assert_null(strstr(text, " 200 "));
    }
}

/* Never idle for long, so only a deadline for the whole body ends it. */
static void a_body_that_trickles_for_ever_is_cut_with_408(void **state)
{
    struct world *world = *state;
    static const char HEAD[] = "POST /a HTTP/1.1\r\nHost: x\r\nContent-Length: 900\r\n\r\n";
    char text[4096];
    int fd = dial(world), sent = 0;
    say(fd, HEAD, sizeof HEAD - 1);
    struct pollfd answer = {.fd = fd, .events = POLLIN};
    while (sent < 900 && poll(&answer, 1, 20) == 0) {
        say(fd, "x", 1);
        sent++;
    }
    assert_in_range(sent, 1, 899);
    (void)hear(fd, text, sizeof text, "\r\n\r\n");
    assert_memory_equal(text, "HTTP/1.1 408 ", 13);
    close(fd);
}

static void stopping_does_not_wait_for_those_who_only_stay_connected(void **state)
{
    struct world *world = *state;
    static const char REQUEST[] = "GET /k HTTP/1.1\r\nHost: x\r\n\r\n";
    char text[4096];
    int fd = dial(world); /* kept for five seconds */
    say(fd, REQUEST, strlen(REQUEST));
    assert_true(hear(fd, text, sizeof text, "GET /k 0"));
    const struct lz_clock *clock = lz_clock_system();
    int64_t before = lz_clock_monotonic_ms(clock);
    lz_http_server_stop(&world->server);
    assert_in_range(lz_clock_monotonic_ms(clock) - before, 0,
                    1900); /* civetweb alone: two seconds and more */
    assert_false(hear(fd, text, sizeof text, NULL));
    close(fd);
}

static void stopping_does_not_wait_for_those_who_never_asked(void **state)
{
    struct world *world = *state;
    char text[64];
    int silent = dial(world), half = dial(world);
    say(half, "GET /k HT", 9);
    while (lz_http_server_connections(world->server) < 2)
        poll(NULL, 0, 5);
    const struct lz_clock *clock = lz_clock_system();
    int64_t before = lz_clock_monotonic_ms(clock);
    lz_http_server_stop(&world->server);
    assert_in_range(lz_clock_monotonic_ms(clock) - before, 0, 1900);
    assert_false(hear(silent, text, sizeof text, NULL));
    close(silent);
    close(half);
}

static void who_takes_every_thread_without_asking_gives_way(void **state)
{
    struct world *world = *state; /* a head may take minutes here */
    int trickling[THREADS];
    char text[4096];
    for (size_t i = 0; i < COUNT(trickling); i++) {
        trickling[i] = dial(world);
        say(trickling[i], "GET /k HT", i % 2 ? 9 : 0);
    }
    while (lz_http_server_connections(world->server) < THREADS)
        poll(NULL, 0, 5);
    ask(world, "GET /a HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n", text, sizeof text);
    assert_non_null(strstr(text, "GET /a 0"));
    for (size_t i = 0; i < COUNT(trickling); i++)
        close(trickling[i]);
}

static void near_the_thread_limit_nobody_may_stay(void **state)
{
    struct world *world = *state;
    static const char REQUEST[] = "GET /k HTTP/1.1\r\nHost: x\r\n\r\n";
    int kept[THREADS / 2];
    char text[4096];
    for (size_t i = 0; i < COUNT(kept); i++) {
        kept[i] = dial(world);
        say(kept[i], REQUEST, strlen(REQUEST));
        assert_true(hear(kept[i], text, sizeof text, "GET /k 0"));
        assert_null(strstr(text, "Connection: close"));
    }
    ask(world, REQUEST, text, sizeof text);
    assert_non_null(strstr(text, "GET /k 0"));
    assert_non_null(strstr(text, "Connection: close"));
    for (size_t i = 0; i < COUNT(kept); i++)
        close(kept[i]);
}

static void a_feed_tells_the_newest_at_once_and_what_comes(void **state)
{
    struct world *world = *state;
    static const char REQUEST[] = "GET /events HTTP/1.1\r\nHost: x\r\n\r\n";
    char text[4096];
    assert_int_equal(lz_feed_publish(world->feed, "state", "{\"n\":1}"), LZ_OK);
    int fd = dial(world);
    say(fd, REQUEST, strlen(REQUEST));
    assert_true(hear(fd, text, sizeof text, "data: {\"n\":1}\n\n"));
    assert_non_null(strstr(text, "text/event-stream"));
    assert_null(strstr(text, "Content-Length"));
    assert_int_equal(lz_feed_publish(world->feed, "state", "{\"n\":2}"), LZ_OK);
    assert_true(hear(fd, text, sizeof text, "data: {\"n\":2}\n\n"));
    char refused[4096];
    ask(world, REQUEST, refused, sizeof refused); /* streams_max is 1 */
    assert_memory_equal(refused, "HTTP/1.1 503 ", 13);
    lz_feed_close(world->feed);
    assert_false(hear(fd, text, sizeof text, "never"));
    close(fd);
}

static void a_port_that_is_taken_is_said_so(void **state)
{
    struct world *world = *state;
    struct lz_http_server *second = NULL;
    struct lz_fault fault = {0};
    struct lz_http_server_options options = {.port = lz_http_server_port(world->server),
                                             .handler = handle,
                                             .context = world,
                                             .clock = lz_clock_system()};
    assert_int_equal(lz_http_server_start(&options, &second, &fault), LZ_IO);
    assert_null(second);
    assert_non_null(strstr(lz_fault_text(&fault, LZ_EN), "port"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_request_is_answered_and_the_connection_reused, set_up, tear_down),
        cmocka_unit_test_setup_teardown(answers_by_request, set_up, tear_down),
        cmocka_unit_test_setup_teardown(head_leaves_the_body_out, set_up, tear_down),
        cmocka_unit_test_setup_teardown(an_oversize_head_is_refused, set_up, tear_down),
        cmocka_unit_test_setup_teardown(pipelined_requests_are_answered_in_order_and_garbage_ends_them,
                                        set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_client_that_never_finishes_is_let_go, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_body_that_trickles_for_ever_is_cut_with_408, set_up, tear_down),
        cmocka_unit_test_setup_teardown(stopping_does_not_wait_for_those_who_only_stay_connected, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(stopping_does_not_wait_for_those_who_never_asked, set_up_patient,
                                        tear_down),
        cmocka_unit_test_setup_teardown(who_takes_every_thread_without_asking_gives_way, set_up_patient,
                                        tear_down),
        cmocka_unit_test_setup_teardown(near_the_thread_limit_nobody_may_stay, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_feed_tells_the_newest_at_once_and_what_comes, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_port_that_is_taken_is_said_so, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
