/* The offline verifier: one pinned log key, the log's entries, and an answer to every badge.
 *
 * Fails closed: what would be good but is not known freshly enough is `unconfirmed`; a known ending stays one
 * however old the knowledge.  One thread may sync while others verify. */
#ifndef LZ_CREDENTIAL_TRUST_H
#define LZ_CREDENTIAL_TRUST_H

#include "registry/base/clock.h"
#include "registry/credential/checkpoint.h"
#include "registry/credential/facts.h"
#include "registry/credential/reason.h"
#include "registry/credential/token.h"

#include <jansson.h>

enum {
    LZ_TRUST_CLOCK_SLACK_S = 120, /* how far a clock may lag behind a time that was seen */
    LZ_TRUST_MAX_AGE_S = 300      /* the usual max_age */
};

struct lz_trust;

/* `folder` keeps what was learnt (made if missing, written atomically; NULL: memory only).  `vkey` is the
 * pinned log key, or NULL: the one that the folder holds (an export), LZ_NOT_FOUND when it holds none.  A
 * folder of another key is LZ_CONFLICT; one that does not add up is LZ_CORRUPT.  Loading replays the entries
 * and proves them against the stored checkpoint. */
LZ_MUST lz_err lz_trust_open(const char *folder, const struct lz_vkey *vkey, struct lz_trust **ret_trust,
                             struct lz_fault *fault);
void lz_trust_free(struct lz_trust **trust);

/* Gets `path` below the registry's root ("checkpoint", "tile/entries/x001/067.p/12") and appends the body to
 * `out`, whose cap is set.  LZ_NETWORK, LZ_TIMEOUT, LZ_NOT_FOUND … are handed through by sync. */
struct lz_trust_fetch {
    lz_err (*get)(void *context, const char *path, struct lz_buf *out);
    void *context;
};
/* One round: checkpoint, its signature and time, new entries, proof that they extend what was known (the root
 * is recomputed from our own frontier), persist, use.  After a failure what was known before stands.
 *   LZ_STALE         an older checkpoint than the one known was shown: nothing learnt
 *   LZ_INCONSISTENT  the log contradicts itself: until a later round proves the log extends what was known,
 *                    nothing good is said; two signed checkpoints that contradict each other are remembered
 *                    for ever (folder/contradiction)
 * A folder that cannot be written (LZ_DISK_FULL, LZ_READ_ONLY, LZ_IO) is told after all was folded: what came
 * counts, and waits in memory for the next round that can store it.
 * `ret_changed` (NULL allowed): new entries came. */
LZ_MUST lz_err lz_trust_sync(struct lz_trust *trust, const struct lz_trust_fetch *fetch,
                             const struct lz_clock *clock, bool *ret_changed, struct lz_fault *fault);

/* What is known, as of when. */
struct lz_trust_state {
    uint64_t size;
    int64_t as_of;   /* UTC seconds of the newest cosignature; 0: never synced */
    int64_t highest; /* highest time ever seen */
    size_t tokens;
    bool inconsistent;
    lz_err storing; /* not LZ_OK: the folder takes nothing now, so that a restart would know less */
};
struct lz_trust_state lz_trust_state(const struct lz_trust *trust);

/* The verify value of DESIGN 12, offline.  Plain data: copy it, keep it. */
struct lz_trust_answer {
    enum lz_verdict verdict;
    enum lz_signature_evidence signature;
    enum lz_chip_evidence chip;
    int64_t as_of;                  /* 0: nothing is known */
    const struct lz_reason *reason; /* static; NULL: none */
    bool certified;                 /* signature and log vouch for what follows; else it is empty */
    struct lz_token token;
    char organ[LZ_ORGAN_NAME]; /* empty: the log does not name it */
    struct lz_date valid_until;
    enum lz_verdict standing;      /* of the badge itself: valid, suspended, revoked, cancelled, expired */
    const struct lz_reason *cause; /* why it stands so; NULL: none */
    int64_t effective_at, published_at; /* of the status; 0: none */
};

/* `uid`: the chip's that the token was read from; empty: read from paper, typed or pasted.  `max_age_s`: how
 * old knowledge may be for a good answer.  LZ_MALFORMED or LZ_TOO_LARGE only for what is no token at all. */
LZ_MUST lz_err lz_trust_verify(const struct lz_trust *trust, struct lz_bytes token, struct lz_bytes uid,
                               int64_t now_s, int64_t max_age_s, struct lz_trust_answer *ret_answer);
/* A typed number cannot be confirmed from the log: always `unconfirmed`. */
void lz_trust_verify_number(const struct lz_trust *trust, struct lz_trust_answer *ret_answer);
/* {"verdict","certificate":{number, kind, organ, name, valid_until, status, reason, effective_at,
 * published_at}|null,"evidence":{signature, chip, source},"as_of","reason"}; source is "offline".  New
 * reference; NULL: memory. */
json_t *lz_trust_answer_json(const struct lz_trust_answer *answer);

#endif
