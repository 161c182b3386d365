/*
 * The stages: find tickets and labels, write a file for each slice that has a corrected label,
 * write the job. All of it or nothing: after an error the new files are removed. RULE: a version
 * keeps what an earlier one corrected after the same run, so that none is lost.
 */
#include "flow/fix_labels.h"

#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/array.h"
#include "base/display.h"
#include "base/file.h"
#include "base/json/json.h"
#include "base/opt/opt.h"
#include "base/special_file.h"
#include "base/str.h"
#include "flow/fix_names.h"
#include "flow/open/store_find.h"
#include "flow/run_plan.h"
#include "flow/start/start.h"
#include "job/table/text_file.h"
#include "job/task/task.h"

struct fixing {
	struct cmd *cmd;
	const struct result *r;
	const struct fix_request *q;
	struct fixed *fixed;
	const char **labels; /* by ticket of the run: the corrected label, or NULL */
	const char **readers; /* who says so */
	const char **old; /* by slice: the file that it was read from, as this folder finds it */
	struct job job; /* the run's */
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

/* The index of a label of the run, or -1. */
static int fix_label_at(const struct result *r, const char *name)
{
	for (size_t i = 0; i < r->n_labels; i++)
		if (strcmp(r->labels[i].name, name) == 0)
			return (int)i;
	return -1;
}

static int fix_find_label(struct fixing *f, const char *name, int *ret_label)
{
	struct arena *a = &f->cmd->arena;
	const char *all = NULL;

	*ret_label = fix_label_at(f->r, name);
	if (*ret_label >= 0)
		return 0;
	for (size_t i = 0; i < f->r->n_labels; i++)
		all = arena_add_item(a, all, ", ", "%s", display_text(a, f->r->labels[i].name));
	return err_set(&f->cmd->err, ERR_INPUT, "'%s' is no label of run '%s'; it has: %s",
		       display_text(a, name), f->r->run->name, all);
}

static int fix_find(struct fixing *f)
{
	struct arena *a = &f->cmd->arena;
	const struct result *r = f->r;

	f->labels = arena_array(a, r->n_tickets, sizeof(*f->labels));
	f->readers = arena_array(a, r->n_tickets, sizeof(*f->readers));
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
		f->readers[at] = f->q->reader;
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

/* ---- earlier corrections of the run ---- */

static const char *fix_member(const json_t *line, const char *name)
{
	const char *text = json_whole_text(json_object_get(line, name));

	return text ? text : "";
}

/* The ticket as it was before the correction in a line of a version; n_tickets: there is none. */
static size_t fix_ticket_of(const struct fixing *f, size_t slice, const json_t *line)
{
	const struct result *r = f->r;
	size_t i;

	for (i = 0; i < r->n_tickets; i++)
		if (r->slice_of[i] == slice &&
		    strcmp(r->tickets[i].id, fix_member(line, "id")) == 0 &&
		    strcmp(r->tickets[i].text, fix_member(line, "text")) == 0 &&
		    strcmp(r->labels[r->tickets[i].label].name, fix_member(line, "was")) == 0)
			break;
	return i;
}

/* RULE: what is asked for now counts more than what was said before. */
static void fix_keep_line(struct fixing *f, size_t slice, const char *path, const json_t *line)
{
	struct fixed *to = f->fixed;
	struct arena *a = &f->cmd->arena;
	const struct result *r = f->r;
	size_t at = fix_ticket_of(f, slice, line);
	int label = fix_label_at(r, fix_member(line, "label"));

	if (at == r->n_tickets || label < 0 || label == r->tickets[at].label || f->labels[at])
		return;
	f->labels[at] = r->labels[label].name;
	f->readers[at] = arena_strdup(a, fix_member(line, "fixed_by"));
	to->kept = arena_grow(a, to->kept, to->n_kept, &to->cap_kept, sizeof(*to->kept));
	to->kept[to->n_kept++] = (struct fix_kept){
		.id = r->tickets[at].id,
		.was = r->labels[r->tickets[at].label].name,
		.label = f->labels[at],
		.path = path,
	};
}

/* Whether a version has corrections after this run; they are kept. */
static bool fix_keep_file(struct fixing *f, size_t slice, const char *path)
{
	struct err unused = { 0 };
	bool found = false;
	char *text;
	size_t n;

	if (file_read(&f->cmd->arena, path, SLICE_MAX_BYTES, &text, &n, &unused) < 0)
		return false;
	for (; *text; text += n + (text[n] == '\n')) {
		json_t *line;

		n = strcspn(text, "\n");
		line = json_loadb(text, n, 0, NULL);
		if (strcmp(fix_member(line, "fixed_after"), f->r->run->name) == 0) {
			found = true;
			fix_keep_line(f, slice, path, line);
		}
		json_decref(line);
	}
	return found;
}

/* The newest version after this run has what those before it corrected. */
static void fix_keep(struct fixing *f)
{
	struct arena *a = &f->cmd->arena;

	for (size_t i = 0; i < f->r->n_slices; i++) {
		struct fix_versions v = fix_versions_of(a, f->old[i], ".jsonl");

		for (int at = v.newest; at >= 2; at--)
			if (fix_keep_file(f, i, fix_version(a, &v, at)))
				break;
	}
}

/* ---- the new files ---- */

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
		fix_add_word(line, "fixed_by", f->readers[at]);
		fix_add_word(line, "fixed_after", f->r->run->name);
	}
	return json_text(&f->cmd->arena, line);
}

