#include "web/http/catalogue.h"

#include "registry/base/file.h"
#include "registry/base/text.h"

#include <dirent.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { FILE_CAP = 1024 * 1024, KEY_MAX = 96 };

struct lz_catalogue {
    json_t *flat[LZ_LANG_COUNT]; /* "nav.home" -> text */
    json_t *tree[LZ_LANG_COUNT]; /* the same, nested */
};

static const char *const FOLDERS[LZ_LANG_COUNT] = {[LZ_ZH] = "zh", [LZ_EN] = "en"};

static lz_err bad_line(struct lz_fault *fault, const char *path, unsigned line, const char *zh,
                       const char *en)
{
    char text_zh[LZ_FAULT_TEXT], text_en[LZ_FAULT_TEXT];
    const char *name = strrchr(path, '/');
    name = name ? name + 1 : path;
    snprintf(text_zh, sizeof text_zh, "文案文件 %.60s 第 %u 行：%.120s", name, line, zh);
    snprintf(text_en, sizeof text_en, "Message file %.60s, line %u: %.120s", name, line, en);
    return lz_fault_set(fault, LZ_INVALID, text_zh, text_en);
}

static bool is_key(const char *key)
{
    bool start = true;
    size_t size = strlen(key);
    if (size == 0 || size > KEY_MAX || key[size - 1] == '.')
        return false;
    for (; *key; key++) {
        bool word =
            (*key >= 'a' && *key <= 'z') || (*key >= '0' && *key <= '9') || *key == '_' || *key == '-';
        if (!word && (*key != '.' || start))
            return false;
        start = *key == '.';
    }
    return true;
}

/* Hangs `text` below the dotted `key`; false: a key is also a group, or memory. */
static bool tree_set(json_t *tree, const char *key, json_t *text)
{
    const char *dot;
    while ((dot = strchr(key, '.')) != NULL) {
        char group[KEY_MAX + 1];
        snprintf(group, sizeof group, "%.*s", (int)(dot - key), key);
        json_t *below = json_object_get(tree, group);
        if (!below) {
            below = json_object();
            if (json_object_set_new(tree, group, below) != 0)
                return false;
        }
        if (!json_is_object(below))
            return false;
        tree = below;
        key = dot + 1;
    }
    return !json_object_get(tree, key) && json_object_set(tree, key, text) == 0;
}

static lz_err add_line(struct lz_catalogue *catalogue, lz_lang lang, char *line, const char *path,
                       unsigned number, struct lz_fault *fault)
{
    line += strspn(line, " \t");
    if (*line == '\0' || *line == '#')
        return LZ_OK;
    char *equals = strchr(line, '=');
    if (!equals)
        return bad_line(fault, path, number, "应为「键 = 文字」", "expected `key = text`");
    char *text = equals + 1 + strspn(equals + 1, " \t");
    size_t length = strlen(text);
    while (length && strchr(" \t\r", text[length - 1]))
        text[--length] = '\0';
    do
        *equals-- = '\0';
    while (equals >= line && (*equals == ' ' || *equals == '\t'));
    if (!is_key(line) || length == 0)
        return bad_line(fault, path, number, "键只能用小写字母、数字、点和下划线，文字不能为空",
                        "keys are lower-case words joined by dots, and the text may not be empty");
    json_t *value = json_string(text);
    bool fresh = value && !json_object_get(catalogue->flat[lang], line) &&
                 json_object_set(catalogue->flat[lang], line, value) == 0 &&
                 tree_set(catalogue->tree[lang], line, value);
    json_decref(value);
    return fresh ? LZ_OK
                 : bad_line(fault, path, number, "键重复，或既是键又是组",
                            "the key stands twice, or is a group of keys as well");
}

static lz_err add_file(struct lz_catalogue *catalogue, lz_lang lang, const char *path, struct lz_fault *fault)
{
    struct lz_buf text;
    lz_buf_init(&text, FILE_CAP);
    lz_err err = lz_file_read(path, &text, fault);
    if (!err && (!lz_utf8_valid(lz_buf_view(&text)) || (text.size && memchr(text.data, 0, text.size))))
        err = bad_line(fault, path, 0, "不是 UTF-8 文本", "not UTF-8 text");
    unsigned number = 0;
    for (char *line = (char *)text.data, *next = NULL; !err && line; line = next) {
        next = strchr(line, '\n');
        if (next)
            *next++ = '\0';
        err = add_line(catalogue, lang, line, path, ++number, fault);
    }
    lz_buf_free(&text);
    return err;
}

static int is_ini(const struct dirent *entry)
{
    size_t size = strlen(entry->d_name);
    return size > 4 && entry->d_name[0] != '.' && strcmp(entry->d_name + size - 4, ".ini") == 0;
}

