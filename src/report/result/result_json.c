/*
 * A run as JSON. Fields are named as the columns; times are whole microseconds.
 */
#include "report/result/result.h"
#include "report/text/answer_text.h"

#include <stdint.h>

#include "base/array.h"
#include "base/clock.h"
#include "base/json/json.h"
#include "judge/measure/stats.h"
#include "report/images.h"
#include "report/languages.h"
#include "report/promise_text.h"
#include "report/text/reliability_text.h"
#include "report/thinking.h"
#include "report/tuned_heads.h"
#include "report/words/words.h"

static json_t *result_score_json(const struct score *s, size_t n_asked)
{
	json_t *j = json_pack("{s:I, s:I, s:I}", "tickets", (json_int_t)s->n_tickets, "answered",
			      (json_int_t)s->n, "right", (json_int_t)s->n_right);

	json_object_set_new(j, "accuracy",
			    n_asked ? json_real((double)s->n_right / (double)n_asked) :
				      json_null());
	for (size_t i = 0; i < OUTCOME_COUNT; i++)
		if (s->by_outcome[i])
			json_object_set_new(j, outcome_name((enum outcome)i),
					    json_integer((json_int_t)s->by_outcome[i]));
	return j;
}

static json_t *result_times_json(const struct candidate_result *c)
{
	const struct score *s = &c->score;
	const struct {
		const char *name;
		int64_t us;
	} rows[] = {
		{ "load_us", c->load_us },	     { "prefix_us", c->prefix_us },
		{ "ttft_p50_us", s->ttft_p50_us },   { "ttft_p95_us", s->ttft_p95_us },
		{ "label_p50_us", s->label_p50_us }, { "label_p95_us", s->label_p95_us },
		{ "answer_us", c->answer_us },	     { "reason_us", c->reason_us },
		{ "full_run_us", c->full_run_us },   { "prefix_load_us", c->prefix_load_us },
	};
	json_t *j = json_object();

	for (size_t i = 0; i < COUNT_OF(rows); i++)
		json_object_set_new(j, rows[i].name, json_known(rows[i].us));
	json_object_set_new(j, "answers_1000_us",
			    json_known((int64_t)(cost_per_1000(c).answer_minutes * 60e6)));
	json_object_set_new(j, "disturbed", json_boolean(c->disturbed));
	json_object_set_new(j, "recomputed", json_boolean(c->recomputed));
	json_object_set_new(j, "slept", json_boolean(c->slept));
	json_object_set_new(j, "prefix_kept_tok", json_integer(c->prefix_kept_tok));
	json_object_set_new(j, "comparable", json_boolean(!result_untimed(c)));
	return j;
}

json_t *result_reply_json(const struct result *r, const struct candidate_result *c, size_t i)
{
	const struct ticket *t = &r->tickets[i];
	const struct answer *a = c->answers[i];
	const struct reason *why = c->reasons[i];
	json_t *j = json_object();

	json_object_set_new(j, "id", json_any_text(t->id));
	json_object_set_new(j, "role",
			    json_string(slice_role_name(r->slices[r->slice_of[i]].role)));
	json_object_set_new(j, "gold", json_any_text(answer_expected(r, t)));
	if (t->lang)
		json_object_set_new(j, "lang", json_any_text(t->lang));
	if (t->image)
		json_object_set_new(j, "image", image_to_json(t));
	if (!a)
		return j;
	if (task_writes(r->run->task))
		json_object_set_new(j, "mark", json_any_text(answer_mark(r, a)));
	else
		json_object_set_new(j, "label", json_any_text(answer_said(r, a)));
	json_object_set_new(j, "outcome", json_string(outcome_name(a->outcome)));
	json_object_set_new(j, "right", json_boolean(answer_is_right(a, t)));
	json_object_set_new(j, "ttft_us", json_integer(a->ttft_us));
	json_object_set_new(j, "label_us", json_integer(a->label_us));
	json_object_set_new(j, "prompt_tok", json_integer(a->prompt_tok));
	json_object_set_new(j, "ticket_tok", json_integer(a->ticket_tok));
	if (a->image_tok > 0) {
		json_object_set_new(j, "image_tok", json_integer(a->image_tok));
		json_object_set_new(j, "image_us", json_integer(a->image_us));
	}
	thought_add_json(a, j);
	json_object_set_new(j, "rule", json_any_text(a->rule));
	json_object_set_new(j, "raw", json_any_text(a->raw));
	json_object_set_new(j, "spans", json_any_text(a->spans));
	if (*a->detail)
		json_object_set_new(j, "detail", json_any_text(a->detail));
	if (a->n_probs) {
		json_t *probs = json_object();

		for (size_t k = 0; k < a->n_probs && k < r->n_labels; k++)
			json_object_set_new(probs, r->labels[k].name, json_real(a->probs[k]));
		json_object_set_new(j, "probs", probs);
	}
	reliability_add_form_json(a, j);
	if (why) {
		json_object_set_new(j, "rationale", json_any_text(why->rationale));
		json_object_set_new(j, "reason_lang",
				    why->lang && *why->lang ? json_any_text(why->lang) :
							      json_null());
		json_object_set_new(j, "reason_outcome", json_string(outcome_name(why->outcome)));
		json_object_set_new(j, "reason_finish", json_any_text(why->finish));
		json_object_set_new(j, "reason_tok", json_integer(why->reason_tok));
		json_object_set_new(j, "reason_us", json_integer(why->reason_us));
		json_object_set_new(j, "reason_batch", json_integer(why->batch));
	}
	return j;
}

