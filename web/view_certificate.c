/* Certificates and verdicts in the visitor's language. */
#include "web/view.h"

#include "registry/base/json_write.h"
#include "registry/base/text.h"
#include "registry/certificate.h"
#include "registry/credential/reason.h"

#include <string.h>

const char *lz_view_instant(struct lz_visit *visit, const char *iso)
{
    int64_t at = 0;
    if (!iso || lz_instant_parse(iso, &at))
        return "";
    char local[LZ_LOCAL_SIZE];
    lz_local_format(at, local);
    const char *text = lz_arena_copy(visit->call->arena, local, LZ_LOCAL_MINUTE);
    return text ? text : "";
}

static const char *date_of(struct lz_visit *visit, const char *iso)
{
    const char *text = lz_view_instant(visit, iso);
    const char *date = lz_arena_copy(visit->call->arena, text, strnlen(text, 10));
    return date ? date : "";
}

const char *lz_view_status_tone(const char *status)
{
    static const char *const tones[LZ_CERTIFICATE_STATE_COUNT] = {
        [LZ_CERTIFICATE_AWAITING] = "blue",       [LZ_CERTIFICATE_VALID] = "green",
        [LZ_CERTIFICATE_SUSPENDED] = "amber",     [LZ_CERTIFICATE_REVOKED] = "red",
        [LZ_CERTIFICATE_CANCELLED] = "red",       [LZ_CERTIFICATE_EXPIRED] = "red",
        [LZ_CERTIFICATE_REPLACED] = "grey",       [LZ_CERTIFICATE_REFUSED] = "grey",
        [LZ_CERTIFICATE_NOT_YET_VALID] = "amber",
    };
    enum lz_certificate_state state;
    return status && !lz_certificate_state_parse(status, &state) ? tones[state] : "grey";
}

const char *lz_view_status_word(const struct lz_visit *visit, const char *status)
{
    enum lz_certificate_state state;
    if (!status || lz_certificate_state_parse(status, &state))
        return status ? status : "";
    return lz_certificate_state_word(state, visit->lang);
}

const char *lz_view_kind_word(const struct lz_visit *visit, const char *kind)
{
    enum lz_certificate_kind parsed;
    if (!kind || lz_certificate_kind_parse(kind, &parsed))
        return kind ? kind : "";
    return lz_certificate_kind_word(parsed, visit->lang);
}

static const struct lz_reason *reason_of(const char *name, int status)
{
    /* "other" stands in three groups: the status says which. */
    static const struct {
        int status;
        enum lz_reason_group group;
    } first[] = {
        {LZ_CERTIFICATE_CANCELLED, LZ_REASON_CANCEL},
        {LZ_CERTIFICATE_SUSPENDED, LZ_REASON_SUSPEND},
        {LZ_CERTIFICATE_REVOKED, LZ_REASON_REVOKE},
    };
    const struct lz_reason *found = NULL;
    for (size_t i = 0; !found && i < sizeof first / sizeof first[0]; i++)
        if (first[i].status == status)
            found = lz_reason_find(first[i].group, name);
    for (unsigned group = 0; !found && group < LZ_REASON_GROUP_COUNT; group++)
        found = lz_reason_find((enum lz_reason_group)group, name);
    return found;
}

const char *lz_view_reason(const struct lz_visit *visit, const char *reason)
{
    const struct lz_reason *found = reason ? reason_of(reason, -1) : NULL;
    return found ? found->sentence[visit->lang] : NULL;
}

static const char *text_at(const json_t *object, const char *key)
{
    return json_string_value(json_object_get(object, key));
}

/* Fields of enforcement in one line. */
static const char *joined(struct lz_visit *visit, const json_t *list)
{
    const char *text = NULL;
    size_t i;
    const json_t *item;
    json_array_foreach(list, i, item)
    {
        const char *one = json_string_value(item);
        const char *between = visit->lang == LZ_ZH ? "、" : ", ";
        text = text ? lz_arena_printf(visit->call->arena, "%s%s%s", text, between, one) : one;
        if (!text)
            return NULL;
    }
    return text;
}

static json_t *facts(struct lz_visit *visit, const json_t *certificate)
{
    json_t *list = json_array();
    const char *until = lz_catalogue_format(
        visit->site->texts, visit->call->arena, visit->lang, "certificate.from_until", "from",
        text_at(certificate, "issued_on"), "until", text_at(certificate, "valid_until"), NULL);
    const char *status = text_at(certificate, "status");
    lz_view_append(&list, lz_view_row(lz_visit_say(visit, "certificate.scope"),
                                      joined(visit, json_object_get(certificate, "scope")), NULL));
    lz_view_append(
        &list, lz_view_row(lz_visit_say(visit, "certificate.region"), text_at(certificate, "region"), NULL));
    lz_view_append(&list, lz_view_row(lz_visit_say(visit, "certificate.validity"), until, NULL));
    lz_view_append(&list, lz_view_row(lz_visit_say(visit, "certificate.status"),
                                      lz_view_status_word(visit, status), lz_view_status_tone(status)));
    return list;
}

static json_t *who(struct lz_visit *visit, const json_t *certificate, const char *photo)
{
    if (!json_is_object(certificate))
        return json_false();
    const char *name = text_at(certificate, "name"), *organ = text_at(certificate, "organ");
    return json_pack("{s:o, s:s, s:s, s:s, s:o, s:o}", "name", name ? json_string(name) : json_false(),
                     "kind", lz_view_kind_word(visit, text_at(certificate, "kind")), "number",
                     text_at(certificate, "number"), "organ", organ ? organ : "", "photo",
                     photo ? json_string(photo) : json_false(), "summary", facts(visit, certificate));
}

