/*
 * How sure a decision is: the chain of levels, worked out by hand, the verdicts that follow from
 * it, and what must hold for every table of counts.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <math.h>

#include "judge/measure/stats.h"
#include "unit/contenders.h"
#include "unit/random.h"

#define N(rows) (sizeof(rows) / sizeof((rows)[0]))

static void assert_near(double found, double expected)
{
	if (fabs(found - expected) > 1e-12)
		fail_msg("%.17g is not %.17g", found, expected);
}

struct chain_row {
	size_t n;
	struct contender c[8];
	size_t n_looks;
	double floor_levels[8], levels[8];
	enum verdict_kind kinds[8];
};

static void assert_chain(const struct chain_row *row)
{
	struct arena a = { 0 };
	struct decision d;
	int assured = -1;

	decide(&a, row->c, row->n, &usual, &d);
	assert_int_equal(d.n_looks, row->n_looks);
	for (size_t i = 0; i < row->n; i++) {
		assert_near(d.verdicts[i].level, row->levels[i]);
		assert_near(d.verdicts[i].floor_level, row->floor_levels[i]);
		if (d.verdicts[i].kind != row->kinds[i])
			fail_msg("candidate %zu: %s", i, verdict_words(d.verdicts[i].kind));
		if (assured < 0 &&
		    (row->kinds[i] == VERDICT_CLEARS || row->kinds[i] == VERDICT_GOOD_ENOUGH))
			assured = (int)i;
	}
	assert_int_equal(d.assured, assured);
	arena_release(&a);
}

/*
 * ln E of 25/25 is 3.456191 at .85 and 2.176393 at .90; of 35/35 4.951136 and 3.109978; of 24/25
 * 1.027844 and .080685. A level of .10 asks for 2.302585, .05 for 2.995732, .025 for 3.688879,
 * .05/7 for 4.941642.
 */
static void chain_of_one_and_two(void **state)
{
	const struct chain_row rows[] = {
		{ 1, { of(25, 25) }, 1, { .1 }, { .1 }, { VERDICT_GOOD_ENOUGH } },
		{ 1, { of(24, 25) }, 1, { .1 }, { .1 }, { VERDICT_NOT_ENOUGH } },
		{ 1, { of(35, 35) }, 1, { .1 }, { .1 }, { VERDICT_CLEARS } },
		/* Half each; the larger passes and hands its half on. */
		{ 2,
		  { of(25, 25), of(25, 25) },
		  2,
		  { .1, .05 },
		  { .05, .05 },
		  { VERDICT_GOOD_ENOUGH, VERDICT_GOOD_ENOUGH } },
		{ 2,
		  { of(35, 35), of(35, 35) },
		  2,
		  { .1, .05 },
		  { .1, .05 },
		  { VERDICT_CLEARS, VERDICT_CLEARS } },
		/* A dud on top keeps its half, and the smaller one passes with its own. */
		{ 2,
		  { of(35, 35), of(10, 35) },
		  2,
		  { .05, .05 },
		  { .05, .05 },
		  { VERDICT_CLEARS, VERDICT_DOES_NOT_CLEAR } },
		/* Passing only against the floor hands on nothing against the bar. */
		{ 2,
		  { of(35, 35), of(25, 25) },
		  2,
		  { .1, .05 },
		  { .05, .05 },
		  { VERDICT_CLEARS, VERDICT_GOOD_ENOUGH } },
	};

	(void)state;
	for (size_t i = 0; i < N(rows); i++)
		assert_chain(&rows[i]);
}

static void chain_of_three(void **state)
{
	const struct chain_row rows[] = {
		{ 3,
		  { of(25, 25), of(25, 25), of(25, 25) },
		  3,
		  { .1, .075, .05 },
		  { .025, .025, .05 },
		  { VERDICT_GOOD_ENOUGH, VERDICT_GOOD_ENOUGH, VERDICT_GOOD_ENOUGH } },
		/* The largest fails: .025 asks more of the others than 25/25 gives. */
		{ 3,
		  { of(25, 25), of(25, 25), of(24, 25) },
		  3,
		  { .025, .025, .05 },
		  { .025, .025, .05 },
		  { VERDICT_NOT_ENOUGH, VERDICT_NOT_ENOUGH, VERDICT_NOT_ENOUGH } },
		/* The middle one fails: what it was handed ends there. */
		{ 3,
		  { of(25, 25), of(24, 25), of(35, 35) },
		  3,
		  { .025, .075, .05 },
		  { .025, .075, .05 },
		  { VERDICT_NOT_ENOUGH, VERDICT_NOT_ENOUGH, VERDICT_CLEARS } },
		{ 3,
		  { of(35, 35), of(35, 35), of(35, 35) },
		  3,
		  { .1, .075, .05 },
		  { .1, .075, .05 },
		  { VERDICT_CLEARS, VERDICT_CLEARS, VERDICT_CLEARS } },
	};

	(void)state;
	for (size_t i = 0; i < N(rows); i++)
		assert_chain(&rows[i]);
}

