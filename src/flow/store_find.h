/*
 * Which store a command means.
 */
#ifndef FLOW_STORE_FIND_H
#define FLOW_STORE_FIND_H

#include "flow/cmd.h"
#include "store/store.h"

/* The store of a job file: "tickets.yaml" → "tickets.toehold" beside it. */
char *store_path_for(struct arena *a, const char *job_path);

/*
 * The store named by `option`, or else the one beside the job file, or else the only store in the
 * current folder. `option` and `job_path` may be NULL. Fails with ERR_INPUT if the folder holds no
 * store or several.
 */
int store_path_find(struct cmd *cmd, const char *option, const char *job_path,
		    char **ret_path) MUST_USE;

/* Finds the store as store_path_find() does and opens it for reading. */
int store_find_and_open(struct cmd *cmd, const char *option, const char *job_path,
			struct store *ret_store) MUST_USE;

#endif
