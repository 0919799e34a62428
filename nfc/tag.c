#include "nfc/tag.h"
#include "nfc/ndef.h"
#include "nfc/tag_ntag21x.h"

#include <string.h>
#include <strings.h>

/* The table of tag types.  A new chip: its file, its header here, its row here. */
static const struct lz_tag_type *const types[] = {
    &lz_tag_ntag213,
    &lz_tag_ntag215,
    &lz_tag_ntag216,
};
enum { TYPE_COUNT = sizeof types / sizeof types[0] };

const struct lz_tag_type *lz_tag_type_at(size_t index)
{
    return index < TYPE_COUNT ? types[index] : NULL;
}

const struct lz_tag_type *lz_tag_type_named(const char *name)
{
    for (size_t i = 0; name && i < TYPE_COUNT; i++)
        if (strcasecmp(name, types[i]->name) == 0)
            return types[i];
    return NULL;
}

void lz_tag_budget(struct lz_tag *tag, int budget_ms)
{
    tag->until_ms = lz_clock_monotonic_ms(tag->clock) + budget_ms;
}

int lz_tag_left(const struct lz_tag *tag)
{
    int64_t left = tag->until_ms - lz_clock_monotonic_ms(tag->clock);
    return left > 0 ? (int)left : 0;
}

void lz_tag_uid_hex(const struct lz_tag_id *id, char ret_hex[LZ_UID_HEX_SIZE])
{
    static const char digits[] = "0123456789abcdef";
    size_t at = 0;
    for (size_t i = 0; i < id->uid_size && i < LZ_UID_MAX; i++) {
        ret_hex[at++] = digits[id->uid[i] >> 4];
        ret_hex[at++] = digits[id->uid[i] & 0x0F];
    }
    ret_hex[at] = '\0';
}

lz_err lz_tag_again(struct lz_tag *tag)
{
    struct lz_tag_id id = {0};
    tag->logged_in = false;
    lz_err err = tag->reader->ops->select(tag->reader, lz_tag_left(tag), &id);
    if (err)
        return err == LZ_NOT_FOUND ? LZ_TAG_GONE : err;
    bool same = id.uid_size == tag->id.uid_size && memcmp(id.uid, tag->id.uid, id.uid_size) == 0;
    return same ? LZ_OK : LZ_TAG_GONE;
}

/* Asks each family whose SAK fits for its version, once, and looks for the row. */
static lz_err identify(struct lz_tag *tag)
{
    const struct lz_tag_ops *asked = NULL;
    uint8_t version[LZ_TAG_VERSION_SIZE] = {0};
    for (size_t i = 0; i < TYPE_COUNT; i++) {
        if (types[i]->sak != tag->id.sak)
            continue;
        if (types[i]->ops != asked) {
            asked = types[i]->ops;
            lz_err err = asked->version(tag, version);
            if (err == LZ_TAG_KIND)
                continue;
            if (err)
                return err;
        }
        if (memcmp(version, types[i]->version, sizeof version) == 0) {
            tag->type = types[i];
            return LZ_OK;
        }
    }
    return LZ_TAG_KIND;
}

lz_err lz_tag_open(struct lz_reader *reader, const struct lz_clock *clock, int budget_ms,
                   struct lz_tag *ret_tag)
{
    struct lz_tag tag = {.reader = reader, .clock = clock};
    lz_tag_budget(&tag, budget_ms);
    lz_err err = reader->ops->select(reader, lz_tag_left(&tag), &tag.id);
    if (!err)
        err = identify(&tag);
    if (!err || err == LZ_TAG_KIND)
        *ret_tag = tag;
    return err;
}

lz_err lz_tag_read_uri(struct lz_tag *tag, struct lz_buf *out)
{
    struct lz_buf area;
    lz_buf_init(&area, LZ_NDEF_AREA_MAX);
    struct lz_bytes message = {0};
    lz_err err = tag->type->ops->read(tag, &area);
    if (!err)
        err = lz_ndef_find(lz_buf_view(&area), &message);
    if (!err)
        err = lz_ndef_uri_decode(message, out);
    lz_buf_free(&area);
    return err;
}

lz_err lz_tag_write_uri(struct lz_tag *tag, const struct lz_tag_plan *plan, size_t *ret_size,
                        struct lz_fault *fault)
{
    struct lz_buf area;
    lz_buf_init(&area, LZ_NDEF_AREA_MAX);
    const struct lz_tag_ops *ops = tag->type->ops;
    lz_err err = lz_ndef_uri_encode(plan->uri, tag->type->capacity, &area);
    if (err) {
        bool large = err == LZ_TOO_LARGE;
        err = lz_fault_set(fault, err,
                           large ? "网址太长，这种芯片写不下；请换用容量更大的芯片。" : "网址格式不正确。",
                           large ? "The address does not fit on this chip; use a chip with more memory."
                                 : "This is not an address.");
        goto out;
    }
    err = ops->write(tag, lz_buf_view(&area), plan->password, fault);
    if (!err && plan->password)
        err = ops->protect(tag, plan->password, fault);
    if (!err && plan->read_only)
        err = ops->make_read_only(tag, fault);
    if (!err)
        *ret_size = area.size;
out:
    lz_buf_free(&area);
    return err;
}

lz_err lz_tag_wipe(struct lz_tag *tag, const struct lz_tag_password *password, struct lz_fault *fault)
{
    return tag->type->ops->wipe(tag, password, fault);
}
