#include "web/kiosk/registry_client.h"

#include <curl/curl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { CONNECT_MS = 1500, PATH_MAX_BYTES = 2048 };

struct lz_registry_client {
    CURL *curl;
    char url[LZ_REGISTRY_URL_MAX]; /* ends with '/' */
    bool is_local;
    const atomic_bool *stop;
};

struct transfer {
    bool headed; /* the empty line behind the headers came: else the answer was cut in them */
    struct lz_buf *out;
    char *etag;
};

lz_err lz_registry_client_prepare(void)
{
    return curl_global_init(CURL_GLOBAL_DEFAULT) == CURLE_OK ? LZ_OK : LZ_MEMORY;
}

static lz_err refuse_url(struct lz_fault *fault)
{
    return lz_fault_set(fault, LZ_INVALID, "--registry 应为登记库网址，例如 https://zf.example。",
                        "--registry is the register's address, such as https://zf.example.");
}

static bool has_part(CURLU *parts, CURLUPart part)
{
    char *text = NULL;
    bool there = curl_url_get(parts, part, &text, 0) == CURLUE_OK;
    curl_free(text);
    return there;
}

/* Scheme and host are there, and nothing that does not belong. */
static lz_err check_url(const char *url, bool *ret_is_local, struct lz_fault *fault)
{
    CURLU *parts = curl_url();
    char *scheme = NULL, *host = NULL;
    lz_err err = parts ? LZ_OK : LZ_MEMORY;
    if (!err &&
        (strlen(url) + 2 > LZ_REGISTRY_URL_MAX || curl_url_set(parts, CURLUPART_URL, url, 0) != CURLUE_OK ||
         curl_url_get(parts, CURLUPART_SCHEME, &scheme, 0) != CURLUE_OK ||
         curl_url_get(parts, CURLUPART_HOST, &host, 0) != CURLUE_OK || has_part(parts, CURLUPART_USER) ||
         has_part(parts, CURLUPART_QUERY) || has_part(parts, CURLUPART_FRAGMENT) ||
         (strcmp(scheme, "http") != 0 && strcmp(scheme, "https") != 0)))
        err = refuse_url(fault);
    if (!err)
        *ret_is_local =
            strcmp(host, "localhost") == 0 || strcmp(host, "[::1]") == 0 || strncmp(host, "127.", 4) == 0;
    curl_free(scheme);
    curl_free(host);
    curl_url_cleanup(parts);
    return err;
}

static int check_stop(void *context, curl_off_t total, curl_off_t now, curl_off_t up_total, curl_off_t up_now)
{
    const struct lz_registry_client *client = context;
    (void)total;
    (void)now;
    (void)up_total;
    (void)up_now;
    return client->stop && atomic_load(client->stop);
}

static size_t take_body(char *data, size_t size, size_t count, void *context)
{
    struct transfer *transfer = context;
    lz_buf_add(transfer->out, data, size * count);
    return transfer->out->err ? 0 : size * count;
}

static size_t take_header(char *data, size_t size, size_t count, void *context)
{
    static const char name[] = "etag:";
    struct transfer *transfer = context;
    size_t length = size * count, at = sizeof name - 1;
    transfer->headed = length > 0 && (data[0] == '\r' || data[0] == '\n');
    if (!transfer->etag || length <= at || strncasecmp(data, name, at) != 0)
        return length;
    while (at < length && data[at] == ' ')
        at++;
    size_t end = length;
    while (end > at && (unsigned char)data[end - 1] <= ' ')
        end--;
    if (end - at < LZ_REGISTRY_ETAG && !memchr(data + at, '\0', end - at)) {
        memcpy(transfer->etag, data + at, end - at);
        transfer->etag[end - at] = '\0';
    }
    return length;
}

lz_err lz_registry_client_new(const char *url, const atomic_bool *stop,
                              struct lz_registry_client **ret_client, struct lz_fault *fault)
{
    bool is_local = false;
    lz_err err = check_url(url, &is_local, fault);
    if (err)
        return err;
    struct lz_registry_client *client = calloc(1, sizeof *client);
    if (!client)
        return LZ_MEMORY;
    client->curl = curl_easy_init();
    if (!client->curl) {
        free(client);
        return LZ_MEMORY;
    }
    snprintf(client->url, sizeof client->url, "%s%s", url, url[strlen(url) - 1] == '/' ? "" : "/");
    client->is_local = is_local;
    client->stop = stop;
    *ret_client = client;
    return LZ_OK;
}

void lz_registry_client_free(struct lz_registry_client **client)
{
    if (!client || !*client)
        return;
    curl_easy_cleanup((*client)->curl);
    free(*client);
    *client = NULL;
}

