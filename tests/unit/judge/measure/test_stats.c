/*
 * The statistics of the decision against the figures of docs/decision.md, against sums that can be
 * done by hand, and against what must hold for every count.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <math.h>
#include <stdbool.h>

#include "judge/measure/stats.h"
#include "unit/random.h"

#define N(rows) (sizeof(rows) / sizeof((rows)[0]))
/* Figures printed with two, three and six digits are off by half of the last one at most. */
#define TWO_DIGITS .00501
#define THREE_DIGITS .000501
#define SIX_DIGITS .000000501

#define assert_near(got, want, tolerance) \
	do { \
		double got_ = (got), want_ = (want); \
		if (!(fabs(got_ - want_) <= (tolerance))) \
			fail_msg("row %zu: " #got " is %.9g, not %.9g", i, got_, want_); \
	} while (0)

static bool clears(size_t right, size_t n, double bar, double level)
{
	return stats_ln_e_above(right, n - right, bar) >= log(1 / level);
}

static bool does_not_clear(size_t right, size_t n, double bar, double level)
{
	return stats_ln_e_below(right, n - right, bar) >= log(1 / level);
}

static void what_25_tickets_can_say(void **state)
{
	static const struct {
		size_t right, n;
		struct interval wilson, jeffreys, clopper_pearson;
		double low, at_least, chance;
	} rows[] = {
		{ 23, 25, { .750, .978 }, { .767, .983 }, { .740, .990 }, .769, .695, .49 },
		{ 24, 25, { .805, .993 }, { .828, .996 }, { .796, .999 }, .824, .763, .75 },
		{ 25, 25, { .867, 1.00 }, { .905, 1.00 }, { .863, 1.00 }, .887, .867, .94 },
		{ 32, 35, { .776, .970 }, { .789, .975 }, { .769, .982 }, .793, .727, .49 },
		{ 34, 35, { .855, .995 }, { .874, .997 }, { .851, .999 }, .871, .825, .89 },
		{ 35, 35, { .901, 1.00 }, { .931, 1.00 }, { .900, 1.00 }, .918, .903, .98 },
	};

	(void)state;
	for (size_t i = 0; i < N(rows); i++) {
		size_t right = rows[i].right, n = rows[i].n;
		struct interval wilson = stats_wilson(right, n, .95);
		struct interval jeffreys = stats_jeffreys(right, n, .95);
		struct interval exact = stats_clopper_pearson(right, n, .95);

		assert_near(wilson.low, rows[i].wilson.low, THREE_DIGITS);
		assert_near(wilson.high, rows[i].wilson.high, THREE_DIGITS);
		assert_near(jeffreys.low, rows[i].jeffreys.low, THREE_DIGITS);
		assert_near(jeffreys.high, rows[i].jeffreys.high, THREE_DIGITS);
		assert_near(exact.low, rows[i].clopper_pearson.low, THREE_DIGITS);
		assert_near(exact.high, rows[i].clopper_pearson.high, THREE_DIGITS);
		assert_near(stats_clopper_pearson_low(right, n, .95), rows[i].low, THREE_DIGITS);
		assert_near(stats_at_least(right, n - right, .05), rows[i].at_least, THREE_DIGITS);
		assert_near(stats_chance(right, n - right, .9), rows[i].chance, TWO_DIGITS);
	}
}

static void golden_values(void **state)
{
	static const struct {
		size_t right, n;
		double ln_e_90, ln_e_85, at_least, low;
	} rows[] = {
		{ 24, 25, .080685, 1.027844, .763010, .823879 },
		{ 25, 25, 2.176393, 3.456191, .867446, .887072 },
		{ 34, 34, 3.015449, 4.799921, .900580, .915660 },
		{ 35, 35, 3.109978, 4.951136, .903268, .917968 },
	};
	size_t i;

	(void)state;
	for (i = 0; i < N(rows); i++) {
		size_t right = rows[i].right, wrong = rows[i].n - right;

		assert_near(stats_ln_e_above(right, wrong, .90), rows[i].ln_e_90, SIX_DIGITS);
		assert_near(stats_ln_e_above(right, wrong, .85), rows[i].ln_e_85, SIX_DIGITS);
		assert_near(stats_at_least(right, wrong, .05), rows[i].at_least, SIX_DIGITS);
		assert_near(stats_clopper_pearson_low(right, rows[i].n, .95), rows[i].low,
			    SIX_DIGITS);
	}
	assert_near(stats_wilson(23, 25, .95).low, .750339, SIX_DIGITS);
	assert_near(stats_wilson(23, 25, .95).high, .977780, SIX_DIGITS);
	assert_near(stats_jeffreys(23, 25, .95).low, .767308, SIX_DIGITS);
	assert_near(stats_jeffreys(23, 25, .95).high, .983001, SIX_DIGITS);
}

/* The figures of "What 25 tickets can say" that stand outside of the table. */
static void chances_of_a_score(void **state)
{
	static const double rows[][2] = {
		{ .80, .098 }, { .85, .254 }, { .90, .537 }, { .95, .873 }
	};
	size_t i;

	(void)state;
	for (i = 0; i < N(rows); i++)
		assert_near(stats_binomial_at_least(23, 25, rows[i][0]), rows[i][1], THREE_DIGITS);
	assert_near(stats_binomial_at_least(25, 25, .9), .072, THREE_DIGITS);
	/* The first proof at 95% for n fixed in advance: .9^28 > .05 > .9^29. */
	assert_true(stats_clopper_pearson_low(28, 28, .95) < .9);
	assert_true(stats_clopper_pearson_low(29, 29, .95) > .9);
}

static void what_clears_at_95(void **state)
{
	static const size_t rows[][2] = {
		{ 35, 35 }, { 45, 45 }, { 64, 65 }, { 102, 105 }, { 196, 205 }
	};

	(void)state;
	for (size_t i = 0; i < N(rows); i++) {
		assert_true(clears(rows[i][0], rows[i][1], .9, .05));
		assert_false(clears(rows[i][0] - 1, rows[i][1], .9, .05));
	}
	assert_false(clears(25, 25, .9, .05));
}

static void what_does_not_clear_at_95(void **state)
{
	static const size_t rows[][2] = { { 17, 25 }, { 26, 35 }, { 51, 65 }, { 84, 105 } };

	(void)state;
	for (size_t i = 0; i < N(rows); i++) {
		assert_true(does_not_clear(rows[i][0], rows[i][1], .9, .05));
		assert_false(does_not_clear(rows[i][0] + 1, rows[i][1], .9, .05));
	}
}

static void right_in_a_row(void **state)
{
	static const struct {
		size_t right, wrong;
		double bar, level;
		size_t more;
	} rows[] = {
		{ 23, 2, .90, .05, 59 }, { 24, 1, .90, .05, 39 },    { 25, 0, .90, .05, 9 },
		{ 34, 1, .90, .05, 29 }, { 23, 2, .85, .10, 24 },    { 24, 1, .85, .10, 11 },
		{ 25, 0, .85, .10, 0 },	 { 34, 1, .85, .10, 1 },     { 0, 0, .90, .05, 34 },
		{ 35, 0, .90, .05, 0 },	 { 5, 0, 1, .05, SIZE_MAX },
	};
	uint64_t seed = 59;

	(void)state;
	for (size_t i = 0; i < N(rows); i++)
		assert_int_equal(stats_right_in_a_row(rows[i].right, rows[i].wrong, rows[i].bar,
						      rows[i].level),
				 rows[i].more);
	for (int i = 0; i < 300; i++) {
		size_t right = random_below(&seed, 300), wrong = random_below(&seed, 60);
		double bar = .5 + (double)random_below(&seed, 49) / 100;
		size_t more = stats_right_in_a_row(right, wrong, bar, .05);

		assert_true(clears(right + more, right + more + wrong, bar, .05));
		if (more > 0)
			assert_false(clears(right + more - 1, right + more - 1 + wrong, bar, .05));
	}
}

/*
 * By hand, of n flips of a fair coin:
 *   0 and 5: 2/32 - 1/32 = 1/32.           1 and 7: 2 (1+8)/256 - 8/256 = 10/256, the .0391 of
 *   the paper's first example.             2 and 6: 2 (1+8+28)/256 - 28/256 = 46/256.
 *   3 and 4: 2 (1+7+21+35)/128 - 35/128 = 93/128.
 *   3 and 3: 1 - 20/64/2 = 27/32 (equal counts).      1 and 1: 1 - 2/4/2 = 3/4.
 */
static void mcnemar_by_hand(void **state)
{
	static const struct {
		size_t only_a, only_b;
		double p;
	} rows[] = {
		{ 0, 0, 1 },	       { 0, 1, .5 },	     { 0, 5, 1.0 / 32 },
		{ 1, 7, 10.0 / 256 },  { 2, 6, 46.0 / 256 }, { 3, 4, 93.0 / 128 },
		{ 3, 3, 27.0 / 32 },   { 1, 1, 3.0 / 4 },    { 0, 10, 1.0 / 1024 },
		{ 1, 9, 12.0 / 1024 },
	};

	(void)state;
	for (size_t i = 0; i < N(rows); i++) {
		assert_near(stats_mcnemar_mid_p(rows[i].only_a, rows[i].only_b), rows[i].p, 1e-12);
		assert_near(stats_mcnemar_mid_p(rows[i].only_b, rows[i].only_a), rows[i].p, 1e-12);
	}
	for (size_t i = 0; i < 400; i++) {
		double p = stats_mcnemar_mid_p(i / 20, i % 20);

		assert_true(p > 0 && p <= 1);
	}
}

/* Sums of binomial terms, each from the one before. */
static double sum_at_least(size_t right, size_t n, double p)
{
	double term = pow(1 - p, (double)n), sum = 0;

	for (size_t k = 0; k <= n; k++) {
		if (k >= right)
			sum += term;
		term *= (double)(n - k) / (double)(k + 1) * p / (1 - p);
	}
	return sum;
}

static void binomial_is_the_sum_of_its_terms(void **state)
{
	static const double accuracies[] = { .01, .2, .5, .85, .9, .99 };

	(void)state;
	for (size_t i = 0; i < N(accuracies); i++)
		for (size_t n = 1; n <= 120; n += 7)
			for (size_t right = 0; right <= n + 1; right++) {
				double p = accuracies[i];
				double want = sum_at_least(right, n, p);

				assert_near(stats_binomial_at_least(right, n, p), want, 1e-11);
				/* A uniform prior: I_b(s+1, f+1) is P(more than s of n+1). */
				if (right <= n)
					assert_near(stats_chance(right, n - right, p),
						    1 - sum_at_least(right + 1, n + 1, p), 1e-11);
			}
}

/*
 * At a true accuracy of exactly the bar, the next ticket changes E by nothing on average:
 * bar E(s+1, f) + (1-bar) E(s, f+1) = E(s, f), for both directions. Above and below the bar the
 * one or the other falls on average. This is what Ville's inequality asks for.
 */
static void e_is_a_fair_game_at_the_bar(void **state)
{
	static double (*const ln_e[])(size_t, size_t, double) = { stats_ln_e_above,
								  stats_ln_e_below };
	static const double bars[] = { .5, .75, .85, .9, .99 };

	(void)state;
	for (size_t side = 0; side < 2; side++)
		for (size_t i = 0; i < N(bars); i++)
			for (size_t count = 0; count < 900; count++) {
				double b = bars[i];
				size_t right = count / 30 * 3, wrong = count % 30;
				double now = ln_e[side](right, wrong, b);
				double if_right = exp(ln_e[side](right + 1, wrong, b) - now);
				double if_wrong = exp(ln_e[side](right, wrong + 1, b) - now);

				assert_near(b * if_right + (1 - b) * if_wrong, 1, 1e-12);
				assert_true(side == 0 ? if_right > 1 && if_wrong < 1 :
							if_right < 1 && if_wrong > 1);
			}
	for (size_t i = 0; i < N(bars); i++) {
		assert_near(stats_ln_e_above(0, 0, bars[i]), 0, 1e-12);
		assert_near(stats_ln_e_below(0, 0, bars[i]), 0, 1e-12);
	}
}

static void assert_holds(struct interval x, double score)
{
	assert_true(x.low >= 0 && x.low <= score + 1e-12);
	assert_true(x.high <= 1 && x.high >= score - 1e-12);
	assert_true(x.low < x.high);
}

/* All counts up to 60 tickets: the intervals hold the score, and rise with it. */
static void intervals_hold_the_score(void **state)
{
	static struct interval (*const interval_of[])(
		size_t, size_t, double) = { stats_wilson, stats_jeffreys, stats_clopper_pearson };

	(void)state;
	for (size_t i = 0; i < N(interval_of); i++)
		for (size_t n = 1; n <= 60; n++)
			for (size_t right = 0; right <= n; right++) {
				struct interval x = interval_of[i](right, n, .95);
				struct interval wide = interval_of[i](right, n, .99);
				struct interval mirror = interval_of[i](n - right, n, .95);
				struct interval next = interval_of[i](right + (right < n), n, .95);

				assert_holds(x, (double)right / (double)n);
				assert_true(wide.low <= x.low && wide.high >= x.high);
				assert_near(mirror.low, 1 - x.high, 1e-12);
				assert_near(mirror.high, 1 - x.low, 1e-12);
				assert_true(next.low >= x.low && next.high >= x.high);
			}
}

/* What the ends mean: at them, what was seen or more extreme has exactly the tail's chance. */
static void clopper_pearson_has_its_tails(void **state)
{
	(void)state;
	for (size_t i = 1; i <= 60; i += 3)
		for (size_t right = 1; right < i; right++) {
			struct interval x = stats_clopper_pearson(right, i, .9);
			double one_sided = stats_clopper_pearson_low(right, i, .9);

			assert_near(stats_binomial_at_least(right, i, x.low), .05, 1e-9);
			assert_near(1 - stats_binomial_at_least(right + 1, i, x.high), .05, 1e-9);
			assert_near(stats_binomial_at_least(right, i, one_sided), .1, 1e-9);
		}
	assert_true(stats_clopper_pearson_low(0, 25, .95) <= 0);
}

/* The bound is the bar where E is exactly 1/level; it rises with each right answer. */
static void at_least_is_where_e_meets_the_level(void **state)
{
	(void)state;
	for (size_t i = 1; i <= 60; i++)
		for (size_t right = 1; right <= i; right++) {
			size_t wrong = i - right;
			double bound = stats_at_least(right, wrong, .05);

			assert_near(stats_ln_e_above(right, wrong, bound), log(20), 1e-6);
			assert_true(bound < (double)right / (double)i);
			assert_true(bound < stats_at_least(right, wrong, .10));
			assert_true(bound < stats_at_least(right + 1, wrong, .05));
			assert_true(bound > stats_at_least(right, wrong + 1, .05));
			/* Anytime-valid costs something against n fixed in advance. */
			assert_true(bound < stats_clopper_pearson_low(right, i, .95));
		}
	assert_true(stats_at_least(0, 0, .05) <= 0);
	assert_true(stats_at_least(0, 100, .05) <= 0);
}

static void chance_is_monotone_and_has_a_complement(void **state)
{
	(void)state;
	for (size_t i = 0; i < 1600; i++) {
		size_t right = i / 40, wrong = i % 40;
		double chance = stats_chance(right, wrong, .9);

		assert_near(chance + stats_chance(wrong, right, 1 - .9), 1, 1e-12);
		assert_true(stats_chance(right + 1, wrong, .9) > chance);
		assert_true(stats_chance(right, wrong + 1, .9) < chance);
		assert_true(stats_chance(right, wrong, .8) > chance);
	}
	/* No ticket seen: the prior itself. */
	assert_true(fabs(stats_chance(0, 0, .9) - .1) < 1e-12);
}

/* The normal approximation is good at a million, so the intervals meet; nothing overflows. */
static void a_million_tickets(void **state)
{
	const size_t million = 1000000;
	struct interval wilson = stats_wilson(900000, million, .95);
	struct interval jeffreys = stats_jeffreys(900000, million, .95);
	struct interval exact = stats_clopper_pearson(900000, million, .95);
	size_t i = million, more;

	(void)state;
	assert_near(jeffreys.low, wilson.low, 1e-6);
	assert_near(jeffreys.high, wilson.high, 1e-6);
	assert_near(exact.low, wilson.low, 1e-6);
	assert_near(exact.high, wilson.high, 1e-6);
	/* All right: the bound is level^(1/n), and ln E is n ln(1/bar) with the last share, .25. */
	assert_near(stats_clopper_pearson_low(million, million, .95), pow(.05, 1e-6), 1e-12);
	assert_near(stats_ln_e_above(million, 0, .9), 1e6 * log(1 / .9) + log(.25), 1e-6);
	assert_near(stats_ln_e_below(0, million, .9), 1e6 * log(1 + 9 * .35) + log(.20), 1e-6);
	assert_near(stats_chance(million, 0, .9), 1, 1e-12);
	assert_near(stats_chance(500000, 500000, .5), .5, 1e-9);
	assert_near(stats_binomial_at_least(500001, million + 1, .5), .5, 1e-9);
	assert_true(stats_at_least(900000, 100000, .05) > .888);
	assert_true(stats_at_least(900000, 100000, .05) < wilson.low);
	more = stats_right_in_a_row(0, million, .9, .05);
	assert_true(clears(more, more + million, .9, .05));
	assert_false(clears(more - 1, more - 1 + million, .9, .05));
	assert_true(stats_mcnemar_mid_p(million, million + 3000) < .05);
	assert_true(stats_mcnemar_mid_p(million, million + 2000) > .05);
}

/* The ends of the ranges: no NaN, no endless loop, nothing promised from nothing. */
static void edges(void **state)
{
	const double nearly = 1 - 1e-9;

	(void)state;
	assert_false(clears(1000, 1000, 1, .05));
	assert_true(does_not_clear(999, 1000, 1, .05)); /* one miss refutes 100% */
	assert_false(does_not_clear(1000, 1000, 1, .05));
	assert_true(isfinite(stats_ln_e_above(1000, 0, nearly)));
	assert_true(isfinite(stats_ln_e_below(0, 1000, nearly)));
	assert_true(stats_right_in_a_row(25, 0, nearly, .05) > 1000000000);
	assert_true(stats_right_in_a_row(25, 0, nearly, .05) < SIZE_MAX);
	assert_true(stats_chance(25, 0, 1) <= 0);
	assert_true(stats_chance(0, 25, 0) >= 1);
	assert_true(stats_binomial_at_least(0, 25, 0) >= 1);
	assert_true(stats_binomial_at_least(26, 25, 1) <= 0);
	assert_true(stats_binomial_at_least(25, 25, 1) >= 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_25_tickets_can_say),
		cmocka_unit_test(golden_values),
		cmocka_unit_test(chances_of_a_score),
		cmocka_unit_test(what_clears_at_95),
		cmocka_unit_test(what_does_not_clear_at_95),
		cmocka_unit_test(right_in_a_row),
		cmocka_unit_test(mcnemar_by_hand),
		cmocka_unit_test(binomial_is_the_sum_of_its_terms),
		cmocka_unit_test(e_is_a_fair_game_at_the_bar),
		cmocka_unit_test(intervals_hold_the_score),
		cmocka_unit_test(clopper_pearson_has_its_tails),
		cmocka_unit_test(at_least_is_where_e_meets_the_level),
		cmocka_unit_test(chance_is_monotone_and_has_a_complement),
		cmocka_unit_test(a_million_tickets),
		cmocka_unit_test(edges),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
