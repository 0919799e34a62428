/* verify: the question everything is for, asked at a terminal. */
#include "registry/command/command.h"

#include "registry/credential/reason.h"
#include "registry/credential/token_text.h"
#include "registry/credential/trust.h"
#include "registry/verify.h"

#include <string.h>

static const char *text_at(const json_t *object, const char *name)
{
    const char *text = json_string_value(json_object_get(object, name));
    return text ? text : "-";
}

/* "other" is the name of several reasons: the one that leads to this verdict, else any. */
static const struct lz_reason *reason_of(const char *name, enum lz_verdict verdict)
{
    const struct lz_reason *any = NULL;
    for (size_t i = 0; i < lz_reason_count; i++) {
        if (strcmp(lz_reasons[i].name, name) != 0)
            continue;
        if (lz_reasons[i].verdict == verdict)
            return &lz_reasons[i];
        any = &lz_reasons[i];
    }
    return any;
}

/* An instant as people here read it. */
static void local(const char *instant, char ret_text[LZ_LOCAL_SIZE])
{
    int64_t at = 0;
    if (lz_instant_parse(instant, &at))
        snprintf(ret_text, LZ_LOCAL_SIZE, "-");
    else
        lz_local_format(at, ret_text);
}

static void print_certificate(const json_t *certificate)
{
    enum lz_certificate_kind kind;
    const char *told = text_at(certificate, "kind");
    printf("证号 number       %s  %s\n", text_at(certificate, "number"),
           lz_certificate_kind_parse(told, &kind) ? told : lz_certificate_kind_word(kind, LZ_ZH));
    printf("单位 organ        %s\n", text_at(certificate, "organ"));
    const char *from = json_string_value(json_object_get(certificate, "issued_on"));
    printf("有效期 validity   %s — %s\n", from ? from : "…", /* a badge does not carry its first day */
           text_at(certificate, "valid_until"));
}

/* What --json says, in words: who, whether, why, by whose knowledge and as of when. */
static void print_verdict(enum lz_verdict verdict, const json_t *value)
{
    const struct lz_verdict_info *info = lz_verdict_info(verdict);
    const json_t *certificate = json_object_get(value, "certificate");
    const bool known = json_is_object(certificate);
    const char *reason = text_at(value, "reason"),
               *source = text_at(json_object_get(value, "evidence"), "source");
    const bool offline = strcmp(source, lz_source_evidence_name(LZ_SOURCE_OFFLINE)) == 0;
    char as_of[LZ_LOCAL_SIZE], since[LZ_LOCAL_SIZE];
    const char *name = json_string_value(json_object_get(certificate, "name"));
    printf("%s %s%s%s\n%s\n%s\n", info->symbol, info->word[LZ_ZH], name ? "  " : "", name ? name : "",
           info->sentence[LZ_ZH], info->sentence[LZ_EN]);
    const struct lz_reason *why = reason_of(reason, verdict);
    if (why)
        printf("原因 reason       %s %s (%s)\n", why->sentence[LZ_ZH], why->sentence[LZ_EN], reason);
    if (known && why && strcmp(reason, text_at(certificate, "reason")) == 0) {
        local(text_at(certificate, "effective_at"), since);
        printf("生效 effective    %s\n", since);
    }
    if (known)
        print_certificate(certificate);
    local(text_at(value, "as_of"), as_of);
    printf("截至 as of        %s  %s\n", as_of,
           lz_source_evidence_sentence(offline ? LZ_SOURCE_OFFLINE : LZ_SOURCE_REGISTER, LZ_ZH));
}

static lz_err say_verdict(struct lz_command_run *run, enum lz_verdict verdict, json_t *value)
{
    run->exit = verdict == LZ_VERDICT_VALID ? 0 : 1;
    if (!value)
        return lz_call_memory(run->call);
    if (run->json)
        return lz_command_print_json(run, value);
    print_verdict(verdict, value);
    json_decref(value);
    return LZ_OK;
}

static lz_err read_text(struct lz_call *call, const char *text, struct lz_token_text *ret_text)
{
    lz_err err = lz_token_text_parse(lz_bytes_text(text), ret_text);
    if (err == LZ_MEMORY)
        return lz_call_memory(call);
    return err ? lz_fault_set(&call->fault, LZ_MALFORMED, "看不懂这段内容。请给出令牌、网址或证号。",
                              "Give a token, a URL or a number.")
               : LZ_OK;
}

