#include "web/kiosk/enrich.h"
#include "registry/base/encoding.h"
#include "web/kiosk/registry_client.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

enum { ANSWER_MS = 3000, PHOTO_MS = 5000, ANSWER_CAP = 65536, PURGE_EVERY_S = 60, PATH_CAP = 1024 };

struct question {
    uint64_t seq; /* 0: none */
    struct lz_judgement judgement;
};

struct lz_enrich {
    struct lz_enrich_options options;
    struct lz_registry_client *client;
    atomic_bool stop;
    pthread_t thread;
    pthread_mutex_t lock;
    pthread_cond_t asked;
    struct question next;
};

/* --- what is taken over --- */

static json_t *details_of(const json_t *certificate)
{
    static const char *const names[] = {"scope", "region", "issued_on", "organ", "name"};
    json_t *details = json_object();
    for (size_t i = 0; details && i < sizeof names / sizeof names[0]; i++) {
        json_t *value = json_object_get(certificate, names[i]);
        if (value)
            json_object_set(details, names[i], value);
    }
    return details;
}

/* The answer must be about the certificate that the token names. */
static bool same_number(const json_t *a, const json_t *b)
{
    const char *left = json_string_value(json_object_get(a, "number"));
    const char *right = json_string_value(json_object_get(b, "number"));
    return left && right && strcmp(left, right) == 0;
}

json_t *lz_enrich_merge(const struct lz_judgement *judgement, const json_t *answer, json_t **ret_details)
{
    enum lz_verdict verdict = LZ_VERDICT_UNKNOWN;
    json_t *clean = lz_judge_clean(answer, &verdict);
    json_t *theirs = json_object_get(clean, "certificate");
    json_t *value = json_deep_copy(judgement->value);
    *ret_details = NULL;
    if (value && same_number(theirs, json_object_get(value, "certificate"))) {
        *ret_details = details_of(theirs);
        if (lz_judge_outranks(verdict, judgement->verdict)) {
            json_object_set(value, "verdict", json_object_get(clean, "verdict"));
            json_object_set(value, "reason", json_object_get(clean, "reason"));
            json_object_set(value, "as_of", json_object_get(clean, "as_of"));
            json_object_update_existing(json_object_get(value, "certificate"), theirs);
            json_object_set(json_object_get(value, "evidence"), "source",
                            json_object_get(json_object_get(clean, "evidence"), "source"));
        }
    }
    json_decref(clean);
    return value;
}

/* --- asking --- */

static void token_path(const struct lz_judgement *judgement, const char *tail, struct lz_buf *out)
{
    lz_buf_init(out, PATH_CAP);
    lz_buf_text(out, "v/");
    lz_base64url_encode(lz_bytes_of(judgement->text.token, judgement->text.token_size), out);
    lz_buf_text(out, tail);
}

static lz_err ask(struct lz_enrich *enrich, const struct lz_judgement *judgement, const char *tail,
                  const char *accept, int budget_ms, struct lz_buf *out)
{
    struct lz_buf path;
    token_path(judgement, tail, &path);
    const struct lz_registry_ask question = {
        .path = (const char *)path.data, .accept = accept, .budget_ms = budget_ms};
    lz_err err = path.err ? path.err : lz_registry_client_get(enrich->client, &question, out, NULL);
    lz_buf_free(&path);
    return err;
}

static lz_err ask_answer(struct lz_enrich *enrich, const struct lz_judgement *judgement, json_t **ret_answer)
{
    struct lz_buf text;
    lz_buf_init(&text, ANSWER_CAP);
    lz_err err = ask(enrich, judgement, "", "application/json", ANSWER_MS, &text);
    if (!err) {
        *ret_answer = json_loadb((const char *)text.data, text.size, JSON_REJECT_DUPLICATES, NULL);
        err = *ret_answer ? LZ_OK : LZ_MALFORMED;
    }
    lz_buf_free(&text);
    return err;
}

/* No photo is an answer, too. */
static lz_err ask_photo(struct lz_enrich *enrich, const struct lz_judgement *judgement, struct lz_buf *out)
{
    lz_err err = ask(enrich, judgement, "/photo", "image/jpeg, image/png", PHOTO_MS, out);
    if (err == LZ_NOT_FOUND || (!err && !lz_photo_type(lz_buf_view(out)))) {
        lz_buf_reset(out);
        return LZ_OK;
    }
    return err;
}

