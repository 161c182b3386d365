/*
 * Heads of several labels a row: thresholds with the fewest wrong decisions, labels that cannot be
 * learnt, and the same head each time.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <string.h>

#include "base/random.h"
#include "engine/head_label.h"
#include "judge/head/head_each.h"

enum { N = 90, N_EMBD = 6, N_LABELS = 4 };

/* Label 0 and 1 each turn one feature on; label 2 fits no row, label 3 all of them. */
struct each_world {
	struct arena a;
	const double *rows[N + N_LABELS];
	const bool *fits[N];
	size_t families[N];
	struct each_data data;
};

static double noise(uint64_t *state)
{
	return (double)(random_next(state) >> 11) / (double)(UINT64_C(1) << 52) - 1;
}

static void each_make(struct each_world *w, size_t n, double spread)
{
	uint64_t seed = 3;

	memset(w, 0, sizeof(*w));
	for (size_t i = 0; i < n + N_LABELS; i++) {
		double *row = arena_array(&w->a, N_EMBD, sizeof(*row));
		bool *fits = arena_array(&w->a, N_LABELS, sizeof(*fits));

		fits[0] = i < n ? i % 2 == 0 : i == n;
		fits[1] = i < n ? i % 5 == 0 : i == n + 1;
		fits[3] = true;
		for (size_t j = 0; j < N_EMBD; j++)
			row[j] = (j < 2 && fits[j]) + spread * noise(&seed);
		w->rows[i] = row;
		if (i < n) {
			w->fits[i] = fits;
			w->families[i] = i;
		}
	}
	w->data = (struct each_data){ .rows = { .rows = w->rows,
						.families = w->families,
						.n = n,
						.n_given = N_LABELS,
						.n_embd = N_EMBD,
						.n_labels = N_LABELS,
						.seed = 1 },
				      .fits = w->fits };
}

static void test_threshold(void **state)
{
	const double scores[] = { 4, 1, 2, 3, -1 };
	const bool fits[] = { true, false, false, true, false }, none[5] = { false };
	const bool all[] = { true, true, true, true, true };
	const bool use[] = { true, true, false, false, false };
	/* One wrong at best: between 1 and 2, or between 4 and 7, the wider gap. */
	const double torn[] = { 1, 2, 4, 7 };
	const bool torn_fits[] = { false, true, false, true };

	(void)state;
	assert_float_equal(each_threshold(scores, fits, NULL, 5), 2.5, 0);
	assert_float_equal(each_threshold(scores, fits, use, 5), 2.5, 0); /* of 1 and 4 */
	assert_float_equal(each_threshold(scores, none, NULL, 5), 4.5, 0);
	assert_float_equal(each_threshold(scores, all, NULL, 5), -1.5, 0);
	assert_float_equal(each_threshold(scores, all, NULL, 4), 0, 0);
	assert_float_equal(each_threshold(torn, torn_fits, NULL, 4), 5.5, 0);
	assert_float_equal(each_threshold(scores, fits, NULL, 0), 0, 0);
}

/* Counts the rows that the head decides wrongly in some label. */
static size_t each_wrong(const struct each_world *w, const double *head)
{
	bool fits[N_LABELS];
	size_t wrong = 0;

	for (size_t i = 0; i < w->data.rows.n; i++) {
		assert_true(head_fits(head, N_LABELS, N_EMBD, w->rows[i], fits));
		wrong += memcmp(fits, w->fits[i], sizeof(fits)) != 0;
	}
	return wrong;
}

static void test_what_can_be_learnt(void **state)
{
	struct each_world w;
	struct head_fit fit, again;
	struct err err = { 0 };

	(void)state;
	each_make(&w, N, 0.2);
	assert_int_equal(each_train(&w.a, &w.data, &fit, &err), 0);
	assert_int_equal(each_wrong(&w, fit.weights), 0);
	assert_int_equal(fit.quality.right, N);
	assert_int_equal(fit.quality.curve[0].n, N - N / HEAD_FOLDS);
	assert_int_equal(each_train(&w.a, &w.data, &again, &err), 0);
	assert_memory_equal(fit.weights, again.weights,
			    N_LABELS * (N_EMBD + 1) * sizeof(*fit.weights));
	arena_release(&w.a);
}

/* Pure noise: label 0 is a coin, so held out about half of it is right, not all. */
static void test_no_more_than_there_is(void **state)
{
	struct each_world w;
	struct head_fit fit;
	struct err err = { 0 };

	(void)state;
	each_make(&w, N, 50);
	assert_int_equal(each_train(&w.a, &w.data, &fit, &err), 0);
	assert_in_range(fit.quality.right, N / 6, N * 2 / 3);
	arena_release(&w.a);
}

static void test_too_few(void **state)
{
	struct each_world w;
	struct head_fit fit;
	struct err err = { 0 };

	(void)state;
	each_make(&w, HEAD_LEAST_TICKETS - 1, 0.2);
	assert_int_equal(each_train(&w.a, &w.data, &fit, &err), -1);
	assert_int_equal(err.kind, ERR_INPUT);
	assert_non_null(strstr(err.msg, "9 training tickets are too few"));
	arena_release(&w.a);
}

/* The description of label 0 is its feature, so similarity and a threshold find it. */
static void test_similarity(void **state)
{
	struct each_world w;
	double *head;

	(void)state;
	each_make(&w, N, 0.05);
	head = each_nearest(&w.a, &w.data, 20);
	assert_int_equal(each_wrong(&w, head), 0);
	assert_float_equal(head[0], 20 * w.rows[N][0], 1e-12);
	arena_release(&w.a);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_threshold),
		cmocka_unit_test(test_what_can_be_learnt),
		cmocka_unit_test(test_no_more_than_there_is),
		cmocka_unit_test(test_too_few),
		cmocka_unit_test(test_similarity),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
