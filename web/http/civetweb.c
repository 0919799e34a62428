/* The one file that knows civetweb.  Its contracts that matter here: begin_request answers every request, so
 * the file server behind it is never reached; every answer leaves in one mg_write (two cost two thirds of the
 * throughput); a worker thread belongs to a connection until that closes, hence the keep-alive rule and the
 * guard. */
#include "web/http/exchange.h"
#include "web/http/guard.h"
#include "web/http/path.h"
#include "web/http/problem.h"

#include <civetweb.h>

#include <netdb.h>
#include <poll.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum {
    HEAD_BYTES = 32768,            /* request line and headers together, civetweb's max_request_size */
    PROXY_IDLE_MS = 60000,         /* nginx keeps upstream connections this long */
    OUT_KEEP = 256 * 1024,         /* a thread's buffers are given back beyond this */
    REPLY_CAP = 512 * 1024 * 1024, /* exports and card batches; whole in memory */
    HOST_MAX = 96,
    READ_STEP = 16 * 1024, /* of a body; civetweb fills each one, so the guard watches the clock */
    SLOWEST_PER_MS = 32,   /* bytes: a body or an answer gets request_ms, and this rate from then on */
    PATIENCE_MS = 1000,    /* in a crowd, who stays connected and asks nothing is cut after this */
    PEER_SIZE = 64
};

struct lz_http_server {
    struct mg_context *context;
    struct lz_http_server_options options;
    struct lz_guard *guard;
    char **proxies; /* own copies */
    atomic_uint connections;
    atomic_uint streams;
    atomic_bool stopping;
    uint16_t port;
};

/* What a worker thread keeps between requests. */
struct worker {
    struct lz_http_server *server;
    struct lz_guarded *guarded; /* the connection it serves now */
    bool served;                /* a request of it has been answered */
    struct lz_arena *arena;
    struct lz_buf out;
    struct lz_buf body;
    struct lz_buf scratch;
};

struct lz_http_stream {
    struct mg_connection *connection;
    struct lz_http_server *server;
};

/* One request on its way. */
struct exchange {
    struct mg_connection *connection;
    const struct mg_request_info *info;
    struct lz_http_server *server;
    struct worker *worker;
    struct lz_http_request request;
    struct lz_http_reply reply;
    bool reused;
};

static int64_t monotonic_us(const struct lz_http_server *server)
{
    return server->options.clock->monotonic_us(server->options.clock);
}

static int64_t monotonic_ms(const struct lz_http_server *server)
{
    return lz_clock_monotonic_ms(server->options.clock);
}

static bool is_trusted(const struct lz_http_server *server, const char *peer)
{
    for (size_t i = 0; i < server->options.trusted_proxy_count; i++) {
        if (strcmp(server->options.trusted_proxies[i], peer) == 0)
            return true;
    }
    return false;
}

/* The address as text, as civetweb writes it; "": none. */
static void peer_of(int fd, char ret_peer[PEER_SIZE])
{
    struct sockaddr_storage peer;
    socklen_t size = sizeof peer;
    if (getpeername(fd, (struct sockaddr *)&peer, &size) != 0 ||
        getnameinfo((struct sockaddr *)&peer, size, ret_peer, PEER_SIZE, NULL, 0, NI_NUMERICHOST) != 0)
        ret_peer[0] = '\0';
}

static void claim(struct worker *worker, int fd)
{
    struct lz_http_server *server = worker->server;
    char peer[PEER_SIZE] = "";
    if (server->options.trusted_proxy_count)
        peer_of(fd, peer);
    bool patient = is_trusted(server, peer);
    int64_t now = monotonic_ms(server);
    worker->guarded = lz_guard_claim(server->guard, fd, patient ? INT64_MAX : now,
                                     patient ? INT64_MAX : now + server->options.request_ms);
}

/* civetweb tells nobody its sockets, and without them nothing can end a connection whose thread it keeps
 * waiting.  But the first thing that a worker does with a new connection is poll(2), and a program's own poll
 * stands before libc's: this one shows the guard that socket, and is poll for everybody else. */
