/* The badge token (DESIGN 4): a CWT in COSE_Sign1, made once, its bytes kept.
 *
 * Tag 18, protected {1: -7, 4: kid}, unprotected {}, claims {2: number, 4: expiry,
 * -65537: [kind, organ, list, idx, name|null, chip uid|null]}, deterministic. */
#ifndef LZ_CREDENTIAL_TOKEN_H
#define LZ_CREDENTIAL_TOKEN_H

#include "registry/credential/key.h"

enum {
    LZ_TOKEN_CAP = 400,    /* bytes of a token: far above any we make, below a QR code's limit */
    LZ_TOKEN_NUMBER = 33,  /* room for a number and its NUL */
    LZ_TOKEN_NAME = 97,    /* room for a name of 96 bytes of UTF-8 and its NUL */
    LZ_TOKEN_UID_MAX = 10, /* chip UIDs have 4, 7 or 10 bytes (ISO 14443-3) */
    LZ_TOKEN_DIGEST = 32
};

/* Same order as enum lz_certificate_kind of the register. */
enum lz_token_kind {
    LZ_TOKEN_KIND_ENFORCEMENT,
    LZ_TOKEN_KIND_SUPERVISION,
    LZ_TOKEN_KIND_AUXILIARY,
    LZ_TOKEN_KIND_COUNT
};
const char *lz_token_kind_name(enum lz_token_kind kind); /* "enforcement" "supervision" "auxiliary" */
const char *lz_token_kind_word(enum lz_token_kind kind, lz_lang lang);

struct lz_token {
    char number[LZ_TOKEN_NUMBER]; /* 1 to 32 characters of 0-9 A-Z a-z - */
    int64_t expires_at;           /* UTC seconds: from then on it has expired (the day after valid_until) */
    enum lz_token_kind kind;
    uint32_t organ;           /* the register's number of the organ */
    uint32_t list, idx;       /* place in the status lists */
    char name[LZ_TOKEN_NAME]; /* empty: null (compact) */
    uint8_t uid[LZ_TOKEN_UID_MAX];
    size_t uid_size; /* 0: null (not bound to a chip) */
};

/* May this text be a certificate number in token and URL? */
bool lz_token_number_valid(struct lz_bytes number);

/* Signs and appends.  LZ_INVALID when a field breaks its rule above. */
LZ_MUST lz_err lz_token_write(const struct lz_token *token, const struct lz_signing_key *key,
                              struct lz_buf *out);
/* Strict: anything but the form above is LZ_MALFORMED (LZ_TOO_LARGE beyond the cap).  Says nothing about the
 * signature. */
LZ_MUST lz_err lz_token_read(struct lz_bytes bytes, struct lz_token *ret_token, uint8_t ret_kid[LZ_KID_SIZE]);
/* LZ_OK, LZ_BAD_SIGNATURE, LZ_MALFORMED.  The key must be the one its kid names. */
LZ_MUST lz_err lz_token_verify(struct lz_bytes bytes, const struct lz_verifying_key *key);
/* SHA-256 of the token's bytes: what the log says of it. */
LZ_MUST lz_err lz_token_digest(struct lz_bytes bytes, uint8_t ret_digest[LZ_TOKEN_DIGEST]);

#endif
