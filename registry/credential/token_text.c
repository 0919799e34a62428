#include "registry/credential/token_text.h"

#include "registry/base/encoding.h"

#include <ctype.h>
#include <string.h>

enum { TEXT_MAX = 1024 };

static struct lz_bytes trim(struct lz_bytes text)
{
    while (text.size > 0 && isspace(text.data[0])) {
        text.data++;
        text.size--;
    }
    while (text.size > 0 && isspace(text.data[text.size - 1])) {
        text.size--;
    }
    return text;
}

/* The public URL without the slashes at its end. */
static struct lz_bytes base_of(const char *public_url)
{
    struct lz_bytes url = lz_bytes_text(public_url);
    while (url.size > 0 && url.data[url.size - 1] == '/') {
        url.size--;
    }
    return url;
}

void lz_token_url_qr(const char *public_url, struct lz_bytes token, struct lz_buf *out)
{
    struct lz_bytes base = base_of(public_url);
    for (size_t i = 0; i < base.size; i++) {
        lz_buf_byte(out, (uint8_t)toupper(base.data[i]));
    }
    lz_buf_text(out, "/V/");
    lz_base32_encode(token, out);
}

void lz_token_url_nfc(const char *public_url, struct lz_bytes token, struct lz_buf *out)
{
    struct lz_bytes base = base_of(public_url);
    lz_buf_add(out, base.data, base.size);
    lz_buf_text(out, "/v/");
    lz_base64url_encode(token, out);
}

void lz_number_url(const char *public_url, const char *number, struct lz_buf *out)
{
    struct lz_bytes base = base_of(public_url);
    lz_buf_add(out, base.data, base.size);
    lz_buf_text(out, "/c/");
    lz_buf_text(out, number);
}

/* A token begins with tag 18 and an array of four; no text reads as one in both encodings, since the first
 * character in base64url is '0', which base32 does not have. */
static bool looks_like_token(const struct lz_buf *bytes)
{
    return bytes->size >= 2 && bytes->data[0] == 0xd2 && bytes->data[1] == 0x84;
}

typedef lz_err (*decoder)(struct lz_bytes in, struct lz_buf *out);

/* Whatever is no token is LZ_MALFORMED; what could not be decoded for want of memory may be one. */
static lz_err decode_token(struct lz_bytes text, struct lz_token_text *ret_text)
{
    static const decoder decoders[] = {lz_base64url_decode, lz_base32_decode};
    lz_err err = LZ_MALFORMED;
    for (size_t i = 0; i < sizeof decoders / sizeof decoders[0] && err == LZ_MALFORMED; i++) {
        struct lz_buf bytes;
        lz_buf_init(&bytes, LZ_TOKEN_CAP);
        lz_err decoded = decoders[i](text, &bytes);
        if (decoded == LZ_OK && looks_like_token(&bytes)) {
            memcpy(ret_text->token, bytes.data, bytes.size);
            ret_text->token_size = bytes.size;
            ret_text->kind = LZ_TOKEN_TEXT_TOKEN;
            err = LZ_OK;
        } else if (decoded == LZ_MEMORY) {
            err = LZ_MEMORY;
        }
        lz_buf_free(&bytes);
    }
    return err;
}

static lz_err take_number(struct lz_bytes text, struct lz_token_text *ret_text)
{
    if (!lz_token_number_valid(text)) {
        return LZ_MALFORMED;
    }
    ret_text->kind = LZ_TOKEN_TEXT_NUMBER;
    memcpy(ret_text->number, text.data, text.size);
    ret_text->number[text.size] = '\0';
    return LZ_OK;
}

/* "6106 9900 03": people type a number in groups.  Spaces alone, ASCII's and U+3000; without any digit it is
 * a sentence. */
static lz_err take_spaced_number(struct lz_bytes text, struct lz_token_text *ret_text)
{
    uint8_t packed[LZ_TOKEN_NUMBER];
    size_t size = 0;
    bool spaced = false, digits = false;
    for (size_t i = 0; i < text.size; i++) {
        digits = digits || (text.data[i] >= '0' && text.data[i] <= '9');
        if (text.data[i] == ' ') {
            spaced = true;
            continue;
        }
        if (text.size - i >= 3 && memcmp(text.data + i, "\xe3\x80\x80", 3) == 0) {
            i += 2;
            spaced = true;
            continue;
        }
        if (size == sizeof packed) {
            return LZ_MALFORMED;
        }
        packed[size++] = text.data[i];
    }
    return digits || !spaced ? take_number(lz_bytes_of(packed, size), ret_text) : LZ_MALFORMED;
}

/* Cuts '?query' and '#fragment' off. */
static struct lz_bytes cut_query(struct lz_bytes text, struct lz_token_text *ret_text)
{
    const uint8_t *hash = memchr(text.data, '#', text.size);
    if (hash != NULL) {
        text.size = (size_t)(hash - text.data);
    }
    const uint8_t *mark = memchr(text.data, '?', text.size);
    if (mark != NULL) {
        size_t size = text.size - (size_t)(mark + 1 - text.data);
        if (size < sizeof ret_text->query) {
            memcpy(ret_text->query, mark + 1, size);
            ret_text->query[size] = '\0';
        }
        text.size = (size_t)(mark - text.data);
    }
    return text;
}

/* The last two segments of a URL's path: a letter, and what it is about. */
static lz_err parse_url(struct lz_bytes url, struct lz_token_text *ret_text)
{
    const uint8_t *slash = memrchr(url.data, '/', url.size);
    if (slash == NULL || slash - url.data < 2 || slash[-2] != '/') {
        return LZ_MALFORMED;
    }
    struct lz_bytes tail = lz_bytes_of(slash + 1, url.size - (size_t)(slash + 1 - url.data));
    switch (slash[-1]) {
    case 'v':
    case 'V':
        return decode_token(tail, ret_text);
    case 'c':
    case 'C':
        return take_number(tail, ret_text);
    default:
        return LZ_MALFORMED;
    }
}

lz_err lz_token_text_parse(struct lz_bytes text, struct lz_token_text *ret_text)
{
    struct lz_token_text parsed = {0};
    text = trim(text);
    if (text.size == 0) {
        return LZ_MALFORMED;
    }
    if (text.size > TEXT_MAX) {
        return LZ_TOO_LARGE;
    }
    lz_err err;
    if (memchr(text.data, '/', text.size) != NULL) {
        err = parse_url(cut_query(text, &parsed), &parsed);
    } else {
        err = decode_token(text, &parsed);
        if (err == LZ_MALFORMED) {
            err = take_spaced_number(text, &parsed);
        }
    }
    if (err == LZ_OK) {
        *ret_text = parsed;
    }
    return err;
}
