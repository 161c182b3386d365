/* Scores, then their softmax. Subtracting the largest score first keeps exp() from overflow. */
#include "engine/head_label.h"

#include <math.h>

static double head_score(const double *weights, size_t n_embd, const double *hidden)
{
	double score = weights[n_embd];

	for (size_t j = 0; j < n_embd; j++)
		score += weights[j] * hidden[j];
	return score;
}

int head_label(const double *head, size_t n_labels, size_t n_embd, const double *hidden,
	       double *ret_probs)
{
	size_t top = 0;
	double most, sum = 0;

	for (size_t k = 0; k < n_labels; k++) {
		ret_probs[k] = head_score(head + k * (n_embd + 1), n_embd, hidden);
		if (ret_probs[k] > ret_probs[top])
			top = k;
	}
	most = ret_probs[top];
	for (size_t k = 0; k < n_labels; k++) {
		ret_probs[k] = exp(ret_probs[k] - most);
		sum += ret_probs[k];
	}
	for (size_t k = 0; k < n_labels; k++)
		ret_probs[k] /= sum;
	return isfinite(sum) ? (int)top : -1;
}

bool head_fits(const double *head, size_t n_labels, size_t n_embd, const double *hidden,
	       bool *ret_fits)
{
	bool finite = true;

	for (size_t k = 0; k < n_labels; k++) {
		double score = head_score(head + k * (n_embd + 1), n_embd, hidden);

		finite &= isfinite(score) != 0;
		ret_fits[k] = score > 0;
	}
	return finite;
}
