#include "registry/base/config.h"

#include "registry/base/file.h"
#include "registry/base/text.h"

#include <errno.h>
#include <ini.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { MAX_FILE = 64 * 1024 };

struct lz_config {
    struct lz_arena *arena;
    const struct lz_config_key *keys;
    size_t count;
    const char **values; /* one per key; NULL while not given */
};

/* The parser's state while inih calls back. */
struct reading {
    struct lz_config *config;
    const char *name; /* of the file, for messages */
    const char *at, *end;
    int line;
    size_t faults;
    lz_err err;            /* memory */
    struct lz_fault found; /* the faults so far */
};

static const char *const booleans[][2] = {{"true", "false"}, {"yes", "no"}, {"on", "off"}, {"1", "0"}};

/* Whether `value` is one of the words for `true`, or for false. */
static bool is_boolean(const char *value, bool truth)
{
    for (size_t i = 0; i < sizeof booleans / sizeof booleans[0]; i++)
        if (strcmp(value, booleans[i][!truth]) == 0)
            return true;
    return false;
}

static bool parse_int(const char *value, int64_t *ret_number)
{
    char *end = NULL;
    errno = 0;
    long long number = strtoll(value, &end, 10);
    if (errno || end == value || *end || !strchr("-0123456789", value[0]))
        return false;
    *ret_number = number;
    return true;
}

static size_t find_key(const struct lz_config *config, const char *section, const char *name)
{
    size_t i = 0;
    while (i < config->count &&
           (strcmp(config->keys[i].section, section) != 0 || strcmp(config->keys[i].name, name) != 0))
        i++;
    return i;
}

/* Keeps one fault: "section.name", what stood there, and the place with what was expected. */
static void refuse(struct reading *r, const char *section, const char *name, const char *found,
                   const char *zh, const char *en)
{
    char field[64], place[LZ_LANG_COUNT][LZ_FAULT_TEXT];
    snprintf(field, sizeof field, "%s%s%s", section, *section && *name ? "." : "", name);
    snprintf(place[LZ_ZH], LZ_FAULT_TEXT, "%s 第 %d 行：%s", r->name, r->line, zh);
    snprintf(place[LZ_EN], LZ_FAULT_TEXT, "%s line %d: %s", r->name, r->line, en);
    (void)lz_fault_field(&r->found, field, found, place[LZ_ZH], place[LZ_EN]);
    r->faults++;
}

static void check_int(struct reading *r, const struct lz_config_key *key, const char *value)
{
    int64_t number = 0;
    if (parse_int(value, &number) && number >= key->min && number <= key->max)
        return;
    char zh[96], en[96];
    snprintf(zh, sizeof zh, "应为 %lld 到 %lld 的整数。", (long long)key->min, (long long)key->max);
    snprintf(en, sizeof en, "expected a whole number from %lld to %lld.", (long long)key->min,
             (long long)key->max);
    refuse(r, key->section, key->name, value, zh, en);
}

static void check_value(struct reading *r, const struct lz_config_key *key, const char *value)
{
    switch (key->kind) {
    case LZ_CONFIG_TEXT:
        return; /* texts may be secret: they are never shown */
    case LZ_CONFIG_INT:
        check_int(r, key, value);
        return;
    case LZ_CONFIG_BOOL:
        if (!is_boolean(value, true) && !is_boolean(value, false))
            refuse(r, key->section, key->name, value, "应为 true 或 false。", "expected true or false.");
        return;
    }
}

/* inih's handler: always "went well", because faults are collected here with more to say. */
static int take_value(void *user, const char *section, const char *name, const char *value)
{
    struct reading *r = user;
    struct lz_config *config = r->config;
    size_t i = find_key(config, section, name);
    if (i == config->count) {
        refuse(r, section, name, NULL, "没有这个设置，请检查拼写和所在的段。",
               "there is no such setting; check its spelling and its section.");
        return 1;
    }
    if (config->values[i]) {
        refuse(r, section, name, NULL, "同一设置出现了两次，请删去一处。",
               "this setting is given twice; remove one.");
        return 1;
    }
    config->values[i] = lz_arena_text(config->arena, value);
    if (!config->values[i])
        r->err = LZ_MEMORY;
    check_value(r, &config->keys[i], value);
    return 1;
}

/* inih's line reader, so that the line's number is known and a line beyond inih's own limit is refused
 * instead of cut. */
static char *next_line(char *to, int size, void *user)
{
    struct reading *r = user;
    if (r->at == r->end)
        return NULL;
    const char *newline = memchr(r->at, '\n', (size_t)(r->end - r->at));
    size_t length = newline ? (size_t)(newline - r->at) + 1 : (size_t)(r->end - r->at);
    size_t kept = length < (size_t)size ? length : (size_t)size - 1;
    r->line++;
    if (kept < length)
        refuse(r, "", "", NULL, "这一行太长。", "this line is too long.");
    memcpy(to, r->at, kept);
    to[kept] = '\0';
    r->at += length;
    return to;
}

