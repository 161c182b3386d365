/*
 * The baselines: the label, or the labels, that most tickets have, Naive Bayes, and words; for a
 * summary, the ticket's beginning.
 */
#include "flow/ask/baseline.h"

#include <string.h>

#include "base/clock.h"
#include "flow/ask/written.h"
#include "job/task/choice.h"
#include "job/task/task_several.h"
#include "judge/score.h"

int baseline_label(const struct prepared *p, enum way way, const char *text, double *ret_probs)
{
	int likeliest = p->majority;

	if (way == WAY_BAYES)
		likeliest = bayes_classify(p->bayes, text, ret_probs);
	else if (way == WAY_WORDS)
		likeliest = words_classify(p->words, text, ret_probs);
	else
		memcpy(ret_probs, p->majority_shares, p->job.n_labels * sizeof(*ret_probs));
	return choice_of(p->job.yes_at, likeliest, ret_probs);
}

static void baseline_choose(struct arena *a, const struct prepared *p, enum way way,
			    struct answer *answer)
{
	double *probs = arena_array(a, p->job.n_labels, sizeof(*probs));

	answer->label = baseline_label(p, way, p->slice.tickets[answer->ticket].text, probs);
	answer->probs = probs;
	answer->n_probs = p->job.n_labels;
	answer->rule = way_name(way);
}

/* The labels whose words the text has. */
static const char *baseline_labels(struct arena *a, const struct prepared *p, const char *text)
{
	size_t n = p->job.n_offered;
	const char **names = arena_array(a, n, sizeof(*names));
	bool *fits = arena_array(a, n, sizeof(*fits));

	for (size_t k = 0; k < n; k++)
		names[k] = p->job.offered[k].name;
	words_fits(p->words, text, fits);
	return several_answer(a, names, fits, n);
}

const char *baseline_text(struct arena *a, const struct prepared *p, enum way way, const char *text)
{
	if (way == WAY_LEAD)
		return task_kind(p->job.task)->lead(a, &p->job, text);
	if (way == WAY_WORDS)
		return baseline_labels(a, p, text);
	return task_example_answer(a, p->job.task, p->majority_gold);
}

static void baseline_write(struct arena *a, const struct prepared *p, enum way way,
			   struct answer *answer)
{
	answer->raw = baseline_text(a, p, way, p->slice.tickets[answer->ticket].text);
	answer->raw_len = strlen(answer->raw);
	written_mark(a, p, answer);
}

static void baseline_answer_one(struct track *t, size_t at, struct answer *answer)
{
	const struct prepared *p = &t->session->prepared;
	struct arena *a = &t->session->cmd->arena;
	int64_t start_us = clock_mono_us();

	*answer = (struct answer){
		.ticket = at, .outcome = OUTCOME_OK, .raw = "", .spans = "", .detail = ""
	};
	if (task_writes(p->job.task))
		baseline_write(a, p, t->candidate->way, answer);
	else
		baseline_choose(a, p, t->candidate->way, answer);
	answer->ttft_us = answer->label_us = clock_mono_us() - start_us;
}

static int baseline_put_segment(struct track *t, int64_t active_us, struct err *err)
{
	struct segment_row row = { .pass_id = t->pass_id,
				   .run_id = t->session->run.id,
				   .started_us = t->started_us,
				   .active_us = active_us,
				   .report.answer_us = active_us,
				   .report.n_answers = (int64_t)t->n_items,
				   .report.energy_uj = -1,
				   .report.template_sha256 = "",
				   .report.rendered = "",
				   .rendered_sha256 = "",
				   .report.template_marks = "",
				   .report.opening = "",
				   .report.sandbox = "no model file is opened",
				   .report.ended = "complete" };

	return store_put_segment(&t->session->store, &row, err);
}

int baseline_answers(struct track *t, struct err *err)
{
	const struct prepared *p = &t->session->prepared;
	struct arena *a = &t->session->cmd->arena;
	struct answer *answers = arena_array(a, t->n_items, sizeof(*answers));
	int64_t start_us = clock_mono_us();

	if (t->n_answered == t->n_items)
		return 0;
	t->started_us = clock_wall_us();
	for (size_t i = 0; i < t->n_items; i++) {
		baseline_answer_one(t, i, &answers[i]);
		t->items[i].answered = t->items[i].reasoned = true;
		t->n_right += answer_is_right(&answers[i], &p->slice.tickets[i]);
	}
	t->n_answered = t->n_reasoned = t->n_items;
	if (store_put_replies(&t->session->store, t->pass_id, answers, t->n_items, NULL, 0, err) <
	    0)
		return -1;
	return baseline_put_segment(t, clock_mono_us() - start_us, err);
}