static struct curl_slist *make_headers(const struct lz_registry_ask *ask)
{
    char line[LZ_REGISTRY_ETAG + 64];
    struct curl_slist *headers = NULL, *more = NULL;
    if (ask->accept) {
        snprintf(line, sizeof line, "Accept: %.64s", ask->accept);
        headers = curl_slist_append(NULL, line);
    }
    if (ask->etag && ask->etag[0]) {
        snprintf(line, sizeof line, "If-None-Match: %s", ask->etag);
        more = curl_slist_append(headers, line);
        headers = more ? more : headers;
    }
    return headers;
}

static void set_options(struct lz_registry_client *client, const struct lz_registry_ask *ask, const char *url,
                        struct curl_slist *headers, struct transfer *transfer)
{
    CURL *curl = client->curl;
    curl_easy_reset(curl); /* options only: the connection is kept */
    curl_easy_setopt(curl, CURLOPT_URL, url);
    curl_easy_setopt(curl, CURLOPT_PROTOCOLS_STR, "http,https");
    curl_easy_setopt(curl, CURLOPT_FOLLOWLOCATION, 0L);
    curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(curl, CURLOPT_TIMEOUT_MS, (long)ask->budget_ms);
    curl_easy_setopt(curl, CURLOPT_CONNECTTIMEOUT_MS,
                     (long)(ask->budget_ms < CONNECT_MS ? ask->budget_ms : CONNECT_MS));
    curl_easy_setopt(curl, CURLOPT_USERAGENT, "liangzheng-kiosk");
    curl_easy_setopt(curl, CURLOPT_ACCEPT_ENCODING,
                     ""); /* what libcurl can unpack; the cap counts unpacked bytes */
    curl_easy_setopt(curl, CURLOPT_HTTPHEADER, headers);
    curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, take_body);
    curl_easy_setopt(curl, CURLOPT_WRITEDATA, transfer);
    curl_easy_setopt(curl, CURLOPT_HEADERFUNCTION, take_header);
    curl_easy_setopt(curl, CURLOPT_HEADERDATA, transfer);
    curl_easy_setopt(curl, CURLOPT_NOPROGRESS, 0L);
    curl_easy_setopt(curl, CURLOPT_XFERINFOFUNCTION, check_stop);
    curl_easy_setopt(curl, CURLOPT_XFERINFODATA, client);
    if (client->is_local)
        curl_easy_setopt(curl, CURLOPT_PROXY, "");
}

static lz_err result_of(CURLcode code, long status, const struct lz_buf *out, bool *ret_unchanged)
{
    if (code == CURLE_OPERATION_TIMEDOUT)
        return LZ_TIMEOUT;
    if (code == CURLE_ABORTED_BY_CALLBACK)
        return LZ_CANCELLED;
    if (code == CURLE_WRITE_ERROR && out->err)
        return out->err;
    if (code != CURLE_OK)
        return LZ_NETWORK;
    *ret_unchanged = status == 304;
    switch (status) {
    case 200:
    case 304:
        return LZ_OK;
    case 400:
    case 422:
        return LZ_MALFORMED;
    case 404:
    case 410:
        return LZ_NOT_FOUND;
    case 429:
        return LZ_THROTTLED;
    default:
        return LZ_NETWORK;
    }
}

lz_err lz_registry_client_get(struct lz_registry_client *client, const struct lz_registry_ask *ask,
                              struct lz_buf *out, bool *ret_unchanged)
{
    char url[LZ_REGISTRY_URL_MAX + PATH_MAX_BYTES], etag[LZ_REGISTRY_ETAG] = "";
    bool unchanged = false;
    long status = 0;
    struct transfer transfer = {.out = out, .etag = etag};
    int size = snprintf(url, sizeof url, "%s%s", client->url, ask->path);
    if (size < 0 || (size_t)size >= sizeof url)
        return LZ_TOO_LARGE;
    struct curl_slist *headers = make_headers(ask);
    set_options(client, ask, url, headers, &transfer);
    CURLcode code = curl_easy_perform(client->curl);
    curl_easy_getinfo(client->curl, CURLINFO_RESPONSE_CODE, &status);
    /* An end in the middle of the headers is no error to curl, but an answer of no bytes. */
    lz_err err = code == CURLE_OK && !transfer.headed ? LZ_NETWORK : result_of(code, status, out, &unchanged);
    if (!err && ask->etag && !unchanged)
        memcpy(ask->etag, etag, sizeof etag);
    if (ret_unchanged)
        *ret_unchanged = unchanged;
    curl_slist_free_all(headers);
    return err;
}
