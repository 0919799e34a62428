/* The counter, put together: reader process, trust, verdicts, what follows them, and the page. */
#ifndef LZ_WEB_KIOSK_KIOSK_H
#define LZ_WEB_KIOSK_KIOSK_H

#include "registry/base/log.h"
#include "web/http/feed.h"
#include "web/http/page.h"
#include "web/kiosk/demo.h"
#include "web/kiosk/state.h"

struct lz_kiosk;

struct lz_kiosk_options {
    const char *registry; /* URL; the only host that is ever asked, whatever stands on a tag */
    const struct lz_vkey *log_key;
    const char *reader;      /* libnfc's connection string */
    const char *nfc_program; /* path of liangzheng-nfc */
    const char *trust;       /* folder; NULL: memory only */
    int64_t max_age_s;
    int64_t show_s; /* how long the page shows a verdict */
    const char
        *virtual_control;     /* socket of the virtual reader: the page gets the demo's panel; NULL: none */
    const char *virtual_tags; /* folder of badges for it; NULL: none */
    const struct lz_clock *clock;
    const struct lz_log *log;
};

/* Everything in the options outlives the counter.  Starts its threads; the reader's absence is no error. */
LZ_MUST lz_err lz_kiosk_start(const struct lz_kiosk_options *options, struct lz_kiosk **ret_kiosk,
                              struct lz_fault *fault);
void lz_kiosk_stop(struct lz_kiosk **kiosk); /* accepts NULL and pointer to NULL */

/* Judges what was shown and makes it the latest tap, unless something newer was answered meanwhile.  May wait
 * for the registry (LZ_JUDGE_ASK_MS).  Any thread. */
LZ_MUST lz_err lz_kiosk_show(struct lz_kiosk *kiosk, enum lz_tap_way way, struct lz_bytes text,
                             struct lz_bytes uid);

/* Parts that the page uses; borrowed. */
const struct lz_kiosk_options *lz_kiosk_options_of(const struct lz_kiosk *kiosk);
struct lz_kiosk_state *lz_kiosk_state_of(struct lz_kiosk *kiosk);
struct lz_feed *lz_kiosk_feed(struct lz_kiosk *kiosk);
struct lz_demo *lz_kiosk_demo(struct lz_kiosk *kiosk); /* NULL: no virtual reader */

#endif
