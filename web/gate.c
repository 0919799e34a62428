#include "web/gate.h"

#include "registry/certificate.h"
#include "registry/organ.h"
#include "registry/person.h"
#include "web/http/cookie.h"

#include <openssl/crypto.h>
#include <string.h>
#include <strings.h>

lz_err lz_gate_session(struct lz_visit *visit)
{
    const char *token = lz_cookie_get(visit->request, visit->site->cookie);
    if (!token || strlen(token) >= LZ_SESSION_TOKEN_SIZE)
        return LZ_OK;
    lz_err err = lz_session_find(visit->call, token, visit->session_room);
    if (err == LZ_UNAUTHENTICATED) {
        visit->call->fault = (struct lz_fault){0};
        return LZ_OK;
    }
    if (err)
        return err;
    visit->session = visit->session_room;
    visit->session_token = token;
    visit->call->actor = &visit->session_room->actor;
    return LZ_OK;
}

static lz_err check_role(const struct lz_visit *visit)
{
    if (visit->route->roles & LZ_ROLES(visit->call->actor->role))
        return LZ_OK;
    return visit->session ? LZ_FORBIDDEN : LZ_UNAUTHENTICATED;
}

static lz_err check_rate(struct lz_visit *visit)
{
    struct lz_site *site = visit->site;
    const struct lz_clock *clock = lz_register_clock(site->reg);
    int64_t wait_s = 0;
    if (visit->route->rate == LZ_RATE_NONE || visit->session ||
        lz_rate_take(site->lookups, visit->request->peer, lz_clock_monotonic_ms(clock), &wait_s))
        return LZ_OK;
    lz_metric_add(site->refused_rate, 1);
    const char *wait = lz_arena_printf(visit->call->arena, "%lld", (long long)wait_s);
    if (wait)
        lz_http_reply_header(visit->reply, "Retry-After", wait);
    return lz_fault_set(&visit->call->fault, LZ_THROTTLED,
                        "查询过于频繁，请稍候一分钟再试；扫描标识牌二维码不受此限。",
                        "Too many look-ups; wait a minute. Scanning a badge's code is not limited.");
}

/* ---- CSRF ---- */

static bool same_secret(const char *sent, const char *ours)
{
    size_t size = strlen(ours);
    return sent && size && strlen(sent) == size && CRYPTO_memcmp(sent, ours, size) == 0;
}

/* Browsers say where a form came from; what says nothing is no browser, and has no cookie to abuse. */
static bool from_our_page(const struct lz_http_request *request)
{
    const char *site = lz_http_header_get(request, "Sec-Fetch-Site");
    const char *origin = lz_http_header_get(request, "Origin");
    const char *host = lz_http_header_get(request, "Host");
    if (site)
        return strcmp(site, "same-origin") == 0 || strcmp(site, "none") == 0;
    if (!origin)
        return true;
    const char *scheme = strstr(origin, "://");
    return scheme && host && strcasecmp(scheme + 3, host) == 0;
}

static lz_err check_csrf(const struct lz_visit *visit)
{
    if (visit->route->method == LZ_HTTP_GET)
        return LZ_OK;
    if (visit->route->csrf == LZ_CSRF_ORIGIN)
        return from_our_page(visit->request) ? LZ_OK : LZ_CSRF;
    const char *sent = lz_http_header_get(visit->request, "X-CSRF-Token");
    if (!sent)
        sent = lz_form_text(&visit->sent, "csrf");
    return visit->session && same_secret(sent, visit->session->csrf) ? LZ_OK : LZ_CSRF;
}

/* ---- organ scope ---- */

static lz_err scope_organ(struct lz_visit *visit)
{
    int64_t organ = lz_visit_int(visit, "organ");
    return organ ? lz_organ_scope(visit->call, organ) : LZ_OK;
}
static lz_err scope_person(struct lz_visit *visit)
{
    struct lz_person person;
    return lz_person_find(visit->call, lz_visit_int(visit, "person"), &person);
}
static lz_err scope_certificate(struct lz_visit *visit)
{
    struct lz_certificate certificate;
    const char *number = lz_visit_text(visit, "number");
    lz_err err = number ? lz_certificate_find(visit->call, number, &certificate) : LZ_OK;
    return err || !number ? err : lz_organ_scope(visit->call, certificate.organ);
}

static lz_err check_scope(struct lz_visit *visit)
{
    static lz_err (*const checks[])(struct lz_visit *) = {
        [LZ_SCOPE_ORGAN] = scope_organ,
        [LZ_SCOPE_PERSON] = scope_person,
        [LZ_SCOPE_CERTIFICATE] = scope_certificate,
    };
    if (visit->route->scope == LZ_SCOPE_NONE)
        return LZ_OK;
    lz_err err = checks[visit->route->scope](visit);
    if (err != LZ_FORBIDDEN)
        return err;
    return lz_fault_set(&visit->call->fault, LZ_NOT_FOUND, NULL, NULL);
}

lz_err lz_gate(struct lz_visit *visit, const struct lz_form *segments)
{
    const struct lz_route *route = visit->route;
    lz_err err = check_role(visit);
    if (!err)
        err = check_rate(visit);
    if (!err && route->method != LZ_HTTP_GET)
        err = lz_body_fields(visit->request, &visit->sent);
    if (!err)
        err = check_csrf(visit);
    struct lz_input_source source = {&visit->request->query, &visit->sent, *segments};
    if (!err)
        err = lz_inputs_read(route->inputs, route->input_count, &source, visit->site->texts,
                             visit->call->arena, &visit->values, &visit->call->fault);
    /* A form that was filled in wrongly is shown again, so whether it may be seen at all comes first. */
    if (err && err != LZ_INVALID)
        return err;
    struct lz_fault wrong = visit->call->fault;
    lz_err hidden = check_scope(visit);
    if (hidden)
        return hidden;
    visit->call->fault = wrong;
    visit->let_in = true;
    return err;
}
