/* A registry's answer on its way to a counter, with the n-th socket call breaking on either side: what
 * arrives is the whole answer or an error, never a part that is taken for it. */
#include "faults/faults.h"

#include "web/http/http.h"
#include "web/kiosk/registry_client.h"

#include <netinet/in.h>
#include <sys/socket.h>

enum { BUDGET_MS = 10000, LONG = 200000 };

struct line {
    struct lz_http_server *server;
    struct lz_registry_client *client;
    const char *path;
    char url[64], text[LONG + 1];
};

static void handle(void *context, const struct lz_http_request *request, struct lz_http_reply *reply)
{
    const struct line *line = context;
    lz_http_reply_text(reply, 200,
                       strcmp(request->path.text, "/long") == 0 ? line->text : "{\"verdict\":\"valid\"}");
}

static int setup(void **state)
{
    struct line *line = calloc(1, sizeof *line);
    struct lz_fault fault = {0};
    assert_non_null(line);
    memset(line->text, 'a', LONG);
    struct lz_http_server_options options = {.threads = 2,
                                             .body_cap = 1000,
                                             .request_ms = 5000,
                                             .idle_ms = 5000,
                                             .handler = handle,
                                             .context = line,
                                             .clock = lz_clock_system()};
    assert_ok(lz_http_server_start(&options, &line->server, &fault));
    snprintf(line->url, sizeof line->url, "http://127.0.0.1:%d", lz_http_server_port(line->server));
    assert_ok(lz_registry_client_prepare());
    *state = line;
    return 0;
}

static int teardown(void **state)
{
    struct line *line = *state;
    lz_http_server_stop(&line->server);
    free(line);
    return 0;
}

static void prepare(void *context)
{
    struct line *line = context;
    assert_ok(lz_registry_client_new(line->url, NULL, &line->client, NULL));
}

static lz_err run(void *context)
{
    struct line *line = context;
    struct lz_buf out;
    const struct lz_registry_ask ask = {.path = line->path, .budget_ms = BUDGET_MS};
    lz_buf_init(&out, 2 * LONG);
    lz_err err = lz_registry_client_get(line->client, &ask, &out, NULL);
    const char *whole = strcmp(line->path, "long") == 0 ? line->text : "{\"verdict\":\"valid\"}";
    if (!err && strcmp((const char *)out.data, whole) != 0)
        fault_found("%zu bytes were taken for the answer", out.size);
    lz_buf_free(&out);
    return err;
}

static void check(void *context, lz_err err)
{
    lz_err again = run(context); /* the same client: a broken connection is not used again */
    if (again)
        fault_found("gave %s, and when nothing failed any more %s", lz_err_name(err), lz_err_name(again));
}

static void finish(void *context)
{
    struct line *line = context;
    lz_registry_client_free(&line->client);
}

static void an_answer_arrives_whole_or_not_at_all(void **state)
{
    static const enum fault_kind kinds[] = {FAULT_WIRE, FAULT_WIRE_DEAD, FAULT_MEMORY};
    static const char *const paths[] = {"short", "long"};
    struct line *line = *state;
    for (size_t p = 0; p < COUNT_OF(paths); p++)
        for (size_t k = 0; k < COUNT_OF(kinds); k++) {
            const struct fault_case c = {.name = paths[p],
                                         .prepare = prepare,
                                         .run = run,
                                         .check = check,
                                         .finish = finish,
                                         .varies = true,
                                         .also = kinds[k] == FAULT_MEMORY ? LZ_NETWORK : LZ_OK};
            line->path = paths[p];
            fault_each(kinds[k], &c, line);
        }
    fault_report("an answer");
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(an_answer_arrives_whole_or_not_at_all)};
    return cmocka_run_group_tests(tests, setup, teardown);
}
