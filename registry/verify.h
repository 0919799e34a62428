/* The question everything is for: may this person enforce, now? */
#ifndef LZ_REGISTRY_VERIFY_H
#define LZ_REGISTRY_VERIFY_H

#include "registry/badge.h"
#include "registry/credential/verdict.h"

struct lz_verification {
    enum lz_verdict verdict;
    enum lz_signature_evidence signature;
    enum lz_chip_evidence chip;
    int64_t as_of;      /* UTC seconds: now, or the log's newest entry when the clock was set back behind it,
                           which therefore revives nothing */
    const char *reason; /* reason code or short code why; NULL: none */
    bool found;         /* certificate is filled */
    bool by_token;      /* the holder's photo may be shown */
    struct lz_certificate certificate;
};

/* A token's bytes (from QR or chip; `uid` empty when not read from a chip).  LZ_MALFORMED only for what is no
 * token. */
LZ_MUST lz_err lz_verify_token(struct lz_call *call, struct lz_bytes token, struct lz_bytes uid,
                               struct lz_verification *ret_verification);
/* A typed number: verdict `unknown` when there is none. */
LZ_MUST lz_err lz_verify_number(struct lz_call *call, const char *number,
                                struct lz_verification *ret_verification);
/* Anything a user may paste: token, URL (QR, NFC or pointer), or number. */
LZ_MUST lz_err lz_verify_text(struct lz_call *call, const char *text,
                              struct lz_verification *ret_verification);
/* The holder's photo for whoever proved to have the badge before them, the public included: LZ_NOT_FOUND
 * unless the verification is by_token; arena. */
LZ_MUST lz_err lz_verification_photo(struct lz_call *call, const struct lz_verification *verification,
                                     struct lz_bytes *ret_jpeg);
/* DESIGN 12; source is "register".  New reference; NULL: memory. */
json_t *lz_verification_json(const struct lz_verification *verification, int64_t now_s);

#endif
