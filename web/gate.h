/* Everything that may refuse a request before its handler runs. */
#ifndef LZ_WEB_GATE_H
#define LZ_WEB_GATE_H

#include "web/route.h"

/* Who asks: sets session, token and actor.  A cookie that opens no session is as if there were none. */
LZ_MUST lz_err lz_gate_session(struct lz_visit *visit);
/* Role, rate, CSRF, inputs, scope, in this order; sets visit->values and let_in.  visit->route is
 * set. */
LZ_MUST lz_err lz_gate(struct lz_visit *visit, const struct lz_form *segments);

#endif
