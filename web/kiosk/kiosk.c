#include "web/kiosk/kiosk.h"
#include "web/kiosk/enrich.h"
#include "web/kiosk/reader_process.h"
#include "web/kiosk/registry_client.h"

#include <stdio.h>
#include <stdlib.h>

enum { LOOK_UP_CAP = 65536, PATH_CAP = 4096 };

struct lz_kiosk {
    struct lz_kiosk_options options;
    struct lz_feed *feed;
    struct lz_kiosk_state *state;
    struct lz_holder_cache *cache;
    struct lz_knowledge *knowledge;
    struct lz_enrich *enrich;
    struct lz_demo *demo;
    struct lz_reader_process *reader;
    struct lz_judge judge;
};

/* --- what the parts call --- */

static void knowledge_changed(void *context, const struct lz_knowledge_state *state)
{
    struct lz_kiosk *kiosk = context;
    lz_kiosk_state_knowledge(kiosk->state, state);
}

static bool sync_now(void *context, int budget_ms)
{
    struct lz_kiosk *kiosk = context;
    return lz_knowledge_sync(kiosk->knowledge, budget_ms);
}

static void sync_soon(void *context)
{
    (void)sync_now(context, 0);
}

/* Numbers are letters, digits and '-' (lz_token_text_parse), so they need no escaping. */
static lz_err look_up(void *context, const char *number, int budget_ms, json_t **ret_value)
{
    struct lz_kiosk *kiosk = context;
    struct lz_registry_client *client = NULL;
    struct lz_buf text;
    char path[128];
    snprintf(path, sizeof path, "verify?number=%s", number);
    const struct lz_registry_ask ask = {.path = path, .accept = "application/json", .budget_ms = budget_ms};
    lz_buf_init(&text, LOOK_UP_CAP);
    lz_err err = lz_registry_client_new(kiosk->options.registry, NULL, &client, NULL);
    if (!err)
        err = lz_registry_client_get(client, &ask, &text, NULL);
    if (!err) {
        *ret_value = json_loadb((const char *)text.data, text.size, JSON_REJECT_DUPLICATES, NULL);
        err = *ret_value ? LZ_OK : LZ_MALFORMED;
    }
    lz_registry_client_free(&client);
    lz_buf_free(&text);
    return err;
}

lz_err lz_kiosk_show(struct lz_kiosk *kiosk, enum lz_tap_way way, struct lz_bytes text, struct lz_bytes uid)
{
    struct lz_judgement judgement = {0};
    struct lz_holder holder;
    int64_t now_s = lz_clock_now_s(kiosk->options.clock);
    uint64_t ticket = lz_kiosk_state_begin(kiosk->state);
    lz_err err = lz_judge(&kiosk->judge, text, uid, &judgement);
    if (err)
        return err;
    bool shows = judgement.by_token && lz_judge_shows_holder(judgement.verdict);
    lz_holder_init(&holder);
    bool known = shows && lz_holder_cache_get(kiosk->cache, judgement.digest, now_s, &holder);
    uint64_t seq = lz_kiosk_state_tap(kiosk->state, ticket, way, &judgement, known ? &holder : NULL);
    if (seq > 0 && shows)
        lz_enrich_ask(kiosk->enrich, seq, &judgement);
    if (known)
        lz_holder_cache_touch(kiosk->cache, judgement.digest, now_s);
    LZ_LOG(kiosk->options.log, LZ_LOG_INFO, "kiosk", "verdict", lz_log_int("seq", (int64_t)seq),
           lz_log_text("verdict", lz_verdict_name(judgement.verdict)));
    lz_holder_reset(&holder);
    lz_judgement_free(&judgement);
    return LZ_OK;
}

static void take_line(void *context, const struct lz_tap_line *line)
{
    struct lz_kiosk *kiosk = context;
    lz_err err = LZ_OK;
    /* First that it lies there: whoever sees its verdict must not be told that the reader is empty.  A tag
     * that goes takes no verdict away from who reads it: the page resets itself. */
    lz_kiosk_state_reader(kiosk->state, line);
    if (line->kind == LZ_TAP_LINE_TAP)
        err = lz_kiosk_show(kiosk, LZ_TAP_CHIP, lz_bytes_text(line->has_uri ? line->uri : NULL),
                            lz_bytes_of(line->uid, line->uid_size));
    if (err)
        LZ_LOG(kiosk->options.log, LZ_LOG_ERROR, "kiosk", "a tap could not be judged",
               lz_log_text("error", lz_err_name(err)));
}

/* --- beginning and end --- */

