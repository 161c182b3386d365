/*
 * Run, candidate and replies, field by field.
 */
#include "report/result/run_text.h"

#include <string.h>

#include "base/array.h"
#include "base/clock.h"
#include "base/display.h"
#include "base/str.h"
#include "base/terminal.h"
#include "job/licence/licence.h"
#include "report/promise_text.h"
#include "report/text/answer_text.h"
#include "report/tuned_heads.h"

enum { FIELD_COLUMNS = 16 };

/* A field, which may go on in further lines; "-" if it is empty. */
static void run_text_field(FILE *out, const char *name, const char *text)
{
	struct arena a = { 0 };

	fprintf(out, "  %-13s ", name);
	display_wrap(&a, text && *text ? display_cut(&a, text, strlen(text)) : "-", FIELD_COLUMNS,
		     terminal_text_columns(out), out);
	arena_release(&a);
}

void run_write_head(struct arena *a, const struct result *r, FILE *out)
{
	const struct run_row *run = r->run;
	size_t n_work = 0;

	fprintf(out, "Run '%s'\n", display_path(a, run->name));
	run_text_field(out, "job",
		       arena_printf(a, "%s (%s, sha256 %.12s)", run->job_name, run->job_path,
				    run->job_sha256));
	run_text_field(out, "when", clock_iso(a, run->created_us));
	for (size_t i = 0; i < r->n_slices; i++)
		run_text_field(out, i ? "" : "tickets",
			       arena_printf(a, "%zu %s from %s, sha256 %.12s, %s", r->slices[i].n,
					    slice_role_name(r->slices[i].role), r->slices[i].path,
					    r->slices[i].sha256, run->redaction));
	run_text_field(out, "prompt", arena_printf(a, "sha256 %.12s", run->prompt_sha256));
	run_text_field(out, "mode",
		       arena_printf(a, "%s, reason %s, seed %lld", run_mode_name(run->mode),
				    run->reason_order, (long long)run->seed));
	run_text_field(out, "bar",
		       arena_printf(a,
				    "%.3g%%, certainty %.3g%%, floor %.3g%%, harder tickets %s, "
				    "use %s",
				    run->bar * 100, run->certainty * 100, run->floor * 100,
				    run->harder, run->use));
	run_text_field(
		out, "budget",
		arena_printf(a, "memory %s, minutes %s, reason tokens %lld",
			     run->budget_memory_bytes ?
				     str_bytes(a, (uint64_t)run->budget_memory_bytes) :
				     "as the machine has",
			     run->budget_minutes ?
				     arena_printf(a, "%lld", (long long)run->budget_minutes) :
				     "without limit",
			     (long long)run->budget_reason_tok));
	run_text_field(out, "machine",
		       arena_printf(a, "%s, %s, %lld cores, %s, %s", run->host, run->cpu,
				    (long long)run->n_cores,
				    str_bytes(a, (uint64_t)run->memory_bytes), run->os));
	run_text_field(out, "program", run->program);
	run_text_field(out, "chain head", r->chain_head);
	for (size_t i = 0; i < r->n_events; i++)
		if (r->events[i].kind == EVENT_WORK)
			n_work++;
		else if (r->events[i].kind == EVENT_PROMISE)
			run_text_field(out, event_kind_name(EVENT_PROMISE),
				       words_promise_event(a, r->events[i].text));
		else if (r->events[i].kind != EVENT_PLAN)
			run_text_field(out, event_kind_name(r->events[i].kind), r->events[i].text);
	if (n_work)
		run_text_field(out, "in production",
			       arena_printf(a, "%zu session%s%s", n_work, n_work == 1 ? "" : "s",
					    task_writes(run->task) ?
						    "" :
						    "; 'toehold watch' has the labels"));
	fputc('\n', out);
}

static const char *run_text_pressure_words(struct arena *a, const struct segment_row *s)
{
	if (s->report.disturbance.stall_percent >= 0)
		return arena_printf(a, "memory short %.1f%% of the time",
				    s->report.disturbance.stall_percent);
	if (s->report.disturbance.major_faults >= 0)
		return arena_printf(a, "%lld pages read from disk",
				    (long long)s->report.disturbance.major_faults);
	return "memory pressure not reported";
}

static const char *run_text_clock_words(struct arena *a, const struct segment_row *s)
{
	enum { KHZ_PER_MHZ = 1000 };

	if (s->report.disturbance.max_khz == 0)
		return "clock not reported";
	return arena_printf(a, "clock %lld to %lld MHz",
			    (long long)s->report.disturbance.min_khz / KHZ_PER_MHZ,
			    (long long)s->report.disturbance.max_khz / KHZ_PER_MHZ);
}

