/* Any bytes are a COSE_Sign1 or are refused; whose signature holds was not made by a fuzzer. */
#include "registry/credential/cose.h"
#include "tests/fuzz/faults.h"

#include <string.h>

static struct lz_verifying_key *key; /* nobody ever signed anything with its other half */

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
    (void)argc;
    (void)argv;
    static const uint8_t secret[32] = {1};
    struct lz_signing_key *signer = NULL;
    lz_fuzz_need(lz_signing_key_from_secret(LZ_KEY_P256, secret, &signer) == LZ_OK);
    lz_fuzz_need(lz_verifying_key_new(lz_signing_key_public(signer), &key) == LZ_OK);
    lz_signing_key_free(&signer);
    return 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct lz_cose_sign1 sign1;
    struct lz_cose_sign1 untouched;
    memset(&sign1, 0x5a, sizeof sign1);
    memcpy(&untouched, &sign1, sizeof untouched);
    lz_err err = lz_cose_read(lz_bytes_of(data, size), 4096, &sign1);
    if (err != LZ_OK) {
        lz_fuzz_need(memcmp(&sign1, &untouched, sizeof sign1) == 0); /* untouched on failure */
        return 0;
    }
    lz_fuzz_need(sign1.payload.size <= size && sign1.signature.size <= LZ_SIGNATURE_SIZE &&
                 sign1.kid.size <= size);
    lz_fuzz_need(lz_cose_verify(&sign1, (struct lz_bytes){0}, key) != LZ_OK);
    return 0;
}
