/*
 * Cosines by plain loops: a few hundred rows of a few hundred numbers take well under a
 * millisecond.
 */
#include "judge/nearest.h"

#include <math.h>

static double nearest_dot(const double *x, const double *y, size_t n)
{
	double sum = 0;

	for (size_t i = 0; i < n; i++)
		sum += x[i] * y[i];
	return sum;
}

size_t nearest_rows(const double *query, const double *const *rows, size_t n, size_t n_embd,
		    size_t most, struct nearest *ret_nearest)
{
	size_t n_found = 0;

	for (size_t i = 0; i < n && most > 0; i++) {
		struct nearest one = { i, nearest_dot(query, rows[i], n_embd) };
		size_t at = n_found < most ? n_found++ : most;

		for (; at > 0 && ret_nearest[at - 1].cosine < one.cosine; at--)
			if (at < most)
				ret_nearest[at] = ret_nearest[at - 1];
		if (at < most)
			ret_nearest[at] = one;
	}
	return n_found;
}

double *nearest_head(struct arena *a, const struct head_data *data, double scale)
{
	size_t width = data->n_embd + 1;
	double *head = arena_array(a, data->n_labels * width, sizeof(*head));

	for (size_t i = 0; i < data->n; i++)
		for (size_t j = 0; j < data->n_embd; j++)
			head[(size_t)data->labels[i] * width + j] += data->rows[i][j];
	for (size_t k = 0; k < data->n_labels; k++) {
		double *weights = head + k * width;
		double length = sqrt(nearest_dot(weights, weights, data->n_embd));

		for (size_t j = 0; j < data->n_embd; j++)
			weights[j] = length > 0 ? weights[j] * scale / length : 0;
		if (length == 0)
			weights[data->n_embd] = HEAD_NEVER_CHOSEN;
	}
	return head;
}
