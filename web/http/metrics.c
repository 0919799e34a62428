#include "web/http/metrics.h"

#include <inttypes.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

enum kind { COUNTER, GAUGE, HISTOGRAM };
enum { BOUNDS_MAX = 16 };

struct lz_metric {
    struct lz_metric *next;
    enum kind kind;
    char *name;
    char *help;
    char *labels; /* "" for none */
    atomic_uint_fast64_t count;
    atomic_int_fast64_t value; /* a gauge's, or a histogram's sum in microseconds */
    size_t bound_count;
    int64_t bounds[BOUNDS_MAX];
    atomic_uint_fast64_t buckets[BOUNDS_MAX]; /* not cumulative; what is above all bounds is only in count */
};

struct lz_metrics {
    struct lz_metric *first; /* series of one name stand together */
};

static const char *const KINDS[] = {[COUNTER] = "counter", [GAUGE] = "gauge", [HISTOGRAM] = "histogram"};

lz_err lz_metrics_new(struct lz_metrics **ret_metrics)
{
    struct lz_metrics *metrics = calloc(1, sizeof *metrics);
    if (!metrics)
        return LZ_MEMORY;
    *ret_metrics = metrics;
    return LZ_OK;
}

static void metric_free(struct lz_metric *metric)
{
    free(metric->name);
    free(metric->help);
    free(metric->labels);
    free(metric);
}

void lz_metrics_free(struct lz_metrics **metrics)
{
    if (!metrics || !*metrics)
        return;
    for (struct lz_metric *at = (*metrics)->first, *next = NULL; at; at = next) {
        next = at->next;
        metric_free(at);
    }
    free(*metrics);
    *metrics = NULL;
}

static struct lz_metric *add(struct lz_metrics *metrics, enum kind kind, const char *name, const char *help,
                             const char *labels)
{
    struct lz_metric **place = &metrics->first;
    struct lz_metric *family = NULL;
    for (; *place && !(family && strcmp((*place)->name, name) != 0); place = &(*place)->next) {
        if (strcmp((*place)->name, name) == 0)
            family = *place;
    }
    if (family && family->kind != kind)
        return NULL;
    struct lz_metric *metric = calloc(1, sizeof *metric);
    if (!metric)
        return NULL;
    metric->kind = kind;
    metric->name = strdup(name);
    metric->help = strdup(help);
    metric->labels = strdup(labels ? labels : "");
    if (!metric->name || !metric->help || !metric->labels) {
        metric_free(metric);
        return NULL;
    }
    metric->next = *place;
    *place = metric;
    return metric;
}

struct lz_metric *lz_metrics_counter(struct lz_metrics *metrics, const char *name, const char *help,
                                     const char *labels)
{
    return add(metrics, COUNTER, name, help, labels);
}

struct lz_metric *lz_metrics_gauge(struct lz_metrics *metrics, const char *name, const char *help,
                                   const char *labels)
{
    return add(metrics, GAUGE, name, help, labels);
}

struct lz_metric *lz_metrics_histogram(struct lz_metrics *metrics, const char *name, const char *help,
                                       const char *labels, const int64_t *bounds_us, size_t count)
{
    if (count > BOUNDS_MAX)
        return NULL;
    struct lz_metric *metric = add(metrics, HISTOGRAM, name, help, labels);
    if (metric) {
        memcpy(metric->bounds, bounds_us, count * sizeof *bounds_us);
        metric->bound_count = count;
    }
    return metric;
}

void lz_metric_add(struct lz_metric *metric, uint64_t amount)
{
    if (metric)
        atomic_fetch_add_explicit(&metric->count, amount, memory_order_relaxed);
}

void lz_metric_set(struct lz_metric *metric, int64_t value)
{
    if (metric)
        atomic_store_explicit(&metric->value, value, memory_order_relaxed);
}

void lz_metric_observe(struct lz_metric *metric, int64_t microseconds)
{
    if (!metric)
        return;
    for (size_t i = 0; i < metric->bound_count; i++) {
        if (microseconds <= metric->bounds[i]) {
            atomic_fetch_add_explicit(&metric->buckets[i], 1, memory_order_relaxed);
            break;
        }
    }
    atomic_fetch_add_explicit(&metric->value, microseconds, memory_order_relaxed);
    atomic_fetch_add_explicit(&metric->count, 1, memory_order_relaxed);
}

uint64_t lz_metric_value(const struct lz_metric *metric)
{
    return metric ? atomic_load_explicit(&metric->count, memory_order_relaxed) : 0;
}

static void write_series(struct lz_buf *out, const struct lz_metric *metric, const char *suffix)
{
    lz_buf_printf(out, "%s%s", metric->name, suffix);
    if (*metric->labels)
        lz_buf_printf(out, "{%s}", metric->labels);
    lz_buf_byte(out, ' ');
}

static void write_seconds(struct lz_buf *out, int64_t microseconds)
{
    lz_buf_printf(out, "%" PRId64 ".%06" PRId64, microseconds / 1000000, microseconds % 1000000);
}

static void write_histogram(struct lz_buf *out, const struct lz_metric *metric)
{
    const char *comma = *metric->labels ? "," : "";
    uint64_t below = 0;
    for (size_t i = 0; i < metric->bound_count; i++) {
        below += atomic_load_explicit(&metric->buckets[i], memory_order_relaxed);
        lz_buf_printf(out, "%s_bucket{%s%sle=\"", metric->name, metric->labels, comma);
        write_seconds(out, metric->bounds[i]);
        lz_buf_printf(out, "\"} %" PRIu64 "\n", below);
    }
    uint64_t count = lz_metric_value(metric);
    lz_buf_printf(out, "%s_bucket{%s%sle=\"+Inf\"} %" PRIu64 "\n", metric->name, metric->labels, comma,
                  count < below ? below : count);
    write_series(out, metric, "_sum");
    write_seconds(out, atomic_load_explicit(&metric->value, memory_order_relaxed));
    lz_buf_byte(out, '\n');
    write_series(out, metric, "_count");
    lz_buf_printf(out, "%" PRIu64 "\n", count < below ? below : count);
}

void lz_metrics_write(const struct lz_metrics *metrics, struct lz_buf *out)
{
    const char *family = "";
    for (const struct lz_metric *metric = metrics->first; metric; metric = metric->next) {
        if (strcmp(family, metric->name) != 0)
            lz_buf_printf(out, "# HELP %s %s\n# TYPE %s %s\n", metric->name, metric->help, metric->name,
                          KINDS[metric->kind]);
        family = metric->name;
        switch (metric->kind) {
        case COUNTER:
            write_series(out, metric, "");
            lz_buf_printf(out, "%" PRIu64 "\n", lz_metric_value(metric));
            break;
        case GAUGE:
            write_series(out, metric, "");
            lz_buf_printf(out, "%" PRId64 "\n",
                          (int64_t)atomic_load_explicit(&metric->value, memory_order_relaxed));
            break;
        case HISTOGRAM:
            write_histogram(out, metric);
            break;
        }
    }
}
