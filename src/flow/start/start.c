/*
 * The stages: read, count labels, cover personal data, split, find models, write.
 */
#include "flow/start/start.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/array.h"
#include "base/display.h"
#include "base/file.h"
#include "base/special_file.h"
#include "base/str.h"

/* What goes into the folder, in the order of writing. */
enum start_file {
	START_TICKETS,
	START_EXAMPLE_FILE,
	START_TRAINING,
	START_POOL,
	START_JOB,
	START_SECRETS_README,
	START_SCRATCH_README,
	START_FILES
};

static const struct {
	const char *name;
	enum split_part part; /* SPLIT_PARTS: the file holds no tickets */
} files[START_FILES] = {
	[START_TICKETS] = { "scratch/tickets.jsonl", SPLIT_TEST },
	[START_EXAMPLE_FILE] = { "scratch/examples.jsonl", SPLIT_EXAMPLE },
	[START_TRAINING] = { "scratch/training.jsonl", SPLIT_TRAINING },
	[START_POOL] = { "scratch/pool.jsonl", SPLIT_POOL },
	[START_JOB] = { "job.yaml", SPLIT_PARTS },
	[START_SECRETS_README] = { "secrets/README", SPLIT_PARTS },
	[START_SCRATCH_README] = { "scratch/README", SPLIT_PARTS },
};

#define START_KEY "secrets/redact.key"
enum { START_KEY_BYTES = 4096 };

const char start_secrets_text[] =
	"Real tickets and the key of their placeholders: nothing here is to be shared.\n";
const char start_scratch_text[] =
	"What can be shared: tickets after 'toehold redact', reports. Read them once more.\n";

struct starting {
	struct cmd *cmd;
	struct start *start;
	const char *stage; /* the folder until it is complete */
	struct redact_file redacted; /* the texts before, with what was found in them */
	struct redact_key key;
};

static int start_check_dir(struct cmd *cmd, const char *dir)
{
	const char *free_dir = "my-job";
	const struct dirent *entry;
	bool empty = true;
	DIR *d;

	if (!file_exists(dir))
		return 0;
	d = opendir(dir);
	if (!d)
		return err_sys(&cmd->err, ERR_INPUT, errno,
			       "cannot make the folder '%s'; name another one",
			       display_path(&cmd->arena, dir));
	while (empty && (entry = readdir(d)))
		empty = strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0;
	closedir(d);
	if (empty && strcmp(dir, ".") != 0)
		return 0;
	for (size_t i = 2; file_exists(free_dir); i++)
		free_dir = arena_printf(&cmd->arena, "my-job-%zu", i);
	return err_set(&cmd->err, ERR_INPUT,
		       "'%s' already exists and was not changed; name a new folder, such as '%s'",
		       display_path(&cmd->arena, dir), free_dir);
}

int start_check_label(struct cmd *cmd, struct redactor *redactor, const char *path,
		      const char *name, const char *fix)
{
	struct redact_result found;

	if (strlen(name) > JOB_MAX_LABEL_BYTES)
		return err_set(&cmd->err, ERR_INPUT,
			       "%s: the label '%s' is too long: %zu bytes; the limit is %d. %s",
			       path, display_text(&cmd->arena, name), strlen(name),
			       JOB_MAX_LABEL_BYTES, fix);
	if (redact_scan(redactor, &cmd->arena, name, strlen(name), REDACT_STRUCTURED_TYPES, &found,
			&cmd->err) < 0)
		return -1;
	if (found.n_covered == 0)
		return 0;
	return err_set(&cmd->err, ERR_REFUSED, "%s: a label looks like personal data (%s). %s",
		       path, redact_type_name(found.covered[0].type), fix);
}

/* The columns of what people labelled are right: they can only label more. */
static int start_check_labelled(struct starting *s)
{
	const struct imported *imported = &s->start->imported;
	size_t n = s->start->labels.n;

	if (n < 2)
		return err_set(&s->cmd->err, ERR_INPUT,
			       "%s: all labelled tickets have the same label; a job needs two "
			       "labels or more. Label more tickets",
			       imported->path);
	if (n > START_MANY_LABELS && n * 2 > imported->n)
		return err_set(&s->cmd->err, ERR_INPUT,
			       "%s: %zu tickets have %zu different labels; label %zu more, or use "
			       "fewer buckets",
			       imported->path, imported->n, n, 2 * n - imported->n);
	return 0;
}

