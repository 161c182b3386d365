/*
 * Whether a machine has room for changing a model's weights. RULE: mind the memory.
 */
#ifndef TUNE_WEIGHTS_TUNE_MEMORY_H
#define TUNE_WEIGHTS_TUNE_MEMORY_H

#include "tune/tuning.h"

enum { TUNE_STEP_MAX_TOK = 2048 }; /* most tokens of a step of training */

/*
 * Fails with ERR_REFUSED where training would need more memory than the job's budget or the
 * machine has, and says how many layers would fit.
 */
int tune_room_memory(const struct tuning *t) MUST_USE;

/* The copy, the best epoch, what the engine itself writes of it, and the model: on one disk. */
int tune_room_disk(const struct tuning *t, const char *folder) MUST_USE;

#endif
