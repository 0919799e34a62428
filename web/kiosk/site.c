#include "web/kiosk/site.h"
#include "web/http/negotiate.h"
#include "web/http/problem.h"
#include "web/http/security.h"
#include "web/kiosk/guard.h"
#include "web/kiosk/view.h"

#include <stdlib.h>
#include <string.h>

enum { TEXT_MAX = 2048 };

/* One request on its way. */
struct visit {
    const struct lz_kiosk_site *site;
    const struct lz_http_request *request;
    struct lz_http_reply *reply;
    lz_lang lang;
    struct lz_fault fault;
};

struct route {
    enum lz_http_method method;
    const char *path; /* "/photo/" takes one more segment */
    lz_err (*handle)(struct visit *visit);
};

/* --- reading --- */

/* Chinese unless the page was asked for in another language: whoever set up the counter's browser is no
 * citizen. */
static lz_lang lang_of(const struct lz_http_request *request)
{
    lz_lang lang = LZ_ZH;
    const char *asked = lz_form_text(&request->query, "lang");
    return asked && lz_lang_parse(asked, &lang) ? lang : LZ_ZH;
}

static bool is_form(const struct visit *visit)
{
    const char *type = lz_http_header_get(visit->request, "Content-Type");
    return type && strncmp(type, "application/x-www-form-urlencoded", 33) == 0;
}

/* One text of the body, in the arena. */
static lz_err body_text(struct visit *visit, const char *name, const char **ret_text)
{
    const struct lz_http_request *request = visit->request;
    const char *text = NULL;
    struct lz_form form = {0};
    if (is_form(visit)) {
        lz_err err = lz_form_urlencoded(request->arena, request->body, &form);
        if (err)
            return err;
        text = lz_form_text(&form, name);
    } else {
        json_t *value =
            json_loadb((const char *)request->body.data, request->body.size, JSON_REJECT_DUPLICATES, NULL);
        const char *found = json_string_value(json_object_get(value, name));
        text = found ? lz_arena_text(request->arena, found) : NULL;
        json_decref(value);
    }
    if (!text || text[0] == '\0' || strlen(text) > TEXT_MAX)
        return lz_fault_field(&visit->fault, name, NULL, "请填写。", "Fill this in.");
    *ret_text = text;
    return LZ_OK;
}

/* --- answering --- */

static lz_err reply_state(struct visit *visit)
{
    json_t *value = lz_kiosk_state_json(lz_kiosk_state_of(visit->site->kiosk));
    if (!value)
        return LZ_MEMORY;
    lz_http_reply_json(visit->reply, 200, value, NULL);
    json_decref(value);
    return LZ_OK;
}

/* After something was done: the state for a program, the page for a form. */
static lz_err reply_done(struct visit *visit)
{
    if (!is_form(visit))
        return reply_state(visit);
    lz_http_reply_redirect(visit->reply, 303, visit->lang == LZ_EN ? "/?lang=en" : "/");
    return LZ_OK;
}

static lz_err reply_events(struct visit *visit)
{
    lz_feed_reply(lz_kiosk_feed(visit->site->kiosk), visit->reply);
    return LZ_OK;
}

static uint64_t seen_of(const struct lz_http_request *request)
{
    const char *text = lz_form_text(&request->query, "seen");
    return text ? strtoull(text, NULL, 10) : 0;
}

static lz_err reply_page(struct visit *visit, const char *name, const char *layout)
{
    struct lz_demo *demo = lz_kiosk_demo(visit->site->kiosk);
    json_t *tags = NULL;
    json_t *state = lz_kiosk_state_json(lz_kiosk_state_of(visit->site->kiosk));
    lz_err err = state ? LZ_OK : LZ_MEMORY;
    if (!err && demo && lz_demo_list(demo, &tags, NULL))
        tags = NULL; /* the virtual reader is gone: no panel, but the counter stays */
    const struct lz_kiosk_view view = {.arena = visit->request->arena,
                                       .texts = visit->site->texts,
                                       .lang = visit->lang,
                                       .now_s = lz_clock_now_s(visit->site->clock),
                                       .show_s = lz_kiosk_options_of(visit->site->kiosk)->show_s,
                                       .seen = seen_of(visit->request),
                                       .demo = tags};
    json_t *value = err ? NULL : lz_kiosk_view(&view, state);
    const char *script = lz_assets_url(visit->site->assets, "kiosk.js");
    if (value && script)
        json_object_set_new(value, "script", json_string(script));
    const struct lz_page page = {.name = name, .layout = layout, .lang = visit->lang, .path = "/"};
    if (value)
        lz_pages_reply(visit->site->pages, &page, value, 200, visit->reply);
    else
        err = LZ_MEMORY;
    json_decref(value);
    json_decref(state);
    json_decref(tags);
    return err;
}

static lz_err reply_whole(struct visit *visit)
{
    return reply_page(visit, "kiosk/page", "kiosk");
}

/* The layout of a part is the part itself. */
static lz_err reply_screen(struct visit *visit)
{
    return reply_page(visit, "kiosk/screen", "kiosk/screen");
}

static lz_err reply_photo(struct visit *visit)
{
    const char *text = visit->request->path.segments[1];
    char *end = NULL;
    uint64_t seq = strtoull(text, &end, 10);
    struct lz_buf *out = &visit->reply->scratch;
    lz_buf_init(out, LZ_HOLDER_PHOTO_MAX + 1);
    if (*end != '\0' || !lz_kiosk_state_photo(lz_kiosk_state_of(visit->site->kiosk), seq, out))
        return LZ_NOT_FOUND;
    const char *type = lz_photo_type(lz_buf_view(out));
    if (!type)
        return LZ_NOT_FOUND;
    lz_http_reply_bytes(visit->reply, 200, type, lz_buf_view(out));
    return LZ_OK;
}