static lz_err verify_online(struct lz_command_run *run, const char *text)
{
    struct lz_verification v;
    struct lz_bytes uid;
    struct lz_token_text parsed;
    lz_err err = lz_command_uid(run->call, lz_options_text(run->options, "chip"), &uid);
    if (!err && uid.size)
        err = read_text(run->call, text, &parsed);
    if (!err && uid.size && parsed.kind == LZ_TOKEN_TEXT_TOKEN)
        err = lz_verify_token(run->call, lz_bytes_of(parsed.token, parsed.token_size), uid, &v);
    else if (!err)
        err = lz_verify_text(run->call, text, &v);
    if (err)
        return err;
    return say_verdict(run, v.verdict, lz_verification_json(&v, lz_call_now_s(run->call)));
}

static lz_err verify_offline(struct lz_command_run *run, const char *text)
{
    const char *dir = lz_options_text(run->options, "trust");
    struct lz_trust *trust = NULL;
    struct lz_trust_answer answer;
    struct lz_token_text parsed;
    struct lz_bytes uid;
    struct lz_fault *fault = &run->call->fault;
    if (!dir)
        return lz_fault_set(fault, LZ_USAGE, "离线核验需要 --trust 目录。", "--offline needs --trust DIR.");
    lz_err err = read_text(run->call, text, &parsed);
    if (!err)
        err = lz_command_uid(run->call, lz_options_text(run->options, "chip"), &uid);
    if (!err)
        err = lz_trust_open(dir, NULL, &trust, fault);
    if (!err && parsed.kind == LZ_TOKEN_TEXT_NUMBER)
        lz_trust_verify_number(trust, &answer);
    else if (!err)
        err = lz_trust_verify(trust, lz_bytes_of(parsed.token, parsed.token_size), uid,
                              lz_clock_now_s(lz_clock_system()), lz_options_int(run->options, "max-age"),
                              &answer);
    if (!err)
        err = say_verdict(run, answer.verdict, lz_trust_answer_json(&answer));
    lz_trust_free(&trust);
    return err;
}

/* Offline needs no register, so this command opens one only when it is asked online. */
static lz_err run_verify(struct lz_command_run *run)
{
    const char *text = lz_options_at(run->options, 0);
    if (lz_options_flag(run->options, "offline"))
        return verify_offline(run, text);
    struct lz_register *reg = NULL;
    lz_err err = lz_command_open(run->options, &reg, &run->call->fault);
    if (err)
        return err;
    run->call->reg = reg;
    err = verify_online(run, text);
    run->call->reg = NULL;
    lz_register_close(&reg);
    return err;
}

static const struct lz_option verify_options[] = {
    LZ_COMMAND_COMMON,
    {.name = "offline",
     .kind = LZ_OPTION_FLAG,
     .help = {"只凭导出的资料核验", "verify from exported knowledge alone"}},
    {.name = "trust",
     .kind = LZ_OPTION_TEXT,
     .value = "DIR",
     .help = {"离线资料目录", "folder of `trust export` or a kiosk"}},
    {.name = "max-age",
     .kind = LZ_OPTION_INT,
     .value = "SECONDS",
     .help = {"离线资料最多可以多旧", "how old offline knowledge may be"},
     .fallback = "300",
     .min = 1,
     .max = 31536000},
    {.name = "chip",
     .kind = LZ_OPTION_TEXT,
     .value = "UID",
     .help = {"读出令牌的芯片 UID", "UID of the chip the token was read from"}},
};

#define COUNT(list) (sizeof(list) / sizeof(list)[0])
const struct lz_command lz_commands_verify[] = {
    {{"verify", NULL},
     LZ_COMMAND_ALONE,
     run_verify,
     {"liangzheng verify",
      "TOKEN|URL|NUMBER [OPTION]...",
      {"核验令牌、网址或证号。", "Verifies a token, a URL or a number."},
      verify_options,
      COUNT(verify_options),
      1,
      1}},
    {.run = NULL},
};
