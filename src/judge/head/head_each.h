/*
 * Learning which labels fit a row, if any number of them can: for each label one linear score, and
 * it fits if that is above 0. Decides the threshold of each label, on rows that its head did
 * not learn from. Pure and deterministic for the same data and seed.
 */
#ifndef JUDGE_HEAD_HEAD_EACH_H
#define JUDGE_HEAD_HEAD_EACH_H

#include "judge/head/head.h"

/* The training data; all borrowed. */
struct each_data {
	/* Its labels are not read. Given row k describes label k; sparse rows have none. */
	struct head_data rows;
	const bool *const *fits; /* for each row but the given ones: one per label */
};

/*
 * One head against the rest for each label (head_train()). RULE: a label's threshold is the one
 * with the fewest wrong decisions about held-out rows. A label that no row has never fits, and one
 * that all rows have always does. `quality` counts the rows that are right in all labels, each
 * judged by heads and thresholds of the other folds. Fails with ERR_INPUT with fewer than
 * HEAD_LEAST_TICKETS rows. Fills quality and weights of the fit.
 */
int each_train(struct arena *a, const struct each_data *data, struct head_fit *ret_fit,
	       struct err *err) MUST_USE;

/* Whether each_train() would fail with n rows, and how. */
int each_check(size_t n, struct err *err) MUST_USE;

/*
 * The same thresholds for the similarity to each label's description: the score is `scale` times
 * the cosine to given row k. For each label n_embd weights and a bias; owned by the arena.
 */
double *each_nearest(struct arena *a, const struct each_data *data, double scale);

/*
 * The threshold of the n scores with the fewest wrong decisions, if those above it fit: 0 if none
 * is better, else of equals the one in the widest gap. Leaves out rows if use[i] is false; use NULL
 * takes all.
 */
double each_threshold(const double *scores, const bool *fits, const bool *use, size_t n);

#endif
