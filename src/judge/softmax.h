/*
 * Logarithms of weights to probabilities and a label: the last step of all that score labels
 * themselves. Pure.
 */
#ifndef JUDGE_SOFTMAX_H
#define JUDGE_SOFTMAX_H

#include <stddef.h>

/*
 * Fills ret_probs with exp(scores[i]) divided by their sum, and gives the label: the first of the
 * most probable ones. Scores closer than 1e-9 count as equal, so that rounding decides no label.
 * ret_probs may be scores. n > 0; a score may be -INFINITY (probability 0), as long as one is not.
 */
int softmax(const double *scores, size_t n, double *ret_probs);

#endif
