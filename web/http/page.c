#include "web/http/page.h"

#include "registry/base/mustache.h"
#include "web/http/folder.h"
#include "web/http/negotiate.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { TEMPLATE_CAP = 256 * 1024 };
static const char ENDING[] = ".mustache";

struct entry {
    char *name;
    struct lz_mustache *mustache;
};

struct lz_pages {
    struct lz_pages_options options;
    struct entry *list; /* sorted by name: the folder is walked in order, but '/' sorts differently */
    size_t count;
};

static int by_name(const void *a, const void *b)
{
    return strcmp(((const struct entry *)a)->name, ((const struct entry *)b)->name);
}

static const struct lz_mustache *find(const struct lz_pages *pages, const char *name)
{
    for (size_t low = 0, high = pages->count; low < high;) {
        size_t middle = low + (high - low) / 2;
        int order = strcmp(name, pages->list[middle].name);
        if (order == 0)
            return pages->list[middle].mustache;
        if (order < 0)
            high = middle;
        else
            low = middle + 1;
    }
    return NULL;
}

static lz_err add_template(void *context, const char *name, struct lz_bytes content, struct lz_fault *fault)
{
    struct lz_pages *pages = context;
    size_t size = strlen(name);
    size_t ending = sizeof ENDING - 1;
    if (size <= ending || strcmp(name + size - ending, ENDING) != 0)
        return LZ_OK;
    struct entry *grown = realloc(pages->list, (pages->count + 1) * sizeof *grown);
    if (!grown)
        return LZ_MEMORY;
    pages->list = grown;
    struct entry *entry = &grown[pages->count];
    *entry = (struct entry){.name = strndup(name, size - ending)};
    pages->count++;
    if (!entry->name)
        return LZ_MEMORY;
    struct lz_fault inner = {0};
    lz_err err = lz_mustache_parse(content, &entry->mustache, &inner);
    if (err) {
        char zh[LZ_FAULT_TEXT], en[LZ_FAULT_TEXT];
        snprintf(zh, sizeof zh, "模板 %.80s:%.150s", name, lz_fault_text(&inner, LZ_ZH));
        snprintf(en, sizeof en, "Template %.80s: %.150s", name, lz_fault_text(&inner, LZ_EN));
        return lz_fault_set(fault, err, zh, en);
    }
    return LZ_OK;
}

lz_err lz_pages_load(const struct lz_pages_options *options, struct lz_pages **ret_pages,
                     struct lz_fault *fault)
{
    struct lz_pages *pages = calloc(1, sizeof *pages);
    if (!pages)
        return LZ_MEMORY;
    pages->options = *options;
    lz_err err = lz_folder_each(options->folder, TEMPLATE_CAP, add_template, pages, fault);
    if (err) {
        lz_pages_free(&pages);
        return err;
    }
    if (pages->count)
        qsort(pages->list, pages->count, sizeof *pages->list, by_name);
    *ret_pages = pages;
    return LZ_OK;
}

void lz_pages_free(struct lz_pages **pages)
{
    if (!pages || !*pages)
        return;
    for (size_t i = 0; i < (*pages)->count; i++) {
        free((*pages)->list[i].name);
        lz_mustache_free(&(*pages)->list[i].mustache);
    }
    free((*pages)->list);
    free(*pages);
    *pages = NULL;
}

bool lz_pages_has(const struct lz_pages *pages, const char *name)
{
    return find(pages, name) != NULL;
}

/* The layout says {{>content}}: that is the page, whatever its name.  This is all the inheritance there is.
 */
struct partials {
    const struct lz_pages *pages;
    const struct lz_mustache *content;
};

static const struct lz_mustache *partial(void *context, const char *name)
{
    const struct partials *partials = context;
    return strcmp(name, "content") == 0 ? partials->content : find(partials->pages, name);
}

/* A borrowed value set into an object; NULL sets nothing, so that sections over it are empty. */
static int set(json_t *object, const char *key, const json_t *value)
{
    return value ? json_object_set_new(object, key, json_incref((json_t *)(uintptr_t)value)) : 0;
}

