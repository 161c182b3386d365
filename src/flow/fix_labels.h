/*
 * Corrected labels of a run's tickets. RULE: a slice never changes, so a correction is a new
 * version: a new file of tickets, and a new job if the job names them. The run and its files stay
 * as they are. What an earlier version corrected after the same run is kept. Decides what the new
 * files are called, what they record, and how to run them.
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

/* What an earlier version corrected after the run, and this one keeps. */
struct fix_kept {
	const char *id, *was, *label;
	const char *path; /* of that version */
};

struct fixed {
	const char **was; /* the old label of each */
	const char **paths; /* of each slice of the run: its new file, or NULL if it stays */
	const char **files; /* the same, but an old file where it stays, as this folder finds it */
	struct fix_kept *kept;
	size_t n_kept, cap_kept;
	const char *before; /* the run's job, as this folder finds it */
	const char *job_path; /* the new job, or the run's if its own tickets stay as they are */
	const char *name; /* for a run of it: not taken yet */
	const char **options; /* by slice: with which it was asked, JSON by their names */
	const char **commands; /* run it, add what was added, compare */
	size_t n_commands;
};

/*
 * Needs the run's texts. Fails with ERR_INPUT if a ticket or a label is not the run's, if a label
 * is as it was, or if the job's text cannot name other tickets; with ERR_REFUSED if the tickets do
 * not have one label each, if their texts were removed, or if the job names an encoding in which
 * the new files cannot be written.
 */
int fix_labels(struct cmd *cmd, const struct result *r, const struct fix_request *request,
	       struct fixed *ret_fixed) MUST_USE;

#endif
