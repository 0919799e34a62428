#include "registry/credential/trust.h"

/* An instant, or null for 0. */
static json_t *instant(int64_t utc_seconds)
{
    char text[LZ_INSTANT_SIZE];
    if (utc_seconds <= 0) {
        return json_null();
    }
    lz_instant_format(utc_seconds, text);
    return json_string(text);
}

static json_t *text_or_null(const char *text)
{
    return text != NULL && text[0] != '\0' ? json_string(text) : json_null();
}

static json_t *certificate(const struct lz_trust_answer *answer)
{
    if (!answer->certified) {
        return json_null();
    }
    return json_pack("{s:s, s:s, s:o, s:o, s:s, s:s, s:o, s:o, s:o}", "number", answer->token.number, "kind",
                     lz_token_kind_name(answer->token.kind), "name", text_or_null(answer->token.name),
                     "organ", text_or_null(answer->organ), "valid_until", answer->valid_until.text, "status",
                     lz_verdict_name(answer->standing), "reason",
                     text_or_null(answer->cause != NULL ? answer->cause->name : NULL), "effective_at",
                     instant(answer->effective_at), "published_at", instant(answer->published_at));
}

json_t *lz_trust_answer_json(const struct lz_trust_answer *answer)
{
    return json_pack(
        "{s:s, s:o, s:{s:s, s:s, s:s}, s:o, s:o}", "verdict", lz_verdict_name(answer->verdict), "certificate",
        certificate(answer), "evidence", "signature", lz_signature_evidence_name(answer->signature), "chip",
        lz_chip_evidence_name(answer->chip), "source", lz_source_evidence_name(LZ_SOURCE_OFFLINE), "as_of",
        instant(answer->as_of), "reason", text_or_null(answer->reason != NULL ? answer->reason->name : NULL));
}
