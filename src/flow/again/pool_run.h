/*
 * Asks candidates of a run for the labels of tickets from a pool, in a run of their own that is
 * never scored. Decides which tickets and which candidates; `suggest` proposes from the answers.
 */
#ifndef FLOW_AGAIN_POOL_RUN_H
#define FLOW_AGAIN_POOL_RUN_H

#include "flow/session.h"
#include "job/ticket/pool.h"
#include "judge/suggest.h"
#include "report/result/result.h"

struct pool_run_options {
	const char *from; /* the pool's file */
	struct columns columns; /* of that file */
	const char *run; /* name of the scored run; NULL: the newest */
	struct opt_list candidates; /* to ask; none: the pick and the best of other models */
	int64_t sample, timeout_s;
	bool all, no_sandbox;
};

/* Zeroed, with cmd, session.cmd, options and paths set by the caller, who closes session.store. */
struct pool_run {
	struct cmd *cmd;
	const struct pool_run_options *options;
	const char *job_path, *store_path;
	struct session session;
	struct result run; /* the scored run */
	struct pool_sample pool;
	const struct candidate *asked[OPT_LIST_MAX]; /* candidates with a vote */
	size_t n_asked;
};

/* Draws the tickets and asks. Resumes an interrupted run; ERR_STOPPED after Ctrl-C. */
int pool_run_ask(struct pool_run *g) MUST_USE;

/* Loads the answers as a question for suggest_rank(); ret_names are the voters' full names. */
int pool_run_load(struct pool_run *g, struct suggest_question *ret_question,
		  const char *const **ret_names) MUST_USE;

#endif
