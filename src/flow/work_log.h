/*
 * What a candidate at work did, counted for the record: how often each label, how sure, how long.
 * Kept as an event of the run that chose it, without a word of any ticket; `watch` compares.
 */
#ifndef FLOW_WORK_LOG_H
#define FLOW_WORK_LOG_H

#include "flow/desk.h"
#include "judge/drift.h"

#define WORK_EVENT "work"

struct work_log {
	struct workload work;
	size_t *by_label; /* those of `work`, to be counted up */
	size_t n_abstained; /* of work.n */
	size_t n_failed; /* tickets without a label */
	int64_t start_us; /* monotonic */
};

void work_log_begin(struct work_log *log, const struct desk *d);
void work_log_add(struct work_log *log, const struct desk_reply *reply, bool abstained);

/*
 * Writes the event; nothing where nothing was answered. While another process writes the store it
 * waits a little, and then says what could not be kept: that is no failure of the work.
 */
int work_log_keep(const struct work_log *log, const struct desk *d, const char *store) MUST_USE;

/* Adds an event's counts for this candidate; false where it is of another, or no such event. */
bool work_log_read(const struct event_row *event, const char *candidate, size_t n_labels,
		   struct work_log *sum);

#endif