static int start_check_columns(struct starting *s)
{
	const struct label_counts *labels = &s->start->labels;
	struct cmd *cmd = s->cmd;
	size_t n = 0;

	for (size_t i = 0; i < labels->n; i++)
		n += labels->items[i].n;
	if (labels->n < 2)
		return err_set(&cmd->err, ERR_INPUT,
			       "%s: %s; a job needs two labels or more. Name what holds the "
			       "label with --label%s%s",
			       s->start->imported.path,
			       labels->n ? "all tickets have the same label" :
					   "no ticket has a label",
			       s->start->imported.names ? "; " : "",
			       s->start->imported.names ? s->start->imported.names : "");
	if (labels->n > JOB_MAX_LABELS || (labels->n > START_MANY_LABELS && labels->n * 2 > n))
		return err_set(&cmd->err, ERR_INPUT,
			       "%s: %zu tickets have %zu different labels, such as '%s' and '%s'. "
			       "Is another column the label? Name it with --label, or merge labels "
			       "with --map OLD=NEW (a job has at most %d)",
			       s->start->imported.path, n, labels->n,
			       display_text(&cmd->arena, labels->items[0].name),
			       display_text(&cmd->arena, labels->items[1].name), JOB_MAX_LABELS);
	return 0;
}

static int start_check_labels(struct starting *s, struct redactor *redactor)
{
	const struct label_counts *labels = &s->start->labels;
	bool labelled = s->start->options->labelled != NULL;
	const char *fix = labelled ? "Rename it with --bucket OLD --rename NEW" :
				     "Is another column the label? Name it with --label";

	if ((labelled ? start_check_labelled(s) : start_check_columns(s)) < 0)
		return -1;
	for (size_t i = 0; i < labels->n; i++)
		if (start_check_label(s->cmd, redactor, s->start->imported.path,
				      labels->items[i].name, fix) < 0)
			return -1;
	return 0;
}

/* Covers personal data in a text or in an id, and keeps what was found for the counts. */
static int start_redact(struct starting *s, struct redactor *redactor, uint32_t types,
			const char **text)
{
	const struct redact_cover with = { redactor, &s->key, types };
	struct redact_text *seen;

	s->redacted.texts = arena_grow(&s->cmd->arena, s->redacted.texts, s->redacted.n,
				       &s->redacted.cap, sizeof(*s->redacted.texts));
	seen = &s->redacted.texts[s->redacted.n++];
	*seen = (struct redact_text){ .id = "", .text = *text, .n_bytes = strlen(*text) };
	if (redact_cover(&with, &s->cmd->arena, text, &seen->result, &s->cmd->err) < 0)
		return -1;
	if (types != REDACT_ALL_TYPES)
		seen->result.n_suspects = 0; /* an id's own number */
	return 0;
}

static int start_redact_name(struct starting *s, struct redactor *redactor, const char **name)
{
	return *name ? start_redact(s, redactor, REDACT_NAME_TYPES, name) : 0;
}

/* Without a redactor the row is taken as it is. */
static int start_add_ticket(struct starting *s, struct redactor *redactor,
			    const struct import_row *row)
{
	struct ticket *t = &s->start->tickets[s->start->n++];

	*t = (struct ticket){ .id = row->id,
			      .text = row->text,
			      .text_len = row->text_len,
			      .label = row->label ?
					       label_counts_find(&s->start->labels, row->label) :
					       -1,
			      .lang = row->lang,
			      .group = row->group,
			      .line = row->line };
	if (!redactor)
		return 0;
	if (start_redact(s, redactor, REDACT_ALL_TYPES, &t->text) < 0 ||
	    start_redact_name(s, redactor, &t->id) < 0 ||
	    start_redact_name(s, redactor, &t->group) < 0)
		return err_wrap(&s->cmd->err, "%s:%zu", s->start->imported.path, row->line);
	t->text_len = strlen(t->text);
	return 0;
}

