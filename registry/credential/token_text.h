/* How tokens travel: URLs on paper and in chips, and whatever a person pastes. */
#ifndef LZ_CREDENTIAL_TOKEN_TEXT_H
#define LZ_CREDENTIAL_TOKEN_TEXT_H

#include "registry/credential/token.h"

/* All take the register's public URL: scheme and host, no path ("https://zf.yanan.example"; a slash at the
 * end is ignored). */
/* HTTPS://HOST/V/<BASE32>: upper case, so that a QR code stays in alphanumeric mode. */
void lz_token_url_qr(const char *public_url, struct lz_bytes token, struct lz_buf *out);
/* https://host/v/<base64url>: shortest in a chip. */
void lz_token_url_nfc(const char *public_url, struct lz_bytes token, struct lz_buf *out);
/* https://host/c/NUMBER: for chips too small for a token. */
void lz_number_url(const char *public_url, const char *number, struct lz_buf *out);

enum lz_token_text_kind { LZ_TOKEN_TEXT_TOKEN, LZ_TOKEN_TEXT_NUMBER };
struct lz_token_text {
    enum lz_token_text_kind kind;
    uint8_t token[LZ_TOKEN_CAP];
    size_t token_size;
    char number[LZ_TOKEN_NUMBER];
    char query[128]; /* what stood behind '?', e.g. SUN parameters "e=…&c=…"; empty: none or too long */
};
/* A token in base32 or base64url, a number (spaces between its groups are dropped), or a URL of the forms
 * above in either case, with white space around it; whichever of the two encodings gives a token is taken.
 * The host is not looked at: the signature decides, not the address.  LZ_MALFORMED, LZ_TOO_LARGE; LZ_MEMORY
 * says nothing about the text.  A token that comes out has only been decoded from text: read it with
 * lz_token_read. */
LZ_MUST lz_err lz_token_text_parse(struct lz_bytes text, struct lz_token_text *ret_text);

#endif
