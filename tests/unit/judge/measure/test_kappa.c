/*
 * Cohen's kappa: published figures, the ends of the scale, and where it is not defined.
 */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "base/array.h"
#include "judge/measure/kappa.h"

enum { MOST = 300 };

struct readings {
	int a[MOST], b[MOST];
	size_t n;
};

static void add(struct readings *r, int a, int b, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		r->a[r->n] = a;
		r->b[r->n++] = b;
	}
}

static bool near(double x, double y)
{
	return fabs(x - y) < 5e-4;
}

/* The table of Fleiss, Cohen and Everitt: 200 cases, kappa 0.429, variance 0.002885. */
static void test_published(void **state)
{
	static const size_t cells[3][3] = { { 106, 10, 4 }, { 22, 28, 10 }, { 2, 12, 6 } };
	struct readings r = { .n = 0 };
	struct kappa k;

	(void)state;
	for (int i = 0; i < 3; i++)
		for (int j = 0; j < 3; j++)
			add(&r, i, j, cells[i][j]);
	k = kappa_of(r.a, r.b, r.n, 3);
	assert_int_equal(k.n, 200);
	assert_int_equal(k.n_same, 140);
	assert_true(k.defined && k.has_range);
	assert_true(near(k.value, .4286));
	assert_true(near(k.high - k.value, 1.959964 * sqrt(.002885)));
	assert_true(near(k.value - k.low, k.high - k.value));
	assert_string_equal(kappa_words(&k), "moderate");
}

/* Who labels the second is the same: kappa is symmetric. */
static void test_symmetric(void **state)
{
	struct readings r = { .n = 0 };
	struct kappa x, y;

	(void)state;
	add(&r, 0, 0, 7);
	add(&r, 1, 0, 3);
	add(&r, 2, 1, 2);
	add(&r, 2, 2, 5);
	x = kappa_of(r.a, r.b, r.n, 3);
	y = kappa_of(r.b, r.a, r.n, 3);
	assert_true(near(x.value, y.value) && near(x.low, y.low) && near(x.high, y.high));
}

static void test_ends(void **state)
{
	struct readings same = { .n = 0 }, chance = { .n = 0 }, against = { .n = 0 };
	struct kappa k;

	(void)state;
	add(&same, 0, 0, 3);
	add(&same, 1, 1, 2);
	k = kappa_of(same.a, same.b, same.n, 2);
	assert_true(k.defined && k.value == 1 && !k.has_range);
	add(&chance, 0, 0, 5);
	add(&chance, 0, 1, 5);
	add(&chance, 1, 0, 5);
	add(&chance, 1, 1, 5);
	k = kappa_of(chance.a, chance.b, chance.n, 2);
	assert_true(near(k.value, 0) && k.low < 0 && k.high > 0);
	add(&against, 0, 1, 5);
	add(&against, 1, 0, 5);
	k = kappa_of(against.a, against.b, against.n, 2);
	assert_true(near(k.value, -1) && !k.has_range);
	assert_string_equal(kappa_words(&k), "no better than chance");
}

/* If all are the same there is no range, however the sums are rounded. */
static void test_no_range(void **state)
{
	(void)state;
	for (size_t n = 2; n <= MOST; n++)
		for (size_t of_one = 1; of_one < n; of_one++) {
			struct readings same = { .n = 0 };
			struct kappa k;

			add(&same, 0, 0, of_one);
			add(&same, 1, 1, n - of_one);
			k = kappa_of(same.a, same.b, n, 2);
			if (!k.defined || k.has_range)
				fail_msg("%zu of %zu", of_one, n);
		}
}

/* One label only, or no ticket that both labelled: nothing can be said. */
static void test_undefined(void **state)
{
	struct readings one = { .n = 0 }, none = { .n = 0 };
	struct kappa k;

	(void)state;
	add(&one, 1, 1, 9);
	k = kappa_of(one.a, one.b, one.n, 2);
	assert_int_equal(k.n_same, 9);
	assert_false(k.defined);
	assert_string_equal(kappa_words(&k), "");
	add(&none, 0, -1, 4);
	add(&none, -2, 1, 4);
	k = kappa_of(none.a, none.b, none.n, 2);
	assert_int_equal(k.n, 0);
	assert_false(k.defined);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_published), cmocka_unit_test(test_symmetric),
		cmocka_unit_test(test_ends),	  cmocka_unit_test(test_no_range),
		cmocka_unit_test(test_undefined),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
