#include "web/kiosk/view.h"
#include "registry/base/json_write.h"
#include "registry/base/text.h"
#include "registry/credential/reason.h"
#include "registry/credential/token.h"

#include <stdio.h>
#include <string.h>

enum { DAY_S = 86400 };

static const char *text_of(const struct lz_kiosk_view *view, const char *key)
{
    return lz_catalogue_text(view->texts, view->lang, key);
}

static const char *member(const json_t *object, const char *name)
{
    const char *text = json_string_value(json_object_get(object, name));
    return text ? text : "";
}

const char *lz_kiosk_local_time(struct lz_arena *arena, const char *instant)
{
    int64_t utc = 0;
    if (!instant || lz_instant_parse(instant, &utc))
        return "";
    char local[LZ_LOCAL_SIZE];
    lz_local_format(utc, local);
    const char *text = lz_arena_text(arena, local);
    return text ? text : "";
}

static const char *local_date(struct lz_arena *arena, const char *instant)
{
    int64_t utc = 0;
    if (lz_instant_parse(instant, &utc))
        return "";
    const char *text = lz_arena_text(arena, lz_date_of(utc).text);
    return text ? text : "";
}

/* "3 分钟前": how old knowledge is, in the largest unit that fits. */
static const char *age_text(const struct lz_kiosk_view *view, const char *instant)
{
    static const struct {
        int64_t seconds;
        const char *key;
    } units[] = {{DAY_S, "kiosk.age_days"},
                 {3600, "kiosk.age_hours"},
                 {60, "kiosk.age_minutes"},
                 {1, "kiosk.age_seconds"}};
    char number[24];
    int64_t utc = 0;
    if (lz_instant_parse(instant, &utc))
        return text_of(view, "kiosk.age_never");
    int64_t age = view->now_s > utc ? view->now_s - utc : 0;
    for (size_t i = 0; i < sizeof units / sizeof units[0]; i++) {
        if (age < units[i].seconds)
            continue;
        snprintf(number, sizeof number, "%lld", (long long)(age / units[i].seconds));
        return lz_catalogue_format(view->texts, view->arena, view->lang, units[i].key, "n", number, NULL);
    }
    return text_of(view, "kiosk.age_now");
}

const char *lz_kiosk_reason_text(const struct lz_kiosk_view *view, enum lz_verdict verdict,
                                 const char *reason)
{
    const struct lz_reason *found = NULL;
    char key[96];
    for (size_t i = 0; i < lz_reason_count; i++) {
        const struct lz_reason *row = &lz_reasons[i];
        if (strcmp(row->name, reason) == 0 &&
            (!found || (row->verdict == verdict && found->verdict != verdict)))
            found = row;
    }
    if (found)
        return found->sentence[view->lang];
    int size = snprintf(key, sizeof key, "kiosk.reason_%s", reason);
    if (size < 0 || (size_t)size >= sizeof key)
        return NULL;
    for (char *at = key; *at; at++)
        if (*at == '-')
            *at = '_';
    return lz_catalogue_has(view->texts, key) ? text_of(view, key) : NULL;
}

/* --- the verdict --- */

/* Room that a word takes: a Chinese character counts as two Latin letters. */
static const char *word_size(const char *word)
{
    size_t units = 0;
    for (uint32_t c = lz_utf8_next(&word); c != 0; c = lz_utf8_next(&word))
        units += c < 0x2E80 ? 1 : 2;
    return units <= 5 ? "" : units <= 9 ? "mid" : "long";
}

static void add_row(const struct lz_kiosk_view *view, json_t **rows, const char *label, const char *text)
{
    if (text[0] != '\0')
        lz_json_append(rows, json_pack("{s:s, s:s}", "label", text_of(view, label), "text", text));
}

static const char *join_scope(const struct lz_kiosk_view *view, const json_t *scope)
{
    struct lz_buf joined;
    lz_buf_init(&joined, 2048);
    for (size_t i = 0; i < json_array_size(scope); i++) {
        const char *item = json_string_value(json_array_get(scope, i));
        if (item)
            lz_buf_printf(&joined, "%s%s", joined.size ? (view->lang == LZ_ZH ? "、" : ", ") : "", item);
    }
    const char *text =
        joined.size ? lz_arena_copy(view->arena, (const char *)joined.data, joined.size) : NULL;
    lz_buf_free(&joined);
    return text ? text : "";
}