/* Photos live beside the trust store; where that fails, in memory alone. */
static lz_err start_cache(struct lz_kiosk *kiosk)
{
    char path[PATH_CAP];
    struct lz_fault fault = {0};
    int size = snprintf(path, sizeof path, "%s/seen", kiosk->options.trust ? kiosk->options.trust : "");
    lz_err err = LZ_INVALID;
    if (kiosk->options.trust && size > 0 && (size_t)size < sizeof path)
        err = lz_holder_cache_new(path, &kiosk->cache, &fault);
    if (err && kiosk->options.trust)
        LZ_LOG(kiosk->options.log, LZ_LOG_WARN, "kiosk", "photos are kept in memory only",
               lz_log_text("detail", lz_fault_text(&fault, LZ_EN)));
    if (err)
        err = lz_holder_cache_new(NULL, &kiosk->cache, NULL);
    if (!err)
        lz_holder_cache_purge(kiosk->cache, lz_clock_now_s(kiosk->options.clock));
    return err;
}

static lz_err start_knowledge(struct lz_kiosk *kiosk, struct lz_fault *fault)
{
    const struct lz_knowledge_options options = {.registry = kiosk->options.registry,
                                                 .vkey = kiosk->options.log_key,
                                                 .folder = kiosk->options.trust,
                                                 .clock = kiosk->options.clock,
                                                 .log = kiosk->options.log,
                                                 .changed = knowledge_changed,
                                                 .context = kiosk};
    return lz_knowledge_start(&options, &kiosk->knowledge, fault);
}

/* Without a trust store no round will ever tell. */
static void tell_broken(struct lz_kiosk *kiosk)
{
    struct lz_knowledge_state state;
    lz_knowledge_state(kiosk->knowledge, &state);
    if (state.folder)
        lz_kiosk_state_knowledge(kiosk->state, &state);
}

static lz_err start_enrich(struct lz_kiosk *kiosk, struct lz_fault *fault)
{
    const struct lz_enrich_options options = {.registry = kiosk->options.registry,
                                              .clock = kiosk->options.clock,
                                              .log = kiosk->options.log,
                                              .state = kiosk->state,
                                              .cache = kiosk->cache,
                                              .behind = sync_soon,
                                              .context = kiosk};
    return lz_enrich_start(&options, &kiosk->enrich, fault);
}

static lz_err start_reader(struct lz_kiosk *kiosk)
{
    const struct lz_reader_process_options options = {.program = kiosk->options.nfc_program,
                                                      .connstring = kiosk->options.reader,
                                                      .log = kiosk->options.log,
                                                      .emit = take_line,
                                                      .context = kiosk};
    return lz_reader_process_start(&options, &kiosk->reader);
}

lz_err lz_kiosk_start(const struct lz_kiosk_options *options, struct lz_kiosk **ret_kiosk,
                      struct lz_fault *fault)
{
    struct lz_kiosk *kiosk = calloc(1, sizeof *kiosk);
    if (!kiosk)
        return LZ_MEMORY;
    kiosk->options = *options;
    lz_err err = lz_feed_new(0, &kiosk->feed);
    if (!err)
        err = lz_kiosk_state_new(options->clock, options->max_age_s, kiosk->feed, &kiosk->state);
    if (!err)
        err = start_cache(kiosk);
    if (!err)
        err = start_knowledge(kiosk, fault);
    if (!err && options->virtual_control)
        err = lz_demo_new(options->virtual_control, options->virtual_tags, &kiosk->demo);
    if (!err)
        err = start_enrich(kiosk, fault);
    if (!err) {
        kiosk->judge = (struct lz_judge){.trust = lz_knowledge_trust(kiosk->knowledge),
                                         .clock = options->clock,
                                         .max_age_s = options->max_age_s,
                                         .sync = sync_now,
                                         .look_up = look_up,
                                         .context = kiosk};
        tell_broken(kiosk);
        err = start_reader(kiosk);
    }
    if (err)
        lz_kiosk_stop(&kiosk);
    else
        *ret_kiosk = kiosk;
    return err;
}

void lz_kiosk_stop(struct lz_kiosk **kiosk)
{
    if (!kiosk || !*kiosk)
        return;
    struct lz_kiosk *it = *kiosk;
    lz_reader_process_stop(&it->reader);
    lz_enrich_stop(&it->enrich);
    lz_knowledge_stop(&it->knowledge);
    lz_demo_free(&it->demo);
    lz_kiosk_state_free(&it->state);
    lz_holder_cache_free(&it->cache);
    lz_feed_free(&it->feed);
    free(it);
    *kiosk = NULL;
}

const struct lz_kiosk_options *lz_kiosk_options_of(const struct lz_kiosk *kiosk)
{
    return &kiosk->options;
}

struct lz_kiosk_state *lz_kiosk_state_of(struct lz_kiosk *kiosk)
{
    return kiosk->state;
}

struct lz_feed *lz_kiosk_feed(struct lz_kiosk *kiosk)
{
    return kiosk->feed;
}

struct lz_demo *lz_kiosk_demo(struct lz_kiosk *kiosk)
{
    return kiosk->demo;
}
