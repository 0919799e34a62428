/* Compressed lists from outside: bounded, and every element can be asked for. */
#include "registry/credential/status_list.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size); /* libFuzzer declares it nowhere */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct lz_status_list list = {0};
    if (size == 0)
        return 0;
    if (lz_status_list_inflate(lz_bytes_of(data + 1, size - 1), data[0], &list) == LZ_OK) {
        if (list.size > LZ_STATUS_LIST_CAP)
            abort();
        for (size_t i = 0; i < list.count; i += list.count / 64 + 1) {
            if (lz_status_list_set(&list, i, 1) != LZ_OK || lz_status_list_get(&list, i) != 1)
                abort();
        }
    }
    lz_status_list_free(&list);
    return 0;
}
