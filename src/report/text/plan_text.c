/*
 * What would run, what it needs, and what may keep it from running.
 */
#include "report/text/plan_text.h"

#include <string.h>

#include "base/display.h"
#include "base/json/json.h"
#include "base/str.h"
#include "base/terminal.h"
#include "job/model/served.h"
#include "job/plan/duplicate.h"
#include "report/short_name.h"
#include "report/table/table.h"

const char **plan_short_names(struct arena *a, const struct plan *plan)
{
	const char **names = arena_array(a, plan->n, sizeof(*names));

	for (size_t i = 0; i < plan->n; i++)
		names[i] = plan->candidates[i].name;
	names = short_names(a, names, plan->n);
	for (size_t i = 0; i < plan->n; i++)
		names[i] = display_path(a, names[i]);
	return names;
}

/* One note a model: all its ways have the same licence. */
static void plan_write_licences(struct arena *a, const struct plan *plan, FILE *out)
{
	bool any = false;

	for (size_t i = 0; i < plan->n; i++) {
		const struct candidate *c = &plan->candidates[i];
		bool seen = c->model->engine == ENGINE_BASELINE;

		for (size_t k = 0; k < i; k++)
			seen |= plan->candidates[k].model == c->model;
		if (seen)
			continue;
		model_write_licence_note(a, c->model->label, c->licence, out);
		any |= c->licence->verdict == LICENCE_READ;
	}
	if (any)
		fputs("READ: somebody has to read these licences. List those that you have "
		      "confirmed under 'licences' in the job file.\n",
		      out);
}

static bool plan_is_server(const struct candidate *c)
{
	return c->model->engine == ENGINE_HTTP;
}

/* A server may not report a size. */
static const char *plan_size_text(struct arena *a, const struct candidate *c, int64_t n_bytes)
{
	return plan_is_server(c) && n_bytes == 0 ? "unknown" : str_bytes(a, (uint64_t)n_bytes);
}

static void plan_write_decisions(struct arena *a, const struct plan *plan, const char **names,
				 FILE *out)
{
	for (size_t i = 0; i < plan->n; i++) {
		const struct candidate *c = &plan->candidates[i];

		if (c->model->facts.kind == MODEL_KIND_DECISION && !c->refused &&
		    c->way == WAY_PLAIN)
			fprintf(out,
				"%s: decision model, type %s: asked natively, without reasons\n",
				names[i], display_text(a, c->model->facts.decision));
	}
}

/* RULE: nothing leaves this machine without a note. */
static void plan_write_servers(struct arena *a, const struct plan *plan, FILE *out)
{
	bool unknown = false;

	for (size_t i = 0; i < plan->n; i++) {
		const struct candidate *c = &plan->candidates[i];
		const char *host = served_leaves_for(a, c->model);
		bool seen = false;

		for (size_t k = 0; k < i; k++)
			seen |= plan->candidates[k].model == c->model;
		if (host && !seen)
			fprintf(out, "%s: TICKETS LEAVE THIS MACHINE for %s\n",
				display_path(a, c->model->label), display_text(a, host));
		unknown |= plan_is_server(c) && c->size_bytes == 0;
	}
	if (unknown)
		fputs("Servers that do not report a model size come last.\n", out);
}

static void plan_write_waves(const struct plan *plan, const char **names, FILE *out)
{
	for (size_t i = 0; i < plan->n; i++) {
		const struct candidate *c = &plan->candidates[i];

		if (c->n_wave > 0 && !c->refused)
			fprintf(out,
				"%s takes at most %lld tickets at a time: more do not fit into "
				"memory\n",
				names[i], (long long)c->n_wave);
	}
}

static const char *plan_estimate_text(struct arena *a, const struct candidate *c)
{
	if (c->refused)
		return "will not run";
	if (c->on_record)
		return "on record";
	if (c->estimate_us < 0)
		return "not measured yet";
	if (c->model->engine == ENGINE_BASELINE)
		return "-";
	return arena_printf(a, "%s%s%s",
			    c->reason_us > 0 && c->most_us == c->estimate_us ? "at most " :
									       "about ",
			    str_about(a, c->estimate_us), c->estimate_rough ? " (rough)" : "");
}