/* "2026-11-20,持证人调离执法岗位。" — why, and since when, unless all is well. */
static json_t *why(struct lz_visit *visit, const json_t *verification, enum lz_verdict verdict)
{
    const json_t *certificate = json_object_get(verification, "certificate");
    const char *name = text_at(verification, "reason");
    enum lz_certificate_state state = LZ_CERTIFICATE_STATE_COUNT;
    const char *status = text_at(certificate, "status");
    if (!name || verdict == LZ_VERDICT_VALID || verdict == LZ_VERDICT_AUXILIARY ||
        verdict == LZ_VERDICT_UNKNOWN)
        return json_false();
    if (status && lz_certificate_state_parse(status, &state))
        state = LZ_CERTIFICATE_STATE_COUNT;
    const struct lz_reason *reason = reason_of(name, (int)state);
    if (!reason)
        return json_false();
    const char *own = text_at(certificate, "reason"), *since = text_at(certificate, "effective_at");
    if (!own || strcmp(own, name) != 0 || !since)
        return json_string(reason->sentence[visit->lang]);
    return json_string(lz_catalogue_format(visit->site->texts, visit->call->arena, visit->lang,
                                           "certificate.since", "date", date_of(visit, since), "reason",
                                           reason->sentence[visit->lang], NULL));
}

/* ---- evidence: sentences with a mark ---- */

static bool evidence_line(json_t *list, const char *sentence, bool good, bool bad)
{
    return json_array_append_new(
               list, json_pack("{s:s, s:b, s:b}", "text", sentence, "good", good, "bad", bad)) == 0;
}

static unsigned index_of(const char *name, unsigned count, const char *(*name_of)(unsigned))
{
    for (unsigned i = 0; name && i < count; i++)
        if (strcmp(name_of(i), name) == 0)
            return i;
    return 0;
}
static const char *signature_name(unsigned i)
{
    return lz_signature_evidence_name((enum lz_signature_evidence)i);
}
static const char *chip_name(unsigned i)
{
    return lz_chip_evidence_name((enum lz_chip_evidence)i);
}
static const char *source_name(unsigned i)
{
    return lz_source_evidence_name((enum lz_source_evidence)i);
}

static json_t *evidence(struct lz_visit *visit, const json_t *given)
{
    json_t *items = json_array();
    unsigned signature = index_of(text_at(given, "signature"), LZ_SIGNATURE_EVIDENCE_COUNT, signature_name);
    unsigned chip = index_of(text_at(given, "chip"), LZ_CHIP_EVIDENCE_COUNT, chip_name);
    unsigned source = index_of(text_at(given, "source"), LZ_SOURCE_EVIDENCE_COUNT, source_name);
    if (items)
        evidence_line(items,
                      lz_signature_evidence_sentence((enum lz_signature_evidence)signature, visit->lang),
                      signature == LZ_SIGNATURE_GOOD, signature == LZ_SIGNATURE_BAD);
    if (items && chip != LZ_CHIP_NONE)
        evidence_line(items, lz_chip_evidence_sentence((enum lz_chip_evidence)chip, visit->lang),
                      chip == LZ_CHIP_BOUND || chip == LZ_CHIP_AUTHENTICATED,
                      chip == LZ_CHIP_MISMATCH || chip == LZ_CHIP_REPLAYED);
    if (items)
        evidence_line(items, lz_source_evidence_sentence((enum lz_source_evidence)source, visit->lang),
                      source == LZ_SOURCE_REGISTER, false);
    return json_pack("{s:o}", "items", items);
}

/* A line of Chinese may end after any character, also inside a word: clauses keep together.  English needs
 * none: false. */
static json_t *clauses(const char *sentence, lz_lang lang)
{
    json_t *list = lang == LZ_ZH ? json_array() : json_false();
    for (const char *from = sentence, *at = sentence; lang == LZ_ZH && *from;) {
        uint32_t c = lz_utf8_next(&at);
        bool ends = c == 0 || c == 0xFF0C || c == 0x3002 || c == 0xFF1B; /* ，。； */
        if (!ends)
            continue;
        lz_json_append(&list, json_stringn(from, (size_t)(at - from)));
        from = at;
    }
    return list;
}

json_t *lz_view_verdict(struct lz_visit *visit, const json_t *verification, const char *photo)
{
    enum lz_verdict verdict = LZ_VERDICT_UNCONFIRMED;
    const char *name = text_at(verification, "verdict");
    if (!name || lz_verdict_parse(name, &verdict))
        return NULL;
    const struct lz_verdict_info *info = lz_verdict_info(verdict);
    const char *asked = text_at(verification, "number");
    return json_pack("{s:s, s:s, s:s, s:s, s:b, s:s, s:o, s:o, s:s, s:o, s:o, s:o}", "name", info->name,
                     "colour", info->colour, "symbol", info->symbol, "word", info->word[visit->lang], "long",
                     lz_utf8_count(info->word[visit->lang]) > 4, "sentence", info->sentence[visit->lang],
                     "clauses", clauses(info->sentence[visit->lang], visit->lang), "asked",
                     asked ? json_string(asked) : json_false(), "as_of",
                     lz_view_instant(visit, text_at(verification, "as_of")), "reason",
                     why(visit, verification, verdict), "who",
                     who(visit, json_object_get(verification, "certificate"), photo), "evidence",
                     evidence(visit, json_object_get(verification, "evidence")));
}
