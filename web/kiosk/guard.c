#include "web/kiosk/guard.h"

#include <arpa/inet.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

/* Splits "host:port" or "[v6]:port"; the port may be missing (empty).  False: neither. */
static bool split(const char *text, char ret_host[LZ_LISTEN_HOST], const char **ret_port)
{
    const char *end = text[0] == '[' ? strchr(text, ']') : strrchr(text, ':');
    const char *start = text[0] == '[' ? text + 1 : text;
    if (text[0] == '[' && (!end || (end[1] != '\0' && end[1] != ':')))
        return false;
    if (!end)
        end = text + strlen(text);
    size_t size = (size_t)(end - start);
    if (size == 0 || size >= LZ_LISTEN_HOST || (text[0] != '[' && memchr(start, ':', size)))
        return false;
    memcpy(ret_host, start, size);
    ret_host[size] = '\0';
    *ret_port = text[0] == '[' ? end + 1 : end;
    if (**ret_port == ':')
        (*ret_port)++;
    return true;
}

static bool port_of(const char *text, uint16_t *ret_port)
{
    char *end = NULL;
    if (text[0] < '0' || text[0] > '9')
        return false;
    long port = strtol(text, &end, 10);
    if (*end != '\0' || port < 0 || port > UINT16_MAX)
        return false;
    *ret_port = (uint16_t)port;
    return true;
}

/* 127.0.0.0/8, ::1, or the one name that RFC 6761 6.3 binds to them. */
static bool is_loopback(const char *host)
{
    struct in_addr v4;
    struct in6_addr v6;
    if (strcasecmp(host, "localhost") == 0)
        return true;
    if (inet_pton(AF_INET, host, &v4) == 1)
        return ntohl(v4.s_addr) >> 24 == 127;
    return inet_pton(AF_INET6, host, &v6) == 1 && IN6_IS_ADDR_LOOPBACK(&v6);
}

lz_err lz_kiosk_listen_parse(const char *text, char ret_host[LZ_LISTEN_HOST], uint16_t *ret_port,
                             struct lz_fault *fault)
{
    char host[LZ_LISTEN_HOST];
    const char *port_text = NULL;
    uint16_t port = 0;
    if (!split(text, host, &port_text) || !port_of(port_text, &port))
        return lz_fault_set(fault, LZ_INVALID, "--listen 应为 127.0.0.1:端口。",
                            "--listen is 127.0.0.1:PORT.");
    if (!is_loopback(host))
        return lz_fault_set(
            fault, LZ_INVALID, "核验台只在本机开放：--listen 须为 127.0.0.1、[::1] 或 localhost。",
            "The counter serves this machine alone: --listen must be 127.0.0.1, [::1] or localhost.");
    snprintf(ret_host, LZ_LISTEN_HOST, "%s", strcasecmp(host, "localhost") == 0 ? "127.0.0.1" : host);
    *ret_port = port;
    return LZ_OK;
}

bool lz_kiosk_host_is_local(const char *text)
{
    char host[LZ_LISTEN_HOST];
    const char *port_text = NULL;
    uint16_t port = 0;
    return text && split(text, host, &port_text) && (port_text[0] == '\0' || port_of(port_text, &port)) &&
           is_loopback(host);
}

static bool is_origin_of(const char *origin, const char *host)
{
    static const char scheme[] = "http://";
    return strncmp(origin, scheme, sizeof scheme - 1) == 0 && strcmp(origin + sizeof scheme - 1, host) == 0;
}

lz_err lz_kiosk_guard(const struct lz_http_request *request, struct lz_fault *fault)
{
    const char *host = lz_http_header_get(request, "Host");
    const char *origin = lz_http_header_get(request, "Origin");
    const char *site = lz_http_header_get(request, "Sec-Fetch-Site");
    bool reads = request->method == LZ_HTTP_GET || request->method == LZ_HTTP_HEAD;
    bool good = lz_kiosk_host_is_local(host);
    if (good && origin)
        good = is_origin_of(origin, host);
    /* "none": typed, bookmarked or started with the browser.  Programs that are no browsers send none of
     * these. */
    if (good && site)
        good = strcmp(site, "same-origin") == 0 || (reads && strcmp(site, "none") == 0);
    return good ? LZ_OK
                : lz_fault_set(fault, LZ_FORBIDDEN, "核验台只接受本机页面的请求。",
                               "The counter takes requests of its own page on this machine only.");
}
