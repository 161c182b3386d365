/*
 * RULE: only texts with their placeholders leave `secrets`, apart from places that a reader left
 * open.
 */
#include "flow/draft/draft_finish.h"

#include <string.h>

#include "job/redact/redact.h"
#include "job/table/text_file.h"

/* The tickets as they go into the job. */
static struct import_row *finish_rows(struct arena *a, const struct draft *d)
{
	struct import_row *rows = arena_array(a, d->n, sizeof(*rows));

	for (size_t i = 0; i < d->n; i++) {
		const struct draft_row *row = &d->rows[i];
		int label = draft_final(d, i);

		rows[i] = (struct import_row){ .id = row->id,
					       .text = draft_text(a, row),
					       .label = label >= 0 ? d->buckets[label].name : NULL,
					       .lang = row->lang,
					       .group = row->group };
		rows[i].text_len = strlen(rows[i].text);
	}
	return rows;
}

/* Places that the gate of `smoke` would refuse, and those that are covered. */
static void finish_count_marks(const struct draft *d, struct draft_finished *f)
{
	for (size_t i = 0; i < d->n; i++)
		for (size_t k = 0; k < d->rows[i].n_parts; k++) {
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

int draft_finish(struct cmd *cmd, const struct draft *d, struct start_options *options,
		 struct start *ret_start, struct draft_finished *ret_finished)
{
	struct arena *a = &cmd->arena;
	struct start_labelled *labelled = arena_alloc(a, sizeof(*labelled));
	struct draft_finished f = { 0 };
	struct buf b;

	if (!d->file)
		return err_set(&cmd->err, ERR_INPUT, "the draft has no tickets yet");
	labelled->labels = finish_labels(a, d, &f, &labelled->n_labels);
	if (labelled->n_labels == 0)
		return err_set(&cmd->err, ERR_INPUT, "no ticket has a label yet");
	finish_count_marks(d, &f);
	labelled->n_left_open = f.n_left_open;
	buf_init(&b, SLICE_MAX_BYTES);
	import_write(finish_rows(a, d), d->n, &b);
	if (b.overflow) {
		buf_release(&b);
		return err_set(&cmd->err, ERR_INPUT, "the tickets take more than %d bytes",
			       SLICE_MAX_BYTES);
	}
	labelled->n_bytes = b.len;
	labelled->tickets = buf_to_arena(&b, a);
	options->from = d->file;
	options->import.unlabelled = true;
	labelled->key = arena_printf(a, "%s/" DRAFT_KEY, d->dir);
	options->labelled = labelled;
	*ret_finished = f;
	return start(cmd, options, ret_start);
}