static json_t *result_share(double value)
{
	return value < 0 ? json_null() : json_real(value);
}

static json_t *result_labels_json(struct arena *a, const struct result *r, const struct score *s)
{
	json_t *j = json_object(), *rows = json_object();
	struct label_report l;

	labels_score(a, s, r->other, &l);
	for (size_t i = 0; i < r->n_labels; i++)
		json_object_set_new(rows, r->labels[i].name,
				    json_pack("{s:I, s:I, s:I, s:o, s:o, s:o}", "gold",
					      (json_int_t)l.labels[i].n_gold, "said",
					      (json_int_t)l.labels[i].n_said, "right",
					      (json_int_t)l.labels[i].n_right, "precision",
					      result_share(l.labels[i].precision), "recall",
					      result_share(l.labels[i].recall), "f1",
					      result_share(l.labels[i].f1)));
	json_object_set_new(j, "by_label", rows);
	json_object_set_new(j, "macro_f1", json_real(l.macro_f1));
	if (l.has_other)
		json_object_set_new(j, "abstention",
				    json_pack("{s:I, s:I, s:I, s:f, s:f}", "other_right",
					      (json_int_t)l.n_other_right, "unsure",
					      (json_int_t)l.n_unsure, "wrong",
					      (json_int_t)l.n_wrong, "coverage", l.coverage,
					      "accuracy_answered", l.accuracy_answered));
	return j;
}

static json_t *result_slices_json(const struct result *r)
{
	json_t *list = json_array();

	for (size_t i = 0; i < r->n_slices; i++)
		json_array_append_new(list, json_pack("{s:s, s:s, s:I, s:o}", "role",
						      slice_role_name(r->slices[i].role), "sha256",
						      r->slices[i].sha256, "tickets",
						      (json_int_t)r->slices[i].n, "path",
						      json_any_text(r->slices[i].path)));
	return list;
}

static json_t *result_interval_json(struct interval i)
{
	return json_pack("[f, f]", i.low, i.high);
}

/* null: no number of tickets is enough, for example with a bar of 100%. */
static json_t *result_more(size_t n)
{
	return n == SIZE_MAX ? json_null() : json_integer((json_int_t)n);
}

static json_t *result_verdict_json(const struct result *r, size_t at)
{
	const struct verdict *v = &r->decision.verdicts[at];
	const struct tally *e = &r->contenders[at].evidence;
	json_t *j = json_pack("{s:s, s:b, s:b, s:I, s:I, s:f, s:f, s:f, s:f, s:o, s:o}", "verdict",
			      verdict_name(v->kind), "capped", v->capped, "calibrated_in_sample",
			      r->candidates[at].calibrated, "evidence_right", (json_int_t)e->right,
			      "evidence_tickets", (json_int_t)e->n, "level", v->level,
			      "floor_level", v->floor_level, "at_least", v->at_least, "chance",
			      v->chance, "to_assure_floor", result_more(v->to_floor),
			      "to_prove_bar", result_more(v->to_clear));

	if (e->n == 0)
		return j;
	json_object_set_new(j, "wilson_95",
			    result_interval_json(stats_wilson(e->right, e->n, 0.95)));
	json_object_set_new(j, "jeffreys_95",
			    result_interval_json(stats_jeffreys(e->right, e->n, 0.95)));
	json_object_set_new(j, "clopper_pearson_95",
			    result_interval_json(stats_clopper_pearson(e->right, e->n, 0.95)));
	return j;
}

