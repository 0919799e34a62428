#include "registry/verify.h"

#include "registry/certificate_row.h"
#include "registry/column.h"
#include "registry/credential/reason.h"
#include "registry/credential/token.h"
#include "registry/credential/token_text.h"
#include "registry/key_ring.h"
#include "registry/person.h"
#include "registry/publish.h"
#include "registry/restore.h"
#include "registry/statements.h"

#include <string.h>

static const char *reason_name(unsigned code)
{
    const struct lz_reason *reason = lz_reason_by_code(code);
    return reason ? reason->name : NULL;
}

/* What the certificate itself says. */
static enum lz_verdict of_certificate(const struct lz_certificate *c, int64_t now)
{
    static const enum lz_verdict rows[LZ_CERTIFICATE_STATE_COUNT] = {
        [LZ_CERTIFICATE_AWAITING] = LZ_VERDICT_UNKNOWN, /* filed is not issued */
        [LZ_CERTIFICATE_VALID] = LZ_VERDICT_VALID,
        [LZ_CERTIFICATE_SUSPENDED] = LZ_VERDICT_SUSPENDED,
        [LZ_CERTIFICATE_REVOKED] = LZ_VERDICT_REVOKED,
        [LZ_CERTIFICATE_CANCELLED] = LZ_VERDICT_CANCELLED,
        [LZ_CERTIFICATE_EXPIRED] = LZ_VERDICT_EXPIRED,
        [LZ_CERTIFICATE_REPLACED] = LZ_VERDICT_CANCELLED,
        [LZ_CERTIFICATE_REFUSED] = LZ_VERDICT_UNKNOWN,
        [LZ_CERTIFICATE_NOT_YET_VALID] = LZ_VERDICT_UNCONFIRMED,
    };
    _Static_assert(LZ_CERTIFICATE_STATE_COUNT == 9,
                   "a new state needs its verdict above: a missing one would read valid");
    enum lz_verdict verdict = rows[lz_certificate_state_at(c, now)];
    return verdict == LZ_VERDICT_VALID && c->kind == LZ_CERTIFICATE_AUXILIARY ? LZ_VERDICT_AUXILIARY
                                                                              : verdict;
}

/* A change that is due counts from its time, though the timer has not been by (the command line has none).
 * Only for the worse: a reinstatement waits for the timer, which knows whether it is still meant. */
static lz_err take_overdue(struct lz_call *call, int64_t now, struct lz_certificate *c)
{
    struct lz_sql *sql = lz_call_sql(call);
    if (!sql)
        return call->fault.code;
    lz_err err = LZ_OK;
    struct lz_query *q = lz_query_start(sql, LZ_Q_certificate_event_overdue);
    lz_query_int(q, "now", now);
    lz_query_text(q, "number", c->number);
    while (!err && lz_query_next(q)) {
        enum lz_certificate_event event;
        if (lz_certificate_event_parse(lz_query_get_text(q, 0), &event)) {
            err = LZ_CORRUPT;
            continue;
        }
        const struct lz_certificate_transition *transition =
            lz_certificate_transition(lz_certificate_state_at(c, now), event);
        if (!transition || transition->to == LZ_CERTIFICATE_VALID)
            continue;
        c->state = transition->to;
        c->effective_at = lz_query_get_int(q, 3);
        if (!lz_column_text(call, q, 1, &c->reason) || !lz_column_text(call, q, 2, &c->document))
            err = lz_call_memory(call);
    }
    lz_err ended = lz_query_end(q);
    return err ? err : ended;
}

/* ---- one question to the register ---- */

/* All that a verdict is made of, from one point in time. */
struct record {
    struct lz_certificate certificate;
    int64_t as_of, clock_s; /* the later of clock and published time; the clock alone */
    bool waits;             /* a restore left it open what happened to this certificate */
    enum lz_badge_state badge;
    enum lz_status status; /* of the badge's place in the lists */
    bool live;
    struct lz_bytes uid; /* the chip the token is bound to */
};

/* By number, or by a token's digest where `number` is NULL. */
struct question {
    const char *number;
    const uint8_t *digest;
};

enum {
    COLUMN_NEWEST = LZ_CERTIFICATE_COLUMNS,
    COLUMN_DUE,
    COLUMN_WAITS,
    COLUMN_BADGE,
    COLUMN_LIVE,
    COLUMN_STATUS,
    COLUMN_UID
};

