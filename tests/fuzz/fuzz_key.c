/* Keys from outside: a PEM file of a register's keys folder, and COSE_Keys of the log.  A key that is read
 * works. */
#include "registry/credential/key.h"
#include "tests/fuzz/folder.h"

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
    (void)argc;
    (void)argv;
    lz_fuzz_folder_make();
    return 0;
}

static void check_signs(const struct lz_signing_key *key)
{
    struct lz_verifying_key *verifier = NULL;
    uint8_t signature[LZ_SIGNATURE_SIZE], kid[LZ_KID_SIZE];
    const struct lz_bytes message = lz_bytes_text("message"), other = lz_bytes_text("massage");
    if (!lz_verifying_key_new(lz_signing_key_public(key), &verifier) &&
        !lz_signing_key_sign(key, message, signature)) {
        const struct lz_bytes view = lz_bytes_of(signature, sizeof signature);
        lz_fuzz_sure(!lz_verifying_key_verify(verifier, message, view));
        lz_fuzz_need(lz_verifying_key_verify(verifier, other, view) != LZ_OK);
        lz_fuzz_sure(!lz_key_kid(lz_signing_key_public(key), kid));
    } else {
        lz_fuzz_sure(false);
    }
    lz_verifying_key_free(&verifier);
}

static void check_file(struct lz_bytes pem)
{
    char path[LZ_FUZZ_PATH];
    struct lz_signing_key *key = NULL;
    struct lz_fault fault = {0};
    lz_fuzz_write(lz_fuzz_path(path, "key.pem"), pem);
    lz_err err = lz_signing_key_load(path, &key, &fault);
    lz_fuzz_need((err == LZ_OK) == (key != NULL) && fault.code == err);
    if (!key)
        return;
    check_signs(key);
    err = lz_signing_key_save(key, lz_fuzz_path(path, "copy.pem"), &fault);
    lz_fuzz_sure(!err);
    if (!err) {
        struct lz_signing_key *again = NULL;
        lz_fuzz_sure(!lz_signing_key_load(path, &again, NULL));
        if (again)
            lz_fuzz_need(lz_public_key_equal(lz_signing_key_public(key), lz_signing_key_public(again)));
        lz_signing_key_free(&again);
    }
    lz_signing_key_free(&key);
}

static void check_cose(struct lz_bytes bytes)
{
    struct lz_public_key key;
    struct lz_verifying_key *verifier = NULL;
    struct lz_buf out;
    if (lz_cose_key_read(bytes, &key))
        return;
    lz_buf_init(&out, 256);
    lz_cose_key_write(&key, &out);
    lz_fuzz_sure(!out.err);
    lz_fuzz_need(out.err || lz_bytes_equal(lz_buf_view(&out), bytes));
    lz_buf_reset(&out);
    lz_buf_free(&out);
    lz_buf_init(&out, 1024);
    lz_fuzz_sure(!lz_jwk_write(&key, &out));
    if (!lz_verifying_key_new(&key, &verifier))
        lz_fuzz_need(lz_public_key_equal(&key, lz_verifying_key_public(verifier)));
    lz_verifying_key_free(&verifier);
    lz_buf_free(&out);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const struct lz_bytes bytes = lz_bytes_of(data, size);
    check_cose(bytes);
    if (size > 16 && data[0] == '-')
        check_file(bytes);
    return 0;
}
