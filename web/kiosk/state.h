/* What the counter shows now: the reader, the trust, the latest tap.  One JSON value, read by GET /state,
 * streamed by GET /events, rendered by the page. */
#ifndef LZ_WEB_KIOSK_STATE_H
#define LZ_WEB_KIOSK_STATE_H

#include "web/http/feed.h"
#include "web/kiosk/holder.h"
#include "web/kiosk/judge.h"
#include "web/kiosk/knowledge.h"
#include "web/kiosk/tap_line.h"

struct lz_kiosk_state; /* usable from any thread */

/* `feed` (borrowed, NULL: none) gets the value whenever it changes. */
LZ_MUST lz_err lz_kiosk_state_new(const struct lz_clock *clock, int64_t max_age_s, struct lz_feed *feed,
                                  struct lz_kiosk_state **ret_state);
void lz_kiosk_state_free(struct lz_kiosk_state **state); /* accepts NULL and pointer to NULL */

/* What the reader told: ready or away, a tag there or gone.  The verdict of a tap comes by
 * lz_kiosk_state_tap. */
void lz_kiosk_state_reader(struct lz_kiosk_state *state, const struct lz_tap_line *line);
void lz_kiosk_state_knowledge(struct lz_kiosk_state *state, const struct lz_knowledge_state *knowledge);

enum lz_tap_way {
    LZ_TAP_CHIP,
    LZ_TAP_CODE,
    LZ_TAP_NUMBER
}; /* laid on the reader, shown to the camera, typed */

/* A number for what is being judged, rising; *ret_ticket orders answers, for a slow one must not replace a
 * newer. */
uint64_t lz_kiosk_state_begin(struct lz_kiosk_state *state);
/* The verdict becomes the latest tap, with what is already known of the holder (NULL: nothing).  Returns its
 * seq (from 1), or 0 when something newer was begun and answered meanwhile. */
uint64_t lz_kiosk_state_tap(struct lz_kiosk_state *state, uint64_t ticket, enum lz_tap_way way,
                            const struct lz_judgement *judgement, const struct lz_holder *holder);
/* Replaces verify value and holder of the tap of this seq by what the registry told; nothing happens when it
 * is the latest no more. */
void lz_kiosk_state_enrich(struct lz_kiosk_state *state, uint64_t seq, const json_t *value,
                           const struct lz_holder *holder);

/* DESIGN 12, with more:
 * {"reader","tag":"there|none","reader_reason":{code,zh,en}|null,"network":"up|away","network_since","trust":{size,
 * as_of,highest,tokens,"state":"ready|never|stale|clock-behind|inconsistent|broken","storing":code|null,"reason":{…}|null},"tap":{seq,at,rev,way,
 * photo:"/photo/SEQ?rev=N"|null, …verify value}|null}.  New reference; NULL: memory. */
json_t *lz_kiosk_state_json(struct lz_kiosk_state *state);
/* The photo of the latest tap when it has this seq; into `out`. */
bool lz_kiosk_state_photo(struct lz_kiosk_state *state, uint64_t seq, struct lz_buf *out);

#endif
