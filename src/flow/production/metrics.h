/*
 * The text form of Prometheus' metrics (text/plain; version=0.0.4). Must not know what is counted.
 */
#ifndef FLOW_PRODUCTION_METRICS_H
#define FLOW_PRODUCTION_METRICS_H

#include <stdint.h>

#include "base/buf.h"

enum { METRICS_BUCKETS = 10 };

/* Times, counted by their length. Starts zeroed. */
struct metrics_times {
	int64_t n_bucket[METRICS_BUCKETS]; /* that are this long, and no shorter bucket's */
	int64_t n, sum_us;
};

void metrics_time(struct metrics_times *times, int64_t us);

/* Append a metric with its HELP and TYPE lines. */
void metrics_add_count(struct buf *out, const char *name, const char *help, int64_t n);
void metrics_add_gauge(struct buf *out, const char *name, const char *help, int64_t n);
void metrics_add_times(struct buf *out, const char *name, const char *help,
		       const struct metrics_times *times);

/* A metric that is always 1 and whose labels name the program's version and the candidate. */
void metrics_add_build(struct buf *out, const char *version, const char *candidate);

#endif