/* "about 5 min, at most 12 min": the second if every reason is as long as its cap. */
static const char *plan_total_words(struct arena *a, const struct plan *plan, bool capped)
{
	int64_t most_us = 0;

	for (size_t i = 0; i < plan->n; i++)
		if (!plan->candidates[i].refused && plan->candidates[i].most_us > 0)
			most_us += plan->candidates[i].most_us;
	if (capped)
		return arena_printf(a, "at most %s", str_about(a, most_us));
	if (strcmp(str_about(a, most_us), str_about(a, plan->total_us)) == 0)
		return arena_printf(a, "about %s", str_about(a, most_us));
	return arena_printf(a, "about %s, at most %s", str_about(a, plan->total_us),
			    str_about(a, most_us));
}

static void plan_write_paragraph(struct arena *a, const char *text, FILE *out)
{
	display_wrap(a, text, 0, terminal_text_columns(out), out);
}

/* How long in all. If no model's reasons were ever measured, their cap is all that is known. */
static void plan_write_total(struct arena *a, const struct job *job, const struct plan *plan,
			     FILE *out)
{
	size_t n_left = 0, n_unknown = 0, n_reasons = 0, n_capped = 0;
	const char *allowed = "";

	for (size_t i = 0; i < plan->n; i++) {
		const struct candidate *c = &plan->candidates[i];

		if (c->refused || c->on_record || c->model->engine == ENGINE_BASELINE)
			continue;
		n_left++;
		n_unknown += c->estimate_us < 0;
		n_reasons += c->reason_us > 0;
		n_capped += c->reason_us > 0 && c->most_us == c->estimate_us;
	}
	if (plan->total_us < 0)
		return;
	if (n_left == 0) {
		fputs("\nEvery reply is on record: nothing is left to ask.\n", out);
		return;
	}
	if (job->budget.minutes)
		allowed = arena_printf(a, " of the %lld minutes allowed",
				       (long long)job->budget.minutes);
	fprintf(out, "\nIn all %s%s%s.\n",
		plan_total_words(a, plan, n_capped > 0 && n_capped == n_reasons), allowed,
		n_unknown ? ", without what is not measured yet" : "");
	if (n_reasons > 0)
		plan_write_paragraph(
			a,
			arena_printf(a,
				     "At most, because it counts every %s at its limit of %lld "
				     "tokens; most are shorter.",
				     task_writes(job->task) ? "answer" : "reason",
				     (long long)job->budget.reason_tok),
			out);
}

void plan_write_text(struct arena *a, const struct job *job, const struct slice *slice,
		     const struct example_set *examples, const struct training *training,
		     const struct plan *plan, FILE *out)
{
	static const char *const headers[] = { "candidate", ">memory",	   ">weights",
					       ">params",   ">prompt tok", ">reason tok",
					       "time",	    "licence",	   NULL };
	const char **names = plan_short_names(a, plan);
	struct table t;

	fprintf(out, "Job '%s': %zu tickets, %s, bar %.3g%%, use %s\n", display_text(a, job->name),
		slice->n,
		task_writes(job->task) ? arena_printf(a, "task %s", task_names.texts[job->task]) :
					 arena_printf(a, "%zu labels", job->n_labels),
		job->bar * 100, job_use_words(job));
	if (examples->n)
		fprintf(out,
			"Examples: %zu drawn with seed %lld; %zu near-duplicates of tickets "
			"skipped\n",
			examples->n, (long long)job->seed, examples->n_refused);
	if (training->n)
		fprintf(out,
			"Training for the baselines: %zu tickets; %zu near-duplicates of tickets "
			"skipped\n",
			training->n, training->n_refused);
	if (job->think_tok > 0)
		fprintf(out,
			"Thinking: at most %lld tokens before each answer, of models that think; "
			"memory and times are for models that use all of them\n",
			(long long)job->think_tok);
	fputc('\n', out);
	table_init(&t, a, headers);
	table_rank(&t, "n034560t");
	for (size_t i = 0; i < plan->n; i++) {
		const struct candidate *c = &plan->candidates[i];

		table_add(&t, names[i]);
		table_add(&t, plan_size_text(a, c, c->size_bytes));
		table_add(&t, plan_size_text(a, c, c->need.weights_bytes));
		table_add(&t, model_params_text(a, &c->model->facts));
		table_addf(&t, "%lld", (long long)(c->prefix_tok + c->ticket_tok));
		table_addf(&t, "%lld", (long long)c->reason_tok);
		table_add(&t, plan_estimate_text(a, c));
		table_add(&t, model_licence_text(a, c->model, c->licence));
	}
	table_write(&t, out);
	for (size_t i = 0; i < plan->n; i++)
		if (plan->candidates[i].refused)
			plan_write_paragraph(a,
					     arena_printf(a, "%s will not run: %s", names[i],
							  plan->candidates[i].refused),
					     out);
	plan_write_licences(a, plan, out);
	plan_write_waves(plan, names, out);
	plan_write_decisions(a, plan, names, out);
	plan_write_servers(a, plan, out);
	plan_write_total(a, job, plan, out);
	for (size_t i = 0; i < plan->n_repeats; i++)
		plan_write_paragraph(
			a, arena_printf(a, "note: %s", duplicate_words(a, plan->repeats[i])), out);
	for (size_t i = 0; i < job->n_warnings; i++)
		plan_write_paragraph(a, arena_printf(a, "note: %s", job->warnings[i]), out);
}

