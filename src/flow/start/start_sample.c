/*
 * Looks through the folders of the demo.
 */
#include "flow/start/start_sample.h"

#include <dirent.h>
#include <stdlib.h>
#include <string.h>

#include "base/display.h"
#include "base/file.h"
#include "flow/installed.h"
#include "job/file/job.h"

/* Names in a folder, sorted, without those that begin with a dot. */
static const char **sample_list(struct arena *a, const char *dir, size_t *ret_n)
{
	struct dirent **entries;
	int n = scandir(dir, &entries, NULL, alphasort);
	const char **names = arena_array(a, n > 0 ? (size_t)n : 0, sizeof(*names));

	*ret_n = 0;
	for (int i = 0; i < n; i++) {
		if (entries[i]->d_name[0] != '.')
			names[(*ret_n)++] = arena_strdup(a, entries[i]->d_name);
		free(entries[i]);
	}
	if (n >= 0)
		free(entries);
	return names;
}

/* The task of the job in a folder, or NULL if it has no job of its own. */
static const char *sample_task(struct arena *a, const char *dir)
{
	struct err unused;
	struct job job;

	if (!file_is_dir(dir) ||
	    job_load(a, arena_printf(a, "%s/job.yaml", dir), &job, &unused) < 0)
		return NULL;
	return task_names.texts[job.task];
}

int sample_find(struct cmd *cmd, const char *task, struct sample *ret_sample)
{
	const char **names, *all = task_names.texts[TASK_CLASSIFY];
	struct arena *a = &cmd->arena;
	char *demo;
	size_t n;

	if (installed_find(a, "share/toehold/demo", "demo", &demo, &cmd->err) < 0)
		return -1;
	names = sample_list(a, demo, &n);
	for (size_t i = 0; i < n; i++) {
		const char *dir = arena_printf(a, "%s/%s", demo, names[i]);
		const char *its = sample_task(a, dir);

		if (its && (strcmp(its, task) == 0 || strcmp(names[i], task) == 0)) {
			*ret_sample = (struct sample){ .dir = dir };
			ret_sample->files = sample_list(a, dir, &ret_sample->n);
			return 0;
		}
		if (its)
			all = arena_add_item(a, all, ", ", "%s", its);
	}
	return err_set(&cmd->err, ERR_USAGE,
		       "there is no sample job of the task '%s'; there are %s",
		       display_text(a, task), all);
}
