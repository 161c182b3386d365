/*
 * The stages: find tickets and labels, write a file for each slice that has a corrected label,
 * write the job. All of it or nothing: after an error the new files are removed.
 */
#include "flow/fix_labels.h"

#include <string.h>
#include <unistd.h>

#include "base/array.h"
#include "base/display.h"
#include "base/file.h"
#include "base/json/json.h"
#include "base/str.h"
#include "flow/open/load.h"
#include "flow/open/store_find.h"
#include "flow/run_plan.h"
#include "flow/start/start.h"
#include "job/table/text_file.h"
#include "job/task/task.h"

enum { FIX_VERSIONS = 1000 };

struct fixing {
	struct cmd *cmd;
	const struct result *r;
	const struct fix_request *q;
	struct fixed *fixed;
	const char **labels; /* by ticket of the run: the corrected label, or NULL */
};

/* ---- what is corrected ---- */

static int fix_find_ticket(struct fixing *f, const char *id, size_t *ret_at)
{
	const struct result *r = f->r;

	for (size_t i = 0; i < r->n_tickets; i++) {
		if (strcmp(r->tickets[i].id, id) != 0)
			continue;
		*ret_at = i;
		if (!f->labels[i])
			return 0;
		return err_set(&f->cmd->err, ERR_INPUT, "ticket '%s' is named twice",
			       display_text(&f->cmd->arena, id));
	}
	return err_set(&f->cmd->err, ERR_INPUT, "run '%s' has no ticket '%s'", r->run->name,
		       display_text(&f->cmd->arena, id));
}

static int fix_find_label(struct fixing *f, const char *name, int *ret_label)
{
	struct arena *a = &f->cmd->arena;
	const char *all = NULL;

	for (size_t i = 0; i < f->r->n_labels; i++) {
		*ret_label = (int)i;
		if (strcmp(f->r->labels[i].name, name) == 0)
			return 0;
		all = arena_add_item(a, all, ", ", "%s", display_text(a, f->r->labels[i].name));
	}
	return err_set(&f->cmd->err, ERR_INPUT, "'%s' is no label of run '%s'; it has: %s",
		       display_text(a, name), f->r->run->name, all);
}

static int fix_find(struct fixing *f)
{
	struct arena *a = &f->cmd->arena;
	const struct result *r = f->r;

	f->labels = arena_array(a, r->n_tickets, sizeof(*f->labels));
	f->fixed->was = arena_array(a, f->q->n, sizeof(*f->fixed->was));
	for (size_t i = 0; i < f->q->n; i++) {
		size_t at = 0;
		int label = 0;

		if (fix_find_ticket(f, f->q->ids[i], &at) < 0 ||
		    fix_find_label(f, f->q->labels[i], &label) < 0)
			return -1;
		if (r->tickets[at].label == label)
			return err_set(
				&f->cmd->err, ERR_INPUT, "ticket '%s' has the label '%s' already",
				display_text(a, f->q->ids[i]), display_text(a, f->q->labels[i]));
		f->fixed->was[i] = r->labels[r->tickets[at].label].name;
		f->labels[at] = r->labels[label].name;
	}
	return 0;
}

static int fix_check(struct fixing *f)
{
	const struct result *r = f->r;

	if (task_writes(r->run->task))
		return err_set(&f->cmd->err, ERR_REFUSED,
			       "the tickets of run '%s' do not have one label each; correct the "
			       "answers in a copy of the file, and name that in the job",
			       r->run->name);
	if (result_is_purged(r))
		return err_set(&f->cmd->err, ERR_REFUSED,
			       "the texts of run '%s' were removed, so its tickets cannot be "
			       "written again",
			       r->run->name);
	return 0;
}

/* ---- the new files ---- */

/*
 * A name that is not taken, beside the old file: "tickets.jsonl" becomes "tickets-2.jsonl", and
 * that one "tickets-3.jsonl".
 */
static const char *fix_free_path(struct arena *a, const char *old, const char *ending)
{
	const char *base = str_basename(old), *dot = strrchr(base, '.'), *dash, *path = NULL;
	size_t n_bytes = dot && dot > base ? (size_t)(dot - old) : strlen(old);
	const char *stem = arena_strndup(a, old, n_bytes);
	int64_t version = 1;

	dash = strrchr(str_basename(stem), '-');
	if (dash && dash > str_basename(stem) && str_to_i64(dash + 1, 2, FIX_VERSIONS, &version))
		stem = arena_strndup(a, stem, (size_t)(dash - stem));
	do {
		path = arena_printf(a, "%s-%lld%s", stem, (long long)++version, ending);
	} while (file_is_taken(path));
	return path;
}

static void fix_add_word(json_t *line, const char *name, const char *word)
{
	if (word)
		json_object_set_new(line, name, json_any_text(word));
}