static const char *validity(const struct lz_kiosk_view *view, const json_t *certificate)
{
    const char *from = member(certificate, "issued_on");
    const char *until = member(certificate, "valid_until");
    if (until[0] == '\0')
        return "";
    const char *text = from[0]
                           ? lz_catalogue_format(view->texts, view->arena, view->lang,
                                                 "kiosk.valid_from_until", "from", from, "until", until, NULL)
                           : lz_catalogue_format(view->texts, view->arena, view->lang, "kiosk.valid_until",
                                                 "until", until, NULL);
    return text ? text : "";
}

static const char *kind_word(const struct lz_kiosk_view *view, const char *kind)
{
    for (int i = 0; i < LZ_TOKEN_KIND_COUNT; i++)
        if (strcmp(kind, lz_token_kind_name((enum lz_token_kind)i)) == 0)
            return lz_token_kind_word((enum lz_token_kind)i, view->lang);
    return kind;
}

static json_t *holder(const struct lz_kiosk_view *view, const json_t *tap, enum lz_verdict verdict)
{
    const json_t *certificate = json_object_get(tap, "certificate");
    const char *name = member(certificate, "name"), *photo = member(tap, "photo");
    bool ended =
        verdict == LZ_VERDICT_SUSPENDED || verdict == LZ_VERDICT_REVOKED || verdict == LZ_VERDICT_CANCELLED;
    if (!json_is_object(certificate))
        return json_false();
    json_t *rows = json_array();
    if (!rows)
        return NULL;
    if (ended)
        add_row(view, &rows, "kiosk.effective", local_date(view->arena, member(certificate, "effective_at")));
    add_row(view, &rows, "kiosk.scope", join_scope(view, json_object_get(certificate, "scope")));
    add_row(view, &rows, "kiosk.region", member(certificate, "region"));
    add_row(view, &rows, "kiosk.validity", validity(view, certificate));
    return json_pack(
        "{s:o, s:s, s:s, s:s, s:o, s:b, s:o}", "name", name[0] ? json_string(name) : json_false(), "kind",
        kind_word(view, member(certificate, "kind")), "number", member(certificate, "number"), "organ",
        member(certificate, "organ"), "photo", photo[0] ? json_string(photo) : json_false(), "has_summary",
        json_array_size(rows) > 0, "summary", rows);
}

static json_t *optional(const char *text)
{
    return text && text[0] ? json_string(text) : json_false();
}

static const char *sound_of(const struct lz_verdict_info *info)
{
    return strcmp(info->colour, "green") == 0 ? "good" : strcmp(info->colour, "red") == 0 ? "bad" : "care";
}

static json_t *verdict_value(const struct lz_kiosk_view *view, const json_t *tap)
{
    enum lz_verdict verdict = LZ_VERDICT_UNCONFIRMED;
    if (lz_verdict_parse(member(tap, "verdict"), &verdict))
        verdict = LZ_VERDICT_UNCONFIRMED;
    const struct lz_verdict_info *info = lz_verdict_info(verdict);
    lz_lang other = view->lang == LZ_ZH ? LZ_EN : LZ_ZH;
    const char *as_of = lz_kiosk_local_time(view->arena, member(tap, "as_of"));
    const char *reason = lz_kiosk_reason_text(view, verdict, member(tap, "reason"));
    const char *size = word_size(info->word[view->lang]);
    return json_pack("{s:s, s:s, s:s, s:s, s:o, s:s, s:s, s:s, s:o, s:s, s:o, s:o, s:s}", "name", info->name,
                     "colour", info->colour, "symbol", info->symbol, "word", info->word[view->lang], "size",
                     optional(size), "word_other", info->word[other], "lang_other",
                     other == LZ_ZH ? "zh-CN" : "en", "sentence", info->sentence[view->lang], "asked",
                     optional(member(tap, "number")), "as_of",
                     as_of[0] ? as_of : text_of(view, "kiosk.age_never"), "reason", optional(reason), "who",
                     holder(view, tap, verdict), "sound", sound_of(info));
}

/* --- what is wrong with the counter itself --- */

static void add_notice(json_t **notices, const char *kind, const char *title, const char *text)
{
    lz_json_append(notices,
                   json_pack("{s:s, s:s, s:s}", "kind", kind, "title", title, "text", text ? text : ""));
}

