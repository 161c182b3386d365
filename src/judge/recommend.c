/*
 * The recommendation, and the number of tickets that a proof is likely to take: the exact power of
 * a binomial test (J. L. Fleiss, B. Levin, M. C. Paik, "Statistical Methods for Rates and
 * Proportions", 2003, 2.5), with the test that gives the verdict.
 */
#include "judge/recommend.h"

#include <math.h>

#include "judge/measure/stats.h"

/* The usual power of a planned sample. */
static const double recommend_power = 0.8;

/* Whether `more` fresh tickets, `right` of them right, would make the verdict GOOD ENOUGH. */
static bool recommend_proves(const struct contender *c, const struct tally *evidence,
			     const struct standard *s, double level, struct tally more)
{
	size_t right = evidence->right + more.right;

	return clears_bar(c->score.right + more.right, c->score.n + more.n, s->bar) &&
	       stats_ln_e_above(right, evidence->n + more.n - right, s->floor) >= -log(level);
}

/*
 * The smallest number of fresh tickets that prove the floor with a chance of 80%, if the true
 * accuracy is the share that was right so far. The level is the candidate's own today, so larger
 * candidates that pass meanwhile can only shorten it. The right answers that are needed never fall
 * as tickets are added, so one search goes through both. 0: none is enough.
 */
static size_t recommend_tickets(const struct contender *c, const struct standard *s, double level)
{
	bool seen = s->edited || c->examples_changed; /* the tickets so far prove nothing */
	struct tally evidence = seen ? (struct tally){ 0 } : c->evidence;
	double p = (double)c->score.right / (double)c->score.n;
	struct tally more = { 0 };

	for (more.n = 1; more.n <= RECOMMEND_MOST_TICKETS; more.n++) {
		while (more.right <= more.n && !recommend_proves(c, &evidence, s, level, more))
			more.right++;
		if (more.right <= more.n &&
		    (p == 1 || stats_binomial_at_least(more.right, more.n, p) >= recommend_power))
			return more.n;
	}
	return 0;
}

void recommend(const struct contender *contenders, const struct standard *standard,
	       const struct decision *decision, struct recommendation *ret_recommendation)
{
	struct recommendation r = { .today = decision->assured, .maybe = decision->pick };

	if (r.today >= 0 && r.today <= r.maybe)
		r.maybe = -1;
	if (r.maybe >= 0) {
		r.tickets_to_label = recommend_tickets(&contenders[r.maybe], standard,
						       decision->verdicts[r.maybe].floor_level);
		r.more = r.tickets_to_label == 0;
		if (r.more)
			r.tickets_to_label = RECOMMEND_MOST_TICKETS;
		r.minutes_to_label = (double)r.tickets_to_label * RECOMMEND_SECONDS_A_TICKET / 60;
	}
	*ret_recommendation = r;
}
