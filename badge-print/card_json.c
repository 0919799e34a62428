#include "badge-print/card_json.h"

#include "registry/base/encoding.h"

#include <jansson.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

enum { PICTURE_MAX = 8 << 20, SCOPE_MAX = 600 };

static const struct member {
    const char *name;
    size_t offset;
    bool required;
} TEXTS[] = {
    {"design", offsetof(struct lz_card, design), false},
    {"number", offsetof(struct lz_card, number), true},
    {"name", offsetof(struct lz_card, name), true},
    {"organ", offsetof(struct lz_card, organ), false},
    {"post", offsetof(struct lz_card, post), false},
    {"region", offsetof(struct lz_card, region), false},
    {"issued_on", offsetof(struct lz_card, issued_on), false},
    {"valid_until", offsetof(struct lz_card, valid_until), false},
    {"issuer", offsetof(struct lz_card, issuer), false},
    {"complaint_line", offsetof(struct lz_card, complaint_line), false},
    {"url", offsetof(struct lz_card, qr_text), true},
};

static lz_err refuse(struct lz_fault *fault, size_t index, const char *member)
{
    char field[64];
    snprintf(field, sizeof field, "[%zu].%.40s", index, member);
    return lz_fault_field(fault, field, NULL, "证件数据缺少此项或类型不对。",
                          "This member of the card is missing or of the wrong type.");
}

static lz_err read_texts(const json_t *object, size_t index, struct lz_arena *arena, struct lz_card *card,
                         struct lz_fault *fault)
{
    for (size_t i = 0; i < sizeof TEXTS / sizeof *TEXTS; i++) {
        const json_t *value = json_object_get(object, TEXTS[i].name);
        if (!value || json_is_null(value)) {
            if (TEXTS[i].required)
                return refuse(fault, index, TEXTS[i].name);
            continue;
        }
        const char *text = json_string_value(value);
        if (!text || strlen(text) != json_string_length(value) || (TEXTS[i].required && !*text))
            return refuse(fault, index, TEXTS[i].name);
        char *copy = lz_arena_text(arena, text);
        if (!copy)
            return lz_fault_set(fault, LZ_MEMORY, NULL, NULL);
        memcpy((char *)card + TEXTS[i].offset, &copy, sizeof copy);
    }
    return LZ_OK;
}

static lz_err read_scope(const json_t *object, size_t index, struct lz_arena *arena, struct lz_card *card,
                         struct lz_fault *fault)
{
    const json_t *list = json_object_get(object, "scope");
    struct lz_buf joined;
    size_t i;
    const json_t *item;
    if (!list || json_is_null(list))
        return LZ_OK;
    if (!json_is_array(list))
        return refuse(fault, index, "scope");
    lz_buf_init(&joined, SCOPE_MAX);
    lz_err err = LZ_OK;
    json_array_foreach(list, i, item)
    {
        if (!json_is_string(item))
            err = refuse(fault, index, "scope");
        lz_buf_text(&joined, i ? "、" : "");
        lz_buf_text(&joined, json_is_string(item) ? json_string_value(item) : "");
    }
    if (!err && joined.err)
        err = refuse(fault, index, "scope");
    if (!err) {
        card->scope = lz_arena_copy(arena, joined.size ? (const char *)joined.data : "", joined.size);
        err = card->scope ? LZ_OK : lz_fault_set(fault, LZ_MEMORY, NULL, NULL);
    }
    lz_buf_free(&joined);
    return err;
}

static lz_err read_picture(const json_t *object, const char *name, size_t index, struct lz_arena *arena,
                           struct lz_bytes *ret_picture, struct lz_fault *fault)
{
    const json_t *value = json_object_get(object, name);
    struct lz_buf bytes;
    if (!value || json_is_null(value))
        return LZ_OK;
    if (!json_is_string(value))
        return refuse(fault, index, name);
    lz_buf_init(&bytes, PICTURE_MAX);
    lz_err err = lz_base64_decode(lz_bytes_of(json_string_value(value), json_string_length(value)), &bytes);
    char *copy = err || !bytes.size ? NULL : lz_arena_copy(arena, (const char *)bytes.data, bytes.size);
    if (err)
        err = refuse(fault, index, name);
    else if (!copy && bytes.size)
        err = lz_fault_set(fault, LZ_MEMORY, NULL, NULL);
    else
        *ret_picture = lz_bytes_of(copy, bytes.size);
    lz_buf_free(&bytes);
    return err;
}

static lz_err read_card(const json_t *object, size_t index, struct lz_arena *arena, struct lz_card *card,
                        struct lz_fault *fault)
{
    if (!json_is_object(object))
        return refuse(fault, index, "");
    lz_err err = read_texts(object, index, arena, card, fault);
    if (!err && lz_card_kind_parse(json_string_value(json_object_get(object, "kind")), &card->kind))
        err = refuse(fault, index, "kind");
    if (!err)
        err = read_scope(object, index, arena, card, fault);
    if (!err)
        err = read_picture(object, "photo", index, arena, &card->photo, fault);
    if (!err)
        err = read_picture(object, "mark", index, arena, &card->mark, fault);
    return err;
}

lz_err lz_cards_from_json(struct lz_bytes json, struct lz_arena *arena, struct lz_card **ret_cards,
                          size_t *ret_count, struct lz_fault *fault)
{
    json_error_t error;
    json_t *list = json_loadb((const char *)json.data, json.size, JSON_REJECT_DUPLICATES, &error);
    if (!list || !json_is_array(list) || json_array_size(list) > LZ_CARDS_MAX) {
        char zh[LZ_FAULT_TEXT];
        char en[LZ_FAULT_TEXT];
        snprintf(zh, sizeof zh, "证件数据不是 JSON 数组（第 %d 行）。", list ? 1 : error.line);
        snprintf(en, sizeof en, "The card data is not a JSON array (line %d).", list ? 1 : error.line);
        json_decref(list);
        return lz_fault_set(fault, LZ_MALFORMED, zh, en);
    }
    size_t count = json_array_size(list);
    struct lz_card *cards = lz_arena_array(arena, count ? count : 1, sizeof *cards);
    lz_err err = cards ? LZ_OK : lz_fault_set(fault, LZ_MEMORY, NULL, NULL);
    for (size_t i = 0; i < count && !err; i++)
        err = read_card(json_array_get(list, i), i, arena, &cards[i], fault);
    json_decref(list);
    if (!err) {
        *ret_cards = cards;
        *ret_count = count;
    }
    return err;
}
