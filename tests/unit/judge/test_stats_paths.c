/*
 * The promise of the e-process, measured: tickets are added one at a time, and the question is
 * asked after each. A model just under the bar ever CLEARS it, and one just over it ever DOES NOT
 * CLEAR it, no more often than the level allows. A test for a fixed number of tickets, asked in the
 * same way, breaks its promise on the same paths.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <math.h>
#include <stdbool.h>

#include "judge/measure/stats.h"

#define N_PATHS 20000
#define N_TICKETS 500
#define BAR .9

/* splitmix64 (Steele, Lea, Flood 2014): any seed will do, and each run has the same paths. */
static uint64_t next(uint64_t *state)
{
	uint64_t z = *state += 0x9e3779b97f4a7c15u;

	z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
	z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
	return z ^ (z >> 31);
}

static bool is_right(uint64_t *state, double accuracy)
{
	return (double)(next(state) >> 11) * 0x1p-53 < accuracy;
}

/*
 * Of n tickets, `clears` or more right answers clear the bar; fewer than `stays` do not clear it.
 * Both are unreachable (n + 1, 0) if n tickets are too few to decide.
 */
struct limits {
	size_t clears[N_TICKETS + 1], stays[N_TICKETS + 1];
};

static void limits_of_e(double level, struct limits *ret_limits)
{
	for (size_t n = 0; n <= N_TICKETS; n++) {
		size_t clears = n + 1, stays = 0;

		while (clears > 0 &&
		       stats_ln_e_above(clears - 1, n - (clears - 1), BAR) >= -log(level))
			clears--;
		while (stays <= n && stats_ln_e_below(stays, n - stays, BAR) >= -log(level))
			stays++;
		ret_limits->clears[n] = clears;
		ret_limits->stays[n] = stays;
	}
}

/* The one-sided Clopper-Pearson test at each n, which is made for one n fixed in advance. */
static void limits_of_fixed_n(double level, struct limits *ret_limits)
{
	for (size_t n = 0; n <= N_TICKETS; n++) {
		size_t clears = n + 1;

		while (clears > 1 && stats_binomial_at_least(clears - 1, n, BAR) <= level)
			clears--;
		ret_limits->clears[n] = clears;
		ret_limits->stays[n] = 0;
	}
}

struct shares {
	double cleared, not_cleared; /* of the paths, ever */
};

static struct shares walk(const struct limits *limits, double accuracy, uint64_t seed)
{
	size_t cleared = 0, not_cleared = 0;

	for (int path = 0; path < N_PATHS; path++) {
		bool ever_over = false, ever_under = false;
		size_t right = 0;

		for (size_t n = 1; n <= N_TICKETS; n++) {
			right += is_right(&seed, accuracy);
			ever_over |= right >= limits->clears[n];
			ever_under |= right < limits->stays[n];
		}
		cleared += ever_over;
		not_cleared += ever_under;
	}
	return (struct shares){ .cleared = (double)cleared / N_PATHS,
				.not_cleared = (double)not_cleared / N_PATHS };
}

/* Three standard errors of the share over N_PATHS. */
static double allowed(double level)
{
	return level + 3 * sqrt(level * (1 - level) / N_PATHS);
}

static void e_keeps_its_promise(void **state)
{
	static const double levels[] = { .05, .10 };
	static struct limits limits;

	(void)state;
	for (size_t i = 0; i < 2; i++) {
		double level = levels[i], under, over;

		limits_of_e(level, &limits);
		under = walk(&limits, BAR - .0001, 20250 + i).cleared;
		over = walk(&limits, BAR + .0001, 31250 + i).not_cleared;
		print_message("level %.2f: at %.4f ever CLEARS %.4f, at %.4f ever DOES NOT CLEAR "
			      "%.4f\n",
			      level, BAR - .0001, under, BAR + .0001, over);
		assert_true(under <= allowed(level));
		assert_true(over <= allowed(level));
		/* The test does decide: some of these paths go astray. */
		assert_true(under > level / 10);
		assert_true(over > level / 10);
	}
}

static void e_finds_what_is_there(void **state)
{
	static struct limits limits;
	struct shares good, poor;

	(void)state;
	limits_of_e(.10, &limits);
	good = walk(&limits, .97, 7);
	poor = walk(&limits, .80, 8);
	print_message("level .10: at .97 ever CLEARS %.4f, at .80 ever DOES NOT CLEAR %.4f\n",
		      good.cleared, poor.not_cleared);
	assert_true(good.cleared > .99);
	assert_true(good.not_cleared < .01);
	assert_true(poor.not_cleared > .99);
	assert_true(poor.cleared < .01);
}

static void fixed_n_does_not(void **state)
{
	static struct limits limits;
	double share;

	(void)state;
	limits_of_fixed_n(.05, &limits);
	share = walk(&limits, BAR - .0001, 20250).cleared;
	print_message("level .05, Clopper-Pearson asked at every ticket: %.4f\n", share);
	assert_true(share > 3 * allowed(.05));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(e_keeps_its_promise),
		cmocka_unit_test(e_finds_what_is_there),
		cmocka_unit_test(fixed_n_does_not),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
