/*
 * The folder OUT.tuning/ that a tuning of weights works in, and nobody else does meanwhile.
 */
#ifndef TUNE_WEIGHTS_TUNE_SCRATCH_H
#define TUNE_WEIGHTS_TUNE_SCRATCH_H

#include "base/arena.h"
#include "base/err.h"

struct tune_scratch {
	char *dir; /* absolute */
	int lock; /* descriptor, -1: not ours */
	/* In it: the model as F32, the best epoch, what the engine writes of that, the model. */
	const char *copy, *best, *raw, *final;
};

/*
 * Makes the folder beside `out`, or takes over what a killed tuning left. Fails with ERR_INPUT
 * where another one is at work. ret_scratch is to be closed either way; texts are the arena's.
 */
int tune_scratch_open(struct arena *a, const char *out, struct tune_scratch *ret_scratch,
		      struct err *err) MUST_USE;

/* Removes the files and the folder. Safe on { .lock = -1 }. */
void tune_scratch_close(struct tune_scratch *scratch);

#endif
