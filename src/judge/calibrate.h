/*
 * Batch calibration (H. Zhou and others, "Batch Calibration: Rethinking Calibration for In-Context
 * Learning and Prompt Engineering", 2023): what a prompt makes likely whatever the ticket is taken
 * off, by subtracting from each label's log-probability its mean over the tickets. It looks at the
 * whole slice, so it is declared before the run and its verdict is marked. Pure.
 */
#ifndef JUDGE_CALIBRATE_H
#define JUDGE_CALIBRATE_H

#include <stddef.h>

#include "base/arena.h"

/*
 * probs[i] points to the n_labels probabilities of ticket i, or is NULL where it has none: that
 * ticket is left as it is and enters no mean. Probabilities below 1e-12 count as 1e-12.
 * ret_labels[i] becomes the label, the first of the most probable ones, -1 where there is none,
 * and ret_probs[i] (owned by the arena, NULL where none) its new probabilities, which sum to 1.
 */
void calibrate(struct arena *a, const double *const *probs, size_t n_tickets, size_t n_labels,
	       int *ret_labels, double **ret_probs);

/*
 * The means alone, to be kept: owned by the arena. A candidate at work is corrected by those of
 * the run that justified it.
 */
double *calibrate_means(struct arena *a, const double *const *probs, size_t n_tickets,
			size_t n_labels);

/* One ticket, by means from elsewhere; its label is returned. ret_probs may be probs. */
int calibrate_one(const double *probs, const double *means, size_t n_labels, double *ret_probs);

#endif
