/* The question everything is for, asked by number and by what a badge carries. */
#include "web/public/public.h"

#include "registry/base/encoding.h"
#include "registry/credential/token_text.h"
#include "registry/person.h"
#include "registry/verify.h"
#include "web/view.h"

#include <string.h>

static void count(const struct lz_visit *visit, enum lz_verdict verdict)
{
    lz_metric_add(visit->site->verdicts[verdict], 1);
}

/* ---- by number ---- */

/* Said at the field, yet 400 and not 422: what was sent is neither a number nor a token. */
static lz_err not_understood(struct lz_visit *visit)
{
    struct lz_fault *fault = &visit->call->fault;
    struct lz_fault why = *fault;
    (void)lz_fault_field(fault, "number", NULL, lz_fault_text(&why, LZ_ZH), lz_fault_text(&why, LZ_EN));
    return fault->code = LZ_MALFORMED;
}

/* The number that was asked, said back where nothing bears it, so that a slip of the finger can be seen.  A
 * token or address is not said back: it may carry a name. */
static bool say_back(json_t *value, const char *asked)
{
    struct lz_token_text parsed;
    lz_err err = lz_token_text_parse(lz_bytes_text(asked), &parsed);
    if (err || parsed.kind != LZ_TOKEN_TEXT_NUMBER)
        return err != LZ_MEMORY;
    return json_object_set_new(value, "number", json_string(parsed.number)) == 0;
}

lz_err lz_public_verify(struct lz_visit *visit)
{
    struct lz_verification v;
    const char *asked = lz_visit_text(visit, "number");
    lz_err err = lz_verify_text(visit->call, asked, &v);
    if (err == LZ_MALFORMED)
        return not_understood(visit);
    if (err)
        return err;
    count(visit, v.verdict);
    json_t *value = lz_verification_json(&v, lz_call_now_s(visit->call));
    if (value && !v.found && !say_back(value, asked)) {
        json_decref(value);
        value = NULL;
    }
    return lz_visit_answer(visit, value);
}

lz_err lz_public_certificate(struct lz_visit *visit)
{
    struct lz_verification v;
    int64_t now = lz_call_now_s(visit->call);
    char as_of[LZ_INSTANT_SIZE];
    lz_err err = lz_verify_number(visit->call, lz_visit_text(visit, "number"), &v);
    if (err)
        return err;
    count(visit, v.verdict);
    if (!v.found)
        return lz_fault_set(&visit->call->fault, LZ_NOT_FOUND, "没有这个证号的证件，请核对后重新输入。",
                            "No certificate bears this number; check it and try again.");
    json_t *value = lz_certificate_json(&v.certificate, now, false);
    lz_instant_format(v.as_of, as_of);
    if (value && (json_object_set_new(value, "verdict", json_string(lz_verdict_name(v.verdict))) ||
                  json_object_set_new(value, "as_of", json_string(as_of)))) {
        json_decref(value);
        value = NULL;
    }
    return lz_visit_answer(visit, value);
}

/* /c/NUMBER is what a chip too small for a token points at. */
lz_err lz_public_pointer(struct lz_visit *visit)
{
    char *number = lz_url_encode(visit->call->arena, lz_visit_text(visit, "number"));
    const char *path = number ? lz_arena_printf(visit->call->arena, "/certificates/%s", number) : NULL;
    if (!path)
        return lz_call_memory(visit->call);
    lz_http_reply_redirect(visit->reply, 302, path);
    return LZ_OK;
}

/* ---- by token ---- */

static lz_err no_token(struct lz_visit *visit)
{
    return lz_fault_set(&visit->call->fault, LZ_MALFORMED, "这不是标识牌的内容。请重新扫码，或输入证号查验。",
                        "This is not what a badge carries. Scan it again, or check by number.");
}

/* The bytes behind /v/<base64url> and /V/<BASE32>. */
static lz_err token_of(struct lz_visit *visit, struct lz_bytes *ret_token)
{
    struct lz_token_text parsed;
    lz_err err = lz_token_text_parse(lz_bytes_text(lz_visit_text(visit, "token")), &parsed);
    if (err == LZ_MEMORY)
        return lz_call_memory(visit->call);
    if (err || parsed.kind != LZ_TOKEN_TEXT_TOKEN)
        return no_token(visit);
    const char *copy = lz_arena_copy(visit->call->arena, (const char *)parsed.token, parsed.token_size);
    if (!copy)
        return lz_call_memory(visit->call);
    *ret_token = lz_bytes_of(copy, parsed.token_size);
    return LZ_OK;
}

