/*
 * A head's figures as text, and its learning curve as a table with bars.
 */
#include "report/text/tune_text.h"

#include "base/display.h"
#include "base/json/json.h"
#include "base/str.h"
#include "judge/measure/stats.h"
#include "report/table/table.h"

enum { BAR_COLUMNS = 30, MOST_NAMED = 8 };

static const double CONFIDENCE = 0.95;
/* Gains below this are not worth a day of labelling. */
static const double WORTH = 0.005;

const char *tuned_outlook_words(struct arena *a, const struct head_gain *g)
{
	const char *verdict = g->high < WORTH ? "would hardly help" :
			      g->low >= WORTH ? "would help" :
						"may help";

	if (g->more != HEAD_MORE)
		return arena_printf(
			a,
			"Too few tickets for a learning curve: it cannot say whether %d "
			"more labels would help.",
			HEAD_MORE);
	return arena_printf(a, "%d more labels %s: about %+.1f points (90%% sure: %+.1f to %+.1f).",
			    HEAD_MORE, verdict, 100 * g->gain, 100 * g->low, 100 * g->high);
}

static const char *tune_share_words(struct arena *a, size_t right, size_t n)
{
	struct interval i = stats_wilson(right, n, CONFIDENCE);

	return arena_printf(a, "%.1f%% (%.1f-%.1f%%)", 100 * (double)right / (double)n, 100 * i.low,
			    100 * i.high);
}

static void tune_write_refused(struct arena *a, const struct learnt *t, FILE *out)
{
	if (t->n_refused == 0)
		return;
	fprintf(out, "  left out    %zu that (nearly) repeat a ticket under test:", t->n_refused);
	for (size_t i = 0; i < t->n_refused && i < MOST_NAMED; i++)
		fprintf(out, "%s %s (%s)", i ? "," : "", display_text(a, t->refused_ids[i]),
			display_text(a, t->refused_for[i]));
	if (t->n_refused > MOST_NAMED)
		fprintf(out, " and %zu more", t->n_refused - MOST_NAMED);
	fputc('\n', out);
}

static void tune_write_labels(struct arena *a, const struct tuned *t, FILE *out)
{
	const struct head *h = t->head;

	fputs("  labels      ", out);
	for (size_t k = 0; k < h->n_labels; k++)
		fprintf(out, "%s%s %zu", k ? ", " : "", display_text(a, h->labels[k]),
			h->training.counts[k]);
	fputc('\n', out);
	for (size_t k = 0; k < h->n_labels; k++)
		if (h->training.counts[k] == 0)
			fprintf(out,
				"  warning     no ticket has the label '%s': this head will never "
				"choose it\n",
				display_text(a, h->labels[k]));
}

static void tune_write_states(struct arena *a, const struct tuned *t, FILE *out)
{
	fprintf(out, "  states      %zu of %zu numbers: %zu from the cache, %zu computed in %s\n",
		t->n_cached + t->n_asked, t->head->n_embd, t->n_cached, t->n_asked,
		str_duration(a, t->state_us));
	if (t->n_failed > 0)
		fprintf(out, "  left out    %zu that the model could not read (%s)\n", t->n_failed,
			display_text(a, t->failure));
}

static void tune_write_fit(struct arena *a, const struct tuned *t, FILE *out)
{
	const struct head_fit *fit = t->fit;
	const struct head_quality *q = &fit->quality;

	fprintf(out, "  chosen      strength %g of 0.1-1000%s, by %d-fold cross-validation in %s\n",
		q->c, fit->c_at_end ? " (the end of what was tried)" : "", HEAD_FOLDS,
		str_duration(a, t->fit_us));
	fprintf(out, "  calibrated  by %s; held-out log loss %.3f (the other way %.3f)\n",
		q->calibration, q->log_loss,
		fit->losses[fit->calibration == HEAD_TEMPERATURE ? HEAD_TEMPERATURE_BIAS :
								   HEAD_TEMPERATURE]);
	fprintf(out, "  held out    %zu of %zu right: %s; near-repeats are held out together\n",
		q->right, t->head->training.n, tune_share_words(a, q->right, t->head->training.n));
}

static void tune_write_curve(struct arena *a, const struct tuned *t, FILE *out)
{
	static const char *const headers[] = { ">learnt from", ">right", "of 100 held out", "",
					       NULL };
	const struct head_quality *q = &t->fit->quality;
	size_t n = t->head->training.n;
	struct table table;

	table_init(&table, a, headers);
	for (size_t i = 0; i < q->n_curve; i++) {
		const struct head_point *p = &q->curve[i];
		size_t bar = (p->right * BAR_COLUMNS + n / 2) / n;

		table_addf(&table, "%zu", p->n);
		table_addf(&table, "%zu/%zu", p->right, n);
		table_add(&table, tune_share_words(a, p->right, n));
		table_addf(&table, "%.*s", (int)bar, "##############################");
	}
	fputc('\n', out);
	table_write(&table, out);
	fprintf(out, "%s\n", tuned_outlook_words(a, &q->gain));
}