static json_t *result_moved_json(struct arena *a, const struct result *r)
{
	const char *lines[WORDS_MAX_MOVED];
	bool eased;
	size_t n = words_moved(a, r, lines, &eased);

	return json_text_list(lines, n);
}

static json_t *result_suspects_json(const struct result *r)
{
	json_t *list = json_array();

	for (size_t i = 0; i < r->n_suspects; i++) {
		const struct suspect *s = &r->suspects[i];
		const struct ticket *t = &r->tickets[s->ticket];

		json_array_append_new(
			list, json_pack("{s:o, s:o, s:o, s:I, s:I}", "id", json_any_text(t->id),
					"gold", json_any_text(r->labels[t->label].name), "said",
					json_any_text(r->labels[s->label].name), "candidates_agree",
					(json_int_t)s->n_agree, "candidates",
					(json_int_t)s->n_candidates));
	}
	return list;
}

static void result_add_licence(struct arena *a, json_t *j, const struct candidate_result *c)
{
	const struct candidate_row *row = c->row;

	json_object_set_new(j, "licence_verdict", json_any_text(row->licence_verdict));
	json_object_set_new(j, "licence_id", json_any_text(row->licence_id));
	json_object_set_new(j, "licence_source", json_any_text(row->licence_source));
	json_object_set_new(j, "licence_conditions", json_any_text(row->licence_conditions));
	json_object_set_new(j, "licence_why", json_any_text(row->licence_why));
	json_object_set_new(j, "licence_text_sha256", json_any_text(row->licence_text_sha256));
	json_object_set_new(j, "licence_judged",
			    json_any_text(clock_iso(a, row->licence_judged_us)));
	json_object_set_new(j, "blocked", json_boolean(c->blocked));
}

/* How its last session asked it. */
static void result_add_last_segment(json_t *j, const struct candidate_result *c)
{
	const struct segment_row *last;

	if (c->n_segments == 0)
		return;
	last = &c->segments[c->n_segments - 1];
	json_object_set_new(j, "prefix_tok", json_integer(last->report.prefix_tok));
	json_object_set_new(j, "n_ctx", json_integer(last->report.n_ctx));
	json_object_set_new(j, "rendered", json_any_text(last->report.rendered));
	json_object_set_new(j, "template_sha256", json_any_text(last->report.template_sha256));
	json_object_set_new(j, "template_marks", json_any_text(last->report.template_marks));
	json_object_set_new(j, "opening", json_any_text(last->report.opening));
	if (!c->baseline)
		json_object_set_new(j, "thinking", json_any_text(last->report.thinking));
	json_object_set_new(j, "sandbox", json_any_text(last->report.sandbox));
}

/* How far it got; nothing if it answered every ticket. */
static void result_add_standing(json_t *j, const struct candidate_result *c)
{
	if (c->not_tried)
		json_object_set_new(j, "not_tried", json_true());
	if (c->not_measured)
		json_object_set_new(j, "not_measured", json_any_text(c->not_measured));
	if (c->unfinished || c->harder_unfinished)
		json_object_set_new(j, "unfinished", json_true());
}

/* Only of a task that has figures beside its score. */
static void result_add_figures(struct arena *a, const struct result *r,
			       const struct candidate_result *c, json_t *j)
{
	json_t *figures = answer_figures_json(a, r, (size_t)(c - r->candidates));

	if (json_object_size(figures) > 0)
		json_object_set(j, "figures", figures);
	json_decref(figures);
}

