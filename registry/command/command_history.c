/* certificate history|unschedule: what was done, what is scheduled, and taking that back in time. */
#include "registry/command/command.h"

#include "registry/certificate.h"

static json_t *line_json(const struct lz_certificate_history *h)
{
    char effective[LZ_INSTANT_SIZE], published[LZ_INSTANT_SIZE];
    lz_instant_format(h->effective_at, effective);
    lz_instant_format(h->published_at, published);
    return json_pack("{s:I, s:s, s:s, s:s, s:s?, s:s?, s:s, s:s, s:s, s:b, s:b}", "id", (json_int_t)h->id,
                     "event", lz_certificate_event_name(h->event), "from", lz_certificate_state_name(h->from),
                     "to", lz_certificate_state_name(h->to), "reason", h->reason, "document", h->document,
                     "effective_at", effective, "published_at", published, "actor", h->actor, "scheduled",
                     h->scheduled, "undone", h->undone);
}

/* "17  2026-11-24 21:00  注销 cancel  transfer  延人社〔2026〕1号  王敏  (预定 scheduled)" */
static void print_line(const struct lz_certificate_history *h)
{
    char effective[LZ_LOCAL_SIZE];
    lz_local_format(h->effective_at, effective);
    printf("%lld  %.*s  %s %s  %s  %s  %s%s%s\n", (long long)h->id, LZ_LOCAL_MINUTE, effective,
           lz_certificate_event_word(h->event, LZ_ZH), lz_certificate_event_name(h->event),
           h->reason ? h->reason : "-", h->document ? h->document : "-", h->actor,
           h->scheduled ? "  (预定 scheduled)" : "", h->undone ? "  (已撤回 undone)" : "");
}

/* The history of the current certificate under that number: of the person's, what is its own. */
static lz_err read_history(struct lz_command_run *run, struct lz_certificate_history **ret_list,
                           size_t *ret_count)
{
    struct lz_certificate c;
    struct lz_certificate_history *list = NULL;
    size_t count = 0, own = 0;
    lz_err err = lz_certificate_find(run->call, lz_options_at(run->options, 0), &c);
    if (!err)
        err = lz_certificate_history(run->call, c.person, &list, &count);
    if (err)
        return err;
    for (size_t i = 0; i < count; i++)
        if (list[i].certificate == c.id)
            list[own++] = list[i];
    *ret_list = list;
    *ret_count = own;
    return LZ_OK;
}

static lz_err run_history(struct lz_command_run *run)
{
    struct lz_certificate_history *list = NULL;
    size_t count = 0;
    lz_err err = read_history(run, &list, &count);
    json_t *values = run->json ? json_array() : NULL;
    for (size_t i = 0; !err && i < count; i++)
        if (!run->json)
            print_line(&list[i]);
        else if (json_array_append_new(values, line_json(&list[i])))
            err = lz_call_memory(run->call);
    if (!err && run->json)
        return lz_command_print_json(run, values);
    json_decref(values);
    return err;
}

/* The one that --change names, or the only one there is. */
static lz_err choose_scheduled(struct lz_command_run *run, const struct lz_certificate_history **ret_chosen)
{
    struct lz_certificate_history *list = NULL;
    const int64_t wanted = lz_options_int(run->options, "change"); /* 0: none named */
    size_t count = 0, fitting = 0;
    lz_err err = read_history(run, &list, &count);
    if (err)
        return err;
    for (size_t i = 0; i < count; i++)
        if (list[i].scheduled && (!wanted || list[i].id == wanted)) {
            *ret_chosen = &list[i];
            fitting++;
        }
    if (fitting == 1)
        return LZ_OK;
    if (!fitting)
        return lz_fault_set(&run->call->fault, LZ_NOT_FOUND, "没有这项预定的操作，可能已经生效。",
                            "There is no such scheduled change; it may have taken effect.");
    return lz_fault_set(&run->call->fault, LZ_USAGE,
                        "预定的变更不止一项：用 certificate history 查看编号，再用 --change 指明。",
                        "More than one change is scheduled: see `certificate history` for their numbers and "
                        "name one with --change.");
}

static lz_err run_unschedule(struct lz_command_run *run)
{
    const struct lz_certificate_history *chosen = NULL;
    lz_err err = choose_scheduled(run, &chosen);
    if (!err)
        err = lz_certificate_unschedule(run->call, chosen->id);
    if (err)
        return err;
    if (run->json)
        return lz_command_print_json(run, line_json(chosen));
    printf("预定的变更已取消 no longer scheduled:\n");
    print_line(chosen);
    return LZ_OK;
}

static const struct lz_option history_options[] = {LZ_COMMAND_COMMON};
static const struct lz_option unschedule_options[] = {
    LZ_COMMAND_COMMON,
    {.name = "change",
     .kind = LZ_OPTION_INT,
     .value = "ID",
     .help = {"certificate history 列出的编号", "the number that `certificate history` lists"},
     .min = 1,
     .max = INT64_MAX},
};

#define COUNT(list) (sizeof(list) / sizeof(list)[0])
const struct lz_command lz_commands_history[] = {
    {{"certificate", "history"},
     LZ_COMMAND_READS,
     run_history,
     {"liangzheng certificate history",
      "NUMBER [OPTION]...",
      {"证件的全部变更，新的在前；已预定的也列出。", "All changes, newest first, with those scheduled."},
      history_options,
      COUNT(history_options),
      1,
      1}},
    {{"certificate", "unschedule"},
     LZ_COMMAND_READS,
     run_unschedule,
     {"liangzheng certificate unschedule",
      "NUMBER [OPTION]...",
      {"取消预定的变更。", "Drops a scheduled change before its time."},
      unschedule_options,
      COUNT(unschedule_options),
      1,
      1}},
    {.run = NULL},
};
