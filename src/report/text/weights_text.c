/*
 * The epochs as a table, with a head for comparison, and what was written.
 */
#include "report/text/weights_text.h"

#include "base/display.h"
#include "base/json/json.h"
#include "base/str.h"
#include "judge/measure/stats.h"
#include "report/table/table.h"

static const double CONFIDENCE = 0.95;

static void weights_add_score(struct table *t, struct arena *a, const struct weights_score *s,
			      size_t n)
{
	struct interval i = stats_wilson(s->right, n, CONFIDENCE);

	table_addf(t, "%zu/%zu", s->right, n);
	table_add(t, arena_printf(a, "%.0f%% (%.0f-%.0f%%)", 100 * (double)s->right / (double)n,
				  100 * i.low, 100 * i.high));
	table_add(t, s->log_loss < 0 ? "" : arena_printf(a, "%.3f", s->log_loss));
}

static void weights_write_epochs(struct arena *a, const struct weights_report *w, FILE *out)
{
	static const char *const headers[] = { "held out",  ">right",	 "share (95%)",
					       ">log loss", ">training", ">time",
					       "",	    NULL };
	struct table t;

	table_init(&t, a, headers);
	for (size_t e = 0; e < w->n_epochs; e++) {
		const struct weights_epoch *epoch = &w->epochs[e];

		table_add(&t, e ? arena_printf(a, "epoch %zu", e) : "untuned");
		weights_add_score(&t, a, &epoch->held_out, w->n_held_out);
		table_add(&t, e ? arena_printf(a, "%.3f", epoch->loss) : "");
		table_add(&t, e ? str_duration(a, epoch->train_us) : "");
		table_add(&t, e && e == w->best ? "kept" : "");
	}
	for (size_t i = 0; i < w->n_written; i++) {
		table_addf(&t, "written as %s", w->written[i].quant);
		weights_add_score(&t, a, &w->written[i].held_out, w->n_held_out);
		table_add(&t, "");
		table_add(&t, "");
		table_add(&t, i + 1 == w->n_written ? "kept" : "");
	}
	if (w->head_us > 0) {
		table_add(&t, "a head instead");
		weights_add_score(&t, a, &w->head, w->n_held_out);
		table_add(&t, "");
		table_add(&t, str_duration(a, w->head_us));
		table_add(&t, "");
	}
	table_write(&t, out);
}

static void weights_write_head_line(struct arena *a, const struct weights_report *w, FILE *out)
{
	fprintf(out, "%s: weights that learn from %zu of %zu tickets in %s, %zu held out\n",
		display_text(a, w->base_label), w->training->n - w->n_held_out - w->n_too_long,
		w->n_offered, display_text(a, w->training->file), w->n_held_out);
	if (w->training->n_refused > 0)
		fprintf(out, "  left out    %zu that (nearly) repeat a ticket under test\n",
			w->training->n_refused);
	if (w->n_too_long > 0)
		fprintf(out, "  left out    %zu that are too long for a step\n", w->n_too_long);
	fprintf(out, "  steps       %lld an epoch of %lld tokens; %s; rate %g, falling\n",
		(long long)w->n_steps, (long long)w->n_ctx,
		w->n_layers ?
			arena_printf(a, "the last %lld layers change", (long long)w->n_layers) :
			"all layers change",
		w->rate);
	fprintf(out, "  ended       %s, after %s; at most %s of memory\n\n", w->ended,
		str_duration(a, w->took_us), str_bytes(a, (uint64_t)w->peak_rss_bytes));
}

