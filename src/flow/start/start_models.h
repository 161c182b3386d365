/*
 * The models of a new job: those on this machine that can answer and fit. Decides which are left
 * out, and why.
 */
#ifndef FLOW_START_START_MODELS_H
#define FLOW_START_START_MODELS_H

#include "flow/prepare/model_list.h"

struct start_model {
	const char *spec; /* as the job names it */
	const char *size; /* "145 MB" */
	const struct licence *licence;
	const char *why_not; /* why the job leaves it out, or NULL */
	int64_t bytes; /* the memory that a test takes, as far as the header tells */
};

struct start_models {
	struct start_model *items; /* each model once, the smallest first */
	size_t n;
	size_t n_taken; /* without those that are left out */
};

/*
 * Finds the models of n names, or without names all on this machine. Unusable files are not listed.
 * Fails as model_list_collect() and identify_models() do.
 */
int start_models_find(struct cmd *cmd, const char *const *names, size_t n, bool sandbox,
		      struct start_models *ret_models) MUST_USE;

#endif
