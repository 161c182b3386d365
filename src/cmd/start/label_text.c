/*
 * The report of `label`, for people.
 */
#include "cmd/start/label_text.h"

#include "base/display.h"
#include "base/str.h"
#include "flow/draft/draft_json.h"

enum { TEXT_CELL_BYTES = 60, TEXT_SHOWN = 200 };

static const char *text_s(size_t n)
{
	return n == 1 ? "" : "s";
}

static const char *text_of(const json_t *object, const char *name)
{
	const char *text = json_string_value(json_object_get(object, name));

	return text ? text : "";
}

void label_print_preview(struct arena *a, const json_t *preview)
{
	const json_t *item, *meant = json_object_get(preview, "meant");
	size_t i;

	printf("%s: %lld tickets, %lld with a label\n", display_text(a, text_of(preview, "file")),
	       (long long)json_integer_value(json_object_get(preview, "tickets")),
	       (long long)json_integer_value(json_object_get(preview, "labelled")));
	if (*text_of(preview, "problem"))
		printf("  %s\n", text_of(preview, "problem"));
	json_array_foreach (json_object_get(preview, "columns"), i, item)
		printf("  column '%s', such as '%s'\n", display_text(a, text_of(item, "name")),
		       display_cut(a,
				   json_string_value(
					   json_array_get(json_object_get(item, "cells"), 0)) ?
					   json_string_value(json_array_get(
						   json_object_get(item, "cells"), 0)) :
					   "",
				   TEXT_CELL_BYTES));
	json_array_foreach (json_object_get(meant, "text"), i, item)
		printf("text from '%s'\n", display_text(a, json_string_value(item)));
	if (*text_of(meant, "label"))
		printf("label from '%s'\n", display_text(a, text_of(meant, "label")));
	json_array_foreach (json_object_get(preview, "first"), i, item)
		printf("  %s\n", display_cut(a, text_of(item, "text"), TEXT_SHOWN));
}

void label_print_progress(struct arena *a, const struct draft *d, const char *reader)
{
	struct draft_progress p;

	draft_count(d, reader, &p);
	printf("%s: %zu of %zu ticket%s labelled by %s, %zu unsure, %zu skipped",
	       display_path(a, d->dir), p.labelled, d->n, text_s(d->n), display_text(a, reader),
	       p.unsure, p.skipped);
	if (p.disputed)
		printf("; readers differ on %zu", p.disputed);
	puts(".");
}

void label_print_made(struct arena *a, const struct draft *d, const struct draft_made *made)
{
	const struct imported *in = &made->imported;

	printf("%s: %s, %zu ticket%s, %zu with a label of the file\n", in->path, in->format, d->n,
	       text_s(d->n), in->n);
	if (made->guess.guessed)
		printf("  %s (--text, --label and --id name others)\n", made->guess.guessed);
	for (size_t i = 0; i < in->n_reasons; i++)
		printf("  %zu row%s left out, the first in line %zu: %s\n", in->reasons[i].n,
		       text_s(in->reasons[i].n), in->reasons[i].lines[0], in->reasons[i].why);
	printf("Personal data: %zu place%s covered; %zu more may be some.\n", made->n_covered,
	       text_s(made->n_covered), made->n_suspects);
	if (made->n_repeats)
		printf("%zu ticket%s (nearly) repeat%s another one, and come last.\n",
		       made->n_repeats, text_s(made->n_repeats), made->n_repeats == 1 ? "s" : "");
	printf("Next: toehold label %s, or in a browser: toehold page\n",
	       display_shell_word(a, d->dir));
}

static void text_print_pair(struct arena *a, const struct draft_pair *pair)
{
	const struct kappa *k = &pair->kappa;

	printf("%s and %s: %zu of %zu ticket%s the same (%.0f%%)", display_text(a, pair->a),
	       display_text(a, pair->b), k->n_same, k->n, text_s(k->n),
	       100.0 * (double)k->n_same / (double)k->n);
	if (!k->defined) {
		puts(".\n  Cohen's kappa is not defined: both use one label only.");
		return;
	}
	printf(".\n  Cohen's kappa %.2f", k->value);
	if (k->has_range)
		printf(" (95%%: %.2f to %.2f)", k->low, k->high);
	printf(", %s; by chance %.0f%% would be the same.\n", kappa_words(k), 100 * k->by_chance);
}

static void text_print_dispute(struct arena *a, const struct draft *d, size_t row)
{
	const char *said = NULL;

	for (size_t i = 0; i < d->n_readers; i++) {
		int judgement = d->readers[i].judgements[row];

		if (judgement >= 0 || judgement == DRAFT_UNSURE)
			said = arena_add_item(
				a, said, ", ", "%s: %s", display_text(a, d->readers[i].name),
				judgement >= 0 ? display_text(a, d->buckets[judgement].name) :
						 "unsure");
	}
	printf("  %s  %s\n    %s\n", display_text(a, d->rows[row].id), said,
	       display_cut(a, draft_text(a, &d->rows[row]), TEXT_SHOWN));
}

void label_print_agreement(struct arena *a, const struct draft *d)
{
	size_t n, n_disputed = 0;
	const struct draft_pair *pairs = draft_pairs(a, d, &n);

	if (n == 0)
		puts("No ticket was labelled twice yet. A second reader: --reader second");
	for (size_t i = 0; i < n; i++)
		text_print_pair(a, &pairs[i]);
	for (size_t i = 0; i < d->n; i++) {
		if (!draft_is_disputed(d, i))
			continue;
		if (n_disputed++ == 0)
			puts("To settle, with --ticket ID --as BUCKET --settle:");
		text_print_dispute(a, d, i);
	}
}

const char *label_next_of_slice(struct arena *a, const struct draft *d, const char *path)
{
	return arena_printf(a, "toehold add %s %s --as harder",
			    d->job ? display_shell_word(a, d->job) : "JOB",
			    display_shell_word(a, path));
}

void label_print_slice(struct arena *a, const char *path, const struct draft_slice *slice,
		       const char *next)
{
	const struct draft_finished *f = &slice->finished;

	printf("%s: %zu labelled ticket%s", display_path(a, path), slice->n, text_s(slice->n));
	if (slice->n_left_out)
		printf("; %zu without a label left out", slice->n_left_out);
	if (f->n_disputed)
		printf(", %zu of them because readers differ (--agree)", f->n_disputed);
	printf(".\nPersonal data: %zu place%s covered", f->n_covered, text_s(f->n_covered));
	if (f->n_left_open)
		printf("; %zu that look%s like it left open by readers", f->n_left_open,
		       f->n_left_open == 1 ? "s" : "");
	printf(".\nNext: %s\n"
	       "      ('--as ordinary' if they were not chosen because they are hard)\n",
	       next);
}

void label_print_finished(struct arena *a, const struct draft_finished *f)
{
	printf("Personal data: %zu place%s covered", f->n_covered, text_s(f->n_covered));
	if (f->n_left_open)
		printf("; %zu that look%s like it left open by readers, so the job says "
		       "'personal_data: allowed'",
		       f->n_left_open, f->n_left_open == 1 ? "s" : "");
	puts(".");
	if (f->n_disputed)
		printf("Readers differ on %zu ticket%s, which went to the pool: --agree lists "
		       "them.\n",
		       f->n_disputed, text_s(f->n_disputed));
	for (size_t i = 0; i < f->n_unused; i++)
		printf("No ticket is in '%s': it is no label of the job.\n",
		       display_text(a, f->unused[i]));
}