static void chain_of_eight(void **state)
{
	const double share = .05 / 7;
	const struct contender good = of(35, 35), dud = of(5, 35), bare = of(25, 25);
	const struct chain_row rows[] = {
		/* With the smallest share, 35/35 just assures the floor, but not the bar. */
		{ 8,
		  { good, good, dud, dud, dud, dud, dud, dud },
		  8,
		  { 2 * share, share, share, share, share, share, share, .05 },
		  { share, share, share, share, share, share, share, .05 },
		  { VERDICT_GOOD_ENOUGH, VERDICT_GOOD_ENOUGH, VERDICT_DOES_NOT_CLEAR,
		    VERDICT_DOES_NOT_CLEAR, VERDICT_DOES_NOT_CLEAR, VERDICT_DOES_NOT_CLEAR,
		    VERDICT_DOES_NOT_CLEAR, VERDICT_DOES_NOT_CLEAR } },
		{ 8,
		  { bare, dud, good, good, good, good, good, good },
		  8,
		  { share, .05 + 6 * share, .05 + 5 * share, .05 + 4 * share, .05 + 3 * share,
		    .05 + 2 * share, .05 + share, .05 },
		  { share, .05 + 6 * share, .05 + 5 * share, .05 + 4 * share, .05 + 3 * share,
		    .05 + 2 * share, .05 + share, .05 },
		  { VERDICT_NOT_ENOUGH, VERDICT_DOES_NOT_CLEAR, VERDICT_CLEARS, VERDICT_CLEARS,
		    VERDICT_CLEARS, VERDICT_CLEARS, VERDICT_CLEARS, VERDICT_CLEARS } },
	};

	(void)state;
	for (size_t i = 0; i < N(rows); i++)
		assert_chain(&rows[i]);
}

/*
 * A refused candidate is not a look at the data. One that is not complete is, and it gets a
 * verdict.
 */
static void looks(void **state)
{
	const struct chain_row rows[] = {
		{ 3,
		  { refused(), of(25, 25), refused() },
		  1,
		  { 0, .1, 0 },
		  { 0, .1, 0 },
		  { VERDICT_NONE, VERDICT_GOOD_ENOUGH, VERDICT_NONE } },
		/* Unfinished, it has not scored the bar, so the floor is not enough. */
		{ 2,
		  { of(25, 25), under_way(25, 25, 35) },
		  2,
		  { .05, .05 },
		  { .05, .05 },
		  { VERDICT_GOOD_ENOUGH, VERDICT_NOT_ENOUGH } },
		{ 2,
		  { of(25, 25), under_way(35, 35, 50) },
		  2,
		  { .05, .05 },
		  { .1, .05 },
		  { VERDICT_GOOD_ENOUGH, VERDICT_CLEARS } },
		/* Begun, but nothing answered yet. */
		{ 2,
		  { of(25, 25), under_way(0, 0, 25) },
		  2,
		  { .05, .05 },
		  { .05, .05 },
		  { VERDICT_GOOD_ENOUGH, VERDICT_NOT_ENOUGH } },
	};

	(void)state;
	for (size_t i = 0; i < N(rows); i++)
		assert_chain(&rows[i]);
}

/* From docs/decision.md: at 95% and one candidate, so few right that it does not clear. */
static void does_not_clear(void **state)
{
	static const struct {
		size_t most_right, n;
	} rows[] = { { 17, 25 }, { 26, 35 }, { 51, 65 }, { 84, 105 } };
	const struct standard s = { .bar = .9, .certainty = .95, .floor = .85 };

	(void)state;
	for (size_t i = 0; i < N(rows); i++)
		for (size_t right = 0; right <= rows[i].n; right++) {
			const struct contender c = of(right, rows[i].n);
			struct arena a = { 0 };
			struct decision d;

			decide(&a, &c, 1, &s, &d);
			assert_int_equal(d.verdicts[0].kind == VERDICT_DOES_NOT_CLEAR,
					 right <= rows[i].most_right);
			arena_release(&a);
		}
}

