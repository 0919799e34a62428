/* What this counter knows without asking: the offline trust store, kept in step with the registry's log by a
 * thread of its own that asks for the checkpoint about once a second. */
#ifndef LZ_WEB_KIOSK_KNOWLEDGE_H
#define LZ_WEB_KIOSK_KNOWLEDGE_H

#include "registry/base/log.h"
#include "registry/credential/trust.h"

enum { LZ_KNOWLEDGE_EVERY_MS = 1000 };

struct lz_knowledge;

struct lz_knowledge_state {
    struct lz_trust_state trust;
    lz_err folder; /* why there is no trust; LZ_OK: there is */
    char folder_text[LZ_LANG_COUNT][LZ_FAULT_TEXT];
    lz_err network;        /* of the last round; LZ_OK: in sync */
    int64_t network_since; /* UTC seconds: since when it is so; 0: no round has ended yet */
    bool clock_behind;
};

struct lz_knowledge_options {
    const char *registry; /* URL */
    const struct lz_vkey *vkey;
    const char *folder; /* NULL: memory only */
    const struct lz_clock *clock;
    const struct lz_log *log;
    /* After every round, on the syncing thread. */
    void (*changed)(void *context, const struct lz_knowledge_state *state);
    void *context;
};

/* A folder that cannot be used does not keep the counter from opening: it then knows nothing, says why, and
 * confirms nothing.  LZ_INVALID for a bad URL. */
LZ_MUST lz_err lz_knowledge_start(const struct lz_knowledge_options *options,
                                  struct lz_knowledge **ret_knowledge, struct lz_fault *fault);
void lz_knowledge_stop(struct lz_knowledge **knowledge); /* accepts NULL and pointer to NULL */

/* NULL: the folder cannot be used.  Lives as long as the knowledge. */
const struct lz_trust *lz_knowledge_trust(const struct lz_knowledge *knowledge);

void lz_knowledge_state(struct lz_knowledge *knowledge, struct lz_knowledge_state *ret_state);

/* Begins a round now and waits for its end.  True: in sync with what the registry knew at the call. */
bool lz_knowledge_sync(struct lz_knowledge *knowledge, int budget_ms);

#endif