static const char *run_text_slept_words(struct arena *a, const struct segment_row *s)
{
	if (s->report.disturbance.suspended_us == 0)
		return "";
	return arena_printf(a, "; the machine slept for %s: ignore the times",
			    str_duration(a, s->report.disturbance.suspended_us));
}

/* How much of the prefix an earlier pass had computed. */
static const char *run_text_prefix_words(struct arena *a, const struct segment_row *s)
{
	if (s->report.prefix_kept_tok == 0)
		return "";
	return arena_printf(a, " (%lld of %lld tokens from cache, in %s)",
			    (long long)s->report.prefix_kept_tok, (long long)s->report.prefix_tok,
			    str_duration(a, s->report.prefix_load_us));
}

static void run_text_write_segment(struct arena *a, const struct segment_row *s, FILE *out)
{
	run_text_field(out, "session",
		       arena_printf(a, "%s, %lld answers, %lld reasons, %s",
				    clock_iso(a, s->started_us), (long long)s->report.n_answers,
				    (long long)s->report.n_reasons, s->report.ended));
	run_text_field(out, "  times",
		       arena_printf(a, "load %s, prefix %s%s, answers %s, reasons %s",
				    str_duration(a, s->report.load_us),
				    str_duration(a, s->report.prefix_us),
				    run_text_prefix_words(a, s),
				    str_duration(a, s->report.answer_us),
				    str_duration(a, s->report.reason_us)));
	run_text_field(out, "  tokens",
		       arena_printf(a, "prefix %lld, tickets %lld, reasons %lld",
				    (long long)s->report.prefix_tok,
				    (long long)s->report.prompt_tok,
				    (long long)s->report.reason_tok));
	run_text_field(out, "  context",
		       arena_printf(a, "%lld tokens, %lld sequences, memory peak %s",
				    (long long)s->report.n_ctx, (long long)s->report.n_seq,
				    str_bytes(a, (uint64_t)s->report.peak_rss_bytes)));
	run_text_field(
		out, "  template",
		arena_printf(a, "sha256 %.12s, %s, opening %s",
			     *s->report.template_sha256 ? s->report.template_sha256 : "none",
			     *s->report.template_marks ? s->report.template_marks : "no marks",
			     s->report.opening));
	if (s->report.thinking && *s->report.thinking && strcmp(s->report.thinking, "off") != 0)
		run_text_field(out, "  thinking", s->report.thinking);
	run_text_field(out, "  sandbox", s->report.sandbox);
	run_text_field(out, "  machine",
		       arena_printf(a, "%s: others busy %.1f%%, steal %.1f%%, load %.2f, %s, %s%s",
				    s->report.disturbance.disturbed ? "disturbed" : "undisturbed",
				    s->report.disturbance.other_busy_percent,
				    s->report.disturbance.steal_percent,
				    s->report.disturbance.load_average,
				    run_text_pressure_words(a, s), run_text_clock_words(a, s),
				    run_text_slept_words(a, s)));
}

static void run_text_write_licence(struct arena *a, const struct result *r,
				   const struct candidate_row *row, FILE *out)
{
	run_text_field(out, arena_printf(a, "  for %s", result_use(r)),
		       arena_printf(a, "%s, judged %s",
				    licence_words(a, row->licence_verdict, row->licence_id,
						  row->licence_source),
				    clock_iso(a, row->licence_judged_us)));
	run_text_field(out, "  from", row->licence_why);
	if (*row->licence_text_sha256)
		run_text_field(out, "  text",
			       arena_printf(a, "sha256 %.12s", row->licence_text_sha256));
	if (*row->licence_conditions)
		run_text_field(out, "  asks for", row->licence_conditions);
}

static void run_text_write_model(struct arena *a, const struct result *r,
				 const struct candidate_row *row, FILE *out)
{
	const char *facts[] = { row->model_name, row->arch, row->quant,
				row->n_params > 0 ? arena_printf(a, "%lld parameters",
								 (long long)row->n_params) :
						    "" };
	struct buf text;

	buf_init(&text, 1 << 12);
	for (size_t i = 0; i < COUNT_OF(facts); i++)
		if (*facts[i])
			buf_add_item(&text, ", ", "%s", facts[i]);
	run_text_field(out, "model", text.len ? buf_to_arena(&text, a) : "not stated");
	buf_release(&text);
	run_text_field(out, "licence", *row->licence ? row->licence : "not stated in the file");
	run_text_write_licence(a, r, row, out);
}

