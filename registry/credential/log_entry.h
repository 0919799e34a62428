/* What the transparency log says: CBOR arrays of six types (DESIGN 4). */
#ifndef LZ_CREDENTIAL_LOG_ENTRY_H
#define LZ_CREDENTIAL_LOG_ENTRY_H

#include "registry/credential/key.h"
#include "registry/credential/tile.h"
#include "registry/credential/verdict.h"

enum lz_log_entry_type {
    LZ_ENTRY_ISSUE = 1,  /* [1, time, list, idx, SHA-256(token)] */
    LZ_ENTRY_STATUS = 2, /* [2, time, list, idx, status, effective, reason] */
    LZ_ENTRY_KEY = 3,    /* [3, time, COSE key, from, until|null]; an Ed25519 key is the log's next own key */
    LZ_ENTRY_ANCHOR = 4, /* [4, time, audit head] */
    LZ_ENTRY_ORGAN = 5,  /* [5, time, organ, name] */
    LZ_ENTRY_RESTORE = 6 /* [6, time] the register came back from a backup: entries may be missing above */
};
enum { LZ_ORGAN_NAME = 301 }; /* room for 300 bytes and a NUL */

/* Times are UTC seconds >= 0. */
struct lz_log_entry {
    enum lz_log_entry_type type;
    int64_t time; /* when it was published */
    union {
        struct {
            uint32_t list, idx;
            uint8_t digest[32];
        } issue;
        struct {
            uint32_t list, idx;
            enum lz_status status;
            int64_t effective;
            unsigned reason; /* lz_reason.code; 0..255, codes of later versions are kept */
        } status;
        struct {
            struct lz_public_key key;
            int64_t from, until; /* [from, until): tokens published then count; until 0: open (null) */
        } key;
        struct {
            uint8_t head[32];
        } anchor;
        struct {
            uint32_t organ;
            char name[LZ_ORGAN_NAME];
        } organ;
    };
};

/* Appends the entry alone (no length).  LZ_INVALID when a field breaks its rule. */
LZ_MUST lz_err lz_log_entry_write(const struct lz_log_entry *entry, struct lz_buf *out);
/* Strict.  LZ_MALFORMED; LZ_UNSUPPORTED for a well-formed array of a type this version does not know (skip
 * it); LZ_MEMORY and LZ_CRYPTO while a key is tried. */
LZ_MUST lz_err lz_log_entry_read(struct lz_bytes bytes, struct lz_log_entry *ret_entry);

#endif
