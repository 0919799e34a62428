#include "web/http/negotiate.h"

#include <string.h>
#include <strings.h>

static const char *skip_space(const char *at)
{
    return at + strspn(at, " \t");
}

/* "0.85" in thousandths (RFC 9110 12.4.2: at most three digits); -1: not a weight. */
static int weight(const char *text, size_t size)
{
    if (size == 0 || (text[0] != '0' && text[0] != '1') || (size > 1 && text[1] != '.') || size > 5)
        return -1;
    int value = (text[0] - '0') * 1000;
    int unit = 100;
    for (size_t i = 2; i < size; i++, unit /= 10) {
        if (text[i] < '0' || text[i] > '9')
            return -1;
        value += (text[i] - '0') * unit;
    }
    return value > 1000 ? -1 : value;
}

/* The q parameter among an element's parameters. */
static int element_quality(const char *params, const char *end)
{
    while (params < end) {
        params = skip_space(params + 1);
        size_t size = strcspn(params, ";,");
        if (size >= 2 && (params[0] == 'q' || params[0] == 'Q') && params[1] == '=') {
            size_t value_size = size - 2;
            while (value_size && (params[1 + value_size] == ' ' || params[1 + value_size] == '\t'))
                value_size--;
            return weight(params + 2, value_size);
        }
        params += size;
    }
    return 1000;
}

/* How exactly an element names the token: 3 itself, 2 its type ("text/" + "*") or language prefix, 1
 * everything. */
static int exactness(const char *element, size_t size, const char *token)
{
    size_t token_size = strlen(token);
    if (size == token_size && strncasecmp(element, token, size) == 0)
        return 3;
    const char *slash = strchr(token, '/');
    if (slash) {
        size_t type = (size_t)(slash - token) + 1;
        if (size == type + 1 && element[type] == '*' && strncasecmp(element, token, type) == 0)
            return 2;
        return size == 3 && strncmp(element, "*/*", 3) == 0 ? 1 : 0;
    }
    if (size > token_size && element[token_size] == '-' && strncasecmp(element, token, token_size) == 0)
        return 2;
    return size == 1 && element[0] == '*' ? 1 : 0;
}

int lz_accept_quality(const char *header, const char *token)
{
    int best = 0;
    int quality = -1;
    for (const char *at = header; at && *at;) {
        at += strspn(at, " \t,");
        size_t whole = strcspn(at, ",");
        size_t name = strcspn(at, ";,");
        const char *params = at + name;
        while (name && (at[name - 1] == ' ' || at[name - 1] == '\t'))
            name--;
        int exact = exactness(at, name, token);
        int q = element_quality(params, at + whole);
        if (q >= 0 && (exact > best || (exact == best && exact && q > quality))) {
            best = exact;
            quality = q;
        }
        at += whole;
    }
    return quality;
}

enum lz_media lz_negotiate_media(const char *accept)
{
    if (!accept || !strcasestr(accept, "text/html"))
        return LZ_MEDIA_JSON;
    int html = lz_accept_quality(accept, "text/html");
    int json = lz_accept_quality(accept, "application/json");
    return html > 0 && html >= json ? LZ_MEDIA_HTML : LZ_MEDIA_JSON;
}

bool lz_negotiate_gzip(const char *accept_encoding)
{
    return lz_accept_quality(accept_encoding, "gzip") > 0;
}

lz_lang lz_negotiate_lang(const char *accept_language)
{
    int zh = lz_accept_quality(accept_language, "zh");
    int en = lz_accept_quality(accept_language, "en");
    return en > zh && en > 0 ? LZ_EN : LZ_ZH;
}

static const struct {
    const char *name;
    const char *html;
} LANGS[LZ_LANG_COUNT] = {[LZ_ZH] = {"zh", "zh-CN"}, [LZ_EN] = {"en", "en"}};

bool lz_lang_parse(const char *text, lz_lang *ret_lang)
{
    for (size_t i = 0; text && i < LZ_LANG_COUNT; i++) {
        size_t size = strlen(LANGS[i].name);
        if (strncasecmp(text, LANGS[i].name, size) == 0 && (text[size] == '\0' || text[size] == '-')) {
            *ret_lang = (lz_lang)i;
            return true;
        }
    }
    return false;
}

const char *lz_lang_name(lz_lang lang)
{
    return LANGS[lang].name;
}

const char *lz_lang_html(lz_lang lang)
{
    return LANGS[lang].html;
}
