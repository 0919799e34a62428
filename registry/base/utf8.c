#include "registry/base/text.h"

#include <string.h>

enum { REPLACEMENT = 0xFFFD };

/* One row of RFC 3629 section 4: the lead bytes, how many bytes follow, and the range of the first of them,
 * which is what rules out overlong forms, surrogates and what lies beyond U+10FFFF. */
static const struct form {
    uint8_t lead_first, lead_last;
    uint8_t follow;
    uint8_t second_first, second_last;
} forms[] = {
    {0x00, 0x7F, 0, 0x00, 0x00}, {0xC2, 0xDF, 1, 0x80, 0xBF}, {0xE0, 0xE0, 2, 0xA0, 0xBF},
    {0xE1, 0xEC, 2, 0x80, 0xBF}, {0xED, 0xED, 2, 0x80, 0x9F}, {0xEE, 0xEF, 2, 0x80, 0xBF},
    {0xF0, 0xF0, 3, 0x90, 0xBF}, {0xF1, 0xF3, 3, 0x80, 0xBF}, {0xF4, 0xF4, 3, 0x80, 0x8F},
};

static const struct form *form_of(uint8_t lead)
{
    if (lead >= 0xE1 && lead <= 0xEC) /* nearly all of Chinese */
        return &forms[3];
    for (size_t i = 0; i < sizeof forms / sizeof forms[0]; i++)
        if (lead >= forms[i].lead_first && lead <= forms[i].lead_last)
            return &forms[i];
    return NULL;
}

/* Reads one character of at most `size` bytes; 0 when it is not well formed, else its length. */
static size_t decode(const uint8_t *data, size_t size, uint32_t *ret_code)
{
    const struct form *form = form_of(data[0]);
    if (!form || size <= form->follow)
        return 0;
    if (form->follow == 0) {
        *ret_code = data[0];
        return 1;
    }
    if (data[1] < form->second_first || data[1] > form->second_last)
        return 0;
    uint32_t code = data[0] & (0x3FU >> form->follow);
    for (size_t i = 1; i <= form->follow; i++) {
        if ((data[i] & 0xC0) != 0x80)
            return 0;
        code = code << 6 | (data[i] & 0x3FU);
    }
    *ret_code = code;
    return form->follow + 1U;
}

bool lz_utf8_valid(struct lz_bytes text)
{
    for (size_t at = 0; at < text.size;) {
        uint32_t code;
        size_t n = decode(text.data + at, text.size - at, &code);
        if (n == 0)
            return false;
        at += n;
    }
    return true;
}

uint32_t lz_utf8_next(const char **at)
{
    const uint8_t *data = (const uint8_t *)*at;
    if (data[0] < 0x80) {
        *at += data[0] != 0;
        return data[0];
    }
    uint32_t code = REPLACEMENT;
    size_t n = decode(data, 4, &code); /* the NUL, being no continuation byte, stops it */
    *at += n ? n : 1;
    return code;
}

size_t lz_utf8_count(const char *text)
{
    size_t count = 0;
    while (lz_utf8_next(&text))
        count++;
    return count;
}
