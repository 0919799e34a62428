#include "registry/base/encoding.h"

#include <string.h>

/* One alphabet of RFC 4648: each character carries `bits` bits.  `ranges` lists the characters that decode,
 * which may be more than those that encode (either case). */
struct range {
    char first, last;
    uint8_t value; /* of `first` */
};
struct alphabet {
    const char *characters;
    unsigned bits;
    struct range ranges[5]; /* unused ones match nothing a text holds: first > last */
};

#define NO_RANGE                                                                                             \
    {                                                                                                        \
        1, 0, 0                                                                                              \
    }

static const struct alphabet hex = {
    "0123456789abcdef", 4, {{'0', '9', 0}, {'a', 'f', 10}, {'A', 'F', 10}, NO_RANGE, NO_RANGE}};
static const struct alphabet base32 = {"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567",
                                       5,
                                       {{'A', 'Z', 0}, {'2', '7', 26}, {'a', 'z', 0}, NO_RANGE, NO_RANGE}};
static const struct alphabet base64 = {
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/",
    6,
    {{'A', 'Z', 0}, {'a', 'z', 26}, {'0', '9', 52}, {'+', '+', 62}, {'/', '/', 63}}};
static const struct alphabet base64url = {
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_",
    6,
    {{'A', 'Z', 0}, {'a', 'z', 26}, {'0', '9', 52}, {'-', '-', 62}, {'_', '_', 63}}};

enum { CHUNK = 256, NOT_A_DIGIT = 0xFF };

static void encode(const struct alphabet *alphabet, struct lz_bytes in, struct lz_buf *out)
{
    const unsigned bits = alphabet->bits, mask = (1U << bits) - 1;
    char chunk[CHUNK];
    size_t used = 0;
    unsigned held = 0, held_bits = 0;
    for (size_t i = 0; i < in.size; i++) {
        held = (held << 8 | in.data[i]) & 0xFFFF;
        held_bits += 8;
        while (held_bits >= bits) {
            held_bits -= bits;
            chunk[used++] = alphabet->characters[held >> held_bits & mask];
        }
        if (used > CHUNK - 4) {
            lz_buf_add(out, chunk, used);
            used = 0;
        }
    }
    if (held_bits)
        chunk[used++] = alphabet->characters[held << (bits - held_bits) & mask];
    lz_buf_add(out, chunk, used);
}

/* The value of every character.  Made for each text: pictures of cards are long enough to want a table, and
 * keeping one for good would be state. */
static void list_digits(const struct alphabet *alphabet, uint8_t ret_digits[256])
{
    memset(ret_digits, NOT_A_DIGIT, 256);
    for (size_t i = 0; i < sizeof alphabet->ranges / sizeof alphabet->ranges[0]; i++) {
        const struct range *r = &alphabet->ranges[i];
        for (int character = (unsigned char)r->first; character <= r->last; character++)
            ret_digits[character] = (uint8_t)(r->value + (character - r->first));
    }
}

/* Whether decoding yields whole bytes and nothing else: one text per value, so that a token cannot be written
 * in two ways (RFC 4648 section 3.5). */
static bool well_formed(const struct alphabet *alphabet, const uint8_t digits[256], struct lz_bytes in)
{
    for (size_t i = 0; i < in.size; i++)
        if (digits[in.data[i]] == NOT_A_DIGIT)
            return false;
    size_t left_over = in.size % 8 * alphabet->bits % 8;
    if (left_over >= alphabet->bits)
        return false;
    return left_over == 0 || (digits[in.data[in.size - 1]] & ((1U << left_over) - 1)) == 0;
}

static lz_err decode(const struct alphabet *alphabet, struct lz_bytes in, struct lz_buf *out)
{
    if (out->err)
        return out->err;
    uint8_t digits[256], chunk[CHUNK];
    list_digits(alphabet, digits);
    if (!well_formed(alphabet, digits, in))
        return LZ_MALFORMED;
    size_t used = 0;
    unsigned held = 0, held_bits = 0;
    for (size_t i = 0; i < in.size; i++) {
        held = (held << alphabet->bits | digits[in.data[i]]) & 0xFFFF;
        held_bits += alphabet->bits;
        if (held_bits >= 8) {
            held_bits -= 8;
            chunk[used++] = (uint8_t)(held >> held_bits);
        }
        if (used == CHUNK) {
            lz_buf_add(out, chunk, used);
            used = 0;
        }
    }
    lz_buf_add(out, chunk, used);
    return out->err;
}

void lz_hex_encode(struct lz_bytes in, struct lz_buf *out)
{
    encode(&hex, in, out);
}
void lz_base32_encode(struct lz_bytes in, struct lz_buf *out)
{
    encode(&base32, in, out);
}
void lz_base64url_encode(struct lz_bytes in, struct lz_buf *out)
{
    encode(&base64url, in, out);
}
void lz_base64_encode(struct lz_bytes in, struct lz_buf *out)
{
    static const char padding[3][3] = {"", "==", "="};
    encode(&base64, in, out);
    lz_buf_text(out, padding[in.size % 3]);
}

lz_err lz_hex_decode(struct lz_bytes in, struct lz_buf *out)
{
    return decode(&hex, in, out);
}
lz_err lz_base32_decode(struct lz_bytes in, struct lz_buf *out)
{
    return decode(&base32, in, out);
}
lz_err lz_base64url_decode(struct lz_bytes in, struct lz_buf *out)
{
    return decode(&base64url, in, out);
}
lz_err lz_base64_decode(struct lz_bytes in, struct lz_buf *out)
{
    if (in.size % 4 != 0)
        return LZ_MALFORMED;
    /* At most two: a third `=` stays and is refused as a foreign character. */
    for (int i = 0; i < 2 && in.size > 0 && in.data[in.size - 1] == '='; i++)
        in.size--;
    return decode(&base64, in, out);
}
