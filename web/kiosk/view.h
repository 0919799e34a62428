/* From the counter's state to what its templates need: words, dates and sentences in one language. */
#ifndef LZ_WEB_KIOSK_VIEW_H
#define LZ_WEB_KIOSK_VIEW_H

#include "registry/base/clock.h"
#include "registry/credential/verdict.h"
#include "web/http/catalogue.h"

struct lz_kiosk_view {
    struct lz_arena *arena;
    const struct lz_catalogue *texts;
    lz_lang lang;
    int64_t now_s;      /* UTC seconds */
    int64_t show_s;     /* how long a verdict is shown */
    uint64_t seen;      /* a tap up to this seq has been shown long enough */
    const json_t *demo; /* lz_demo_list's value; NULL: no panel */
};

/* `state` is lz_kiosk_state_json's value.  Gives {key, reader_away, notices:[{kind,title,text}],
 * verdict|false, foot_left, foot_right, demo|false, lang_query, …} for kiosk/screen.  `key` changes when the
 * stage does. New reference; NULL: memory. */
json_t *lz_kiosk_view(const struct lz_kiosk_view *view, const json_t *state);

/* "2026-11-23 16:00:05" here; arena; "" for what is no instant. */
const char *lz_kiosk_local_time(struct lz_arena *arena, const char *instant);
/* The sentence behind a reason's code, whatever its group; NULL when there is none. */
const char *lz_kiosk_reason_text(const struct lz_kiosk_view *view, enum lz_verdict verdict,
                                 const char *reason);

#endif