static lz_err add_language(struct lz_catalogue *catalogue, lz_lang lang, const char *folder,
                           struct lz_fault *fault)
{
    char path[4096];
    struct dirent **entries = NULL;
    snprintf(path, sizeof path, "%s/%s", folder, FOLDERS[lang]);
    int count = scandir(path, &entries, is_ini, alphasort);
    if (count < 0)
        return lz_fault_set(fault, LZ_NOT_FOUND, "找不到文案文件夹（messages）。",
                            "The folder of messages was not found.");
    lz_err err = LZ_OK;
    for (int i = 0; i < count; i++) {
        snprintf(path, sizeof path, "%s/%s/%s", folder, FOLDERS[lang], entries[i]->d_name);
        if (!err)
            err = add_file(catalogue, lang, path, fault);
        free(entries[i]);
    }
    free(entries);
    return err;
}

/* Names the first key that `lang` has and the other has not. */
static lz_err same_keys(const struct lz_catalogue *catalogue, lz_lang lang, struct lz_fault *fault)
{
    lz_lang other = lang == LZ_ZH ? LZ_EN : LZ_ZH;
    const char *key;
    json_t *value;
    json_object_foreach(catalogue->flat[lang], key, value)
    {
        if (json_object_get(catalogue->flat[other], key))
            continue;
        char zh[LZ_FAULT_TEXT], en[LZ_FAULT_TEXT];
        snprintf(zh, sizeof zh, "文案 %.96s 只有 %s,没有 %s。", key, FOLDERS[lang], FOLDERS[other]);
        snprintf(en, sizeof en, "The message %.96s exists in %s but not in %s.", key, FOLDERS[lang],
                 FOLDERS[other]);
        return lz_fault_set(fault, LZ_INVALID, zh, en);
    }
    return LZ_OK;
}

lz_err lz_catalogue_load(const char *folder, struct lz_catalogue **ret_catalogue, struct lz_fault *fault)
{
    struct lz_catalogue *catalogue = calloc(1, sizeof *catalogue);
    if (!catalogue)
        return LZ_MEMORY;
    lz_err err = LZ_OK;
    for (int lang = 0; lang < LZ_LANG_COUNT && !err; lang++) {
        catalogue->flat[lang] = json_object();
        catalogue->tree[lang] = json_object();
        err = catalogue->flat[lang] && catalogue->tree[lang]
                  ? add_language(catalogue, (lz_lang)lang, folder, fault)
                  : LZ_MEMORY;
    }
    for (int lang = 0; lang < LZ_LANG_COUNT && !err; lang++)
        err = same_keys(catalogue, (lz_lang)lang, fault);
    if (err)
        lz_catalogue_free(&catalogue);
    else
        *ret_catalogue = catalogue;
    return err;
}

void lz_catalogue_free(struct lz_catalogue **catalogue)
{
    if (!catalogue || !*catalogue)
        return;
    for (int lang = 0; lang < LZ_LANG_COUNT; lang++) {
        json_decref((*catalogue)->flat[lang]);
        json_decref((*catalogue)->tree[lang]);
    }
    free(*catalogue);
    *catalogue = NULL;
}

const char *lz_catalogue_text(const struct lz_catalogue *catalogue, lz_lang lang, const char *key)
{
    const char *text = json_string_value(json_object_get(catalogue->flat[lang], key));
    return text ? text : key;
}

bool lz_catalogue_has(const struct lz_catalogue *catalogue, const char *key)
{
    return json_object_get(catalogue->flat[LZ_ZH], key) != NULL;
}

const json_t *lz_catalogue_json(const struct lz_catalogue *catalogue, lz_lang lang)
{
    return catalogue->tree[lang];
}

/* The value that stands behind `name` (of `size` bytes) in the pairs; NULL: none. */
static const char *pair_value(va_list pairs, const char *name, size_t size)
{
    const char *value = NULL;
    for (const char *key = va_arg(pairs, const char *); key; key = va_arg(pairs, const char *)) {
        const char *text = va_arg(pairs, const char *);
        if (strlen(key) == size && memcmp(key, name, size) == 0)
            value = text;
    }
    return value;
}

const char *lz_catalogue_format(const struct lz_catalogue *catalogue, struct lz_arena *arena, lz_lang lang,
                                const char *key, ...)
{
    struct lz_buf out;
    lz_buf_init(&out, (size_t)64 << 10);
    for (const char *at = lz_catalogue_text(catalogue, lang, key); *at;) {
        const char *close = *at == '{' ? strchr(at, '}') : NULL;
        const char *value = NULL;
        if (close) {
            va_list pairs;
            va_start(pairs, key);
            value = pair_value(pairs, at + 1, (size_t)(close - at - 1));
            va_end(pairs);
        }
        if (value) {
            lz_buf_text(&out, value);
            at = close + 1;
        } else {
            lz_buf_byte(&out, (uint8_t)*at++);
        }
    }
    const char *text = out.err ? NULL : lz_arena_copy(arena, (const char *)out.data, out.size);
    lz_buf_free(&out);
    return text ? text : key;
}