void weights_write_text(struct arena *a, const struct weights_report *w, FILE *out)
{
	weights_write_head_line(a, w, out);
	weights_write_epochs(a, w, out);
	if (!w->path) {
		fputs("\nNothing was written: no epoch was better on the held-out tickets than the "
		      "untuned model.\nMore tickets, another --rate, or a head ('toehold tune' "
		      "without --weights) may do better.\n",
		      out);
		return;
	}
	fprintf(out,
		"\nThe held-out figures are a little too good, because the same tickets chose the "
		"epoch: the smoke test decides.\n"
		"Model '%s' (%s, sha256 %.12s); what it learnt from: %s\n"
		"Add to %s:\n  models: [..., %s]\nThen 'toehold smoke' measures it beside the "
		"others.\n",
		display_path(a, w->path), str_bytes(a, (uint64_t)w->n_bytes), w->sha256,
		display_path(a, w->record_path), display_path(a, w->job_path),
		display_path(a, w->for_job));
}

static json_t *weights_score_to_json(const struct weights_score *s, size_t n)
{
	struct interval i = stats_wilson(s->right, n, CONFIDENCE);

	return json_pack("{s:I, s:I, s:f, s:f, s:f}", "right", (json_int_t)s->right, "of",
			 (json_int_t)n, "low", i.low, "high", i.high, "log_loss",
			 s->log_loss < 0 ? 0 : s->log_loss);
}

static json_t *weights_epochs_to_json(const struct weights_report *w)
{
	json_t *list = json_array();

	for (size_t e = 0; e < w->n_epochs; e++) {
		json_t *row = weights_score_to_json(&w->epochs[e].held_out, w->n_held_out);

		json_object_set_new(row, "epoch", json_integer((json_int_t)e));
		json_object_set_new(row, "training_loss", json_real(w->epochs[e].loss));
		json_object_set_new(row, "train_us", json_integer(w->epochs[e].train_us));
		json_array_append_new(list, row);
	}
	return list;
}

static json_t *weights_written_to_json(const struct weights_report *w)
{
	const struct weights_written *kept = &w->written[w->n_written - 1];
	json_t *tried = json_array();

	for (size_t i = 0; i < w->n_written; i++) {
		json_t *row = weights_score_to_json(&w->written[i].held_out, w->n_held_out);

		json_object_set_new(row, "quant", json_string(w->written[i].quant));
		json_array_append_new(tried, row);
	}
	return json_pack("{s:o, s:o, s:s, s:s, s:I, s:o, s:o, s:{s:[o]}}", "path",
			 json_any_text(w->path), "record", json_any_text(w->record_path), "sha256",
			 w->sha256, "quant", kept->quant, "bytes", (json_int_t)w->n_bytes,
			 "held_out", weights_score_to_json(&kept->held_out, w->n_held_out), "tried",
			 tried, "add_to_job", "models", json_any_text(w->for_job));
}

json_t *weights_to_json(const struct weights_report *w)
{
	json_t *root = json_pack(
		"{s:{s:o, s:s}, s:{s:o, s:s, s:I, s:I, s:I, s:I, s:I}, s:o, s:I, s:s, s:f, s:I, "
		"s:I, s:I, s:I, s:I}",
		"model", "label", json_any_text(w->base_label), "sha256", w->base_sha256,
		"training", "file", json_any_text(w->training->file), "sha256", w->training->sha256,
		"offered", (json_int_t)w->n_offered, "tickets", (json_int_t)w->training->n,
		"held_out", (json_int_t)w->n_held_out, "refused",
		(json_int_t)w->training->n_refused, "too_long", (json_int_t)w->n_too_long, "epochs",
		weights_epochs_to_json(w), "best", (json_int_t)w->best, "ended", w->ended, "rate",
		w->rate, "step_tok", (json_int_t)w->n_ctx, "steps", (json_int_t)w->n_steps,
		"layers", (json_int_t)w->n_layers, "peak_rss_bytes", (json_int_t)w->peak_rss_bytes,
		"took_us", (json_int_t)w->took_us);

	if (w->head_us > 0)
		json_object_set_new(root, "head", weights_score_to_json(&w->head, w->n_held_out));
	if (w->path)
		json_object_set_new(root, "written", weights_written_to_json(w));
	return root;
}
