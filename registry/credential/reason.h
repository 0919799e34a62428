/* Why something happened: reason codes of DESIGN 12 and the ends of badges, one table.  The log carries the
 * number, everything else the name; rows are added, never renumbered or renamed. */
#ifndef LZ_CREDENTIAL_REASON_H
#define LZ_CREDENTIAL_REASON_H

#include "registry/credential/verdict.h"

#include <stddef.h>
#include <stdint.h>

enum lz_reason_group {
    LZ_REASON_CANCEL,
    LZ_REASON_SUSPEND,
    LZ_REASON_REVOKE,
    LZ_REASON_END,     /* a badge's own end: lost, returned, … */
    LZ_REASON_RESTORE, /* good again: reinstated, undone */
    LZ_REASON_DOUBT,   /* why a verifier cannot say yes; never in the log */
    LZ_REASON_GROUP_COUNT
};

struct lz_reason {
    unsigned code; /* 1..255; in log entries of type 2 */
    enum lz_reason_group group;
    const char *name;                    /* unique within its group: "transfer" */
    const char *sentence[LZ_LANG_COUNT]; /* for people */
    const char *clause[LZ_LANG_COUNT];   /* the rule behind it (RULES), or NULL */
    enum lz_verdict verdict;             /* what the badge is to a citizen when this is why it ended */
};

/* Codes that programs name themselves; the rest are found by name. */
enum {
    LZ_REASON_CODE_NONE = 0,
    LZ_REASON_CODE_EXPIRED = 16, /* cancel: expiry-unrenewed */
    LZ_REASON_CODE_LOST = 60,
    LZ_REASON_CODE_RETURNED = 61,
    LZ_REASON_CODE_RENEWED = 62,
    LZ_REASON_CODE_REISSUED = 63,
    LZ_REASON_CODE_SPOILED = 64,
    LZ_REASON_CODE_DATE_PASSED = 65, /* the certificate's last day is over */
    LZ_REASON_CODE_DESTROYED = 66,
    LZ_REASON_CODE_UNRECONCILED = 67, /* the register came back from a backup */
    LZ_REASON_CODE_REINSTATED = 80,
    LZ_REASON_CODE_UNDONE = 81, /* a mistake was taken back */
    LZ_REASON_CODE_CONFIRMED = 82,
    /* doubts */
    LZ_REASON_CODE_BAD_SIGNATURE = 100,
    LZ_REASON_CODE_UNKNOWN_KEY = 101,    /* signed by a key that the log does not name */
    LZ_REASON_CODE_NOT_IN_LOG = 102,     /* well signed, yet never published */
    LZ_REASON_CODE_KEY_WINDOW = 103,     /* signed by a key outside its time, or entry and token disagree */
    LZ_REASON_CODE_OTHER_CHIP = 104,     /* the token belongs to another chip */
    LZ_REASON_CODE_NO_CHIP = 105,        /* the token belongs on paper, yet came from a chip */
    LZ_REASON_CODE_REPLAYED = 106,       /* this tap was seen before */
    LZ_REASON_CODE_STALE = 107,          /* what is known is too old */
    LZ_REASON_CODE_CLOCK_BEHIND = 108,   /* the clock runs behind a time that was seen */
    LZ_REASON_CODE_INCONSISTENT = 109,   /* the log contradicts itself */
    LZ_REASON_CODE_NEVER_SYNCED = 110,   /* nothing is known yet */
    LZ_REASON_CODE_NUMBER_ONLY = 111,    /* a typed number cannot be confirmed offline */
    LZ_REASON_CODE_NO_SUCH_NUMBER = 112, /* no certificate bears this number */
    LZ_REASON_CODE_NOT_YET_VALID = 113   /* the certificate's day of issue has not come */
};

/* The table, in groups; iterate it for forms and documentation. */
extern const struct lz_reason lz_reasons[];
extern const size_t lz_reason_count;

const struct lz_reason *lz_reason_by_code(unsigned code);                             /* NULL: none */
const struct lz_reason *lz_reason_find(enum lz_reason_group group, const char *name); /* NULL: none */
const char *lz_reason_group_name(enum lz_reason_group group); /* "cancel"; "" when out of range */

/* What a badge of this status is to a citizen: valid, revoked, suspended, and for LZ_STATUS_ENDED the
 * reason's verdict (cancelled when the reason is unknown). */
enum lz_verdict lz_verdict_of_status(enum lz_status status, unsigned reason);

#endif
