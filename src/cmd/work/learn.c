/*
 * `toehold learn JOB REVIEWED`: adds tickets that a person labelled to the training tickets, or to
 * new tickets under test. Makes sure that a ticket under test never becomes a training ticket.
 */
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include "base/array.h"
#include "base/display.h"
#include "base/file.h"
#include "base/special_file.h"
#include "base/str.h"
#include "cmd/command.h"
#include "flow/file_draft.h"
#include "flow/open/job_find.h"
#include "flow/open/store_find.h"
#include "flow/say/say.h"
#include "flow/task_verbs.h"
#include "job/file/job.h"
#include "job/ticket/leak_guard.h"

struct learn_options {
	struct columns columns;
	const char *to, *gold;
	bool dry;
};

#define AT(field) offsetof(struct learn_options, field)

static const struct opt_row rows[] = {
	OPT_TEXT("to", 't', AT(to), "FILE.jsonl",
		 "add them to this training file (default: the job's)"),
	OPT_TEXT("gold", 0, AT(gold), "FILE.jsonl",
		 "write the tickets to a new file for 'toehold add' instead: they are used "
		 "only for testing, never for training"),
	COLUMN_ROWS(AT(columns)),
	OPT_FLAG("dry-run", 'n', AT(dry), "only print what would be added"),
};

static const struct opt_spec spec = {
	.verb = "learn",
	.args = "JOB REVIEWED",
	.min_args = 2,
	.max_args = 2,
	.summary = "add tickets that a person labelled to the training file",
	.details =
		"REVIEWED is a file of 'classify --review' with the labels filled in. Lines\n"
		"without a label are left out, tickets already there are skipped, and tickets\n"
		"that (nearly) repeat one under test are refused. The job's own tickets are never\n"
		"changed, and neither is a file that a run depends on: a numbered copy of it gets\n"
		"the new tickets.",
	.rows = rows,
	.n_rows = COUNT_OF(rows),
	.options_bytes = sizeof(struct learn_options),
};

/* One call of the verb. */
struct learning {
	struct cmd *cmd;
	struct job job;
	struct slice gold, there, reviewed;
	const char *path; /* of the file to write */
	const char *base; /* the file that it continues, which stays as it is; NULL: none */
	const char *base_run; /* the run that depends on that file */
	struct buf lines;
	size_t n_added, n_refused, n_known, n_blank;
};

static int learn_check_path(struct learning *l, const struct learn_options *o)
{
	struct err *err = &l->cmd->err;

	if (o->to && o->gold)
		return err_set(err, ERR_USAGE, "give --to or --gold, not both");
	l->path = o->gold ? o->gold : o->to ? o->to : l->job.training_path;
	if (!l->path)
		return err_set(err, ERR_USAGE,
			       "'%s' names no training file; give one with --to FILE.jsonl",
			       display_path(&l->cmd->arena, l->job.path));
	if (special_is_output(l->path))
		return 0;
	if (!str_ends(l->path, ".jsonl"))
		return err_set(err, ERR_INPUT, "'%s' is not a .jsonl file; give one with --to",
			       display_path(&l->cmd->arena, l->path));
	if (o->gold && file_is_taken(o->gold))
		return err_set(err, ERR_INPUT,
			       "'%s' already exists, and a set of test tickets must not change; "
			       "choose a new name",
			       display_path(&l->cmd->arena, o->gold));
	return cmd_check_out(l->cmd, l->path, l->job.tickets_path, true);
}

/* The name of the newest run whose job learns from the file, or shows examples of it; or NULL. */
static const char *learn_run_with(struct learning *l, const struct run_row *runs, size_t n,
				  const char *path)
{
	const char *name = NULL;
	struct err unused;
	struct job job;

	for (size_t i = 0; i < n; i++) {
		if (runs[i].kind != RUN_SMOKE ||
		    job_parse(&l->cmd->arena, l->job.path, runs[i].job_text, &job, &unused) < 0)
			continue;
		if ((job.training_path && file_is_same(job.training_path, path)) ||
		    (job.examples_path && file_is_same(job.examples_path, path)))
			name = runs[i].name;
	}
	return name;
}

