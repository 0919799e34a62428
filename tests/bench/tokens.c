/* Tokens of COUNT certificates spread over a register of SIZE, one base64url a line.  Usage: bench_tokens DIR
 * COUNT SIZE. */
#include "registry/badge.h"
#include "registry/base/encoding.h"

#include <stdio.h>
#include <stdlib.h>

int main(int argc, char **argv)
{
    struct lz_register *reg = NULL;
    struct lz_fault fault = {0};
    struct lz_arena *arena = lz_arena_new(0);
    int count = argc == 4 ? atoi(argv[2]) : 0, step = count ? atoi(argv[3]) / count : 0;
    lz_err err = arena && step ? lz_register_open(argv[1], NULL, &reg, &fault) : LZ_USAGE;
    for (int i = 1; !err && i <= count; i++) {
        struct lz_call call = {.reg = reg, .actor = &lz_actor_local_admin, .arena = arena, .origin = "bench"};
        struct lz_bytes token;
        struct lz_buf text;
        char number[32];
        snprintf(number, sizeof number, "27%09d", 1 + (i - 1) * step);
        err = lz_badge_token(&call, number, LZ_TOKEN_QR, (struct lz_bytes){0}, &token);
        if (err)
            break;
        lz_buf_init(&text, 4096);
        lz_base64url_encode(token, &text);
        err = text.err;
        if (!err)
            puts((const char *)text.data);
        lz_buf_free(&text);
        lz_arena_reset(arena);
    }
    lz_register_close(&reg);
    lz_arena_free(&arena);
    return err ? 3 : 0;
}
