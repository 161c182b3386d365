/*
 * Batch calibration, in logarithms.
 */
#include "judge/measure/calibrate.h"

#include <math.h>

#include "judge/measure/softmax.h"

/*
 * The least probability. The logarithm of 0 would be minus infinity, and so would the mean of its
 * label. It also bounds the effect of a single ticket on a mean.
 */
static const double LEAST_PROB = 1e-12;

double *calibrate_means(struct arena *a, const double *const *probs, size_t n_tickets,
			size_t n_labels)
{
	double *means = arena_array(a, n_labels, sizeof(*means));
	size_t n = 0;

	for (size_t i = 0; i < n_tickets; i++) {
		if (!probs[i])
			continue;
		n++;
		for (size_t label = 0; label < n_labels; label++)
			means[label] += log(fmax(probs[i][label], LEAST_PROB));
	}
	for (size_t label = 0; label < n_labels && n > 0; label++)
		means[label] /= (double)n;
	return means;
}

int calibrate_one(const double *probs, const double *means, size_t n_labels, double *ret_probs)
{
	for (size_t label = 0; label < n_labels; label++)
		ret_probs[label] = log(fmax(probs[label], LEAST_PROB)) - means[label];
	return softmax(ret_probs, n_labels, ret_probs);
}

void calibrate(struct arena *a, const double *const *probs, size_t n_tickets, size_t n_labels,
	       int *ret_labels, double **ret_probs)
{
	double *means = calibrate_means(a, probs, n_tickets, n_labels);

	for (size_t i = 0; i < n_tickets; i++) {
		ret_labels[i] = -1;
		ret_probs[i] = NULL;
		if (!probs[i])
			continue;
		ret_probs[i] = arena_array(a, n_labels, sizeof(*ret_probs[i]));
		ret_labels[i] = calibrate_one(probs[i], means, n_labels, ret_probs[i]);
	}
}
