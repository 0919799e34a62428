/* The reader loop of a counter: what counts as a tap, what as noise, when to open the reader again.  One step
 * does one select; time comes from the clock; nothing here waits.
 *
 * A tap is a new UID, or the same UID after three misses in a row.  A torn read records nothing and is tried
 * again at the next step.  A broken connection, or three other errors in a row, closes the reader; it is
 * opened again after 250 ms, doubling to 4 s. */
#ifndef LZ_NFC_TAP_H
#define LZ_NFC_TAP_H

#include "nfc/ndef.h"
#include "nfc/tag.h"

enum {
    LZ_TAP_POLL_MS = 40,
    LZ_TAP_MISSES = 3,
    LZ_TAP_ERRORS = 3,
    LZ_TAP_BACKOFF_MIN_MS = 250,
    LZ_TAP_BACKOFF_MAX_MS = 4000,
    LZ_TAP_BUDGET_MS = 1000 /* for one read of a tag; a full NTAG216 takes about 400 ms on hardware */
};

enum lz_tap_event_kind {
    LZ_TAP_READER_READY,
    LZ_TAP_READER_AWAY, /* once per loss, not per attempt */
    LZ_TAP_TAP,
    LZ_TAP_GONE /* a tapped tag has left */
};

struct lz_tap_event {
    enum lz_tap_event_kind kind;
    const struct lz_fault *fault; /* READER_AWAY: why */
    uint64_t seq;                 /* TAP: counts from 1 */
    const char *uid;              /* TAP, GONE: lower-case hex */
    const char *chip;             /* TAP: "NTAG216"; NULL: a kind we do not know */
    const char *uri;              /* TAP: NULL when there is none that can be read */
    int64_t at_ms;                /* UTC */
};

/* Everything in the event is borrowed until the callback returns. */
typedef void (*lz_tap_emit)(void *context, const struct lz_tap_event *event);

/* Zero-initialise, then lz_tap_init.  Only tap.c touches the members. */
struct lz_tap {
    struct lz_reader *reader;
    const struct lz_clock *clock;
    lz_tap_emit emit;
    void *context;
    bool is_open, told_away;
    int backoff_ms;
    int64_t open_at_ms; /* monotonic */
    int errors;
    struct lz_tag_id id; /* uid_size 0: no tag */
    bool read_done;      /* the tag's tap has been emitted */
    int misses, unknown_reads;
    uint64_t seq;
    struct lz_buf uri;
};

void lz_tap_init(struct lz_tap *tap, struct lz_reader *reader, const struct lz_clock *clock, lz_tap_emit emit,
                 void *context);
void lz_tap_close(struct lz_tap *tap); /* closes the reader, emits nothing */
/* One turn; returns how many milliseconds to wait before the next. */
int lz_tap_step(struct lz_tap *tap);

#endif
