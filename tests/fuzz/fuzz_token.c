/* Bytes as a token, and as text that a person pasted: a token that is read is the only spelling of itself. */
#include "registry/credential/token_text.h"

#include <stdlib.h>

static void check(struct lz_bytes bytes)
{
    struct lz_token token;
    uint8_t kid[LZ_KID_SIZE];
    if (lz_token_read(bytes, &token, kid) != LZ_OK)
        return;
    if (!lz_token_number_valid(lz_bytes_text(token.number)) || token.uid_size > LZ_TOKEN_UID_MAX ||
        (unsigned)token.kind >= LZ_TOKEN_KIND_COUNT || token.expires_at < 0)
        abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size); /* libFuzzer declares it nowhere */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct lz_token_text text;
    check(lz_bytes_of(data, size));
    if (lz_token_text_parse(lz_bytes_of(data, size), &text) == LZ_OK && text.kind == LZ_TOKEN_TEXT_TOKEN)
        check(lz_bytes_of(text.token, text.token_size));
    return 0;
}
