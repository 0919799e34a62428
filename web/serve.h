/* The server as a whole: a register, a site, listening sockets, the timer.  serve_main.c is its command line.
 */
#ifndef LZ_WEB_SERVE_H
#define LZ_WEB_SERVE_H

#include "web/site.h"

struct lz_serve_options {
    const char *host; /* NULL: "127.0.0.1" */
    uint16_t port;    /* 0: a free one */
    unsigned threads; /* 0: 32 */
    const char *const *trusted_proxies;
    size_t trusted_proxy_count;
};

struct lz_serve;

/* Listens and serves `site` (borrowed); from now on a thread does once a second what is due: scheduled
 * changes, expiries, the daily anchor. */
LZ_MUST lz_err lz_serve_start(struct lz_site *site, const struct lz_serve_options *options,
                              struct lz_serve **ret_serve, struct lz_fault *fault);
uint16_t lz_serve_port(const struct lz_serve *serve);
/* Lets running answers finish; accepts NULL and pointer to NULL, sets NULL. */
void lz_serve_stop(struct lz_serve **serve);

#endif
