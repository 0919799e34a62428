/* C2SP signed-note: a text, an empty line, and signature lines "— name base64(key id, signature)". */
#ifndef LZ_CREDENTIAL_NOTE_H
#define LZ_CREDENTIAL_NOTE_H

#include "registry/credential/key.h"

enum { LZ_NOTE_CAP = 16384, LZ_NOTE_NAME = 128, LZ_NOTE_SIGNATURES = 16, LZ_VKEY_TEXT = 256 };

/* Signature algorithms: the byte that precedes the public key.  Another one changes the fixed sizes here and
 * in key.h, checkpoint.c, which signs with both, and every place that names LZ_NOTE_ED25519. */
enum lz_note_algorithm {
    LZ_NOTE_ED25519 = 1,    /* over the text */
    LZ_NOTE_COSIGNATURE = 4 /* cosignature/v1 (C2SP tlog-cosignature): over time and text */
};

/* A verifier key "name+hash+base64": name, 4-byte key id, algorithm, Ed25519 public key. */
struct lz_vkey {
    char name[LZ_NOTE_NAME]; /* no spaces, no '+', not empty */
    enum lz_note_algorithm algorithm;
    uint8_t id[4];
    uint8_t key[32];
};
/* LZ_MALFORMED also when the id is not the one that name and key give.  White space at the end is ignored. */
LZ_MUST lz_err lz_vkey_parse(struct lz_bytes text, struct lz_vkey *ret_vkey);
/* From a public key; LZ_INVALID for a bad name or a key that is not Ed25519. */
LZ_MUST lz_err lz_vkey_make(const char *name, enum lz_note_algorithm algorithm,
                            const struct lz_public_key *key, struct lz_vkey *ret_vkey);
void lz_vkey_format(const struct lz_vkey *vkey, struct lz_buf *out); /* without a line end */
/* The same name and key for the other algorithm: our log cosigns its own checkpoints to date them. */
LZ_MUST lz_err lz_vkey_as(const struct lz_vkey *vkey, enum lz_note_algorithm algorithm,
                          struct lz_vkey *ret_vkey);

/* A note taken apart; views into its bytes. */
struct lz_note_line {
    struct lz_bytes name;
    uint8_t id[4];
    uint8_t signature[72]; /* 64, or 8 of time (big endian, seconds) and 64 */
    size_t size;           /* other sizes than these two are kept as 0: unknown algorithms are ignored */
};
struct lz_note {
    struct lz_bytes text; /* up to and with the newline before the empty line */
    struct lz_note_line lines[LZ_NOTE_SIGNATURES];
    size_t line_count;
};
LZ_MUST lz_err lz_note_read(struct lz_bytes bytes, struct lz_note *ret_note); /* LZ_MALFORMED, LZ_TOO_LARGE */
/* Does this key sign the note?  LZ_OK, LZ_UNKNOWN_KEY (no line of this key), LZ_BAD_SIGNATURE.  `ret_time` is
 * the cosignature's time in seconds (0 for LZ_NOTE_ED25519); NULL allowed. */
LZ_MUST lz_err lz_note_verify(const struct lz_note *note, const struct lz_vkey *vkey, int64_t *ret_time);

/* Appends one signature line over `text` (which ends with a newline) to `out`.  A note is text, "\n", lines.
 * `time_s` counts for LZ_NOTE_COSIGNATURE only. */
LZ_MUST lz_err lz_note_sign(struct lz_bytes text, const char *name, enum lz_note_algorithm algorithm,
                            const struct lz_signing_key *key, int64_t time_s, struct lz_buf *out);

#endif
