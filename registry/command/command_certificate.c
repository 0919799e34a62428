/* certificate show|issue|refuse|suspend|reinstate|revoke|cancel|renew|reissue|undo, card. */
#include "registry/command/command.h"

#include "registry/badge.h"
#include "registry/base/encoding.h"
#include "registry/certificate.h"
#include "registry/credential/reason.h"
#include "registry/organ.h"
#include "registry/person.h"

#include <string.h>

static const char *text_or(const char *text, const char *fallback)
{
    return text && text[0] ? text : fallback;
}

/* `all`: with what staff of its organ and above may see. */
static lz_err print_certificate(struct lz_command_run *run, const struct lz_certificate *c, bool all,
                                bool scheduled)
{
    int64_t now = lz_call_now_s(run->call);
    enum lz_certificate_state state = lz_certificate_state_at(c, now);
    if (run->json) {
        json_t *value = lz_certificate_json(c, now, all);
        if (value && scheduled && json_object_set_new(value, "scheduled", json_true())) {
            json_decref(value);
            value = NULL;
        }
        return lz_command_print_json(run, value);
    }
    printf("%s  %s  %s\n", c->number, c->name, lz_certificate_kind_word(c->kind, LZ_ZH));
    printf("状态 status       %s %s%s\n", lz_certificate_state_word(state, LZ_ZH),
           lz_certificate_state_name(state), scheduled ? "(变更已预定 change scheduled)" : "");
    printf("单位 organ        %s\n执法类别 scope    %s\n执法区域 region   %s\n", c->organ_name, c->scope,
           text_or(c->region, "-"));
    printf("有效期 validity   %s — %s\n", c->issued_on.text, c->valid_until.text);
    printf("原因 reason       %s\n", text_or(c->reason, "-"));
    if (all)
        printf("文号 document     %s\n", text_or(c->document, "-"));
    return LZ_OK;
}

static lz_err run_show(struct lz_command_run *run)
{
    struct lz_certificate c;
    lz_err err = lz_certificate_find(run->call, lz_options_at(run->options, 0), &c);
    if (err)
        return err;
    /* Who looks beyond their organ sees what everybody may. */
    err = lz_organ_scope(run->call, c.organ);
    const bool all = err != LZ_FORBIDDEN;
    if (all && err)
        return err;
    if (!all)
        run->call->fault = (struct lz_fault){0};
    if (!all && (c.state == LZ_CERTIFICATE_AWAITING || c.state == LZ_CERTIFICATE_REFUSED))
        return lz_fault_set(&run->call->fault, LZ_NOT_FOUND, "没有这个证号。",
                            "No certificate bears this number."); /* a filing is its organ's affair */
    return print_certificate(run, &c, all, false);
}

/* --effective DATE: the start of that local day; today and earlier mean what they say. */
static lz_err read_date(struct lz_call *call, const char *option, const char *text, struct lz_date *ret_date)
{
    if (!lz_date_parse(text, ret_date))
        return LZ_OK;
    return lz_fault_field(&call->fault, option, text, "应为日期，例如 2026-12-01。",
                          "Give a date such as 2026-12-01.");
}

/* A page has a list to choose from; here it is told with the refusal. */
static void say_reasons(const struct lz_fault *fault, enum lz_certificate_event event)
{
    if (fault->field_count == 0 || strcmp(fault->fields[0].field, "reason") != 0)
        return;
    const enum lz_reason_group group = lz_certificate_reason_group(event);
    for (size_t i = 0; i < lz_reason_count; i++)
        if (lz_reasons[i].group == group)
            fprintf(stderr, "  --reason %-22s %s %s\n", lz_reasons[i].name, lz_reasons[i].sentence[LZ_ZH],
                    lz_reasons[i].sentence[LZ_EN]);
}

static lz_err change(struct lz_command_run *run, enum lz_certificate_event event)
{
    const struct lz_options *o = run->options;
    struct lz_certificate_change change = {
        .event = event,
        .reason = lz_options_text(o, "reason"),
        .document = lz_options_text(o, "document"),
    };
    const char *effective = lz_options_text(o, "effective"), *until = lz_options_text(o, "valid-until");
    struct lz_date date;
    lz_err err = LZ_OK;
    if (effective) {
        err = read_date(run->call, "effective", effective, &date);
        if (!err)
            change.effective_at = lz_date_start_s(date);
    }
    if (!err && until)
        err = read_date(run->call, "valid-until", until, &change.valid_until);
    if (err)
        return err;
    struct lz_certificate c;
    bool scheduled = false;
    err = lz_certificate_change(run->call, lz_options_at(o, 0), &change, &c, &scheduled);
    if (err)
        say_reasons(&run->call->fault, event);
    return err ? err : print_certificate(run, &c, true, scheduled);
}

