#include "registry/role.h"

#include <string.h>

struct row {
    const char *name;
    const char *word[LZ_LANG_COUNT];
};

static const struct row rows[LZ_ROLE_COUNT] = {
    [LZ_ROLE_NOBODY] = {"nobody", {"公众", "Public"}},
    [LZ_ROLE_ADMIN] = {"admin", {"系统管理员", "Administrator"}},
    [LZ_ROLE_BUREAU] = {"bureau", {"司法行政机关", "Judicial bureau"}},
    [LZ_ROLE_HR] = {"hr", {"人事", "HR"}},
    [LZ_ROLE_TRAINER] = {"trainer", {"培训员", "Trainer"}},
    [LZ_ROLE_CLERK] = {"clerk", {"制证员", "Badge clerk"}},
    [LZ_ROLE_AUDITOR] = {"auditor", {"审计", "Auditor"}},
    [LZ_ROLE_SYSTEM] = {"system", {"系统", "System"}},
};

const char *lz_role_name(enum lz_role role)
{
    return rows[role].name;
}
const char *lz_role_word(enum lz_role role, lz_lang lang)
{
    return rows[role].word[lang == LZ_EN];
}

lz_err lz_role_parse(const char *name, enum lz_role *ret_role)
{
    for (unsigned i = 0; i < LZ_ROLE_COUNT; i++) {
        enum lz_role role = (enum lz_role)i;
        if ((LZ_ROLES(role) & LZ_ROLES_STAFF) && strcmp(name, rows[i].name) == 0) {
            *ret_role = role;
            return LZ_OK;
        }
    }
    return LZ_INVALID;
}