static _Thread_local struct worker *arriving;

/* Under a name of its own: libc's declaration says that nobody reads `fds`. */
int lz_http_poll(struct pollfd *fds, nfds_t count, int timeout_ms) __asm__("poll");

int lz_http_poll(struct pollfd *fds, nfds_t count, int timeout_ms)
{
    const struct timespec timeout = {.tv_sec = timeout_ms / 1000,
                                     .tv_nsec = (long)(timeout_ms % 1000) * 1000000};
    struct worker *worker = arriving;
    arriving = NULL;
    if (worker && count == 1)
        claim(worker, fds[0].fd);
    return ppoll(fds, count, timeout_ms < 0 ? NULL : &timeout, NULL);
}

static void *worker_new(const struct mg_context *context, int type)
{
    struct lz_http_server *server = mg_get_user_data(context);
    if (type != 1)
        return NULL;
    struct worker *worker = calloc(1, sizeof *worker);
    if (!worker)
        return NULL;
    worker->server = server;
    worker->arena = lz_arena_new(server->options.arena_cap);
    lz_buf_init(&worker->out, REPLY_CAP);
    lz_buf_init(&worker->scratch, REPLY_CAP);
    lz_buf_init(&worker->body, REPLY_CAP); /* body_read keeps to the request's own cap */
    return worker;
}

static void worker_free(const struct mg_context *context, int type, void *pointer)
{
    (void)context;
    (void)type;
    struct worker *worker = pointer;
    if (!worker)
        return;
    lz_arena_free(&worker->arena);
    lz_buf_free(&worker->out);
    lz_buf_free(&worker->scratch);
    lz_buf_wipe_free(&worker->body);
    free(worker);
}

static void buf_shrink(struct lz_buf *buf)
{
    size_t cap = buf->cap;
    if (buf->room > OUT_KEEP) {
        lz_buf_free(buf);
        lz_buf_init(buf, cap);
    } else {
        lz_buf_reset(buf);
    }
}

static bool peer_is_proxy(const struct exchange *x)
{
    return is_trusted(x->server, x->info->remote_addr);
}

static int http_minor(const struct exchange *x)
{
    return x->info->http_version && strcmp(x->info->http_version, "1.0") == 0 ? 0 : 1;
}

/* The client's wish, read as civetweb reads it, so that header and deed agree. */
static bool client_keeps(const struct exchange *x)
{
    const char *wish = lz_http_header_get(&x->request, "Connection");
    return wish ? strcasecmp(wish, "keep-alive") == 0 : http_minor(x) == 1;
}

/* A phone that stays connected holds a thread: beyond half of the threads nobody stays, and a proxy only up
 * to three quarters. */
static bool may_keep(const struct exchange *x)
{
    const struct lz_http_server *server = x->server;
    bool proxy = peer_is_proxy(x);
    unsigned threads = server->options.threads;
    unsigned room = proxy ? threads - threads / 4 : threads - threads / 2;
    if (atomic_load(&server->stopping) || atomic_load(&server->connections) > room)
        return false;
    if (server->options.trusted_proxy_count && !proxy)
        return false;
    return client_keeps(x);
}

static void report(const struct exchange *x, size_t bytes)
{
    const struct lz_http_server_options *options = &x->server->options;
    if (!options->access)
        return;
    struct lz_http_access access = {
        .method = x->request.method,
        .path = x->reply.logged_path ? x->reply.logged_path
                                     : lz_http_path_for_log(x->request.arena, &x->request.path),
        .peer = x->request.peer ? x->request.peer : "-",
        .status = x->reply.status,
        .bytes = bytes,
        .duration_us = monotonic_us(x->server) - x->request.started_us,
        .reused = x->reused,
    };
    options->access(options->context, &access);
}

/* By when so many bytes must have passed, counted from `since_ms`. */
static int64_t deadline(const struct exchange *x, int64_t since_ms, size_t bytes)
{
    return since_ms + x->server->options.request_ms + (int64_t)(bytes / SLOWEST_PER_MS);
}

