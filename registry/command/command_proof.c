/* log verify, audit verify, audit list, check, clock accept. */
#include "registry/command/command.h"

#include "registry/audit.h"
#include "registry/publish.h"

static lz_err print_count(struct lz_command_run *run, const char *name, int64_t count, const char *zh,
                          const char *en)
{
    if (run->json)
        return lz_command_print_json(run, json_pack("{s:b, s:I}", "ok", true, name, (json_int_t)count));
    printf("%s %s: %lld\n", zh, en, (long long)count);
    return LZ_OK;
}

static lz_err run_log_verify(struct lz_command_run *run)
{
    int64_t size = 0;
    lz_err err = lz_log_verify(run->call, &size);
    return err ? err : print_count(run, "size", size, "公开日志成立，条目数", "the log holds, entries");
}

static lz_err run_audit_verify(struct lz_command_run *run)
{
    int64_t count = 0;
    lz_err err = lz_audit_verify(run->call, &count);
    return err ? err
               : print_count(run, "events", count, "审计链完整，事件数", "the audit chain holds, events");
}

/* What an event is about as people call it: a number, a login or a name, else the register's own. */
static void print_event(const struct lz_audit_event *event)
{
    static const char *const names[] = {"number", "login", "name"};
    char at[LZ_LOCAL_SIZE];
    const char *called = NULL;
    json_t *after = event->after ? json_loads(event->after, 0, NULL) : NULL;
    for (size_t i = 0; !called && i < sizeof names / sizeof names[0]; i++)
        called = json_string_value(json_object_get(after, names[i]));
    lz_local_format(event->at, at);
    printf("%lld  %s  %s  %s  %s ", (long long)event->position, at, event->actor, event->action,
           event->object_kind);
    if (called)
        printf("%s\n", called);
    else if (event->object)
        printf("#%lld\n", (long long)event->object);
    else
        puts("-");
    json_decref(after);
}

static lz_err run_audit_list(struct lz_command_run *run)
{
    struct lz_audit_event *list = NULL;
    size_t count = 0, total = 0;
    lz_err err = lz_audit_list(run->call, NULL, 0, 0, (size_t)lz_options_int(run->options, "limit"), &list,
                               &count, &total);
    if (err)
        return err;
    json_t *values = run->json ? json_array() : NULL;
    for (size_t i = 0; !err && i < count; i++) {
        char at[LZ_INSTANT_SIZE];
        lz_instant_format(list[i].at, at);
        if (!run->json)
            print_event(&list[i]);
        else if (json_array_append_new(values,
                                       json_pack("{s:I, s:s, s:s, s:s, s:s, s:I}", "position",
                                                 (json_int_t)list[i].position, "at", at, "actor",
                                                 list[i].actor, "action", list[i].action, "object",
                                                 list[i].object_kind, "id", (json_int_t)list[i].object)))
            err = lz_call_memory(run->call);
    }
    if (!err && run->json)
        return lz_command_print_json(run, values);
    json_decref(values);
    return err;
}

/* Everything that can be checked without the outside: pages, keys between tables, schema, log, audit. */
static lz_err run_check(struct lz_command_run *run)
{
    int64_t size = 0, events = 0;
    lz_err err = lz_db_check(lz_register_db(run->call->reg), &run->call->fault);
    if (!err)
        err = lz_log_verify(run->call, &size);
    if (!err)
        err = lz_audit_verify(run->call, &events);
    if (err)
        return err;
    if (run->json)
        return lz_command_print_json(run, json_pack("{s:b, s:I, s:I}", "ok", true, "log", (json_int_t)size,
                                                    "audit", (json_int_t)events));
    printf("登记库完好 the register is sound: 日志 log %lld, 审计 audit %lld\n", (long long)size,
           (long long)events);
    return LZ_OK;
}

static lz_err run_clock_accept(struct lz_command_run *run)
{
    int64_t newest = 0;
    char text[LZ_INSTANT_SIZE], now[LZ_INSTANT_SIZE];
    lz_err err = lz_audit_accept_clock(run->call, &newest);
    if (err)
        return err;
    lz_instant_format(newest, text);
    lz_instant_format(lz_call_now_s(run->call), now);
    lz_command_say("已确认现在的时钟。公开日志的时间不会倒退：在上述时刻之前，核验仍按那时的日期判断有效期；"
                   "见过那时的核验台显示“无法确认”，请在时钟校准后清空其 --trust 文件夹并重新启动。",
                   "The clock as it is now counts. Published time does not run backwards: until the time "
                   "above passes, expiry is judged by it; a kiosk that saw it says `unconfirmed` until its "
                   "--trust folder is emptied and it is started again.");
    if (run->json)
        return lz_command_print_json(run, json_pack("{s:s, s:s}", "newest", text, "now", now));
    printf("上一次记录 last event %s, 现在 now %s\n", text, now);
    return LZ_OK;
}

static const struct lz_option common_options[] = {LZ_COMMAND_COMMON};
static const struct lz_option list_options[] = {
    LZ_COMMAND_COMMON,
    {.name = "limit",
     .kind = LZ_OPTION_INT,
     .value = "N",
     .help = {"最多列出几条", "how many at most"},
     .fallback = "50",
     .min = 1,
     .max = 10000},
};

#define COUNT(list) (sizeof(list) / sizeof(list)[0])
#define PROOF(first, second, fn, opts, zh, en)                                                               \
    {                                                                                                        \
        {first, second}, LZ_COMMAND_READS, fn,                                                               \
        {                                                                                                    \
            "liangzheng " first " " second, "[OPTION]...", {zh, en}, opts, COUNT(opts), 0, 0                 \
        }                                                                                                    \
    }
const struct lz_command lz_commands_proof[] = {
    PROOF("log", "verify", run_log_verify, common_options, "核对公开日志与登记库。",
          "Proves the register against its log."),
    PROOF("audit", "verify", run_audit_verify, common_options, "核对审计链。", "Walks the audit chain."),
    PROOF("audit", "list", run_audit_list, list_options, "最近的审计事件。", "The newest audit events."),
    PROOF("clock", "accept", run_clock_accept, common_options, "时钟曾经超前、现已校准：确认现在的时钟。",
          "The clock ran ahead and is right now: accepts it."),
    {{"check", NULL},
     LZ_COMMAND_READS,
     run_check,
     {"liangzheng check",
      "[OPTION]...",
      {"检查整个登记库。", "Checks the whole register."},
      common_options,
      COUNT(common_options),
      0,
      0}},
    {.run = NULL},
};
