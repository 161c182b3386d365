/*
 * The comparison of two runs as JSON, complete.
 */
#include "base/json/json.h"
#include "judge/measure/stats.h"
#include "report/diff/diff.h"
#include "report/languages.h"

static json_t *diff_count(size_t n)
{
	return json_integer((json_int_t)n);
}

static json_t *diff_settings_json(const struct diff *d)
{
	json_t *differ = json_array(), *same = json_array();

	for (size_t i = 0; i < d->n_settings; i++) {
		const struct setting *s = &d->settings[i];

		if (s->same)
			json_array_append_new(same, json_any_text(s->name));
		else
			json_array_append_new(differ, json_pack("{s:o, s:o, s:o}", "name",
								json_any_text(s->name), "a",
								json_any_text(s->a), "b",
								json_any_text(s->b)));
	}
	return json_pack("{s:o, s:o}", "differ", differ, "same", same);
}

static json_t *diff_answer_json(const struct result *r, const struct answer *answer,
				const struct ticket *ticket)
{
	bool written = task_writes(r->run->task);
	json_t *j = json_pack(
		"{s:o, s:s, s:b}", written ? "mark" : "label",
		answer->label >= 0 ? json_any_text(r->labels[answer->label].name) : json_null(),
		"outcome", outcome_name(answer->outcome), "right", answer_is_right(answer, ticket));

	if (written)
		json_object_set_new(j, "raw", json_any_text(answer->raw));
	return j;
}

static json_t *diff_flips_json(const struct diff *d, const struct candidate_pair *p)
{
	json_t *list = json_array();

	for (size_t i = 0; i < p->agreement.flips.n; i++) {
		struct ticket_pair pair = p->agreement.flips.items[i];
		const struct ticket *x = &d->a->tickets[pair.a], *y = &d->b->tickets[pair.b];

		json_array_append_new(
			list,
			json_pack(
				"{s:o, s:o, s:o, s:o, s:o}", "id", json_any_text(x->id), "gold_a",
				json_any_text(diff_gold(d->a, pair.a)), "gold_b",
				json_any_text(diff_gold(d->b, pair.b)), "a",
				diff_answer_json(d->a, d->a->candidates[p->a].answers[pair.a], x),
				"b",
				diff_answer_json(d->b, d->b->candidates[p->b].answers[pair.b], y)));
	}
	return list;
}

static json_t *diff_ids_json(const struct diff *d, const struct ticket_pairs *pairs)
{
	json_t *list = json_array();

	for (size_t i = 0; i < pairs->n; i++)
		json_array_append_new(list, json_any_text(d->a->tickets[pairs->items[i].a].id));
	return list;
}

static json_t *diff_side_json(struct arena *a, const struct result *r, int at, size_t right,
			      int64_t ttft_us)
{
	const struct candidate_result *c = &r->candidates[at];
	json_t *j = json_pack("{s:o, s:o, s:o, s:o, s:b, s:b}", "name", json_any_text(c->row->name),
			      "right", diff_count(right), "ttft_p50_us", json_known(ttft_us),
			      "full_run_us", json_known(c->full_run_us), "reused", c->row->reused,
			      "disturbed", c->disturbed);

	if (c->ladder)
		json_object_set_new(j, "ladder", json_any_text(c->ladder));
	if (r->decision.verdicts[at].kind != VERDICT_NONE)
		json_object_set_new(j, "verdict",
				    json_string(verdict_name(r->decision.verdicts[at].kind)));
	languages_add_json(a, r, (size_t)at, j);
	return j;
}

static json_t *diff_candidate_json(struct arena *a, const struct diff *d,
				   const struct candidate_pair *p)
{
	const struct agreement *g = &p->agreement;
	json_t *j = json_object();

	json_object_set_new(j, "a",
			    p->a < 0 ? json_null() :
				       diff_side_json(a, d->a, p->a, g->right_a, g->ttft_a_us));
	json_object_set_new(j, "b",
			    p->b < 0 ? json_null() :
				       diff_side_json(a, d->b, p->b, g->right_b, g->ttft_b_us));
	if (!diff_in_both(p))
		return j;
	json_object_set_new(j, "renamed", json_boolean(p->renamed));
	json_object_set_new(j, "same_pass", json_boolean(p->same_pass));
	json_object_set_new(j, "times_comparable",
			    json_boolean(!p->same_pass && !p->untimed_a && !p->untimed_b));
	json_object_set_new(j, "both_answered", diff_count(g->n));
	json_object_set_new(j, "only_a_answered", diff_count(g->n_only_a));
	json_object_set_new(j, "only_b_answered", diff_count(g->n_only_b));
	json_object_set_new(j, "right_became_wrong", diff_count(g->n_lost));
	json_object_set_new(j, "wrong_became_right", diff_count(g->n_gained));
	json_object_set_new(j, "mid_p", json_real(stats_mcnemar_mid_p(g->n_lost, g->n_gained)));
	json_object_set_new(j, "flips", diff_flips_json(d, p));
	if (task_writes(d->a->run->task))
		json_object_set_new(j, "other_marks", diff_count(g->n_other_labels));
	json_object_set_new(j, "probabilities", diff_count(g->n_probs));
	json_object_set_new(j, "other_probabilities", diff_ids_json(d, &g->other_probs));
	json_object_set_new(j, "probabilities_apart", json_real(g->probs_apart));
	json_object_set_new(j, "reasons", diff_count(g->n_reasons));
	json_object_set_new(j, "other_reasons", diff_ids_json(d, &g->other_reasons));
	return j;
}

static json_t *diff_run_json(const struct result *r)
{
	int pick = r->decision.pick;

	return json_pack("{s:o, s:s, s:o, s:o, s:o}", "run", json_any_text(r->run->name), "kind",
			 run_kind_name(r->run->kind), "parent", json_any_text(r->run->parent),
			 "tickets", diff_count(r->n_tickets), "pick",
			 pick >= 0 ? json_any_text(r->contenders[pick].name) : json_null());
}

json_t *diff_to_json(struct arena *a, const struct diff *d)
{
	struct diff_totals t = diff_totals(d);
	json_t *list = json_array();

	for (size_t i = 0; i < d->n; i++)
		json_array_append_new(list, diff_candidate_json(a, d, &d->candidates[i]));
	return json_pack("{s:o, s:o, s:o, s:o, s:o, s:b, s:o, s:o, s:o, s:o, s:f}", "a",
			 diff_run_json(d->a), "b", diff_run_json(d->b), "settings",
			 diff_settings_json(d), "tickets_in_both", diff_count(d->n_tickets),
			 "candidates", list, "same", diff_same(d), "answers", diff_count(t.n),
			 "flips", diff_count(t.n_flips), "other_probabilities",
			 diff_count(t.n_other_probs), "other_reasons",
			 diff_count(t.n_other_reasons), "probabilities_apart", t.probs_apart);
}
