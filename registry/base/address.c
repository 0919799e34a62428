#include "registry/base/address.h"

#include <arpa/inet.h>
#include <stdio.h>
#include <string.h>

/* "[a]:p" and "1.2.3.4:p" without the port; anything else whole.  False: longer than any address. */
static bool without_port(const char *text, char ret_host[LZ_ADDRESS_TEXT])
{
    const char *first = strchr(text, ':');
    size_t size = strlen(text);
    const char *digits = NULL;
    if (text[0] == '[') {
        text++;
        size = strcspn(text, "]");
        if (text[size] != ']' || (text[size + 1] != ':' && text[size + 1] != '\0'))
            return false;
        digits = text[size + 1] ? text + size + 2 : NULL;
    } else if (first && !strchr(first + 1, ':')) {
        size = (size_t)(first - text);
        digits = first + 1;
    }
    if (digits && (digits[0] == '\0' || strlen(digits) > 5 || digits[strspn(digits, "0123456789")] != '\0'))
        return false;
    if (size >= LZ_ADDRESS_TEXT)
        return false;
    memcpy(ret_host, text, size);
    ret_host[size] = '\0';
    return true;
}

bool lz_address_parse(const char *text, char ret_address[LZ_ADDRESS_TEXT])
{
    char host[LZ_ADDRESS_TEXT];
    struct in6_addr six;
    struct in_addr four;
    if (!without_port(text, host))
        return false;
    if (inet_pton(AF_INET, host, &four) == 1)
        return inet_ntop(AF_INET, &four, ret_address, LZ_ADDRESS_TEXT) != NULL;
    if (inet_pton(AF_INET6, host, &six) != 1)
        return false;
    if (IN6_IS_ADDR_V4MAPPED(&six))
        return inet_ntop(AF_INET, &six.s6_addr[12], ret_address, LZ_ADDRESS_TEXT) != NULL;
    return inet_ntop(AF_INET6, &six, ret_address, LZ_ADDRESS_TEXT) != NULL;
}

void lz_address_asker(const char *peer, char ret_asker[LZ_ADDRESS_TEXT])
{
    struct in6_addr six;
    if (!lz_address_parse(peer, ret_asker)) {
        snprintf(ret_asker, LZ_ADDRESS_TEXT, "%s", peer);
        return;
    }
    if (inet_pton(AF_INET6, ret_asker, &six) == 1) {
        memset(&six.s6_addr[8], 0, 8);
        inet_ntop(AF_INET6, &six, ret_asker, LZ_ADDRESS_TEXT);
    }
}
