/* The log, folded: which tokens were published, what became of their badges, whose keys and names count.
 * Used by the offline verifier, `log verify`, and a restore.  Not for threads to share without a lock
 * (reading is const). */
#ifndef LZ_CREDENTIAL_FACTS_H
#define LZ_CREDENTIAL_FACTS_H

#include "registry/credential/log_entry.h"

struct lz_facts;
LZ_MUST lz_err lz_facts_new(struct lz_facts **ret_facts);
void lz_facts_free(struct lz_facts **facts);

/* Room for that many more entries of each sort: after it, applying them cannot fail for want of memory. */
struct lz_facts_need {
    size_t issues, statuses, keys, organs;
};
LZ_MUST lz_err lz_facts_reserve(struct lz_facts *facts, const struct lz_facts_need *need);
void lz_facts_need_add(struct lz_facts_need *need, const struct lz_log_entry *entry);
/* Later entries win, but the first issue of a digest stands. */
LZ_MUST lz_err lz_facts_apply(struct lz_facts *facts, const struct lz_log_entry *entry);

struct lz_facts_token {
    uint32_t list, idx;
    int64_t published_at;
    void *mark; /* for lz_facts_held */
};
bool lz_facts_token(const struct lz_facts *facts, const uint8_t digest[32], struct lz_facts_token *ret_token);
/* Remembers that this token's signature held; any thread, under a read lock.  Never a status. */
bool lz_facts_held(const struct lz_facts_token *token);
void lz_facts_hold(const struct lz_facts_token *token);

struct lz_facts_status {
    enum lz_status status;
    unsigned reason;
    int64_t published_at, effective_at;
};
/* Valid with zero times when the log never spoke of it. */
struct lz_facts_status lz_facts_status(const struct lz_facts *facts, uint32_t list, uint32_t idx);

struct lz_facts_key {
    const struct lz_verifying_key *key; /* lives as long as the facts */
    uint8_t kid[LZ_KID_SIZE];
    int64_t from, until;
    bool gap; /* in use at a restore: the log may lack some of what it signed */
};
/* An issuer key by its kid, or by position (false beyond the last). */
bool lz_facts_key(const struct lz_facts *facts, const uint8_t kid[LZ_KID_SIZE], struct lz_facts_key *ret_key);
bool lz_facts_key_at(const struct lz_facts *facts, size_t position, struct lz_facts_key *ret_key);
/* The log's own key as the last Ed25519 entry names it; NULL: none did. */
const struct lz_public_key *lz_facts_log_key(const struct lz_facts *facts);
const char *lz_facts_organ(const struct lz_facts *facts, uint32_t organ); /* NULL: not named */
size_t lz_facts_token_count(const struct lz_facts *facts);
/* Every badge that the log names, with its status: for a restore or a comparison; stops when `each` fails. */
LZ_MUST lz_err lz_facts_each_status(const struct lz_facts *facts,
                                    lz_err (*each)(void *context, uint32_t list, uint32_t idx,
                                                   const struct lz_facts_status *status),
                                    void *context);

#endif
