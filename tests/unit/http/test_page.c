#include "tests/unit/http/http_test.h"

#include "registry/base/file.h"
#include "web/http/page.h"

#include <dirent.h>
#include <stdio.h>

struct house {
    struct lz_catalogue *texts;
    struct lz_assets *assets;
    struct lz_pages *pages;
    json_t *gallery;
};

static void must(lz_err err, const struct lz_fault *fault)
{
    if (err)
        fail_msg("%s", lz_fault_text(fault, LZ_EN));
}

static int set_up(void **state)
{
    struct house *house = calloc(1, sizeof *house);
    struct lz_fault fault = {0};
    assert_non_null(house);
    must(lz_catalogue_load(LZ_SOURCE_DIR "/web/messages", &house->texts, &fault), &fault);
    must(lz_assets_load(LZ_SOURCE_DIR "/web/static", "/static", &house->assets, &fault), &fault);
    struct lz_pages_options options = {LZ_SOURCE_DIR "/web/templates", house->texts, house->assets};
    must(lz_pages_load(&options, &house->pages, &fault), &fault);
    house->gallery = json_load_file(LZ_SOURCE_DIR "/tests/web/gallery.json", 0, NULL);
    assert_non_null(house->gallery);
    *state = house;
    return 0;
}

static int tear_down(void **state)
{
    struct house *house = *state;
    json_decref(house->gallery);
    lz_pages_free(&house->pages);
    lz_assets_free(&house->assets);
    lz_catalogue_free(&house->texts);
    free(house);
    return 0;
}

static char *render(const struct house *house, const struct lz_page *page, const json_t *value)
{
    struct lz_buf out;
    lz_buf_init(&out, 4 << 20);
    assert_int_equal(lz_pages_render(house->pages, page, value, &out), LZ_OK);
    size_t size = 0;
    char *html = (char *)lz_buf_take(&out, &size);
    assert_non_null(html);
    return html;
}

/* Written where LIANGZHENG_GALLERY says, to be looked at in a browser. */
static void keep(const char *name, const char *html)
{
    const char *folder = getenv("LIANGZHENG_GALLERY");
    char path[4096];
    struct lz_fault fault = {0};
    if (!folder)
        return;
    snprintf(path, sizeof path, "%s/%s", folder, name);
    must(lz_file_replace(path, lz_bytes_text(html), 0644, &fault), &fault);
}

static void the_gallery_renders_in_both_languages(void **state)
{
    const struct house *house = *state;
    const json_t *page_value = json_object_get(house->gallery, "page");
    for (int lang = 0; lang < LZ_LANG_COUNT; lang++) {
        struct lz_page page = {.name = "gallery",
                               .lang = (lz_lang)lang,
                               .title = "组件",
                               .path = "/gallery",
                               .query = "page=2&lang=en",
                               .csrf = "token",
                               .user = json_object_get(page_value, "user"),
                               .nav = json_object_get(page_value, "nav"),
                               .banner = json_object_get(page_value, "banner"),
                               .errors = json_object_get(page_value, "errors")};
        char *html = render(house, &page, house->gallery);
        assert_non_null(strstr(html, lang == LZ_ZH ? "<html lang=\"zh-CN\">" : "<html lang=\"en\">"));
        assert_non_null(
            strstr(html, lang == LZ_ZH ? "/gallery?lang=en&amp;page=2\"" : "/gallery?lang=zh&amp;page=2\""));
        assert_non_null(strstr(html, "name=\"csrf\" value=\"token\""));
        assert_non_null(strstr(html, lz_assets_url(house->assets, "liangzheng.css")));
        assert_null(strstr(html, "{{"));
        keep(lang == LZ_ZH ? "gallery.html" : "gallery-en.html", html);
        free(html);
    }
}

static void a_citizens_page_shows_one_verdict_and_no_desk(void **state)
{
    const struct house *house = *state;
    const json_t *verdicts = json_object_get(house->gallery, "verdicts");
    for (size_t i = 0; i < json_array_size(verdicts); i++) {
        const json_t *value = json_array_get(verdicts, i);
        struct lz_page page = {.name = "components/verdict", .path = "/v/x"};
        char name[64];
        char *html = render(house, &page, value);
        assert_null(strstr(html, "class=\"desk\""));
        assert_null(strstr(html, "/sign-out"));
        snprintf(name, sizeof name, "verdict-%zu.html", i);
        keep(name, html);
        free(html);
    }
}

