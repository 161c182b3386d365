/*
 * Chooses the strength by cross-validation and the calibration on the same held-out scores. Then
 * trains one head on all rows and folds the calibration into its weights.
 */
#include "judge/head/head.h"

#include <math.h>
#include <string.h>

#include "base/array.h"
#include "judge/head/head_parts.h"

/* The strengths to try, ascending: each solution starts from the last one. */
static const double STRENGTHS[] = { 0.1, 0.3, 1, 3, 10, 30, 100, 300, 1000 };
/* For sparse rows one is enough: from 10 to 10,000 all are alike (docs/measured/words.md). */
static const double SPARSE_STRENGTHS[] = { 300 };

enum { MOST_STRENGTHS = COUNT_OF(STRENGTHS), CURVE_FIRST = 25 };

const char HEAD_SOLVER[] = "LIBLINEAR, L2-regularised logistic regression, one against the rest";

/* One training. */
struct trainer {
	struct arena *a;
	const struct head_data *data;
	struct head_fit *fit;
	size_t *folds, *order;
	const double *strengths; /* to try */
	size_t n_strengths;
	double *scores[MOST_STRENGTHS]; /* held out, n_labels per row */
	size_t strength; /* chosen */
	bool *curve_right[HEAD_CURVE_MAX];
};

static const char *head_calibration_words(enum head_calibration calibration)
{
	static const char *const words[HEAD_CALIBRATIONS] = {
		[HEAD_TEMPERATURE] = "temperature",
		[HEAD_TEMPERATURE_BIAS] = "temperature and a shift for each label",
	};

	return words[calibration];
}

int head_fail_few(size_t n, struct err *err)
{
	return err_set(err, ERR_INPUT,
		       "%zu training tickets are too few to learn from; label %d or more", n,
		       HEAD_LEAST_TICKETS);
}

static int head_check_data(const struct head_data *data, struct head_fit *fit, struct err *err)
{
	size_t n_present = 0;

	for (size_t i = 0; i < data->n; i++)
		fit->counts[data->labels[i]]++;
	for (size_t k = 0; k < data->n_labels; k++)
		n_present += fit->counts[k] > 0;
	if (data->n < HEAD_LEAST_TICKETS)
		return head_fail_few(data->n, err);
	if (n_present < 2)
		return err_set(err, ERR_INPUT,
			       "all training tickets have the same label: there is nothing to tell "
			       "apart; add tickets with other labels");
	return 0;
}

int head_check(struct arena *a, const struct head_data *data, struct err *err)
{
	struct head_fit fit = { .counts = arena_array(a, data->n_labels, sizeof(*fit.counts)) };

	return head_check_data(data, &fit, err);
}

/* Rows outside the fold, in learning order; at most `most` of them. */
static size_t head_rows_outside(const struct trainer *t, size_t fold, size_t most, size_t *ret_rows)
{
	size_t n = 0;

	for (size_t i = 0; i < t->data->n && n < most; i++)
		if (t->folds[t->order[i]] != fold)
			ret_rows[n++] = t->order[i];
	return n;
}

static void head_score_fold(const struct trainer *t, size_t fold, const double *weights,
			    double *scores)
{
	for (size_t i = 0; i < t->data->n; i++)
		if (t->folds[i] == fold)
			linear_score(t->data, weights, i, scores + i * t->data->n_labels);
}

static double *head_new_scores(const struct trainer *t)
{
	return arena_array(t->a, t->data->n * t->data->n_labels, sizeof(double));
}

static void head_try_strengths(struct trainer *t)
{
	size_t width = t->data->n_labels * (t->data->n_embd + 1);

	for (size_t s = 0; s < t->n_strengths; s++)
		t->scores[s] = head_new_scores(t);
	for (size_t fold = 0; fold < HEAD_FOLDS; fold++) {
		struct arena a = { 0 };
		size_t *rows = arena_array(&a, t->data->n, sizeof(*rows));
		double *weights = arena_array(&a, width, sizeof(*weights));
		size_t n = head_rows_outside(t, fold, t->data->n, rows);
		struct linear l = linear_prepare(&a, t->data, rows, n);

		for (size_t s = 0; s < t->n_strengths; s++) {
			linear_solve(&l, t->strengths[s], weights);
			head_score_fold(t, fold, weights, t->scores[s]);
		}
		arena_release(&a);
	}
}

/* RULE: the strength and the calibration with the least held-out log loss, the strength first. */
static void head_choose_by_loss(struct trainer *t)
{
	bool *right = arena_array(t->a, t->data->n, sizeof(*right));
	struct head_quality *q = &t->fit->quality;
	double least = INFINITY;

	for (size_t s = 0; s < t->n_strengths; s++) {
		double loss = calibration_held_out(t->a, t->data, t->scores[s], t->folds,
						   HEAD_TEMPERATURE, right);

		if (loss < least) {
			least = loss;
			t->strength = s;
		}
	}
	q->c = t->strengths[t->strength];
	t->fit->c_at_end =
		t->n_strengths > 1 && (t->strength == 0 || t->strength + 1 == t->n_strengths);
	q->log_loss = INFINITY;
	/* Shifts gained nothing on sparse rows, and take three times as long as all the rest. */
	for (enum head_calibration kind = HEAD_TEMPERATURE;
	     kind < (t->data->sparse ? HEAD_TEMPERATURE_BIAS : HEAD_CALIBRATIONS); kind++) {
		double loss = calibration_held_out(t->a, t->data, t->scores[t->strength], t->folds,
						   kind, right);

		t->fit->losses[kind] = loss;
		if (loss >= q->log_loss)
			continue;
		q->log_loss = loss;
		t->fit->calibration = kind;
	}
	q->calibration = head_calibration_words(t->fit->calibration);
}