/* The next request of this connection, from now. */
static void await_next(const struct exchange *x)
{
    int64_t now = monotonic_ms(x->server);
    if (peer_is_proxy(x))
        lz_guard_waits(x->worker->guarded, INT64_MAX, INT64_MAX);
    else
        lz_guard_waits(x->worker->guarded, now, now + x->server->options.idle_ms);
}

static void run_stream(struct exchange *x)
{
    lz_guard_writes(x->worker->guarded, INT64_MAX);
    struct lz_http_stream stream = {x->connection, x->server};
    x->reply.stream(x->reply.stream_context, &stream);
}

static int finish(struct exchange *x, bool keep)
{
    struct lz_buf *out = &x->worker->out;
    lz_buf_reset(out);
    keep = keep && !x->reply.stream && may_keep(x);
    lz_http_reply_write(&x->request, &x->reply, keep, http_minor(x), out);
    if (!keep || out->err)
        mg_disable_connection_keep_alive(x->connection);
    lz_guard_writes(x->worker->guarded, deadline(x, monotonic_ms(x->server), out->size));
    bool sent = !out->err && mg_write(x->connection, out->data, out->size) == (int)out->size;
    if (sent && x->reply.stream && x->request.method != LZ_HTTP_HEAD)
        run_stream(x);
    if (x->reply.stream_done)
        x->reply.stream_done(x->reply.stream_context);
    report(x, x->reply.body.size);
    x->worker->scratch = x->reply.scratch;
    buf_shrink(&x->worker->scratch);
    buf_shrink(out);
    lz_arena_reset(x->worker->arena);
    await_next(x);
    return x->reply.status;
}

static int refuse(struct exchange *x, int status, lz_err err)
{
    const struct lz_http_server_options *options = &x->server->options;
    if (options->refused) {
        options->refused(options->context, &x->request, status, err, &x->reply);
    } else {
        struct lz_fault fault = {.code = err};
        lz_problem_reply(&x->reply, &fault, status, lz_http_lang(&x->request));
    }
    return finish(x, false);
}

/* Reads until `want` bytes (SIZE_MAX: the end of the chunks), the cap, or the deadline. */
static lz_err body_read(struct exchange *x, size_t want, size_t cap)
{
    struct lz_buf *body = &x->worker->body;
    while (body->size < want) {
        uint8_t step[READ_STEP];
        int64_t late = deadline(x, x->request.started_us / 1000, body->size);
        lz_guard_reads(x->worker->guarded, late);
        size_t rest = want - body->size;
        int got = mg_read(x->connection, step, rest < sizeof step ? rest : sizeof step);
        if (got < 0 || (got == 0 && want != SIZE_MAX))
            return LZ_TIMEOUT;
        if (got == 0)
            break;
        if (body->size + (size_t)got > cap)
            return LZ_TOO_LARGE;
        lz_buf_add(body, step, (size_t)got);
        if (body->err)
            return body->err;
        if (monotonic_ms(x->server) > late)
            return LZ_TIMEOUT;
    }
    return LZ_OK;
}

static lz_err body_take(struct exchange *x, int *ret_status)
{
    const struct lz_http_server_options *options = &x->server->options;
    enum lz_http_framing framing = LZ_HTTP_NO_BODY;
    uint64_t length = 0;
    *ret_status = 400;
    lz_err err = lz_http_framing_of(&x->request, &framing, &length);
    if (err || framing == LZ_HTTP_NO_BODY)
        return err;
    size_t cap =
        options->body_cap_for ? options->body_cap_for(options->context, &x->request) : options->body_cap;
    *ret_status = 413;
    if (framing == LZ_HTTP_LENGTH && length > cap)
        return LZ_TOO_LARGE;
    const char *expect = lz_http_header_get(&x->request, "Expect");
    static const char CONTINUE[] = "HTTP/1.1 100 Continue\r\n\r\n";
    if (expect && strcasecmp(expect, "100-continue") == 0)
        (void)mg_write(x->connection, CONTINUE, sizeof CONTINUE - 1);
    err = body_read(x, framing == LZ_HTTP_LENGTH ? (size_t)length : SIZE_MAX, cap);
    if (err == LZ_TIMEOUT)
        *ret_status = 408;
    if (err)
        return err;
    x->request.body = lz_buf_view(&x->worker->body);
    return LZ_OK;
}