/* Each further candidate is one more that may be called bad by chance. */
static void does_not_clear_among_many(void **state)
{
	struct contender c[8];

	(void)state;
	for (size_t n = 1; n <= N(c); n++) {
		struct arena a = { 0 };
		struct decision d;

		for (size_t i = 0; i < n; i++)
			c[i] = of(17 - i, 25);
		decide(&a, c, n, &usual, &d);
		for (size_t i = 0; i < n; i++)
			assert_int_equal(d.verdicts[i].kind == VERDICT_DOES_NOT_CLEAR,
					 stats_ln_e_below(17 - i, 8 + i, .9) >=
						 log(10 * (double)n));
		/* E of 17 of 25 is 50.9: bad enough among five at 10%, and not among six. */
		assert_int_equal(d.verdicts[0].kind == VERDICT_DOES_NOT_CLEAR, n <= 5);
		arena_release(&a);
	}
}

static void edited_caps(void **state)
{
	static const struct {
		size_t right, n;
		enum verdict_kind kind;
		bool capped;
	} rows[] = {
		{ 35, 35, VERDICT_NOT_ENOUGH, true },
		{ 25, 25, VERDICT_NOT_ENOUGH, true },
		{ 24, 25, VERDICT_NOT_ENOUGH, false },
		{ 10, 25, VERDICT_DOES_NOT_CLEAR, false },
	};
	struct standard s = usual;

	(void)state;
	s.edited = true;
	for (size_t i = 0; i < N(rows); i++) {
		const struct contender c = of(rows[i].right, rows[i].n);
		struct arena a = { 0 };
		struct decision d;

		decide(&a, &c, 1, &s, &d);
		assert_int_equal(d.verdicts[0].kind, rows[i].kind);
		assert_int_equal(d.verdicts[0].capped, rows[i].capped);
		assert_int_equal(d.assured, -1);
		/* The pick is the pick. */
		assert_int_equal(d.pick, rows[i].right >= 23 ? 0 : -1);
		arena_release(&a);
	}
}

static void assert_verdict(const struct contender *c, const struct standard *s,
			   const struct decision *d, const struct verdict *v)
{
	size_t right = c->evidence.right, wrong = c->evidence.n - right;
	bool clears = stats_ln_e_above(right, wrong, s->bar) >= -log(v->level);
	bool holds = clears_bar(c->score.right, c->score.n, s->bar) &&
		     stats_ln_e_above(right, wrong, s->floor) >= -log(v->floor_level);
	bool bad = stats_ln_e_below(right, wrong, s->bar) >=
		   log((double)d->n_looks / (1 - s->certainty));

	assert_true(v->level > 0 && v->level <= 1 - s->certainty + 1e-12);
	assert_true(v->floor_level > 0 && v->floor_level <= 1 - s->certainty + 1e-12);
	if ((v->at_least >= s->floor) != (v->to_floor == 0))
		fail_msg("%zu/%zu: at least %.17g, %zu to the floor", right, c->evidence.n,
			 v->at_least, v->to_floor);
	assert_int_equal(v->to_clear == 0, clears);
	assert_false(v->capped);
	assert_int_equal(v->kind, clears ? VERDICT_CLEARS :
				  holds	 ? VERDICT_GOOD_ENOUGH :
				  bad	 ? VERDICT_DOES_NOT_CLEAR :
					   VERDICT_NOT_ENOUGH);
	/* This many more settle it; one fewer does not. */
	assert_true(stats_ln_e_above(right + v->to_clear, wrong, s->bar) >= -log(v->level));
	if (v->to_clear > 0)
		assert_true(stats_ln_e_above(right + v->to_clear - 1, wrong, s->bar) <
			    -log(v->level));
}

/* The levels in use at the same time never add up to more than the error allowed in all. */
static void assert_levels(const struct contender *c, size_t n, const struct standard *s,
			  const struct decision *d)
{
	double open = 0;

	for (size_t i = 0; i < n; i++)
		if (!c[i].refused && d->verdicts[i].kind != VERDICT_CLEARS)
			open += d->verdicts[i].level;
	if (open > 1 - s->certainty + 1e-9)
		fail_msg("the levels add up to %g of %g", open, 1 - s->certainty);
}