/* How well it learnt; nothing if the run has no record of that. */
static void run_text_write_learnt(struct arena *a, const struct candidate_result *c, FILE *out)
{
	struct head_record record;

	if (!head_record_read(a, c->row->head_json, &record))
		return;
	run_text_field(out, "  training", head_words_learnt(a, &record));
	run_text_field(out, "  curve", head_words_curve(a, &record));
	run_text_field(out, "  outlook", head_words_outlook(a, &record));
}

static void run_text_write_head(struct arena *a, const struct candidate_result *c, FILE *out)
{
	const char *from = *c->pass->examples_sha256 ? arena_printf(a, "tickets sha256 %.12s",
								    c->pass->examples_sha256) :
						       "the labels' descriptions";

	run_text_field(out, "head",
		       *c->row->head_path ? arena_printf(a, "%s, sha256 %.12s, learnt from %s",
							 display_path(a, c->row->head_path),
							 c->pass->head_sha256, from) :
					    arena_printf(a, "made in this run (%.12s) from %s",
							 c->pass->head_sha256, from));
}

/* "e1 card, e2 other": the texts are left out. */
static const char *run_text_examples(struct arena *a, const struct pass_row *pass)
{
	json_t *examples = json_loads(pass->examples_json, 0, NULL), *item;
	const char *list = "";
	size_t i;

	json_array_foreach (examples, i, item)
		list = arena_add_item(
			a, list, ", ", "%s %s",
			display_text(a, json_string_value(json_object_get(item, "id"))),
			display_text(a, json_string_value(json_object_get(item, "label"))));
	json_decref(examples);
	return list;
}

void run_write_candidate(struct arena *a, const struct result *r, size_t candidate, FILE *out)
{
	const struct candidate_result *c = &r->candidates[candidate];

	fprintf(out, "\n%s\n", display_path(a, c->row->name));
	if (result_not_run(c))
		run_text_field(out, result_not_run(c), c->not_measured ? c->not_measured : "");
	run_text_field(out, "file", c->row->path);
	if (c->baseline)
		run_text_field(out, "model", "none: a baseline");
	else
		run_text_write_model(a, r, c->row, out);
	if (c->pass) {
		const struct pass_row *p = c->pass;

		run_text_field(out, "sha256", p->model_sha256);
		run_text_field(out, "way", arena_printf(a, "%s, sampler %s", p->way, p->sampler));
		run_text_field(out, "engine",
			       arena_printf(a, "%s on %s", p->engine_build, p->device));
		run_text_field(out, "settings",
			       arena_printf(a, "%lld threads, batch %lld/%lld, reason cap %lld",
					    (long long)p->n_threads, (long long)p->n_batch,
					    (long long)p->n_ubatch, (long long)p->reason_cap_tok));
		if (c->ladder)
			run_text_field(
				out, "asked with",
				arena_printf(a, "less (%s); earlier passes that do not count: %zu",
					     c->ladder, c->n_superseded));
		if (*p->head_sha256)
			run_text_write_head(a, c, out);
		else if (*p->examples_sha256)
			run_text_field(out, c->baseline ? "training" : "examples",
				       arena_printf(a, "sha256 %.12s: %s", p->examples_sha256,
						    run_text_examples(a, p)));
		run_text_write_learnt(a, c, out);
	}
	for (size_t i = 0; i < c->n_segments; i++)
		run_text_write_segment(a, &c->segments[i], out);
}

void run_write_replies(struct arena *a, const struct result *r, size_t candidate, FILE *out)
{
	const struct candidate_result *c = &r->candidates[candidate];

	for (size_t i = 0; i < r->n_tickets; i++) {
		const struct ticket *t = &r->tickets[i];
		const struct answer *answer = c->answers[i];
		const struct reason *reason = c->reasons[i];

		fprintf(out, "\n");
		run_text_field(out, "ticket", t->id);
		run_text_field(out, "text", t->text);
		run_text_field(out, "gold", answer_expected_words(a, r, t));
		if (!answer)
			continue;
		run_text_field(out, task_writes(r->run->task) ? "mark" : "said",
			       answer->label >= 0 ? r->labels[answer->label].name :
						    outcome_words(answer->outcome));
		run_text_field(out, "raw", answer->raw);
		run_text_field(out, "spans", answer->spans);
		run_text_field(out, "times",
			       arena_printf(a, "TTFT %s, %s %s", str_duration(a, answer->ttft_us),
					    answer_words(r)->said,
					    str_duration(a, answer->label_us)));
		if (reason)
			run_text_field(out, "reason",
				       reason->raw ? reason->raw : reason->rationale);
	}
}
