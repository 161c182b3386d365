/*
 * Logarithms of weights to probabilities and a label: the last step of every scorer of labels.
 * Pure.
 */
#ifndef JUDGE_MEASURE_SOFTMAX_H
#define JUDGE_MEASURE_SOFTMAX_H

#include <stddef.h>

/*
 * Fills ret_probs with exp(scores[i]) divided by their sum, and returns the most probable label, of
 * equals the first. Scores within 1e-9 count as equal, so that rounding decides no label. ret_probs
 * may be scores. n > 0; a score may be -INFINITY (probability 0), but not all.
 */
int softmax(const double *scores, size_t n, double *ret_probs);

#endif
