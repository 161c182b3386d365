/*
 * Puts a head that was trained before into the job file, so that the next run measures it.
 */
#include <stdlib.h>
#include <string.h>

#include "base/display.h"
#include "base/file.h"
#include "base/json/json.h"
#include "flow/open/store_find.h"
#include "job/file/job_edit.h"
#include "job/model/head.h"
#include "tune/tuning.h"

/* A file, or the name of a head where tuning writes it by default. */
static int tune_use_find(struct tuning *t, const char *given)
{
	struct arena *a = &t->cmd->arena;
	char *store;

	t->out = given;
	if (file_exists(given) && !file_is_dir(given))
		return 0;
	if (store_path_of_job(t->cmd, t->options->store, t->job_path, &store) < 0)
		return -1;
	t->out = file_beside(a, store, arena_printf(a, "heads/%s.head.json", given));
	if (!strchr(given, '/') && file_exists(t->out))
		return 0;
	return err_set(&t->cmd->err, ERR_INPUT,
		       "there is no head '%s'; give the file or the name that 'toehold tune' wrote",
		       display_text(a, given));
}

/* As the job file must name it: a path that does not lie below its folder is absolute. */
static const char *tune_use_path(const struct tuning *t)
{
	const char *path = tuning_path_for_job(t);
	char *whole;

	if (file_is_same(file_beside(&t->cmd->arena, t->job_path, path), t->out))
		return path;
	whole = realpath(t->out, NULL);
	path = whole ? arena_strdup(&t->cmd->arena, whole) : path;
	free(whole);
	return path;
}

static bool tune_use_is_listed(const struct tuning *t, const struct job *job)
{
	for (size_t i = 0; i < job->n_heads; i++)
		if (file_is_same(job->heads[i], t->out))
			return true;
	return false;
}

int tune_use(struct tuning *t)
{
	struct cmd *cmd = t->cmd;
	struct job_entry entry = { .key = "heads" };
	struct head head;
	struct job job;
	bool was_there;

	if (t->options->model || t->options->train || t->options->weights)
		return err_set(&cmd->err, ERR_USAGE,
			       "--use trains nothing; leave out --model, --train and --weights");
	if (job_load(&cmd->arena, t->job_path, &job, &cmd->err) < 0 ||
	    tune_use_find(t, t->options->use) < 0 ||
	    head_load(&cmd->arena, t->out, &head, &cmd->err) < 0)
		return -1;
	entry.path = tune_use_path(t);
	was_there = tune_use_is_listed(t, &job);
	if (!was_there && job_edit_add(&cmd->arena, &job, &entry, &cmd->err) < 0)
		return -1;
	if (t->options->json)
		json_print(json_pack("{s:o, s:o, s:b}", "job", json_any_text(t->job_path), "head",
				     json_any_text(entry.path), "was_there", was_there),
			   stdout);
	else
		printf("%s %s head '%s'. 'toehold smoke' measures it beside the others.\n",
		       display_path(&cmd->arena, t->job_path),
		       was_there ? "has the" : "now has the", display_text(&cmd->arena, head.name));
	return 0;
}
