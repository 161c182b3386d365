/*
 * Batch calibration (H. Zhou and others, "Batch Calibration: Rethinking Calibration for In-Context
 * Learning and Prompt Engineering", 2023). Removes the bias of the prompt: it subtracts from each
 * label's log-probability the mean over the tickets. It sees the whole slice, so it is declared
 * before the run, and its verdict is marked. Pure.
 */
#ifndef JUDGE_MEASURE_CALIBRATE_H
#define JUDGE_MEASURE_CALIBRATE_H

#include <stddef.h>

#include "base/arena.h"

/*
 * probs[i] points to the n_labels probabilities of ticket i. It is NULL if the ticket has none: the
 * means leave that ticket out. Probabilities below 1e-12 count as 1e-12. ret_labels[i] becomes the
 * most probable label, of equals the first, or -1. ret_probs[i] becomes the new probabilities,
 * which sum to 1 (owned by the arena), or NULL.
 */
void calibrate(struct arena *a, const double *const *probs, size_t n_tickets, size_t n_labels,
	       int *ret_labels, double **ret_probs);

/*
 * Only the means, owned by the arena. A candidate in production is corrected by the means of the
 * run that chose it.
 */
double *calibrate_means(struct arena *a, const double *const *probs, size_t n_tickets,
			size_t n_labels);

/* Corrects one ticket by given means and returns its label. ret_probs may be probs. */
int calibrate_one(const double *probs, const double *means, size_t n_labels, double *ret_probs);

#endif