/* A ticket as slice_load() reads it. A corrected one says who changed it, and from what. */
static const char *fix_line(const struct fixing *f, size_t at)
{
	const struct ticket *t = &f->r->tickets[at];
	const char *was = f->r->labels[t->label].name;
	json_t *line = json_object();

	fix_add_word(line, "id", t->id);
	fix_add_word(line, "text", t->text);
	fix_add_word(line, "label", f->labels[at] ? f->labels[at] : was);
	fix_add_word(line, "lang", t->lang);
	fix_add_word(line, "group", t->group);
	fix_add_word(line, "image", t->image);
	if (f->labels[at]) {
		fix_add_word(line, "was", was);
		fix_add_word(line, "fixed_by", f->q->reader);
		fix_add_word(line, "fixed_after", f->r->run->name);
	}
	return json_text(&f->cmd->arena, line);
}

static int fix_write_slice(struct fixing *f, size_t slice, const char *path)
{
	const char *line;
	struct buf b;
	int r;

	buf_init(&b, SLICE_MAX_BYTES);
	for (size_t i = 0; i < f->r->n_tickets; i++) {
		if (f->r->slice_of[i] != slice)
			continue;
		line = fix_line(f, i);
		str_escape_hidden(&b, line, strlen(line));
		buf_addc(&b, '\n');
	}
	r = b.overflow ? err_set(&f->cmd->err, ERR_INPUT, "the tickets take more than %d bytes",
				 SLICE_MAX_BYTES) :
			 file_write_as(path, FILE_NEW, 0600, buf_text(&b), b.len, &f->cmd->err);
	buf_release(&b);
	if (r == 0)
		f->fixed->paths[slice] = path;
	return r;
}

static bool fix_is_touched(const struct fixing *f, size_t slice)
{
	for (size_t i = 0; i < f->r->n_tickets; i++)
		if (f->labels[i] && f->r->slice_of[i] == slice)
			return true;
	return false;
}

/* Where the old file of a slice is, or would be. */
static const char *fix_old_path(const struct fixing *f, size_t slice, const struct job *job)
{
	const char *path = slice == 0 ? job->tickets_path : f->r->slices[slice].path;

	return file_exists(path) ? path :
				   file_beside(&f->cmd->arena, f->r->job_path, str_basename(path));
}

static int fix_write_slices(struct fixing *f, const struct job *job)
{
	struct arena *a = &f->cmd->arena;

	f->fixed->paths = arena_array(a, f->r->n_slices, sizeof(*f->fixed->paths));
	for (size_t i = 0; i < f->r->n_slices; i++)
		if (fix_is_touched(f, i) &&
		    fix_write_slice(f, i, fix_free_path(a, fix_old_path(f, i, job), ".jsonl")) < 0)
			return -1;
	return 0;
}

/* ---- the new job ---- */

/* The line of a job's text that names its tickets, or NULL. */
static const char *fix_tickets_line(const char *text)
{
	static const char key[] = "\ntickets:";
	const char *at = strstr(text, key);

	if (str_starts(text, key + 1))
		return text;
	return at ? at + 1 : NULL;
}

/* The path as the job says it: from the job's folder on. */
static const char *fix_path_in_job(const struct fixing *f, const char *path)
{
	const char *job = f->r->job_path;
	size_t n = (size_t)(str_basename(job) - job);

	return strncmp(path, job, n) == 0 ? path + n : path;
}

/* The run's job with other tickets, and a line on top that says since when. */
static const char *fix_job_text(const struct fixing *f)
{
	struct arena *a = &f->cmd->arena;
	const char *text = f->r->run->job_text, *line = fix_tickets_line(text);
	struct buf b;

	if (!line)
		return text;
	buf_init(&b, SIZE_MAX / 2);
	buf_addf(&b, "# %zu label%s corrected by %s after run '%s'. Before: '%s'.\n", f->q->n,
		 f->q->n == 1 ? "" : "s", display_text(a, f->q->reader), f->r->run->name,
		 display_path(a, str_basename(f->r->job_path)));
	buf_add(&b, text, (size_t)(line - text));
	buf_adds(&b, "tickets: ");
	start_job_add_scalar(&b, fix_path_in_job(f, f->fixed->paths[0]));
	buf_adds(&b, line + strcspn(line, "\r\n"));
	return buf_to_arena(&b, a);
}

static int fix_write_job(struct fixing *f)
{
	const char *path = fix_free_path(&f->cmd->arena, f->r->job_path, ".yaml");
	const char *text = fix_job_text(f);
	struct job job;
	struct err err = { 0 };

	if (job_parse(&f->cmd->arena, path, text, &job, &err) < 0 ||
	    !file_is_same(job.tickets_path, f->fixed->paths[0]))
		return err_set(&f->cmd->err, ERR_INPUT,
			       "'%s': its key 'tickets' has no line of its own, so it cannot be "
			       "written anew; write 'tickets: FILE' on one line",
			       display_path(&f->cmd->arena, f->r->job_path));
	if (file_write_as(path, FILE_NEW, 0644, text, strlen(text), &f->cmd->err) < 0)
		return -1;
	f->fixed->job_path = path;
	return 0;
}

/* ---- how to go on ---- */

