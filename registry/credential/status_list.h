/* Token Status List (draft-ietf-oauth-status-list): one badge, two bits; for strangers.  Our own kiosks fold
 * the log instead. */
#ifndef LZ_CREDENTIAL_STATUS_LIST_H
#define LZ_CREDENTIAL_STATUS_LIST_H

#include "registry/credential/key.h"
#include "registry/credential/verdict.h"

enum { LZ_STATUS_LIST_CAP = 1 << 20, LZ_STATUS_LIST_CWT_CAP = 2 << 20 }; /* bytes of bits; bytes of a CWT */
#define LZ_STATUS_LIST_TYPE "application/statuslist+cwt"

/* `data` belongs to the list.  Element i sits in byte i * bits / 8, least significant bits first. */
struct lz_status_list {
    unsigned bits; /* 1, 2, 4 or 8 */
    size_t count;  /* elements: size * 8 / bits */
    uint8_t *data;
    size_t size; /* bytes */
};
/* All zero.  LZ_INVALID for other bits, LZ_TOO_LARGE beyond the cap. */
LZ_MUST lz_err lz_status_list_init(struct lz_status_list *list, unsigned bits, size_t count);
void lz_status_list_free(struct lz_status_list *list);                     /* usable again after init */
uint8_t lz_status_list_get(const struct lz_status_list *list, size_t idx); /* 0 beyond the end */
/* LZ_INVALID beyond the end or when the value needs more bits. */
LZ_MUST lz_err lz_status_list_set(struct lz_status_list *list, size_t idx, uint8_t value);

/* zlib at its best level (the draft's "lst").  Inflating stops at the cap: LZ_TOO_LARGE. */
LZ_MUST lz_err lz_status_list_deflate(const struct lz_status_list *list, struct lz_buf *out);
LZ_MUST lz_err lz_status_list_inflate(struct lz_bytes lst, unsigned bits, struct lz_status_list *ret_list);

struct lz_status_claims {
    const char *subject; /* the list's own URL; read: borrowed from `subject_text` */
    char subject_text[256];
    int64_t issued_at, expires_at; /* UTC seconds; expires_at 0: none */
    int64_t ttl;                   /* seconds; 0: none */
    uint64_t tree_size;            /* size of the log that this list covers (private claim -65538) */
};
/* Signed CWT with typ (16): {2: sub, 4: exp, 6: iat, 65533: {"lst", "bits"}, 65534: ttl, -65538: size}. */
LZ_MUST lz_err lz_status_cwt_write(const struct lz_status_list *list, const struct lz_status_claims *claims,
                                   const struct lz_signing_key *key, struct lz_buf *out);
/* Strict about form, signature and typ; not about time: the caller compares.  The kid must be the key's. */
LZ_MUST lz_err lz_status_cwt_read(struct lz_bytes cwt, const struct lz_verifying_key *key,
                                  struct lz_status_list *ret_list, struct lz_status_claims *ret_claims);

#endif