/* Every table of up to 40 tickets, each among random others. */
static void every_small_table(void **state)
{
	enum { MAX = 7 };
	uint64_t seed = 92;

	(void)state;
	for (size_t n_tickets = 1; n_tickets <= 40; n_tickets++)
		for (size_t right = 0; right <= n_tickets; right++) {
			size_t n = 1 + random_below(&seed, MAX), at = random_below(&seed, n);
			struct contender c[MAX];
			struct arena a = { 0 };
			struct decision d;

			for (size_t i = 0; i < n; i++)
				c[i] = random_below(&seed, 9) ?
					       of(n_tickets - random_below(&seed, n_tickets) / 3,
						  n_tickets) :
					       refused();
			c[at] = of(right, n_tickets);
			decide(&a, c, n, &usual, &d);
			for (size_t i = 0; i < n; i++)
				if (!c[i].refused)
					assert_verdict(&c[i], &usual, &d, &d.verdicts[i]);
				else
					assert_int_equal(d.verdicts[i].kind, VERDICT_NONE);
			assert_levels(c, n, &usual, &d);
			arena_release(&a);
		}
}

/* Other standards: any bar below the whole, any floor below it, any certainty. */
static void random_standards(void **state)
{
	enum { MAX = 8 };
	uint64_t seed = 93;

	(void)state;
	for (int round = 0; round < 600; round++) {
		size_t n = 1 + random_below(&seed, MAX), n_tickets = 1 + random_below(&seed, 60);
		struct standard s = { .bar = .3 + .01 * (double)random_below(&seed, 69) };
		struct contender c[MAX];
		struct arena a = { 0 };
		struct decision d;

		s.floor = s.bar - .01 * (double)random_below(&seed, 25);
		s.certainty = .5 + .01 * (double)random_below(&seed, 50);
		for (size_t i = 0; i < n; i++)
			c[i] = of(random_below(&seed, n_tickets + 1), n_tickets);
		decide(&a, c, n, &s, &d);
		for (size_t i = 0; i < n; i++)
			assert_verdict(&c[i], &s, &d, &d.verdicts[i]);
		assert_levels(c, n, &s, &d);
		arena_release(&a);
	}
}

/* A bar of 100% can be scored, and no number of tickets can prove it. */
static void the_whole(void **state)
{
	struct standard s = { .bar = 1, .certainty = .9, .floor = .95 };
	const struct contender c[] = { of(24, 25), of(25, 25), of(200, 200) };
	struct arena a = { 0 };
	struct decision d;

	(void)state;
	decide(&a, c, 3, &s, &d);
	assert_int_equal(d.pick, 1);
	for (size_t i = 0; i < 3; i++) {
		assert_int_not_equal(d.verdicts[i].kind, VERDICT_CLEARS);
		assert_true(d.verdicts[i].chance == 0);
	}
	/* One wrong answer disproves it. */
	assert_int_equal(d.verdicts[0].kind, VERDICT_DOES_NOT_CLEAR);
	assert_int_equal(d.verdicts[2].kind, VERDICT_GOOD_ENOUGH);
	arena_release(&a);
}

/*
 * A run that stopped early: the untried candidates count as looks and get no verdict. Whatever they
 * score later, no level of a smaller one was higher before than it is then.
 */
static void not_tried_holds_its_share(void **state)
{
	const struct contender early[] = { of(35, 35), of(35, 35), not_tried(35), not_tried(35) };
	struct arena a = { 0 };
	struct decision before, after;

	(void)state;
	decide(&a, early, N(early), &usual, &before);
	assert_int_equal(before.n_looks, 4);
	assert_int_equal(before.n_not_tried, 2);
	assert_int_equal(before.pick, 0);
	assert_near(before.verdicts[1].level, .1 / 2 / 3);
	assert_near(before.verdicts[0].level, .1 / 2 / 3);
	for (size_t i = 2; i < N(early); i++)
		assert_int_equal(before.verdicts[i].kind, VERDICT_NONE);
	for (size_t right = 0; right <= 35; right++) {
		const struct contender late[] = { early[0], early[1], of(right, 35),
						  of(35 - right, 35) };

		decide(&a, late, N(late), &usual, &after);
		assert_int_equal(after.n_looks, 4);
		assert_int_equal(after.pick, 0);
		for (size_t i = 0; i < 2; i++) {
			assert_true(before.verdicts[i].level <= after.verdicts[i].level);
			assert_true(before.verdicts[i].floor_level <=
				    after.verdicts[i].floor_level);
		}
	}
	arena_release(&a);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(chain_of_one_and_two),
		cmocka_unit_test(chain_of_three),
		cmocka_unit_test(chain_of_eight),
		cmocka_unit_test(looks),
		cmocka_unit_test(does_not_clear),
		cmocka_unit_test(does_not_clear_among_many),
		cmocka_unit_test(edited_caps),
		cmocka_unit_test(every_small_table),
		cmocka_unit_test(random_standards),
		cmocka_unit_test(the_whole),
		cmocka_unit_test(not_tried_holds_its_share),
	};

	return cmocka_run_group_tests_name("verdict", tests, NULL, NULL);
}
