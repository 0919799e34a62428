#include "web/http/cookie.h"

#include <string.h>

/* RFC 6265 4.1.1 cookie-octet */
static bool octet(char c)
{
    unsigned char u = (unsigned char)c;
    return u == 0x21 || (u >= 0x23 && u <= 0x2b) || (u >= 0x2d && u <= 0x3a) || (u >= 0x3c && u <= 0x5b) ||
           (u >= 0x5d && u <= 0x7e);
}

static bool octets(const char *text, size_t size)
{
    for (size_t i = 0; i < size; i++) {
        if (!octet(text[i]))
            return false;
    }
    return true;
}

static bool token(const char *text)
{
    if (!*text)
        return false;
    for (; *text; text++) {
        if (!octet(*text) || strchr("()<>@:/[]?={}", *text))
            return false;
    }
    return true;
}

const char *lz_cookie_find(struct lz_arena *arena, const char *header, const char *name)
{
    size_t name_size = strlen(name);
    const char *found = NULL;
    size_t found_size = 0;
    for (const char *at = header; at && *at;) {
        at += strspn(at, " \t;");
        size_t size = strcspn(at, ";");
        if (size > name_size && at[name_size] == '=' && memcmp(at, name, name_size) == 0) {
            const char *value = at + name_size + 1;
            size_t value_size = size - name_size - 1;
            while (value_size && (value[value_size - 1] == ' ' || value[value_size - 1] == '\t'))
                value_size--;
            bool same = found && found_size == value_size && memcmp(found, value, value_size) == 0;
            if (!octets(value, value_size) || (found && !same))
                return NULL;
            found = value;
            found_size = value_size;
        }
        at += size;
    }
    return found ? lz_arena_copy(arena, found, found_size) : NULL;
}

const char *lz_cookie_get(const struct lz_http_request *request, const char *name)
{
    const char *header = lz_http_header_get(request, "Cookie");
    return header ? lz_cookie_find(request->arena, header, name) : NULL;
}

lz_err lz_cookie_set(struct lz_http_reply *reply, const struct lz_cookie *cookie)
{
    if (!token(cookie->name) || !octets(cookie->value, strlen(cookie->value)) ||
        (strncmp(cookie->name, "__Host-", 7) == 0 && !cookie->secure))
        return LZ_INTERNAL;
    const char *age = "";
    if (cookie->max_age_s)
        age = lz_arena_printf(reply->arena, "; Max-Age=%lld",
                              cookie->max_age_s > 0 ? (long long)cookie->max_age_s : 0LL);
    if (!age)
        return LZ_MEMORY;
    const char *line = lz_arena_printf(reply->arena, "%s=%s; Path=/%s%s%s; SameSite=%s", cookie->name,
                                       cookie->value, age, cookie->secure ? "; Secure" : "",
                                       cookie->script ? "" : "; HttpOnly", cookie->strict ? "Strict" : "Lax");
    if (!line)
        return LZ_MEMORY;
    lz_http_reply_header_add(reply, "Set-Cookie", line);
    return LZ_OK;
}
