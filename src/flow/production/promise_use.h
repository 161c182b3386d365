/*
 * A promise in production: the value of --promise, a share such as 95% that is on record in the
 * run, or a lock file. Decides which threshold holds, and for which candidate only.
 */
#ifndef FLOW_PRODUCTION_PROMISE_USE_H
#define FLOW_PRODUCTION_PROMISE_USE_H

#include "flow/production/labeller.h"
#include "report/promise_text.h"

struct promise_use {
	const char *lock; /* the file; NULL: the promise is on record */
	double right; /* of a promise on record */
	struct promise_record record; /* the lock's, or what promise_use_find() found */
};

/* Reads a lock file. ERR_INPUT if it is none. */
int promise_lock_read(struct cmd *cmd, const char *path, struct promise_record *ret) MUST_USE;

/*
 * Before labeller_open(): reads `text`. A lock file names run and candidate if the options do not.
 * ERR_USAGE if it is neither a share nor a file, if there is another threshold (`below`, or NULL),
 * or if the options accept another candidate.
 */
int promise_use_begin(struct cmd *cmd, const char *text, const char *below,
		      struct labeller_options *o, struct promise_use *ret) MUST_USE;

/*
 * After labeller_open(): the threshold. ERR_INPUT if there is no such promise for the candidate,
 * or it could not be made; ERR_REFUSED if the lock is about another candidate.
 */
int promise_use_find(const struct labeller *l, struct promise_use *use, double *ret_below) MUST_USE;

#endif
