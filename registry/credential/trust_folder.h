/* What an offline verifier keeps: the same folder that `liangzheng trust export` writes.
 *
 *   log-key        the pinned vkey, one line
 *   entries        every entry of the log in order, each behind its length (as in entry bundles)
 *   checkpoint     the signed note that covers them; written last, so entries beyond it are a torn tail
 *   highest        highest time seen, UTC seconds (absent in an export)
 *   contradiction  a signed note that contradicts the checkpoint (absent: none was seen) */
#ifndef LZ_CREDENTIAL_TRUST_FOLDER_H
#define LZ_CREDENTIAL_TRUST_FOLDER_H

#include "registry/credential/checkpoint.h"
#include "registry/credential/tile.h"

/* --- writing an export: beside `dir`, then exchanged with it in one step --- */
struct lz_trust_writer;
/* `dir` must be absent, an empty folder or an earlier export, and no link: LZ_EXISTS otherwise, also for a
 * kiosk's folder that holds more than the files above.  LZ_INVALID: its path is too long.  `dir` itself is
 * not touched before the end. */
LZ_MUST lz_err lz_trust_writer_new(const char *dir, const struct lz_vkey *vkey,
                                   struct lz_trust_writer **ret_writer, struct lz_fault *fault);
LZ_MUST lz_err lz_trust_writer_add(struct lz_trust_writer *writer, struct lz_bytes entry);
/* Writes the checkpoint and replaces `dir`; frees in either case and sets NULL. */
LZ_MUST lz_err lz_trust_writer_finish(struct lz_trust_writer **writer, struct lz_bytes note,
                                      struct lz_fault *fault);
void lz_trust_writer_free(struct lz_trust_writer **writer); /* gives up: `dir` stays as it was */

/* --- reading and extending --- */
struct lz_trust_folder;
/* LZ_NOT_FOUND when there is no such folder and `make` is false. */
LZ_MUST lz_err lz_trust_folder_open(const char *dir, bool make, struct lz_trust_folder **ret_folder,
                                    struct lz_fault *fault);
void lz_trust_folder_free(struct lz_trust_folder **folder);
/* One of the small files, whole; LZ_NOT_FOUND. */
LZ_MUST lz_err lz_trust_folder_get(const struct lz_trust_folder *folder, const char *name, struct lz_buf *out,
                                   struct lz_fault *fault);
LZ_MUST lz_err lz_trust_folder_put(const struct lz_trust_folder *folder, const char *name,
                                   struct lz_bytes content, struct lz_fault *fault);
/* Calls `each` for the first `count` entries, then cuts off what lies behind them (only when opened with
 * `make`).  LZ_CORRUPT when there are fewer. */
LZ_MUST lz_err lz_trust_folder_replay(struct lz_trust_folder *folder, uint64_t count,
                                      lz_err (*each)(void *context, struct lz_bytes entry), void *context,
                                      struct lz_fault *fault);
/* Appends bundled entries (may be empty) behind the last good one and replaces the checkpoint, durably and in
 * this order.  After a failure the next call starts from the same place. */
LZ_MUST lz_err lz_trust_folder_extend(struct lz_trust_folder *folder, struct lz_bytes bundle,
                                      struct lz_bytes note, struct lz_fault *fault);

#endif
