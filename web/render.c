#include "web/render.h"

#include "registry/base/json_write.h"
#include "web/http/problem.h"

#include <stdio.h>
#include <string.h>

/* ---- what stands around every page ---- */

static json_t *user_json(const struct lz_visit *visit)
{
    if (!visit->session)
        return NULL;
    const struct lz_actor *actor = visit->call->actor;
    return json_pack("{s:s, s:s, s:s}", "name", actor->name, "role", lz_role_name(actor->role), "role_word",
                     lz_role_word(actor->role, visit->lang));
}

/* "/desk/people/7" lies below "/desk/people"; "/desk" is only itself, for all of the desk lies below it. */
static bool is_current(const char *href, const char *path)
{
    size_t size = strlen(href);
    bool root = strcmp(href, "/desk") == 0;
    return strncmp(href, path, size) == 0 && (path[size] == '\0' || (!root && path[size] == '/'));
}

static json_t *nav_json(const struct lz_visit *visit)
{
    if (!visit->session)
        return NULL;
    json_t *list = json_array();
    for (size_t i = 0; list && i < lz_nav_count; i++) {
        if (!(lz_nav[i].roles & LZ_ROLES(visit->call->actor->role)))
            continue;
        bool current = is_current(lz_nav[i].href, visit->request->path.text);
        lz_json_append(&list, json_pack("{s:s, s:s, s:b}", "href", lz_nav[i].href, "label",
                                        lz_visit_say(visit, lz_nav[i].label), "current", current));
    }
    return list;
}

/* ?done=KEY after a form: only a text that the catalogue has, so a link can put no words in our mouth. */
static json_t *banner_json(const struct lz_visit *visit)
{
    char key[80];
    const char *done = lz_form_text(&visit->request->query, "done");
    if (!done || !visit->session || snprintf(key, sizeof key, "done.%s", done) >= (int)sizeof key ||
        !lz_catalogue_has(visit->site->texts, key))
        return NULL;
    return json_pack("{s:s, s:s, s:b}", "kind", "success", "title", lz_visit_say(visit, key), "text", 0);
}

static json_t *errors_json(const struct lz_visit *visit)
{
    const struct lz_fault *fault = &visit->call->fault;
    size_t count = fault->field_count < LZ_FAULT_FIELDS ? fault->field_count : LZ_FAULT_FIELDS;
    json_t *list = count || fault->code ? json_array() : NULL;
    for (size_t i = 0; list && i < count; i++)
        lz_json_append(&list, json_pack("{s:s, s:s}", "field", fault->fields[i].field, "message",
                                        fault->fields[i].message[visit->lang]));
    if (list && count == 0)
        lz_json_append(
            &list, json_pack("{s:s, s:s}", "field", "main", "message", lz_fault_text(fault, visit->lang)));
    return list;
}

static void show(struct lz_visit *visit, const char *template, const char *title, const json_t *view,
                 int status, const json_t *errors)
{
    json_t *user = user_json(visit), *nav = nav_json(visit), *banner = banner_json(visit);
    const struct lz_http_request *request = visit->request;
    struct lz_page page = {
        .name = template,
        .lang = visit->lang,
        .title = title,
        /* A form that failed has no address of its own to come back to in another language. */
        .path = request->method == LZ_HTTP_POST ? "/" : request->path.text,
        .query = request->raw_query,
        .csrf = visit->session ? visit->session->csrf : NULL,
        .user = user,
        .nav = nav,
        .banner = banner,
        .errors = errors,
    };
    lz_pages_reply(visit->site->pages, &page, view, status, visit->reply);
    lz_http_reply_header(visit->reply, "Vary", "Accept, Accept-Language, Cookie");
    json_decref(user);
    json_decref(nav);
    json_decref(banner);
}

static const char *title_of(const struct lz_visit *visit, const struct lz_route_page *page)
{
    if (visit->title)
        return visit->title;
    return page->title ? lz_visit_say(visit, page->title) : NULL;
}

static void show_page(struct lz_visit *visit, const struct lz_route_page *page, int status,
                      const json_t *errors)
{
    json_t *view = page->view ? page->view(visit, visit->value) : json_incref(visit->value);
    if (page->view && !view) {
        visit->reply->failed = true;
        return;
    }
    show(visit, page->template, title_of(visit, page), view, status, errors);
    json_decref(view);
}

