/*
 * Makes a promise (judge/promise.h) about a candidate of a run. Decides which labelled tickets may
 * show it: those that chose nothing else, or else at the price of what they chose.
 */
#ifndef FLOW_PRODUCTION_PROMISE_MAKE_H
#define FLOW_PRODUCTION_PROMISE_MAKE_H

#include "flow/production/labeller.h"
#include "job/table/columns.h"
#include "report/promise_text.h"

struct promise_request {
	struct labeller_options labeller;
	const char *on; /* a file of labelled tickets; NULL: the tickets of the run */
	struct columns columns; /* of that file */
	double right, confidence;
};

struct promise_making {
	struct labeller labeller;
	struct promise_record record;
	/* Of the file's tickets, those that were left out. */
	size_t n_known; /* they (nearly) repeat a ticket of the run, an example or training */
	size_t n_repeats; /* they repeat each other, or share a group */
	const char *note; /* for the user: how the file was understood; or NULL */
};

/*
 * Asks the candidate about the tickets of the file. Without one, takes the answers that the run
 * has. It succeeds also if no promise can be made. The caller closes the labeller either way.
 */
int promise_make(struct cmd *cmd, const struct promise_request *request,
		 struct promise_making *ret) MUST_USE;

/* Stores the promise as an event of its run. */
int promise_keep(struct cmd *cmd, const struct promise_making *m) MUST_USE;

#endif
