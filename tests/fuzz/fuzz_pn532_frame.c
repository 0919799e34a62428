/* The serial line to a PN532: frames lie inside the input and the walk ends; and the virtual chip, fed the
 * same bytes, says only whole frames. */
#include "nfc/pn532_frame.h"
#include "nfc/virtual_pn532.h"
#include "tests/fuzz/faults.h"

/* Counts frames; every step must use bytes or end. */
static size_t walk(struct lz_bytes rest, bool *ret_bad)
{
    size_t frames = 0;
    while (rest.size > 0) {
        struct lz_pn532_frame frame = {0};
        size_t used = 0;
        lz_err err = lz_pn532_frame_parse(rest, &frame, &used);
        lz_fuzz_need(used <= rest.size && (used > 0 || err == LZ_NOT_FOUND));
        if (err == LZ_NOT_FOUND)
            break;
        *ret_bad = *ret_bad || err;
        frames += !err;
        if (!err && frame.data.size > 0)
            lz_fuzz_need(frame.data.data >= rest.data &&
                         frame.data.data + frame.data.size <= rest.data + used);
        rest = lz_bytes_of(rest.data + used, rest.size - used);
    }
    return frames;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const uint8_t uid[7] = {0x04, 1, 2, 3, 4, 5, 6};
    struct lz_virtual_pn532 *chip = lz_virtual_pn532_new();
    struct lz_virtual_tag *tag = NULL;
    struct lz_buf out;
    bool bad = false;
    lz_buf_init(&out, 1 << 20);
    (void)walk(lz_bytes_of(data, size), &bad);
    if (!chip || lz_virtual_tag_new(lz_tag_type_at(size % 3), uid, &tag)) {
        lz_fuzz_sure(false);
        lz_virtual_pn532_free(&chip);
        return 0;
    }
    lz_virtual_pn532_put_tag(chip, tag, &out);
    lz_virtual_pn532_feed(chip, lz_bytes_of(data, size), 0, &out);
    lz_virtual_pn532_tick(chip, 1 << 20, &out);
    bad = false;
    (void)walk(lz_buf_view(&out), &bad);
    lz_fuzz_need(!bad);
    lz_virtual_pn532_free(&chip);
    lz_virtual_tag_free(&tag);
    lz_buf_free(&out);
    return 0;
}