static lz_err stream_admit(struct exchange *x)
{
    struct lz_http_server *server = x->server;
    if (atomic_fetch_add(&server->streams, 1) < server->options.streams_max)
        return LZ_OK;
    atomic_fetch_sub(&server->streams, 1);
    if (x->reply.stream_done)
        x->reply.stream_done(x->reply.stream_context);
    x->reply.stream = NULL;
    x->reply.stream_done = NULL;
    return LZ_BUSY;
}

static int handle(struct exchange *x)
{
    const struct lz_http_server_options *options = &x->server->options;
    lz_guard_writes(x->worker->guarded, INT64_MAX); /* a handler may take its time */
    options->handler(options->context, &x->request, &x->reply);
    if (!x->reply.stream)
        return finish(x, true);
    if (stream_admit(x))
        return refuse(x, 503, LZ_BUSY);
    int status = finish(x, false);
    atomic_fetch_sub(&x->server->streams, 1);
    return status;
}

/* Fills what every request has; false: no memory for even that. */
static bool exchange_begin(struct exchange *x, struct mg_connection *connection)
{
    x->connection = connection;
    x->info = mg_get_request_info(connection);
    x->server = mg_get_user_data(mg_get_context(connection));
    x->worker = mg_get_thread_pointer(connection);
    if (!x->worker || !x->worker->arena)
        return false;
    lz_arena_reset(x->worker->arena);
    buf_shrink(&x->worker->body);
    x->request.arena = x->worker->arena;
    x->request.started_us = monotonic_us(x->server);
    x->request.body = lz_bytes_of("", 0);
    x->reply.arena = x->worker->arena;
    x->reply.scratch = x->worker->scratch;
    x->reused = x->worker->served;
    x->worker->served = true;
    return true;
}

static int on_request(struct mg_connection *connection)
{
    struct exchange x = {0};
    if (!exchange_begin(&x, connection)) {
        mg_disable_connection_keep_alive(connection);
        return 503;
    }
    int count = x.info->num_headers;
    struct lz_http_header *headers =
        lz_arena_array(x.worker->arena, count > 0 ? (size_t)count : 1, sizeof *headers);
    for (int i = 0; headers && i < count; i++)
        headers[i] = (struct lz_http_header){x.info->http_headers[i].name, x.info->http_headers[i].value};
    struct lz_http_head head = {
        .method = x.info->request_method,
        .path = x.info->request_uri ? x.info->request_uri : "",
        .query = x.info->query_string,
        .peer = x.info->remote_addr,
        .headers = headers,
        .header_count = headers && count > 0 ? (size_t)count : 0,
    };
    int status = 400;
    lz_err err = headers ? lz_http_request_parse(&x.server->options, &head, &x.request, &status) : LZ_MEMORY;
    if (!err && http_minor(&x) == 1 && !lz_http_header_get(&x.request, "Host")) {
        status = 400; /* RFC 9112 3.2 */
        err = LZ_MALFORMED;
    }
    if (!err)
        err = body_take(&x, &status);
    return err ? refuse(&x, err == LZ_MEMORY ? 503 : status, err) : handle(&x);
}

/* civetweb refused a request before we saw it: broken request line, too many headers, a head too large. */
static int on_error(struct mg_connection *connection, int status, const char *message)
{
    (void)message;
    struct exchange x = {0};
    if (!exchange_begin(&x, connection))
        return 1;
    x.request.peer = x.info->remote_addr;
    x.request.method = lz_http_method_of(x.info->request_method);
    (void)refuse(&x, status, status == 413 || status == 431 ? LZ_TOO_LARGE : LZ_MALFORMED);
    return 0;
}

