#include "nfc/tap.h"

#include <string.h>

void lz_tap_init(struct lz_tap *tap, struct lz_reader *reader, const struct lz_clock *clock, lz_tap_emit emit,
                 void *context)
{
    *tap = (struct lz_tap){.reader = reader, .clock = clock, .emit = emit, .context = context};
    tap->backoff_ms = LZ_TAP_BACKOFF_MIN_MS;
    tap->open_at_ms = lz_clock_monotonic_ms(clock);
    lz_buf_init(&tap->uri, LZ_NDEF_URI_MAX);
}

void lz_tap_close(struct lz_tap *tap)
{
    tap->reader->ops->close(tap->reader);
    tap->is_open = false;
    lz_buf_free(&tap->uri);
}

static void emit(struct lz_tap *tap, struct lz_tap_event event)
{
    event.at_ms = tap->clock->now_ms(tap->clock);
    tap->emit(tap->context, &event);
}

static void forget_tag(struct lz_tap *tap)
{
    if (tap->id.uid_size > 0 && tap->read_done) {
        char uid[LZ_UID_HEX_SIZE];
        lz_tag_uid_hex(&tap->id, uid);
        emit(tap, (struct lz_tap_event){.kind = LZ_TAP_GONE, .uid = uid});
    }
    tap->id = (struct lz_tag_id){0};
    tap->read_done = false;
    tap->misses = 0;
    tap->unknown_reads = 0;
}

/* Closes, says so once, and sets the time of the next attempt. */
static int lose_reader(struct lz_tap *tap, lz_err err, struct lz_fault *fault)
{
    tap->reader->ops->close(tap->reader);
    tap->is_open = false;
    tap->errors = 0;
    forget_tag(tap);
    if (!tap->told_away) {
        fault->code = err;
        emit(tap, (struct lz_tap_event){.kind = LZ_TAP_READER_AWAY, .fault = fault});
    }
    tap->told_away = true;
    int wait = tap->backoff_ms;
    tap->open_at_ms = lz_clock_monotonic_ms(tap->clock) + wait;
    tap->backoff_ms = wait * 2 < LZ_TAP_BACKOFF_MAX_MS ? wait * 2 : LZ_TAP_BACKOFF_MAX_MS;
    return wait;
}

static int open_reader(struct lz_tap *tap)
{
    int64_t left = tap->open_at_ms - lz_clock_monotonic_ms(tap->clock);
    if (left > 0)
        return (int)left;
    struct lz_fault fault = {0};
    lz_err err = tap->reader->ops->open(tap->reader, LZ_TAP_BACKOFF_MAX_MS, &fault);
    if (err)
        return lose_reader(tap, err, &fault);
    tap->is_open = true;
    tap->told_away = false;
    emit(tap, (struct lz_tap_event){.kind = LZ_TAP_READER_READY});
    return 0;
}

static int count_error(struct lz_tap *tap, lz_err err)
{
    struct lz_fault fault = {0};
    tap->errors++;
    if (err == LZ_DEVICE || tap->errors >= LZ_TAP_ERRORS)
        return lose_reader(tap, err, &fault);
    return LZ_TAP_POLL_MS;
}

static void record_tap(struct lz_tap *tap, const struct lz_tag_type *type, bool has_uri)
{
    char uid[LZ_UID_HEX_SIZE];
    lz_tag_uid_hex(&tap->id, uid);
    tap->read_done = true;
    tap->seq++;
    emit(tap, (struct lz_tap_event){.kind = LZ_TAP_TAP,
                                    .seq = tap->seq,
                                    .uid = uid,
                                    .chip = type ? type->name : NULL,
                                    .uri = has_uri ? (const char *)tap->uri.data : NULL});
}

/* Reads the tag that lies there.  What is torn stays unread and is tried at the next step. */
static int read_tag(struct lz_tap *tap)
{
    struct lz_tag tag = {0};
    lz_buf_reset(&tap->uri);
    lz_err err = lz_tag_open(tap->reader, tap->clock, LZ_TAP_BUDGET_MS, &tag);
    /* The tag may have been changed for another between two steps. */
    if (!err &&
        (tag.id.uid_size != tap->id.uid_size || memcmp(tag.id.uid, tap->id.uid, tag.id.uid_size) != 0))
        return LZ_TAP_POLL_MS;
    if (!err)
        err = lz_tag_read_uri(&tag, &tap->uri);
    if (err == LZ_TAG_GONE || err == LZ_MEMORY)
        return LZ_TAP_POLL_MS;
    if (err == LZ_DEVICE || err == LZ_TIMEOUT)
        return count_error(tap, err);
    if (err == LZ_TAG_KIND && !tag.type) {
        /* A tag at the edge of the field also fails to say its kind: believe it the third time. */
        if (++tap->unknown_reads >= LZ_TAP_ERRORS)
            record_tap(tap, NULL, false);
        return LZ_TAP_POLL_MS;
    }
    if (!tag.type)
        return LZ_TAP_POLL_MS;
    record_tap(tap, tag.type, !err && tap->uri.size > 0);
    return LZ_TAP_POLL_MS;
}

int lz_tap_step(struct lz_tap *tap)
{
    if (!tap->is_open)
        return open_reader(tap);
    struct lz_tag_id id = {0};
    lz_err err = tap->reader->ops->select(tap->reader, LZ_TAP_BUDGET_MS, &id);
    if (err == LZ_NOT_FOUND) {
        tap->errors = 0;
        tap->backoff_ms = LZ_TAP_BACKOFF_MIN_MS;
        if (tap->id.uid_size > 0 && ++tap->misses >= LZ_TAP_MISSES)
            forget_tag(tap);
        return LZ_TAP_POLL_MS;
    }
    if (err)
        return count_error(tap, err);
    tap->backoff_ms = LZ_TAP_BACKOFF_MIN_MS;
    bool same = id.uid_size == tap->id.uid_size && memcmp(id.uid, tap->id.uid, id.uid_size) == 0;
    if (!same) {
        forget_tag(tap);
        tap->id = id;
    }
    tap->misses = 0;
    if (tap->read_done) {
        tap->errors = 0;
        return LZ_TAP_POLL_MS;
    }
    int errors_before = tap->errors;
    int wait = read_tag(tap);
    if (tap->is_open && tap->errors == errors_before)
        tap->errors = 0;
    return wait;
}
