/*
 * Scores to probabilities: a factor, and optionally a shift for each label, that minimise the
 * held-out log loss. Convex; solved coordinate by coordinate with Newton's steps. Targets are
 * smoothed as in J. Platt, "Probabilistic Outputs for Support Vector Machines", 1999, so that a
 * handful of right answers does not give certainty.
 */
#include <math.h>
#include <string.h>

#include "judge/head/head_parts.h"
#include "judge/measure/softmax.h"

enum { SWEEPS_MAX = 300 };

static const double FACTOR_LEAST = 1e-3, FACTOR_MOST = 1e3;

struct fitting {
	const struct head_data *data;
	const double *scores;
	const bool *use;
	double on, off; /* smoothed targets: of the right label, of each other */
	double *probs; /* under the current calibration */
};

static void calibrate_find_probs(const struct fitting *f, const struct calibration *c)
{
	size_t n_labels = f->data->n_labels;

	for (size_t i = 0; i < f->data->n; i++) {
		const double *scores = f->scores + i * n_labels;
		double *probs = f->probs + i * n_labels;

		if (!f->use[i])
			continue;
		for (size_t k = 0; k < n_labels; k++)
			probs[k] = c->factor * scores[k] + c->shifts[k];
		softmax(probs, n_labels, probs);
	}
}

static double calibrate_target(const struct fitting *f, size_t row, size_t label)
{
	return f->data->labels[row] == (int)label ? f->on : f->off;
}

/* One step of Newton for the factor; at most a doubling or halving. */
static double calibrate_step_factor(const struct fitting *f, struct calibration *c)
{
	size_t n_labels = f->data->n_labels;
	double slope = 0, curve = 1e-9, before = c->factor;

	for (size_t i = 0; i < f->data->n; i++) {
		double mean = 0, squares = 0;

		for (size_t k = 0; f->use[i] && k < n_labels; k++) {
			double p = f->probs[i * n_labels + k], s = f->scores[i * n_labels + k];

			slope += (p - calibrate_target(f, i, k)) * s;
			mean += p * s;
			squares += p * s * s;
		}
		curve += squares - mean * mean;
	}
	c->factor -= slope / curve;
	c->factor = fmin(fmax(c->factor, before / 2), before * 2);
	c->factor = fmin(fmax(c->factor, FACTOR_LEAST), FACTOR_MOST);
	return fabs(c->factor - before) / before;
}

/*
 * One step for the shifts of all labels together: the curvature is bounded from above by the sum
 * of the label's probabilities, so that no step overshoots. A ridge of one ticket's weight keeps
 * a shift near 0 if few tickets inform it.
 */
static double calibrate_step_shifts(const struct fitting *f, struct calibration *c)
{
	size_t n_labels = f->data->n_labels;
	double farthest = 0;

	for (size_t k = 0; k < n_labels; k++) {
		double slope = c->shifts[k], curve = 1;

		for (size_t i = 0; i < f->data->n; i++) {
			if (!f->use[i])
				continue;
			slope += f->probs[i * n_labels + k] - calibrate_target(f, i, k);
			curve += f->probs[i * n_labels + k];
		}
		c->shifts[k] -= slope / curve;
		farthest = fmax(farthest, fabs(slope / curve));
	}
	return farthest;
}

void calibration_fit(const struct head_data *data, const double *scores, const bool *use,
		     enum head_calibration kind, struct calibration *ret)
{
	struct arena a = { 0 };
	struct fitting f = { .data = data, .scores = scores, .use = use };
	size_t n = 0;
	double moved = 1;

	for (size_t i = 0; i < data->n; i++)
		n += use[i];
	f.on = (double)(n + 1) / (double)(n + data->n_labels);
	f.off = 1 / (double)(n + data->n_labels);
	f.probs = arena_array(&a, data->n * data->n_labels, sizeof(double));
	ret->factor = 1;
	memset(ret->shifts, 0, data->n_labels * sizeof(*ret->shifts));
	for (int sweep = 0; sweep < SWEEPS_MAX && moved > 1e-6; sweep++) {
		calibrate_find_probs(&f, ret);
		moved = calibrate_step_factor(&f, ret);
		if (kind == HEAD_TEMPERATURE_BIAS) {
			calibrate_find_probs(&f, ret);
			moved = fmax(moved, calibrate_step_shifts(&f, ret));
		}
	}
	arena_release(&a);
}

/* Log loss of one row, and whether its label was right. */
static double calibrate_judge_row(const struct head_data *data, const double *scores, size_t row,
				  const struct calibration *c, bool *ret_right)
{
	const double *s = scores + row * data->n_labels;
	size_t top = 0, label = (size_t)data->labels[row];
	double sum = 0, most;

	for (size_t k = 1; k < data->n_labels; k++)
		if (c->factor * s[k] + c->shifts[k] > c->factor * s[top] + c->shifts[top])
			top = k;
	most = c->factor * s[top] + c->shifts[top];
	for (size_t k = 0; k < data->n_labels; k++)
		sum += exp(c->factor * s[k] + c->shifts[k] - most);
	*ret_right = top == label;
	return log(sum) + most - c->factor * s[label] - c->shifts[label];
}

double calibration_held_out(struct arena *a, const struct head_data *data, const double *scores,
			    const size_t *folds, enum head_calibration kind, bool *ret_right)
{
	struct calibration c = { .shifts = arena_array(a, data->n_labels, sizeof(double)) };
	bool *use = arena_array(a, data->n, sizeof(*use));
	double loss = 0;

	for (size_t fold = 0; fold < HEAD_FOLDS; fold++) {
		for (size_t i = 0; i < data->n; i++)
			use[i] = folds[i] != fold;
		calibration_fit(data, scores, use, kind, &c);
		for (size_t i = 0; i < data->n; i++)
			if (!use[i])
				loss += calibrate_judge_row(data, scores, i, &c, &ret_right[i]);
	}
	return loss / (double)data->n;
}
