/*
 * What a candidate at work did, counted for the record: how often each label, how sure, how long.
 * Kept as an event of the run that chose it, without a word of any ticket; `watch` compares.
 */
#ifndef FLOW_PRODUCTION_PRODUCTION_LOG_H
#define FLOW_PRODUCTION_PRODUCTION_LOG_H

#include "flow/production/labeller.h"
#include "judge/drift.h"

struct production_log {
	struct workload work;
	size_t *by_label; /* those of `work`, to be counted up */
	size_t n_abstained; /* of work.n */
	size_t n_failed; /* tickets without a label */
	int64_t start_us; /* monotonic */
};

void production_log_begin(struct production_log *log, const struct labeller *d);
void production_log_add(struct production_log *log, const struct production_row *row);

/*
 * Writes the event; nothing where nothing was answered. While another process writes the store it
 * waits a little, and then says what could not be kept: that is no failure of the work.
 */
int production_log_keep(const struct production_log *log, const struct labeller *d,
			const char *store) MUST_USE;

/* Adds an event's counts for this candidate; false where it is of another, or no such event. */
bool production_log_read(const struct event_row *event, const char *candidate, size_t n_labels,
			 struct production_log *sum);

#endif
