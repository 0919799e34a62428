#include "web/serve.h"

#include "registry/certificate.h"
#include "registry/publish.h"
#include "web/dispatch.h"

#include <errno.h>
#include <pthread.h>
#include <stdlib.h>
#include <time.h>

struct lz_serve {
    struct lz_site *site;
    struct lz_http_server *http;
    pthread_t timer;
    bool timing;
    pthread_mutex_t mutex;
    pthread_cond_t wake;
    bool stopping;
};

/* One duty of the timer; what fails is logged and tried again in a second. */
static void duty(struct lz_serve *serve, struct lz_call *call, const char *name,
                 lz_err (*job)(struct lz_call *call))
{
    call->fault = (struct lz_fault){0};
    lz_err err = job(call);
    if (err)
        LZ_LOG(serve->site->log, LZ_LOG_ERROR, "serve", "the timer failed", lz_log_text("duty", name),
               lz_log_text("error", lz_err_name(err)));
    lz_arena_reset(call->arena);
}

static lz_err due(struct lz_call *call)
{
    size_t done = 1;
    lz_err err = LZ_OK;
    while (!err && done)
        err = lz_certificate_due(call, &done);
    return err;
}
static lz_err anchor(struct lz_call *call)
{
    bool done;
    return lz_log_anchor(call, &done);
}

/* Waits a second; false: the server is stopping. */
static bool tick(struct lz_serve *serve)
{
    struct timespec until;
    clock_gettime(CLOCK_MONOTONIC, &until);
    until.tv_sec += 1;
    pthread_mutex_lock(&serve->mutex);
    while (!serve->stopping && pthread_cond_timedwait(&serve->wake, &serve->mutex, &until) != ETIMEDOUT)
        ;
    bool going = !serve->stopping;
    pthread_mutex_unlock(&serve->mutex);
    return going;
}

static void *timer(void *context)
{
    struct lz_serve *serve = context;
    struct lz_arena *arena = lz_arena_new(0);
    struct lz_call call = {
        .reg = serve->site->reg, .actor = &lz_actor_system, .arena = arena, .origin = "timer"};
    do {
        if (!arena)
            break;
        duty(serve, &call, "due", due);
        duty(serve, &call, "anchor", anchor);
        lz_access_log_flush(serve->site->access);
    } while (tick(serve));
    lz_arena_free(&arena);
    return NULL;
}

static lz_err start_timer(struct lz_serve *serve)
{
    pthread_condattr_t attributes;
    pthread_condattr_init(&attributes);
    pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC);
    pthread_mutex_init(&serve->mutex, NULL);
    pthread_cond_init(&serve->wake, &attributes);
    pthread_condattr_destroy(&attributes);
    serve->timing = pthread_create(&serve->timer, NULL, timer, serve) == 0;
    return serve->timing ? LZ_OK : LZ_MEMORY;
}

lz_err lz_serve_start(struct lz_site *site, const struct lz_serve_options *options,
                      struct lz_serve **ret_serve, struct lz_fault *fault)
{
    struct lz_serve *serve = calloc(1, sizeof *serve);
    if (!serve)
        return lz_fault_set(fault, LZ_MEMORY, NULL, NULL);
    serve->site = site;
    struct lz_http_server_options http = {
        .host = options->host,
        .port = options->port,
        .threads = options->threads,
        .trusted_proxies = options->trusted_proxies,
        .trusted_proxy_count = options->trusted_proxy_count,
        .body_cap_for = lz_dispatch_body_cap,
        .handler = lz_dispatch,
        .refused = lz_dispatch_refused,
        .access = lz_dispatch_access,
        .context = site,
        .clock = lz_register_clock(site->reg),
    };
    lz_err err = start_timer(serve);
    if (!err)
        err = lz_http_server_start(&http, &serve->http, fault);
    if (err) {
        lz_serve_stop(&serve);
        return fault && fault->code ? err : lz_fault_set(fault, err, NULL, NULL);
    }
    *ret_serve = serve;
    return LZ_OK;
}

uint16_t lz_serve_port(const struct lz_serve *serve)
{
    return lz_http_server_port(serve->http);
}

void lz_serve_stop(struct lz_serve **serve)
{
    if (!serve || !*serve)
        return;
    struct lz_serve *s = *serve;
    lz_http_server_stop(&s->http);
    if (s->timing) {
        pthread_mutex_lock(&s->mutex);
        s->stopping = true;
        pthread_cond_signal(&s->wake);
        pthread_mutex_unlock(&s->mutex);
        pthread_join(s->timer, NULL);
    }
    pthread_cond_destroy(&s->wake);
    pthread_mutex_destroy(&s->mutex);
    free(s);
    *serve = NULL;
}
