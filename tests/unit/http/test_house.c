/* Catalogue, assets, metrics and feeds: what is loaded once and then only read. */
#include "tests/unit/http/http_test.h"

#include "registry/base/file.h"
#include "web/http/asset.h"
#include "web/http/catalogue.h"
#include "web/http/feed.h"
#include "web/http/metrics.h"

#include <stdio.h>
#include <unistd.h>

static void write_file(const char *folder, const char *name, const char *text)
{
    char path[512];
    snprintf(path, sizeof path, "%s/%s", folder, name);
    char *slash = strrchr(path, '/');
    *slash = '\0';
    assert_int_equal(lz_folder_make(path, 0700, NULL), LZ_OK);
    *slash = '/';
    assert_int_equal(lz_file_replace(path, lz_bytes_text(text), 0600, NULL), LZ_OK);
}

static void remove_file(const char *folder, const char *name)
{
    char path[512];
    snprintf(path, sizeof path, "%s/%s", folder, name);
    unlink(path);
}

static const struct {
    const char *zh, *en;
    const char *fault; /* NULL: loads */
} CATALOGUES[] = {
    {"a = 甲\n", "a = A\n", NULL},
    {"# 说明\n\n a.b=甲 = 乙 \r\n", "a.b = x", NULL},
    {"a = 甲\nb = 乙\n", "a = A\n", "b"},
    {"a = 甲\n", "a = A\nb = B\n", "b"},
    {"a = 甲\na = 乙\n", "a = A\n", "twice"},
    {"a = 甲\na.b = 乙\n", "a = A\na.b = B\n", "group"},
    {"a 甲\n", "a = A\n", "line 1"},
    {"A = 甲\n", "A = A\n", "lower-case"},
    {"a. = 甲\n", "a. = A\n", "lower-case"},
    {"a =\n", "a = A\n", "empty"},
    {"a = \xff\n", "a = A\n", "UTF-8"},
};

static void both_languages_must_say_the_same_things(void **state)
{
    (void)state;
    char folder[] = "/tmp/lz-messages-XXXXXX";
    assert_non_null(mkdtemp(folder));
    for (size_t i = 0; i < COUNT(CATALOGUES); i++) {
        struct lz_catalogue *catalogue = NULL;
        struct lz_fault fault = {0};
        write_file(folder, "zh/x.ini", CATALOGUES[i].zh);
        write_file(folder, "en/x.ini", CATALOGUES[i].en);
        lz_err err = lz_catalogue_load(folder, &catalogue, &fault);
        if (CATALOGUES[i].fault && (!err || !strstr(lz_fault_text(&fault, LZ_EN), CATALOGUES[i].fault)))
            fail_msg("case %zu wanted %s, said: %s", i, CATALOGUES[i].fault, lz_fault_text(&fault, LZ_EN));
        assert_int_equal(!err, !CATALOGUES[i].fault);
        lz_catalogue_free(&catalogue);
    }
    remove_file(folder, "zh/x.ini");
    remove_file(folder, "en/x.ini");
    char path[64];
    snprintf(path, sizeof path, "%s/zh", folder);
    rmdir(path);
    snprintf(path, sizeof path, "%s/en", folder);
    rmdir(path);
    rmdir(folder);
}

static void our_own_messages_load_and_fill_in_values(void **state)
{
    (void)state;
    struct lz_catalogue *catalogue = NULL;
    struct lz_arena *arena = test_arena();
    assert_int_equal(lz_catalogue_load(LZ_SOURCE_DIR "/web/messages", &catalogue, NULL), LZ_OK);
    assert_string_equal(lz_catalogue_text(catalogue, LZ_ZH, "site.name"), "亮证");
    assert_string_equal(lz_catalogue_text(catalogue, LZ_ZH, "no.such"), "no.such");
    assert_string_equal(
        lz_catalogue_format(catalogue, arena, LZ_ZH, "{a} of {b} {c", "a", "1", "b", "{a}", NULL),
        "1 of {a} {c");
    const json_t *site = json_object_get(lz_catalogue_json(catalogue, LZ_EN), "site");
    assert_string_equal(json_string_value(json_object_get(site, "name")), "Liangzheng");
    lz_arena_free(&arena);
    lz_catalogue_free(&catalogue);
}

static struct lz_http_reply fetch(const struct lz_assets *assets, struct lz_arena *arena, const char *path,
                                  const struct lz_http_header *header)
{
    struct lz_http_request request = {.arena = arena, .path = {.text = path}};
    struct lz_http_reply reply = {.arena = arena};
    request.headers = header;
    request.header_count = header ? 1 : 0;
    assert_true(lz_assets_serve(assets, &request, &reply));
    return reply;
}

