/*
 * Sets up an existing run to be asked again or continued: the same job, candidates and settings.
 */
#ifndef FLOW_AGAIN_RERUN_H
#define FLOW_AGAIN_RERUN_H

#include "flow/session.h"
#include "report/result/result.h"

struct rerun {
	size_t n_slices; /* how many of the run's slices are under test, from the first; 0: all */
	const struct slice *extra; /* a further slice under test; NULL: none */
	const struct candidate_result *only; /* the only candidate needed; NULL: all */
	/* The job, the tickets and the examples are those that the run keeps, not today's files. */
	bool work;
	bool accept_change; /* other weights, heads or examples are said and used, not refused */
	bool strict; /* there is no --accept-change to recommend */
	const char *with; /* the model that `only` is asked with in place of its own; NULL: none */
	bool no_sandbox;
};

/*
 * Fills s->prepared, s->run, the modes, and the timeout if it is 0, from the run. The caller has
 * set s->cmd and s->store. Returns ERR_INPUT if weights, training tickets or (without `work`) job
 * file or tickets have changed: new answers would not be comparable with the old ones. Examples are
 * always those of the run, if it keeps them. Says what of these was changed since.
 */
int rerun_prepare(struct session *s, const struct result *r, const struct rerun *rerun,
		  const char *job_path) MUST_USE;

/*
 * Reduces the plan to the candidates that `keep` accepts, and to those whose answers one of these
 * corrects (calibrated ways).
 */
void rerun_keep(struct arena *a, struct plan *plan,
		bool (*keep)(const void *ctx, const struct candidate *c), const void *ctx);

#endif
