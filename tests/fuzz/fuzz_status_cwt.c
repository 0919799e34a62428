/* A status list from outside, with its signature: only the one that was signed is ever read.
 *
 * Input: 'p' and changes to the signed list (folder.h), else the whole list. */
#include "registry/credential/status_list.h"
#include "tests/fuzz/folder.h"

static struct lz_verifying_key *verifier;
static struct lz_buf issued;

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
    (void)argc;
    (void)argv;
    static const uint8_t secret[32] = {4};
    const struct lz_status_claims claims = {.subject = "https://zf.example/status/1",
                                            .issued_at = 1795406400,
                                            .expires_at = 1795500000,
                                            .ttl = 60,
                                            .tree_size = 7};
    struct lz_signing_key *key = NULL;
    struct lz_status_list list = {0};
    lz_buf_init(&issued, 4096);
    lz_fuzz_need(!lz_signing_key_from_secret(LZ_KEY_P256, secret, &key) &&
                 !lz_verifying_key_new(lz_signing_key_public(key), &verifier) &&
                 !lz_status_list_init(&list, 2, 64) && !lz_status_list_set(&list, 5, LZ_STATUS_REVOKED) &&
                 !lz_status_cwt_write(&list, &claims, key, &issued));
    lz_status_list_free(&list);
    lz_signing_key_free(&key);
    return 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct lz_bytes input = lz_bytes_of(data, size), cwt = input;
    struct lz_status_list list = {0};
    struct lz_status_claims claims = {0};
    uint8_t copy[4096];
    if (size > 0 && data[0] == 'p') {
        size_t left = issued.size;
        memcpy(copy, issued.data, left);
        input = lz_bytes_of(data + 1, size - 1);
        lz_fuzz_patch(&input, 8, copy, &left);
        cwt = lz_bytes_of(copy, left);
    }
    const bool genuine = lz_bytes_equal(cwt, lz_buf_view(&issued));
    lz_err err = lz_status_cwt_read(cwt, verifier, &list, &claims);
    lz_fuzz_need(err || genuine);
    if (genuine)
        lz_fuzz_sure(!err);
    if (!err)
        lz_fuzz_need(list.bits == 2 && lz_status_list_get(&list, 5) == LZ_STATUS_REVOKED &&
                     claims.tree_size == 7);
    lz_status_list_free(&list);
    return 0;
}
