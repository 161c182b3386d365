/*
 * One label out of the scores of several orders of the labels. Pure.
 *
 * The probabilities of the orders are averaged in log space: the geometric mean, scaled so that
 * the sum is 1 again (docs/letters.md).
 */
#ifndef ENGINE_ORDERS_H
#define ENGINE_ORDERS_H

#include <stdbool.h>
#include <stddef.h>

/* How the scores of a pass are laid out. */
struct orders {
	size_t n_labels;
	size_t n; /* orders, at least 1 */
	bool letters; /* a score is a letter's, which stands for another label in each order */
};

/*
 * `log_probs` holds n_labels logarithms of probabilities for each order, one order after another.
 * Fills ret_probs (n_labels) and returns the most probable label (the first of equals). *ret_agreed
 * is the number of orders whose own most probable label is the returned one. Returns -1 if the
 * scores are not numbers; ret_probs then holds nothing of use.
 */
int orders_choose(const struct orders *o, const double *log_probs, double *ret_probs,
		  size_t *ret_agreed);

/* The place of the largest of n scores (the first of equals); 0 if there are none. */
size_t orders_best(const double *scores, size_t n);

#endif
