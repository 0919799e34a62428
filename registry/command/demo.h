/* Demo data: synthetic organs, people, photos and accounts, so that a newcomer has something to try. */
#ifndef LZ_REGISTRY_COMMAND_DEMO_H
#define LZ_REGISTRY_COMMAND_DEMO_H

#include "registry/register.h"

/* Fills the new register in `dir`.  Accounts of every role get generated passwords, written with the admin's
 * to logins.txt beside `dir` (0600).  Tags to lay on the virtual reader are written to `dir`/demo-tags.  Only
 * `call`'s arena and fault are used. */
LZ_MUST lz_err lz_demo_fill(struct lz_call *call, const char *dir, const char *admin_password);

#endif
