/*
 * The pick: the smallest complete candidate at the bar, ties at exactly the bar included. The
 * verdicts are in test_verdict.c, the words in test_explain.c.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <string.h>

#include "judge/measure/stats.h"
#include "unit/contenders.h"
#include "unit/random.h"

#define N(rows) (sizeof(rows) / sizeof((rows)[0]))

static void bar_is_exact(void **state)
{
	static const struct {
		size_t n_right, n;
		double bar;
		bool clears;
	} rows[] = {
		{ 23, 25, .92, true },
		{ 22, 25, .92, false },
		{ 9, 10, .9, true },
		{ 8, 10, .9, false },
		{ 7, 10, .7, true },
		{ 29, 100, .29, true },
		{ 57, 100, .57, true },
		{ 58, 100, .58, true },
		{ 28, 100, .29, false },
		{ 179, 200, .895, true },
		{ 179, 200, .9, false },
		{ 1, 3, 1.0 / 3, true },
		{ 2, 3, 2.0 / 3, true },
		{ 10, 10, 1, true },
		{ 9, 10, 1, false },
		{ 0, 10, 0, true },
		{ 0, 0, 0, false },
		{ 0, 0, .9, false },
		{ 899999, 1000000, .9, false },
		{ 900000, 1000000, .9, true },
	};

	(void)state;
	for (size_t i = 0; i < N(rows); i++)
		if (clears_bar(rows[i].n_right, rows[i].n, rows[i].bar) != rows[i].clears)
			fail_msg("row %zu", i);
}

/* A bar of k of n tickets is cleared by exactly k right answers. */
static void every_fraction_is_exact(void **state)
{
	(void)state;
	for (size_t n = 1; n <= 400; n++)
		for (size_t k = 1; k <= n; k++) {
			double bar = (double)k / (double)n;

			if (!clears_bar(k, n, bar) || clears_bar(k - 1, n, bar) ||
			    bar_needs(n, bar) != k)
				fail_msg("%zu/%zu", k, n);
		}
}

static void assert_picks(const struct contender *c, size_t n, double bar, int pick, int closest)
{
	struct standard s = usual;
	struct arena a = { 0 };
	struct decision d;

	s.bar = bar;
	s.floor = bar - .05;
	decide(&a, c, n, &s, &d);
	assert_int_equal(d.pick, pick);
	assert_int_equal(d.closest, closest);
	assert_int_equal(d.pick_together, pick);
	arena_release(&a);
}

static void smallest_at_the_bar(void **state)
{
	const struct contender first[] = { of(23, 25), of(25, 25) };
	const struct contender second[] = { of(22, 25), of(23, 25), of(25, 25) };
	const struct contender third[] = { of(0, 200), of(179, 200), of(180, 200), of(200, 200) };

	(void)state;
	assert_picks(first, 2, .92, 0, -1);
	assert_picks(second, 3, .92, 1, -1);
	assert_picks(third, 4, .9, 2, -1);
	/* No pick: the best score is named; of equals, the smaller model. */
	assert_picks(second, 1, .92, -1, 0);
	assert_picks(third, 2, .9, -1, 1);
	assert_picks(NULL, 0, .9, -1, -1);
	assert_picks((struct contender[]){ of(179, 200), of(3, 200), of(179, 200) }, 3, .9, -1, 0);
	assert_picks((struct contender[]){ of(0, 0) }, 1, .9, -1, -1);
}

/* The pick goes by the score, not by the evidence: repeats of a group are right answers too. */
static void score_picks_evidence_judges(void **state)
{
	struct contender c = of(45, 50);
	struct arena a = { 0 };
	struct decision d;

	(void)state;
	c.evidence = (struct tally){ 1, 5 };
	decide(&a, &c, 1, &usual, &d);
	assert_int_equal(d.pick, 0);
	assert_true(d.verdicts[0].chance == stats_chance(1, 4, .9));
	assert_int_equal(d.verdicts[0].kind, VERDICT_DOES_NOT_CLEAR);
	arena_release(&a);
}

static void incomplete_and_refused_are_never_picked(void **state)
{
	struct contender stopped = of(25, 25);
	const struct contender c[] = { under_way(24, 24, 25), refused(),
				       (stopped.refused = "no", stopped), of(20, 25), of(24, 25) };

	(void)state;
	assert_picks(c, 5, .9, 4, -1);
	assert_picks(c, 4, .9, -1, 3);
	assert_picks(c, 3, .9, -1, -1);
}