static json_t *result_candidate_json(struct arena *a, const struct result *r,
				     const struct candidate_result *c, enum result_detail detail)
{
	json_t *j = json_object();

	json_object_set_new(j, "name", json_any_text(c->row->name));
	json_object_set_new(j, "short_name", json_any_text(c->short_name));
	json_object_set_new(j, "model", json_any_text(c->row->label));
	json_object_set_new(j, "path", json_any_text(c->row->path));
	json_object_set_new(j, "quant", json_any_text(c->row->quant));
	json_object_set_new(j, "arch", json_any_text(c->row->arch));
	json_object_set_new(j, "licence", json_any_text(c->row->licence));
	if (!c->baseline)
		result_add_licence(a, j, c);
	json_object_set_new(j, "n_params", json_integer(c->row->n_params));
	json_object_set_new(j, "size_bytes", json_integer(c->row->size_bytes));
	json_object_set_new(j, "peak_rss_bytes", json_integer(c->peak_rss_bytes));
	if (c->energy_uj >= 0)
		json_object_set_new(j, "energy_uj", json_integer(c->energy_uj));
	json_object_set_new(j, "reused", json_boolean(c->row->reused));
	json_object_set_new(j, "baseline", json_boolean(c->baseline));
	if (*c->row->refused)
		json_object_set_new(j, "refused", json_any_text(c->row->refused));
	result_add_standing(j, c);
	if (!c->pass || result_not_run(c))
		return j;
	json_object_set_new(j, "sha256", json_any_text(c->pass->model_sha256));
	json_object_set_new(j, "way", json_any_text(c->pass->way));
	if (*c->pass->head_sha256)
		json_object_set_new(j, "head", tuned_head_to_json(a, c));
	learnt_add_json(a, c, j);
	json_object_set_new(j, "engine_build", json_any_text(c->pass->engine_build));
	json_object_set_new(j, "device", json_any_text(c->pass->device));
	if (c->ladder) {
		json_object_set_new(j, "ladder", json_any_text(c->ladder));
		json_object_set_new(j, "superseded_passes",
				    json_integer((json_int_t)c->n_superseded));
	}
	json_object_set_new(j, "threads", json_integer(c->pass->n_threads));
	result_add_last_segment(j, c);
	json_object_set_new(j, "score", result_score_json(&c->score, c->score.n));
	if (r->n_tickets > r->n_ordinary)
		json_object_set_new(j, "harder",
				    result_score_json(&c->harder, c->harder.n_tickets));
	if (detail != RESULT_BRIEF && !task_writes(r->run->task))
		json_object_set_new(j, "labels", result_labels_json(a, r, &c->score));
	if (detail != RESULT_BRIEF)
		result_add_figures(a, r, c, j);
	json_object_set_new(j, "times", result_times_json(c));
	thoughts_add_json(a, r, c, j);
	json_object_set_new(j, "prompt_tok", json_integer(c->score.prompt_tok));
	json_object_set_new(j, "reason_tok", json_integer(c->score.reason_tok));
	images_add_json(a, r, c, j);
	if (detail == RESULT_REPLIES) {
		json_t *rows = json_array();

		for (size_t i = 0; i < r->n_tickets; i++)
			json_array_append_new(rows, result_reply_json(r, c, i));
		json_object_set_new(j, "replies", rows);
	}
	return j;
}

static void result_add_first_times(const struct result *r, json_t *j)
{
	struct first_result any, scored;

	result_first_times(r, &any, &scored);
	json_object_set_new(j, "first_result_us", json_known(any.us));
	json_object_set_new(j, "first_scored_us", json_known(scored.us));
}

static const char *result_state(const struct result *r)
{
	if (r->decision.open)
		return "unfinished";
	if (r->decision.nothing_measured)
		return "not measured";
	return r->decision.pick >= 0 ? "pick" : "no pick";
}

static json_t *result_name_json(const struct result *r, int candidate)
{
	return candidate < 0 ? json_null() : json_any_text(r->contenders[candidate].name);
}

static json_t *result_recommendation_json(struct arena *a, const struct result *r)
{
	const char **names = arena_array(a, r->n, sizeof(*names));
	struct recommendation w;

	for (size_t i = 0; i < r->n; i++)
		names[i] = words_name(a, r->contenders[i].name);
	recommend(r->contenders, &r->standard, &r->decision, &w);
	return json_pack("{s:o, s:o, s:o, s:o?, s:o?, s:o?}", "headline",
			 json_any_text(words_recommendation(a, r, names)), "today",
			 result_name_json(r, w.today), "maybe", result_name_json(r, w.maybe),
			 "tickets_to_label",
			 w.maybe < 0 ? NULL : json_integer((json_int_t)w.tickets_to_label),
			 "tickets_to_label_is_a_minimum", w.maybe < 0 ? NULL : json_boolean(w.more),
			 "minutes_to_label", w.maybe < 0 ? NULL : json_real(w.minutes_to_label));
}

