/*
 * Batch calibration: what every ticket has in common is taken off, and nothing else changes.
 */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "judge/measure/calibrate.h"
#include "judge/measure/softmax.h"
#include "unit/random.h"

#define N(rows) (sizeof(rows) / sizeof((rows)[0]))

static void near(double value, double expected, const char *what)
{
	if (!(fabs(value - expected) <= 1e-12))
		fail_msg("%s: %.17g, expected %.17g", what, value, expected);
}

/*
 * Probabilities .9 .1 and .6 .4: the label's geometric means are sqrt(.54) and sqrt(.04), so the
 * first ticket's odds of 9 become 9 / sqrt(13.5), the second's of 1.5 become 1.5 / sqrt(13.5).
 */
static void by_hand(void **state)
{
	static const double x[] = { .9, .1 }, y[] = { .6, .4 };
	const double *probs[] = { x, NULL, y };
	double odds_x = 9 / sqrt(13.5), odds_y = 1.5 / sqrt(13.5);
	struct arena a = { 0 };
	double *ret[3];
	int labels[3];

	(void)state;
	calibrate(&a, probs, 3, 2, labels, ret);
	near(ret[0][0], odds_x / (1 + odds_x), "first, label 0");
	near(ret[0][1], 1 / (1 + odds_x), "first, label 1");
	near(ret[2][0], odds_y / (1 + odds_y), "third, label 0");
	near(ret[2][1], 1 / (1 + odds_y), "third, label 1");
	assert_int_equal(labels[0], 0);
	assert_int_equal(labels[2], 1); /* it was 0: only less so than the other */
	assert_null(ret[1]);
	assert_int_equal(labels[1], -1);
	arena_release(&a);
}

/*
 * A 0 counts as 1e-12. Three tickets, label 0: 1, 0, 1; means of the logs: 0 + L + 0 and L + 0 + L
 * over 3 with L = ln 1e-12, so the scores of the first are -L/3 and L/3.
 */
static void zeros_are_floored(void **state)
{
	static const double x[] = { 1, 0 }, y[] = { 0, 1 }, z[] = { 1, 0 };
	const double *probs[] = { x, y, z };
	double l = log(1e-12);
	struct arena a = { 0 };
	double *ret[3];
	int labels[3];

	(void)state;
	calibrate(&a, probs, 3, 2, labels, ret);
	near(ret[0][0], 1 / (1 + exp(2 * l / 3)), "first, label 0");
	near(ret[0][1], exp(2 * l / 3) / (1 + exp(2 * l / 3)), "first, label 1");
	near(ret[1][0], exp(4 * l / 3) / (1 + exp(4 * l / 3)), "second, label 0");
	assert_int_equal(labels[0], 0);
	assert_int_equal(labels[1], 1);
	assert_int_equal(labels[2], 0);
	arena_release(&a);
}

/* Impossible probabilities, which a worker might send, make no NaN either. */
static void odd_values_make_no_nan(void **state)
{
	static const double rows[][3] = { { NAN, 0, 1 },    { 0, 0, 0 },	{ -1, 2, 0 },
					  { 1e-320, 1, 0 }, { 1e300, 0, 1e-9 }, { .2, .3, .5 } };
	const double *probs[N(rows)];
	double *ret[N(rows)];
	int labels[N(rows)];
	struct arena a = { 0 };

	(void)state;
	for (size_t i = 0; i < N(rows); i++)
		probs[i] = rows[i];
	calibrate(&a, probs, N(rows), 3, labels, ret);
	for (size_t i = 0; i < N(rows); i++) {
		assert_in_range(labels[i], 0, 2);
		near(ret[i][0] + ret[i][1] + ret[i][2], 1, "sum");
	}
	arena_release(&a);
}

/* Equal tickets are a tie once their mean is taken off: the first label. */
static void same_tickets_are_a_tie(void **state)
{
	static const double x[] = { .1, .2, .7 };
	const double *probs[] = { x, x, x, x, x, x, x };
	double *ret[N(probs)];
	int labels[N(probs)];
	struct arena a = { 0 };

	(void)state;
	for (size_t n = 1; n <= N(probs); n++) {
		calibrate(&a, probs, n, 3, labels, ret);
		for (size_t i = 0; i < n; i++) {
			assert_int_equal(labels[i], 0);
			for (size_t label = 0; label < 3; label++)
				near(ret[i][label], 1.0 / 3, "a third");
		}
	}
	arena_release(&a);
}