/* A model whose licence forbids this use is measured and judged, but neither picked nor assured. */
static void blocked_is_never_picked(void **state)
{
	static const struct {
		size_t right[3];
		bool blocked[3];
		int pick, blocked_at, closest, assured;
	} rows[] = {
		{ { 25, 24, 24 }, { true, false, false }, 1, 0, -1, -1 },
		{ { 24, 24, 25 }, { false, true, false }, 0, 1, -1, 2 },
		{ { 24, 24, 25 }, { false, false, true }, 0, 2, -1, -1 },
		{ { 25, 25, 25 }, { true, true, true }, -1, 0, -1, -1 },
		{ { 25, 10, 12 }, { true, false, false }, -1, 0, 2, -1 },
		/* The better one that missed the bar is blocked, and the other one is named. */
		{ { 20, 10, 9 }, { true, false, false }, -1, -1, 1, -1 },
		{ { 20, 10, 21 }, { true, true, true }, -1, -1, 2, -1 },
	};

	(void)state;
	for (size_t i = 0; i < N(rows); i++) {
		struct arena a = { 0 };
		struct contender c[3];
		struct decision d;

		for (size_t k = 0; k < 3; k++) {
			c[k] = with_harder(rows[i].right[k], 25, 10, 10);
			c[k].blocked = rows[i].blocked[k];
		}
		decide(&a, c, 3, &usual, &d);
		if (d.pick != rows[i].pick || d.blocked != rows[i].blocked_at ||
		    d.closest != rows[i].closest || d.assured != rows[i].assured)
			fail_msg("row %zu: %d %d %d %d", i, d.pick, d.blocked, d.closest,
				 d.assured);
		assert_int_equal(d.pick_together, d.pick);
		assert_int_equal(d.n_looks, 3);
		arena_release(&a);
	}
}

/* 23 + 8 of 35 is below the bar of 90%, 23 + 9 is not. */
static void harder_tickets_count_for_the_pick(void **state)
{
	const struct contender rows[] = {
		with_harder(23, 25, 8, 10), /* below the bar together */
		with_harder(22, 25, 10, 10), /* below the bar on the ordinary ones alone */
		with_harder(24, 25, 9, 9), /* was not asked its tenth harder ticket */
		with_harder(25, 25, 7, 10),  with_harder(25, 25, 10, 10),
	};
	struct standard shown = usual;
	struct contender c[N(rows)];
	struct arena a = { 0 };
	struct decision d;

	(void)state;
	shown.harder_shown = true;
	memcpy(c, rows, sizeof(rows));
	c[2].n_harder = 10;
	decide(&a, c, N(c), &usual, &d);
	assert_int_equal(d.pick, 3);
	assert_int_equal(d.pick_together, 3);
	assert_int_equal(d.pick_ordinary, 0);
	assert_string_equal(moved_words(&a, c, &usual, &d),
			    "got 8 of 10 harder tickets; together 31 of 35 (88.6%), below the bar");
	assert_non_null(strstr(d.why,
			       "On the ordinary tickets alone the pick would be x, but it got 8 "
			       "of 10 harder tickets; together 31 of 35"));
	assert_non_null(strstr(d.why, "Smaller candidates that missed the bar: 2; not complete: "
				      "1."));
	/* Verdicts of evidence are about the ordinary tickets. */
	assert_true(d.verdicts[0].chance == stats_chance(23, 2, .9));
	decide(&a, c, N(c), &shown, &d);
	assert_int_equal(d.pick, 0);
	assert_int_equal(d.pick_together, 3);
	assert_null(moved_words(&a, c, &shown, &d));
	assert_non_null(strstr(d.why, "They are only shown; if they counted, the pick would be x"));
	decide(&a, c, 3, &shown, &d);
	assert_int_equal(d.pick, 0);
	assert_int_equal(d.pick_together, -1);
	assert_non_null(strstr(d.why, "if they counted, there would be no pick."));
	decide(&a, c, 3, &usual, &d);
	assert_int_equal(d.pick, -1);
	assert_int_equal(d.pick_ordinary, 0);
	c[0].harder.right = 9;
	decide(&a, c, N(c), &usual, &d);
	assert_int_equal(d.pick, 0);
	assert_null(moved_words(&a, c, &usual, &d));
	arena_release(&a);
}

