/* How the server is to run: options of the command line, else [serve] of the register's liangzheng.ini, else
 * what the options' table says. */
#ifndef LZ_WEB_SERVE_SETTINGS_H
#define LZ_WEB_SERVE_SETTINGS_H

#include "registry/base/arena.h"
#include "registry/base/options.h"

struct lz_serve_settings {
    const char *listen;        /* HOST:PORT */
    const char *trusted_proxy; /* ADDR,…; "": none */
    unsigned threads, lookups_per_minute;
};

/* `dir`/liangzheng.ini may be missing.  Its keys are called like the options.  Texts live in `arena`.
 * LZ_INVALID names every line that is wrong. */
LZ_MUST lz_err lz_serve_settings_read(const struct lz_options *options, const char *dir,
                                      struct lz_arena *arena, struct lz_serve_settings *ret_settings,
                                      struct lz_fault *fault);

#endif
