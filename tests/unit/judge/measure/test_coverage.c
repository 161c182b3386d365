/*
 * Thresholds worked out by hand.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "judge/measure/coverage.h"

#define N(rows) (sizeof(rows) / sizeof((rows)[0]))

static void assert_row(const struct coverage *row, double threshold, size_t taken, size_t right)
{
	assert_true(row->threshold > threshold - 1e-12 && row->threshold < threshold + 1e-12);
	assert_int_equal(row->n_taken, taken);
	assert_int_equal(row->n_right, right);
}

static void by_hand(void **state)
{
	/* Falling: .9 right, .8 right, .8 wrong, .6 right, .5 wrong. */
	static const struct sure_answer answers[] = {
		{ .6, true }, { .8, false }, { .9, true }, { .5, false }, { .8, true },
	};
	struct arena a = { 0 };
	struct coverage *rows;
	size_t n;

	(void)state;
	coverage_table(&a, answers, N(answers), &rows, &n);
	/* 3 of 5; from .6: 3 of 4; from .8: 2 of 3 is no better; from .9: 1 of 1. */
	assert_int_equal(n, 3);
	assert_row(&rows[0], 0, 5, 3);
	assert_row(&rows[1], .6, 4, 3);
	assert_row(&rows[2], .9, 1, 1);
	assert_true(rows[0].share == 1 && rows[1].share == .8);
	assert_true(rows[2].interval.low > .024 && rows[2].interval.low < .026);
	assert_true(rows[1].accuracy >= .7 && rows[1].accuracy < .9);
	assert_true(rows[2].accuracy >= .9);
	arena_release(&a);
}

static void ties_and_nothing(void **state)
{
	static const struct sure_answer same[] = { { 1, true }, { 1, false }, { 1, true } };
	struct arena a = { 0 };
	struct coverage *rows;
	size_t n;

	(void)state;
	coverage_table(&a, same, N(same), &rows, &n);
	assert_int_equal(n, 1);
	assert_row(&rows[0], 0, 3, 2);
	coverage_table(&a, same, 0, &rows, &n);
	assert_int_equal(n, 0);
	arena_release(&a);
}

int main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(by_hand),
					    cmocka_unit_test(ties_and_nothing) };

	return cmocka_run_group_tests(tests, NULL, NULL);
}
