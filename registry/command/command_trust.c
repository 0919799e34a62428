/* trust export, keys list|rotate|log. */
#include "registry/command/command.h"

#include "registry/credential/trust.h"
#include "registry/publish.h"

#include <string.h>

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

#define COUNT(list) (sizeof(list) / sizeof(list)[0])
const struct lz_command lz_commands_trust[] = {
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