/* RULE: an encoding that the job names is that of the new file too, so this has ASCII only. */
static void fix_add_lines(const struct fixing *f, size_t slice, struct buf *b)
{
	for (size_t i = 0; i < f->r->n_tickets; i++) {
		const char *line = f->r->slice_of[i] == slice ? fix_line(f, i) : NULL;

		if (line && f->job.columns.encoding)
			str_escape_beyond_ascii(b, line, strlen(line));
		else if (line)
			str_escape_hidden(b, line, strlen(line));
		if (line)
			buf_addc(b, '\n');
	}
}

/* Whether the job reads the lines as they are: UTF-16 has other bytes for ASCII. */
static int fix_check_encoding(const struct fixing *f, const char *path, const struct buf *b)
{
	const char *encoding = f->job.columns.encoding;
	struct text_file file;
	struct err err = { 0 };

	if (!encoding || (text_file_of_bytes(&f->cmd->arena, path, buf_text(b), b->len, encoding,
					     &file, &err) == 0 &&
			  strcmp(file.text, buf_text(b)) == 0))
		return 0;
	return err_set(&f->cmd->err, ERR_REFUSED,
		       "the job reads its files as '%s', and the new ones are none; save the "
		       "tickets as UTF-8, take 'encoding' out of the job, and run it again",
		       display_text(&f->cmd->arena, encoding));
}

static int fix_write_slice(struct fixing *f, size_t slice, const char *path)
{
	struct buf b;
	int r;

	buf_init(&b, SLICE_MAX_BYTES);
	fix_add_lines(f, slice, &b);
	r = b.overflow ? err_set(&f->cmd->err, ERR_INPUT, "the tickets take more than %d bytes",
				 SLICE_MAX_BYTES) :
			 fix_check_encoding(f, path, &b);
	if (r == 0)
		r = file_write_as(path, FILE_NEW, 0600, buf_text(&b), b.len, &f->cmd->err);
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

/* Where the old file of a slice is, or would be: `add` was given its path in another folder. */
static const char *fix_find_old(const struct fixing *f, size_t slice)
{
	struct arena *a = &f->cmd->arena;
	const struct result *r = f->r;
	const char *path = slice == 0 ? f->job.tickets_path : r->slices[slice].path, *then;
	struct run_plan plan;

	if (special_input_fd(path) >= 0)
		return file_beside(a, f->fixed->before, slice == 0 ? "tickets" : "added");
	if (file_exists(path))
		return path;
	if (*path != '/' &&
	    run_plan_find(a, r->events, r->n_events, r->slices[slice].sha256, &plan)) {
		then = arena_printf(a, "%s/%s", plan.folder, path);
		if (file_exists(then))
			return then;
	}
	return file_beside(a, f->fixed->before, str_basename(path));
}

static void fix_find_all_old(struct fixing *f)
{
	f->old = arena_array(&f->cmd->arena, f->r->n_slices, sizeof(*f->old));
	for (size_t i = 0; i < f->r->n_slices; i++)
		f->old[i] = i == 0 ? fix_find_old(f, i) :
				     fix_short_path(&f->cmd->arena, fix_find_old(f, i));
}

/* An added slice without a file is written as well: it came through a pipe, or was removed. */
static int fix_write_slices(struct fixing *f)
{
	struct arena *a = &f->cmd->arena;
	struct fixed *to = f->fixed;

	to->paths = arena_array(a, f->r->n_slices, sizeof(*to->paths));
	to->files = arena_array(a, f->r->n_slices, sizeof(*to->files));
	for (size_t i = 0; i < f->r->n_slices; i++) {
		if ((fix_is_touched(f, i) || (i > 0 && !file_exists(f->old[i]))) &&
		    fix_write_slice(f, i, fix_free_path(a, f->old[i], ".jsonl")) < 0)
			return -1;
		to->files[i] = to->paths[i] ? to->paths[i] : f->old[i];
	}
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
	const char *job = f->fixed->before;
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
	buf_addf(&b, "# %zu label%s corrected by %s after run '%s'%s. Before: '%s'.\n", f->q->n,
		 f->q->n == 1 ? "" : "s", display_text(a, f->q->reader), f->r->run->name,
		 f->fixed->n_kept == 0 ? "" :
					 arena_printf(a, ", beside %zu that were corrected earlier",
						      f->fixed->n_kept),
		 display_path(a, str_basename(f->fixed->before)));
	buf_add(&b, text, (size_t)(line - text));
	buf_adds(&b, "tickets: ");
	start_job_add_scalar(&b, fix_path_in_job(f, f->fixed->paths[0]));
	buf_adds(&b, line + strcspn(line, "\r\n"));
	return buf_to_arena(&b, a);
}

/* Who may read the old job may read the new one. */
static mode_t fix_mode(const char *job_path)
{
	struct stat st;

	return stat(job_path, &st) == 0 ? st.st_mode & 0777 : 0644;
}

static int fix_write_job(struct fixing *f)
{
	const char *path = fix_free_path(&f->cmd->arena, f->fixed->before, ".yaml");
	const char *text = fix_job_text(f);
	struct job job;
	struct err err = { 0 };

	if (job_parse(&f->cmd->arena, path, text, &job, &err) < 0 ||
	    !file_is_same(job.tickets_path, f->fixed->paths[0]))
		return err_set(&f->cmd->err, ERR_INPUT,
			       "'%s': its key 'tickets' has no line of its own, so it cannot be "
			       "written anew; write 'tickets: FILE' on one line",
			       display_path(&f->cmd->arena, f->fixed->before));
	if (file_write_as(path, FILE_NEW, fix_mode(f->fixed->before), text, strlen(text),
			  &f->cmd->err) < 0)
		return -1;
	f->fixed->job_path = path;
	return 0;
}

/* ---- how to go on ---- */

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
		text = arena_add_item(a, text, ",", "%s",
				      opt_list_item(a, json_string_value(item)));
	if (json_is_string(value))
		text = json_string_value(value);
	return text ? arena_printf(a, " --%s %s", key, display_shell_word(a, text)) : "";
}