/* "training.jsonl", and "training-2.jsonl" too, → "training-3.jsonl" */
static const char *learn_numbered(struct arena *a, const char *path, int number)
{
	size_t n = strlen(path) - strlen(".jsonl"), n_digits = 0;

	while (n_digits < n && strchr("0123456789", path[n - n_digits - 1]))
		n_digits++;
	if (n_digits && n_digits < n && path[n - n_digits - 1] == '-')
		n -= n_digits + 1;
	return arena_printf(a, "%.*s-%d.jsonl", (int)n, path, number);
}

/* Whether one file begins with all of another: `learn` made it from that one. */
static bool learn_continues(const char *path, const char *base)
{
	struct arena a = { 0 };
	size_t n, n_base;
	char *text, *base_text;
	struct err unused;
	bool same = file_read(&a, path, SLICE_MAX_BYTES, &text, &n, &unused) == 0 &&
		    file_read(&a, base, SLICE_MAX_BYTES, &base_text, &n_base, &unused) == 0 &&
		    n >= n_base && memcmp(text, base_text, n_base) == 0;

	arena_release(&a);
	return same;
}

/*
 * RULE: a file that a run depends on stays as it is, or the run's pick could not work any more. The
 * new tickets go into a copy of it, which the next run can use.
 */
static int learn_spare_runs(struct learning *l)
{
	struct arena *a = &l->cmd->arena;
	const char *first = l->path, *run;
	struct store store = { 0 };
	struct run_row *runs;
	char *store_path;
	size_t n = 0;
	int r;

	if (store_path_of_job(l->cmd, NULL, l->job.path, &store_path) < 0)
		return -1;
	if (!file_exists(store_path) || !file_exists(l->path))
		return 0;
	r = store_open(a, store_path, STORE_READ, &store, &l->cmd->err);
	if (r == 0)
		r = store_list_runs(a, &store, &runs, &n, &l->cmd->err);
	for (int number = 2; r == 0 && file_exists(l->path); number++) {
		run = learn_run_with(l, runs, n, l->path);
		if (run) {
			l->base = l->path;
			l->base_run = run;
		} else if (!l->base || learn_continues(l->path, l->base)) {
			break;
		}
		l->path = learn_numbered(a, first, number);
	}
	store_close(&store);
	return r;
}

static bool learn_has_id(const struct slice *slice, const char *id)
{
	for (size_t i = 0; i < slice->n; i++)
		if (strcmp(slice->tickets[i].id, id) == 0)
			return true;
	return false;
}

/* Files without ids name their tickets by their lines, so that two files have the same names. */
static const char *learn_free_id(struct learning *l, const char *id)
{
	const char *free_id = id;

	for (int number = 2; learn_has_id(&l->there, free_id) ||
			     (free_id != id && learn_has_id(&l->reviewed, free_id));
	     number++)
		free_id = arena_printf(&l->cmd->arena, "%s-%d", id, number);
	return free_id;
}

static void learn_add_line(struct learning *l, const struct ticket *t)
{
	const char *id = learn_free_id(l, t->id);

	buf_adds(&l->lines, "{\"id\":\"");
	str_json_escape(&l->lines, id, strlen(id));
	buf_adds(&l->lines, "\",\"text\":\"");
	str_json_escape(&l->lines, t->text, t->text_len);
	buf_adds(&l->lines, "\",\"label\":\"");
	str_json_escape(&l->lines, l->job.labels[t->label].name,
			strlen(l->job.labels[t->label].name));
	buf_adds(&l->lines, "\"}\n");
}

static bool learn_is_there(const struct slice *there, const struct ticket *ticket)
{
	for (size_t i = 0; i < there->n; i++)
		if (strcmp(there->tickets[i].text, ticket->text) == 0 ||
		    (strcmp(there->tickets[i].id, ticket->id) == 0 &&
		     text_similarity(there->tickets[i].text, ticket->text) >= LEAK_GUARD_NEAR))
			return true;
	return false;
}

static void learn_choose(struct learning *l)
{
	const struct slice *tested[] = { &l->gold };
	struct leak_guard guard = leak_guard_build(&l->cmd->arena, tested, 1);

	for (size_t i = 0; i < l->reviewed.n; i++) {
		const struct ticket *t = &l->reviewed.tickets[i];

		if (t->label < 0)
			l->n_blank++;
		else if (leak_guard_hit(&l->cmd->arena, &guard, t))
			l->n_refused++;
		else if (learn_is_there(&l->there, t))
			l->n_known++;
		else {
			l->n_added++;
			learn_add_line(l, t);
		}
	}
}

