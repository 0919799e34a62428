/* The cards that the register hands to the printer's program: whole cards or a fault. */
#include "badge-print/card_json.h"
#include "registry/base/text.h"
#include "tests/fuzz/faults.h"

static void is_text(const char *text)
{
    lz_fuzz_need(!text || lz_utf8_valid(lz_bytes_text(text)));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct lz_arena *arena = lz_arena_new(8 << 20);
    struct lz_card *cards = NULL;
    size_t count = 0;
    struct lz_fault fault = {0};
    if (!arena)
        return 0;
    lz_err err = lz_cards_from_json(lz_bytes_of(data, size), arena, &cards, &count, &fault);
    lz_fuzz_sure(err == fault.code);
    lz_fuzz_need(!err || (cards == NULL && count == 0));
    for (size_t i = 0; i < count; i++) {
        lz_fuzz_need(cards[i].number && *cards[i].number && cards[i].name && cards[i].qr_text &&
                     (unsigned)cards[i].kind < LZ_CARD_KIND_COUNT && cards[i].photo.size <= size);
        is_text(cards[i].name);
        is_text(cards[i].scope);
        is_text(cards[i].organ);
    }
    lz_arena_free(&arena);
    return 0;
}
