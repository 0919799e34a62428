/* What all requests share: the register, texts, templates, files, counters.  Made once, then only read. */
#ifndef LZ_WEB_SITE_H
#define LZ_WEB_SITE_H

#include "registry/base/log.h"
#include "registry/register.h"
#include "web/http/access_log.h"
#include "web/http/asset.h"
#include "web/http/catalogue.h"
#include "web/http/metrics.h"
#include "web/http/page.h"
#include "web/rate.h"

struct lz_site_health;
struct lz_desk_keep;

struct lz_site {
    struct lz_register *reg;  /* borrowed */
    const struct lz_log *log; /* borrowed; NULL: silent */
    struct lz_access_log *access;
    struct lz_catalogue *texts;
    struct lz_assets *assets;
    struct lz_pages *pages;
    struct lz_metrics *metrics;
    struct lz_metric *requests[6];  /* by the status' first digit; 0: none of 1 to 5 */
    struct lz_metric *refused_rate; /* look-ups beyond the limit */
    struct lz_metric *verdicts[16]; /* by enum lz_verdict */
    struct lz_metric *duration;
    struct lz_rate *lookups; /* public look-ups by number, per peer */
    struct lz_site_health *health;
    struct lz_desk_keep *desk; /* what the staff pages keep between requests */
    bool secure;               /* the public URL is https: cookies are Secure and carry __Host- */
    const char *cookie;        /* name of the session's cookie */
};

struct lz_site_options {
    struct lz_register *reg;
    const struct lz_log *log;
    const char *share; /* folder holding templates/, static/, messages/; NULL: found by lz_share_folder */
    unsigned lookups_per_minute; /* 0: no limit */
};

LZ_MUST lz_err lz_site_open(const struct lz_site_options *options, struct lz_site **ret_site,
                            struct lz_fault *fault);
void lz_site_close(struct lz_site **site); /* accepts NULL and pointer to NULL; sets NULL */

#endif