static void fill_in(struct reading *r)
{
    struct lz_config *config = r->config;
    r->line = 0;
    for (size_t i = 0; i < config->count; i++) {
        const struct lz_config_key *key = &config->keys[i];
        if (config->values[i])
            continue;
        config->values[i] = key->fallback;
        if (!key->fallback) {
            char zh[LZ_FAULT_TEXT], en[LZ_FAULT_TEXT], field[64];
            snprintf(field, sizeof field, "%s.%s", key->section, key->name);
            snprintf(zh, sizeof zh, "缺少必填的设置，请在 [%s] 段写上 %s = …", key->section, key->name);
            snprintf(en, sizeof en, "this setting is missing; write %s = … in section [%s]", key->name,
                     key->section);
            (void)lz_fault_field(&r->found, field, NULL, zh, en);
            r->faults++;
        }
    }
}

static lz_err report(const struct reading *r, struct lz_fault *fault)
{
    if (fault) {
        char zh[LZ_FAULT_TEXT], en[LZ_FAULT_TEXT];
        snprintf(zh, sizeof zh, "配置文件 %s 有 %zu 处需要更正。", r->name, r->faults);
        snprintf(en, sizeof en, "The configuration file %s has %zu place(s) to correct.", r->name, r->faults);
        *fault = (struct lz_fault){0};
        (void)lz_fault_set(fault, LZ_INVALID, zh, en);
        fault->field_count = r->found.field_count;
        memcpy(fault->fields, r->found.fields, sizeof fault->fields);
    }
    return LZ_INVALID;
}

static struct lz_config *config_new(const struct lz_config_key *keys, size_t count)
{
    struct lz_config *config = calloc(1, sizeof *config);
    if (!config)
        return NULL;
    config->arena = lz_arena_new(0);
    if (config->arena)
        config->values = lz_arena_array(config->arena, count, sizeof *config->values);
    if (!config->values) {
        lz_config_free(&config);
        return NULL;
    }
    config->keys = keys;
    config->count = count;
    return config;
}

lz_err lz_config_parse(struct lz_bytes text, const char *name, const struct lz_config_key *keys, size_t count,
                       struct lz_config **ret_config, struct lz_fault *fault)
{
    if (text.size > MAX_FILE)
        return lz_fault_set(fault, LZ_TOO_LARGE, NULL, NULL);
    if (!lz_utf8_valid(text) || (text.size && memchr(text.data, '\0', text.size)))
        return lz_fault_set(fault, LZ_MALFORMED, "配置文件不是 UTF-8 文本，请以 UTF-8 编码另存。",
                            "The configuration file is not UTF-8 text; save it as UTF-8.");
    struct reading *r = calloc(1, sizeof *r);
    struct lz_config *config = r ? config_new(keys, count) : NULL;
    lz_err err = config ? LZ_OK : LZ_MEMORY;
    if (err) {
        (void)lz_fault_set(fault, err, NULL, NULL);
        goto done;
    }
    r->config = config;
    r->name = name;
    r->at = (const char *)text.data;
    r->end = r->at + text.size;
    int bad_line = ini_parse_stream(next_line, r, take_value, r);
    if (bad_line > 0) {
        r->line = bad_line;
        refuse(r, "", "", NULL, "既不是 [段] 也不是 名称 = 值。", "neither [section] nor name = value.");
    }
    fill_in(r);
    if (r->err || bad_line < 0)
        err = lz_fault_set(fault, LZ_MEMORY, NULL, NULL);
    else if (r->faults)
        err = report(r, fault);
    if (!err) {
        *ret_config = config;
        config = NULL;
    }
done:
    lz_config_free(&config);
    free(r);
    return err;
}

lz_err lz_config_read(const char *path, const struct lz_config_key *keys, size_t count,
                      struct lz_config **ret_config, struct lz_fault *fault)
{
    struct lz_buf text;
    lz_buf_init(&text, MAX_FILE);
    lz_err err = lz_file_read(path, &text, fault);
    if (!err)
        err = lz_config_parse(lz_buf_view(&text), path, keys, count, ret_config, fault);
    lz_buf_wipe_free(&text); /* a settings file may hold a password */
    return err;
}

void lz_config_free(struct lz_config **config)
{
    if (!config || !*config)
        return;
    lz_arena_free(&(*config)->arena);
    free(*config);
    *config = NULL;
}

const char *lz_config_text(const struct lz_config *config, const char *section, const char *name)
{
    size_t i = find_key(config, section, name);
    return i < config->count ? config->values[i] : "";
}

int64_t lz_config_int(const struct lz_config *config, const char *section, const char *name)
{
    int64_t number = 0;
    return parse_int(lz_config_text(config, section, name), &number) ? number : 0;
}

bool lz_config_bool(const struct lz_config *config, const char *section, const char *name)
{
    return is_boolean(lz_config_text(config, section, name), true);
}
