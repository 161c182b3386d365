/*
 * How a head was fitted, and its quality on held-out tickets: training fills this in, head files
 * and runs store it, and the reports show it.
 */
#ifndef JOB_MODEL_HEAD_QUALITY_H
#define JOB_MODEL_HEAD_QUALITY_H

#include <stddef.h>
#include <stdint.h>

enum { HEAD_CURVE_MAX = 16, HEAD_MORE = 50 };

/* How many held-out tickets heads get right that learnt from `n` tickets. */
struct head_point {
	size_t n, right;
};

/* The gain in accuracy (0..1) that `more` additional training tickets would bring. */
struct head_gain {
	size_t more; /* HEAD_MORE in a new head; 0: not recorded */
	double gain, low, high; /* extrapolated, and its 90% interval */
};

struct head_quality {
	double c; /* the chosen strength: larger is less regularised */
	double log_loss; /* of the held-out tickets, in nats a ticket */
	int64_t folds, seed;
	const char *solver, *calibration;
	size_t right; /* of all training tickets, each by a head that learnt from the other folds */
	struct head_point curve[HEAD_CURVE_MAX]; /* fewest first; the last is all but one fold */
	size_t n_curve;
	struct head_gain gain; /* not recorded if the curve has fewer than two points */
};

#endif