/* Without a pick, the worse of the two scores decides which is the closest, and it is named. */
static void closest_with_harder_tickets(void **state)
{
	const struct contender c[] = { with_harder(23, 25, 2, 10), with_harder(22, 25, 8, 10),
				       with_harder(23, 25, 8, 10), with_harder(10, 25, 10, 10) };
	struct arena a = { 0 };
	struct decision d;

	(void)state;
	decide(&a, c, N(c), &usual, &d);
	assert_int_equal(d.pick, -1);
	assert_int_equal(d.assured, -1);
	assert_int_equal(d.closest, 2);
	assert_non_null(strstr(d.why, "The closest is x, but it got 8 of 10"));
	arena_release(&a);
}

/* A job that knows its stream weighs the two kinds. */
static void hard_share_weighs_harder_tickets(void **state)
{
	struct contender c = with_harder(24, 25, 4, 10);
	struct standard s = usual;
	struct arena a = { 0 };
	struct decision d;

	(void)state;
	s.hard_share = .05;
	decide(&a, &c, 1, &s, &d);
	assert_int_equal(d.pick, 0);
	assert_float_equal(share_together(&c, &s), .95 * .96 + .05 * .4, 1e-12);
	assert_non_null(strstr(d.why, "together 93.2%, weighted."));
	s.hard_share = .2;
	decide(&a, &c, 1, &s, &d);
	assert_int_equal(d.pick, -1);
	arena_release(&a);
}

/* The proven one must also score the bar with the harder tickets to be recommended. */
static void assured_scores_the_bar_with_harder_tickets(void **state)
{
	const struct contender c[] = { with_harder(50, 50, 2, 10), with_harder(50, 50, 9, 10) };
	struct arena a = { 0 };
	struct decision d;

	(void)state;
	decide(&a, c, N(c), &usual, &d);
	assert_int_equal(d.pick, 1);
	assert_int_equal(d.assured, 1);
	assert_int_equal(d.verdicts[0].kind, VERDICT_CLEARS);
	arena_release(&a);
}

static void random_contenders(void **state)
{
	enum { MAX = 12 };
	uint64_t seed = 91;

	(void)state;
	for (int round = 0; round < 5000; round++) {
		size_t n = random_below(&seed, MAX), n_tickets = 1 + random_below(&seed, 60);
		struct standard s = usual;
		struct contender c[MAX];
		struct arena a = { 0 };
		struct decision d;
		int expected = -1;

		s.bar = .05 + (double)random_below(&seed, 95) / 100;
		s.floor = s.bar - .04;
		for (size_t i = 0; i < n; i++) {
			size_t answered =
				random_below(&seed, 3) ? n_tickets : random_below(&seed, n_tickets);

			c[i] = under_way(random_below(&seed, answered + 1), answered, n_tickets);
			c[i].refused = random_below(&seed, 6) ? NULL : "no";
			if (expected < 0 && !c[i].refused && answered == n_tickets &&
			    c[i].score.right * 100 >= (size_t)(s.bar * 100 + .5) * n_tickets)
				expected = (int)i;
		}
		decide(&a, c, n, &s, &d);
		assert_int_equal(d.pick, expected);
		assert_true(strlen(d.why) > 20);
		arena_release(&a);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(bar_is_exact),
		cmocka_unit_test(every_fraction_is_exact),
		cmocka_unit_test(smallest_at_the_bar),
		cmocka_unit_test(score_picks_evidence_judges),
		cmocka_unit_test(incomplete_and_refused_are_never_picked),
		cmocka_unit_test(blocked_is_never_picked),
		cmocka_unit_test(harder_tickets_count_for_the_pick),
		cmocka_unit_test(closest_with_harder_tickets),
		cmocka_unit_test(hard_share_weighs_harder_tickets),
		cmocka_unit_test(assured_scores_the_bar_with_harder_tickets),
		cmocka_unit_test(random_contenders),
	};

	return cmocka_run_group_tests_name("decide", tests, NULL, NULL);
}
