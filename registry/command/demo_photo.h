/* Drawn portraits for the demo's people. */
#ifndef LZ_REGISTRY_COMMAND_DEMO_PHOTO_H
#define LZ_REGISTRY_COMMAND_DEMO_PHOTO_H

#include "registry/register.h"

/* Asks liangzheng-print, which stands beside this program, for most people's portraits.  *ret_missing: that
 * program is not there or failed; the demo goes on without photos. */
LZ_MUST lz_err lz_demo_photos(struct lz_call *call, const char *dir, bool *ret_missing);

#endif
