/* Compressed lists from outside: bounded, and every element can be asked for. */
#include "registry/credential/status_list.h"
#include "tests/fuzz/faults.h"

static void check_round_trip(const struct lz_status_list *list)
{
    struct lz_status_list again = {0};
    struct lz_buf packed;
    lz_buf_init(&packed, LZ_STATUS_LIST_CAP);
    if (!lz_status_list_deflate(list, &packed) &&
        !lz_status_list_inflate(lz_buf_view(&packed), list->bits, &again))
        lz_fuzz_need(
            lz_bytes_equal(lz_bytes_of(list->data, list->size), lz_bytes_of(again.data, again.size)));
    else
        lz_fuzz_sure(false);
    lz_status_list_free(&again);
    lz_buf_free(&packed);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct lz_status_list list = {0};
    if (size == 0)
        return 0;
    if (lz_status_list_inflate(lz_bytes_of(data + 1, size - 1), data[0], &list) == LZ_OK) {
        lz_fuzz_need(list.size <= LZ_STATUS_LIST_CAP && list.count == list.size * 8 / list.bits);
        if (list.size < 4096)
            check_round_trip(&list);
        for (size_t i = 0; i < list.count; i += list.count / 64 + 1) {
            lz_fuzz_need(lz_status_list_set(&list, i, 1) == LZ_OK && lz_status_list_get(&list, i) == 1);
        }
    }
    lz_status_list_free(&list);
    return 0;
}
