#include "web/http/http.h"

#include "registry/base/json_write.h"
#include "web/http/cookie.h"
#include "web/http/negotiate.h"

#include <string.h>
#include <strings.h>

static const char *const METHODS[] = {
    [LZ_HTTP_GET] = "GET",         [LZ_HTTP_HEAD] = "HEAD",   [LZ_HTTP_POST] = "POST",
    [LZ_HTTP_PUT] = "PUT",         [LZ_HTTP_PATCH] = "PATCH", [LZ_HTTP_DELETE] = "DELETE",
    [LZ_HTTP_OPTIONS] = "OPTIONS", [LZ_HTTP_OTHER] = "OTHER",
};

const char *lz_http_method_text(enum lz_http_method method)
{
    return METHODS[method];
}

enum lz_http_method lz_http_method_of(const char *text)
{
    for (size_t i = 0; text && i < LZ_HTTP_OTHER; i++) {
        if (strcmp(METHODS[i], text) == 0)
            return (enum lz_http_method)i;
    }
    return LZ_HTTP_OTHER;
}

static const struct {
    int status;
    const char *text;
} STATUSES[] = {
    {200, "OK"},
    {201, "Created"},
    {202, "Accepted"},
    {204, "No Content"},
    {301, "Moved Permanently"},
    {302, "Found"},
    {303, "See Other"},
    {304, "Not Modified"},
    {307, "Temporary Redirect"},
    {308, "Permanent Redirect"},
    {400, "Bad Request"},
    {401, "Unauthorized"},
    {403, "Forbidden"},
    {404, "Not Found"},
    {405, "Method Not Allowed"},
    {406, "Not Acceptable"},
    {408, "Request Timeout"},
    {409, "Conflict"},
    {410, "Gone"},
    {411, "Length Required"},
    {413, "Content Too Large"},
    {414, "URI Too Long"},
    {415, "Unsupported Media Type"},
    {422, "Unprocessable Content"},
    {429, "Too Many Requests"},
    {431, "Request Header Fields Too Large"},
    {500, "Internal Server Error"},
    {501, "Not Implemented"},
    {502, "Bad Gateway"},
    {503, "Service Unavailable"},
    {504, "Gateway Timeout"},
    {505, "HTTP Version Not Supported"},
    {507, "Insufficient Storage"},
};

const char *lz_http_status_text(int status)
{
    for (size_t i = 0; i < sizeof STATUSES / sizeof *STATUSES; i++) {
        if (STATUSES[i].status == status)
            return STATUSES[i].text;
    }
    return "Status";
}

const char *lz_http_header_get(const struct lz_http_request *request, const char *name)
{
    for (size_t i = 0; i < request->header_count; i++) {
        if (strcasecmp(request->headers[i].name, name) == 0)
            return request->headers[i].value;
    }
    return NULL;
}

lz_lang lz_http_lang(const struct lz_http_request *request)
{
    lz_lang lang = LZ_ZH;
    if (lz_lang_parse(lz_form_text(&request->query, "lang"), &lang) ||
        lz_lang_parse(lz_cookie_get(request, "lang"), &lang))
        return lang;
    return lz_negotiate_lang(lz_http_header_get(request, "Accept-Language"));
}

static bool has_control(const char *text)
{
    for (; *text; text++) {
        if ((unsigned char)*text < 0x20 || *text == 0x7f)
            return true;
    }
    return false;
}

static void fail(struct lz_http_reply *reply)
{
    reply->failed = true;
    reply->status = 500;
}

void lz_http_reply_header_add(struct lz_http_reply *reply, const char *name, const char *value)
{
    char *own_name = lz_arena_text(reply->arena, name);
    char *own_value = lz_arena_text(reply->arena, value);
    if (!own_name || !own_value || has_control(value) || has_control(name) ||
        reply->header_count == LZ_HTTP_REPLY_HEADERS) {
        fail(reply);
        return;
    }
    reply->headers[reply->header_count++] = (struct lz_http_header){own_name, own_value};
}

void lz_http_reply_header_literal(struct lz_http_reply *reply, const char *name, const char *value)
{
    if (reply->header_count == LZ_HTTP_REPLY_HEADERS)
        fail(reply);
    else
        reply->headers[reply->header_count++] = (struct lz_http_header){name, value};
}

void lz_http_reply_header(struct lz_http_reply *reply, const char *name, const char *value)
{
    for (size_t i = 0; i < reply->header_count; i++) {
        if (strcasecmp(reply->headers[i].name, name) == 0) {
            reply->headers[i] = reply->headers[--reply->header_count];
            break;
        }
    }
    lz_http_reply_header_add(reply, name, value);
}

const char *lz_http_reply_header_get(const struct lz_http_reply *reply, const char *name)
{
    for (size_t i = 0; i < reply->header_count; i++) {
        if (strcasecmp(reply->headers[i].name, name) == 0)
            return reply->headers[i].value;
    }
    return NULL;
}

void lz_http_reply_bytes(struct lz_http_reply *reply, int status, const char *type, struct lz_bytes body)
{
    reply->status = status;
    reply->content_type = type;
    reply->body = body;
}

void lz_http_reply_text(struct lz_http_reply *reply, int status, const char *text)
{
    lz_http_reply_bytes(reply, status, "text/plain; charset=utf-8", lz_bytes_text(text));
}

void lz_http_reply_json(struct lz_http_reply *reply, int status, const json_t *value, const char *type)
{
    lz_buf_reset(&reply->scratch);
    if (lz_json_write(value, &reply->scratch)) {
        fail(reply);
        return;
    }
    lz_http_reply_bytes(reply, status, type ? type : "application/json", lz_buf_view(&reply->scratch));
}

void lz_http_reply_redirect(struct lz_http_reply *reply, int status, const char *location)
{
    /* "//host" and "/\host" are other sites to a browser. */
    bool ours = location && location[0] == '/' && location[1] != '/' && location[1] != '\\';
    reply->status = status;
    reply->content_type = NULL;
    reply->body = lz_bytes_of(NULL, 0);
    lz_http_reply_header(reply, "Location", ours ? location : "/");
}

bool lz_http_not_modified(const struct lz_http_request *request, struct lz_http_reply *reply,
                          const char *etag)
{
    lz_http_reply_header(reply, "ETag", etag);
    const char *wanted = lz_http_header_get(request, "If-None-Match");
    if (!wanted || (strcmp(wanted, "*") != 0 && !strstr(wanted, etag)))
        return false;
    lz_http_reply_bytes(reply, 304, NULL, lz_bytes_of(NULL, 0));
    return true;
}
