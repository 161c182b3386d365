/*
 * Scores of several orders of the labels: their geometric mean, the choice, and how many orders
 * agree with it, against plain arithmetic on random scores.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <math.h>

#include "engine/orders.h"
#include "job/file/label_order.h"
#include "unit/random.h"

enum { MAX_LABELS = 52 };

/* Random probabilities of each order, as logarithms. */
static void random_scores(const struct orders *o, uint64_t *seed, double *ret_log_probs)
{
	for (size_t k = 0; k < o->n; k++) {
		double *own = ret_log_probs + k * o->n_labels, sum = 0;

		for (size_t i = 0; i < o->n_labels; i++) {
			own[i] = 1 + (double)random_below(seed, 1000000);
			sum += own[i];
		}
		for (size_t i = 0; i < o->n_labels; i++)
			own[i] = log(own[i] / sum);
	}
}

/* Where order k holds the score of a label, searched instead of computed. */
static size_t place_of(const struct orders *o, size_t k, size_t label)
{
	for (size_t i = 0; i < o->n_labels && o->letters; i++)
		if (label_order_at(o->n_labels, o->n, k, i) == label)
			return i;
	return label;
}

static void assert_mean(const struct orders *o, const double *log_probs)
{
	long double means[MAX_LABELS], total = 0;
	double probs[MAX_LABELS];
	size_t n_agreed, agreed = 0;
	int label = orders_choose(o, log_probs, probs, &n_agreed);

	for (size_t i = 0; i < o->n_labels; i++) {
		long double product = 1;

		for (size_t k = 0; k < o->n; k++)
			product *=
				expl((long double)log_probs[k * o->n_labels + place_of(o, k, i)]);
		means[i] = powl(product, 1.0L / (long double)o->n);
		total += means[i];
	}
	for (size_t i = 0; i < o->n_labels; i++) {
		assert_true(fabsl((long double)probs[i] - means[i] / total) < 1e-12L);
		assert_true(probs[i] <= probs[label]);
	}
	for (size_t k = 0; k < o->n; k++) {
		const double *own = log_probs + k * o->n_labels;
		size_t better = 0;

		for (size_t i = 0; i < o->n_labels; i++)
			better += own[i] > own[place_of(o, k, (size_t)label)];
		agreed += better == 0;
	}
	assert_int_equal(n_agreed, agreed);
}

static void random_orders_equal_plain_arithmetic(void **state)
{
	double log_probs[LABEL_ORDERS_MAX * MAX_LABELS];
	uint64_t seed = 20;

	(void)state;
	for (size_t n = 2; n <= MAX_LABELS; n++)
		for (int letters = 0; letters < 2; letters++) {
			struct orders o = { n, label_order_count(n), letters };

			random_scores(&o, &seed, log_probs);
			assert_mean(&o, log_probs);
			o.n = 1;
			assert_mean(&o, log_probs);
		}
}

/* Three labels; a model that always prefers the letter A tells nothing apart. */
static void a_favourite_letter_cancels_out(void **state)
{
	const struct orders o = { 3, 3, true };
	double log_probs[9], probs[3];
	size_t n_agreed;

	(void)state;
	for (size_t i = 0; i < 9; i++)
		log_probs[i] = log(i % 3 == 0 ? 0.8 : 0.1);
	assert_int_equal(orders_choose(&o, log_probs, probs, &n_agreed), 0);
	assert_int_equal(n_agreed, 1);
	for (size_t i = 0; i < 3; i++)
		assert_true(fabs(probs[i] - 1.0 / 3) < 1e-12);
	/* By name the scores belong to the first label in every order. */
	assert_int_equal(
		orders_choose(&(struct orders){ 3, 3, false }, log_probs, probs, &n_agreed), 0);
	assert_int_equal(n_agreed, 3);
	assert_true(fabs(probs[0] - 0.8) < 1e-12);
}

/* Orders that all but rule out each other's labels: the mean is still a probability. */
static void contradicting_orders_stay_numbers(void **state)
{
	const struct orders o = { 2, 2, false };
	const double strong[] = { 0, -4000, -3998, 0 };
	const double bad[][4] = { { NAN, NAN, 0, 0 },
				  { 0, -1, NAN, 0 },
				  { -INFINITY, 0, 0, -INFINITY } };
	double probs[2];
	size_t n_agreed;

	(void)state;
	assert_int_equal(orders_choose(&o, strong, probs, &n_agreed), 0);
	assert_true(fabs(probs[0] - 1 / (1 + exp(-1))) < 1e-9);
	assert_true(fabs(probs[0] + probs[1] - 1) < 1e-12);
	for (size_t i = 0; i < 3; i++)
		assert_int_equal(orders_choose(&o, bad[i], probs, &n_agreed), -1);
	assert_int_equal(orders_choose(&(struct orders){ 2, 1, false }, bad[0], probs, &n_agreed),
			 -1);
}

static void all_cyclic_orders_or_six_spread_evenly(void **state)
{
	(void)state;
	assert_int_equal(label_order_count(2), 2);
	assert_int_equal(label_order_count(6), 6);
	assert_int_equal(label_order_count(40), LABEL_ORDERS_MAX);
	for (size_t n = 2; n <= MAX_LABELS; n++) {
		size_t n_orders = label_order_count(n);

		for (size_t k = 0; k < n_orders; k++) {
			size_t first = label_order_at(n, n_orders, k, 0);
			bool seen[MAX_LABELS] = { false };

			assert_int_equal(first, n <= LABEL_ORDERS_MAX ? k : k * n / n_orders);
			for (size_t i = 0; i < n; i++) {
				size_t label = label_order_at(n, n_orders, k, i);

				assert_int_equal(label, (first + i) % n);
				assert_false(seen[label]);
				seen[label] = true;
			}
		}
	}
	assert_string_equal(label_letter(0), "A");
	assert_string_equal(label_letter(25), "Z");
	assert_string_equal(label_letter(26), "a");
	assert_string_equal(label_letter(LABEL_LETTERS_MAX - 1), "z");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(random_orders_equal_plain_arithmetic),
		cmocka_unit_test(a_favourite_letter_cancels_out),
		cmocka_unit_test(contradicting_orders_stay_numbers),
		cmocka_unit_test(all_cyclic_orders_or_six_spread_evenly),
	};

	return cmocka_run_group_tests_name("orders", tests, NULL, NULL);
}
