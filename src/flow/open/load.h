/*
 * Loads a run from the store, scores it and decides: store → judge → struct result.
 */
#ifndef FLOW_OPEN_LOAD_H
#define FLOW_OPEN_LOAD_H

#include "flow/cmd.h"
#include "report/result/result.h"
#include "store/store.h"

struct load_options {
	const char *name; /* of the run; NULL: the newest smoke test */
	bool texts; /* also load tickets, raw answers and reasons; a decision needs none */
	size_t n_slices; /* load only the first so many slices; 0: all */
	double bar; /* decide as if the job had this bar; 0: its own */
};

/* Everything is owned by the command's arena. */
int load_result(struct cmd *cmd, struct store *store, const struct load_options *options,
		struct result *ret_result) MUST_USE;

/* The names of the run's labels, from its row. ERR_STORE if they are damaged. */
int load_labels(struct cmd *cmd, const struct run_row *run, struct label **ret_labels,
		size_t *ret_n) MUST_USE;

/* Whether the row is about the candidate of this name and model file. */
bool load_row_is_of(const struct candidate_row *row, const char *name, const char *path);

/* Opens the store for reading, loads a run and closes the store: what most verbs begin with. */
int load_from_store(struct cmd *cmd, const char *store_option, const struct load_options *options,
		    struct result *ret_result) MUST_USE;

/*
 * Loads only the row of a run. A verb that writes begins with it, because opening a store for
 * writing creates a missing one.
 */
int load_run_row(struct cmd *cmd, const char *store_path, const char *name,
		 struct run_row *ret_row) MUST_USE;

#endif