static int on_connection(const struct mg_connection *connection, void **ret_data)
{
    struct lz_http_server *server = mg_get_user_data(mg_get_context(connection));
    struct worker *worker = mg_get_thread_pointer(connection);
    lz_guard_count(server->guard, atomic_fetch_add(&server->connections, 1) + 1);
    *ret_data = NULL;
    if (worker)
        worker->served = false;
    arriving = worker;
    return 0;
}

/* Before civetweb closes the socket. */
static void on_close(const struct mg_connection *connection)
{
    struct worker *worker = mg_get_thread_pointer(connection);
    arriving = NULL;
    if (!worker)
        return;
    lz_guard_release(worker->server->guard, worker->guarded);
    worker->guarded = NULL;
}

static void on_closed(const struct mg_connection *connection)
{
    struct lz_http_server *server = mg_get_user_data(mg_get_context(connection));
    lz_guard_count(server->guard, atomic_fetch_sub(&server->connections, 1) - 1);
}

/* Libraries do not write to stderr; what matters to a caller is in the fault or the access line. */
static int on_message(const struct mg_connection *connection, const char *message)
{
    (void)connection;
    (void)message;
    return 1;
}

lz_err lz_http_stream_write(struct lz_http_stream *stream, const void *data, size_t size)
{
    if (lz_http_stream_ending(stream))
        return LZ_CANCELLED;
    return mg_write(stream->connection, data, size) == (int)size ? LZ_OK : LZ_NETWORK;
}

bool lz_http_stream_ending(const struct lz_http_stream *stream)
{
    return atomic_load(&stream->server->stopping);
}

static lz_err options_take(struct lz_http_server *server, const struct lz_http_server_options *given)
{
    struct lz_http_server_options *own = &server->options;
    *own = *given;
    own->host = given->host ? given->host : "127.0.0.1";
    own->threads = given->threads ? given->threads : 32;
    own->body_cap = given->body_cap ? given->body_cap : (size_t)1 << 20;
    own->arena_cap = given->arena_cap ? given->arena_cap : (size_t)8 << 20;
    own->streams_max = given->streams_max ? given->streams_max : (own->threads + 3) / 4;
    own->idle_ms = given->idle_ms ? given->idle_ms : 10000;
    own->request_ms = given->request_ms ? given->request_ms : 10000;
    server->proxies = calloc(given->trusted_proxy_count + 1, sizeof *server->proxies);
    if (!server->proxies)
        return LZ_MEMORY;
    for (size_t i = 0; i < given->trusted_proxy_count; i++) {
        server->proxies[i] = strdup(given->trusted_proxies[i]);
        if (!server->proxies[i])
            return LZ_MEMORY;
    }
    own->trusted_proxies = (const char *const *)server->proxies;
    return LZ_OK;
}

