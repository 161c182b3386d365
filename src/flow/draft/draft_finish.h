/*
 * From a draft of labels to a folder with a job that runs (flow/start). Decides which label each
 * ticket has in the end.
 */
#ifndef FLOW_DRAFT_DRAFT_FINISH_H
#define FLOW_DRAFT_DRAFT_FINISH_H

#include "flow/draft/draft.h"
#include "flow/start/start.h"

/* What a job cannot show of the draft. */
struct draft_finished {
	size_t n_covered, n_left_open; /* places with personal data in the job's tickets */
	size_t n_disputed; /* tickets without a label because readers differ */
	const char **unused; /* buckets without a ticket: they are no labels of the job */
	size_t n_unused;
};

/*
 * Makes the job's folder as start() does, and fails as it does. `options` has all but the tickets.
 * ERR_INPUT if no ticket has a label.
 */
int draft_finish(struct cmd *cmd, const struct draft *d, struct start_options *options,
		 struct start *ret_start, struct draft_finished *ret_finished) MUST_USE;

#endif