void lz_render_value(struct lz_visit *visit)
{
    struct lz_http_reply *reply = visit->reply;
    int status = visit->status ? visit->status : 200;
    if (visit->html && visit->see_other) {
        lz_http_reply_redirect(reply, 303, visit->see_other);
        return;
    }
    if (visit->html && visit->route->page.template) {
        show_page(visit, &visit->route->page, status, NULL);
        return;
    }
    if (visit->value) {
        lz_http_reply_json(reply, status, visit->value, NULL);
    } else {
        static const char DONE[] = "{\"done\":true}";
        lz_http_reply_bytes(reply, status, "application/json", lz_bytes_text(DONE));
    }
    if (visit->route->page.template)
        lz_http_reply_header(reply, "Vary", "Accept, Accept-Language, Cookie");
}

/* ---- errors ---- */

static void to_sign_in(struct lz_visit *visit)
{
    const struct lz_http_request *request = visit->request;
    struct lz_arena *arena = visit->call->arena;
    const char *back = request->method == LZ_HTTP_POST ? "/desk" : request->path.text;
    if (request->method != LZ_HTTP_POST && request->raw_query)
        back = lz_arena_printf(arena, "%s?%s", back, request->raw_query);
    char *encoded = back ? lz_url_encode(arena, back) : NULL;
    const char *location = encoded ? lz_arena_printf(arena, "/sign-in?next=%s", encoded) : "/sign-in";
    lz_http_reply_redirect(visit->reply, 303, location ? location : "/sign-in");
}

/* The form again, with what was sent and what is wrong.  False: this row has none, or it cannot be shown. */
static bool form_again(struct lz_visit *visit, int status)
{
    const struct lz_route_page *again = visit->let_in ? &visit->route->again : NULL;
    struct lz_fault fault = visit->call->fault;
    if (!again || !again->handler || fault.code == LZ_NOT_FOUND)
        return false;
    json_decref(visit->value);
    visit->value = NULL;
    if (again->handler(visit) || visit->reply->status)
        return false;
    visit->call->fault = fault;
    json_t *errors = errors_json(visit);
    show_page(visit, again, status, errors);
    json_decref(errors);
    return true;
}

static void error_page(struct lz_visit *visit, int status)
{
    const struct lz_fault *fault = &visit->call->fault;
    const char *title = lz_err_sentence(fault->code, visit->lang);
    const char *detail = fault->detail[visit->lang];
    /* Who was busy with a certificate wants to see how it stands now. */
    const char *number = visit->let_in && visit->session && fault->code != LZ_NOT_FOUND
                             ? lz_visit_text(visit, "number")
                             : NULL;
    json_t *view = json_pack("{s:s, s:s, s:i, s:b, s:b, s:s}", "heading", title, "detail",
                             strcmp(detail, title) == 0 ? "" : detail, "status", status, "not_found",
                             fault->code == LZ_NOT_FOUND, "stale", fault->code == LZ_CSRF, "number",
                             number ? number : "");
    show(visit, "error", title, view, status, NULL);
    json_decref(view);
}

void lz_render_fault(struct lz_visit *visit, lz_err err)
{
    struct lz_fault *fault = &visit->call->fault;
    if (fault->code != err)
        lz_fault_set(fault, err, NULL, NULL);
    int status = lz_err_http(err);
    if (status >= 500)
        LZ_LOG(visit->site->log, LZ_LOG_ERROR, "serve", "a request failed",
               lz_log_text("error", lz_err_name(err)),
               lz_log_text("route", visit->route ? visit->route->path : "-"));
    if (!visit->html) {
        lz_problem_reply(visit->reply, fault, status, visit->lang);
        lz_http_reply_header(visit->reply, "Vary", "Accept, Accept-Language, Cookie");
    } else if (err == LZ_UNAUTHENTICATED && !visit->let_in) {
        to_sign_in(visit);
    } else if (!form_again(visit, status)) {
        error_page(visit, status);
    }
    if ((err == LZ_THROTTLED || err == LZ_BUSY) && !lz_http_reply_header_get(visit->reply, "Retry-After"))
        lz_http_reply_header(visit->reply, "Retry-After", "30");
}
