/* Scores by order of the labels: to labels, to their mean, to the choice. */
#include "engine/orders.h"

#include <math.h>

#include "job/file/label_order.h"

/* The label whose score is at place i of an order. */
static size_t orders_label_at(const struct orders *o, size_t order, size_t i)
{
	return o->letters ? label_order_at(o->n_labels, o->n, order, i) : i;
}

size_t orders_best(const double *scores, size_t n)
{
	size_t best = 0;

	for (size_t i = 1; i < n; i++)
		if (scores[i] > scores[best])
			best = i;
	return best;
}

/*
 * From the sums of logarithms over all orders to probabilities. Those of one order sum to 1. If
 * orders contradict each other strongly, every mean underflows, so the largest is subtracted.
 * Returns false if the scores are not numbers.
 */
static bool orders_normalise(const struct orders *o, double *sums)
{
	double most = o->n > 1 ? sums[orders_best(sums, o->n_labels)] : 0, total = 0;

	for (size_t i = 0; i < o->n_labels; i++) {
		sums[i] = exp((sums[i] - most) / (double)o->n);
		total += sums[i];
	}
	for (size_t i = 0; i < o->n_labels && o->n > 1; i++)
		sums[i] /= total;
	return isfinite(total) && total > 0;
}

int orders_choose(const struct orders *o, const double *log_probs, double *ret_probs,
		  size_t *ret_agreed)
{
	size_t label;

	*ret_agreed = 0;
	for (size_t i = 0; i < o->n_labels; i++)
		ret_probs[i] = 0;
	for (size_t k = 0; k < o->n; k++)
		for (size_t i = 0; i < o->n_labels; i++)
			ret_probs[orders_label_at(o, k, i)] += log_probs[k * o->n_labels + i];
	if (!orders_normalise(o, ret_probs))
		return -1;
	label = orders_best(ret_probs, o->n_labels);
	for (size_t k = 0; k < o->n; k++) {
		size_t own = orders_best(log_probs + k * o->n_labels, o->n_labels);

		*ret_agreed += orders_label_at(o, k, own) == label;
	}
	return (int)label;
}
