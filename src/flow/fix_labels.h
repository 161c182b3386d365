/*
 * Corrected labels of a run's tickets. RULE: a slice never changes, so a correction is a new
 * version: a new file of tickets, and a new job if the job names them. The run and its files stay
 * as they are. Decides what the new files are called, what they record, and how to run them.
 */
#ifndef FLOW_FIX_LABELS_H
#define FLOW_FIX_LABELS_H

#include "flow/cmd.h"
#include "report/result/result.h"

struct fix_request {
	const char *const *ids; /* of the tickets */
	const char *const *labels; /* the right one of each */
	size_t n;
	const char *reader; /* who says so */
};

struct fixed {
	const char **was; /* the old label of each */
	const char **paths; /* of each slice of the run: its new file, or NULL if it stays */
	const char *job_path; /* the new job, or the run's if its own tickets stay as they are */
	const char *name; /* for a run of it: not taken yet */
	const char *options; /* of the smoke test, JSON by their names */
	const char *commands[64]; /* run it, add what was added, compare */
	size_t n_commands;
};

/*
 * Needs the run's texts. Fails with ERR_INPUT if a ticket or a label is not the run's, if a label
 * is as it was, or if the job's text cannot name other tickets; with ERR_REFUSED if the tickets do
 * not have one label each, or if their texts were removed.
 */
int fix_labels(struct cmd *cmd, const struct result *r, const struct fix_request *request,
	       struct fixed *ret_fixed) MUST_USE;

#endif
