/*
 * Training of a head on data whose answers are known: it finds what can be found, promises no more
 * than that, and is the same each time.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "engine/head_label.h"
#include "base/random.h"
#include "judge/head/head.h"
#include "judge/head/head_parts.h"

enum { N_EMBD = 12, N_LABELS = 3 };

struct world {
	struct arena a;
	double **rows;
	int *labels;
	size_t *families;
	struct head_data data;
};

/* In -1..1. */
static double noise(uint64_t *state)
{
	return (double)(random_next(state) >> 11) / (double)(UINT64_C(1) << 52) - 1;
}

/*
 * Rows around one corner a label, `spread` wide. Feature 3 is a thousand times as large as the
 * others and says nothing, feature 4 never changes.
 */
static void make_world(struct world *w, size_t n, double spread, uint64_t seed)
{
	memset(w, 0, sizeof(*w));
	w->rows = arena_array(&w->a, n, sizeof(*w->rows));
	w->labels = arena_array(&w->a, n, sizeof(*w->labels));
	w->families = arena_array(&w->a, n, sizeof(*w->families));
	for (size_t i = 0; i < n; i++) {
		w->labels[i] = (int)(i % N_LABELS);
		w->families[i] = i;
		w->rows[i] = arena_array(&w->a, N_EMBD, sizeof(double));
		for (size_t j = 0; j < N_EMBD; j++)
			w->rows[i][j] = (j == (size_t)w->labels[i]) + spread * noise(&seed);
		w->rows[i][3] = 1000 * noise(&seed);
		w->rows[i][4] = 7;
	}
	w->data = (struct head_data){ .rows = (const double *const *)w->rows,
				      .labels = w->labels,
				      .families = w->families,
				      .n = n,
				      .n_embd = N_EMBD,
				      .n_labels = N_LABELS,
				      .seed = 1 };
}

static void train_it(struct world *w, struct head_fit *fit)
{
	struct err err;

	if (head_train(&w->a, &w->data, fit, &err) < 0)
		fail_msg("%s", err.msg);
}

/* Right answers of the head to rows of another world. */
static size_t right_of(const struct head_fit *fit, const struct world *w)
{
	double probs[N_LABELS];
	size_t right = 0;

	for (size_t i = 0; i < w->data.n; i++) {
		int label = head_label(fit->weights, N_LABELS, N_EMBD, w->rows[i], probs);

		right += label == w->labels[i];
		assert_true(fabs(probs[0] + probs[1] + probs[2] - 1) < 1e-12);
	}
	return right;
}

static void test_finds_what_is_there(void **state)
{
	struct world w, fresh;
	struct head_fit fit;

	(void)state;
	make_world(&w, 90, 0.3, 1);
	make_world(&fresh, 300, 0.3, 2);
	train_it(&w, &fit);
	assert_int_equal(fit.quality.right, 90);
	assert_int_equal(right_of(&fit, &fresh), 300);
	assert_true(fit.quality.log_loss < 0.1);
	assert_int_equal(fit.counts[0], 30);
	arena_release(&w.a);
	arena_release(&fresh.a);
}

/* Held-out accuracy and probabilities hold for fresh rows too. */
static void test_promises_no_more(void **state)
{
	double probs[N_LABELS], sure = 0, loss = 0;
	struct world w, fresh;
	struct head_fit fit;
	double share;

	(void)state;
	make_world(&w, 300, 1.2, 3);
	make_world(&fresh, 3000, 1.2, 4);
	train_it(&w, &fit);
	share = (double)right_of(&fit, &fresh) / 3000;
	assert_true(share > 0.6 && share < 0.95);
	assert_true(fabs(share - (double)fit.quality.right / 300) < 0.06);
	for (size_t i = 0; i < fresh.data.n; i++) {
		int label = head_label(fit.weights, N_LABELS, N_EMBD, fresh.rows[i], probs);

		sure += probs[label] / 3000;
		loss -= log(probs[fresh.labels[i]]) / 3000;
	}
	assert_true(fabs(sure - share) < 0.07);
	assert_true(fabs(loss - fit.quality.log_loss) < 0.08);
	arena_release(&w.a);
	arena_release(&fresh.a);
}

