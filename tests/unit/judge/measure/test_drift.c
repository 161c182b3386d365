/*
 * The tests of homogeneity against tables of the distribution, by hand, and by how often they
 * raise a false alarm.
 */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "judge/measure/drift.h"
#include "judge/measure/stats.h"
#include "unit/random.h"

static void near(double value, double expected, double within)
{
	if (!(fabs(value - expected) <= within))
		fail_msg("%.10g, expected %.10g", value, expected);
}

/* Upper points of the distribution, as printed in any table of it. */
static void chi_squared_as_tables_say(void **state)
{
	(void)state;
	near(stats_chi_squared_at_least(3.841459, 1), .05, 1e-6);
	near(stats_chi_squared_at_least(5.991465, 2), .05, 1e-6);
	near(stats_chi_squared_at_least(11.070498, 5), .05, 1e-6);
	near(stats_chi_squared_at_least(21.665994, 9), .01, 1e-6);
	near(stats_chi_squared_at_least(23.209251, 10), .01, 1e-6);
	near(stats_chi_squared_at_least(0, 3), 1, 0);
	near(stats_chi_squared_at_least(1e4, 3), 0, 1e-300);
}

/* Half and half then, three quarters now. */
static void two_labels_by_hand(void **state)
{
	static const size_t then_counts[] = { 15, 15 }, now_counts[] = { 45, 15 };
	const struct workload then = { .n = 30, .by_label = then_counts };
	const struct workload now = { .n = 60, .by_label = now_counts };
	struct drift d;

	(void)state;
	drift_compare(&then, &now, 2, .01, &d);
	/* Expected 20 10, 40 20: 25/20 + 25/10 + 25/40 + 25/20 = 5.625, one degree of freedom. */
	near(d.labels_p, stats_chi_squared_at_least(5.625, 1), 1e-12);
	near(d.distance, .25, 1e-12);
	assert_int_equal(d.grown, 0);
	assert_int_equal(d.shrunk, 1);
	assert_true(d.enough && !d.drifted && d.sureness_p == 1);
}

static void few_or_rare_say_nothing(void **state)
{
	static const size_t few[] = { 10, 0 }, many[] = { 10, 990 }, rare[] = { 30, 1 },
			    none[] = { 31, 0 };
	const struct workload small = { .n = 10, .by_label = few };
	const struct workload large = { .n = 1000, .by_label = many };
	const struct workload one = { .n = 31, .by_label = rare };
	const struct workload other = { .n = 31, .by_label = none };
	struct drift d;

	(void)state;
	drift_compare(&small, &large, 2, .01, &d);
	assert_false(d.enough || d.drifted);
	drift_compare(&one, &other, 2, .01, &d);
	assert_true(d.enough);
	assert_false(d.drifted);
}

static void draw(uint64_t *seed, size_t n, size_t counts[6])
{
	static const unsigned shares[6] = { 30, 25, 20, 15, 7, 3 };

	for (size_t i = 0; i < n; i++) {
		unsigned at = (unsigned)random_below(seed, 100);
		size_t label = 0;

		while (at >= shares[label])
			at -= shares[label++];
		counts[label]++;
	}
}

/* The same tickets then and now: a false alarm is at most about as frequent as the level. */
static void false_alarms(void **state)
{
	enum { ROUNDS = 4000 };
	uint64_t seed = 7;
	int n_alarms = 0;

	(void)state;
	for (int i = 0; i < ROUNDS; i++) {
		size_t a[6] = { 0 }, b[6] = { 0 };
		const struct workload then = { .n = 60, .by_label = a };
		const struct workload now = { .n = 400, .by_label = b };
		struct drift d;

		draw(&seed, 60, a);
		draw(&seed, 400, b);
		drift_compare(&then, &now, 6, .10, &d);
		n_alarms += d.drifted;
	}
	/* Half of the level is the labels' part: 5%; four standard errors are 1.4 points. */
	if (n_alarms > ROUNDS * .064 || n_alarms < ROUNDS * .03)
		fail_msg("%d alarms in %d", n_alarms, ROUNDS);
}

static void bins(void **state)
{
	(void)state;
	assert_int_equal(drift_bin(0), 0);
	assert_int_equal(drift_bin(.0999), 0);
	assert_int_equal(drift_bin(.95), 9);
	assert_int_equal(drift_bin(1), 9);
	assert_int_equal(drift_bin(1.5), 9);
	assert_int_equal(drift_bin(-1), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(chi_squared_as_tables_say),
		cmocka_unit_test(two_labels_by_hand),
		cmocka_unit_test(few_or_rare_say_nothing),
		cmocka_unit_test(false_alarms),
		cmocka_unit_test(bins),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
