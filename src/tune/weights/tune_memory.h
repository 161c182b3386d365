/*
 * Does the machine have room to train a model's weights?
 */
#ifndef TUNE_WEIGHTS_TUNE_MEMORY_H
#define TUNE_WEIGHTS_TUNE_MEMORY_H

#include "tune/tuning.h"

enum { TUNE_STEP_MAX_TOK = 2048 }; /* most tokens of a step of training */

/*
 * Returns ERR_REFUSED, with the number of layers that would fit, if training needs more memory than
 * the job's budget or the machine has.
 */
int tune_room_memory(const struct tuning *t) MUST_USE;

/* The ceiling of the worker that trains, if the job sets no budget. */
int64_t tune_memory_ceiling(const struct tuning *t);

/* Checks the disk for the copy, the best epoch, the engine's own file of that, and the model. */
int tune_room_disk(const struct tuning *t, const char *folder) MUST_USE;

#endif
