/*
 * Texts as points on the unit sphere (embeddings): which known ones are nearest to a text, and a
 * head that chooses the label whose known texts lie nearest. Pure. Must not know texts or models.
 */
#ifndef JUDGE_NEAREST_H
#define JUDGE_NEAREST_H

#include "judge/head/head.h"

struct nearest {
	size_t row;
	double cosine; /* -1..1 */
};

/*
 * The `most` rows with the largest cosine to the query, the nearest first, of equals the first row.
 * All have n_embd numbers and length 1. ret_nearest has room for `most`; returns how many there
 * are.
 */
size_t nearest_rows(const double *query, const double *const *rows, size_t n, size_t n_embd,
		    size_t most, struct nearest *ret_nearest);

/*
 * A head whose score of a label is `scale` times the cosine to the mean direction of the label's
 * rows (the nearest centroid: T. Hastie and others, "The Elements of Statistical Learning", 2009,
 * section 18.2). A label without rows is never chosen. For each label n_embd weights and a bias;
 * owned by the arena. Uses rows, labels, n, n_embd and n_labels.
 */
double *nearest_head(struct arena *a, const struct head_data *data, double scale);

#endif
