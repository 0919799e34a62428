/* The counter's page and its machine-readable twin, over web/http. */
#ifndef LZ_WEB_KIOSK_SITE_H
#define LZ_WEB_KIOSK_SITE_H

#include "web/http/page.h"
#include "web/kiosk/kiosk.h"

struct lz_kiosk_site {
    struct lz_kiosk *kiosk;
    const struct lz_pages *pages;
    const struct lz_assets *assets;
    const struct lz_catalogue *texts;
    const struct lz_clock *clock;
};

/* A lz_http_handler; `context` is a struct lz_kiosk_site.
 *   GET  /                the page               GET /screen   what changes on it, for its script
 *   GET  /state, /events  DESIGN 12              GET /photo/SEQ
 *   POST /number          {"number"}: a typed number      POST /text  {"text"}: a code that the camera read
 *   GET  /demo, POST /demo/insert {"uid"}, /demo/remove, /demo/unplug, /demo/replug   only with a virtual
 * reader A POST takes JSON and answers with the state, or a form and leads back to the page. */
void lz_kiosk_handle(void *context, const struct lz_http_request *request, struct lz_http_reply *reply);

#endif
