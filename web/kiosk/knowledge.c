#include "web/kiosk/knowledge.h"
#include "web/kiosk/registry_client.h"

#include <errno.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

/* A full entry bundle is up to 16 MiB by its caps; a slow line gets the time for one. */
enum { CHECKPOINT_MS = 3000, TILE_MS = 20000, PATH_CAP = 256 };

struct lz_knowledge {
    struct lz_knowledge_options options;
    struct lz_trust *trust;
    struct lz_registry_client *client;
    /* the last checkpoint as it came, for when the registry says that it has not changed */
    char etag[LZ_REGISTRY_ETAG];
    struct lz_buf checkpoint;
    atomic_bool stop;
    bool has_thread;
    pthread_t thread;
    pthread_mutex_t lock; /* what follows */
    pthread_cond_t turn;
    uint64_t wanted, begun, ended; /* rounds */
    uint64_t good;                 /* the last round that ended in sync */
    struct lz_knowledge_state state;
};

/* --- fetching for the trust store --- */

static lz_err get_checkpoint(struct lz_knowledge *knowledge, struct lz_buf *out)
{
    bool unchanged = false;
    struct lz_buf body;
    const struct lz_registry_ask ask = {
        .path = "checkpoint", .budget_ms = CHECKPOINT_MS, .etag = knowledge->etag};
    lz_buf_init(&body, LZ_NOTE_CAP);
    lz_err err = lz_registry_client_get(knowledge->client, &ask, &body, &unchanged);
    if (!err && !unchanged) {
        lz_buf_reset(&knowledge->checkpoint);
        lz_buf_add(&knowledge->checkpoint, body.data, body.size);
    }
    if (!err)
        lz_buf_add(out, knowledge->checkpoint.data, knowledge->checkpoint.size);
    lz_buf_free(&body);
    return err;
}

static lz_err get(void *context, const char *path, struct lz_buf *out)
{
    struct lz_knowledge *knowledge = context;
    const struct lz_registry_ask ask = {.path = path, .budget_ms = TILE_MS};
    if (strcmp(path, "checkpoint") == 0)
        return get_checkpoint(knowledge, out);
    return lz_registry_client_get(knowledge->client, &ask, out, NULL);
}

/* --- rounds --- */

static void log_round(const struct lz_knowledge *knowledge, lz_err before, lz_err now, bool first)
{
    if (now == before && !first)
        return;
    if (now == LZ_OK)
        LZ_LOG(knowledge->options.log, LZ_LOG_INFO, "kiosk", "in sync with the registry",
               lz_log_int("size", (int64_t)knowledge->state.trust.size));
    else
        LZ_LOG(knowledge->options.log, LZ_LOG_WARN, "kiosk", "not in sync with the registry",
               lz_log_text("error", lz_err_name(now)));
}

static void end_round(struct lz_knowledge *knowledge, lz_err err)
{
    int64_t now_s = lz_clock_now_s(knowledge->options.clock);
    struct lz_knowledge_state *state = &knowledge->state;
    pthread_mutex_lock(&knowledge->lock);
    state->trust = lz_trust_state(knowledge->trust);
    /* The registry answered; that the folder takes nothing is another trouble. */
    if (err != LZ_OK && err == state->trust.storing)
        err = LZ_OK;
    bool first = state->network_since == 0;
    lz_err before = state->network;
    if (first || (before == LZ_OK) != (err == LZ_OK))
        state->network_since = now_s;
    state->network = err;
    knowledge->ended = knowledge->begun;
    if (err == LZ_OK)
        knowledge->good = knowledge->begun;
    log_round(knowledge, before, err, first);
    pthread_cond_broadcast(&knowledge->turn);
    pthread_mutex_unlock(&knowledge->lock);
}

static struct timespec after_ms(int ms)
{
    struct timespec when;
    clock_gettime(CLOCK_MONOTONIC, &when);
    when.tv_sec += ms / 1000;
    when.tv_nsec += (long)(ms % 1000) * 1000000;
    if (when.tv_nsec >= 1000000000) {
        when.tv_sec++;
        when.tv_nsec -= 1000000000;
    }
    return when;
}

/* Until the next round is due or wanted; false: stop. */
static bool wait_turn(struct lz_knowledge *knowledge)
{
    struct timespec until = after_ms(LZ_KNOWLEDGE_EVERY_MS);
    pthread_mutex_lock(&knowledge->lock);
    while (!atomic_load(&knowledge->stop) && knowledge->wanted <= knowledge->begun)
        if (pthread_cond_timedwait(&knowledge->turn, &knowledge->lock, &until) == ETIMEDOUT)
            break;
    knowledge->begun++;
    pthread_mutex_unlock(&knowledge->lock);
    return !atomic_load(&knowledge->stop);
}

