#include "lz_test.h"

#include "web/kiosk/guard.h"

static void only_loopback_may_be_listened_on(void **unused)
{
    static const struct {
        const char *text;
        lz_err err;
        const char *host;
        uint16_t port;
    } cases[] = {
        {"127.0.0.1:8090", LZ_OK, "127.0.0.1", 8090},
        {"127.1.2.3:1", LZ_OK, "127.1.2.3", 1},
        {"localhost:0", LZ_OK, "127.0.0.1", 0},
        {"[::1]:8090", LZ_OK, "::1", 8090},
        {"0.0.0.0:8090", LZ_INVALID, NULL, 0},
        {"[::]:8090", LZ_INVALID, NULL, 0},
        {"192.168.1.4:8090", LZ_INVALID, NULL, 0},
        {"128.0.0.1:8090", LZ_INVALID, NULL, 0},
        {"[::ffff:10.0.0.1]:80", LZ_INVALID, NULL, 0},
        {"kiosk.example:8090", LZ_INVALID, NULL, 0},
        {"localhost.example:80", LZ_INVALID, NULL, 0},
        {"127.0.0.1", LZ_INVALID, NULL, 0},
        {"127.0.0.1:", LZ_INVALID, NULL, 0},
        {"127.0.0.1:65536", LZ_INVALID, NULL, 0},
        {"127.0.0.1:-1", LZ_INVALID, NULL, 0},
        {"127.0.0.1:80x", LZ_INVALID, NULL, 0},
        {":8090", LZ_INVALID, NULL, 0},
        {"", LZ_INVALID, NULL, 0},
        {"::1:8090", LZ_INVALID, NULL, 0},
        {"[::1:8090", LZ_INVALID, NULL, 0},
    };
    (void)unused;
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        char host[LZ_LISTEN_HOST] = "untouched";
        uint16_t port = 7;
        assert_err(lz_kiosk_listen_parse(cases[i].text, host, &port, NULL), cases[i].err);
        assert_string_equal(host, cases[i].host ? cases[i].host : "untouched");
        assert_int_equal(port, cases[i].host ? cases[i].port : 7);
    }
}

static void requests_of_other_sites_are_refused(void **unused)
{
    static const struct {
        enum lz_http_method method;
        const char *host, *origin, *site;
        lz_err err;
    } cases[] = {
        {LZ_HTTP_GET, "127.0.0.1:8090", NULL, NULL, LZ_OK},
        {LZ_HTTP_GET, "localhost:8090", NULL, "none", LZ_OK},
        {LZ_HTTP_GET, "[::1]:8090", NULL, "same-origin", LZ_OK},
        {LZ_HTTP_POST, "127.0.0.1:8090", NULL, NULL, LZ_OK}, /* a program */
        {LZ_HTTP_POST, "127.0.0.1:8090", "http://127.0.0.1:8090", "same-origin", LZ_OK},
        {LZ_HTTP_GET, NULL, NULL, NULL, LZ_FORBIDDEN},
        {LZ_HTTP_GET, "evil.example", NULL, NULL, LZ_FORBIDDEN}, /* DNS rebinding */
        {LZ_HTTP_GET, "evil.example:8090", "http://evil.example:8090", "same-origin", LZ_FORBIDDEN},
        {LZ_HTTP_GET, "127.0.0.1.evil.example", NULL, NULL, LZ_FORBIDDEN},
        {LZ_HTTP_GET, "127.0.0.1:8090", NULL, "cross-site", LZ_FORBIDDEN},
        {LZ_HTTP_GET, "127.0.0.1:8090", NULL, "same-site", LZ_FORBIDDEN},
        {LZ_HTTP_POST, "127.0.0.1:8090", NULL, "none", LZ_FORBIDDEN},
        {LZ_HTTP_POST, "127.0.0.1:8090", "http://evil.example", NULL, LZ_FORBIDDEN},
        {LZ_HTTP_POST, "127.0.0.1:8090", "http://127.0.0.1:9999", "same-site", LZ_FORBIDDEN},
        {LZ_HTTP_POST, "127.0.0.1:8090", "null", NULL, LZ_FORBIDDEN},
    };
    (void)unused;
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        struct lz_http_header headers[3];
        struct lz_http_request request = {.method = cases[i].method, .headers = headers};
        const char *const values[] = {cases[i].host, cases[i].origin, cases[i].site};
        static const char *const names[] = {"Host", "Origin", "Sec-Fetch-Site"};
        for (size_t j = 0; j < 3; j++)
            if (values[j])
                headers[request.header_count++] = (struct lz_http_header){names[j], values[j]};
        assert_err(lz_kiosk_guard(&request, NULL), cases[i].err);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(only_loopback_may_be_listened_on),
        cmocka_unit_test(requests_of_other_sites_are_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
