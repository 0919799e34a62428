/* An account with its password hash, for account.c and session.c only; wipe it after use. */
#ifndef LZ_REGISTRY_ACCOUNT_ROW_H
#define LZ_REGISTRY_ACCOUNT_ROW_H

#include "registry/password.h"
#include "registry/register.h"

struct lz_account_row {
    struct lz_actor actor;
    char password[LZ_PASSWORD_HASH_SIZE];
    bool disabled;
};
LZ_MUST lz_err lz_account_row_find(struct lz_call *call, const char *login,
                                   struct lz_account_row *ret_row); /* LZ_NOT_FOUND */

/* Copies at most size - 1 bytes and ends the text; NULL gives an empty one. */
static inline void lz_text_cut(char *to, size_t size, const char *from)
{
    size_t n = 0;
    for (; from && from[n] && n + 1 < size; n++)
        to[n] = from[n];
    to[n] = '\0';
}

#endif
