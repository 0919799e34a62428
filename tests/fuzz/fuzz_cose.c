/* Any bytes are a COSE_Sign1 or are refused; whose signature holds was not made by a fuzzer. */
#include "registry/credential/cose.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size); /* libFuzzer declares it nowhere */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct lz_cose_sign1 sign1;
    struct lz_cose_sign1 untouched;
    memset(&sign1, 0x5a, sizeof sign1);
    memcpy(&untouched, &sign1, sizeof untouched);
    lz_err err = lz_cose_read(lz_bytes_of(data, size), 4096, &sign1);
    if (err != LZ_OK) {
        if (memcmp(&sign1, &untouched, sizeof sign1) != 0)
            abort(); /* outputs stay untouched on failure */
        return 0;
    }
    if (sign1.payload.size > size || sign1.signature.size > LZ_SIGNATURE_SIZE || sign1.kid.size > size)
        abort();
    return 0;
}
