/* Lines on the virtual reader's control socket. */
#include "nfc/virtual_control.h"
#include "tests/fuzz/faults.h"

#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct lz_virtual_command command = {.after = 12345};
    struct lz_fault fault = {0};
    lz_err err = lz_virtual_command_parse(lz_bytes_of(data, size), &command, &fault);
    lz_fuzz_need(err == LZ_OK ? memchr(command.path, 0, sizeof command.path) && command.after <= 99999
                              : err == LZ_INVALID && fault.field_count > 0 && command.after == 12345);
    return 0;
}
