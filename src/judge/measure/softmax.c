/*
 * Subtracts the largest score first, so that no exponential overflows.
 */
#include "judge/measure/softmax.h"

#include <math.h>

static const double TIE = 1e-9;

int softmax(const double *scores, size_t n, double *ret_probs)
{
	size_t top = 0, label = 0;
	double sum = 0, highest;

	for (size_t i = 1; i < n; i++)
		if (scores[i] > scores[top])
			top = i;
	highest = scores[top];
	while (scores[label] < highest - TIE)
		label++;
	for (size_t i = 0; i < n; i++) {
		ret_probs[i] = exp(scores[i] - highest);
		sum += ret_probs[i];
	}
	for (size_t i = 0; i < n; i++)
		ret_probs[i] /= sum;
	return (int)label;
}
