/* HTTP as the house sees it: a request, a reply, a server.  civetweb stands behind civetweb.c alone; tests
 * and handlers know only these structs, so a page can be tested without a socket. */
#ifndef LZ_WEB_HTTP_HTTP_H
#define LZ_WEB_HTTP_HTTP_H

#include "registry/base/arena.h"
#include "registry/base/bytes.h"
#include "registry/base/clock.h"
#include "web/http/form.h"

#include <jansson.h>
#include <stdbool.h>
#include <stdint.h>

enum {
    LZ_HTTP_PATH_MAX = 2048,   /* bytes of the request's path and query as sent; beyond: 414 */
    LZ_HTTP_HEADERS_MAX = 48,  /* request headers; beyond: 431 */
    LZ_HTTP_HEADER_MAX = 4096, /* bytes of one header's value; beyond: 431 */
    LZ_HTTP_SEGMENTS = 16,     /* path segments; beyond: 404 for sure, so 414 */
    LZ_HTTP_REPLY_HEADERS = 24
};

enum lz_http_method {
    LZ_HTTP_GET,
    LZ_HTTP_HEAD, /* handlers treat it as GET; the adapter leaves the body out */
    LZ_HTTP_POST,
    LZ_HTTP_PUT,
    LZ_HTTP_PATCH,
    LZ_HTTP_DELETE,
    LZ_HTTP_OPTIONS,
    LZ_HTTP_OTHER
};
const char *lz_http_method_text(enum lz_http_method method); /* "GET"; "OTHER" */
enum lz_http_method lz_http_method_of(const char *text);     /* exact, upper case */

struct lz_http_header {
    const char *name;
    const char *value;
};

/* A path taken apart: percent-decoded, valid UTF-8, no dot segment, no control character, no encoded slash.
 * "/" has no segment; "/a/" has "a" and an empty last one. */
struct lz_http_path {
    const char *text; /* decoded, begins with '/' */
    size_t count;
    const char *segments[LZ_HTTP_SEGMENTS];
};

/* Everything lives in `arena` (or longer) until the reply has been sent. */
struct lz_http_request {
    struct lz_arena *arena; /* capped per request (server option); also for the handler's own use */
    enum lz_http_method method;
    struct lz_http_path path;
    struct lz_form query;  /* decoded; duplicates kept in order */
    const char *raw_query; /* as sent, without '?'; NULL: none.  Only to be built into a link again */
    const struct lz_http_header *headers;
    size_t header_count;
    struct lz_bytes body; /* whole, NUL behind it; empty when there is none */
    const char *peer;     /* client's address as text; through a trusted proxy the one the proxy names */
    bool secure;          /* the client's own connection is https (said by a trusted proxy) */
    int64_t started_us;   /* monotonic, when the head had been read */
};

/* The header's value or NULL.  Names compare without case; a header that is sent twice counts as absent when
 * it is one of those that must be single (Host, Content-Type, Content-Length, Authorization): the adapter
 * has refused those already; else the first one. */
const char *lz_http_header_get(const struct lz_http_request *request, const char *name);
/* "zh" chosen by ?lang=, then the cookie lang, then Accept-Language; Chinese when nothing decides. */
lz_lang lz_http_lang(const struct lz_http_request *request);

/* What a stream's writer sees.  Write errors mean: the client or the server is going; return at once. */
struct lz_http_stream;
LZ_MUST lz_err lz_http_stream_write(struct lz_http_stream *stream, const void *data, size_t size);
bool lz_http_stream_ending(const struct lz_http_stream *stream); /* the server is stopping */

/* A handler fills this; zero is "nothing answered", which the adapter turns into 500. */
struct lz_http_reply {
    struct lz_arena *arena; /* the request's */
    int status;
    const char *content_type; /* NULL: no body */
    struct lz_bytes body;     /* borrowed until sent: arena, static, or `scratch` */
    struct lz_buf scratch;    /* room to build a body in; the adapter frees it */
    size_t header_count;
    struct lz_http_header headers[LZ_HTTP_REPLY_HEADERS];
    bool failed;       /* a helper below failed; the adapter answers 500 whatever the handler did after */
    bool private_path; /* the path is a secret: no page may hand it on as a referrer */
    const char *logged_path; /* what the log calls it, without anybody's number or name: the route's pattern,
                                static; NULL: the path's first word */
    /* Set instead of a body: the head is sent, then this is called on the connection's thread until it
     * returns.  `stream_done` (may be NULL) is called afterwards, always, also when nothing was streamed. */
    void (*stream)(void *context, struct lz_http_stream *stream);
    void (*stream_done)(void *context);
    void *stream_context;
};

