/*
 * A run out of the store, scored and decided: store → judge → struct result.
 */
#ifndef FLOW_LOAD_H
#define FLOW_LOAD_H

#include "flow/cmd.h"
#include "report/result/result.h"
#include "store/store.h"

struct load_options {
	const char *name; /* of the run; NULL: the newest smoke test */
	bool texts; /* tickets, raw answers and reasons as well: what a decision does not need */
	size_t n_slices; /* only the first so many: the run before more were added; 0: all */
};

/* Everything is owned by the command's arena. */
int load_result(struct cmd *cmd, struct store *store, const struct load_options *options,
		struct result *ret_result) MUST_USE;

/* Whether the row is about the candidate of this name and model file. */
bool load_row_is_of(const struct candidate_row *row, const char *name, const char *path);

/* What most verbs begin with: a run, from a store that is only read and closed again. */
int load_from_store(struct cmd *cmd, const char *store_option, const struct load_options *options,
		    struct result *ret_result) MUST_USE;

/*
 * The row of a run alone; what a verb that writes begins with, since a store that is opened for
 * writing is made where there is none.
 */
int load_run_row(struct cmd *cmd, const char *store_path, const char *name,
		 struct run_row *ret_row) MUST_USE;

#endif