/* The listening thread sleeps in poll(2) for up to two seconds before it sees that it must end. */
static void knock(void *context)
{
    const struct lz_http_server *server = context;
    const struct addrinfo hints = {.ai_flags = AI_NUMERICHOST | AI_NUMERICSERV, .ai_socktype = SOCK_STREAM};
    struct addrinfo *found = NULL;
    const char *host = server->options.host;
    char name[HOST_MAX], port[8];
    size_t size = strlen(host) - (*host == '[' ? 2 : 0);
    snprintf(name, sizeof name, "%.*s", (int)size, *host == '[' ? host + 1 : host);
    snprintf(port, sizeof port, "%u", (unsigned)server->port);
    if (getaddrinfo(name, port, &hints, &found) != 0)
        return;
    int fd = socket(found->ai_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (fd >= 0) {
        (void)!connect(fd, found->ai_addr, found->ai_addrlen); /* 0.0.0.0 connects to this machine, too */
        close(fd);
    }
    freeaddrinfo(found);
}

static void server_free(struct lz_http_server *server)
{
    lz_guard_free(&server->guard);
    for (size_t i = 0; server->proxies && server->proxies[i]; i++)
        free(server->proxies[i]);
    free(server->proxies);
    free(server);
}

static lz_err listen_and_serve(struct lz_http_server *server, struct lz_fault *fault)
{
    const struct lz_http_server_options *own = &server->options;
    char listen[HOST_MAX + 8], threads[16], idle[16], request[16], head[16];
    if (strlen(own->host) >= HOST_MAX)
        return lz_fault_set(fault, LZ_USAGE, "监听地址过长。", "The address to listen on is too long.");
    snprintf(listen, sizeof listen, "%s:%u", own->host, (unsigned)own->port);
    snprintf(threads, sizeof threads, "%u", own->threads);
    snprintf(idle, sizeof idle, "%u", own->trusted_proxy_count ? (unsigned)PROXY_IDLE_MS : own->idle_ms);
    snprintf(request, sizeof request, "%u", own->request_ms);
    snprintf(head, sizeof head, "%d", (int)HEAD_BYTES);
    const char *settings[] = {"listening_ports",
                              listen,
                              "num_threads",
                              threads,
                              "enable_keep_alive",
                              "yes",
                              "keep_alive_timeout_ms",
                              idle,
                              "request_timeout_ms",
                              request,
                              "max_request_size",
                              head,
                              "tcp_nodelay",
                              "1",
                              "decode_url",
                              "no",
                              "decode_query_string",
                              "no",
                              "enable_directory_listing",
                              "no",
                              "linger_timeout_ms",
                              "1000",
                              "listen_backlog",
                              "1024",
                              "connection_queue",
                              "256",
                              NULL};
    struct mg_callbacks callbacks = {.begin_request = on_request,
                                     .http_error = on_error,
                                     .log_message = on_message,
                                     .init_thread = worker_new,
                                     .exit_thread = worker_free,
                                     .init_connection = on_connection,
                                     .connection_close = on_close,
                                     .connection_closed = on_closed};
    server->context = mg_start(&callbacks, server, settings);
    if (!server->context) {
        char zh[LZ_FAULT_TEXT], en[LZ_FAULT_TEXT];
        snprintf(zh, sizeof zh, "无法监听 %s:端口可能已被占用，请换一个端口或停止占用它的程序。", listen);
        snprintf(en, sizeof en,
                 "Cannot listen on %s: the port may be taken; choose another or stop its program.", listen);
        return lz_fault_set(fault, LZ_IO, zh, en);
    }
    struct mg_server_port port = {0};
    if (mg_get_server_ports(server->context, 1, &port) > 0)
        server->port = (uint16_t)port.port;
    return LZ_OK;
}

lz_err lz_http_server_start(const struct lz_http_server_options *options, struct lz_http_server **ret_server,
                            struct lz_fault *fault)
{
    struct lz_http_server *server = calloc(1, sizeof *server);
    if (!server)
        return LZ_MEMORY;
    mg_init_library(MG_FEATURES_DEFAULT);
    lz_err err = options_take(server, options);
    struct lz_guard_options guard = {.crowded = server->options.threads - server->options.threads / 4,
                                     .full = server->options.threads,
                                     .patience_ms = PATIENCE_MS,
                                     .wake = knock,
                                     .context = server,
                                     .clock = options->clock};
    if (!err)
        err = lz_guard_new(&guard, &server->guard);
    if (!err)
        err = listen_and_serve(server, fault);
    if (err) {
        server_free(server);
        mg_exit_library();
        return err;
    }
    *ret_server = server;
    return LZ_OK;
}

uint16_t lz_http_server_port(const struct lz_http_server *server)
{
    return server->port;
}

unsigned lz_http_server_connections(const struct lz_http_server *server)
{
    return atomic_load(&server->connections);
}

void lz_http_server_stop(struct lz_http_server **server)
{
    if (!server || !*server)
        return;
    atomic_store(&(*server)->stopping, true);
    lz_guard_stop((*server)->guard);
    mg_stop((*server)->context);
    server_free(*server);
    *server = NULL;
    mg_exit_library();
}
