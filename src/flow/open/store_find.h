/*
 * Which store a command means: from an option, a job, a folder, or the name of a run. docs/flow.md
 * has the rules.
 */
#ifndef FLOW_OPEN_STORE_FIND_H
#define FLOW_OPEN_STORE_FIND_H

#include "flow/cmd.h"
#include "store/store.h"

/*
 * The store of a job: the one that `option` names; or "tickets.toehold" beside "tickets.yaml" if it
 * exists; or the only store of another job file in that folder that holds the same tickets; or else
 * "tickets.toehold", which is new. `option` may be NULL, a store, or a folder with one store.
 */
int store_path_of_job(struct cmd *cmd, const char *option, const char *job_path,
		      char **ret_path) MUST_USE;

/* Whether the store is not the job's own, but that of a job with the same tickets. */
bool store_is_of_other_job(struct cmd *cmd, const char *store_path, const char *job_path);

/*
 * The store that holds a run: the one that `option` names, or the only one that has the run in the
 * current folder, or in the folders below it. *name is the run or NULL, and may also be a job file,
 * a folder or a store: it is NULL then, which stands for the newest run. ERR_INPUT, with the stores
 * that there are, if none or several fit.
 */
int store_path_find(struct cmd *cmd, const char *option, const char **name,
		    char **ret_path) MUST_USE;

/* Finds the store as store_path_find() does and opens it for reading. */
int store_find_and_open(struct cmd *cmd, const char *option, const char **name,
			struct store *ret_store) MUST_USE;

/* Opens the store for writing. If another program writes, waits for about two seconds. */
int store_open_patiently(struct cmd *cmd, const char *path, struct store *ret_store,
			 struct err *err) MUST_USE;

/*
 * The newest smoke test of a job file in an open store: of the same bytes, or else of that file; or
 * NULL. Stores can be shared by jobs.
 */
int store_newest_run_of(struct cmd *cmd, struct store *store, const char *job_path,
			const char **ret_name) MUST_USE;

/*
 * " --store FILE" for a hint, if a command in the current folder would not find this store by the
 * run's name alone; else "". Owned by the arena.
 */
const char *store_option_for(struct cmd *cmd, const char *store_path, const char *run);

#endif
