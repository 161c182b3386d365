/*
 * From an option, a job file, a run's name or the current folder to a store.
 */
#include "flow/open/store_find.h"

#include <dirent.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/display.h"
#include "base/file.h"
#include "base/str.h"
#include "job/file/job.h"
#include "job/ticket/ticket.h"

#define STORE_ENDING ".toehold"

enum { STORES_LISTED = 6, FOLDERS_MOST = 1000, TRIES = 20 };

struct store_list {
	const char **items;
	size_t n, cap;
};

static int find_by_name(const void *x, const void *y)
{
	return strcmp(*(const char *const *)x, *(const char *const *)y);
}

/* Adds the names in a folder: stores, or (folders = true) folders that are not hidden. */
static void find_list(struct arena *a, const char *dir, bool folders, struct store_list *list)
{
	const bool here = strcmp(dir, ".") == 0;
	const struct dirent *entry;
	size_t first = list->n;
	DIR *d = opendir(dir);

	while (d && (entry = readdir(d)) && list->n < FOLDERS_MOST) {
		const char *path = here ? arena_strdup(a, entry->d_name) :
					  arena_printf(a, "%s/%s", dir, entry->d_name);

		if (entry->d_name[0] == '.' || file_is_dir(path) != folders ||
		    (!folders && !str_ends(path, STORE_ENDING)))
			continue;
		list->items = arena_grow(a, list->items, list->n, &list->cap, sizeof(*list->items));
		list->items[list->n++] = path;
	}
	if (d)
		closedir(d);
	if (list->n > first + 1)
		qsort(list->items + first, list->n - first, sizeof(*list->items), find_by_name);
}

static char *find_own_path(struct arena *a, const char *job_path)
{
	const char *dot = strrchr(str_basename(job_path), '.');
	size_t n = dot ? (size_t)(dot - job_path) : strlen(job_path);

	return arena_printf(a, "%.*s" STORE_ENDING, (int)n, job_path);
}

/* A store of an older or damaged kind has nothing that is looked for. */
static bool find_has(struct cmd *cmd, const char *path, const char *run, const char *slice_sha256)
{
	struct store store = { 0 };
	struct run_row row;
	struct err unused;
	bool found = false;

	if (store_open(&cmd->arena, path, STORE_READ, &store, &unused) == 0 &&
	    (run ? store_find_run(&cmd->arena, &store, run, &found, &row, &unused) :
		   store_has_slice(&store, slice_sha256, &found, &unused)) < 0)
		found = false;
	store_close(&store);
	return found;
}

/* The only store of a list that has the run, or the slice; NULL: none or several. */
static const char *find_only(struct cmd *cmd, const struct store_list *list, const char *run,
			     const char *slice_sha256)
{
	const char *only = NULL;

	for (size_t i = 0; i < list->n; i++) {
		if (!find_has(cmd, list->items[i], run, slice_sha256))
			continue;
		if (only)
			return NULL;
		only = list->items[i];
	}
	return only;
}

/* Whether a store is that of a job file beside it: one that --store made is only for itself. */
static bool find_has_job(struct arena *a, const char *store_path)
{
	const char *stem = arena_strndup(a, store_path, strlen(store_path) - strlen(STORE_ENDING));

	return file_exists(arena_printf(a, "%s.yaml", stem)) ||
	       file_exists(arena_printf(a, "%s.yml", stem));
}

/* The other job's store beside a job that holds the job's tickets, or NULL. */
static const char *find_shared(struct cmd *cmd, const char *job_path)
{
	struct store_list list = { 0 };
	struct err unused;
	struct slice slice;
	struct job job;
	size_t n = 0;

	find_list(&cmd->arena, file_beside(&cmd->arena, job_path, "."), false, &list);
	for (size_t i = 0; i < list.n; i++)
		if (find_has_job(&cmd->arena, list.items[i]))
			list.items[n++] = list.items[i];
	list.n = n;
	if (list.n == 0 || job_load(&cmd->arena, job_path, &job, &unused) < 0 ||
	    slice_load(&cmd->arena, &job, job.tickets_path, SLICE_ORDINARY, &slice, &unused) < 0)
		return NULL;
	return find_only(cmd, &list, NULL, slice.sha256);
}

/* "a.toehold, b.toehold and 2 more" */
static const char *find_names(struct arena *a, const struct store_list *list)
{
	const char *names = "";

	for (size_t i = 0; i < list->n && i < STORES_LISTED; i++)
		names = arena_add_item(a, names, ", ", "%s", display_path(a, list->items[i]));
	return list->n > STORES_LISTED ?
		       arena_printf(a, "%s and %zu more", names, list->n - STORES_LISTED) :
		       names;
}

/* The store that a path means: the only one in a folder, a job's, or itself. */
static int find_of_path(struct cmd *cmd, const char *path, char **ret_path)
{
	struct arena *a = &cmd->arena;
	struct store_list list = { 0 };

	if (str_ends(path, ".yaml") || str_ends(path, ".yml"))
		return store_path_of_job(cmd, NULL, path, ret_path);
	*ret_path = arena_strdup(a, path);
	if (!file_is_dir(path))
		return 0;
	find_list(a, path, false, &list);
	if (list.n == 0)
		return err_set(&cmd->err, ERR_INPUT,
			       "'%s' is a folder without a store (*%s); name a file",
			       display_path(a, path), STORE_ENDING);
	if (list.n > 1)
		return err_set(&cmd->err, ERR_INPUT,
			       "there are several stores in '%s'; name one of %s with --store",
			       display_path(a, path), find_names(a, &list));
	*ret_path = arena_strdup(a, list.items[0]);
	return 0;
}

