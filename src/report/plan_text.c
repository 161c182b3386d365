/*
 * Plans and models, in text and JSON.
 */
#include "report/plan_text.h"

#include <string.h>

#include "base/json.h"
#include "base/str.h"
#include "job/shown.h"
#include "report/table.h"

static const char *params_text(struct arena *a, int64_t n)
{
	if (n >= 1000000000)
		return arena_printf(a, "%.1f B", (double)n / 1e9);
	return n > 0 ? arena_printf(a, "%.0f M", (double)n / 1e6) : "-";
}

/* Experts: what lies in memory, and what one token goes through. */
static const char *model_params(struct arena *a, const struct model_facts *f)
{
	const char *all = params_text(a, f->n_params);

	return f->n_expert > 0 ?
		       arena_printf(a, "%s (%s active)", all, params_text(a, f->n_params_active)) :
		       all;
}

static const char *licence_cell(struct arena *a, const struct model *m, const struct licence *l)
{
	return m->engine == ENGINE_BASELINE ?
		       "-" :
		       licence_words(a, licence_verdict_name(l->verdict), l->id, l->source);
}

/* What OK asks for is little; the rest is for somebody to read. */
static void write_licence_note(struct arena *a, const char *name, const struct licence *l,
			       FILE *out)
{
	if (l->verdict == LICENCE_OK)
		return;
	fprintf(out, "licence of %s: %s: %s%s%s\n", shown_path(a, name),
		licence_verdict_name(l->verdict), l->why, *l->conditions ? ". Conditions: " : "",
		l->conditions);
}

/* Once a model: the ways of asking it have one licence. */
static void write_licences(struct arena *a, const struct plan *plan, FILE *out)
{
	bool any = false;

	for (size_t i = 0; i < plan->n; i++) {
		const struct candidate *c = &plan->candidates[i];
		bool seen = c->model->engine == ENGINE_BASELINE;

		for (size_t k = 0; k < i; k++)
			seen |= plan->candidates[k].model == c->model;
		if (seen)
			continue;
		write_licence_note(a, c->model->label, c->licence, out);
		any |= c->licence->verdict == LICENCE_READ;
	}
	if (any)
		fputs("READ: somebody has to read these licences. What you have confirmed goes "
		      "under 'licences' in the job file.\n",
		      out);
}

static void write_waves(struct arena *a, const struct plan *plan, FILE *out)
{
	for (size_t i = 0; i < plan->n; i++) {
		const struct candidate *c = &plan->candidates[i];

		if (c->n_wave > 0 && !c->refused)
			fprintf(out,
				"%s keeps at most %lld tickets at a time: more do not fit into "
				"memory\n",
				shown_path(a, c->name), (long long)c->n_wave);
	}
}

static const char *estimate_text(struct arena *a, const struct candidate *c)
{
	if (c->refused)
		return "will not run";
	if (c->estimate_us < 0)
		return "not measured yet";
	return arena_printf(a, "%s%s", str_duration(a, c->estimate_us),
			    c->estimate_rough ? " (rough)" : "");
}

void plan_write_text(struct arena *a, const struct job *job, const struct slice *slice,
		     const struct example_set *examples, const struct training *training,
		     const struct plan *plan, FILE *out)
{
	static const char *const headers[] = { "candidate", ">memory",	   ">weights",
					       ">params",   ">prompt tok", ">reason tok",
					       "time",	    "licence",	   NULL };
	struct table t;

	fprintf(out, "Job '%s': %zu tickets, %zu labels, bar %.3g%%, use %s\n", shown(a, job->name),
		slice->n, job->n_labels, job->bar * 100, job_use_words(job));
	if (examples->n)
		fprintf(out,
			"Examples: %zu drawn with seed %lld; %zu near-duplicates of tickets "
			"passed over\n",
			examples->n, (long long)job->seed, examples->n_refused);
	if (training->n)
		fprintf(out,
			"Training for the baselines: %zu tickets; %zu near-duplicates of tickets "
			"passed over\n",
			training->n, training->n_refused);
	fputc('\n', out);
	table_init(&t, a, headers);
	for (size_t i = 0; i < plan->n; i++) {
		const struct candidate *c = &plan->candidates[i];

		table_add(&t, c->name);
		table_add(&t, str_bytes(a, (uint64_t)c->size_bytes));
		table_add(&t, str_bytes(a, (uint64_t)c->need.weights_bytes));
		table_add(&t, model_params(a, &c->model->facts));
		table_addf(&t, "%lld", (long long)(c->prefix_tok + c->ticket_tok));
		table_addf(&t, "%lld", (long long)c->reason_tok);
		table_add(&t, estimate_text(a, c));
		table_add(&t, licence_cell(a, c->model, c->licence));
	}
	table_write(&t, out);
	for (size_t i = 0; i < plan->n; i++)
		if (plan->candidates[i].refused)
			fprintf(out, "%s will not run: %s\n",
				shown_path(a, plan->candidates[i].name),
				plan->candidates[i].refused);
	write_licences(a, plan, out);
	write_waves(a, plan, out);
	if (plan->total_us >= 0)
		fprintf(out, "\nAll in all about %s%s.\n", str_duration(a, plan->total_us),
			job->budget.minutes ? arena_printf(a, " of the %lld minutes allowed",
							   (long long)job->budget.minutes) :
					      "");
	for (size_t i = 0; i < job->n_warnings; i++)
		fprintf(out, "note: %s\n", job->warnings[i]);
}

