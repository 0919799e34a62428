#include "web/kiosk/judge.h"

#include <string.h>

void lz_judgement_free(struct lz_judgement *judgement)
{
    json_decref(judgement->value);
    *judgement = (struct lz_judgement){0};
}

static json_t *instant(int64_t utc_seconds)
{
    char text[LZ_INSTANT_SIZE];
    if (utc_seconds <= 0)
        return json_null();
    lz_instant_format(utc_seconds, text);
    return json_string(text);
}

json_t *lz_judge_value(enum lz_verdict verdict, const char *reason, int64_t as_of)
{
    return json_pack("{s:s, s:n, s:{s:s, s:s, s:s}, s:o, s:s?}", "verdict", lz_verdict_name(verdict),
                     "certificate", "evidence", "signature", lz_signature_evidence_name(LZ_SIGNATURE_NONE),
                     "chip", lz_chip_evidence_name(LZ_CHIP_NONE), "source",
                     lz_source_evidence_name(LZ_SOURCE_OFFLINE), "as_of", instant(as_of), "reason", reason);
}

/* --- the registry's answers: only known fields of the right type are taken over --- */

static const char *const certificate_texts[] = {"number", "kind",         "name",        "organ",
                                                "region", "issued_on",    "valid_until", "status",
                                                "reason", "effective_at", "published_at"};

static json_t *clean_scope(const json_t *scope)
{
    json_t *clean = json_array();
    size_t index;
    json_t *item;
    json_array_foreach((json_t *)(uintptr_t)scope, index,
                       item) if (clean && json_is_string(item) &&
                                 json_array_append(clean, item) != 0) return clean;
    return clean;
}

static json_t *clean_certificate(const json_t *certificate)
{
    if (!json_is_object(certificate))
        return json_null();
    json_t *clean = json_object();
    for (size_t i = 0; clean && i < sizeof certificate_texts / sizeof certificate_texts[0]; i++) {
        json_t *text = json_object_get(certificate, certificate_texts[i]);
        if (json_is_string(text))
            json_object_set(clean, certificate_texts[i], text);
    }
    if (clean && json_is_array(json_object_get(certificate, "scope")))
        json_object_set_new(clean, "scope", clean_scope(json_object_get(certificate, "scope")));
    return clean;
}

json_t *lz_judge_clean(const json_t *answer, enum lz_verdict *ret_verdict)
{
    const char *name = json_string_value(json_object_get(answer, "verdict"));
    int64_t as_of = 0;
    const char *as_of_text = json_string_value(json_object_get(answer, "as_of"));
    enum lz_verdict verdict;
    if (!name || lz_verdict_parse(name, &verdict) || !as_of_text || lz_instant_parse(as_of_text, &as_of))
        return NULL;
    json_t *value = lz_judge_value(verdict, json_string_value(json_object_get(answer, "reason")), as_of);
    json_t *evidence = json_object_get(value, "evidence");
    if (!value ||
        json_object_set_new(value, "certificate",
                            clean_certificate(json_object_get(answer, "certificate"))) != 0 ||
        json_object_set_new(evidence, "source", json_string(lz_source_evidence_name(LZ_SOURCE_REGISTER))) !=
            0) {
        json_decref(value);
        return NULL;
    }
    *ret_verdict = verdict;
    return value;
}

bool lz_judge_outranks(enum lz_verdict registry, enum lz_verdict offline)
{
    bool is_ending = registry == LZ_VERDICT_SUSPENDED || registry == LZ_VERDICT_REVOKED ||
                     registry == LZ_VERDICT_CANCELLED || registry == LZ_VERDICT_EXPIRED;
    return is_ending && registry != offline && lz_verdict_worse(registry, offline) == registry;
}

bool lz_judge_shows_holder(enum lz_verdict verdict)
{
    static const bool shows[LZ_VERDICT_COUNT] = {
        [LZ_VERDICT_VALID] = true,   [LZ_VERDICT_AUXILIARY] = true, [LZ_VERDICT_SUSPENDED] = true,
        [LZ_VERDICT_REVOKED] = true, [LZ_VERDICT_CANCELLED] = true, [LZ_VERDICT_EXPIRED] = true,
    };
    return (unsigned)verdict < LZ_VERDICT_COUNT && shows[verdict];
}

/* --- judging --- */

static int64_t known_as_of(const struct lz_judge *judge)
{
    return judge->trust ? lz_trust_state(judge->trust).as_of : 0;
}

