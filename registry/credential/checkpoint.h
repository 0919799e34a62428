/* C2SP tlog-checkpoint: what the log commits to, signed, and dated by a cosignature beside it. */
#ifndef LZ_CREDENTIAL_CHECKPOINT_H
#define LZ_CREDENTIAL_CHECKPOINT_H

#include "registry/credential/note.h"
#include "registry/credential/tlog.h"

struct lz_checkpoint {
    char origin[LZ_NOTE_NAME]; /* the log's name, same as the name of its key */
    uint64_t size;
    struct lz_hash root;
};

/* The text alone: origin, size, root in base64; each a line. */
void lz_checkpoint_write(const struct lz_checkpoint *checkpoint, struct lz_buf *out);
LZ_MUST lz_err lz_checkpoint_read(struct lz_bytes text, struct lz_checkpoint *ret_checkpoint);

/* The whole note: text, the log's signature, and cosignature/v1 of the same key with `time_s`.  `previous`
 * (NULL: none) is the key that this one succeeded; it signs, too, so that whoever pinned it finds the way. */
LZ_MUST lz_err lz_checkpoint_sign(const struct lz_checkpoint *checkpoint, const struct lz_signing_key *key,
                                  const struct lz_signing_key *previous, int64_t time_s, struct lz_buf *out);
/* Both lines of the pinned log key must hold and the origin be its name.  LZ_MALFORMED, LZ_UNKNOWN_KEY,
 * LZ_BAD_SIGNATURE.  `vkey` is the LZ_NOTE_ED25519 one; *ret_time is UTC seconds of the cosignature. */
LZ_MUST lz_err lz_checkpoint_verify(struct lz_bytes note, const struct lz_vkey *vkey,
                                    struct lz_checkpoint *ret_checkpoint, int64_t *ret_time);

#endif
