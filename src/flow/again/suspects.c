/*
 * Decides whose disagreement with an expected label counts.
 */
#include "flow/again/suspects.h"

#include <math.h>
#include <string.h>

#include "judge/measure/compare.h"

static double suspects_share_right(const struct candidate_result *c)
{
	return c->score.n ? (double)c->score.n_right / (double)c->score.n : 0;
}

static bool suspects_is_majority(const struct candidate_result *c)
{
	return c->baseline && c->pass && strcmp(c->pass->way, way_name(WAY_MAJORITY)) == 0;
}

/* The accuracy of the best baseline that has learnt from tickets; 1 if there is none. */
static double suspects_best_baseline(const struct result *r)
{
	double best = -1;

	for (size_t i = 0; i < r->n; i++)
		if (r->candidates[i].baseline && !suspects_is_majority(&r->candidates[i]))
			best = fmax(best, suspects_share_right(&r->candidates[i]));
	return best < 0 ? 1 : best;
}

/*
 * Whether its disagreement says something about an expected label: it is near the bar, or better
 * than the best baseline and mostly right. The majority label reads no ticket, and a calibrated
 * candidate repeats its base.
 */
static bool suspects_has_a_vote(const struct result *r, const struct candidate_result *c,
				double best_baseline)
{
	const double near = 0.1, mostly = 0.5;
	double share = suspects_share_right(c);

	return c->pass && !c->calibrated && !suspects_is_majority(c) && share > mostly &&
	       (share + 1e-9 >= r->run->bar - near || share > best_baseline);
}

/* A model is one witness, in however many ways it was asked. */
static bool suspects_same_model(const struct candidate_result *a, const struct candidate_result *b)
{
	return !a->baseline && !b->baseline && strcmp(a->row->path, b->row->path) == 0;
}

/* RULE: only candidates that do well vote on expected labels, and each model once: its best way. */
void suspects_of_run(struct cmd *cmd, struct result *r)
{
	struct answer *const **answers = arena_array(&cmd->arena, r->n, sizeof(*answers));
	const struct candidate_result **voters =
		arena_array(&cmd->arena, r->n, sizeof(const struct candidate_result *));
	double best_baseline = suspects_best_baseline(r);
	size_t n = 0;

	/* Models that wrote the same mark need not have written the same text. */
	if (task_writes(r->run->task))
		return;
	for (size_t i = 0; i < r->n; i++) {
		const struct candidate_result *c = &r->candidates[i];
		size_t at = 0;

		if (!suspects_has_a_vote(r, c, best_baseline))
			continue;
		while (at < n && !suspects_same_model(voters[at], c))
			at++;
		if (at == n || suspects_share_right(c) > suspects_share_right(voters[at]))
			voters[at] = c;
		n += at == n;
	}
	for (size_t i = 0; i < n; i++)
		answers[i] = voters[i]->answers;
	compare_suspects(&cmd->arena, r->tickets, r->n_tickets, answers, n, r->n_labels, r->other,
			 &r->suspects, &r->n_suspects);
}
