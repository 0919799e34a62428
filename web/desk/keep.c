#include "web/desk/keep.h"

#include <stdlib.h>

lz_err lz_desk_keep_new(struct lz_register *reg, struct lz_desk_keep **ret_keep)
{
    struct lz_desk_keep *keep = calloc(1, sizeof *keep);
    if (!keep)
        return LZ_MEMORY;
    lz_err err = lz_imports_new(reg, &keep->imports);
    if (!err)
        err = lz_card_press_new(&keep->press);
    if (err) {
        lz_desk_keep_free(&keep);
        return err;
    }
    *ret_keep = keep;
    return LZ_OK;
}

void lz_desk_keep_free(struct lz_desk_keep **keep)
{
    if (!keep || !*keep)
        return;
    lz_imports_free(&(*keep)->imports);
    lz_card_press_free(&(*keep)->press);
    free(*keep);
    *keep = NULL;
}
