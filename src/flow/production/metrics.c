/*
 * Writes metrics.
 */
#include "flow/production/metrics.h"

#include <inttypes.h>
#include <string.h>

/* Upper bounds of the buckets, from a word classifier to a slow language model. */
static const struct {
	int64_t us;
	const char *seconds;
} buckets[METRICS_BUCKETS] = {
	{ 1000, "0.001" },  { 5000, "0.005" },	{ 25000, "0.025" }, { 100000, "0.1" },
	{ 250000, "0.25" }, { 500000, "0.5" },	{ 1000000, "1" },   { 2500000, "2.5" },
	{ 10000000, "10" }, { 60000000, "60" },
};

void metrics_time(struct metrics_times *times, int64_t us)
{
	for (int i = 0; i < METRICS_BUCKETS; i++)
		if (us <= buckets[i].us) {
			times->n_bucket[i]++;
			break;
		}
	times->n++;
	times->sum_us += us;
}

static void metrics_begin(struct buf *out, const char *name, const char *help, const char *type)
{
	buf_addf(out, "# HELP %s %s\n# TYPE %s %s\n", name, help, name, type);
}

void metrics_add_count(struct buf *out, const char *name, const char *help, int64_t n)
{
	metrics_begin(out, name, help, "counter");
	buf_addf(out, "%s %" PRId64 "\n", name, n);
}

void metrics_add_gauge(struct buf *out, const char *name, const char *help, int64_t n)
{
	metrics_begin(out, name, help, "gauge");
	buf_addf(out, "%s %" PRId64 "\n", name, n);
}

void metrics_add_times(struct buf *out, const char *name, const char *help,
		       const struct metrics_times *times)
{
	int64_t n = 0;

	metrics_begin(out, name, help, "histogram");
	for (int i = 0; i < METRICS_BUCKETS; i++) {
		n += times->n_bucket[i];
		buf_addf(out, "%s_bucket{le=\"%s\"} %" PRId64 "\n", name, buckets[i].seconds, n);
	}
	buf_addf(out, "%s_bucket{le=\"+Inf\"} %" PRId64 "\n", name, times->n);
	buf_addf(out, "%s_sum %.6f\n%s_count %" PRId64 "\n", name, (double)times->sum_us / 1e6,
		 name, times->n);
}

/* The value of a label: backslash, quote and line break are escaped. */
static void metrics_add_value(struct buf *out, const char *text)
{
	for (; *text; text++) {
		if (*text == '\\' || *text == '"')
			buf_addc(out, '\\');
		if (*text == '\n')
			buf_adds(out, "\\n");
		else
			buf_addc(out, *text);
	}
}

void metrics_add_build(struct buf *out, const char *version, const char *candidate)
{
	metrics_begin(out, "toehold_build_info", "Version of the program, and the candidate.",
		      "gauge");
	buf_adds(out, "toehold_build_info{version=\"");
	metrics_add_value(out, version);
	buf_adds(out, "\",candidate=\"");
	metrics_add_value(out, candidate);
	buf_adds(out, "\"} 1\n");
}