/* --- other ways in --- */

static lz_err show(struct visit *visit, enum lz_tap_way way, const char *text)
{
    lz_err err = lz_kiosk_show(visit->site->kiosk, way, lz_bytes_text(text), (struct lz_bytes){0});
    return err ? err : reply_done(visit);
}

static lz_err take_number(struct visit *visit)
{
    const char *number = NULL;
    struct lz_token_text parsed;
    lz_err err = body_text(visit, "number", &number);
    if (err)
        return err;
    err = lz_token_text_parse(lz_bytes_text(number), &parsed);
    if (err == LZ_MEMORY)
        return lz_fault_set(&visit->fault, err, NULL, NULL);
    if (err || parsed.kind != LZ_TOKEN_TEXT_NUMBER)
        return lz_fault_field(&visit->fault, "number", NULL,
                              "证件号码只含数字、字母和短横线，请核对后重新输入。",
                              "A number has digits, letters and hyphens only; check it and type it again.");
    return show(visit, LZ_TAP_NUMBER, number);
}

static lz_err take_text(struct visit *visit)
{
    const char *text = NULL;
    lz_err err = body_text(visit, "text", &text);
    return err ? err : show(visit, LZ_TAP_CODE, text);
}

/* --- the demo's panel --- */

static lz_err demo_list(struct visit *visit)
{
    json_t *list = NULL;
    lz_err err = lz_demo_list(lz_kiosk_demo(visit->site->kiosk), &list, &visit->fault);
    if (!err)
        lz_http_reply_json(visit->reply, 200, list, NULL);
    json_decref(list);
    return err;
}

static lz_err demo_insert(struct visit *visit)
{
    const char *uid = NULL;
    lz_err err = body_text(visit, "uid", &uid);
    if (!err)
        err = lz_demo_insert(lz_kiosk_demo(visit->site->kiosk), uid, &visit->fault);
    return err ? err : reply_done(visit);
}

static lz_err demo_remove(struct visit *visit)
{
    lz_err err = lz_demo_remove(lz_kiosk_demo(visit->site->kiosk), &visit->fault);
    return err ? err : reply_done(visit);
}

static lz_err demo_unplug(struct visit *visit)
{
    lz_err err = lz_demo_plug(lz_kiosk_demo(visit->site->kiosk), false, &visit->fault);
    return err ? err : reply_done(visit);
}

static lz_err demo_replug(struct visit *visit)
{
    lz_err err = lz_demo_plug(lz_kiosk_demo(visit->site->kiosk), true, &visit->fault);
    return err ? err : reply_done(visit);
}

/* --- the table --- */

static const struct route routes[] = {
    {LZ_HTTP_GET, "/", reply_whole},       {LZ_HTTP_GET, "/screen", reply_screen},
    {LZ_HTTP_GET, "/state", reply_state},  {LZ_HTTP_GET, "/events", reply_events},
    {LZ_HTTP_GET, "/photo/", reply_photo}, {LZ_HTTP_POST, "/number", take_number},
    {LZ_HTTP_POST, "/text", take_text},
};
static const struct route demo_routes[] = {
    {LZ_HTTP_GET, "/demo", demo_list},           {LZ_HTTP_POST, "/demo/insert", demo_insert},
    {LZ_HTTP_POST, "/demo/remove", demo_remove}, {LZ_HTTP_POST, "/demo/unplug", demo_unplug},
    {LZ_HTTP_POST, "/demo/replug", demo_replug},
};

static bool matches(const struct route *route, const struct lz_http_path *path)
{
    size_t size = strlen(route->path);
    if (size > 1 && route->path[size - 1] == '/')
        return path->count == 2 && strncmp(path->text, route->path, size) == 0;
    return strcmp(path->text, route->path) == 0;
}

static lz_err dispatch_in(struct visit *visit, const struct route *table, size_t count, lz_err otherwise)
{
    enum lz_http_method method = visit->request->method;
    lz_err err = otherwise;
    if (method == LZ_HTTP_HEAD)
        method = LZ_HTTP_GET;
    for (size_t i = 0; i < count; i++) {
        if (!matches(&table[i], &visit->request->path))
            continue;
        if (table[i].method == method)
            return table[i].handle(visit);
        lz_http_reply_header(visit->reply, "Allow", table[i].method == LZ_HTTP_GET ? "GET, HEAD" : "POST");
        err = LZ_METHOD;
    }
    return err;
}

static lz_err dispatch(struct visit *visit)
{
    lz_err err = lz_kiosk_guard(visit->request, &visit->fault);
    if (err)
        return err;
    if (lz_assets_serve(visit->site->assets, visit->request, visit->reply))
        return LZ_OK;
    if (lz_kiosk_demo(visit->site->kiosk) && strncmp(visit->request->path.text, "/demo", 5) == 0)
        return dispatch_in(visit, demo_routes, sizeof demo_routes / sizeof demo_routes[0], LZ_NOT_FOUND);
    return dispatch_in(visit, routes, sizeof routes / sizeof routes[0], LZ_NOT_FOUND);
}

void lz_kiosk_handle(void *context, const struct lz_http_request *request, struct lz_http_reply *reply)
{
    struct visit visit = {.site = context, .request = request, .reply = reply, .lang = lang_of(request)};
    lz_err err = dispatch(&visit);
    if (err) {
        if (visit.fault.code != err)
            lz_fault_set(&visit.fault, err, NULL, NULL);
        lz_problem_reply(reply, &visit.fault, 0, visit.lang);
    }
    lz_security_headers(request, reply, LZ_NEEDS_CAMERA);
}