/* Sets or replaces a header; both are copied.  A value with CR, LF or another control character, or one
 * header too many, is a programming error: LZ_INTERNAL, and the adapter answers 500. */
void lz_http_reply_header(struct lz_http_reply *reply, const char *name, const char *value);
/* The same, but beside others of that name (Set-Cookie, Link). */
void lz_http_reply_header_add(struct lz_http_reply *reply, const char *name, const char *value);
/* Adds one whose name and value are literals of ours: neither checked nor copied; not yet there. */
void lz_http_reply_header_literal(struct lz_http_reply *reply, const char *name, const char *value);
const char *lz_http_reply_header_get(const struct lz_http_reply *reply, const char *name);
/* Status, type and a borrowed body. */
void lz_http_reply_bytes(struct lz_http_reply *reply, int status, const char *type, struct lz_bytes body);
void lz_http_reply_text(struct lz_http_reply *reply, int status, const char *text); /* text/plain, borrowed */
/* Serialises into the arena.  `type` NULL: application/json. */
void lz_http_reply_json(struct lz_http_reply *reply, int status, const json_t *value, const char *type);
/* 303 after a form, 302/307/308 else.  `location` is a path of ours; one that does not begin with a single
 * '/' becomes "/": no open redirects. */
void lz_http_reply_redirect(struct lz_http_reply *reply, int status, const char *location);
/* 304 if If-None-Match names `etag` (weak comparison, RFC 9110 8.8.3.2) else false; sets ETag either way.
 * `etag` with its quotes. */
bool lz_http_not_modified(const struct lz_http_request *request, struct lz_http_reply *reply,
                          const char *etag);
const char *lz_http_status_text(int status); /* "Not Found"; never NULL */

/* One line about a finished request, for the log; nothing in it identifies a person: no query, no token. */
struct lz_http_access {
    enum lz_http_method method;
    const char *path; /* "/certificates/{number}", or "/first-word/-" where no route says more */
    const char *peer;
    int status;
    size_t bytes;        /* of the body */
    int64_t duration_us; /* until the last byte was handed to the kernel */
    bool reused;         /* not the first request of its connection */
};

/* Both are called from many threads at once. */
typedef void (*lz_http_handler)(void *context, const struct lz_http_request *request,
                                struct lz_http_reply *reply);
/* The adapter refuses before any handler runs (400, 408, 413, 414, 431, 501, 503): `request` holds what was
 * understood (maybe nothing but arena and peer).  NULL: a plain problem answer (RFC 9457). */
typedef void (*lz_http_refused)(void *context, const struct lz_http_request *request, int status, lz_err err,
                                struct lz_http_reply *reply);

struct lz_http_server;

struct lz_http_server_options {
    const char *host;     /* NULL: "127.0.0.1" */
    uint16_t port;        /* 0: a free one */
    unsigned threads;     /* connections served at once, streams included; 0: 32 */
    size_t body_cap;      /* bytes of a request's body; 0: 1 MiB; beyond: 413 */
    size_t arena_cap;     /* bytes a request may take besides its body; 0: 8 MiB */
    unsigned streams_max; /* streams at once; 0: threads / 4; beyond: 503 */
    unsigned idle_ms;     /* the next request of a kept connection must have come; 0: 10000 */
    unsigned request_ms;  /* in all, not since the last byte: for the head; again for the body, which gets
                             another second for each 32 KB, and so does the answer; 0: 10000 */
    const char *const *trusted_proxies; /* addresses as text whose X-Forwarded-For/-Proto are believed */
    size_t trusted_proxy_count;         /* with any, they idle up to 60 s, and all other peers get
                                           `Connection: close` (civetweb has one idle time for all) */
    size_t (*body_cap_for)(void *context,
                           const struct lz_http_request *head); /* per request; NULL: body_cap */
    lz_http_handler handler;
    lz_http_refused refused;
    void (*access)(void *context, const struct lz_http_access *access); /* NULL: nobody listens */
    void *context;                                                      /* for all four */
    const struct lz_clock *clock; /* monotonic time is used; outlives the server */
};

/* Listens and serves in its own threads.  LZ_IO with a fault naming the address when it is taken. */
LZ_MUST lz_err lz_http_server_start(const struct lz_http_server_options *options,
                                    struct lz_http_server **ret_server, struct lz_fault *fault);
uint16_t lz_http_server_port(const struct lz_http_server *server);
unsigned lz_http_server_connections(const struct lz_http_server *server); /* in use now */
/* Refuses new connections, lets running answers finish, ends streams, joins; accepts NULL and pointer to
 * NULL, sets NULL. */
void lz_http_server_stop(struct lz_http_server **server);

#endif