static void *keep_in_step(void *context)
{
    struct lz_knowledge *knowledge = context;
    const struct lz_trust_fetch fetch = {.get = get, .context = knowledge};
    do {
        struct lz_fault fault = {0};
        lz_err err = lz_trust_sync(knowledge->trust, &fetch, knowledge->options.clock, NULL, &fault);
        if (err)
            knowledge->etag[0] = '\0'; /* ask for the whole checkpoint again */
        struct lz_knowledge_state state;
        end_round(knowledge, err);
        lz_knowledge_state(knowledge, &state);
        knowledge->options.changed(knowledge->options.context, &state);
    } while (wait_turn(knowledge));
    return NULL;
}

/* --- beginning and end --- */

static lz_err open_trust(struct lz_knowledge *knowledge)
{
    struct lz_fault fault = {0};
    struct lz_knowledge_state *state = &knowledge->state;
    lz_err err = lz_trust_open(knowledge->options.folder, knowledge->options.vkey, &knowledge->trust, &fault);
    if (err == LZ_OK) {
        state->trust = lz_trust_state(knowledge->trust);
        return LZ_OK;
    }
    if (fault.code == LZ_OK)
        lz_fault_set(&fault, err, NULL, NULL);
    state->folder = err;
    for (int lang = 0; lang < LZ_LANG_COUNT; lang++)
        memcpy(state->folder_text[lang], lz_fault_text(&fault, (lz_lang)lang),
               strlen(lz_fault_text(&fault, (lz_lang)lang)) + 1);
    LZ_LOG(knowledge->options.log, LZ_LOG_ERROR, "kiosk",
           "the trust folder cannot be used; nothing is confirmed", lz_log_text("error", lz_err_name(err)),
           lz_log_text("detail", state->folder_text[LZ_EN]));
    return err;
}

static lz_err make_lock(struct lz_knowledge *knowledge)
{
    pthread_condattr_t attributes;
    if (pthread_condattr_init(&attributes) != 0)
        return LZ_MEMORY;
    pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC);
    pthread_mutex_init(&knowledge->lock, NULL);
    pthread_cond_init(&knowledge->turn, &attributes);
    pthread_condattr_destroy(&attributes);
    return LZ_OK;
}

lz_err lz_knowledge_start(const struct lz_knowledge_options *options, struct lz_knowledge **ret_knowledge,
                          struct lz_fault *fault)
{
    struct lz_knowledge *knowledge = calloc(1, sizeof *knowledge);
    if (!knowledge)
        return LZ_MEMORY;
    lz_err err = make_lock(knowledge);
    if (err) {
        free(knowledge);
        return err;
    }
    knowledge->options = *options;
    knowledge->begun = 1;
    lz_buf_init(&knowledge->checkpoint, LZ_NOTE_CAP);
    err = lz_registry_client_new(options->registry, &knowledge->stop, &knowledge->client, fault);
    if (!err && open_trust(knowledge) == LZ_OK) {
        knowledge->has_thread = pthread_create(&knowledge->thread, NULL, keep_in_step, knowledge) == 0;
        err = knowledge->has_thread ? LZ_OK : LZ_MEMORY;
    }
    if (err)
        lz_knowledge_stop(&knowledge);
    else
        *ret_knowledge = knowledge;
    return err;
}

void lz_knowledge_stop(struct lz_knowledge **knowledge)
{
    if (!knowledge || !*knowledge)
        return;
    struct lz_knowledge *it = *knowledge;
    atomic_store(&it->stop, true);
    pthread_mutex_lock(&it->lock);
    pthread_cond_broadcast(&it->turn);
    pthread_mutex_unlock(&it->lock);
    if (it->has_thread)
        pthread_join(it->thread, NULL);
    lz_trust_free(&it->trust);
    lz_registry_client_free(&it->client);
    lz_buf_free(&it->checkpoint);
    pthread_cond_destroy(&it->turn);
    pthread_mutex_destroy(&it->lock);
    free(it);
    *knowledge = NULL;
}

const struct lz_trust *lz_knowledge_trust(const struct lz_knowledge *knowledge)
{
    return knowledge->trust;
}

void lz_knowledge_state(struct lz_knowledge *knowledge, struct lz_knowledge_state *ret_state)
{
    int64_t now_s = lz_clock_now_s(knowledge->options.clock);
    pthread_mutex_lock(&knowledge->lock);
    *ret_state = knowledge->state;
    pthread_mutex_unlock(&knowledge->lock);
    ret_state->clock_behind = now_s < ret_state->trust.highest - LZ_TRUST_CLOCK_SLACK_S;
}

bool lz_knowledge_sync(struct lz_knowledge *knowledge, int budget_ms)
{
    struct timespec until = after_ms(budget_ms);
    if (!knowledge->has_thread)
        return false;
    pthread_mutex_lock(&knowledge->lock);
    uint64_t round = knowledge->begun + 1; /* the one that runs may have asked before us */
    knowledge->wanted = round > knowledge->wanted ? round : knowledge->wanted;
    pthread_cond_broadcast(&knowledge->turn);
    while (knowledge->ended < round && !atomic_load(&knowledge->stop))
        if (pthread_cond_timedwait(&knowledge->turn, &knowledge->lock, &until) == ETIMEDOUT)
            break;
    bool good = knowledge->good >= round;
    pthread_mutex_unlock(&knowledge->lock);
    return good;
}