int store_path_of_job(struct cmd *cmd, const char *option, const char *job_path, char **ret_path)
{
	const char *shared;

	if (option)
		return find_of_path(cmd, option, ret_path);
	*ret_path = find_own_path(&cmd->arena, job_path);
	shared = file_exists(*ret_path) ? NULL : find_shared(cmd, job_path);
	if (shared) /* "./job.toehold" of "job.yaml" is "job.toehold" */
		*ret_path = file_beside(&cmd->arena, job_path, str_basename(shared));
	return 0;
}

bool store_is_of_other_job(struct cmd *cmd, const char *store_path, const char *job_path)
{
	return strcmp(store_path, find_own_path(&cmd->arena, job_path)) != 0;
}

static int find_fail(struct cmd *cmd, const struct store_list *list, const char *run)
{
	struct arena *a = &cmd->arena;

	if (list->n == 0)
		return err_set(&cmd->err, ERR_INPUT,
			       "there is no store (*%s) in this folder or in one below it; run "
			       "'toehold smoke JOB' to make one, or name one with --store FILE",
			       STORE_ENDING);
	if (run)
		return err_set(&cmd->err, ERR_INPUT,
			       "cannot tell which store has the run '%s'; name "
			       "one of %s with --store",
			       display_text(a, run), find_names(a, list));
	return err_set(&cmd->err, ERR_INPUT,
		       "there are several stores; name one of %s with --store",
		       find_names(a, list));
}

/* The stores in the current folder and, if `below`, in the folders in it. */
static void find_here(struct arena *a, bool below, struct store_list *list)
{
	struct store_list folders = { 0 };

	if (!below) {
		find_list(a, ".", false, list);
		return;
	}
	find_list(a, ".", true, &folders);
	for (size_t i = 0; i < folders.n; i++)
		find_list(a, folders.items[i], false, list);
}

/* RULE: the current folder comes first; the folders below it are searched if it has no answer. */
static int find_by_run(struct cmd *cmd, const char **name, char **ret_path)
{
	struct store_list list = { 0 };
	const char *found = NULL;

	for (int below = 0; below < 2 && !found; below++) {
		find_here(&cmd->arena, below, &list);
		found = *name	    ? find_only(cmd, &list, *name, NULL) :
			list.n == 1 ? list.items[0] :
				      NULL;
		if (!*name && list.n)
			break;
	}
	if (!found && *name && file_exists(*name)) {
		const char *path = *name;

		*name = NULL;
		return find_of_path(cmd, path, ret_path);
	}
	if (!found && list.n == 1)
		found = list.items[0]; /* its own message lists the runs */
	if (!found)
		return find_fail(cmd, &list, *name);
	*ret_path = arena_strdup(&cmd->arena, found);
	return 0;
}

int store_path_find(struct cmd *cmd, const char *option, const char **name, char **ret_path)
{
	if (option)
		return find_of_path(cmd, option, ret_path);
	return find_by_run(cmd, name, ret_path);
}

int store_find_and_open(struct cmd *cmd, const char *option, const char **name,
			struct store *ret_store)
{
	char *path;

	if (store_path_find(cmd, option, name, &path) < 0)
		return -1;
	return store_open(&cmd->arena, path, STORE_READ, ret_store, &cmd->err);
}

int store_open_patiently(struct cmd *cmd, const char *path, struct store *ret_store,
			 struct err *err)
{
	const struct timespec wait = { .tv_nsec = 100000000 };

	for (int i = 0; i < TRIES; i++) {
		if (store_open(&cmd->arena, path, STORE_WRITE, ret_store, err) == 0)
			return 0;
		nanosleep(&wait, NULL);
	}
	return -1;
}

int store_newest_run_of(struct cmd *cmd, struct store *store, const char *job_path,
			const char **ret_name)
{
	const char *same_bytes = NULL, *same_file = NULL;
	struct run_row *runs;
	struct err unused;
	struct job job;
	size_t n;

	*ret_name = NULL;
	if (store_list_runs(&cmd->arena, store, &runs, &n, &cmd->err) < 0)
		return -1;
	if (job_load(&cmd->arena, job_path, &job, &unused) < 0)
		return 0; /* the caller says why */
	for (size_t i = 0; i < n; i++) {
		if (runs[i].kind != RUN_SMOKE)
			continue;
		if (strcmp(runs[i].job_sha256, job.sha256) == 0)
			same_bytes = runs[i].name;
		if (strcmp(str_basename(runs[i].job_path), str_basename(job_path)) == 0)
			same_file = runs[i].name;
	}
	*ret_name = same_bytes ? same_bytes : same_file;
	return 0;
}

const char *store_option_for(struct cmd *cmd, const char *store_path, const char *run)
{
	struct err kept = cmd->err;
	const char *name = run;
	bool found;
	char *path;

	found = store_path_find(cmd, NULL, &name, &path) == 0 && name == run &&
		strcmp(path, store_path) == 0;
	cmd->err = kept;
	return found ? "" :
		       arena_printf(&cmd->arena, " --store %s",
				    display_shell_word(&cmd->arena, store_path));
}
