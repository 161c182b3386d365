/*
 * Models that a job names more than once: the same bytes as a file and in Ollama's store, for
 * example, or under two file names. Decides which names are the same model, and how to say so. Must
 * not know how a checksum was computed.
 */
#ifndef JOB_PLAN_DUPLICATE_H
#define JOB_PLAN_DUPLICATE_H

#include "job/model/model.h"

/* Like strcmp(), by the checksums of weights, adapter and projector; 0: the same model. */
int duplicate_compare(const struct model *x, const struct model *y);

/*
 * Makes each repeated model point to its first name (`repeats`). Skips models with a problem or
 * without a checksum. `models` must not be moved afterwards.
 */
void duplicate_mark(struct model *models, const char *const *problems, size_t n);

/* "A and B are the same weights (sha256 …): asked once, as NAME"; `repeats` must be set. */
const char *duplicate_words(struct arena *a, const struct model *model);

#endif
