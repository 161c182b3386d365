/*
 * Batch calibration, in logarithms.
 */
#include "judge/calibrate.h"

#include <math.h>

#include "judge/softmax.h"

/*
 * A probability of 0 counts as this one: its logarithm would be minus infinity, and with it the
 * mean of its label. It also bounds what a single ticket can do to a mean.
 */
static const double LEAST_PROB = 1e-12;

/* Each label's mean log-probability over the tickets that have probabilities. */
static double *mean_logs(struct arena *a, const double *const *probs, size_t n_tickets,
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

void calibrate(struct arena *a, const double *const *probs, size_t n_tickets, size_t n_labels,
	       int *ret_labels, double **ret_probs)
{
	double *means = mean_logs(a, probs, n_tickets, n_labels);
	double *scores = arena_array(a, n_labels, sizeof(*scores));

	for (size_t i = 0; i < n_tickets; i++) {
		ret_labels[i] = -1;
		ret_probs[i] = NULL;
		if (!probs[i])
			continue;
		for (size_t label = 0; label < n_labels; label++)
			scores[label] = log(fmax(probs[i][label], LEAST_PROB)) - means[label];
		ret_probs[i] = arena_array(a, n_labels, sizeof(*ret_probs[i]));
		ret_labels[i] = softmax(scores, n_labels, ret_probs[i]);
	}
}