static int set_text(json_t *object, const char *key, const char *text)
{
    return json_object_set_new(object, key, text ? json_string(text) : json_false());
}

/* This page in the other language: the same path and query, with lang= replaced. */
static json_t *switch_href(const struct lz_page *page, lz_lang other)
{
    struct lz_buf href;
    lz_buf_init(&href, 8192);
    lz_buf_printf(&href, "%s?lang=%s", page->path ? page->path : "/", lz_lang_name(other));
    for (const char *at = page->query; at && *at;) {
        size_t size = strcspn(at, "&");
        if (size && strncmp(at, "lang=", 5) != 0)
            lz_buf_printf(&href, "&%.*s", (int)size, at);
        at += size + (at[size] == '&');
    }
    json_t *text = href.err ? NULL : json_stringn((const char *)href.data, href.size);
    lz_buf_free(&href);
    return text;
}

static json_t *view_of(const struct lz_pages *pages, const struct lz_page *page, const json_t *value)
{
    json_t *view = json_object();
    lz_lang other = page->lang == LZ_ZH ? LZ_EN : LZ_ZH;
    int failed = !view;
    if (value && view)
        failed |= json_object_update(view, (json_t *)(uintptr_t)value);
    failed |= set(view, "t", lz_catalogue_json(pages->options.texts, page->lang));
    failed |= set(view, "asset", pages->options.assets ? lz_assets_json(pages->options.assets) : NULL);
    failed |= set_text(view, "lang", lz_lang_name(page->lang));
    failed |= set_text(view, "html_lang", lz_lang_html(page->lang));
    failed |= json_object_set_new(view, "lang_zh", json_boolean(page->lang == LZ_ZH));
    failed |= json_object_set_new(view, "lang_en", json_boolean(page->lang == LZ_EN));
    failed |= set_text(view, "other_lang_html", lz_lang_html(other));
    failed |= json_object_set_new(view, "other_lang_href", switch_href(page, other));
    failed |= set_text(view, "title", page->title);
    failed |= set_text(view, "path", page->path ? page->path : "/");
    failed |= set_text(view, "csrf", page->csrf);
    failed |= set(view, "user", page->user ? page->user : json_false());
    failed |= set(view, "nav", page->nav ? page->nav : json_false());
    failed |= json_object_set_new(view, "has_nav", json_boolean(json_array_size(page->nav) > 0));
    failed |= json_object_set_new(view, "has_errors", json_boolean(json_array_size(page->errors) > 0));
    failed |= set(view, "banner", page->banner ? page->banner : json_false());
    failed |= set(view, "errors", page->errors ? page->errors : json_false());
    if (failed) {
        json_decref(view);
        return NULL;
    }
    return view;
}

lz_err lz_pages_render(const struct lz_pages *pages, const struct lz_page *page, const json_t *value,
                       struct lz_buf *out)
{
    struct partials partials = {pages, find(pages, page->name)};
    const struct lz_mustache *layout = find(pages, page->layout ? page->layout : "layout");
    if (!partials.content || !layout)
        return LZ_NOT_FOUND;
    json_t *view = view_of(pages, page, value);
    if (!view)
        return LZ_MEMORY;
    struct lz_mustache_options options = {.partial = partial, .partial_context = &partials};
    lz_err err = lz_mustache_render(layout, view, &options, out);
    json_decref(view);
    return err ? err : out->err;
}

void lz_pages_reply(const struct lz_pages *pages, const struct lz_page *page, const json_t *value, int status,
                    struct lz_http_reply *reply)
{
    lz_buf_reset(&reply->scratch);
    if (lz_pages_render(pages, page, value, &reply->scratch)) {
        reply->failed = true;
        return;
    }
    lz_http_reply_bytes(reply, status, "text/html; charset=utf-8", lz_buf_view(&reply->scratch));
    lz_http_reply_header(reply, "Content-Language", lz_lang_html(page->lang));
}
