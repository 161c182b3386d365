/*
 * The progress line of a run on standard error; silent if that is not a terminal.
 */
#ifndef FLOW_PROGRESS_H
#define FLOW_PROGRESS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct progress {
	bool on;
	const char *phase; /* "answers", "reasons" */
	const char *candidate;
	size_t candidate_no, n_candidates;
	size_t done, total, n_right; /* of this phase of this candidate */
	int64_t phase_start_us;
	size_t phase_start_done;
	int64_t later_us; /* estimate for the remaining candidates; -1: unknown */
};

void progress_init(struct progress *p, size_t n_candidates);
/* `done` and `n_right` of the phase are stored already: a resumed pass begins with some. */
void progress_phase(struct progress *p, const char *phase, const char *candidate, size_t no,
		    size_t done, size_t total, int64_t later_us);
void progress_show(const struct progress *p);
void progress_clear(const struct progress *p);

#endif
