/*
 * A run that is there, set up to be asked again or further: the same job, candidates, settings.
 */
#ifndef FLOW_RERUN_H
#define FLOW_RERUN_H

#include "flow/ask/track.h"
#include "report/result/result.h"

struct rerun {
	const struct run_row *run;
	const struct slice *const *added; /* tickets under test beside the job's own */
	size_t n_added;
	const struct candidate_result *only; /* nothing but this candidate is needed; NULL: all */
	bool no_sandbox;
};

/*
 * Fills s->prepared, s->run, the modes, and the timeout where it is 0, from the run; s->cmd and
 * s->store are there. Fails with ERR_INPUT where job file, tickets, examples or weights are not
 * what they were: then the answers could not be put beside the old ones.
 */
int rerun_prepare(struct session *s, const struct result *r, const struct rerun *rerun,
		  const char *job_path) MUST_USE;

#endif
