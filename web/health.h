/* Does the register still read and write?  A real write answers, at most once a second however many ask. */
#ifndef LZ_WEB_HEALTH_H
#define LZ_WEB_HEALTH_H

#include "registry/register.h"

struct lz_site_health;
LZ_MUST lz_err lz_site_health_new(struct lz_site_health **ret_health);
void lz_site_health_free(struct lz_site_health **health);
/* LZ_OK, or what reading or writing failed with; no older than a second. */
LZ_MUST lz_err lz_site_health_check(struct lz_site_health *health, struct lz_call *call);

#endif
