/*
 * The recommendation: which candidate today, which smaller one may do, and how many tickets a
 * proof takes, checked against trials.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <math.h>

#include "judge/measure/stats.h"
#include "judge/recommend.h"
#include "unit/contenders.h"
#include "unit/random.h"

#define N(rows) (sizeof(rows) / sizeof((rows)[0]))

enum { N_TRIALS = 4000, MAX_CANDIDATES = 3 };

static struct recommendation recommended(const struct contender *c, size_t n,
					 const struct standard *s)
{
	struct arena a = { 0 };
	struct recommendation r;
	struct decision d;

	decide(&a, c, n, s, &d);
	recommend(c, s, &d, &r);
	arena_release(&a);
	return r;
}

static void the_smallest_proven_and_a_smaller_one_that_may_do(void **state)
{
	static const struct {
		size_t n;
		struct contender c[MAX_CANDIDATES];
		int today, maybe;
	} rows[] = {
		{ 2, { { .name = "x" }, { .name = "x" } }, -1, -1 },
		{ 2, { { .score = { 10, 25 } }, { .score = { 12, 25 } } }, -1, -1 },
		{ 2, { { .score = { 23, 25 } }, { .score = { 24, 25 } } }, -1, 0 },
		{ 2, { { .score = { 23, 25 } }, { .score = { 50, 50 } } }, 1, 0 },
		{ 3,
		  { { .score = { 9, 25 } }, { .score = { 23, 25 } }, { .score = { 50, 50 } } },
		  2,
		  1 },
		{ 2, { { .score = { 50, 50 } }, { .score = { 50, 50 } } }, 0, -1 },
	};

	(void)state;
	for (size_t i = 0; i < N(rows); i++) {
		struct contender c[MAX_CANDIDATES];
		struct recommendation r;

		for (size_t k = 0; k < rows[i].n; k++)
			c[k] = of(rows[i].c[k].score.right, rows[i].c[k].score.n);
		r = recommended(c, rows[i].n, &usual);
		if (r.today != rows[i].today || r.maybe != rows[i].maybe)
			fail_msg("row %zu: %d %d", i, r.today, r.maybe);
		assert_int_equal(r.tickets_to_label > 0, r.maybe >= 0);
	}
}

static void an_unfinished_or_blocked_candidate_is_not_recommended(void **state)
{
	struct contender open[] = { under_way(2, 8, 25), of(50, 50) };
	struct contender blocked[] = { of(50, 50), of(23, 25) };
	struct recommendation r;

	(void)state;
	open[0].unfinished = true;
	r = recommended(open, 2, &usual);
	assert_int_equal(r.today, -1);
	assert_int_equal(r.maybe, -1);
	blocked[0].blocked = true;
	r = recommended(blocked, 2, &usual);
	assert_int_equal(r.today, -1);
	assert_int_equal(r.maybe, 1);
}

/* How often the verdict comes out if `more` tickets are labelled and the accuracy is p. */
static double proven_share(const struct contender *before, const struct standard *s, size_t more,
			   double p)
{
	uint64_t state = 16;
	size_t n_proven = 0;

	for (size_t trial = 0; trial < N_TRIALS; trial++) {
		struct contender c = *before;
		struct arena a = { 0 };
		struct decision d;

		for (size_t i = 0; i < more; i++)
			c.score.right += (double)random_below(&state, 1000000) < 1e6 * p;
		c.score.n += more;
		c.n_tickets = c.score.n;
		c.evidence = c.score;
		decide(&a, &c, 1, s, &d);
		n_proven += d.assured == 0;
		arena_release(&a);
	}
	return (double)n_proven / N_TRIALS;
}

static void four_in_five_trials_prove_it(void **state)
{
	static const struct {
		size_t right, n;
	} rows[] = { { 23, 25 }, { 24, 25 }, { 33, 35 }, { 47, 50 } };

	(void)state;
	for (size_t i = 0; i < N(rows); i++) {
		struct contender c = of(rows[i].right, rows[i].n);
		struct recommendation r = recommended(&c, 1, &usual);
		double p = (double)rows[i].right / (double)rows[i].n;
		double share = proven_share(&c, &usual, r.tickets_to_label, p);

		print_message("%zu/%zu: %zu more tickets, proven in %.3f of %d trials\n",
			      rows[i].right, rows[i].n, r.tickets_to_label, share, N_TRIALS);
		assert_false(r.more);
		assert_true(share > .78 && share < .90);
		assert_true(proven_share(&c, &usual, r.tickets_to_label / 2, p) < .78);
		assert_true(fabs(r.minutes_to_label - (double)r.tickets_to_label / 2) < 1e-9);
	}
}

/* All right so far: as many in a row as the verdict asks for. */
static void without_a_miss_the_row_is_enough(void **state)
{
	struct contender c = of(10, 10);
	struct recommendation r = recommended(&c, 1, &usual);

	(void)state;
	assert_int_equal(r.tickets_to_label, stats_right_in_a_row(10, 0, .85, .1));
	c.examples_changed = true;
	r = recommended(&c, 1, &usual);
	assert_int_equal(r.tickets_to_label, stats_right_in_a_row(0, 0, .85, .1));
}

/* A true accuracy just at the bar misses it every second time, however many are labelled. */
static void a_score_at_the_bar_takes_more_than_the_most(void **state)
{
	struct contender c = of(90, 100);
	struct recommendation r = recommended(&c, 1, &usual);

	(void)state;
	assert_int_equal(r.maybe, 0);
	assert_true(r.more);
	assert_int_equal(r.tickets_to_label, RECOMMEND_MOST_TICKETS);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_smallest_proven_and_a_smaller_one_that_may_do),
		cmocka_unit_test(an_unfinished_or_blocked_candidate_is_not_recommended),
		cmocka_unit_test(four_in_five_trials_prove_it),
		cmocka_unit_test(without_a_miss_the_row_is_enough),
		cmocka_unit_test(a_score_at_the_bar_takes_more_than_the_most),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
