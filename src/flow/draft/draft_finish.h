/*
 * From a draft of labels to a folder with a job that runs (flow/start), or to a labelled file for a
 * job that is there. Decides which label each ticket has in the end.
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

/* A labelled file that a job can take. */
struct draft_slice {
	size_t n, n_left_out; /* tickets in it, and those without a label */
	struct draft_finished finished;
};

/*
 * Writes the tickets that have a label in the end to a new file (0600), JSON Lines. Fails with
 * ERR_INPUT if there is none or the file exists; with ERR_REFUSED if readers left places open that
 * the draft's job does not allow.
 */
int draft_finish_slice(struct cmd *cmd, const struct draft *d, const char *path,
		       struct draft_slice *ret_slice) MUST_USE;

/*
 * Makes the job's folder as start() does, and fails as it does. `options` has all but the tickets.
 * ERR_INPUT if no ticket has a label, or if the draft is of a job that is there already.
 */
int draft_finish(struct cmd *cmd, const struct draft *d, struct start_options *options,
		 struct start *ret_start, struct draft_finished *ret_finished) MUST_USE;

#endif
