/* The counter's page is for this machine alone: where it may listen, and whose requests it takes.  A page of
 * the open web that runs in the counter's browser may neither read what was tapped (DNS rebinding) nor act
 * (CSRF). */
#ifndef LZ_WEB_KIOSK_GUARD_H
#define LZ_WEB_KIOSK_GUARD_H

#include "web/http/http.h"

enum { LZ_LISTEN_HOST = 64 };

/* "127.0.0.1:8090", "[::1]:8090", "localhost:0".  LZ_INVALID for anything that is not loopback or has no
 * port. */
LZ_MUST lz_err lz_kiosk_listen_parse(const char *text, char ret_host[LZ_LISTEN_HOST], uint16_t *ret_port,
                                     struct lz_fault *fault);
/* Is this a Host header ("localhost:8090") that names this machine?  Any port: a tunnel may change it. */
bool lz_kiosk_host_is_local(const char *host);
/* LZ_FORBIDDEN: a Host that is not this machine; a request that the browser says comes from another site; and
 * for what changes something, an Origin other than the Host. */
LZ_MUST lz_err lz_kiosk_guard(const struct lz_http_request *request, struct lz_fault *fault);

#endif
