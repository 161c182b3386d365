/*
 * Shared by the files of the head's training: head.c (choices), head_linear.c (one solution),
 * head_folds.c (held-out rows), head_calibrate.c (probabilities), head_curve.c (more tickets). Only
 * they include it.
 */
#ifndef JUDGE_HEAD_HEAD_PARTS_H
#define JUDGE_HEAD_HEAD_PARTS_H

#include "judge/head/head.h"

/* --- head.c --- */
extern const char HEAD_SOLVER[];
/* Fails: fewer than HEAD_LEAST_TICKETS rows. */
int head_fail_few(size_t n, struct err *err);

/* --- head_linear.c --- */
/* Rows prepared for the solver, centred and scaled, once for all strengths. */
struct linear {
	const struct head_data *data;
	struct feature_node **nodes;
	const size_t *rows; /* indices into data */
	size_t n;
	double *means, *scales; /* x becomes (x - mean) * scale */
	double *start; /* the last solution, from which the next one starts */
};

struct linear linear_prepare(struct arena *a, const struct head_data *data, const size_t *rows,
			     size_t n);
/* Weights for raw rows, n_labels times n_embd + 1. */
void linear_solve(struct linear *l, double c, double *ret_weights);

/* --- head_folds.c --- */
/* The fold of each row: families stay together, labels are spread evenly. */
size_t *head_folds(struct arena *a, const struct head_data *data);

/* --- head_calibrate.c --- */
struct calibration {
	double factor;
	double *shifts; /* one per label; all 0 for HEAD_TEMPERATURE */
};
/* scores: n_labels per row. Leaves out rows if use[row] is false. */
void calibration_fit(const struct head_data *data, const double *scores, const bool *use,
		     enum head_calibration kind, struct calibration *ret);
/*
 * Calibrates each fold's rows with a fit to the other folds. Fills ret_right (one per row) and
 * returns the mean log loss.
 */
double calibration_held_out(struct arena *a, const struct head_data *data, const double *scores,
			    const size_t *folds, enum head_calibration kind, bool *ret_right);

/* --- head_curve.c --- */
/* Fills in q->gain. right[i]: for point i of q->curve, whether each row was right. */
void head_look_ahead(struct arena *a, const struct head_data *data, bool *const *right,
		     struct head_quality *q);

#endif