static void test_nothing_to_find(void **state)
{
	struct world w;
	struct head_fit fit;
	uint64_t seed = 9;

	(void)state;
	make_world(&w, 120, 1, 5);
	for (size_t i = 0; i < w.data.n; i++)
		for (size_t j = 0; j < N_EMBD; j++)
			w.rows[i][j] = noise(&seed);
	train_it(&w, &fit);
	/* A third is right by chance; ln 3 is the loss of equal probabilities. */
	assert_in_range(fit.quality.right, 25, 58);
	assert_true(fit.quality.log_loss > 1.0 && fit.quality.log_loss < 1.25);
	assert_true(fit.quality.gain.more == HEAD_MORE && fit.quality.gain.gain < 0.05);
	arena_release(&w.a);
}

static void test_is_the_same_again(void **state)
{
	struct head_fit first, second;
	struct world w;

	(void)state;
	make_world(&w, 100, 1, 6);
	train_it(&w, &first);
	train_it(&w, &second);
	assert_memory_equal(first.weights, second.weights,
			    N_LABELS * (N_EMBD + 1) * sizeof(double));
	assert_memory_equal(first.quality.curve, second.quality.curve, sizeof(first.quality.curve));
	assert_true(first.quality.gain.gain == second.quality.gain.gain);
	w.data.seed = 2;
	train_it(&w, &second);
	assert_int_equal(first.quality.n_curve, second.quality.n_curve);
	arena_release(&w.a);
}

static void test_curve_is_nested_and_rises(void **state)
{
	struct head_fit fit;
	struct world w;

	(void)state;
	make_world(&w, 400, 1.2, 7);
	train_it(&w, &fit);
	assert_int_equal(fit.quality.n_curve, 5);
	assert_int_equal(fit.quality.curve[0].n, 25);
	assert_int_equal(fit.quality.curve[3].n, 200);
	assert_int_equal(fit.quality.curve[4].n, 320);
	assert_int_equal(fit.quality.curve[4].right, fit.quality.right);
	assert_true(fit.quality.curve[4].right > fit.quality.curve[0].right);
	assert_true(fit.quality.gain.low <= fit.quality.gain.gain &&
		    fit.quality.gain.gain <= fit.quality.gain.high);
	assert_true(fit.quality.gain.low >= 0 && fit.quality.gain.high < 0.1);
	arena_release(&w.a);
}

/* Copies of a row are one family: no fold can learn another fold's answers from them. */
static void test_families_stay_together(void **state)
{
	struct world w;
	size_t *folds, sizes[HEAD_FOLDS] = { 0 };

	(void)state;
	make_world(&w, 60, 1, 8);
	for (size_t i = 0; i < 60; i++)
		w.families[i] = i < 12 ? 0 : i / 2;
	folds = head_folds(&w.a, &w.data);
	for (size_t i = 0; i < 60; i++) {
		sizes[folds[i]]++;
		for (size_t k = 0; k < 60; k++)
			if (w.families[i] == w.families[k])
				assert_int_equal(folds[i], folds[k]);
	}
	for (size_t f = 0; f < HEAD_FOLDS; f++)
		assert_in_range(sizes[f], 6, 20);
	arena_release(&w.a);
}

static void test_order_begins_with_all_labels(void **state)
{
	struct world w;
	size_t *order;
	bool seen[60] = { false };
	size_t counts[N_LABELS] = { 0 };

	(void)state;
	make_world(&w, 60, 1, 8);
	for (size_t i = 0; i < 60; i++)
		w.labels[i] = i < 30 ? 0 : i < 50 ? 1 : 2;
	order = head_order(&w.a, &w.data);
	for (size_t i = 0; i < 60; i++) {
		assert_false(seen[order[i]]);
		seen[order[i]] = true;
		if (i < 12)
			counts[w.labels[order[i]]]++;
	}
	assert_int_equal(counts[0], 6);
	assert_int_equal(counts[1], 4);
	assert_int_equal(counts[2], 2);
	arena_release(&w.a);
}

/* A label without rows is never chosen, and takes no probability from the others. */
static void test_label_without_rows(void **state)
{
	double probs[N_LABELS];
	struct head_fit fit;
	struct world w;

	(void)state;
	make_world(&w, 60, 0.4, 10);
	for (size_t i = 0; i < 60; i++)
		if (w.labels[i] == 2)
			w.labels[i] = (int)(i % 2);
	train_it(&w, &fit);
	assert_int_equal(fit.counts[2], 0);
	for (size_t i = 0; i < 60; i++) {
		assert_true(head_label(fit.weights, N_LABELS, N_EMBD, w.rows[i], probs) != 2);
		assert_true(probs[2] == 0);
	}
	arena_release(&w.a);
}

