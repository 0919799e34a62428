#include "nfc/ndef.h"
#include "nfc/tag_ntag21x.h"
#include "nfc/virtual_tag.h"
#include "registry/base/encoding.h"
#include "registry/base/random.h"
#include "registry/base/text.h"
#include "web/kiosk/demo.h"

#include <stdio.h>
#include <string.h>

enum { UID_SIZE = 7 };

static lz_err take_text(const json_t *value, const char *name, char *ret_text, size_t room)
{
    const char *text = json_string_value(json_object_get(value, name));
    if (!text || lz_text_has_control(text))
        return LZ_MALFORMED;
    if (strlen(text) >= room)
        return LZ_TOO_LARGE;
    memcpy(ret_text, text, strlen(text) + 1);
    return LZ_OK;
}

/* Any case, kept in lower case. */
static lz_err take_uid(struct lz_demo_tag *tag)
{
    struct lz_buf uid, hex;
    lz_buf_init(&uid, UID_SIZE);
    lz_buf_init(&hex, sizeof tag->uid - 1);
    lz_err err = lz_hex_decode(lz_bytes_text(tag->uid), &uid);
    if (!err && uid.size != UID_SIZE)
        err = LZ_MALFORMED;
    if (!err) {
        lz_hex_encode(lz_buf_view(&uid), &hex);
        err = hex.err;
    }
    if (!err)
        memcpy(tag->uid, hex.data, sizeof tag->uid);
    lz_buf_free(&uid);
    lz_buf_free(&hex);
    return err;
}

lz_err lz_demo_tag_parse(struct lz_bytes text, struct lz_demo_tag *ret_tag)
{
    struct lz_demo_tag tag = {0};
    if (text.size > LZ_DEMO_FILE_MAX)
        return LZ_TOO_LARGE;
    json_t *value = json_loadb((const char *)text.data, text.size, JSON_REJECT_DUPLICATES, NULL);
    lz_err err = json_is_object(value) ? LZ_OK : LZ_MALFORMED;
    if (!err)
        err = take_text(value, "label", tag.label[LZ_ZH], LZ_DEMO_TEXT);
    if (!err && json_object_get(value, "label_en"))
        err = take_text(value, "label_en", tag.label[LZ_EN], LZ_DEMO_TEXT);
    if (!err)
        err = take_text(value, "chip", tag.chip, sizeof tag.chip);
    if (!err)
        err = take_text(value, "uid", tag.uid, sizeof tag.uid);
    if (!err)
        err = take_uid(&tag);
    if (!err && json_object_get(value, "uri") && !json_is_null(json_object_get(value, "uri")))
        err = take_text(value, "uri", tag.uri, sizeof tag.uri);
    if (!err && !lz_tag_type_named(tag.chip))
        err = LZ_TAG_KIND;
    if (!err && tag.label[LZ_EN][0] == '\0')
        memcpy(tag.label[LZ_EN], tag.label[LZ_ZH], LZ_DEMO_TEXT);
    if (!err)
        *ret_tag = tag;
    json_decref(value);
    return err;
}

lz_err lz_demo_tag_dump(const struct lz_demo_tag *tag, struct lz_buf *out)
{
    const struct lz_tag_type *type = lz_tag_type_named(tag->chip);
    struct lz_virtual_tag *card = NULL;
    struct lz_buf uid, area;
    size_t before = out->size;
    lz_buf_init(&uid, UID_SIZE);
    lz_buf_init(&area, LZ_NDEF_AREA_MAX);
    lz_err err = type ? lz_hex_decode(lz_bytes_text(tag->uid), &uid) : LZ_TAG_KIND;
    if (!err)
        err = lz_virtual_tag_new(type, uid.data, &card);
    if (!err && tag->uri[0])
        err = lz_ndef_uri_encode(tag->uri, type->capacity, &area);
    if (!err) {
        card->ops->save(card, out);
        err = out->err;
    }
    /* A factory-new card, then the data area from its first page on. */
    if (!err && area.size > 0)
        memcpy(out->data + before + (size_t)LZ_NTAG_FIRST_PAGE * LZ_NTAG_PAGE_SIZE, area.data, area.size);
    lz_virtual_tag_free(&card);
    lz_buf_free(&uid);
    lz_buf_free(&area);
    return err;
}
