/* One request as the wire gives it and the answer's head: what is refused has a status, what is accepted is
 * bounded, and nothing that a client sent breaks out of a header.
 *
 * Input: lines of text: method, path, query, then "name: value" headers up to an empty line; the rest is the
 * body. */
#include "tests/fuzz/faults.h"
#include "web/http/exchange.h"

#include <ctype.h>
#include <string.h>

static char *line(struct lz_arena *arena, struct lz_bytes *rest)
{
    const uint8_t *end = rest->size ? memchr(rest->data, '\n', rest->size) : NULL;
    const size_t size = end ? (size_t)(end - rest->data) : rest->size;
    char *text = lz_arena_copy(arena, (const char *)rest->data, size);
    *rest = end ? lz_bytes_of(end + 1, rest->size - size - 1) : (struct lz_bytes){0};
    return text;
}

static size_t read_headers(struct lz_arena *arena, struct lz_bytes *rest, struct lz_http_header *headers,
                           size_t room)
{
    size_t count = 0;
    while (count < room && rest->size) {
        char *name = line(arena, rest);
        char *colon = name ? strchr(name, ':') : NULL;
        if (!colon)
            break;
        *colon = '\0';
        headers[count++] = (struct lz_http_header){name, colon + 1 + (colon[1] == ' ')};
    }
    return count;
}

/* Every line of a head is a status line or a header, and printable. */
static void check_head(struct lz_bytes out)
{
    const char *text = (const char *)out.data, *end = memmem(text, out.size, "\r\n\r\n", 4);
    lz_fuzz_need(end != NULL && strncmp(text, "HTTP/1.", 7) == 0);
    for (const char *at = strstr(text, "\r\n") + 2; at < end + 2; at = strstr(at, "\r\n") + 2) {
        const char *colon = strpbrk(at, ":\r");
        lz_fuzz_need(colon && *colon == ':' && colon > at);
    }
    for (const char *at = text; at < end; at++)
        lz_fuzz_need((unsigned char)*at >= ' ' || *at == '\t' || *at == '\r' || *at == '\n');
}

static void answer(const struct lz_http_request *request)
{
    struct lz_http_reply reply = {.arena = request->arena};
    struct lz_buf out;
    const char *where = lz_form_text(&request->query, "to");
    lz_buf_init(&reply.scratch, 1 << 16);
    lz_buf_init(&out, 1 << 20);
    if (where)
        lz_http_reply_redirect(&reply, 303, where);
    else if (!lz_http_not_modified(request, &reply, "\"abc\""))
        lz_http_reply_text(&reply, 200, "text");
    lz_http_reply_header(&reply, "X-Echo", request->path.text);
    lz_http_reply_write(request, &reply, request->body.size % 2, request->method == LZ_HTTP_HEAD ? 0 : 1,
                        &out);
    lz_fuzz_sure(!out.err);
    if (!out.err)
        check_head(lz_buf_view(&out));
    lz_buf_free(&reply.scratch);
    lz_buf_free(&out);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const char *const PROXIES[] = {"127.0.0.1", "::1"};
    const struct lz_http_server_options options = {.trusted_proxies = PROXIES, .trusted_proxy_count = 2};
    struct lz_arena *arena = lz_arena_new(4 << 20);
    struct lz_http_header headers[LZ_HTTP_HEADERS_MAX + 8];
    struct lz_bytes rest = lz_bytes_of(data, size);
    struct lz_http_request request = {.arena = arena};
    int status = 0;
    if (!arena)
        return 0;
    struct lz_http_head head = {.method = line(arena, &rest),
                                .path = line(arena, &rest),
                                .query = line(arena, &rest),
                                .peer = "127.0.0.1",
                                .headers = headers};
    head.header_count = read_headers(arena, &rest, headers, sizeof headers / sizeof headers[0]);
    if (head.method && head.path) {
        lz_err err = lz_http_request_parse(&options, &head, &request, &status);
        lz_fuzz_sure(err ? status == 400 || status == 414 || status == 431 || status == 501 : true);
        if (!err) {
            enum lz_http_framing framing;
            uint64_t length = 0;
            lz_fuzz_need(request.path.text[0] == '/' && request.peer &&
                         request.path.count <= LZ_HTTP_SEGMENTS);
            (void)lz_http_lang(&request);
            if (!lz_http_framing_of(&request, &framing, &length) && framing == LZ_HTTP_LENGTH)
                lz_fuzz_need(lz_http_header_get(&request, "Content-Length") &&
                             !lz_http_header_get(&request, "Transfer-Encoding"));
            request.body = rest;
            answer(&request);
        }
    }
    lz_arena_free(&arena);
    return 0;
}
