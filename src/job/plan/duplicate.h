/*
 * A model that a job names more than once: the same bytes as a file and in Ollama's store, say, or
 * under two file names. Decides which names are one candidate, and what is said of it. Must not
 * know where a checksum came from.
 */
#ifndef JOB_PLAN_DUPLICATE_H
#define JOB_PLAN_DUPLICATE_H

#include "job/model/model.h"

/* As strcmp(): by the checksums of the weights and of what goes with them; 0: the same model. */
int duplicate_compare(const struct model *x, const struct model *y);

/*
 * Of all names of one model the first stands, and the others point to it. A model with a problem or
 * without a checksum is left alone. `models` must not be moved afterwards.
 */
void duplicate_mark(struct model *models, const char *const *problems, size_t n);

/* "A and B are the same weights (sha256 …): asked once, as NAME", of one with `repeats` set. */
const char *duplicate_words(struct arena *a, const struct model *model);

#endif
