/*
 * The work folder OUT.tuning/ of a tuning of weights, locked while it runs.
 */
#ifndef TUNE_WEIGHTS_TUNE_SCRATCH_H
#define TUNE_WEIGHTS_TUNE_SCRATCH_H

#include "base/arena.h"
#include "base/err.h"

struct tune_scratch {
	char *dir; /* absolute */
	int lock; /* descriptor, -1: not locked */
	/*
	 * Files in it: the model as F32, the best epoch, the engine's own file of that, the final
	 * model.
	 */
	const char *copy, *best, *raw, *final;
};

/*
 * Makes the folder beside `out`, or takes over one that a killed tuning left. Returns ERR_INPUT if
 * another tuning is using it. Close ret_scratch even after an error; the arena owns the texts.
 */
int tune_scratch_open(struct arena *a, const char *out, struct tune_scratch *ret_scratch,
		      struct err *err) MUST_USE;

/* Removes the files and the folder. Safe on { .lock = -1 }. */
void tune_scratch_close(struct tune_scratch *scratch);

#endif