static lz_err read_badge(struct lz_call *call, struct lz_query *q, struct record *r)
{
    struct lz_bytes uid = lz_query_get_blob(q, COLUMN_UID);
    if (lz_badge_state_parse(lz_query_get_text(q, COLUMN_BADGE), &r->badge))
        return lz_fault_set(&call->fault, LZ_CORRUPT, NULL, NULL);
    r->live = lz_query_get_int(q, COLUMN_LIVE) != 0;
    r->status = (enum lz_status)lz_query_get_int(q, COLUMN_STATUS);
    if (uid.size == 0)
        return LZ_OK;
    const char *copy = lz_arena_copy(call->arena, (const char *)uid.data, uid.size);
    r->uid = lz_bytes_of(copy, uid.size);
    return copy ? LZ_OK : lz_call_memory(call);
}

/* *ret_due: a scheduled change of whatever certificate has come due. */
static lz_err ask(struct lz_call *call, struct lz_sql *sql, const struct question *question,
                  struct record *ret_record, bool *ret_due)
{
    struct record r = {.clock_s = lz_call_now_s(call)};
    lz_err err = LZ_NOT_FOUND;
    struct lz_query *q =
        lz_query_start(sql, question->number ? LZ_Q_verify_by_number : LZ_Q_verify_by_digest);
    if (question->number)
        lz_query_text(q, "number", question->number);
    else
        lz_query_blob(q, "digest", lz_bytes_of(question->digest, LZ_TOKEN_DIGEST));
    while ((!err || err == LZ_NOT_FOUND) && lz_query_next(q)) {
        err = lz_certificate_read(call, q, &r.certificate);
        if (!err)
            err = lz_log_time_after(call, lz_query_get_blob(q, COLUMN_NEWEST), &r.as_of);
        if (!err && !question->number)
            err = read_badge(call, q, &r);
        r.waits = lz_query_get_int(q, COLUMN_WAITS) != 0;
        *ret_due = !lz_query_is_null(q, COLUMN_DUE) && lz_query_get_int(q, COLUMN_DUE) <= r.as_of;
    }
    lz_err ended = lz_query_end(q);
    if (!err && !ended)
        *ret_record = r;
    return ended ? ended : err;
}

/* LZ_NOT_FOUND without a fault: the caller has its own words.  What is due is looked for in the same point in
 * time as the certificate, or the timer could apply it in between and neither would show it. */
static lz_err look_up(struct lz_call *call, const struct question *question, struct record *ret_record)
{
    struct lz_sql *sql = lz_call_sql(call);
    bool due = false;
    if (!sql)
        return call->fault.code;
    lz_err err = ask(call, sql, question, ret_record, &due);
    if (err || !due)
        return err;
    err = lz_sql_read_begin(sql);
    if (err)
        return err;
    err = ask(call, sql, question, ret_record, &due);
    if (!err)
        err = take_overdue(call, ret_record->as_of, &ret_record->certificate);
    lz_sql_read_end(sql);
    return err;
}

static void unknown(struct lz_verification *v, unsigned code)
{
    v->verdict = LZ_VERDICT_UNKNOWN;
    v->reason = reason_name(code);
    v->found = false;
}

/* What a restore left open is never good. */
static void doubt(struct lz_verification *v, const struct record *r)
{
    if (r->waits && lz_verdict_worse(v->verdict, LZ_VERDICT_UNCONFIRMED) != v->verdict) {
        v->verdict = LZ_VERDICT_UNCONFIRMED;
        v->reason = reason_name(LZ_REASON_CODE_UNRECONCILED);
    }
}

/* An end counts by the later of clock and published time, a beginning by the clock: where the clock once ran
 * ahead, what was issued in that time has not begun. */
static void of_record(struct lz_verification *v, const struct record *r)
{
    v->found = true;
    v->as_of = r->as_of;
    v->certificate = r->certificate;
    struct lz_certificate *c = &v->certificate;
    if (lz_certificate_state_at(c, v->as_of) == LZ_CERTIFICATE_VALID)
        c->state = lz_certificate_state_at(c, r->clock_s);
    v->verdict = of_certificate(c, v->as_of);
    v->reason = c->reason;
    if (lz_certificate_state_at(c, v->as_of) == LZ_CERTIFICATE_NOT_YET_VALID)
        v->reason = reason_name(LZ_REASON_CODE_NOT_YET_VALID);
    doubt(v, r);
}