#define RUN(name, event)                                                                                     \
    static lz_err run_##name(struct lz_command_run *run)                                                     \
    {                                                                                                        \
        return change(run, LZ_CERTIFICATE_##event);                                                          \
    }
RUN(issue, ISSUE)
RUN(refuse, REFUSE)
RUN(suspend, SUSPEND)
RUN(reinstate, REINSTATE)
RUN(revoke, REVOKE)
RUN(cancel, CANCEL)
RUN(renew, RENEW)
RUN(reissue, REISSUE)
RUN(undo, UNDO)
#undef RUN

/* What the printing program needs of one card (its contract: an array of these). */
static lz_err card_json(struct lz_call *call, const char *number, json_t **ret_card)
{
    struct lz_certificate c;
    struct lz_organ organ, bureau;
    struct lz_bytes jpeg = {0};
    const char *url = NULL;
    lz_err err = lz_certificate_find(call, number, &c);
    if (!err)
        err = lz_badge_qr_url(call, number, &url);
    if (!err)
        err = lz_organ_find(call, c.organ, &organ);
    if (!err)
        err = lz_organ_bureau(call, &bureau);
    if (!err && c.has_photo)
        err = lz_person_photo_get(call, c.person, &jpeg);
    if (err)
        return err;
    struct lz_buf photo;
    lz_buf_init(&photo, (size_t)1 << 20);
    if (jpeg.size)
        lz_base64_encode(jpeg, &photo);
    json_t *card = photo.err ? NULL : lz_certificate_json(&c, lz_call_now_s(call), true);
    json_t *more =
        card ? json_pack("{s:s, s:s?, s:s?, s:s?}", "url", url, "complaint_line",
                         organ.complaint_line ? organ.complaint_line : bureau.complaint_line, "photo",
                         photo.size ? (const char *)photo.data : NULL, "issuer", bureau.name)
             : NULL;
    lz_buf_free(&photo);
    if (!more || json_object_update_new(card, more)) {
        json_decref(card);
        return lz_call_memory(call);
    }
    *ret_card = card;
    return LZ_OK;
}

static lz_err run_card(struct lz_command_run *run)
{
    json_t *cards = json_array();
    lz_err err = cards ? LZ_OK : lz_call_memory(run->call);
    for (size_t i = 0; !err && i < lz_options_count(run->options); i++) {
        json_t *card = NULL;
        err = card_json(run->call, lz_options_at(run->options, i), &card);
        if (!err && json_array_append_new(cards, card))
            err = lz_call_memory(run->call);
    }
    if (!err)
        return lz_command_print_json(run, cards);
    json_decref(cards);
    return err;
}

static const struct lz_option show_options[] = {LZ_COMMAND_COMMON};
static const struct lz_option change_options[] = {
    LZ_COMMAND_COMMON,
    {.name = "reason",
     .kind = LZ_OPTION_TEXT,
     .value = "CODE",
     .help = {"原因代码，例如 transfer retirement investigation",
              "reason code, for example transfer retirement"}},
    {.name = "document",
     .kind = LZ_OPTION_TEXT,
     .value = "REF",
     .help = {"依据文号", "reference of the paper behind it"}},
    {.name = "effective",
     .kind = LZ_OPTION_TEXT,
     .value = "DATE",
     .help = {"生效日期；将来的日期表示预定", "from when; a future date schedules it"}},
};
static const struct lz_option renew_options[] = {
    LZ_COMMAND_COMMON,
    {.name = "document",
     .kind = LZ_OPTION_TEXT,
     .value = "REF",
     .help = {"依据文号", "reference of the paper behind it"}},
    {.name = "valid-until",
     .kind = LZ_OPTION_TEXT,
     .value = "DATE",
     .help = {"新的有效期至（默认按政策年限）", "new last day (default: by policy)"}},
};

#define COUNT(list) (sizeof(list) / sizeof(list)[0])
#define CHANGE(word, fn, opts, zh, en)                                                                       \
    {                                                                                                        \
        {"certificate", word}, LZ_COMMAND_READS, fn,                                                         \
        {                                                                                                    \
            "liangzheng certificate " word, "NUMBER [OPTION]...", {zh, en}, opts, COUNT(opts), 1, 1          \
        }                                                                                                    \
    }

const struct lz_command lz_commands_certificate[] = {
    CHANGE("show", run_show, show_options, "显示证件的当前状态。", "Shows a certificate's present state."),
    CHANGE("issue", run_issue, change_options, "确认发证（申报人以外的人）。",
           "Confirms a filed certificate (not by who filed it)."),
    CHANGE("refuse", run_refuse, change_options, "不予确认。", "Does not confirm a filed certificate."),
    CHANGE("suspend", run_suspend, change_options, "暂扣。", "Suspends."),
    CHANGE("reinstate", run_reinstate, change_options, "恢复。", "Ends a suspension."),
    CHANGE("revoke", run_revoke, change_options, "吊销（有过错）。", "Revokes for cause."),
    CHANGE("cancel", run_cancel, change_options, "注销（离岗、调离、退休等）。",
           "Cancels (left, transferred, retired ...)."),
    CHANGE("renew", run_renew, renew_options, "到期换证。", "Makes a successor with new dates."),
    CHANGE("reissue", run_reissue, change_options, "补发。", "Makes a successor with the same dates."),
    CHANGE("undo", run_undo, change_options, "撤回刚才的误操作。", "Takes the last change back."),
    {{"certificate", "card"},
     LZ_COMMAND_READS,
     run_card,
     {"liangzheng certificate card",
      "NUMBER... --json",
      {"打印程序所需的卡面数据。", "Card data for the printing program."},
      show_options,
      COUNT(show_options),
      1,
      10000}},
    {.run = NULL},
};