static void add_trust_notice(const struct lz_kiosk_view *view, const json_t *state, json_t **notices)
{
    static const char *const states[] = {"broken", "inconsistent", "never", "clock-behind", "stale"};
    const json_t *trust = json_object_get(state, "trust");
    const char *word = member(trust, "state");
    const char *age = age_text(view, member(trust, "as_of"));
    for (size_t i = 0; i < sizeof states / sizeof states[0]; i++) {
        char title[64], text[64];
        if (strcmp(word, states[i]) != 0)
            continue;
        snprintf(title, sizeof title, "kiosk.trust_%s_title",
                 strcmp(word, "clock-behind") == 0 ? "clock" : word);
        snprintf(text, sizeof text, "kiosk.trust_%s_text",
                 strcmp(word, "clock-behind") == 0 ? "clock" : word);
        const char *why = member(json_object_get(trust, "reason"), view->lang == LZ_ZH ? "zh" : "en");
        const char *seen = lz_kiosk_local_time(view->arena, member(trust, "highest"));
        add_notice(
            notices, word,
            lz_catalogue_format(view->texts, view->arena, view->lang, title, "age", age, "seen", seen, NULL),
            lz_catalogue_format(view->texts, view->arena, view->lang, text, "age", age, "why", why, NULL));
        return;
    }
    /* What is known is still fresh: say only that it will not stay so. */
    if (strcmp(member(state, "network"), "away") == 0 &&
        json_is_string(json_object_get(state, "network_reason")))
        add_notice(notices, "network", text_of(view, "kiosk.network_away_title"),
                   lz_catalogue_format(view->texts, view->arena, view->lang, "kiosk.network_away_text", "age",
                                       age, NULL));
}

static json_t *notices(const struct lz_kiosk_view *view, const json_t *state)
{
    json_t *list = json_array();
    const json_t *why = json_object_get(state, "reader_reason");
    if (list && json_is_object(why))
        add_notice(&list, "reader", text_of(view, "kiosk.reader_away_title"),
                   member(why, view->lang == LZ_ZH ? "zh" : "en"));
    if (list)
        add_trust_notice(view, state, &list);
    if (list && json_is_string(json_object_get(json_object_get(state, "trust"), "storing")))
        add_notice(&list, "storing", text_of(view, "kiosk.storing_title"),
                   text_of(view, "kiosk.storing_text"));
    return list;
}

/* --- the whole --- */

static bool is_shown(const struct lz_kiosk_view *view, const json_t *tap)
{
    int64_t at = 0;
    json_int_t seq = json_integer_value(json_object_get(tap, "seq"));
    return json_is_object(tap) && seq > 0 && (uint64_t)seq > view->seen &&
           lz_instant_parse(member(tap, "at"), &at) == LZ_OK && view->now_s - at < view->show_s;
}

static json_t *demo_value(const struct lz_kiosk_view *view)
{
    size_t index;
    json_t *tag;
    if (!view->demo)
        return json_false();
    json_t *tags = json_array();
    json_array_foreach(json_object_get(view->demo, "tags"), index, tag) json_array_append_new(
        tags, json_pack("{s:s, s:s, s:s, s:b}", "uid", member(tag, "uid"), "chip", member(tag, "chip"),
                        "label", member(tag, view->lang == LZ_ZH ? "label" : "label_en"), "on_reader",
                        json_is_true(json_object_get(tag, "on_reader"))));
    return json_pack("{s:b, s:b, s:o}", "unplugged", strcmp(member(view->demo, "reader"), "unplugged") == 0,
                     "has_tags", json_array_size(tags) > 0, "tags", tags);
}

json_t *lz_kiosk_view(const struct lz_kiosk_view *view, const json_t *state)
{
    const json_t *tap = json_object_get(state, "tap");
    const json_t *trust = json_object_get(state, "trust");
    bool shown = is_shown(view, tap);
    const char *as_of = lz_kiosk_local_time(view->arena, member(trust, "as_of"));
    const char *key = shown ? lz_arena_printf(view->arena, "%lld.%lld",
                                              (long long)json_integer_value(json_object_get(tap, "seq")),
                                              (long long)json_integer_value(json_object_get(tap, "rev")))
                            : "idle";
    const char *foot_right =
        as_of[0] ? lz_catalogue_format(view->texts, view->arena, view->lang, "kiosk.foot_as_of", "time",
                                       as_of, "age", age_text(view, member(trust, "as_of")), NULL)
                 : text_of(view, "kiosk.foot_never");
    return json_pack("{s:s, s:I, s:I, s:b, s:b, s:o, s:o, s:s, s:s, s:o}", "key", key ? key : "idle", "seq",
                     (json_int_t)json_integer_value(json_object_get(tap, "seq")), "show_s",
                     (json_int_t)view->show_s, "reader_away", strcmp(member(state, "reader"), "ready") != 0,
                     "network_away", strcmp(member(state, "network"), "up") != 0, "notices",
                     notices(view, state), "verdict", shown ? verdict_value(view, tap) : json_false(),
                     "foot_left", text_of(view, "kiosk.foot_left"), "foot_right",
                     foot_right ? foot_right : "", "demo", demo_value(view));
}