lz_err lz_verify_number(struct lz_call *call, const char *number, struct lz_verification *ret_verification)
{
    struct lz_verification v = {.verdict = LZ_VERDICT_UNKNOWN};
    struct record r = {0};
    lz_err err = look_up(call, &(struct question){.number = number}, &r);
    if (!err)
        of_record(&v, &r);
    else if (err == LZ_NOT_FOUND)
        err = lz_log_time(call, &v.as_of);
    if (err)
        return err;
    if (v.verdict == LZ_VERDICT_UNKNOWN)
        unknown(&v, LZ_REASON_CODE_NO_SUCH_NUMBER);
    *ret_verification = v;
    return LZ_OK;
}

/* Published before a restore and lost in it: never good, but no forgery. */
static lz_err lost(struct lz_call *call, const uint8_t digest[32], struct lz_verification *v)
{
    int status = 0;
    unsigned reason = LZ_REASON_CODE_NONE;
    lz_err err = lz_restore_lost(call, digest, &status, &reason);
    if (err)
        return err;
    v->signature = LZ_SIGNATURE_GOOD;
    v->verdict =
        lz_verdict_worse(LZ_VERDICT_UNCONFIRMED, lz_verdict_of_status((enum lz_status)status, reason));
    v->reason = reason_name(v->verdict == LZ_VERDICT_UNCONFIRMED ? LZ_REASON_CODE_UNRECONCILED : reason);
    return LZ_OK;
}

/* When an issuer key signs. */
struct window {
    int64_t from, until; /* until 0: it still does */
};

/* Signed here, yet unknown: a misused key; or a badge made between a backup and its restore, when the key
 * signed then.  One whose end survived the restore did not: all it signed stands in the log before its end.
 */
static lz_err unpublished(struct lz_call *call, const struct window *key, struct lz_verification *v)
{
    int64_t restored = 0;
    lz_err err = lz_restore_time(call, &restored);
    const bool signed_then = key->from <= restored && (key->until == 0 || key->until >= restored);
    v->signature = LZ_SIGNATURE_GOOD;
    v->verdict = restored && signed_then ? LZ_VERDICT_UNCONFIRMED : LZ_VERDICT_FORGED;
    v->reason = reason_name(v->verdict == LZ_VERDICT_FORGED ? LZ_REASON_CODE_NOT_IN_LOG
                                                            : LZ_REASON_CODE_UNRECONCILED);
    return err;
}

/* A token that the register never stored: who signed it decides between unknown key, forgery, and a key that
 * was misused. Whatever the answer, it is never a good one: tokens count only if they were published. */
static lz_err stranger(struct lz_call *call, struct lz_bytes token, const uint8_t kid[LZ_KID_SIZE],
                       struct lz_verification *v)
{
    struct lz_public_key public_key;
    bool known = false;
    struct window window = {0};
    lz_err err = LZ_OK;
    struct lz_query *q = lz_query_start(lz_call_sql(call), LZ_Q_issuer_key_get);
    lz_query_blob(q, "kid", lz_bytes_of(kid, LZ_KID_SIZE));
    while (!err && lz_query_next(q)) {
        known = true;
        window = (struct window){.from = lz_query_get_int(q, 1), .until = lz_query_get_int(q, 2)};
        err = lz_cose_key_read(lz_query_get_blob(q, 0), &public_key);
    }
    lz_err ended = lz_query_end(q);
    if (err || ended)
        return err ? err : ended;
    v->verdict = LZ_VERDICT_FORGED;
    v->signature = LZ_SIGNATURE_NONE;
    v->reason = reason_name(LZ_REASON_CODE_UNKNOWN_KEY);
    if (!known)
        return LZ_OK;
    struct lz_verifying_key *key = NULL;
    err = lz_verifying_key_new(&public_key, &key);
    if (!err)
        err = lz_token_verify(token, key);
    lz_verifying_key_free(&key);
    if (!err)
        return unpublished(call, &window, v);
    v->signature = LZ_SIGNATURE_BAD;
    v->reason = reason_name(LZ_REASON_CODE_BAD_SIGNATURE);
    return err == LZ_BAD_SIGNATURE ? LZ_OK : err;
}

static enum lz_chip_evidence chip_evidence(struct lz_bytes bound, struct lz_bytes uid)
{
    if (uid.size == 0)
        return LZ_CHIP_NONE;
    return lz_bytes_equal(bound, uid) ? LZ_CHIP_BOUND : LZ_CHIP_MISMATCH;
}