/* ?uid=…: what a kiosk's reader saw, so that a copy is found out; hex. */
static lz_err uid_of(struct lz_visit *visit, struct lz_bytes *ret_uid)
{
    const char *hex = lz_visit_text(visit, "uid");
    struct lz_buf uid;
    if (!hex)
        return LZ_OK;
    lz_buf_init(&uid, 16);
    lz_err err = lz_hex_decode(lz_bytes_text(hex), &uid);
    const char *copy = err ? NULL : lz_arena_copy(visit->call->arena, (const char *)uid.data, uid.size);
    if (copy)
        *ret_uid = lz_bytes_of(copy, uid.size);
    lz_buf_free(&uid);
    if (err)
        return lz_visit_refuse_field(visit, "uid", "input.id");
    return copy ? LZ_OK : lz_call_memory(visit->call);
}

static lz_err verify_token(struct lz_visit *visit, struct lz_verification *ret_verification)
{
    struct lz_bytes token, uid = {0};
    lz_err err = token_of(visit, &token);
    if (!err)
        err = uid_of(visit, &uid);
    return err ? err : lz_verify_token(visit->call, token, uid, ret_verification);
}

/* Whoever left is no longer shown to the public; a copy is compared with the one it was made of. */
static bool shows_photo(const struct lz_verification *v)
{
    static const bool rows[LZ_VERDICT_COUNT] = {[LZ_VERDICT_VALID] = true,
                                                [LZ_VERDICT_AUXILIARY] = true,
                                                [LZ_VERDICT_SUSPENDED] = true,
                                                [LZ_VERDICT_COPIED] = true};
    return v->by_token && v->found && v->certificate.has_photo && rows[v->verdict];
}

lz_err lz_public_token(struct lz_visit *visit)
{
    struct lz_verification v;
    lz_err err = verify_token(visit, &v);
    if (err)
        return err;
    count(visit, v.verdict);
    json_t *value = lz_verification_json(&v, lz_call_now_s(visit->call));
    const char *photo =
        shows_photo(&v) ? lz_arena_printf(visit->call->arena, "/v/%s/photo", lz_visit_text(visit, "token"))
                        : NULL;
    if (value && json_object_set_new(value, "photo", photo ? json_string(photo) : json_null())) {
        json_decref(value);
        value = NULL;
    }
    return lz_visit_answer(visit, value);
}

lz_err lz_public_photo(struct lz_visit *visit)
{
    struct lz_verification v;
    struct lz_bytes jpeg;
    lz_err err = verify_token(visit, &v);
    if (!err && !shows_photo(&v))
        err = LZ_NOT_FOUND;
    if (!err)
        err = lz_verification_photo(visit->call, &v, &jpeg);
    if (!err)
        lz_http_reply_bytes(visit->reply, 200, "image/jpeg", jpeg);
    return err;
}

/* ---- as pages ---- */

json_t *lz_public_verdict_view(struct lz_visit *visit, const json_t *value)
{
    const char *photo = json_string_value(json_object_get(value, "photo"));
    bool bare =
        json_object_get(value, "photo") == NULL && json_is_object(json_object_get(value, "certificate"));
    return json_pack("{s:o, s:b}", "verdict", lz_view_verdict(visit, value, photo), "by_number", bare);
}

/* The certificate's page says the same as looking up its number. */
json_t *lz_public_certificate_view(struct lz_visit *visit, const json_t *value)
{
    json_t *verification = json_pack(
        "{s:O, s:O, s:O, s:O, s:{s:s, s:s, s:s}}", "verdict", json_object_get(value, "verdict"), "as_of",
        json_object_get(value, "as_of"), "reason", json_object_get(value, "reason"), "certificate", value,
        "evidence", "signature", "none", "chip", "none", "source", "register");
    json_t *view = verification ? json_pack("{s:o, s:b}", "verdict",
                                            lz_view_verdict(visit, verification, NULL), "by_number", 1)
                                : NULL;
    json_decref(verification);
    return view;
}
