/*
 * The grid, the sequence's first threshold, and its last.
 *
 * The sequence begins at the first threshold that takes enough tickets to survive a few errors. It
 * looks at probabilities only, never at labels, so it is fixed before the first test.
 */
#include "judge/promise.h"

#include <math.h>

#include "base/array.h"
#include "judge/measure/stats.h"

const double promise_thresholds[] = {
	.99999, .9999, .9995, .999, .998, .995, .99, .985, .98, .97, .96, .95,
	.94,	.93,   .92,   .91,  .9,	  .88,	.86, .84,  .82, .8,  .75, .7,
	.65,	.6,    .55,   .5,   .45,  .4,	.35, .3,   .2,	0,
};
const size_t promise_n_thresholds = COUNT_OF(promise_thresholds);

enum {
	START_TIMES = 2, /* so many times the fewest tickets survive a few errors, */
	START_PART = 2, /* or that part of all tickets, if they are few */
	NEEDED_MOST = 100000
};

struct promise_terms promise_terms_of(double right, double confidence, size_t n_candidates)
{
	return (struct promise_terms){ .right = right,
				       .level = (1 - confidence) / (double)n_candidates };
}

size_t promise_fewest(const struct promise_terms *terms)
{
	size_t n = (size_t)fmax(1, floor(log(terms->level) / log(terms->right)));

	while (pow(terms->right, (double)n) > terms->level)
		n++;
	return n;
}

static size_t promise_start(const struct promise_terms *terms, size_t n)
{
	size_t fewest = promise_fewest(terms), roomy = START_TIMES * fewest;
	size_t start = n / START_PART < roomy ? n / START_PART : roomy;

	return start > fewest ? start : fewest;
}

static struct promise promise_at(const struct sure_answer *answers, size_t n, double threshold,
				 const struct promise_terms *terms)
{
	struct promise p = { .threshold = threshold, .n = n };

	for (size_t i = 0; i < n; i++) {
		if (answers[i].probability < threshold)
			continue;
		p.n_taken++;
		p.n_right += answers[i].right;
	}
	if (p.n_taken)
		p.at_least = stats_clopper_pearson_low(p.n_right, p.n_taken, 1 - terms->level);
	return p;
}

/*
 * Tickets to label if the share right stays as seen, drawn towards one half because few may lie. If
 * most are taken and all of these are right, nothing speaks against the promise, however few.
 */
static size_t promise_tickets_for(const struct promise *p, const struct promise_terms *terms)
{
	double right = ((double)p->n_right + .5) / ((double)p->n_taken + 1);
	double share = (double)p->n_taken / (double)p->n;
	size_t m = promise_fewest(terms);

	if (right <= terms->right && p->n_right == p->n_taken && share >= 1. / START_PART)
		right = 1;
	if (p->n_taken == 0 || right <= terms->right)
		return 0;
	if (share < 1. / START_PART)
		m *= START_TIMES;
	while (m < NEEDED_MOST &&
	       stats_binomial_at_least((size_t)(right * (double)m), m, terms->right) > terms->level)
		m += 1 + m / 20;
	return m < NEEDED_MOST ? (size_t)ceil((double)m / share) : 0;
}

static size_t promise_needed(const struct sure_answer *answers, size_t n,
			     const struct promise_terms *terms)
{
	size_t fewest = 0;

	for (size_t i = 0; i < promise_n_thresholds; i++) {
		struct promise p = promise_at(answers, n, promise_thresholds[i], terms);
		size_t needed = promise_tickets_for(&p, terms);

		if (needed && (!fewest || needed < fewest))
			fewest = needed;
	}
	return fewest;
}

void promise_find(const struct sure_answer *answers, size_t n, const struct promise_terms *terms,
		  struct promise *ret_promise)
{
	size_t start = promise_start(terms, n);
	struct promise last = { .n = n };

	for (size_t i = 0; i < promise_n_thresholds; i++) {
		struct promise p = promise_at(answers, n, promise_thresholds[i], terms);

		/* A threshold that takes no more was tested already. */
		if (p.n_taken < start || p.n_taken == last.n_taken)
			continue;
		p.made =
			stats_binomial_at_least(p.n_right, p.n_taken, terms->right) <= terms->level;
		if (p.made || !last.n_taken)
			last = p;
		if (!p.made)
			break;
	}
	if (!last.made) {
		if (!last.n_taken)
			last = promise_at(answers, n, 0, terms);
		last.n_needed = promise_needed(answers, n, terms);
	}
	*ret_promise = last;
}