static int start_add_tickets(struct starting *s, struct redactor *redactor)
{
	const struct imported *imported = &s->start->imported;

	for (size_t i = 0; i < imported->n; i++)
		if (start_add_ticket(s, redactor, &imported->rows[i]) < 0)
			return -1;
	for (size_t i = 0; i < imported->n_pool; i++)
		if (start_add_ticket(s, redactor, &imported->pool[i]) < 0)
			return -1;
	return 0;
}

/* What people labelled went through the redactor before, and has a key. */
static int start_take_labelled(struct starting *s)
{
	struct cmd *cmd = s->cmd;
	size_t n_bytes;
	char *key;

	if (file_read(&cmd->arena, s->start->options->labelled->key, START_KEY_BYTES, &key,
		      &n_bytes, &cmd->err) < 0 ||
	    file_write(arena_printf(&cmd->arena, "%s/" START_KEY, s->stage), 0600, key, n_bytes,
		       &cmd->err) < 0)
		return -1;
	return start_add_tickets(s, NULL);
}

/* Equal ones stay in the order of the tickets. */
static int start_by_id(const void *x, const void *y)
{
	const char **a = *(const char **const *)x, **b = *(const char **const *)y;
	int order = strcmp(*a, *b);

	return order ? order : (a > b) - (a < b);
}

void start_number_ids(struct arena *a, const char ***ids, size_t n)
{
	size_t first = 0;

	qsort(ids, n, sizeof(*ids), start_by_id);
	for (size_t i = 1; i < n; i++) {
		if (strcmp(*ids[i], *ids[first]) != 0)
			first = i;
		else
			*ids[i] = arena_printf(a, "%s-%zu", *ids[first], i - first + 1);
	}
}

static int start_redact_rows(struct starting *s, struct redactor *redactor)
{
	const char *key = arena_printf(&s->cmd->arena, "%s/" START_KEY, s->stage);
	const char ***ids;

	if (redact_key_load(&s->cmd->arena, key, &s->key, &s->cmd->err) < 0 ||
	    start_add_tickets(s, redactor) < 0)
		return -1;
	ids = arena_array(&s->cmd->arena, s->start->n, sizeof(*ids));
	for (size_t i = 0; i < s->start->n; i++)
		ids[i] = &s->start->tickets[i].id;
	start_number_ids(&s->cmd->arena, ids, s->start->n);
	return 0;
}

/* RULE: no text gets into the folder before the redactor has seen it. */
static int start_redact_all(struct starting *s)
{
	const struct imported *imported = &s->start->imported;
	struct redactor *redactor;
	int r = redactor_open(REDACT_EVERYTHING, &redactor, &s->cmd->err);

	if (r < 0)
		return -1;
	s->start->tickets = arena_array(&s->cmd->arena, imported->n + imported->n_pool,
					sizeof(*s->start->tickets));
	r = start_check_labels(s, redactor);
	if (r == 0)
		r = s->start->options->labelled ? start_take_labelled(s) :
						  start_redact_rows(s, redactor);
	redactor_close(redactor);
	redact_count(&s->redacted, &s->start->redacted);
	return r;
}

static void start_split(struct starting *s)
{
	const struct start_options *o = s->start->options;
	const struct split_wishes wishes = { .n_labels = s->start->labels.n,
					     .n_tests = (size_t)o->n_tests,
					     .n_examples = START_EXAMPLES,
					     .seed = o->seed };

	split_tickets(&s->cmd->arena, s->start->tickets, s->start->n, &wishes, &s->start->split);
}

/* The tickets of one part, as JSON Lines. */
static void start_compose(struct starting *s, enum split_part part, struct buf *out)
{
	const struct start *start = s->start;
	struct import_row *rows = arena_array(&s->cmd->arena, start->n, sizeof(*rows));
	size_t n = 0;

	for (size_t i = 0; i < start->n; i++) {
		const struct ticket *t = &start->tickets[i];

		if (start->split.parts[i] != part)
			continue;
		rows[n++] = (struct import_row){
			.id = t->id,
			.text = t->text,
			.text_len = t->text_len,
			.label = t->label < 0 ? NULL : start->labels.items[t->label].name,
			.lang = t->lang,
			.group = t->group,
		};
	}
	import_write(rows, n, out);
}

