/* What the register tells the world: the transparency log, its checkpoints and tiles, the status lists, the
 * keys. Size and frontier of the log are read inside the write transaction, never cached: server and command
 * line may both write. */
#ifndef LZ_REGISTRY_PUBLISH_H
#define LZ_REGISTRY_PUBLISH_H

#include "registry/base/bytes.h"
#include "registry/credential/log_entry.h"
#include "registry/register.h"

#include <jansson.h>

/* The time of an entry appended now: this second, or the newest entry's where the clock has gone back, since
 * the windows of keys are compared with it and published time never runs backwards.  Inside a write. */
LZ_MUST lz_err lz_log_time(struct lz_call *call, int64_t *ret_time);
/* The same where the log's newest entry is at hand; empty: the log is. */
LZ_MUST lz_err lz_log_time_after(struct lz_call *call, struct lz_bytes newest, int64_t *ret_time);
/* Appends an entry; inside a write.  Its time is lz_log_time, whatever it says.  *ret_position may be NULL.
 */
LZ_MUST lz_err lz_log_append(struct lz_call *call, const struct lz_log_entry *entry, int64_t *ret_position);
LZ_MUST lz_err lz_log_size(struct lz_call *call, int64_t *ret_size);
/* The signed checkpoint over what is durably committed, with a cosignature no older than `max_age_s` (30 by
 * DESIGN 4): signed anew when the log grew or the cosignature aged.  Usable from any thread, not
 * inside a write (LZ_INTERNAL); text in the arena. */
LZ_MUST lz_err lz_log_checkpoint(struct lz_call *call, int64_t max_age_s, struct lz_bytes *ret_note);
/* A hash tile or entry bundle as the path below /tile/ names it ("0/x001/067", "entries/000.p/12"):
 * LZ_NOT_FOUND for what is no canonical path or lies beyond the tree. *ret_immutable may be NULL; it is true
 * for every tile found. */
LZ_MUST lz_err lz_log_tile(struct lz_call *call, const char *path, struct lz_bytes *ret_tile);
/* "name+hash+key" of the log key. */
LZ_MUST lz_err lz_log_vkey(struct lz_call *call, const char **ret_vkey);
/* Recomputes every hash and folds every entry against the database.  LZ_CORRUPT with the first finding. */
LZ_MUST lz_err lz_log_verify(struct lz_call *call, int64_t *ret_size);
/* The daily anchor of the audit chain's head (entry type 4), once per local day; inside or outside a write.
 */
LZ_MUST lz_err lz_log_anchor(struct lz_call *call, bool *ret_done);
/* Writes what an offline verifier needs into `dir`, replacing an earlier export atomically.  LZ_EXISTS when
 * anything else stands there (lz_trust_writer_new). */
LZ_MUST lz_err lz_trust_export(struct lz_call *call, const char *dir);

/* Status list `number` as a signed CWT; made anew when a status in it changed or it aged; from any thread. */
LZ_MUST lz_err lz_status_list_cwt(struct lz_call *call, int64_t number, struct lz_bytes *ret_cwt,
                                  char ret_etag[72]);

/* Issuer keys. */
struct lz_issuer_key {
    uint8_t kid[4];
    int64_t from, until; /* until 0: current */
};
LZ_MUST lz_err lz_keys_list(struct lz_call *call, struct lz_issuer_key **ret_keys, size_t *ret_count);
LZ_MUST lz_err lz_keys_rotate(struct lz_call *call, struct lz_issuer_key *ret_new); /* role: admin */
/* {"cose_keys":…,"jwks":…,"log":…,"issuer":…}: new reference; NULL with call->fault. */
LZ_MUST lz_err lz_keys_published(struct lz_call *call, json_t **ret_value);

#endif
