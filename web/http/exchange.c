#include "web/http/exchange.h"

#include "registry/base/address.h"
#include "web/http/path.h"
#include "web/http/problem.h"

#include <string.h>
#include <strings.h>

/* Sent twice, these change what a request is; proxies and we could disagree on which one counts. */
static const char *const SINGLE[] = {"Host", "Content-Type", "Content-Length", "Authorization",
                                     "Transfer-Encoding"};

static bool is_doubled(const struct lz_http_head *head, const char *name)
{
    unsigned seen = 0;
    for (size_t i = 0; i < head->header_count; i++)
        seen += strcasecmp(head->headers[i].name, name) == 0;
    return seen > 1;
}

/* RFC 9112 3.2: exactly one valid Host; what is none could name a page in a cache or a link. */
static bool host_is_sane(const struct lz_http_head *head)
{
    static const char ALLOWED[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.-_:[]";
    for (size_t i = 0; i < head->header_count; i++) {
        const char *value = head->headers[i].value;
        if (strcasecmp(head->headers[i].name, "Host") == 0 && value[strspn(value, ALLOWED)])
            return false;
    }
    return true;
}

static lz_err headers_check(const struct lz_http_head *head, int *ret_status)
{
    *ret_status = 431;
    if (head->header_count > LZ_HTTP_HEADERS_MAX)
        return LZ_TOO_LARGE;
    for (size_t i = 0; i < head->header_count; i++) {
        if (strlen(head->headers[i].value) > LZ_HTTP_HEADER_MAX)
            return LZ_TOO_LARGE;
    }
    *ret_status = 400;
    for (size_t i = 0; i < sizeof SINGLE / sizeof *SINGLE; i++) {
        if (is_doubled(head, SINGLE[i]))
            return LZ_MALFORMED;
    }
    return host_is_sane(head) ? LZ_OK : LZ_MALFORMED;
}

static bool is_trusted(const struct lz_http_server_options *options, const char *peer)
{
    for (size_t i = 0; i < options->trusted_proxy_count; i++) {
        if (strcmp(options->trusted_proxies[i], peer) == 0)
            return true;
    }
    return false;
}

/* Some proxies write a line of their own below the client's. */
static const char *last_header(const struct lz_http_request *request, const char *name)
{
    const char *value = NULL;
    for (size_t i = 0; i < request->header_count; i++) {
        if (strcasecmp(request->headers[i].name, name) == 0)
            value = request->headers[i].value;
    }
    return value;
}

/* Only the last address was written by the proxy itself; what stands before it the client may have invented.
 */
static void believe_proxy(struct lz_http_request *request)
{
    const char *chain = last_header(request, "X-Forwarded-For");
    const char *proto = last_header(request, "X-Forwarded-Proto");
    request->secure = proto && strcasecmp(proto, "https") == 0;
    if (!chain)
        return;
    const char *comma = strrchr(chain, ',');
    const char *last = comma ? comma + 1 : chain;
    last += strspn(last, " \t");
    size_t size = strcspn(last, " \t");
    bool alone = last[size + strspn(last + size, " \t")] == '\0';
    const char *word = alone ? lz_arena_copy(request->arena, last, size) : NULL;
    char address[LZ_ADDRESS_TEXT];
    if (word && lz_address_parse(word, address))
        request->peer = lz_arena_text(request->arena, address);
    else
        request->peer = NULL;
    if (!request->peer)
        request->peer = "-";
}

lz_err lz_http_request_parse(const struct lz_http_server_options *options, const struct lz_http_head *head,
                             struct lz_http_request *request, int *ret_status)
{
    request->peer = head->peer;
    request->method = lz_http_method_of(head->method);
    request->headers = head->headers;
    request->header_count =
        head->header_count < LZ_HTTP_HEADERS_MAX ? head->header_count : LZ_HTTP_HEADERS_MAX;
    lz_err err = headers_check(head, ret_status);
    if (err)
        return err;
    if (is_trusted(options, head->peer))
        believe_proxy(request);
    *ret_status = 414;
    size_t query_size = head->query ? strlen(head->query) : 0;
    if (query_size + strlen(head->path) > LZ_HTTP_PATH_MAX)
        return LZ_TOO_LARGE;
    err = lz_http_path_parse(request->arena, lz_bytes_text(head->path), &request->path);
    *ret_status = err == LZ_TOO_LARGE ? 414 : 400;
    if (err)
        return err;
    request->raw_query = head->query;
    err = lz_form_urlencoded(request->arena, lz_bytes_of(head->query, query_size), &request->query);
    *ret_status = 400;
    if (err)
        return err;
    *ret_status = 501;
    return request->method == LZ_HTTP_OTHER ? LZ_METHOD : LZ_OK;
}

lz_err lz_http_framing_of(const struct lz_http_request *request, enum lz_http_framing *ret_framing,
                          uint64_t *ret_length)
{
    const char *length = lz_http_header_get(request, "Content-Length");
    const char *coding = lz_http_header_get(request, "Transfer-Encoding");
    uint64_t value = 0;
    if (length && coding)
        return LZ_MALFORMED;
    if (coding) {
        if (strcasecmp(coding, "chunked") != 0)
            return LZ_MALFORMED;
        *ret_framing = LZ_HTTP_CHUNKED;
        *ret_length = 0;
        return LZ_OK;
    }
    size_t digits = length ? strlen(length) : 0;
    if (length && (digits == 0 || digits > 18 || strspn(length, "0123456789") != digits))
        return LZ_MALFORMED;
    for (size_t i = 0; i < digits; i++)
        value = value * 10 + (uint64_t)(length[i] - '0');
    *ret_framing = value ? LZ_HTTP_LENGTH : LZ_HTTP_NO_BODY;
    *ret_length = value;
    return LZ_OK;
}

static void make_it_an_error(struct lz_http_reply *reply, lz_lang lang)
{
    struct lz_fault fault = {.code = LZ_INTERNAL};
    reply->header_count = 0;
    reply->failed = false;
    lz_problem_reply(reply, &fault, 500, lang);
    if (!reply->failed)
        return;
    reply->header_count = 0;
    lz_http_reply_bytes(reply, 500, "text/plain", lz_bytes_text("500\n"));
}

/* Not printf: a dozen of these stand in every answer. */
static void add_header(struct lz_buf *out, const char *name, const char *value)
{
    lz_buf_text(out, name);
    lz_buf_add(out, ": ", 2);
    lz_buf_text(out, value);
    lz_buf_add(out, "\r\n", 2);
}

void lz_http_reply_write(const struct lz_http_request *request, struct lz_http_reply *reply, bool keep,
                         int minor, struct lz_buf *out)
{
    if (reply->failed || reply->status < 200 || reply->status > 599)
        make_it_an_error(reply, lz_http_lang(request));
    bool bodiless = reply->status == 204 || reply->status == 304;
    lz_buf_printf(out, "HTTP/1.1 %d %s\r\n", reply->status, lz_http_status_text(reply->status));
    if (reply->content_type)
        add_header(out, "Content-Type", reply->content_type);
    if (!reply->stream && !bodiless)
        lz_buf_printf(out, "Content-Length: %zu\r\n", reply->body.size);
    for (size_t i = 0; i < reply->header_count; i++)
        add_header(out, reply->headers[i].name, reply->headers[i].value);
    if (!keep || reply->stream)
        lz_buf_text(out, "Connection: close\r\n");
    else if (minor == 0)
        lz_buf_text(out, "Connection: keep-alive\r\n");
    lz_buf_text(out, "\r\n");
    if (request->method != LZ_HTTP_HEAD && !reply->stream && !bodiless)
        lz_buf_add(out, reply->body.data, reply->body.size);
}