static void the_kiosk_fills_its_screen_with_a_verdict_or_waits(void **state)
{
    const struct house *house = *state;
    const json_t *verdicts = json_object_get(house->gallery, "verdicts");
    for (size_t i = 0; i <= json_array_size(verdicts); i++) {
        json_t *value = json_copy(json_object_get(house->gallery, "kiosk"));
        const json_t *verdict = json_object_get(json_array_get(verdicts, i), "verdict");
        if (verdict)
            json_object_update(value, json_array_get(verdicts, i));
        struct lz_page page = {.name = "gallery-kiosk", .layout = "kiosk"};
        char name[64];
        char *html = render(house, &page, value);
        assert_non_null(strstr(html, verdict ? "kiosk-verdict" : "kiosk-idle"));
        snprintf(name, sizeof name, "kiosk-%zu.html", i);
        keep(name, html);
        free(html);
        json_decref(value);
    }
}

static void values_are_escaped_wherever_they_stand(void **state)
{
    const struct house *house = *state;
    json_t *value = json_pack("{s:{s:s, s:s, s:s, s:s}}", "empty", "title", "<script>alert(1)</script>",
                              "text", "\"'&", "href", "\" onclick=\"x", "label", "ok");
    struct lz_page page = {.name = "components/empty", .title = "</title><script>", .path = "/\"><script>"};
    char *html = render(house, &page, value);
    assert_null(strstr(html, "<script>"));
    assert_non_null(strstr(html, "&lt;script&gt;alert(1)"));
    assert_non_null(strstr(html, "href=\"&quot; onclick=&quot;x\""));
    free(html);
    json_decref(value);
}

static void a_page_that_does_not_exist_is_said_so(void **state)
{
    const struct house *house = *state;
    struct lz_buf out;
    lz_buf_init(&out, 4096);
    struct lz_page page = {.name = "no/such"};
    assert_int_equal(lz_pages_render(house->pages, &page, NULL, &out), LZ_NOT_FOUND);
    lz_buf_free(&out);
}

/* Every {{t.key}} of every template exists in the catalogue. */
static void check_keys(const struct house *house, const char *folder)
{
    DIR *dir = opendir(folder);
    assert_non_null(dir);
    for (const struct dirent *entry = readdir(dir); entry; entry = readdir(dir)) {
        char path[4096];
        if (entry->d_name[0] == '.')
            continue;
        snprintf(path, sizeof path, "%s/%s", folder, entry->d_name);
        if (!strstr(entry->d_name, ".mustache")) {
            check_keys(house, path);
            continue;
        }
        struct lz_buf text;
        lz_buf_init(&text, 1 << 20);
        assert_int_equal(lz_file_read(path, &text, NULL), LZ_OK);
        for (const char *at = (const char *)text.data; (at = strstr(at, "{{t.")) != NULL; at += 4) {
            char key[128];
            size_t size = strcspn(at + 4, "}");
            assert_true(size < sizeof key);
            memcpy(key, at + 4, size);
            key[size] = '\0';
            if (!lz_catalogue_has(house->texts, key))
                fail_msg("%s uses {{t.%s}}, which no message file has", entry->d_name, key);
        }
        lz_buf_free(&text);
    }
    closedir(dir);
}

static void every_text_that_a_template_names_exists_in_both_languages(void **state)
{
    check_keys(*state, LZ_SOURCE_DIR "/web/templates");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_gallery_renders_in_both_languages),
        cmocka_unit_test(a_citizens_page_shows_one_verdict_and_no_desk),
        cmocka_unit_test(the_kiosk_fills_its_screen_with_a_verdict_or_waits),
        cmocka_unit_test(values_are_escaped_wherever_they_stand),
        cmocka_unit_test(a_page_that_does_not_exist_is_said_so),
        cmocka_unit_test(every_text_that_a_template_names_exists_in_both_languages),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
