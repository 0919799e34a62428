/* After the verdict: photo and scope, asked of the registry by the token, on a thread of its own so that the
 * next tap never waits.  Only the newest question counts. */
#ifndef LZ_WEB_KIOSK_ENRICH_H
#define LZ_WEB_KIOSK_ENRICH_H

#include "registry/base/log.h"
#include "web/kiosk/state.h"

struct lz_enrich;

struct lz_enrich_options {
    const char *registry; /* URL */
    const struct lz_clock *clock;
    const struct lz_log *log;
    struct lz_kiosk_state *state;
    struct lz_holder_cache *cache;
    void (*behind)(void *context); /* the registry knows of an ending that our log does not: time to sync */
    void *context;
};

/* All of it is borrowed.  LZ_INVALID for a bad URL. */
LZ_MUST lz_err lz_enrich_start(const struct lz_enrich_options *options, struct lz_enrich **ret_enrich,
                               struct lz_fault *fault);
void lz_enrich_stop(struct lz_enrich **enrich); /* accepts NULL and pointer to NULL */
/* Asks for what belongs to the tap `seq`; the judgement is copied.  Replaces a question that still waits. */
void lz_enrich_ask(struct lz_enrich *enrich, uint64_t seq, const struct lz_judgement *judgement);

/* The value to show after the registry's answer (a verify value or what claims to be one): the offline value,
 * unless the registry knows of an ending; *ret_details is what it tells of the holder, NULL: nothing.  New
 * references. */
json_t *lz_enrich_merge(const struct lz_judgement *judgement, const json_t *answer, json_t **ret_details);

#endif
