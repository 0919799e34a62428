#include "web/site.h"

#include "registry/credential/verdict.h"
#include "web/desk/keep.h"
#include "web/health.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

_Static_assert(LZ_VERDICT_COUNT <= sizeof((struct lz_site *)0)->verdicts / sizeof(struct lz_metric *),
               "a counter for every verdict");

/* Upper bounds in microseconds: a look-up is well below the first. */
static const int64_t DURATIONS[] = {500, 1000, 2500, 5000, 10000, 25000, 100000, 500000, 2500000};

static lz_err count_things(struct lz_site *site)
{
    char label[64];
    lz_err err = lz_metrics_new(&site->metrics);
    if (err)
        return err;
    for (unsigned i = 0; i < sizeof site->requests / sizeof site->requests[0]; i++) {
        snprintf(label, sizeof label, "status=\"%uxx\"", i);
        site->requests[i] = lz_metrics_counter(site->metrics, "liangzheng_http_requests_total",
                                               "Answers by class of status.", label);
    }
    for (unsigned i = 0; i < LZ_VERDICT_COUNT; i++) {
        snprintf(label, sizeof label, "verdict=\"%s\"", lz_verdict_name((enum lz_verdict)i));
        site->verdicts[i] = lz_metrics_counter(site->metrics, "liangzheng_verdicts_total",
                                               "Answers to the question whether someone may enforce.", label);
    }
    site->refused_rate = lz_metrics_counter(site->metrics, "liangzheng_lookups_refused_total",
                                            "Look-ups beyond the limit per address.", NULL);
    site->duration = lz_metrics_histogram(site->metrics, "liangzheng_http_duration_seconds",
                                          "From the head of a request to the last byte of its answer.", NULL,
                                          DURATIONS, sizeof DURATIONS / sizeof DURATIONS[0]);
    return LZ_OK;
}

/* <share>/<kind>, or where lz_share_folder finds it. */
static lz_err folder(struct lz_arena *arena, const char *share, const char *kind, const char **ret_folder,
                     struct lz_fault *fault)
{
    const char *given = share ? lz_arena_printf(arena, "%s/%s", share, kind) : NULL;
    if (share && !given)
        return LZ_MEMORY;
    return lz_share_folder(arena, given, kind, ret_folder, fault);
}

static lz_err load_files(struct lz_site *site, const char *share, struct lz_fault *fault)
{
    const char *messages = NULL, *files = NULL, *templates = NULL;
    struct lz_arena *arena = lz_arena_new(0);
    lz_err err = arena ? folder(arena, share, "messages", &messages, fault) : LZ_MEMORY;
    if (!err)
        err = folder(arena, share, "static", &files, fault);
    if (!err)
        err = folder(arena, share, "templates", &templates, fault);
    if (!err)
        err = lz_catalogue_load(messages, &site->texts, fault);
    if (!err)
        err = lz_assets_load(files, "/static", &site->assets, fault);
    struct lz_pages_options options = {templates, site->texts, site->assets};
    if (!err)
        err = lz_pages_load(&options, &site->pages, fault);
    lz_arena_free(&arena);
    return err;
}

lz_err lz_site_open(const struct lz_site_options *options, struct lz_site **ret_site, struct lz_fault *fault)
{
    struct lz_site *site = calloc(1, sizeof *site);
    if (!site)
        return lz_fault_set(fault, LZ_MEMORY, NULL, NULL);
    site->reg = options->reg;
    site->log = options->log;
    site->secure = strncmp(lz_register_public_url(options->reg), "https://", 8) == 0;
    site->cookie = site->secure ? "__Host-liangzheng" : "liangzheng";
    lz_err err = load_files(site, options->share, fault);
    if (!err)
        err = lz_access_log_new(site->log, &site->access);
    if (!err)
        err = count_things(site);
    if (!err)
        err = lz_rate_new(options->lookups_per_minute, &site->lookups);
    if (!err)
        err = lz_site_health_new(&site->health);
    if (!err)
        err = lz_desk_keep_new(site->reg, &site->desk);
    if (err) {
        lz_site_close(&site);
        return fault && fault->code ? err : lz_fault_set(fault, err, NULL, NULL);
    }
    *ret_site = site;
    return LZ_OK;
}

void lz_site_close(struct lz_site **site)
{
    if (!site || !*site)
        return;
    lz_desk_keep_free(&(*site)->desk);
    lz_site_health_free(&(*site)->health);
    lz_rate_free(&(*site)->lookups);
    lz_pages_free(&(*site)->pages);
    lz_assets_free(&(*site)->assets);
    lz_catalogue_free(&(*site)->texts);
    lz_metrics_free(&(*site)->metrics);
    lz_access_log_free(&(*site)->access);
    free(*site);
    *site = NULL;
}