static int start_put(struct starting *s, enum start_file file)
{
	const char *path = arena_printf(&s->cmd->arena, "%s/%s", s->stage, files[file].name);
	struct buf out;
	int r = 0;

	buf_init(&out, SLICE_MAX_BYTES);
	if (file == START_JOB)
		buf_adds(&out, start_job_text(&s->cmd->arena, s->start));
	else if (files[file].part == SPLIT_PARTS)
		buf_adds(&out,
			 file == START_SECRETS_README ? start_secrets_text : start_scratch_text);
	else
		start_compose(s, files[file].part, &out);
	if (out.overflow)
		r = err_set(&s->cmd->err, ERR_INPUT,
			    "%s: the tickets take more than %d bytes; split the file",
			    s->start->imported.path, SLICE_MAX_BYTES);
	else if (out.len)
		r = file_write(path, files[file].part == SPLIT_PARTS ? 0644 : 0600, buf_text(&out),
			       out.len, &s->cmd->err);
	buf_release(&out);
	return r;
}

static int start_write(struct starting *s)
{
	for (int i = 0; i < START_FILES; i++)
		if (start_put(s, (enum start_file)i) < 0)
			return -1;
	if (rename(s->stage, s->start->options->dir) < 0)
		return err_sys(&s->cmd->err, ERR_INPUT, errno, "cannot make the folder '%s'",
			       display_path(&s->cmd->arena, s->start->options->dir));
	return 0;
}

/* Removes the unfinished folder: only what this call can have written. */
static void start_remove(struct starting *s)
{
	static const char *const folders[] = { "/secrets", "/scratch", "" };
	struct arena *a = &s->cmd->arena;

	for (size_t i = 0; i < START_FILES; i++)
		(void)!unlink(arena_printf(a, "%s/%s", s->stage, files[i].name));
	(void)!unlink(arena_printf(a, "%s/" START_KEY, s->stage));
	for (size_t i = 0; i < COUNT_OF(folders); i++)
		(void)!rmdir(arena_printf(a, "%s%s", s->stage, folders[i]));
}

static int start_make(struct starting *s)
{
	const struct start_options *o = s->start->options;
	struct arena *a = &s->cmd->arena;

	s->stage = arena_printf(a, "%s.part-%ld", o->dir, (long)getpid());
	if (file_make_dirs(arena_printf(a, "%s/scratch", s->stage), 0755, &s->cmd->err) < 0 ||
	    file_make_dirs(arena_printf(a, "%s/secrets", s->stage), 0700, &s->cmd->err) < 0 ||
	    start_redact_all(s) < 0)
		return -1;
	start_split(s);
	if (start_models_find(s->cmd, o->models, o->n_models, o->sandbox, &s->start->models) < 0)
		return -1;
	return start_write(s);
}

/* Reads the file once: it can be a pipe. */
static int start_read(struct cmd *cmd, struct start *start)
{
	const struct start_options *o = start->options;
	struct import_options import = o->import;
	struct arena *a = &cmd->arena;
	struct text_file file;
	size_t n_bytes;
	char *data;

	if (o->labelled)
		return import_parse(a, o->from, o->labelled->tickets, o->labelled->n_bytes, &import,
				    &start->imported, &cmd->err);
	if (special_read(a, o->from, SLICE_MAX_BYTES, &data, &n_bytes, &cmd->err) < 0 ||
	    text_file_of_bytes(a, o->from, data, n_bytes, import.columns.encoding, &file,
			       &cmd->err) < 0)
		return -1;
	start_guess_columns(a, o->from, file, &import.columns, &start->columns);
	if (o->ask && start->columns.n && o->ask(cmd, &start->columns, &import.columns) < 0)
		return -1;
	return import_parse(a, o->from, data, n_bytes, &import, &start->imported, &cmd->err);
}

int start(struct cmd *cmd, const struct start_options *options, struct start *ret_start)
{
	struct starting s = { .cmd = cmd, .start = ret_start };

	*ret_start = (struct start){ .options = options };
	ret_start->job_path = arena_printf(&cmd->arena, "%s/job.yaml", options->dir);
	if (start_check_dir(cmd, options->dir) < 0 || start_read(cmd, ret_start) < 0)
		return -1;
	label_counts_of(&cmd->arena, &ret_start->imported, &ret_start->labels);
	if (start_make(&s) == 0)
		return 0;
	start_remove(&s);
	return -1;
}
