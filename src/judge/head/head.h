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
#include "job/model/head_quality.h"

enum { HEAD_FOLDS = 5, HEAD_LEAST_TICKETS = 10 };

/* Bias of a label that has no rows: its probability is 0. */
#define HEAD_NEVER_CHOSEN (-1e4)

struct feature_node; /* of liblinear */

/* The training data; all borrowed. */
struct head_data {
	const double *const *rows; /* n hidden states of n_embd numbers */
	/*
	 * Instead of `rows` if not NULL: n rows of liblinear, taken as they are. Each ends with the
	 * feature n_embd + 1, whose value is 1, and the index -1.
	 */
	const struct feature_node *const *sparse;
	const int *labels; /* one per row */
	const size_t *families; /* one per row; rows of one family are held out together */
	size_t n, n_embd, n_labels;
	/*
	 * `rows` and `labels` go on with so many rows that every head learns from. They are never
	 * held out or counted. 0 with `sparse`.
	 */
	size_t n_given;
	uint64_t seed;
};

/* How scores become probabilities; both are affine, so that they can be folded into the weights. */
enum head_calibration {
	HEAD_TEMPERATURE, /* one factor for all scores */
	HEAD_TEMPERATURE_BIAS, /* and a shift for each label */
	HEAD_CALIBRATIONS,
};

struct head_fit {
	struct head_quality quality;
	double *weights; /* for each label n_embd weights and a bias; owned by the arena */
	bool c_at_end; /* the chosen strength was the first or last of the grid */
	enum head_calibration calibration;
	double factor; /* multiplies the scores */
	bool *was_right; /* one per row, when it was held out; owned by the arena */
	double *held_out; /* n_labels calibrated scores per row, likewise */
	double losses[HEAD_CALIBRATIONS]; /* held-out log loss of either */
	size_t *counts; /* rows of each label */
};

/*
 * ERR_INPUT with fewer than HEAD_LEAST_TICKETS rows, or fewer than two labels that have rows. A
 * label without rows, given ones included, is never chosen. Linear heads: R.-E. Fan and others,
 * "LIBLINEAR", 2008 (L2-regularised logistic regression, one label against the rest, weighted by
 * inverse frequency). Calibration: C. Guo and others, "On Calibration of Modern Neural Networks",
 * 2017.
 */
int head_train(struct arena *a, const struct head_data *data, struct head_fit *ret_fit,
	       struct err *err) MUST_USE;

/* Whether head_train() would fail, and how. Uses only labels. */
int head_check(struct arena *a, const struct head_data *data, struct err *err) MUST_USE;

/*
 * The rows to hold out if a learner is too slow for cross-validation: the first of the folds of
 * head_train(). One per row, owned by the arena. Uses only labels and families.
 */
bool *head_hold_out(struct arena *a, const struct head_data *data);

/* Scores of one row, one per label. `weights` are those of a fit. */
void linear_score(const struct head_data *data, const double *weights, size_t row,
		  double *ret_scores);

/* The numbers below n in an order that the seed decides; owned by the arena. */
size_t *head_shuffle(struct arena *a, size_t n, uint64_t seed);

/*
 * All rows, shuffled so that every beginning has nearly the same shares of labels; owned by the
 * arena. Uses only labels: data->rows may be NULL.
 */
size_t *head_order(struct arena *a, const struct head_data *data);

#endif