static void nothing_to_calibrate(void **state)
{
	const double *probs[] = { NULL, NULL };
	double filled, *ret[] = { &filled, &filled };
	int labels[] = { 5, 5 };
	struct arena a = { 0 };

	(void)state;
	calibrate(&a, probs, 0, 3, labels, ret);
	assert_int_equal(labels[0], 5);
	calibrate(&a, probs, 2, 3, labels, ret);
	for (size_t i = 0; i < 2; i++) {
		assert_int_equal(labels[i], -1);
		assert_null(ret[i]);
	}
	arena_release(&a);
}

/*
 * A prompt that makes a label k times as likely for every ticket changes nothing: the weights are
 * the same for all tickets, so calibration takes them off.
 */
static void a_prompts_bias_is_taken_off(void **state)
{
	enum { TICKETS = 12, LABELS = 4 };
	uint64_t seed = 11;

	(void)state;
	for (int round = 0; round < 300; round++) {
		double fair[TICKETS][LABELS], biased[TICKETS][LABELS], weights[LABELS];
		const double *probs[2][TICKETS];
		double *ret[2][TICKETS];
		int labels[2][TICKETS];
		struct arena a = { 0 };

		for (size_t l = 0; l < LABELS; l++)
			weights[l] = .01 + (double)random_below(&seed, 1000);
		for (size_t i = 0; i < TICKETS; i++) {
			double sum = 0, biased_sum = 0;

			for (size_t l = 0; l < LABELS; l++) {
				fair[i][l] = 1 + (double)random_below(&seed, 1000);
				biased[i][l] = fair[i][l] * weights[l];
				sum += fair[i][l];
				biased_sum += biased[i][l];
			}
			for (size_t l = 0; l < LABELS; l++) {
				fair[i][l] /= sum;
				biased[i][l] /= biased_sum;
			}
			probs[0][i] = fair[i];
			probs[1][i] = biased[i];
		}
		for (size_t k = 0; k < 2; k++)
			calibrate(&a, probs[k], TICKETS, LABELS, labels[k], ret[k]);
		for (size_t i = 0; i < TICKETS; i++) {
			assert_int_equal(labels[0][i], labels[1][i]);
			for (size_t l = 0; l < LABELS; l++)
				near(ret[1][i][l], ret[0][i][l], "with and without bias");
		}
		arena_release(&a);
	}
}

static void softmax_by_hand(void **state)
{
	static const struct {
		double scores[3], probs[3];
		int label;
	} rows[] = {
		{ { 0, 0, 0 }, { 1.0 / 3, 1.0 / 3, 1.0 / 3 }, 0 },
		{ { 0, 0.69314718055994531, 0 }, { .25, .5, .25 }, 1 },
		{ { -INFINITY, 3, 3 }, { 0, .5, .5 }, 1 },
		{ { -INFINITY, -INFINITY, -900 }, { 0, 0, 1 }, 2 },
		{ { 1000, 0, 1000 }, { .5, 0, .5 }, 0 },
		{ { -5000, -5000, -6000 }, { .5, .5, 0 }, 0 },
		{ { 7, 7 + 1e-13, 7 }, { 1.0 / 3, 1.0 / 3, 1.0 / 3 }, 0 }, /* rounding */
		{ { 0, 1e-6, -1000 }, { .49999975, .50000025, 0 }, 1 }, /* a difference */
	};

	(void)state;
	for (size_t i = 0; i < N(rows); i++) {
		double probs[3];

		if (softmax(rows[i].scores, 3, probs) != rows[i].label)
			fail_msg("row %zu: another label", i);
		for (size_t k = 0; k < 3; k++)
			near(probs[k], rows[i].probs[k], "softmax");
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(by_hand),
		cmocka_unit_test(zeros_are_floored),
		cmocka_unit_test(odd_values_make_no_nan),
		cmocka_unit_test(same_tickets_are_a_tie),
		cmocka_unit_test(nothing_to_calibrate),
		cmocka_unit_test(a_prompts_bias_is_taken_off),
		cmocka_unit_test(softmax_by_hand),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
