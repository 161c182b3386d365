/*
 * A trial: a few tickets, asked with several prompts on the smallest models, to read the answers.
 * Nothing is scored and no run is made; only the caches keep something. Decides which candidates
 * and which tickets a trial has.
 */
#ifndef FLOW_TRIAL_H
#define FLOW_TRIAL_H

#include "flow/session.h"
#include "report/text/trial_text.h"

/* Models of a trial if none are named, and most tickets that it asks. */
enum { TRIAL_MODELS = 2, TRIAL_TICKETS_MAX = 20 };

struct trial_options {
	struct prepare_options prepare;
	struct opt_list prompts; /* files; none: the job's own variants */
	struct opt_list tickets; /* ids; none: a draw by the job's seed */
	int64_t n_tickets;
	int64_t timeout_s;
};

/*
 * Prepares the job, and asks. The session has a command, and a place for events; all else is filled
 * in. Owned by the command's arena. Fails with ERR_INPUT if no candidate
 * reads a prompt, or a ticket is not in the job's file.
 */
int trial_run(struct session *s, const char *job_path, const struct trial_options *options,
	      struct trial *ret_trial) MUST_USE;

#endif
