#include "web/desk/card_press.h"

#include "web/http/page.h"

#include <pthread.h>
#include <stdlib.h>

struct lz_card_press {
    pthread_mutex_t lock;
    struct lz_card_renderer *renderer;
};

lz_err lz_card_press_new(struct lz_card_press **ret_press)
{
    struct lz_card_press *press = calloc(1, sizeof *press);
    if (!press || pthread_mutex_init(&press->lock, NULL) != 0) {
        free(press);
        return LZ_MEMORY;
    }
    *ret_press = press;
    return LZ_OK;
}

void lz_card_press_free(struct lz_card_press **press)
{
    if (!press || !*press)
        return;
    lz_card_renderer_free(&(*press)->renderer);
    pthread_mutex_destroy(&(*press)->lock);
    free(*press);
    *press = NULL;
}

/* An installed program finds the designs beside itself, one in a build folder in the source tree. */
static lz_err ready(struct lz_card_press *press, struct lz_fault *fault)
{
    if (press->renderer)
        return LZ_OK;
    const char *folder = LZ_DESIGNS_DIR;
    struct lz_arena *arena = lz_arena_new(0);
    if (!arena)
        return lz_fault_set(fault, LZ_MEMORY, NULL, NULL);
    struct lz_fault unused = {0};
    lz_err err = lz_share_folder(arena, NULL, "designs", &folder, &unused);
    if (err == LZ_OK || err == LZ_NOT_FOUND)
        err = lz_card_renderer_new(folder, &press->renderer, fault);
    lz_arena_free(&arena);
    return err;
}

lz_err lz_card_press_pdf(struct lz_card_press *press, const struct lz_card *card, struct lz_buf *out,
                         struct lz_fault *fault)
{
    pthread_mutex_lock(&press->lock);
    lz_err err = ready(press, fault);
    if (!err)
        err = lz_card_render_pdf(press->renderer, card, 1, LZ_CARD_BOTH, out, fault);
    pthread_mutex_unlock(&press->lock);
    return err;
}

lz_err lz_card_press_png(struct lz_card_press *press, const struct lz_card *card, enum lz_card_side side,
                         int dpi, struct lz_buf *out, struct lz_fault *fault)
{
    pthread_mutex_lock(&press->lock);
    lz_err err = ready(press, fault);
    if (!err)
        err = lz_card_render_png(press->renderer, card, side, dpi, out, fault);
    pthread_mutex_unlock(&press->lock);
    return err;
}