static lz_err answer_plain(const struct lz_judge *judge, enum lz_verdict verdict, const char *reason,
                           struct lz_judgement *judgement)
{
    judgement->verdict = verdict;
    judgement->value = lz_judge_value(verdict, reason, known_as_of(judge));
    return judgement->value ? LZ_OK : LZ_MEMORY;
}

static lz_err verify(const struct lz_judge *judge, struct lz_bytes token, struct lz_bytes uid,
                     struct lz_trust_answer *ret_answer)
{
    return lz_trust_verify(judge->trust, token, uid, lz_clock_now_s(judge->clock), judge->max_age_s,
                           ret_answer);
}

/* The log does not know the key or the token: it may have been issued a moment ago. */
static bool is_unheard(const struct lz_trust_answer *answer)
{
    return !answer->certified && answer->signature != LZ_SIGNATURE_BAD;
}

/* Not in sync, what the log does not know may be new: "forged" is said only by who has just asked. */
static void doubt_unheard(struct lz_trust_answer *answer)
{
    if (answer->verdict != LZ_VERDICT_FORGED)
        return;
    answer->verdict = LZ_VERDICT_UNCONFIRMED;
    answer->reason = lz_reason_by_code(LZ_REASON_CODE_STALE);
}

static lz_err judge_token(const struct lz_judge *judge, struct lz_bytes uid, struct lz_judgement *judgement)
{
    struct lz_bytes token = lz_bytes_of(judgement->text.token, judgement->text.token_size);
    struct lz_trust_answer answer;
    if (!judge->trust)
        return answer_plain(judge, LZ_VERDICT_UNCONFIRMED, LZ_REASON_TRUST_FOLDER, judgement);
    lz_err err = verify(judge, token, uid, &answer);
    if (!err && is_unheard(&answer)) {
        bool in_sync = judge->sync(judge->context, LZ_JUDGE_ASK_MS);
        err = verify(judge, token, uid, &answer);
        if (!err && !in_sync && is_unheard(&answer))
            doubt_unheard(&answer);
    }
    if (!err)
        err = lz_token_digest(token, judgement->digest);
    if (err == LZ_MALFORMED || err == LZ_TOO_LARGE)
        return answer_plain(judge, LZ_VERDICT_UNKNOWN, LZ_REASON_NOT_A_BADGE, judgement);
    if (err)
        return answer_plain(judge, LZ_VERDICT_UNCONFIRMED, LZ_REASON_COUNTER_FAILED, judgement);
    judgement->verdict = answer.verdict;
    judgement->by_token = answer.certified;
    judgement->value = lz_trust_answer_json(&answer);
    return judgement->value ? LZ_OK : LZ_MEMORY;
}

static lz_err judge_number(const struct lz_judge *judge, struct lz_judgement *judgement)
{
    json_t *answer = NULL;
    lz_err err = judge->look_up(judge->context, judgement->text.number, LZ_JUDGE_ASK_MS, &answer);
    if (!err)
        judgement->value = lz_judge_clean(answer, &judgement->verdict);
    json_decref(answer);
    err = judgement->value ? LZ_OK
                           : answer_plain(judge, LZ_VERDICT_UNCONFIRMED, LZ_REASON_REGISTRY_AWAY, judgement);
    /* Said back where no certificate shows it, so that a slip of the finger can be seen. */
    if (!err && !json_is_object(json_object_get(judgement->value, "certificate")) &&
        json_object_set_new(judgement->value, "number", json_string(judgement->text.number)) != 0)
        err = LZ_MEMORY;
    return err;
}

lz_err lz_judge(const struct lz_judge *judge, struct lz_bytes text, struct lz_bytes uid,
                struct lz_judgement *ret_judgement)
{
    struct lz_judgement judgement = {0};
    lz_err err = text.size == 0 ? LZ_MALFORMED : lz_token_text_parse(text, &judgement.text);
    if (err == LZ_MEMORY)
        return err;
    if (err)
        err = answer_plain(judge, LZ_VERDICT_UNKNOWN, LZ_REASON_NOT_A_BADGE, &judgement);
    else if (judgement.text.kind == LZ_TOKEN_TEXT_NUMBER)
        err = judge_number(judge, &judgement);
    else
        err = judge_token(judge, uid, &judgement);
    if (!err)
        *ret_judgement = judgement;
    else
        lz_judgement_free(&judgement);
    return err;
}
