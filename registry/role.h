/* Who may do what: six staff roles, each bound to an organ and all that lies below it.  The command line acts
 * as the local admin unless told `--as USER`; the timer acts as the system. */
#ifndef LZ_REGISTRY_ROLE_H
#define LZ_REGISTRY_ROLE_H

#include "registry/base/error.h"

#include <stdint.h>

/* A new role also needs its row in role.c, its place in the sets below, a migration (account.role has a
 * CHECK), and its name in the choices of web/routes_desk.c. */
enum lz_role {
    LZ_ROLE_NOBODY,  /* the public */
    LZ_ROLE_ADMIN,   /* 系统管理员 */
    LZ_ROLE_BUREAU,  /* 司法行政机关 */
    LZ_ROLE_HR,      /* 人事 */
    LZ_ROLE_TRAINER, /* 培训员 */
    LZ_ROLE_CLERK,   /* 制证员 */
    LZ_ROLE_AUDITOR, /* 审计 */
    LZ_ROLE_SYSTEM,  /* the timer: expiry and scheduled changes */
    LZ_ROLE_COUNT
};

/* Sets of roles, for route rows and state tables. */
typedef uint32_t lz_roles;
#define LZ_ROLES(role) ((lz_roles)1 << (role))
#define LZ_ROLES_BUREAU (LZ_ROLES(LZ_ROLE_ADMIN) | LZ_ROLES(LZ_ROLE_BUREAU))
#define LZ_ROLES_FILING (LZ_ROLES_BUREAU | LZ_ROLES(LZ_ROLE_HR))
#define LZ_ROLES_BADGE (LZ_ROLES_BUREAU | LZ_ROLES(LZ_ROLE_CLERK))
#define LZ_ROLES_STAFF                                                                                       \
    (LZ_ROLES_FILING | LZ_ROLES(LZ_ROLE_TRAINER) | LZ_ROLES(LZ_ROLE_CLERK) | LZ_ROLES(LZ_ROLE_AUDITOR))
#define LZ_ROLES_PUBLIC (LZ_ROLES(LZ_ROLE_NOBODY) | LZ_ROLES_STAFF)
#define LZ_ROLES_SYSTEM LZ_ROLES(LZ_ROLE_SYSTEM)

const char *lz_role_name(enum lz_role role);               /* "hr"; stable */
const char *lz_role_word(enum lz_role role, lz_lang lang); /* 人事 / HR */
LZ_MUST lz_err lz_role_parse(const char *name,
                             enum lz_role *ret_role); /* LZ_INVALID for what is no staff role */

#endif