void tuned_write_text(struct arena *a, const struct tuned *t, FILE *out)
{
	const struct head *h = t->head;

	fprintf(out, "%s learnt from %zu of %zu tickets in %s\n", display_text(a, h->base_label),
		h->training.n, t->n_offered, display_text(a, h->training.file));
	tune_write_refused(a, &h->training, out);
	tune_write_labels(a, t, out);
	tune_write_states(a, t, out);
	tune_write_fit(a, t, out);
	tune_write_curve(a, t, out);
	fprintf(out,
		"\nHead '%s' (sha256 %.12s), compared with %zu set%s of tickets under test: %s\n"
		"Put it into the job: toehold tune %s --use %s\nOr add to %s:\n  heads: [%s]\n"
		"Then 'toehold smoke' measures it beside the others.\n",
		display_text(a, h->name), h->sha256, t->n_slices, t->n_slices == 1 ? "" : "s",
		display_path(a, h->path), display_shell_word(a, t->job_path),
		display_shell_word(a, h->path), display_path(a, t->job_path),
		display_path(a, t->for_job));
}

json_t *tuned_share_to_json(size_t right, size_t n)
{
	struct interval i = stats_wilson(right, n, CONFIDENCE);

	return json_pack("{s:I, s:I, s:f, s:f, s:f}", "right", (json_int_t)right, "of",
			 (json_int_t)n, "share", (double)right / (double)n, "low", i.low, "high",
			 i.high);
}

json_t *tuned_curve_to_json(const struct head_quality *q, size_t n)
{
	json_t *list = json_array();

	for (size_t i = 0; i < q->n_curve; i++) {
		json_t *point = tuned_share_to_json(q->curve[i].right, n);

		json_object_set_new(point, "tickets", json_integer((json_int_t)q->curve[i].n));
		json_array_append_new(list, point);
	}
	return list;
}

json_t *tuned_outlook_to_json(struct arena *a, const struct head_gain *g)
{
	json_t *object = json_pack("{s:s}", "words", tuned_outlook_words(a, g));

	if (g->more != HEAD_MORE)
		return object;
	json_object_set_new(object, "more", json_integer(HEAD_MORE));
	json_object_set_new(object, "gain", json_real(g->gain));
	json_object_set_new(object, "low", json_real(g->low));
	json_object_set_new(object, "high", json_real(g->high));
	return object;
}

static json_t *tune_training_to_json(const struct tuned *t)
{
	const struct learnt *training = &t->head->training;
	json_t *refused = json_array(), *counts = json_object(), *ids = json_array();

	for (size_t i = 0; i < training->n_refused; i++)
		json_array_append_new(refused, json_pack("{s:o, s:o}", "id",
							 json_any_text(training->refused_ids[i]),
							 "resembles",
							 json_any_text(training->refused_for[i])));
	for (size_t i = 0; i < training->n; i++)
		json_array_append_new(ids, json_any_text(t->tickets[i]->id));
	for (size_t k = 0; k < t->head->n_labels; k++)
		json_object_set_new(counts, t->head->labels[k],
				    json_integer((json_int_t)training->counts[k]));
	return json_pack("{s:o, s:s, s:I, s:I, s:o, s:o, s:I, s:o}", "file",
			 json_any_text(training->file), "sha256", training->sha256, "offered",
			 (json_int_t)t->n_offered, "tickets", (json_int_t)training->n,
			 "of_each_label", counts, "refused", refused, "families",
			 (json_int_t)t->n_families, "ids", ids);
}

json_t *tuned_to_json(struct arena *a, const struct tuned *t)
{
	const struct head *h = t->head;
	const struct head_quality *q = &t->fit->quality;
	json_t *root = json_pack(
		"{s:{s:o, s:o, s:s}, s:{s:o, s:s}, s:o, s:{s:I, s:I, s:I, s:I}, s:I, s:I, s:I}",
		"head", "path", json_any_text(h->path), "name", json_any_text(h->name), "sha256",
		h->sha256, "model", "label", json_any_text(h->base_label), "sha256", h->base_sha256,
		"training", tune_training_to_json(t), "states", "numbers", (json_int_t)h->n_embd,
		"cached", (json_int_t)t->n_cached, "computed", (json_int_t)t->n_asked, "failed",
		(json_int_t)t->n_failed, "compared_with", (json_int_t)t->n_slices, "states_us",
		(json_int_t)t->state_us, "fit_us", (json_int_t)t->fit_us);

	json_object_set_new(root, "strength", json_real(q->c));
	json_object_set_new(root, "folds", json_integer(HEAD_FOLDS));
	json_object_set_new(root, "calibration", json_string(q->calibration));
	json_object_set_new(root, "log_loss", json_real(q->log_loss));
	json_object_set_new(root, "held_out", tuned_share_to_json(q->right, h->training.n));
	json_object_set_new(root, "curve", tuned_curve_to_json(q, h->training.n));
	json_object_set_new(root, "outlook", tuned_outlook_to_json(a, &q->gain));
	json_object_set_new(root, "add_to_job",
			    json_pack("{s:[o]}", "heads", json_any_text(t->for_job)));
	return root;
}
