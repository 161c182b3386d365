/*
 * RULE: only texts with their placeholders leave `secrets`, apart from places that a reader left
 * open.
 */
#include "flow/draft/draft_finish.h"

#include <string.h>

#include "base/display.h"
#include "base/file.h"
#include "base/str.h"
#include "job/redact/redact.h"
#include "job/table/text_file.h"

/* The tickets as they go into the job; `all`: also those without a label. */
static struct import_row *finish_rows(struct arena *a, const struct draft *d, bool all,
				      size_t *ret_n)
{
	struct import_row *rows = arena_array(a, d->n, sizeof(*rows));

	*ret_n = 0;
	for (size_t i = 0; i < d->n; i++) {
		const struct draft_row *row = &d->rows[i];
		struct import_row *to = &rows[*ret_n];
		int label = draft_final(d, i);

		if (label < 0 && !all)
			continue;
		*to = (struct import_row){ .id = row->id,
					   .text = draft_text(a, row),
					   .label = label >= 0 ? d->buckets[label].name : NULL,
					   .lang = row->lang,
					   .group = row->group };
		to->text_len = strlen(to->text);
		++*ret_n;
	}
	return rows;
}

/* Places that the gate of `smoke` would refuse, and those that are covered. */
static void finish_count_marks(const struct draft *d, bool all, struct draft_finished *f)
{
	for (size_t i = 0; i < d->n; i++)
		for (size_t k = 0; (all || draft_final(d, i) >= 0) && k < d->rows[i].n_parts; k++) {
			const struct draft_part *part = &d->rows[i].parts[k];
			int type = part->placeholder && !part->suspect ?
					   redact_type_find(part->type) :
					   -1;

			f->n_covered += part->covered;
			f->n_left_open += !part->covered && type >= 0 &&
					  (REDACT_STRUCTURED_TYPES >> type & 1);
		}
}

/* The job's labels, and the buckets that are none. */
static struct label *finish_labels(struct arena *a, const struct draft *d, struct draft_finished *f,
				   size_t *ret_n)
{
	struct label *labels = arena_array(a, d->n_buckets, sizeof(*labels));
	bool *used = arena_array(a, d->n_buckets, sizeof(*used));

	f->unused = arena_array(a, d->n_buckets, sizeof(*f->unused));
	*ret_n = 0;
	for (size_t i = 0; i < d->n; i++) {
		int label = draft_final(d, i);

		if (label >= 0)
			used[label] = true;
		f->n_disputed += draft_is_disputed(d, i);
	}
	for (size_t i = 0; i < d->n_buckets; i++) {
		const struct draft_bucket *bucket = &d->buckets[i];

		if (used[i])
			labels[(*ret_n)++] = (struct label){ bucket->name, bucket->about };
		else if (!bucket->removed)
			f->unused[f->n_unused++] = bucket->name;
	}
	return labels;
}

/* Whether the job says how its files are encoded: all of them, so UTF-8 would be misread. */
static bool finish_is_encoded(struct cmd *cmd, const struct draft *d)
{
	struct job job;
	struct err unused = { 0 };

	return d->job && (job_load(&cmd->arena, d->job, &job, &unused) < 0 || job.columns.encoding);
}

static void finish_escape(struct buf *b)
{
	struct buf plain = *b;

	buf_init(b, SLICE_MAX_BYTES);
	str_escape_beyond_ascii(b, buf_text(&plain), plain.len);
	b->overflow |= plain.overflow;
	buf_release(&plain);
}

/* The rows as JSON Lines; `ascii`: with escapes for all else. */
static int finish_compose(struct cmd *cmd, const struct import_row *rows, size_t n, bool ascii,
			  struct start_labelled *labelled)
{
	struct buf b;

	buf_init(&b, SLICE_MAX_BYTES);
	import_write(rows, n, &b);
	if (ascii)
		finish_escape(&b);
	if (b.overflow) {
		buf_release(&b);
		return err_set(&cmd->err, ERR_INPUT, "the tickets take more than %d bytes",
			       SLICE_MAX_BYTES);
	}
	labelled->n_bytes = b.len;
	labelled->tickets = buf_to_arena(&b, &cmd->arena);
	return 0;
}

/* RULE: a file does not hold what the job that it is for would refuse. */
static int finish_check_open(struct cmd *cmd, const struct draft *d, size_t n_left_open)
{
	struct job job;

	if (!d->job || n_left_open == 0)
		return 0;
	if (job_load(&cmd->arena, d->job, &job, &cmd->err) < 0)
		return -1;
	if (job.allow_personal_data)
		return 0;
	return err_set(&cmd->err, ERR_REFUSED,
		       "%zu place%s that look%s like personal data were left open, and the job "
		       "'%s' does not allow that; cover them again with --cover MARK",
		       n_left_open, n_left_open == 1 ? "" : "s", n_left_open == 1 ? "s" : "",
		       display_path(&cmd->arena, d->job));
}

int draft_finish_slice(struct cmd *cmd, const struct draft *d, const char *path,
		       struct draft_slice *ret_slice)
{
	struct draft_slice slice = { 0 };
	struct start_labelled labelled;
	const struct import_row *rows = finish_rows(&cmd->arena, d, false, &slice.n);

	if (slice.n == 0)
		return err_set(&cmd->err, ERR_INPUT, "no ticket has a label yet");
	slice.n_left_out = d->n - slice.n;
	finish_count_marks(d, false, &slice.finished);
	for (size_t i = 0; i < d->n; i++)
		slice.finished.n_disputed += draft_is_disputed(d, i);
	if (finish_check_open(cmd, d, slice.finished.n_left_open) < 0 ||
	    finish_compose(cmd, rows, slice.n, finish_is_encoded(cmd, d), &labelled) < 0)
		return -1;
	*ret_slice = slice;
	return file_write_as(path, FILE_NEW, 0600, labelled.tickets, labelled.n_bytes, &cmd->err);
}

int draft_finish(struct cmd *cmd, const struct draft *d, struct start_options *options,
		 struct start *ret_start, struct draft_finished *ret_finished)
{
	struct arena *a = &cmd->arena;
	struct start_labelled *labelled = arena_alloc(a, sizeof(*labelled));
	struct draft_finished f = { 0 };
	const struct import_row *rows;
	size_t n;

	if (!d->file)
		return err_set(&cmd->err, ERR_INPUT, "the draft has no tickets yet");
	if (d->job)
		return err_set(&cmd->err, ERR_INPUT,
			       "the draft is for the job '%s'; name a file for its tickets, such "
			       "as: --finish labelled.jsonl",
			       display_path(a, d->job));
	labelled->labels = finish_labels(a, d, &f, &labelled->n_labels);
	if (labelled->n_labels == 0)
		return err_set(&cmd->err, ERR_INPUT, "no ticket has a label yet");
	finish_count_marks(d, true, &f);
	labelled->n_left_open = f.n_left_open;
	rows = finish_rows(a, d, true, &n);
	if (finish_compose(cmd, rows, n, false, labelled) < 0)
		return -1;
	options->from = d->file;
	options->import.unlabelled = true;
	labelled->key = arena_printf(a, "%s/" DRAFT_KEY, d->dir);
	options->labelled = labelled;
	*ret_finished = f;
	return start(cmd, options, ret_start);
}
