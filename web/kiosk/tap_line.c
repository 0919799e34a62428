#include "web/kiosk/tap_line.h"

#include "registry/base/encoding.h"
#include "registry/base/text.h"

#include <jansson.h>
#include <stdio.h>
#include <string.h>

/* Texts for people are cut to their room, at a character; anything else that is too long is refused. */
static void cut_text(const json_t *value, char *ret_text, size_t room)
{
    const char *text = json_string_value(value);
    size_t size = text ? strnlen(text, room - 1) : 0;
    while (size > 0 && text[size] != '\0' && ((unsigned char)text[size] & 0xC0) == 0x80)
        size--;
    if (size > 0)
        memcpy(ret_text, text, size);
    ret_text[size] = '\0';
}

static lz_err read_text(const json_t *value, char *ret_text, size_t room)
{
    const char *text = json_string_value(value);
    if (!text || lz_text_has_control(text))
        return LZ_MALFORMED;
    if (strlen(text) >= room)
        return LZ_TOO_LARGE;
    memcpy(ret_text, text, strlen(text) + 1);
    return LZ_OK;
}

static lz_err read_uid(const json_t *event, struct lz_tap_line *line)
{
    struct lz_buf uid;
    lz_buf_init(&uid, sizeof line->uid);
    lz_err err = lz_hex_decode(lz_bytes_text(json_string_value(json_object_get(event, "uid"))), &uid);
    if (!err && uid.size != 4 && uid.size != 7 && uid.size != 10)
        err = LZ_MALFORMED;
    if (!err) {
        memcpy(line->uid, uid.data, uid.size);
        line->uid_size = uid.size;
    }
    lz_buf_free(&uid);
    return err == LZ_TOO_LARGE ? LZ_MALFORMED : err;
}

static lz_err read_reader(const json_t *event, struct lz_tap_line *line)
{
    const char *state = json_string_value(json_object_get(event, "state"));
    if (!state)
        return LZ_MALFORMED;
    if (strcmp(state, "ready") == 0) {
        line->kind = LZ_TAP_LINE_READY;
        return LZ_OK;
    }
    if (strcmp(state, "away") != 0)
        return LZ_UNSUPPORTED;
    line->kind = LZ_TAP_LINE_AWAY;
    cut_text(json_object_get(event, "reason"), line->reason, sizeof line->reason);
    cut_text(json_object_get(event, "zh"), line->reason_text[LZ_ZH], LZ_FAULT_TEXT);
    cut_text(json_object_get(event, "en"), line->reason_text[LZ_EN], LZ_FAULT_TEXT);
    return LZ_OK;
}

static lz_err read_tap(const json_t *event, struct lz_tap_line *line)
{
    const json_t *chip = json_object_get(event, "chip");
    const json_t *uri = json_object_get(event, "uri");
    line->kind = LZ_TAP_LINE_TAP;
    lz_err err = read_uid(event, line);
    if (!err && chip && !json_is_null(chip))
        err = read_text(chip, line->chip, sizeof line->chip);
    if (!err && uri && !json_is_null(uri)) {
        err = read_text(uri, line->uri, sizeof line->uri);
        line->has_uri = err == LZ_OK;
    }
    return err;
}

static lz_err read_gone(const json_t *event, struct lz_tap_line *line)
{
    line->kind = LZ_TAP_LINE_GONE;
    return read_uid(event, line);
}

static const struct {
    const char *name;
    lz_err (*read)(const json_t *event, struct lz_tap_line *line);
} events[] = {
    {"reader", read_reader},
    {"tap", read_tap},
    {"gone", read_gone},
};

lz_err lz_tap_line_parse(struct lz_bytes bytes, struct lz_tap_line *ret_line)
{
    if (bytes.size > LZ_TAP_LINE_MAX)
        return LZ_TOO_LARGE;
    /* No NUL inside a string (jansson refuses \u0000 by default), no key twice. */
    json_t *event = json_loadb((const char *)bytes.data, bytes.size, JSON_REJECT_DUPLICATES, NULL);
    const char *name = json_string_value(json_object_get(event, "event"));
    struct lz_tap_line line = {0};
    lz_err err = name ? LZ_UNSUPPORTED : LZ_MALFORMED;
    for (size_t i = 0; name && i < sizeof events / sizeof events[0]; i++) {
        if (strcmp(name, events[i].name) == 0) {
            err = events[i].read(event, &line);
            break;
        }
    }
    if (!err)
        *ret_line = line;
    json_decref(event);
    return err;
}