/* A name of a run that the store does not have: "r-2" after "r". */
static const char *fix_run_name(struct fixing *f)
{
	struct arena *a = &f->cmd->arena;
	const char *stem = f->r->run->name, *dash = strrchr(stem, '-'), *name;
	int64_t version = 1;
	struct cmd look = { 0 };
	struct run_row row;

	if (dash && dash > stem && str_to_i64(dash + 1, 2, FIX_VERSIONS, &version))
		stem = arena_strndup(a, stem, (size_t)(dash - stem));
	do {
		name = arena_printf(a, "%s-%lld", stem, (long long)++version);
	} while (load_run_row(&look, f->r->store_path, name, &row) == 0);
	arena_release(&look.arena);
	return name;
}

/* One option of a plan as words; NULL for a kind that no option has. */
static const char *fix_option(struct arena *a, const char *key, const json_t *value)
{
	const char *text = NULL;
	const json_t *item;
	size_t i;

	if (json_is_true(value))
		return arena_printf(a, " --%s", key);
	if (json_is_integer(value))
		return arena_printf(a, " --%s %lld", key, (long long)json_integer_value(value));
	json_array_foreach (value, i, item)
		text = arena_add_item(a, text, ",", "%s", json_string_value(item));
	if (json_is_string(value))
		text = json_string_value(value);
	return text ? arena_printf(a, " --%s %s", key, display_shell_word(a, text)) : "";
}

/* The options with which a slice was asked, but for those that the new command has of its own. */
static json_t *fix_options_of(const struct fixing *f, size_t slice)
{
	static const char *const own[] = { "name", "store", "as", "run" };
	const struct result *r = f->r;
	json_t *options = NULL;
	struct run_plan plan;

	if (run_plan_find(&f->cmd->arena, r->events, r->n_events, r->slices[slice].sha256, &plan) &&
	    plan.options)
		options = json_loads(plan.options, 0, NULL);
	for (size_t i = 0; i < COUNT_OF(own); i++)
		json_object_del(options, own[i]);
	return options ? options : json_object();
}

static const char *fix_options(const struct fixing *f, size_t slice)
{
	struct arena *a = &f->cmd->arena;
	json_t *options = fix_options_of(f, slice), *value;
	const char *all = "", *key;

	json_object_foreach (options, key, value)
		all = arena_printf(a, "%s%s", all, fix_option(a, key, value));
	json_decref(options);
	return all;
}

/* RULE: old and new run are in one store, so that they can be compared. */
static const char *fix_store(struct fixing *f)
{
	struct arena *a = &f->cmd->arena;
	struct cmd look = { 0 };
	char *path;
	bool same = store_path_of_job(&look, NULL, f->fixed->job_path, &path) == 0 &&
		    file_is_same(path, f->r->store_path);

	arena_release(&look.arena);
	return same ? "" : arena_printf(a, " --store %s", display_shell_word(a, f->r->store_path));
}

static void fix_add_commands(struct fixing *f)
{
	struct fixed *to = f->fixed;
	struct arena *a = &f->cmd->arena;
	const struct result *r = f->r;
	const char *job = display_shell_word(a, to->job_path), *store = fix_store(f);
	const char *name = display_shell_word(a, to->name);

	to->commands[to->n_commands++] = arena_printf(a, "toehold smoke %s --name %s%s%s", job,
						      name, store, fix_options(f, 0));
	for (size_t i = 1; i < r->n_slices && i + 2 < COUNT_OF(to->commands); i++)
		to->commands[to->n_commands++] = arena_printf(
			a, "toehold add %s %s --as %s --run %s%s%s", job,
			display_shell_word(a, to->paths[i] ? to->paths[i] : r->slices[i].path),
			slice_role_name(r->slices[i].role), name, store, fix_options(f, i));
	to->commands[to->n_commands++] =
		arena_printf(a, "toehold diff %s %s%s", display_shell_word(a, r->run->name), name,
			     store_option_for(f->cmd, r->store_path, r->run->name));
}

static void fix_remove(const struct fixing *f)
{
	for (size_t i = 0; f->fixed->paths && i < f->r->n_slices; i++)
		if (f->fixed->paths[i])
			(void)!unlink(f->fixed->paths[i]);
}

int fix_labels(struct cmd *cmd, const struct result *r, const struct fix_request *request,
	       struct fixed *ret_fixed)
{
	struct fixing f = { .cmd = cmd, .r = r, .q = request, .fixed = ret_fixed };
	struct job job;

	*ret_fixed = (struct fixed){ .job_path = r->job_path };
	if (fix_check(&f) < 0 || fix_find(&f) < 0 ||
	    job_parse(&cmd->arena, r->job_path, r->run->job_text, &job, &cmd->err) < 0)
		return -1;
	if (fix_write_slices(&f, &job) < 0 || (ret_fixed->paths[0] && fix_write_job(&f) < 0)) {
		fix_remove(&f);
		return -1;
	}
	ret_fixed->name = fix_run_name(&f);
	ret_fixed->options = json_text(&cmd->arena, fix_options_of(&f, 0));
	fix_add_commands(&f);
	return 0;
}
