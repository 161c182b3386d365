/*
 * Learning a linear head: hidden states and labels of training tickets → weights, a measured
 * accuracy, and a learning curve. Decides how strongly to regularise, how to calibrate
 * probabilities, and which rows are held out for both, all within the training set. Pure and
 * deterministic for the same data and seed. Must not know tickets, models or files.
 */
#ifndef JUDGE_HEAD_HEAD_H
#define JUDGE_HEAD_HEAD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"

enum { HEAD_FOLDS = 5, HEAD_LEAST_TICKETS = 10, HEAD_CURVE_MAX = 16, HEAD_MORE = 50 };

/* The training data; all borrowed. */
struct head_data {
	const double *const *rows; /* n hidden states of n_embd numbers */
	const int *labels; /* one per row */
	const size_t *families; /* one per row; rows of one family are held out together */
	size_t n, n_embd, n_labels;
	uint64_t seed;
};

/* How scores become probabilities; both are affine, so that they can be folded into the weights. */
enum head_calibration {
	HEAD_TEMPERATURE, /* one factor for all scores */
	HEAD_TEMPERATURE_BIAS, /* and a shift for each label */
	HEAD_CALIBRATIONS,
};

const char *head_calibration_words(enum head_calibration calibration);

/* How many held-out tickets heads get right that learnt from `n` tickets. */
struct head_point {
	size_t n, right;
};

/* What more tickets would add, in points of accuracy (0..1); extrapolated. */
struct head_outlook {
	bool known; /* false if the curve has fewer than two points */
	double now; /* expected accuracy with all tickets */
	double gain, low, high; /* of HEAD_MORE more tickets, and its 90% interval */
};

struct head_fit {
	double *weights; /* for each label n_embd weights and a bias; owned by the arena */
	double c; /* the chosen strength: larger is less regularised */
	bool c_at_end; /* it was the first or last of the grid */
	enum head_calibration calibration;
	double factor; /* multiplies the scores */
	bool *was_right; /* one per row, when it was held out; owned by the arena */
	size_t right; /* of all rows, each by a head that learnt from the other folds */
	double log_loss; /* of the same, in nats a ticket */
	double losses[HEAD_CALIBRATIONS]; /* held-out log loss of either */
	size_t *counts; /* rows of each label */
	struct head_point curve[HEAD_CURVE_MAX]; /* fewest first; the last is all but one fold */
	size_t n_curve;
	struct head_outlook outlook;
};

/*
 * ERR_INPUT with fewer than HEAD_LEAST_TICKETS rows, or fewer than two labels that have rows. A
 * label without rows is never chosen. Linear heads: R.-E. Fan and others, "LIBLINEAR", 2008
 * (L2-regularised logistic regression, one label against the rest, weighted by inverse
 * frequency). Calibration: C. Guo and others, "On Calibration of Modern Neural Networks", 2017.
 */
int head_train(struct arena *a, const struct head_data *data, struct head_fit *ret_fit,
	       struct err *err) MUST_USE;

/*
 * The rows to hold out if a learner is too slow for cross-validation: the first of the folds of
 * head_train(). One per row, owned by the arena. Uses only labels and families.
 */
bool *head_hold_out(struct arena *a, const struct head_data *data);

/* The numbers below n in an order that the seed decides; owned by the arena. */
size_t *head_shuffle(struct arena *a, size_t n, uint64_t seed);

/*
 * All rows, shuffled so that every beginning has nearly the same shares of labels; owned by the
 * arena. Uses only labels: data->rows may be NULL.
 */
size_t *head_order(struct arena *a, const struct head_data *data);

#endif
