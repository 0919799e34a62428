#include "web/kiosk/state.h"
#include "registry/base/json_write.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

struct lz_kiosk_state {
    pthread_mutex_t lock;
    const struct lz_clock *clock;
    int64_t max_age_s;
    struct lz_feed *feed;
    char *published; /* what the feed last got */
    bool reader_ready, tag_there;
    struct lz_tap_line reader_line; /* AWAY: why */
    struct lz_knowledge_state knowledge;
    uint64_t tickets; /* handed out */
    uint64_t shown;   /* ticket of the latest tap */
    uint64_t seq, rev;
    int64_t at; /* UTC seconds */
    enum lz_tap_way way;
    json_t *value; /* of the latest tap; NULL: none yet */
    struct lz_holder holder;
};

lz_err lz_kiosk_state_new(const struct lz_clock *clock, int64_t max_age_s, struct lz_feed *feed,
                          struct lz_kiosk_state **ret_state)
{
    struct lz_kiosk_state *state = calloc(1, sizeof *state);
    if (!state)
        return LZ_MEMORY;
    pthread_mutex_init(&state->lock, NULL);
    state->clock = clock;
    state->max_age_s = max_age_s;
    state->feed = feed;
    lz_holder_init(&state->holder);
    *ret_state = state;
    return LZ_OK;
}

void lz_kiosk_state_free(struct lz_kiosk_state **state)
{
    if (!state || !*state)
        return;
    json_decref((*state)->value);
    lz_holder_reset(&(*state)->holder);
    free((*state)->published);
    pthread_mutex_destroy(&(*state)->lock);
    free(*state);
    *state = NULL;
}

/* --- the value --- */

static json_t *instant(int64_t utc_seconds)
{
    char text[LZ_INSTANT_SIZE];
    if (utc_seconds <= 0)
        return json_null();
    lz_instant_format(utc_seconds, text);
    return json_string(text);
}

static json_t *reason(const char *code, const char *zh, const char *en)
{
    return json_pack("{s:s, s:s, s:s}", "code", code, "zh", zh, "en", en);
}

static json_t *reader_reason(const struct lz_kiosk_state *state)
{
    const struct lz_tap_line *line = &state->reader_line;
    if (state->reader_ready || line->kind != LZ_TAP_LINE_AWAY)
        return json_null();
    return reason(line->reason, line->reason_text[LZ_ZH], line->reason_text[LZ_EN]);
}

/* Why nothing good may be said now, if so: the same order as in the trust store. */
static const char *trust_word(const struct lz_kiosk_state *state)
{
    const struct lz_knowledge_state *knowledge = &state->knowledge;
    if (knowledge->folder)
        return "broken";
    if (knowledge->trust.inconsistent)
        return "inconsistent";
    if (knowledge->trust.as_of == 0)
        return "never";
    if (knowledge->clock_behind)
        return "clock-behind";
    return lz_clock_now_s(state->clock) - knowledge->trust.as_of > state->max_age_s ? "stale" : "ready";
}

static json_t *trust_value(const struct lz_kiosk_state *state)
{
    const struct lz_knowledge_state *knowledge = &state->knowledge;
    json_t *why = knowledge->folder ? reason(lz_err_name(knowledge->folder), knowledge->folder_text[LZ_ZH],
                                             knowledge->folder_text[LZ_EN])
                                    : json_null();
    lz_err storing = knowledge->trust.storing;
    return json_pack("{s:I, s:o, s:o, s:I, s:s, s:s?, s:o}", "size", (json_int_t)knowledge->trust.size,
                     "as_of", instant(knowledge->trust.as_of), "highest", instant(knowledge->trust.highest),
                     "tokens", (json_int_t)knowledge->trust.tokens, "state", trust_word(state), "storing",
                     storing ? lz_err_name(storing) : NULL, "reason", why);
}

static json_t *tap_value(const struct lz_kiosk_state *state)
{
    static const char *const ways[] = {
        [LZ_TAP_CHIP] = "chip", [LZ_TAP_CODE] = "code", [LZ_TAP_NUMBER] = "number"};
    if (!state->value)
        return json_null();
    /* A copy of its own: what leaves the lock shares nothing with what the next tap replaces. */
    json_t *tap = json_pack("{s:I, s:o, s:I, s:s}", "seq", (json_int_t)state->seq, "at", instant(state->at),
                            "rev", (json_int_t)state->rev, "way", ways[state->way]);
    json_t *value = json_deep_copy(state->value);
    json_t *photo = state->holder.photo.size == 0
                        ? json_null()
                        : json_sprintf("/photo/%llu?rev=%llu", (unsigned long long)state->seq,
                                       (unsigned long long)state->rev);
    bool built = tap && value && photo && json_object_update(tap, value) == 0 &&
                 json_object_set(tap, "photo", photo) == 0;
    json_decref(photo);
    json_decref(value);
    if (!built) {
        json_decref(tap);
        return NULL;
    }
    return tap;
}

