#include "nfc/virtual_tag.h"
#include "nfc/tag_ntag21x.h"
#include "nfc/virtual_ntag21x.h"

#include <stdlib.h>

static const struct {
    const struct lz_tag_type *type;
    struct lz_virtual_tag *(*make)(const struct lz_tag_type *type, const uint8_t uid[7]);
} makers[] = {
    {&lz_tag_ntag213, lz_virtual_ntag21x_new},
    {&lz_tag_ntag215, lz_virtual_ntag21x_new},
    {&lz_tag_ntag216, lz_virtual_ntag21x_new},
};

lz_err lz_virtual_tag_new(const struct lz_tag_type *type, const uint8_t uid[7],
                          struct lz_virtual_tag **ret_tag)
{
    for (size_t i = 0; i < sizeof makers / sizeof makers[0]; i++) {
        if (makers[i].type != type)
            continue;
        struct lz_virtual_tag *tag = makers[i].make(type, uid);
        if (!tag)
            return LZ_MEMORY;
        *ret_tag = tag;
        return LZ_OK;
    }
    return LZ_TAG_KIND;
}

void lz_virtual_tag_free(struct lz_virtual_tag **tag)
{
    if (!tag)
        return;
    free(*tag);
    *tag = NULL;
}
