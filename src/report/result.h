/*
 * A run as it is shown: its rows, scored and decided, ready to be written in any form.
 * Filled by cmd/load.c; the writers of this folder only read it.
 */
#ifndef REPORT_RESULT_H
#define REPORT_RESULT_H

#include <jansson.h>
#include <stdio.h>

#include "judge/decide.h"
#include "judge/score.h"
#include "store/store.h"

struct candidate_result {
	const struct candidate_row *row;
	const struct pass_row *pass; /* NULL where it did not run */
	struct answer **answers; /* by ticket, NULL where none came */
	struct reason **reasons;
	struct segment_row *segments;
	size_t n_segments;
	struct score score;
	/* Over all segments. */
	int64_t load_us, prefix_us, answer_us, reason_us, full_run_us, peak_rss_bytes;
	bool disturbed, recomputed;
};

struct result {
	const struct run_row *run;
	const struct label *labels;
	size_t n_labels;
	const struct slice *slice;
	struct candidate_result *candidates; /* in size order */
	size_t n;
	struct decision decision;
	struct event_row *events;
	size_t n_events;
	const char *chain_head; /* of the store, when the run was read */
};

/* The table of candidates. */
void result_write_table(struct arena *a, const struct result *r, FILE *out);

/* The pick and why; then its confusion and the tickets it missed, with its rationale. */
void result_write_decision(struct arena *a, const struct result *r, FILE *out);
void result_write_confusion(struct arena *a, const struct result *r, size_t candidate, FILE *out);
void result_write_missed(struct arena *a, const struct result *r, size_t candidate, FILE *out);

/* Everything, for machines: a new reference. `replies` adds each answer and reason. */
json_t *result_to_json(struct arena *a, const struct result *r, bool replies);

#endif