/* The options of the command that goes on, by their names: for programs that build it anew. */
static json_t *result_options_json(const struct result *r)
{
	json_t *options =
		r->go_on && r->go_on_options ? json_loads(r->go_on_options, 0, NULL) : NULL;

	return options ? options : json_null();
}

/* The candidate, what was decided about it, and what its probabilities are worth. */
static json_t *result_measured_json(struct arena *a, const struct result *r, size_t i,
				    enum result_detail detail)
{
	json_t *candidate = result_candidate_json(a, r, &r->candidates[i], detail);

	if (r->decision.verdicts[i].kind != VERDICT_NONE)
		json_object_set_new(candidate, "verdict", result_verdict_json(r, i));
	promise_add_json(a, r, &r->candidates[i], candidate);
	if (detail != RESULT_BRIEF) {
		reliability_add_json(r, i, candidate);
		languages_add_json(a, r, i, candidate);
	}
	return candidate;
}

json_t *result_to_json(struct arena *a, const struct result *r, enum result_detail detail)
{
	json_t *j = json_object(), *list = json_array(), *events = json_array();

	json_object_set_new(j, "run", json_any_text(r->run->name));
	json_object_set_new(j, "job", json_any_text(r->run->job_name));
	json_object_set_new(j, "created", json_any_text(clock_iso(a, r->run->created_us)));
	json_object_set_new(j, "kind", json_string(run_kind_name(r->run->kind)));
	json_object_set_new(j, "task", json_string(task_names.texts[r->run->task]));
	json_object_set_new(j, "bar", json_real(r->run->bar));
	json_object_set_new(j, "certainty", json_real(r->run->certainty));
	json_object_set_new(j, "floor", json_real(r->run->floor));
	json_object_set_new(j, "use", json_any_text(r->run->use));
	json_object_set_new(j, "mode", json_string(run_mode_name(r->run->mode)));
	json_object_set_new(j, "prompt", json_any_text(r->run->prompt));
	json_object_set_new(j, "seed", json_integer(r->run->seed));
	json_object_set_new(j, "reason_cap_tok", json_integer(r->run->budget_reason_tok));
	json_object_set_new(j, "program", json_any_text(r->run->program));
	json_object_set_new(j, "slices", result_slices_json(r));
	json_object_set_new(j, "redaction", json_any_text(r->run->redaction));
	json_object_set_new(j, "pick", result_name_json(r, r->decision.pick));
	json_object_set_new(j, "recommendation", result_recommendation_json(a, r));
	json_object_set_new(j, "why", json_any_text(r->decision.why));
	json_object_set_new(j, "state", json_string(result_state(r)));
	json_object_set_new(j, "unfinished",
			    r->decision.n_unfinished ? json_any_text(words_unfinished(a, r)) :
						       json_null());
	json_object_set_new(j, "go_on", r->go_on ? json_any_text(r->go_on) : json_null());
	json_object_set_new(j, "go_on_options", result_options_json(r));
	json_object_set_new(j, "pick_ordinary", result_name_json(r, r->decision.pick_ordinary));
	json_object_set_new(j, "pick_together", result_name_json(r, r->decision.pick_together));
	json_object_set_new(j, "harder", json_any_text(r->run->harder));
	result_add_first_times(r, j);
	json_object_set_new(j, "repeated_tickets", json_integer((json_int_t)r->evidence.n_copies));
	json_object_set_new(j, "moved_after_results", result_moved_json(a, r));
	json_object_set_new(j, "prompt_edited_after_results", json_boolean(r->evidence.n_seen > 0));
	json_object_set_new(j, "examples_changed_after_results",
			    json_boolean(r->examples_evidence.seen_in != NULL));
	json_object_set_new(j, "suspects", result_suspects_json(r));
	for (size_t i = 0; i < r->n; i++)
		json_array_append_new(list, result_measured_json(a, r, i, detail));
	json_object_set_new(j, "candidates", list);
	for (size_t i = 0; i < r->n_events; i++)
		if (r->events[i].kind != EVENT_PLAN)
			json_array_append_new(events,
					      json_pack("{s:s, s:o}", "kind",
							event_kind_name(r->events[i].kind), "text",
							json_any_text(r->events[i].text)));
	json_object_set_new(j, "events", events);
	json_object_set_new(j, "chain_head", json_any_text(r->chain_head));
	return j;
}
