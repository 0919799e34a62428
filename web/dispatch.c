#include "web/dispatch.h"

#include "web/gate.h"
#include "web/http/cookie.h"
#include "web/http/negotiate.h"
#include "web/http/problem.h"
#include "web/render.h"

#include <string.h>

enum { BODY_CAP = 64 * 1024 };

static void set_cache(const struct lz_route *route, struct lz_http_reply *reply)
{
    static const char *const values[] = {
        [LZ_CACHE_NONE] = "no-store",
        [LZ_CACHE_REVALIDATE] = "public, no-cache",
        [LZ_CACHE_SHORT] = "public, max-age=60",
        [LZ_CACHE_OWN] = NULL,
    };
    if (reply->status < 400 && values[route->cache] && !lz_http_reply_header_get(reply, "Cache-Control"))
        lz_http_reply_header(reply, "Cache-Control", values[route->cache]);
}

/* ?lang= is a decision: it holds until the next one. */
static void remember_lang(const struct lz_visit *visit)
{
    lz_lang lang;
    if (!visit->html || !lz_lang_parse(lz_form_text(&visit->request->query, "lang"), &lang))
        return;
    struct lz_cookie cookie = {.name = "lang",
                               .value = lz_lang_name(lang),
                               .max_age_s = (int64_t)365 * 86400,
                               .secure = visit->site->secure};
    if (lz_cookie_set(visit->reply, &cookie))
        visit->reply->failed = true;
}

static lz_err run(struct lz_visit *visit)
{
    const char *allow = NULL;
    struct lz_form segments = {0};
    lz_err err = lz_route_find(visit->request->method, &visit->request->path, visit->call->arena,
                               &visit->route, &segments, &allow);
    if (allow)
        lz_http_reply_header(visit->reply, "Allow", allow);
    /* Also for errors: the page that says so greets whoever is signed in. */
    lz_err who = lz_gate_session(visit);
    if (err || who)
        return err ? err : who;
    visit->reply->private_path = (visit->route->flags & LZ_ROUTE_PRIVATE_PATH) != 0;
    err = lz_gate(visit, &segments);
    if (!err)
        err = visit->route->page.handler(visit);
    return err;
}

void lz_dispatch(void *context, const struct lz_http_request *request, struct lz_http_reply *reply)
{
    struct lz_site *site = context;
    if (request->method <= LZ_HTTP_HEAD && lz_assets_serve(site->assets, request, reply)) {
        lz_security_headers(request, reply, LZ_NEEDS_NOTHING);
        return;
    }
    struct lz_session session;
    struct lz_call call = {
        .reg = site->reg, .actor = &lz_actor_nobody, .arena = request->arena, .origin = "web"};
    struct lz_visit visit = {
        .site = site,
        .request = request,
        .reply = reply,
        .call = &call,
        .lang = lz_http_lang(request),
        .html = lz_negotiate_media(lz_http_header_get(request, "Accept")) == LZ_MEDIA_HTML,
        .session_room = &session,
    };
    lz_err err = run(&visit);
    if (err)
        lz_render_fault(&visit, err);
    else if (reply->status == 0)
        lz_render_value(&visit);
    remember_lang(&visit);
    if (visit.route) {
        reply->logged_path = visit.route->path;
        set_cache(visit.route, reply);
        if (visit.route->flags & LZ_ROUTE_PUBLIC_DATA)
            lz_security_public_data(reply);
    }
    /* Browsers send `Origin: null` under no-referrer, and sign-in wants to see where it comes from. */
    if (!reply->private_path)
        lz_http_reply_header(reply, "Referrer-Policy", "same-origin");
    lz_security_headers(request, reply, visit.route ? visit.route->needs : LZ_NEEDS_NOTHING);
    json_decref(visit.value);
}

void lz_dispatch_refused(void *context, const struct lz_http_request *request, int status, lz_err err,
                         struct lz_http_reply *reply)
{
    (void)context;
    struct lz_fault fault = {.code = err};
    lz_problem_reply(reply, &fault, status, lz_http_lang(request));
    lz_security_headers(request, reply, LZ_NEEDS_NOTHING);
}

void lz_dispatch_access(void *context, const struct lz_http_access *access)
{
    struct lz_site *site = context;
    int family = access->status / 100;
    lz_metric_add(site->requests[family >= 1 && family <= 5 ? family : 0], 1);
    lz_metric_observe(site->duration, access->duration_us);
    lz_access_log_add(site->access, "serve", access);
}

size_t lz_dispatch_body_cap(void *context, const struct lz_http_request *head)
{
    (void)context;
    const struct lz_route *route = NULL;
    struct lz_form segments;
    const char *allow = NULL;
    if (lz_route_find(head->method, &head->path, head->arena, &route, &segments, &allow) ||
        route->body_cap == 0)
        return BODY_CAP;
    return route->body_cap;
}