/* Duplicate names of models that are asked once, and their origin. */
static json_t *plan_repeats_json(const struct plan *plan)
{
	json_t *list = json_array();

	for (size_t i = 0; i < plan->n_repeats; i++) {
		const struct model *m = plan->repeats[i];

		json_array_append_new(
			list,
			json_pack("{s:o, s:o, s:s, s:o, s:s, s:o, s:s}", "model",
				  json_any_text(m->spec), "path", json_any_text(m->path), "origin",
				  m->origin.store, "origin_name", json_any_text(m->origin.name),
				  "origin_digest", m->origin.digest, "same_as",
				  json_any_text(m->repeats->spec), "sha256", m->sha256));
	}
	return list;
}

void plan_write_json(const struct job *job, const struct slice *slice, const struct plan *plan,
		     const char *refused, FILE *out)
{
	json_t *list = json_array(), *j;

	for (size_t i = 0; i < plan->n; i++) {
		const struct candidate *c = &plan->candidates[i];
		json_t *row = json_pack(
			"{s:s, s:s, s:s, s:I, s:I, s:I, s:I, s:I, s:I, s:b}", "name", c->name,
			"path", c->model->path, "way", way_name(c->way), "size_bytes",
			(json_int_t)c->size_bytes, "weights_bytes",
			(json_int_t)c->need.weights_bytes, "context_bytes",
			(json_int_t)c->need.context_bytes, "prefix_tok", (json_int_t)c->prefix_tok,
			"ticket_tok", (json_int_t)c->ticket_tok, "reason_tok",
			(json_int_t)c->reason_tok, "estimate_rough", c->estimate_rough);

		json_object_set_new(row, "estimate_us", json_known(c->estimate_us));
		json_object_set_new(row, "most_us", json_known(c->most_us));
		json_object_set_new(row, "on_record", json_boolean(c->on_record));
		json_object_set_new(row, "buffer_bytes", json_integer(c->need.buffer_bytes));
		if (c->think_tok > 0)
			json_object_set_new(row, "think_tok", json_integer(c->think_tok));
		json_object_set_new(row, "n_wave", json_integer(c->n_wave));
		if (c->model->facts.n_expert > 0)
			json_object_set_new(row, "n_params_active",
					    json_integer(c->model->facts.n_params_active));
		if (c->model->engine != ENGINE_BASELINE)
			json_object_set_new(row, "licence", licence_to_json(c->licence));
		json_object_set_new(row, "reads_prompt",
				    json_boolean(c->model->engine != ENGINE_BASELINE &&
						 model_writes(c->model)));
		if (c->refused)
			json_object_set_new(row, "refused", json_string(c->refused));
		json_array_append_new(list, row);
	}
	j = json_pack("{s:s, s:s, s:I, s:s, s:f, s:o}", "job", job->name, "use", job_use_words(job),
		      "tickets", (json_int_t)slice->n, "slice_sha256", slice->sha256, "bar",
		      job->bar, "candidates", list);
	if (plan->n_repeats)
		json_object_set_new(j, "same_weights", plan_repeats_json(plan));
	if (refused)
		json_object_set_new(j, "tickets_refused", json_any_text(refused));
	json_print(j, out);
}
