/* verify, trust export, keys list|rotate|log. */
#include "registry/command/command.h"

#include "registry/credential/reason.h"
#include "registry/credential/token_text.h"
#include "registry/credential/trust.h"
#include "registry/publish.h"
#include "registry/verify.h"

#include <string.h>

static lz_err say_verdict(struct lz_command_run *run, enum lz_verdict verdict, const char *name,
                          json_t *value)
{
    run->exit = verdict == LZ_VERDICT_VALID ? 0 : 1;
    if (run->json)
        return lz_command_print_json(run, value);
    json_decref(value);
    const struct lz_verdict_info *info = lz_verdict_info(verdict);
    printf("%s %s  %s\n%s\n%s\n", info->symbol, info->word[LZ_ZH], name ? name : "", info->sentence[LZ_ZH],
           info->sentence[LZ_EN]);
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
    return say_verdict(run, v.verdict, v.found ? v.certificate.name : NULL,
                       lz_verification_json(&v, lz_call_now_s(run->call)));
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
        err = say_verdict(run, answer.verdict, answer.certified ? answer.token.name : NULL,
                          lz_trust_answer_json(&answer));
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

static lz_err run_export(struct lz_command_run *run)
{
    const char *dir = lz_options_at(run->options, 0);
    lz_err err = lz_trust_export(run->call, dir);
    if (err)
        return err;
    if (run->json)
        return lz_command_print_json(run, json_pack("{s:s}", "trust", dir));
    printf("已导出离线核验资料 exported: %s\n", dir);
    return LZ_OK;
}

static void kid_text(const uint8_t kid[4], char ret_text[9])
{
    snprintf(ret_text, 9, "%02x%02x%02x%02x", kid[0], kid[1], kid[2], kid[3]);
}

static json_t *key_json(const struct lz_issuer_key *key)
{
    char kid[9], from[LZ_INSTANT_SIZE], until[LZ_INSTANT_SIZE] = "";
    kid_text(key->kid, kid);
    lz_instant_format(key->from, from);
    if (key->until)
        lz_instant_format(key->until, until);
    return json_pack("{s:s, s:s, s:s?}", "kid", kid, "from", from, "until", until[0] ? until : NULL);
}

static lz_err run_keys_list(struct lz_command_run *run)
{
    struct lz_issuer_key *keys = NULL;
    size_t count = 0;
    lz_err err = lz_keys_list(run->call, &keys, &count);
    json_t *values = json_array();
    for (size_t i = 0; !err && i < count; i++)
        if (json_array_append_new(values, key_json(&keys[i])))
            err = lz_call_memory(run->call);
    for (size_t i = 0; !err && !run->json && i < count; i++) {
        const json_t *row = json_array_get(values, i);
        const char *until = json_string_value(json_object_get(row, "until"));
        printf("%s  %s — %s\n", json_string_value(json_object_get(row, "kid")),
               json_string_value(json_object_get(row, "from")), until ? until : "现用 current");
    }
    if (!err && run->json)
        return lz_command_print_json(run, values);
    json_decref(values);
    return err;
}

static lz_err run_keys_rotate(struct lz_command_run *run)
{
    struct lz_issuer_key key;
    lz_err err = lz_keys_rotate(run->call, &key);
    if (err)
        return err;
    if (run->json)
        return lz_command_print_json(run, key_json(&key));
    char kid[9];
    kid_text(key.kid, kid);
    printf("新的签发密钥已启用 new issuer key in force: %s\n", kid);
    return LZ_OK;
}

static lz_err run_keys_log(struct lz_command_run *run)
{
    const char *vkey = NULL;
    lz_err err = lz_log_vkey(run->call, &vkey);
    if (err)
        return err;
    if (run->json)
        return lz_command_print_json(run, json_pack("{s:s}", "log", vkey));
    printf("%s\n", vkey);
    return LZ_OK;
}

static const struct lz_option common_options[] = {LZ_COMMAND_COMMON};
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
const struct lz_command lz_commands_trust[] = {
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
    {{"trust", "export"},
     LZ_COMMAND_READS,
     run_export,
     {"liangzheng trust export",
      "DIR [OPTION]...",
      {"导出离线核验所需的资料。", "Exports what an offline verifier needs."},
      common_options,
      COUNT(common_options),
      1,
      1}},
    {{"keys", "list"},
     LZ_COMMAND_READS,
     run_keys_list,
     {"liangzheng keys list",
      "[OPTION]...",
      {"签发密钥。", "Issuer keys."},
      common_options,
      COUNT(common_options),
      0,
      0}},
    {{"keys", "rotate"},
     LZ_COMMAND_READS,
     run_keys_rotate,
     {"liangzheng keys rotate",
      "[OPTION]...",
      {"更换签发密钥。", "Puts a new issuer key into force."},
      common_options,
      COUNT(common_options),
      0,
      0}},
    {{"keys", "log"},
     LZ_COMMAND_READS,
     run_keys_log,
     {"liangzheng keys log",
      "[OPTION]...",
      {"公开日志的公钥，供核验台固定。", "The log's vkey, to pin in kiosks."},
      common_options,
      COUNT(common_options),
      0,
      0}},
    {.run = NULL},
};
