/*
 * From an option, a job file or the current folder to a store.
 */
#include "flow/store_find.h"

#include <glob.h>
#include <string.h>

#include "base/str.h"

char *store_path_for(struct arena *a, const char *job_path)
{
	const char *dot = strrchr(str_basename(job_path), '.');
	size_t n = dot ? (size_t)(dot - job_path) : strlen(job_path);

	return arena_printf(a, "%.*s.toehold", (int)n, job_path);
}

int store_path_find(struct cmd *cmd, const char *option, const char *job_path, char **ret_path)
{
	glob_t found;
	int r = 0;

	if (option || job_path) {
		*ret_path = option ? arena_strdup(&cmd->arena, option) :
				     store_path_for(&cmd->arena, job_path);
		return 0;
	}
	if (glob("*.toehold", 0, NULL, &found) != 0 || found.gl_pathc != 1)
		r = err_set(&cmd->err, ERR_INPUT,
			    "%s store (*.toehold) in this folder; name one with --store FILE",
			    found.gl_pathc > 1 ? "more than one" : "no");
	else
		*ret_path = arena_strdup(&cmd->arena, found.gl_pathv[0]);
	globfree(&found);
	return r;
}

int store_find_and_open(struct cmd *cmd, const char *option, const char *job_path,
			struct store *ret_store)
{
	char *path;

	if (store_path_find(cmd, option, job_path, &path) < 0)
		return -1;
	return store_open(&cmd->arena, path, STORE_READ, ret_store, &cmd->err);
}