/* Rewrites the file with the new lines at its end, so that it is never incomplete. To a stream go
 * the new lines alone.
 */
static int learn_append(struct learning *l)
{
	const char *from = file_exists(l->path) ? l->path : l->base;
	struct err *err = &l->cmd->err;
	struct buf all;
	size_t len = 0;
	char *old = NULL;
	int r = 0;

	if (special_is_output(l->path))
		return file_output_write(l->path, FILE_REPLACE, l->lines.data, l->lines.len, err);
	buf_init(&all, SIZE_MAX / 2);
	if (from)
		r = file_read(&l->cmd->arena, from, SLICE_MAX_BYTES, &old, &len, err);
	if (r == 0) {
		if (len)
			buf_add(&all, old, len);
		if (len && old[len - 1] != '\n')
			buf_addc(&all, '\n');
		buf_add(&all, buf_text(&l->lines), l->lines.len);
		r = file_write_as(l->path, file_exists(l->path) ? FILE_REPLACE : FILE_NEW, 0600,
				  all.data, all.len, err);
	}
	buf_release(&all);
	return r;
}

static int learn_load(struct learning *l, const struct learn_options *o, const char *job,
		      const char *reviewed)
{
	struct arena *a = &l->cmd->arena;
	struct err *err = &l->cmd->err;
	const char *there;
	struct job with;

	if (job_load(a, job, &l->job, err) < 0 ||
	    task_verb_check(spec.verb, l->job.task, err) < 0 || learn_check_path(l, o) < 0 ||
	    slice_load(a, &l->job, l->job.tickets_path, SLICE_ORDINARY, &l->gold, err) < 0)
		return -1;
	with = l->job;
	columns_override(&with.columns, &o->columns);
	if (slice_load(a, &with, reviewed, SLICE_REVIEWED, &l->reviewed, err) < 0)
		return -1;
	if (l->reviewed.note)
		say("%s\n", l->reviewed.note);
	if (special_is_output(l->path))
		return 0;
	if (!o->gold && learn_spare_runs(l) < 0)
		return -1;
	there = file_exists(l->path) ? l->path : l->base;
	return there ? slice_load(a, &l->job, there, SLICE_ORDINARY, &l->there, err) : 0;
}

/* As the job would name it: paths begin at its folder. */
static const char *learn_path_in_job(const struct learning *l)
{
	const char *folder = file_beside(&l->cmd->arena, l->job.path, "");
	size_t n = strlen(folder);

	return n && strncmp(l->path, folder, n) == 0 ? l->path + n : l->path;
}

static int learn_run(struct cmd *cmd, void *options)
{
	struct learning l = { .cmd = cmd };
	const struct learn_options *o = options;
	const char *job_path;
	int r;

	if (job_find(cmd, &job_path) < 0 || learn_load(&l, o, job_path, cmd->args.items[1]) < 0)
		return -1;
	buf_init(&l.lines, SIZE_MAX / 2);
	learn_choose(&l);
	r = l.n_added && !o->dry ? learn_append(&l) : 0;
	buf_release(&l.lines);
	if (r < 0)
		return -1;
	fprintf(cmd_messages(l.path),
		"%zu %s '%s'; %zu without a label, %zu already there, %zu refused: they (nearly) "
		"repeat a ticket under test\n",
		l.n_added, o->dry ? "would be added to" : "added to",
		special_is_stdout(l.path) ? "standard output" : display_path(&cmd->arena, l.path),
		l.n_blank, l.n_known, l.n_refused);
	if (l.base && l.n_added)
		fprintf(cmd_messages(l.path),
			"'%s' stays as it is, because run '%s' depends on it; the new file holds "
			"its tickets too. For a new run, write in %s:\n  training: %s\n",
			display_path(&cmd->arena, l.base), display_text(&cmd->arena, l.base_run),
			display_path(&cmd->arena, job_path),
			display_path(&cmd->arena, learn_path_in_job(&l)));
	return 0;
}

const struct command cmd_learn = { &spec, learn_run };