json_t *licence_to_json(const struct licence *l)
{
	return json_pack("{s:s, s:s, s:s, s:o, s:s, s:o, s:s}", "verdict",
			 licence_verdict_name(l->verdict), "id", l->id, "name", l->name, "source",
			 json_any_text(l->source), "conditions", l->conditions, "why",
			 json_any_text(l->why), "text_sha256", l->text_sha256);
}

void plan_write_json(const struct job *job, const struct slice *slice, const struct plan *plan,
		     FILE *out)
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

		json_object_set_new(row, "estimate_us",
				    c->estimate_us < 0 ? json_null() :
							 json_integer(c->estimate_us));
		json_object_set_new(row, "buffer_bytes", json_integer(c->need.buffer_bytes));
		json_object_set_new(row, "n_wave", json_integer(c->n_wave));
		if (c->model->facts.n_expert > 0)
			json_object_set_new(row, "n_params_active",
					    json_integer(c->model->facts.n_params_active));
		if (c->model->engine != ENGINE_BASELINE)
			json_object_set_new(row, "licence", licence_to_json(c->licence));
		if (c->refused)
			json_object_set_new(row, "refused", json_string(c->refused));
		json_array_append_new(list, row);
	}
	j = json_pack("{s:s, s:s, s:I, s:s, s:f, s:o}", "job", job->name, "use", job_use_words(job),
		      "tickets", (json_int_t)slice->n, "slice_sha256", slice->sha256, "bar",
		      job->bar, "candidates", list);
	json_print(j, out);
}

void models_write_text(struct arena *a, const struct model *models, const struct licence *licences,
		       const char *const *problems, size_t n, FILE *out)
{
	static const char *const headers[] = { "file",	 ">size",	   ">params", "quant",
					       "arch",	 ">context",	   "licence", "template",
					       "sha256", "commercial use", NULL };
	struct table t;

	table_init(&t, a, headers);
	for (size_t i = 0; i < n; i++) {
		const struct model *m = &models[i];
		const struct model_facts *f = &m->facts;

		table_add(&t, str_basename(m->path));
		table_add(&t, str_bytes(a, (uint64_t)m->stamp.size_bytes));
		table_add(&t, model_params(a, f));
		table_add(&t, problems[i] ? "unusable" : f->quant);
		table_add(&t, f->arch);
		table_addf(&t, "%lld", (long long)f->n_ctx_train);
		table_add(&t, *f->licence ? f->licence : "not stated");
		table_add(&t, *f->template_sha256 ? "yes" : "no");
		table_addf(&t, "%.12s", *m->sha256 ? m->sha256 : "-");
		table_add(&t, licence_cell(a, m, &licences[i]));
	}
	table_write(&t, out);
	for (size_t i = 0; i < n; i++)
		if (problems[i])
			fprintf(out, "%s: %s\n", models[i].path, problems[i]);
	for (size_t i = 0; i < n; i++)
		if (!problems[i])
			write_licence_note(a, str_basename(models[i].path), &licences[i], out);
}

void models_write_json(const struct model *models, const struct licence *licences,
		       const char *const *problems, size_t n, FILE *out)
{
	json_t *list = json_array();

	for (size_t i = 0; i < n; i++) {
		json_t *j = model_to_json(&models[i]);

		if (problems[i])
			json_object_set_new(j, "problem", json_string(problems[i]));
		json_object_set_new(j, "commercial_use", licence_to_json(&licences[i]));
		json_array_append_new(list, j);
	}
	json_print(list, out);
}

static void write_field(FILE *out, const char *name, const char *text)
{
	struct buf b;

	buf_init(&b, 1 << 16);
	str_printable(&b, text, strlen(text));
	fprintf(out, "%-10s %s\n", name, *text ? buf_text(&b) : "not stated");
	buf_release(&b);
}

void model_write_text(struct arena *a, const struct model *m, FILE *out)
{
	const struct model_facts *f = &m->facts;

	write_field(out, "file", m->path);
	write_field(out, "name", f->name);
	write_field(out, "sha256", m->sha256);
	write_field(out, "size", str_bytes(a, (uint64_t)m->stamp.size_bytes));
	write_field(out, "params", model_params(a, f));
	write_field(out, "quant", f->quant);
	write_field(out, "arch", f->arch);
	write_field(out, "context", arena_printf(a, "%lld tokens", (long long)f->n_ctx_train));
	write_field(out, "licence", f->licence);
	write_field(out, "base", f->base_model);
	write_field(out, "template",
		    *f->template_sha256 ?
			    arena_printf(a, "found, sha256 %.12s", f->template_sha256) :
			    "none: a plain instruction format is used");
}

void model_write_licence(struct arena *a, const struct licence *l, FILE *out)
{
	write_field(out, "commercial",
		    licence_words(a, licence_verdict_name(l->verdict), l->id, l->source));
	write_field(out, "  from", l->why);
	if (*l->text_sha256)
		write_field(out, "  text", arena_printf(a, "sha256 %s", l->text_sha256));
	if (*l->conditions)
		write_field(out, "  asks for", l->conditions);
}

json_t *model_to_json(const struct model *m)
{
	const struct model_facts *f = &m->facts;

	return json_pack("{s:s, s:s*, s:s*, s:s*, s:s*, s:s*, s:s*, s:s*, s:I, s:I, s:I, s:I}",
			 "path", m->path, "sha256", m->sha256, "name", f->name, "arch", f->arch,
			 "quant", f->quant, "licence", f->licence, "base_model", f->base_model,
			 "template_sha256", f->template_sha256, "size_bytes",
			 (json_int_t)m->stamp.size_bytes, "n_params", (json_int_t)f->n_params,
			 "n_ctx_train", (json_int_t)f->n_ctx_train, "n_layer",
			 (json_int_t)f->n_layer);
}
