/* The registry's log, fetched once into a folder: what `liangzheng restore --log URL` replays. */
#ifndef LZ_WEB_KIOSK_MIRROR_H
#define LZ_WEB_KIOSK_MIRROR_H

#include "registry/base/clock.h"
#include "registry/credential/trust.h"

/* Brings `folder` (made when missing) up to what `registry` serves under `vkey`; the same folder as a
 * kiosk's.  Errors of lz_registry_client_new, lz_trust_open and lz_trust_sync. */
LZ_MUST lz_err lz_mirror(const char *registry, const struct lz_vkey *vkey, const char *folder,
                         const struct lz_clock *clock, struct lz_trust_state *ret_state,
                         struct lz_fault *fault);

#endif
