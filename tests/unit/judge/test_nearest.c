/* The nearest known texts, and heads of centroids, against values computed by hand. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <math.h>

#include "judge/nearest.h"

static const double ROWS[4][2] = { { 1, 0 }, { 0, 1 }, { 0.6, 0.8 }, { 0.8, 0.6 } };
static const double *const rows[4] = { ROWS[0], ROWS[1], ROWS[2], ROWS[3] };

static void test_order(void **state)
{
	const double query[2] = { 1, 0 };
	struct nearest near[4];

	(void)state;
	assert_int_equal(nearest_rows(query, rows, 4, 2, 3, near), 3);
	assert_int_equal(near[0].row, 0);
	assert_float_equal(near[0].cosine, 1, 1e-12);
	assert_int_equal(near[1].row, 3);
	assert_float_equal(near[1].cosine, 0.8, 1e-12);
	assert_int_equal(near[2].row, 2);
	assert_float_equal(near[2].cosine, 0.6, 1e-12);
}

static void test_few_rows_and_equal_ones(void **state)
{
	const double query[2] = { 0, 1 };
	const double *const same[3] = { ROWS[2], ROWS[1], ROWS[1] };
	struct nearest near[4];

	(void)state;
	assert_int_equal(nearest_rows(query, same, 3, 2, 4, near), 3);
	assert_int_equal(near[0].row, 1);
	assert_int_equal(near[1].row, 2);
	assert_int_equal(near[2].row, 0);
	assert_int_equal(nearest_rows(query, same, 0, 2, 4, near), 0);
	assert_int_equal(nearest_rows(query, same, 3, 2, 0, near), 0);
	assert_int_equal(nearest_rows(query, same, 3, 2, 1, near), 1);
	assert_int_equal(near[0].row, 1);
}

/* Label 0: (1, 0) and (0.6, 0.8), whose sum has the length sqrt(3.2). Label 2 has no row. */
static void test_head(void **state)
{
	const double *const known[3] = { ROWS[0], ROWS[1], ROWS[2] };
	const int labels[3] = { 0, 1, 0 };
	const struct head_data data = {
		.rows = known, .labels = labels, .n = 3, .n_embd = 2, .n_labels = 3
	};
	struct arena a = { 0 };
	const double *head = nearest_head(&a, &data, 10);

	(void)state;
	assert_float_equal(head[0], 16 / sqrt(3.2), 1e-12);
	assert_float_equal(head[1], 8 / sqrt(3.2), 1e-12);
	assert_float_equal(head[2], 0, 0);
	assert_float_equal(head[3], 0, 0);
	assert_float_equal(head[4], 10, 1e-12);
	assert_float_equal(head[5], 0, 0);
	assert_float_equal(head[6], 0, 0);
	assert_float_equal(head[7], 0, 0);
	assert_float_equal(head[8], HEAD_NEVER_CHOSEN, 0);
	arena_release(&a);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_order),
		cmocka_unit_test(test_few_rows_and_equal_ones),
		cmocka_unit_test(test_head),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