static void assets_are_cached_for_ever_below_their_hash(void **state)
{
    (void)state;
    struct lz_assets *assets = NULL;
    struct lz_arena *arena = test_arena();
    assert_int_equal(lz_assets_load(LZ_SOURCE_DIR "/web/static", "/static", &assets, NULL), LZ_OK);
    const char *url = lz_assets_url(assets, "liangzheng.css");
    struct lz_http_reply reply = fetch(assets, arena, url, NULL);
    assert_int_equal(reply.status, 200);
    assert_string_equal(reply.content_type, "text/css; charset=utf-8");
    assert_non_null(strstr(lz_http_reply_header_get(&reply, "Cache-Control"), "immutable"));
    size_t plain = reply.body.size;

    const struct lz_http_header gzip = {"Accept-Encoding", "gzip, br"};
    reply = fetch(assets, arena, url, &gzip);
    assert_string_equal(lz_http_reply_header_get(&reply, "Content-Encoding"), "gzip");
    assert_true(reply.body.size < plain / 2);

    reply = fetch(assets, arena, "/static/liangzheng.css", NULL);
    assert_string_equal(lz_http_reply_header_get(&reply, "Cache-Control"), "no-cache");
    const struct lz_http_header known = {"If-None-Match", lz_http_reply_header_get(&reply, "ETag")};
    reply = fetch(assets, arena, "/static/liangzheng.css", &known);
    assert_int_equal(reply.status, 304);
    assert_int_equal(reply.body.size, 0);

    reply = fetch(assets, arena, "/static/no-such.css", NULL);
    assert_int_equal(reply.status, 404);
    struct lz_http_request other = {.arena = arena, .path = {.text = "/statics/x"}};
    assert_false(lz_assets_serve(assets, &other, &reply));
    lz_arena_free(&arena);
    lz_assets_free(&assets);
}

static void metrics_are_written_as_prometheus_reads_them(void **state)
{
    (void)state;
    static const int64_t BOUNDS[] = {1000, 500000};
    struct lz_metrics *metrics = NULL;
    struct lz_buf out;
    lz_buf_init(&out, 1 << 16);
    assert_int_equal(lz_metrics_new(&metrics), LZ_OK);
    struct lz_metric *valid =
        lz_metrics_counter(metrics, "lz_verdicts_total", "Verdicts given.", "verdict=\"valid\"");
    struct lz_metric *people = lz_metrics_gauge(metrics, "lz_people", "People.", NULL);
    struct lz_metric *forged =
        lz_metrics_counter(metrics, "lz_verdicts_total", "Verdicts given.", "verdict=\"forged\"");
    struct lz_metric *took =
        lz_metrics_histogram(metrics, "lz_seconds", "Time.", NULL, BOUNDS, COUNT(BOUNDS));
    assert_null(lz_metrics_gauge(metrics, "lz_verdicts_total", "x", NULL));
    lz_metric_add(valid, 2);
    lz_metric_add(forged, 1);
    lz_metric_add(NULL, 1);
    lz_metric_set(people, -3);
    lz_metric_observe(took, 900);
    lz_metric_observe(took, 2000000);
    lz_metrics_write(metrics, &out);
    assert_string_equal((const char *)out.data, "# HELP lz_verdicts_total Verdicts given.\n"
                                                "# TYPE lz_verdicts_total counter\n"
                                                "lz_verdicts_total{verdict=\"valid\"} 2\n"
                                                "lz_verdicts_total{verdict=\"forged\"} 1\n"
                                                "# HELP lz_people People.\n"
                                                "# TYPE lz_people gauge\n"
                                                "lz_people -3\n"
                                                "# HELP lz_seconds Time.\n"
                                                "# TYPE lz_seconds histogram\n"
                                                "lz_seconds_bucket{le=\"0.001000\"} 1\n"
                                                "lz_seconds_bucket{le=\"0.500000\"} 1\n"
                                                "lz_seconds_bucket{le=\"+Inf\"} 2\n"
                                                "lz_seconds_sum 2.000900\n"
                                                "lz_seconds_count 2\n");
    lz_buf_free(&out);
    lz_metrics_free(&metrics);
}

static void an_event_is_one_line(void **state)
{
    (void)state;
    struct lz_feed *feed = NULL;
    assert_int_equal(lz_feed_new(0, &feed), LZ_OK);
    assert_int_equal(lz_feed_publish(feed, NULL, "{}\ndata: forged"), LZ_INTERNAL);
    assert_int_equal(lz_feed_listeners(feed), 0);
    lz_feed_free(&feed);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(both_languages_must_say_the_same_things),
        cmocka_unit_test(our_own_messages_load_and_fill_in_values),
        cmocka_unit_test(assets_are_cached_for_ever_below_their_hash),
        cmocka_unit_test(metrics_are_written_as_prometheus_reads_them),
        cmocka_unit_test(an_event_is_one_line),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
