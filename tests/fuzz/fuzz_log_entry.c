/* An entry that is read is written back byte for byte. */
#include "registry/credential/log_entry.h"
#include "tests/fuzz/faults.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct lz_log_entry entry;
    struct lz_buf out;
    lz_buf_init(&out, LZ_ENTRY_MAX);
    if (!lz_log_entry_read(lz_bytes_of(data, size), &entry)) {
        if (lz_log_entry_write(&entry, &out))
            lz_fuzz_sure(false);
        else
            lz_fuzz_need(lz_bytes_equal(lz_buf_view(&out), lz_bytes_of(data, size)));
    }
    lz_buf_free(&out);
    return 0;
}
