/* Bytes as a token, and as text that a person pasted: a token that is read is the only spelling of itself,
 * and nothing but the token that was signed verifies. */
#include "registry/credential/token_text.h"
#include "tests/fuzz/faults.h"

#include <string.h>

static struct lz_verifying_key *verifier;
static struct lz_buf issued; /* the one token that its key ever signed */

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
    (void)argc;
    (void)argv;
    static const uint8_t secret[32] = {3};
    const struct lz_token token = {.number = "61060200001",
                                   .expires_at = 1860000000,
                                   .organ = 7,
                                   .list = 1,
                                   .idx = 123456,
                                   .name = "\xE7\x8E\x8B\xE7\xA4\xBA\xE8\x8C\x83"};
    struct lz_signing_key *key = NULL;
    lz_buf_init(&issued, LZ_TOKEN_CAP);
    lz_fuzz_need(!lz_signing_key_from_secret(LZ_KEY_P256, secret, &key) &&
                 !lz_verifying_key_new(lz_signing_key_public(key), &verifier) &&
                 !lz_token_write(&token, key, &issued));
    lz_signing_key_free(&key);
    return 0;
}

static void check(struct lz_bytes bytes)
{
    struct lz_token token;
    uint8_t kid[LZ_KID_SIZE];
    if (!lz_token_verify(bytes, verifier))
        lz_fuzz_need(lz_bytes_equal(bytes, lz_buf_view(&issued)));
    if (lz_token_read(bytes, &token, kid) != LZ_OK)
        return;
    lz_fuzz_need(lz_token_number_valid(lz_bytes_text(token.number)) && token.uid_size <= LZ_TOKEN_UID_MAX &&
                 (unsigned)token.kind < LZ_TOKEN_KIND_COUNT && token.expires_at >= 0);
}

/* The token that was signed, with bytes of the input laid over it: place, value, place, value … */
static void check_altered(const uint8_t *data, size_t size)
{
    uint8_t bytes[LZ_TOKEN_CAP];
    memcpy(bytes, issued.data, issued.size);
    for (size_t i = 0; i + 1 < size && i < 32; i += 2)
        bytes[data[i] % issued.size] ^= data[i + 1];
    check(lz_bytes_of(bytes, size % 64 == 63 ? issued.size - 1 : issued.size));
}

/* Text of either spelling comes back as the bytes that it was made of. */
static void check_text(struct lz_bytes token, void (*write)(const char *, struct lz_bytes, struct lz_buf *))
{
    struct lz_token_text text;
    struct lz_buf url;
    lz_buf_init(&url, 2048);
    write("https://zf.example", token, &url);
    if (url.err || lz_token_text_parse(lz_buf_view(&url), &text))
        lz_fuzz_sure(false);
    else
        lz_fuzz_need(text.kind == LZ_TOKEN_TEXT_TOKEN &&
                     lz_bytes_equal(lz_bytes_of(text.token, text.token_size), token));
    lz_buf_free(&url);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct lz_token_text text;
    struct lz_token token;
    uint8_t kid[LZ_KID_SIZE];
    const struct lz_bytes bytes = lz_bytes_of(data, size);
    check(bytes);
    check_altered(data, size);
    if (!lz_token_read(bytes, &token, kid)) {
        check_text(bytes, lz_token_url_qr);
        check_text(bytes, lz_token_url_nfc);
    }
    if (lz_token_text_parse(bytes, &text) == LZ_OK && text.kind == LZ_TOKEN_TEXT_TOKEN)
        check(lz_bytes_of(text.token, text.token_size));
    return 0;
}