/*
 * The last 30 of 90 rows are given: the head learns label 2 from them alone, and neither counts nor
 * holds them out. Here the rows are sorted by label, so label 2 has no other rows.
 */
static void test_given_rows(void **state)
{
	struct world w, fresh;
	struct head_fit fit, without;
	double *rows[90];
	int labels[90];

	(void)state;
	make_world(&w, 90, 0.3, 1);
	make_world(&fresh, 300, 0.3, 2);
	for (size_t i = 0; i < 90; i++) {
		rows[i] = w.rows[i % 30 * N_LABELS + i / 30];
		labels[i] = (int)(i / 30);
	}
	w.data.rows = (const double *const *)rows;
	w.data.labels = labels;
	w.data.n = 60;
	w.data.n_given = 30;
	train_it(&w, &fit);
	assert_int_equal(right_of(&fit, &fresh), 300);
	assert_int_equal(fit.quality.right, 60);
	assert_int_equal(fit.quality.curve[fit.quality.n_curve - 1].n, 48);
	assert_int_equal(fit.counts[2], 0);
	w.data.n_given = 0;
	train_it(&w, &without);
	assert_int_equal(right_of(&without, &fresh), 200);
	arena_release(&w.a);
	arena_release(&fresh.a);
}

static void test_refusals(void **state)
{
	struct head_fit fit;
	struct world w;
	struct err err;

	(void)state;
	make_world(&w, 9, 1, 11);
	assert_int_equal(head_train(&w.a, &w.data, &fit, &err), -1);
	assert_string_equal(err.msg,
			    "9 training tickets are too few to learn from; label 10 or more");
	arena_release(&w.a);
	make_world(&w, 30, 1, 11);
	memset(w.labels, 0, 30 * sizeof(*w.labels));
	assert_int_equal(head_train(&w.a, &w.data, &fit, &err), -1);
	assert_non_null(strstr(err.msg, "the same label"));
	arena_release(&w.a);
}

/* Scores that are five times too sure, and lean towards one label. */
static void test_calibration(void **state)
{
	struct calibration c = { .shifts = (double[N_LABELS]){ 0 } };
	double *scores, loss[HEAD_CALIBRATIONS], probs[N_LABELS];
	bool use[900], right[900];
	size_t *folds;
	struct world w;
	uint64_t seed = 12;

	(void)state;
	make_world(&w, 900, 1, 12);
	scores = arena_array(&w.a, 900 * N_LABELS, sizeof(double));
	for (size_t i = 0; i < 900; i++) {
		double sum = 0, at, lot = (noise(&seed) + 1) / 2;

		for (size_t k = 0; k < N_LABELS; k++) {
			double s = 2 * noise(&seed);

			scores[i * N_LABELS + k] = 5 * s + 10 * (k == 1);
			sum += probs[k] = exp(s);
		}
		at = probs[0] / sum;
		w.labels[i] = 0;
		while (lot > at && w.labels[i] < N_LABELS - 1)
			at += probs[++w.labels[i]] / sum;
		use[i] = true;
	}
	calibration_fit(&w.data, scores, use, HEAD_TEMPERATURE_BIAS, &c);
	assert_true(fabs(c.factor - 0.2) < 0.03);
	assert_true(fabs(c.shifts[1] - c.shifts[0] + 2) < 0.4);
	folds = head_folds(&w.a, &w.data);
	for (int kind = 0; kind < HEAD_CALIBRATIONS; kind++)
		loss[kind] = calibration_held_out(&w.a, &w.data, scores, folds,
						  (enum head_calibration)kind, right);
	assert_true(loss[HEAD_TEMPERATURE_BIAS] < loss[HEAD_TEMPERATURE] - 0.1);
	arena_release(&w.a);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_finds_what_is_there),
		cmocka_unit_test(test_promises_no_more),
		cmocka_unit_test(test_nothing_to_find),
		cmocka_unit_test(test_is_the_same_again),
		cmocka_unit_test(test_curve_is_nested_and_rises),
		cmocka_unit_test(test_families_stay_together),
		cmocka_unit_test(test_order_begins_with_all_labels),
		cmocka_unit_test(test_label_without_rows),
		cmocka_unit_test(test_given_rows),
		cmocka_unit_test(test_refusals),
		cmocka_unit_test(test_calibration),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
