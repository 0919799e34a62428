/* Coming back from a backup without letting anything come back to life.
 *
 * A backup is a copy of register.db and, beside it in `<file>.keys/` (0700), of the keys: a register cannot
 * be restored without them.  With a mirror of the published log (a folder as
 * registry/credential/trust_folder.h has it: `trust export`, or a kiosk's) the newer entries are appended
 * byte for byte and folded: no badge shows a better status than the log says, places of badges made after the
 * backup are never used again and read `unconfirmed`; certificates in force without a live badge, of which
 * the log says nothing, are `unconfirmed` until somebody compares them with the papers.  Without one nobody
 * knows what was published meanwhile: the log goes on under a new origin and a new key, and every certificate
 * in force is `unconfirmed` until somebody compares it with the papers.  Either way, scheduled changes that
 * would put a certificate in force are dropped, since the log does not tell whether they were taken back. */
#ifndef LZ_REGISTRY_RESTORE_H
#define LZ_REGISTRY_RESTORE_H

#include "registry/certificate.h"

/* Writes `file` and `file`.keys, both new (LZ_EXISTS); the copy is checked; audited (whether or not
 * it succeeds).  Safe while the register is in
 * use.  Role: admin. */
LZ_MUST lz_err lz_backup(struct lz_call *call, const char *file);

struct lz_restore_result {
    int64_t log_size;     /* entries now */
    int64_t replayed;     /* entries that came from the mirror */
    int64_t mirror_as_of; /* UTC seconds of the mirror's cosignature; 0: no mirror */
    int64_t lost_tokens;  /* published after the backup: the badges are to be made anew */
    int64_t unreconciled; /* certificates that await comparison */
    bool new_log;         /* kiosks must pin the new key (`keys log`) */
};
/* Makes a register in `dir` (missing or empty: LZ_EXISTS) of `file` and `file`.keys; `mirror` may be NULL.
 * LZ_NOT_FOUND (file, keys or mirror), LZ_CONFLICT (the mirror is of another log, or the log's key was
 * changed since), LZ_BAD_SIGNATURE, LZ_STALE (the mirror ends before the backup), LZ_INCONSISTENT (mirror and
 * backup contradict each other), LZ_CORRUPT. After a failure `dir` is as it was. */
LZ_MUST lz_err lz_restore(const char *file, const char *dir, const char *mirror,
                          const struct lz_register_options *options, struct lz_restore_result *ret_result,
                          struct lz_fault *fault);

/* The same with a mirror that is still to be fetched: `fetch` gets the log's vkey, as the backup has it, and
 * writes the folder `dir`, which is gone again at the end. */
struct lz_restore_fetch {
    lz_err (*fetch)(void *context, const char *vkey, const char *dir, struct lz_fault *fault);
    void *context;
};
LZ_MUST lz_err lz_restore_fetched(const char *file, const char *dir, const struct lz_restore_fetch *fetch,
                                  const struct lz_register_options *options,
                                  struct lz_restore_result *ret_result, struct lz_fault *fault);

/* Does this certificate await comparison? */
LZ_MUST lz_err lz_restore_waits(struct lz_call *call, int64_t certificate, bool *ret_waits);
/* A token that the log knows and this register lost: what the log last said.  LZ_NOT_FOUND. */
LZ_MUST lz_err lz_restore_lost(struct lz_call *call, const uint8_t digest[32], int *ret_status,
                               unsigned *ret_reason);
/* When this register was last restored, in the log's time (lz_log_time); 0: never. */
LZ_MUST lz_err lz_restore_time(struct lz_call *call, int64_t *ret_time);
/* Numbers of certificates that await comparison. */
LZ_MUST lz_err lz_restore_open(struct lz_call *call, const char ***ret_numbers, size_t *ret_count);
/* The papers agree: certificate and live badge count again; published and audited.  LZ_WRONG_STATE when it
 * awaits nothing.  Roles: admin, bureau. */
LZ_MUST lz_err lz_restore_reconcile(struct lz_call *call, const char *number);

#endif
