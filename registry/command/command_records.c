/* person photo, organ list, policy list|set, export. */
#include "registry/command/command.h"

#include "registry/base/file.h"
#include "registry/certificate.h"
#include "registry/export.h"
#include "registry/organ.h"
#include "registry/person.h"
#include "registry/policy.h"

#include <stdlib.h>
#include <string.h>

enum { PHOTO_MAX = 512 * 1024, ORGANS_MAX = 10000 };

static lz_err run_photo(struct lz_command_run *run)
{
    struct lz_certificate c;
    struct lz_buf jpeg;
    const char *number = lz_options_at(run->options, 0);
    lz_buf_init(&jpeg, PHOTO_MAX);
    lz_err err = lz_certificate_find(run->call, number, &c);
    if (!err)
        err = lz_file_read(lz_options_at(run->options, 1), &jpeg, &run->call->fault);
    if (!err)
        err = lz_person_photo_put(run->call, c.person, lz_buf_view(&jpeg));
    lz_buf_free(&jpeg);
    if (err)
        return err;
    if (run->json)
        return lz_command_print_json(run, json_pack("{s:s, s:b}", "number", number, "photo", true));
    printf("照片已保存 photo stored: %s %s\n", number, c.name);
    return LZ_OK;
}

static lz_err run_organs(struct lz_command_run *run)
{
    struct lz_organ *organs = NULL;
    size_t count = 0, total = 0;
    lz_err err = lz_organ_list(run->call, NULL, 0, ORGANS_MAX, &organs, &count, &total);
    json_t *list = !err && run->json ? json_array() : NULL;
    for (size_t i = 0; !err && i < count; i++) {
        const struct lz_organ *o = &organs[i];
        if (!run->json)
            printf("%lld  %s  %s  %lld\n", (long long)o->id, o->name, lz_organ_kind_word(o->kind, LZ_ZH),
                   (long long)o->officers);
        else if (json_array_append_new(
                     list, json_pack("{s:I, s:s, s:s, s:s?, s:I, s:I}", "id", (json_int_t)o->id, "name",
                                     o->name, "kind", lz_organ_kind_name(o->kind), "code", o->code, "parent",
                                     (json_int_t)o->parent, "officers", (json_int_t)o->officers)))
            err = lz_call_memory(run->call);
    }
    if (!err && run->json)
        return lz_command_print_json(run, list);
    json_decref(list);
    return err;
}

static lz_err run_policies(struct lz_command_run *run)
{
    struct lz_date today = lz_date_of(lz_call_now_s(run->call));
    json_t *values = run->json ? json_object() : NULL;
    lz_err err = LZ_OK;
    for (unsigned i = 0; !err && i < LZ_POLICY_COUNT; i++) {
        int64_t value = 0;
        const char *name = lz_policy_name((enum lz_policy)i);
        err = lz_policy_get(run->call, (enum lz_policy)i, today, &value);
        if (!err && !run->json)
            printf("%-24s %lld\n", name, (long long)value);
        else if (!err && json_object_set_new(values, name, json_integer(value)))
            err = lz_call_memory(run->call);
    }
    if (!err && run->json)
        return lz_command_print_json(run, values);
    json_decref(values);
    return err;
}

static lz_err find_policy(struct lz_call *call, const char *name, enum lz_policy *ret_policy)
{
    for (unsigned i = 0; i < LZ_POLICY_COUNT; i++)
        if (strcmp(lz_policy_name((enum lz_policy)i), name) == 0) {
            *ret_policy = (enum lz_policy)i;
            return LZ_OK;
        }
    return lz_fault_field(&call->fault, "NAME", name, "没有这项政策，用 policy list 查看。",
                          "There is no such policy; see `policy list`.");
}