static json_t *whole_value(const struct lz_kiosk_state *state)
{
    const struct lz_knowledge_state *knowledge = &state->knowledge;
    bool up = knowledge->network_since > 0 && knowledge->network == LZ_OK;
    return json_pack("{s:s, s:s, s:o, s:s, s:s?, s:o, s:o, s:o}", "reader",
                     state->reader_ready ? "ready" : "away", "tag", state->tag_there ? "there" : "none",
                     "reader_reason", reader_reason(state), "network", up ? "up" : "away", "network_reason",
                     up || knowledge->network_since == 0 ? NULL : lz_err_name(knowledge->network),
                     "network_since", instant(knowledge->network_since), "trust", trust_value(state), "tap",
                     tap_value(state));
}

/* Under the lock: the feed hears of changes only. */
static void publish(struct lz_kiosk_state *state)
{
    json_t *value = whole_value(state);
    char *text = lz_json_text(value, JSON_COMPACT | JSON_PRESERVE_ORDER);
    json_decref(value);
    if (!text)
        return;
    if (state->published && strcmp(state->published, text) == 0) {
        free(text);
        return;
    }
    if (state->feed && lz_feed_publish(state->feed, NULL, text)) {
        free(text);
        return; /* no memory; the next change is told again */
    }
    free(state->published);
    state->published = text;
}

json_t *lz_kiosk_state_json(struct lz_kiosk_state *state)
{
    pthread_mutex_lock(&state->lock);
    json_t *value = whole_value(state);
    pthread_mutex_unlock(&state->lock);
    return value;
}

bool lz_kiosk_state_photo(struct lz_kiosk_state *state, uint64_t seq, struct lz_buf *out)
{
    pthread_mutex_lock(&state->lock);
    bool there = state->value && state->seq == seq && state->holder.photo.size > 0;
    if (there)
        lz_buf_add(out, state->holder.photo.data, state->holder.photo.size);
    pthread_mutex_unlock(&state->lock);
    return there && !out->err;
}

/* --- changes --- */

void lz_kiosk_state_reader(struct lz_kiosk_state *state, const struct lz_tap_line *line)
{
    pthread_mutex_lock(&state->lock);
    state->tag_there = line->kind == LZ_TAP_LINE_TAP;
    if (line->kind == LZ_TAP_LINE_READY || line->kind == LZ_TAP_LINE_AWAY) {
        state->reader_ready = line->kind == LZ_TAP_LINE_READY;
        state->reader_line = *line;
    }
    publish(state);
    pthread_mutex_unlock(&state->lock);
}

void lz_kiosk_state_knowledge(struct lz_kiosk_state *state, const struct lz_knowledge_state *knowledge)
{
    pthread_mutex_lock(&state->lock);
    state->knowledge = *knowledge;
    publish(state);
    pthread_mutex_unlock(&state->lock);
}

uint64_t lz_kiosk_state_begin(struct lz_kiosk_state *state)
{
    pthread_mutex_lock(&state->lock);
    uint64_t ticket = ++state->tickets;
    pthread_mutex_unlock(&state->lock);
    return ticket;
}

/* With a verdict that does not show the holder, nothing of him is taken over. */
static void take_holder(struct lz_kiosk_state *state, const struct lz_holder *holder)
{
    enum lz_verdict verdict = LZ_VERDICT_UNCONFIRMED;
    const char *name = json_string_value(json_object_get(state->value, "verdict"));
    json_t *certificate = json_object_get(state->value, "certificate");
    if (!holder || !name || lz_verdict_parse(name, &verdict) || !lz_judge_shows_holder(verdict))
        return;
    if (lz_holder_copy(holder, &state->holder))
        return;
    if (json_is_object(certificate) && holder->details)
        json_object_update_missing(certificate, holder->details);
}

uint64_t lz_kiosk_state_tap(struct lz_kiosk_state *state, uint64_t ticket, enum lz_tap_way way,
                            const struct lz_judgement *judgement, const struct lz_holder *holder)
{
    uint64_t seq = 0;
    json_t *value = json_deep_copy(judgement->value);
    pthread_mutex_lock(&state->lock);
    if (value && ticket > state->shown) {
        json_decref(state->value);
        state->value = value;
        value = NULL;
        lz_holder_reset(&state->holder);
        state->shown = ticket;
        state->way = way;
        state->rev = 1;
        state->at = lz_clock_now_s(state->clock);
        seq = ++state->seq;
        take_holder(state, holder);
        publish(state);
    }
    pthread_mutex_unlock(&state->lock);
    json_decref(value);
    return seq;
}

void lz_kiosk_state_enrich(struct lz_kiosk_state *state, uint64_t seq, const json_t *value,
                           const struct lz_holder *holder)
{
    json_t *copy = json_deep_copy(value);
    pthread_mutex_lock(&state->lock);
    if (copy && state->value && state->seq == seq) {
        json_t *before = state->value;
        bool same_photo = lz_bytes_equal(lz_buf_view(&state->holder.photo), lz_buf_view(&holder->photo));
        state->value = copy;
        copy = NULL;
        lz_holder_reset(&state->holder);
        take_holder(state, holder);
        if (!same_photo || !json_equal(before, state->value))
            state->rev++;
        json_decref(before);
        publish(state);
    }
    pthread_mutex_unlock(&state->lock);
    json_decref(copy);
}