/* One head per fold from its first `n` rows, and what they get right. */
static void head_add_point(struct trainer *t, size_t n)
{
	size_t width = t->data->n_labels * (t->data->n_embd + 1), at = t->fit->quality.n_curve++;
	struct head_point *point = &t->fit->quality.curve[at];
	double *scores = head_new_scores(t);
	bool *right = t->curve_right[at] = arena_array(t->a, t->data->n, sizeof(*right));

	for (size_t fold = 0; fold < HEAD_FOLDS; fold++) {
		struct arena a = { 0 };
		size_t *rows = arena_array(&a, t->data->n, sizeof(*rows));
		double *weights = arena_array(&a, width, sizeof(*weights));
		struct linear l =
			linear_prepare(&a, t->data, rows, head_rows_outside(t, fold, n, rows));

		linear_solve(&l, t->fit->quality.c, weights);
		head_score_fold(t, fold, weights, scores);
		arena_release(&a);
	}
	calibration_held_out(t->a, t->data, scores, t->folds, t->fit->calibration, right);
	point->n = n;
	for (size_t i = 0; i < t->data->n; i++)
		point->right += right[i];
}

/* Points at 25, 50, 100, … rows, clearly below the number of rows, then at all but one fold. */
static void head_draw_curve(struct trainer *t)
{
	struct head_quality *q = &t->fit->quality;
	size_t most = t->data->n - t->data->n / HEAD_FOLDS, at;
	bool *right = arena_array(t->a, t->data->n, sizeof(*right));

	for (size_t n = CURVE_FIRST; n * 5 <= most * 4 && q->n_curve + 1 < HEAD_CURVE_MAX; n *= 2)
		head_add_point(t, n);
	calibration_held_out(t->a, t->data, t->scores[t->strength], t->folds, t->fit->calibration,
			     right);
	at = q->n_curve++;
	t->curve_right[at] = right;
	q->curve[at].n = most;
	for (size_t i = 0; i < t->data->n; i++)
		q->curve[at].right += right[i];
	q->right = q->curve[at].right;
	t->fit->was_right = right;
}

static bool head_is_given(const struct head_data *data, size_t label)
{
	for (size_t i = 0; i < data->n_given; i++)
		if (data->labels[data->n + i] == (int)label)
			return true;
	return false;
}

/* The held-out scores, calibrated as the weights are. */
static void head_keep_scores(struct trainer *t, const struct calibration *c)
{
	t->fit->held_out = t->scores[t->strength];
	for (size_t i = 0; i < t->data->n * t->data->n_labels; i++)
		t->fit->held_out[i] =
			t->fit->held_out[i] * c->factor + c->shifts[i % t->data->n_labels];
}

static void head_solve_all(struct trainer *t)
{
	const struct head_data *data = t->data;
	size_t width = data->n_embd + 1;
	struct calibration c = { .shifts = arena_array(t->a, data->n_labels, sizeof(double)) };
	bool *use = arena_array(t->a, data->n, sizeof(*use));
	struct arena a = { 0 };
	struct linear l = linear_prepare(&a, data, t->order, data->n);

	t->fit->weights = arena_array(t->a, data->n_labels * width, sizeof(double));
	linear_solve(&l, t->fit->quality.c, t->fit->weights);
	arena_release(&a);
	memset(use, true, data->n * sizeof(*use));
	calibration_fit(data, t->scores[t->strength], use, t->fit->calibration, &c);
	t->fit->factor = c.factor;
	head_keep_scores(t, &c);
	for (size_t k = 0; k < data->n_labels; k++) {
		double *weights = t->fit->weights + k * width;

		for (size_t j = 0; j < width; j++)
			weights[j] *= c.factor;
		weights[width - 1] += c.shifts[k];
		if (t->fit->counts[k] == 0 && !head_is_given(data, k))
			weights[width - 1] = HEAD_NEVER_CHOSEN;
	}
}

int head_train(struct arena *a, const struct head_data *data, struct head_fit *ret_fit,
	       struct err *err)
{
	struct trainer t = { .a = a,
			     .data = data,
			     .fit = ret_fit,
			     .strengths = data->sparse ? SPARSE_STRENGTHS : STRENGTHS,
			     .n_strengths = data->sparse ? COUNT_OF(SPARSE_STRENGTHS) :
							   COUNT_OF(STRENGTHS) };

	*ret_fit = (struct head_fit){
		.quality = { .folds = HEAD_FOLDS,
			     .seed = (int64_t)data->seed,
			     .solver = HEAD_SOLVER },
		.counts = arena_array(a, data->n_labels, sizeof(size_t)),
	};
	if (head_check_data(data, ret_fit, err) < 0)
		return -1;
	t.folds = head_folds(a, data);
	t.order = head_order(a, data);
	head_try_strengths(&t);
	head_choose_by_loss(&t);
	head_draw_curve(&t);
	head_solve_all(&t);
	head_look_ahead(a, data, t.curve_right, &ret_fit->quality);
	return 0;
}