static void of_badge(struct lz_verification *v, const struct record *r, struct lz_bytes uid)
{
    of_record(v, r);
    v->by_token = true;
    v->signature = LZ_SIGNATURE_GOOD; /* these very bytes were signed here: recognising them is the proof */
    v->chip = chip_evidence(r->uid, uid);
    /* A badge that ended is dead though its holder's certificate may be valid. */
    enum lz_verdict badge = lz_verdict_of_status(r->status, LZ_REASON_CODE_NONE);
    if (r->waits && r->live)
        badge = LZ_VERDICT_VALID; /* the restore ended its index only until somebody compares */
    if (lz_verdict_worse(v->verdict, badge) != v->verdict) {
        v->verdict = badge;
        v->reason = lz_badge_end_reason(r->badge);
    }
    if (v->chip == LZ_CHIP_MISMATCH) {
        v->verdict = LZ_VERDICT_COPIED;
        v->reason = reason_name(r->uid.size ? LZ_REASON_CODE_OTHER_CHIP : LZ_REASON_CODE_NO_CHIP);
    }
}

/* A token whose digest stands in no row. */
static lz_err of_nobody(struct lz_call *call, struct lz_bytes token, const uint8_t digest[LZ_TOKEN_DIGEST],
                        struct lz_verification *v)
{
    struct lz_token claims;
    uint8_t kid[LZ_KID_SIZE];
    lz_err err = lz_log_time(call, &v->as_of);
    if (err)
        return err;
    if (lz_token_read(token, &claims, kid))
        return lz_fault_set(
            &call->fault, LZ_MALFORMED, "这不是标识牌的内容，请重新扫码或改为输入证号。",
            "This is not what a badge carries; scan it again or type the certificate's number.");
    err = lost(call, digest, v);
    return err == LZ_NOT_FOUND ? stranger(call, token, kid, v) : err;
}

lz_err lz_verify_token(struct lz_call *call, struct lz_bytes token, struct lz_bytes uid,
                       struct lz_verification *ret_verification)
{
    struct lz_verification v = {0};
    struct record r = {0};
    uint8_t digest[LZ_TOKEN_DIGEST];
    lz_err err = lz_token_digest(token, digest);
    if (!err)
        err = look_up(call, &(struct question){.digest = digest}, &r);
    if (!err)
        of_badge(&v, &r, uid);
    else if (err == LZ_NOT_FOUND)
        err = of_nobody(call, token, digest, &v);
    if (!err)
        *ret_verification = v;
    return err;
}

lz_err lz_verify_text(struct lz_call *call, const char *text, struct lz_verification *ret_verification)
{
    struct lz_token_text parsed;
    lz_err err = lz_token_text_parse(lz_bytes_text(text), &parsed);
    if (err == LZ_MEMORY)
        return lz_call_memory(call);
    if (err)
        return lz_fault_set(
            &call->fault, LZ_MALFORMED, "看不懂这段内容。请扫描标识牌，或输入证号。",
            "This is neither a badge's content nor a certificate number. Scan the badge or type the number.");
    if (parsed.kind == LZ_TOKEN_TEXT_NUMBER) {
        const char *number = lz_arena_text(call->arena, parsed.number);
        return number ? lz_verify_number(call, number, ret_verification) : lz_call_memory(call);
    }
    const char *copy = lz_arena_copy(call->arena, (const char *)parsed.token, parsed.token_size);
    return copy ? lz_verify_token(call, lz_bytes_of(copy, parsed.token_size), (struct lz_bytes){0},
                                  ret_verification)
                : lz_call_memory(call);
}

lz_err lz_verification_photo(struct lz_call *call, const struct lz_verification *v, struct lz_bytes *ret_jpeg)
{
    if (!v->found || !v->by_token)
        return lz_fault_set(&call->fault, LZ_NOT_FOUND, "没有照片。", "There is no photo.");
    return lz_person_photo_read(call, v->certificate.person, ret_jpeg);
}

json_t *lz_verification_json(const struct lz_verification *v, int64_t now_s)
{
    char as_of[LZ_INSTANT_SIZE];
    lz_instant_format(v->as_of, as_of);
    /* One time for both: a certificate is not valid beside a verdict that says it expired. */
    int64_t at = v->as_of > now_s ? v->as_of : now_s;
    json_t *certificate = v->found ? lz_certificate_json(&v->certificate, at, false) : json_null();
    return json_pack("{s:s, s:o, s:{s:s, s:s, s:s}, s:s, s:s?}", "verdict", lz_verdict_name(v->verdict),
                     "certificate", certificate, "evidence", "signature",
                     lz_signature_evidence_name(v->signature), "chip", lz_chip_evidence_name(v->chip),
                     "source", lz_source_evidence_name(LZ_SOURCE_REGISTER), "as_of", as_of, "reason",
                     v->reason);
}
