/*
 * A head with two classes for each label, reduced to the difference of their scores.
 */
#include "judge/head/head_each.h"

#include <stdlib.h>
#include <string.h>

#include "judge/head/head_parts.h"

static const char CALIBRATION[] = "a threshold for each label";

struct each_row {
	double score;
	bool fits;
};

static int each_by_score(const void *x, const void *y)
{
	const struct each_row *a = x, *b = y;

	return (a->score > b->score) - (a->score < b->score);
}

/* Wrong decisions if all scores above 0 fit. */
static size_t each_wrong_at_zero(const struct each_row *rows, size_t n)
{
	size_t wrong = 0;

	for (size_t i = 0; i < n; i++)
		wrong += (rows[i].score > 0) != rows[i].fits;
	return wrong;
}

static double each_best(const struct each_row *rows, size_t n)
{
	size_t wrong = 0, least = each_wrong_at_zero(rows, n);
	double best = 0, widest = 0;

	for (size_t i = 0; i < n; i++)
		wrong += !rows[i].fits;
	/* Before row i: the rows below it do not fit. */
	for (size_t i = 0; i <= n && n > 0; i++) {
		double low = i > 0 ? rows[i - 1].score : rows[0].score - 1;
		double high = i < n ? rows[i].score : rows[n - 1].score + 1;

		if (low < high &&
		    (wrong < least || (wrong == least && best != 0 && high - low > widest))) {
			least = wrong;
			best = (low + high) / 2;
			widest = high - low;
		}
		if (i < n)
			wrong += rows[i].fits ? 1 : (size_t)-1;
	}
	return best;
}

double each_threshold(const double *scores, const bool *fits, const bool *use, size_t n)
{
	struct arena a = { 0 };
	struct each_row *rows = arena_array(&a, n, sizeof(*rows));
	size_t n_used = 0;
	double best;

	for (size_t i = 0; i < n; i++)
		if (!use || use[i])
			rows[n_used++] = (struct each_row){ scores[i], fits[i] };
	qsort(rows, n_used, sizeof(*rows), each_by_score);
	best = each_best(rows, n_used);
	arena_release(&a);
	return best;
}

/* One label while its head is made. */
struct each_label {
	struct head_data data;
	bool *fits; /* per row */
	double *scores; /* held out: of yes less those of no */
	double *weights; /* of the label; the threshold is not in them yet */
	double log_loss;
};

/* The label as a question of two classes: 0 no, 1 yes. */
static struct each_label each_label_of(struct arena *a, const struct each_data *data, size_t k)
{
	size_t n = data->rows.n;
	int *labels = arena_array(a, n + data->rows.n_given, sizeof(*labels));
	struct each_label l = { .data = data->rows, .fits = arena_array(a, n, sizeof(bool)) };

	for (size_t i = 0; i < n; i++)
		labels[i] = l.fits[i] = data->fits[i][k];
	for (size_t i = 0; i < data->rows.n_given; i++)
		labels[n + i] = i == k;
	l.data.labels = labels;
	l.data.n_labels = 2;
	l.scores = arena_array(a, n, sizeof(*l.scores));
	l.weights = arena_array(a, data->rows.n_embd + 1, sizeof(*l.weights));
	return l;
}

/* Nothing can be learnt about a label that all rows have, or none. */
static bool each_is_constant(struct each_label *l)
{
	size_t n_fit = 0;

	for (size_t i = 0; i < l->data.n; i++)
		n_fit += l->fits[i];
	if (n_fit > 0 && n_fit < l->data.n)
		return false;
	l->weights[l->data.n_embd] = n_fit ? -HEAD_NEVER_CHOSEN : HEAD_NEVER_CHOSEN;
	for (size_t i = 0; i < l->data.n; i++)
		l->scores[i] = l->weights[l->data.n_embd];
	return true;
}

