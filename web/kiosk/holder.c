#include "web/kiosk/holder.h"

#include <string.h>

void lz_holder_init(struct lz_holder *holder)
{
    holder->details = NULL;
    lz_buf_init(&holder->photo, LZ_HOLDER_PHOTO_MAX);
}

void lz_holder_reset(struct lz_holder *holder)
{
    json_decref(holder->details);
    lz_buf_free(&holder->photo);
    lz_holder_init(holder);
}

lz_err lz_holder_copy(const struct lz_holder *from, struct lz_holder *to)
{
    struct lz_holder copy;
    lz_holder_init(&copy);
    copy.details = from->details ? json_deep_copy(from->details) : NULL;
    if (from->photo.size > 0)
        lz_buf_add(&copy.photo, from->photo.data, from->photo.size);
    if (copy.photo.err || (from->details && !copy.details)) {
        lz_holder_reset(&copy);
        return LZ_MEMORY;
    }
    lz_holder_reset(to);
    *to = copy;
    return LZ_OK;
}

const char *lz_photo_type(struct lz_bytes photo)
{
    static const struct {
        const char *type;
        uint8_t magic[8];
        size_t size;
    } types[] = {
        {"image/jpeg", {0xFF, 0xD8, 0xFF}, 3},
        {"image/png", {0x89, 'P', 'N', 'G', '\r', '\n', 0x1A, '\n'}, 8},
    };
    for (size_t i = 0; i < sizeof types / sizeof types[0]; i++)
        if (photo.size > types[i].size && memcmp(photo.data, types[i].magic, types[i].size) == 0)
            return types[i].type;
    return NULL;
}
