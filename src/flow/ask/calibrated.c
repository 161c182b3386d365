/*
 * One pass made from the answers of another.
 */
#include "flow/ask/calibrated.h"

#include "job/task/choice.h"
#include "judge/measure/calibrate.h"
#include "judge/score.h"

static int calibrated_get_answers(const struct track *t, struct answer ***ret_answers,
				  struct err *err)
{
	struct session *s = t->session;

	return store_get_answers(&s->cmd->arena, &s->store, t->pass_id, t->n_items, STORE_NO_TEXTS,
				 ret_answers, err);
}

/* The base's last segment, in which the answers were made. Stored once, when it has ended. */
static int calibrated_put_segment(struct track *t, const struct track *base, struct err *err)
{
	struct session *s = t->session;
	struct arena *a = &s->cmd->arena;
	struct segment_row *own, *rows, row;
	size_t n_own, n;

	if (store_get_segments(a, &s->store, t->pass_id, &own, &n_own, err) < 0 ||
	    store_get_segments(a, &s->store, base->pass_id, &rows, &n, err) < 0)
		return -1;
	if (n_own > 0 || n == 0)
		return 0;
	row = rows[n - 1];
	row.pass_id = t->pass_id;
	row.run_id = s->run.id;
	row.active_us = row.report.answer_us;
	row.report.reason_us = row.report.n_reasons = row.report.reason_tok = 0;
	row.report.energy_uj = -1;
	return store_put_segment(&s->store, &row, err);
}

static void calibrated_correct(struct arena *a, struct answer *const *given, size_t n,
			       const struct job *job, struct answer *ret_answers)
{
	size_t n_labels = job->n_labels;
	const double **probs = arena_array(a, n, sizeof(*probs));
	double **corrected = arena_array(a, n, sizeof(*corrected));
	int *labels = arena_array(a, n, sizeof(*labels));

	for (size_t i = 0; i < n; i++)
		probs[i] = given[i]->n_probs == n_labels ? given[i]->probs : NULL;
	calibrate(a, probs, n, n_labels, labels, corrected);
	for (size_t i = 0; i < n; i++) {
		ret_answers[i] = *given[i];
		if (!probs[i])
			continue;
		ret_answers[i].label = choice_of(job->yes_at, labels[i], corrected[i]);
		ret_answers[i].probs = corrected[i];
		ret_answers[i].rule = "calibrated";
		ret_answers[i].chosen_tok = ret_answers[i].forced_tok = 0;
	}
}

/* An unchanged label keeps its reason. A reason written before the label always stays. */
static bool calibrated_same_reason(const struct track *t, const struct answer *own,
				   const struct answer *base)
{
	return own->outcome != OUTCOME_OK || own->label == base->label ||
	       t->session->prepared.job.reason == REASON_FIRST;
}

int calibrated_answers(struct track *t, const struct track *base, struct err *err)
{
	struct session *s = t->session;
	struct arena *a = &s->cmd->arena;
	struct answer **given, *own = arena_array(a, base->n_items, sizeof(*own));
	bool is_new = t->n_answered == 0;

	if (base->n_answered < base->n_items)
		return 0;
	if (calibrated_get_answers(base, &given, err) < 0)
		return -1;
	calibrated_correct(a, given, base->n_items, &s->prepared.job, own);
	for (size_t i = 0; i < t->n_items; i++) {
		struct pass_item *item = &t->items[i];

		item->answered = true;
		item->label = own[i].label;
		if (!item->reasoned &&
		    (!track_wants_reasons(t) || calibrated_same_reason(t, &own[i], given[i]))) {
			item->reasoned = true;
			t->n_reasoned++;
		}
		if (is_new)
			t->n_right += answer_is_right(&own[i], &s->prepared.slice.tickets[i]);
	}
	t->n_answered = t->n_items;
	if (!is_new)
		return 0;
	return store_put_replies(&s->store, t->pass_id, own, t->n_items, NULL, 0, err);
}

int calibrated_finish(struct track *t, const struct track *base, struct err *err)
{
	struct session *s = t->session;
	struct arena *a = &s->cmd->arena;
	struct answer **answers, **own;
	struct reason **given, **have, *copies = arena_array(a, base->n_items, sizeof(*copies));
	size_t n = 0;

	if (t->n_answered < t->n_items)
		return 0;
	if (calibrated_get_answers(base, &answers, err) < 0 ||
	    calibrated_get_answers(t, &own, err) < 0 ||
	    store_get_reasons(a, &s->store, base->pass_id, base->n_items, &given, err) < 0 ||
	    store_get_reasons(a, &s->store, t->pass_id, t->n_items, &have, err) < 0)
		return -1;
	for (size_t i = 0; i < t->n_items; i++)
		if (given[i] && !have[i] && calibrated_same_reason(t, own[i], answers[i]))
			copies[n++] = *given[i];
	if (store_put_replies(&s->store, t->pass_id, NULL, 0, copies, n, err) < 0)
		return -1;
	return calibrated_put_segment(t, base, err);
}