static int each_learn(struct arena *a, struct each_label *l, struct err *err)
{
	size_t width = l->data.n_embd + 1;
	struct head_fit fit;

	if (each_is_constant(l))
		return 0;
	if (head_train(a, &l->data, &fit, err) < 0)
		return -1;
	for (size_t j = 0; j < width; j++)
		l->weights[j] = fit.weights[width + j] - fit.weights[j];
	for (size_t i = 0; i < l->data.n; i++)
		l->scores[i] = fit.held_out[2 * i + 1] - fit.held_out[2 * i];
	l->log_loss = fit.quality.log_loss;
	return 0;
}

/* Judges each row by the threshold of the other folds. */
static void each_judge(struct arena *a, const struct each_label *l, bool *right)
{
	size_t n = l->data.n, *folds = head_folds(a, &l->data);
	bool *use = arena_array(a, n, sizeof(*use));

	for (size_t fold = 0; fold < HEAD_FOLDS; fold++) {
		double at;

		for (size_t i = 0; i < n; i++)
			use[i] = folds[i] != fold;
		at = each_threshold(l->scores, l->fits, use, n);
		for (size_t i = 0; i < n; i++)
			if (!use[i] && (l->scores[i] > at) != l->fits[i])
				right[i] = false;
	}
}

int each_check(size_t n, struct err *err)
{
	return n < HEAD_LEAST_TICKETS ? head_fail_few(n, err) : 0;
}

int each_train(struct arena *a, const struct each_data *data, struct head_fit *ret_fit,
	       struct err *err)
{
	size_t n = data->rows.n, width = data->rows.n_embd + 1;
	bool *right = arena_array(a, n, sizeof(*right));
	struct head_quality *q = &ret_fit->quality;

	*ret_fit = (struct head_fit){ .was_right = right };
	if (each_check(n, err) < 0)
		return -1;
	*q = (struct head_quality){ .folds = HEAD_FOLDS,
				    .seed = (int64_t)data->rows.seed,
				    .solver = HEAD_SOLVER,
				    .calibration = CALIBRATION,
				    .n_curve = 1 };
	ret_fit->weights = arena_array(a, data->rows.n_labels * width, sizeof(double));
	memset(right, true, n * sizeof(*right));
	for (size_t k = 0; k < data->rows.n_labels; k++) {
		struct arena scratch = { 0 };
		struct each_label l = each_label_of(&scratch, data, k);
		int r = each_learn(&scratch, &l, err);

		if (r == 0) {
			each_judge(&scratch, &l, right);
			l.weights[width - 1] -= each_threshold(l.scores, l.fits, NULL, n);
			memcpy(ret_fit->weights + k * width, l.weights, width * sizeof(double));
			q->log_loss += l.log_loss;
		}
		arena_release(&scratch);
		if (r < 0)
			return -1;
	}
	for (size_t i = 0; i < n; i++)
		q->right += right[i];
	q->curve[0] = (struct head_point){ n - n / HEAD_FOLDS, q->right };
	return 0;
}

double *each_nearest(struct arena *a, const struct each_data *data, double scale)
{
	const struct head_data *rows = &data->rows;
	size_t width = rows->n_embd + 1;
	double *weights = arena_array(a, rows->n_labels * width, sizeof(*weights));

	for (size_t k = 0; k < rows->n_labels; k++) {
		struct arena scratch = { 0 };
		struct each_label l = each_label_of(&scratch, data, k);
		double *own = weights + k * width;

		for (size_t j = 0; j < rows->n_embd; j++)
			own[j] = scale * rows->rows[rows->n + k][j];
		for (size_t i = 0; i < rows->n; i++)
			for (size_t j = 0; j < rows->n_embd; j++)
				l.scores[i] += own[j] * rows->rows[i][j];
		own[rows->n_embd] = -each_threshold(l.scores, l.fits, NULL, rows->n);
		arena_release(&scratch);
	}
	return weights;
}