static lz_err run_policy_set(struct lz_command_run *run)
{
    const struct lz_options *o = run->options;
    struct lz_fault *fault = &run->call->fault;
    const char *text = lz_options_at(o, 1), *from_text = lz_options_text(o, "from");
    struct lz_date from = lz_date_of(lz_call_now_s(run->call));
    enum lz_policy policy = LZ_POLICY_COUNT;
    char *end = NULL;
    long long value = strtoll(text, &end, 10);
    lz_err err = find_policy(run->call, lz_options_at(o, 0), &policy);
    if (!err && (*end || end == text))
        err = lz_fault_field(fault, "VALUE", text, "应为整数。", "Give a whole number.");
    if (!err && from_text && lz_date_parse(from_text, &from))
        err = lz_fault_field(fault, "from", from_text, "应为日期，例如 2026-12-01。",
                             "Give a date such as 2026-12-01.");
    if (!err)
        err = lz_policy_set(run->call, policy, from, value, lz_options_text(o, "source"));
    if (err)
        return err;
    if (run->json)
        return lz_command_print_json(run, json_pack("{s:s, s:I, s:s}", "policy", lz_policy_name(policy),
                                                    "value", (json_int_t)value, "from", from.text));
    printf("已设定 set: %s = %lld, %s 起 from\n", lz_policy_name(policy), value, from.text);
    return LZ_OK;
}

static lz_err run_export(struct lz_command_run *run)
{
    const char *dir = lz_options_at(run->options, 0);
    struct lz_export_options options = {.id_numbers = lz_options_flag(run->options, "with-id-numbers")};
    int64_t records = 0;
    lz_err err = lz_export(run->call, dir, &options, &records);
    if (err)
        return err;
    if (run->json)
        return lz_command_print_json(run,
                                     json_pack("{s:s, s:I}", "export", dir, "records", (json_int_t)records));
    printf("已导出 exported: %s (%lld)\n", dir, (long long)records);
    return LZ_OK;
}

static const struct lz_option common_options[] = {LZ_COMMAND_COMMON};
static const struct lz_option policy_options[] = {
    LZ_COMMAND_COMMON,
    {.name = "from",
     .kind = LZ_OPTION_TEXT,
     .value = "DATE",
     .help = {"自何日起（默认今天）", "from which day (default: today)"}},
    {.name = "source",
     .kind = LZ_OPTION_TEXT,
     .value = "TEXT",
     .help = {"依据", "where it comes from"},
     .fallback = "set on the command line"},
};
static const struct lz_option export_options[] = {
    LZ_COMMAND_COMMON,
    {.name = "with-id-numbers",
     .kind = LZ_OPTION_FLAG,
     .help = {"包括身份证号（记入审计）", "people's ID numbers, too (audited)"}},
};

#define COUNT(list) (sizeof(list) / sizeof(list)[0])
#define RECORDS(first, second, fn, words, opts, positional, zh, en)                                          \
    {                                                                                                        \
        {first, second}, LZ_COMMAND_READS, fn,                                                               \
        {                                                                                                    \
            "liangzheng " first " " second, words "[OPTION]...", {zh, en}, opts, COUNT(opts), positional,    \
                positional                                                                                   \
        }                                                                                                    \
    }
const struct lz_command lz_commands_records[] = {
    RECORDS("person", "photo", run_photo, "NUMBER FILE.jpg ", common_options, 2, "保存持证人的照片。",
            "Stores the photo of a certificate's holder."),
    RECORDS("organ", "list", run_organs, "", common_options, 0, "列出机关。", "Lists the organs."),
    RECORDS("policy", "list", run_policies, "", common_options, 0, "当前的政策数值。",
            "The numbers that hold today."),
    RECORDS("policy", "set", run_policy_set, "NAME VALUE ", policy_options, 2, "设定政策数值。",
            "Sets a number."),
    {{"export", NULL},
     LZ_COMMAND_READS,
     run_export,
     {"liangzheng export",
      "DIR [OPTION]...",
      {"把整个登记库导出为普通文件（JSON 行）。", "Writes the whole register as plain files (JSON lines)."},
      export_options,
      COUNT(export_options),
      1,
      1}},
    {.run = NULL},
};