static void answer(struct lz_enrich *enrich, const struct question *question)
{
    const struct lz_judgement *judgement = &question->judgement;
    struct lz_holder holder;
    json_t *reply = NULL, *value = NULL;
    lz_holder_init(&holder);
    lz_err err = ask_answer(enrich, judgement, &reply);
    if (!err) {
        value = lz_enrich_merge(judgement, reply, &holder.details);
        err = ask_photo(enrich, judgement, &holder.photo);
    }
    if (!err && value && holder.details) {
        int64_t now_s = lz_clock_now_s(enrich->options.clock);
        lz_err kept = lz_holder_cache_put(enrich->options.cache, judgement->digest, now_s, &holder);
        if (kept)
            LZ_LOG(enrich->options.log, LZ_LOG_WARN, "kiosk", "a holder could not be kept",
                   lz_log_text("error", lz_err_name(kept)));
        lz_kiosk_state_enrich(enrich->options.state, question->seq, value, &holder);
        if (!json_equal(json_object_get(value, "verdict"), json_object_get(judgement->value, "verdict")))
            enrich->options.behind(enrich->options.context);
    } else if (err && err != LZ_CANCELLED) {
        LZ_LOG(enrich->options.log, LZ_LOG_INFO, "kiosk", "no photo and scope from the registry",
               lz_log_text("error", lz_err_name(err)));
    }
    json_decref(reply);
    json_decref(value);
    lz_holder_reset(&holder);
}

/* --- the thread --- */

static void free_question(struct question *question)
{
    lz_judgement_free(&question->judgement);
    *question = (struct question){0};
}

/* False: stop.  *ret_question is empty when it is time to purge. */
static bool wait_question(struct lz_enrich *enrich, struct question *ret_question)
{
    struct timespec until;
    clock_gettime(CLOCK_MONOTONIC, &until);
    until.tv_sec += PURGE_EVERY_S;
    pthread_mutex_lock(&enrich->lock);
    while (!atomic_load(&enrich->stop) && enrich->next.seq == 0)
        if (pthread_cond_timedwait(&enrich->asked, &enrich->lock, &until) != 0)
            break;
    *ret_question = enrich->next;
    enrich->next = (struct question){0};
    pthread_mutex_unlock(&enrich->lock);
    return !atomic_load(&enrich->stop);
}

static void *work(void *context)
{
    struct lz_enrich *enrich = context;
    struct question question = {0};
    while (wait_question(enrich, &question)) {
        if (question.seq > 0)
            answer(enrich, &question);
        free_question(&question);
        lz_holder_cache_purge(enrich->options.cache, lz_clock_now_s(enrich->options.clock));
    }
    free_question(&question);
    return NULL;
}

lz_err lz_enrich_start(const struct lz_enrich_options *options, struct lz_enrich **ret_enrich,
                       struct lz_fault *fault)
{
    pthread_condattr_t attributes;
    struct lz_enrich *enrich = calloc(1, sizeof *enrich);
    if (!enrich)
        return LZ_MEMORY;
    enrich->options = *options;
    lz_err err = lz_registry_client_new(options->registry, &enrich->stop, &enrich->client, fault);
    if (!err && pthread_condattr_init(&attributes) != 0)
        err = LZ_MEMORY;
    if (err) {
        lz_registry_client_free(&enrich->client);
        free(enrich);
        return err;
    }
    pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC);
    pthread_mutex_init(&enrich->lock, NULL);
    pthread_cond_init(&enrich->asked, &attributes);
    pthread_condattr_destroy(&attributes);
    if (pthread_create(&enrich->thread, NULL, work, enrich) != 0) {
        lz_registry_client_free(&enrich->client);
        free(enrich);
        return LZ_MEMORY;
    }
    *ret_enrich = enrich;
    return LZ_OK;
}

void lz_enrich_stop(struct lz_enrich **enrich)
{
    if (!enrich || !*enrich)
        return;
    atomic_store(&(*enrich)->stop, true);
    pthread_mutex_lock(&(*enrich)->lock);
    pthread_cond_broadcast(&(*enrich)->asked);
    pthread_mutex_unlock(&(*enrich)->lock);
    pthread_join((*enrich)->thread, NULL);
    free_question(&(*enrich)->next);
    lz_registry_client_free(&(*enrich)->client);
    pthread_cond_destroy(&(*enrich)->asked);
    pthread_mutex_destroy(&(*enrich)->lock);
    free(*enrich);
    *enrich = NULL;
}

void lz_enrich_ask(struct lz_enrich *enrich, uint64_t seq, const struct lz_judgement *judgement)
{
    struct question question = {.seq = seq, .judgement = *judgement};
    question.judgement.value = json_deep_copy(judgement->value);
    if (!question.judgement.value)
        return;
    pthread_mutex_lock(&enrich->lock);
    free_question(&enrich->next);
    enrich->next = question;
    pthread_cond_broadcast(&enrich->asked);
    pthread_mutex_unlock(&enrich->lock);
}
