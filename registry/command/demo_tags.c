#include "registry/command/demo_tags.h"

#include "registry/badge.h"
#include "registry/base/encoding.h"
#include "registry/base/file.h"
#include "registry/base/json_write.h"
#include "registry/command/demo_people.h"
#include "registry/credential/token_text.h"

#include <jansson.h>
#include <stdlib.h>
#include <string.h>

enum { UID_SIZE = 7, QR_BADGES = 6, URL_CAP = 4096 };

/* What was done to the honest tag. */
enum deceit { HONEST, OTHER_CHIP, FLIPPED };

static const struct tag {
    const char *file, *word;
    enum lz_demo_part part;
    const char *chip;
    enum deceit deceit;
} tags[] = {
    {"01-valid", "有效", LZ_DEMO_VALID, "NTAG216", HONEST},
    {"02-auxiliary", "辅助人员", LZ_DEMO_AUXILIARY, "NTAG216", HONEST},
    {"03-suspended", "暂扣", LZ_DEMO_SUSPENDED, "NTAG216", HONEST},
    {"04-cancelled", "注销", LZ_DEMO_CANCELLED, "NTAG216", HONEST},
    {"05-copied", "复制", LZ_DEMO_COPIED, "NTAG216", OTHER_CHIP},
    {"06-forged", "伪造", LZ_DEMO_COPIED, "NTAG216", FLIPPED},
    {"07-pointer", "小容量芯片", LZ_DEMO_POINTER, "NTAG213", HONEST},
};

/* NXP's first byte and six that look random; `twist` gives another chip's. */
static void make_uid(enum lz_demo_part part, unsigned twist, uint8_t ret_uid[UID_SIZE])
{
    uint32_t state = 0x9e3779b9U * ((uint32_t)part + 1 + 100 * twist);
    ret_uid[0] = 0x04;
    for (size_t i = 1; i < UID_SIZE; i++) {
        state = state * 1664525U + 1013904223U;
        ret_uid[i] = (uint8_t)(state >> 24);
    }
}

/* A token whose signature lost one bit, as a forger's would. */
static lz_err flip(struct lz_call *call, const char *number, struct lz_bytes uid, const char **ret_url)
{
    struct lz_bytes token;
    lz_err err = lz_badge_token(call, number, LZ_TOKEN_CHIP, uid, &token);
    char *copy = err ? NULL : lz_arena_copy(call->arena, (const char *)token.data, token.size);
    if (!copy)
        return err ? err : lz_call_memory(call);
    copy[token.size - 1] ^= 1;
    struct lz_buf url;
    lz_buf_init(&url, URL_CAP);
    lz_token_url_nfc(lz_register_public_url(call->reg), lz_bytes_of(copy, token.size), &url);
    err = url.err;
    const char *text = err ? NULL : lz_arena_text(call->arena, (const char *)url.data);
    lz_buf_free(&url);
    if (!text)
        return err ? err : lz_call_memory(call);
    *ret_url = text;
    return LZ_OK;
}

static lz_err write_tag(struct lz_call *call, const char *folder, const struct tag *tag, const char *name,
                        struct lz_bytes uid, const char *url)
{
    struct lz_buf hex;
    lz_buf_init(&hex, 64);
    lz_hex_encode(uid, &hex);
    char *path = lz_arena_printf(call->arena, "%s/%s.ndef.json", folder, tag->file);
    char *label = lz_arena_printf(call->arena, "%s · %s", tag->word, name);
    json_t *value = hex.err || !path || !label
                        ? NULL
                        : json_pack("{s:s, s:s, s:s, s:s}", "label", label, "chip", tag->chip, "uid",
                                    (const char *)hex.data, "uri", url);
    char *text = lz_json_text(value, JSON_INDENT(2) | JSON_PRESERVE_ORDER);
    json_decref(value);
    lz_buf_free(&hex);
    if (!text)
        return lz_call_memory(call);
    lz_err err = lz_file_replace(path, lz_bytes_text(text), 0600, &call->fault);
    free(text);
    return err;
}

static lz_err make_tag(struct lz_call *call, const char *folder, const struct tag *tag)
{
    char number[LZ_DEMO_NUMBER_SIZE];
    uint8_t bytes[UID_SIZE];
    struct lz_certificate c;
    const char *url = NULL;
    lz_demo_number(tag->part, number);
    make_uid(tag->part, 0, bytes);
    struct lz_bytes uid = lz_bytes_of(bytes, sizeof bytes);
    lz_err err = lz_certificate_find(call, number, &c);
    if (!err)
        err = lz_badge_chip_url(call, number, tag->chip, uid, &url);
    if (!err && tag->deceit == FLIPPED)
        err = flip(call, number, uid, &url);
    if (!err && tag->deceit == OTHER_CHIP)
        make_uid(tag->part, 1, bytes);
    return err ? err : write_tag(call, folder, tag, c.name, uid, url);
}

/* Printed, encoded if it has a chip, and in its holder's hand. */
static lz_err hand_over(struct lz_call *call, size_t person, bool chip)
{
    static const enum lz_badge_event events[] = {LZ_BADGE_PRINT, LZ_BADGE_ENCODE, LZ_BADGE_HAND_OVER};
    char number[LZ_DEMO_NUMBER_SIZE];
    const char *url = NULL;
    struct lz_certificate c;
    struct lz_badge badge;
    lz_demo_number(person, number);
    lz_err err = lz_badge_qr_url(call, number, &url);
    if (!err)
        err = lz_certificate_find(call, number, &c);
    if (!err)
        err = lz_badge_live(call, c.id, &badge);
    for (size_t i = 0; !err && i < sizeof events / sizeof events[0]; i++)
        if (chip || events[i] != LZ_BADGE_ENCODE)
            err = lz_badge_change(call, badge.id, events[i], NULL);
    return err;
}

lz_err lz_demo_tags(struct lz_call *call, const char *dir)
{
    char *folder = lz_arena_printf(call->arena, "%s/demo-tags", dir);
    lz_err err = folder ? lz_folder_make(folder, 0700, &call->fault) : lz_call_memory(call);
    for (size_t i = 0; !err && i < sizeof tags / sizeof tags[0]; i++)
        err = make_tag(call, folder, &tags[i]);
    for (size_t person = LZ_DEMO_VALID; !err && person <= LZ_DEMO_POINTER; person++)
        err = hand_over(call, person, true);
    for (size_t person = LZ_DEMO_EXPIRING; !err && person < LZ_DEMO_EXPIRING + QR_BADGES; person++)
        err = hand_over(call, person, false);
    return err;
}
