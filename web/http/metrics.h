/* Counters, gauges and histograms in Prometheus' text format (0.0.4).  Series are registered at start;
 * counting is one atomic addition. */
#ifndef LZ_WEB_HTTP_METRICS_H
#define LZ_WEB_HTTP_METRICS_H

#include "registry/base/bytes.h"

#include <stdint.h>

struct lz_metrics;
struct lz_metric;

LZ_MUST lz_err lz_metrics_new(struct lz_metrics **ret_metrics);
void lz_metrics_free(struct lz_metrics **metrics);

/* `labels` as `verdict="valid",source="register"` or NULL.  Series of one name stand together and share its
 * help. NULL: memory, or the name is taken by another kind; counting on NULL does nothing.  Only before
 * serving. */
struct lz_metric *lz_metrics_counter(struct lz_metrics *metrics, const char *name, const char *help,
                                     const char *labels);
struct lz_metric *lz_metrics_gauge(struct lz_metrics *metrics, const char *name, const char *help,
                                   const char *labels);
/* `bounds_us` (count at most 16, rising) are microseconds; written as seconds. */
struct lz_metric *lz_metrics_histogram(struct lz_metrics *metrics, const char *name, const char *help,
                                       const char *labels, const int64_t *bounds_us, size_t count);

void lz_metric_add(struct lz_metric *metric, uint64_t amount);          /* counter */
void lz_metric_set(struct lz_metric *metric, int64_t value);            /* gauge */
void lz_metric_observe(struct lz_metric *metric, int64_t microseconds); /* histogram */
uint64_t lz_metric_value(const struct lz_metric *metric);               /* counter, or a histogram's count */

void lz_metrics_write(const struct lz_metrics *metrics, struct lz_buf *out);

#endif