/*
 * The options with which a slice was asked, but for those that the new command has of its own, and
 * for those that say how the old file is read.
 */
static json_t *fix_options_of(const struct fixing *f, size_t slice)
{
	static const char *const own[] = { "name", "store", "as", "run" };
	static const char *const columns[] = { "text",	"label",    "id",   "lang",
					       "group", "encoding", "sheet" };
	const struct result *r = f->r;
	json_t *options = NULL;
	struct run_plan plan;

	if (run_plan_find(&f->cmd->arena, r->events, r->n_events, r->slices[slice].sha256, &plan) &&
	    plan.options)
		options = json_loads(plan.options, 0, NULL);
	for (size_t i = 0; i < COUNT_OF(own); i++)
		json_object_del(options, own[i]);
	for (size_t i = 0; f->fixed->paths[slice] && i < COUNT_OF(columns); i++)
		json_object_del(options, columns[i]);
	return options ? options : json_object();
}

/* The options as words; they are kept as JSON, too. */
static const char *fix_options(struct fixing *f, size_t slice)
{
	struct arena *a = &f->cmd->arena;
	json_t *options = fix_options_of(f, slice), *value;
	const char *all = "", *key;

	json_object_foreach (options, key, value)
		all = arena_printf(a, "%s%s", all, fix_option(a, key, value));
	f->fixed->options[slice] = json_text(a, options);
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

	to->options = arena_array(a, r->n_slices, sizeof(*to->options));
	to->commands = arena_array(a, r->n_slices + 1, sizeof(*to->commands));
	to->commands[to->n_commands++] = arena_printf(a, "toehold smoke %s --name %s%s%s", job,
						      name, store, fix_options(f, 0));
	for (size_t i = 1; i < r->n_slices; i++)
		to->commands[to->n_commands++] = arena_printf(
			a, "toehold add %s %s --as %s --run %s%s%s", job,
			display_shell_word(a, to->files[i]), slice_role_name(r->slices[i].role),
			name, store, fix_options(f, i));
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
	struct arena *a = &cmd->arena;

	*ret_fixed = (struct fixed){ .before = fix_short_path(a, r->job_path) };
	ret_fixed->job_path = ret_fixed->before;
	if (fix_check(&f) < 0 || fix_find(&f) < 0 ||
	    job_parse(a, ret_fixed->before, r->run->job_text, &f.job, &cmd->err) < 0)
		return -1;
	fix_find_all_old(&f);
	fix_keep(&f);
	if (fix_write_slices(&f) < 0 || (ret_fixed->paths[0] && fix_write_job(&f) < 0)) {
		fix_remove(&f);
		return -1;
	}
	ret_fixed->name = fix_run_name(a, r);
	fix_add_commands(&f);
	return 0;
}
